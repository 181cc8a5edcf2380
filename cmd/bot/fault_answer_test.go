package main

import (
	"os"
	"testing"
	"time"

	"batchsync/internal/slacksim"
)

// TestFault_Answers has the address of a request go wrong in every way, and what
// is left to answer by as well. Whoever asked is answered, at most twice where the
// answer to the answer was lost.
func TestFault_Answers(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.scheduled(t, 40105, "e2e_answer")
	s.start()
	ana := s.as(t, "ana")
	words := func() (n int) {
		for _, m := range append(s.slack.Ephemerals("ana"), s.slack.Messages(slacksim.Ana)...) {
			if says(m, "This bot creates") {
				n++
			}
		}
		return n
	}
	for _, row := range []struct {
		name  string
		fault slacksim.Fault
		times int
		on    []string
		most  int
		whole bool // only in the whole matrix: it waits
	}{
		{"too old", slacksim.SlackError("expired_url"), -1, []string{"response_url"}, 1, false},
		{"server error", slacksim.HTTPStatus(503), -1, []string{"response_url"}, 1, false},
		{"rate limit", slacksim.HTTPStatus(429), -1, []string{"response_url"}, 1, false},
		{"connection broke before", slacksim.ResetBefore(), -1, []string{"response_url"}, 1, false},
		{"connection broke after", slacksim.ResetAfter(), 1, []string{"response_url"}, 2, false},
		{"no answer", slacksim.Hang(), 1, []string{"response_url"}, 1, true},
		{"nor in the channel", slacksim.HTTPStatus(503), -1, []string{"response_url", "chat.postEphemeral"}, 1, false},
	} {
		if row.whole && os.Getenv(wholeMatrix) == "" {
			continue
		}
		before, struck := words(), len(s.slack.Strikes())
		for _, method := range row.on {
			s.slack.Fault(method, row.fault, row.times)
		}
		_, err := ana.actor.Slash(within(t, ackWait), slacksim.General, "/batchsync help")
		must(t, err)
		until(t, "the answer with "+row.name, func() bool { return words() > before })
		s.slack.ClearFaults()
		if n := words() - before; n > row.most {
			t.Errorf("%s: answered %d times, want %d at most", row.name, n, row.most)
		}
		if len(s.slack.Strikes()) == struck {
			t.Errorf("%s: nothing went wrong", row.name)
		}
	}

	// A card that cannot be replaced is shown as a new one.
	m := ana.ask("/batchsync show e2e_answer", "e2e_answer", "As of")
	s.slack.Fault("response_url", slacksim.SlackError("used_url"), -1)
	before := said(ana, "As of")
	_, err := ana.actor.Click(within(t, ackWait), m, "Refresh")
	must(t, err)
	until(t, "another card", func() bool { return said(ana, "As of") > before })
	s.clean()
}

// TestFault_Files has every call go wrong by which a file gets to a person. It
// gets there, once where Slack did not lose its own answer.
func TestFault_Files(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name  string
		fault slacksim.Fault
		most  int
		whole bool
	}{
		{"rate limit", slacksim.RateLimited(time.Second), 1, false},
		{"server error", slacksim.HTTPStatus(503), 1, false},
		{"connection broke before", slacksim.ResetBefore(), 1, true},
		{"connection broke after", slacksim.ResetAfter(), 2, false},
		{"no answer", slacksim.Hang(), 1, true},
	} {
		if row.whole && os.Getenv(wholeMatrix) == "" {
			continue
		}
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.scheduled(t, 40105, "e2e_file")
			b := s.start()
			ana := s.as(t, "ana")
			ana.follow(s, "e2e_file") // something to tell of
			methods := []string{"conversations.open", "files.getUploadURLExternal", "files.completeUploadExternal"}
			for _, method := range methods {
				s.slack.Fault(method, row.fault, 1)
			}
			ana.ask("/batchsync audit csv", "as a file")
			files := func() (n int) {
				for _, m := range s.slack.Messages(slacksim.Ana) {
					n += len(m.Files)
				}
				return n
			}
			until(t, "the file", func() bool { return files() > 0 && len(s.slack.Strikes()) == len(methods) })
			b.stop(t)
			if n := files(); n > row.most {
				t.Errorf("%d files, want %d at most", n, row.most)
			}
			s.clean()
		})
	}
}
