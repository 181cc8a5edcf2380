// Package monitor does what has to be done regularly, on a cron schedule.
//
// At present that is housekeeping: drafts nobody touched for a week are
// removed and their owners told, and what is no longer needed is forgotten.
// Rules: a tick is skipped while the one before still runs; it never talks to
// Slack, it stores messages; what it decides takes now as an argument.
package monitor

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/robfig/cron/v3"
)

// Keeper forgets what is over.
type Keeper interface {
	// Keep does the housekeeping due at now and reports whether messages
	// were stored.
	Keep(now time.Time) (told bool, err error)
}

// Monitor ticks.
type Monitor struct {
	spec    string
	keeper  Keeper
	deliver func() // a message is due; must not wait
	log     *slog.Logger
}

// New builds a monitor; spec is a robfig/cron spec that [CheckSpec] accepted.
func New(spec string, k Keeper, deliver func(), log *slog.Logger) *Monitor {
	return &Monitor{spec: spec, keeper: k, deliver: deliver, log: log}
}

// CheckSpec reports why a spec is none.
func CheckSpec(spec string) error {
	if _, err := cron.ParseStandard(spec); err != nil {
		return fmt.Errorf("is no schedule (%v)", err)
	}
	return nil
}

// Run ticks once at once, then by the spec in UTC, until ctx ends; it returns
// when the tick under way has.
func (m *Monitor) Run(ctx context.Context) error {
	m.Tick(ctx, time.Now())
	logger := cron.DiscardLogger
	c := cron.New(cron.WithLocation(time.UTC), cron.WithLogger(logger), cron.WithChain(cron.SkipIfStillRunning(logger)))
	if _, err := c.AddFunc(m.spec, func() { m.Tick(ctx, time.Now()) }); err != nil {
		return fmt.Errorf("schedule monitor: %w", err)
	}
	c.Start()
	<-ctx.Done()
	<-c.Stop().Done()
	return nil
}

// Tick does everything due at now. A panic costs this tick only, and is told
// in the log.
func (m *Monitor) Tick(ctx context.Context, now time.Time) {
	if ctx.Err() != nil {
		return
	}
	defer func() {
		if v := recover(); v != nil {
			m.log.Error("tick panicked", "panic", v, "stack", string(debug.Stack()))
		}
	}()
	told, err := m.keeper.Keep(now.UTC())
	if err != nil {
		m.log.Error("housekeeping", "error", err)
		return
	}
	if told {
		m.deliver()
	}
}
