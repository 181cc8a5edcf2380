package main

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"batchsync/internal/batchsync"
	"batchsync/internal/slacksim"
	"batchsync/internal/store"
	"batchsync/internal/studiosim"
)

// TestRedelivery has Slack deliver envelopes twice; each counts once.
func TestRedelivery(t *testing.T) {
	t.Parallel()
	t.Run("command", func(t *testing.T) {
		t.Parallel()
		s := newStage(t)
		s.start()
		ana := s.as(t, "ana")
		s.slack.DuplicateNext(1)
		ana.open()
		ana.step(1)
		ana.settled()
		if got := s.slack.Calls("views.open"); len(got) != 1 {
			t.Errorf("opened %d modals, want 1", len(got))
		}
		s.clean()
	})
	t.Run("start over", func(t *testing.T) {
		t.Parallel()
		s := newStage(t)
		b, ana := s.review(t, "e2e_over")
		v := ana.open()
		s.slack.DuplicateNext(1)
		_, err := ana.actor.Click(within(t, ackWait), v, "Start Over")
		must(t, err)
		ana.step(1)
		ana.settled()
		ana.step(1)
		b.stop(t)
		s.file(t, func(file *store.Store) {
			open, err := file.OpenDrafts(slacksim.Ana)
			must(t, err)
			if len(open) != 1 || open[0].ID == "draft1" || open[0].Channel != slacksim.General {
				t.Errorf("open drafts: got %+v, want a single new one", open)
			}
		})
		s.clean()
	})
	t.Run("confirmation", func(t *testing.T) {
		t.Parallel()
		s := newStage(t)
		_, ana := s.review(t, "e2e_twice")
		ana.resume()
		v := ana.step(5)
		s.slack.DuplicateNext(1)
		_, err := ana.actor.Submit(within(t, ackWait), v)
		must(t, err)
		s.onlyOne(t, "e2e_twice")
		s.clean()
	})
	t.Run("after a dead connection", func(t *testing.T) {
		t.Parallel()
		s := newStage(t)
		_, ana := s.review(t, "e2e_late")
		ana.resume()
		v := ana.step(5)
		s.slack.RedeliverOnReconnect(true)
		s.slack.Silence(true) // what is sent now is lost
		if _, err := ana.actor.Submit(within(t, 10*time.Second), v); err == nil {
			t.Fatal("a submission over a dead connection was answered")
		}
		s.slack.Silence(false)
		s.slack.DropConnections()
		s.onlyOne(t, "e2e_late")
		s.slack.DropConnections() // nothing is left to deliver
		must(t, s.slack.WaitConnected(within(t, storyWait), 1))
		s.onlyOne(t, "e2e_late")
	})
}

// settled returns when everything the person did before was carried out, but what
// reads the platform or is done apart: requests of one person are handled in order.
func (p *person) settled() {
	p.t.Helper()
	was := len(p.slack.Ephemerals(p.name))
	_, err := p.actor.Slash(within(p.t, ackWait), slacksim.General, "/batchsync help")
	must(p.t, err)
	until(p.t, "the help", func() bool {
		return slices.ContainsFunc(p.slack.Ephemerals(p.name)[was:], func(m slacksim.Message) bool { return contains(m.AllText(), "This bot creates") })
	})
}

// TestDoubleClick presses what makes something twice at the same moment.
func TestDoubleClick(t *testing.T) {
	t.Parallel()
	t.Run("Create Sync", func(t *testing.T) {
		t.Parallel()
		s := newStage(t)
		_, ana := s.review(t, "e2e_double")
		ana.resume()
		v := ana.step(5)
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() {
				got, err := ana.actor.Submit(within(t, ackWait), v)
				if err != nil || got.View == nil || !strings.Contains(got.View.AllText(), "Creating e2e_double") {
					t.Errorf("answer: got %+v, %v", got, err)
				}
			})
		}
		both.Wait()
		s.onlyOne(t, "e2e_double")
		s.clean()
	})
	t.Run("Check Again", func(t *testing.T) {
		t.Parallel()
		s := newStage(t)
		must(t, s.world.SetFaults(studiosim.Fault{Match: "task deploy", Kind: "business_error", Times: 1}))
		_, ana := s.review(t, "e2e_again")
		adam := s.as(t, "adam")
		ana.create()
		card := s.card(t, slacksim.General, "e2e_again", "Failed", "Check Again")
		var both sync.WaitGroup
		for _, p := range []*person{ana, adam} {
			both.Go(func() {
				if _, err := p.actor.Click(within(t, ackWait), card, "Check Again"); err != nil {
					t.Errorf("%s: %v", p.name, err)
				}
			})
		}
		both.Wait()
		s.onlyOne(t, "e2e_again")
		until(t, "word to the second", func() bool {
			return said(ana, "This operation has moved on")+said(adam, "This operation has moved on") > 0
		})
		ana.settled()
		adam.settled()
		if got := said(ana, "This operation has moved on") + said(adam, "This operation has moved on"); got != 1 {
			t.Errorf("%d were told that they came late, want 1", got)
		}
		s.clean()
	})
}

// said counts the words for this person alone that contain a text.
func said(p *person, text string) (n int) {
	for _, m := range p.slack.Ephemerals(p.name) {
		if strings.Contains(m.AllText(), text) {
			n++
		}
	}
	return n
}

// TestSameName has two people confirm a task of the same name in the same
// folder at the same moment. One is made; the other is told.
func TestSameName(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.seed(t, reviewed("draft1", slacksim.Ana, "e2e_same"), reviewed("draft2", slacksim.Adam, "e2e_same"))
	b := s.start()
	people := []*person{s.as(t, "ana"), s.as(t, "adam")}
	for _, p := range people {
		p.resume()
	}
	var both sync.WaitGroup
	answers := make([]slacksim.Submission, 2)
	for i, p := range people {
		v := p.step(5)
		both.Go(func() {
			var err error
			if answers[i], err = p.actor.Submit(within(t, ackWait), v); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	won, told := 0, 0
	for _, a := range answers {
		if a.View == nil {
			continue
		}
		text := a.View.AllText()
		won += strings.Count(text, "Creating e2e_same")
		// Who comes when the task is there already sees it as another writer.
		told += strings.Count(text, "is being created in this folder, by") + strings.Count(text, "The plan changed since you saw it")
	}
	if won != 1 || told != 1 {
		t.Errorf("%d were accepted and %d told why not, want one each", won, told)
	}
	s.onlyOne(t, "e2e_same")
	b.stop(t)
	s.file(t, func(file *store.Store) {
		left := 0
		for _, owner := range []batchsync.UserID{slacksim.Ana, slacksim.Adam} {
			open, err := file.OpenDrafts(owner)
			must(t, err)
			left += len(open)
		}
		if left != 1 {
			t.Errorf("%d drafts are open, want that of the one who came late", left)
		}
	})
	s.clean()
}

// TestOpenAgain has Slack refuse to open the modal, or not answer at all. The
// person gets a message instead, with another try that works.
func TestOpenAgain(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		fault slacksim.Fault
		line  string
		want  string // in the message
		opens string // the form, when it is tried again
	}{
		{"expired trigger, new draft", slacksim.SlackError("expired_trigger_id"), "", "Step 1 of 5", "Step 1 of 5"},
		{"no answer", slacksim.Hang(), "", "Step 1 of 5", "Step 1 of 5"},
		{"connection reset", slacksim.ResetBefore(), "", "Step 1 of 5", "Step 1 of 5"},
		{"server error, old draft", slacksim.HTTPStatus(503), "draft1", "unfinished draft", "Step 5 of 5"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			if c.line != "" {
				s.seed(t, reviewed(c.line, slacksim.Ana, "e2e_open"))
			}
			s.start()
			ana := s.as(t, "ana")
			s.slack.Fault("views.open", c.fault, 1)
			_, err := ana.actor.Slash(within(t, ackWait), slacksim.General, "/batchsync new")
			must(t, err)
			m, err := s.slack.WaitEphemeral(within(t, 8*time.Second), "ana", func(m slacksim.Message) bool {
				return contains(m.AllText(), "time for opening the form has passed", "Open Form", c.want)
			})
			must(t, err)
			_, err = ana.actor.Click(within(t, ackWait), m, "Open Form")
			must(t, err)
			ana.saying(c.opens)
			s.clean()
		})
	}
}

// TestSlowPlatform has every answer of the platform take ten seconds. Slack
// still has all of its own within three, also while somebody types in a menu,
// and the entries are there in the end.
func TestSlowPlatform(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.start()
	must(t, s.world.SetFaults(studiosim.Fault{Kind: "slow", Seconds: 10}))
	ana := s.as(t, "ana")
	ana.open()
	v := ana.set("kind", "mysql")
	var typing sync.WaitGroup
	for _, query := range []string{"", "a", "al", "ali"} {
		typing.Go(func() {
			options, err := ana.actor.Suggest(within(t, ackWait), v, "field.source", query)
			if err != nil || len(options) != 1 || options[0].Text != "Still loading" {
				t.Errorf("menu with %q: got %v, %v", query, options, err)
			}
		})
	}
	typing.Wait()
	ana.pick("source", "aliyun_mysql")
	s.clean()
}

// TestClose closes the modal: the draft is kept, which is said once. When it
// has become a task, the old message can no longer discard it.
func TestClose(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	_, ana := s.review(t, "e2e_close")
	ana.resume()
	s.slack.DuplicateNext(1)
	_, err := ana.actor.CloseView(within(t, ackWait), ana.step(5))
	must(t, err)
	kept, err := s.slack.WaitEphemeral(within(t, storyWait), "ana", func(m slacksim.Message) bool {
		return contains(m.AllText(), "Your draft e2e_close is kept", "Resume Draft", "Discard Draft")
	})
	must(t, err)
	ana.settled()
	if got := said(ana, "Your draft e2e_close is kept"); got != 1 {
		t.Errorf("said %d times that the draft is kept, want once", got)
	}
	_, err = ana.actor.Click(within(t, ackWait), kept, "Resume Draft")
	must(t, err)
	ana.step(5)
	ana.next()
	s.card(t, slacksim.General, "e2e_close")
	_, err = ana.actor.Click(within(t, ackWait), kept, "Discard Draft")
	must(t, err)
	_, err = s.slack.WaitEphemeral(within(t, storyWait), "ana", func(m slacksim.Message) bool {
		return strings.Contains(m.AllText(), "so it was not discarded")
	})
	must(t, err)
	if got := said(ana, "The draft is discarded"); got != 0 {
		t.Error("a task is said to be a discarded draft")
	}
	s.onlyOne(t, "e2e_close")
	s.clean()
}

// TestStale goes on in a window that shows an older version of the draft.
func TestStale(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	_, ana := s.review(t, "e2e_stale")
	ana.resume()
	_, err := ana.actor.Click(within(t, ackWait), ana.step(5), "Back")
	must(t, err)
	ana.step(4)
	back := s.captured(t, "wizard.back")

	confirm := forged(back, "type", "view_submission")
	ack, err := s.slack.Inject(within(t, ackWait), "interactive", confirm)
	must(t, err)
	view, _ := ack.Payload["view"].(map[string]any)
	if text := texts(view); ack.Payload["response_action"] != "update" || !contains(text, "The form was out of date", "Step 4 of 5") {
		t.Errorf("answer to an old Create Sync: got %v", ack.Payload)
	}
	_, err = s.slack.Inject(within(t, ackWait), "interactive", forged(back))
	must(t, err)
	ana.saying("The form was out of date", "Step 4 of 5")
	ana.next()
	ana.step(5)
	ana.next()
	s.onlyOne(t, "e2e_stale")
	s.clean()
}
