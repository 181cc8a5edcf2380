package batchsync

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Cron is an expression of the platform, read: seven fields, second to year.
// It understands what the program stores; anything else is an error, because a
// schedule half understood would promise wrong times.
type Cron struct {
	minutes, hours, days, months, weekdays []bool // by number; weekdays 0 = Sunday
	anyDay, anyWeekday                     bool
}

// ParseCron reads a stored expression of seven fields. Seconds must be 0 and
// the year open; weekdays count from Monday = 1, 0 and 7 are Sunday.
func ParseCron(expr string) (Cron, error) {
	bad := func() (Cron, error) {
		return Cron{}, &Error{Code: CodeInvalid, Text: T("cron.unreadable", expr)}
	}
	f := strings.Fields(expr)
	if len(f) != 7 || normalField(f[0]) != "0" || f[6] != "*" {
		return bad()
	}
	var c Cron
	for _, part := range []struct {
		to       *[]bool
		field    string
		min, max int
	}{{&c.minutes, f[1], 0, 59}, {&c.hours, f[2], 0, 23}, {&c.days, f[3], 1, 31}, {&c.months, f[4], 1, 12}, {&c.weekdays, f[5], 0, 7}} {
		set, ok := cronField(part.field, part.min, part.max)
		if !ok {
			return bad()
		}
		*part.to = set
	}
	c.weekdays[0] = c.weekdays[0] || c.weekdays[7]
	c.anyDay, c.anyWeekday = f[3] == "*" || f[3] == "?", f[5] == "*" || f[5] == "?"
	if !c.anyDay && !c.anyWeekday {
		return bad() // the platform refuses both together
	}
	return c, nil
}

// cronField reads lists of numbers, ranges and steps.
func cronField(field string, low, high int) ([]bool, bool) {
	set := make([]bool, high+1)
	if field == "?" {
		field = "*"
	}
	for item := range strings.SplitSeq(field, ",") {
		span, stepText, stepped := strings.Cut(item, "/")
		step := 1
		if stepped {
			n, err := strconv.Atoi(stepText)
			if err != nil || n < 1 {
				return nil, false
			}
			step = n
		}
		from, to := low, high
		if span != "*" {
			a, b, ranged := strings.Cut(span, "-")
			var errA, errB error
			from, errA = strconv.Atoi(a)
			to = from
			if ranged {
				to, errB = strconv.Atoi(b)
			} else if stepped {
				to = high
			}
			if errA != nil || errB != nil || from < low || to > high || from > to {
				return nil, false
			}
		}
		for n := from; n <= to; n += step {
			set[n] = true
		}
	}
	return set, true
}

// Between returns the fires of [from, to] in the zone, in order, n at most;
// more says that there are others. Of a wall-clock time that daylight saving skips
// the fire is as much later, as in [Schedule.Next]; a repeated one fires once, at
// the first.
func (c Cron) Between(from, to time.Time, zone *time.Location, n int) (fires []time.Time, more bool) {
	if c.minutes == nil {
		return nil, false
	}
	local := from.In(zone)
	for day := 0; ; day++ {
		noon := time.Date(local.Year(), local.Month(), local.Day()+day, 12, 0, 0, 0, zone)
		if noon.Add(-36 * time.Hour).After(to) {
			return fires, false
		}
		if !c.onDay(noon) {
			continue
		}
		for _, t := range c.firesOn(noon, zone) {
			if t.Before(from) || t.After(to) {
				continue
			}
			if len(fires) == n {
				return fires, true
			}
			fires = append(fires, t)
		}
	}
}

func (c Cron) onDay(t time.Time) bool {
	return c.months[int(t.Month())] && c.days[t.Day()] && c.weekdays[int(t.Weekday())]
}

func (c Cron) firesOn(noon time.Time, zone *time.Location) []time.Time {
	// Only where clocks are set does time.Date leave open what it answers.
	_, before := noon.Add(-18 * time.Hour).Zone()
	_, after := noon.Add(18 * time.Hour).Zone()
	at := func(h, m int) time.Time { return time.Date(noon.Year(), noon.Month(), noon.Day(), h, m, 0, 0, zone) }
	if before != after {
		at = func(h, m int) time.Time {
			return onWall(time.Date(noon.Year(), noon.Month(), noon.Day(), h, m, 0, 0, time.UTC), zone)
		}
	}
	var out []time.Time
	for h, atHour := range c.hours {
		for m, atMinute := range c.minutes {
			if atHour && atMinute {
				out = append(out, at(h, m))
			}
		}
	}
	slices.SortFunc(out, time.Time.Compare)
	return slices.CompactFunc(out, time.Time.Equal)
}

// Next returns the n next fires after now, none when the expression fires
// less than once in five years.
func (c Cron) Next(now time.Time, zone *time.Location, n int) []time.Time {
	fires, _ := c.Between(now.Add(time.Second).Truncate(time.Second), now.AddDate(5, 0, 0), zone, n)
	return fires
}

// ReadSchedule turns a stored expression back into a schedule people can read,
// if the picker could have made it.
func ReadSchedule(expr, zone string) (Schedule, bool) {
	f := strings.Fields(expr)
	if len(f) != 7 {
		return Schedule{}, false
	}
	s := Schedule{Every: Daily, Hour: figureOf(f[2]), Minute: figureOf(f[1]), Zone: zone}
	switch {
	case f[5] != "?" && f[5] != "*":
		s.Every = Weekly
		for d := range strings.SplitSeq(f[5], ",") {
			n := figureOf(d)
			if n < 0 {
				return Schedule{}, false
			}
			s.Weekdays = append(s.Weekdays, time.Weekday(n%7))
		}
		slices.Sort(s.Weekdays)
	case f[3] != "?" && f[3] != "*":
		s.Every, s.Day = Monthly, figureOf(f[3])
	case strings.HasPrefix(f[1], "*/"):
		s.Every, s.Step, s.Hour, s.Minute = Minutes, figureOf(f[1][2:]), 0, 0
	case f[2] == "*":
		s.Every, s.Step, s.Hour = Hours, 1, 0
	case strings.Contains(f[2], "-"):
		s = s.readHours(f[2])
	}
	// Whatever was not understood shows here: it is not what was stored.
	if s.Validate() != nil || !SameCron(s.Cron().Stored, expr) {
		return Schedule{}, false
	}
	return s, true
}
