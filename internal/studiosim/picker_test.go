package studiosim

import (
	"reflect"
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

// everySchedule gives all rhythms that can be chosen, at all hours and windows
// and some minutes.
func everySchedule(try func(batchsync.Schedule)) {
	for _, minute := range []int{0, 1, 9, 10, 15, 30, 59} {
		for hour := range 24 {
			at := batchsync.Schedule{Hour: hour, Minute: minute, Zone: "UTC"}
			daily := at
			daily.Every = batchsync.Daily
			try(daily)
			for day := 1; day <= 31; day++ {
				monthly := at
				monthly.Every, monthly.Day = batchsync.Monthly, day
				try(monthly)
			}
			for days := 1; days < 1<<7; days++ {
				weekly := at
				weekly.Every = batchsync.Weekly
				for d := range 7 {
					if days&(1<<d) != 0 {
						weekly.Weekdays = append(weekly.Weekdays, time.Weekday(d))
					}
				}
				try(weekly)
			}
			for _, step := range batchsync.HourSteps() {
				for last := range 24 {
					hours := at
					hours.Every, hours.Step, hours.Last = batchsync.Hours, step, last
					try(hours)
				}
			}
		}
	}
	for _, step := range batchsync.MinuteSteps() {
		try(batchsync.Schedule{Every: batchsync.Minutes, Step: step, Zone: "UTC"})
	}
}

// survives fails unless the program keeps the schedule's expression as we
// expect it to, and that is read back as the same schedule.
func survives(t *testing.T, s batchsync.Schedule) {
	t.Helper()
	cron := s.Cron()
	stored, refused := storedCron(cron.Send)
	if refused != nil {
		t.Fatalf("%+v is sent as %q, which is refused: %v", s, cron.Send, refused)
	}
	if stored != cron.Stored || !batchsync.SameCron(stored, cron.Stored) {
		t.Fatalf("%+v is sent as %q and stored as %q, want %q", s, cron.Send, stored, cron.Stored)
	}
	got, ok := batchsync.ReadSchedule(stored, s.Zone)
	if want := s.Canonical(); !ok || !reflect.DeepEqual(got, want) {
		t.Fatalf("%+v is stored as %q and read back as %+v (%v), want %+v", s, stored, got, ok, want)
	}
}

func TestPicker_EverySchedule_Survives(t *testing.T) {
	t.Parallel()
	n := 0
	everySchedule(func(s batchsync.Schedule) {
		if s.Validate() == nil {
			survives(t, s)
			n++
		}
	})
	if n < 30_000 {
		t.Errorf("only %d schedules were tried", n)
	}
}

// The stand-in starts runs when the schedule promised.
func TestPicker_FiresWhenPromised(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	n := 0
	everySchedule(func(s batchsync.Schedule) {
		n++
		if n%97 != 0 || s.Validate() != nil {
			return
		}
		want := s.Next(now, 3)
		got := fires(s.Cron().Stored, time.UTC, now.UnixMilli(), now.AddDate(1, 0, 0).UnixMilli(), 3)
		for i := range got {
			if i >= len(want) || got[i] != want[i].UnixMilli() {
				t.Fatalf("%+v fires at %v, want %v", s, got, want)
			}
		}
		if len(got) != 3 {
			t.Fatalf("%+v fires %d times", s, len(got))
		}
	})
}

// Whatever figures a schedule has: either nothing is sent, or something that
// survives.
func FuzzPicker_Survives(f *testing.F) {
	f.Add("daily", 2, 0, 0, 0, 0, uint8(0))
	f.Add("weekly", 23, 59, 0, 0, 0, uint8(0x3e))
	f.Add("monthly", 0, 0, 31, 0, 0, uint8(0))
	f.Add("hours", 8, 30, 0, 3, 20, uint8(0))
	f.Add("hours", 0, 0, 0, 1, 23, uint8(0))
	f.Add("minutes", -1, 77, 9, 15, 4, uint8(255))
	f.Add("weekdays", 1, 1, 1, 1, 1, uint8(1))
	f.Fuzz(func(t *testing.T, every string, hour, minute, day, step, last int, days uint8) {
		s := batchsync.Schedule{Every: batchsync.Every(every), Hour: hour, Minute: minute, Day: day, Step: step, Last: last, Zone: "Asia/Shanghai"}
		for d := range 8 {
			if days&(1<<d) != 0 {
				s.Weekdays = append(s.Weekdays, time.Weekday(7-d))
			}
		}
		switch err := s.Validate(); {
		case err != nil && s.Cron().Send != "":
			t.Fatalf("%+v has an expression in spite of %v", s, err)
		case err == nil:
			survives(t, s)
		}
	})
}
