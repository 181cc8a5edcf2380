package slacksim

import (
	"net/http"
	"strings"
	"unicode/utf8"
)

// target resolves the channel argument of a post; users open their DM.
func (s *Sim) target(id string) (*Channel, string) {
	if u := s.user(id); u != nil && u.ID == id {
		if u.Deleted || u.Bot {
			return nil, "channel_not_found"
		}
		return s.dm(u.ID), ""
	}
	c := s.visible(id)
	switch {
	case c == nil:
		return nil, "channel_not_found"
	case c.Archived:
		return nil, "is_archived"
	case !c.has(BotUser) && s.missingScope("chat:write.public") != nil:
		return nil, "not_in_channel"
	}
	return c, ""
}

// content checks text, blocks and attachments of a message and fills m.
func (s *Sim) content(m *Message, args Object) Object {
	text := str(args, "text")
	blocks, given := args["blocks"].([]any)
	if args["blocks"] != nil && !given {
		return fail("invalid_blocks_format")
	}
	attachments := items(args, "attachments")
	if len(attachments) > 100 {
		return fail("too_many_attachments")
	}
	if text == "" && len(blocks) == 0 && len(attachments) == 0 && len(m.Files) == 0 {
		return fail("no_text")
	}
	if bad := s.checkMessage(blocks); bad != nil {
		return bad
	}
	if meta := obj(args, "metadata"); str(meta, "event_type") != "" || obj(meta, "event_payload") != nil {
		if str(meta, "event_type") == "" || obj(meta, "event_payload") == nil {
			return fail("invalid_metadata_format")
		}
		m.Metadata = clone(meta)
	}
	m.Text, m.Blocks = cutRunes(text, 40_000), s.normalise(blocks)
	m.Pings, m.Links = mentions(m.Text, m.Blocks, parseMode(args), s.names())
	return nil
}

// advise records what Slack accepts but a careful app avoids.
func (s *Sim) advise(method string, args Object, m *Message) {
	if m.Text == "" {
		s.violate("%s: no top-level text; notifications and screen readers get nothing", method)
	}
	if utf8.RuneCountInString(m.Text) > 4000 {
		s.violate("%s: text is longer than 4,000 characters", method)
	}
	if strings.HasPrefix(method, "chat.post") && method != "chat.postEphemeral" {
		for _, k := range []string{"unfurl_links", "unfurl_media"} {
			if v, set := args[k]; !set || truthy(v) {
				s.violate("%s: %s is not false", method, k)
			}
		}
	}
	if truthy(args["link_names"]) || str(args, "parse") == "full" {
		s.violate("%s: link_names or parse=full turns names in foreign text into mentions", method)
	}
}

func parseMode(args Object) string {
	if str(args, "parse") == "full" || truthy(args["link_names"]) {
		return "full"
	}
	return str(args, "parse")
}

func cutRunes(text string, n int) string {
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	return string([]rune(text)[:n])
}

func (s *Sim) chatPostMessage(_ *http.Request, args Object) Object {
	c, code := s.target(str(args, "channel"))
	if code != "" {
		return fail(code)
	}
	m := &Message{Channel: c.ID, User: BotUser, FromApp: true, ThreadTS: str(args, "thread_ts"), Broadcast: truthy(args["reply_broadcast"])}
	if m.ThreadTS != "" && s.find(c.ID, m.ThreadTS) == nil {
		return fail("thread_not_found")
	}
	if bad := s.content(m, args); bad != nil {
		return s.refused("chat.postMessage", bad)
	}
	s.advise("chat.postMessage", args, m)
	s.post(m)
	return Object{"channel": c.ID, "ts": m.TS, "message": m.payload()}
}

// refused records a rejected content and passes the answer on.
func (s *Sim) refused(method string, bad Object) Object {
	details, _ := bad["errors"].([]string)
	s.violate("%s: %s %s", method, str(bad, "error"), strings.Join(details, "; "))
	return bad
}

// post puts a message into the workspace.
func (s *Sim) post(m *Message) {
	m.TS = s.stamp()
	s.messages = append(s.messages, m)
	s.touch()
}

// find returns the message with that channel and timestamp, ephemeral or not.
func (s *Sim) find(channel, ts string) *Message {
	for _, m := range s.messages {
		if m.Channel == channel && m.TS == ts && !m.deleted {
			return m
		}
	}
	return nil
}

func (m *Message) payload() Object {
	p := Object{"type": "message", "ts": m.TS, "user": m.User, "text": m.Text, "team": TeamID}
	if m.FromApp {
		p["bot_id"], p["app_id"] = BotID, AppID
		p["bot_profile"] = Object{"id": BotID, "app_id": AppID, "name": "BatchSync", "deleted": false, "team_id": TeamID}
	}
	if len(m.Blocks) > 0 {
		p["blocks"] = clone(m.Blocks)
	}
	if m.ThreadTS != "" {
		p["thread_ts"] = m.ThreadTS
	}
	if m.Metadata != nil {
		p["metadata"] = clone(m.Metadata)
	}
	if m.Edits > 0 {
		p["edited"] = Object{"user": m.User, "ts": m.TS}
	}
	return p
}

// own finds a message that the app may change, or Slack's error code.
func (s *Sim) own(args Object, denied string) (*Message, string) {
	c := s.visible(str(args, "channel"))
	if c == nil {
		return nil, "channel_not_found"
	}
	m := s.find(c.ID, str(args, "ts"))
	switch {
	case m == nil || m.EphemeralTo != "":
		return nil, "message_not_found"
	case !m.FromApp:
		return nil, denied
	case c.Archived:
		return nil, "is_inactive"
	}
	return m, ""
}

func (s *Sim) chatUpdate(_ *http.Request, args Object) Object {
	m, code := s.own(args, "cant_update_message")
	if code != "" {
		return fail(code)
	}
	if utf8.RuneCountInString(str(args, "text")) > 4000 {
		return s.refused("chat.update", fail("msg_too_long"))
	}
	if _, hasText := args["text"]; !hasText && args["blocks"] != nil {
		args["text"] = m.Text
	}
	edited := *m // text without blocks removes the blocks: content replaces both
	if bad := s.content(&edited, args); bad != nil {
		return s.refused("chat.update", bad)
	}
	s.advise("chat.update", args, &edited)
	edited.Edits++
	*m = edited
	s.forget(messageKey(m))
	return Object{"channel": m.Channel, "ts": m.TS, "text": m.Text, "message": m.payload()}
}

func (s *Sim) chatDelete(_ *http.Request, args Object) Object {
	m, code := s.own(args, "cant_delete_message")
	if code != "" {
		return fail(code)
	}
	m.deleted = true
	return Object{"channel": m.Channel, "ts": m.TS}
}

func (s *Sim) chatPostEphemeral(_ *http.Request, args Object) Object {
	c, code := s.target(str(args, "channel"))
	if code == "not_in_channel" || code == "is_archived" || code == "channel_not_found" {
		return fail(code)
	}
	u := s.user(str(args, "user"))
	if u == nil || !c.has(u.ID) {
		return fail("user_not_in_channel")
	}
	m := &Message{Channel: c.ID, User: BotUser, FromApp: true, EphemeralTo: u.ID, ThreadTS: str(args, "thread_ts")}
	if bad := s.content(m, args); bad != nil {
		return s.refused("chat.postEphemeral", bad)
	}
	s.advise("chat.postEphemeral", args, m)
	s.post(m)
	return Object{"message_ts": m.TS}
}

func (s *Sim) chatGetPermalink(_ *http.Request, args Object) Object {
	c := s.visible(str(args, "channel"))
	if c == nil {
		return fail("channel_not_found")
	}
	m := s.find(c.ID, str(args, "message_ts"))
	if m == nil {
		return fail("message_not_found")
	}
	link := "https://" + teamDomain + ".slack.com/archives/" + c.ID + "/p" + strings.ReplaceAll(m.TS, ".", "")
	if m.ThreadTS != "" {
		link += "?thread_ts=" + m.ThreadTS + "&cid=" + c.ID
	}
	return Object{"channel": c.ID, "permalink": link}
}
