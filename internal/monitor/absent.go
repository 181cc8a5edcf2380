package monitor

import (
	"slices"
	"time"

	"batchsync/internal/batchsync"
)

// sameMoment is how far a run's business time may lie from the schedule's.
const sameMoment = time.Minute

// asked is how new the scheduler's word must be to settle a doubt.
const asked = 3 * time.Minute

// absent finds the newest time the schedule promised a run for which there is
// none. Before that is said, the scheduler must have been asked a moment ago:
// the task may be on another schedule, or offline, which clears its runs.
func absent(s sight, l Limits, now time.Time) (c *batchsync.Condition, ask bool) {
	w, was := s.watch, told(s.open, batchsync.ReasonMissing)
	fire, ok := s.promised(l, now)
	if !ok && was.Reason != "" && w.Online && s.zone != nil {
		fire, ok = was.Plan, true // it gets no better by getting old, nor by a new schedule
	}
	if !ok || came(s.runs, fire, s.zone) {
		return nil, false
	}
	if was.Reason == "" && now.Sub(w.Read) >= asked {
		return nil, true
	}
	return &batchsync.Condition{Reason: batchsync.ReasonMissing, Plan: fire, Since: fire}, false
}

// promised is the newest time at which the schedule should have made a run by
// now. While one of our operations changes the task, the schedule promises
// nothing.
func (s sight) promised(l Limits, now time.Time) (time.Time, bool) {
	w := s.watch
	if !w.Online || w.Cron == "" || s.zone == nil || s.busy != "" {
		return time.Time{}, false
	}
	cron, err := batchsync.ParseCron(w.Cron)
	if err != nil {
		return time.Time{}, false
	}
	from := now.Add(-l.Horizon)
	if w.Since.After(from) {
		from = w.Since.Add(sameMoment)
	}
	to := now.Add(-l.Late)
	if !from.Before(to) {
		return time.Time{}, false
	}
	return lastFire(cron, from, to, s.zone)
}

// came reports whether there is a run of a promised time, or of a later one,
// whoever started or stopped it. When clocks are set, half past two may be an
// hour earlier to the platform than to us.
func came(runs []batchsync.Run, fire time.Time, zone *time.Location) bool {
	slack := sameMoment
	_, before := fire.In(zone).Add(-2 * time.Hour).Zone()
	_, after := fire.In(zone).Add(2 * time.Hour).Zone()
	if before != after {
		slack += time.Hour
	}
	return slices.ContainsFunc(runs, func(r batchsync.Run) bool {
		return r.Type != batchsync.RunTemporary && !r.Plan.Before(fire.Add(-slack))
	})
}

// lastFire is the newest fire of [from, to]. Frequent schedules fire thousands
// of times a day, so it looks at the last hours first.
func lastFire(cron batchsync.Cron, from, to time.Time, zone *time.Location) (time.Time, bool) {
	for back := time.Hour; ; back *= 5 {
		begin := to.Add(-back)
		if begin.Before(from) {
			begin = from
		}
		if fires, _ := cron.Between(begin, to, zone, 2000); len(fires) > 0 {
			return fires[len(fires)-1].UTC(), true
		}
		if begin.Equal(from) {
			return time.Time{}, false
		}
	}
}
