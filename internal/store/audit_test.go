package store

import (
	"slices"
	"testing"

	"go.etcd.io/bbolt"

	"batchsync/internal/batchsync"
)

func TestStore_AuditOf(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	for _, row := range []batchsync.AuditRow{
		{Object: "task/40001", Actor: "U1", Operation: "a", Action: batchsync.ActBackfill, Outcome: batchsync.AuditAsked},
		{Object: "task/400011", Actor: "U1", Operation: "b", Action: batchsync.ActBackfill, Outcome: batchsync.AuditAsked},
		{Object: "operation/a", Actor: "U2", Operation: "a", Action: batchsync.ActBackfill, Outcome: string(batchsync.OpDone)},
		{Object: "task/40001/runs/7", Actor: "U2", Action: batchsync.ActRerun, Outcome: batchsync.AuditAsked},
	} {
		row.At = start
		ok(t, s.Record(row))
	}
	for _, tt := range []struct {
		name   string
		filter batchsync.AuditFilter
		want   []uint64 // numbers of the rows
	}{
		{"all", batchsync.AuditFilter{}, []uint64{4, 3, 2, 1}},
		{"limit", batchsync.AuditFilter{Limit: 2}, []uint64{4, 3}},
		{"task and what is below it, not its namesake", batchsync.AuditFilter{Object: "task/40001"}, []uint64{4, 1}},
		{"all tasks", batchsync.AuditFilter{Object: "task/"}, []uint64{4, 2, 1}},
		{"actor", batchsync.AuditFilter{Actor: "U1"}, []uint64{2, 1}},
		{"operation", batchsync.AuditFilter{Operation: "a"}, []uint64{3, 1}},
		{"everything at once", batchsync.AuditFilter{Object: "task/40001", Actor: "U2", Limit: 9}, []uint64{4}},
		{"action", batchsync.AuditFilter{Action: batchsync.ActBackfill}, []uint64{3, 2, 1}},
		{"outcome", batchsync.AuditFilter{Outcome: batchsync.AuditAsked}, []uint64{4, 2, 1}},
		{"backfills asked for of a task", batchsync.AuditFilter{Task: 40001, Action: batchsync.ActBackfill, Outcome: batchsync.AuditAsked}, []uint64{1}},
		{"the limit counts what passes", batchsync.AuditFilter{Action: batchsync.ActBackfill, Outcome: batchsync.AuditAsked, Limit: 1}, []uint64{2}},
		{"nothing", batchsync.AuditFilter{Actor: "U3"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got []uint64
			for _, row := range must[[]batchsync.AuditRow](t)(s.AuditOf(tt.filter)) {
				got = append(got, row.Seq)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got rows %v, want %v", got, tt.want)
			}
		})
	}
	if got := must[[]batchsync.AuditRow](t)(s.Audit(0)); len(got) != 0 {
		t.Errorf("no rows wanted, got %d", len(got))
	}
}

// TestStore_AuditOf_Stops reads no further than it has to: an older row that
// nobody can read is not in its way.
func TestStore_AuditOf_Stops(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	asked := batchsync.AuditFilter{Task: 40001, Action: batchsync.ActBackfill, Outcome: batchsync.AuditAsked}
	row := batchsync.AuditRow{At: start, Object: "task/40001", Action: batchsync.ActBackfill, Outcome: batchsync.AuditAsked}
	ok(t, s.Record(row))
	var first []byte
	ok(t, s.db.Update(func(tx *bbolt.Tx) error {
		first = slices.Clone(bucket(tx, bucketAudit).Get(be64(1)))
		return bucket(tx, bucketAudit).Put(be64(1), []byte(`"backfill" and "asked"`))
	}))
	defer func() {
		ok(t, s.db.Update(func(tx *bbolt.Tx) error { return bucket(tx, bucketAudit).Put(be64(1), first) }))
	}()
	for range 3 {
		ok(t, s.Record(row))
		ok(t, s.Record(batchsync.AuditRow{At: start, Object: "task/40001", Action: batchsync.ActBackfill, Outcome: string(batchsync.OpDone)}))
	}
	asked.Limit = 3
	if rows := must[[]batchsync.AuditRow](t)(s.AuditOf(asked)); len(rows) != 3 {
		t.Errorf("%d rows, want 3", len(rows))
	}
	other := batchsync.AuditFilter{Task: 40001, Action: batchsync.ActStop}
	if rows := must[[]batchsync.AuditRow](t)(s.AuditOf(other)); len(rows) != 0 {
		t.Errorf("%d rows, want none", len(rows))
	}
	asked.Limit = 4
	if rows, err := s.AuditOf(asked); err == nil {
		t.Errorf("%d rows and no error, want the one that nobody can read", len(rows))
	}
}

func TestStore_SaveTask(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	ok(t, s.SaveTask(batchsync.Task{ID: 40001, Name: "orders", Owner: "U1"}, batchsync.AuditRow{At: start, Object: "task/40001", Action: batchsync.ActAdopt}))
	ok(t, s.SaveTask(batchsync.Task{ID: 40001, Name: "orders", Owner: "U1", Muted: start}, batchsync.AuditRow{At: start, Object: "task/40001", Action: batchsync.ActMute}))
	if got := must[batchsync.Task](t)(s.Task(40001)); !got.Muted.Equal(start) || got.Owner != "U1" {
		t.Errorf("stored %+v", got)
	}
	if rows := must[[]batchsync.AuditRow](t)(s.Audit(9)); len(rows) != 2 || rows[0].Action != batchsync.ActMute {
		t.Errorf("audit is %+v", rows)
	}
}

// TestStore_AuditOf_Task finds what was asked for before the task was there.
func TestStore_AuditOf_Task(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	for id, task := range map[batchsync.OperationID]batchsync.TaskID{"made": 40001, "other": 40002, "refused": 0} {
		b := begin(id, string(id))
		b.Operation.Task = task
		b.Audit = batchsync.AuditRow{At: start, Object: "operation/" + string(id), Name: "orders", Operation: id}
		ok(t, s.Begin(b))
	}
	ok(t, s.Record(batchsync.AuditRow{At: start, Object: "task/40001", Name: "orders", Operation: "made"}))
	ok(t, s.Record(batchsync.AuditRow{At: start, Object: "task/40001/renamed", Name: "old"}))
	ok(t, s.Record(batchsync.AuditRow{At: start, Object: "operation/gone", Name: "orders", Operation: "gone"}))
	for _, tt := range []struct {
		name   string
		filter batchsync.AuditFilter
		want   []string // objects, sorted
	}{
		{"id", batchsync.AuditFilter{Task: 40001}, []string{"operation/made", "task/40001", "task/40001/renamed"}},
		{"id and name", batchsync.AuditFilter{Task: 40001, Name: "orders"}, []string{"operation/gone", "operation/made", "operation/refused", "task/40001", "task/40001/renamed"}},
		{"name", batchsync.AuditFilter{Name: "orders"}, []string{"operation/gone", "operation/made", "operation/other", "operation/refused", "task/40001"}},
		{"unknown id", batchsync.AuditFilter{Task: 7}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, row := range must[[]batchsync.AuditRow](t)(s.AuditOf(tt.filter)) {
				got = append(got, row.Object)
			}
			slices.Sort(got)
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}
