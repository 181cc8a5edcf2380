package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"batchsync/internal/batchsync"
	"batchsync/internal/slacksim"
	"batchsync/internal/store"
)

// TestReplayed_Mute has Slack deliver the form that muted a task again, after it
// was unmuted and also to a bot that was started since: the task stays unmuted,
// and the answer is the same.
func TestReplayed_Mute(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	b := s.start()
	task := s.online(t)
	adam := s.as(t, "adam")
	card := adam.ask("/batchsync adopt "+task.Name, "Mute")
	v := adam.click(card, "Mute", "Keep the news")
	_, err := adam.actor.Select(within(t, ackWait), v, "form.mute_for", "8h")
	must(t, err)
	s.slack.DuplicateNext(1)
	said := adam.confirm(v).View.AllText()
	form := s.lastOf(t, "view_submission")
	adam.now(card, "Mute by <@"+slacksim.Adam+"> · ", "muted until")
	_, err = adam.actor.Click(within(t, ackWait), card, "Unmute")
	must(t, err)
	adam.now(card, "Unmute by <@"+slacksim.Adam+"> · ")

	for range 2 {
		ack, err := s.slack.Inject(within(t, ackWait), "interactive", form)
		must(t, err)
		if again := texts(ack.Payload); !strings.Contains(said, "Muted until") || !strings.Contains(again, answerOf(said)) {
			t.Errorf("answered %q, want what was answered first: %q", again, said)
		}
		b.stop(t) // carries out all that was asked for
		s.file(t, func(file *store.Store) {
			known, err := file.Task(batchsync.TaskID(task.ID))
			must(t, err)
			if !known.Muted.IsZero() {
				t.Errorf("the task is muted until %v", known.Muted)
			}
		})
		if got, want := did("mute", s.audit(t)), []string{"muted", "unmuted"}; !slices.Equal(got, want) {
			t.Errorf("the trail has %q, want %q", got, want)
		}
		if !says(adam.now(card), "Unmute by <@"+slacksim.Adam+"> · ") {
			t.Error("the card says that it was muted")
		}
		b = s.start()
	}
	s.clean()
}

// answerOf is the sentence of a modal that tells what was done, with its moment.
func answerOf(modal string) string {
	i := strings.Index(modal, "Muted until")
	return modal[max(i, 0):][:len("Muted until 2026-11-23 12:34")]
}

// did are the outcomes of an action, oldest first.
func did(action string, trail []string) (out []string) {
	for _, row := range trail {
		if fields := strings.Fields(row); len(fields) == 3 && fields[1] == action {
			out = append(out, fields[2])
		}
	}
	return out
}

// TestReplayed_Expectations has the form that set what is expected delivered
// again, after somebody brought back what its person had seen.
func TestReplayed_Expectations(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	task := s.scheduled(t, 40105, "e2e_replayed")
	admins := "BATCHSYNC_ADMINS=" + slacksim.Adam + "," + slacksim.Ana
	b := s.start(admins)
	adam, ana := s.as(t, "adam"), s.as(t, "ana")
	expects := func(p *person, percent string) {
		form := p.modal("/batchsync expect e2e_replayed", "Key fields")
		_, err := p.actor.Type(within(t, ackWait), form, "form.tolerance", percent)
		must(t, err)
		p.confirm(form)
		p.saying("The expectations of e2e_replayed are saved.")
	}
	expects(adam, "0.5")
	form := s.lastOf(t, "view_submission")
	expects(ana, "")
	for range 2 {
		drawn := len(s.slack.Calls("views.update"))
		_, err := s.slack.Inject(within(t, ackWait), "interactive", form)
		must(t, err)
		until(t, "the answer", func() bool { return len(s.slack.Calls("views.update")) > drawn })
		if call := s.slack.Calls("views.update")[drawn]; !strings.Contains(texts(call.Args), "are saved") {
			t.Errorf("answered %s", texts(call.Args))
		}
		b.stop(t)
		s.file(t, func(file *store.Store) {
			e, err := file.Expectation(batchsync.TaskID(task))
			must(t, err)
			if e.Tolerance != 0 {
				t.Errorf("%+v is expected, which was undone", e)
			}
		})
		if got := did("expect", s.audit(t)); len(got) != 2 {
			t.Errorf("the trail has %q, want one row of each form", got)
		}
		b = s.start(admins)
	}
	s.clean()
}

// TestReplayed_Delivery has the forms about a delivery delivered again, when the
// acceptance went on: who gave the figure, or accepted, is told so again.
func TestReplayed_Delivery(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.quick(t, 1000)
	task := s.scheduled(t, 40105, "e2e_delivered")
	s.runs(t, task)
	b := s.start()
	ana := s.as(t, "ana")
	_, err := ana.actor.Slash(within(t, ackWait), slacksim.General, "/batchsync acceptance e2e_delivered")
	must(t, err)
	card := s.card(t, slacksim.General, "Needs a person: delivery of e2e_delivered")
	form := ana.click(card, "Give Figure", "How many rows")
	_, err = ana.actor.Type(within(t, ackWait), form, "form.figure", "512")
	must(t, err)
	ana.confirm(form)
	figure := s.lastOf(t, "view_submission")
	passed := s.card(t, slacksim.General, "Passed: delivery of e2e_delivered", "Accept Delivery")
	s.redelivered(t, figure, "Recorded.")
	ana.confirm(ana.click(passed, "Accept Delivery", "You take the delivery of"))
	accept := s.lastOf(t, "view_submission")
	s.card(t, slacksim.General, "delivery of e2e_delivered", "Accepted")
	s.redelivered(t, figure, "Recorded.")
	s.redelivered(t, accept, "The delivery of e2e_delivered is accepted.")
	s.redelivered(t, forged(accept, "user.id", slacksim.Adam), "has changed since")
	s.redelivered(t, forged(figure, "user.id", slacksim.Adam), "has changed since")
	before := time.Now()
	b.stop(t)
	last := s.judged(t, batchsync.TaskID(task)).last
	if last.AcceptedBy != slacksim.Ana || last.Done.After(before) || last.Tables[0].Source.Rows != 512 {
		t.Errorf("in the end %+v", last)
	}
	trail := s.audit(t)
	if asked, accepted := did("acceptance", trail), did("accept", trail); len(asked) != 2 || len(accepted) != 1 {
		t.Errorf("asked for %q and accepted %q, want one row of each form", asked, accepted)
	}
	s.clean()
}

// redelivered delivers a form and asserts what it is answered.
func (s *stage) redelivered(t testing.TB, form slacksim.Object, words string) {
	t.Helper()
	ack, err := s.slack.Inject(within(t, storyWait), "interactive", form)
	must(t, err)
	if said := texts(ack.Payload); !strings.Contains(said, words) {
		t.Errorf("answered %q, want %q", said, words)
	}
}
