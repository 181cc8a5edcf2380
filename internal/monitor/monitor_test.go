package monitor

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"batchsync/internal/batchsync"
)

// keeper counts housekeeping and does what the test says.
type keeper struct {
	mu   sync.Mutex
	runs int
	keep func(run int) (bool, error)
}

func (k *keeper) Keep(time.Time) (bool, error) {
	k.mu.Lock()
	k.runs++
	run := k.runs
	k.mu.Unlock()
	return k.keep(run)
}

func (k *keeper) count() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.runs
}

// during runs a monitor for a simulated time and returns the log.
func during(t *testing.T, d time.Duration, k *keeper, deliver func()) string {
	t.Helper()
	var log strings.Builder
	m := New(Config{Spec: "@every 1m", Zone: time.UTC}, k, noBook{}, noPlatform{}, deliver, func() string { return "x" }, slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelError})))
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	if err := m.Run(ctx); err != nil {
		t.Errorf("Run() = %v", err)
	}
	return log.String()
}

func TestMonitor_Run(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		told := 0
		k := &keeper{keep: func(run int) (bool, error) { return run == 2, nil }}
		log := during(t, 10*time.Minute+time.Second, k, func() { told++ })
		if got := k.count(); got != 11 { // at once, then ten times
			t.Errorf("%d ticks in ten minutes, want 11", got)
		}
		if told != 1 || log != "" {
			t.Errorf("delivered %d times, want once; log %q", told, log)
		}
	})
}

func TestMonitor_Run_SkipsWhileBusy(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := &keeper{keep: func(run int) (bool, error) {
			if run == 2 {
				time.Sleep(5*time.Minute + 30*time.Second)
			}
			return false, nil
		}}
		during(t, 10*time.Minute+time.Second, k, func() {})
		if got := k.count(); got != 6 { // at once, minute 1, and minutes 7 to 10
			t.Errorf("%d ticks, want 6", got)
		}
	})
}

func TestMonitor_Run_OutlivesTrouble(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := &keeper{keep: func(run int) (bool, error) {
			switch run {
			case 1:
				panic("boom")
			case 2:
				return true, errors.New("disk full")
			}
			return false, nil
		}}
		log := during(t, 3*time.Minute+time.Second, k, func() { t.Error("delivered after an error") })
		if got := k.count(); got != 4 {
			t.Errorf("%d ticks, want 4", got)
		}
		if !strings.Contains(log, "boom") || !strings.Contains(log, "disk full") {
			t.Errorf("the log does not tell: %q", log)
		}
	})
}

func TestCheckSpec(t *testing.T) {
	t.Parallel()
	for spec, ok := range map[string]bool{"@every 1m": true, "*/5 * * * *": true, "@hourly": true, "": false, "sometimes": false, "* * * * * *": false} {
		if err := CheckSpec(spec); (err == nil) != ok {
			t.Errorf("CheckSpec(%q) = %v, want accepted: %v", spec, err, ok)
		}
	}
}

// noBook knows nothing and takes everything; noPlatform has no runs.
type (
	noBook     struct{}
	noPlatform struct{ Platform }
)

func (noBook) Watches() ([]batchsync.Watch, error)      { return nil, nil }
func (noBook) Known(time.Time) (batchsync.Known, error) { return batchsync.Known{}, nil }
func (noBook) RecordLook(batchsync.Look) error          { return nil }
func (noPlatform) RunStats(context.Context, time.Time, time.Time) ([]batchsync.RunCount, error) {
	return nil, nil
}
func (noPlatform) Runs(context.Context, batchsync.RunFilter) ([]batchsync.Run, error) {
	return nil, nil
}
