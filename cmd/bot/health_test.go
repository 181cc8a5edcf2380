package main

import (
	"encoding/json"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"batchsync/internal/batchsync"
	"batchsync/internal/slacksim"
)

// listening has the bot answer for its health; it returns the setting and a
// question.
func listening(t *testing.T) (setting string, ask func(path string) (int, report)) {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	addr := free.Addr().String()
	must(t, free.Close())
	return "BATCHSYNC_LISTEN=" + addr, func(path string) (int, report) {
		t.Helper()
		req, err := http.NewRequestWithContext(within(t, ackWait), http.MethodGet, "http://"+addr+path, nil)
		must(t, err)
		res, err := http.DefaultClient.Do(req)
		must(t, err)
		defer res.Body.Close()
		var r report
		must(t, json.NewDecoder(res.Body).Decode(&r))
		return res.StatusCode, r
	}
}

// TestHealth_Story asks the real program how it is, by HTTP and in Slack, while
// all is well and without a connection.
func TestHealth_Story(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	setting, ask := listening(t)
	s.start(setting)
	until(t, "readiness with every sign", func() bool {
		code, r := ask("/readyz")
		return code == http.StatusOK && r.OK && !slices.ContainsFunc(r.Signs, func(s signReport) bool {
			return !s.OK || s.Last.IsZero() && s.Name != batchsync.SignDisk
		})
	})
	if code, r := ask("/healthz"); code != http.StatusOK || len(r.Signs) != 8 || r.Connections != 1 {
		t.Errorf("healthz: %d %+v", code, r)
	}
	s.as(t, "ana").asks("/batchsync status", "last heard", "last answer of cz-cli", "last complete look", "last written", "MB free, at least 256 MB needed")
	_, err := s.as(t, "lin").actor.Slash(within(t, ackWait), slacksim.General, "/batchsync status")
	must(t, err)
	until(t, "the signs in Chinese", func() bool {
		return slices.ContainsFunc(s.slack.Ephemerals("lin"), func(m slacksim.Message) bool {
			return contains(m.AllText(), "上次收到数据", "cz-cli 上次响应", "上次完整检查", "上次写入", "可用")
		})
	})

	s.slack.RefuseConnections(true)
	s.slack.DropConnections()
	until(t, "end of readiness", func() bool { code, r := ask("/readyz"); return code == http.StatusServiceUnavailable && !r.OK })
	if code, _ := ask("/healthz"); code != http.StatusOK {
		t.Errorf("a lost connection calls for a restart at once: %d", code)
	}
	s.slack.RefuseConnections(false)
	until(t, "readiness again", func() bool { code, _ := ask("/readyz"); return code == http.StatusOK })
	s.as(t, "ana").settled()
	s.clean()
}

// TestDeaf_Silent lets the connection of the real program go dead without being
// closed. It is replaced within a minute, and what is asked then is answered.
func TestDeaf_Silent(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.start()
	s.as(t, "ana").settled()
	s.slack.HalfOpen()
	began := time.Now()
	ctx := within(t, time.Minute)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for strings.Count(s.log.String(), "connected to Slack") < 2 {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("the silent connection was not replaced within a minute:\n%s", tail(s.log.String(), 3000))
		}
	}
	if took := time.Since(began); took < 25*time.Second {
		t.Errorf("given up after %s already", took)
	}
	s.as(t, "ana").settled()
	s.clean()
}

// TestDeaf_Revoked takes the app's tokens away from a running bot. It says what
// to do and ends, for a supervisor to notice.
func TestDeaf_Revoked(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	b := s.start()
	s.slack.Fault("apps.connections.open", slacksim.SlackError("account_inactive"), -1)
	s.slack.Disconnect("link_disabled")
	s.ended(t, b)
	if code := b.cmd.ProcessState.ExitCode(); code != 1 {
		t.Errorf("exit code %d", code)
	}
	want := "slack refuses SLACK_APP_TOKEN: account_inactive; the app is disabled or no longer installed: install it again, set its tokens and start again"
	if last := s.log.String(); !strings.Contains(last, "batchsync: ") || !strings.Contains(last, want) {
		t.Errorf("said %s", tail(last, 1000))
	}
	s.clean()
}

// TestFault_Envelopes delivers everything twice while the
// connection is refreshed all the time. What is delivered twice is answered once,
// and nothing breaks.
func TestFault_Envelopes(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.slack.RefreshEvery(2 * time.Second)
	s.start()
	ana := s.as(t, "ana")
	for range 20 {
		s.slack.DuplicateNext(1)
		if _, err := ana.actor.Slash(within(t, ackWait), slacksim.General, "/batchsync help"); err != nil {
			until(t, "a connection", func() bool { return s.slack.Connections() > 0 })
		}
	}
	until(t, "a few refreshes", func() bool { return strings.Count(s.log.String(), "connected to Slack") > 4 })
	s.slack.RefreshEvery(0)
	until(t, "a connection", func() bool { return s.slack.Connections() > 0 })
	before := len(s.slack.Ephemerals("ana"))
	s.slack.DuplicateNext(1)
	until(t, "a command that is taken", func() bool {
		_, err := ana.actor.Slash(within(t, ackWait), slacksim.General, "/batchsync questions")
		return err == nil
	})
	ana.settled()
	answers := 0
	for _, m := range s.slack.Ephemerals("ana")[before:] {
		if !contains(m.AllText(), "This bot creates") {
			answers++
		}
	}
	if answers != 1 {
		t.Errorf("a command delivered twice was answered %d times", answers)
	}
	s.slack.ReorderNext(2)
	first := make(chan error, 1)
	go func() {
		_, err := s.as(t, "vera").actor.Slash(within(t, ackWait), slacksim.General, "/batchsync help")
		first <- err
	}()
	_, err := ana.actor.Slash(within(t, ackWait), slacksim.General, "/batchsync help")
	must(t, err)
	must(t, <-first)
	s.clean()
}
