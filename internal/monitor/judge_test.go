package monitor

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

// desk is a monitor that looks when the test says so, at a platform of runs,
// with a book in memory. Nothing is looked up behind it.
type desk struct {
	t     *testing.T
	m     *Monitor
	p     *lister
	known batchsync.Known
	watch map[batchsync.TaskID]batchsync.Watch
	said  []batchsync.TextKey // by messages since the last look
	looks int                 // recorded
	first batchsync.Look      // of them
	now   time.Time
	fails []error // of the next looks that are recorded
}

// deskPlatform answers what looks ask, and nothing else.
type deskPlatform struct {
	Details
	*lister
}

func (d deskPlatform) Run(ctx context.Context, id batchsync.RunID) (batchsync.Run, error) {
	return d.lister.Run(ctx, id)
}

func (d deskPlatform) Runs(ctx context.Context, f batchsync.RunFilter) ([]batchsync.Run, error) {
	return d.lister.Runs(ctx, f)
}

func newDesk(t *testing.T) *desk {
	d := &desk{t: t, p: newLister(), watch: map[batchsync.TaskID]batchsync.Watch{}, now: midday}
	d.known.Subscriptions = []batchsync.Subscription{{Channel: "C1", Selector: batchsync.Selector{Kind: batchsync.SelectAll}, Topics: batchsync.UsualTopics()}}
	d.start()
	return d
}

// start is a process beginning, with what the last one left in the book.
func (d *desk) start() {
	keep := &keeper{keep: func(int) (bool, error) { return false, nil }}
	id := func() string {
		return fmt.Sprint("x", d.now.Unix(), "-", len(d.known.Incidents), "-", len(d.known.Alerts))
	}
	d.m = New(Config{Spec: "@every 1m", Zone: time.UTC}, keep, d, deskPlatform{lister: d.p}, func() {}, id, slog.New(slog.DiscardHandler))
}

func (d *desk) Watches() (out []batchsync.Watch, err error) {
	for _, w := range d.watch {
		out = append(out, w)
	}
	return out, nil
}

func (d *desk) Known(time.Time) (batchsync.Known, error) { return d.known, nil }

func (d *desk) RecordLook(l batchsync.Look) error {
	if len(d.fails) > 0 {
		err := d.fails[0]
		d.fails = d.fails[1:]
		return err
	}
	if d.looks++; d.looks == 1 {
		d.first = l
	}
	d.known.Cursor = l.Cursor
	for _, w := range l.Watches {
		d.watch[w.Task] = w
	}
	for _, i := range l.Incidents {
		d.known.Incidents = replaced(d.known.Incidents, i, func(o batchsync.Incident) bool { return o.ID == i.ID })
	}
	for _, a := range l.Alerts {
		d.known.Alerts = replaced(d.known.Alerts, a, func(o batchsync.Alert) bool { return o.ID == a.ID })
	}
	for _, r := range l.Rehearsed {
		d.known.Rehearsals = slices.DeleteFunc(slices.Clone(d.known.Rehearsals), func(o batchsync.Rehearsal) bool { return o.ID == r.ID })
		if r.Over.IsZero() {
			d.known.Rehearsals = append(d.known.Rehearsals, r)
		}
	}
	for _, m := range l.Messages {
		if m.Channel == "" {
			d.t.Errorf("message %s goes nowhere", m.ID)
		}
		d.said = append(d.said, m.Body[0].Key)
	}
	return nil
}

func replaced[T any](all []T, with T, same func(T) bool) []T {
	return append(slices.DeleteFunc(slices.Clone(all), same), with)
}

// look lets a minute pass and looks; it returns what was said.
func (d *desk) look() []batchsync.TextKey {
	d.t.Helper()
	d.now, d.said = d.now.Add(time.Minute), nil
	d.m.Tick(d.t.Context(), d.now)
	return d.said
}

// open lists the open incidents as task, reason and run.
func (d *desk) open(want ...string) {
	d.t.Helper()
	var got []string
	for _, i := range d.known.Incidents {
		if i.State == batchsync.IncidentOpen {
			got = append(got, fmt.Sprintf("%d %s %d", max(i.Task, -1), i.Worst().Reason, max(i.Worst().Run, -1)))
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		d.t.Errorf("open incidents %q, want %q", got, want)
	}
}

// last is the incident that changed last.
func (d *desk) last() (i batchsync.Incident) {
	d.t.Helper()
	if len(d.known.Incidents) == 0 {
		d.t.Fatal("there is no incident")
	}
	return d.known.Incidents[len(d.known.Incidents)-1]
}

func TestJudge_RepeatedAsTheSameRun(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.p.set(planned(1, 7, 25*time.Hour, ok))
	d.p.set(planned(2, 7, time.Hour, bust))
	d.look()
	d.open("7 failed 2")
	d.p.change(2, running, time.Time{})
	if said := d.look(); len(said) != 0 {
		t.Errorf("while it is repeated, %q is said", said)
	}
	d.open("7 failed 2")
	d.p.change(2, bust, d.now)
	if said := d.look(); len(said) != 0 {
		t.Errorf("when it failed once more, %q is said", said)
	}
	d.p.change(2, running, time.Time{})
	d.look()
	d.p.change(2, ok, d.now)
	d.look()
	d.open("7 failed 2") // until its tables were looked at, or that takes too long
	for range 3 {
		d.look()
	}
	d.open()
	if i := d.last(); i.Ending != batchsync.EndedRecovered || i.EndedBy != 2 {
		t.Errorf("ended as %s by run %d, want recovered by run 2", i.Ending, i.EndedBy)
	}
}

// What ends a trouble is named only if it came after it.
func TestJudge_EndedByNoOlderRun(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.p.set(planned(1, 7, 25*time.Hour, ok))
	d.p.set(planned(2, 7, time.Hour, waits))
	d.look()
	d.open("7 late 2")
	r := planned(2, 7, time.Hour, running)
	r.Began = d.now
	d.p.set(r)
	d.look()
	d.open()
	if i := d.last(); i.EndedBy != 0 {
		t.Errorf("a late run that began is told as recovered by run %d", i.EndedBy)
	}
}

func TestJudge_StoppedLongAgo(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.p.set(planned(2, 7, time.Hour, bust)) // over 55 minutes ago
	d.known.Stopped = map[batchsync.RunID]batchsync.Stop{2: {By: "U1", At: midday.Add(-56 * time.Minute)}}
	d.look()
	d.open()
	d.p.change(2, running, time.Time{}) // repeated elsewhere
	d.look()
	d.p.change(2, bust, d.now) // and failed by itself
	d.look()
	d.open("7 failed 2")
	d.p.change(2, ok, d.now)
	for range 4 {
		d.look()
	}
	d.open()
	if i := d.last(); i.Ending != batchsync.EndedRecovered {
		t.Errorf("ended as %s, want recovered", i.Ending)
	}
}

// A run that is being stopped here fails before the operation has seen that.
func TestJudge_BeingStopped(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.watch[7] = batchsync.Watch{Task: 7, Took: slices.Repeat([]time.Duration{time.Minute}, 6)}
	d.p.set(planned(2, 7, time.Hour, running))
	d.look()
	d.open("7 slow 2")
	d.known.Busy = map[batchsync.TaskID]batchsync.OperationKind{7: batchsync.OpStop}
	d.p.change(2, bust, d.now)
	if said := d.look(); len(said) != 0 {
		t.Errorf("before the stop is over, %q is said", said)
	}
	d.open("7 slow 2")
	d.known.Stopped = map[batchsync.RunID]batchsync.Stop{2: {By: "U1", At: d.now}}
	d.known.Busy = nil
	d.look()
	d.open()
	if i := d.last(); i.Ending != batchsync.EndedStopped {
		t.Errorf("ended as %s, want stopped", i.Ending)
	}
}

// A stop that waits for a person hides failures for a short while only.
func TestJudge_StopThatNeverEnds(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.known.Busy = map[batchsync.TaskID]batchsync.OperationKind{7: batchsync.OpStop}
	d.p.set(planned(2, 7, time.Hour, running))
	d.look()
	d.p.change(2, bust, d.now)
	d.look()
	d.open()
	for range 6 {
		d.look()
	}
	d.open("7 failed 2")
}

func TestJudge_PlatformDown(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.look()
	d.p.fails = func(int) error { return errors.New("no answer") }
	d.look()
	d.open()
	d.start() // and five hours later again
	d.now = d.now.Add(5 * time.Hour)
	d.look()
	d.open() // nobody knows what was in between: it is the first answer that is missing
	d.look()
	d.look()
	d.open("0 unreachable 0")
	if since := d.last().Worst().Since; d.now.Sub(since) > 5*time.Minute {
		t.Errorf("unreachable since %s, at %s", since, d.now)
	}
	d.p.fails = nil
	d.look()
	d.open()
}

// A rehearsal that was forgotten half way leaves nothing open.
func TestJudge_RehearsalForgotten(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.known.Rehearsals = []batchsync.Rehearsal{{ID: "r", Channel: "C9", By: "U1", At: midday}}
	d.look()
	d.open("-1 failed -1")
	d.known.Rehearsals = nil
	d.look()
	d.open()
	for _, a := range d.known.Alerts {
		if a.Open() {
			t.Errorf("alert %s stays open", a.ID)
		}
	}
}

func TestJudge_UnmutedWithoutAChannel(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.known.Tasks = []batchsync.Task{{ID: 7, Name: "orders", Type: batchsync.TypeSingle, Muted: midday}}
	d.look()
}

// A clock that was wrong for a while must not make readings look new.
func TestJudge_ClockWasAhead(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ahead := midday.AddDate(0, 0, 3)
	d.watch[7] = batchsync.Watch{Task: 7, Online: true, Cron: "0 00 02 * * ? *", Since: at(1, 0, 0), Read: ahead, ContentRead: ahead}
	d.known.Tasks = []batchsync.Task{{ID: 7, Name: "orders", Type: batchsync.TypeSingle}}
	d.look()
	if w := d.m.watches[7]; w.Read.After(d.now) || w.ContentRead.After(d.now) {
		t.Errorf("read at %s, content at %s; it is %s", w.Read, w.ContentRead, d.now)
	}
	d.open() // the scheduler must be asked first
}

func TestJudge_NoNameIsNoNewName(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.p.set(planned(1, 7, 25*time.Hour, ok))
	d.look()
	r := planned(2, 7, time.Hour, bust)
	r.TaskName = ""
	d.p.set(r)
	d.look()
	if i := d.last(); i.Name != "orders" {
		t.Errorf("the incident is of %q", i.Name)
	}
}

// Unknown is not ok, and not late either.
func TestJudge_NothingWhilePlatformIsDown(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.p.set(planned(1, 7, time.Minute, waits))
	d.look()
	d.p.fails = func(int) error { return errors.New("no answer") }
	for range 60 {
		d.look()
	}
	d.open("0 unreachable 0")
	d.p.fails = nil
	d.look()
	d.open("7 late 1")
}

// What began while nobody looked says so.
func TestJudge_Away(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.look()
	d.p.set(planned(1, 7, time.Minute, bust))
	d.look()
	if d.last().Away {
		t.Error("a failure seen at once is told as found later")
	}
	d.start()
	d.now = d.now.Add(3 * time.Hour)
	d.p.set(planned(2, 8, -time.Hour, bust))
	d.look()
	d.open("7 failed 1", "8 failed 2")
	if i := d.last(); i.Task != 8 || !i.Away {
		t.Errorf("incident of task %d after three hours: away %v", i.Task, i.Away)
	}
}

// A run that is not there any more is no recovery, even of a task that still is.
func TestJudge_Vanished(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.watch[7] = batchsync.Watch{Task: 7, Online: true, Cron: "0 00 02 1 1 ? *", Since: at(1, 0, 0), Read: midday.Add(-time.Hour)}
	d.p.set(planned(1, 7, 5*time.Hour, bust))
	d.look()
	d.open("7 failed 1")
	delete(d.p.runs, 1)
	d.p.sorted = nil
	for range 25 { // until a sweep is sure
		d.look()
	}
	d.open("7 failed 1") // the scheduler was not asked
	w := d.m.watches[7]
	w.Read = d.now
	d.m.watches[7] = w
	d.look()
	d.open()
	if i := d.last(); i.Ending != batchsync.EndedVanished {
		t.Errorf("ended as %s, want vanished", i.Ending)
	}
}

func TestJudge_Renamed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.known.Tasks = []batchsync.Task{{ID: 7, Name: "orders_old", Type: batchsync.TypeSingle, Channel: "C1"}}
	d.p.set(planned(1, 7, time.Hour, bust))
	d.look()
	if got := d.first.Tasks; len(got) != 1 || got[0].Name != "orders" || d.last().Name != "orders" {
		t.Errorf("tasks are patched by %+v, the incident is of %q", got, d.last().Name)
	}
}

// A quiet look writes only now and then that somebody looked.
func TestJudge_QuietLooksWriteLittle(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.p.set(planned(1, 7, time.Hour, ok))
	d.look()
	for range 60 {
		d.look()
	}
	if n := d.looks; n < 12 || n > 20 {
		t.Errorf("an hour of quiet looks was written %d times", n)
	}
}

// A look that somebody came before is decided anew at once; one that could not
// be stored is as if it had not been.
func TestJudge_NotRecorded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		err  error
		same bool // the same look tells
	}{
		{"somebody was faster", &batchsync.Error{Code: batchsync.CodeConflict}, true},
		{"the disk is full", errors.New("no space left on device"), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			d.look()
			d.p.set(planned(1, 7, time.Minute, bust))
			d.fails = []error{c.err}
			d.look()
			if c.same {
				d.open("7 failed 1")
				return
			}
			d.open()
			if len(d.m.watches) != 0 {
				t.Error("what was not stored is remembered")
			}
			d.look()
			d.open("7 failed 1")
			if d.watch[7].Name != "orders" {
				t.Errorf("of the task is stored %+v", d.watch[7])
			}
		})
	}
}

// What the counts hide shows at the next sweep.
func TestJudge_CountsHide(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.p.set(planned(1, 7, time.Hour, bust))
	d.p.set(planned(2, 8, time.Hour, ok))
	d.look()
	d.open("7 failed 1")
	d.p.change(1, ok, d.now)
	d.p.change(2, bust, d.now)
	for range 11 {
		d.look()
	}
	d.open("8 failed 2")
}

// The run of an open incident is looked after when its time is long past.
func TestJudge_RepairedDaysLater(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.p.set(planned(1, 7, time.Hour, bust))
	d.look()
	for range 5 {
		d.now = d.now.Add(24 * time.Hour)
		d.look()
	}
	d.open("7 failed 1")
	d.p.change(1, ok, d.now)
	for range 5 { // its tables might be looked at
		d.look()
	}
	d.open()
	if i := d.last(); i.EndedBy != 1 {
		t.Errorf("ended as %s by run %d", i.Ending, i.EndedBy)
	}
}

// A quiet look costs two child processes, with what is looked up behind it,
// however much there is that ages.
func TestJudge_QuietLookIsCheap(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for id := range batchsync.TaskID(50) {
		d.watch[id+1] = batchsync.Watch{Task: id + 1, Name: "t", Read: midday.Add(-24 * time.Hour)}
	}
	d.p.set(planned(1, 7, 90*time.Hour, bust))
	for _, withOld := range []bool{false, true} {
		if withOld { // one call more for a run before the window
			d.known.Incidents = []batchsync.Incident{{ID: "i", Task: 7, State: batchsync.IncidentOpen, Version: 1, Conditions: []batchsync.Condition{{Reason: batchsync.ReasonFailed, Run: 1, Plan: midday.Add(-90 * time.Hour), Since: midday.Add(5*time.Minute - 90*time.Hour), Times: 1}}}}
			d.known.Incidents[0].Found.Run = 1
			d.start()
		}
		d.look()
		d.look()
		before := d.p.calls
		d.look()
		if n := d.p.calls - before + len(d.m.work.queue); n == 0 || n > 2 {
			t.Errorf("an old run wanted %v: a quiet look costs %d child processes and then %v", withOld, n, keys(d.m.work.queue))
		}
	}
}

// While what is before the window cannot be listed, a quiet look still reads what
// ages.
func TestJudge_BlindLookGoesOn(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for id := range batchsync.TaskID(50) {
		d.watch[id+1] = batchsync.Watch{Task: id + 1, Name: "t", Read: midday.Add(-24 * time.Hour)}
	}
	for n := range 3 {
		last := d.p.calls + 2 // after the counts
		if n == 0 {
			last++ // and the list
		}
		d.p.fails = func(call int) error {
			if call == last {
				return errors.New("no answer")
			}
			return nil
		}
		d.look()
		if !d.m.blind || d.p.calls != last {
			t.Fatalf("look %d: blind %v, after %d child processes of %d", n, d.m.blind, d.p.calls, last)
		}
	}
	if n := len(d.m.work.queue); n != 1 {
		t.Errorf("%d look-ups are planned, want 1", n)
	}
}

// Of two successes that made up for a failure the one that was over first did.
func TestJudge_EndedByTheFirst(t *testing.T) {
	t.Parallel()
	for name, first := range map[string]int64{"in the order of their times": 2, "in the other": 3} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			d.p.set(planned(1, 7, 5*time.Hour, bust))
			d.look()
			d.open("7 failed 1")
			for id := int64(2); id <= 3; id++ {
				r := planned(id, 7, time.Duration(5-id)*time.Hour, ok)
				r.Ended = midday.Add(-30 * time.Minute)
				if id == first {
					r.Ended = midday.Add(-40 * time.Minute)
				}
				d.p.set(r)
			}
			for range 4 {
				d.look()
			}
			d.open()
			if i := d.last(); i.EndedBy != batchsync.RunID(first) || !i.Over.Equal(midday.Add(-40*time.Minute)) {
				t.Errorf("ended by run %d at %s, want run %d", i.EndedBy, i.Over, first)
			}
		})
	}
}
