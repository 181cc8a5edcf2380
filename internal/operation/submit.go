package operation

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"batchsync/internal/batchsync"
)

const (
	// runsWithin is how long the platform may take to list what it took.
	runsWithin = time.Minute
	runsEvery  = 5 * time.Second
)

// submitting hands a backfill to the platform, which answers without telling
// what it made. It is asked once: a second job would run everything again. What
// the job made is what the check did not find.
type submitting struct{ Platform }

func (s submitting) step() step { return step{do: s.do, look: s.look, refused: nothingDone} }

// notes of the submission; they are read by later goes.
const (
	noteAccepted = "submit.accepted"
	noteByOrder  = "submit.by_order"
)

func (s submitting) do(ctx context.Context, t *turn) error {
	b := t.change().Backfill
	return s.Refill(ctx, t.op.Task, b.Window, b.VCluster, t.job())
}

// job is what the platform calls the backfill.
func (t *turn) job() string {
	return cmp.Or(t.change().Backfill.Job, batchsync.JobName(t.op.Actor, t.op.ID))
}

func (s submitting) look(ctx context.Context, t *turn) finding {
	if !t.doubt {
		return finding{verdict: absent} // nothing has left us yet
	}
	patient := t.within(runsWithin)
	found, byOrder, err := s.made(ctx, t)
	switch {
	case err != nil && patient && passing(err):
		return isResting(runsEvery, t.answered()...)
	case err != nil:
		return isUnclear(err)
	case len(found) == 0 && patient:
		return isResting(runsEvery, t.answered()...)
	case len(found) == 0:
		key := batchsync.TextKey("submit.lost")
		if t.said || t.noted(noteAccepted) {
			key = "submit.no_runs"
		}
		p := problem(batchsync.CodeUnknown, key)
		p.Hint.Args = []string{t.job()}
		return finding{verdict: unclear, notes: t.answered(), problem: p}
	}
	c := t.change()
	c.Followed = follow(c.Followed, c.Backfill.Instances, found, byOrder)
	f := isDone(batchsync.T("submit.seen", strconv.Itoa(len(found)), strconv.Itoa(len(c.Followed))))
	if byOrder {
		f.notes = append(f.notes, batchsync.T(noteByOrder))
	}
	return f
}

// answered notes what the platform said to the last try.
func (t *turn) answered() []batchsync.Text {
	switch {
	case t.said:
		return []batchsync.Text{batchsync.T(noteAccepted)}
	case t.cause == nil:
		return nil // it was tried before this go
	}
	if detail := batchsync.ProblemOf(t.cause).Detail; detail != "" {
		return []batchsync.Text{batchsync.T("submit.reported", detail)}
	}
	return []batchsync.Text{batchsync.T("submit.unanswered")}
}

// made lists the runs of the job by their business times. Where none stands
// under one, every new run counts, in order: the platform may show them under
// the moment they were asked for.
func (s submitting) made(ctx context.Context, t *turn) (found []batchsync.Run, byOrder bool, err error) {
	w := t.change().Backfill.Window
	found, err = s.fresh(ctx, t, w.From, w.To)
	if err != nil {
		return nil, false, err
	}
	if planned := onPlan(found, t.change().Backfill.Instances); len(planned) > 0 {
		return planned, false, nil
	}
	asked := t.op.Step(batchsync.StepSubmit).Began
	late, err := s.fresh(ctx, t, asked.Add(-refillBefore), asked.Add(refillAfter))
	for _, run := range late {
		if !slices.ContainsFunc(found, func(r batchsync.Run) bool { return r.ID == run.ID }) {
			found = append(found, run)
		}
	}
	return found, len(found) > 0, err
}

// fresh lists the backfill runs of that time that the check did not find.
func (s submitting) fresh(ctx context.Context, t *turn, from, to time.Time) ([]batchsync.Run, error) {
	list, err := s.Runs(ctx, batchsync.RunFilter{Task: t.op.Task, Type: batchsync.RunRefill, From: from, To: to})
	return slices.DeleteFunc(list, func(r batchsync.Run) bool { return slices.Contains(t.change().Before, r.ID) }), err
}
