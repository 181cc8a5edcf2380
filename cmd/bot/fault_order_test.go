package main

import (
	"fmt"
	"testing"

	"batchsync/internal/slacksim"
	"batchsync/internal/studiosim"
)

// reversed has two things done one after the other and Slack deliver the second
// first. What the first of them comes to is for the test to see: the drawing it
// was made on may be gone by then.
func (s *stage) reversed(t *testing.T, first, second func() error) {
	t.Helper()
	s.slack.ReorderNext(2)
	before := len(s.slack.Envelopes())
	ended := make(chan error, 2)
	go func() { ended <- first() }()
	until(t, "the first of two", func() bool { return len(s.slack.Envelopes()) > before })
	go func() { ended <- second() }()
	for range 2 {
		if err := <-ended; err != nil {
			t.Logf("one of two: %v", err)
		}
	}
}

// TestReordered_Wizard answers a screen of the wizard twice, and goes back and on
// from the same screen, and has Slack deliver it the wrong way round. The draft
// moves by one of the two, keeps its answers, and one task comes of it.
func TestReordered_Wizard(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	_, ana := s.review(t, "e2e_order")
	ana.resume()
	back := func(v slacksim.View) func() error {
		return func() error { _, err := ana.actor.Click(within(t, storyWait), v, "Back"); return err }
	}
	submit := func(v slacksim.View) func() error {
		return func() error { _, err := ana.actor.Submit(within(t, storyWait), v); return err }
	}
	must(t, back(ana.step(5))())
	v := ana.step(4)
	s.reversed(t, submit(v), submit(v)) // twice on: once
	v = ana.step(5)
	must(t, back(v)())
	v = ana.step(4)
	s.reversed(t, back(v), submit(v)) // what arrives first counts: on
	v = ana.step(5)
	s.reversed(t, back(v), back(v)) // twice back: once
	ana.step(4)
	if made := s.made(t, "e2e_order"); len(made) != 0 {
		t.Fatalf("made before it was asked for: %+v", made)
	}
	ana.next()
	v = ana.step(5)
	s.reversed(t, back(v), submit(v)) // it was confirmed as it was shown
	s.onlyOne(t, "e2e_order")
	if made := s.made(t, "e2e_order"); len(made) != 1 || !made[0].Online {
		t.Errorf("made %+v, want one online", made)
	}
	s.clean()
}

// TestReordered_Cards presses a button of one card, then confirms another change,
// and Slack delivers the confirmation first: both are carried out, once each. Then
// Check Again and Give Up are pressed on one drawing of a card, and Give Up arrives
// first: it stands, and nothing is tried again.
func TestReordered_Cards(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	all := s.uses(t)
	create, backfill, tune := all[0], all[1], all[7]
	must(t, s.world.SetFaults(
		studiosim.Fault{Match: "task deploy", Kind: "business_error", Times: 1}, // of the creation
		studiosim.Fault{Match: tune.match(), Kind: "token_expired", Times: 1},
	))
	s.start()
	ana := create.who
	click := func(card slacksim.Message, button string) func() error {
		return func() error { _, err := ana.actor.Click(within(t, storyWait), card, button); return err }
	}
	create.ask(t, s, create)
	card := s.card(t, slacksim.General, create.title+create.task, "Failed", "Check Again")
	v := ana.modal(backfill.line, backfill.task)
	s.reversed(t, click(card, "Check Again"), func() error {
		_, err := ana.actor.Submit(within(t, storyWait), v)
		return err
	})
	_, told := backfill.outcome(t, s, "")
	backfill.expect(t, s, told, toldDone)
	s.onlyOne(t, create.task)
	if got := s.effects(t, fmt.Sprintf("deploy %d", s.made(t, create.task)[0].ID)); len(got) != 1 {
		t.Errorf("deployed %q, want once", got)
	}

	tune.ask(t, s, tune)
	card, told = tune.outcome(t, s, "")
	tune.expect(t, s, told, toldFailed)
	s.reversed(t, click(card, "Check Again"), click(card, "Give Up"))
	s.said(t, slacksim.General, func(m slacksim.Message) bool { return m.TS == card.TS && says(m, toldGiven) })
	tune.expect(t, s, toldGiven, toldGiven)
	s.clean()
}
