package store

import (
	"reflect"
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

// change is an operation on a task as it is begun.
func changing(id batchsync.OperationID, kind batchsync.OperationKind, task batchsync.TaskID, c batchsync.Change) batchsync.Operation {
	c.Name = "orders"
	return batchsync.NewChange(id, kind, "U1", "C1", task, c, start)
}

// carry begins an operation and ends it.
func carry(t *testing.T, s *Store, op batchsync.Operation, state batchsync.OperationState, edit func(*batchsync.Operation)) {
	t.Helper()
	ok(t, s.Begin(batchsync.Begin{Operation: op}))
	if edit != nil {
		edit(&op)
	}
	ok(t, advance(s, op, state, start.Add(time.Hour)))
}

func TestStore_Fresh(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	op := begin("op1", "orders").Operation
	op.Task = 7
	carry(t, s, op, batchsync.OpDone, nil)
	carry(t, s, changing("op2", batchsync.OpDeploy, 8, batchsync.Change{}), batchsync.OpDropped, nil)
	carry(t, s, changing("op3", batchsync.OpDeploy, 9, batchsync.Change{}), batchsync.OpDone, nil)
	k := known(t, s, start)
	want := batchsync.Fresh{Operation: "op1", Channel: "C1", Card: "operation/op1", At: start.Add(time.Hour)}
	if len(k.Fresh) != 2 || k.Fresh[7] != want || k.Fresh[9].Operation != "op3" {
		t.Fatalf("fresh are %+v", k.Fresh)
	}

	first := batchsync.NewAcceptance("op1", batchsync.OnFirstRun, 7, "orders", "C1", "operation/op1", start)
	blocked := batchsync.NewAcceptance("op3", batchsync.OnFirstRun, 9, "orders", "C1", "operation/op3", start)
	ok(t, s.AskAcceptance(examination("x1", 9, start)))
	look := batchsync.Look{At: start, Acceptances: []batchsync.Acceptance{first, blocked}}
	ok(t, s.RecordLook(look))
	ok(t, s.RecordLook(look)) // e.g. by a process that did not see the first answer
	k = known(t, s, start)
	if _, left := k.Fresh[7]; left || k.Fresh[9].Operation != "op3" {
		t.Errorf("fresh are %+v, want the one that could not be asked for", k.Fresh)
	}
	if !k.Examined[7].Open || len(must[[]batchsync.Acceptance](t)(s.AskedAcceptances())) != 2 {
		t.Errorf("examined are %+v", k.Examined)
	}

	carry(t, s, changing("op4", batchsync.OpUndeploy, 9, batchsync.Change{}), batchsync.OpDone, nil)
	if k = known(t, s, start); len(k.Fresh) != 0 {
		t.Errorf("offline, but fresh are %+v", k.Fresh)
	}
}

func TestStore_AfterBackfill(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		kind  batchsync.OperationKind
		state batchsync.OperationState
		edit  func(*batchsync.Operation)
		want  bool
	}{
		{"went well", batchsync.OpBackfill, batchsync.OpDone, nil, true},
		{"given up", batchsync.OpBackfill, batchsync.OpDropped, nil, false},
		{"in doubt", batchsync.OpBackfill, batchsync.OpUnknown, nil, false},
		{"with trouble", batchsync.OpBackfill, batchsync.OpDone, func(op *batchsync.Operation) { op.Trouble = true }, false},
		{"a rerun", batchsync.OpRerun, batchsync.OpDone, nil, false},
		{"stopped", batchsync.OpBackfill, batchsync.OpDone, func(op *batchsync.Operation) {
			op.Change.StopAsked, op.Change.Followed = true, []batchsync.Followed{{Run: 1, Status: batchsync.RunFailed}}
		}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := fresh(t)
			carry(t, s, changing("op1", tt.kind, 7, batchsync.Change{}), tt.state, tt.edit)
			a, err := s.Acceptance("op1")
			if got := err == nil; got != tt.want {
				t.Fatalf("asked: %t, want %t (%v)", got, tt.want, err)
			}
			if tt.want && (a.Occasion != batchsync.OnBackfill || a.Thread != "operation/op1" || a.Task != 7 || a.Channel != "C1" || a.State != batchsync.AcceptanceAsked) {
				t.Errorf("asked for %+v", a)
			}
		})
	}
}

// A backfill that ends while the task is examined has it examined anew: the
// save of what was seen so far must fail.
func TestStore_AfterBackfill_UnderWay(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	a := examination("x1", 7, start)
	ok(t, s.AskAcceptance(a))
	carry(t, s, changing("op1", batchsync.OpBackfill, 7, batchsync.Change{}), batchsync.OpDone, nil)
	wantCode(t, s.SaveAcceptance(examinedAs(a, batchsync.VerdictPassed), nil), batchsync.CodeConflict)
	ok(t, s.SaveAcceptance(examinedAs(stored(t, s, "x1"), batchsync.VerdictPassed), nil))
}

// A schedule that the bot changed is what is asked for from then on.
func TestStore_ScheduleAsked(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	spec := batchsync.Spec{Name: "orders", VCluster: "old", Schedule: batchsync.Schedule{Zone: "UTC"}}
	ok(t, s.SaveTask(batchsync.Task{ID: 7, Name: "orders", Spec: &spec}, batchsync.AuditRow{}))
	next := batchsync.Schedule{Zone: "Asia/Shanghai"}
	carry(t, s, changing("op1", batchsync.OpSchedule, 7, batchsync.Change{Schedule: &next, VCluster: "new"}), batchsync.OpDone, nil)
	if got := must[batchsync.Task](t)(s.Task(7)).Spec; got.VCluster != "new" || got.Schedule.Zone != "Asia/Shanghai" {
		t.Errorf("asked for is %+v", got)
	}
	carry(t, s, changing("op2", batchsync.OpSchedule, 8, batchsync.Change{Schedule: &next}), batchsync.OpDone, nil)
}

// What somebody saved elsewhere and had deployed here is asked for as well.
func TestStore_ScheduleAsked_Saved(t *testing.T) {
	t.Parallel()
	had := batchsync.Schedule{Every: batchsync.Daily, Hour: 2, Zone: "UTC"}
	tests := []struct {
		name, cron string
		want       batchsync.Schedule
	}{
		{"another", "0 30 03 * * ? *", batchsync.Schedule{Every: batchsync.Daily, Hour: 3, Minute: 30, Zone: "Asia/Shanghai"}},
		{"the same in its own zone", "0 00 10 * * ? *", had},
		{"one that no picker makes", "0 0 9,18 * * ? *", batchsync.Schedule{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := fresh(t)
			spec := batchsync.Spec{Name: "orders", VCluster: "old", Schedule: had}
			ok(t, s.SaveTask(batchsync.Task{ID: 7, Name: "orders", Spec: &spec}, batchsync.AuditRow{}))
			carry(t, s, changing("op1", batchsync.OpDeploy, 7, batchsync.Change{
				Zone: "Asia/Shanghai", Saved: &batchsync.DraftSchedule{Cron: tt.cron, VCluster: "new"},
			}), batchsync.OpDone, nil)
			if got := must[batchsync.Task](t)(s.Task(7)).Spec; got.VCluster != "new" || !reflect.DeepEqual(got.Schedule, tt.want) {
				t.Errorf("asked for is %+v", got)
			}
		})
	}
}

// What an acceptance read is worth more than what the monitor knew, of the same
// run. Of a later run that knows only where and when, and takes nothing away.
func TestStore_Success(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	_, err := s.Success(7, 0)
	wantCode(t, err, batchsync.CodeNotFound)
	full := batchsync.Snapshot{Task: 7, Run: 1, At: start, Version: 3, Content: &batchsync.Content{}, Columns: []batchsync.SourceFigures{{Table: "shop.t"}}}
	lean := batchsync.Snapshot{Task: 7, Run: 1, At: start.Add(time.Second)}
	watch := func() {
		ok(t, s.RecordLook(batchsync.Look{At: start, Watches: []batchsync.Watch{{Task: 7, Success: &lean}}}))
	}
	watch()
	if got := must[batchsync.Snapshot](t)(s.Success(7, 0)); got.Run != 1 || got.Content != nil {
		t.Errorf("by the monitor alone: %+v", got)
	}
	ok(t, s.RememberSuccess(full))
	ok(t, s.RememberSuccess(batchsync.Snapshot{Task: 7, Run: 9, At: start.Add(-time.Hour)}))
	if got := must[batchsync.Snapshot](t)(s.Success(7, 0)); got.Run != 1 || got.Content == nil {
		t.Errorf("of the same run: %+v", got)
	}
	lean.Run, lean.At, lean.Cron, lean.VCluster = 2, start.Add(time.Hour), "0 00 03 * * ? *", "b"
	watch()
	got := must[batchsync.Snapshot](t)(s.Success(7, 0))
	if got.Run != 2 || !got.At.Equal(lean.At) || got.Cron != lean.Cron || got.VCluster != "b" {
		t.Errorf("of a later run: %+v", got)
	}
	if got.Content == nil || got.Version != 3 || len(got.Columns) != 1 || !got.Read.Equal(start) {
		t.Errorf("of what was read with an earlier run is left %+v", got)
	}
	if got := must[batchsync.Snapshot](t)(s.Success(7, 2)); got.Run != 1 || !got.Read.IsZero() {
		t.Errorf("besides the newest run: %+v, want that which was read whole", got)
	}
	if got := must[batchsync.Snapshot](t)(s.Success(7, 1)); got.Run != 2 || got.Content != nil {
		t.Errorf("besides the one that was read: %+v, want the newest alone", got)
	}
}
