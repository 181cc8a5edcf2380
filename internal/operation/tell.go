package operation

import (
	"slices"
	"time"

	"batchsync/internal/batchsync"
)

// quick is how long people are taken to watch the card after they asked: what
// is done by then needs no word besides.
const quick = 10 * time.Second

// tell is the short reply under the card, because the edit of a card notifies
// nobody. It mentions who asked for the operation, and goes with the version
// about to be saved. What was told at the end of the go before is not repeated.
func tell(t *turn, now time.Time) []batchsync.Message {
	op := t.op
	p := t.step().Problem
	switch {
	case op.State.NeedsPerson():
		if sameProblem(p, t.was) {
			return nil
		}
	case op.State != batchsync.OpDone || !op.Trouble && now.Sub(op.CreatedAt).Abs() <= quick:
		return nil
	}
	body := []batchsync.Text{batchsync.T(toldKey(op), op.Name())}
	if notes := t.step().Notes; op.Trouble && len(notes) > 0 {
		body = append(body, notes[len(notes)-1])
	}
	if p != nil && op.State != batchsync.OpWaiting { // what to do then is a long list
		body = append(body, p.Text)
	}
	return []batchsync.Message{{
		ID: batchsync.ToldOf(op.ID, op.Version+1), Kind: batchsync.MessageNotice, Body: body, Mention: op.Actor,
		Channel: op.Channel, Thread: op.Message, Due: now, CreatedAt: now,
	}}
}

// toldKey is the sentence for where the operation stands.
func toldKey(op batchsync.Operation) batchsync.TextKey {
	switch {
	case op.Kind == batchsync.OpCreate && op.State == batchsync.OpWaiting && op.Debugging():
		return "told.debug_first"
	case op.Kind == batchsync.OpCreate:
		return batchsync.TextKey("told." + string(op.State))
	case op.State == batchsync.OpDone:
		return doneKey(op)
	}
	return map[batchsync.OperationState]batchsync.TextKey{
		batchsync.OpWaiting: "told.change_waiting", batchsync.OpUnknown: "told.change_unknown",
		batchsync.OpFailed: "told.change_failed", batchsync.OpRefused: "told.change_refused",
	}[op.State]
}

// doneKey is the sentence for an end: as asked for, stopped by a person, or
// with trouble.
func doneKey(op batchsync.Operation) batchsync.TextKey {
	end := 0
	switch _, asked := op.Stopped(); {
	case op.Trouble:
		end = 2
	case asked:
		end = 1
	}
	return map[batchsync.OperationKind][3]batchsync.TextKey{
		batchsync.OpBackfill: {"told.backfill_done", "told.backfill_stopped", "told.backfill_trouble"},
		batchsync.OpRerun:    {"told.rerun_done", "told.rerun_stopped", "told.rerun_trouble"},
		batchsync.OpDebug:    {"told.debug_done", "told.debug_stopped", "told.debug_trouble"},
		batchsync.OpStop:     {"told.stop_done"},
		batchsync.OpDeploy:   {"told.deploy_done"},
		batchsync.OpSchedule: {"told.schedule_done"},
		batchsync.OpTune:     {"told.tune_done"},
		batchsync.OpUndeploy: {0: "told.undeploy_done", 2: "told.undeploy_trouble"},
	}[op.Kind][end]
}

func sameProblem(a, b *batchsync.Problem) bool {
	return a != nil && b != nil && a.Code == b.Code && a.Text.Key == b.Text.Key && slices.Equal(a.Text.Args, b.Text.Args)
}
