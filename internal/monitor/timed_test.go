package monitor

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"testing"
	"testing/synctest"
	"time"

	"batchsync/internal/batchsync"
)

// away is a platform that does not answer.
type away struct{ noPlatform }

func (away) RunStats(context.Context, time.Time, time.Time) ([]batchsync.RunCount, error) {
	return nil, errors.New("no answer")
}

func (away) Runs(context.Context, batchsync.RunFilter) ([]batchsync.Run, error) {
	return nil, errors.New("no answer")
}

// TestMonitor_Observe holds that each job is told of as it went, however it
// ended, with the time it took.
func TestMonitor_Observe(t *testing.T) {
	t.Parallel()
	type end struct {
		job string
		ok  bool
	}
	for _, c := range []struct {
		name     string
		platform Platform
		keep     func(int) (bool, error)
		want     map[end]int
	}{
		{"well", noPlatform{}, func(int) (bool, error) { return false, nil }, map[end]int{{JobLook, true}: 3, {JobHousekeeping, true}: 3}},
		{"platform away", away{}, func(int) (bool, error) { return false, nil }, map[end]int{{JobLook, false}: 3, {JobHousekeeping, true}: 3}},
		{"disk full", noPlatform{}, func(int) (bool, error) { return false, errors.New("disk full") }, map[end]int{{JobLook, true}: 3, {JobHousekeeping, false}: 3}},
		{"panic", noPlatform{}, func(int) (bool, error) { panic("boom") }, map[end]int{{JobHousekeeping, false}: 3}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				got := map[end]int{}
				cfg := Config{Spec: "@every 1m", Zone: time.UTC, Observe: func(job string, took time.Duration, ok bool) {
					got[end{job, ok}]++
					if want := map[string]time.Duration{JobHousekeeping: 2 * time.Second}[job]; took != want {
						t.Errorf("%s took %s, want %s", job, took, want)
					}
				}}
				k := &keeper{keep: func(run int) (bool, error) {
					time.Sleep(2 * time.Second)
					return c.keep(run)
				}}
				m := New(cfg, k, noBook{}, c.platform, func() {}, func() string { return "x" }, slog.New(slog.DiscardHandler))
				ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute+30*time.Second)
				defer cancel()
				if err := m.Run(ctx); err != nil {
					t.Error(err)
				}
				if !maps.Equal(got, c.want) {
					t.Errorf("told of %v, want %v", got, c.want)
				}
			})
		})
	}
}
