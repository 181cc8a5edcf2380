package store

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"batchsync/internal/batchsync"
)

// aheads are by how much the clock was wrong when things were stored.
var aheads = []time.Duration{time.Hour, 24 * time.Hour, 365 * 24 * time.Hour}

// A message of a clock that was ahead is due after one housekeeping; one that is
// held until a mute is over stays held; the order stays as it was.
func TestStore_Ahead_Messages(t *testing.T) {
	t.Parallel()
	for _, ahead := range aheads {
		t.Run(ahead.String(), func(t *testing.T) {
			t.Parallel()
			s := fresh(t)
			wrong := start.Add(ahead)
			said := func(id batchsync.MessageID, at, due time.Time) batchsync.Message {
				m := notice(id, due)
				m.CreatedAt = at
				return m
			}
			ok(t, s.Enqueue(said("a", wrong, wrong), said("b", wrong, wrong), said("c", wrong.Add(time.Second), wrong.Add(time.Second)),
				said("held", start, start.Add(3*time.Hour)), said("d", start, start)))
			// One that failed by the wrong clock, one that was shown by it and raised
			// by the right one.
			ok(t, s.Delivered("b", 1, batchsync.Delivery{Outcome: batchsync.OutcomeFailed}, wrong.Add(5*time.Minute), wrong))
			ok(t, s.Delivered("d", 1, batchsync.Delivery{Outcome: batchsync.OutcomeDone, Channel: "C1", TS: "1.1"}, wrong, wrong))
			ok(t, s.Refresh("d", start.Add(time.Minute)))

			now := start.Add(2 * time.Minute)
			if got := ids(must[[]batchsync.Message](t)(s.Due(now, 10))); !slices.Equal(got, []string{"d"}) {
				t.Fatalf("due before: %v; the test shows nothing", got)
			}
			gone := must[Expired](t)(s.Expire(now))
			due := must[[]batchsync.Message](t)(s.Due(now, 10))
			if got := ids(due); !slices.Equal(got, []string{"d", "a", "b", "c"}) || gone.Ahead != 4 {
				t.Errorf("due are %v, %d were brought back", got, gone.Ahead)
			}
			for _, m := range due {
				if m.SentAt.After(now) || m.Pending.After(now) {
					t.Errorf("%s was sent at %s, waits since %s; it is %s", m.ID, m.SentAt, m.Pending, now)
				}
			}
			if m := must[batchsync.Message](t)(s.Message("held")); !m.Due.Equal(start.Add(3 * time.Hour)) {
				t.Errorf("what is held is due at %s", m.Due)
			}
			if gone := must[Expired](t)(s.Expire(now.Add(time.Minute))); gone.Ahead != 0 {
				t.Errorf("%d brought back once more", gone.Ahead)
			}
		})
	}
}

// A back-off is no wrong clock.
func TestStore_Ahead_LeavesBackOff(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	ok(t, s.Enqueue(notice("a", start)))
	ok(t, s.Delivered("a", 1, batchsync.Delivery{Outcome: batchsync.OutcomeFailed}, start.Add(5*time.Minute), start))
	must[Expired](t)(s.Expire(start.Add(time.Second)))
	if m := must[batchsync.Message](t)(s.Message("a")); !m.Due.Equal(start.Add(5 * time.Minute)) {
		t.Errorf("due at %s", m.Due)
	}
}

// However the clock was set when it was made and while it waits: a proposal can
// be confirmed for an hour, at the very most two, and never for ever.
func TestStore_Ahead_Proposals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name        string
		made        time.Duration // after start, by the clock that made it
		there, gone time.Duration
	}{
		{"clock is right", 0, time.Hour, time.Hour + time.Second},
		{"set back by a second", time.Second, time.Hour, time.Hour + 2*time.Second},
		{"set back by an hour", time.Hour, 2 * time.Hour, 2*time.Hour + time.Second},
		{"was a day ahead", 24 * time.Hour, -1, 0},
		{"was a year ahead", 365 * 24 * time.Hour, -1, 0},
		{"set forward by a day", -24 * time.Hour, -1, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := fresh(t)
			op := proposal("op1")
			op.CreatedAt = start.Add(c.made)
			ok(t, s.Propose(op))
			if c.there >= 0 {
				must[Expired](t)(s.Expire(start.Add(c.there)))
				if _, err := s.Proposal("op1"); err != nil {
					t.Errorf("gone after %s: %v", c.there, err)
				}
			}
			must[Expired](t)(s.Expire(start.Add(c.gone)))
			_, err := s.Proposal("op1")
			wantCode(t, err, batchsync.CodeNotFound)
		})
	}
}

// After a clock that was ahead, the next acceptance of a task is the last one:
// people can accept it, and it covers the runs up to it and no later ones.
func TestStore_Ahead_Acceptances(t *testing.T) {
	t.Parallel()
	for _, ahead := range aheads {
		t.Run(ahead.String(), func(t *testing.T) {
			t.Parallel()
			s := fresh(t)
			wrong := start.Add(ahead)
			made(t, s, examination("first", 7, wrong), batchsync.VerdictPassed)
			made(t, s, examination("second", 7, wrong.Add(time.Minute)), batchsync.VerdictPassed)
			ok(t, s.AskAcceptance(examination("open", 8, wrong))) // under way
			must[Expired](t)(s.Expire(start))
			if last := must[batchsync.Acceptance](t)(s.LastAcceptance(7)); last.ID != "second" {
				t.Errorf("the last is %s now", last.ID)
			}
			now := start.Add(time.Minute)
			third := made(t, s, examination("third", 7, now), batchsync.VerdictPassed)
			if _, err := s.AcceptDelivery("third", third.Version, "U1", now, batchsync.AuditRow{At: now}); err != nil {
				t.Errorf("the newest cannot be accepted: %v", err)
			}
			// What was under way is saved, and done for good.
			made8 := examinedAs(stored(t, s, "open"), batchsync.VerdictPassed)
			ok(t, s.SaveAcceptance(made8, nil))
			known := must[batchsync.Known](t)(s.Known(now))
			for task, e := range known.Examined {
				if e.At.After(now) || e.Open || e.Covers(99, now.Add(time.Minute)) {
					t.Errorf("task %d: %+v; it is %s", task, e, now)
				}
			}
		})
	}
}

// What a deployment by a clock that was ahead left behind does not keep the first
// run after it from being examined.
func TestStore_Ahead_Deployed(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	wrong := start.Add(24 * time.Hour)
	op := batchsync.NewChange("op1", batchsync.OpDeploy, "U1", "C1", 40001, batchsync.Change{Name: "orders"}, wrong)
	ok(t, s.Begin(batchsync.Begin{Operation: op}))
	op.Version++
	op.State, op.UpdatedAt = batchsync.OpDone, wrong
	ok(t, s.Advance(batchsync.Progress{Operation: op}))
	must[Expired](t)(s.Expire(start))
	known := must[batchsync.Known](t)(s.Known(start))
	if f := known.Fresh[40001]; f.Operation != "op1" || f.At.After(start) {
		t.Errorf("deployed at %s; it is %s", f.At, start)
	}
	if at := known.Touched[40001]; at.IsZero() || at.After(start) {
		t.Errorf("touched at %s; it is %s", at, start)
	}
	if due := must[[]batchsync.Message](t)(s.Due(start, 10)); len(due) != 1 {
		t.Errorf("%d messages are due, want the card", len(due))
	}
}

// A row of the trail from a clock that was years ahead does not keep those behind
// it for years.
func TestStore_Ahead_Audit(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	for i, at := range []time.Time{start, start.Add(10 * 365 * 24 * time.Hour), start.Add(time.Hour), start.Add(300 * 24 * time.Hour), start.Add(400 * 24 * time.Hour)} {
		ok(t, s.SetChannel(batchsync.Channel{ID: "C1"}, batchsync.AuditRow{At: at, Actor: "U1", Action: "digest", Name: fmt.Sprint(i)}))
	}
	now := start.Add(401 * 24 * time.Hour)
	if gone := must[Forgotten](t)(s.Forget(now, 365*24*time.Hour)); gone.Audit != 3 {
		t.Errorf("%d rows are forgotten, want 3", gone.Audit)
	}
}

// Backups of a time to come are the oldest there are: what is made now stays, and
// is made at once.
func TestArchive_FromTheFuture(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := fresh(t)
		for day := range 4 {
			ok(t, s.Backup(t.Context(), filepath.Join(dir, BackupName(time.Now().AddDate(1, 0, day)))))
		}
		a := NewArchive(s, BackupPlan{Dir: dir, Every: 24 * time.Hour, Keep: 3}, logger())
		begun := time.Now()
		ctx, stop := context.WithTimeout(t.Context(), 49*time.Hour)
		defer stop()
		ok(t, a.Run(ctx))
		all := must[[]Backup](t)(Backups(dir))
		if len(all) != 3 || !all[0].At.Equal(begun.UTC().Truncate(time.Millisecond)) || all[2].At.After(time.Now()) {
			t.Errorf("kept are %v, begun at %s", all, begun)
		}
		if st := a.State(); st.Troubled(time.Now()) || st.Last.After(time.Now()) {
			t.Errorf("state is %+v", st)
		}
	})
}
