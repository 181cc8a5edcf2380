package monitor

import (
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

// The first of a row of failures is as far back as they go on, and no further.
func TestAssess_First(t *testing.T) {
	t.Parallel()
	told := func(run int64, first, plan time.Time, times int) *batchsync.Incident {
		c := failedAs(run, times)
		c.Type, c.First, c.Plan, c.Since = batchsync.RunScheduled, first, plan, plan.Add(10*time.Minute)
		return openWith(c)
	}
	older := told(2, time.Time{}, at(9, 2, 0), 4)
	oldBackfill := told(2, at(3, 2, 0), at(3, 2, 0), 1)
	oldBackfill.Conditions[0].Type = batchsync.RunRefill
	row := []batchsync.Run{run(4, at(10, 2, 0), bust), run(3, at(9, 2, 0), bust), run(2, at(8, 2, 0), bust), run(1, at(7, 2, 0), ok)}
	for _, c := range []struct {
		name  string
		sight sight
		want  time.Time
	}{
		{"one failure", sight{runs: []batchsync.Run{run(2, at(10, 2, 0), bust), run(1, at(9, 2, 0), ok)}}, at(10, 2, 0)},
		{"three in a row", sight{runs: row}, at(8, 2, 0)},
		{"no success in sight", sight{runs: row[:3]}, at(8, 2, 0)},
		{"the first is out of sight, and was told", sight{open: told(3, at(8, 2, 0), at(9, 2, 0), 2), oldest: at(8, 12, 0), runs: row[:2]}, at(8, 2, 0)},
		{"the first is out of sight, and was not told", sight{oldest: at(8, 12, 0), runs: row[:2]}, at(9, 2, 0)},
		{"told by an older program", sight{open: older, oldest: at(8, 12, 0), runs: row[:2]}, at(9, 2, 0)},
		{"nothing is in sight any more", sight{open: told(2, at(1, 2, 0), at(3, 2, 0), 3), oldest: at(8, 12, 0)}, at(1, 2, 0)},
		{"the newest is repeated", sight{open: told(4, at(8, 2, 0), at(10, 2, 0), 3), runs: []batchsync.Run{run(4, at(10, 2, 0), running, began(at(10, 11, 0)))}}, at(8, 2, 0)},
		{"the first is repeated", sight{open: told(4, at(8, 2, 0), at(10, 2, 0), 3), runs: []batchsync.Run{row[0], row[1], run(2, at(8, 2, 0), running, began(at(10, 11, 0)))}}, at(8, 2, 0)},
		{"the first was repaired", sight{open: told(4, at(8, 2, 0), at(10, 2, 0), 3), runs: append(row[:3:3], run(9, at(8, 2, 0), ok, over(at(10, 11, 0))))}, at(9, 2, 0)},
		{"a success since began the row anew", sight{open: told(2, at(7, 2, 0), at(8, 2, 0), 4), runs: []batchsync.Run{row[0], run(3, at(9, 2, 0), ok), row[2]}}, at(10, 2, 0)},
		{"weekly, the last one is out of sight", sight{open: told(2, at(3, 2, 0), at(3, 2, 0), 1), oldest: at(8, 12, 0), runs: row[:1]}, at(3, 2, 0)},
		{"an old backfill that failed and was told", sight{open: oldBackfill, oldest: at(8, 12, 0), runs: row[:2]}, at(9, 2, 0)},
		{"an old backfill that failed and stays in sight", sight{oldest: at(8, 12, 0), runs: append(row[:2:2], run(7, at(3, 2, 0), bust, refill, over(at(9, 12, 0))))}, at(9, 2, 0)},
		{"an old backfill that fails last", sight{oldest: at(8, 12, 0), runs: append(row[:2:2], run(7, at(3, 2, 0), bust, refill, over(at(10, 11, 0))))}, at(3, 2, 0)},
		{"the one in the middle failed once more", sight{runs: []batchsync.Run{row[0], run(3, at(9, 2, 0), bust, over(at(10, 11, 0))), row[2], row[3]}}, at(8, 2, 0)},
		{"a run of which no time is told", sight{runs: append(row[:2:2], run(7, time.Time{}, bust))}, at(9, 2, 0)},
		{"blocked in between", sight{runs: []batchsync.Run{row[0], run(3, at(9, 2, 0), blocked), row[2], row[3]}}, at(8, 2, 0)},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.sight.zone = time.UTC
			for _, got := range assess(c.sight, Limits{}, noon).conditions {
				if got.Reason != batchsync.ReasonFailed {
					continue
				}
				if !got.First.Equal(c.want) {
					t.Errorf("the first is %s, want %s", got.First, c.want)
				}
				return
			}
			t.Error("nothing failed")
		})
	}
}

// A task that fails at a quarter to midnight for days: the alert knows since which
// day, also when that is out of sight, and after a restart; a repair begins the
// row anew.
func TestJudge_First(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	nightly := func(day int) time.Time { return at(day, 23, 45) }
	fails := func(day int, s batchsync.RunStatus) {
		d.p.set(run(int64(100+day), nightly(day), s))
		d.now = nightly(day).Add(20 * time.Minute) // past midnight
		d.look()
	}
	row := func(when string, first int, plan, times int) {
		t.Helper()
		c := d.last().Worst()
		if !c.First.Equal(nightly(first)) || !c.Plan.Equal(nightly(plan)) || c.Times != times {
			t.Errorf("%s: from %s to %s, %d times; want days %d to %d, %d times", when, c.First, c.Plan, c.Times, first, plan, times)
		}
	}
	fails(10, ok)
	fails(11, bust)
	row("first", 11, 11, 1)
	fails(12, bust)
	fails(13, bust)
	row("three", 11, 13, 3)
	fails(14, bust)
	row("out of sight", 11, 14, 4)
	d.start()
	d.look()
	row("restart", 11, 14, 4)
	for range 4 { // nothing runs, and all of it gets out of sight
		d.now = d.now.Add(24 * time.Hour)
		d.look()
	}
	d.start()
	d.look()
	row("days later", 11, 14, 4)
	fails(19, bust)
	row("once more", 11, 19, 5)
	d.p.set(run(120, nightly(20), ok))
	d.now = nightly(20).Add(20 * time.Minute)
	for range 5 {
		d.look()
	}
	d.open()
	fails(21, bust)
	row("anew", 21, 21, 1)
}

// The alert is drawn anew, and nobody told, when the first day was repaired.
func TestJudge_First_Repaired(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.p.set(planned(1, 7, 26*time.Hour, bust))
	d.p.set(planned(2, 7, 2*time.Hour, bust))
	d.look()
	before := d.last()
	if c := before.Worst(); c.Times != 2 || !c.First.Equal(midday.Add(-26*time.Hour)) {
		t.Fatalf("told as %+v", c)
	}
	d.p.change(1, ok, d.now)
	if said := d.look(); len(said) != 0 {
		t.Errorf("said %q", said)
	}
	if i := d.last(); !i.Worst().First.Equal(midday.Add(-2*time.Hour)) || i.Version == before.Version {
		t.Errorf("version %d, first %s", i.Version, i.Worst().First)
	}
}
