package operation

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"batchsync/internal/batchsync"
)

const (
	// lateRuns is how long the platform may take to make the next run when all
	// others are over: it makes them one after the other.
	lateRuns = 15 * time.Minute
	// lateStopped is the same after a person had it stopped.
	lateStopped = time.Minute
	// maxStops is how many runs are stopped in one go, stopsAtOnce how many of
	// them at the same time: each takes the program about a second.
	maxStops    = 400
	stopsAtOnce = 8
	// manyRuns is from how many on only what is still open is asked for.
	manyRuns = 100
)

// following watches the runs of a change until all are over. Only news are
// saved. Trouble of the platform ends nothing: it goes on when that is over.
type following struct{ Platform }

func (f following) step() step { return step{look: f.look} }

func (f following) look(ctx context.Context, t *turn) finding {
	if len(t.change().Followed) == 0 {
		return hasFailed(fmt.Errorf("operation %s has no runs to follow", t.op.ID))
	}
	found, err := f.runs(ctx, t)
	if err == nil {
		err = f.vanished(ctx, t, found)
	}
	next := pace(t.now.Sub(t.step().Began), len(t.change().Followed))
	if err == nil && t.change().StopAsked {
		next, err = f.stop(ctx, found)
	}
	if err != nil {
		return finding{verdict: rests, after: next, problem: batchsync.ProblemOf(err), err: err}
	}
	return f.judge(t, next)
}

// pace is how long to wait between looks at runs that have been watched for a
// while; a long list takes long to read.
func pace(age time.Duration, runs int) time.Duration {
	every := 10 * time.Second
	switch {
	case age >= time.Hour:
		every = time.Minute
	case age >= 2*time.Minute:
		every = 30 * time.Second
	}
	return max(every, time.Duration(runs)*20*time.Millisecond)
}

// runs reads how the runs stand and notes it.
func (f following) runs(ctx context.Context, t *turn) ([]batchsync.Run, error) {
	c := t.change()
	if t.op.Kind == batchsync.OpRerun {
		run, err := f.Run(ctx, c.Followed[0].Run)
		if batchsync.FailureOf(err) == batchsync.FailNotFound {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		c.Followed = []batchsync.Followed{{Plan: c.Followed[0].Plan, Run: run.ID, Status: run.Status}}
		return []batchsync.Run{run}, nil
	}
	found, byOrder, err := f.listed(ctx, t)
	if err != nil {
		return nil, err
	}
	c.Followed = follow(c.Followed, c.Backfill.Instances, found, byOrder)
	return found, nil
}

// listed lists the runs of a backfill the way the submission found them.
func (f following) listed(ctx context.Context, t *turn) ([]batchsync.Run, bool, error) {
	c, s := t.change(), submitting(f)
	if slices.ContainsFunc(t.op.Step(batchsync.StepSubmit).Notes, func(n batchsync.Text) bool { return n.Key == noteByOrder }) {
		return s.made(ctx, t)
	}
	from, to := c.Backfill.Window.From, c.Backfill.Window.To
	if len(c.Followed) > manyRuns {
		open := slices.DeleteFunc(slices.Clone(c.Followed), func(f batchsync.Followed) bool { return f.Status.Over() })
		if len(open) > 0 {
			from, to = open[0].Plan, open[len(open)-1].Plan
		}
	}
	found, err := s.fresh(ctx, t, from, to)
	return onPlan(found, c.Backfill.Instances), false, err
}

// vanished settles a run that was open and is listed no more: where the
// platform does not know it any longer, nothing will become of it.
func (f following) vanished(ctx context.Context, t *turn, found []batchsync.Run) error {
	listed := map[batchsync.RunID]bool{0: true} // 0 is none yet
	for _, run := range found {
		listed[run.ID] = true
	}
	for i, was := range t.change().Followed {
		if was.Status.Over() || listed[was.Run] {
			continue
		}
		run, err := f.Run(ctx, was.Run)
		switch {
		case batchsync.FailureOf(err) == batchsync.FailNotFound:
			run.Status = batchsync.RunFailed
			t.step().Notes = mergeNotes(t.step().Notes, []batchsync.Text{batchsync.T("follow.gone", was.Run.String())})
		case err != nil:
			return err
		}
		t.change().Followed = slices.Clone(t.change().Followed)
		t.change().Followed[i].Status = run.Status
	}
	return nil
}

// stop asks for the end of the runs that are not over, those at work first. A
// run may need to be asked again. It tells when to look next.
func (f following) stop(ctx context.Context, found []batchsync.Run) (next time.Duration, err error) {
	open := slices.DeleteFunc(slices.Clone(found), func(r batchsync.Run) bool { return r.Status.Over() })
	slices.SortFunc(open, func(a, b batchsync.Run) int {
		return cmp.Or(cmp.Compare(idle(a), idle(b)), a.Plan.Compare(b.Plan), cmp.Compare(a.ID, b.ID))
	})
	next = runsEvery
	if len(open) > maxStops {
		open, next = open[:maxStops], time.Second
	}
	// The next look tells what came of it; only trouble is worth saying.
	return next, atOnce(stopsAtOnce, len(open), func(i int) error { return f.StopRun(ctx, open[i].ID) })
}

// idle sorts runs that are not at work behind those that are.
func idle(r batchsync.Run) int {
	if r.Status == batchsync.RunRunning {
		return 0
	}
	return 1
}

// judge tells from what is noted of the runs whether all is over.
func (f following) judge(t *turn, next time.Duration) finding {
	c := t.change()
	done, failed, open := c.Tally()
	unseen, twice := 0, 0
	for _, run := range c.Followed {
		if run.Run == 0 {
			unseen++
		}
		if run.Twice {
			twice++
		}
	}
	var notes []batchsync.Text
	if twice > 0 {
		notes = append(notes, batchsync.T("backfill.twice", strconv.Itoa(twice)))
	}
	late := lateRuns
	if c.StopAsked {
		late = lateStopped
	}
	if open > unseen || unseen > 0 && (t.news() || t.now.Sub(t.op.UpdatedAt) < late) {
		return isResting(next, notes...)
	}
	end := isDone(append(notes, outcome(t, done, failed, unseen))...)
	end.trouble = !c.StopAsked && (failed > 0 || unseen > 0)
	return end
}

// outcome says how the runs ended.
func outcome(t *turn, done, failed, unseen int) batchsync.Text {
	all := strconv.Itoa(done + failed + unseen)
	switch {
	case t.op.Kind == batchsync.OpRerun && failed > 0 && !t.change().StopAsked:
		return batchsync.T("follow.run_failed", t.change().Followed[0].Run.String())
	case t.op.Kind == batchsync.OpRerun && failed == 0:
		return batchsync.T("follow.run_done", t.change().Followed[0].Run.String())
	case failed+unseen == 0:
		return batchsync.T("follow.done", all)
	case t.change().StopAsked:
		if unseen > 0 {
			return batchsync.T("follow.stopped_early", strconv.Itoa(done), all, strconv.Itoa(unseen))
		}
		return batchsync.T("follow.stopped", strconv.Itoa(done), all)
	case unseen > 0:
		return batchsync.T("follow.missing", strconv.Itoa(done), all, strconv.Itoa(failed), strconv.Itoa(unseen))
	}
	return batchsync.T("follow.failed", strconv.Itoa(failed), all)
}
