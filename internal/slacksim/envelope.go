package slacksim

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// connection picks the next one in turn; nil when no app is connected.
func (s *Sim) connection() *conn {
	for range s.socket.conns {
		s.socket.turn++
		if c := s.socket.conns[s.socket.turn%len(s.socket.conns)]; !c.leaving {
			return c
		}
	}
	return nil
}

// send makes an envelope and puts it on a socket. Callers hold s.mu.
func (s *Sim) send(kind string, payload Object, retry int) (*pending, error) {
	if s.connection() == nil {
		return nil, ErrNoConnection
	}
	e := &Envelope{ID: fmt.Sprintf("%08x-51a7-4d5e-9c0f-%012x", s.next(), time.Now().UnixMicro()&0xffffffffffff),
		Type: kind, Payload: clone(payload), Sent: time.Now(), Retry: retry}
	p := &pending{env: e, acked: make(chan struct{})}
	s.envelopes = append(s.envelopes, e)
	s.socket.waiting[e.ID] = p
	s.transmit(p)
	if s.socket.duplicate > 0 {
		s.socket.duplicate--
		s.transmit(p)
	}
	s.touch()
	return p, nil
}

// transmit writes an envelope to one connection, or holds it back for reordering.
func (s *Sim) transmit(p *pending) {
	p.sends++
	frame := Object{"envelope_id": p.env.ID, "type": p.env.Type, "payload": p.env.Payload,
		"accepts_response_payload": p.env.Type != "events_api"}
	if p.env.Type == "events_api" {
		frame["retry_attempt"], frame["retry_reason"] = p.env.Retry, ""
		if p.env.Retry > 0 {
			frame["retry_reason"] = "timeout"
		}
	}
	if s.socket.malform > 0 {
		s.socket.malform--
		frame["payload"] = []any{"not", "what", 1, "expects"}
	}
	put := func() {
		if c := s.connection(); c != nil {
			s.put(c, frame)
		}
	}
	if s.socket.gather == 0 {
		put()
		return
	}
	s.socket.gathered = append(s.socket.gathered, put)
	if len(s.socket.gathered) == s.socket.gather {
		for _, put := range slices.Backward(s.socket.gathered) {
			put()
		}
		s.socket.gathered, s.socket.gather = nil, 0
	}
}

// deliver sends an envelope and waits for its ack.
func (s *Sim) deliver(ctx context.Context, user, kind string, payload Object) (Ack, error) {
	s.mu.Lock()
	p, err := s.send(kind, payload, 0)
	if err != nil {
		s.toast(user, "dispatch_failed: the app is not connected")
	}
	s.mu.Unlock()
	if err != nil {
		return Ack{}, err
	}
	return s.await(ctx, user, p)
}

func (s *Sim) await(ctx context.Context, user string, p *pending) (Ack, error) {
	limit := time.NewTimer(s.opts.AckTimeout)
	defer limit.Stop()
	select {
	case <-p.acked:
	case <-limit.C:
		s.mu.Lock()
		defer s.mu.Unlock()
		if p.env.Type == "slash_commands" {
			s.toast(user, "operation_timeout: the app did not respond")
		} else if p.env.Type == "interactive" {
			s.toast(user, "We had some trouble connecting. Try again?")
		}
		return Ack{EnvelopeID: p.env.ID}, ErrTimeout
	case <-ctx.Done():
		return Ack{EnvelopeID: p.env.ID}, fmt.Errorf("wait for the ack of %s: %w", p.env.ID, ctx.Err())
	case <-s.ctx.Done():
		return Ack{EnvelopeID: p.env.ID}, ErrClosed
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return Ack{EnvelopeID: p.env.ID, Latency: p.env.Acked.Sub(p.env.Sent), Payload: clone(p.env.Answer)}, nil
}

// deliverEvent sends an Events API callback. Without an ack it is sent again in the
// background after each of Options.RetryDelays; the result is that of the first try.
func (s *Sim) deliverEvent(ctx context.Context, user string, payload Object) (Ack, error) {
	ack, err := s.deliver(ctx, user, "events_api", payload)
	if err != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.spawn(func() { s.retry(user, payload) })
	}
	return ack, err
}

func (s *Sim) retry(user string, payload Object) {
	for i, delay := range s.opts.RetryDelays {
		select {
		case <-time.After(delay):
		case <-s.ctx.Done():
			return
		}
		s.mu.Lock()
		p, err := s.send("events_api", payload, i+1)
		s.mu.Unlock()
		if err != nil {
			continue
		}
		if _, err := s.await(s.ctx, user, p); err == nil {
			return
		}
	}
}
