package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"batchsync/internal/batchsync"
	"batchsync/internal/slacksim"
	"batchsync/internal/source/sourcetest"
	"batchsync/internal/store"
)

// shop starts a real MySQL server with the demo's table of orders, as many rows
// as the demo's runs copy. It returns the owner's address and the setting that
// lets the bot count there.
func (s *stage) shop(t *testing.T) (dsn, setting string) {
	t.Helper()
	dsn = sourcetest.StartMySQL(t)
	sourcetest.Exec(t, dsn, "CREATE DATABASE shop", "USE shop",
		"CREATE TABLE orders (id BIGINT PRIMARY KEY, customer_id BIGINT, status VARCHAR(20), amount DECIMAL(10,2), created_at DATETIME)",
		"INSERT INTO orders SELECT seq, seq % 100, 'paid', 1.5, '2026-01-01 00:00:00' FROM seq_1_to_12034")
	addresses, err := json.Marshal(map[string]string{"aliyun_mysql": sourcetest.As(t, dsn, sourcetest.Reader, sourcetest.Password)})
	must(t, err)
	path := filepath.Join(s.dir, "sources.json")
	must(t, os.WriteFile(path, addresses, 0o600))
	return dsn, "BATCHSYNC_SOURCES=" + path
}

// threaded waits for a message in a thread that says all the words.
func (s *stage) threaded(t testing.TB, root slacksim.Message, words ...string) slacksim.Message {
	t.Helper()
	return s.said(t, root.Channel, func(m slacksim.Message) bool {
		return m.ThreadTS == root.TS && m.TS != root.TS && says(m, words...)
	})
}

// TestAcceptance takes a new task from its creation to the delivery that a
// person accepted, and on to the failure that opens it again: rows that are
// missing in the target are found by counting a real MySQL.
func TestAcceptance(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	t.Cleanup(s.clean)
	dsn, sources := s.shop(t)
	s.quick(t, 1000)
	bot, ana := s.review(t, "e2e_accept", "BATCHSYNC_POLL=@every 1s", sources)
	ana.create()
	root := s.card(t, slacksim.General, "e2e_accept", "Ready")
	task := s.made(t, "e2e_accept")[0].ID
	s.runs(t, task)
	passed := s.threaded(t, root, "Passed: delivery of e2e_accept", "12,034")
	if !passed.Broadcast {
		t.Error("the verdict is hidden in the thread")
	}
	s.card(t, slacksim.General, "e2e_accept", "Ready", "Acceptance: ✓ Passed")
	ana.confirm(ana.click(passed, "Accept Delivery", "You take the delivery of"))
	s.threaded(t, root, "Passed: delivery of e2e_accept", "Accepted", "<@"+slacksim.Ana+">")

	ana.ask("/batchsync subscribe e2e_accept acceptance", "This channel is told of")
	sourcetest.Exec(t, dsn, "USE shop", "INSERT INTO orders SELECT seq, 1, 'late', 1, '2026-01-02 00:00:00' FROM seq_20001_to_20007")
	_, err := s.world.RunAt(task, time.Now(), time.Second)
	must(t, err)
	failed := s.card(t, slacksim.General, "Failed: delivery of e2e_accept", "ods.orders", "12,041", "12,034")
	if failed.ThreadTS != "" {
		t.Errorf("what a channel follows is hidden in a thread: %+v", failed)
	}
	s.threaded(t, root, "Passed: delivery of e2e_accept", "Re-opened")
	bot.stop(t)
	s.file(t, func(file *store.Store) {
		last, err := file.LastAcceptance(batchsync.TaskID(task))
		must(t, err)
		if last.Occasion != batchsync.OnEveryRun || last.Verdict != batchsync.VerdictFailed || last.Tables[0].Source.How != batchsync.CountedExactly {
			t.Errorf("the last acceptance is %+v", last)
		}
	})
	if strings.Contains(s.log.String(), sourcetest.Password) {
		t.Error("the log shows the password of a source")
	}
}

// TestAcceptance_ByFigure judges a delivery whose source the bot cannot count:
// a person says how many rows there are.
func TestAcceptance_ByFigure(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	t.Cleanup(s.clean)
	s.quick(t, 1000)
	task := s.scheduled(t, 40105, "e2e_figure")
	s.runs(t, task)
	s.start()
	ana := s.as(t, "ana")
	_, err := ana.actor.Slash(within(t, ackWait), slacksim.General, "/batchsync acceptance e2e_figure")
	must(t, err)
	card := s.card(t, slacksim.General, "Needs a person: delivery of e2e_figure")
	v := ana.click(card, "Give Figure", "How many rows does the source have?")
	_, err = ana.actor.Type(within(t, ackWait), v, "form.figure", "1,234,567")
	must(t, err)
	ana.confirm(ana.saying("How many rows"))
	judged := s.card(t, slacksim.General, "Failed: delivery of e2e_figure", "1,234,567", "<@"+slacksim.Ana+">")
	if judged.TS != card.TS {
		t.Error("the figure is told by another card")
	}
}

// TestAcceptance_Backfill examines what a backfill brought, in its thread.
func TestAcceptance_Backfill(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	t.Cleanup(s.clean)
	s.quick(t, 300)
	s.start()
	task := s.online(t)
	ana := s.as(t, "ana")
	ana.confirm(ana.modal("/batchsync backfill "+task.Name+" "+dayAgo(5)+" "+dayAgo(4), "Job name"))
	root := s.card(t, slacksim.General, "Backfill", task.Name, "Done")
	s.threaded(t, root, "delivery of "+task.Name)
}
