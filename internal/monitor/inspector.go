package monitor

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"
	"time"
)

// inspectors is how many look-ups are made at once.
const inspectors = 2

// inspector makes look-ups behind the looks. Its queue holds what the last look
// planned and nothing older.
type inspector struct {
	p     Details
	merge func(found) // takes over what was found; may wait
	log   *slog.Logger

	observe func(job string, took time.Duration, ok bool) // see [Config.Observe]

	mu    sync.Mutex
	more  *sync.Cond // the queue has grown, or the work is over
	queue []inspection
	busy  map[inspectionKey]bool
	tries tries
}

func newInspector(p Details, merge func(found), log *slog.Logger) *inspector {
	i := &inspector{p: p, merge: merge, log: log, observe: func(string, time.Duration, bool) {}, busy: map[inspectionKey]bool{}, tries: tries{}}
	i.more = sync.NewCond(&i.mu)
	return i
}

// offer replaces what is queued by what a survey makes necessary and is not
// under way. It never waits for a look-up.
func (i *inspector) offer(s survey) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.queue = slices.DeleteFunc(plan(s, i.tries), func(n inspection) bool { return i.busy[n.inspectionKey] })
	i.more.Broadcast()
}

// run makes look-ups until ctx ends, and returns when those under way have.
func (i *inspector) run(ctx context.Context) {
	defer context.AfterFunc(ctx, func() {
		i.mu.Lock()
		defer i.mu.Unlock()
		i.more.Broadcast()
	})()
	var workers sync.WaitGroup
	for range inspectors {
		workers.Go(func() {
			for {
				next, ok := i.next(ctx)
				if !ok {
					return
				}
				i.make(ctx, next)
			}
		})
	}
	workers.Wait()
}

// next waits for a look-up; false when the work is over.
func (i *inspector) next(ctx context.Context) (inspection, bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	for ctx.Err() == nil && len(i.queue) == 0 {
		i.more.Wait()
	}
	if ctx.Err() != nil {
		return inspection{}, false
	}
	first := i.queue[0]
	i.queue = i.queue[1:]
	i.busy[first.inspectionKey] = true
	return first, true
}

// make makes one look-up and remembers how it went. A panic costs that look-up
// only.
func (i *inspector) make(ctx context.Context, next inspection) {
	began := time.Now()
	err := i.try(ctx, next)
	if ctx.Err() == nil {
		i.observe(JobLookUp, time.Since(began), err == nil)
	}
	if err != nil && ctx.Err() == nil {
		i.log.Warn("look-up failed", "kind", next.kind.String(), "task", next.task, "run", next.inspectionKey.run, "error", err)
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	delete(i.busy, next.inspectionKey)
	if err != nil {
		i.tries.fail(next.inspectionKey, next.at)
		return
	}
	i.tries.done(next.inspectionKey, next.at)
}

func (i *inspector) try(ctx context.Context, next inspection) (err error) {
	defer func() {
		if v := recover(); v != nil {
			i.log.Error("look-up panicked", "kind", next.kind.String(), "panic", v, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", v)
		}
	}()
	f := next.look(ctx, i.p)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	i.merge(f)
	return f.err
}
