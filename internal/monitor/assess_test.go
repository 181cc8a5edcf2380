package monitor

import (
	"slices"
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

// noon is the present of the tests; the schedule fires at 02:00 UTC.
var noon = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)

func at(day, hour, minute int) time.Time {
	return time.Date(2026, 3, day, hour, minute, 0, 0, time.UTC)
}

type runOption func(*batchsync.Run)

func refill(r *batchsync.Run) { r.Type = batchsync.RunRefill }
func manual(r *batchsync.Run) { r.Type = batchsync.RunTemporary }
func over(t time.Time) runOption {
	return func(r *batchsync.Run) { r.Ended = t }
}
func began(t time.Time) runOption {
	return func(r *batchsync.Run) { r.Began, r.Ended = t, time.Time{} }
}

func waitsSince(t time.Time) runOption {
	return func(r *batchsync.Run) { r.Waits = t }
}

func run(id int64, plan time.Time, s batchsync.RunStatus, with ...runOption) batchsync.Run {
	r := batchsync.Run{
		ID: batchsync.RunID(id), Task: 7, TaskName: "orders", TaskType: batchsync.TypeSingle, Status: s,
		Type: batchsync.RunScheduled, Plan: plan, VCluster: "sync_vc",
	}
	if s.Over() {
		r.Began, r.Ended = plan, plan.Add(10*time.Minute)
	}
	for _, o := range with {
		o(&r)
	}
	return r
}

const (
	ok      = batchsync.RunSuccess
	bust    = batchsync.RunFailed
	blocked = batchsync.RunBlocked
	running = batchsync.RunRunning
	waits   = batchsync.RunNotStarted
)

func openWith(cs ...batchsync.Condition) *batchsync.Incident {
	return &batchsync.Incident{ID: "i1", Task: 7, State: batchsync.IncidentOpen, Conditions: cs, Opened: at(9, 3, 0), Version: 1}
}

func TestAssess(t *testing.T) {
	t.Parallel()
	daily := batchsync.Watch{Task: 7, Online: true, Cron: "0 00 02 * * ? *", Since: at(1, 0, 0), Read: noon}
	weekly := daily
	weekly.Cron = "0 00 02 ? * 2 *" // Tuesdays, as the third and the tenth are
	quick := batchsync.Watch{Task: 7, Took: slices.Repeat([]time.Duration{10 * time.Minute}, 6)}
	empty := batchsync.Watch{Task: 7, Checked: 1, Tables: []batchsync.TableResult{
		{Table: "ods.a", State: batchsync.TableEmpty, By: batchsync.FromCount}, {Table: "ods.b", State: batchsync.TableOK}, {Table: "ods.c", State: batchsync.TableUnknown},
	}}
	for _, c := range []struct {
		name  string
		sight sight
		now   time.Time
		want  []batchsync.Reason
		run   batchsync.RunID
		times int
		ask   bool
	}{
		{name: "all is well", sight: sight{watch: daily, runs: []batchsync.Run{run(1, at(10, 2, 0), ok)}}},
		{name: "nothing is known", sight: sight{}},
		{name: "failed", sight: sight{runs: []batchsync.Run{run(2, at(10, 2, 0), bust), run(1, at(9, 2, 0), ok)}}, want: []batchsync.Reason{batchsync.ReasonFailed}, run: 2, times: 1},
		{name: "failed three times", sight: sight{runs: []batchsync.Run{run(4, at(10, 2, 0), bust), run(3, at(9, 2, 0), bust), run(2, at(8, 2, 0), bust), run(1, at(7, 2, 0), ok)}}, want: []batchsync.Reason{batchsync.ReasonFailed}, run: 4, times: 3},
		{name: "a rerun made another run of the same time", sight: sight{runs: []batchsync.Run{run(2, at(10, 2, 0), bust), run(3, at(10, 2, 0), ok, over(at(10, 5, 0)))}}},
		{name: "a backfill of the same time succeeded", sight: sight{runs: []batchsync.Run{run(2, at(10, 2, 0), bust), run(3, at(10, 2, 0), ok, refill, over(at(10, 5, 0)))}}},
		{name: "a later run succeeded", sight: sight{runs: []batchsync.Run{run(2, at(10, 2, 0), bust), run(3, at(10, 3, 0), ok)}}},
		{name: "a later run succeeded before the failure", sight: sight{runs: []batchsync.Run{run(2, at(10, 2, 0), bust, over(at(10, 9, 0))), run(3, at(10, 3, 0), ok)}}, want: []batchsync.Reason{batchsync.ReasonFailed}, run: 2, times: 1},
		{name: "an earlier time was repaired afterwards", sight: sight{runs: []batchsync.Run{run(2, at(10, 2, 0), bust), run(1, at(9, 2, 0), ok, over(at(10, 9, 0)))}}, want: []batchsync.Reason{batchsync.ReasonFailed}, run: 2, times: 1},
		{name: "a long run that failed at nine is seen though its time is long past", sight: sight{runs: []batchsync.Run{run(2, at(8, 2, 0), bust, over(at(10, 9, 0)))}}, want: []batchsync.Reason{batchsync.ReasonFailed}, run: 2, times: 1},
		{name: "an old failure is no news", sight: sight{runs: []batchsync.Run{run(2, at(9, 2, 0), bust)}}},
		{name: "but one that was told does not end by age", sight: sight{open: openWith(batchsync.Condition{Reason: batchsync.ReasonFailed, Run: 2}), runs: []batchsync.Run{run(2, at(9, 2, 0), bust)}}, want: []batchsync.Reason{batchsync.ReasonFailed}, run: 2, times: 1},
		{name: "nor by leaving the window", sight: sight{open: openWith(batchsync.Condition{Reason: batchsync.ReasonFailed, Run: 2, Plan: at(1, 2, 0), Since: at(1, 3, 0), Times: 1}), oldest: at(8, 12, 0)}, want: []batchsync.Reason{batchsync.ReasonFailed}, run: 2, times: 1},
		{name: "unless a later run succeeded", sight: sight{open: openWith(batchsync.Condition{Reason: batchsync.ReasonFailed, Run: 2, Plan: at(1, 2, 0), Since: at(1, 3, 0)}), oldest: at(8, 12, 0), runs: []batchsync.Run{run(3, at(10, 2, 0), ok)}}},
		{name: "a run that vanished from within the window is none", sight: sight{open: openWith(batchsync.Condition{Reason: batchsync.ReasonFailed, Run: 2, Plan: at(10, 2, 0)}), oldest: at(8, 12, 0)}},
		{name: "stopped here", sight: sight{stopped: map[batchsync.RunID]batchsync.Stop{2: {By: "U1", At: at(10, 2, 9)}}, runs: []batchsync.Run{run(2, at(10, 2, 0), bust)}}},
		{name: "tried by hand", sight: sight{runs: []batchsync.Run{run(2, at(10, 2, 0), bust, manual)}}},
		{name: "our own backfill failed, its card tells", sight: sight{busy: batchsync.OpBackfill, runs: []batchsync.Run{run(2, at(10, 2, 0), bust, refill)}}},
		{name: "somebody else's backfill failed", sight: sight{runs: []batchsync.Run{run(2, at(3, 2, 0), bust, refill, over(at(10, 11, 0)))}}, want: []batchsync.Reason{batchsync.ReasonFailed}, run: 2, times: 1},
		{name: "blocked", sight: sight{runs: []batchsync.Run{run(2, at(10, 2, 0), blocked)}}, want: []batchsync.Reason{batchsync.ReasonBlocked}, run: 2, times: 1},
		{name: "failed and blocked, the worst first", sight: sight{runs: []batchsync.Run{run(3, at(10, 3, 0), blocked), run(2, at(10, 2, 0), bust)}}, want: []batchsync.Reason{batchsync.ReasonFailed, batchsync.ReasonBlocked}, run: 2, times: 2},
		{name: "not begun in time", sight: sight{runs: []batchsync.Run{run(2, at(10, 11, 44), waits)}}, want: []batchsync.Reason{batchsync.ReasonLate}, run: 2},
		{name: "not begun, and not late yet", sight: sight{runs: []batchsync.Run{run(2, at(10, 11, 46), waits)}}},
		{name: "planned for later", sight: sight{since: seenAt(at(9, 0, 0)), runs: []batchsync.Run{run(2, at(10, 13, 0), waits)}}},
		{name: "waits for resources", sight: sight{runs: []batchsync.Run{run(2, at(10, 11, 0), batchsync.RunWaitingResources)}}, want: []batchsync.Reason{batchsync.ReasonStuck}, run: 2},
		{name: "waits since a moment ago, repeated from yesterday", sight: sight{since: seenAt(at(10, 11, 50)), runs: []batchsync.Run{run(2, at(9, 2, 0), batchsync.RunWaitingResources)}}},
		{name: "a backfill of an old day waits, nobody knows since when", sight: sight{runs: []batchsync.Run{run(2, at(9, 20, 0), batchsync.RunWaitingResources, refill)}}},
		{name: "a backfill of an old day waits for its turn", sight: sight{since: seenAt(at(10, 8, 0)), runs: []batchsync.Run{run(2, at(3, 2, 0), waits, refill), run(3, at(2, 2, 0), running, refill)}}},
		{name: "a backfill of an old day has had its turn for a moment", sight: sight{since: seenAt(at(10, 8, 0)), runs: []batchsync.Run{run(2, at(3, 2, 0), waits, refill), run(3, at(2, 2, 0), ok, refill, over(at(10, 11, 50)))}}},
		{name: "a backfill of an old day does not take its turn", sight: sight{since: seenAt(at(10, 8, 0)), runs: []batchsync.Run{run(2, at(3, 2, 0), waits, refill), run(3, at(2, 2, 0), ok, refill, over(at(10, 11, 40)))}}, want: []batchsync.Reason{batchsync.ReasonLate}, run: 2},
		{name: "a backfill of an old day waits since long", sight: sight{runs: []batchsync.Run{run(2, at(9, 20, 0), batchsync.RunWaitingResources, refill, waitsSince(at(10, 11, 0)))}}, want: []batchsync.Reason{batchsync.ReasonStuck}, run: 2},
		{name: "repeated a moment ago, as the platform tells", sight: sight{runs: []batchsync.Run{run(2, at(10, 2, 0), waits, waitsSince(at(10, 11, 50)))}}},
		{name: "paused", sight: sight{runs: []batchsync.Run{run(2, at(10, 11, 59), batchsync.RunPaused)}}, want: []batchsync.Reason{batchsync.ReasonPaused}, run: 2},
		{name: "a status without a meaning", sight: sight{runs: []batchsync.Run{run(2, at(10, 11, 0), 42)}}, want: []batchsync.Reason{batchsync.ReasonOdd}, run: 2},
		{name: "a status without a meaning, and without times", sight: sight{runs: []batchsync.Run{run(2, time.Time{}, 42)}}},
		{name: "much slower than usual", sight: sight{watch: quick, runs: []batchsync.Run{run(2, at(10, 2, 0), running, began(at(10, 11, 29)))}}, want: []batchsync.Reason{batchsync.ReasonSlow}, run: 2},
		{name: "a little slower", sight: sight{watch: quick, runs: []batchsync.Run{run(2, at(10, 2, 0), running, began(at(10, 11, 31)))}}},
		{name: "slow, and its usual time is not known", sight: sight{runs: []batchsync.Run{run(2, at(10, 2, 0), running, began(at(10, 2, 0)))}}},
		{name: "green with an empty table", sight: sight{watch: empty, runs: []batchsync.Run{run(1, at(10, 2, 0), ok)}}, want: []batchsync.Reason{batchsync.ReasonTables}, run: 1},
		{name: "the next run is green and not looked at yet", sight: sight{watch: empty, runs: []batchsync.Run{run(2, at(10, 4, 0), ok), run(1, at(10, 2, 0), ok)}}, want: []batchsync.Reason{batchsync.ReasonTables}, run: 1},
		{name: "no run came", sight: sight{watch: daily, runs: []batchsync.Run{run(1, at(9, 2, 0), ok)}}, want: []batchsync.Reason{batchsync.ReasonMissing}},
		{name: "no run came, and the scheduler was not asked since", sight: sight{watch: readAt(daily, at(10, 1, 0)), runs: []batchsync.Run{run(1, at(9, 2, 0), ok)}}, ask: true},
		{name: "no run came a week ago, and it was told", sight: sight{watch: weekly, open: openWith(batchsync.Condition{Reason: batchsync.ReasonMissing, Plan: at(3, 2, 0), Since: at(3, 2, 0)})}, now: at(9, 1, 0), want: []batchsync.Reason{batchsync.ReasonMissing}},
		{name: "no run came, but it is early yet", sight: sight{watch: daily, runs: []batchsync.Run{run(1, at(9, 2, 0), ok)}}, now: at(10, 2, 14)},
		{name: "the one run there was, was stopped here", sight: sight{watch: daily, stopped: map[batchsync.RunID]batchsync.Stop{2: {By: "U1", At: at(10, 2, 9)}}, runs: []batchsync.Run{run(2, at(10, 2, 0), bust)}}},
		{name: "failed, and now repeated as the same run", sight: sight{open: openWith(failedAs(2, 2)), runs: []batchsync.Run{run(2, at(10, 2, 0), running, began(at(10, 11, 50))), run(1, at(9, 2, 0), ok)}}, want: []batchsync.Reason{batchsync.ReasonFailed}, run: 2, times: 2},
		{name: "failed, and its repetition waits", sight: sight{open: openWith(failedAs(2, 1)), runs: []batchsync.Run{run(2, at(10, 2, 0), waits, waitsSince(at(10, 11, 50)))}}, want: []batchsync.Reason{batchsync.ReasonFailed}, run: 2, times: 1},
		{name: "failed, repeated, and made up for by another run", sight: sight{open: openWith(failedAs(2, 1)), runs: []batchsync.Run{run(3, at(10, 3, 0), ok), run(2, at(10, 2, 0), running, began(at(10, 11, 50)))}}},
		{name: "a success in between begins the count anew", sight: sight{open: openWith(failedAs(2, 4)), runs: []batchsync.Run{run(4, at(10, 4, 0), bust), run(3, at(10, 3, 0), ok), run(2, at(10, 2, 0), bust)}}, want: []batchsync.Reason{batchsync.ReasonFailed}, run: 4, times: 1},
		{name: "told four times, and one more", sight: sight{open: openWith(failedAs(2, 4)), runs: []batchsync.Run{run(3, at(10, 3, 0), bust)}}, want: []batchsync.Reason{batchsync.ReasonFailed}, run: 3, times: 5},
		{name: "failed a moment ago, and the platform does not tell when", sight: sight{since: seenAt(at(10, 11, 59)), runs: []batchsync.Run{run(2, at(9, 2, 0), bust, over(time.Time{}), began(time.Time{}))}}, want: []batchsync.Reason{batchsync.ReasonFailed}, run: 2, times: 1},
		{name: "failed, and the platform tells no time at all", sight: sight{since: seenAt(at(10, 11, 59)), runs: []batchsync.Run{run(1, at(10, 2, 0), ok), run(2, time.Time{}, bust, over(time.Time{}), began(time.Time{}))}}, want: []batchsync.Reason{batchsync.ReasonFailed}, run: 2, times: 1},
		{name: "a failure without times, and a success after it", sight: sight{since: seenAt(at(10, 11, 59)), runs: []batchsync.Run{run(3, at(10, 2, 0), ok), run(2, time.Time{}, bust, over(time.Time{}), began(time.Time{}))}}},
		{name: "stopped here, repeated elsewhere, and it waits", sight: sight{stopped: map[batchsync.RunID]batchsync.Stop{2: {By: "U1", At: at(10, 2, 9)}}, runs: []batchsync.Run{run(2, at(10, 2, 0), batchsync.RunWaitingResources, waitsSince(at(10, 10, 0)))}}, want: []batchsync.Reason{batchsync.ReasonStuck}, run: 2},
		{name: "empty tables of a task that is offline", sight: sight{watch: takenOff(empty), open: openWith(batchsync.Condition{Reason: batchsync.ReasonTables, Run: 1})}},
		{name: "no run came, that was told, and somebody works on it", sight: sight{watch: daily, busy: batchsync.OpBackfill, open: openWith(missingAt(at(10, 2, 0)))}, want: []batchsync.Reason{batchsync.ReasonMissing}},
		{name: "no run came, that was told, and it was deployed anew", sight: sight{watch: sinceAt(daily, at(10, 11, 55)), open: openWith(missingAt(at(10, 2, 0)))}, want: []batchsync.Reason{batchsync.ReasonMissing}},
		{name: "deployed after that time", sight: sight{watch: sinceAt(daily, at(10, 3, 0))}},
		{name: "offline tasks promise nothing", sight: sight{watch: batchsync.Watch{Cron: daily.Cron, Since: at(1, 0, 0), Read: noon}}},
		{name: "schedules nobody can read promise nothing", sight: sight{watch: batchsync.Watch{Online: true, Cron: "0 NaN 02 * * ? *", Since: at(1, 0, 0), Read: noon}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := c.sight
			s.zone = time.UTC
			if c.now.IsZero() {
				c.now = noon
			}
			v := assess(s, Limits{}, c.now)
			var got []batchsync.Reason
			for _, cond := range v.conditions {
				got = append(got, cond.Reason)
			}
			if !slices.Equal(got, c.want) || v.ask != c.ask {
				t.Fatalf("assess() = %v, ask %v; want %v, ask %v", got, v.ask, c.want, c.ask)
			}
			if len(got) > 0 && (v.conditions[0].Run != c.run || v.conditions[0].Times != c.times) {
				t.Errorf("worst is about run %d, %d times; want run %d, %d times", v.conditions[0].Run, v.conditions[0].Times, c.run, c.times)
			}
		})
	}
}

func failedAs(run int64, times int) batchsync.Condition {
	return batchsync.Condition{Reason: batchsync.ReasonFailed, Run: batchsync.RunID(run), Plan: at(10, 2, 0), Since: at(10, 2, 10), Times: times}
}

func missingAt(t time.Time) batchsync.Condition {
	return batchsync.Condition{Reason: batchsync.ReasonMissing, Plan: t, Since: t}
}

func takenOff(w batchsync.Watch) batchsync.Watch { w.Online, w.Read = false, noon; return w }

func seenAt(t time.Time) func(batchsync.RunID) time.Time {
	return func(batchsync.RunID) time.Time { return t }
}

func readAt(w batchsync.Watch, t time.Time) batchsync.Watch  { w.Read = t; return w }
func sinceAt(w batchsync.Watch, t time.Time) batchsync.Watch { w.Since = t; return w }

func TestAssess_DaylightSaving(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	w := batchsync.Watch{Online: true, Cron: "0 30 02 * * ? *", Since: at(1, 0, 0), Read: time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)}
	for _, c := range []struct {
		name string
		day  time.Time
		run  time.Time // the platform's idea of half past two
	}{
		{"the hour is skipped", time.Date(2026, 3, 29, 12, 0, 0, 0, time.UTC), time.Date(2026, 3, 29, 1, 30, 0, 0, time.UTC)},
		{"the hour comes twice", time.Date(2026, 10, 25, 12, 0, 0, 0, time.UTC), time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC)},
	} {
		v := assess(sight{watch: w, zone: berlin, runs: []batchsync.Run{run(1, c.run, ok)}}, Limits{}, c.day)
		if len(v.conditions) != 0 || v.ask {
			t.Errorf("%s: %v, ask %v; want nothing", c.name, v.conditions, v.ask)
		}
	}
}
