package operation

import (
	"context"
	"slices"
	"strings"
	"time"

	"batchsync/internal/batchsync"
)

// checking sees to it that a task still is what the person saw who asked for
// the change, and that the change can be made. It changes nothing, and notes in
// the change what the later steps compare with.
type checking struct {
	pre preflight
	Platform
}

func (c checking) step() step { return step{look: c.look} }

func (c checking) look(ctx context.Context, t *turn) finding {
	f := sum(c.checks(ctx, t))
	if p := f.problem; p != nil && p.Hint.Key == "preflight.hint" {
		p.Hint = batchsync.T("check.hint")
	}
	return f
}

// checks asks first whether it is that task at all: of one that is gone, nothing
// else is worth saying.
func (c checking) checks(ctx context.Context, t *turn) []check {
	first := c.same(ctx, t)
	if first.problem != nil {
		return []check{first}
	}
	return append([]check{first}, c.ofKind(ctx, t)...)
}

// same sees to it that the task exists, is a batch sync and is called what it
// was. Another name stops an undeployment only, which is confirmed by typing it.
func (c checking) same(ctx context.Context, t *turn) check {
	was := t.change().Name
	now, err := c.TaskInfo(ctx, t.op.Task)
	switch {
	case batchsync.FailureOf(err) == batchsync.FailNotFound:
		gone := wrong(batchsync.CodeNotFound, "check.task_gone")
		gone.problem.Hint = batchsync.T("check.task_gone_hint")
		return gone
	case err != nil:
		return unread(err, "check.task_unread")
	case !now.Type.IsSync():
		other := wrong(batchsync.CodeInvalid, "change.no_sync", now.Name)
		other.problem.Hint = batchsync.T("change.no_sync_hint")
		return other
	case now.Name == was:
		return check{}
	case t.op.Kind == batchsync.OpUndeploy:
		return since("check.renamed_since", was, now.Name)
	}
	return ok("check.renamed", was, now.Name)
}

func (c checking) ofKind(ctx context.Context, t *turn) []check {
	seen := func() check { return c.asSeen(ctx, t) }
	content := func() check { return c.content(ctx, t) }
	switch t.op.Kind {
	case batchsync.OpBackfill:
		cluster := func() check { return c.pre.cluster(ctx, t.change().Backfill.VCluster) }
		return c.pre.together(seen, cluster, func() check { return c.window(ctx, t) })
	case batchsync.OpRerun:
		return c.rerun(ctx, t)
	case batchsync.OpStop:
		return []check{c.stop(ctx, t)}
	case batchsync.OpDebug:
		cluster := func() check { return c.pre.cluster(ctx, t.op.Debug.VCluster) }
		return c.pre.together(seen, cluster, func() check { return c.asShown(ctx, t) })
	case batchsync.OpDeploy:
		return c.pre.together(seen, content, func() check { return c.saved(ctx, t) })
	case batchsync.OpSchedule:
		onto := t.change().Onto() // read before the checks begin, one of which writes to the change
		cluster := func() check { return c.pre.cluster(ctx, onto) }
		schedule := func() check { return c.pre.schedule(t.now, *t.change().Schedule) }
		return c.pre.together(seen, content, cluster, schedule)
	case batchsync.OpTune:
		return c.pre.together(seen, func() check { return c.untouched(ctx, t) }, func() check { return c.published(ctx, t) })
	}
	return c.pre.together(seen, func() check { return c.downstream(ctx, t) })
}

// since is a check that found the task otherwise than the person saw it.
func since(key batchsync.TextKey, args ...string) check {
	c := wrong(batchsync.CodeConflict, key, args...)
	c.problem.Hint = batchsync.T("check.since_hint")
	return c
}

// asSeen compares what the scheduler holds with what the person saw of it.
func (c checking) asSeen(ctx context.Context, t *turn) check {
	was := t.change()
	now, err := c.Deployed(ctx, t.op.Task)
	switch {
	case err != nil:
		return unread(err, "check.deployed_unread")
	case now.Online && !was.Online:
		return since("check.online_since")
	case was.Online && !now.Online:
		return since("check.offline_since")
	case now.Online && !batchsync.SameCron(now.Cron, was.Cron):
		return since("check.cron_since", was.Cron, now.Cron)
	case now.Online && now.VCluster != "" && was.VCluster != "" && !strings.EqualFold(now.VCluster, was.VCluster):
		return since("check.vcluster_since", was.VCluster, now.VCluster)
	case !now.Online && (t.op.Kind == batchsync.OpBackfill || t.op.Kind == batchsync.OpUndeploy || t.op.Kind == batchsync.OpTune):
		return wrong(batchsync.CodeConflict, "check.offline")
	}
	was.Published = now.PublishedAt.UTC()
	return ok("check.as_seen")
}

func (c checking) content(ctx context.Context, t *turn) check {
	_, err := c.Content(ctx, t.op.Task)
	switch {
	case batchsync.FailureOf(err) == batchsync.FailNotConfigured:
		return wrong(batchsync.CodeInvalid, "check.no_content")
	case err != nil:
		return unread(err, "check.content_unread")
	}
	return ok("check.content_ok")
}

// saved checks what a deployment would publish, and fixes it as the goal.
func (c checking) saved(ctx context.Context, t *turn) check {
	seen := t.change().Saved
	now, err := c.DraftSchedule(ctx, t.op.Task)
	switch {
	case batchsync.FailureOf(err) == batchsync.FailNotConfigured, err == nil && now.Cron == "":
		return wrong(batchsync.CodeInvalid, "check.no_schedule")
	case err != nil:
		return unread(err, "check.schedule_unread")
	case seen != nil && !batchsync.SameCron(seen.Cron, now.Cron):
		return since("check.saved_since", seen.Cron, now.Cron)
	case seen != nil && !strings.EqualFold(seen.VCluster, now.VCluster):
		return since("check.vcluster_since", seen.VCluster, now.VCluster)
	case seen != nil && seen.Retry.Told && seen.Retry != now.Retry:
		return since("check.retries_since", retryWords(seen.Retry), retryWords(now.Retry))
	case seen != nil && seen.Rerun != 0 && seen.Rerun != now.Rerun:
		return since("check.policy_since")
	}
	t.change().Saved = &now
	return c.pre.cluster(ctx, now.VCluster)
}

// downstream compares the tasks that wait for this one with those the person
// saw: they decided on that very list, and the operation holds the tasks of it
// that are to go offline too ([batchsync.Operation.Locks]).
func (c checking) downstream(ctx context.Context, t *turn) check {
	now, err := c.Downstream(ctx, t.op.Task)
	if err != nil {
		return unread(err, "check.downstream_unread")
	}
	if !slices.Equal(idsOf(now), idsOf(t.change().After)) {
		var names []string
		for _, task := range now {
			names = append(names, task.Name)
		}
		if len(names) == 0 {
			return since("check.no_downstream_since")
		}
		return since("check.downstream_since", joined(names))
	}
	return ok("check.downstream_same")
}

func idsOf(tasks []batchsync.TaskLink) []batchsync.TaskID {
	var out []batchsync.TaskID
	for _, t := range tasks {
		out = append(out, t.ID)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// clock writes a time as people of the platform's zone read it.
func clock(at time.Time, zone string) string {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		loc = time.UTC
	}
	return at.In(loc).Format("2006-01-02 15:04 -07:00")
}
