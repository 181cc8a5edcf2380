package monitor

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"batchsync/internal/batchsync"
)

// Bounds of a digest.
const (
	digestDays    = 14
	digestSlowest = 5
	digestLines   = 50 // of each list
	// digestLate is how late a digest still is of use, and firstLate how late
	// the first one of a channel may be: who asks for one at noon for every
	// morning does not mean this morning.
	digestLate = 12 * time.Hour
	firstLate  = 15 * time.Minute
)

const dayFormat = "2006-01-02"

// due tells when the digest that a channel is owed now was due; false when it
// is owed none. There is one a day at most, also when its time or zone is
// changed; one that is late by half a day is left out. Where daylight saving
// skips the time it is due at the next moment there is, and where it repeats
// it, at the first.
func due(ch batchsync.Channel, now time.Time) (time.Time, bool) {
	hour, minute, ok := clock(ch.Digest)
	zone, err := time.LoadLocation(ch.Zone)
	if !ok || err != nil {
		return time.Time{}, false
	}
	told := ch.Told
	if told.After(now) {
		// A clock that was wrong must not silence a channel. The digests that were
		// told by it have ids, and are not told again.
		told = time.Time{}
	}
	patience := digestLate
	if told.IsZero() {
		patience = firstLate
	}
	local := now.In(zone)
	for back := range 2 {
		day := time.Date(local.Year(), local.Month(), local.Day()-back, hour, minute, 0, 0, time.UTC)
		at := reached(day, zone)
		if at.After(now) {
			continue
		}
		again := !told.IsZero() && told.In(zone).Format(dayFormat) >= day.Format(dayFormat)
		return at.UTC(), !again && now.Sub(at) < patience
	}
	return time.Time{}, false
}

// clock reads a time of day, HH:MM.
func clock(s string) (hour, minute int, ok bool) {
	h, m, found := strings.Cut(s, ":")
	hour, errH := strconv.Atoi(h)
	minute, errM := strconv.Atoi(m)
	return hour, minute, found && errH == nil && errM == nil && hour >= 0 && hour < 24 && minute >= 0 && minute < 60
}

// reached is the first moment at which a clock on the wall in zone shows what
// wall shows in UTC, or has passed it.
func reached(wall time.Time, zone *time.Location) time.Time {
	begin := wall.Add(-26 * time.Hour) // earlier than in any zone
	for {
		_, end := begin.In(zone).ZoneBounds()
		_, offset := begin.In(zone).Zone()
		at := wall.Add(-time.Duration(offset) * time.Second)
		switch {
		case at.Before(begin):
			return begin
		case end.IsZero() || at.Before(end):
			return at
		}
		begin = end
	}
}

// digest sums up the day before at, in the zone the figures are counted in,
// for the tasks a channel follows: those of its subscriptions that take a
// digest, or of all where none does. Incidents are told as they stand; ops
// are operations that need a person. Failing are the tasks of open incidents,
// since when, followed by those that failed on that day and are well again,
// without a time.
func digest(ch batchsync.Channel, subs []batchsync.Subscription, watches map[batchsync.TaskID]batchsync.Watch, incidents []batchsync.Incident,
	tasks []batchsync.Task, ops []batchsync.Operation, zone *time.Location, at time.Time,
) batchsync.Digest {
	day := at.In(cmp.Or(zone, time.UTC))
	s := summary{follows: followed(subs, watches), watches: watches}
	s.Digest = batchsync.Digest{At: at.UTC(), Zone: ch.Zone, Tasks: len(s.follows)}
	for n := digestDays; n > 0; n-- {
		s.Days = append(s.Days, batchsync.DayFigures{Day: time.Date(day.Year(), day.Month(), day.Day()-n, 0, 0, 0, 0, time.UTC).Format(dayFormat)})
	}
	s.Day = s.Days[len(s.Days)-1].Day
	s.count()
	s.open(incidents)
	for _, t := range tasks {
		if s.follows[t.ID] && t.Muted.After(at) {
			s.Muted = append(s.Muted, batchsync.TaskLine{Task: t.ID, Name: t.Name, At: t.Muted})
		}
	}
	slices.SortFunc(s.Muted, func(a, b batchsync.TaskLine) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Task, b.Task)) })
	for _, op := range ops {
		if op.State.NeedsPerson() && (op.Channel == ch.ID || op.Task != 0 && s.follows[op.Task]) {
			s.Waiting = append(s.Waiting, op.ID)
		}
	}
	return s.bounded()
}

// summary is a digest in the making.
type summary struct {
	batchsync.Digest
	follows map[batchsync.TaskID]bool
	watches map[batchsync.TaskID]batchsync.Watch
}

// followed are the tasks that a channel's digest is about.
func followed(subs []batchsync.Subscription, watches map[batchsync.TaskID]batchsync.Watch) map[batchsync.TaskID]bool {
	asked := slices.DeleteFunc(slices.Clone(subs), func(s batchsync.Subscription) bool { return !s.Wants(batchsync.TopicDigest) })
	if len(asked) == 0 {
		asked = subs
	}
	out := map[batchsync.TaskID]bool{}
	for id, w := range watches {
		if !w.Gone && slices.ContainsFunc(asked, func(s batchsync.Subscription) bool { return s.Selector.Selects(id, w.Folder, w.Source) }) {
			out[id] = true
		}
	}
	return out
}

// count sums the figures of the tasks.
func (s *summary) count() {
	index := map[string]int{}
	for i, d := range s.Days {
		index[d.Day] = i
	}
	for id := range s.follows {
		w := s.watches[id]
		for _, d := range w.Days {
			i, ok := index[d.Day]
			if !ok {
				continue
			}
			sum := &s.Days[i]
			sum.OK, sum.Late, sum.Failed = sum.OK+d.OK, sum.Late+d.Late, sum.Failed+d.Failed
			sum.Longer = max(sum.Longer, d.Longer)
			if d.Day == s.Day && d.Longer > 0 {
				s.Slowest = append(s.Slowest, batchsync.SlowTask{Task: id, Name: w.Name, Took: d.Longer, Usual: w.Usual()})
			}
			if d.Day == s.Day && d.Failed > 0 {
				s.Failing = append(s.Failing, batchsync.TaskLine{Task: id, Name: w.Name})
			}
		}
	}
	last := s.Days[len(s.Days)-1]
	s.OK, s.Late, s.Failed = last.OK, last.Late, last.Failed
	slices.SortFunc(s.Slowest, func(a, b batchsync.SlowTask) int {
		return cmp.Or(cmp.Compare(b.Took, a.Took), cmp.Compare(a.Task, b.Task))
	})
	slices.SortFunc(s.Failing, func(a, b batchsync.TaskLine) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Task, b.Task))
	})
}

// open lists the open incidents, the worst first.
func (s *summary) open(incidents []batchsync.Incident) {
	var open []batchsync.Incident
	for _, i := range incidents {
		if i.State == batchsync.IncidentOpen && !i.Rehearsal && (i.Task == 0 || s.follows[i.Task]) {
			open = append(open, i)
		}
	}
	order := batchsync.Reasons()
	slices.SortFunc(open, func(a, b batchsync.Incident) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.Worst().Reason), slices.Index(order, b.Worst().Reason)), a.Opened.Compare(b.Opened), cmp.Compare(a.ID, b.ID))
	})
	var failing []batchsync.TaskLine
	for _, i := range open {
		s.Open = append(s.Open, i.ID)
		if i.Task == 0 {
			continue
		}
		failing = append(failing, batchsync.TaskLine{Task: i.Task, Name: cmp.Or(s.watches[i.Task].Name, i.Name), At: i.Opened})
		s.Failing = slices.DeleteFunc(s.Failing, func(t batchsync.TaskLine) bool { return t.Task == i.Task })
	}
	s.Failing = append(failing, s.Failing...)
}

// bounded cuts every list.
func (s *summary) bounded() batchsync.Digest {
	d := s.Digest
	d.Slowest = d.Slowest[:min(len(d.Slowest), digestSlowest)]
	d.Open = d.Open[:min(len(d.Open), digestLines)]
	d.Failing = d.Failing[:min(len(d.Failing), digestLines)]
	d.Muted = d.Muted[:min(len(d.Muted), digestLines)]
	d.Waiting = d.Waiting[:min(len(d.Waiting), digestLines)]
	return d
}

// figures counts a task's scheduled runs by day: today and yesterday from its
// runs, older days as they were counted. What was counted and cannot be seen
// any more, because the platform forgot the runs, stays. Each business time
// counts once, by what it came to in the end.
func figures(w batchsync.Watch, runs []batchsync.Run, late time.Duration, zone *time.Location, now time.Time) []batchsync.DayFigures {
	zone = cmp.Or(zone, time.UTC)
	from, _ := lookedAt(now)
	local := now.In(zone)
	days := map[string]batchsync.DayFigures{}
	for _, d := range w.Days {
		if d.Day <= local.Format(dayFormat) {
			days[d.Day] = d
		}
	}
	for back := range 2 {
		wall := time.Date(local.Year(), local.Month(), local.Day()-back, 0, 0, 0, 0, time.UTC)
		begin, end := reached(wall, zone), reached(wall.AddDate(0, 0, 1), zone)
		if begin.Before(from) {
			continue // a day of 25 hours is not all in view
		}
		d := figuresOf(runs, late, begin, end)
		d.Day = wall.Format(dayFormat)
		if was := days[d.Day]; d.OK+d.Failed > 0 && d.OK+d.Failed >= was.OK+was.Failed {
			days[d.Day] = d
		}
	}
	var out []batchsync.DayFigures
	for _, day := range slices.Sorted(maps.Keys(days)) {
		out = append(out, days[day])
	}
	return out[max(0, len(out)-batchsync.MaxDays):]
}

// figuresOf counts the runs of [begin, end). A run is late when it began later
// than it may.
func figuresOf(runs []batchsync.Run, late time.Duration, begin, end time.Time) batchsync.DayFigures {
	last := map[time.Time]batchsync.Run{}
	for _, r := range runs {
		if r.Type != batchsync.RunScheduled || !r.Status.Over() || r.Plan.Before(begin) || !r.Plan.Before(end) {
			continue
		}
		was, ok := last[r.Plan.UTC()]
		if !ok || cmp.Or(ended(r).Compare(ended(was)), cmp.Compare(r.ID, was.ID)) > 0 {
			last[r.Plan.UTC()] = r
		}
	}
	var d batchsync.DayFigures
	for plan, r := range last {
		if r.Status != batchsync.RunSuccess {
			d.Failed++
			continue
		}
		d.OK++
		if r.Began.Sub(plan) > late {
			d.Late++
		}
		d.Longer = max(d.Longer, r.Took())
	}
	return d
}

// took is how long the last good scheduled runs worked, the newest last, and
// the newest run that went into it. Runs come newest business time first.
func took(w batchsync.Watch, runs []batchsync.Run) ([]time.Duration, batchsync.RunID) {
	if i := slices.IndexFunc(runs, func(r batchsync.Run) bool { return r.ID == w.Last }); i >= 0 {
		runs = runs[:i]
	}
	all, last := slices.Clone(w.Took), w.Last
	for _, r := range slices.Backward(runs) {
		if r.Status == batchsync.RunSuccess && r.Type == batchsync.RunScheduled && r.Took() > 0 {
			all, last = append(all, r.Took()), r.ID
		}
	}
	return all[max(0, len(all)-batchsync.MaxTook):], last
}
