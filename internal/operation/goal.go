package operation

import (
	"fmt"
	"strings"
	"time"

	"batchsync/internal/batchsync"
)

// goal is the schedule and the cluster that an operation is to bring about.
type goal struct {
	cron     batchsync.PlatformCron // Send is empty where nothing has to be saved
	vcluster string
	retry    batchsync.Retry // not told where retries are no part of it
}

// goal reads it from what was asked for; a deployment publishes what the check
// found saved.
func (t *turn) goal(zone string) (goal, error) {
	c := t.op.Change
	switch {
	case t.op.Spec != nil:
		cron, err := cronOf(t.op.Spec.Schedule, zone, t.now)
		return goal{cron: cron, vcluster: t.op.Spec.VCluster}, err
	case c != nil && c.Schedule != nil:
		cron, err := cronOf(*c.Schedule, zone, t.now)
		return goal{cron: cron, vcluster: c.Onto()}, err
	case c != nil && c.Saved != nil:
		g := goal{cron: batchsync.PlatformCron{Stored: c.Saved.Cron}, vcluster: c.Saved.VCluster}
		if c.Tune != nil && c.Tune.Retried() {
			g.retry = c.Tune.Goal(c.Saved.Retry)
		}
		return g, nil
	}
	return goal{}, fmt.Errorf("operation %s has no schedule to bring about", t.op.ID)
}

// otherThan says how a saved schedule or cluster differ, nil when they do not.
func (g goal) otherThan(got batchsync.DraftSchedule) *batchsync.Problem {
	switch {
	case !batchsync.SameCron(got.Cron, g.cron.Stored):
		return problem(batchsync.CodeRefused, "set_cron.differs", g.cron.Stored, got.Cron)
	case !strings.EqualFold(got.VCluster, g.vcluster):
		return problem(batchsync.CodeRefused, "set_cron.vcluster_differs", g.vcluster, got.VCluster)
	}
	return nil
}

// cronOf is a schedule in the platform's zone and dialect.
func cronOf(s batchsync.Schedule, zone string, now time.Time) (batchsync.PlatformCron, error) {
	there, err := s.In(zone, now)
	if err != nil {
		return batchsync.PlatformCron{}, err
	}
	return there.Cron(), nil
}
