package main

import (
	"fmt"
	"strings"
	"testing"

	"batchsync/internal/slacksim"
	"batchsync/internal/studiosim"
)

// wrote is what the bot wrote in a conversation with all the words.
func (s *stage) wrote(where string, words ...string) (out []slacksim.Message) {
	for _, m := range s.slack.Messages(where) {
		if m.FromApp && contains(m.AllText(), words...) {
			out = append(out, m)
		}
	}
	return out
}

// reply waits for the first of them.
func (s *stage) reply(t testing.TB, where string, words ...string) slacksim.Message {
	t.Helper()
	m, err := s.slack.WaitMessage(within(t, storyWait), where, func(m slacksim.Message) bool {
		return m.FromApp && contains(m.AllText(), words...)
	})
	if err != nil {
		t.Fatalf("no answer in %s with %q: %v\n%s", where, words, err, tail(s.log.String(), 4000))
	}
	return m
}

// TestWritten writes commands to the bot instead of typing them: behind its name
// in a channel and in a thread, and in a direct message.
func TestWritten(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.quick(t, 300)
	b := s.start()
	task := s.online(t)
	runs, err := s.world.Runs(task.ID)
	must(t, err)
	ana, vera := s.as(t, "ana"), s.as(t, "vera")

	_, err = vera.actor.Mention(within(t, ackWait), slacksim.General, "show "+task.Name)
	must(t, err)
	card := s.reply(t, slacksim.General, task.Name, "As of", "Last runs")
	if card.ThreadTS == "" || len(card.Pings) > 0 {
		t.Errorf("the card stands in thread %q and notifies %v", card.ThreadTS, card.Pings)
	}
	_, err = vera.actor.Reply(within(t, ackWait), card, "@batchsync list failed")
	must(t, err)
	if list := s.reply(t, slacksim.General, "Batch syncs whose last run failed"); list.ThreadTS != card.ThreadTS {
		t.Errorf("answered in thread %q, asked in %q", list.ThreadTS, card.ThreadTS)
	}
	_, err = vera.actor.DM(within(t, ackWait), "runs "+task.Name)
	must(t, err)
	s.reply(t, vera.dm(t), "Runs of "+task.Name)

	// The same event twice is answered once.
	event := s.lastEvent(t, "app_mention")
	_, err = s.slack.Inject(within(t, ackWait), "events_api", event)
	must(t, err)

	rerun := fmt.Sprintf("rerun %d", runs[0].ID)
	_, err = vera.actor.Mention(within(t, ackWait), slacksim.General, rerun)
	must(t, err)
	if _, err := s.slack.WaitEphemeral(within(t, storyWait), "vera", func(m slacksim.Message) bool {
		return strings.Contains(m.AllText(), "This takes an operator")
	}); err != nil {
		t.Errorf("a viewer's change was not refused: %v", err)
	}
	_, err = ana.actor.Mention(within(t, ackWait), slacksim.General, rerun)
	must(t, err)
	offered := s.reply(t, slacksim.General, "/batchsync "+rerun, "Open Form")
	_, err = vera.actor.Click(within(t, ackWait), offered, "Open Form") // everybody can press it
	must(t, err)
	vera.saying("This takes an operator")
	_, err = ana.actor.Click(within(t, ackWait), offered, "Open Form")
	must(t, err)
	ana.confirm(ana.saying("The run is repeated for the same plan time"))
	s.card(t, slacksim.General, "Rerun", task.Name, "Done")

	b.stop(t)
	if lists := s.wrote(slacksim.General, "Batch syncs whose last run failed"); len(lists) != 1 {
		t.Errorf("an event that came twice was answered %d times", len(lists))
	}
	if got := s.effects(t, "rerun"); len(got) != 1 {
		t.Errorf("effects: got %q, want one rerun", got)
	}
	s.clean()
}

// dm is the person's conversation with the bot.
func (p *person) dm(t testing.TB) string {
	t.Helper()
	for _, e := range p.slack.Envelopes() {
		inner, _ := e.Payload["event"].(map[string]any)
		if inner["channel_type"] == "im" {
			return inner["channel"].(string)
		}
	}
	t.Fatalf("%s wrote no direct message", p.name)
	return ""
}

// lastEvent is the newest event of a kind that the bot was sent.
func (s *stage) lastEvent(t testing.TB, kind string) slacksim.Object {
	t.Helper()
	var found slacksim.Object
	for _, e := range s.slack.Envelopes() {
		if inner, _ := e.Payload["event"].(map[string]any); inner["type"] == kind {
			found = e.Payload
		}
	}
	if found == nil {
		t.Fatalf("no event %s was sent", kind)
	}
	return found
}

// TestWords asks about things that are not there.
func TestWords(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.start()
	task := s.online(t)
	vera, ana, adam := s.as(t, "vera"), s.as(t, "ana"), s.as(t, "adam")
	vera.ask("/batchsync help nosuch", "There is no command nosuch.")
	vera.ask("/batchsync help rnus", "Did you mean `/batchsync runs`?")
	vera.ask("/batchsync help undeploy", "takes the task off the scheduler")
	vera.ask(fmt.Sprintf("/batchsync log %d", task.ID), fmt.Sprintf("%d is the id of the task %s and not of a run.", task.ID, task.Name))
	ana.modal(fmt.Sprintf("/batchsync rerun %d", task.ID), "is the id of the task "+task.Name, fmt.Sprintf("runs %d", task.ID))
	long := strings.Repeat("x", 2900)
	if m := vera.ask("/batchsync show "+long, "No task is called xxx"); strings.Contains(m.AllText(), long[:100]) {
		t.Error("a very long name is repeated in full")
	}

	// The wrong name and the box that must be ticked are said together.
	must(t, s.world.ChangeTask(40006, func(other *studiosim.Task) { other.Deps, other.Online = []int64{task.ID}, true }))
	v := adam.modal("/batchsync undeploy "+task.Name, "cannot be undone", "dwd_orders")
	_, err := adam.actor.Type(within(t, ackWait), v, "form.name", task.Name+"x")
	must(t, err)
	got, err := adam.actor.Submit(within(t, ackWait), v)
	must(t, err)
	if len(got.Errors) != 2 {
		t.Errorf("got %+v, want a sentence at both fields", got)
	}
	s.clean()
}
