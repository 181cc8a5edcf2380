package main

import (
	"testing"
	"time"

	"batchsync/internal/slacksim"
)

// TestFaultMatrix_Slack has Slack go wrong in every way while a creation and a
// backfill are told. Both are done once, and in the end one card of each says so
// where people look: in the channel, or to the person where the channel is closed.
func TestFaultMatrix_Slack(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		fault  slacksim.Fault
		times  int
		direct bool // what is refused in the channel is told to the person
		twice  int  // cards that may stand besides: the answer to a post was lost
	}{
		{"rate limit", slacksim.RateLimited(2 * time.Second), 3, false, 0},
		{"server error", slacksim.HTTPStatus(503), 3, false, 0},
		{"no answer", slacksim.Hang(), 1, false, 0},
		{"connection broke before", slacksim.ResetBefore(), 2, false, 0},
		{"connection broke after", slacksim.ResetAfter(), 1, false, 1},
		{"invalid blocks", slacksim.SlackError("invalid_blocks"), 1, false, 0},
		{"token revoked for a while", slacksim.SlackError("token_revoked"), 2, false, 0},
		{"message deleted", slacksim.SlackError("message_not_found"), 1, false, 1},
		{"channel archived", slacksim.SlackError("is_archived"), 1, true, 1},
		{"bot removed", slacksim.SlackError("not_in_channel"), 1, true, 1},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			all := s.uses(t)[:2]
			s.start()
			if row.name != "message deleted" {
				s.slack.Fault("chat.postMessage", row.fault, row.times)
			}
			s.slack.Fault("chat.update", row.fault, row.times)
			for n, a := range all {
				if n == 1 {
					s.slack.DuplicateNext(2)
				}
				a.ask(t, s, a)
			}
			for _, a := range all {
				done := func() (n int) {
					for _, place := range []string{slacksim.General, slacksim.Ana} {
						for _, m := range s.slack.Messages(place) {
							if says(m, a.title+a.task+": "+a.over()) && (row.direct || place == slacksim.General) {
								n++
							}
						}
					}
					return n
				}
				until(t, "the news of "+a.name, func() bool { return done() > 0 })
				a.expect(t, s, a.over(), a.over())
				if n := done(); n > 1 {
					t.Errorf("%s: %d cards say that it is done", a.name, n)
				}
				if n := s.told(a); n > 1+row.twice {
					t.Errorf("%s: %d cards, want one and at most %d that were lost", a.name, n, row.twice)
				}
			}
			if len(s.slack.Strikes()) == 0 {
				t.Error("nothing went wrong")
			}
			s.clean()
		})
	}
}

// told counts the cards of a change in all places.
func (s *stage) told(a *asked) (n int) {
	for _, place := range []string{slacksim.General, slacksim.Ana} {
		for _, m := range s.slack.Messages(place) {
			if (m.ThreadTS == "" || m.ThreadTS == m.TS) && says(m, a.title+a.task) {
				n++
			}
		}
	}
	return n
}

// TestReordered_Confirmations sends a confirmation twice and has Slack deliver it
// in reverse order: one backfill comes of it.
func TestReordered_Confirmations(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	a := s.uses(t)[1]
	s.start()
	v := a.who.modal(a.line, a.task)
	s.slack.ReorderNext(2)
	answered := make(chan error, 2)
	for range 2 {
		go func() {
			_, err := a.who.actor.Submit(within(t, storyWait), v)
			answered <- err
		}()
	}
	for range 2 {
		if err := <-answered; err != nil {
			t.Logf("a confirmation: %v", err) // the view may be gone by the second
		}
	}
	_, told := a.outcome(t, s, "")
	a.expect(t, s, told, toldDone)
	s.clean()
}
