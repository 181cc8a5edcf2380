package slacksim

import (
	"context"
	"time"
)

// Silence makes the sockets go dead without closing: no pings and no frames while
// on. Envelopes sent meanwhile are lost.
func (s *Sim) Silence(on bool) { s.setSocket(func(t *socketState) { t.silent = on }) }

// HalfOpen makes the sockets that are open now go dead without closing, each for
// good; new ones work. Envelopes that go to them are lost.
func (s *Sim) HalfOpen() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.socket.conns {
		c.mute = true
	}
}

// HangConnections takes new sockets and never answers their handshake while on.
func (s *Sim) HangConnections(on bool) { s.setSocket(func(t *socketState) { t.hang = on }) }

// RefreshEvery asks each new connection to refresh when it is so old, and closes it
// 100 ms later; nothing is delivered on it in between. A millisecond makes a storm,
// 0 ends it.
func (s *Sim) RefreshEvery(age time.Duration) {
	s.setSocket(func(t *socketState) { t.lifespan = age })
}

// expire ends one connection at its age.
func (s *Sim) expire(c *conn, age time.Duration) {
	for _, step := range []struct {
		wait time.Duration
		then func()
	}{
		{age, func() {
			s.put(c, Object{"type": "disconnect", "reason": "refresh_requested", "debug_info": debugInfo()})
			c.leaving = true
		}},
		{100 * time.Millisecond, func() { s.drop([]*conn{c}) }},
	} {
		select {
		case <-time.After(step.wait):
		case <-c.done:
			return
		case <-s.ctx.Done():
			return
		}
		s.mu.Lock()
		step.then()
		s.mu.Unlock()
	}
}

// RefuseConnections answers new sockets with 503 while on.
func (s *Sim) RefuseConnections(on bool) { s.setSocket(func(t *socketState) { t.refuse = on }) }

// RedeliverOnReconnect sends unacked commands and interactions again to every new
// connection while on, as Slack was seen to do.
func (s *Sim) RedeliverOnReconnect(on bool) { s.setSocket(func(t *socketState) { t.redeliver = on }) }

// DuplicateNext sends each of the next n envelopes twice.
func (s *Sim) DuplicateNext(n int) { s.setSocket(func(t *socketState) { t.duplicate = n }) }

// ReorderNext holds the next n envelopes back and sends them in reverse.
func (s *Sim) ReorderNext(n int) { s.setSocket(func(t *socketState) { t.gather = n }) }

// MalformNext gives the next n envelopes a payload of a kind that nobody expects.
func (s *Sim) MalformNext(n int) { s.setSocket(func(t *socketState) { t.malform = n }) }

func (s *Sim) setSocket(set func(*socketState)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	set(&s.socket)
}

// SendRaw puts a frame as it is on every connection.
func (s *Sim) SendRaw(frame string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.socket.conns {
		s.putRaw(c, []byte(frame))
	}
}

// Inject delivers an envelope with any payload, for what no client of Slack's
// would send: kind is "interactive", "slash_commands" or "events_api". Take the
// payload from [Sim.Envelopes] and change it. The answer changes no view.
func (s *Sim) Inject(ctx context.Context, kind string, payload Object) (Ack, error) {
	return s.deliver(ctx, "", kind, payload)
}

// Connections is the number of open sockets.
func (s *Sim) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.socket.conns)
}

// DropConnections closes every socket at once, without a closing handshake.
func (s *Sim) DropConnections() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drop(s.socket.conns)
}

func (s *Sim) drop(conns []*conn) {
	for _, c := range conns {
		c.leaving = true
		c.ws.NetConn().Close()
	}
}

// Disconnect announces the end of every open socket: "warning" closes it 10 s later,
// "refresh_requested" and "link_disabled" half a second later. Nothing more is
// delivered on them.
func (s *Sim) Disconnect(reason string) {
	grace := 500 * time.Millisecond
	if reason == "warning" {
		grace = 10 * time.Second
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	told := append([]*conn(nil), s.socket.conns...)
	for _, c := range told {
		s.put(c, Object{"type": "disconnect", "reason": reason, "debug_info": debugInfo()})
		c.leaving = reason != "warning"
	}
	s.spawn(func() {
		select {
		case <-time.After(grace):
		case <-s.ctx.Done():
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.drop(told)
	})
}
