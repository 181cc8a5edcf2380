package slacksim

import (
	"fmt"
	"slices"
	"time"
)

const verificationToken = "sim-verification-token"

func teamPayload() Object { return Object{"id": TeamID, "domain": teamDomain} }

func (c *Channel) brief() Object { return Object{"id": c.ID, "name": c.Name} }

// slashPayload is a command with should_escape on, as in the app's manifest.
func (s *Sim) slashPayload(u *User, c *Channel, command, text string) Object {
	name := c.Name
	if c.Private {
		name = "privategroup"
	}
	return Object{
		"token": verificationToken, "team_id": TeamID, "team_domain": teamDomain,
		"channel_id": c.ID, "channel_name": name, "user_id": u.ID, "user_name": u.Name,
		"command": command, "text": text, "api_app_id": AppID, "is_enterprise_install": "false",
		"response_url": s.responseURL(c.ID, u.ID, "", ""), "trigger_id": s.newTrigger(u.ID, ""),
	}
}

// interaction is what all interactive payloads have in common.
func interaction(kind string, u *User) Object {
	return Object{"type": kind, "user": u.payload(), "team": teamPayload(), "api_app_id": AppID, "token": verificationToken,
		"enterprise": nil, "is_enterprise_install": false}
}

// spot is where an interaction happens: a live message or a live view.
type spot struct {
	message *Message
	view    *View
}

func (p spot) blocks() []Object {
	if p.view != nil {
		return p.view.Blocks
	}
	return p.message.Blocks
}

func (p spot) key() string {
	if p.view != nil {
		return viewKey(p.view)
	}
	return messageKey(p.message)
}

// situate adds container, message or view, and what belongs to them.
func (s *Sim) situate(payload Object, u *User, at spot) {
	if v := at.view; v != nil {
		payload["container"] = Object{"type": "view", "view_id": v.ID}
		payload["view"] = s.viewPayload(v)
		return
	}
	m := at.message
	container := Object{"type": "message", "message_ts": m.TS, "channel_id": m.Channel, "is_ephemeral": m.EphemeralTo != ""}
	if m.ThreadTS != "" {
		container["thread_ts"] = m.ThreadTS
	}
	payload["container"] = container
	c := s.channel(m.Channel)
	payload["channel"] = c.brief()
	if m.EphemeralTo == "" { // Slack keeps no copy of ephemeral messages
		payload["message"] = m.payload()
	}
}

func (s *Sim) blockActions(u *User, at spot, action Object) Object {
	p := interaction("block_actions", u)
	s.situate(p, u, at)
	origin := ""
	if at.view != nil && at.view.Type == "modal" {
		origin = at.view.ID
	}
	p["trigger_id"] = s.newTrigger(u.ID, origin)
	if at.message != nil {
		p["state"] = Object{"values": clone(s.state(u.ID, at.key(), at.blocks()))}
		p["response_url"] = s.responseURL(at.message.Channel, u.ID, at.message.TS, at.message.ThreadTS)
	}
	action["action_ts"] = s.stamp()
	p["actions"] = []any{action}
	return p
}

// action describes an element that was used; value is its new state.
func action(p placed, value any) Object {
	a := Object{"type": p.kind(), "action_id": p.actionID(), "block_id": p.blockID()}
	switch p.kind() {
	case "button":
		a["text"] = clone(p.element["text"])
		for _, k := range []string{"value", "style", "url"} {
			if v := str(p.element, k); v != "" {
				a[k] = v
			}
		}
	case "overflow":
		a["selected_option"] = value
	default:
		f := fields()[p.kind()]
		a[f.state] = value
		if p.element["placeholder"] != nil {
			a["placeholder"] = clone(p.element["placeholder"])
		}
		if initial, set := p.element[f.initial]; set {
			a[f.initial] = clone(initial)
		}
	}
	return a
}

func (s *Sim) suggestion(u *User, at spot, p placed, query string) Object {
	o := interaction("block_suggestion", u)
	s.situate(o, u, at)
	o["block_id"], o["action_id"], o["value"] = p.blockID(), p.actionID(), query
	return o
}

func (s *Sim) submission(u *User, v *View) Object {
	p := interaction("view_submission", u)
	p["trigger_id"] = s.newTrigger(u.ID, v.ID)
	p["view"] = s.viewPayload(v)
	p["response_urls"] = s.responseURLs(u, v)
	return p
}

// responseURLs are made for conversation selects with response_url_enabled.
func (s *Sim) responseURLs(u *User, v *View) []any {
	out := []any{}
	values := s.state(u.ID, v.ID, v.Blocks)
	for _, e := range elements(v.Blocks) {
		if !truth(e.element, "response_url_enabled") {
			continue
		}
		state := values[e.blockID()][e.actionID()]
		chosen, _ := state[fields()[e.kind()].state].(string)
		if chosen != "" {
			out = append(out, Object{"block_id": e.blockID(), "action_id": e.actionID(), "channel_id": chosen,
				"response_url": s.responseURL(chosen, u.ID, "", "")})
		}
	}
	return out
}

func (s *Sim) viewClosed(u *User, v *View, cleared bool) Object {
	p := interaction("view_closed", u)
	p["view"], p["is_cleared"] = s.viewPayload(v), cleared
	return p
}

// event wraps an Events API event.
func (s *Sim) event(inner Object, extShared bool) Object {
	inner["event_ts"] = s.stamp()
	return Object{
		"token": verificationToken, "team_id": TeamID, "api_app_id": AppID, "type": "event_callback",
		"event": inner, "event_id": fmt.Sprintf("Ev%09d", s.next()), "event_time": time.Now().Unix(),
		"authorizations":        []any{Object{"enterprise_id": nil, "team_id": TeamID, "user_id": BotUser, "is_bot": true, "is_enterprise_install": false}},
		"is_ext_shared_channel": extShared, "event_context": fmt.Sprintf("4-%d", s.next()),
	}
}

func (s *Sim) messageEvent(u *User, m *Message, kind string) Object {
	inner := Object{"type": kind, "user": u.ID, "text": m.Text, "ts": m.TS, "channel": m.Channel, "team": u.TeamID,
		"client_msg_id": fmt.Sprintf("%08x-0000-4000-8000-%012x", s.next(), s.next())}
	if m.ThreadTS != "" {
		inner["thread_ts"] = m.ThreadTS
	}
	if kind == "message" {
		inner["channel_type"] = "im"
	}
	return s.event(inner, s.channel(m.Channel).ExtShared)
}

func (s *Sim) homeEvent(u *User) Object {
	inner := Object{"type": "app_home_opened", "user": u.ID, "channel": s.dm(u.ID).ID, "tab": "home"}
	if home := s.homes[u.ID]; home != nil {
		inner["view"] = s.viewPayload(home)
	}
	return s.event(inner, false)
}

func (s *Sim) hasScope(scope string) bool { return slices.Contains(s.opts.Scopes, scope) }
