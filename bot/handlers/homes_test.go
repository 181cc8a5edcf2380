package handlers

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"batchsync/internal/batchsync"

	"github.com/slack-go/slack"
)

// tabs stands in for Slack: it takes tabs of a text that a test changes, and
// notes when.
type tabs struct {
	mu    sync.Mutex
	text  string
	drawn int
	calls []call
	fail  []error // answers to the next calls
}

type call struct {
	user batchsync.UserID
	at   time.Duration // since the test began
	text string
}

func (s *tabs) set(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text = text
}

func (s *tabs) draw(_ context.Context, user batchsync.UserID) (slack.HomeTabViewRequest, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drawn++
	if s.text == "panic" {
		panic("bug in the drawing")
	}
	return slack.HomeTabViewRequest{Type: slack.VTHomeTab, CallbackID: string(user), PrivateMetadata: s.text}, nil
}

func (s *tabs) taken() []call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]call(nil), s.calls...)
}

func (s *tabs) drawings() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.drawn
}

// homesOf runs tabs of these people, all opened at the start.
func homesOf(t *testing.T, s *tabs, users ...batchsync.UserID) *Homes {
	t.Helper()
	began := time.Now()
	s.set("first")
	h := newHomes(quiet(), func(_ context.Context, user batchsync.UserID, view slack.HomeTabViewRequest) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.calls = append(s.calls, call{user, time.Since(began), view.PrivateMetadata})
		if len(s.fail) == 0 {
			return nil
		}
		err := s.fail[0]
		s.fail = s.fail[1:]
		return err
	})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); h.run(ctx, s.draw) }()
	t.Cleanup(func() { cancel(); <-done })
	for _, user := range users {
		h.show(ctx, user, s.draw)
	}
	return h
}

func TestHomes_ChangeIsPublished(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &tabs{}
		h := homesOf(t, s, "UANA", "UBOB")
		time.Sleep(time.Minute)
		s.set("second")
		h.Changed("UANA", "USTRANGER")
		synctest.Wait()
		if got := s.taken()[2:]; len(got) != 1 || got[0] != (call{"UANA", time.Minute, "second"}) {
			t.Fatalf("a change of one: got %v", got)
		}
		h.Changed()
		synctest.Wait()
		if got := s.taken()[3:]; len(got) != 1 || got[0].user != "UBOB" {
			t.Errorf("a change of all: got %v, want only the tab that looks different", got)
		}
	})
}

// TestHomes_Coalesce has a tab change ten times a second for a minute.
func TestHomes_Coalesce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &tabs{}
		h := homesOf(t, s, "UANA")
		for i := range 600 {
			s.set(fmt.Sprint(i))
			h.Changed("UANA")
			time.Sleep(100 * time.Millisecond)
		}
		time.Sleep(10 * time.Second)
		got := s.taken()
		for i := range got[1:] {
			if gap := got[i+1].at - got[i].at; gap < homeEvery {
				t.Errorf("call %d came %v after the one before", i+1, gap)
			}
		}
		if n := len(got); n < 15 || n > 21 {
			t.Errorf("%d calls in a minute of changes", n)
		}
		if last := got[len(got)-1]; last.text != "599" {
			t.Errorf("the tab stays at %q, want the last state", last.text)
		}
	})
}

// TestHomes_ShareOfTheLimit changes thirty tabs at once, again and again.
func TestHomes_ShareOfTheLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &tabs{}
		var users []batchsync.UserID
		for i := range 30 {
			users = append(users, batchsync.UserID(fmt.Sprintf("U%02d", i)))
		}
		h := homesOf(t, s, users...)
		time.Sleep(time.Minute)
		for i := range 300 {
			s.set(fmt.Sprint(i))
			h.Changed()
			time.Sleep(time.Second)
		}
		time.Sleep(3 * time.Minute)
		got := s.taken()[len(users):]
		for i := range got {
			inMinute := 0
			for _, c := range got[i:] {
				if c.at-got[i].at < time.Minute {
					inMinute++
				}
			}
			if inMinute > 20 {
				t.Fatalf("%d calls in the minute from %v", inMinute, got[i].at)
			}
		}
		last := map[batchsync.UserID]string{}
		for _, c := range got {
			last[c.user] = c.text
		}
		for _, user := range users {
			if last[user] != "299" {
				t.Errorf("the tab of %s stays at %q, want the last state", user, last[user])
			}
		}
		if len(got) < 100 {
			t.Errorf("%d calls in five minutes of changes, want the share to be used", len(got))
		}
	})
}

func TestHomes_SameLooks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &tabs{}
		h := homesOf(t, s, "UANA")
		for range 20 {
			h.Changed()
			time.Sleep(time.Second)
		}
		if n := len(s.taken()); n != 1 {
			t.Errorf("%d calls for a tab that never looked different, want 1", n)
		}
		if n := s.drawings(); n > 8 {
			t.Errorf("drawn %d times in 20 seconds", n)
		}
		time.Sleep(homeEvery)
		settled := s.drawings()
		time.Sleep(time.Hour)
		if n := s.drawings(); n != settled {
			t.Errorf("drawn %d times in an hour without a change", n-settled)
		}
	})
}

func TestHomes_AskedIsShownAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &tabs{}
		h := homesOf(t, s, "UANA")
		s.set("second")
		h.show(t.Context(), "UANA", s.draw)
		if got := s.taken(); len(got) != 2 || got[1].at != 0 {
			t.Fatalf("calls: got %v, want the second at once", got)
		}
		s.set("third")
		h.Changed()
		time.Sleep(homeEvery - time.Millisecond)
		if got := s.taken(); len(got) != 2 {
			t.Errorf("a change was published too soon after: %v", got)
		}
		time.Sleep(time.Second)
		if got := s.taken(); len(got) != 3 {
			t.Errorf("a change was not published: %v", got)
		}
	})
}

func TestHomes_RetryAfter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &tabs{}
		h := homesOf(t, s, "UANA", "UBOB")
		time.Sleep(time.Minute)
		s.fail = []error{&slack.RateLimitedError{RetryAfter: 40 * time.Second}}
		s.set("second")
		h.Changed("UANA")
		time.Sleep(10 * time.Second)
		s.set("third")
		h.Changed()
		h.show(t.Context(), "UBOB", s.draw) // asking does not help
		time.Sleep(30*time.Second - time.Millisecond)
		if got := s.taken()[2:]; len(got) != 1 {
			t.Fatalf("calls while Slack wants none: %v", got)
		}
		time.Sleep(time.Second)
		got := s.taken()[3:]
		if len(got) != 2 || got[0].text != "third" || got[1].text != "third" || got[0].at < 100*time.Second {
			t.Errorf("calls after the wait: %v", got)
		}
	})
}

func TestHomes_Trouble(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		err   error
		calls int // within five minutes after the change, with another change in the middle
	}{
		{"connection lost", errors.New("connection reset"), 3},
		{"Slack's own trouble", slack.SlackErrorResponse{Err: "internal_error"}, 3},
		{"a person who is gone", slack.SlackErrorResponse{Err: "user_not_found"}, 1},
		{"a refused drawing", slack.SlackErrorResponse{Err: "invalid_arguments"}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &tabs{}
				h := homesOf(t, s, "UANA")
				time.Sleep(time.Minute)
				s.fail = []error{c.err}
				s.set("second")
				h.Changed()
				time.Sleep(2 * time.Minute)
				s.set("third")
				h.Changed()
				time.Sleep(3 * time.Minute)
				got := s.taken()[1:]
				if len(got) != c.calls {
					t.Fatalf("calls: got %v, want %d", got, c.calls)
				}
				if c.calls > 1 && got[1].at-got[0].at < homeRetry {
					t.Errorf("tried again after %v", got[1].at-got[0].at)
				}
			})
		})
	}
}

func TestHomes_PanicIsSurvived(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &tabs{}
		h := homesOf(t, s, "UANA")
		time.Sleep(time.Minute)
		s.set("panic")
		h.Changed()
		synctest.Wait()
		s.set("second")
		time.Sleep(homeRetry + time.Second)
		if got := s.taken(); len(got) != 2 || got[1].text != "second" {
			t.Errorf("calls: got %v", got)
		}
	})
}

func TestHomes_Forgets(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &tabs{}
		h := homesOf(t, s, "UOLD")
		time.Sleep(homeKept - time.Minute)
		h.show(t.Context(), "UNEW", s.draw)
		time.Sleep(2 * time.Minute)
		s.set("second")
		h.Changed()
		time.Sleep(time.Minute)
		if got := s.taken()[2:]; len(got) != 1 || got[0].user != "UNEW" {
			t.Errorf("after a day: got %v, want the tab of UNEW only", got)
		}
		for i := range maxHomes {
			h.opened(batchsync.UserID(fmt.Sprintf("U%03d", i)), time.Now().Add(time.Duration(i)*time.Millisecond))
		}
		if n := len(h.viewers); n != maxHomes || h.viewers["UNEW"] != nil {
			t.Errorf("%d people are remembered, UNEW: %v", n, h.viewers["UNEW"] != nil)
		}
	})
}
