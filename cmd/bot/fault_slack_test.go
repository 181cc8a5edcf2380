package main

import (
	"os"
	"slices"
	"testing"
	"time"

	"batchsync/internal/slacksim"
)

// slackFault is one way in which Slack goes wrong for a change.
type slackFault struct {
	name   string
	fault  slacksim.Fault
	times  int
	on     []string // methods
	direct bool     // what is refused in the channel is told to the person
	twice  int      // cards that may stand besides: the answer to a post was lost
}

func slackFaults() []slackFault {
	cards, edits, forms := []string{"chat.postMessage", "chat.update"}, []string{"chat.update"}, []string{"views.update"}
	return []slackFault{
		{"rate limit", slacksim.RateLimited(2 * time.Second), 3, cards, false, 0},
		{"server error", slacksim.HTTPStatus(503), 3, cards, false, 0},
		{"no answer", slacksim.Hang(), 1, cards, false, 0},
		{"no answer to an edit", slacksim.Hang(), 1, edits, false, 0},
		{"connection broke before", slacksim.ResetBefore(), 2, cards, false, 0},
		{"connection broke after", slacksim.ResetAfter(), 1, cards, false, 1},
		{"invalid blocks", slacksim.SlackError("invalid_blocks"), 1, cards, false, 0},
		{"token revoked for a while", slacksim.SlackError("token_revoked"), 2, cards, false, 0},
		{"message deleted", slacksim.SlackError("message_not_found"), 1, edits, false, 1},
		{"channel archived", slacksim.SlackError("is_archived"), 1, cards, true, 1},
		{"bot removed", slacksim.SlackError("not_in_channel"), 1, cards, true, 1},

		{"form, rate limit", slacksim.RateLimited(time.Second), 2, forms, false, 0},
		{"form, server error", slacksim.HTTPStatus(503), 2, forms, false, 0},
		{"form, no answer", slacksim.Hang(), 1, forms, false, 0},
		{"form, connection broke after", slacksim.ResetAfter(), 1, []string{"views.open", "views.update"}, false, 0},
	}
}

// TestFaultMatrix_Slack has Slack go wrong in every way while changes are asked
// for and told. Each is done once, and in the end one card of each says so where
// people look: in the channel, or to the person where the channel is closed. It is
// a creation and a backfill at the same time; in the whole matrix also every other
// change, one after the other.
func TestFaultMatrix_Slack(t *testing.T) {
	t.Parallel()
	for _, row := range slackFaults() {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			all := s.uses(t)
			s.start()
			row.play(t, s, all[:2])
			for _, a := range all[2:] {
				if os.Getenv(wholeMatrix) != "" {
					row.play(t, s, []*asked{a})
				}
			}
			// A card whose first post hangs may be over by then, and is never edited.
			struck := func(method string) bool {
				return slices.Contains(s.slack.Strikes(), slacksim.Strike{Method: method, Fault: row.fault})
			}
			if !slices.ContainsFunc(row.on, struck) {
				t.Errorf("none of %v went wrong", row.on)
			}
			s.clean()
		})
	}
}

// play asks for changes while it goes wrong.
func (row slackFault) play(t *testing.T, s *stage, all []*asked) {
	t.Helper()
	for _, method := range row.on {
		s.slack.Fault(method, row.fault, row.times)
	}
	for n, a := range all {
		if n == 1 {
			s.slack.DuplicateNext(2)
		}
		a.ask(t, s, a)
	}
	for _, a := range all {
		until(t, "the news of "+a.name, func() bool { return row.over(s, a) > 0 })
		a.expect(t, s, a.over(), a.over())
		if n := row.over(s, a); n > 1 {
			t.Errorf("%s: %d cards say that it is done", a.name, n)
		}
		if n := s.told(a); n > 1+row.twice {
			t.Errorf("%s: %d cards, want one and at most %d that were lost", a.name, n, row.twice)
		}
	}
	s.slack.ClearFaults()
}

// over counts the cards that say where people look that a change is done.
func (row slackFault) over(s *stage, a *asked) (n int) {
	for _, place := range []string{slacksim.General, slacksim.Ana, slacksim.Adam} {
		for _, m := range s.slack.Messages(place) {
			if says(m, a.title+a.task+": "+a.over()) && (row.direct || place == slacksim.General) {
				n++
			}
		}
	}
	return n
}

// told counts the cards of a change in all places.
func (s *stage) told(a *asked) (n int) {
	for _, place := range []string{slacksim.General, slacksim.Ana, slacksim.Adam} {
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
