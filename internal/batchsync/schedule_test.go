package batchsync

import (
	"slices"
	"testing"
	"time"
	_ "time/tzdata" // the tests must not depend on the zones of the machine
)

var everyDay = []time.Weekday{time.Sunday, time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday}

func keyOf(err error) TextKey {
	if err == nil {
		return ""
	}
	return textOf(err).Key
}

func TestSchedule_Validate(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		s     Schedule
		want  TextKey
		field Field
	}{
		{"daily first minute", Schedule{Every: Daily, Zone: "UTC"}, "", ""},
		{"daily last minute", Schedule{Every: Daily, Hour: 23, Minute: 59, Zone: "Asia/Shanghai"}, "", ""},
		{"hour 24", Schedule{Every: Daily, Hour: 24, Zone: "UTC"}, "schedule.time_invalid", FieldTime},
		{"hour -1", Schedule{Every: Daily, Hour: -1, Zone: "UTC"}, "schedule.time_invalid", FieldTime},
		{"minute 60", Schedule{Every: Daily, Minute: 60, Zone: "UTC"}, "schedule.time_invalid", FieldTime},
		{"minute -1", Schedule{Every: Daily, Minute: -1, Zone: "UTC"}, "schedule.time_invalid", FieldTime},
		{"no zone", Schedule{Every: Daily}, "schedule.zone_unknown", FieldZone},
		{"the machine's zone", Schedule{Every: Daily, Zone: "Local"}, "schedule.zone_unknown", FieldZone},
		{"unknown zone", Schedule{Every: Daily, Zone: "Mars/Base"}, "schedule.zone_unknown", FieldZone},
		{"zone out of the zone tree", Schedule{Every: Daily, Zone: "../UTC"}, "schedule.zone_unknown", FieldZone},
		{"no rhythm", Schedule{Zone: "UTC"}, "schedule.missing", FieldSchedule},
		{"unknown rhythm", Schedule{Every: "yearly", Zone: "UTC"}, "schedule.missing", FieldSchedule},
		{"every weekday", Schedule{Every: Weekly, Weekdays: everyDay, Zone: "UTC"}, "", ""},
		{"no weekday", Schedule{Every: Weekly, Zone: "UTC"}, "schedule.weekdays_missing", FieldWeekdays},
		{"weekday 7", Schedule{Every: Weekly, Weekdays: []time.Weekday{7}, Zone: "UTC"}, "schedule.weekdays_missing", FieldWeekdays},
		{"weekday -1", Schedule{Every: Weekly, Weekdays: []time.Weekday{1, -1}, Zone: "UTC"}, "schedule.weekdays_missing", FieldWeekdays},
		{"day 1", Schedule{Every: Monthly, Day: 1, Zone: "UTC"}, "", ""},
		{"day 31", Schedule{Every: Monthly, Day: 31, Zone: "UTC"}, "", ""},
		{"day 0", Schedule{Every: Monthly, Zone: "UTC"}, "schedule.day_invalid", FieldDay},
		{"day 32", Schedule{Every: Monthly, Day: 32, Zone: "UTC"}, "schedule.day_invalid", FieldDay},
		{"12 hours", Schedule{Every: Hours, Step: 12, Zone: "UTC"}, "", ""},
		{"0 hours", Schedule{Every: Hours, Zone: "UTC"}, "schedule.step_invalid", FieldStep},
		{"5 hours break at midnight", Schedule{Every: Hours, Step: 5, Zone: "UTC"}, "schedule.step_invalid", FieldStep},
		{"24 hours", Schedule{Every: Hours, Step: 24, Zone: "UTC"}, "schedule.step_invalid", FieldStep},
		{"window", Schedule{Every: Hours, Step: 3, Hour: 8, Last: 20, Zone: "UTC"}, "", ""},
		{"window of two runs", Schedule{Every: Hours, Step: 12, Hour: 0, Last: 12, Zone: "UTC"}, "", ""},
		{"window of one run", Schedule{Every: Hours, Step: 3, Hour: 8, Last: 10, Zone: "UTC"}, "schedule.window_invalid", FieldUntil},
		{"window that ends before it begins", Schedule{Every: Hours, Step: 1, Hour: 8, Last: 7, Zone: "UTC"}, "schedule.window_invalid", FieldUntil},
		{"window until 24", Schedule{Every: Hours, Step: 1, Hour: 8, Last: 24, Zone: "UTC"}, "schedule.window_invalid", FieldUntil},
		{"window that was not read", Schedule{Every: Hours, Step: 1, Hour: 8, Last: -1, Zone: "UTC"}, "schedule.window_invalid", FieldUntil},
		{"weekdays are for the menu", Schedule{Every: Weekdays, Zone: "UTC"}, "schedule.missing", FieldSchedule},
		{"30 minutes", Schedule{Every: Minutes, Step: 30, Zone: "UTC"}, "", ""},
		{"0 minutes", Schedule{Every: Minutes, Zone: "UTC"}, "schedule.step_invalid", FieldStep},
		{"4 minutes", Schedule{Every: Minutes, Step: 4, Zone: "UTC"}, "schedule.step_invalid", FieldStep},
		{"60 minutes", Schedule{Every: Minutes, Step: 60, Zone: "UTC"}, "schedule.step_invalid", FieldStep},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := tt.s.Validate()
			if keyOf(err) != tt.want {
				t.Fatalf("Validate() = %v, want %q", err, tt.want)
			}
			if err == nil {
				return
			}
			if CodeOf(err) != CodeInvalid || scheduleField(err) != tt.field {
				t.Errorf("code %q at field %q, want invalid at %q", CodeOf(err), scheduleField(err), tt.field)
			}
			if got := tt.s.Next(time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC), 3); got != nil {
				t.Errorf("Next() of an invalid schedule = %v, want none", got)
			}
			if _, err := tt.s.In("Asia/Tokyo", time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)); keyOf(err) != tt.want {
				t.Errorf("In() of an invalid schedule: %v, want %q", err, tt.want)
			}
		})
	}
}

func TestSchedule_In(t *testing.T) {
	t.Parallel()
	daily := func(h, m int, zone string) Schedule { return Schedule{Every: Daily, Hour: h, Minute: m, Zone: zone} }
	weekly := func(h int, zone string, days ...time.Weekday) Schedule {
		return Schedule{Every: Weekly, Hour: h, Weekdays: days, Zone: zone}
	}
	monthly := func(h, day int, zone string) Schedule {
		return Schedule{Every: Monthly, Hour: h, Day: day, Zone: zone}
	}
	hours := func(h, m, step int, zone string) Schedule {
		return Schedule{Every: Hours, Hour: h, Minute: m, Step: step, Zone: zone}
	}
	window := func(h, m, step, last int, zone string) Schedule {
		return Schedule{Every: Hours, Hour: h, Minute: m, Step: step, Last: last, Zone: zone}
	}
	minutes := func(step int, zone string) Schedule { return Schedule{Every: Minutes, Step: step, Zone: zone} }
	tests := []struct {
		name string
		from Schedule
		zone string
		want Schedule // without zone
		key  TextKey
	}{
		{"same zone", daily(2, 0, "America/New_York"), "America/New_York", daily(2, 0, ""), ""},
		{"hour on", daily(2, 0, "Asia/Shanghai"), "Asia/Tokyo", daily(3, 0, ""), ""},
		{"half an hour", daily(2, 15, "Asia/Kolkata"), "Asia/Shanghai", daily(4, 45, ""), ""},
		{"quarter of an hour", daily(0, 10, "Asia/Kathmandu"), "Asia/Shanghai", daily(2, 25, ""), ""},
		{"back over midnight", daily(2, 0, "Asia/Shanghai"), "UTC", daily(18, 0, ""), ""},
		{"on over midnight", daily(23, 30, "UTC"), "Asia/Kolkata", daily(5, 0, ""), ""},
		{"to the minute before midnight", daily(7, 59, "Asia/Shanghai"), "UTC", daily(23, 59, ""), ""},
		{"to midnight", daily(8, 0, "Asia/Shanghai"), "UTC", daily(0, 0, ""), ""},
		{"two names of one zone", daily(2, 0, "Asia/Calcutta"), "Asia/Kolkata", daily(2, 0, ""), ""},
		{"both with the same summer time", daily(2, 0, "Europe/Berlin"), "Europe/Lisbon", daily(1, 0, ""), ""},
		{"from summer time", daily(2, 0, "Europe/Berlin"), "Asia/Shanghai", Schedule{}, "schedule.zone_drifts"},
		{"to summer time", daily(2, 0, "UTC"), "America/New_York", Schedule{}, "schedule.zone_drifts"},
		{"summer time on both halves", daily(2, 0, "Australia/Sydney"), "Europe/Berlin", Schedule{}, "schedule.zone_drifts"},
		{"half an hour of summer time", daily(2, 0, "Australia/Lord_Howe"), "Australia/Sydney", Schedule{}, "schedule.zone_drifts"},
		{"four weeks of winter time", daily(2, 0, "Africa/Casablanca"), "Asia/Shanghai", Schedule{}, "schedule.zone_drifts"},
		{"unknown target", daily(2, 0, "UTC"), "Mars/Base", Schedule{}, "schedule.zone_unknown"},
		{"no target", daily(2, 0, "UTC"), "", Schedule{}, "schedule.zone_unknown"},

		{"weekly same day", weekly(10, "Asia/Tokyo", time.Sunday, time.Monday), "Asia/Shanghai", weekly(9, "", time.Sunday, time.Monday), ""},
		{"weekly day before", weekly(2, "Asia/Shanghai", time.Sunday, time.Monday), "UTC", weekly(18, "", time.Sunday, time.Saturday), ""},
		{"weekly day after", weekly(20, "UTC", time.Friday, time.Saturday), "Asia/Shanghai", weekly(4, "", time.Sunday, time.Saturday), ""},
		{"weekly over the date line", weekly(0, "Pacific/Kiritimati", time.Sunday, time.Monday), "Pacific/Pago_Pago", weekly(23, "", time.Friday, time.Saturday), ""},
		{"weekly over the date line forth", weekly(23, "Pacific/Pago_Pago", time.Friday, time.Saturday), "Pacific/Kiritimati", weekly(0, "", time.Sunday, time.Monday), ""},

		{"monthly same day", monthly(12, 31, "Asia/Shanghai"), "UTC", monthly(4, 31, ""), ""},
		{"monthly day before", monthly(2, 2, "Asia/Shanghai"), "UTC", monthly(18, 1, ""), ""},
		{"monthly first would be the last", monthly(2, 1, "Asia/Shanghai"), "UTC", Schedule{}, "schedule.month_edge"},
		{"monthly day after", monthly(20, 27, "UTC"), "Asia/Shanghai", monthly(4, 28, ""), ""},
		{"monthly 28 would be 29", monthly(20, 28, "UTC"), "Asia/Shanghai", Schedule{}, "schedule.month_edge"},
		{"monthly 29 would be 28", monthly(2, 29, "Asia/Shanghai"), "UTC", Schedule{}, "schedule.month_edge"},
		{"monthly 28 becomes 27", monthly(2, 28, "Asia/Shanghai"), "UTC", monthly(18, 27, ""), ""},
		{"monthly two days back", monthly(0, 3, "Pacific/Kiritimati"), "Pacific/Pago_Pago", monthly(23, 1, ""), ""},
		{"monthly two days back over the edge", monthly(0, 2, "Pacific/Kiritimati"), "Pacific/Pago_Pago", Schedule{}, "schedule.month_edge"},

		{"hours", hours(2, 0, 6, "Asia/Shanghai"), "UTC", hours(0, 0, 6, ""), ""},
		{"hours and a half", hours(0, 10, 2, "Asia/Kolkata"), "UTC", hours(0, 40, 2, ""), ""},
		{"hourly does not notice summer time", hours(0, 10, 1, "Europe/Berlin"), "UTC", hours(0, 10, 1, ""), ""},
		{"hourly notices half an hour of it", hours(0, 10, 1, "Australia/Lord_Howe"), "UTC", Schedule{}, "schedule.zone_drifts"},
		{"every two hours notices summer time", hours(0, 10, 2, "Europe/Berlin"), "UTC", Schedule{}, "schedule.zone_drifts"},
		{"window", window(8, 30, 3, 20, "Asia/Shanghai"), "UTC", window(0, 30, 3, 12, ""), ""},
		{"window, half an hour", window(8, 0, 1, 17, "Asia/Kolkata"), "UTC", window(2, 30, 1, 11, ""), ""},
		{"window, its last run stays before midnight", window(8, 0, 4, 23, "Asia/Shanghai"), "Asia/Tokyo", window(9, 0, 4, 21, ""), ""},
		{"window over midnight", window(8, 0, 3, 23, "Asia/Shanghai"), "Asia/Tokyo", Schedule{}, "schedule.window_edge"},
		{"window back over midnight", window(6, 0, 3, 12, "Asia/Shanghai"), "UTC", Schedule{}, "schedule.window_edge"},
		{"window wholly on the day before", window(0, 0, 3, 6, "Asia/Shanghai"), "UTC", window(16, 0, 3, 22, ""), ""},
		{"window that leaves nothing out", window(2, 0, 4, 22, "Asia/Shanghai"), "UTC", hours(2, 0, 4, ""), ""},
		{"window notices summer time", window(8, 0, 1, 20, "Europe/Berlin"), "UTC", Schedule{}, "schedule.zone_drifts"},
		{"minutes know no zone", minutes(15, "Europe/Berlin"), "Asia/Kolkata", minutes(15, ""), ""},
	}
	now := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			before := slices.Clone(tt.from.Weekdays)
			got, err := tt.from.In(tt.zone, now)
			if keyOf(err) != tt.key {
				t.Fatalf("In(%s) error %v, want %q", tt.zone, err, tt.key)
			}
			if !slices.Equal(before, tt.from.Weekdays) {
				t.Errorf("the original's weekdays became %v", tt.from.Weekdays)
			}
			if err != nil {
				if scheduleField(err) != FieldZone {
					t.Errorf("error shown at %q, want the zone", scheduleField(err))
				}
				return
			}
			if got.Zone != tt.zone {
				t.Errorf("zone %q, want %q", got.Zone, tt.zone)
			}
			got.Zone = ""
			if got.Every != tt.want.Every || got.Hour != tt.want.Hour || got.Minute != tt.want.Minute || got.Day != tt.want.Day ||
				got.Step != tt.want.Step || got.Last != tt.want.Last || !slices.Equal(got.Weekdays, tt.want.Weekdays) {
				t.Errorf("In(%s) = %+v, want %+v", tt.zone, got, tt.want)
			}
		})
	}
}

// Two zones that change in the same night but an hour apart differ for that
// hour. Whether a schedule is taken must not depend on the time of day.
func TestSchedule_In_SameAnswerAllDay(t *testing.T) {
	t.Parallel()
	s := Schedule{Every: Daily, Hour: 9, Zone: "America/New_York"}
	for minute := 0; minute < 24*60; minute += 10 {
		now := time.Date(2026, 3, 8, 0, minute, 0, 0, time.UTC)
		if got, err := s.In("America/Chicago", now); err != nil || got.Hour != 8 {
			t.Fatalf("at %s: In() = %+v, %v, want 08:00", now, got, err)
		}
	}
}

// A converted schedule fires at the very moments of the original.
func TestSchedule_In_SameMoments(t *testing.T) {
	t.Parallel()
	zones := []string{
		"UTC", "Asia/Shanghai", "Asia/Kathmandu", "America/Phoenix", "Pacific/Kiritimati", "Pacific/Pago_Pago",
	}
	now := time.Date(2027, 12, 30, 21, 47, 3, 0, time.UTC)
	for _, from := range zones {
		var all []Schedule
		for _, hm := range [][2]int{{0, 0}, {11, 59}, {23, 45}} {
			base := Schedule{Hour: hm[0], Minute: hm[1], Zone: from}
			daily, weekly, monthly := base, base, base
			daily.Every = Daily
			weekly.Every, weekly.Weekdays = Weekly, []time.Weekday{time.Sunday, time.Wednesday, time.Saturday}
			all = append(all, daily, weekly)
			for _, day := range []int{1, 2, 3, 15, 27, 28, 29, 31} {
				monthly.Every, monthly.Day = Monthly, day
				all = append(all, monthly)
			}
			for _, step := range HourSteps() {
				hours := base
				hours.Every, hours.Step = Hours, step
				all = append(all, hours)
				if hours.Last = 22; hours.Validate() == nil {
					all = append(all, hours)
				}
			}
		}
		for _, to := range zones {
			for _, s := range all {
				got, err := s.In(to, now)
				if err != nil {
					if (s.Every != Monthly || keyOf(err) != "schedule.month_edge") && (s.Last == 0 || keyOf(err) != "schedule.window_edge") {
						t.Fatalf("%+v.In(%s): %v", s, to, err)
					}
					continue
				}
				if err := got.Validate(); err != nil {
					t.Fatalf("%+v.In(%s) = %+v: %v", s, to, got, err)
				}
				if want, have := s.Next(now, 4), got.Next(now, 4); !sameMoments(want, have) {
					t.Fatalf("%+v.In(%s) fires at %v, want %v", s, to, have, want)
				}
			}
		}
	}
}

func sameMoments(a, b []time.Time) bool {
	return slices.EqualFunc(a, b, func(x, y time.Time) bool { return x.Equal(y) })
}
