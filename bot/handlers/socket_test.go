package handlers

import (
	"context"
	"errors"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"batchsync/internal/slacksim"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

// ear runs a socket against a local Slack, with limits that suit a test, and
// acknowledges what it hears.
type ear struct {
	*socket
	sim   *slacksim.Sim
	heard chan string // texts of commands
	ended chan error
	stop  context.CancelFunc
}

func quickLimits() limits {
	return limits{
		silence: 400 * time.Millisecond, attempt: 300 * time.Millisecond, steady: 100 * time.Millisecond, deaf: time.Minute,
		first: 10 * time.Millisecond, longest: 40 * time.Millisecond, pacing: 200 * time.Millisecond,
		burst: 3, tries: 3, tick: 20 * time.Millisecond, token: time.Hour,
	}
}

// listen starts one; prepare may spoil Slack and change the limits before.
func listen(t *testing.T, prepare func(*slacksim.Sim, *limits)) *ear {
	t.Helper()
	sim, _ := connect(t, slacksim.Options{PingInterval: 50 * time.Millisecond})
	api := slack.New(sim.BotToken, slack.OptionAppLevelToken(sim.AppToken), slack.OptionAPIURL(sim.URL()+"/api/"),
		slack.OptionHTTPClient(&http.Client{Timeout: 10 * time.Second}))
	e := &ear{socket: newSocket(api, 0, quiet()), sim: sim, heard: make(chan string, 1<<16), ended: make(chan error, 1)}
	e.limits = quickLimits()
	if prepare != nil {
		prepare(sim, &e.limits)
	}
	ctx, stop := context.WithCancel(context.Background())
	e.stop = stop
	go func() { e.ended <- e.Run(ctx, e.handle) }()
	t.Cleanup(func() {
		stop()
		select {
		case <-e.ended:
		case <-time.After(5 * time.Second):
			t.Error("the socket does not end")
		}
	})
	return e
}

func (e *ear) handle(ev socketmode.Event) {
	cmd, ok := ev.Data.(slack.SlashCommand)
	if !ok {
		return
	}
	e.heard <- cmd.Text
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	_ = e.ack(ctx, ev.Request.EnvelopeID, nil)
}

// online waits until a connection stands that can be used.
func (e *ear) online(t *testing.T) {
	t.Helper()
	soon(t, "a connection", func() bool { return e.Status().Connected && e.sim.Connections() > 0 })
}

// says sends a command and expects it to be heard and acknowledged.
func (e *ear) says(t *testing.T, text string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if _, err := e.sim.As("ana").Slash(ctx, slacksim.General, "/batchsync "+text); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	select {
	case got := <-e.heard:
		if got != text {
			t.Fatalf("heard %q, want %q", got, text)
		}
	case <-ctx.Done():
		t.Fatalf("%s was not heard", text)
	}
}

// end waits for Run to end by itself.
func (e *ear) end(t *testing.T) error {
	t.Helper()
	select {
	case err := <-e.ended:
		e.ended <- err
		return err
	case <-time.After(10 * time.Second):
		t.Fatal("the socket goes on")
		return nil
	}
}

func soon(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(10 * time.Second)
	for !ok() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("no %s", what)
		}
	}
}

// TestSocket_HalfOpen has the connection go dead without being closed. It is
// replaced, what was lost on it and is sent again is heard once, and what people
// do afterwards arrives.
func TestSocket_HalfOpen(t *testing.T) {
	t.Parallel()
	e := listen(t, nil)
	e.online(t)
	e.says(t, "before")
	e.sim.RedeliverOnReconnect(true)
	e.sim.HalfOpen()
	e.says(t, "during")
	soon(t, "second connection", func() bool { return e.Status().Reconnects == 1 && e.Status().Connected })
	soon(t, "end of the dead one", func() bool { return e.sim.Connections() == 1 })
	e.says(t, "after")
}

// TestSocket_Pings has nothing but pings come for long. That is no silence.
func TestSocket_Pings(t *testing.T) {
	t.Parallel()
	e := listen(t, nil)
	e.online(t)
	since := e.Status().Since
	soon(t, "long quiet", func() bool { return time.Since(since) > 4*e.limits.silence })
	got := e.Status()
	if got.Reconnects != 0 || !got.Connected {
		t.Errorf("pinged, and yet %+v", got)
	}
	if time.Since(got.LastFrame) > e.limits.silence || time.Since(got.Hearing) > e.limits.silence {
		t.Errorf("pings are not counted: %+v", got)
	}
}

// TestSocket_Hangs has each part of connecting hang for once.
func TestSocket_Hangs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		prepare func(*slacksim.Sim, *limits)
		mend    func(*slacksim.Sim)
	}{
		{"apps.connections.open", func(s *slacksim.Sim, _ *limits) { s.Fault("apps.connections.open", slacksim.Hang(), 2) }, nil},
		{"handshake", func(s *slacksim.Sim, _ *limits) { s.HangConnections(true) }, func(s *slacksim.Sim) { s.HangConnections(false) }},
		{"handshake, noticed by the watch alone", func(s *slacksim.Sim, l *limits) { s.HangConnections(true); l.attempt = time.Hour }, func(s *slacksim.Sim) { s.HangConnections(false) }},
		{"hello", func(s *slacksim.Sim, _ *limits) { s.Silence(true) }, func(s *slacksim.Sim) { s.Silence(false) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := listen(t, c.prepare)
			soon(t, "failed attempts", func() bool { return e.look().tries >= 2 })
			if c.mend != nil {
				c.mend(e.sim)
			}
			e.online(t)
			e.says(t, "hello")
		})
	}
}

// TestSocket_Deaf lets no connection be made. The process gives up, unless it is
// Slack itself that asks to wait.
func TestSocket_Deaf(t *testing.T) {
	t.Parallel()
	short := func(l *limits) { l.deaf = 300 * time.Millisecond }
	t.Run("refused", func(t *testing.T) {
		t.Parallel()
		e := listen(t, func(s *slacksim.Sim, l *limits) { s.RefuseConnections(true); short(l) })
		if err := e.end(t); err == nil || !strings.Contains(err.Error(), "nothing was heard from Slack") {
			t.Errorf("ended with %v", err)
		}
	})
	t.Run("disconnected at once for ever", func(t *testing.T) {
		t.Parallel()
		e := listen(t, func(s *slacksim.Sim, l *limits) { s.RefreshEvery(time.Millisecond); short(l) })
		if err := e.end(t); !errors.Is(err, errShort) {
			t.Errorf("ended with %v", err)
		}
	})
	t.Run("Socket Mode switched off", func(t *testing.T) {
		t.Parallel()
		e := listen(t, func(_ *slacksim.Sim, l *limits) { short(l) })
		e.online(t)
		e.sim.Fault("apps.connections.open", slacksim.SlackError("socket_mode_is_off"), -1)
		e.sim.Disconnect("link_disabled")
		if err := e.end(t); err == nil || !strings.Contains(err.Error(), "socket_mode_is_off") || !strings.Contains(err.Error(), "is Socket Mode still on") {
			t.Errorf("ended with %v", err)
		}
	})
	t.Run("Slack is down", func(t *testing.T) {
		t.Parallel()
		e := listen(t, func(s *slacksim.Sim, l *limits) {
			s.Fault("apps.connections.open", slacksim.HTTPStatus(503), -1)
			short(l)
		})
		began := time.Now()
		soon(t, "attempts", func() bool { return time.Since(began) > 4*e.limits.deaf && e.look().tries > e.limits.tries })
		e.sim.ClearFaults()
		e.online(t)
		e.says(t, "back")
	})
}

// TestSocket_Revoked takes one of the tokens away while all goes well.
func TestSocket_Revoked(t *testing.T) {
	t.Parallel()
	t.Run("app token", func(t *testing.T) {
		t.Parallel()
		e := listen(t, nil)
		e.online(t)
		e.sim.Fault("apps.connections.open", slacksim.SlackError("token_revoked"), -1)
		e.sim.Disconnect("refresh_requested")
		if err := e.end(t); err == nil || !strings.Contains(err.Error(), "SLACK_APP_TOKEN: token_revoked; make a new token") {
			t.Errorf("ended with %v", err)
		}
	})
	t.Run("bot token", func(t *testing.T) {
		t.Parallel()
		e := listen(t, func(_ *slacksim.Sim, l *limits) { l.token = 30 * time.Millisecond })
		e.online(t)
		e.says(t, "all is well")
		e.sim.Fault("auth.test", slacksim.SlackError("account_inactive"), -1)
		if err := e.end(t); err == nil || !strings.Contains(err.Error(), "SLACK_BOT_TOKEN: account_inactive; the app is disabled") {
			t.Errorf("ended with %v", err)
		}
	})
}

// TestSocket_Refreshed has Slack refresh the connection all the time while people
// are at work. Whatever Slack took is heard once.
func TestSocket_Refreshed(t *testing.T) {
	t.Parallel()
	e := listen(t, func(s *slacksim.Sim, _ *limits) { s.RefreshEvery(150 * time.Millisecond) })
	e.online(t)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	taken, missed := 0, 0
	for ctx.Err() == nil {
		switch _, err := e.sim.As("ana").Slash(ctx, slacksim.General, "/batchsync x"); {
		case err == nil:
			taken++
		case errors.Is(err, slacksim.ErrNoConnection):
			soon(t, "a connection", func() bool { return e.sim.Connections() > 0 })
		default:
			missed++ // on its way when the connection ended
		}
	}
	reconnects := e.Status().Reconnects
	if heard := len(e.heard); taken < 100 || heard < taken || heard > taken+missed || reconnects < 5 {
		t.Errorf("%d commands taken by Slack and %d on the way, %d heard, %d reconnects", taken, missed, heard, reconnects)
	}
}

// TestSocket_Storm has Slack disconnect every connection at once. Attempts are
// paced, and when it is over the connection stands soon.
func TestSocket_Storm(t *testing.T) {
	t.Parallel()
	e := listen(t, func(s *slacksim.Sim, _ *limits) { s.RefreshEvery(time.Millisecond) })
	began := time.Now()
	soon(t, "end of the storm", func() bool { return time.Since(began) > 2*time.Second })
	opened := 0
	for _, c := range e.sim.Calls() {
		if c.Method == "apps.connections.open" {
			opened++
		}
	}
	// Each paced connection may be followed by one attempt that is cut off.
	if limit := 2 * (e.limits.burst + 4 + int(2*time.Second/e.limits.pacing)); opened < 5 || opened > limit {
		t.Errorf("%d connections were asked for in two seconds, want at most %d", opened, limit)
	}
	e.sim.RefreshEvery(0)
	e.online(t)
	soon(t, "a connection that lasts", func() bool { return e.look().tries == 0 && e.Status().Connected })
	e.says(t, "over")
}

// TestSocket_Ack_NextConnection acknowledges on the next client what came on one
// that is gone.
func TestSocket_Ack_NextConnection(t *testing.T) {
	t.Parallel()
	e := listen(t, nil)
	e.online(t)
	got := make(chan error, 1)
	e.sim.Fault("apps.connections.open", slacksim.HTTPStatus(503), 3)
	e.sim.DropConnections()
	soon(t, "loss", func() bool { return !e.Status().Connected })
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		got <- e.ack(ctx, "of-before", nil)
	}()
	e.online(t)
	if err := <-got; err != nil {
		t.Fatal(err)
	}
	soon(t, "acknowledgement", func() bool {
		return strings.Contains(strings.Join(e.sim.Violations(), ""), `ack of an unknown envelope "of-before"`)
	})
}

// TestSocket_Goroutines counts what is left behind. It runs alone.
func TestSocket_Goroutines(t *testing.T) {
	ours := func() int {
		buf := make([]byte, 1<<20)
		n := 0
		for _, g := range strings.Split(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
			if strings.Contains(g, "slack/socketmode.") || strings.Contains(g, "handlers.(*socket)") || strings.Contains(g, "handlers.(*wire)") {
				n++
			}
		}
		return n
	}
	before := ours()
	e := listen(t, nil)
	e.online(t)
	for range 3 {
		was := e.Status().Reconnects
		e.sim.HalfOpen()
		soon(t, "another connection", func() bool { return e.Status().Reconnects > was && e.Status().Connected })
	}
	e.sim.HangConnections(true)
	e.sim.DropConnections()
	soon(t, "hanging attempt", func() bool { return !e.Status().Connected })
	e.stop()
	if err := e.end(t); err != nil {
		t.Error(err)
	}
	soon(t, "end of every goroutine", func() bool { return ours() <= before })
}
