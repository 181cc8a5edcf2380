package batchsync

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// A backfilled day is that day whole: from its first moment, which is not
// midnight everywhere, to the last second before the next begins, be it 23, 24
// or 25 hours long. Two days in a row touch and never overlap, so that no run is
// repeated that nobody asked for, and none is left out.
func TestParseWindow_ClocksChange(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, zone, day, from, to string
		hours                     int
	}{
		{"hour skipped at night", "Europe/Berlin", "2026-03-29", "00:00+01:00", "23:59:59+02:00", 23},
		{"hour repeated at night", "Europe/Berlin", "2026-10-25", "00:00+02:00", "23:59:59+01:00", 25},
		{"half an hour skipped", "Australia/Lord_Howe", "2026-10-04", "00:00+10:30", "23:59:59+11:00", 23},
		{"midnight skipped, east", "Africa/Cairo", "2026-04-24", "01:00+03:00", "23:59:59+03:00", 23},
		{"midnight skipped, west", "America/Santiago", "2026-09-06", "01:00-03:00", "23:59:59-03:00", 23},
		{"midnight skipped, Havana", "America/Havana", "2026-03-08", "01:00-04:00", "23:59:59-04:00", 23},
		{"midnight comes twice", "America/Havana", "2026-11-01", "00:00-04:00", "23:59:59-05:00", 25},
		{"last hour comes twice", "America/Santiago", "2026-04-04", "00:00-03:00", "23:59:59-04:00", 25},
		{"day after a skipped midnight", "Africa/Cairo", "2026-04-25", "00:00+03:00", "23:59:59+03:00", 24},
		{"day before a skipped midnight", "America/Santiago", "2026-09-05", "00:00-04:00", "23:59:59-04:00", 24},
		{"platform's zone has none", "Asia/Shanghai", "2026-03-29", "00:00+08:00", "23:59:59+08:00", 24},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			loc := mustLoad(t, c.zone)
			w, err := ParseWindow(c.day, c.day, c.zone, time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC))
			if err != nil {
				t.Fatal(err)
			}
			from, to := w.From.In(loc), w.To.In(loc)
			if got := from.Format("2006-01-02 15:04Z07:00"); got != c.day+" "+c.from {
				t.Errorf("begins at %s, want %s %s", got, c.day, c.from)
			}
			if got := to.Format("2006-01-02 15:04:05Z07:00"); got != c.day+" "+c.to {
				t.Errorf("ends at %s, want %s %s", got, c.day, c.to)
			}
			if got := to.Sub(from) + time.Second; got.Truncate(time.Hour) != time.Duration(c.hours)*time.Hour {
				t.Errorf("lasts %s, want about %d hours", got, c.hours)
			}
		})
	}
}

// Whatever the zone: the days of a year follow each other without a gap and
// without an overlap, and every fire of a schedule is in exactly one of them.
func TestParseWindow_DaysTouch(t *testing.T) {
	t.Parallel()
	now := time.Date(2028, 1, 1, 0, 0, 0, 0, time.UTC)
	cron, err := ParseCron("0 30 00-23/4 * * ? *")
	if err != nil {
		t.Fatal(err)
	}
	for _, zone := range []string{"Europe/Berlin", "America/New_York", "Africa/Cairo", "America/Santiago", "America/Havana", "Asia/Beirut", "Australia/Lord_Howe", "Pacific/Chatham", "Antarctica/Troll"} {
		loc := mustLoad(t, zone)
		var end time.Time
		fires := 0
		for day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() == 2026; day = day.AddDate(0, 0, 1) {
			text := day.Format(time.DateOnly)
			w, err := ParseWindow(text, text, zone, now)
			if err != nil {
				t.Fatal(err)
			}
			if !end.IsZero() && !w.From.Equal(end.Add(time.Second)) {
				t.Errorf("%s %s begins at %s, the day before ended at %s", zone, text, w.From.In(loc), end.In(loc))
			}
			end = w.To
			inside, _ := cron.Between(w.From, w.To, loc, 100)
			fires += len(inside)
		}
		whole, _ := cron.Between(mustMoment(t, zone, "2026-01-01 00:00"), end, loc, 10_000)
		if fires != len(whole) {
			t.Errorf("%s: the days hold %d fires, the year %d", zone, fires, len(whole))
		}
	}
}

// EndOfDay mutes to the end of the day that was named, not an hour into the next
// and not an hour less.
func TestEndOfDay_ClocksChange(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ zone, day, want string }{
		{"Africa/Cairo", "2026-04-23", "2026-04-23T23:59:59+02:00"},
		{"Africa/Cairo", "2026-04-24", "2026-04-24T23:59:59+03:00"},
		{"America/Santiago", "2026-09-06", "2026-09-06T23:59:59-03:00"},
		{"America/Santiago", "2026-04-04", "2026-04-04T23:59:59-04:00"},
		{"Europe/Berlin", "2026-10-25", "2026-10-25T23:59:59+01:00"},
	} {
		got, err := EndOfDay(c.day, c.zone, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
		if err != nil || got.In(mustLoad(t, c.zone)).Format(time.RFC3339) != c.want {
			t.Errorf("%s in %s: %s, %v; want %s", c.day, c.zone, got.In(mustLoad(t, c.zone)), err, c.want)
		}
	}
}

// The next five runs are the same whether they are worked out from what the
// person picked or from what the scheduler holds, on every day clocks change:
// else a review would promise another time than the monitor waits for.
func TestNext_PickedAndDeployedAgree(t *testing.T) {
	t.Parallel()
	for _, zone := range []string{"Europe/Berlin", "America/New_York", "Africa/Cairo", "America/Santiago", "America/Havana", "Asia/Beirut", "Australia/Lord_Howe", "Pacific/Chatham"} {
		loc := mustLoad(t, zone)
		for _, change := range changesOf(loc, 2026) {
			for minute := 0; minute < 24*60; minute += 15 {
				s := Schedule{Every: Daily, Hour: minute / 60, Minute: minute % 60, Zone: zone}
				cron, err := ParseCron(s.Cron().Stored)
				if err != nil {
					t.Fatal(err)
				}
				now := change.Add(-36 * time.Hour)
				picked, deployed := s.Next(now, 5), cron.Next(now, loc, 5)
				if !slices.EqualFunc(picked, deployed, time.Time.Equal) {
					t.Errorf("%s daily %02d:%02d around %s: picked %v, deployed %v", zone, s.Hour, s.Minute, change, picked, deployed)
				}
				days := map[string]bool{}
				for _, f := range picked {
					days[f.In(loc).Format(time.DateOnly)] = true
				}
				if len(days) != 5 {
					t.Errorf("%s daily %02d:%02d around %s: five runs on %d days: %v", zone, s.Hour, s.Minute, change, len(days), picked)
				}
			}
		}
	}
}

// A quiet night is quiet from the first of two equal times to the second, and a
// night in which clocks change is as long as it is: nothing of it is loud.
func TestParseQuiet_ClocksChange(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, zone, now, words, from, to string
	}{
		{"night of 7 hours", "Europe/Berlin", "2026-03-28 12:00", "22:00 06:00", "2026-03-28T22:00:00+01:00", "2026-03-29T06:00:00+02:00"},
		{"night of 9 hours", "Europe/Berlin", "2026-10-24 12:00", "22:00 06:00", "2026-10-24T22:00:00+02:00", "2026-10-25T06:00:00+01:00"},
		{"all of the repeated hour", "Europe/Berlin", "2026-10-24 12:00", "2026-10-25T02:00 2026-10-25T02:59", "2026-10-25T02:00:00+02:00", "2026-10-25T02:59:00+01:00"},
		{"a day by the hours", "Europe/Berlin", "2026-10-24 12:00", "12:00 +24h", "2026-10-24T12:00:00+02:00", "2026-10-25T11:00:00+01:00"},
		{"from a midnight that comes twice", "America/Havana", "2026-10-31 12:00", "00:00 06:00", "2026-11-01T00:00:00-04:00", "2026-11-01T06:00:00-05:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			loc := mustLoad(t, c.zone)
			got, err := ParseQuiet(c.words, c.zone, mustMoment(t, c.zone, c.now))
			if err != nil {
				t.Fatal(err)
			}
			from, to := got.From.In(loc).Format(time.RFC3339), got.To.In(loc).Format(time.RFC3339)
			if from != c.from || to != c.to {
				t.Errorf("%s to %s, want %s to %s", from, to, c.from, c.to)
			}
			// Typed again, it means the same moments.
			again, err := ParseQuiet(strings.TrimPrefix(got.String(), "* "), "UTC", mustMoment(t, c.zone, c.now))
			if err != nil || !again.From.Equal(got.From) || !again.To.Equal(got.To) {
				t.Errorf("%q means %v to %v, %v", got.String(), again.From, again.To, err)
			}
		})
	}
}

// A moment that findings tell is the one that is read out of them again, in the
// hour that comes twice too.
func TestMoment_ClocksChange(t *testing.T) {
	t.Parallel()
	for _, zone := range []string{"Europe/Berlin", "America/New_York", "America/Havana", "Australia/Lord_Howe", "Africa/Cairo"} {
		for _, change := range changesOf(mustLoad(t, zone), 2026) {
			for at := change.Add(-4 * time.Hour); at.Before(change.Add(4 * time.Hour)); at = at.Add(10 * time.Minute) {
				text := momentIn(at.Add(59*time.Second), zone)
				if got, ok := ParseMoment(text); !ok || !got.Equal(at) {
					t.Errorf("%s is written as %q and read as %s, %v", at, text, got, ok)
				}
			}
		}
	}
}

// A task that runs at a fixed hour is accepted on the days clocks are set as on
// all others: a run as much later, or at the first of two times, is its latest
// run, what it wrote is fresh, and what the run before wrote is not.
func TestJudgeAcceptance_ClocksChange(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ zone, day string }{
		{"Europe/Berlin", "2026-03-29"}, {"Europe/Berlin", "2026-10-25"}, {"America/New_York", "2026-03-08"}, {"America/New_York", "2026-11-01"},
	} {
		for minute := 0; minute < 5*60; minute += 30 {
			s := Schedule{Every: Daily, Hour: minute / 60, Minute: minute % 60, Zone: c.zone}
			noon := mustMoment(t, c.zone, c.day+" 12:00")
			fires := s.Next(noon.AddDate(0, 0, -2), 3) // yesterday, that day, the day after
			in := cleanDelivery(1)
			in.Zone, in.Asked.Schedule, in.Deployed.Cron = c.zone, s, s.Cron().Stored
			in.Runs = nil
			for n := 1; n >= 0; n-- {
				in.Runs = append(in.Runs, Run{ID: RunID(11 + n), Task: 7, Type: RunScheduled, Status: RunSuccess, Plan: fires[n], Began: fires[n].Add(time.Minute), Ended: fires[n].Add(6 * time.Minute)})
			}
			in.Runs = append([]Run{{ID: 13, Task: 7, Type: RunScheduled, Status: RunNotStarted, Plan: fires[2]}}, in.Runs...)
			written := in.Target["ods.t0"]
			for _, row := range []struct {
				name string
				at   time.Time
				want Verdict
			}{
				{"written by the run", fires[1].Add(3 * time.Minute), VerdictPassed},
				{"written by the run before", fires[0].Add(3 * time.Minute), VerdictUnchecked},
			} {
				written.Written = row.at
				in.Target["ods.t0"] = written
				got := JudgeAcceptance(in, fires[1].Add(10*time.Minute))
				name := c.zone + " " + fires[1].String() + " " + row.name
				if got.Run != 12 || troubled(got.Whole) != "" {
					t.Errorf("%s: run %d, %s", name, got.Run, troubled(got.Whole))
				}
				i := slices.IndexFunc(got.Tables[0].Found, func(f Finding) bool { return f.Check == CheckFreshness })
				if f := got.Tables[0].Found[i]; f.Verdict != row.want {
					t.Errorf("%s: %s %s", name, f.Verdict, f.Text.Key)
				}
			}
		}
	}
}

// changesOf are the moments at which clocks in loc are set in a year.
func changesOf(loc *time.Location, year int) (out []time.Time) {
	for at := time.Date(year, 1, 1, 0, 0, 0, 0, loc); ; {
		_, end := at.ZoneBounds()
		if end.IsZero() || end.Year() > year {
			return out
		}
		out = append(out, end)
		at = end
	}
}

func mustLoad(t *testing.T, zone string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func mustMoment(t *testing.T, zone, at string) time.Time {
	t.Helper()
	m, err := time.ParseInLocation("2006-01-02 15:04", at, mustLoad(t, zone))
	if err != nil {
		t.Fatal(err)
	}
	return m
}
