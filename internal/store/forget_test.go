package store

import (
	"fmt"
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

const year = 365 * day

// settle begins and ends an operation on a task at a time.
func settle(t testing.TB, s *Store, id batchsync.OperationID, task batchsync.TaskID, at time.Time) {
	t.Helper()
	op := batchsync.NewChange(id, batchsync.OpDeploy, "U1", "C1", task, batchsync.Change{Name: "orders"}, at)
	row := batchsync.AuditRow{At: at, Actor: "U1", Object: "task/" + task.String(), Operation: id, Outcome: batchsync.AuditAsked}
	ok(t, s.Begin(batchsync.Begin{Operation: op, Audit: row}))
	op.State, op.Version = batchsync.OpDone, op.Version+1
	row.Outcome = string(batchsync.OpDone)
	ok(t, s.Advance(batchsync.Progress{Operation: op, Audit: []batchsync.AuditRow{row}}))
	ok(t, s.Delivered(cardID(op), 9, batchsync.Delivery{Outcome: batchsync.OutcomeDone, TS: "1.1", Channel: "C1"}, at, at))
}

func TestStore_Forget(t *testing.T) {
	t.Parallel()
	const keep = 400 * day
	s := fresh(t)
	for i, id := range []batchsync.OperationID{"maker", "old", "waiting card"} {
		settle(t, s, id, batchsync.TaskID(i+1), start)
	}
	ok(t, s.SaveTask(batchsync.Task{ID: 1, Name: "orders", Operation: "maker"}, batchsync.AuditRow{At: start}))
	ok(t, s.Begin(begin("open", "open")))
	ok(t, s.Refresh("operation/waiting card", start))
	ok(t, s.RememberSuccess(batchsync.Snapshot{Task: 2, At: start}))
	ok(t, s.RememberSuccess(batchsync.Snapshot{Task: 1, At: start}))
	later := start.Add(200 * day)
	settle(t, s, "new", 2, later)

	if got := must[Forgotten](t)(s.Forget(start.Add(keep), keep)); got.Audit != 0 || got.Operations != 0 {
		t.Errorf("too early: %+v", got)
	}
	now := start.Add(keep + 25*time.Hour)
	got := must[Forgotten](t)(s.Forget(now, keep))
	if got.Audit != 8 || got.Operations != 1 {
		t.Errorf("got %+v, want eight rows and the old operation", got)
	}
	for id, kept := range map[batchsync.OperationID]bool{"maker": true, "old": false, "waiting card": true, "open": true, "new": true} {
		_, err := s.Operation(id)
		_, card := s.Message(batchsync.CardOf(id))
		if (err == nil) != kept || (card == nil) != kept {
			t.Errorf("operation %s: got %v, card %v, want kept %t", id, err, card, kept)
		}
	}
	if rows := must[[]batchsync.AuditRow](t)(s.AuditOf(batchsync.AuditFilter{})); len(rows) != 2 || rows[1].Operation != "new" {
		t.Errorf("left are %+v", rows)
	}
	// Of a task that is neither remembered nor watched nothing stays.
	if _, err := s.Success(2, 0); batchsync.CodeOf(err) != batchsync.CodeNotFound {
		t.Errorf("success of a task that is gone: %v", err)
	}
	must[batchsync.Snapshot](t)(s.Success(1, 0))
	// The last row stays: what comes is numbered on from it.
	must[Forgotten](t)(s.Forget(now.Add(9*year), keep))
	if rows := must[[]batchsync.AuditRow](t)(s.Audit(9)); len(rows) != 1 {
		t.Errorf("left are %+v, want the last row", rows)
	}
}

// Much that is old goes in batches, each of which holds nobody up for long, and
// for the rest of the day there is nothing to do.
func TestStore_Forget_Batches(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	s.db.NoSync = true
	for i := range 620 {
		settle(t, s, batchsync.OperationID(fmt.Sprint(i)), batchsync.TaskID(i+1), start)
	}
	now, rounds := start.Add(2*year), 0
	for left := 1; left > 0; rounds++ {
		got := must[Forgotten](t)(s.Forget(now, year))
		if got.Audit > expireBatch || got.Operations > expireBatch {
			t.Fatalf("got %+v at once", got)
		}
		left = got.Audit + got.Operations
	}
	if rounds < 3 || rounds > 5 {
		t.Errorf("it took %d rounds", rounds)
	}
	settle(t, s, "one more", 1, start)
	if got := must[Forgotten](t)(s.Forget(now.Add(23*time.Hour), year)); got != (Forgotten{}) {
		t.Errorf("on the same day: %+v", got)
	}
	if got := must[Forgotten](t)(s.Forget(now.Add(24*time.Hour), year)); got.Operations != 1 {
		t.Errorf("on the next day: %+v", got)
	}
}
