package operation

import (
	"context"
	"time"

	"batchsync/internal/batchsync"
)

// Runs of a backfill may stand under the moment they were asked for instead of
// their business time: this far around it they are looked for.
const (
	refillBefore = 10 * time.Minute
	refillAfter  = 24 * time.Hour
)

// Rerun policies of a schedule.
const (
	rerunFailed = 2 // failed runs only
	rerunNever  = 3
)

// window checks that no run of the window is at work, and notes the backfill
// runs that are there before ours.
func (c checking) window(ctx context.Context, t *turn) check {
	w := t.change().Backfill.Window
	there, err := c.Runs(ctx, batchsync.RunFilter{Task: t.op.Task, From: w.From, To: w.To})
	if err != nil {
		return unread(err, "check.runs_unread")
	}
	for _, run := range there {
		if !run.Status.Over() {
			return wrong(batchsync.CodeConflict, "check.at_work", run.ID.String(), clock(run.Plan, w.Zone))
		}
	}
	recent, err := c.Runs(ctx, batchsync.RunFilter{Task: t.op.Task, Type: batchsync.RunRefill, From: t.now.Add(-refillBefore), To: t.now.Add(refillAfter)})
	if err != nil {
		return unread(err, "check.runs_unread")
	}
	t.change().Before = nil
	for _, run := range append(there, recent...) {
		if run.Type == batchsync.RunRefill {
			t.change().Before = append(t.change().Before, run.ID)
		}
	}
	return ok("check.window_free")
}

// run reads the run that the change is about.
func (c checking) run(ctx context.Context, t *turn) (batchsync.Run, check) {
	id := t.change().Run
	run, err := c.Run(ctx, id)
	switch {
	case batchsync.FailureOf(err) == batchsync.FailNotFound:
		return run, wrong(batchsync.CodeNotFound, "check.run_gone", id.String())
	case err != nil:
		return run, unread(err, "check.run_unread", id.String())
	case run.Task != t.op.Task:
		return run, wrong(batchsync.CodeConflict, "check.run_elsewhere", id.String())
	}
	return run, ok("check.run_found", id.String(), clock(run.Plan, c.pre.zone))
}

func (c checking) stop(ctx context.Context, t *turn) check {
	run, found := c.run(ctx, t)
	if found.problem != nil || !run.Status.Over() {
		return found
	}
	id := run.ID.String()
	switch run.Status {
	case batchsync.RunSuccess:
		return wrong(batchsync.CodeConflict, "check.run_succeeded", id)
	case batchsync.RunBlocked:
		return wrong(batchsync.CodeConflict, "check.run_blocked", id)
	}
	return wrong(batchsync.CodeConflict, "check.run_failed", id)
}

func (c checking) rerun(ctx context.Context, t *turn) []check {
	run, found := c.run(ctx, t)
	switch {
	case found.problem != nil:
		return []check{found}
	case !run.Status.Over():
		return []check{wrong(batchsync.CodeConflict, "check.run_at_work", run.ID.String())}
	}
	t.change().Plan = run.Plan.UTC()
	return append([]check{found}, c.pre.together(
		func() check { return c.policy(ctx, t, run) },
		func() check { return c.attempts(ctx, t) },
		func() check { return c.siblings(ctx, t) },
	)...)
}

// policy asks whether the schedule lets the run be repeated: the platform may
// take the request and do nothing.
func (c checking) policy(ctx context.Context, t *turn, run batchsync.Run) check {
	saved, err := c.DraftSchedule(ctx, t.op.Task)
	var no check
	switch {
	case batchsync.FailureOf(err) == batchsync.FailNotConfigured:
		return ok("check.policy_ok")
	case err != nil:
		return unread(err, "check.schedule_unread")
	case saved.Rerun == rerunNever:
		no = wrong(batchsync.CodeRefused, "check.rerun_never")
	case saved.Rerun == rerunFailed && run.Status == batchsync.RunSuccess:
		no = wrong(batchsync.CodeRefused, "check.rerun_failed_only")
	default:
		return ok("check.policy_ok")
	}
	no.problem.Hint = batchsync.T("check.rerun_hint")
	return no
}

// attempts notes how often the run was tried.
func (c checking) attempts(ctx context.Context, t *turn) check {
	list, err := c.Attempts(ctx, t.change().Run)
	if err != nil {
		return unread(err, "check.attempts_unread")
	}
	t.change().Attempts = len(list)
	return check{}
}

// siblings notes the runs of the same business time.
func (c checking) siblings(ctx context.Context, t *turn) check {
	list, err := sameTime(ctx, c, t)
	if err != nil {
		return unread(err, "check.runs_unread")
	}
	t.change().Before = nil
	for _, run := range list {
		t.change().Before = append(t.change().Before, run.ID)
	}
	return check{}
}

// sameTime lists the runs of the business time of the change's run, none when
// it has no such time.
func sameTime(ctx context.Context, p RunReader, t *turn) ([]batchsync.Run, error) {
	plan := t.change().Plan
	if plan.IsZero() {
		return nil, nil
	}
	return p.Runs(ctx, batchsync.RunFilter{Task: t.op.Task, From: plan, To: plan})
}
