package blocks

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

func (p Printer) scheduleInput(s Screen, f batchsync.Field) input {
	d := s.Draft
	switch f {
	case batchsync.FieldStep:
		steps := batchsync.HourSteps()
		unit := batchsync.TextKey("step.hours")
		if batchsync.Every(d.Answers.Value(batchsync.FieldSchedule)) == batchsync.Minutes {
			steps, unit = batchsync.MinuteSteps(), "step.minutes"
		}
		return input{p.choose(d, f, p.steps(steps, unit)), true, ""}
	case batchsync.FieldWeekdays:
		return input{p.checkboxes(d, f, p.weekdays()), true, ""}
	case batchsync.FieldDay:
		return input{p.choose(d, f, p.days()), true, "hint.day"}
	case batchsync.FieldTime:
		el := slack.NewTimePickerBlockElement(string(FieldAction(f)))
		if _, err := time.Parse("15:04", d.Answers.Value(f)); err == nil {
			el.InitialTime = d.Answers.Value(f)
		}
		if _, windowed := d.Spec().Schedule.LastOfDay(); windowed {
			return input{el, true, "hint.time_first"}
		}
		if batchsync.Every(d.Answers.Value(batchsync.FieldSchedule)) == batchsync.Hours {
			return input{el, true, "hint.time_hours"}
		}
		return input{el, true, ""}
	case batchsync.FieldUntil:
		return input{p.choose(d.Offered(f, batchsync.UntilAlways), f, p.untils(d.Spec().Schedule)), true, "hint.until"}
	case batchsync.FieldZone:
		return input{p.choose(d, f, p.zones(s)), true, "hint.zone"}
	}
	return input{p.choose(d, f, p.entries("every.", keys(batchsync.Rhythms()))), true, ""}
}

func (p Printer) steps(all []int, unit batchsync.TextKey) []*slack.OptionBlockObject {
	var out []*slack.OptionBlockObject
	for _, n := range all {
		if n == 1 {
			out = append(out, p.option("1", p.word(unit+"_one"), ""))
			continue
		}
		out = append(out, p.option(strconv.Itoa(n), p.format(unit, []any{strconv.Itoa(n)}), ""))
	}
	return out
}

func (p Printer) weekdays() []*slack.OptionBlockObject {
	var out []*slack.OptionBlockObject
	for i := range 7 {
		day := (i + 1) % 7 // weeks begin on Monday
		out = append(out, p.option(strconv.Itoa(day), p.word(weekdayKey(time.Weekday(day))), ""))
	}
	return out
}

func weekdayKey(d time.Weekday) batchsync.TextKey {
	return batchsync.TextKey("weekday." + strconv.Itoa(int(d)))
}

func (p Printer) days() []*slack.OptionBlockObject {
	var out []*slack.OptionBlockObject
	for day := 1; day <= 31; day++ {
		out = append(out, p.option(strconv.Itoa(day), strconv.Itoa(day), ""))
	}
	return out
}

// untils are the hours a window may end with, at the minute of the runs.
func (p Printer) untils(s batchsync.Schedule) []*slack.OptionBlockObject {
	out := []*slack.OptionBlockObject{p.option(batchsync.UntilAlways, p.word("until.always"), "")}
	for hour := 1; hour < 24; hour++ {
		out = append(out, p.option(strconv.Itoa(hour), fmt.Sprintf("%02d:%02d", hour, max(s.Minute, 0)), ""))
	}
	return out
}

// zones are common time zones, with the platform's and the present one. Those
// the platform's schedules cannot follow are left out, the present one is
// marked then.
func (p Printer) zones(s Screen) []*slack.OptionBlockObject {
	present := s.Draft.Answers.Value(batchsync.FieldZone)
	names := append([]string{present, s.PlatformZone}, batchsync.CommonZones()...)
	slices.Sort(names)
	var out []*slack.OptionBlockObject
	for _, name := range slices.Compact(names) {
		if _, err := time.LoadLocation(name); err != nil || name == "" || name == "Local" {
			continue
		}
		follows := s.follows(name)
		if !follows && name != present {
			continue
		}
		o := p.option(name, name, "")
		if !follows {
			o.Description = p.plain(p.format("zone.drifts", []any{p.clip(s.PlatformZone, maxCell)}), maxOption)
		}
		out = append(out, o)
	}
	return out
}

// follows reports whether the platform's schedules can follow the one of the
// screen if that is meant in a zone. As long as it is not complete, any time of
// the day stands for it.
func (s Screen) follows(zone string) bool {
	if _, err := time.LoadLocation(s.PlatformZone); err != nil || s.PlatformZone == "" {
		return true // nobody knows
	}
	schedule := s.Draft.Spec().Schedule
	schedule.Zone = zone
	if schedule.Validate() != nil {
		schedule = batchsync.Schedule{Every: batchsync.Daily, Hour: 12, Zone: zone}
	}
	_, err := schedule.In(s.PlatformZone, s.Now)
	return err == nil
}
