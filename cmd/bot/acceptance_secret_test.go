package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"batchsync/internal/slacksim"
	"batchsync/internal/source/sourcetest"
	"batchsync/internal/studiosim"
)

// TestAcceptance_WrongPassword judges a delivery whose source refuses the bot:
// that is said, nothing is taken for compared, and the password is shown
// nowhere, neither in Slack nor in the log nor in what is stored.
func TestAcceptance_WrongPassword(t *testing.T) {
	t.Parallel()
	const wrong = "pl4nted-wrong+word"
	s := newStage(t)
	t.Cleanup(s.clean)
	dsn, sources := s.shop(t)
	addresses, err := json.Marshal(map[string]string{"aliyun_mysql": sourcetest.As(t, dsn, sourcetest.Reader, wrong)})
	must(t, err)
	must(t, os.WriteFile(filepath.Join(s.dir, "sources.json"), addresses, 0o600))
	s.quick(t, 1000)
	task := s.scheduled(t, 40105, "e2e_refused")
	s.runs(t, task)
	bot := s.start(sources)
	card := s.as(t, "ana").accepts(s, "e2e_refused", "Not checked").AllText()
	if !strings.Contains(card, "The source refuses the bot's account. An administrator corrects") {
		t.Errorf("the card does not say why, and what helps: %s", card)
	}
	bot.stop(t)
	for _, m := range s.slack.Messages(slacksim.General) {
		if strings.Contains(m.AllText(), "pl4nted") {
			t.Errorf("Slack shows the password: %s", m.AllText())
		}
	}
	if log := s.log.String(); strings.Contains(log, "pl4nted") || !strings.Contains(log, "source did not answer") {
		t.Error("the log shows the password, or no trouble")
	}
	file, err := os.ReadFile(filepath.Join(s.dir, "batchsync.db"))
	must(t, err)
	if bytes.Contains(file, []byte("pl4nted")) || !bytes.Contains(file, []byte("source.login")) {
		t.Error("the password is stored, or not why the source was not counted")
	}
}

// TestAcceptance_Parameters judges a delivery whose filter only the platform can
// fill in: a person is asked for the figure, and told why.
func TestAcceptance_Parameters(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	t.Cleanup(s.clean)
	_, sources := s.shop(t)
	s.quick(t, 1000)
	task := s.scheduled(t, 40105, "e2e_parameters")
	must(t, s.world.ChangeTask(task, func(t *studiosim.Task) {
		c := *t.Content
		c.Where = "created_at >= '${bizdate}'"
		t.Content = &c
	}))
	s.runs(t, task)
	s.start(sources)
	ana := s.as(t, "ana")
	card := ana.accepts(s, "e2e_parameters", "Needs a person")
	if text := card.AllText(); !strings.Contains(text, "whose values only the platform knows. Count it at the source and give the figure yourself.") {
		t.Errorf("the card does not say why, and what helps: %s", text)
	}
	ana.click(card, "Give Figure", "How many rows does the source have?")
}
