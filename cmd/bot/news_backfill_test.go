package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"batchsync/internal/slacksim"
)

// lastFires are the last two times of a daily schedule.
func (s *stage) lastFires(t testing.TB, id int64, zone *time.Location) (first, last time.Time) {
	t.Helper()
	task, err := s.world.Task(id)
	must(t, err)
	var minute, hour int
	_, err = fmt.Sscanf(task.Published.Cron, "0 %d %d", &minute, &hour)
	must(t, err)
	now := time.Now().In(zone)
	last = time.Date(now.Year(), now.Month(), now.Day(), hour, minute, 0, 0, zone)
	if last.After(now) {
		last = last.AddDate(0, 0, -1)
	}
	return last.AddDate(0, 0, -1), last
}

// TestNews_Backfill repairs two days of failures from the menu of their alert: the
// form begins with both days, each is run once, and the alert says recovered.
func TestNews_Backfill(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	t.Cleanup(s.clean)
	s.quick(t, 3000)
	task := s.scheduled(t, 40105, "e2e_days")
	zone, err := time.LoadLocation("Asia/Shanghai")
	must(t, err)
	first, last := s.lastFires(t, task, zone)
	s.watching()
	ana := s.as(t, "ana")
	ana.follow(s, "e2e_days")
	must(t, s.world.Break(task, "source connection failed: connect timed out"))
	for _, plan := range []time.Time{first, last} {
		_, err := s.world.RunAt(task, plan, 5*time.Second)
		must(t, err)
	}
	alert := s.card(t, slacksim.General, "Failed", "e2e_days", "The last 2 runs in a row failed")
	if offers(alert, "Backfill") {
		t.Error("Backfill stands beside Rerun")
	}

	must(t, s.world.Mend(task))
	_, err = ana.actor.Select(within(t, ackWait), alert, "task.menu", "Backfill")
	must(t, err)
	form := ana.saying("From day")
	for _, day := range []time.Time{first, last} {
		if want := "initial_date:" + day.Format(time.DateOnly); !strings.Contains(fmt.Sprint(form.Blocks), want) {
			t.Errorf("the form does not begin with %s: %v", want, form.Blocks)
		}
	}
	ana.confirm(form)
	ana.confirm(ana.saying("Job name"))
	s.said(t, slacksim.General, func(m slacksim.Message) bool {
		return m.TS == alert.TS && says(m, "Being changed: Backfill") && !strings.Contains(fmt.Sprint(m.Blocks), "task.backfill")
	})
	s.card(t, slacksim.General, "Backfill of e2e_days", "Done")
	s.said(t, slacksim.General, func(m slacksim.Message) bool { return m.TS == alert.TS && says(m, "Recovered", "e2e_days") })

	if effects := s.effects(t, "refill"); len(effects) != 1 {
		t.Errorf("effects: %q, want one backfill", effects)
	}
	runs, err := s.world.Runs(task)
	must(t, err)
	var made []int64
	for _, r := range runs {
		if r.Type == 4 {
			made = append(made, r.Plan)
		}
	}
	slices.Sort(made)
	if want := []int64{first.UnixMilli(), last.UnixMilli()}; !slices.Equal(made, want) {
		t.Errorf("runs for %v, want %v", made, want)
	}
}
