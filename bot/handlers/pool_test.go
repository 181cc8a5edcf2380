package handlers

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func startPool(t *testing.T, workers, limit int) (*pool, context.CancelFunc, chan struct{}) {
	t.Helper()
	p := newPool(workers, limit, time.Minute, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); p.Run(ctx, 10*time.Second) }()
	t.Cleanup(func() { cancel(); <-done })
	return p, cancel, done
}

func TestPool_OneLaneInOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p, _, _ := startPool(t, 4, 100)
		var mu sync.Mutex
		var got []int
		for i := range 50 {
			p.Submit("ana", func(context.Context) {
				time.Sleep(time.Duration(50-i) * time.Millisecond)
				mu.Lock()
				defer mu.Unlock()
				got = append(got, i)
			})
		}
		time.Sleep(time.Minute)
		mu.Lock()
		defer mu.Unlock()
		if !slices.IsSorted(got) || len(got) != 50 {
			t.Errorf("order: got %v", got)
		}
	})
}

func TestPool_LanesDoNotWaitForEachOther(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p, _, _ := startPool(t, 2, 100)
		p.Submit("slow", func(ctx context.Context) { <-ctx.Done() })
		began := time.Now()
		ran := make(chan time.Duration, 1)
		p.Submit("quick", func(context.Context) { ran <- time.Since(began) })
		if took := <-ran; took > time.Millisecond {
			t.Errorf("the quick lane waited %v", took)
		}
	})
}

func TestPool_FullRefuses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p, _, _ := startPool(t, 1, 3)
		release := make(chan struct{})
		p.Submit("a", func(context.Context) { <-release })
		synctest.Wait() // the job runs: it does not wait any more
		for i := range 3 {
			if !p.Submit("a", func(context.Context) {}) {
				t.Errorf("job %d was refused below the limit", i)
			}
		}
		if p.Submit("b", func(context.Context) {}) {
			t.Error("a job above the limit was taken")
		}
		close(release)
		synctest.Wait()
		if got := p.Depth(); got != 0 {
			t.Errorf("depth: got %d, want 0", got)
		}
	})
}

func TestPool_PanicDoesNotStopTheLane(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p, _, _ := startPool(t, 1, 10)
		ran := false
		p.Submit("a", func(context.Context) { panic("boom") })
		p.Submit("a", func(context.Context) { ran = true })
		synctest.Wait()
		if !ran {
			t.Error("the job after a panic did not run")
		}
	})
}

func TestPool_ShutdownFinishesWhatWasTaken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p, cancel, done := startPool(t, 1, 10)
		var ran int
		for range 3 {
			p.Submit("a", func(context.Context) { time.Sleep(time.Second); ran++ })
		}
		cancel()
		<-done
		if ran != 3 {
			t.Errorf("ran %d of 3 jobs", ran)
		}
		if p.Submit("a", func(context.Context) {}) {
			t.Error("a job was taken after the end")
		}
	})
}

func TestPool_ShutdownIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p, cancel, done := startPool(t, 1, 10)
		p.Submit("a", func(ctx context.Context) { <-ctx.Done() })
		synctest.Wait()
		began := time.Now()
		cancel()
		<-done
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("the end took %v, want the grace at most", took)
		}
	})
}
