package handlers

import (
	"slices"
	"sync"
	"testing"
	"time"

	"batchsync/internal/batchsync"
	"batchsync/internal/slacksim"
)

// meeting is a store that lets nobody write what they read before two have
// read, as far as it is let.
type meeting struct {
	*board
	mu      sync.Mutex
	task    batchsync.Task
	readers sync.WaitGroup
}

func newMeeting() *meeting {
	s := &meeting{board: &board{}, task: batchsync.Task{ID: 1, Name: "orders"}}
	s.readers.Add(2)
	return s
}

// meet waits a moment for the other reader.
func (s *meeting) meet() {
	both := make(chan struct{})
	s.readers.Done()
	go func() { s.readers.Wait(); close(both) }()
	select {
	case <-both:
	case <-time.After(50 * time.Millisecond):
	}
}

func (s *meeting) Subscriptions(c batchsync.ChannelID) ([]batchsync.Subscription, error) {
	s.mu.Lock()
	all, err := s.board.Subscriptions(c)
	s.mu.Unlock()
	s.meet()
	return all, err
}

func (s *meeting) Subscribe(sub batchsync.Subscription, c *batchsync.Channel, row batchsync.AuditRow) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.board.Subscribe(sub, c, row)
}

func (s *meeting) Enqueue(msgs ...batchsync.Message) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.board.Enqueue(msgs...)
}

func (s *meeting) Task(batchsync.TaskID) (batchsync.Task, error) {
	s.mu.Lock()
	task := s.task
	s.mu.Unlock()
	s.meet()
	return task, nil
}

func (s *meeting) SaveTask(t batchsync.Task, _ batchsync.AuditRow) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.task = t
	return nil
}

// TestBot_Edits_TwoPeople has two people change the same thing at once: neither
// undoes what the other did.
func TestBot_Edits_TwoPeople(t *testing.T) {
	t.Parallel()
	atOnce := func(first, second func()) {
		var both sync.WaitGroup
		both.Go(first)
		both.Go(second)
		both.Wait()
	}
	t.Run("topics", func(t *testing.T) {
		t.Parallel()
		b, _, _ := follower(t)
		s := newMeeting()
		b.Store = s
		s.subs = []batchsync.Subscription{{Channel: slacksim.General, Selector: batchsync.Selector{Kind: batchsync.SelectTask, Task: 1, Name: "orders"}, Topics: []batchsync.Topic{batchsync.TopicFailures}}}
		atOnce(func() { b.subscribe(t.Context(), here(slacksim.General), "orders late") }, func() { b.subscribe(t.Context(), here(slacksim.General), "orders digest") })
		if want := []batchsync.Topic{batchsync.TopicFailures, batchsync.TopicLate, batchsync.TopicDigest}; len(s.subs) != 1 || slices.ContainsFunc(want, func(x batchsync.Topic) bool { return !s.subs[0].Wants(x) }) {
			t.Errorf("the channel follows %s", s.state())
		}
	})
	t.Run("mute and adopt", func(t *testing.T) {
		t.Parallel()
		b, _, _ := follower(t)
		b.people.access = batchsync.Access{Team: slacksim.TeamID, Operators: []batchsync.UserID{slacksim.Ana}}
		s := newMeeting()
		b.Store = s
		until := time.Now().Add(time.Hour)
		atOnce(func() {
			if err := b.saveMute(t.Context(), here(slacksim.General), 1, until, batchsync.AuditRow{Outcome: "muted"}); err != nil {
				t.Error(err)
			}
		}, func() {
			if err := b.saveAdopted(here(slacksim.General), batchsync.Task{ID: 1, Name: "orders", Owner: slacksim.Adam}); err != nil {
				t.Error(err)
			}
		})
		if s.task.Owner != slacksim.Adam || !s.task.Muted.Equal(until) {
			t.Errorf("stored %+v", s.task)
		}
	})
}
