package store

import (
	"errors"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

// formed is a change that a form asks for, and what somebody else does to the
// same thing afterwards, which brings back what the form's person saw.
type formed struct {
	name       string
	send, undo func(s *Store, row batchsync.AuditRow) error
	stands     func(s *Store) (bool, error) // what the form asked for
}

func formedChanges() []formed {
	mute := func(until time.Time) func(*Store, batchsync.AuditRow) error {
		return func(s *Store, row batchsync.AuditRow) error {
			return s.SaveTask(batchsync.Task{ID: 7, Name: "orders", Muted: until}, row)
		}
	}
	var none, some = batchsync.Expectation{}, batchsync.Expectation{Drop: 5}
	return []formed{
		{"a mute", mute(start.Add(time.Hour)), mute(time.Time{}), func(s *Store) (bool, error) {
			task, err := s.Task(7)
			return !task.Muted.IsZero(), err
		}},
		{
			"expectations",
			func(s *Store, row batchsync.AuditRow) error { return s.Expect(7, none.Digest(), some, row) },
			func(s *Store, row batchsync.AuditRow) error { return s.Expect(7, some.Digest(), none, row) },
			func(s *Store) (bool, error) {
				e, err := s.Expectation(7)
				return e.Drop == some.Drop, err
			},
		},
	}
}

// repeatedAt fails the test unless a form had its effect before, at that time.
func repeatedAt(t *testing.T, err error, at time.Time) {
	t.Helper()
	var again *batchsync.RepeatedError
	if !errors.As(err, &again) || !again.At.Equal(at) {
		t.Errorf("got %v, want that it had its effect at %v", err, at)
	}
}

// A form that is delivered again has no second effect: not at once, not after
// somebody undid what it did, and not after a restart.
func TestStore_Form_Again(t *testing.T) {
	t.Parallel()
	for _, c := range formedChanges() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "bot.db")
			s := must[*Store](t)(Open(path, start))
			row := batchsync.AuditRow{At: start, Object: "task/7", Form: "form/1"}
			later := row
			later.At = start.Add(time.Minute)
			ok(t, c.send(s, row))
			repeatedAt(t, c.send(s, later), start)
			if !must[bool](t)(c.stands(s)) {
				t.Error("it had no effect")
			}
			ok(t, c.undo(s, batchsync.AuditRow{At: start, Object: "task/7", Form: "form/2"}))
			repeatedAt(t, c.send(s, later), start)
			ok(t, s.Close())

			s = open(t, path)
			repeatedAt(t, c.send(s, later), start)
			if must[bool](t)(c.stands(s)) {
				t.Error("it had its effect once more")
			}
			if rows := must[[]batchsync.AuditRow](t)(s.Audit(9)); len(rows) != 2 || rows[0].Form != "" {
				t.Errorf("the trail is %+v, want a row of each form, without it", rows)
			}
			ok(t, c.send(s, batchsync.AuditRow{At: later.At, Object: "task/7", Form: "form/3"})) // another form of the same answers
			if !must[bool](t)(c.stands(s)) {
				t.Error("another form had no effect")
			}
			if gone := must[Expired](t)(s.Expire(start.Add(keepSeen + time.Hour))); gone.Seen != 3 {
				t.Errorf("%d forms were forgotten, want 3", gone.Seen)
			}
		})
	}
}

// Of any number of deliveries at once, one has an effect.
func TestStore_Form_AtOnce(t *testing.T) {
	t.Parallel()
	for _, c := range formedChanges() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := fresh(t)
			var effects, again atomic.Int32
			var wg sync.WaitGroup
			for range 20 {
				wg.Go(func() {
					err := c.send(s, batchsync.AuditRow{At: start, Object: "task/7", Form: "form/1"})
					var repeated *batchsync.RepeatedError
					switch {
					case err == nil:
						effects.Add(1)
					case errors.As(err, &repeated):
						again.Add(1)
					default:
						t.Error(err)
					}
				})
			}
			wg.Wait()
			if effects.Load() != 1 || again.Load() != 19 {
				t.Errorf("%d effects and %d repetitions, want 1 and 19", effects.Load(), again.Load())
			}
			if rows := must[[]batchsync.AuditRow](t)(s.Audit(99)); len(rows) != 1 {
				t.Errorf("%d audit rows, want 1", len(rows))
			}
		})
	}
}

// A form that was refused is not remembered: it may be sent again. One that asks
// for what stands there already is: somebody may change that.
func TestStore_Form_WithoutEffect(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	none, some := batchsync.Expectation{}, batchsync.Expectation{Drop: 5}
	row := func(form string) batchsync.AuditRow {
		return batchsync.AuditRow{At: start, Object: "task/7", Form: form}
	}
	if err := s.Expect(7, some.Digest(), batchsync.Expectation{Drop: 9}, row("refused")); !errors.Is(err, ErrStale) {
		t.Fatalf("got %v, want ErrStale", err)
	}
	ok(t, s.Expect(7, none.Digest(), some, row("first")))
	ok(t, s.Expect(7, none.Digest(), some, row("same"))) // what somebody else asked for, too
	ok(t, s.Expect(7, some.Digest(), none, row("undone")))
	repeatedAt(t, s.Expect(7, none.Digest(), some, row("same")), start)
	ok(t, s.Expect(7, none.Digest(), some, row("second")))
	ok(t, s.Expect(7, some.Digest(), batchsync.Expectation{Drop: 9}, row("refused"))) // saw by then what stands there
	if e := must[batchsync.Expectation](t)(s.Expectation(7)); e.Drop != 9 {
		t.Errorf("stored %+v", e)
	}
}
