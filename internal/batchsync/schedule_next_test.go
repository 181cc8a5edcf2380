package batchsync

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

func TestSchedule_Next(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		s    Schedule
		now  string
		want []string // with offset, so that repeated hours can be told apart
	}{
		{
			"daily, strictly after now", Schedule{Every: Daily, Hour: 2, Zone: "Asia/Shanghai"}, "2026-07-20T02:00:00+08:00",
			[]string{"2026-07-21T02:00:00+08:00", "2026-07-22T02:00:00+08:00"},
		}, {
			"daily, a second before", Schedule{Every: Daily, Hour: 2, Zone: "Asia/Shanghai"}, "2026-07-19T17:59:59Z",
			[]string{"2026-07-20T02:00:00+08:00"},
		}, {
			"weekly", Schedule{Every: Weekly, Hour: 6, Minute: 5, Weekdays: []time.Weekday{time.Sunday, time.Wednesday}, Zone: "UTC"}, "2026-12-28T00:00:00Z",
			[]string{"2026-12-30T06:05:00Z", "2027-01-03T06:05:00Z", "2027-01-06T06:05:00Z"},
		}, {
			"monthly 31 leaves short months out", Schedule{Every: Monthly, Day: 31, Hour: 1, Zone: "UTC"}, "2026-01-31T01:00:00Z",
			[]string{"2026-03-31T01:00:00Z", "2026-05-31T01:00:00Z", "2026-07-31T01:00:00Z", "2026-08-31T01:00:00Z", "2026-10-31T01:00:00Z", "2026-12-31T01:00:00Z", "2027-01-31T01:00:00Z"},
		}, {
			"monthly 30 leaves February out", Schedule{Every: Monthly, Day: 30, Zone: "UTC"}, "2028-01-30T00:00:00Z",
			[]string{"2028-03-30T00:00:00Z"},
		}, {
			"monthly 29 in a common year", Schedule{Every: Monthly, Day: 29, Zone: "UTC"}, "2027-01-30T00:00:00Z",
			[]string{"2027-03-29T00:00:00Z"},
		}, {
			"monthly 29 in a leap year", Schedule{Every: Monthly, Day: 29, Zone: "UTC"}, "2028-01-30T00:00:00Z",
			[]string{"2028-02-29T00:00:00Z", "2028-03-29T00:00:00Z"},
		}, {
			"monthly by the day of its zone", Schedule{Every: Monthly, Day: 1, Hour: 0, Minute: 30, Zone: "Asia/Kolkata"}, "2026-07-31T18:00:00Z",
			[]string{"2026-08-01T00:30:00+05:30"},
		}, {
			"hours counted from midnight", Schedule{Every: Hours, Step: 6, Hour: 14, Minute: 10, Zone: "UTC"}, "2026-07-20T20:10:00Z",
			[]string{"2026-07-21T02:10:00Z", "2026-07-21T08:10:00Z"},
		}, {
			"hours in a window", Schedule{Every: Hours, Step: 3, Hour: 8, Last: 19, Minute: 10, Zone: "UTC"}, "2026-07-20T14:10:00Z",
			[]string{"2026-07-20T17:10:00Z", "2026-07-21T08:10:00Z", "2026-07-21T11:10:00Z"},
		}, {
			"hourly", Schedule{Every: Hours, Step: 1, Minute: 59, Zone: "UTC"}, "2026-07-20T22:59:30Z",
			[]string{"2026-07-20T23:59:00Z", "2026-07-21T00:59:00Z"},
		}, {
			"minutes", Schedule{Every: Minutes, Step: 20, Zone: "Asia/Kathmandu"}, "2026-07-20T00:00:00Z", // 05:45 there
			[]string{"2026-07-20T06:00:00+05:45", "2026-07-20T06:20:00+05:45"},
		}, {
			"skipped time fires as much later", Schedule{Every: Daily, Hour: 2, Minute: 30, Zone: "America/New_York"}, "2026-03-07T03:00:00-05:00",
			[]string{"2026-03-08T03:30:00-04:00", "2026-03-09T02:30:00-04:00"},
		}, {
			"skipped time east of Greenwich", Schedule{Every: Daily, Hour: 2, Minute: 30, Zone: "Europe/Berlin"}, "2026-03-28T03:00:00+01:00",
			[]string{"2026-03-29T03:30:00+02:00", "2026-03-30T02:30:00+02:00"},
		}, {
			"skipped half an hour", Schedule{Every: Daily, Hour: 2, Minute: 15, Zone: "Australia/Lord_Howe"}, "2026-10-03T12:00:00+10:30",
			[]string{"2026-10-04T02:45:00+11:00", "2026-10-05T02:15:00+11:00"},
		}, {
			"skipped midnight", Schedule{Every: Daily, Minute: 30, Zone: "America/Havana"}, "2026-03-07T12:00:00-05:00",
			[]string{"2026-03-08T01:30:00-04:00", "2026-03-09T00:30:00-04:00"},
		}, {
			"a day whose midnight is skipped comes once", Schedule{Every: Daily, Hour: 9, Zone: "America/Havana"}, "2026-03-06T12:00:00-05:00",
			[]string{"2026-03-07T09:00:00-05:00", "2026-03-08T09:00:00-04:00", "2026-03-09T09:00:00-04:00"},
		}, {
			"a weekday whose midnight is skipped", Schedule{Every: Weekly, Hour: 9, Weekdays: []time.Weekday{time.Sunday}, Zone: "America/Santiago"}, "2026-08-31T00:00:00Z",
			[]string{"2026-09-06T09:00:00-03:00", "2026-09-13T09:00:00-03:00"},
		}, {
			"repeated time fires at the first", Schedule{Every: Daily, Hour: 1, Minute: 30, Zone: "America/New_York"}, "2026-10-31T12:00:00-04:00",
			[]string{"2026-11-01T01:30:00-04:00", "2026-11-02T01:30:00-05:00"},
		}, {
			"repeated time east of Greenwich", Schedule{Every: Daily, Hour: 2, Minute: 30, Zone: "Europe/Berlin"}, "2026-10-24T12:00:00+02:00",
			[]string{"2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"},
		}, {
			"minutes leave a skipped hour out", Schedule{Every: Minutes, Step: 30, Zone: "America/New_York"}, "2026-03-08T01:00:00-05:00",
			[]string{"2026-03-08T01:30:00-05:00", "2026-03-08T03:00:00-04:00"},
		}, {
			"minutes fire through a repeated hour", Schedule{Every: Minutes, Step: 30, Zone: "America/New_York"}, "2026-11-01T01:00:00-04:00",
			[]string{"2026-11-01T01:30:00-04:00", "2026-11-01T01:00:00-05:00", "2026-11-01T01:30:00-05:00", "2026-11-01T02:00:00-05:00"},
		}, {
			"hours leave a skipped hour out", Schedule{Every: Hours, Step: 2, Minute: 15, Zone: "America/New_York"}, "2026-03-08T00:00:00-05:00",
			[]string{"2026-03-08T00:15:00-05:00", "2026-03-08T04:15:00-04:00"},
		}, {
			"none asked for", Schedule{Every: Daily, Zone: "UTC"}, "2026-07-20T00:00:00Z", nil,
		}, {
			"none asked for, minutes", Schedule{Every: Minutes, Step: 1, Zone: "UTC"}, "2026-07-20T00:00:00Z", nil,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			now, err := time.Parse(time.RFC3339, tt.now)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range tt.s.Next(now, len(tt.want)) {
				got = append(got, f.Format(time.RFC3339))
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("Next() = %v\nwant %v", got, tt.want)
			}
		})
	}
}

// Whatever the schedule, zone and moment: as many as asked for, all later than
// now, none twice, and none on another wall-clock time unless that is skipped.
func TestSchedule_Next_Always(t *testing.T) {
	t.Parallel()
	zones := []string{
		"UTC", "Asia/Shanghai", "America/New_York", "Europe/Berlin", "Europe/Dublin", "America/Havana", "America/Santiago",
		"Australia/Lord_Howe", "Africa/Cairo", "Africa/Casablanca", "Asia/Beirut", "Pacific/Chatham", "Antarctica/Troll", "Pacific/Kiritimati",
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		s := randomSchedule(rnd, zones)
		now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rnd.IntN(3*365*24*3600)) * time.Second)
		n := 1 + rnd.IntN(5)
		fires := s.Next(now, n)
		if len(fires) != n {
			t.Fatalf("%+v after %s: %d times, want %d", s, now, len(fires), n)
		}
		last := now
		for _, f := range fires {
			if !f.After(last) {
				t.Fatalf("%+v after %s: %s does not come after %s", s, now, f, last)
			}
			if late := lateness(s, f); late != 0 && !skipped(f, late) {
				t.Fatalf("%+v after %s: fires at %s", s, now, f)
			}
			last = f
		}
	}
}

// lateness is how much later than its own time of day a schedule of days
// fires, in minutes.
func lateness(s Schedule, f time.Time) int {
	if s.Every == Hours || s.Every == Minutes {
		return 0
	}
	return f.Hour()*60 + f.Minute() - s.Hour*60 - s.Minute
}

// skipped reports whether the clock jumped over the moment late minutes ago.
func skipped(f time.Time, late int) bool {
	_, before := f.Add(-3 * time.Hour).Zone()
	_, now := f.Zone()
	return late > 0 && now-before == late*60
}

// stored are the rhythms a schedule can have.
func stored() []Every {
	return slices.DeleteFunc(Rhythms(), func(e Every) bool { return e == Weekdays })
}

func randomSchedule(rnd *rand.Rand, zones []string) Schedule {
	s := Schedule{Every: stored()[rnd.IntN(5)], Hour: rnd.IntN(24), Minute: rnd.IntN(60), Zone: zones[rnd.IntN(len(zones))]}
	if rnd.IntN(2) == 0 {
		s.Hour = rnd.IntN(4) // where clocks change
	}
	switch s.Every {
	case Weekly:
		for _, d := range everyDay {
			if rnd.IntN(3) == 0 || d == 6 && s.Weekdays == nil {
				s.Weekdays = append(s.Weekdays, d)
			}
		}
	case Monthly:
		s.Day = 1 + rnd.IntN(31)
	case Hours:
		s.Step = HourSteps()[rnd.IntN(len(HourSteps()))]
		if s.Last = rnd.IntN(24); s.checkFigures() != nil {
			s.Last = 0
		}
	case Minutes:
		s.Step = MinuteSteps()[rnd.IntN(len(MinuteSteps()))]
	}
	return s
}
