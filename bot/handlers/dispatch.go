package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
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
// reads the socket and must not wait. Envelopes that come while the process ends
// are not acknowledged: Slack brings them to another one, or tells the person.
func (b *Bot) dispatch(ev socketmode.Event) {
	switch ev.Type {
	case socketmode.EventTypeSlashCommand, socketmode.EventTypeInteractive, socketmode.EventTypeEventsAPI:
		if ev.Request == nil || !b.intake.take() {
			return
		}
		b.request(b.acker(ev.Request.EnvelopeID, kindOfEnvelope(ev)), ev)
	case socketmode.EventTypeErrorBadMessage:
		bad, ok := ev.Data.(*socketmode.ErrorBadMessage)
		if !ok {
			return
		}
		b.Log.Warn("unreadable envelope", "error", bad.Cause)
		if id := envelopeID(bad.Message); id != "" && b.intake.take() {
			b.acker(id, "other")(nil)
		}
	case socketmode.EventTypeConnectionError, socketmode.EventTypeIncomingError:
		// Every ordinary refresh comes with one of these.
		b.Log.Info("socket trouble", "type", ev.Type, "error", cause(ev.Data))
	case socketmode.EventTypeErrorWriteFailed:
		b.Log.Warn("acknowledgement lost", "error", cause(ev.Data))
	default:
		// hello, connecting, connected, and kinds of envelopes yet to be
		// invented: those that want an answer get an empty one.
		if ev.Request != nil && ev.Request.EnvelopeID != "" && b.intake.take() {
			b.acker(ev.Request.EnvelopeID, "other")(nil)
		}
	}
}

// ackPatience is how long the reading goroutine lets the socket take an
// acknowledgement. A socket that is slower is served from a queue.
const ackPatience = 20 * time.Millisecond

// acker acknowledges an envelope that was just taken. kind is what it is counted
// as.
func (b *Bot) acker(envelope, kind string) ack {
	came := time.Now()
	done := func(err error) {
		b.intake.given()
		b.Observer.Acked(kind, time.Since(came), err != nil)
		b.ackLost(envelope, err)
	}
	send := func(ctx context.Context, patience time.Duration, payload any) error {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		return b.socket.ack(ctx, envelope, payload)
	}
	return func(payload any) {
		err := send(context.Background(), ackPatience, payload)
		if !errors.Is(err, context.DeadlineExceeded) {
			done(err)
			return
		}
		queued := b.urgent.Submit("ack", func(ctx context.Context) { done(send(ctx, ackTimeout, payload)) })
		if !queued {
			done(err)
		}
	}
}

func (b *Bot) ackLost(envelope string, err error) {
	if err != nil {
		b.Log.Warn("acknowledgement lost", "envelope", envelope, "error", err)
	}
}

func (b *Bot) request(ack ack, ev socketmode.Event) {
	envelope := ev.Request.EnvelopeID
	switch data := ev.Data.(type) {
	case slack.SlashCommand:
		ack(nil)
		in := decodeSlash(data)
		in.Envelope = envelope
		v, _ := b.verbOf(in.Command)
		b.enqueue(v.how, v.word, in.origin, func(ctx context.Context) {
			b.asked(ctx, in.origin, "command", v.word)
			b.command(ctx, in)
		})
	case slack.InteractionCallback:
		b.interaction(ack, data, envelope)
	case slackevents.EventsAPIEvent:
		ack(nil)
		o, opened := decodeHome(data)
		if opened {
			o.Envelope = envelope
			b.enqueue(how{slow: true}, "home", o, func(ctx context.Context) {
				b.asked(ctx, o, "event", "home")
				b.homeOpened(ctx, o)
			})
		}
		in, written := decodeWritten(data)
		if written {
			v, _ := b.verbOf(in.Command)
			h := how{slow: v.slow && v.looks()}
			in.Envelope = envelope
			b.enqueue(h, v.word, in.origin, func(ctx context.Context) {
				b.asked(ctx, in.origin, "event", v.word)
				b.command(ctx, in)
			})
		}
		if !opened && !written {
			b.Log.Debug("event ignored", "type", data.Type, "inner", data.InnerEvent.Type, "envelope", envelope)
		}
	default:
		ack(nil)
	}
}

func (b *Bot) interaction(ack ack, c slack.InteractionCallback, envelope string) {
	switch c.Type {
	case slack.InteractionTypeBlockActions:
		b.press(ack, c, envelope)
	case slack.InteractionTypeViewSubmission:
		in := decodeSubmit(c)
		in.Envelope = envelope
		b.drawings.overtake(in.View.ID) // who sends a form does not wait for it
		if !b.work.Submit(string(in.User), in.traced(func(ctx context.Context) {
			b.asked(ctx, in.origin, "submit", string(in.Callback))
			b.people.meet(ctx, in.User)
			b.submitted(ctx, in, ack)
		})) {
			ack(b.busyAnswer(in))
		}
	case slack.InteractionTypeViewClosed:
		ack(nil)
		in := decodeClosed(c)
		in.Envelope = envelope
		b.enqueue(how{}, "", in.origin, func(ctx context.Context) {
			b.asked(ctx, in.origin, "closed", string(in.Callback))
			b.dismissed(ctx, in)
		})
	case slack.InteractionTypeBlockSuggestion:
		in := decodeSuggest(c)
		in.Envelope = envelope
		patience := time.Now().Add(answerTimeout)
		if !b.menus.Submit(string(in.User), in.traced(func(ctx context.Context) { b.suggested(ctx, in, patience, ack) })) {
			ack(b.printer(in.User).LoadingOptions())
		}
	default:
		b.Log.Info("interaction ignored", "type", c.Type, "callback", c.CallbackID, "user", c.User.ID, "envelope", envelope)
		ack(nil)
	}
}

// press takes a click. One that changes something is acknowledged when that is
// on disk, all others at once.
func (b *Bot) press(ack ack, c slack.InteractionCallback, envelope string) {
	in, ok := decodeClick(c)
	if !ok {
		b.Log.Info("press of nothing ignored", "user", c.User.ID, "envelope", envelope)
		ack(nil)
		return
	}
	in.Envelope = envelope
	r := b.routes[in.Action]
	var once sync.Once
	in.ack = func() { once.Do(func() { ack(nil) }) }
	if !r.late {
		in.done()
	}
	queued := b.enqueue(r.how, string(in.Action), in.origin, func(ctx context.Context) {
		defer in.done()
		b.asked(ctx, in.origin, "click", string(in.Action))
		b.clicked(ctx, in)
	})
	if !queued {
		in.done()
	}
}

// enqueue gives a request to its pool: one at a time per person, but what only
// reads the platform waits for nothing but the same question, and what is done
// apart for nothing but its like. When the pool is
// full the person is told instead; when even that queue is full, the log is.
func (b *Bot) enqueue(h how, what string, o origin, job func(context.Context)) bool {
	to, lane := b.work, string(o.User)
	switch {
	case h.slow:
		to, lane = b.reads, lane+"/"+what
	case h.apart:
		lane += "/apart"
	}
	met := func(ctx context.Context) {
		if !h.modal { // those open one first, see openLoading
			b.people.meet(ctx, o.User)
		}
		job(ctx)
	}
	if to.Submit(lane, o.traced(met)) {
		return true
	}
	b.turnAway(o)
	return false
}

func busy() batchsync.Problem {
	return batchsync.Problem{Code: batchsync.CodeConflict, Text: batchsync.T("busy"), Hint: batchsync.T("busy_hint")}
}

// busyAnswer keeps the modal open with what was typed.
func (b *Bot) busyAnswer(in submit) any {
	p := b.printer(in.User)
	for _, block := range in.View.Blocks.BlockSet {
		if input, ok := block.(*slack.InputBlock); ok {
			return slack.NewErrorsViewSubmissionResponse(map[string]string{input.BlockID: p.Text(busy().Text)})
		}
	}
	return update(p.Info(busy().Text, busy().Hint, draftOf(in.View)))
}

func update(view slack.ModalViewRequest) *slack.ViewSubmissionResponse {
	return slack.NewUpdateViewSubmissionResponse(&view)
}

// cause is the error the library reports in an event.
func cause(data any) error {
	switch e := data.(type) {
	case *slack.ConnectionErrorEvent:
		return e.ErrorObj
	case *slack.IncomingEventError:
		return e.ErrorObj
	case *socketmode.ErrorWriteFailed:
		return e.Cause
	}
	return nil
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
func (b *Bot) answerView(ctx context.Context, o origin, answer ack, viewID string, view slack.ModalViewRequest) {
	if b.frames.of(viewID) != nil {
		answer(nil)
		b.draw(ctx, o, viewID, "", view)
		return
	}
	payload := update(view)
	if js, err := json.Marshal(payload); err == nil && len(js) <= maxAckBytes {
		answer(payload)
		return
	}
	answer(update(b.Drawer.In("").Loading()))
	b.draw(ctx, o, viewID, "", view)
}

// seen reports whether the request was handled before: Slack may deliver an
// envelope again, also to a restarted process.
func (b *Bot) seen(o origin) bool {
	first, err := b.Store.FirstTime(o.Key, time.Now())
	if err != nil {
		b.Log.Error("remember request", "envelope", o.Envelope, "key", o.Key, "error", err)
		return false
	}
	return !first
}
