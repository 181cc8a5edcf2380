package batchsync

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// WorkingDays are Monday to Friday.
func WorkingDays() []time.Weekday {
	return []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
}

// OnWorkingDays reports whether a schedule is weekly on exactly the
// [WorkingDays].
func (s Schedule) OnWorkingDays() bool {
	return s.Every == Weekly && slices.Equal(s.Canonical().Weekdays, WorkingDays())
}

// LastOfDay is the hour of the last run of a rhythm of hours that keeps to some
// hours of the day.
func (s Schedule) LastOfDay() (hour int, windowed bool) {
	if s.Every != Hours || s.checkFigures() != nil || s.Canonical().Last == 0 {
		return 0, false
	}
	return s.lastRun(), true
}

// Canonical is the schedule in the one form among those that fire alike which
// its expression is read back as, see [ReadSchedule]: weekdays in order and
// once, rhythms around the clock begin with their first run of the day, and
// figures the rhythm does not use are zero.
func (s Schedule) Canonical() Schedule {
	if s.checkFigures() != nil {
		return s
	}
	out := Schedule{Every: s.Every, Hour: s.Hour, Minute: s.Minute, Zone: s.Zone}
	switch s.Every {
	case Weekly:
		out.Weekdays = slices.Sorted(slices.Values(s.Weekdays))
		out.Weekdays = slices.Compact(out.Weekdays)
	case Monthly:
		out.Day = s.Day
	case Hours:
		out.Step, out.Last = s.Step, s.Last
		if s.Last == 23 && s.Hour < s.Step {
			out.Last = 0
		}
		if out.Last == 0 {
			out.Hour %= s.Step
		}
	case Minutes:
		out.Step, out.Hour, out.Minute = s.Step, 0, 0
	}
	return out
}

// cronOfHours renders a valid rhythm of hours. The hours are always a range
// with both ends: of an open one the program makes NaN.
func (s Schedule) cronOfHours() PlatformCron {
	s = s.Canonical()
	if s.Last == 0 && s.Step == 1 {
		return PlatformCron{
			strconv.Itoa(s.Minute) + " * * * *",
			fmt.Sprintf("0 %02d * * * ? *", s.Minute),
		}
	}
	last := s.Last
	if last == 0 {
		last = 23
	}
	step := "/" + strconv.Itoa(s.Step)
	sent := step
	if s.Step == 1 {
		sent = "" // the program adds it
	}
	return PlatformCron{
		fmt.Sprintf("%d %d-%d%s * * *", s.Minute, s.Hour, last, sent),
		fmt.Sprintf("0 %02d %02d-%02d%s * * ? *", s.Minute, s.Hour, last, step),
	}
}

// readHours reads a stored field of hours such as 08-20/3 into a rhythm.
func (s Schedule) readHours(field string) Schedule {
	span, step, _ := strings.Cut(field, "/")
	first, last, _ := strings.Cut(span, "-")
	s.Every, s.Step, s.Hour, s.Last = Hours, figureOf(step), figureOf(first), figureOf(last)
	return s.Canonical()
}

// figureOf reads a figure, -1 if it is none.
func figureOf(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return -1
	}
	return n
}

// lastRun is the hour of the last run of a window.
func (s Schedule) lastRun() int { return s.Hour + (s.Last-s.Hour)/s.Step*s.Step }

// allDay reports whether a rhythm of hours leaves none of its runs out.
func (s Schedule) allDay() bool {
	return s.Last == 0 || s.lastRun()-s.Hour+s.Step == 24
}

// inHour reports whether a rhythm of hours has a run in an hour of the day.
func (s Schedule) inHour(hour int) bool {
	in := s.Last == 0 || hour >= s.Hour && hour <= s.Last
	return in && (hour-s.Hour)%s.Step == 0
}

// shifted gives out, which has the first hour in another zone, the window of s,
// shift minutes later and days days on. A range of hours cannot go over
// midnight.
func (s Schedule) shifted(out Schedule, shift, days int) (Schedule, error) {
	if out.Last != 0 {
		last := s.lastRun()*60 + s.Minute + shift - days*24*60
		if last >= 24*60 {
			return Schedule{}, &Error{Code: CodeInvalid, Text: T("schedule.window_edge", s.Zone, out.Zone), Hint: T("schedule.zone_drifts_hint", out.Zone)}
		}
		out.Last = last / 60
	}
	return out.Canonical(), nil
}
