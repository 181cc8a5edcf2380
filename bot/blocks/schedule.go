package blocks

import (
	"errors"
	"fmt"
	"time"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// nextRuns is how many coming runs are shown.
const nextRuns = 3

// preview shows what a schedule means, or what is still wrong with it.
func (p Printer) preview(s batchsync.Schedule, platformZone string, now time.Time) []slack.Block {
	if err := s.Validate(); err != nil {
		return []slack.Block{section("preview", p.say("preview.incomplete"))}
	}
	all := []slack.Block{section("preview", lines(bold(p.word("preview.title")), p.runs(s, platformZone, now)))}
	if studio := p.inStudio(s, platformZone, now); studio != "" {
		all = append(all, contextLine("studio", studio))
	}
	return all
}

// runs lists the coming runs as the platform will start them, where its zone
// can express them, each in the reader's own zone.
func (p Printer) runs(s batchsync.Schedule, platformZone string, now time.Time) mark {
	there, err := s.In(platformZone, now)
	if err != nil {
		there = s
	}
	var all []mark
	for _, t := range there.Next(now, nextRuns) {
		if loc, err := time.LoadLocation(s.Zone); err == nil {
			t = t.In(loc)
		}
		all = append(all, p.say("list.item", date(t)))
	}
	if len(all) == 0 {
		return p.say("preview.none")
	}
	return lines(all...)
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
		var days []mark
		for _, d := range s.Weekdays {
			days = append(days, p.say(weekdayKey(d)))
		}
		return p.say("rhythm.weekly", join(days, ", "), at, zone)
	case batchsync.Monthly:
		return p.say("rhythm.monthly", number(s.Day), at, zone)
	case batchsync.Hours:
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
