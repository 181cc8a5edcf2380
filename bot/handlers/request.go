package handlers

import (
	"encoding/json"
	"strings"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
)

// origin is where a request came from.
type origin struct {
	User        batchsync.UserID
	Channel     batchsync.ChannelID // empty for modals
	ResponseURL string              // secret; empty for modals
	Trigger     string              // secret; lives three seconds
	// Key names the request for deduplication: the same for a redelivery.
	Key string
}

// slash is a typed command.
type slash struct {
	origin
	Command string // first word, lower case; "" for a bare command
	Rest    string // what follows it
}

// click is a button pressed, a menu entry picked or a field changed.
type click struct {
	origin
	Action blocks.ActionID
	Value  string
	View   *slack.View // the modal it happened in, nil for a message
	// done acknowledges a late click, at once when what was asked is on disk;
	// it may be called again.
	done func()
}

// submit is a modal sent by its main button.
type submit struct {
	origin
	Callback blocks.CallbackID
	View     slack.View
}

// suggest asks for the entries of a menu.
type suggest struct {
	origin
	Action blocks.ActionID
	Query  string
	View   slack.View
}

// closed is a modal closed by its Cancel button or its cross.
type closed struct {
	origin
	Callback blocks.CallbackID
	View     slack.View
}

// mention is the bot called by name in a channel.
type mention struct {
	origin
}

func decodeSlash(c slack.SlashCommand) slash {
	word, rest, _ := strings.Cut(strings.TrimSpace(unescape(c.Text)), " ")
	return slash{
		origin: origin{
			User: batchsync.UserID(c.UserID), Channel: batchsync.ChannelID(c.ChannelID),
			ResponseURL: c.ResponseURL, Trigger: c.TriggerID, Key: "slash/" + c.TriggerID,
		},
		Command: strings.ToLower(word), Rest: strings.TrimSpace(rest),
	}
}

// unescape undoes what Slack does to typed text, so that a name holds what the
// person typed.
func unescape(text string) string {
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(text)
}

func originOf(c slack.InteractionCallback) origin {
	channel := c.Channel.ID
	if channel == "" {
		channel = c.Container.ChannelID
	}
	return origin{
		User: batchsync.UserID(c.User.ID), Channel: batchsync.ChannelID(channel),
		ResponseURL: c.ResponseURL, Trigger: c.TriggerID,
	}
}

// decodeClick reads the first action; Slack sends one at a time.
func decodeClick(c slack.InteractionCallback) (click, bool) {
	if len(c.ActionCallback.BlockActions) == 0 {
		return click{}, false
	}
	a := c.ActionCallback.BlockActions[0]
	in := click{origin: originOf(c), Action: blocks.ActionID(a.ActionID), Value: a.Value}
	in.Key = "click/" + c.TriggerID + "/" + a.ActionTs
	if in.Value == "" {
		in.Value = a.SelectedOption.Value
	}
	if c.View.ID != "" {
		view := c.View
		in.View = &view
	}
	return in, true
}

func decodeSubmit(c slack.InteractionCallback) submit {
	return submit{origin: originOf(c), Callback: blocks.CallbackID(c.View.CallbackID), View: c.View}
}

func decodeClosed(c slack.InteractionCallback) closed {
	in := closed{origin: originOf(c), Callback: blocks.CallbackID(c.View.CallbackID), View: c.View}
	in.Key = "closed/" + c.View.ID // has no trigger, and is closed once
	return in
}

func decodeSuggest(c slack.InteractionCallback) suggest {
	return suggest{origin: originOf(c), Action: blocks.ActionID(c.ActionID), Query: c.Value, View: c.View}
}

// decodeHome reads that a person opened the Home tab.
func decodeHome(e slackevents.EventsAPIEvent) (origin, bool) {
	ev, ok := e.InnerEvent.Data.(*slackevents.AppHomeOpenedEvent)
	if !ok || ev.Tab != "home" {
		return origin{}, false
	}
	return origin{User: batchsync.UserID(ev.User)}, true
}

func decodeMention(e slackevents.EventsAPIEvent) (mention, bool) {
	switch ev := e.InnerEvent.Data.(type) {
	case *slackevents.AppMentionEvent:
		if ev.BotID != "" {
			return mention{}, false
		}
		return mention{origin: origin{
			User: batchsync.UserID(ev.User), Channel: batchsync.ChannelID(ev.Channel), Key: "event/" + ev.Channel + "/" + ev.TimeStamp,
		}}, true
	}
	return mention{}, false
}

// envelopeID reads the id out of an envelope the library could not parse, so
// that it can be acknowledged and is not delivered for ever.
func envelopeID(raw json.RawMessage) string {
	var e struct {
		EnvelopeID string `json:"envelope_id"`
	}
	if json.Unmarshal(raw, &e) != nil {
		return ""
	}
	return e.EnvelopeID
}
