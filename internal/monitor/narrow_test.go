package monitor

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"batchsync/internal/batchsync"
)

// partSwept reads the next part of a sweep and fails the test when that fails.
func partSwept(t *testing.T, v *view, p *lister, now time.Time) seen {
	t.Helper()
	before := p.calls
	s, err := v.sweepPart(t.Context(), p, now)
	if err != nil {
		t.Fatalf("sweepPart() = %v", err)
	}
	if s.Calls != p.calls-before {
		t.Errorf("sweepPart() counts %d child processes, there were %d", s.Calls, p.calls-before)
	}
	return s
}

// sweptInParts reads parts until a whole sweep is done, and returns them.
func sweptInParts(t *testing.T, v *view, p *lister, now time.Time) (parts []seen) {
	t.Helper()
	for v.part = (part{}); len(parts) < 1000; {
		s := partSwept(t, v, p, now)
		if parts = append(parts, s); s.Swept {
			return parts
		}
	}
	t.Fatal("a sweep does not end")
	return nil
}

// crowded is a platform with 5,000 runs in the window, and a view that knows them.
func crowded(t *testing.T) (*lister, *view) {
	t.Helper()
	p := newLister()
	for i := range int64(5000) {
		p.set(planned(i+1, i%500, time.Duration(i)*30*time.Second+10*time.Minute, batchsync.RunSuccess))
	}
	v := newView()
	looked(t, v, p, midday, false)
	return p, v
}

// What counts hide is found by a sweep in parts, each of which is small.
func TestView_sweepPart(t *testing.T) {
	t.Parallel()
	p, v := crowded(t)
	p.change(4900, batchsync.RunFailed, midday)
	p.set(planned(6000, 7, 20*time.Hour, batchsync.RunSuccess)) // in its place
	delete(p.runs, 2000)
	p.set(planned(6001, 8, 30*time.Hour, batchsync.RunSuccess))
	p.set(planned(6002, 9, 11*time.Hour, batchsync.RunSuccess))
	p.change(6002, batchsync.RunSuccess, midday)
	p.change(10, batchsync.RunSuccess, midday)
	parts := sweptInParts(t, v, p, midday)
	if len(parts) != 5 {
		t.Errorf("%d parts, want 5: 1,000 runs each, the last hours with the last", len(parts))
	}
	var changed []batchsync.TaskID
	for i, s := range parts {
		if s.Calls > 12+2 || s.Doubt {
			t.Errorf("part %d: %+v", i, s)
		}
		changed = append(changed, s.Changed...)
	}
	if slices.Sort(changed); !slices.Equal(slices.Compact(changed), []batchsync.TaskID{7, 8, 9, 399, 499}) {
		t.Errorf("changed: %v", changed)
	}
	agree(t, v, p, midday)
}

// A part that cannot be read is read again, and what was read of others stays.
func TestView_sweepPart_Fails(t *testing.T) {
	t.Parallel()
	p, v := crowded(t)
	partSwept(t, v, p, midday)
	at, fault := v.part, errors.New("no answer")
	for _, call := range []string{"list", "count"} {
		began := p.calls
		p.fails = func(children int) error {
			if call == "list" || children-began > partRuns/listPage {
				return fault
			}
			return nil
		}
		if _, err := v.sweepPart(t.Context(), p, midday); !errors.Is(err, fault) || v.part != at {
			t.Errorf("%s: sweepPart() = %v, goes on at %v, want %v", call, err, v.part, at)
		}
	}
	p.fails = nil
	if s := partSwept(t, v, p, midday); s.Swept || v.part.from.Equal(at.from) {
		t.Errorf("the next part: %+v, goes on at %v", s, v.part)
	}
}

// Doubt of one part is that of the sweep, and a run that one list lacks stays.
func TestView_sweepPart_Doubt(t *testing.T) {
	t.Parallel()
	p, v := crowded(t)
	p.loses = func(r batchsync.Run) bool { return r.ID == 6000 || r.ID == 3000 }
	p.set(planned(6000, 7, 40*time.Hour, batchsync.RunSuccess))
	parts := sweptInParts(t, v, p, midday)
	if !slices.ContainsFunc(v.runsOf(499), func(r batchsync.Run) bool { return r.ID == 3000 }) {
		t.Error("a run that one list lacked, and counts have, is gone")
	}
	for i, s := range parts {
		if s.Doubt != (i == len(parts)-1) {
			t.Errorf("part %d: %+v", i, s)
		}
	}
	p.loses = nil
	if parts = sweptInParts(t, v, p, midday); parts[len(parts)-1].Doubt {
		t.Error("lists that agree again leave the doubt")
	}
}

// Clocks that are set, and thousands of runs at one minute, end no sweep in a
// loop.
func TestView_sweepPart_Ends(t *testing.T) {
	t.Parallel()
	p := newLister()
	for i := range int64(3000) {
		p.set(planned(i+1, i, 10*time.Hour, batchsync.RunSuccess))
	}
	v := newView()
	looked(t, v, p, midday, false)
	sweptInParts(t, v, p, midday)
	partSwept(t, v, p, midday)
	for _, now := range []time.Time{midday.AddDate(0, 0, -9), midday.AddDate(0, 0, 9), midday} {
		partSwept(t, v, p, now)
	}
	looked(t, v, p, midday, true)
	agree(t, v, p, midday)
}

// What differs far back is found by halving, at a cost that does not grow with
// the window.
func TestView_narrow(t *testing.T) {
	t.Parallel()
	p, v := crowded(t)
	p.change(4000, batchsync.RunFailed, midday)
	p.change(300+700, batchsync.RunRunning, time.Time{})
	delete(p.runs, 3000)
	p.sorted = nil
	got := looked(t, v, p, midday, false)
	if got.Swept || got.Doubt || got.Calls > 40 {
		t.Errorf("%+v, want no sweep, 40 calls at most", got)
	}
	if !slices.Equal(got.Changed, []batchsync.TaskID{499}) {
		t.Errorf("changed: %v", got.Changed)
	}
	agree(t, v, p, midday)
}

// Where lists lack what counts have, the second look lists everything, and
// doubts.
func TestView_narrow_Torn(t *testing.T) {
	t.Parallel()
	p, v := crowded(t)
	p.set(planned(6000, 7, 40*time.Hour, batchsync.RunFailed))
	p.loses = func(r batchsync.Run) bool { return r.ID == 6000 }
	if got := looked(t, v, p, midday, false); got.Swept || got.Doubt {
		t.Errorf("the first look: %+v", got)
	}
	if got := looked(t, v, p, midday, false); !got.Swept || !got.Doubt {
		t.Errorf("the second look: %+v, want all listed, and doubt", got)
	}
	p.loses = nil
	looked(t, v, p, midday, true)
	agree(t, v, p, midday)
}

// timing notes when incidents are told.
type timing struct {
	*desk
	mu sync.Mutex
	at map[batchsync.RunID]time.Time
}

func (b *timing) RecordLook(l batchsync.Look) error {
	b.mu.Lock()
	for _, i := range l.Incidents {
		if run := i.Worst().Run; b.at[run].IsZero() {
			b.at[run] = time.Now()
		}
	}
	b.mu.Unlock()
	return b.desk.RecordLook(l)
}

// TestMonitor_ToldInTime holds that a failure is told within an interval and
// the time a look takes, also while a sweep is under way that takes longer. Each
// child process takes a second and a half here.
func TestMonitor_ToldInTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		began := time.Now()
		for i := range int64(8_000) {
			r := planned(i+1, i%500, 0, batchsync.RunSuccess)
			r.Plan = began.Add(-time.Duration(i)*20*time.Second - 10*time.Minute)
			r.Began, r.Ended = r.Plan, r.Plan.Add(time.Minute)
			d.p.set(r)
		}
		failed, id := map[batchsync.RunID]time.Time{}, batchsync.RunID(10_000)
		due := began.Add(3 * time.Minute)
		before := 0
		d.p.fails = func(children int) error {
			time.Sleep(time.Duration(children-before) * 3 * time.Second / 2)
			before = children
			for ; time.Since(due) > 0; due = due.Add(13 * time.Second) {
				id++
				r := planned(int64(id), int64(id), 0, batchsync.RunFailed)
				r.Plan, r.Began, r.Ended = due.Add(-time.Hour), due.Add(-time.Hour), due
				d.p.set(r)
				failed[id] = due
			}
			return nil
		}
		b := &timing{desk: d, at: map[batchsync.RunID]time.Time{}}
		d.m.book, d.m.work = b, newInspector(noPlatform{}, d.m.inspected, d.m.log)
		ids := 0
		d.m.newID = func() string { ids++; return strconv.Itoa(ids) }
		sweeps := 0
		d.m.cfg.Observe = func(job string, _ time.Duration, ok bool) {
			if job == JobSweep && ok {
				sweeps++
			}
		}
		d.m.work.observe = d.m.cfg.Observe
		ctx, cancel := context.WithTimeout(t.Context(), 35*time.Minute)
		defer cancel()
		if err := d.m.Run(ctx); err != nil {
			t.Fatal(err)
		}
		late := 0
		for id, at := range failed {
			if at.Add(3 * time.Minute).After(began.Add(35 * time.Minute)) {
				continue
			}
			if took := b.at[id].Sub(at); b.at[id].IsZero() || took > 75*time.Second {
				late++
				t.Logf("run %s failed after %s and was told %s later", id, at.Sub(began), took)
			}
		}
		if late > 0 || len(failed) < 100 || sweeps < 6 {
			t.Errorf("%d of %d failures were told late; %d parts of sweeps", late, len(failed), sweeps)
		}
	})
}
