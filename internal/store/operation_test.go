package store

import (
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

// begin is an accepted change for a task of a name, without a draft.
func begin(id batchsync.OperationID, name string) batchsync.Begin {
	spec := batchsync.Spec{Name: name, Folder: batchsync.Folder{ID: 7}}
	d := batchsync.Draft{Owner: "U1", Channel: "C1"}
	return batchsync.Begin{
		Operation: batchsync.NewCreate(id, d, spec, start),
		Audit: batchsync.AuditRow{
			At: start, Actor: "U1", Action: batchsync.ActCreate, Object: "operation/" + string(id), Outcome: "asked",
		},
	}
}

// confirmed is the same from the draft as it is stored.
func confirmed(id batchsync.OperationID, name string, d batchsync.Draft) batchsync.Begin {
	b := begin(id, name)
	d.State = batchsync.DraftConfirmed
	d.Version++
	b.Draft, b.Operation.Draft = &d, d.ID
	return b
}

// advance stores the operation's next version in another state.
func advance(s *Store, op batchsync.Operation, state batchsync.OperationState, at time.Time) error {
	op.State, op.UpdatedAt = state, at
	op.Version++
	return s.Advance(batchsync.Progress{Operation: op})
}

func TestStore_Begin(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	d := draftOf("d1", "U1")
	ok(t, s.CreateDraft(d))
	b := confirmed("op1", "orders", d)
	ok(t, s.Begin(b))

	op := must[batchsync.Operation](t)(s.Operation("op1"))
	if op.State != batchsync.OpRunning || op.Spec.Name != "orders" {
		t.Errorf("stored %+v", op)
	}
	by, held, err := s.HolderOf(op.Lock)
	if err != nil || !held || by.ID != "op1" {
		t.Errorf("lock is held by %q (%t, %v), want op1", by.ID, held, err)
	}
	if got := must[batchsync.Draft](t)(s.Draft("d1")); got.State != batchsync.DraftConfirmed || got.Operation != "op1" || got.Version != 2 {
		t.Errorf("draft is %+v", got)
	}
	card := must[batchsync.Message](t)(s.Message(op.Message))
	want := batchsync.Message{
		ID: "operation/op1", Kind: batchsync.MessageOperation, Object: "op1", Channel: "C1",
		State: batchsync.MessageDue, Wanted: 1, Due: start, Pending: start, CreatedAt: start,
	}
	if fmt.Sprint(card) != fmt.Sprint(want) {
		t.Errorf("card is %+v, want %+v", card, want)
	}
	if rows := must[[]batchsync.AuditRow](t)(s.Audit(9)); len(rows) != 1 || rows[0].Outcome != "asked" {
		t.Errorf("audit is %+v", rows)
	}
}

// A refused change leaves nothing behind.
func TestStore_Begin_Refused(t *testing.T) {
	t.Parallel()
	held := func(err error) bool { e, is := errors.AsType[*batchsync.HeldError](err); return is && e.By.ID == "op1" }
	stale := func(err error) bool { _, is := errors.AsType[*batchsync.StaleError](err); return is }
	for _, tt := range []struct {
		name    string
		arrange func(*testing.T, *Store, *batchsync.Begin)
		refused func(error) bool
	}{
		{"lock held", func(t *testing.T, s *Store, _ *batchsync.Begin) { ok(t, s.Begin(begin("op1", "orders"))) }, held},
		{"draft of another version", func(_ *testing.T, _ *Store, b *batchsync.Begin) { b.Draft.Version++ }, stale},
		{"draft not open", func(t *testing.T, s *Store, _ *batchsync.Begin) {
			_, err := s.EditDraft("d1", func(d batchsync.Draft) (batchsync.Draft, error) {
				d.State = batchsync.DraftConfirmed
				return d, nil
			})
			ok(t, err)
		}, stale},
		{"draft gone", func(_ *testing.T, _ *Store, b *batchsync.Begin) { b.Draft.ID = "d2" },
			func(err error) bool { return batchsync.CodeOf(err) == batchsync.CodeNotFound }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := fresh(t)
			d := draftOf("d1", "U1")
			ok(t, s.CreateDraft(d))
			b := confirmed("op2", "orders", d)
			tt.arrange(t, s, &b)
			before := must[[]batchsync.AuditRow](t)(s.Audit(9))
			if err := s.Begin(b); !tt.refused(err) {
				t.Errorf("got %v", err)
			}
			_, err := s.Operation("op2")
			wantCode(t, err, batchsync.CodeNotFound)
			_, err = s.Message(batchsync.CardOf("op2"))
			wantCode(t, err, batchsync.CodeNotFound)
			if got := must[batchsync.Draft](t)(s.Draft("d1")); got.Operation != "" {
				t.Errorf("draft belongs to operation %q", got.Operation)
			}
			if after := must[[]batchsync.AuditRow](t)(s.Audit(9)); len(after) != len(before) {
				t.Errorf("audit grew to %+v", after)
			}
		})
	}
	t.Run("again", func(t *testing.T) {
		t.Parallel()
		s := fresh(t)
		ok(t, s.Begin(begin("op1", "orders")))
		if err := s.Begin(begin("op1", "customers")); !errors.Is(err, ErrExists) {
			t.Errorf("got %v, want ErrExists", err)
		}
	})
}

func TestStore_Begin_OneOfManyWins(t *testing.T) {
	t.Parallel()
	const n = 16
	for _, tt := range []struct {
		name string
		make func(i int, d batchsync.Draft) batchsync.Begin
	}{
		{"same lock", func(i int, _ batchsync.Draft) batchsync.Begin {
			return begin(batchsync.OperationID(fmt.Sprint("op", i)), "orders")
		}},
		{"same draft", func(i int, d batchsync.Draft) batchsync.Begin {
			return confirmed(batchsync.OperationID(fmt.Sprint("op", i)), fmt.Sprint("orders", i), d)
		}},
		{"same operation", func(i int, _ batchsync.Draft) batchsync.Begin { return begin("op", fmt.Sprint("orders", i)) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := fresh(t)
			d := draftOf("d1", "U1")
			ok(t, s.CreateDraft(d))
			errs := make([]error, n)
			var wg sync.WaitGroup
			for i := range n {
				wg.Go(func() { errs[i] = s.Begin(tt.make(i, d)) })
			}
			wg.Wait()
			won := 0
			for _, err := range errs {
				if err == nil {
					won++
				}
			}
			if all := must[[]batchsync.Operation](t)(s.Unsettled()); won != 1 || len(all) != 1 {
				t.Errorf("%d won, %d operations stored, want 1 and 1: %v", won, len(all), errs)
			}
		})
	}
}

func TestStore_Advance(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	d := draftOf("d1", "U1")
	ok(t, s.CreateDraft(d))
	ok(t, s.CreateDraft(draftOf("d2", "U1")))
	ok(t, s.Begin(confirmed("op1", "orders", d)))
	op := must[batchsync.Operation](t)(s.Operation("op1"))
	op.Version, op.Task, op.UpdatedAt = 2, 40001, start.Add(time.Minute)
	reopened := must[batchsync.Draft](t)(s.Draft("d1")).Reopen(start.Add(time.Minute))
	ok(t, s.Advance(batchsync.Progress{
		Operation: op,
		Task:      &batchsync.Task{ID: 40001, Name: "orders"},
		Draft:     &reopened,
		DropDraft: "d2",
		Audit:     []batchsync.AuditRow{{Object: "a"}, {Object: "b"}},
		Messages:  []batchsync.Message{{ID: "n1", Channel: "C1", CreatedAt: start}, {ID: "operation/op1"}},
	}))
	if got := must[batchsync.Operation](t)(s.Operation("op1")); got.Version != 2 || got.Task != 40001 {
		t.Errorf("operation is %+v", got)
	}
	if got := must[batchsync.Task](t)(s.Task(40001)); got.Name != "orders" {
		t.Errorf("task is %+v", got)
	}
	if got := must[[]batchsync.Draft](t)(s.OpenDrafts("U1")); len(got) != 1 || got[0].ID != "d1" {
		t.Errorf("open drafts are %+v, want d1", got)
	}
	if rows := must[[]batchsync.AuditRow](t)(s.Audit(2)); rows[0].Object != "b" || rows[1].Object != "a" {
		t.Errorf("audit is %+v", rows)
	}
	if card := must[batchsync.Message](t)(s.Message("operation/op1")); card.Wanted != 2 || card.Channel != "C1" {
		t.Errorf("card is %+v, want revision 2", card)
	}
	must[batchsync.Message](t)(s.Message("n1"))
}

func TestStore_Advance_Refused(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	ok(t, s.Begin(begin("op1", "orders")))
	op := must[batchsync.Operation](t)(s.Operation("op1"))
	for _, version := range []int{0, 1, 3} {
		op.Version = version
		err := s.Advance(batchsync.Progress{Operation: op, Audit: []batchsync.AuditRow{{Object: "x"}}})
		if !errors.Is(err, ErrStale) {
			t.Errorf("version %d: got %v, want ErrStale", version, err)
		}
		wantCode(t, err, batchsync.CodeConflict)
	}
	if rows := must[[]batchsync.AuditRow](t)(s.Audit(9)); len(rows) != 1 {
		t.Errorf("audit is %+v, want one row", rows)
	}
	op.ID = "op2"
	wantCode(t, s.Advance(batchsync.Progress{Operation: op}), batchsync.CodeNotFound)
}

func TestStore_Advance_Lock(t *testing.T) {
	t.Parallel()
	for _, state := range batchsync.OperationStates() {
		for _, made := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s made %t", state, made), func(t *testing.T) {
				t.Parallel()
				s := fresh(t)
				b := begin("op1", "orders")
				if made {
					b.Operation.Task = 1
				}
				ok(t, s.Begin(b))
				ok(t, advance(s, b.Operation, state, start))
				_, held, err := s.HolderOf(b.Operation.Lock)
				if err != nil || held == state.Settled() {
					t.Errorf("held is %t (%v), want %t", held, err, !state.Settled())
				}
				if got := len(must[[]batchsync.Operation](t)(s.Unsettled())) == 1; got == state.Settled() {
					t.Errorf("listed as unsettled: %t", got)
				}
				if got := len(must[[]batchsync.Operation](t)(s.Running())) == 1; got != (state == batchsync.OpRunning) {
					t.Errorf("listed as running: %t", got)
				}
			})
		}
	}
}

// An operation that settled has let its lock go and cannot just go back to work.
func TestStore_Advance_SettledAndBack(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	first := begin("op1", "orders").Operation
	ok(t, s.Begin(begin("op1", "orders")))
	ok(t, advance(s, first, batchsync.OpRefused, start))
	ok(t, s.Begin(begin("op2", "orders")))

	first.Version = 2
	err := advance(s, first, batchsync.OpRunning, start)
	if e, is := errors.AsType[*batchsync.HeldError](err); !is || e.By.ID != "op2" {
		t.Fatalf("got %v, want held by op2", err)
	}
	ok(t, advance(s, first, batchsync.OpRefused, start)) // frees nothing of op2's
	if by, _, err := s.HolderOf(first.Lock); err != nil || by.ID != "op2" {
		t.Fatalf("lock is held by %q (%v), want op2", by.ID, err)
	}
	ok(t, advance(s, begin("op2", "orders").Operation, batchsync.OpDropped, start))
	first.Version = 3
	ok(t, advance(s, first, batchsync.OpRunning, start))
	if by, _, err := s.HolderOf(first.Lock); err != nil || by.ID != "op1" {
		t.Errorf("lock is held by %q (%v), want op1", by.ID, err)
	}
}

func TestStore_Advance_ChangedLock(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	op := begin("op1", "orders").Operation
	ok(t, s.Begin(begin("op1", "orders")))
	old := op.Lock
	op.Lock = batchsync.TaskLock(5)
	ok(t, advance(s, op, batchsync.OpRunning, start))
	if _, held, err := s.HolderOf(old); held || err != nil {
		t.Errorf("old lock is still held (%v)", err)
	}
	if _, held, err := s.HolderOf(op.Lock); !held || err != nil {
		t.Errorf("new lock is not held (%v)", err)
	}
}

func TestStore_Running_OldestFirstAfterReopen(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "bot.db")
	s := must[*Store](t)(Open(path, start))
	for i, id := range []batchsync.OperationID{"b", "a", "c"} {
		b := begin(id, string(id))
		b.Operation.CreatedAt = start.Add(time.Duration(i) * time.Second)
		ok(t, s.Begin(b))
	}
	ok(t, s.Close())
	var got string
	for _, op := range must[[]batchsync.Operation](t)(open(t, path).Running()) {
		got += string(op.ID)
	}
	if got != "bac" {
		t.Errorf("got %s, want bac", got)
	}
}

func TestStore_Tasks(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	_, err := s.Task(1)
	wantCode(t, err, batchsync.CodeNotFound)
	for i, id := range []batchsync.TaskID{300, 2, 1 << 40} {
		b := begin(batchsync.OperationID(id.String()), id.String())
		ok(t, s.Begin(b))
		b.Operation.Version++
		ok(t, s.Advance(batchsync.Progress{Operation: b.Operation, Task: &batchsync.Task{ID: id, Name: fmt.Sprint(i)}}))
	}
	var got string
	for _, task := range must[[]batchsync.Task](t)(s.Tasks()) {
		got += task.Name
	}
	if got != "102" {
		t.Errorf("got %s, want 102", got)
	}
}

func BenchmarkStore_Begin(b *testing.B) {
	s := fresh(b)
	for i := 0; b.Loop(); i++ {
		ok(b, s.Begin(begin(batchsync.OperationID(fmt.Sprint(i)), fmt.Sprint(i))))
	}
}

func BenchmarkStore_Advance(b *testing.B) {
	s := fresh(b)
	ok(b, s.Begin(begin("op1", "orders")))
	op := begin("op1", "orders").Operation
	for b.Loop() {
		op.Version++
		ok(b, s.Advance(batchsync.Progress{Operation: op}))
	}
}
