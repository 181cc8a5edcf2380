package operation

import (
	"context"
	"strconv"
	"strings"

	"batchsync/internal/batchsync"
)

// tuning saves how the runs of a task are carried out: how much is copied at
// once with its content, how failed runs are repeated with its schedule. Both
// are the same at every try, and count once the task is deployed again.
type tuning struct{ Tuner }

func (u tuning) concurrency() step {
	set := func(ctx context.Context, t *turn) error {
		return u.SetConcurrency(ctx, t.op.Task, t.change().Tune.Concurrency)
	}
	return step{do: set, look: u.lookConcurrency, refused: firstRefused}
}

func (u tuning) retries() step {
	save := func(ctx context.Context, t *turn) error { return u.SaveRetries(ctx, t.op.Task, *t.change().Tune) }
	return step{do: save, look: u.lookRetries, refused: firstRefused}
}

// firstRefused: nothing has happened only where nothing was saved before.
func firstRefused(ctx context.Context, t *turn, err error) finding {
	if t.op.Steps[t.at-1].Name == batchsync.StepCheck {
		return nothingDone(ctx, t, err)
	}
	return hasFailed(err)
}

// lookConcurrency also wants everything else of the content as it was: to
// change one figure, the program writes all of it anew.
func (u tuning) lookConcurrency(ctx context.Context, t *turn) finding {
	c := t.change()
	got, err := u.Content(ctx, t.op.Task)
	if err != nil {
		return isUnclear(err)
	}
	want := strconv.Itoa(c.Tune.Concurrency)
	p := problem(batchsync.CodeRefused, "set_concurrency.differs", want, strconv.Itoa(got.Parallel))
	switch {
	case got.Print() != c.Content:
		return finding{verdict: failed, problem: problem(batchsync.CodeRefused, "set_concurrency.content_differs")}
	case got.Parallel == c.Tune.Concurrency:
		return isDone(batchsync.T("set_concurrency.saved", want))
	case got.Parallel == c.Parallel:
		return finding{verdict: absent, problem: p}
	}
	return finding{verdict: differs, problem: p}
}

// lookRetries also wants the schedule, the cluster and the rerun policy as they
// were.
func (u tuning) lookRetries(ctx context.Context, t *turn) finding {
	was := *t.change().Saved
	got, err := u.DraftSchedule(ctx, t.op.Task)
	if err != nil {
		return isUnclear(err)
	}
	want := t.change().Tune.Goal(was.Retry)
	p := problem(batchsync.CodeRefused, "set_retries.differs", retryWords(want), retryWords(got.Retry))
	switch {
	case !batchsync.SameCron(got.Cron, was.Cron) || !strings.EqualFold(got.VCluster, was.VCluster) || got.Rerun != was.Rerun:
		return finding{verdict: failed, problem: problem(batchsync.CodeRefused, "set_retries.schedule_differs")}
	case got.Retry == want:
		return isDone(batchsync.T("set_retries.saved", retryWords(want)))
	case got.Retry == was.Retry:
		return finding{verdict: absent, problem: p}
	}
	return finding{verdict: differs, problem: p}
}

// retryWords is a retry as figures: "3 × 5m", "0".
func retryWords(r batchsync.Retry) string {
	switch {
	case !r.Told:
		return "?"
	case r.Count == 0 || r.Pause == 0:
		return strconv.Itoa(r.Count)
	}
	return strconv.Itoa(r.Count) + " × " + strconv.Itoa(r.Pause) + r.Unit
}

// verify reads what the scheduler holds once more and, because the program
// shows saved contents only, what is saved.
func (u tuning) verify(d deploying) step {
	return step{look: func(ctx context.Context, t *turn) finding {
		f := d.confirm(ctx, t)
		if f.verdict == took && t.change().Tune.Concurrency != 0 {
			if saved := u.lookConcurrency(ctx, t); saved.verdict != took {
				return saved
			}
		}
		return f
	}}
}

// untouched sees to it that the content is what the person saw, and one that
// the program can save without loss.
func (c checking) untouched(ctx context.Context, t *turn) check {
	was := t.change()
	now, err := c.Content(ctx, t.op.Task)
	switch {
	case batchsync.FailureOf(err) == batchsync.FailNotConfigured:
		return wrong(batchsync.CodeInvalid, "check.no_content")
	case err != nil:
		return unread(err, "check.content_unread")
	case now.Print() != was.Content:
		return since("check.content_since")
	case now.Parallel != was.Parallel:
		return since("check.concurrency_since", strconv.Itoa(was.Parallel), strconv.Itoa(now.Parallel))
	case now.Params || now.NoEdit && was.Tune.Concurrency != 0:
		p := wrong(batchsync.CodeInvalid, "tune.by_hand", was.Name)
		p.problem.Hint = batchsync.T("tune.by_hand_hint")
		return p
	}
	return ok("check.content_ok")
}

// published sees to it that the saved schedule is the deployed one: otherwise
// the deployment would publish more than what was asked for.
func (c checking) published(ctx context.Context, t *turn) check {
	was := t.change()
	now, err := c.DraftSchedule(ctx, t.op.Task)
	switch {
	case batchsync.FailureOf(err) == batchsync.FailNotConfigured, err == nil && now.Cron == "":
		return wrong(batchsync.CodeInvalid, "check.no_schedule")
	case err != nil:
		return unread(err, "check.schedule_unread")
	case !batchsync.SameCron(now.Cron, was.Cron) || was.VCluster != "" && !strings.EqualFold(now.VCluster, was.VCluster):
		p := wrong(batchsync.CodeConflict, "tune.unpublished", was.Name)
		p.problem.Hint = batchsync.T("tune.unpublished_hint")
		return p
	case now.Retry != was.Saved.Retry:
		return since("check.retries_since", retryWords(was.Saved.Retry), retryWords(now.Retry))
	}
	was.Saved = &now
	return c.pre.cluster(ctx, now.VCluster)
}
