package monitor

import (
	"fmt"
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

func changedAt(i *batchsync.Incident, t time.Time) *batchsync.Incident { i.Changed = t; return i }

// What was looked up of a run is looked up again when something else is wrong
// with it, or it failed once more.
func TestReconcile_LooksAgain(t *testing.T) {
	t.Parallel()
	slow := cond(batchsync.ReasonSlow, 1, 0)
	bad := cond(batchsync.ReasonFailed, 1, 1)
	again := bad
	again.Since = again.Since.Add(time.Hour)
	for _, c := range []struct {
		name     string
		old, now batchsync.Condition
		keeps    bool
	}{
		{"as before", bad, bad, true},
		{"slow, then failed", slow, bad, false},
		{"failed once more", bad, again, false},
	} {
		i := openWith(c.old)
		i.Found = batchsync.Found{Run: 1, OpsURL: "https://x"}
		for _, g := range reconcile(i, []batchsync.Condition{c.now}, subject{name: "orders"}, noon, ids()) {
			if kept := !g.incident.Found.IsZero(); kept != c.keeps {
				t.Errorf("%s: what was found is kept: %v", c.name, kept)
			}
		}
		// An answer that was asked for before is no answer to what is wrong now.
		f := found{inspection: inspection{condition: c.old}, about: &batchsync.Found{Run: 1}}
		if _, after := f.apply(batchsync.Watch{}, openWith(c.now)); after.Found.IsZero() == c.keeps {
			t.Errorf("%s: an old answer is taken: %v", c.name, !after.Found.IsZero())
		}
	}
}

func TestMilestone(t *testing.T) {
	t.Parallel()
	n := 0
	for times := 1; times <= 10_000; times++ { // a week of a task that fails every minute
		if milestone(times) {
			n++
		}
	}
	if n > 15 {
		t.Errorf("ten thousand failures in a row are shouted %d times", n)
	}
}

// ids counts up.
func ids() func() string {
	n := 0
	return func() string { n++; return fmt.Sprint("x", n) }
}

func cond(r batchsync.Reason, run int64, times int) batchsync.Condition {
	return batchsync.Condition{Reason: r, Run: batchsync.RunID(run), Times: times, Plan: at(10, 2, 0), Since: at(10, 2, 10)}
}

func TestReconcile(t *testing.T) {
	t.Parallel()
	failed1, failed2, failed3 := cond(batchsync.ReasonFailed, 1, 1), cond(batchsync.ReasonFailed, 2, 2), cond(batchsync.ReasonFailed, 3, 3)
	late := cond(batchsync.ReasonLate, 4, 0)
	closed := func(ago time.Duration) *batchsync.Incident {
		i := openWith(failed1)
		i.State, i.Closed, i.Ending = batchsync.IncidentClosed, noon.Add(-ago), batchsync.EndedRecovered
		return i
	}
	acked := func(again time.Time) *batchsync.Incident {
		i := openWith(failed1)
		i.AckedBy, i.AckedAt, i.AskAgain = "U1", noon.Add(-time.Hour), again
		return i
	}
	again := failed1
	again.Since = again.Since.Add(time.Hour)
	for _, c := range []struct {
		name    string
		old     *batchsync.Incident
		now     []batchsync.Condition
		subject subject
		want    []turn
		aloud   bool
		ending  batchsync.Ending
	}{
		{name: "nothing was and nothing is"},
		{name: "it begins", now: []batchsync.Condition{failed1}, want: []turn{turnOpened}, aloud: true},
		{name: "it goes on", old: openWith(failed1), now: []batchsync.Condition{failed1}},
		{name: "a second failure in a row", old: openWith(failed1), now: []batchsync.Condition{failed2}, want: []turn{turnAgain}},
		{name: "a third one is worth the channel", old: openWith(failed2), now: []batchsync.Condition{failed3}, want: []turn{turnAgain}, aloud: true},
		{name: "the same run failed once more", old: openWith(failed1), now: []batchsync.Condition{again}, want: []turn{turnFound}},
		{name: "another run failed, and it is not one more in a row", old: openWith(failed3), now: []batchsync.Condition{failed1}, want: []turn{turnAnother}},
		{name: "it fails every minute, and that was told", old: changedAt(openWith(cond(batchsync.ReasonFailed, 16, 16)), noon.Add(-time.Minute)), now: []batchsync.Condition{cond(batchsync.ReasonFailed, 17, 17)}, want: []turn{turnFound}},
		{name: "it fails every minute, the tenth time", old: changedAt(openWith(cond(batchsync.ReasonFailed, 9, 9)), noon.Add(-time.Minute)), now: []batchsync.Condition{cond(batchsync.ReasonFailed, 10, 10)}, want: []turn{turnAgain}, aloud: true},
		{name: "it fails every day", old: changedAt(openWith(cond(batchsync.ReasonFailed, 6, 6)), noon.AddDate(0, 0, -1)), now: []batchsync.Condition{cond(batchsync.ReasonFailed, 7, 7)}, want: []turn{turnAgain}},
		{name: "tables are empty after every run, and there is one a minute", old: changedAt(openWith(cond(batchsync.ReasonTables, 6, 0)), noon.Add(-time.Minute)), now: []batchsync.Condition{cond(batchsync.ReasonTables, 7, 0)}, want: []turn{turnFound}},
		{name: "it gets worse", old: openWith(late), now: []batchsync.Condition{failed1}, want: []turn{turnChanged}, aloud: true},
		{name: "it gets better", old: openWith(failed1), now: []batchsync.Condition{late}, want: []turn{turnChanged}},
		{name: "it ends", old: openWith(failed1), subject: subject{recovered: 9}, want: []turn{turnClosed}, aloud: true, ending: batchsync.EndedRecovered},
		{name: "it ends with the schedule", old: openWith(failed1), subject: subject{offline: true}, want: []turn{turnClosed}, aloud: true, ending: batchsync.EndedOffline},
		{name: "it was stopped here", old: openWith(failed1), subject: subject{stopped: true}, want: []turn{turnClosed}, aloud: true, ending: batchsync.EndedStopped},
		{name: "nobody wants to know", old: openWith(failed1), subject: subject{unwatched: true}, want: []turn{turnClosed}, aloud: true, ending: batchsync.EndedUnwatched},
		{name: "it stays over", old: closed(time.Minute)},
		{name: "it comes back at once", old: closed(29 * time.Minute), now: []batchsync.Condition{failed1}, want: []turn{turnReopened}, aloud: true},
		{name: "it comes back later", old: closed(31 * time.Minute), now: []batchsync.Condition{failed1}, want: []turn{turnOpened}, aloud: true},
		{name: "acknowledged", old: acked(noon.Add(time.Second)), now: []batchsync.Condition{failed1}},
		{name: "acknowledged, and asked again", old: acked(noon), now: []batchsync.Condition{failed1}, want: []turn{turnRemind}, aloud: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var before batchsync.Incident
			if c.old != nil {
				before = *c.old
			}
			got := reconcile(c.old, c.now, c.subject, noon, ids())
			if len(got) != len(c.want) {
				t.Fatalf("reconcile() = %+v, want %v", got, c.want)
			}
			for n, g := range got {
				if g.turn != c.want[n] || g.aloud != c.aloud || g.incident.Ending != c.ending {
					t.Errorf("turn %s, aloud %v, ending %q; want %s, %v, %q", g.turn, g.aloud, g.incident.Ending, c.want[n], c.aloud, c.ending)
				}
				if g.turn == turnOpened {
					before.Version = 0
				}
				if g.incident.Version != before.Version+1 {
					t.Errorf("version %d after %d", g.incident.Version, before.Version)
				}
				if g.turn == turnRemind && (g.whom != "U1" || g.incident.AckedBy != "") {
					t.Errorf("reminds %q and keeps %q", g.whom, g.incident.AckedBy)
				}
				if sameID := g.incident.ID == before.ID; c.old != nil && sameID == (g.turn == turnOpened) {
					t.Errorf("incident %s after %s", g.incident.ID, before.ID)
				}
			}
		})
	}
}
