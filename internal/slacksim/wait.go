package slacksim

import (
	"context"
	"slices"
	"time"
)

// Calls returns every Web API call so far, oldest first; only those of the named
// methods if any are named.
func (s *Sim) Calls(methods ...string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Call
	for _, c := range s.calls {
		if len(methods) == 0 || slices.Contains(methods, c.Method) {
			out = append(out, *c)
		}
	}
	return out
}

// Envelopes returns every delivery so far, oldest first.
func (s *Sim) Envelopes() []Envelope {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Envelope, len(s.envelopes))
	for i, e := range s.envelopes {
		out[i] = *e
	}
	return out
}

// Messages returns a channel's messages without ephemeral and deleted ones,
// oldest first; thread replies included.
func (s *Sim) Messages(channel string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.collect(func(m *Message) bool { return m.EphemeralTo == "" && s.inChannel(m, channel) })
}

// Ephemerals returns the "Only visible to you" messages of a user, oldest first.
func (s *Sim) Ephemerals(user string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.user(user)
	return s.collect(func(m *Message) bool { return u != nil && m.EphemeralTo == u.ID })
}

func (s *Sim) inChannel(m *Message, ref string) bool {
	c := s.channel(ref)
	if c == nil {
		if u := s.user(ref); u != nil {
			c = s.dm(u.ID)
		}
	}
	return c != nil && m.Channel == c.ID
}

func (s *Sim) collect(keep func(*Message) bool) []Message {
	var out []Message
	for _, m := range s.messages {
		if !m.deleted && keep(m) {
			out = append(out, m.copied())
		}
	}
	return out
}

// View returns the modal on top of the user's stack.
func (s *Sim) View(user string) (View, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u := s.user(user); u != nil {
		if stack := s.stacks[u.ID]; len(stack) > 0 {
			return s.shown(stack[len(stack)-1]), true
		}
	}
	return View{}, false
}

// Home returns what the app published on the user's Home tab.
func (s *Sim) Home(user string) (View, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u := s.user(user); u != nil && s.homes[u.ID] != nil {
		return s.shown(s.homes[u.ID]), true
	}
	return View{}, false
}

// shown copies a view together with the user's current input. Callers hold s.mu.
func (s *Sim) shown(v *View) View {
	out := v.copied()
	out.Values = clone(s.state(v.User, viewKey(v), v.Blocks))
	return out
}

// Toasts returns the client notices a user has seen, oldest first.
func (s *Sim) Toasts(user string) []Toast {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.user(user)
	var out []Toast
	for _, t := range s.toasts {
		if u != nil && t.User == u.ID {
			out = append(out, t)
		}
	}
	return out
}

// WaitMessage waits until a message of the channel satisfies pred and returns the
// newest such message. A channel may also be a user: then the DM with the bot. As
// in all Wait methods, a nil pred accepts anything, and pred must not call the sim.
func (s *Sim) WaitMessage(ctx context.Context, channel string, pred func(Message) bool) (Message, error) {
	return s.waitMessage(ctx, "a message in "+channel, func(m *Message) bool {
		return m.EphemeralTo == "" && s.inChannel(m, channel)
	}, pred)
}

// WaitEphemeral waits for an "Only visible to you" message of the user.
func (s *Sim) WaitEphemeral(ctx context.Context, user string, pred func(Message) bool) (Message, error) {
	return s.waitMessage(ctx, "an ephemeral message to "+user, func(m *Message) bool {
		u := s.user(user)
		return u != nil && m.EphemeralTo == u.ID
	}, pred)
}

func (s *Sim) waitMessage(ctx context.Context, what string, keep func(*Message) bool, pred func(Message) bool) (Message, error) {
	var found Message
	err := s.wait(ctx, what, func() bool {
		for _, m := range slices.Backward(s.messages) {
			if m.deleted || !keep(m) {
				continue
			}
			if found = m.copied(); pred == nil || pred(found) {
				return true
			}
		}
		return false
	})
	return found, err
}

// WaitView waits until the modal on top of the user's stack satisfies pred.
func (s *Sim) WaitView(ctx context.Context, user string, pred func(View) bool) (View, error) {
	var found View
	err := s.wait(ctx, "a modal of "+user, func() bool {
		u := s.user(user)
		if u == nil || len(s.stacks[u.ID]) == 0 {
			return false
		}
		stack := s.stacks[u.ID]
		found = s.shown(stack[len(stack)-1])
		return pred == nil || pred(found)
	})
	return found, err
}

// WaitHome waits until the user's Home tab satisfies pred.
func (s *Sim) WaitHome(ctx context.Context, user string, pred func(View) bool) (View, error) {
	var found View
	err := s.wait(ctx, "the Home tab of "+user, func() bool {
		u := s.user(user)
		if u == nil || s.homes[u.ID] == nil {
			return false
		}
		found = s.shown(s.homes[u.ID])
		return pred == nil || pred(found)
	})
	return found, err
}

// WaitCall waits until n calls of a method have been answered with ok.
func (s *Sim) WaitCall(ctx context.Context, method string, n int) error {
	return s.wait(ctx, method, func() bool {
		seen := 0
		for _, c := range s.calls {
			if c.Method == method && c.OK() {
				seen++
			}
		}
		return seen >= n
	})
}

// WaitConnected waits until at least n sockets of the app are open.
func (s *Sim) WaitConnected(ctx context.Context, n int) error {
	return s.wait(ctx, "a connected app", func() bool { return len(s.socket.conns) >= n })
}

// WaitDisconnected waits until no socket of the app is open: that a program was
// killed is noticed a moment later here, and until then events go to it.
func (s *Sim) WaitDisconnected(ctx context.Context) error {
	return s.wait(ctx, "the app to be gone", func() bool { return len(s.socket.conns) == 0 })
}

func (s *Sim) toast(user, text string) {
	s.toasts = append(s.toasts, Toast{User: user, Text: text, At: time.Now()})
	s.touch()
}
