package operation

import (
	"context"
	"slices"
	"time"

	"batchsync/internal/batchsync"
)

// rerunning has a run repeated. The platform either adds an attempt to it or
// makes another run of the same business time; both are looked for. It is asked
// once: a second request would repeat it again.
type rerunning struct{ Platform }

func (r rerunning) step() step { return step{do: r.do, look: r.look, refused: nothingDone} }

func (r rerunning) do(ctx context.Context, t *turn) error { return r.Rerun(ctx, t.change().Run) }

func (r rerunning) look(ctx context.Context, t *turn) finding {
	if !t.doubt {
		return finding{verdict: absent} // nothing has left us yet
	}
	id, status, err := r.begun(ctx, t)
	patient := t.within(runsWithin)
	switch {
	case err != nil && patient && passing(err), err == nil && id == 0 && patient:
		return isResting(runsEvery, t.answered()...)
	case err != nil:
		return isUnclear(err)
	case id == 0:
		return finding{verdict: unclear, notes: t.answered(), problem: problem(batchsync.CodeUnknown, "rerun.no_effect", t.change().Run.String())}
	}
	c := t.change()
	c.Followed = []batchsync.Followed{{Plan: c.Plan, Run: id, Status: status}}
	if id != c.Run {
		return isDone(batchsync.T("rerun.new_run", c.Run.String(), id.String()))
	}
	return isDone(batchsync.T("rerun.begun", id.String()))
}

// begun finds the run that the repetition brought about, 0 for none yet.
func (r rerunning) begun(ctx context.Context, t *turn) (batchsync.RunID, batchsync.RunStatus, error) {
	c := t.change()
	run, err := r.Run(ctx, c.Run)
	if err != nil {
		return 0, 0, err
	}
	if !run.Status.Over() {
		return run.ID, run.Status, nil
	}
	list, err := sameTime(ctx, r, t)
	if err != nil {
		return 0, 0, err
	}
	for _, other := range list {
		if other.ID != c.Run && !slices.Contains(c.Before, other.ID) {
			return other.ID, other.Status, nil
		}
	}
	attempts, err := r.Attempts(ctx, c.Run)
	if err != nil || len(attempts) <= c.Attempts {
		return 0, 0, err
	}
	return run.ID, run.Status, nil
}

// stopWithin is how long a run may take to end after it was told to.
const stopWithin = 30 * time.Second

// stopping ends a run. One that is not over may be told so again.
type stopping struct{ Platform }

func (s stopping) step() step { return step{do: s.do, look: s.look, refused: nothingDone} }

func (s stopping) do(ctx context.Context, t *turn) error { return s.StopRun(ctx, t.change().Run) }

func (s stopping) look(ctx context.Context, t *turn) finding {
	run, err := s.Run(ctx, t.change().Run)
	switch {
	case err != nil:
		return isUnclear(err)
	case run.Status == batchsync.RunSuccess:
		return isDone(batchsync.T("stop.succeeded", run.ID.String()))
	case run.Status.Over():
		return isDone(batchsync.T("stop.stopped", run.ID.String()))
	case !t.doubt:
		return finding{verdict: absent}
	case t.within(stopWithin):
		return isResting(runsEvery)
	case t.step().Tries >= maxTries:
		return finding{verdict: failed, problem: problem(batchsync.CodeRefused, "stop.still_running", run.ID.String())}
	}
	return finding{verdict: absent}
}
