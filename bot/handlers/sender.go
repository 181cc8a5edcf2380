package handlers

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"

	"github.com/slack-go/slack"
)

// Sender draws messages and puts them into Slack. It is the outbox's only way
// out and decides nothing but what Slack's answer means.
type Sender struct {
	API      *slack.Client
	Store    Shelf
	Drawer   blocks.Drawer
	Ladder   *Ladder
	Channels *Channels
	// Locale is the language of a person, for what goes to them alone; nil:
	// everybody reads that of the drawer.
	Locale func(context.Context, batchsync.UserID) string
	Log    *slog.Logger
}

// Shelf is where the things are that messages are drawn from.
type Shelf interface {
	Operation(batchsync.OperationID) (batchsync.Operation, error)
	File(id string) (batchsync.File, error)
	Telling(batchsync.AlertID) (batchsync.Telling, error)
	Incident(batchsync.IncidentID) (batchsync.Incident, error)
	Subscriptions(batchsync.ChannelID) ([]batchsync.Subscription, error)
	Acceptance(batchsync.AcceptanceID) (batchsync.Acceptance, error)
	alerts
	Refresh(id batchsync.MessageID, now time.Time) error
}

// Send posts a message, or edits it where it was posted already. thread is the
// message it answers to, nil for none.
func (s *Sender) Send(ctx context.Context, m batchsync.Message, thread *batchsync.Message) batchsync.Delivery {
	if m.Kind == batchsync.MessageFile {
		return s.upload(ctx, m, thread)
	}
	if thread == nil && s.toldElsewhere(m) {
		return batchsync.Delivery{Outcome: batchsync.OutcomeDone}
	}
	if toldByRoot(m, thread) {
		return batchsync.Delivery{Outcome: batchsync.OutcomeDone}
	}
	drawn, direct, err := s.render(ctx, m)
	if batchsync.CodeOf(err) == batchsync.CodeNotFound || errors.Is(err, errUnknownKind) {
		return batchsync.Delivery{Outcome: batchsync.OutcomeNever, Reason: "nothing to draw"}
	}
	if errors.Is(err, errNotShown) {
		return batchsync.Delivery{Outcome: batchsync.OutcomeDone}
	}
	if errors.Is(err, errNotYet) {
		return batchsync.Delivery{Outcome: batchsync.OutcomeFailed, Reason: errNotYet.Error()}
	}
	if err != nil {
		s.Log.Error("draw message", "message", m.ID, "error", err)
		return batchsync.Delivery{Outcome: batchsync.OutcomeFailed, Reason: "not drawn"}
	}
	if stop := s.keepInside(ctx, &m, &thread, direct); stop != nil {
		return *stop
	}
	d, err := s.deliver(ctx, m, thread, m.Channel, drawn)
	if errorCode(err) == "thread_not_found" && s.rootComes(m, thread) {
		return batchsync.Delivery{Outcome: batchsync.OutcomeFailed, Reason: "thread_not_found"}
	}
	if (thread != nil || m.ThreadTS != "") && errorCode(err) == "thread_not_found" {
		// What it answers to was deleted: it stands on its own.
		m.ThreadTS = ""
		d, err = s.deliver(ctx, m, nil, m.Channel, drawn)
	}
	if code := errorCode(err); unpostable(code) && m.TS == "" && direct != "" && m.Channel != direct {
		// The channel is closed to us: the person who asked must know all the same.
		s.Log.Info("card goes to a direct message", "message", m.ID, "channel", m.Channel, "error", code)
		d, err = s.deliver(ctx, m, nil, direct, drawn)
	}
	if err != nil {
		return s.failure(m, err)
	}
	return d
}

// errUnknownKind says that a message was stored by a newer program.
var errUnknownKind = errors.New("unknown kind")

// render draws a message from what is stored now. direct is where it may go
// instead when its channel cannot be posted to.
func (s *Sender) render(ctx context.Context, m batchsync.Message) (drawn blocks.Message, direct batchsync.ChannelID, err error) {
	p := s.printer(ctx, m)
	switch m.Kind {
	case batchsync.MessageOperation:
		op, err := s.Store.Operation(batchsync.OperationID(m.Object))
		if err != nil {
			return drawn, "", fmt.Errorf("draw card of operation %s: %w", m.Object, err)
		}
		return s.withAcceptance(ctx, p, op), batchsync.ChannelID(op.Actor), nil
	case batchsync.MessageNotice:
		return p.NoticeTo(m.Mention, m.Body, m.Also...), s.directOf(m), nil
	case batchsync.MessageAlert:
		return s.alert(ctx, p, m)
	case batchsync.MessageAcceptance:
		return s.acceptance(ctx, p, m)
	case batchsync.MessageDigest:
		if m.Digest != nil {
			return p.Digest(s.digest(ctx, m)), s.directOf(m), nil
		}
	case batchsync.MessageLog:
		if m.Log != nil {
			return p.Log(*m.Log).Keep(storedCopy + string(m.ID)), batchsync.ChannelID(m.Log.By), nil
		}
	}
	return drawn, "", fmt.Errorf("message %s: %w %q", m.ID, errUnknownKind, m.Kind)
}

// printer draws a message for who will see it: a person where it goes to one
// alone, else everybody.
func (s *Sender) printer(ctx context.Context, m batchsync.Message) blocks.Printer {
	if s.Locale == nil || m.Channel == "" || m.Channel[0] != 'U' && m.Channel[0] != 'W' {
		return s.Drawer.In("")
	}
	return s.Drawer.In(s.Locale(ctx, batchsync.UserID(m.Channel)))
}

func (s *Sender) deliver(ctx context.Context, m batchsync.Message, thread *batchsync.Message, channel batchsync.ChannelID, drawn blocks.Message) (d batchsync.Delivery, err error) {
	err = s.Ladder.climb(ctx, drawn, func(ctx context.Context, simpler blocks.Message) (err error) {
		d, err = s.put(ctx, m, thread, channel, simpler)
		if badBlocks(errorCode(err)) {
			s.Log.Error("Slack refused the blocks of a message", "message", m.ID, "kind", m.Kind, "error", errorCode(err), "details", refusal(err))
		}
		return err
	})
	return d, err
}

func (s *Sender) put(ctx context.Context, m batchsync.Message, thread *batchsync.Message, channel batchsync.ChannelID, drawn blocks.Message) (batchsync.Delivery, error) {
	options := body(drawn)
	if m.TS != "" {
		_, ts, _, err := s.API.UpdateMessageContext(ctx, string(m.Posted), m.TS, options...)
		return batchsync.Delivery{Outcome: batchsync.OutcomeDone, Channel: m.Posted, TS: ts}, err
	}
	if thread != nil && thread.TS != "" {
		options = append(options, slack.MsgOptionTS(thread.TS))
		channel = thread.Posted
		if m.Broadcast {
			options = append(options, slack.MsgOptionBroadcast())
		}
	} else if m.ThreadTS != "" && channel == m.Channel {
		options = append(options, slack.MsgOptionTS(m.ThreadTS))
	}
	posted, ts, err := s.API.PostMessageContext(ctx, string(channel), options...)
	return batchsync.Delivery{Outcome: batchsync.OutcomeDone, Channel: batchsync.ChannelID(posted), TS: ts}, err
}

// failure sorts Slack's refusals into what the outbox can do about them.
func (s *Sender) failure(m batchsync.Message, err error) batchsync.Delivery {
	code := errorCode(err)
	d := batchsync.Delivery{Outcome: batchsync.OutcomeFailed, Reason: code}
	var limited *slack.RateLimitedError
	var network net.Error
	switch {
	case errors.As(err, &limited):
		d.Outcome, d.Wait = batchsync.OutcomeLater, limited.RetryAfter
	case (gone(code) || unpostable(code)) && m.TS != "":
		// Also where the channel was closed to us since: only a new post goes
		// on to a direct message.
		d.Outcome = batchsync.OutcomeGone
	case unpostable(code) || badBlocks(code):
		d.Outcome = batchsync.OutcomeNever
	case errors.As(err, &network):
		// The post may have arrived. Losing an alert is worse than showing it
		// twice, so it is sent again.
		d.Reason = "connection lost"
	}
	return d
}

func gone(code string) bool {
	switch code {
	case "message_not_found", "edit_window_closed", "cant_update_message", "is_inactive", "block_mismatch":
		return true
	}
	return false
}

func unpostable(code string) bool {
	switch code {
	case "channel_not_found", "not_in_channel", "is_archived", "restricted_action", "restricted_action_read_only_channel",
		"restricted_action_thread_only_channel", "team_access_not_granted", "user_not_found", "messages_tab_disabled",
		"cannot_dm_bot", "user_disabled", "no_permission", "missing_scope", "channel_is_limited_access", "cannot_reply_to_message":
		return true
	}
	return false
}

func badBlocks(code string) bool {
	switch code {
	case "invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long":
		return true
	}
	return false
}

// refusal is Slack's explanation of a refused payload.
func refusal(err error) []string {
	var refused slack.SlackErrorResponse
	if errors.As(err, &refused) {
		return refused.ResponseMetadata.Messages
	}
	return nil
}
