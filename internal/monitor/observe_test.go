package monitor

import (
	"cmp"
	"context"
	"errors"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

// lister is a platform that has runs, and counts the child processes it costs.
type lister struct {
	runs    map[batchsync.RunID]batchsync.Run
	sorted  []batchsync.Run // newest first; nil: to be made
	calls   int
	rng     *rand.Rand               // not nil: lists come in any order
	between func(call int)           // happens after an answer was made
	loses   func(batchsync.Run) bool // missing on lists
	miscall func([]batchsync.RunCount) []batchsync.RunCount
	fails   func(call int) error
	broken  map[batchsync.RunID]bool // cannot be read one by one
}

func newLister() *lister { return &lister{runs: map[batchsync.RunID]batchsync.Run{}} }

func (p *lister) set(r batchsync.Run) {
	p.runs[r.ID] = r
	p.sorted = nil
}

func (p *lister) change(id batchsync.RunID, status batchsync.RunStatus, ended time.Time) {
	r := p.runs[id]
	r.Status, r.Ended = status, ended
	p.set(r)
}

func (p *lister) call(children int) error {
	p.calls += children
	if p.fails != nil {
		return p.fails(p.calls)
	}
	return nil
}

func (p *lister) after() {
	if p.between != nil {
		p.between(p.calls)
	}
}

func (p *lister) window(from, to time.Time) []batchsync.Run {
	if p.sorted == nil {
		for _, r := range p.runs {
			p.sorted = append(p.sorted, r)
		}
		slices.SortFunc(p.sorted, func(a, b batchsync.Run) int { return cmp.Or(b.Plan.Compare(a.Plan), cmp.Compare(b.ID, a.ID)) })
	}
	out := make([]batchsync.Run, 0, len(p.sorted))
	for _, r := range p.sorted {
		if r.Plan.IsZero() || !r.Plan.Before(from) && !r.Plan.After(to) {
			out = append(out, r)
		}
	}
	return out
}

func (p *lister) RunStats(_ context.Context, from, to time.Time) ([]batchsync.RunCount, error) {
	if err := p.call(1); err != nil {
		return nil, err
	}
	if to.Before(from) {
		return nil, errors.New("the window is reversed")
	}
	count := map[batchsync.RunCount]int{}
	for _, r := range p.window(from, to) {
		count[batchsync.RunCount{Status: r.Status, Type: r.Type, TaskType: r.TaskType}]++
	}
	var out []batchsync.RunCount
	for c, n := range count {
		c.Count = n
		out = append(out, c)
	}
	if p.miscall != nil {
		out = p.miscall(out)
	}
	p.after()
	return out, nil
}

func (p *lister) Runs(_ context.Context, f batchsync.RunFilter) ([]batchsync.Run, error) {
	all := p.window(f.From, f.To)
	if f.Task != 0 {
		all = slices.DeleteFunc(all, func(r batchsync.Run) bool { return r.Task != f.Task })
	}
	if f.Unfinished {
		all = slices.DeleteFunc(all, func(r batchsync.Run) bool {
			return r.Status != batchsync.RunRunning && r.Status != batchsync.RunNotStarted
		})
	}
	if p.loses != nil {
		all = slices.DeleteFunc(all, p.loses)
	}
	if err := p.call(max(1, (len(all)+99)/100)); err != nil {
		return nil, err
	}
	if p.rng != nil {
		p.rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	}
	p.after()
	return all, nil
}

func (p *lister) Run(_ context.Context, id batchsync.RunID) (batchsync.Run, error) {
	if err := p.call(1); err != nil {
		return batchsync.Run{}, err
	}
	r, ok := p.runs[id]
	if p.broken[id] {
		return r, errors.New("no answer one can read")
	}
	if !ok {
		return r, &batchsync.PlatformError{Command: "runs detail", Failure: batchsync.FailNotFound}
	}
	r.OpsURL = "https://studio.example/run"
	p.after()
	return r, nil
}

var midday = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)

// planned is a run of a task whose business time lies some time before midday.
func planned(id int64, task int64, ago time.Duration, status batchsync.RunStatus) batchsync.Run {
	r := batchsync.Run{
		ID: batchsync.RunID(id), Task: batchsync.TaskID(task), TaskName: "orders", TaskType: batchsync.TypeSingle,
		Type: batchsync.RunScheduled, Status: status, Plan: midday.Add(-ago), VCluster: "sync_vc",
	}
	if status != batchsync.RunNotStarted {
		r.Began = r.Plan.Add(time.Minute)
	}
	if status.Over() {
		r.Ended = r.Plan.Add(5 * time.Minute)
	}
	return r
}

// looked looks, as for the first time where the whole window is to be listed, and
// fails the test when that fails.
func looked(t *testing.T, v *view, p *lister, now time.Time, sweep bool) seen {
	t.Helper()
	if sweep {
		v.swept = time.Time{}
	}
	before := p.calls
	s, err := v.look(t.Context(), p, now)
	if err != nil {
		t.Fatalf("look() = %v", err)
	}
	if s.Calls != p.calls-before {
		t.Errorf("look() counts %d child processes, there were %d", s.Calls, p.calls-before)
	}
	return s
}

// agree checks that the snapshot is what the platform has in the window.
func agree(t *testing.T, v *view, p *lister, now time.Time) {
	t.Helper()
	from, to := lookedAt(now)
	want := map[batchsync.TaskID][]batchsync.Run{}
	for _, r := range p.window(from, to) {
		if r.TaskType.IsSync() {
			want[r.Task] = append(want[r.Task], r)
		}
	}
	for task, runs := range want {
		got := slices.DeleteFunc(v.runsOf(task), func(r batchsync.Run) bool { return r.Plan.Before(from) })
		if !slices.EqualFunc(got, runs, sameRun) {
			t.Fatalf("runs of task %s = %v, want %v", task, got, runs)
		}
	}
	for task := range v.all() {
		for _, r := range v.runsOf(task) {
			if _, ok := p.runs[r.ID]; !ok {
				t.Fatalf("run %s of task %s is not on the platform", r.ID, task)
			}
		}
	}
}

func TestView_look_cost(t *testing.T) {
	t.Parallel()
	p := newLister()
	for i := range int64(1000) {
		p.set(planned(i+1, i%50, time.Duration(i)*2*time.Minute+30*time.Minute, batchsync.RunSuccess))
	}
	p.set(planned(2000, 7, 30*time.Hour, batchsync.RunPaused))
	v := newView()
	steps := []struct {
		name   string
		change func()
		sweep  bool
		calls  int
		swept  bool
		tasks  []batchsync.TaskID
	}{
		{name: "the first look lists all", calls: 11 + 1 + 1, swept: true},
		{name: "nothing happened", calls: 1},
		{name: "a new run", change: func() { p.set(planned(3000, 3, time.Minute, batchsync.RunRunning)) }, calls: 2, tasks: []batchsync.TaskID{3}},
		{name: "it ended", change: func() { p.change(3000, batchsync.RunFailed, midday) }, calls: 2, tasks: []batchsync.TaskID{3}},
		{name: "an old one that was not over changed", change: func() { p.change(2000, batchsync.RunFailed, midday) }, calls: 4, tasks: []batchsync.TaskID{7}},
		{name: "an old one that was over changed", change: func() { p.change(900, batchsync.RunRunning, time.Time{}) }, calls: 3 + 2 + 2, tasks: []batchsync.TaskID{49}},
		{name: "two changes that counts hide", change: func() {
			p.change(3000, batchsync.RunSuccess, midday)
			p.change(899, batchsync.RunFailed, midday)
		}, calls: 1},
		{name: "until all is listed", sweep: true, calls: 11 + 1 + 1, swept: true, tasks: []batchsync.TaskID{3, 48}},
		{name: "a task of another kind", change: func() {
			r := planned(3001, 4, time.Minute, batchsync.RunFailed)
			r.TaskType = 23
			p.set(r)
		}, calls: 1},
	}
	for _, s := range steps {
		if s.change != nil {
			s.change()
		}
		got := looked(t, v, p, midday, s.sweep)
		if got.Calls != s.calls || got.Swept != s.swept || got.Doubt {
			t.Errorf("%s: %d calls, swept %t, doubt %t, want %d, %t, false", s.name, got.Calls, got.Swept, got.Doubt, s.calls, s.swept)
		}
		if s.name != steps[0].name && !slices.Equal(got.Changed, s.tasks) {
			t.Errorf("%s: tasks %v changed, want %v", s.name, got.Changed, s.tasks)
		}
	}
	agree(t, v, p, midday)
}

func TestView_look_failing_changes_nothing(t *testing.T) {
	t.Parallel()
	fault := errors.New("no answer")
	for at := 1; at <= 4; at++ {
		p := newLister()
		p.set(planned(1, 1, time.Hour, batchsync.RunSuccess))
		p.set(planned(2, 2, 20*time.Hour, batchsync.RunSuccess))
		v := newView()
		looked(t, v, p, midday, false)
		p.change(1, batchsync.RunFailed, midday)
		p.change(2, batchsync.RunFailed, midday)
		p.calls = 0
		p.fails = func(call int) error {
			if call == at {
				return fault
			}
			return nil
		}
		if _, err := v.look(t.Context(), p, midday); !errors.Is(err, fault) {
			t.Fatalf("look() with call %d failing = %v, want %v", at, err, fault)
		}
		if v.runsOf(1)[0].Status != batchsync.RunSuccess || v.runsOf(2)[0].Status != batchsync.RunSuccess {
			t.Errorf("call %d failed and the snapshot changed", at)
		}
		p.fails = nil
		if got := looked(t, v, p, midday, false).Changed; !slices.Equal(got, []batchsync.TaskID{1, 2}) {
			t.Errorf("after call %d failed the next look tells of %v, want both tasks", at, got)
		}
	}
}

func TestView_look_busy_platform(t *testing.T) {
	t.Parallel()
	p := newLister()
	for i := range int64(3000) {
		p.set(planned(i+1, i, time.Duration(i)*50*time.Second, batchsync.RunSuccess))
	}
	v := newView()
	looked(t, v, p, midday, false)
	next := int64(10_000)
	p.between = func(int) { // something goes on after every single answer
		next++
		p.set(planned(next, next, time.Minute, batchsync.RunRunning))
		p.change(batchsync.RunID(next-1), batchsync.RunSuccess, midday)
	}
	p.set(planned(next, next, time.Minute, batchsync.RunRunning))
	for range 20 {
		if got := looked(t, v, p, midday, false); got.Swept || got.Doubt {
			t.Fatalf("a busy platform is listed as a whole (swept %t, doubt %t)", got.Swept, got.Doubt)
		}
	}
}

func TestView_look_many_unfinished(t *testing.T) {
	t.Parallel()
	p := newLister()
	for i := range int64(50) {
		p.set(planned(i+1, i, window-time.Duration(i/30)*time.Hour, batchsync.RunWaitingUpstream))
	}
	v := newView()
	looked(t, v, p, midday, false)
	p.between = func(int) { p.set(planned(int64(p.calls)+1000, 99, time.Minute, batchsync.RunRunning)) }
	for i := range batchsync.RunID(50) {
		p.change(i+1, batchsync.RunBlocked, midday)
		if got := looked(t, v, p, midday, false); !slices.Contains(got.Changed, batchsync.TaskID(i)) || got.Calls > maxAsked+6 {
			t.Errorf("run %d: %+v", i+1, got)
		}
	}
}

func TestView_look_doubt(t *testing.T) {
	t.Parallel()
	p := newLister()
	for i := range int64(500) {
		p.set(planned(i+1, i%20, time.Duration(i)*5*time.Minute, batchsync.RunSuccess))
	}
	p.miscall = func(all []batchsync.RunCount) []batchsync.RunCount {
		return append(all, batchsync.RunCount{Status: batchsync.RunFailed, TaskType: batchsync.TypeMulti, Count: 3})
	}
	v := newView()
	if got := looked(t, v, p, midday, false); !got.Doubt {
		t.Error("counts of runs that are not listed raise no doubt")
	}
	p.set(planned(900, 3, time.Minute, batchsync.RunFailed))
	if got := looked(t, v, p, midday, false); got.Swept || !got.Doubt || !slices.Equal(got.Changed, []batchsync.TaskID{3}) {
		t.Errorf("with doubtful counts: %+v, want the last hours listed, and task 3", got)
	}
	if got := looked(t, v, p, midday, true); !got.Swept || !got.Doubt {
		t.Errorf("a full look with doubtful counts: %+v", got)
	}
	p.miscall = nil
	if got := looked(t, v, p, midday, false); got.Doubt {
		t.Error("counts that agree again leave the doubt")
	}
}

func TestView_look_old_runs(t *testing.T) {
	t.Parallel()
	p := newLister()
	p.set(planned(1, 1, 47*time.Hour, batchsync.RunRunning))
	p.set(planned(2, 2, 47*time.Hour, batchsync.RunSuccess))
	p.set(planned(3, 3, 90*time.Hour, batchsync.RunFailed))
	p.set(planned(4, 4, time.Hour, batchsync.RunSuccess))
	v := newView()
	v.want([]batchsync.RunID{3, 77})
	looked(t, v, p, midday, false)
	if len(v.runsOf(3)) != 1 {
		t.Errorf("a wanted run before the window: known %v", v.runsOf(3))
	}
	later := midday.Add(5 * time.Hour)
	looked(t, v, p, later, false)
	if len(v.runsOf(1)) != 1 || len(v.runsOf(2)) != 0 {
		t.Errorf("five hours later: %v and %v, want the run that is not over only", v.runsOf(1), v.runsOf(2))
	}
	p.change(1, batchsync.RunFailed, later)
	p.change(3, batchsync.RunSuccess, later)
	for range 2 {
		if got := looked(t, v, p, later, false); got.Calls > 2 {
			t.Errorf("a look without news costs %d child processes", got.Calls)
		}
	}
	if v.runsOf(1)[0].Status != batchsync.RunFailed || v.runsOf(3)[0].Status != batchsync.RunSuccess {
		t.Errorf("runs before the window stay %v and %v", v.runsOf(1)[0].Status, v.runsOf(3)[0].Status)
	}
	if v.since(1) != later {
		t.Errorf("since(1) = %v, want %v", v.since(1), later)
	}
	delete(p.runs, 1)
	p.sorted = nil
	looked(t, v, p, later, false)
	if len(v.runsOf(1)) != 0 {
		t.Error("a run the platform does not know any more is kept")
	}
	v.want(nil)
	looked(t, v, p, later.Add(49*time.Hour), true)
	if got := slices.Collect(v.all()); len(got) != 0 {
		t.Errorf("two days later there are runs of %v", got)
	}
}

func TestView_look_wanted_unread(t *testing.T) {
	t.Parallel()
	p := newLister()
	p.set(planned(3, 3, 90*time.Hour, batchsync.RunFailed))
	v := newView()
	v.want([]batchsync.RunID{3})
	p.fails = func(call int) error {
		if call == 4 { // after the lists and the counts
			return errors.New("no answer")
		}
		return nil
	}
	looked(t, v, p, midday, false)
	if len(v.runsOf(3)) != 0 {
		t.Error("a run that could not be asked for is known")
	}
	looked(t, v, p, midday, false)
	if len(v.runsOf(3)) != 1 {
		t.Error("it is not asked for again")
	}
}

// A run that can never be read keeps no other from being read.
func TestView_look_unreadable(t *testing.T) {
	t.Parallel()
	p := newLister()
	p.set(planned(5, 5, 90*time.Hour, batchsync.RunFailed))
	p.broken = map[batchsync.RunID]bool{3: true, 4: true}
	v := newView()
	v.want([]batchsync.RunID{3, 4, 5})
	for n := range 3 {
		looked(t, v, p, midday.Add(time.Duration(n)*time.Minute), false)
	}
	if len(v.runsOf(5)) != 1 {
		t.Fatal("behind runs that cannot be read, one that can is not")
	}
	p.change(5, batchsync.RunSuccess, midday)
	for n := range 3 {
		looked(t, v, p, midday.Add(time.Duration(3+n)*time.Minute), false)
	}
	if got := v.runsOf(5)[0].Status; got != batchsync.RunSuccess {
		t.Errorf("behind runs that cannot be read, an old one stays %v", got)
	}
}

func TestView_look_null_times(t *testing.T) {
	t.Parallel()
	p := newLister()
	v := newView()
	looked(t, v, p, midday, false)
	p.set(batchsync.Run{ID: 1, Task: 1, TaskType: batchsync.TypeSingle, Type: batchsync.RunScheduled, Status: batchsync.RunFailed})
	later := midday.Add(time.Minute)
	looked(t, v, p, later, false)
	if got := v.since(1); !got.Equal(later) {
		t.Errorf("of a run without times, since(1) = %v, want when it was first seen, %v", got, later)
	}
}

func TestView_look_vanished(t *testing.T) {
	t.Parallel()
	p := newLister()
	for i := range int64(10) {
		p.set(planned(i+1, 1, time.Duration(i)*time.Hour, batchsync.RunSuccess))
	}
	v := newView()
	looked(t, v, p, midday, false)
	p.loses = func(r batchsync.Run) bool { return r.ID == 2 || r.ID == 9 }
	looked(t, v, p, midday, true)
	if got := len(v.runsOf(1)); got != 10 {
		t.Errorf("runs that one list lacked, and counts have, are gone: %d left", got)
	}
	p.loses = nil
	looked(t, v, p, midday, true)
	for _, id := range []batchsync.RunID{2, 9} {
		delete(p.runs, id)
	}
	p.sorted = nil
	for range 2 { // of the last hours, a second list has to tell
		looked(t, v, p, midday, true)
	}
	agree(t, v, p, midday)
	if got := len(v.runsOf(1)); got != 8 {
		t.Errorf("%d runs left, want 8", got)
	}
}

func TestView_odd_data(t *testing.T) {
	t.Parallel()
	p := newLister()
	null := batchsync.Run{ID: 1, Task: 1, TaskType: batchsync.TypeMulti, Status: 42}
	p.set(null)
	twin := planned(2, 2, time.Hour, batchsync.RunFailed)
	twin.Failure = strings.Repeat("ü", 3000)
	p.set(twin)
	twin.ID = 3
	p.set(twin)
	v := newView()
	for _, now := range []time.Time{midday, midday.Add(time.Minute), midday.Add(-24 * time.Hour), midday.AddDate(1, 0, 0), midday} {
		looked(t, v, p, now, false)
	}
	if got := v.runsOf(1); len(got) != 1 || got[0].Status != 42 {
		t.Errorf("run without times = %v", got)
	}
	if got := v.runsOf(2); len(got) != 2 || len(got[0].Failure) != maxFailure {
		t.Errorf("two runs of one time: %d", len(got))
	}
}

// TestView_random lets a platform do anything and checks after every look that
// the snapshot is right as soon as the lists were whole.
func TestView_random(t *testing.T) {
	t.Parallel()
	statuses := append(batchsync.RunStatuses(), 42, 0)
	for seed := range uint64(30) {
		rng := rand.New(rand.NewPCG(seed, 1))
		p := newLister()
		p.rng = rng
		v, now, next := newView(), midday, int64(0)
		v.fewRuns, v.partRuns = 1+int(seed), 5+3*int(seed) // many halvings and parts, or none
		for look := range 60 {
			now = now.Add(time.Duration(rng.IntN(40)) * time.Minute)
			for range rng.IntN(6) {
				next++
				r := planned(next, rng.Int64N(8), 0, statuses[rng.IntN(len(statuses))])
				r.Plan = now.Add(-time.Duration(rng.ExpFloat64() * float64(4*time.Hour))).Truncate(time.Minute)
				p.set(r)
			}
			for range rng.IntN(4) {
				p.change(batchsync.RunID(rng.Int64N(next+1)), statuses[rng.IntN(len(statuses))], now)
			}
			delete(p.runs, 0)
			if rng.IntN(4) == 0 {
				delete(p.runs, batchsync.RunID(rng.Int64N(next+1)))
			}
			p.sorted = nil
			p.loses = nil
			if rng.IntN(3) == 0 {
				p.loses = func(r batchsync.Run) bool { return r.ID%17 == batchsync.RunID(look%17) }
			}
			looked(t, v, p, now, rng.IntN(10) == 0)
			for range rng.IntN(3) {
				partSwept(t, v, p, now)
			}
		}
		p.loses = nil
		for range 2 {
			if seed%2 == 0 {
				looked(t, v, p, now, true)
			} else {
				sweptInParts(t, v, p, now)
			}
		}
		agree(t, v, p, now)
		got := looked(t, v, p, now, false)
		if len(got.Changed) > 1 || got.Calls > 2 { // one run before the window may have changed
			t.Fatalf("seed %d: a look without news brings %+v", seed, got)
		}
	}
}

func BenchmarkLook50k(b *testing.B) {
	const tasks, runs = 10_000, 50_000
	p := newLister()
	for i := range int64(runs) {
		p.set(planned(i+1, i%tasks, time.Duration(i)*(47*time.Hour/runs), batchsync.RunSuccess))
	}
	p.window(midday, midday)
	var quiet, news, first int
	var before, after runtime.MemStats
	for b.Loop() {
		runtime.GC()
		runtime.ReadMemStats(&before)
		v := newView()
		s, err := v.look(b.Context(), p, midday)
		if err != nil {
			b.Fatal(err)
		}
		first = s.Calls
		for i := range int64(runs / 100) { // one in a hundred fails anew
			r := planned(runs+i+1, i, time.Minute, batchsync.RunFailed)
			r.Failure = "table order_items: connection refused by the source"
			p.set(r)
		}
		p.window(midday, midday)
		if s, err = v.look(b.Context(), p, midday); err != nil {
			b.Fatal(err)
		}
		news = s.Calls
		if s, err = v.look(b.Context(), p, midday); err != nil {
			b.Fatal(err)
		}
		quiet = s.Calls
		runtime.GC()
		runtime.ReadMemStats(&after)
		for i := range int64(runs / 100) {
			delete(p.runs, batchsync.RunID(runs+i+1))
		}
		p.sorted = nil
		p.window(midday, midday)
		runtime.KeepAlive(v)
	}
	b.ReportMetric(float64(first), "children/first")
	b.ReportMetric(float64(news), "children/news")
	b.ReportMetric(float64(quiet), "children/quiet")
	b.ReportMetric((float64(after.HeapAlloc)-float64(before.HeapAlloc))/(1<<20), "MB-kept")
	b.ReportMetric(float64(after.HeapSys)/(1<<20), "MB-heap")
}
