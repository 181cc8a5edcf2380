package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"batchsync/internal/slacksim"
	"batchsync/internal/studiosim"
)

// nowShown waits until a message that everybody sees is drawn with all the
// words.
func (s *stage) nowShown(t testing.TB, m slacksim.Message, words ...string) slacksim.Message {
	t.Helper()
	got, err := s.slack.WaitMessage(within(t, storyWait), m.Channel, func(now slacksim.Message) bool {
		return now.TS == m.TS && contains(now.AllText(), words...)
	})
	if err != nil {
		t.Fatalf("the message does not say %q: %v\n%s", words, err, tail(s.log.String(), 4000))
	}
	return got
}

// TestPublic_Buttons presses buttons of answers that everybody sees: they are
// redrawn for everybody, without mentioning anybody.
func TestPublic_Buttons(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.start()
	task := s.online(t)
	adam, vera := s.as(t, "adam"), s.as(t, "vera")
	adam.ask(fmt.Sprintf("/batchsync adopt %d", task.ID), "Mute")

	_, err := vera.actor.Mention(within(t, ackWait), slacksim.General, fmt.Sprintf("show %d", task.ID))
	must(t, err)
	card := s.reply(t, slacksim.General, task.Name, "As of", "owner adam")
	_, err = adam.actor.Click(within(t, ackWait), card, "Mute")
	must(t, err)
	form := adam.saying("Its runs go on")
	_, err = adam.actor.Submit(within(t, ackWait), form)
	must(t, err)
	card = s.nowShown(t, card, "Mute by adam · ", "owner adam")
	_, err = vera.actor.Click(within(t, ackWait), card, "Refresh")
	must(t, err)
	card = s.nowShown(t, card, "owner adam", "Unmute")
	if strings.Contains(fmt.Sprint(card.Blocks), "<@") {
		t.Errorf("somebody is mentioned: %v", card.Blocks)
	}
	s.clean()
}

// TestPublic_Log has a viewer choose another attempt in a log that an operator
// posted: they see it alone, and the post stays as it was.
func TestPublic_Log(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.quick(t, 300)
	b := s.start()
	task := s.online(t)
	must(t, s.world.ChangeTask(task.ID, func(t *studiosim.Task) { t.FailNext, t.FailMsg = 9, "the cause" }))
	id, err := s.world.AddRun(studiosim.Run{Task: task.ID, Type: 1, Status: 3, Plan: time.Now().Add(-3 * time.Hour).UnixMilli(), VC: "sync_vc",
		Attempts: []studiosim.Attempt{{ID: 61001, Start: 1_700_000_000_000, End: 1_700_000_001_000, Result: 3, FailMsg: "failed at first"}}})
	must(t, err)
	ana, vera := s.as(t, "ana"), s.as(t, "vera")
	ana.confirm(ana.modal(fmt.Sprintf("/batchsync rerun %d", id), "Rerun", task.Name))
	card := s.card(t, slacksim.General, "Rerun", task.Name, "Finished with failures", "View Log")
	_, err = ana.actor.Click(within(t, ackWait), card, "View Log")
	must(t, err)
	log := s.inThread(t, card.TS, "Attempt 2 of 2", "the cause")

	_, err = vera.actor.Select(within(t, ackWait), log, "run.log_attempt", fmt.Sprintf("%d/%d/1", task.ID, id))
	must(t, err)
	if _, err := s.slack.WaitEphemeral(within(t, storyWait), "vera", func(m slacksim.Message) bool {
		return contains(m.AllText(), "Attempt 1 of 2", "failed at first")
	}); err != nil {
		t.Errorf("the viewer was not shown the attempt: %v", err)
	}
	b.stop(t)
	for _, m := range s.slack.Messages(slacksim.General) {
		if strings.Contains(m.AllText(), "Attempt 1 of 2") {
			t.Errorf("a viewer showed another log to everybody: %s", m.AllText())
		}
	}
	s.clean()
}
