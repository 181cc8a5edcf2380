package handlers

import (
	"context"
	"encoding/json"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"
)

// ack answers one envelope. Every envelope gets exactly one.
type ack func(payload any)

// dispatch decodes an event and hands it over. It runs on the goroutine that
// reads the socket and must not wait.
func (b *Bot) dispatch(client *socketmode.Client, ev socketmode.Event) {
	switch ev.Type {
	case socketmode.EventTypeSlashCommand, socketmode.EventTypeInteractive, socketmode.EventTypeEventsAPI:
		if ev.Request == nil {
			return
		}
		b.request(b.acker(client, ev.Request.EnvelopeID), ev)
	case socketmode.EventTypeErrorBadMessage:
		bad, ok := ev.Data.(*socketmode.ErrorBadMessage)
		if !ok {
			return
		}
		b.Log.Warn("unreadable envelope", "error", bad.Cause)
		if id := envelopeID(bad.Message); id != "" {
			b.acker(client, id)(nil)
		}
	case socketmode.EventTypeConnectionError, socketmode.EventTypeIncomingError, socketmode.EventTypeErrorWriteFailed:
		b.Log.Debug("socket trouble", "type", ev.Type)
	default:
		// hello, connecting, connected, and kinds of envelopes yet to be
		// invented: those that want an answer get an empty one.
		if ev.Request != nil && ev.Request.EnvelopeID != "" {
			b.acker(client, ev.Request.EnvelopeID)(nil)
		}
	}
}

func (b *Bot) acker(client *socketmode.Client, envelope string) ack {
	return func(payload any) {
		ctx, cancel := context.WithTimeout(context.Background(), ackTimeout)
		defer cancel()
		if err := client.AckCtx(ctx, envelope, payload); err != nil {
			b.Log.Warn("acknowledgement lost", "envelope", envelope, "error", err)
		}
	}
}

func (b *Bot) request(ack ack, ev socketmode.Event) {
	switch data := ev.Data.(type) {
	case slack.SlashCommand:
		ack(nil)
		in := decodeSlash(data)
		b.enqueue(in.origin, string(in.User), func(ctx context.Context) { b.command(ctx, in) })
	case slack.InteractionCallback:
		b.interaction(ack, data)
	case slackevents.EventsAPIEvent:
		ack(nil)
		if in, ok := decodeMention(data); ok {
			b.enqueue(in.origin, string(in.User), func(ctx context.Context) { b.mentioned(ctx, in) })
		}
	default:
		ack(nil)
	}
}

func (b *Bot) interaction(ack ack, c slack.InteractionCallback) {
	switch c.Type {
	case slack.InteractionTypeBlockActions:
		ack(nil)
		in, ok := decodeClick(c)
		if !ok {
			return
		}
		b.enqueue(in.origin, string(in.User), func(ctx context.Context) { b.clicked(ctx, in) })
	case slack.InteractionTypeViewSubmission:
		in := decodeSubmit(c)
		if !b.pool.Submit(string(in.User), func(ctx context.Context) { b.submitted(ctx, in, ack) }) {
			ack(b.busyAnswer(in))
		}
	case slack.InteractionTypeViewClosed:
		ack(nil)
		in := decodeClosed(c)
		b.enqueue(in.origin, string(in.User), func(ctx context.Context) { b.dismissed(ctx, in) })
	case slack.InteractionTypeBlockSuggestion:
		in := decodeSuggest(c)
		// Menus have a lane of their own: they may wait for the platform.
		if !b.pool.Submit(string(in.User)+"/menu", func(ctx context.Context) { b.suggested(ctx, in, ack) }) {
			ack(b.printer(in.User).LoadingOptions())
		}
	default:
		ack(nil)
	}
}

// enqueue gives an acknowledged request to the pool. When the pool is full the
// person is told instead; when even that queue is full, the log is.
func (b *Bot) enqueue(o origin, lane string, job func(context.Context)) {
	if b.pool.Submit(lane, job) {
		return
	}
	b.Log.Warn("request refused: too many waiting", "user", o.User)
	b.urgent.Submit(string(o.User), func(ctx context.Context) {
		b.tell(ctx, o, b.printer(o.User).Problem(busy, ""))
	})
}

var busy = batchsync.Problem{Code: batchsync.CodeConflict, Text: batchsync.T("busy"), Hint: batchsync.T("busy_hint")}

// busyAnswer keeps the modal open with what was typed.
func (b *Bot) busyAnswer(in submit) any {
	p := b.printer(in.User)
	for _, block := range in.View.Blocks.BlockSet {
		if input, ok := block.(*slack.InputBlock); ok {
			return slack.NewErrorsViewSubmissionResponse(map[string]string{input.BlockID: p.Text(busy.Text)})
		}
	}
	return update(p.Info(busy.Text, busy.Hint, draftOf(in.View)))
}

func update(view slack.ModalViewRequest) *slack.ViewSubmissionResponse {
	return slack.NewUpdateViewSubmissionResponse(&view)
}

// draftOf reads which draft a view shows, nil when none.
func draftOf(view slack.View) *batchsync.DraftID {
	ref, err := blocks.ParseRef(view.PrivateMetadata)
	if err != nil {
		return nil
	}
	id := batchsync.DraftID(ref.ID)
	return &id
}

// once makes sure that a submission is answered exactly once, by a fallback
// if the work returned or panicked without answering.
func once(a ack, fallback func() any, work func(ack)) {
	done := false
	answer := func(payload any) {
		if !done {
			done = true
			a(payload)
		}
	}
	defer func() {
		if !done {
			answer(fallback())
		}
	}()
	work(answer)
}

// answerView answers a submission with a new drawing. One that is too large
// for an acknowledgement is sent by the Web API behind a constant one.
func (b *Bot) answerView(ctx context.Context, answer ack, viewID string, view slack.ModalViewRequest) {
	payload := update(view)
	if js, err := json.Marshal(payload); err == nil && len(js) <= maxAckBytes {
		answer(payload)
		return
	}
	answer(update(b.Drawer.In("").Loading()))
	b.draw(ctx, viewID, "", view)
}

// seen reports whether the request was handled before: Slack may deliver an
// envelope again, also to a restarted process.
func (b *Bot) seen(o origin) bool {
	first, err := b.Store.FirstTime(o.Key, time.Now())
	if err != nil {
		b.Log.Error("remember request", "key", o.Key, "error", err)
		return false
	}
	return !first
}
