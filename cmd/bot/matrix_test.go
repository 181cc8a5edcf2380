package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
	"batchsync/internal/slacksim"
	"batchsync/internal/store"
	"batchsync/internal/studiosim"
)

// TestMatrix has people who may not change anything press every button there
// is, choose every entry of a task's menu, and type and write every command: by
// clicks of their own and by forged ones. Nothing on the platform and nothing in the file
// changes. A viewer may look; outsiders may not even that.
func TestMatrix(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	b := s.start()
	task := s.online(t)
	runs, err := s.world.Runs(task.ID)
	must(t, err)
	run := runs[0]

	// A card shown to Ana gives a true payload to forge from.
	ana := s.as(t, "ana")
	ana.ask("/batchsync show "+task.Name, task.Name, "As of")
	must(t, press(t, s, ana, "Refresh"))
	base := s.captured(t, string(blocks.ActionRefreshTask))

	taskRef := fmt.Sprintf("1:%d", task.ID)
	runRef := fmt.Sprintf("%d/%d", task.ID, run.ID)
	// What somebody presses is carried out in order, and some of it is
	// acknowledged only then; so they take turns, as people do.
	done := []string{slacksim.Vera, slacksim.Gus, slacksim.Fay, slacksim.Dora, slacksim.OtherBot}
	for _, id := range blocks.ActionIDs() {
		for _, value := range []string{taskRef, runRef, "1:nothing", "all"} {
			for _, user := range done {
				inject(t, s, forged(base, "user.id", user, "actions.0.action_id", string(id), "actions.0.value", value))
			}
		}
		choice := blocks.MenuChoice{Action: id, Value: taskRef}.String()
		for _, user := range done {
			inject(t, s, forged(base, "user.id", user, "actions.0.action_id", string(blocks.ActionTaskMenu), "actions.0.value", choice))
		}
	}
	vera := s.as(t, "vera")
	for word := range blocks.CommandActions() {
		for _, rest := range []string{task.Name, fmt.Sprint(run.ID), fmt.Sprint(task.ID) + " 2026-07-01 2026-07-02", "* digest", "+1h +2h", "end"} {
			if _, err := vera.actor.Slash(within(t, storyWait), slacksim.General, "/batchsync "+word+" "+rest); err != nil {
				t.Errorf("/batchsync %s %s: %v", word, rest, err)
			}
		}
		// The same words written: in a channel, and in a direct message.
		if _, err := vera.actor.Mention(within(t, storyWait), slacksim.General, word+" "+task.Name); err != nil {
			t.Errorf("@batchsync %s: %v", word, err)
		}
		if _, err := vera.actor.DM(within(t, storyWait), word+" "+fmt.Sprint(run.ID)); err != nil {
			t.Errorf("%s as a direct message: %v", word, err)
		}
		if _, err := s.slack.As(slacksim.Gus).Mention(within(t, storyWait), slacksim.DataSync, word+" "+task.Name); err != nil {
			t.Errorf("@batchsync %s of a guest: %v", word, err)
		}
		vera.settled() // nobody types faster than they are answered; a flood is another test
	}
	b.stop(t) // finishes what it accepted

	for _, write := range []string{"create", "setup", "edit", "save", "deploy", "undeploy", "delete", "refill", "rerun", "stop", "run "} {
		if got := s.effects(t, write); len(got) != 0 {
			t.Errorf("the platform was changed: %q", got)
		}
	}
	s.file(t, func(file *store.Store) {
		open, err := file.Unsettled()
		must(t, err)
		tasks, err := file.Tasks()
		must(t, err)
		if len(open) != 0 || len(tasks) != 0 {
			t.Errorf("the file holds %d operations and %d tasks", len(open), len(tasks))
		}
		k, err := file.Known(time.Now())
		must(t, err)
		if len(k.Subscriptions)+len(k.Channels)+len(k.Quiet)+len(k.Rehearsals) != 0 {
			t.Errorf("the file holds %+v", k)
		}
		for _, user := range done {
			rows, err := file.AuditOf(batchsync.AuditFilter{Actor: batchsync.UserID(user)})
			must(t, err)
			for _, row := range rows {
				if row.Outcome != batchsync.AuditForbidden {
					t.Errorf("audit of %s: %+v", user, row)
				}
			}
			refused := map[batchsync.Action]bool{}
			for _, row := range rows {
				refused[row.Action] = true
			}
			for _, act := range batchsync.Actions() {
				// Forged clicks cannot open a modal, so only the viewer's own
				// commands get as far as those that ask there.
				anyway := []batchsync.Action{
					batchsync.ActAdopt, batchsync.ActResume, batchsync.ActAck, batchsync.ActSubscribe, batchsync.ActQuiet, batchsync.ActRehearse,
					batchsync.ActAcceptance,
				}
				asked := user == slacksim.Vera && act != batchsync.ActInspect || slices.Contains(anyway, act)
				if asked && act != batchsync.ActView && !refused[act] {
					t.Errorf("%s was never refused to %s", act, user)
				}
			}
		}
	})
	s.clean()
}

// press clicks a button of the newest message only this person sees.
func press(t testing.TB, s *stage, p *person, label string) error {
	t.Helper()
	all := s.slack.Ephemerals(p.name)
	_, err := p.actor.Click(within(t, ackWait), all[len(all)-1], label)
	return err
}

func inject(t testing.TB, s *stage, payload slacksim.Object) {
	t.Helper()
	if _, err := s.slack.Inject(within(t, storyWait), "interactive", payload); err != nil {
		t.Errorf("%.200v: %v", payload["actions"], err)
	}
}

// TestRace has two people confirm a change of one task at the same moment: one
// effect, and the second is told who holds it.
func TestRace(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	must(t, s.world.Configure(func(c *studiosim.Settings) { c.RunMS, c.WaitMS, c.FailRate = 20_000, 50, 0 }))
	s.start("BATCHSYNC_OPERATORS=" + slacksim.Ana + "," + slacksim.Vera)
	task := s.online(t)
	people := []*person{s.as(t, "ana"), s.as(t, "vera")}
	views := make([]slacksim.View, len(people))
	for i, p := range people {
		views[i] = p.modal("/batchsync backfill "+task.Name+" "+dayAgo(5)+" "+dayAgo(4), "Job name")
	}
	answers := make(chan string, len(people))
	for i, p := range people {
		go func() {
			got, err := p.actor.Submit(within(t, storyWait), views[i])
			if err != nil || got.View == nil {
				answers <- fmt.Sprint(err)
				return
			}
			answers <- got.View.AllText()
		}()
	}
	var held int
	for range people {
		if text := <-answers; strings.Contains(text, "<@") || strings.Contains(text, "at present") || strings.Contains(text, "another") {
			held++
		}
	}
	if held != 1 {
		t.Errorf("%d of two were told that somebody holds the task", held)
	}
	s.card(t, slacksim.General, "Backfill", task.Name, "running")
	if got := s.effects(t, "refill"); len(got) != 1 {
		t.Errorf("effects: got %q, want one", got)
	}
	s.clean()
}
