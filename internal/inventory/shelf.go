package inventory

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"
)

// List is a list as it was read.
type List[T any] struct {
	Items []T
	At    time.Time // when it was read, UTC
	Stale bool      // older than the time to live; a newer one is being fetched
}

// common is what all shelves have alike.
type common struct {
	name    string // for errors and the log
	ttl     time.Duration
	size    int // lists kept
	log     *slog.Logger
	fetches *fetches
}

// shelf remembers the lists of one kind by key.
type shelf[K comparable, T any] struct {
	common
	fetch func(context.Context, K) ([]T, error)

	mu    sync.Mutex
	lists map[K]*slot[T]
	uses  uint64
}

// slot is one list: what is known of it and whether it is being fetched.
type slot[T any] struct {
	items  []T // nil before the first success
	at     time.Time
	err    error // of the last fetch
	failed time.Time
	ready  chan struct{} // closed when the fetch under way ended; nil when none is
	used   uint64
}

func newShelf[K comparable, T any](c common, fetch func(context.Context, K) ([]T, error)) *shelf[K, T] {
	return &shelf[K, T]{common: c, fetch: fetch, lists: map[K]*slot[T]{}}
}

// ask returns the list from memory, or waits for it until ctx ends.
func (s *shelf[K, T]) ask(ctx context.Context, key K) (List[T], error) {
	slot, ready := s.open(key)
	if ready != nil {
		select {
		case <-ready:
		case <-ctx.Done():
			return List[T]{}, fmt.Errorf("list %s: %w", s.name, ErrLoading)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if slot.items != nil {
		return List[T]{Items: slot.items, At: slot.at.UTC(), Stale: time.Since(slot.at) > s.ttl}, nil
	}
	if slot.err == nil {
		return List[T]{}, fmt.Errorf("list %s: %w", s.name, ErrLoading)
	}
	return List[T]{}, fmt.Errorf("list %s: %w", s.name, slot.err)
}

// await sees to it that an old or missing list is being fetched, and waits for
// that fetch until ctx ends. A failed one rests first, see [retryFailed].
func (s *shelf[K, T]) await(ctx context.Context, key K) {
	slot, _ := s.open(key)
	s.mu.Lock()
	ready := slot.ready
	s.mu.Unlock()
	if ready == nil {
		return
	}
	select {
	case <-ready:
	case <-ctx.Done():
	}
}

// warm starts a fetch if the list is missing or old.
func (s *shelf[K, T]) warm(key K) { s.open(key) }

// open finds or makes the slot and sees to it that an old or missing list is
// being fetched. The channel is what to wait for, nil when there is something
// to say already.
func (s *shelf[K, T]) open(key K) (*slot[T], <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.lists[key]
	if l == nil {
		l = &slot[T]{}
		s.lists[key] = l
		s.evict(key)
	}
	s.uses++
	l.used = s.uses
	now := time.Now()
	old := l.items == nil || now.Sub(l.at) > s.ttl
	resting := l.err != nil && now.Sub(l.failed) < retryFailed
	if old && !resting && l.ready == nil {
		s.start(key, l)
	}
	if l.items != nil {
		return l, nil
	}
	return l, l.ready
}

// start queues the fetch of a list; the lock is held.
func (s *shelf[K, T]) start(key K, l *slot[T]) {
	ready := make(chan struct{})
	queued := s.fetches.add(func(ctx context.Context) {
		began := time.Now()
		items, err := s.read(ctx, key)
		s.mu.Lock()
		defer s.mu.Unlock()
		defer close(ready)
		now := time.Now()
		l.ready, l.err = nil, err
		if err != nil {
			l.failed = now
			s.log.Warn("list not fetched", "list", s.name, "took", now.Sub(began), "error", err)
			return
		}
		if items == nil {
			items = []T{} // read, and nothing there
		}
		l.items, l.at = items, now
		s.log.Debug("list fetched", "list", s.name, "took", now.Sub(began), "items", len(items))
	})
	if queued {
		l.ready = ready
	}
}

// read fetches a list. A panic is the error of this one fetch: everybody who
// waits is told, and the others go on.
func (s *shelf[K, T]) read(ctx context.Context, key K) (items []T, err error) {
	defer func() {
		if p := recover(); p != nil {
			s.log.Error("fetch panicked", "list", s.name, "panic", p, "stack", string(debug.Stack()))
			items, err = nil, fmt.Errorf("panic: %v", p)
		}
	}()
	return s.fetch(ctx, key)
}

// evict drops the list used longest ago when there are too many. Its fetch, if
// one is under way, still answers those who wait. The lock is held.
func (s *shelf[K, T]) evict(keep K) {
	if len(s.lists) <= s.size {
		return
	}
	var oldest K
	var least *slot[T]
	for key, l := range s.lists {
		if key != keep && (least == nil || l.used < least.used) {
			oldest, least = key, l
		}
	}
	delete(s.lists, oldest)
}

// fresh is the list in memory if it is not older than the time to live.
func (s *shelf[K, T]) fresh(key K) []T {
	s.mu.Lock()
	defer s.mu.Unlock()
	if l := s.lists[key]; l != nil && l.items != nil && time.Since(l.at) <= s.ttl {
		return l.items
	}
	return nil
}

func (s *shelf[K, T]) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.lists)
}
