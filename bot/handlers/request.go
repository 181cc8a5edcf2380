package handlers

import (
	"cmp"
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
	Message     string              // timestamp of the message a button was pressed in
	Thread      string              // that of its thread, where everybody in the channel sees it; else empty
	ResponseURL string              // secret; empty for modals
	Trigger     string              // secret; lives three seconds
	// Aloud says that it was written to the bot in a conversation: it is
	// answered there, see say.
	Aloud    bool
	Verb     string // the command that was typed, as hints write it; empty for a click
	Envelope string // Slack's id of the delivery, for the log; empty where nobody asked
	// Key names the request for deduplication: the same for a redelivery.
	Key string
	// From is the message whose button led here, directly or through a modal.
	From spot
	// Again opens the same modal once more.
	Again opener
	// ack acknowledges a late click; nil for all others. It may be called again.
	ack func()
}

// done acknowledges a late click: at once when what was asked is on disk, and
// before anything is told, which waits for Slack.
func (o origin) done() {
	if o.ack != nil {
		o.ack()
	}
}

// public reports whether the message that a button was pressed in is seen by
// others than the person.
func (o origin) public() bool { return o.Thread != "" && !direct(o.Channel) }

// slash is a command, typed or written.
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
	View   *slack.View // the modal, or what stands for one, it happened in; nil for other messages and the Home tab
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

func decodeSlash(c slack.SlashCommand) slash {
	in := slash{
		origin: origin{
			User: batchsync.UserID(c.UserID), Channel: batchsync.ChannelID(c.ChannelID),
			ResponseURL: c.ResponseURL, Trigger: c.TriggerID, Key: "slash/" + c.TriggerID,
		},
	}
	in.Command, in.Rest = words(unescape(c.Text))
	in.Again = opener{blocks.ActionCommand, strings.TrimSpace(in.Command + " " + in.Rest)}
	return in
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
	o := origin{
		User: batchsync.UserID(c.User.ID), Channel: batchsync.ChannelID(channel), Message: c.Container.MessageTs,
		ResponseURL: c.ResponseURL, Trigger: c.TriggerID,
	}
	if !c.Container.IsEphemeral {
		o.Thread = cmp.Or(c.Container.ThreadTs, o.Message)
	}
	return o
}

// decodeClick reads the first action; Slack sends one at a time.
func decodeClick(c slack.InteractionCallback) (click, bool) {
	if len(c.ActionCallback.BlockActions) == 0 {
		return click{}, false
	}
	a := c.ActionCallback.BlockActions[0]
	in := click{origin: originOf(c), Action: blocks.ActionID(a.ActionID), Value: a.Value}
	if s := blocks.SurfaceOf(a.BlockID); c.View.ID == "" && s != blocks.SurfaceNone {
		in.From = spot{Surface: s, Copy: blocks.CopyOf(a.BlockID), Channel: in.Channel, Message: in.Message, Thread: in.Thread, ResponseURL: in.ResponseURL}
	}
	in.Key = "click/" + c.TriggerID + "/" + a.ActionTs
	if in.Value == "" {
		in.Value = a.SelectedOption.Value
	}
	in.Again = opener{in.Action, in.Value}
	if c.View.ID != "" && c.View.Type != slack.VTHomeTab { // a modal cannot be drawn into the Home tab
		view := c.View
		in.View, in.Again = &view, opener{}
	}
	if ref, ok := blocks.FrameRef(a.BlockID); ok && in.View == nil {
		in.View = framedView(c, ref)
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
	in := suggest{origin: originOf(c), Action: blocks.ActionID(c.ActionID), Query: c.Value, View: c.View}
	if ref, ok := blocks.FrameRef(c.BlockID); ok && c.View.ID == "" {
		in.View = *framedView(c, ref)
	}
	return in
}

// framedView is a message that stands where a modal cannot be, as if it were
// one. It has no id until [Bot.clicked] gives it one.
func framedView(c slack.InteractionCallback, ref string) *slack.View {
	view := &slack.View{PrivateMetadata: ref, State: &slack.ViewState{}}
	if c.BlockActionState != nil {
		view.State.Values = c.BlockActionState.Values
	}
	return view
}

// decodeHome reads that a person opened the Home tab.
func decodeHome(e slackevents.EventsAPIEvent) (origin, bool) {
	ev, ok := e.InnerEvent.Data.(*slackevents.AppHomeOpenedEvent)
	if !ok || ev.Tab != "home" {
		return origin{}, false
	}
	return origin{User: batchsync.UserID(ev.User)}, true
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
