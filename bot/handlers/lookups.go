package handlers

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/slack-go/slack"
)

// lookups remember what one method of Slack's says, by key. A key is asked for
// once at a time: of many who want it, the first one's answer is that of all.
// While Slack limits the method it is not asked.
type lookups[K ~string, V any] struct {
	ask   func(context.Context, K) (V, error)
	limit int // keys remembered at most

	mu      sync.Mutex
	known   map[K]finding[K, V]
	waiting map[K][]chan<- finding[K, V] // who is told; present: it is being asked for
	until   time.Time                    // Slack limits the method until then
	ended   bool
	calls   sync.WaitGroup // under way
}

// finding is what Slack said of a key, or why it did not.
type finding[K ~string, V any] struct {
	key   K
	value V
	at    time.Time // when it was asked
	err   error
}

// limitedError says that Slack limits a method, and until when.
type limitedError struct{ until time.Time }

func (e *limitedError) Error() string {
	return "limited by Slack until " + e.until.UTC().Format(time.RFC3339)
}

func newLookups[K ~string, V any](limit int, ask func(context.Context, K) (V, error)) *lookups[K, V] {
	return &lookups[K, V]{ask: ask, limit: limit, known: map[K]finding[K, V]{}, waiting: map[K][]chan<- finding[K, V]{}}
}

// last is what was found last, whatever its age.
func (l *lookups[K, V]) last(k K) (f finding[K, V], ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f, ok = l.known[k]
	return f, ok
}

// get is what was found no longer than age ago, or is found now.
func (l *lookups[K, V]) get(ctx context.Context, k K, age time.Duration) (V, error) {
	found := make(chan finding[K, V], 1)
	l.want(k, age, found)
	return receive(ctx, k, found)
}

// receive waits for what was wanted of one key.
func receive[K ~string, V any](ctx context.Context, k K, found <-chan finding[K, V]) (V, error) {
	select {
	case f := <-found:
		return f.value, f.err
	case <-ctx.Done():
		var none V
		return none, fmt.Errorf("look up %s: %w", string(k), ctx.Err())
	}
}

// want has what was found no longer than age ago, or is found now, sent to a
// channel with room for it. It does not wait, and a call it begins is nobody's
// alone: it goes on when who wanted it does not want it any more.
func (l *lookups[K, V]) want(k K, age time.Duration, to chan<- finding[K, V]) {
	if l.enlist(k, age, to) { // what is wanted later than the end, is waited for
		l.call(k)
	}
}

// enlist reports whether the call is left to who wants it.
func (l *lookups[K, V]) enlist(k K, age time.Duration, to chan<- finding[K, V]) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	f, known := l.known[k]
	waiting, asked := l.waiting[k]
	switch {
	case known && time.Since(f.at) < age:
		to <- f
		return false
	case !asked && time.Now().Before(l.until):
		to <- finding[K, V]{key: k, err: fmt.Errorf("look up %s: %w", string(k), &limitedError{l.until})}
		return false
	}
	l.waiting[k] = append(waiting, to)
	if !asked && !l.ended {
		l.calls.Go(func() { l.call(k) })
	}
	return !asked && l.ended
}

func (l *lookups[K, V]) call(k K) {
	ctx, cancel := context.WithTimeout(context.Background(), lookupTimeout)
	defer cancel()
	f := finding[K, V]{key: k, at: time.Now()}
	f.value, f.err = l.ask(ctx, k)
	l.mu.Lock()
	defer l.mu.Unlock()
	if f.err == nil {
		l.remember(f)
	} else {
		f.err = fmt.Errorf("look up %s: %w", string(k), l.noteLimit(f.err))
	}
	for _, to := range l.waiting[k] {
		to <- f
	}
	delete(l.waiting, k)
}

// noteLimit remembers that Slack limits the method. It needs the lock.
func (l *lookups[K, V]) noteLimit(err error) error {
	limited, ok := errors.AsType[*slack.RateLimitedError](err)
	if !ok {
		return err
	}
	if until := time.Now().Add(max(limited.RetryAfter, time.Second)); until.After(l.until) {
		l.until = until
	}
	return &limitedError{l.until}
}

// remember needs the lock.
func (l *lookups[K, V]) remember(f finding[K, V]) {
	if _, known := l.known[f.key]; !known && len(l.known) >= l.limit {
		clear(l.known)
	}
	l.known[f.key] = f
}

// end waits for the calls under way. Who wants something later waits for the call.
func (l *lookups[K, V]) end() {
	l.mu.Lock()
	l.ended = true
	l.mu.Unlock()
	l.calls.Wait()
}
