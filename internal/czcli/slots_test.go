package czcli

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
)

// queue starts callers one after the other and notes who is served when.
type queue struct {
	*slots
	served []string
}

func (q *queue) call(ctx context.Context, name string, background bool) {
	go func() {
		if q.take(ctx, background) == nil {
			q.served = append(q.served, name)
		}
	}()
	synctest.Wait()
}

func (q *queue) want(t *testing.T, names ...string) {
	t.Helper()
	synctest.Wait()
	if !slices.Equal(q.served, names) {
		t.Errorf("served %q, want %q", q.served, names)
	}
}

func TestSlots_Priority(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := &queue{slots: newSlots(2)}
		q.call(t.Context(), "back1", true)
		q.call(t.Context(), "back2", true)
		q.want(t, "back1") // one slot stays free
		q.call(t.Context(), "front1", false)
		q.call(t.Context(), "front2", false)
		q.want(t, "back1", "front1")
		q.release()
		q.want(t, "back1", "front1", "front2") // before back2, who came earlier
		if taken, waiting := q.counts(); taken != 2 || waiting != 1 {
			t.Errorf("%d are taken and %d wait, want 2 and 1", taken, waiting)
		}
		q.release()
		q.want(t, "back1", "front1", "front2")
		q.release()
		q.want(t, "back1", "front1", "front2", "back2")
		q.release()
		if q.free != 2 {
			t.Errorf("%d slots are free, want 2", q.free)
		}
	})
}

func TestSlots_One(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := &queue{slots: newSlots(1)}
		q.call(t.Context(), "back1", true)
		q.call(t.Context(), "back2", true)
		q.call(t.Context(), "front", false)
		q.want(t, "back1")
		q.release()
		q.want(t, "back1", "front")
		q.release()
		q.want(t, "back1", "front", "back2")
	})
}

func TestSlots_GiveUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := &queue{slots: newSlots(1)}
		q.call(t.Context(), "first", false)
		ctx, cancel := context.WithCancel(t.Context())
		q.call(ctx, "gone", false)
		q.call(t.Context(), "next", false)
		cancel()
		q.want(t, "first")
		q.release()
		q.want(t, "first", "next")
		if err := q.take(ctx, false); !errors.Is(err, context.Canceled) {
			t.Errorf("take with a cancelled context: %v", err)
		}
		q.release()
		if q.free != 1 || len(q.front) != 0 {
			t.Errorf("%d slots free, %d waiting; want 1 and 0", q.free, len(q.front))
		}
	})
}

// TestSlots_LeaveGranted covers the caller who gives up in the moment the slot
// is granted: it must come back.
func TestSlots_LeaveGranted(t *testing.T) {
	t.Parallel()
	s := newSlots(1)
	turn := make(chan struct{})
	s.front = append(s.front, turn)
	s.grant()
	s.leave(&s.front, turn)
	if s.free != 1 {
		t.Errorf("%d slots are free, want 1", s.free)
	}
}
