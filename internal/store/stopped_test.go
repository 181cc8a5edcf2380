package store

import (
	"fmt"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"batchsync/internal/batchsync"
)

// carried begins a change of task 1 and returns a function that stores its next
// version.
func carried(t *testing.T, s *Store, kind batchsync.OperationKind, c batchsync.Change) func(at time.Time, edit func(op *batchsync.Operation)) {
	t.Helper()
	id := batchsync.OperationID(fmt.Sprint(kind, len(must[[]batchsync.AuditRow](t)(s.Audit(99)))))
	op := batchsync.NewChange(id, kind, "U1", "C1", 1, c, start)
	ok(t, s.Begin(batchsync.Begin{Operation: op, Audit: batchsync.AuditRow{At: start}}))
	return func(at time.Time, edit func(op *batchsync.Operation)) {
		t.Helper()
		next := *op.Change
		op.Change = &next
		edit(&op)
		op.Version++
		op.UpdatedAt = at
		ok(t, s.Advance(batchsync.Progress{Operation: op}))
	}
}

func wantStopped(t *testing.T, s *Store, now time.Time, want string) {
	t.Helper()
	by := map[batchsync.RunID]batchsync.UserID{}
	for run, stop := range known(t, s, now).Stopped {
		by[run] = stop.By
	}
	if got := fmt.Sprint(by); got != want {
		t.Errorf("stopped are %s, want %s", got, want)
	}
}

func TestStore_Known_StoppedRun(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		end  batchsync.OperationState
		note batchsync.TextKey
		want string
	}{
		{"done", batchsync.OpDone, "stop.stopped", "map[5:U1]"},
		{"it succeeded before", batchsync.OpDone, "stop.succeeded", "map[]"},
		{"refused", batchsync.OpRefused, "", "map[]"},
		{"failed", batchsync.OpFailed, "", "map[]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := fresh(t)
			save := carried(t, s, batchsync.OpStop, batchsync.Change{Run: 5})
			save(start, func(op *batchsync.Operation) {
				op.State = tt.end
				op.Step(batchsync.StepStop).Notes = []batchsync.Text{batchsync.T(tt.note, "5")}
			})
			wantStopped(t, s, start, tt.want)
			wantStopped(t, s, start.Add(recentStops+1), "map[]")
		})
	}
}

// Of a backfill, only what ended after the stop was asked for was stopped.
func TestStore_Known_StoppedBackfill(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	followed := func(states ...batchsync.RunStatus) (out []batchsync.Followed) {
		for i, state := range states {
			f := batchsync.Followed{Plan: start.Add(time.Duration(i) * time.Hour), Status: state}
			if state != 0 {
				f.Run = batchsync.RunID(i + 1)
			}
			out = append(out, f)
		}
		return out
	}
	const good, bad, open = batchsync.RunSuccess, batchsync.RunFailed, batchsync.RunRunning
	save := carried(t, s, batchsync.OpBackfill, batchsync.Change{Backfill: &batchsync.Backfill{}})
	save(start, func(op *batchsync.Operation) { op.Change.Followed = followed(bad, open, open, open, 0) })
	save(start, func(op *batchsync.Operation) { op.Change.Followed = followed(bad, bad, open, open, 0) })
	save(start, func(op *batchsync.Operation) { op.Change.StopAsked, op.Change.StoppedBy = true, "U2" })
	wantStopped(t, s, start, "map[]")
	save(start, func(op *batchsync.Operation) { op.Change.Followed = followed(bad, bad, bad, open, open) })
	wantStopped(t, s, start, "map[3:U2]")
	save(start, func(op *batchsync.Operation) {
		op.State, op.Change.Followed = batchsync.OpDone, followed(bad, bad, bad, good, bad)
	})
	wantStopped(t, s, start, "map[3:U2 5:U2]")

	// What was repeated fails or succeeds by itself again.
	save = carried(t, s, batchsync.OpRerun, batchsync.Change{Run: 3})
	wantStopped(t, s, start, "map[3:U2 5:U2]")
	save(start, func(op *batchsync.Operation) { op.Change.Followed = []batchsync.Followed{{Run: 3, Status: open}} })
	wantStopped(t, s, start, "map[5:U2]")
	save(start, func(op *batchsync.Operation) {
		op.State, op.Change.Followed = batchsync.OpDone, []batchsync.Followed{{Run: 3, Status: bad}}
	})
	wantStopped(t, s, start, "map[5:U2]")

	// A repetition can be stopped itself.
	save = carried(t, s, batchsync.OpRerun, batchsync.Change{Run: 3})
	save(start, func(op *batchsync.Operation) { op.Change.Followed = []batchsync.Followed{{Run: 3, Status: open}} })
	save(start, func(op *batchsync.Operation) { op.Change.StopAsked, op.Change.StoppedBy = true, "U4" })
	save(start, func(op *batchsync.Operation) { op.Change.Followed = []batchsync.Followed{{Run: 3, Status: bad}} })
	save(start, func(op *batchsync.Operation) { op.State = batchsync.OpDone })
	wantStopped(t, s, start, "map[3:U4 5:U2]")
}

// A debug run is stopped like any other that is followed.
func TestStore_Known_StoppedDebug(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	save := carried(t, s, batchsync.OpDebug, batchsync.Change{})
	as := func(status batchsync.RunStatus, stopped bool) func(op *batchsync.Operation) {
		return func(op *batchsync.Operation) {
			op.Debug = &batchsync.DebugRun{Run: 9, Status: status, StopAsked: stopped, StoppedBy: "U2"}
		}
	}
	save(start, as(batchsync.RunRunning, false))
	save(start, as(batchsync.RunRunning, true))
	wantStopped(t, s, start, "map[]")
	save(start, as(batchsync.RunFailed, true))
	wantStopped(t, s, start, "map[9:U2]")
}

func TestStore_Known_BusyAndTouched(t *testing.T) {
	t.Parallel()
	below := []batchsync.TaskLink{{ID: 2}}
	for _, tt := range []struct {
		name    string
		kind    batchsync.OperationKind
		change  batchsync.Change
		end     batchsync.OperationState
		busy    string // before it is over
		touched []batchsync.TaskID
	}{
		{"schedule", batchsync.OpSchedule, batchsync.Change{}, batchsync.OpDone, "map[1:schedule]", []batchsync.TaskID{1}},
		{"settings", batchsync.OpTune, batchsync.Change{}, batchsync.OpDone, "map[1:tune]", []batchsync.TaskID{1}},
		{"given up half way", batchsync.OpDeploy, batchsync.Change{}, batchsync.OpDropped, "map[1:deploy]", []batchsync.TaskID{1}},
		{"refused", batchsync.OpDeploy, batchsync.Change{}, batchsync.OpRefused, "map[1:deploy]", nil},
		{"with those below", batchsync.OpUndeploy, batchsync.Change{WithDownstream: true, After: below}, batchsync.OpDone, "map[1:undeploy 2:undeploy]", []batchsync.TaskID{1, 2}},
		{"without", batchsync.OpUndeploy, batchsync.Change{After: below}, batchsync.OpDone, "map[1:undeploy]", []batchsync.TaskID{1}},
		{"rerun", batchsync.OpRerun, batchsync.Change{Run: 5}, batchsync.OpDone, "map[1:rerun]", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := fresh(t)
			save := carried(t, s, tt.kind, tt.change)
			at := start.Add(time.Minute)
			if k := known(t, s, at); fmt.Sprint(k.Busy) != tt.busy || len(k.Waiting) != 0 {
				t.Errorf("at work: busy are %v, want %s; waiting %+v", k.Busy, tt.busy, k.Waiting)
			}
			save(start, func(op *batchsync.Operation) { op.State = batchsync.OpFailed })
			if k := known(t, s, at); fmt.Sprint(k.Busy) != tt.busy || len(k.Waiting) != 1 || len(k.Touched) != 0 {
				t.Errorf("busy are %v, want %s; waiting %+v, touched %v", k.Busy, tt.busy, k.Waiting, k.Touched)
			}
			save(at, func(op *batchsync.Operation) { op.State = tt.end })
			k := known(t, s, at)
			if len(k.Busy) != 0 || len(k.Waiting) != 0 || len(k.Touched) != len(tt.touched) {
				t.Errorf("over: busy %v, waiting %v, touched %v, want %v", k.Busy, k.Waiting, k.Touched, tt.touched)
			}
			for _, id := range tt.touched {
				if !k.Touched[id].Equal(at) {
					t.Errorf("task %d was touched at %v, want %v", id, k.Touched[id], at)
				}
			}
		})
	}
}

// saveTasks stores n tasks with a specification, in one transaction.
func saveTasks(b *testing.B, s *Store, n int) {
	b.Helper()
	spec := &batchsync.Spec{Name: "orders", Scope: batchsync.ScopeMulti}
	ok(b, s.db.Update(func(tx *bbolt.Tx) error {
		for i := range n {
			t := batchsync.Task{ID: batchsync.TaskID(i + 1), Name: "orders", Owner: "U1", Channel: "C1", Spec: spec}
			if err := putTask(tx, t, start); err != nil {
				return err
			}
		}
		return nil
	}))
}
