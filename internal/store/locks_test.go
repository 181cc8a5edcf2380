package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"batchsync/internal/batchsync"
)

// together takes a task offline with those that wait for it.
func together(id batchsync.OperationID, task batchsync.TaskID, after ...batchsync.TaskID) batchsync.Operation {
	c := batchsync.Change{WithDownstream: true}
	for _, t := range after {
		c.After = append(c.After, batchsync.TaskLink{ID: t, Name: fmt.Sprint("task ", t), Online: true})
	}
	return changing(id, batchsync.OpUndeploy, task, c)
}

// holders are who holds the tasks, "" for nobody.
func holders(t *testing.T, s *Store, tasks ...batchsync.TaskID) string {
	t.Helper()
	var out []string
	for _, task := range tasks {
		by, _, err := s.HolderOf(batchsync.TaskLock(task))
		ok(t, err)
		out = append(out, string(by.ID))
	}
	return strings.Join(out, " ")
}

// heldBy is what an error says about who holds what.
func heldBy(err error) string {
	var held *batchsync.HeldError
	if !errors.As(err, &held) {
		return fmt.Sprint(err)
	}
	return fmt.Sprintf("%s holds %s (%s), too: %t", held.By.ID, held.Lock, held.Name(), held.Too)
}

// An undeployment with the tasks that wait holds all of them, or is not begun.
func TestStore_Begin_Together(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		first batchsync.Operation
		then  batchsync.Operation
		want  string // of the second one's error
		holds string // who holds 1 2 3 then
	}{
		{"in nobody's way", changing("op1", batchsync.OpDeploy, 4, batchsync.Change{}), together("op2", 1, 2, 3), "<nil>", "op2 op2 op2"},
		{"itself among them", changing("op1", batchsync.OpDeploy, 4, batchsync.Change{}), together("op2", 1, 2, 1, 2), "<nil>", "op2 op2 "},
		{"the last is held", changing("op1", batchsync.OpDeploy, 3, batchsync.Change{}), together("op2", 1, 2, 3), "op1 holds task/3 (orders), too: true", "  op1"},
		{"its own is held", changing("op1", batchsync.OpDeploy, 1, batchsync.Change{}), together("op2", 1, 2, 3), "op1 holds task/1 (orders), too: false", "op1  "},
		{"holds one that waits", together("op1", 1, 2, 3), changing("op2", batchsync.OpBackfill, 3, batchsync.Change{}), "op1 holds task/3 (task 3), too: false", "op1 op1 op1"},
		{"both want one", together("op1", 1, 3), together("op2", 2, 3), "op1 holds task/3 (task 3), too: true", "op1  op1"},
		{"one of the other", together("op1", 1, 2), together("op2", 3, 1), "op1 holds task/1 (orders), too: true", "op1 op1 "},
		{"without those that wait", changing("op1", batchsync.OpUndeploy, 1, batchsync.Change{After: []batchsync.TaskLink{{ID: 2}}}),
			changing("op2", batchsync.OpBackfill, 2, batchsync.Change{}), "<nil>", "op1 op2 "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := fresh(t)
			ok(t, s.Begin(batchsync.Begin{Operation: tt.first}))
			got := heldBy(s.Begin(batchsync.Begin{Operation: tt.then}))
			if got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			if got := holders(t, s, 1, 2, 3); got != tt.holds {
				t.Errorf("held by %q, want %q", got, tt.holds)
			}
			ok(t, s.Check())
		})
	}
}

// All of them are held until it is settled, and free with that.
func TestStore_Advance_Together(t *testing.T) {
	t.Parallel()
	for _, state := range batchsync.OperationStates() {
		t.Run(string(state), func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "bot.db")
			s := must[*Store](t)(Open(path, start))
			op := together("op1", 1, 2, 3)
			ok(t, s.Begin(batchsync.Begin{Operation: op}))
			ok(t, advance(s, op, state, start))
			ok(t, s.Close())
			s = open(t, path)
			want := "op1 op1 op1"
			if state.Settled() {
				want = "  "
			}
			if got := holders(t, s, 1, 2, 3); got != want {
				t.Errorf("held by %q, want %q", got, want)
			}
			ok(t, s.Check())
		})
	}
}

// The alerts of every task that is held are drawn anew, at both ends.
func TestStore_Together_Alerts(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	ok(t, s.RecordLook(batchsync.Look{At: start, Incidents: []batchsync.Incident{trouble("i2", 2)}, Alerts: []batchsync.Alert{alertOf("a1", "i2")}}))
	before := wanted(t, s, "alert/a1")
	op := together("op1", 1, 2)
	ok(t, s.Begin(batchsync.Begin{Operation: op}))
	if got := must[batchsync.Telling](t)(s.Telling("a1")); got.Holders[2].ID != "op1" || wanted(t, s, "alert/a1") != before+1 {
		t.Errorf("held by %q, revision %d is wanted after %d", got.Holders[2].ID, wanted(t, s, "alert/a1"), before)
	}
	ok(t, advance(s, op, batchsync.OpDropped, start))
	if got := wanted(t, s, "alert/a1"); got != before+2 {
		t.Errorf("revision %d is wanted once the task is free, want %d", got, before+2)
	}
}

// alone is a file in which the operation holds nothing but its own lock, as
// earlier versions of the program left it.
func alone(t *testing.T, op batchsync.Operation) *Store {
	t.Helper()
	s := fresh(t)
	ok(t, s.Begin(batchsync.Begin{Operation: op}))
	ok(t, s.update(func(tx *bbolt.Tx) error {
		var all error
		for _, lock := range op.Locks()[1:] {
			all = errors.Join(all, release(tx, lock, op.ID))
		}
		return all
	}))
	return s
}

// An operation of an earlier version is sound, and takes the tasks it lacks when
// it gets on, or waits for who has one of them.
func TestStore_Together_OlderFile(t *testing.T) {
	t.Parallel()
	op := together("op1", 1, 2, 3)
	s := alone(t, op)
	ok(t, s.Check())
	other := changing("op2", batchsync.OpBackfill, 3, batchsync.Change{})
	ok(t, s.Begin(batchsync.Begin{Operation: other}))
	ok(t, s.Check())

	if got, want := heldBy(advance(s, op, batchsync.OpRunning, start)), "op2 holds task/3 (orders), too: true"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := holders(t, s, 1, 2, 3); got != "op1  op2" {
		t.Errorf("held by %q", got)
	}
	ok(t, advance(s, other, batchsync.OpDone, start))
	ok(t, advance(s, op, batchsync.OpRunning, start))
	if got := holders(t, s, 1, 2, 3); got != "op1 op1 op1" {
		t.Errorf("held by %q", got)
	}
	ok(t, s.Check())

	op = together("op1", 1, 2)
	s = alone(t, op)
	ok(t, s.Begin(batchsync.Begin{Operation: changing("op2", batchsync.OpBackfill, 2, batchsync.Change{})}))
	ok(t, advance(s, op, batchsync.OpDropped, start)) // it can be given up, and frees nothing of another's
	if got := holders(t, s, 1, 2); got != " op2" {
		t.Errorf("held by %q", got)
	}
	ok(t, s.Check())
}

// The check of a file knows which locks an operation has.
func TestStore_Check_Together(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		change func(tx *bbolt.Tx) error
		want   string
	}{
		{"its own lost", func(tx *bbolt.Tx) error { return release(tx, "task/1", "op1") }, `"op1" does not hold its lock "task/1"`},
		{"one of several lost", func(tx *bbolt.Tx) error { return release(tx, "task/3", "op1") }, `"op1" does not hold its lock "task/3"`},
		{"one of another", func(tx *bbolt.Tx) error { return write(tx, bucketLocks, []byte("task/2"), []byte("op2")) }, `"op1" does not hold its lock "task/2"`},
		{"one too many", func(tx *bbolt.Tx) error { return write(tx, bucketLocks, []byte("task/5"), []byte("op1")) },
			`lock "task/5" is held by operation "op1", which has no need of it`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "bot.db")
			s := must[*Store](t)(Open(path, start))
			ok(t, s.Begin(batchsync.Begin{Operation: together("op1", 1, 2, 3)}))
			ok(t, s.Begin(batchsync.Begin{Operation: changing("op2", batchsync.OpDeploy, 4, batchsync.Change{})}))
			ok(t, s.Check())
			ok(t, s.update(tt.change))
			if err := s.Check(); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want ErrDamaged with %q", err, tt.want)
			}
			ok(t, s.Close())
			if err := CheckFile(path); !errors.Is(err, ErrDamaged) {
				t.Errorf("as a file: got %v, want ErrDamaged", err)
			}
			ok(t, os.Remove(path))
		})
	}
}
