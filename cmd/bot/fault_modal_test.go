package main

import (
	"testing"
	"time"

	"batchsync/internal/slacksim"
)

// TestFault_ModalLost loses one drawing of a form in every way: as it is opened,
// as a field is changed, and as what is typed in a command is drawn for
// confirmation. Each gets there all the same, and nothing else is said.
func TestFault_ModalLost(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]slacksim.Fault{
		"rate limit":              slacksim.RateLimited(time.Second),
		"server error":            slacksim.HTTPStatus(503),
		"no answer":               slacksim.Hang(),
		"connection broke before": slacksim.ResetBefore(),
		"connection broke after":  slacksim.ResetAfter(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.scheduled(t, 40105, "e2e_lost")
			s.start()
			ana := s.as(t, "ana")
			s.slack.Fault("views.update", fault, 1)
			ana.modal("/batchsync new", "Step 1 of 5")
			ana.settled() // also what was drawn although the answer was lost
			s.slack.Fault("views.update", fault, 1)
			ana.set("kind", "mysql") // waits for the drawing that follows
			ana.settled()
			s.slack.Fault("views.update", fault, 1)
			v := ana.modal("/batchsync backfill e2e_lost "+dayAgo(5)+" "+dayAgo(5), "Job name")
			ana.confirm(v)
			s.card(t, slacksim.General, "Backfill of e2e_lost")
			if n := len(s.slack.Strikes()); n != 3 {
				t.Errorf("%d drawings were lost, want 3", n)
			}
			if said(ana, "could not be shown") != 0 {
				t.Error("it is said that a form could not be shown")
			}
			s.clean()
		})
	}
}

// TestFault_ModalUndrawn has Slack take no drawing at all. The person is told so,
// with a button that opens the same once Slack is well again: the draft as it is,
// and the form of a command.
func TestFault_ModalUndrawn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, line, opens string }{
		{"new", "/batchsync new", "Step 1 of 5"},
		{"backfill", "/batchsync backfill e2e_lost " + dayAgo(5) + " " + dayAgo(5), "Job name"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.scheduled(t, 40105, "e2e_lost")
			s.start()
			ana := s.as(t, "ana")
			s.slack.Fault("views.update", slacksim.HTTPStatus(503), -1)
			_, err := ana.actor.Slash(within(t, ackWait), slacksim.General, c.line)
			must(t, err)
			m, err := s.slack.WaitEphemeral(within(t, storyWait), "ana", func(m slacksim.Message) bool {
				return contains(m.AllText(), "could not be shown", "Open Form")
			})
			must(t, err)
			s.slack.ClearFaults()
			_, err = ana.actor.Click(within(t, ackWait), m, "Open Form")
			must(t, err)
			ana.saying(c.opens)
			s.clean()
		})
	}
}

// TestFault_ModalOpened loses the answer to the opening of a form. It is found and
// filled, and no message stands for it.
func TestFault_ModalOpened(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.scheduled(t, 40105, "e2e_lost")
	s.start()
	ana := s.as(t, "ana")
	for line, words := range map[string]string{
		"/batchsync new": "Step 1 of 5", "/batchsync backfill e2e_lost " + dayAgo(5) + " " + dayAgo(5): "Job name",
	} {
		s.slack.Fault("views.open", slacksim.ResetAfter(), 1)
		ana.modal(line, words)
	}
	ana.settled()
	for _, words := range []string{"could not be shown", "opening the form has passed"} {
		if said(ana, words) != 0 {
			t.Errorf("it is said that it %s", words)
		}
	}
	s.clean()
}
