package operation

import (
	"context"
	"strconv"

	"batchsync/internal/batchsync"
)

// rerunAlways lets failed and successful runs be repeated; the program's own
// default is never.
const rerunAlways = 1

// scheduling saves the schedule and the cluster, and the rerun policy of a new
// task. That takes two commands, and the values are the same at every try.
type scheduling struct {
	Scheduler
	zone string
}

func (s scheduling) step() step { return step{do: s.do, look: s.look, refused: s.refused} }

func (s scheduling) do(ctx context.Context, t *turn) error {
	want, err := t.goal(s.zone)
	if err != nil {
		return err
	}
	// A lost answer to the first command must not keep back the second for ever.
	if t.step().Tries == 1 || !s.saved(ctx, t, want) {
		if err := s.SaveCron(ctx, t.op.Task, want.cron.Send, want.vcluster); err != nil {
			return err
		}
	}
	if t.op.Kind != batchsync.OpCreate {
		return nil // nobody asked for another rerun policy
	}
	return s.SaveRerun(ctx, t.op.Task)
}

func (s scheduling) saved(ctx context.Context, t *turn, want goal) bool {
	got, err := s.DraftSchedule(ctx, t.op.Task)
	return err == nil && want.otherThan(got) == nil
}

func (s scheduling) refused(ctx context.Context, t *turn, err error) finding {
	if t.op.Kind == batchsync.OpSchedule {
		return nothingDone(ctx, t, err)
	}
	return hasFailed(err)
}

// look compares what was stored with what was meant: the program is known to
// accept schedules and to store others.
func (s scheduling) look(ctx context.Context, t *turn) finding {
	want, err := t.goal(s.zone)
	if err != nil {
		return hasFailed(err)
	}
	got, err := s.DraftSchedule(ctx, t.op.Task)
	switch {
	case batchsync.FailureOf(err) == batchsync.FailNotConfigured, err == nil && got.Cron == "":
		return finding{verdict: absent}
	case err != nil:
		return isUnclear(err)
	}
	switch p := want.otherThan(got); {
	case p != nil:
		return finding{verdict: differs, problem: p}
	case t.op.Kind == batchsync.OpCreate && got.Rerun != rerunAlways:
		return finding{verdict: differs, problem: problem(batchsync.CodeRefused, "set_cron.rerun_differs", strconv.Itoa(got.Rerun))}
	}
	return isDone(batchsync.T("set_cron.saved", got.Cron, s.zone, want.vcluster))
}
