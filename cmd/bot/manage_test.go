package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"batchsync/internal/slacksim"
	"batchsync/internal/studiosim"
)

// ask types a command and waits for the words of its answer to the person.
func (p *person) ask(line string, words ...string) slacksim.Message {
	p.t.Helper()
	before := len(p.slack.Ephemerals(p.name))
	_, err := p.actor.Slash(within(p.t, ackWait), slacksim.General, line)
	must(p.t, err)
	m, err := p.slack.WaitEphemeral(within(p.t, storyWait), p.name, func(m slacksim.Message) bool {
		for _, w := range words {
			if !strings.Contains(m.AllText(), w) {
				return false
			}
		}
		return true
	})
	if err != nil {
		var shown []string
		for _, m := range p.slack.Ephemerals(p.name)[before:] {
			shown = append(shown, m.AllText())
		}
		p.t.Fatalf("%s: no answer with %q: %v\nshown:\n%s", line, words, err, strings.Join(shown, "\n---\n"))
	}
	return m
}

// online is the demo world's deployed task the stories are about.
func (s *stage) online(t testing.TB) studiosim.Task {
	t.Helper()
	all, err := s.world.Tasks()
	must(t, err)
	for _, task := range all {
		if task.Online && task.Type == 10 && task.Published != nil && task.Published.Rerun == 1 && strings.HasPrefix(task.Name, "sync_") {
			return task
		}
	}
	t.Fatal("the demo world has no deployed single-table task")
	return studiosim.Task{}
}

func TestLook(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(tail(s.log.String(), 5000))
		}
	})
	s.start()
	task := s.online(t)
	vera := s.as(t, "vera")
	vera.ask("/batchsync list", task.Name)
	vera.ask("/batchsync show "+task.Name, task.Name, "ods.")
	vera.ask("/batchsync show "+strings.ToUpper(task.Name), "called exactly")
	vera.ask("/batchsync show no_such_task_at_all", "No task is called")
	vera.ask("/batchsync runs "+task.Name, task.Name)
	vera.ask("/batchsync deps "+task.Name, task.Name)
	vera.ask("/batchsync audit", "udit")
	vera.ask("/batchsync status", "workspace")
	vera.ask("/batchsync lsit", "list")
	vera.ask("/batchsync log 1", "not")
	for _, call := range s.slack.Calls("response_url", "chat.postEphemeral") {
		if !call.OK() {
			t.Errorf("%s was refused: %.3000v", call.Method, call)
		}
	}
	s.clean()
}

// modal types a command that opens a modal and waits for its words.
func (p *person) modal(line string, words ...string) slacksim.View {
	p.t.Helper()
	_, err := p.actor.Slash(within(p.t, ackWait), slacksim.General, line)
	must(p.t, err)
	return p.wait(func(v slacksim.View) bool {
		for _, w := range words {
			if !strings.Contains(v.AllText(), w) {
				return false
			}
		}
		return true
	})
}

func TestBackfill(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(tail(s.log.String(), 5000))
		}
	})
	must(t, s.world.Configure(func(c *studiosim.Settings) { c.RunMS, c.WaitMS, c.FailRate = 300, 50, 0 }))
	s.start()
	task := s.online(t)
	ana := s.as(t, "ana")
	v := ana.modal("/batchsync backfill "+task.Name+" "+dayAgo(5)+" "+dayAgo(4), "Job name")
	if _, err := ana.actor.Submit(within(t, ackWait), v); err != nil {
		t.Fatal(err)
	}
	s.card(t, slacksim.General, "Backfill", task.Name, "Done")
	effects, err := s.world.Effects("refill")
	must(t, err)
	if len(effects) != 1 {
		t.Errorf("effects: got %q, want one backfill", effects)
	}
	s.clean()
}

// dayAgo is a day of the past as people type it.
func dayAgo(n int) string { return time.Now().UTC().AddDate(0, 0, -n).Format("2006-01-02") }

// confirm sends the modal that is open and must be accepted.
func (p *person) confirm(v slacksim.View) slacksim.Submission {
	p.t.Helper()
	got, err := p.actor.Submit(within(p.t, ackWait), v)
	must(p.t, err)
	if len(got.Errors) > 0 {
		p.t.Fatalf("the form was refused: %v", got.Errors)
	}
	return got
}

// quick makes runs short and sure.
func (s *stage) quick(t testing.TB, runMS int64) {
	t.Helper()
	must(t, s.world.Configure(func(c *studiosim.Settings) { c.RunMS, c.WaitMS, c.FailRate = runMS, 50, 0 }))
}

func TestBackfill_Stop(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.quick(t, 60_000)
	s.start()
	task := s.online(t)
	ana := s.as(t, "ana")
	ana.confirm(ana.modal("/batchsync backfill "+task.Name+" "+dayAgo(9)+" "+dayAgo(3), "Job name"))
	card := s.card(t, slacksim.General, "Backfill", task.Name, "1 running", "Stop")
	_, err := ana.actor.Click(within(t, ackWait), card, "Stop")
	must(t, err)
	s.card(t, slacksim.General, "Backfill", task.Name, "Stopped")
	runs, err := s.world.Runs(task.ID)
	must(t, err)
	for _, run := range runs {
		if run.Type == 4 && (run.Status == 4 || run.Status == 2) {
			t.Errorf("run %d is still at work", run.ID)
		}
	}
	// Nothing was written, and the next review of the same days says so.
	again := ana.modal("/batchsync backfill "+task.Name+" "+dayAgo(9)+" "+dayAgo(3), "Job name", "Backfill by ", "Stopped", "0 of 7 done", "succeeded")
	if said := again.AllText(); strings.Contains(said, "data is written once more") {
		t.Errorf("the review says %q", said)
	}
	s.clean()
}

func TestBackfill_BadDates(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.start()
	task := s.online(t)
	ana := s.as(t, "ana")
	for _, c := range []struct{ days, want string }{
		{"2026-02-30 2026-03-01", "2026-02-30"},
		{dayAgo(3) + " " + dayAgo(5), "before"},
		{dayAgo(1) + " " + dayAgo(-30), "in the future"},
		{"1999-01-01 1999-01-02", "1999-01-01"},
	} {
		v := ana.modal("/batchsync backfill "+task.Name+" "+c.days, c.want)
		_, err := ana.actor.CloseView(within(t, ackWait), v)
		must(t, err)
	}
	if got := s.effects(t, "refill"); len(got) != 0 {
		t.Errorf("effects: %q", got)
	}
	s.clean()
}

func TestRerun(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.quick(t, 300)
	s.start()
	task := s.online(t)
	id, err := s.world.AddRun(studiosim.Run{Task: task.ID, Type: 1, Status: 3, Plan: time.Now().Add(-3 * time.Hour).UnixMilli(), FailMsg: "broken", VC: "sync_vc"})
	must(t, err)
	ana := s.as(t, "ana")
	line := fmt.Sprintf("/batchsync rerun %d", id)
	ana.confirm(ana.modal(line, "Rerun", task.Name))
	s.card(t, slacksim.General, "Rerun", task.Name, "Done")
	if got := s.effects(t, "rerun"); len(got) != 1 {
		t.Errorf("effects: got %q, want one", got)
	}
	ana.ask(fmt.Sprintf("/batchsync log %d", id), fmt.Sprint(id))
	s.clean()
}

func TestStopRun(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.start()
	running, err := s.world.Runs(40009) // the demo world has one at work
	must(t, err)
	id := running[0].ID
	ana := s.as(t, "ana")
	ana.confirm(ana.modal(fmt.Sprintf("/batchsync stop %d", id), "sync_mysql_products"))
	s.card(t, slacksim.General, "Stop", "sync_mysql_products", "Done")
	if got := s.effects(t, "stop"); len(got) != 1 {
		t.Errorf("effects: got %q, want one", got)
	}
	s.clean()
}

func TestUndeploy(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.start()
	task := s.online(t)
	must(t, s.world.ChangeTask(40006, func(t *studiosim.Task) { t.Deps = nil })) // nobody waits for it
	ana, adam := s.as(t, "ana"), s.as(t, "adam")
	ana.modal("/batchsync undeploy "+task.Name, "administrator")
	v := adam.modal("/batchsync undeploy "+task.Name, "cannot be undone")

	_, err := adam.actor.Type(within(t, ackWait), v, "form.name", task.Name+"x")
	must(t, err)
	got, err := adam.actor.Submit(within(t, ackWait), v)
	must(t, err)
	if len(got.Errors) != 1 {
		t.Errorf("wrong name: got %+v, want a sentence at its field", got)
	}
	_, err = adam.actor.Type(within(t, ackWait), v, "form.name", task.Name)
	must(t, err)
	adam.confirm(v)
	card := s.card(t, slacksim.General, "Undeploy", task.Name, "Done")
	file := false
	for _, m := range s.slack.Messages(slacksim.General) {
		file = file || m.ThreadTS == card.TS && len(m.Files) > 0
	}
	if !file {
		t.Error("the run history does not stand in the thread")
	}
	now, err := s.world.Task(task.ID)
	must(t, err)
	if now.Online || len(s.effects(t, "undeploy")) != 1 {
		t.Errorf("task online: %v, effects %q", now.Online, s.effects(t, "undeploy"))
	}
	s.clean()
}

func TestSchedule(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.start()
	task := s.online(t)
	ana := s.as(t, "ana")
	v := ana.modal("/batchsync schedule "+task.Name, "Schedule")
	_, err := ana.actor.Type(within(t, ackWait), v, "field.time", "05:45")
	must(t, err)
	v = ana.wait(func(now slacksim.View) bool { return now.Hash != v.Hash })
	ana.confirm(v)
	ana.confirm(ana.wait(func(v slacksim.View) bool { return v.CallbackID == "change.confirm" }))
	s.card(t, slacksim.General, task.Name, "Done")
	now, err := s.world.Task(task.ID)
	must(t, err)
	if now.Published == nil || now.Published.Cron != "0 45 05 * * ? *" {
		t.Errorf("published: %+v", now.Published)
	}
	s.clean()
}

func TestAdoptAndMute(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	b := s.start()
	task := s.online(t)
	adam := s.as(t, "adam")
	adam.ask("/batchsync adopt "+task.Name, task.Name, "Mute")
	v := adam.modal("/batchsync mute "+task.Name, "Keep the news")
	_, err := adam.actor.Select(within(t, ackWait), v, "form.mute_for", "8h")
	must(t, err)
	adam.confirm(v)
	adam.ask("/batchsync show "+task.Name, "uted")
	adam.ask("/batchsync list mine", task.Name)
	adam.ask("/batchsync audit "+task.Name, "adopt")
	b.stop(t)
	s.clean()
}
