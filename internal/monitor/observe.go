package monitor

import (
	"cmp"
	"context"
	"iter"
	"maps"
	"slices"
	"sync"
	"time"

	"batchsync/internal/batchsync"
)

// What is looked at.
const (
	window   = 48 * time.Hour // of business time, aligned to the hour
	ahead    = time.Minute    // the platform's clock may be before ours
	live     = 3 * time.Hour  // of business time, in which most runs change
	maxAsked = 20             // runs asked for one by one in a look
	// farBack is how far before the window unfinished runs are looked for, and
	// maxOld how many, those of the newest business times.
	farBack = 2 * 366 * 24 * time.Hour
	maxOld  = 2000
)

// runLister is what the platform tells of runs.
type runLister interface {
	RunStats(ctx context.Context, from, to time.Time) ([]batchsync.RunCount, error)
	Runs(ctx context.Context, f batchsync.RunFilter) ([]batchsync.Run, error)
	Run(ctx context.Context, id batchsync.RunID) (batchsync.Run, error)
}

// view is a snapshot of the runs of all sync tasks whose business time lies in
// the window, and of older ones that are not over, ended within it or are
// wanted. One goroutine looks and wants; any may read meanwhile, and reads what
// the last look that succeeded brought.
type view struct {
	mu     sync.RWMutex
	runs   map[batchsync.RunID]*sighting
	tasks  map[batchsync.TaskID][]batchsync.RunID // newest business time first
	wanted map[batchsync.RunID]wish
	from   time.Time // of the last look
	swept  time.Time // when all of the window had been listed last; zero: never
	doubt  bool      // list and counts disagreed at the last sweep
	torn   bool      // the last look found where counts differ, and it did not help
	part   part      // of the sweep under way

	fewRuns, partRuns int  // the constants; smaller in tests
	blind             bool // what is unfinished before the window could not be listed
}

// wish is a run that is wanted.
type wish struct {
	none  bool      // the platform does not know it
	asked time.Time // for by itself
}

// sighting is a run as it was seen last.
type sighting struct {
	run    batchsync.Run
	at     time.Time // its business time; where that is not told, when it was first seen
	since  time.Time // when it changed to its present status before our eyes
	asked  time.Time // for by itself
	missed bool      // a list that should have had it did not
}

// seen is what a look brought.
type seen struct {
	Changed []batchsync.TaskID // tasks of which any run changed, came or went, in order
	Swept   bool               // the whole window was listed
	Doubt   bool               // list and counts disagree: only sweeps see everything
	Calls   int                // child processes, as far as lists tell how many they took
	Aside   int                // of Calls: for what is unfinished before the window
	Blind   error              // why it is not known what is unfinished before the window; nil: it is
}

func newView() *view {
	return &view{
		runs: map[batchsync.RunID]*sighting{}, tasks: map[batchsync.TaskID][]batchsync.RunID{}, wanted: map[batchsync.RunID]wish{},
		fewRuns: fewRuns, partRuns: partRuns,
	}
}

// want names the runs to be looked after even when their business time lies
// before the window, as those of open incidents are. They replace those named
// before.
func (v *view) want(ids []batchsync.RunID) {
	v.mu.Lock()
	defer v.mu.Unlock()
	next := map[batchsync.RunID]wish{}
	for _, id := range ids {
		if id != 0 {
			next[id] = v.wanted[id]
		}
	}
	v.wanted = next
}

// look brings the snapshot up to date. A platform where nothing happened costs
// two calls at most: the counts by status, and one run that is too old for
// them. Otherwise the last hours are listed, then the unfinished runs before
// them are asked for, then what the counts of parts of the window point to is
// listed, each only if what came before does not explain the counts. The first
// look lists the whole window, and what is unfinished before it, and so does one
// after a look that the counts led astray. After an error the snapshot is what it
// was.
func (v *view) look(ctx context.Context, p runLister, now time.Time) (seen, error) {
	l := newLooking(v, p, now)
	if err := l.observe(ctx); err != nil {
		return seen{Calls: l.calls}, err
	}
	if l.swept || v.blind {
		l.listOld(ctx)
	}
	l.askOld(ctx)
	if err := ctx.Err(); err != nil {
		return seen{Calls: l.calls}, err
	}
	return l.commit(), nil
}

// runsOf are the known runs of a task, newest business time first.
func (v *view) runsOf(task batchsync.TaskID) []batchsync.Run {
	v.mu.RLock()
	defer v.mu.RUnlock()
	ids := v.tasks[task]
	out := make([]batchsync.Run, 0, len(ids))
	for _, id := range ids {
		out = append(out, v.runs[id].run)
	}
	return out
}

// all are the tasks that have runs, in order.
func (v *view) all() iter.Seq[batchsync.TaskID] {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return slices.Values(slices.Sorted(maps.Keys(v.tasks)))
}

// since tells when a run was first seen in its present status, zero when it
// had it already when it was first seen. Of a backfilled run the business time
// does not tell how long it has been there, so that it counts from then on.
func (v *view) since(id batchsync.RunID) time.Time {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if s := v.runs[id]; s != nil {
		return s.since
	}
	return time.Time{}
}

// oldest is the business time from which on the snapshot is complete, zero
// before the first look.
func (v *view) oldest() time.Time {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.from
}

// lookedAt is the window of a look; both ends are included.
func lookedAt(now time.Time) (from, to time.Time) {
	now = now.UTC()
	return now.Add(-window).Truncate(time.Hour), now.Add(ahead).Truncate(time.Second)
}

// commit makes what was read part of the snapshot.
func (l *looking) commit() seen {
	v := l.v
	v.mu.Lock()
	defer v.mu.Unlock()
	touched := map[batchsync.TaskID]bool{}
	for id, s := range l.lost() {
		delete(v.runs, id)
		touched[s.run.Task] = true
	}
	fresh := map[batchsync.TaskID][]batchsync.RunID{}
	for id, r := range l.got {
		old := v.runs[id]
		if old != nil && sameRun(old.run, r) {
			old.missed = false
			continue
		}
		v.runs[id] = l.sighting(r)
		touched[r.Task] = true
		if old != nil {
			touched[old.run.Task] = true
		}
		if old == nil || old.run.Task != r.Task {
			fresh[r.Task] = append(fresh[r.Task], id)
		}
	}
	for task := range touched {
		v.order(task, fresh[task])
	}
	for _, id := range l.asked {
		if s := v.runs[id]; s != nil {
			s.asked = l.now
		}
		if _, ok := v.wanted[id]; ok {
			v.wanted[id] = wish{none: l.gone[id], asked: l.now}
		}
	}
	for _, id := range l.old {
		v.runs[id].asked = l.now
	}
	v.from, v.doubt, v.torn, v.blind = l.from, l.doubt, l.torn, l.blind != nil
	if l.swept {
		v.swept = l.now
	}
	return seen{Changed: slices.Sorted(maps.Keys(touched)), Swept: l.swept, Doubt: l.doubt, Calls: l.calls, Aside: l.aside, Blind: l.blind}
}

// order puts the runs of a task in order, with those that are new to it.
func (v *view) order(task batchsync.TaskID, fresh []batchsync.RunID) {
	ids := slices.DeleteFunc(append(v.tasks[task], fresh...), func(id batchsync.RunID) bool {
		s := v.runs[id]
		return s == nil || s.run.Task != task
	})
	if len(ids) == 0 {
		delete(v.tasks, task)
		return
	}
	slices.SortFunc(ids, func(a, b batchsync.RunID) int { return byAge(v.runs[b], v.runs[a]) })
	v.tasks[task] = ids
}

// byAge puts the oldest business time first.
func byAge(a, b *sighting) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.run.ID, b.run.ID)) }

// lost are the runs that leave the snapshot: too old, unknown to the platform,
// or absent from lists that should have them. A list may lack a run because
// its pages moved, so a run goes when the list is known to be complete or, for
// lists of a sweep, is the second that lacks it.
func (l *looking) lost() map[batchsync.RunID]*sighting {
	out := map[batchsync.RunID]*sighting{}
	for id, s := range l.v.runs {
		_, got := l.got[id]
		switch {
		case l.gone[id]:
			out[id] = s
		case got:
		case l.over(s):
			out[id] = s
		case l.vanished(s):
			out[id] = s
		case slices.ContainsFunc(l.spans, func(in span) bool { return in.holds(s.at) }):
			s.missed = true
		}
	}
	return out
}

// vanished reports whether a run that no list had is gone.
func (l *looking) vanished(s *sighting) bool {
	return slices.ContainsFunc(l.spans, func(in span) bool { return in.holds(s.at) && (in.firm || in.full && s.missed) })
}

// holds reports whether a business time lies in the span.
func (s span) holds(at time.Time) bool { return !at.Before(s.from) && !at.After(s.to) }

// over reports whether a run before the window is of no interest any more.
func (l *looking) over(s *sighting) bool {
	return s.at.Before(l.from) && s.run.Status.Over() && s.run.Ended.Before(l.from) && !l.wanted(s.run.ID)
}

func (l *looking) wanted(id batchsync.RunID) bool {
	w, ok := l.v.wanted[id]
	return ok && !w.none
}
