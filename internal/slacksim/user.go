package slacksim

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Actor is a person at a Slack client. Every method returns when the app has acked
// (with the latency) or with an error: ErrTimeout after Options.AckTimeout,
// ErrNoConnection without a connected app, ErrNotAllowed, ErrNotFound and
// ErrClientRejected when Slack's client would not even send anything.
type Actor struct {
	sim *Sim
	ref string
}

// As returns the user with that id or name.
func (s *Sim) As(user string) Actor { return Actor{s, user} }

// Place is where a user can click: a Message or a View.
type Place interface{ place() (channel, id string) }

func (m Message) place() (string, string) { return m.Channel, m.TS }
func (v View) place() (string, string)    { return "", v.ID }

// who resolves the actor; deactivated accounts and bots use no client.
func (a Actor) who() (*User, error) {
	u := a.sim.user(a.ref)
	if u == nil {
		return nil, fmt.Errorf("user %q: %w", a.ref, ErrNotFound)
	}
	if u.Deleted || u.Bot {
		return nil, fmt.Errorf("user %s has no client: %w", u.Name, ErrNotAllowed)
	}
	return u, nil
}

// in resolves the actor and a channel that the actor can write to.
func (a Actor) in(channel string) (*User, *Channel, error) {
	u, err := a.who()
	if err != nil {
		return nil, nil, err
	}
	c := a.sim.channel(channel)
	if c == nil && (channel == BotUser || channel == "batchsync") {
		c = a.sim.dm(u.ID)
	}
	switch {
	case c == nil:
		return nil, nil, fmt.Errorf("channel %q: %w", channel, ErrNotFound)
	case !c.has(u.ID) || c.Archived:
		return nil, nil, fmt.Errorf("%s in #%s: %w", u.Name, c.Name, ErrNotAllowed)
	}
	return u, c, nil
}

// Slash sends a command such as "/batchsync new". Only the commands of the app's
// manifest exist; members of other workspaces cannot use them.
func (a Actor) Slash(ctx context.Context, channel, line string) (Ack, error) {
	s := a.sim
	s.mu.Lock()
	u, c, err := a.in(channel)
	command, text, _ := strings.Cut(strings.TrimSpace(line), " ")
	switch {
	case err != nil:
	case command != "/batchsync" || !s.hasScope("commands"):
		s.toast(u.ID, command+" is not a valid command.")
		err = fmt.Errorf("command %s: %w", command, ErrNotFound)
	case u.Stranger:
		err = fmt.Errorf("command %s by %s of another workspace: %w", command, u.Name, ErrNotAllowed)
	}
	if err != nil {
		s.mu.Unlock()
		return Ack{}, err
	}
	payload := s.slashPayload(u, c, command, s.escape(strings.TrimSpace(text), true))
	s.mu.Unlock()
	ack, err := s.deliver(ctx, u.ID, "slash_commands", payload)
	if err == nil && len(ack.Payload) > 0 {
		s.mu.Lock()
		s.respond(&responseLink{channel: c.ID, user: u.ID, born: time.Now()}, clone(ack.Payload))
		s.mu.Unlock()
	}
	return ack, err
}

var (
	typedName    = regexp.MustCompile(`(^|\s)@([a-z0-9][a-z0-9._-]*)`)
	typedChannel = regexp.MustCompile(`(^|\s)#([a-z0-9][a-z0-9_-]*)`)
)

// escape turns what a person types into what Slack delivers: &, < and > as
// entities, known names as <@U…> and <#C…|name>.
func (s *Sim) escape(text string, named bool) string {
	text = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text)
	text = typedName.ReplaceAllStringFunc(text, func(m string) string {
		space, name, _ := strings.Cut(m, "@")
		if g := s.group(name); g != nil && g.Handle == name {
			return space + "<!subteam^" + g.ID + "|@" + name + ">"
		}
		u := s.user(name)
		switch {
		case slices.Contains([]string{"here", "channel", "everyone"}, name):
			return space + "<!" + name + ">"
		case u == nil || u.Name != name:
			return m
		case named:
			return space + "<@" + u.ID + "|" + name + ">"
		}
		return space + "<@" + u.ID + ">"
	})
	return typedChannel.ReplaceAllStringFunc(text, func(m string) string {
		space, name, _ := strings.Cut(m, "#")
		if c := s.channel(name); c != nil {
			return space + "<#" + c.ID + "|" + c.Name + ">"
		}
		return m
	})
}

// Mention writes "@batchsync text" in a channel of which the app is a member.
func (a Actor) Mention(ctx context.Context, channel, text string) (Ack, error) {
	return a.Say(ctx, channel, "@batchsync "+text)
}

// DM writes to the app's Messages tab.
func (a Actor) DM(ctx context.Context, text string) (Ack, error) {
	return a.say(ctx, BotUser, "", text)
}

// Say writes any message. The app hears of it only when it is mentioned or in its
// DM; otherwise the Ack is empty.
func (a Actor) Say(ctx context.Context, channel, text string) (Ack, error) {
	return a.say(ctx, channel, "", text)
}

// Reply writes into the thread of m.
func (a Actor) Reply(ctx context.Context, m Message, text string) (Ack, error) {
	root := m.ThreadTS
	if root == "" {
		root = m.TS
	}
	return a.say(ctx, m.Channel, root, text)
}

func (a Actor) say(ctx context.Context, channel, thread, text string) (Ack, error) {
	s := a.sim
	s.mu.Lock()
	u, c, err := a.in(channel)
	if err != nil {
		s.mu.Unlock()
		return Ack{}, err
	}
	m := &Message{Channel: c.ID, User: u.ID, ThreadTS: thread, Text: s.escape(text, false)}
	m.Pings, m.Links = mentions(m.Text, nil, "", s.names())
	s.post(m)
	kind := ""
	switch {
	case c.DMWith != "" && s.hasScope("im:history"):
		kind = "message"
	case c.DMWith == "" && slices.Contains(m.Pings, "@"+BotUser) && c.has(BotUser) && s.hasScope("app_mentions:read"):
		kind = "app_mention"
	}
	if kind == "" {
		s.mu.Unlock()
		return Ack{}, nil
	}
	payload := s.messageEvent(u, m, kind)
	s.mu.Unlock()
	return s.deliverEvent(ctx, u.ID, payload)
}

// OpenHome opens the app's Home tab.
func (a Actor) OpenHome(ctx context.Context) (Ack, error) {
	a.sim.mu.Lock()
	u, err := a.who()
	if err != nil {
		a.sim.mu.Unlock()
		return Ack{}, err
	}
	payload := a.sim.homeEvent(u)
	a.sim.mu.Unlock()
	return a.sim.deliverEvent(ctx, u.ID, payload)
}
