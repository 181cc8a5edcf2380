package batchsync

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Every names the rhythm of a schedule.
type Every string

const (
	Daily   Every = "daily"
	Weekly  Every = "weekly"
	Monthly Every = "monthly"
	Hours   Every = "hours"   // every N hours, counted from midnight
	Minutes Every = "minutes" // every N minutes

	// Weekdays is an entry of the menu only: what it makes is a [Weekly]
	// schedule of [WorkingDays].
	Weekdays Every = "weekdays"
)

// Rhythms are the entries of the menu in order.
func Rhythms() []Every { return []Every{Daily, Weekdays, Weekly, Monthly, Hours, Minutes} }

// MinuteSteps and HourSteps are the steps the program keeps intact; it
// refuses other minute steps and every hour step above 12.
func MinuteSteps() []int { return []int{1, 2, 3, 5, 10, 15, 20, 30} }

// HourSteps are the offered steps between runs, in hours. All divide a day, so
// that the rhythm does not break at midnight.
func HourSteps() []int { return []int{1, 2, 3, 4, 6, 8, 12} }

// Schedule is when a task runs. It can only express what the program stores
// unchanged; see [Schedule.Cron].
type Schedule struct {
	Every    Every          `json:"every"`
	Hour     int            `json:"hour"`               // 0-23; first hour of the day for Hours
	Minute   int            `json:"minute"`             // 0-59
	Weekdays []time.Weekday `json:"weekdays,omitempty"` // Weekly only
	Day      int            `json:"day,omitempty"`      // Monthly only, 1-31
	Step     int            `json:"step,omitempty"`     // Hours and Minutes only
	Last     int            `json:"last,omitempty"`     // Hours only: no run in a later hour than this; 0: around the clock
	Zone     string         `json:"zone"`               // IANA name the figures above are meant in
}

// Validate reports the first thing that cannot be scheduled.
func (s Schedule) Validate() error {
	if _, err := s.location(); err != nil {
		return err
	}
	return s.checkFigures()
}

// checkFigures is Validate without the zone.
func (s Schedule) checkFigures() error {
	if s.Hour < 0 || s.Hour > 23 || s.Minute < 0 || s.Minute > 59 {
		return &Error{Code: CodeInvalid, Text: T("schedule.time_invalid", fmt.Sprintf("%02d:%02d", s.Hour, s.Minute))}
	}
	switch s.Every {
	case Daily:
	case Weekly:
		if len(s.Weekdays) == 0 {
			return &Error{Code: CodeInvalid, Text: T("schedule.weekdays_missing")}
		}
		for _, d := range s.Weekdays {
			if d < time.Sunday || d > time.Saturday {
				return &Error{Code: CodeInvalid, Text: T("schedule.weekdays_missing")}
			}
		}
	case Monthly:
		if s.Day < 1 || s.Day > 31 {
			return &Error{Code: CodeInvalid, Text: T("schedule.day_invalid")}
		}
	case Hours:
		if !slices.Contains(HourSteps(), s.Step) {
			return &Error{Code: CodeInvalid, Text: T("schedule.step_invalid")}
		}
		if s.Last != 0 && (s.Last > 23 || s.Last < s.Hour+s.Step) {
			return &Error{Code: CodeInvalid, Text: T("schedule.window_invalid")}
		}
	case Minutes:
		if !slices.Contains(MinuteSteps(), s.Step) {
			return &Error{Code: CodeInvalid, Text: T("schedule.step_invalid")}
		}
	default:
		return &Error{Code: CodeInvalid, Text: T("schedule.missing")}
	}
	return nil
}

func (s Schedule) location() (*time.Location, error) {
	if s.Zone == "" || s.Zone == "Local" {
		return nil, &Error{Code: CodeInvalid, Text: T("schedule.zone_unknown", s.Zone)}
	}
	loc, err := time.LoadLocation(s.Zone)
	if err != nil {
		return nil, &Error{Code: CodeInvalid, Text: T("schedule.zone_unknown", s.Zone), Err: err}
	}
	return loc, nil
}

// PlatformCron is the platform's schedule expression. It is not the bot's own
// cron dialect: seven fields (second … year) and weekdays counted from
// Monday = 1 to Sunday = 7.
type PlatformCron struct {
	Send   string // five fields, what the program is given
	Stored string // seven fields, what the program makes of it
}

// Cron renders the schedule in the platform's dialect. Callers convert it to
// the platform's zone first, see [Schedule.In]. Figures that do not pass
// [Schedule.Validate] have no expression: both forms are empty then.
func (s Schedule) Cron() PlatformCron {
	if s.checkFigures() != nil {
		return PlatformCron{}
	}
	hh, mm := fmt.Sprintf("%02d", s.Hour), fmt.Sprintf("%02d", s.Minute)
	m, h := strconv.Itoa(s.Minute), strconv.Itoa(s.Hour)
	switch s.Every {
	case Weekly:
		days := weekdayNumbers(s.Weekdays)
		return PlatformCron{m + " " + h + " * * " + days, "0 " + mm + " " + hh + " ? * " + days + " *"}
	case Monthly:
		day := strconv.Itoa(s.Day)
		return PlatformCron{m + " " + h + " " + day + " * *", "0 " + mm + " " + hh + " " + day + " * ? *"}
	case Hours:
		return s.cronOfHours()
	case Minutes:
		step := strconv.Itoa(s.Step)
		if s.Step == 1 {
			return PlatformCron{"*/1 * * * *", "0 */1 * * * ? *"}
		}
		return PlatformCron{"*/" + step + " * * * *", "0 */" + step + " * * * ? *"}
	default: // Daily
		return PlatformCron{m + " " + h + " * * *", "0 " + mm + " " + hh + " * * ? *"}
	}
}

func weekdayNumbers(days []time.Weekday) string {
	var ns []int
	for _, d := range days {
		n := int(d)
		if d == time.Sunday {
			n = 7
		}
		ns = append(ns, n)
	}
	slices.Sort(ns)
	ns = slices.Compact(ns)
	var parts []string
	for _, n := range ns {
		parts = append(parts, strconv.Itoa(n))
	}
	return strings.Join(parts, ",")
}

// SameCron reports whether two stored expressions mean the same: fields are
// compared one by one, figures regardless of leading zeros.
func SameCron(a, b string) bool {
	fa, fb := strings.Fields(a), strings.Fields(b)
	if len(fa) != len(fb) || len(fa) == 0 {
		return false
	}
	for i := range fa {
		if normalField(fa[i]) != normalField(fb[i]) {
			return false
		}
	}
	return true
}

func normalField(f string) string {
	var out strings.Builder
	for i := 0; i < len(f); {
		if f[i] < '0' || f[i] > '9' {
			out.WriteByte(f[i])
			i++
			continue
		}
		j := i
		for j < len(f) && f[j] >= '0' && f[j] <= '9' {
			j++
		}
		digits := strings.TrimLeft(f[i:j], "0")
		if digits == "" {
			digits = "0"
		}
		out.WriteString(digits)
		i = j
	}
	return out.String()
}

// In expresses the schedule in another zone, the platform's. It fails when
// the schedule is not valid, when the two zones' difference changes during the
// coming two years (daylight saving in one of them), because the platform would
// then run at other times than promised, and when a monthly day would move into
// another month. A change that a rhythm of hours cannot notice does not count.
func (s Schedule) In(zone string, now time.Time) (Schedule, error) {
	if err := s.Validate(); err != nil {
		return Schedule{}, err
	}
	from, err := s.location()
	if err != nil {
		return Schedule{}, err
	}
	out := s.Canonical()
	out.Zone = zone
	to, err := out.location()
	if err != nil {
		return Schedule{}, err
	}
	if zone == s.Zone || s.Every == Minutes {
		return out, nil
	}
	period := 24 * 60
	if s.Every == Hours && s.allDay() {
		period, out.Last = s.Step*60, 0
	}
	shift, ok := constantShift(from, to, now, period)
	if !ok {
		return Schedule{}, &Error{Code: CodeInvalid, Text: T("schedule.zone_drifts", s.Zone, zone), Hint: T("schedule.zone_drifts_hint", zone)}
	}
	total := s.Hour*60 + s.Minute + shift
	days := 0
	for total < 0 {
		total, days = total+24*60, days-1
	}
	for total >= 24*60 {
		total, days = total-24*60, days+1
	}
	out.Hour, out.Minute = total/60, total%60
	switch s.Every {
	case Hours:
		if out, err = s.shifted(out, shift, days); err != nil {
			return Schedule{}, err
		}
	case Weekly:
		out.Weekdays = nil
		for _, d := range s.Weekdays {
			out.Weekdays = append(out.Weekdays, time.Weekday((int(d)+days+7)%7))
		}
		slices.Sort(out.Weekdays)
	case Monthly:
		out.Day += days
		if days != 0 && (out.Day < 1 || out.Day > 28 || s.Day > 28) {
			return Schedule{}, &Error{Code: CodeInvalid, Text: T("schedule.month_edge", s.Zone, zone), Hint: T("schedule.zone_drifts_hint", zone)}
		}
	}
	return out, nil
}

// constantShift is the difference to-from in minutes, if it stays the same
// modulo period for two years. Transitions last for weeks at least, so a look
// per day finds them. It is always taken at noon UTC: zones that change in the
// same night but hours apart must not be judged by the time of day of now.
func constantShift(from, to *time.Location, now time.Time, period int) (int, bool) {
	noon := now.UTC().Truncate(24 * time.Hour).Add(12 * time.Hour)
	diff := func(t time.Time) int {
		_, a := t.In(from).Zone()
		_, b := t.In(to).Zone()
		return (b - a) / 60
	}
	first := diff(noon)
	for day := range 731 {
		if (diff(noon.AddDate(0, 0, day))-first)%period != 0 {
			return 0, false
		}
	}
	return first, true
}

// Next returns the n next times the schedule fires after now, in its zone.
// Days a month does not have are left out. Where daylight saving skips the
// time of a day, the schedule fires as much later; where it repeats it, at the
// first. Rhythms of hours and minutes follow the clock on the wall: they fire
// in a repeated hour twice and in a skipped one not at all. What the platform
// does is told by the schedule it was given, see [Schedule.In].
func (s Schedule) Next(now time.Time, n int) []time.Time {
	loc, err := s.location()
	if err != nil || s.Validate() != nil {
		return nil
	}
	local := now.In(loc)
	if s.Every == Hours || s.Every == Minutes {
		return s.nextWithinDays(local, n)
	}
	var out []time.Time
	// A monthly day 31 comes at least every 62 days; 62*n days always hold n fires.
	for day := 0; day <= 62*n+2 && len(out) < n; day++ {
		// The calendar alone, in UTC: not every zone has every midnight.
		date := time.Date(local.Year(), local.Month(), local.Day()+day, s.Hour, s.Minute, 0, 0, time.UTC)
		if t := onWall(date, loc); s.onDay(date) && t.After(now) {
			out = append(out, t)
		}
	}
	return out
}

// nextWithinDays walks on from local, which carries the zone, minute by minute.
func (s Schedule) nextWithinDays(local time.Time, n int) []time.Time {
	var out []time.Time
	for t := local.Truncate(time.Minute); len(out) < n; {
		t = t.Add(time.Minute)
		if s.Every == Minutes && t.Minute()%s.Step == 0 ||
			s.Every == Hours && t.Minute() == s.Minute && s.inHour(t.Hour()) {
			out = append(out, t)
		}
	}
	return out
}

// onDay reports whether a daily, weekly or monthly schedule fires on the date.
func (s Schedule) onDay(date time.Time) bool {
	switch s.Every {
	case Weekly:
		return slices.Contains(s.Weekdays, date.Weekday())
	case Monthly:
		return date.Day() == s.Day
	}
	return true
}

// onWall is the moment at which a clock in loc shows what wall shows in UTC:
// the first of two, and for a skipped time as much later. time.Date leaves open
// which one it takes.
func onWall(wall time.Time, loc *time.Location) time.Time {
	at := func(offset int) time.Time { return wall.Add(-time.Duration(offset) * time.Second).In(loc) }
	offset := func(t time.Time) int { _, o := t.Zone(); return o }
	near := at(offset(at(0)))
	before, after := offset(near.Add(-12*time.Hour)), offset(near.Add(12*time.Hour))
	if first := at(before); offset(first) == before {
		return first
	}
	if second := at(after); offset(second) == after {
		return second
	}
	return at(before)
}

// scheduleField tells at which question a schedule error belongs.
func scheduleField(err error) Field {
	switch textOf(err).Key {
	case "schedule.zone_unknown", "schedule.zone_drifts", "schedule.month_edge", "schedule.window_edge":
		return FieldZone
	case "schedule.time_invalid":
		return FieldTime
	case "schedule.weekdays_missing":
		return FieldWeekdays
	case "schedule.day_invalid":
		return FieldDay
	case "schedule.step_invalid":
		return FieldStep
	case "schedule.window_invalid":
		return FieldUntil
	}
	return FieldSchedule
}
