package main

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"batchsync/internal/slacksim"
	"batchsync/internal/store"
)

// TestStart_Refused starts the bot with what cannot work. It says what is
// wrong in a sentence and ends: with 2 where the configuration is wrong by
// itself, with 1 where the world does not go along.
func TestStart_Refused(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { taken.Close() })
	for _, c := range []struct {
		name  string
		extra []string
		file  string // content of the database
		code  int
		want  string
	}{
		{"wrong bot token", []string{"SLACK_BOT_TOKEN=xoxb-wrong"}, "", 1, "slack refuses SLACK_BOT_TOKEN: invalid_auth"},
		{"wrong app token", []string{"SLACK_APP_TOKEN=xapp-wrong"}, "", 1, "slack refuses SLACK_APP_TOKEN: invalid_auth"},
		{"tokens swapped", []string{"SLACK_APP_TOKEN=xoxb-swapped", "SLACK_BOT_TOKEN=xapp-swapped"}, "", 2, "SLACK_BOT_TOKEN does not begin with xoxb-"},
		{"no tokens", []string{"SLACK_APP_TOKEN=", "SLACK_BOT_TOKEN="}, "", 2, "SLACK_APP_TOKEN is not set"},
		{"no Slack", []string{"SLACK_API_URL=http://127.0.0.1:1/api/"}, "", 1, "reach Slack"},
		{"address in use", []string{"BATCHSYNC_LISTEN=" + taken.Addr().String()}, "", 1, "address already in use; set BATCHSYNC_LISTEN to a free address"},
		{"not a database", nil, strings.Repeat("no database ", 2000), 1, "it is no database of the bot; set BATCHSYNC_DB"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			if c.file != "" {
				must(t, os.WriteFile(filepath.Join(s.dir, "batchsync.db"), []byte(c.file), 0o600))
			}
			s.refused(t, c.code, c.want, c.extra...)
			s.clean()
		})
	}
}

// TestStart_Damaged starts the bot with a database that lost its end. It says so before it does anything with it.
func TestStart_Damaged(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.seed(t, reviewed("draft1", slacksim.Ana, "e2e_damaged"))
	path := filepath.Join(s.dir, "batchsync.db")
	raw, err := os.ReadFile(path)
	must(t, err)
	for opens, sound := true, true; opens && sound; {
		if raw = raw[:max(0, len(raw)-os.Getpagesize())]; len(raw) == 0 {
			t.Fatal("the database can be cut to nothing without being noticed")
		}
		probe := filepath.Join(s.dir, fmt.Sprint("probe", len(raw)))
		must(t, os.WriteFile(probe, raw, 0o600))
		file, err := store.Open(probe, time.Now())
		if opens = err == nil; opens {
			sound = file.Check() == nil
			must(t, file.Close())
		}
	}
	must(t, os.WriteFile(path, raw, 0o600))
	s.refused(t, 1, "the database is damaged: restore a backup")
	s.clean()
}

// refused starts a bot that must end by itself.
func (s *stage) refused(t *testing.T, code int, want string, extra ...string) {
	t.Helper()
	b := s.launch(extra...)
	t.Cleanup(b.kill)
	select {
	case err := <-b.done:
		b.done <- err
	case <-time.After(storyWait):
		t.Fatal("the bot goes on")
	}
	if got := b.cmd.ProcessState.ExitCode(); got != code {
		t.Errorf("exit code: got %d, want %d", got, code)
	}
	if got := s.log.String(); !strings.Contains(got, want) || strings.Contains(got, "panic") {
		t.Errorf("said %q, want %q", got, want)
	}
	for _, value := range extra {
		if _, token, _ := strings.Cut(value, "=xo"); token != "" && strings.Contains(s.log.String(), token) {
			t.Errorf("the token is shown: %q", s.log.String())
		}
	}
}

// TestStart_SecondInstance starts another bot on the same file. It steps back,
// and the first one goes on.
func TestStart_SecondInstance(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	b := s.start()
	s.refused(t, 1, "another instance is running with this file")
	s.as(t, "ana").settled()
	b.stop(t)
	s.clean()
}
