package store

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

// life is a workspace's daily use of the file: figures of a busy team.
type life struct {
	t *testing.T
	s *Store
	n int
}

func (l *life) id() string { l.n++; return fmt.Sprint("x", l.n) }

// day does what happens on a day, and the housekeeping of it.
func (l *life) day(now time.Time) {
	l.t.Helper()
	for range 3 { // changes, each with replies below its card
		id := l.id()
		settle(l.t, l.s, batchsync.OperationID(id), batchsync.TaskID(1+l.n%300), now)
		l.say(id+"/told", now)
	}
	ok(l.t, l.s.CreateDraft(draftOf(batchsync.DraftID(l.id()), "U1")))
	for range 20 {
		must[bool](l.t)(l.s.FirstTime(l.id(), now))
	}
	l.trouble(now)
	l.accept(now)
	f := batchsync.File{ID: l.id(), Name: "runs.csv", Data: bytes.Repeat([]byte("run,"), 20<<10)}
	ok(l.t, l.s.EnqueueFile(f, upload(batchsync.MessageID(f.ID), f.ID)))
	l.sent(now)
	for hour := range 2 {
		at := now.Add(time.Duration(hour) * time.Hour)
		must[Expired](l.t)(l.s.Expire(at))
		must[Forgotten](l.t)(l.s.Forget(at, 400*day))
	}
}

func (l *life) say(id string, now time.Time) {
	m := notice(batchsync.MessageID(id), now)
	ok(l.t, l.s.Enqueue(m))
}

// trouble opens incidents with alerts, and closes them.
func (l *life) trouble(now time.Time) {
	look := batchsync.Look{At: now, Cursor: batchsync.Cursor{Looked: now}}
	for range 2 {
		id := l.id()
		i, a := trouble(batchsync.IncidentID(id), batchsync.TaskID(1+l.n%300)), alertOf(batchsync.AlertID(id), batchsync.IncidentID(id))
		i.Opened, a.Opened = now, now
		look.Incidents, look.Alerts = append(look.Incidents, i), append(look.Alerts, a)
		look.Watches = append(look.Watches, batchsync.Watch{Task: i.Task, Name: "customers", Cron: "0 0 2 * * ? *"})
	}
	ok(l.t, l.s.RecordLook(look))
	look.Watches = nil
	for i := range look.Incidents {
		look.Incidents[i], look.Alerts[i] = closed(look.Incidents[i], now), shut(look.Alerts[i], now)
	}
	ok(l.t, l.s.RecordLook(look))
}

func (l *life) accept(now time.Time) {
	a := examination(batchsync.AcceptanceID(l.id()), batchsync.TaskID(1+l.n%300), now)
	made(l.t, l.s, a, batchsync.VerdictPassed, "orders", "customers", "items")
}

// sent has Slack take everything that waits.
func (l *life) sent(now time.Time) {
	for _, m := range must[[]batchsync.Message](l.t)(l.s.Due(now.Add(year), 1000)) {
		ok(l.t, l.s.Delivered(m.ID, m.Wanted, batchsync.Delivery{Outcome: batchsync.OutcomeDone, TS: "1.1", Channel: "C1"}, now, now))
	}
}

// TestStore_Life lives more than two years, with something going on every fourth
// day, or every day where BATCHSYNC_WHOLE_LIFE is set, which takes four times as
// long. From when the audit trail is as old as it gets, the file does not grow.
func TestStore_Life(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes a while")
	}
	s := fresh(t)
	s.db.NoSync, s.db.MaxBatchDelay = true, 0
	l := &life{t: t, s: s}
	var sizes []int64
	every, bound := 4, int64(5<<19)
	if os.Getenv("BATCHSYNC_WHOLE_LIFE") != "" {
		every, bound = 1, 8<<20
	}
	for d := every; d <= 800; d += every {
		l.day(start.Add(time.Duration(d) * day))
		if d == 460 || d == 800 {
			sizes = append(sizes, bytesOf(t, s))
			ok(t, s.Check())
		}
	}
	t.Logf("bytes: %d", sizes)
	if sizes[0] > bound || sizes[1] > sizes[0]+sizes[0]/20 {
		t.Errorf("the file has %d bytes, want less than %d and no growth", sizes, bound)
	}
	ok(t, errors.Join(s.Compact(), s.Check()))
	if size := bytesOf(t, s); size > sizes[1] {
		t.Errorf("%d bytes after compaction", size)
	}
}

func bytesOf(t *testing.T, s *Store) int64 {
	t.Helper()
	size, _, err := s.Size()
	ok(t, err)
	return size
}
