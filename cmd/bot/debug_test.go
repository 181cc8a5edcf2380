package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"batchsync/internal/batchsync"
	"batchsync/internal/slacksim"
	"batchsync/internal/studiosim"
)

// executing makes executed runs take so long, and fail where a message is given.
func (s *stage) executing(t testing.TB, ms int64, fails string) {
	t.Helper()
	must(t, s.world.Configure(func(c *studiosim.Settings) {
		c.WaitMS, c.FailRate, c.Switches.ExecuteMS, c.Switches.ExecuteFails = 50, 0, ms, fails
	}))
}

// TestDebugRun runs a task once from its card and by the command: one that
// succeeds, one that fails and is explained, and one that is stopped.
func TestDebugRun(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.executing(t, 300, "")
	b := s.start()
	task := s.online(t)
	ana, vera := s.as(t, "ana"), s.as(t, "vera")

	vera.modal("/batchsync run "+task.Name, "operator")
	card := ana.ask("/batchsync show "+task.Name, task.Name, "Debug Run")
	form := ana.click(card, "Debug Run", "no rehearsal", "rows of the target", "Sync VCluster")
	if got := s.effects(t, "run "); len(got) != 0 {
		t.Errorf("it ran before it was confirmed: %q", got)
	}
	ana.confirm(form)
	done := s.card(t, slacksim.General, "Debug run of "+task.Name, "The run succeeded", "✓ Debug run", "sync_vc", "rows: ", "The last lines of its log")
	for _, button := range []string{"Run Acceptance", "Open Run", "Show Task"} {
		if !offers(done, button) {
			t.Errorf("%s is not offered: %s", button, done.AllText())
		}
	}

	s.executing(t, 300, "disk full, password=s3cret-planted")
	ana.confirm(ana.modal("/batchsync run "+task.Name, "no rehearsal"))
	failed := s.card(t, slacksim.General, "Debug run of "+task.Name, "Finished with failures", "✗ Debug run", "disk full")
	for _, button := range []string{"Diagnose", "View Log"} {
		if !offers(failed, button) {
			t.Errorf("%s is not offered: %s", button, failed.AllText())
		}
	}
	for _, m := range s.slack.Messages(slacksim.General) {
		if strings.Contains(m.AllText(), "s3cret-planted") {
			t.Errorf("a secret is shown: %s", m.AllText())
		}
	}

	s.executing(t, 600_000, "")
	ana.confirm(ana.modal("/batchsync run "+task.Name, "no rehearsal"))
	running := s.card(t, slacksim.General, "Debug run of "+task.Name, "… Debug run", "running", "Stop")
	_, err := ana.actor.Click(within(t, ackWait), running, "Stop")
	must(t, err)
	s.card(t, slacksim.General, "Debug run of "+task.Name, "Stopped", "■ Debug run")

	if got := s.effects(t, "run "); len(got) != 3 {
		t.Errorf("ran %q, want three times", got)
	}
	now, err := s.world.Task(task.ID)
	must(t, err)
	if *now.Published != *task.Published || len(s.effects(t, "deploy ")) != 0 {
		t.Errorf("its schedule changed: %+v", now.Published)
	}
	b.stop(t)
	want := []string{
		slacksim.Vera + " debug forbidden",
		slacksim.Ana + " debug asked", slacksim.Ana + " debug done",
		slacksim.Ana + " debug asked", slacksim.Ana + " debug trouble",
		slacksim.Ana + " debug asked", slacksim.Ana + " stop asked", slacksim.Ana + " debug stopped",
	}
	if got := s.audit(t); !slices.Equal(got, want) {
		t.Errorf("audit: got %q, want %q", got, want)
	}
	s.clean()
}

// TestDebugRun_LostAnswers runs a task once whatever becomes of the answer, and
// tells of a second run that the program began by itself.
func TestDebugRun_LostAnswers(t *testing.T) {
	t.Parallel()
	for kind, runs := range map[string]int{"applied_reported_failed": 1, "applied_killed": 1, "applied_twice": 2} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.executing(t, 300, "")
			must(t, s.world.SetFaults(studiosim.Fault{Match: "task execute", Kind: kind, Times: 1}))
			s.start()
			task := s.online(t)
			ana := s.as(t, "ana")
			ana.confirm(ana.modal("/batchsync run "+task.Name, "no rehearsal"))
			s.card(t, slacksim.General, "Debug run of "+task.Name, "The run succeeded")
			if got := s.effects(t, "run "); len(got) > runs {
				t.Errorf("ran %q, want %d", got, runs)
			}
			s.clean()
		})
	}
}

// TestCreate_DebugFirst walks the wizard with a debug run before the schedule:
// it fails, nothing is scheduled, and Check Again runs it once more.
func TestCreate_DebugFirst(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.executing(t, 300, "no such column: note")
	s.start()
	ana := s.as(t, "ana")
	ana.open()
	sourceScreen(ana, "single")
	ana.pick("source_schema", "shop")
	ana.pick("tables", "orders")
	ana.pick("target", "LAKEHOUSE_ecommerce")
	ana.typeIn("target_table", "orders")
	ana.next()
	ana.step(3)
	ana.typeIn("time", "03:30")
	ana.next()
	ana.step(4)
	ana.pick("folder", "data_sync/mysql")
	ana.pick("vcluster", "sync_vc")
	ana.typeIn("name", "e2e_debug")
	ana.set("debug", batchsync.Yes)
	ana.next()
	if got := ana.step(5).AllText(); !strings.Contains(got, "Run it once on cluster") {
		t.Errorf("the review does not tell of the run: %s", got)
	}
	ana.next()

	card := s.card(t, slacksim.General, "e2e_debug", "Waiting for you", "did not succeed, so nothing was scheduled or deployed", "no such column: note", "Diagnose", "Check Again")
	if made := s.made(t, "e2e_debug"); len(made) != 1 || made[0].Online || made[0].Draft != nil && made[0].Draft.Cron != "" {
		t.Errorf("after a failed run: %+v", made)
	}
	if got := s.effects(t, "run "); len(got) != 1 {
		t.Errorf("ran %q, want once", got)
	}
	s.executing(t, 300, "")
	_, err := ana.actor.Click(within(t, ackWait), card, "Check Again")
	must(t, err)
	ready := s.card(t, slacksim.General, "e2e_debug", "Ready", "✓ Debug run")
	if !offers(ready, "Run Acceptance") {
		t.Errorf("no acceptance is offered: %s", ready.AllText())
	}
	if got := s.effects(t, "run "); len(got) != 2 {
		t.Errorf("ran %q, want twice", got)
	}
	s.onlyTask(t, "e2e_debug")
	s.clean()
}

// TestCreate_DebugByHand has a creation that waited for Studio run the task
// before it is scheduled, at the press of a button.
func TestCreate_DebugByHand(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.executing(t, 300, "")
	s.start()
	ana := s.as(t, "ana")
	ana.open()
	answerMerge("e2e_by_hand")(ana)
	card := s.card(t, slacksim.General, "e2e_by_hand", "Waiting for you", "Check With Debug Run")
	made := s.made(t, "e2e_by_hand")
	must(t, s.world.ConfigureInStudio(made[0].ID, studiosim.Integration{
		Kind: "merge", Source: 5002, Sink: 5001, WriteMode: "OVERWRITE", PKMode: "OVERWRITE", NonPKMode: "OVERWRITE",
		Tables: []studiosim.Pair{{Source: "shop.orders", Sink: "ods.all_orders"}, {Source: "shop.order_items", Sink: "ods.all_orders"}},
	}))
	_, err := ana.actor.Click(within(t, ackWait), card, "Check With Debug Run")
	must(t, err)
	s.card(t, slacksim.General, "e2e_by_hand", "Ready", "✓ Debug run")
	if got := s.effects(t, "run "); len(got) != 1 {
		t.Errorf("ran %q, want once", got)
	}
	s.clean()
}

// TestKill_AtExecute cuts the bot's power once the run has begun, before the
// bot can hear of it: it is found again, and not run twice.
func TestKill_AtExecute(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.executing(t, 300, "")
	program := "CZ_CLI=" + s.program(t, deadly)
	d := reviewed("draft1", slacksim.Ana, "e2e_kill")
	d.Answers[batchsync.FieldDebug] = []batchsync.Choice{{Value: batchsync.Yes}}
	s.seed(t, d)
	b, ana := s.start(program), s.as(t, "ana")
	ana.resume()
	v := ana.step(5)
	must(t, os.WriteFile(filepath.Join(s.dir, "trap"), []byte("task execute"), 0o600))
	_, err := ana.actor.Submit(within(t, ackWait), v)
	must(t, err)
	s.ended(t, b)

	b = s.start(program)
	s.onlyOneAfterCut(t, "e2e_kill")
	if got := s.effects(t, "run "); len(got) != 1 {
		t.Errorf("ran %q, want once", got)
	}
	b.stop(t)
	if got, want := s.audit(t), []string{slacksim.Ana + " create asked", slacksim.Ana + " create done"}; !slices.Equal(got, want) {
		t.Errorf("audit: got %q, want %q", got, want)
	}
	s.clean()
}
