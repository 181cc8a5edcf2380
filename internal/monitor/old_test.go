package monitor

import (
	"errors"
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

// What is at work since before the window is seen to its end, whether or not the
// process that saw it begin is still there.
func TestOld_Restart(t *testing.T) {
	t.Parallel()
	for name, restart := range map[string]bool{"the same process": false, "a new one": true} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.p.set(planned(1, 7, 40*time.Hour, running))
			d.look()
			d.now = d.now.Add(10 * time.Hour)
			d.look()
			if restart {
				d.start()
				d.look()
			}
			d.p.change(1, bust, d.now)
			for range 2 {
				d.look()
			}
			d.open("7 failed 1")
		})
	}
}

// backfill is a run of a week ago that somebody has made in Studio.
func backfill(id int64, s batchsync.RunStatus, began time.Time) batchsync.Run {
	r := planned(id, 7, 7*24*time.Hour+time.Duration(id)*time.Hour, s)
	r.Type, r.Began, r.Ended = batchsync.RunRefill, time.Time{}, time.Time{}
	if s == running {
		r.Began = began
	}
	return r
}

// looksFor lets looks pass and fails the test when any of them says something.
func (d *desk) silentFor(looks int) {
	d.t.Helper()
	for range looks {
		if said := d.look(); len(said) != 0 || len(d.known.Incidents) != 0 {
			d.t.Fatalf("at %s %q is said, of %d incidents", d.now, said, len(d.known.Incidents))
		}
	}
}

// Backfills made in Studio have the business date as their time.
func TestOld_Backfill(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.p.set(planned(9, 7, 3*time.Hour, ok))
	d.look()
	d.p.set(backfill(1, running, d.now))
	d.p.set(backfill(2, waits, d.now))
	d.p.set(backfill(3, waits, d.now))
	d.silentFor(40) // one after the other, each for as long as it takes
	d.p.change(1, ok, d.now)
	d.p.set(backfill(2, running, d.now))
	d.silentFor(40)
	d.p.change(2, bust, d.now)
	d.p.set(backfill(3, running, d.now))
	for range 11 { // until the next full look, and one more
		d.look()
	}
	d.open("7 failed 2")
}

// That the list of what is unfinished is refused makes no look fail, and it is
// asked for again.
func TestOld_Unlisted(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.p.set(backfill(1, running, d.now))
	d.p.fails = func(call int) error {
		if call == 3 { // after the list and the counts
			return errors.New("no answer")
		}
		return nil
	}
	d.look()
	if d.m.failure != nil || len(d.m.view.runsOf(7)) != 0 {
		t.Fatalf("the look fails with %v, and knows %v", d.m.failure, d.m.view.runsOf(7))
	}
	d.look()
	if len(d.m.view.runsOf(7)) != 1 {
		t.Error("the next look does not know the run either")
	}
}

// Of hundreds of backfilled runs, those that changed are asked for before those
// that were listed as they are.
func TestOld_ChangedFirst(t *testing.T) {
	t.Parallel()
	p := newLister()
	for id := range int64(300) {
		p.set(backfill(id+1, waits, midday))
	}
	v := newView()
	looked(t, v, p, midday, false)
	for id := range batchsync.RunID(22) {
		p.change(id+1, bust, midday.Add(time.Minute))
	}
	failed := func() (n int) {
		for _, r := range v.runsOf(7) {
			if r.Status == bust {
				n++
			}
		}
		return n
	}
	for i, want := range []int{20, 21, 22} {
		looked(t, v, p, midday.Add(time.Duration(i+1)*time.Minute), i == 0)
		if got := failed(); got != want {
			t.Errorf("look %d knows %d of 22 failures, want %d", i+1, got, want)
		}
	}
}
