package handlers

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"batchsync/internal/failpoint"

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
	// endWait is how long the library may take to end: it may be in the middle
	// of a write, which it bounds to ten seconds.
	endWait = 15 * time.Second
)

// Status is what is known about the connection to Slack, for health checks.
type Status struct {
	Connected   bool
	Since       time.Time // of the present state
	LastFrame   time.Time // last bytes of any kind on a socket, pings too; zero before the first
	Hearing     time.Time // last proof that what people do arrives here, or that Slack asked to wait; see socket_watch.go
	Connections int       // connections of this app that Slack reported at the last hello
	Reconnects  int       // since the start
	Frames      uint64    // reads of a socket that brought bytes, about one per frame, since the start
}

// socket owns the connection: it reads events until ctx ends, Slack says that
// the tokens will never work, or nothing can be heard for too long.
//
// The library connects, and again after an ordinary refresh. Everything that
// goes wrong ends its client, and what is done then is decided here: the library
// itself notices silence after up to a minute, lets a handshake hang for 45
// seconds, waits for up to five minutes between attempts, and connects without
// any wait to a Slack that disconnects at once.
type socket struct {
	api    *slack.Client
	log    *slog.Logger
	limits limits

	mu      sync.Mutex
	status  Status
	signs   signs
	client  *socketmode.Client // the present or last one
	acked   time.Time          // when an acknowledgement was last handed to the library
	changed chan struct{}      // closed when Connected becomes true
}

func newSocket(api *slack.Client, deaf time.Duration, log *slog.Logger) *socket {
	return &socket{api: api, log: log, limits: newLimits(deaf), changed: make(chan struct{})}
}

// Run connects, hands every event to handle and reconnects as needed. handle
// must not wait. It returns nil when ctx ends, and an error for trouble that
// only a person or a new process can cure.
func (s *socket) Run(ctx context.Context, handle func(socketmode.Event)) error {
	ctx, cancel := context.WithCancelCause(ctx)
	var token sync.WaitGroup
	defer func() { cancel(nil); token.Wait() }()
	token.Go(func() {
		if err := s.tokenHolds(ctx); err != nil {
			cancel(err)
		}
	})
	s.start(time.Now())
	for {
		err := s.runOnce(ctx, handle)
		now := time.Now()
		signs := s.ended(now, err)
		switch {
		case ctx.Err() != nil:
			return whyEnded(ctx)
		case errors.Is(err, errStuck):
			return err
		case permanent(err) != "":
			return fmt.Errorf("slack refuses SLACK_APP_TOKEN: %w; %s", err, permanent(err))
		case s.limits.watch(now, signs) == leave:
			s.log.Error("deaf: giving up", "for", now.Sub(signs.hearing).Round(time.Second), "tries", signs.tries, "error", err)
			return deaf(now, signs, err)
		}
		wait := s.limits.pause(signs.tries, err)
		s.log.Warn("socket ended; starting it again", "error", err, "after", wait, "tries", signs.tries)
		select {
		case <-ctx.Done():
			return whyEnded(ctx)
		case <-time.After(wait):
		}
	}
}

// whyEnded is nil unless ctx was ended with an error.
func whyEnded(ctx context.Context) error {
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		return cause
	}
	return nil
}

// runOnce runs one client of the library until it ends or is ended.
func (s *socket) runOnce(ctx context.Context, handle func(socketmode.Event)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	client := socketmode.New(s.api, socketmode.OptionDialer(dialer(ctx, s.limits.attempt, s.hear)))
	s.began(time.Now(), client)
	done := make(chan error, 1)
	go func() { done <- client.RunContext(ctx) }()
	tick := time.NewTicker(s.limits.tick)
	defer tick.Stop()
	for {
		var over error
		select {
		case err := <-done:
			return err
		case <-ctx.Done():
			over = ctx.Err()
		case ev := <-client.Events:
			over = s.note(ev)
			handle(ev)
		case <-tick.C:
			if s.limits.watch(time.Now(), s.look()) == renew {
				over = errSilent
			}
		}
		if over == nil {
			continue
		}
		limit := endWait
		if ctx.Err() != nil {
			limit = hangUpTimeout
		}
		cancel()
		select {
		case <-done:
			return over
		case <-time.After(limit):
			return fmt.Errorf("%w: %w", errStuck, over)
		}
	}
}

// ack hands an acknowledgement to the connection, or waits for one: it may be
// another than the envelope came by, and Slack takes it all the same.
func (s *socket) ack(ctx context.Context, envelope string, payload any) error {
	for {
		s.mu.Lock()
		client, online, changed := s.client, s.status.Connected, s.changed
		s.mu.Unlock()
		if online {
			failpoint.Hit(failpoint.AckBefore)
			err := client.AckCtx(ctx, envelope, payload)
			failpoint.Hit(failpoint.AckAfter)
			s.mu.Lock()
			s.acked = time.Now()
			s.mu.Unlock()
			return err
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// lastAck is when an acknowledgement was last handed to the library.
func (s *socket) lastAck() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.acked
}

// note takes in what the library tells. An error is a reason to end the client.
func (s *socket) note(ev socketmode.Event) error {
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	switch ev.Type {
	case socketmode.EventTypeHello:
		s.connected(now, ev.Request)
	case socketmode.EventTypeConnecting:
		return s.connecting(now)
	case socketmode.EventTypeConnectionError:
		return cause(ev.Data)
	default:
		if ev.Request != nil && ev.Request.EnvelopeID != "" {
			s.signs.hearing = now
		}
	}
	return nil
}

func (s *socket) connected(now time.Time, hello *socketmode.Request) {
	s.signs.opened = now
	if !s.status.Connected {
		s.log.Info("connected to Slack", "reconnects", s.status.Reconnects, "after", s.lasted(now))
		s.status.Connected, s.status.Since = true, now
		if s.changed != nil {
			close(s.changed)
		}
		s.changed = make(chan struct{})
	}
	if hello != nil {
		s.status.Connections = hello.NumConnections
		if hello.NumConnections > 1 {
			s.log.Warn("another process uses the same app token: clicks reach either of them", "connections", hello.NumConnections)
		}
	}
}

// connecting is the beginning of every attempt, and so the end of the
// connection before it.
func (s *socket) connecting(now time.Time) error {
	s.signs.began = now
	return s.lost(now)
}

// lost notes the end of a connection, if there is one, and reports the one that
// makes too many of those that ended at once.
func (s *socket) lost(now time.Time) error {
	if s.status.Connected {
		s.log.Warn("connection to Slack lost", "lasted", s.lasted(now))
		s.status.Connected, s.status.Since = false, now
		s.status.Reconnects++
	}
	if s.signs.opened.IsZero() {
		return nil
	}
	lived := now.Sub(s.signs.opened)
	s.signs.opened = time.Time{}
	if lived >= s.limits.steady {
		s.signs.short = 0
		return nil
	}
	if s.signs.short++; s.signs.short > s.limits.burst {
		return errShort
	}
	return nil
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
	out := s.status
	out.LastFrame, out.Hearing = s.signs.heard, later(s.signs.hearing, s.signs.busy)
	return out
}
