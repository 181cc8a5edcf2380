package store

import (
	"errors"
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

// proposal is a change of task 40001 that waits for confirmation.
func proposal(id batchsync.OperationID) batchsync.Operation {
	op := batchsync.NewChange(id, batchsync.OpDeploy, "U1", "C1", 40001, batchsync.Change{Name: "orders"}, start)
	op.State = batchsync.OpProposed
	return op
}

func TestStore_Propose(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	op := proposal("op1")
	ok(t, s.Propose(op))
	got := must[batchsync.Operation](t)(s.Proposal("op1"))
	if got.State != batchsync.OpProposed || got.Change.Name != "orders" || got.Task != 40001 {
		t.Errorf("stored %+v", got)
	}
	// It is nobody's work, and in nobody's way.
	if _, err := s.Operation("op1"); batchsync.CodeOf(err) != batchsync.CodeNotFound {
		t.Errorf("it is an operation already: %v", err)
	}
	if got := must[[]batchsync.Operation](t)(s.Unsettled()); len(got) != 0 {
		t.Errorf("it is listed as unsettled: %+v", got)
	}
	if _, held, err := s.HolderOf(op.Lock); held || err != nil {
		t.Errorf("it holds the lock (%t, %v)", held, err)
	}
	if err := s.Propose(op); !errors.Is(err, ErrExists) {
		t.Errorf("again: got %v, want ErrExists", err)
	}
	op.State = batchsync.OpRunning
	op.ID = "op2"
	if err := s.Propose(op); err == nil {
		t.Error("a running operation was taken for a proposal")
	}
}

func TestStore_Begin_Proposal(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	ok(t, s.Propose(proposal("op1")))
	if err := s.Begin(batchsync.Begin{Operation: proposal("op1")}); err == nil {
		t.Fatal("a proposal was begun unconfirmed")
	}
	// Somebody else holds the task: the proposal stays, to be confirmed again.
	other := batchsync.NewChange("other", batchsync.OpStop, "U2", "C1", 40001, batchsync.Change{Run: 1}, start)
	ok(t, s.Begin(batchsync.Begin{Operation: other}))
	op := must[batchsync.Operation](t)(proposal("op1").Confirm(start.Add(time.Minute)))
	if err := s.Begin(batchsync.Begin{Operation: op}); batchsync.CodeOf(err) != batchsync.CodeConflict {
		t.Fatalf("got %v, want a conflict", err)
	}
	must[batchsync.Operation](t)(s.Proposal("op1"))
	ok(t, advance(s, other, batchsync.OpDone, start))

	ok(t, s.Begin(batchsync.Begin{Operation: op}))
	_, err := s.Proposal("op1")
	wantCode(t, err, batchsync.CodeNotFound)
	if got := must[batchsync.Operation](t)(s.Operation("op1")); got.State != batchsync.OpRunning || !got.CreatedAt.Equal(start.Add(time.Minute)) {
		t.Errorf("begun as %+v", got)
	}
	err = s.Begin(batchsync.Begin{Operation: op})
	if !errors.Is(err, ErrExists) {
		t.Errorf("second confirmation: got %v, want ErrExists", err)
	}
	wantCode(t, err, batchsync.CodeConflict)
	if err := s.Propose(proposal("op1")); !errors.Is(err, ErrExists) {
		t.Errorf("proposed after it was begun: got %v, want ErrExists", err)
	}
}

func TestStore_Expire_Proposals(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	ok(t, s.Propose(proposal("old")))
	young := proposal("young")
	young.CreatedAt = start.Add(time.Second)
	ok(t, s.Propose(young))
	if got := must[Expired](t)(s.Expire(start.Add(time.Hour + 1))); got != (Expired{Proposals: 1}) {
		t.Errorf("got %+v, want one proposal", got)
	}
	_, err := s.Proposal("old")
	wantCode(t, err, batchsync.CodeNotFound)
	must[batchsync.Operation](t)(s.Proposal("young"))
}

func TestStore_UnsettledOf(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	for i, task := range []batchsync.TaskID{1, 2} {
		op := batchsync.NewChange(batchsync.OperationID(rune('a'+i)), batchsync.OpDeploy, "U1", "C1", task, batchsync.Change{}, start)
		ok(t, s.Begin(batchsync.Begin{Operation: op}))
	}
	if got := must[[]batchsync.Operation](t)(s.UnsettledOf(2)); len(got) != 1 || got[0].Task != 2 {
		t.Errorf("got %+v, want the operation on task 2", got)
	}
}
