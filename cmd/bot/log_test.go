package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"batchsync/internal/slacksim"
	"batchsync/internal/studiosim"
)

// TestLog looks at the log of a failed rerun from its card, in front of
// everybody, and from a command, alone; through rate limits and many pages.
func TestLog(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.quick(t, 300)
	must(t, s.world.Configure(func(c *studiosim.Settings) { c.LogPage = 1000 }))
	b := s.start()
	task := s.online(t)
	hostile := "```</x> <!channel> @here\n"
	must(t, s.world.ChangeTask(task.ID, func(t *studiosim.Task) {
		t.FailNext, t.FailMsg = 9, hostile+strings.Repeat("one more line of the failure\n", 200)+"the cause"
	}))
	id, err := s.world.AddRun(studiosim.Run{Task: task.ID, Type: 1, Status: 3, Plan: time.Now().Add(-3 * time.Hour).UnixMilli(), VC: "sync_vc",
		Attempts: []studiosim.Attempt{{ID: 61001, Start: 1_700_000_000_000, End: 1_700_000_001_000, Result: 3, FailMsg: "failed at first"}}})
	must(t, err)
	ana, vera := s.as(t, "ana"), s.as(t, "vera")
	ana.confirm(ana.modal(fmt.Sprintf("/batchsync rerun %d", id), "Rerun", task.Name))
	card := s.card(t, slacksim.General, "Rerun", task.Name, "Finished with failures", "View Log")

	s.slack.Fault("chat.postMessage", slacksim.RateLimited(time.Second), 1)
	s.slack.Fault("files.completeUploadExternal", slacksim.RateLimited(time.Second), 1)
	_, err = ana.actor.Click(within(t, ackWait), card, "View Log")
	must(t, err)
	log := s.inThread(t, card.TS, "Attempt 2 of 2", "the cause")
	s.fileIn(t, card.TS, fmt.Sprintf("run-%d-attempt-2.log", id))
	for _, ping := range log.Pings {
		if ping != "@"+slacksim.Ana {
			t.Errorf("%s was pinged", ping)
		}
	}
	_, err = ana.actor.Select(within(t, ackWait), log, "run.log_attempt", fmt.Sprintf("%d/%d/1", task.ID, id))
	must(t, err)
	s.inThread(t, card.TS, "Attempt 1 of 2", "failed at first")

	// A viewer sees it, and shows it to nobody.
	_, err = vera.actor.Click(within(t, ackWait), card, "View Log")
	must(t, err)
	alone := vera.ask(fmt.Sprintf("/batchsync log %d 2", id), "Attempt 2 of 2", "the cause")
	if strings.Contains(alone.AllText(), "Post Log to Channel") {
		t.Error("a viewer is offered to post a log")
	}

	private := ana.ask(fmt.Sprintf("/batchsync log %d 2", id), "Attempt 2 of 2", "the cause", "Post Log to Channel")
	for _, m := range s.slack.Messages(slacksim.General) {
		if m.ThreadTS == "" && strings.Contains(m.AllText(), "Log of run") {
			t.Error("a log that was asked for by a command is shown to everybody")
		}
	}
	_, err = ana.actor.Click(within(t, ackWait), private, "Post Log to Channel")
	must(t, err)
	root, err := s.slack.WaitMessage(within(t, storyWait), slacksim.General, func(m slacksim.Message) bool {
		return m.ThreadTS == "" && contains(m.AllText(), "Log of run", "Asked for by", "Attempt 2 of 2", "the cause")
	})
	must(t, err)
	s.fileIn(t, root.TS, fmt.Sprintf("run-%d-attempt-2.log", id))
	if _, err := s.slack.WaitEphemeral(within(t, storyWait), "ana", func(m slacksim.Message) bool {
		return strings.Contains(m.AllText(), "Posted by") && !strings.Contains(m.AllText(), "Post Log to Channel")
	}); err != nil {
		t.Errorf("the button did not settle: %v", err)
	}
	b.stop(t)
	shown := 0
	for _, m := range s.slack.Messages(slacksim.General) {
		if m.ThreadTS == card.TS && strings.Contains(m.AllText(), "Log of run") {
			shown++
		}
	}
	if shown != 2 {
		t.Errorf("%d logs stand in the thread, want the two that the operator asked for", shown)
	}
	s.clean()
}

// inThread waits for a reply under a message of the channel with all the words.
func (s *stage) inThread(t testing.TB, root string, words ...string) slacksim.Message {
	t.Helper()
	m, err := s.slack.WaitMessage(within(t, storyWait), slacksim.General, func(m slacksim.Message) bool {
		return m.ThreadTS == root && contains(m.AllText(), words...)
	})
	if err != nil {
		t.Fatalf("no reply with %q: %v\n%s", words, err, tail(s.log.String(), 4000))
	}
	return m
}

// fileIn waits for a file in a thread.
func (s *stage) fileIn(t testing.TB, root, name string) {
	t.Helper()
	_, err := s.slack.WaitMessage(within(t, storyWait), slacksim.General, func(m slacksim.Message) bool {
		return m.ThreadTS == root && len(m.Files) == 1 && strings.Contains(fmt.Sprint(m.Files[0]["name"]), name)
	})
	if err != nil {
		t.Errorf("no file %s in the thread: %v", name, err)
	}
}

// TestHeldLink leads the second who wants to change a task to the card of the
// first.
func TestHeldLink(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.quick(t, 60_000)
	s.start("BATCHSYNC_OPERATORS=" + slacksim.Ana + "," + slacksim.Vera)
	task := s.online(t)
	ana, vera := s.as(t, "ana"), s.as(t, "vera")
	ana.confirm(ana.modal("/batchsync backfill "+task.Name+" "+dayAgo(5)+" "+dayAgo(4), "Job name"))
	card := s.card(t, slacksim.General, "Backfill", task.Name, "running")
	link := "/archives/" + slacksim.General + "/p" + strings.ReplaceAll(card.TS, ".", "")
	for _, line := range []string{"deploy " + task.Name, "backfill " + task.Name + " " + dayAgo(3) + " " + dayAgo(3)} {
		v := vera.modal("/batchsync "+line, "is being changed", "<@"+slacksim.Ana+">", link)
		_, err := vera.actor.CloseView(within(t, ackWait), v)
		must(t, err)
	}
	s.clean()
}

// TestAudit finds everything about a task by its id and by its name, also when
// it is deleted in Studio.
func TestAudit(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	_, ana := s.review(t, "e2e_audited")
	ana.create()
	card := s.card(t, slacksim.General, "e2e_audited", "Ready")
	link := "/archives/" + slacksim.General + "/p" + strings.ReplaceAll(card.TS, ".", "")
	id := s.made(t, "e2e_audited")[0].ID
	asked, done := "create `e2e_audited`: asked", "create `e2e_audited`: done"
	ana.ask(fmt.Sprintf("/batchsync audit %d", id), fmt.Sprintf("Who did what: `%d`", id), asked, done, link)
	ana.ask("/batchsync audit e2e_audited", "Who did what: `e2e_audited`", asked, done, link)
	must(t, s.world.DeleteTask(id))
	vera := s.as(t, "vera")
	vera.ask(fmt.Sprintf("/batchsync audit %d", id), fmt.Sprintf("Who did what: `%d`", id), asked, done, link)
	vera.ask("/batchsync audit e2e_audited", "Who did what: `e2e_audited`", asked, done, link)
	vera.ask("/batchsync audit <@"+slacksim.Ana+">", "Who did what: <@"+slacksim.Ana+">", asked, done, link)
	s.clean()
}
