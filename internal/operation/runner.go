package operation

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"batchsync/internal/batchsync"
)

// Grace is how long a step under way may go on after [Runner.Run] was told to
// stop; a child of the platform's program that is killed then takes up to a
// second more.
const Grace = 10 * time.Second

const (
	defaultLimit = 4
	// storeRest is the pause before an operation is taken up again that could
	// not be read or saved.
	storeRest = 30 * time.Second
)

// Config is what the runner has to be told.
type Config struct {
	PlatformZone string // IANA zone in which the platform reads schedules
	Limit        int    // operations at once, 4 when not positive
	// Clean takes secrets, and characters that nobody sees, out of foreign text in
	// files that people get; nil leaves it as it is. It must be safe for concurrent
	// use.
	Clean func(string) string
	// Clear, if set, returns when nothing of an earlier process is at work on the
	// platform any more, or ctx ended. Nothing is done before: what was left
	// running may be under way still, and what is new would not be waited for
	// after the next kill.
	Clear func(ctx context.Context)
}

// Runner carries operations out, several at once, each by one goroutine.
type Runner struct {
	store  Store
	log    *slog.Logger
	limit  int
	clear  func(ctx context.Context)
	maker  making
	steps  map[batchsync.OperationKind]map[batchsync.StepName]step
	signal chan struct{} // one slot: a wake-up is never lost

	mu    sync.Mutex
	woken []batchsync.OperationID // each once, in order
}

// New makes a runner. It does nothing before [Runner.Run].
func New(store Store, p Platform, cfg Config, log *slog.Logger) *Runner {
	if cfg.Limit <= 0 {
		cfg.Limit = defaultLimit
	}
	if cfg.Clear == nil {
		cfg.Clear = func(context.Context) {}
	}
	if cfg.Clean == nil {
		cfg.Clean = func(s string) string { return s }
	}
	return &Runner{
		store: store, log: log, limit: cfg.Limit, clear: cfg.Clear,
		maker: making{p}, steps: steps(store, p, cfg, log),
		signal: make(chan struct{}, 1),
	}
}

// steps are the steps of every kind of operation, see [batchsync.StepNames].
func steps(store Store, p Platform, cfg Config, log *slog.Logger) map[batchsync.OperationKind]map[batchsync.StepName]step {
	zone := cfg.PlatformZone
	schedule, deploy := scheduling{p, zone}.step(), deploying{p, zone}
	pre := preflight{p, zone, log}
	check := checking{pre, p}.step()
	tune, run := tuning{p}, debugging{p, log}
	return map[batchsync.OperationKind]map[batchsync.StepName]step{
		batchsync.OpCreate: {
			batchsync.StepPreflight: pre.step(),
			batchsync.StepMake:      making{p}.step(),
			batchsync.StepConfigure: configuring{p}.step(),
			batchsync.StepDebug:     run.first(),
			batchsync.StepSetCron:   schedule,
			batchsync.StepDeploy:    deploy.step(),
			batchsync.StepVerify:    deploy.verify(),
		},
		batchsync.OpBackfill: {
			batchsync.StepCheck:  check,
			batchsync.StepSubmit: submitting{p}.step(),
			batchsync.StepFollow: following{p}.step(),
		},
		batchsync.OpRerun: {
			batchsync.StepCheck:  check,
			batchsync.StepRerun:  rerunning{p}.step(),
			batchsync.StepFollow: following{p}.step(),
		},
		batchsync.OpDebug: {
			batchsync.StepCheck:   check,
			batchsync.StepExecute: run.execute(),
			batchsync.StepFollow:  run.follow(),
		},
		batchsync.OpStop: {
			batchsync.StepCheck: check,
			batchsync.StepStop:  stopping{p}.step(),
		},
		batchsync.OpDeploy: {
			batchsync.StepCheck:  check,
			batchsync.StepDeploy: deploy.step(),
			batchsync.StepVerify: deploy.verify(),
		},
		batchsync.OpSchedule: {
			batchsync.StepCheck:   check,
			batchsync.StepSetCron: schedule,
			batchsync.StepDeploy:  deploy.step(),
			batchsync.StepVerify:  deploy.verify(),
		},
		batchsync.OpTune: {
			batchsync.StepCheck:       check,
			batchsync.StepConcurrency: tune.concurrency(),
			batchsync.StepRetries:     tune.retries(),
			batchsync.StepDeploy:      deploy.step(),
			batchsync.StepVerify:      tune.verify(deploy),
		},
		batchsync.OpUndeploy: {
			batchsync.StepCheck:    check,
			batchsync.StepExport:   exporting{p, store, zone, cfg.Clean}.step(),
			batchsync.StepUndeploy: undeploying{p}.step(),
		},
	}
}

// Wake tells the runner that an operation may be running. It never blocks; an
// operation under way is looked at once more when its present go ends, one that
// rests is taken up at once.
func (r *Runner) Wake(id batchsync.OperationID) {
	r.mu.Lock()
	if !slices.Contains(r.woken, id) {
		r.woken = append(r.woken, id)
	}
	r.mu.Unlock()
	select {
	case r.signal <- struct{}{}:
	default:
	}
}

// Run takes up the operations left running, then those it is woken for, until
// ctx ends; both when the platform is clear of what an earlier process began. A step
// under way may go on for [Grace] then, and is cut off after that; Run returns
// when nothing of it is left. It fails only when the store cannot be read at the
// start.
func (r *Runner) Run(ctx context.Context) error {
	left, err := r.store.Running()
	if err != nil {
		return fmt.Errorf("list running operations: %w", err)
	}
	for _, op := range left {
		r.Wake(op.ID)
	}
	r.clear(ctx)
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()

	active := map[batchsync.OperationID]bool{}
	resting := map[batchsync.OperationID]*time.Timer{} // each wakes its operation
	ended := make(chan goEnd)
	for ctx.Err() == nil {
		for _, id := range r.take(active) {
			stopTimer(resting, id)
			active[id] = true
			go func() { ended <- goEnd{id, r.carry(ctx, work, id)} }()
		}
		select {
		case <-ctx.Done():
		case <-r.signal:
		case e := <-ended:
			delete(active, e.id)
			if e.rest > 0 {
				resting[e.id] = time.AfterFunc(e.rest, func() { r.Wake(e.id) })
			}
		}
	}
	for id := range resting {
		stopTimer(resting, id)
	}
	defer time.AfterFunc(Grace, cancel).Stop()
	for len(active) > 0 {
		delete(active, (<-ended).id)
	}
	return nil
}

// goEnd is the end of a go at an operation, and how long it rests now; 0: until
// somebody wakes it.
type goEnd struct {
	id   batchsync.OperationID
	rest time.Duration
}

func stopTimer(all map[batchsync.OperationID]*time.Timer, id batchsync.OperationID) {
	if timer := all[id]; timer != nil {
		timer.Stop()
		delete(all, id)
	}
}

// take removes from the woken those that can start now: not under way, and
// within the limit.
func (r *Runner) take(active map[batchsync.OperationID]bool) []batchsync.OperationID {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []batchsync.OperationID
	r.woken = slices.DeleteFunc(r.woken, func(id batchsync.OperationID) bool {
		if active[id] || len(active)+len(out) >= r.limit {
			return false
		}
		out = append(out, id)
		return true
	})
	return out
}

// carry moves one operation on until it rests, somebody else has to or the
// runner stops. ctx ends at the stop, work when the grace period is over.
func (r *Runner) carry(ctx, work context.Context, id batchsync.OperationID) (rest time.Duration) {
	for ctx.Err() == nil && rest == 0 {
		op, err := r.store.Operation(id)
		if err != nil && batchsync.CodeOf(err) == batchsync.CodeNotFound {
			r.log.Warn("operation is gone", "operation", id)
			return 0
		}
		if err == nil {
			if op.State != batchsync.OpRunning {
				return 0
			}
			rest, err = r.advance(ctx, work, op)
		}
		switch {
		case errors.Is(err, errChanged):
			rest = 0 // theirs is the truth to go on from
		case err != nil:
			r.log.Error("operation not saved", "operation", id, "error", err)
			return storeRest
		}
	}
	return rest
}

// pause waits and reports whether it was allowed to to the end.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
