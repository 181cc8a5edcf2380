package operation

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

// TestUndeploy_Together_Holds keeps everybody else away from the tasks that go
// offline too, through a death at any save, until it is over.
func TestUndeploy_Together_Holds(t *testing.T) {
	t.Parallel()
	a := ask{batchsync.OpUndeploy, func(c *batchsync.Change) { c.WithDownstream = true }}
	for n := 1; n <= 6; n++ {
		for _, late := range []bool{false, true} {
			t.Run(fmt.Sprintf("save %d late %t", n, late), func(t *testing.T) {
				t.Parallel()
				onTask(t, a, func(p *platform) {
					withRuns(p)
					p.down = []batchsync.TaskLink{{ID: 2, Name: "dwd_orders", Online: true}, {ID: 3, Name: "dwd_items", Online: true}}
				}, func(r *rig) {
					r.deployed(2, "dwd_orders")
					r.deployed(3, "dwd_items")
					deliver := r.slackTakes(batchsync.OutcomeDone)
					looks := 0
					r.each = func(runner *Runner) {
						looks++
						r.keptOff(2, 3)
						deliver(runner)
					}
					r.disk.cut, r.disk.late = n, late
					if op := r.live(); op.State != batchsync.OpRunning || r.disk.saves != n {
						r.Fatalf("it is %s after %d saves, want a death at %d", op.State, r.disk.saves, n)
					}
					r.keptOff(2, 3)
					r.done(r.live(), false)
					r.counts("undeployments", r.platform.undeploys, 1)
					if looks == 0 {
						r.Error("nobody else was there meanwhile")
					}
					for _, id := range []batchsync.TaskID{2, 3} {
						if err := r.begins(id); err != nil {
							r.Errorf("task %d is not free afterwards: %v", id, err)
						}
					}
				})
			})
		}
	}
}

// begins asks for another change of a task.
func (r *rig) begins(task batchsync.TaskID) error {
	id := batchsync.OperationID("other" + task.String())
	return r.disk.Begin(batchsync.Begin{Operation: batchsync.NewChange(id, batchsync.OpBackfill, "U2", "C1", task, batchsync.Change{}, time.Now())})
}

// keptOff checks that nobody else may change the tasks at present.
func (r *rig) keptOff(tasks ...batchsync.TaskID) {
	r.Helper()
	for _, id := range tasks {
		var held *batchsync.HeldError
		if err := r.begins(id); !errors.As(err, &held) || held.By.ID != r.id || !held.Along() {
			r.Errorf("another change of task %d: got %v, want it held by %s", id, err, r.id)
		}
	}
}
