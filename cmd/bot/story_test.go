package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"batchsync/internal/batchsync"
	"batchsync/internal/slacksim"
	"batchsync/internal/store"
)

// reviewed is a draft at its last screen, so that a story can begin there.
func reviewed(id string, owner batchsync.UserID, task string) batchsync.Draft {
	d := batchsync.NewDraft(batchsync.DraftID(id), owner, slacksim.General, batchsync.Defaults{
		Zone: "Asia/Shanghai", TargetSchema: "ods", VCluster: "sync_vc",
		Folder: batchsync.Folder{ID: 111, Path: "data_sync/mysql"},
		Target: batchsync.Datasource{ID: 5001, Name: "LAKEHOUSE_ecommerce"},
	}, time.Now())
	for field, answer := range map[batchsync.Field]batchsync.Choice{
		batchsync.FieldKind:         {Value: "mysql"},
		batchsync.FieldSource:       {Value: "5002", Label: "aliyun_mysql"},
		batchsync.FieldSourceSchema: {Value: "shop"},
		batchsync.FieldTables:       {Value: "orders"},
		batchsync.FieldTargetTable:  {Value: "orders"},
		batchsync.FieldTime:         {Value: "03:30"},
		batchsync.FieldName:         {Value: task},
	} {
		d.Answers[field] = []batchsync.Choice{answer}
	}
	d.Step, d.Version = batchsync.StepReview, 5
	return d
}

// seed puts drafts into the file of a bot that is not running.
func (s *stage) seed(t testing.TB, drafts ...batchsync.Draft) {
	t.Helper()
	s.file(t, func(file *store.Store) {
		for _, d := range drafts {
			must(t, file.CreateDraft(d))
		}
	})
}

// file opens the database of a bot that is not running.
func (s *stage) file(t testing.TB, use func(*store.Store)) {
	t.Helper()
	file, err := store.Open(filepath.Join(s.dir, "batchsync.db"), time.Now())
	must(t, err)
	defer func() { must(t, file.Close()) }()
	use(file)
}

// audit tells the trail of a bot that is not running as "actor action
// outcome", oldest first.
func (s *stage) audit(t testing.TB) []string {
	t.Helper()
	var out []string
	s.file(t, func(file *store.Store) {
		rows, err := file.Audit(100)
		must(t, err)
		for _, r := range rows {
			out = append([]string{fmt.Sprintf("%s %s %s", r.Actor, r.Action, r.Outcome)}, out...)
		}
		must(t, file.Check())
	})
	return out
}

// resume goes from the command to the screen of the unfinished draft.
func (p *person) resume() slacksim.View {
	p.t.Helper()
	_, err := p.actor.Slash(within(p.t, ackWait), slacksim.General, "/batchsync new")
	must(p.t, err)
	v := p.saying("You have an unfinished draft")
	_, err = p.actor.Click(within(p.t, ackWait), v, "Resume Draft")
	must(p.t, err)
	return p.saying("Step ")
}

// saying waits for a modal with all the words.
func (p *person) saying(words ...string) slacksim.View {
	p.t.Helper()
	return p.wait(func(v slacksim.View) bool { return contains(v.AllText(), words...) })
}

func contains(text string, words ...string) bool {
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

// create presses Create Sync on the draft's review.
func (p *person) create() slacksim.Submission {
	p.t.Helper()
	p.resume()
	v := p.step(5)
	got, err := p.actor.Submit(within(p.t, ackWait), v)
	must(p.t, err)
	return got
}

// review is a running bot with a draft of Ana's at its last screen.
func (s *stage) review(t testing.TB, task string, extra ...string) (*bot, *person) {
	t.Helper()
	s.seed(t, reviewed("draft1", slacksim.Ana, task))
	return s.start(extra...), s.as(t, "ana")
}

// scratch is a directory of the test's own. A bot that was killed leaves
// children behind which may write there for another moment, so it is removed
// as often as it takes.
func scratch(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "batchsync-stage")
	must(t, err)
	t.Cleanup(func() {
		until(t, "the removal of "+dir, func() bool { return os.RemoveAll(dir) == nil })
	})
	return dir
}

// end ends the process together with its children, in good order if it can.
func (b *bot) end() {
	b.cmd.Process.Signal(os.Interrupt)
	select {
	case err := <-b.done:
		b.done <- err
	case <-time.After(5 * time.Second):
		b.kill()
	}
}

// until asks again and again, for what nobody announces.
func until(t testing.TB, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for limit := time.After(storyWait); !ok(); {
		select {
		case <-tick.C:
		case <-limit:
			t.Fatalf("%s did not happen in %v", what, storyWait)
		}
	}
}

// untilFile waits for a file that a program leaves in the stage's directory.
func (s *stage) untilFile(t testing.TB, name string) {
	t.Helper()
	until(t, "the file "+name, func() bool { _, err := os.Stat(filepath.Join(s.dir, name)); return err == nil })
}

// effects are what invocations changed on the platform.
func (s *stage) effects(t testing.TB, prefix string) []string {
	t.Helper()
	out, err := s.world.Effects(prefix)
	must(t, err)
	return out
}

// cards are the messages of a channel that show how a task stands; the words
// about it are in their threads.
func (s *stage) cards(channel, task string) []slacksim.Message {
	var out []slacksim.Message
	for _, m := range s.slack.Messages(channel) {
		if m.ThreadTS == "" && strings.Contains(m.AllText(), "Batch sync "+task) {
			out = append(out, m)
		}
	}
	return out
}

// onlyOne asserts the one promise of all stories about trouble: a single task
// of the name exists, is deployed as asked, was made by a single command, and
// a single card tells it.
func (s *stage) onlyOne(t testing.TB, task string) {
	t.Helper()
	s.onlyTask(t, task)
	s.cardsOf(t, task, 0)
}

// onlyOneAfterCut is onlyOne where the bot was cut off once: a post whose answer
// it did not live to note down is sent again, and what it left behind stays as
// it was first drawn.
func (s *stage) onlyOneAfterCut(t testing.TB, task string) {
	t.Helper()
	s.onlyTask(t, task)
	s.cardsOf(t, task, 1)
}

func (s *stage) onlyTask(t testing.TB, task string) {
	t.Helper()
	s.card(t, slacksim.General, task, "Ready")
	made := s.made(t, task)
	if len(made) != 1 {
		t.Fatalf("made %d tasks %s, want 1", len(made), task)
	}
	if one := made[0]; !one.Online || one.Published == nil || one.Published.Cron != "0 30 03 * * ? *" || one.Published.VC != "sync_vc" || one.Published.Rerun != 1 {
		t.Errorf("not deployed as asked: %+v", one)
	} else if one.Content == nil || len(one.Content.Tables) != 1 || one.Content.Tables[0].Sink != "ods.orders" {
		t.Errorf("not configured as asked: %+v", one.Content)
	}
	for _, change := range []string{"create ", "setup ", "save-cron ", "save-config ", "deploy "} {
		if got := s.effects(t, change); len(got) > 1 {
			t.Errorf("repeated what had taken effect: %q", got)
		}
	}
}

// cardsOf asserts that one card tells of a task, besides up to a number of
// others that were never touched again.
func (s *stage) cardsOf(t testing.TB, task string, left int) {
	t.Helper()
	var live []slacksim.Message
	all := s.cards(slacksim.General, task)
	for _, m := range all {
		if m.Edits > 0 || says(m, "Ready") {
			live = append(live, m)
		}
	}
	if len(live) == 1 && len(all)-len(live) <= left {
		return
	}
	t.Errorf("%d cards tell of %s, %d of them kept up to date; want 1", len(all), task, len(live))
	for _, m := range all {
		t.Logf("%s, edited %d times: %s", m.TS, m.Edits, m.AllText())
	}
}

// program writes a stand-in for cz-cli that does what the script says; in it,
// "$sim" is the simulated program and "$dir" the stage's directory.
func (s *stage) program(t testing.TB, script string) string {
	t.Helper()
	path := filepath.Join(s.dir, "cz-cli-wrapped")
	text := fmt.Sprintf("#!/bin/sh\nsim=%q\ndir=%q\n%s\n", filepath.Join(s.bin, "cz-cli-sim"), s.dir, script)
	must(t, os.WriteFile(path, []byte(text), 0o755))
	return path
}
