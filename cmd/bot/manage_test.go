package main

import (
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
