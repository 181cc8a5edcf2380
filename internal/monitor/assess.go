package monitor

import (
	"cmp"
	"slices"
	"time"

	"batchsync/internal/batchsync"
)

// Limits say when waiting becomes trouble. The zero value of a field means its
// default.
type Limits struct {
	Late  time.Duration // a run that has not begun is late this long after its time; 15 minutes
	Stuck time.Duration // one that waits for resources or others is stuck; 30 minutes
	// Horizon is how old a trouble may be to be told as new; 24 hours.
	Horizon time.Duration
}

func (l Limits) filled() Limits {
	l.Late = cmp.Or(l.Late, 15*time.Minute)
	l.Stuck = cmp.Or(l.Stuck, 30*time.Minute)
	l.Horizon = cmp.Or(l.Horizon, 24*time.Hour)
	return l
}

// sight is what is known of one task at one moment.
type sight struct {
	watch   batchsync.Watch
	runs    []batchsync.Run // within the window, in any order
	stopped map[batchsync.RunID]batchsync.Stop
	// since tells when a run was first seen in its present status, zero when
	// it has been so ever since it was seen.
	since func(batchsync.RunID) time.Time
	busy  batchsync.OperationKind // of ours that is changing the task; "" for none
	open  *batchsync.Incident     // the present one
	zone  *time.Location          // of the platform's schedules
	// oldest is the business time from which on runs are complete: of older
	// ones nothing is known but what was told.
	oldest time.Time
}

// verdict is what an assessment comes to.
type verdict struct {
	conditions []batchsync.Condition // the worst first
	// ask says that the scheduler must be read before it can be said whether a
	// run is missing.
	ask bool
}

// assess judges a task by what the platform tells of it now. It knows nothing
// of what was told before, except that a trouble already told does not end by
// getting old.
func assess(s sight, l Limits, now time.Time) verdict {
	l = l.filled()
	var v verdict
	add := func(c batchsync.Condition, ok bool) {
		if ok {
			v.conditions = append(v.conditions, c)
		}
	}
	runs := counted(s)
	add(failed(s, runs, batchsync.RunFailed, batchsync.ReasonFailed, l, now))
	add(failed(s, runs, batchsync.RunBlocked, batchsync.ReasonBlocked, l, now))
	add(tables(s, runs, l, now))
	add(waiting(s, runs, l, now))
	add(slow(s, runs, now))
	missing, ask := absent(s, l, now)
	v.ask = ask
	if missing != nil {
		add(*missing, true)
	}
	batchsync.SortConditions(v.conditions)
	return v
}

// counted are the runs that say something about the task: neither tries by
// hand nor those somebody here stopped. The newest business time comes first.
func counted(s sight) []batchsync.Run {
	var out []batchsync.Run
	for _, r := range s.runs {
		if r.Status != batchsync.RunSuccess && s.stoppedHere(r) {
			continue
		}
		if r.Type != batchsync.RunScheduled && r.Type != batchsync.RunRefill {
			continue
		}
		if r.Status.Over() && r.Began.IsZero() && r.Ended.IsZero() {
			r.Ended = s.seen(r.ID) // the platform does not tell, but we saw it
		}
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b batchsync.Run) int {
		return cmp.Or(b.Plan.Compare(a.Plan), ended(b).Compare(ended(a)), cmp.Compare(b.ID, a.ID))
	})
	return out
}

// stopSlack is how far the platform's clock may be from ours.
const stopSlack = 2 * time.Minute

// stoppedHere reports whether somebody here stopped a run, and it was not
// repeated since.
func (s sight) stoppedHere(r batchsync.Run) bool {
	stop, ok := s.stopped[r.ID]
	return ok && r.Status.Over() && !r.Ended.After(stop.At.Add(stopSlack))
}

// stopTime is how long a stop may need to see that its run is over.
const stopTime = 5 * time.Minute

// beingStopped reports whether a run failed a moment ago while somebody here is
// stopping one: it will be known soon whether it was that one.
func (s sight) beingStopped(now time.Time) bool {
	return s.busy == batchsync.OpStop && slices.ContainsFunc(s.runs, func(r batchsync.Run) bool {
		return r.Status == batchsync.RunFailed && !s.stoppedHere(r) && now.Sub(latest(ended(r), s.seen(r.ID))) < stopTime
	})
}

// ended is when a run was over, as well as the platform tells.
func ended(r batchsync.Run) time.Time {
	switch {
	case !r.Ended.IsZero():
		return r.Ended
	case !r.Began.IsZero():
		return r.Began
	}
	return r.Plan
}

// superseded reports whether a success made up for a run: of the same business
// time or a later one, and over no earlier. Of a run whose business time is not
// told, what counts is which of the two was made later.
func superseded(r batchsync.Run, runs []batchsync.Run) bool {
	return slices.ContainsFunc(runs, func(s batchsync.Run) bool {
		if s.Status != batchsync.RunSuccess || s.Plan.Before(r.Plan) {
			return false
		}
		return !ended(s).Before(ended(r)) || r.Plan.IsZero() && s.ID > r.ID
	})
}

// failed finds the newest run that ended badly and that nothing made up for.
func failed(s sight, runs []batchsync.Run, status batchsync.RunStatus, reason batchsync.Reason, l Limits, now time.Time) (batchsync.Condition, bool) {
	var newest *batchsync.Run
	for i, r := range runs {
		if r.Status != status || superseded(r, runs) {
			continue
		}
		if newest == nil || ended(r).After(ended(*newest)) {
			newest = &runs[i]
		}
	}
	if newest == nil {
		return kept(s, runs, reason)
	}
	if tooOld(s, reason, ended(*newest), l, now) {
		return batchsync.Condition{}, false
	}
	if s.busy != "" && newest.Type == batchsync.RunRefill && !has(s.open, reason) {
		return batchsync.Condition{}, false // the card of that operation tells it
	}
	was := told(s.open, reason)
	return batchsync.Condition{
		Reason: reason, Run: newest.ID, Type: newest.Type, Plan: newest.Plan, First: firstOf(s, was, *newest, runs), Status: newest.Status,
		Since: ended(*newest), Times: counting(was, *newest, runs), Detail: newest.Failure,
	}, true
}

// counting is how often in a row it failed: as far as the runs tell, and no
// fewer than was told, because old runs get out of sight.
func counting(told batchsync.Condition, newest batchsync.Run, runs []batchsync.Run) int {
	n, _, _ := inARow(runs)
	switch {
	case told.Run == newest.ID:
		return max(n, told.Times)
	case told.Times > 0 && newest.Plan.After(told.Plan):
		later := slices.DeleteFunc(slices.Clone(runs), func(r batchsync.Run) bool { return !r.Plan.After(told.Plan) })
		if more, _, well := inARow(later); !well {
			return max(n, told.Times+more)
		}
	}
	return n
}

// firstOf is the business time of the first of the failures in a row: as far as
// the runs tell, and beyond what is in sight as it was told. Days that may have
// been good are not counted in: an old backfill that fails begins no row, and
// what stays in sight of older times shows nothing of those between.
func firstOf(s sight, told batchsync.Condition, newest batchsync.Run, runs []batchsync.Run) time.Time {
	whole := slices.DeleteFunc(slices.Clone(runs), func(r batchsync.Run) bool { return r.Plan.IsZero() || r.Plan.Before(s.oldest) })
	_, first, well := inARow(whole)
	if first.IsZero() || first.After(newest.Plan) {
		first = newest.Plan
	}
	from, to := told.Span()
	row := told.Type == batchsync.RunScheduled || !to.Before(s.oldest)
	if !well && row && !from.IsZero() && from.Before(first) {
		return from
	}
	return first
}

// kept is a failure that was told and that no run shows any more: it is being
// repeated as the same run, or is older than what is looked at. That is no
// recovery yet; it lasts until a run made up for it.
func kept(s sight, runs []batchsync.Run, reason batchsync.Reason) (batchsync.Condition, bool) {
	c := told(s.open, reason)
	if c.Reason == "" {
		return c, false
	}
	good := func(r batchsync.Run) bool {
		return r.Status == batchsync.RunSuccess && !r.Plan.Before(c.Plan) && !ended(r).Before(c.Since)
	}
	if slices.ContainsFunc(runs, good) {
		return c, false
	}
	if i := slices.IndexFunc(runs, func(r batchsync.Run) bool { return r.ID == c.Run }); i >= 0 {
		return c, !runs[i].Status.Over()
	}
	_, stopped := s.stopped[c.Run]
	return c, c.Plan.Before(s.oldest) && !offline(s.watch) && !stopped
}

// offline reports whether a task is certainly not scheduled any more.
func offline(w batchsync.Watch) bool { return w.Gone || !w.Online && !w.Read.IsZero() }

// inARow counts the newest business times whose last outcome was no success,
// at least one, and tells the first of them, zero for none, and whether a
// success ends them. Runs come newest business time first.
func inARow(runs []batchsync.Run) (n int, first time.Time, well bool) {
	for len(runs) > 0 {
		same := 1
		for same < len(runs) && runs[same].Plan.Equal(runs[0].Plan) {
			same++
		}
		of := runs[:same]
		runs = runs[same:]
		last := slices.MaxFunc(of, func(a, b batchsync.Run) int { return ended(a).Compare(ended(b)) })
		if !slices.ContainsFunc(of, func(r batchsync.Run) bool { return r.Status.Over() }) {
			continue // still to come
		}
		if last.Status == batchsync.RunSuccess {
			return max(n, 1), first, true
		}
		n, first = n+1, last.Plan
	}
	return max(n, 1), first, false
}

// waiting finds the newest run that should have got on and has not.
func waiting(s sight, runs []batchsync.Run, l Limits, now time.Time) (batchsync.Condition, bool) {
	for _, r := range runs {
		reason, patience := impatience(r.Status, l)
		if reason == "" || r.Plan.IsZero() || superseded(r, runs) {
			continue
		}
		// A backfilled time lies in the past, and so may that of a run that is
		// repeated: what counts is since when it waits.
		since := latest(s.seen(r.ID), r.Waits)
		if r.Type == batchsync.RunRefill && since.IsZero() {
			continue
		}
		since = latest(since, r.Plan)
		if r.Type == batchsync.RunRefill && r.Status != batchsync.RunPaused {
			free, ok := freeFor(r, runs)
			if !ok {
				continue
			}
			since = latest(since, free)
		}
		if now.Sub(since) < patience || tooOld(s, reason, since, l, now) {
			continue
		}
		return batchsync.Condition{Reason: reason, Run: r.ID, Type: r.Type, Plan: r.Plan, Since: since, Status: r.Status, Detail: r.Failure}, true
	}
	return batchsync.Condition{}, false
}

// freeFor tells since when no other run of the task is at work and the last run
// of a backfill was over; false while one is. The runs of a backfill are made
// one after the other: until then a run of it waits for its turn, not in vain.
func freeFor(r batchsync.Run, runs []batchsync.Run) (since time.Time, ok bool) {
	for _, o := range runs {
		switch {
		case o.ID == r.ID:
		case o.Status == batchsync.RunRunning:
			return time.Time{}, false
		case o.Type == batchsync.RunRefill && o.Status.Over():
			since = latest(since, ended(o))
		}
	}
	return since, true
}

func latest(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// impatience is what waiting in a status means, and after how long.
func impatience(s batchsync.RunStatus, l Limits) (batchsync.Reason, time.Duration) {
	switch s {
	case batchsync.RunNotStarted:
		return batchsync.ReasonLate, l.Late
	case batchsync.RunWaitingResources, batchsync.RunWaitingUpstream:
		return batchsync.ReasonStuck, l.Stuck
	case batchsync.RunPaused:
		return batchsync.ReasonPaused, 0
	}
	if !s.Known() {
		return batchsync.ReasonOdd, l.Stuck
	}
	return "", 0
}

func (s sight) seen(id batchsync.RunID) time.Time {
	if s.since == nil {
		return time.Time{}
	}
	return s.since(id)
}

// slow finds a run that takes much longer than the task's runs do.
func slow(s sight, runs []batchsync.Run, now time.Time) (batchsync.Condition, bool) {
	usual := s.watch.Usual()
	if usual == 0 {
		return batchsync.Condition{}, false
	}
	limit := max(3*usual, usual+15*time.Minute)
	for _, r := range runs {
		if r.Status == batchsync.RunRunning && !r.Began.IsZero() && now.Sub(r.Began) > limit {
			return batchsync.Condition{Reason: batchsync.ReasonSlow, Run: r.ID, Type: r.Type, Plan: r.Plan, Since: r.Began, Status: r.Status, Usual: usual}, true
		}
	}
	return batchsync.Condition{}, false
}

// tables tells what the look at the tables of the newest good run brought. It
// stands until the tables of a newer run were looked at: where they have no names,
// what was told of them is not over.
func tables(s sight, runs []batchsync.Run, l Limits, now time.Time) (batchsync.Condition, bool) {
	var bad []batchsync.TableResult
	for _, t := range s.watch.Tables {
		if t.Bad() {
			bad = append(bad, t)
		}
	}
	if len(bad) == 0 {
		return told(s.open, batchsync.ReasonTables), s.watch.Unnamed && has(s.open, batchsync.ReasonTables) && !offline(s.watch)
	}
	c := batchsync.Condition{Reason: batchsync.ReasonTables, Run: s.watch.Checked, Tables: bad, Of: len(s.watch.Tables), Status: batchsync.RunSuccess}
	i := slices.IndexFunc(runs, func(r batchsync.Run) bool { return r.ID == s.watch.Checked })
	if i < 0 {
		if !has(s.open, batchsync.ReasonTables) || offline(s.watch) {
			return c, false
		}
		c.Plan, c.Since = told(s.open, batchsync.ReasonTables).Plan, told(s.open, batchsync.ReasonTables).Since
		return c, true
	}
	c.Plan, c.Since, c.Type = runs[i].Plan, ended(runs[i]), runs[i].Type
	return c, !tooOld(s, batchsync.ReasonTables, c.Since, l, now)
}

// tooOld reports whether a trouble began too long ago to be told as new.
func tooOld(s sight, reason batchsync.Reason, since time.Time, l Limits, now time.Time) bool {
	return now.Sub(since) > l.Horizon && !has(s.open, reason)
}

func has(i *batchsync.Incident, reason batchsync.Reason) bool { return told(i, reason).Reason != "" }

// told is the condition of a reason as an incident has it, zero without one.
func told(i *batchsync.Incident, reason batchsync.Reason) batchsync.Condition {
	if i == nil || i.State != batchsync.IncidentOpen {
		return batchsync.Condition{}
	}
	for _, c := range i.Conditions {
		if c.Reason == reason {
			return c
		}
	}
	return batchsync.Condition{}
}
