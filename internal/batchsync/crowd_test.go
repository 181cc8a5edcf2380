package batchsync

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

func TestFindCrowd(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 7, 20, 12, 0, 0, 0, time.UTC) // a Monday
	mysql := func(name, cron string) Neighbour { return Neighbour{name, "mysql", cron} }
	at2 := []Neighbour{mysql("b", "0 00 02 * * ? *"), mysql("a", "0 14 02 * * ? *")}
	daily := Schedule{Every: Daily, Hour: 2, Zone: "UTC"}
	tests := []struct {
		name  string
		s     Schedule
		known []Neighbour
		zone  string
		at    string // in the schedule's zone; "": no crowd
		with  []string
		free  string
	}{
		{"three with this one", daily, at2, "UTC", "2026-07-21 02:00", []string{"a", "b"}, "02:15"},
		{"two with this one", daily, at2[:1], "UTC", "", nil, ""},
		{"nobody", daily, nil, "UTC", "", nil, ""},
		{"the next quarter is another one", Schedule{Every: Daily, Hour: 2, Minute: 15, Zone: "UTC"}, at2, "UTC", "", nil, ""},
		{"the end of the quarter", Schedule{Every: Daily, Hour: 2, Minute: 14, Zone: "UTC"}, at2, "UTC", "2026-07-21 02:00", []string{"a", "b"}, "02:15"},
		{"another source", daily, []Neighbour{at2[0], {"a", "postgres", "0 00 02 * * ? *"}}, "UTC", "", nil, ""},
		{"unreadable and missing schedules", daily, append([]Neighbour{mysql("x", "0 00 NaN-NaN/2 * * ? *"), mysql("y", "")}, at2[0]), "UTC", "", nil, ""},
		{"a task that fires often counts once", daily, []Neighbour{mysql("often", "0 */5 * * * ? *")}, "UTC", "", nil, ""},
		{"the platform's zone", Schedule{Every: Daily, Hour: 10, Zone: "Asia/Shanghai"}, at2, "UTC", "2026-07-21 10:00", []string{"a", "b"}, "10:15"},
		{"the platform's zone is half an hour off", Schedule{Every: Daily, Hour: 20, Minute: 30, Zone: "UTC"}, at2, "Asia/Kolkata", "2026-07-20 20:30", []string{"a", "b"}, "20:45"},
		{"free before", daily, append([]Neighbour{mysql("c", "0 20 02 * * ? *"), mysql("d", "0 20 02 * * ? *")}, at2...), "UTC", "2026-07-21 02:00", []string{"a", "b"}, "01:45"},
		{"never the day before", Schedule{Every: Daily, Zone: "UTC"}, []Neighbour{mysql("a", "0 */10 00 * * ? *"), mysql("b", "0 */10 00 * * ? *")}, "UTC", "2026-07-21 00:00", []string{"a", "b"}, "01:00"},
		{"nowhere free", daily, []Neighbour{mysql("a", "0 */10 * * * ? *"), mysql("b", "0 */15 * * * ? *")}, "UTC", "2026-07-21 02:00", []string{"a", "b"}, ""},
		{"on one day of the week only", daily, []Neighbour{at2[0], mysql("monday", "0 00 02 ? * 1 *")}, "UTC", "2026-07-27 02:00", []string{"b", "monday"}, "02:15"},
		{"not on its days", Schedule{Every: Weekly, Weekdays: []time.Weekday{time.Tuesday}, Hour: 2, Zone: "UTC"}, []Neighbour{at2[0], mysql("monday", "0 00 02 ? * 1 *")}, "UTC", "", nil, ""},
		{"monthly, weeks ahead", Schedule{Every: Monthly, Day: 15, Hour: 2, Zone: "UTC"}, at2, "UTC", "2026-08-15 02:00", []string{"a", "b"}, "02:15"},
		{"hours stay in their hour", Schedule{Every: Hours, Step: 2, Minute: 50, Zone: "UTC"}, []Neighbour{mysql("a", "0 50 02 * * ? *"), mysql("b", "0 55 02 * * ? *")}, "UTC", "2026-07-21 02:45", []string{"a", "b"}, "00:30"},
		{"minutes meet everybody", Schedule{Every: Minutes, Step: 15, Zone: "UTC"}, at2, "UTC", "", nil, ""},
		{"incomplete", Schedule{Every: Weekly, Hour: 2, Zone: "UTC"}, at2, "UTC", "", nil, ""},
		{"the platform's zone is not known", daily, at2, "Mars/Base", "", nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, ok := FindCrowd(tt.s, "mysql", tt.known, tt.zone, now)
			if ok != (tt.at != "") {
				t.Fatalf("crowd %v: %+v", ok, got)
			}
			if !ok {
				return
			}
			if have := got.At.Format("2006-01-02 15:04"); have != tt.at || !slices.Equal(got.With, tt.with) || got.Free != tt.free {
				t.Errorf("at %s with %v, free at %q; want %s, %v, %q", have, got.With, got.Free, tt.at, tt.with, tt.free)
			}
		})
	}
	if _, ok := FindCrowd(daily, "", at2, "UTC", now); ok {
		t.Error("a crowd at no source")
	}
}

func BenchmarkFindCrowd(b *testing.B) {
	var known []Neighbour
	for i := range 500 {
		known = append(known, Neighbour{fmt.Sprint("task ", i), "mysql", fmt.Sprintf("0 %02d %02d * * ? *", i%60, i%24)})
	}
	now := time.Date(2026, 7, 20, 12, 0, 0, 0, time.UTC)
	for b.Loop() {
		FindCrowd(Schedule{Every: Hours, Step: 1, Zone: "Asia/Shanghai"}, "mysql", known, "UTC", now)
	}
}
