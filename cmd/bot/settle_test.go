package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"batchsync/internal/slacksim"
	"batchsync/internal/studiosim"
)

// now is a message as it stands now.
func (p *person) now(m slacksim.Message, words ...string) slacksim.Message {
	p.t.Helper()
	got, err := p.slack.WaitEphemeral(within(p.t, storyWait), p.name, func(x slacksim.Message) bool {
		return x.TS == m.TS && says(x, words...)
	})
	if err != nil {
		for _, x := range p.slack.Ephemerals(p.name) {
			if x.TS == m.TS {
				p.t.Fatalf("the message never said %q but:\n%s", words, x.AllText())
			}
		}
		p.t.Fatalf("the message is gone: %v", err)
	}
	return got
}

func says(m slacksim.Message, words ...string) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(m.AllText(), w) })
}

// click presses a button and waits for the modal it opens.
func (p *person) click(m slacksim.Message, button string, words ...string) slacksim.View {
	p.t.Helper()
	_, err := p.actor.Click(within(p.t, ackWait), m, button)
	must(p.t, err)
	return p.wait(func(v slacksim.View) bool {
		return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(v.AllText(), w) })
	})
}

// offers reports whether a button of a label can be pressed.
func offers(m slacksim.Message, label string) bool {
	return strings.Contains(fmt.Sprint(m.Blocks), "text:"+label+" type:plain_text] type:button")
}

// TestSettle_Rerun confirms a rerun from a task's card: the card is redrawn in
// place, names who did it, leads to the card of the change and offers it no
// more.
func TestSettle_Rerun(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.quick(t, 20_000)
	s.start()
	task := s.online(t)
	id, err := s.world.AddRun(studiosim.Run{Task: task.ID, Type: 1, Status: 3, Plan: time.Now().Add(-time.Hour).UnixMilli(), FailMsg: "broken", VC: "sync_vc"})
	must(t, err)
	ana := s.as(t, "ana")
	card := ana.ask("/batchsync show "+task.Name, task.Name, fmt.Sprint(id))
	if !offers(card, "Rerun") {
		t.Fatalf("the card does not offer a rerun: %v", card.Blocks)
	}
	before := len(s.slack.Ephemerals("ana"))
	ana.confirm(ana.click(card, "Rerun", "The run is repeated"))
	after := ana.now(card, "Rerun by <@"+slacksim.Ana+"> · ", "Being changed: Rerun of "+task.Name)
	if offers(after, "Rerun") || !offers(after, "Backfill") {
		t.Errorf("the card still offers the rerun, or nothing else: %v", after.Blocks)
	}
	if got := len(s.slack.Ephemerals("ana")); got != before {
		t.Errorf("%d new messages instead of the old one redrawn", got-before)
	}
	s.card(t, slacksim.General, "Rerun", task.Name)
	s.clean()
}

// TestSettle_Mute goes from the card through a form and back, and then without
// one.
func TestSettle_Mute(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.start()
	task := s.online(t)
	adam := s.as(t, "adam")
	card := adam.ask("/batchsync adopt "+task.Name, "Mute")
	v := adam.click(card, "Mute", "Keep the news")
	_, err := adam.actor.Select(within(t, ackWait), v, "form.mute_for", "8h")
	must(t, err)
	adam.confirm(v)
	if after := adam.now(card, "Mute by <@"+slacksim.Adam+"> · ", "muted until"); offers(after, "Mute") || !offers(after, "Unmute") {
		t.Errorf("muted: %v", after.Blocks)
	}
	_, err = adam.actor.Click(within(t, ackWait), card, "Unmute")
	must(t, err)
	if after := adam.now(card, "Unmute by <@"+slacksim.Adam+"> · "); !offers(after, "Mute") || says(after, "muted until") {
		t.Errorf("unmuted: %v", after.Blocks)
	}
	s.clean()
}

// TestSettle_Menu has an entry of the card's menu settle like a button.
func TestSettle_Menu(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.start()
	task := s.online(t)
	ana := s.as(t, "ana")
	card := ana.ask("/batchsync show "+task.Name, task.Name, "As of")
	_, err := ana.actor.Select(within(t, ackWait), card, "task.menu", "Deploy")
	must(t, err)
	ana.confirm(ana.wait(func(v slacksim.View) bool { return strings.Contains(v.AllText(), "Deploying again") }))
	after := ana.now(card, "Deploy by <@"+slacksim.Ana+"> · ")
	if strings.Contains(fmt.Sprint(after.Blocks), "text:Deploy type") {
		t.Errorf("the menu still offers it: %v", after.Blocks)
	}
	s.clean()
}

// TestSettle_OperationCard names who stopped a change on its public card, also
// after the bot went on with it.
func TestSettle_OperationCard(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.quick(t, 60_000)
	s.start()
	task := s.online(t)
	ana := s.as(t, "ana")
	ana.confirm(ana.modal("/batchsync backfill "+task.Name+" "+dayAgo(4)+" "+dayAgo(3), "Job name"))
	card := s.card(t, slacksim.General, "Backfill", task.Name, "1 running", "Stop")
	_, err := ana.actor.Click(within(t, ackWait), card, "Stop")
	must(t, err)
	s.card(t, slacksim.General, "Backfill", "Stop asked by <@"+slacksim.Ana+"> · ", "Runs that were not over were stopped on request")
	ana.ask("/batchsync runs "+task.Name, "stopped on request")
	s.clean()
}

// TestSettle_UsedUp answers by a new message where the old one cannot be
// replaced any more.
func TestSettle_UsedUp(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.start()
	task := s.online(t)
	adam := s.as(t, "adam")
	card := adam.ask("/batchsync show "+task.Name, task.Name, "Adopt")
	s.slack.Fault("response_url", slacksim.HTTPStatus(404), -1)
	_, err := adam.actor.Click(within(t, ackWait), card, "Adopt")
	must(t, err)
	got, err := s.slack.WaitEphemeral(within(t, storyWait), "adam", func(m slacksim.Message) bool {
		return m.TS != card.TS && says(m, "Adopt by <@"+slacksim.Adam+"> · ", "owner <@"+slacksim.Adam+">")
	})
	must(t, err)
	if offers(got, "Adopt") {
		t.Errorf("the card still offers to adopt: %v", got.Blocks)
	}
	s.clean()
}

// TestSettle_Stop stops a run from the card: it is called stopped from then on,
// and is no failure in any list.
func TestSettle_Stop(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.start()
	const name = "sync_mysql_products" // the demo world has a run of it at work
	ana := s.as(t, "ana")
	card := ana.ask("/batchsync show "+name, name, "1 at work")
	ana.confirm(ana.click(card, "Stop Run", "The run ends as failed"))
	ana.now(card, "Stop Run by <@"+slacksim.Ana+"> · ")
	s.card(t, slacksim.General, "Stop", name, "Done")
	_, err := ana.actor.Click(within(t, ackWait), card, "Refresh")
	must(t, err)
	if after := ana.now(card, "1 stopped"); says(after, "Last failed") {
		t.Errorf("the stopped run is called failed: %s", after.AllText())
	}
	ana.ask("/batchsync runs "+name, "stopped on request")
	failed := ana.ask("/batchsync list failed", "whose last run failed")
	if says(failed, name) {
		t.Errorf("the list of failures has it: %s", failed.AllText())
	}
	s.clean()
}

// TestSettle_Restart confirms what was opened before a restart: it is carried
// out, the card stays as it is, and its button tells who holds the task.
func TestSettle_Restart(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.quick(t, 30_000)
	b := s.start()
	task := s.online(t)
	ana := s.as(t, "ana")
	card := ana.ask("/batchsync show "+task.Name, task.Name, "As of")
	ana.click(card, "Backfill", "From day")
	v := ana.modal("/batchsync backfill "+task.Name+" "+dayAgo(5)+" "+dayAgo(5), "Job name")
	b.kill()
	s.start()
	ana.confirm(v)
	s.card(t, slacksim.General, "Backfill", task.Name)
	ana.click(card, "Backfill", "being changed")
	s.clean()
}

// TestTables leads from the card to every table of a task that has many, page
// by page, in place.
func TestTables(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	const tables = 120
	content := studiosim.Integration{Kind: "multi", Source: 5002, Sink: 5001}
	for n := range tables {
		content.Tables = append(content.Tables, studiosim.Pair{Source: fmt.Sprintf("erp.t%03d", n), Sink: fmt.Sprintf("ods.t%03d", n)})
	}
	content.Tables[70].Sink = "ods.renamed_070"
	id, err := s.world.AddTask(studiosim.Task{Name: "wide", Type: 291, Folder: 111, Content: &content, HasConfig: true})
	must(t, err)
	s.start()
	vera := s.as(t, "vera")
	card := vera.ask(fmt.Sprintf("/batchsync show %d", id), "wide", "+110 more")
	_, err = vera.actor.Click(within(t, ackWait), card, "All Tables")
	must(t, err)
	page, err := s.slack.WaitEphemeral(within(t, storyWait), "vera", func(m slacksim.Message) bool {
		return says(m, "Tables of wide", "120 tables", "1 of them", "erp.t000", "Tables 1 to 50 of 120.")
	})
	must(t, err)
	_, err = vera.actor.Click(within(t, ackWait), page, "Next")
	must(t, err)
	page = vera.now(page, "Tables 51 to 100 of 120.", "ods.renamed_070", "≠ other name")
	_, err = vera.actor.Click(within(t, ackWait), page, "Next")
	must(t, err)
	page = vera.now(page, "Tables 101 to 120 of 120.", "erp.t119")
	_, err = vera.actor.Click(within(t, ackWait), page, "Previous")
	must(t, err)
	vera.now(page, "Tables 51 to 100 of 120.")
	s.clean()
}

// TestList_Pages turns the pages of a long list in place, says what is online,
// and does not believe an empty answer.
func TestList_Pages(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	must(t, s.world.Scale(45, 0, 0))
	s.start()
	adam := s.as(t, "adam")
	adam.ask("/batchsync adopt "+s.online(t).Name, "Mute")
	page := adam.ask("/batchsync list", "1 to 20 of ", "Offline")
	_, err := adam.actor.Click(within(t, ackWait), page, "Next")
	must(t, err)
	page = adam.now(page, "21 to 40 of ")
	_, err = adam.actor.Click(within(t, ackWait), page, "Previous")
	must(t, err)
	adam.now(page, "1 to 20 of ")
	must(t, s.world.SetFaults(studiosim.Fault{Match: "task list", Kind: "null_data"}))
	adam.ask("/batchsync list", "The platform lists no tasks, but 1 are known here.")
	adam.ask("/batchsync show "+s.online(t).Name, "but it is known here with the id")
	s.clean()
}
