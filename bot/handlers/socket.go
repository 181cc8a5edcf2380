package handlers

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

const (
	// ackTimeout bounds handing an acknowledgement to the socket. The library
	// blocks for ever without one when it is offline.
	ackTimeout = 2 * time.Second
	// maxAckBytes keeps below the 20,480 bytes at which Slack drops the
	// connection, envelope included.
	maxAckBytes = 19_500
)

// Status is what is known about the connection to Slack, for health checks.
type Status struct {
	Connected   bool
	Since       time.Time // of the present state
	LastFrame   time.Time // last event of any kind from the library
	Connections int       // connections of this app that Slack reported at the last hello
	Reconnects  int       // since the start
}

// socket owns the connection: it reads events until ctx ends or Slack says
// that the tokens will never work.
type socket struct {
	api *slack.Client
	log *slog.Logger

	mu     sync.Mutex
	status Status
}

// Run connects, hands every event to handle and reconnects as needed. handle
// must not wait. It returns nil when ctx ends and an error only for trouble
// that a restart with the same tokens cannot cure.
func (s *socket) Run(ctx context.Context, handle func(*socketmode.Client, socketmode.Event)) error {
	backoff := time.Second
	for {
		began := time.Now()
		err := s.runOnce(ctx, handle)
		if ctx.Err() != nil {
			return nil
		}
		if fatalAuth(err) {
			return fmt.Errorf("connect to Slack: %w", err)
		}
		if time.Since(began) > time.Minute {
			backoff = time.Second
		}
		s.log.Warn("socket ended; starting it again", "error", err, "after", backoff)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(backoff):
		}
		backoff = min(2*backoff, time.Minute)
	}
}

// runOnce runs one client of the library, which reconnects by itself on
// ordinary refreshes.
func (s *socket) runOnce(ctx context.Context, handle func(*socketmode.Client, socketmode.Event)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	client := socketmode.New(s.api)
	done := make(chan error, 1)
	go func() { done <- client.RunContext(ctx) }()
	for {
		select {
		case err := <-done:
			return err
		case ev := <-client.Events:
			s.note(ev)
			handle(client, ev)
		}
	}
}

func (s *socket) note(ev socketmode.Event) {
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status.LastFrame = now
	switch ev.Type {
	case socketmode.EventTypeHello:
		if !s.status.Connected {
			s.log.Info("connected to Slack", "reconnects", s.status.Reconnects, "after", s.lasted(now))
			s.status.Connected, s.status.Since = true, now
		}
		if ev.Request != nil {
			s.status.Connections = ev.Request.NumConnections
			if ev.Request.NumConnections > 1 {
				s.log.Warn("another process uses the same app token: clicks reach either of them", "connections", ev.Request.NumConnections)
			}
		}
	case socketmode.EventTypeConnecting:
		if s.status.Connected {
			s.log.Warn("connection to Slack lost", "lasted", s.lasted(now))
			s.status.Connected, s.status.Since = false, now
			s.status.Reconnects++
		}
	}
}

// lasted is how long the present state has lasted, 0 before the first
// connection.
func (s *socket) lasted(now time.Time) time.Duration {
	if s.status.Since.IsZero() {
		return 0
	}
	return now.Sub(s.status.Since).Round(time.Millisecond)
}

// Status tells how the connection stands.
func (s *socket) Status() Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.status
}

// fatalAuth reports whether Slack will refuse these tokens for ever.
func fatalAuth(err error) bool {
	var code slack.SlackErrorResponse
	if !errors.As(err, &code) {
		return false
	}
	switch code.Err {
	case "invalid_auth", "account_inactive", "not_authed", "token_revoked":
		return true
	}
	return false
}
