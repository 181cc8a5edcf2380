package batchsync

import (
	"math/rand/v2"
	"reflect"
	"testing"
	"time"
)

func TestSchedule_Cron_Windows(t *testing.T) {
	t.Parallel()
	hours := func(step, first, minute, last int) Schedule {
		return Schedule{Every: Hours, Step: step, Hour: first, Minute: minute, Last: last}
	}
	tests := []struct {
		name         string
		s            Schedule
		send, stored string
	}{
		{"every three hours from 8 to 20", hours(3, 8, 0, 20), "0 8-20/3 * * *", "0 00 08-20/3 * * ? *"},
		{"every hour from 9 to 17", hours(1, 9, 0, 17), "0 9-17 * * *", "0 00 09-17/1 * * ? *"},
		{"a window longer than its runs", hours(3, 8, 5, 22), "5 8-22/3 * * *", "0 05 08-22/3 * * ? *"},
		{"to the end of the day", hours(3, 8, 5, 23), "5 8-23/3 * * *", "0 05 08-23/3 * * ? *"},
		{"the whole day", hours(3, 2, 5, 23), "5 2-23/3 * * *", "0 05 02-23/3 * * ? *"},
		{"every hour of the day", hours(1, 0, 5, 23), "5 * * * *", "0 05 * * * ? *"},
	}
	for _, tt := range tests {
		got := tt.s.Cron()
		if got.Send != tt.send || got.Stored != tt.stored {
			t.Errorf("%s: %+v, want %q and %q", tt.name, got, tt.send, tt.stored)
		}
	}
}

// Whatever can be built is read back from its expression as the same schedule.
func TestReadSchedule_ReadsWhatWasBuilt(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(3, 4))
	for range 5000 {
		s := randomSchedule(rnd, []string{"UTC", "Asia/Shanghai"})
		got, ok := ReadSchedule(s.Cron().Stored, s.Zone)
		if want := s.Canonical(); !ok || !reflect.DeepEqual(got, want) {
			t.Fatalf("%+v is stored as %q and read as %+v (%v), want %+v", s, s.Cron().Stored, got, ok, want)
		}
		if !reflect.DeepEqual(got.Canonical(), got) || got.Cron() != s.Cron() {
			t.Fatalf("%+v has the form %+v, and that one %+v", s, got, got.Canonical())
		}
	}
}

// The two readers of an expression agree on when it fires.
func TestReadSchedule_FiresLikeItsExpression(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(5, 6))
	for range 300 {
		s := randomSchedule(rnd, []string{"Asia/Shanghai"})
		cron, err := ParseCron(s.Cron().Stored)
		if err != nil {
			t.Fatalf("%+v: %v", s, err)
		}
		zone, err := time.LoadLocation(s.Zone)
		if err != nil {
			t.Fatal(err)
		}
		now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rnd.IntN(365*24*60)) * time.Minute)
		if want, got := s.Next(now, 3), cron.Next(now, zone, 3); !sameMoments(want, got) {
			t.Fatalf("%+v fires at %v, its expression %q at %v", s, want, s.Cron().Stored, got)
		}
	}
}

func TestDraft_ReadsTheMenu(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		a    Answers
		want Schedule
	}{
		{"weekdays", Answers{FieldSchedule: one("weekdays"), FieldTime: one("06:30")}, Schedule{Every: Weekly, Hour: 6, Minute: 30, Weekdays: WorkingDays()}},
		{"weekdays leave old ticks out", Answers{FieldSchedule: one("weekdays"), FieldTime: one("06:30"), FieldWeekdays: one("0")}, Schedule{Every: Weekly, Hour: 6, Minute: 30, Weekdays: WorkingDays()}},
		{"window", Answers{FieldSchedule: one("hours"), FieldTime: one("08:00"), FieldStep: one("3"), FieldUntil: one("20")}, Schedule{Every: Hours, Hour: 8, Step: 3, Last: 20}},
		{"around the clock", Answers{FieldSchedule: one("hours"), FieldTime: one("08:00"), FieldStep: one("3"), FieldUntil: one(UntilAlways)}, Schedule{Every: Hours, Hour: 8, Step: 3}},
		{"unreadable window", Answers{FieldSchedule: one("hours"), FieldTime: one("08:00"), FieldStep: one("3"), FieldUntil: one("x")}, Schedule{Every: Hours, Hour: 8, Step: 3, Last: -1}},
		{"a window is no matter of days", Answers{FieldSchedule: one("daily"), FieldTime: one("08:00"), FieldUntil: one("20")}, Schedule{Every: Daily, Hour: 8}},
	}
	for _, tt := range tests {
		if got := (Draft{Answers: tt.a}).schedule(); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
	}
}

func TestSchedule_OnWorkingDays(t *testing.T) {
	t.Parallel()
	weekly := func(days ...time.Weekday) Schedule { return Schedule{Every: Weekly, Weekdays: days, Zone: "UTC"} }
	for _, tt := range []struct {
		name string
		s    Schedule
		want bool
	}{
		{"in order", weekly(1, 2, 3, 4, 5), true},
		{"not in order", weekly(5, 4, 3, 2, 1, 1), true},
		{"with a day off", weekly(1, 2, 3, 4), false},
		{"with Saturday", weekly(1, 2, 3, 4, 5, 6), false},
		{"daily", Schedule{Every: Daily, Zone: "UTC"}, false},
	} {
		if got := tt.s.OnWorkingDays(); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}
