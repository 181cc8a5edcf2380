package batchsync

import (
	"testing"
	"time"
)

// TestPlanBackfill_Overlaps tells the runs of earlier backfills from those that a
// backfill is there to repeat.
func TestPlanBackfill_Overlaps(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 7, 20, 10, 0, 0, 0, time.UTC)
	at := time.Date(2026, 7, 10, 2, 0, 0, 0, time.UTC)
	runs := []Run{
		{ID: 1, Type: RunScheduled, Status: RunSuccess, Plan: at},
		{ID: 2, Type: RunRefill, Status: RunSuccess, Plan: at},
		{ID: 3, Type: RunScheduled, Status: RunFailed, Plan: at.AddDate(0, 0, 1)},
		{ID: 4, Type: RunRefill, Status: RunSuccess, Plan: at.AddDate(0, 0, 9)},
		{ID: 5, Type: RunRefill, Status: RunFailed, Plan: at},
		{ID: 6, Type: RunRefill, Status: RunBlocked, Plan: at},
	}
	b, err := PlanBackfill("2026-07-10", "2026-07-11", "UTC", "0 00 02 * * ? *", runs, false, now)
	if err != nil || b.Overlaps != 2 || b.Refills != 3 || b.Vain != 2 {
		t.Errorf("%d others and %d of backfills, %d in vain, %v, want 2, 3 and 2", b.Overlaps, b.Refills, b.Vain, err)
	}
}

func TestEarlierBackfills(t *testing.T) {
	t.Parallel()
	day := func(n int) time.Time { return time.Date(2026, 7, n, 0, 0, 0, 0, time.UTC) }
	op := func(task TaskID, kind OperationKind, state OperationState, from, to int) Operation {
		op := NewChange("op", kind, "U1", "C1", task, Change{Backfill: &Backfill{Window: Window{From: day(from), To: day(to).Add(-time.Second)}}}, day(20))
		op.State = state
		return op
	}
	for _, c := range []struct {
		name string
		op   Operation
		want int
	}{
		{"same days", op(7, OpBackfill, OpDone, 10, 12), 1},
		{"still at work", op(7, OpBackfill, OpRunning, 10, 12), 1},
		{"given up on the way", op(7, OpBackfill, OpDropped, 10, 12), 1},
		{"last day", op(7, OpBackfill, OpDone, 11, 20), 1},
		{"first day", op(7, OpBackfill, OpDone, 1, 11), 1},
		{"around", op(7, OpBackfill, OpDone, 1, 20), 1},
		{"day before", op(7, OpBackfill, OpDone, 9, 10), 0},
		{"day after", op(7, OpBackfill, OpDone, 12, 13), 0},
		{"refused", op(7, OpBackfill, OpRefused, 10, 12), 0},
		{"another task", op(8, OpBackfill, OpDone, 10, 12), 0},
		{"no backfill", op(7, OpRerun, OpDone, 10, 12), 0},
		{"no change", Operation{Task: 7, Kind: OpBackfill, State: OpDone}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := EarlierBackfills(7, Window{From: day(10), To: day(12).Add(-time.Second)}, []Operation{c.op})
			if len(got) != c.want || len(got) == 1 && (got[0].By != "U1" || !got[0].At.Equal(day(20))) {
				t.Errorf("got %+v, want %d", got, c.want)
			}
		})
	}
}

// TestEarlierBackfills_Ended tells how an earlier backfill ended: who stopped one
// must not be told that its data was written.
func TestEarlierBackfills_Ended(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 7, 10, 2, 0, 0, 0, time.UTC)
	w := Window{From: at.Add(-2 * time.Hour), To: at.Add(20 * time.Hour)}
	for _, c := range []struct {
		name    string
		state   OperationState
		stop    bool
		runs    []RunStatus
		outcome string
		done    int
		wrote   bool
	}{
		{"done", OpDone, false, []RunStatus{RunSuccess, RunSuccess}, "done", 2, true},
		{"stopped before anything", OpDone, true, []RunStatus{RunFailed, 0}, "stopped", 0, false},
		{"stopped on the way", OpDone, true, []RunStatus{RunSuccess, RunFailed}, "stopped", 1, true},
		{"all failed", OpDone, false, []RunStatus{RunFailed, RunFailed}, "trouble", 0, false},
		{"at work", OpRunning, false, []RunStatus{0, 0}, "running", 0, true},
		{"given up: nobody looked on", OpDropped, false, []RunStatus{0, 0}, "dropped", 0, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			change := Change{Backfill: &Backfill{Window: w}, StopAsked: c.stop}
			for i, s := range c.runs {
				plan := at.Add(time.Duration(i) * time.Hour)
				change.Backfill.Instances = append(change.Backfill.Instances, plan)
				change.Followed = append(change.Followed, Followed{Plan: plan, Run: RunID(i + 1), Status: s})
			}
			op := NewChange("op", OpBackfill, "U1", "C1", 7, change, at)
			op.State = c.state
			got := EarlierBackfills(7, w, []Operation{op})
			if len(got) != 1 || got[0].Outcome != c.outcome || got[0].Done != c.done || got[0].Runs != 2 || got[0].Wrote() != c.wrote {
				t.Errorf("got %+v, want %s, %d of 2, wrote %v", got, c.outcome, c.done, c.wrote)
			}
		})
	}
}
