package operation

import (
	"context"
	"strconv"
	"strings"
	"time"

	"batchsync/internal/batchsync"
)

// rerunAlways lets failed and successful runs be repeated; the program's own
// default is never.
const rerunAlways = 1

// scheduling saves the schedule, the cluster and the rerun policy. It takes two
// commands, and the values are the same at every try.
type scheduling struct {
	Scheduler
	zone string
}

func (s scheduling) step() step { return step{do: s.do, look: s.look} }

func (s scheduling) do(ctx context.Context, t *turn) error {
	cron, err := cronOf(t.spec(), s.zone, t.now)
	if err != nil {
		return err
	}
	// A lost answer to the first command must not keep back the second for ever.
	if t.step().Tries == 1 || !s.saved(ctx, t, cron) {
		if err := s.SaveCron(ctx, t.op.Task, cron.Send, t.spec().VCluster); err != nil {
			return err
		}
	}
	return s.SaveRerun(ctx, t.op.Task)
}

func (s scheduling) saved(ctx context.Context, t *turn, cron batchsync.PlatformCron) bool {
	got, err := s.DraftSchedule(ctx, t.op.Task)
	return err == nil && otherSchedule(t.spec(), cron, got) == nil
}

// look compares what was stored with what was meant: the program is known to
// accept schedules and to store others.
func (s scheduling) look(ctx context.Context, t *turn) finding {
	spec := t.spec()
	cron, err := cronOf(spec, s.zone, t.now)
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
	switch p := otherSchedule(spec, cron, got); {
	case p != nil:
		return finding{verdict: differs, problem: p}
	case got.Rerun != rerunAlways:
		return finding{verdict: differs, problem: problem(batchsync.CodeRefused, "set_cron.rerun_differs", strconv.Itoa(got.Rerun))}
	}
	return isDone(batchsync.T("set_cron.saved", got.Cron, s.zone, spec.VCluster))
}

// otherSchedule says how the stored schedule or cluster differ, nil when they
// do not.
func otherSchedule(spec batchsync.Spec, cron batchsync.PlatformCron, got batchsync.DraftSchedule) *batchsync.Problem {
	switch {
	case !batchsync.SameCron(got.Cron, cron.Stored):
		return problem(batchsync.CodeRefused, "set_cron.differs", cron.Stored, got.Cron)
	case !strings.EqualFold(got.VCluster, spec.VCluster):
		return problem(batchsync.CodeRefused, "set_cron.vcluster_differs", spec.VCluster, got.VCluster)
	}
	return nil
}

// cronOf is the schedule in the platform's zone and dialect.
func cronOf(spec batchsync.Spec, zone string, now time.Time) (batchsync.PlatformCron, error) {
	there, err := spec.Schedule.In(zone, now)
	if err != nil {
		return batchsync.PlatformCron{}, err
	}
	return there.Cron(), nil
}
