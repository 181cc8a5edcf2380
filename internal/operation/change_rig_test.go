package operation

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"batchsync/internal/batchsync"
)

const (
	taskID  = batchsync.TaskID(40001)
	oldCron = "0 00 02 * * ? *"
)

// days are the business times of the past days in the tests: 02:00 in the
// platform's zone. The simulated clock begins at midnight UTC of 2000-01-01.
func days(n int) []time.Time {
	var out []time.Time
	for i := range n {
		out = append(out, time.Date(1999, 12, 25+i, 18, 0, 0, 0, time.UTC))
	}
	return out
}

// kindOf says what a change asks for.
type ask struct {
	kind batchsync.OperationKind
	edit func(c *batchsync.Change) // nil: nothing special
}

func backfill() ask {
	return ask{batchsync.OpBackfill, func(c *batchsync.Change) {
		c.Backfill = &batchsync.Backfill{
			Window:   batchsync.Window{From: days(1)[0].Add(-time.Hour), To: days(3)[2].Add(time.Hour), Zone: zone},
			VCluster: "sync_vc", Instances: days(3), Job: "batchsync op1 by U1",
		}
	}}
}

func rerun() ask {
	return ask{batchsync.OpRerun, func(c *batchsync.Change) { c.Run, c.Plan = 1, days(1)[0] }}
}

func stopRun() ask { return ask{batchsync.OpStop, func(c *batchsync.Change) { c.Run = 1 }} }

func deploy() ask { return ask{kind: batchsync.OpDeploy} }

func reschedule() ask {
	return ask{batchsync.OpSchedule, func(c *batchsync.Change) {
		c.Schedule = &batchsync.Schedule{Every: batchsync.Daily, Hour: 5, Zone: zone}
	}}
}

func undeploy() ask { return ask{kind: batchsync.OpUndeploy} }

// onTask plays a scenario with a change of a deployed task on disk, as the
// person saw it.
func onTask(t *testing.T, a ask, arm func(p *platform), scenario func(r *rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := &rig{T: t, platform: newPlatform(), disk: openDisk(t)}
		r.deployed(taskID, "sync_orders")
		r.platform.times, r.platform.takes = days(3), 20*time.Second
		c := batchsync.Change{Name: "sync_orders", Type: batchsync.TypeSingle, Online: true, Cron: oldCron, VCluster: "sync_vc", Zone: zone}
		if arm != nil {
			arm(r.platform)
		}
		if a.edit != nil {
			a.edit(&c)
		}
		c.After = slices.Clone(r.platform.down)
		now := time.Now()
		op := batchsync.NewChange("op1", a.kind, "U1", "C1", taskID, c, now)
		err := r.disk.Begin(batchsync.Begin{Operation: op, Audit: batchsync.AuditRow{
			At: now, Actor: "U1", Action: a.kind.Action(), Outcome: batchsync.AuditAsked, Operation: op.ID,
		}})
		if err != nil {
			t.Fatal(err)
		}
		r.id = op.ID
		scenario(r)
	})
}

// deployed puts a task on the platform that has been online for a day.
func (r *rig) deployed(id batchsync.TaskID, name string) *task {
	t := &task{
		ref: batchsync.TaskRef{ID: id, Name: name, Type: batchsync.TypeSingle, Folder: 110}, content: contentOf(single()),
		schedule: batchsync.DraftSchedule{Cron: oldCron, VCluster: "sync_vc", Rerun: 1},
		deployed: batchsync.Deployed{Online: true, Cron: oldCron, VCluster: "sync_vc", PublishedAt: time.Now().Add(-24 * time.Hour)},
	}
	r.platform.tasks = append(r.platform.tasks, t)
	return t
}

// settled checks how a change ended, and that whoever is settled is out of the
// way and everybody else is not.
func (r *rig) settled(op batchsync.Operation, state batchsync.OperationState, key batchsync.TextKey) {
	r.Helper()
	var got batchsync.TextKey
	if p := op.Problem(); p != nil {
		got = p.Text.Key
		if p.Hint.IsZero() {
			r.Errorf("problem %q has no hint", got)
		}
	}
	if op.State != state || got != key {
		r.Fatalf("got state %s with problem %q, want %s with %q\nsteps: %+v\n%s", op.State, got, state, key, op.Steps, &r.log)
	}
	if _, held, err := r.disk.HolderOf(batchsync.TaskLock(taskID)); err != nil || held == state.Settled() {
		r.Errorf("lock in state %s: held %t, %v", state, held, err)
	}
	r.audited(op.Outcome())
}

// done is settled with everything done, and says whether there was trouble.
func (r *rig) done(op batchsync.Operation, trouble bool) {
	r.Helper()
	r.settled(op, batchsync.OpDone, "")
	if op.Trouble != trouble {
		r.Errorf("trouble: got %t, want %t; steps %+v", op.Trouble, trouble, op.Steps)
	}
	for _, s := range op.Steps {
		if s.State != batchsync.StepDone || s.Tries < 1 || s.Problem != nil {
			r.Errorf("done, but step %+v", s)
		}
	}
}

// asked checks how often a method was called.
func (r *rig) asked(method string, want int) {
	r.Helper()
	if got := r.platform.calls[method]; got != want {
		r.Errorf("%s was called %d times, want %d\n%s", method, got, want, &r.log)
	}
}

// counts checks how often something took effect on the platform.
func (r *rig) counts(what string, got, want int) {
	r.Helper()
	if got != want {
		r.Errorf("got %d %s on the platform, want %d", got, what, want)
	}
}

// after calls f once, when that much of a life is over.
func (r *rig) after(d time.Duration, f func(runner *Runner)) {
	began := time.Now()
	r.each = func(runner *Runner) {
		if f != nil && time.Since(began) >= d {
			f(runner)
			f = nil
		}
	}
}

// alter changes the platform in the middle of a life.
func (r *rig) alter(f func(p *platform)) {
	r.platform.mu.Lock()
	defer r.platform.mu.Unlock()
	f(r.platform)
}

// askStop presses Stop on the card.
func (r *rig) askStop(runner *Runner) {
	r.Helper()
	next, err := r.op().AskStop("U2", time.Now())
	if err == nil {
		err = r.disk.Store.Advance(batchsync.Progress{Operation: next})
	}
	if err != nil {
		r.Fatalf("stop: %v", err)
	}
	runner.Wake(r.id)
}
