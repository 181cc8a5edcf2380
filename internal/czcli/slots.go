package czcli

import (
	"context"
	"slices"
	"sync"
)

// slots limits how many children run at once. Interactive callers are served
// first, each group in order of arrival, and background callers start only
// where another slot stays free.
type slots struct {
	mu          sync.Mutex
	all, free   int
	reserve     int // slots that background callers leave alone
	front, back []chan struct{}
}

func newSlots(n int) *slots {
	s := &slots{all: n, free: n}
	if n > 1 {
		s.reserve = 1
	}
	return s
}

// take waits for a slot; it fails only with ctx's error.
func (s *slots) take(ctx context.Context, background bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	turn := make(chan struct{})
	s.mu.Lock()
	queue := &s.front
	if background {
		queue = &s.back
	}
	*queue = append(*queue, turn)
	s.grant()
	s.mu.Unlock()
	select {
	case <-turn:
		return nil
	case <-ctx.Done():
		s.leave(queue, turn)
		return ctx.Err()
	}
}

// leave gives up a place in the queue, or the slot granted meanwhile.
func (s *slots) leave(queue *[]chan struct{}, turn chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := slices.Index(*queue, turn); i >= 0 {
		*queue = slices.Delete(*queue, i, i+1)
	} else {
		s.free++
	}
	s.grant()
}

// counts tells how many slots are taken, and how many callers wait for one.
func (s *slots) counts() (taken, waiting int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all - s.free, len(s.front) + len(s.back)
}

func (s *slots) release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.free++
	s.grant()
}

// grant hands out what is free; the caller holds the lock.
func (s *slots) grant() {
	next := func(queue *[]chan struct{}) {
		close((*queue)[0])
		*queue = (*queue)[1:]
		s.free--
	}
	for len(s.front) > 0 && s.free > 0 {
		next(&s.front)
	}
	for len(s.back) > 0 && s.free > s.reserve {
		next(&s.back)
	}
}
