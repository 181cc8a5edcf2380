package handlers

import (
	"context"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"
)

// pool carries out jobs with a fixed number of workers. Jobs of one lane run
// one after the other in the order they came; lanes share the workers fairly.
type pool struct {
	workers int
	limit   int           // jobs waiting at most
	perJob  time.Duration // deadline of one job
	full    func()        // told of each job there is no room for; must not wait; nil: nobody is
	log     *slog.Logger

	mu     sync.Mutex
	lanes  map[string][]func(context.Context) // present: has a job running or waiting
	queued int
	closed bool        // takes no more jobs
	done   bool        // ready is closed
	ready  chan string // lanes with a job to start; never holds more than limit
}

func newPool(workers, limit int, perJob time.Duration, log *slog.Logger) *pool {
	return &pool{
		workers: workers, limit: limit, perJob: perJob, log: log,
		lanes: map[string][]func(context.Context){}, ready: make(chan string, limit),
	}
}

// Submit queues a job. It never waits; false means that the pool is full or
// shutting down and the job will not run.
func (p *pool) Submit(lane string, job func(context.Context)) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closed && p.queued >= p.limit && p.full != nil {
		p.full()
	}
	if p.closed || p.queued >= p.limit {
		return false
	}
	p.queued++
	waiting, busy := p.lanes[lane]
	p.lanes[lane] = append(waiting, job)
	if !busy {
		p.ready <- lane
	}
	return true
}

// Depth is the number of jobs waiting to start.
func (p *pool) Depth() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.queued
}

// Run works until ctx ends, then finishes what is queued within grace, cuts the
// rest short (see [cut]) and returns when all workers have.
func (p *pool) Run(ctx context.Context, grace time.Duration) {
	jobs, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cancel(nil)
	var wg sync.WaitGroup
	for range p.workers {
		wg.Go(func() {
			for lane := range p.ready {
				p.runOne(jobs, lane)
			}
		})
	}
	<-ctx.Done()
	end := time.AfterFunc(grace, func() { cancel(cutShort{time.Now().Add(lastWordTimeout)}) })
	defer end.Stop()
	p.mu.Lock()
	p.closed = true
	p.finishIfIdle()
	p.mu.Unlock()
	wg.Wait()
}

// finishIfIdle lets the workers go once nothing is left. It needs the lock.
func (p *pool) finishIfIdle() {
	if p.closed && len(p.lanes) == 0 && !p.done {
		p.done = true
		close(p.ready)
	}
}

func (p *pool) runOne(ctx context.Context, lane string) {
	p.mu.Lock()
	job := p.lanes[lane][0]
	p.queued--
	p.mu.Unlock()

	p.guarded(ctx, lane, job)

	p.mu.Lock()
	defer p.mu.Unlock()
	rest := p.lanes[lane][1:]
	if len(rest) > 0 {
		p.lanes[lane] = rest
		p.ready <- lane
		return
	}
	delete(p.lanes, lane)
	p.finishIfIdle()
}

func (p *pool) guarded(ctx context.Context, lane string, job func(context.Context)) {
	ctx, cancel := context.WithTimeout(ctx, p.perJob)
	defer cancel()
	defer func() {
		if v := recover(); v != nil {
			p.log.Error("request panicked", "lane", lane, "panic", v, "stack", string(debug.Stack()))
		}
	}()
	job(ctx)
}
