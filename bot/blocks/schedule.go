package blocks

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// nextRuns is how many coming runs are shown.
const nextRuns = 5

// preview shows what a schedule means, or what is still wrong with it.
func (p Printer) preview(s Screen) []slack.Block {
	schedule := s.Draft.Spec().Schedule
	if err := schedule.Validate(); err != nil {
		return []slack.Block{section("preview", p.say("preview.incomplete"))}
	}
	all := []slack.Block{section("preview", p.runs(s, schedule))}
	if schedule.Every == batchsync.Monthly && schedule.Day > 28 {
		all = append(all, contextLine("short_months", p.say("preview.short_months", number(schedule.Day))))
	}
	if studio := p.inStudio(schedule, s.PlatformZone, s.Now); studio != "" {
		all = append(all, contextLine("studio", studio))
	}
	if s.Crowd != nil {
		all = append(all, section("crowd", p.crowd(*s.Crowd)))
	}
	return all
}

// runs lists the coming runs as the platform will start them, where its zone
// can express them: by the clocks of the schedule's zone, and in the reader's
// own time where that is known to be another one or not known at all.
func (p Printer) runs(s Screen, schedule batchsync.Schedule) mark {
	there, err := schedule.In(s.PlatformZone, s.Now)
	if err != nil {
		there = schedule
	}
	fires := there.Next(s.Now, nextRuns)
	if len(fires) == 0 {
		return p.say("preview.none")
	}
	one := sameClocks(fires, schedule.Zone, s.ReaderZone)
	all := []mark{bold(p.format("preview.title_both", []any{p.clip(schedule.Zone, maxCell)}))}
	if one {
		all[0] = bold(p.word("preview.title"))
	}
	for _, t := range fires {
		m := dateIn(t, schedule.Zone)
		if !one {
			m = p.say("preview.both", escape(clock(t, schedule.Zone)), m)
		}
		all = append(all, p.say("list.item", m))
	}
	return lines(all...)
}

// sameClocks reports whether clocks in both zones show the same at all times.
func sameClocks(at []time.Time, zone, other string) bool {
	a, err := time.LoadLocation(zone)
	b, otherErr := time.LoadLocation(other)
	if err != nil || otherErr != nil || other == "" {
		return false
	}
	return !slices.ContainsFunc(at, func(t time.Time) bool {
		_, x := t.In(a).Zone()
		_, y := t.In(b).Zone()
		return x != y
	})
}

// crowdNames is how many tasks of a crowd are named.
const crowdNames = 3

// crowd says who begins on the same source at the same time, and when it would
// be quieter.
func (p Printer) crowd(c batchsync.Crowd) mark {
	var names []mark
	for _, name := range c.With[:min(len(c.With), crowdNames)] {
		names = append(names, p.shortName(name))
	}
	with := p.series(names)
	if rest := len(c.With) - len(names); rest > 0 {
		with = p.say("names.more", with, number(rest))
	}
	from, to := mark(c.At.Format("15:04")), mark(c.At.Add(15*time.Minute).Format("15:04"))
	out := p.say("crowd.text", number(len(c.With)+1), p.shortName(c.Source), from, to, with)
	if c.Free != "" {
		out = lines(out, p.say("crowd.free", mark(c.Free)))
	}
	return out
}

// inStudio says what the platform will make of a schedule in another zone, ""
// when that is the same.
func (p Printer) inStudio(s batchsync.Schedule, zone string, now time.Time) mark {
	if zone == "" || zone == s.Zone {
		return ""
	}
	there, err := s.In(zone, now)
	var e *batchsync.Error
	switch {
	case errors.As(err, &e):
		return join([]mark{p.sentence(e.Text, false), p.hint(e.Hint, false)}, " ")
	case err != nil:
		return ""
	}
	return p.say("preview.studio", p.rhythm(there))
}

func (p Printer) hint(t batchsync.Text, people bool) mark {
	if t.IsZero() {
		return ""
	}
	return p.sentence(t, people)
}

// rhythm is a schedule in words with its zone, e.g.
// "every Monday, Friday at 02:00 UTC".
func (p Printer) rhythm(s batchsync.Schedule) mark {
	if s.Validate() != nil {
		return p.say("rhythm.incomplete")
	}
	at := mark(fmt.Sprintf("%02d:%02d", s.Hour, s.Minute))
	zone := p.foreign(s.Zone)
	switch s.Every {
	case batchsync.Weekly:
		if s.OnWorkingDays() {
			return p.say("rhythm.weekdays", at, zone)
		}
		var days []mark
		for _, d := range s.Weekdays {
			days = append(days, p.say(weekdayKey(d)))
		}
		return p.say("rhythm.weekly", p.series(days), at, zone)
	case batchsync.Monthly:
		if s.Day > 28 {
			return p.say("rhythm.monthly_short", number(s.Day), at, zone)
		}
		return p.say("rhythm.monthly", number(s.Day), at, zone)
	case batchsync.Hours:
		if last, ok := s.LastOfDay(); ok {
			until := mark(fmt.Sprintf("%02d:%02d", last, s.Minute))
			if s.Step == 1 {
				return p.say("rhythm.window_hourly", at, until, zone)
			}
			return p.say("rhythm.window", number(s.Step), at, until, zone)
		}
		if s.Step == 1 {
			return p.say("rhythm.hourly", mark(fmt.Sprintf("%02d", s.Minute)))
		}
		first := mark(fmt.Sprintf("%02d:%02d", s.Hour%s.Step, s.Minute))
		return p.say("rhythm.hours", number(s.Step), first, zone)
	case batchsync.Minutes:
		if s.Step == 1 {
			return p.say("rhythm.minute")
		}
		return p.say("rhythm.minutes", number(s.Step))
	}
	return p.say("rhythm.daily", at, zone)
}
