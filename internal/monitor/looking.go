package monitor

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
	"unique"

	"batchsync/internal/batchsync"
)

const (
	maxFailure = 2048 // bytes kept of a run's message
	listPage   = 100  // runs per child process of a list
)

// looking is one look under way: what it read, not yet part of the snapshot.
type looking struct {
	v        *view
	p        runLister
	now      time.Time
	from, to time.Time // the window, both ends included
	// edge ends what is settled and begins what is listed first. It lies a
	// second before a full minute: hardly any run is planned there.
	edge time.Time

	got    map[batchsync.RunID]batchsync.Run
	inList map[batchsync.RunID]bool // of got: came with a list
	gone   map[batchsync.RunID]bool // the platform does not know them
	asked  []batchsync.RunID
	spans  []span // what was listed
	swept  bool
	blind  error             // why runs before the window could not be listed
	old    []batchsync.RunID // listed before the window
	doubt  bool
	torn   bool // counts were not explained by what they led to
	calls  int
	aside  int // of calls: for what is before the window
}

// span is a part of the window that was listed, both ends included.
type span struct {
	from, to time.Time
	full     bool // a run that a second such list lacks is gone
	firm     bool // the list is complete: one that it lacks is gone
}

func newLooking(v *view, p runLister, now time.Time) *looking {
	l := &looking{
		v: v, p: p, now: now.UTC(), doubt: v.doubt, edge: before(now.UTC().Add(-live)),
		got: map[batchsync.RunID]batchsync.Run{}, inList: map[batchsync.RunID]bool{}, gone: map[batchsync.RunID]bool{},
	}
	l.from, l.to = lookedAt(now)
	if old := l.unfinished(); len(old) > maxAsked {
		l.edge = before(old[maxAsked].at) // too many to be asked for one by one
	}
	if l.edge.Before(l.from) {
		l.edge = l.from
	}
	return l
}

func before(t time.Time) time.Time { return t.Truncate(time.Minute).Add(-time.Second) }

// unfinished are the runs of the window before the edge that are not over, the
// oldest first.
func (l *looking) unfinished() []*sighting {
	var out []*sighting
	for _, s := range l.v.runs {
		if !s.run.Status.Over() && !s.at.Before(l.from) && s.at.Before(l.edge) {
			out = append(out, s)
		}
	}
	slices.SortFunc(out, byAge)
	return out
}

// observe reads as much of the window as is needed to know it.
func (l *looking) observe(ctx context.Context) error {
	if l.v.swept.IsZero() {
		return l.sweep(ctx)
	}
	whole, err := l.counts(ctx, l.from, l.to)
	if err != nil || l.agrees(whole, l.to) {
		return err
	}
	if err := l.list(ctx, l.edge, l.to); err != nil || l.agrees(whole, l.to) {
		return err
	}
	// Runs went on changing since they were counted. What matters is whether
	// any of those changed that were not listed.
	settled, err := l.counts(ctx, l.from, l.edge)
	if err != nil || l.agrees(settled, l.edge) {
		return err
	}
	if err := l.askUnfinished(ctx); err != nil || l.doubt || l.agrees(settled, l.edge) {
		return err
	}
	if l.v.torn {
		return l.sweep(ctx)
	}
	return l.narrow(ctx, settled)
}

// sweep lists the whole window, and compares what is settled with the
// platform's counts.
func (l *looking) sweep(ctx context.Context) error {
	if err := l.list(ctx, l.from, l.to); err != nil {
		return err
	}
	settled, err := l.counts(ctx, l.from, l.edge)
	if err != nil {
		return err
	}
	firm := maps.Equal(l.tally(l.from, l.edge, true), settled)
	l.spans = []span{{from: l.from, to: l.edge, full: true, firm: firm}, {from: l.edge, to: l.to, full: true}}
	l.swept = true
	l.doubt = !firm && !l.agrees(settled, l.edge)
	return nil
}

// list reads the runs of a part of the window. Pages that shift bring runs twice
// or not at all: of the former the last counts, the latter show in the counts.
func (l *looking) list(ctx context.Context, from, to time.Time) error {
	runs, err := l.p.Runs(ctx, batchsync.RunFilter{From: from, To: to})
	l.calls += max(1, (len(runs)+listPage-1)/listPage)
	if err != nil {
		return fmt.Errorf("list runs from %s: %w", from.Format(time.RFC3339), err)
	}
	l.spans = append(l.spans, span{from: from, to: to})
	if len(l.got) == 0 {
		l.got = make(map[batchsync.RunID]batchsync.Run, len(runs))
	}
	for _, r := range runs {
		outside := !r.Plan.IsZero() && (r.Plan.Before(l.from) || r.Plan.After(l.to))
		if !r.TaskType.IsSync() || outside && l.v.runs[r.ID] == nil {
			continue
		}
		l.got[r.ID], l.inList[r.ID] = compact(r), true
	}
	return nil
}

// listOld finds runs that wait or are at work although their time lies before
// the window: those of backfills, whose business time says nothing of when they
// are made, and those that take days. Without it the look is worth no less, and
// the next one tries again.
func (l *looking) listOld(ctx context.Context) {
	f := batchsync.RunFilter{From: l.from.Add(-farBack), To: l.from, Limit: maxOld, Unfinished: true}
	runs, err := l.p.Runs(ctx, f)
	l.aside = max(1, (len(runs)+listPage-1)/listPage)
	l.calls += l.aside
	if err != nil {
		l.blind = fmt.Errorf("list unfinished runs before %s: %w", l.from.Format(time.RFC3339), err)
		return
	}
	for _, r := range runs {
		_, got := l.got[r.ID]
		if got || !r.TaskType.IsSync() || r.Status.Over() || r.Plan.IsZero() || !r.Plan.Before(l.from) {
			continue
		}
		l.got[r.ID] = compact(r)
		l.old = append(l.old, r.ID)
	}
}

// group is what runs are counted by.
type group struct {
	status batchsync.RunStatus
	kind   batchsync.RunType
	task   batchsync.TaskType
}

// counts asks the platform how many runs of sync tasks there are in a part of the
// window.
func (l *looking) counts(ctx context.Context, from, to time.Time) (map[group]int, error) {
	l.calls++
	all, err := l.p.RunStats(ctx, from, to)
	if err != nil {
		return nil, fmt.Errorf("count runs: %w", err)
	}
	out := map[group]int{}
	for _, c := range all {
		if c.TaskType.IsSync() && c.Count != 0 {
			out[group{c.Status, c.Type, c.TaskType}] += c.Count
		}
	}
	return out, nil
}

// agrees reports whether what is known up to a moment is what the platform
// counts. If so, its counts can be trusted.
func (l *looking) agrees(counted map[group]int, to time.Time) bool {
	if !maps.Equal(l.tally(l.from, to, false), counted) {
		return false
	}
	l.doubt = false
	return true
}

// tally counts what is known of a part of the window: the snapshot as changed by
// what was read since, or the lists alone.
func (l *looking) tally(from, to time.Time, listsOnly bool) map[group]int {
	out := map[group]int{}
	add := func(r batchsync.Run, at time.Time) {
		if !at.Before(from) && !at.After(to) {
			out[group{r.Status, r.Type, r.TaskType}]++
		}
	}
	for id, r := range l.got {
		if l.inList[id] || !listsOnly {
			add(r, l.place(r))
		}
	}
	if listsOnly {
		return out
	}
	for id, s := range l.v.runs {
		if _, newer := l.got[id]; !newer && !l.gone[id] && !l.vanished(s) {
			add(s.run, s.at)
		}
	}
	return out
}

// place is the business time of a run, or a stand-in that does not change.
func (l *looking) place(r batchsync.Run) time.Time {
	if !r.Plan.IsZero() {
		return r.Plan
	}
	if s := l.v.runs[r.ID]; s != nil {
		return s.at
	}
	return l.now
}

// askUnfinished asks for the runs before the edge that were not over. One that
// cannot be read stays as it is.
func (l *looking) askUnfinished(ctx context.Context) error {
	for _, s := range l.unfinished() {
		if l.ask(ctx, s.run.ID) != nil && ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

// askOld asks for runs before the window: one in a look without other news, so
// that it stays cheap, else as many as allowed. It ends at the first that
// cannot be read, which stays as it is and is the last to be asked for again.
func (l *looking) askOld(ctx context.Context) {
	budget := 1
	if len(l.spans) > 0 {
		budget = maxAsked - len(l.asked)
	}
	for _, o := range l.olds() {
		if budget <= 0 || l.ask(ctx, o.id) != nil {
			break
		}
		budget--
	}
}

// oldRun is a run before the window.
type oldRun struct {
	id        batchsync.RunID
	asked, at time.Time // at is zero when nothing is known of it
}

// olds are the runs before the window that may still change or of which nothing
// is known but that they are wanted, the one not asked for the longest first.
func (l *looking) olds() []oldRun {
	var all []oldRun
	for id, w := range l.v.wanted {
		if _, got := l.got[id]; !w.none && !got && l.v.runs[id] == nil {
			all = append(all, oldRun{id: id, asked: w.asked})
		}
	}
	for id, s := range l.v.runs {
		if _, got := l.got[id]; !got && s.at.Before(l.from) && s.run.Status != batchsync.RunSuccess && !l.over(s) {
			all = append(all, oldRun{id, s.asked, s.at})
		}
	}
	slices.SortFunc(all, func(a, b oldRun) int {
		return cmp.Or(a.asked.Compare(b.asked), a.at.Compare(b.at), cmp.Compare(a.id, b.id))
	})
	return all
}

// ask reads one run. That the platform does not know it is an answer.
func (l *looking) ask(ctx context.Context, id batchsync.RunID) error {
	l.calls++
	l.asked = append(l.asked, id)
	r, err := l.p.Run(ctx, id)
	switch {
	case batchsync.FailureOf(err) == batchsync.FailNotFound:
		l.gone[id] = true
		return nil
	case err != nil:
		return err
	}
	l.got[id] = compact(r)
	return nil
}

// sighting makes the new entry of a run in the snapshot.
func (l *looking) sighting(r batchsync.Run) *sighting {
	s := &sighting{run: r, at: l.place(r)}
	old := l.v.runs[r.ID]
	switch {
	case old == nil && (r.Type == batchsync.RunRefill || r.Plan.IsZero()):
		s.since = l.now
	case old == nil:
	case old.run.Status != r.Status:
		s.since, s.asked = l.now, old.asked
	default:
		s.since, s.asked = old.since, old.asked
	}
	return s
}

// compact makes a run cheap to keep: what many have in common is kept once.
func compact(r batchsync.Run) batchsync.Run {
	r.TaskName, r.VCluster = unique.Make(r.TaskName).Value(), unique.Make(r.VCluster).Value()
	r.Failure, r.OpsURL = cut(r.Failure, maxFailure), ""
	return r
}

// cut is the begin of a text, whole characters only.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return strings.Clone(s[:limit])
}

func sameRun(a, b batchsync.Run) bool {
	sameTimes := a.Plan.Equal(b.Plan) && a.Began.Equal(b.Began) && a.Ended.Equal(b.Ended)
	a.Plan, a.Began, a.Ended = b.Plan, b.Began, b.Ended
	return sameTimes && a == b
}
