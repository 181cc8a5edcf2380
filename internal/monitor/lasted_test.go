package monitor

import (
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

// How long something was wrong is told from what the platform says, whoever was
// away when it began and when it ended.
func TestLasted_Away(t *testing.T) {
	t.Parallel()
	failedAt, endedAt := midday.Add(-55*time.Minute), midday.Add(time.Hour)
	for _, c := range []struct {
		name     string
		seen     time.Duration // after midday, the failure
		restart  bool
		seenOver time.Duration // after midday, the recovery
	}{
		{"seen as it went", time.Minute, false, 61 * time.Minute},
		{"over while nobody looked", time.Minute, true, 23 * time.Hour},
		{"began while nobody looked", 50 * time.Minute, true, 61 * time.Minute},
		{"all of it", 50 * time.Minute, true, 23 * time.Hour},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t)
			d.p.set(planned(1, 7, time.Hour, bust))
			d.now = midday.Add(c.seen - time.Minute)
			d.look()
			d.open("7 failed 1")
			d.p.change(1, ok, endedAt)
			d.now = midday.Add(c.seenOver - time.Minute)
			if c.seenOver > 10*time.Hour {
				d.p.set(planned(2, 7, -10*time.Hour, ok)) // and a later one went well too
			}
			if c.restart {
				d.start()
			}
			for range 5 {
				d.look()
			}
			d.open()
			i := d.last()
			if !i.Began.Equal(failedAt) || !i.Over.Equal(endedAt) || i.EndedBy != 1 || batchsync.Lasted(i) != endedAt.Sub(failedAt) {
				t.Errorf("from %s to %s by run %d: %s, want from %s to %s", i.Began, i.Over, i.EndedBy, batchsync.Lasted(i), failedAt, endedAt)
			}
			if !i.Opened.Equal(midday.Add(c.seen)) {
				t.Errorf("told at %s", i.Opened)
			}
			if said := endOf(i); said.Args[1] != "1h55m0s" {
				t.Errorf("said as %v", said.Args)
			}
		})
	}
}

// Where no run ended it, it was over when that was seen.
func TestLasted_EndedByNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.p.set(planned(1, 7, time.Hour, waits))
	d.look()
	d.open("7 late 1")
	d.now = d.now.Add(time.Hour)
	d.p.change(1, running, time.Time{})
	d.look()
	d.open()
	if i := d.last(); !i.Over.Equal(d.now) || !i.Began.Equal(midday.Add(-time.Hour)) {
		t.Errorf("from %s to %s", i.Began, i.Over)
	}
}

// A group lasted from the first that began to the last that ended.
func TestLasted_Group(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.fail(3, "mysql")
	s.look()
	s.shows("source/mysql 3")
	for n, id := range []batchsync.IncidentID{"i1", "i2", "i3"} {
		i := s.board.incidents[id]
		i.Began = noon.Add(-time.Duration(n+1) * time.Hour)
		i.Over = noon.Add(time.Duration(n+1) * time.Minute)
		s.board.incidents[id] = i
	}
	s.board.now = noon.Add(20 * time.Hour)
	s.recover("i1", "i2", "i3")
	said := s.look().messages
	if len(said) != 1 || said[0].Body[0].Key != "alert.over" || said[0].Body[0].Args[1] != "3h3m0s" {
		t.Errorf("told as %+v", said)
	}
}

// Of incidents that an older program opened, since when is not known better.
func TestLasted_OlderProgram(t *testing.T) {
	t.Parallel()
	i := batchsync.Incident{Opened: noon, Closed: noon.Add(time.Hour)}
	if got := batchsync.Lasted(i); got != time.Hour {
		t.Errorf("lasted %s, want an hour", got)
	}
	i.State, i.Conditions = batchsync.IncidentOpen, []batchsync.Condition{{Reason: batchsync.ReasonFailed, Run: 1, Since: noon.Add(-time.Minute)}}
	next := []batchsync.Condition{{Reason: batchsync.ReasonFailed, Run: 2, Since: noon.Add(time.Hour)}}
	if got := reconcile(&i, next, subject{}, noon.Add(2*time.Hour), ids())[0].incident.Began; !got.Equal(noon) {
		t.Errorf("began %s, want when it was opened", got)
	}
}
