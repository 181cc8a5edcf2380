package handlers

import (
	"cmp"
	"context"
	"errors"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"

	"github.com/slack-go/slack"
)

// tell answers a request where it was written, for all to see, if it was; else
// it shows the message to one person: by the request's own address where it has
// one, else in the channel, else as a direct message.
func (b *Bot) tell(ctx context.Context, o origin, m blocks.Message) {
	o.done()
	ctx, cancel := lastWord(ctx)
	defer cancel()
	if o.Aloud && b.say(ctx, o, m) {
		return
	}
	if o.ResponseURL != "" {
		err := b.respond(ctx, o, m, slack.MsgOptionResponseURL(o.ResponseURL, slack.ResponseTypeEphemeral))
		if err == nil {
			return
		}
		b.Log.DebugContext(ctx, "response address refused", "user", o.User, "error", errorCode(err))
	}
	if o.Channel != "" {
		err := b.Ladder.climb(ctx, m, func(ctx context.Context, m blocks.Message) error {
			options := body(m)
			if o.Thread != o.Message { // what is for one person does not begin a thread
				options = append(options, slack.MsgOptionTS(o.Thread))
			}
			_, err := b.API.PostEphemeralContext(ctx, string(o.Channel), string(o.User), options...)
			return err
		})
		if err == nil {
			return
		}
	}
	err := b.Ladder.climb(ctx, m, func(ctx context.Context, m blocks.Message) error {
		_, _, err := b.API.PostMessageContext(ctx, string(o.User), body(m)...)
		return err
	})
	if err != nil {
		b.Log.WarnContext(ctx, "answer lost", "user", o.User, "error", errorCode(err), "details", refusal(err))
	}
}

// respond uses the address that came with a request. Slack names no reason
// there, so every refusal tries the next simpler drawing.
func (b *Bot) respond(ctx context.Context, o origin, m blocks.Message, to slack.MsgOption) error {
	var err error
	for _, d := range b.Ladder.drawings(m, time.Now()) {
		if _, _, err = b.API.PostMessageContext(ctx, string(o.Channel), append(body(d), to)...); err == nil {
			return nil
		}
	}
	return err
}

// settle replaces the message a button was pressed in, so that its buttons are
// gone: for the one person who sees it, or for everybody, and then without
// mentions. Where that is not possible it is told as a new message.
func (b *Bot) settle(ctx context.Context, o origin, m blocks.Message) {
	o.done()
	if o.ResponseURL != "" {
		if o.public() {
			m = b.unmentioned(ctx, o, m)
		}
		if b.respond(ctx, o, m, slack.MsgOptionReplaceOriginal(o.ResponseURL)) == nil {
			return
		}
		o.ResponseURL = "" // used up, too old, or its message is gone
	}
	b.tell(ctx, o, m)
}

// body renders a message for every posting method alike: no unfurling, no
// automatic links.
func body(m blocks.Message) []slack.MsgOption {
	return []slack.MsgOption{
		slack.MsgOptionText(m.Text, false), slack.MsgOptionBlocks(m.Blocks...),
		slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl(),
	}
}

// problem turns an error into words for one person. Internal errors get a
// reference id, under which the log has the cause.
func (b *Bot) problem(o origin, what string, err error) (batchsync.Problem, string) {
	pr := *batchsync.ProblemOf(err)
	if pr.Hint.Key == noneTypedHint && o.Verb != "" {
		pr.Hint = batchsync.T(noneTypedHint, o.Verb)
	}
	if pr.Code != batchsync.CodeInternal {
		b.Log.Info(what, "envelope", o.Envelope, "user", o.User, "code", pr.Code, "error", err)
		return pr, ""
	}
	ref := newID()
	b.Log.Error(what, "envelope", o.Envelope, "user", o.User, "ref", ref, "error", err)
	return pr, ref
}

// fail tells a person why something did not happen, and nobody else: it may
// mention who to ask. Who holds a task is named, with the way to them.
func (b *Bot) fail(ctx context.Context, o origin, what string, err error) {
	o = o.aside()
	if cut(ctx) {
		b.Log.InfoContext(ctx, "request cut short", "what", what, "user", o.User, "error", err)
		err = interrupted()
	}
	var held *batchsync.HeldError
	if errors.As(err, &held) {
		b.Log.InfoContext(ctx, what, "user", o.User, "error", err)
		b.tell(ctx, o, b.printerOf(o).Problem(b.held(ctx, o, held), ""))
		return
	}
	pr, ref := b.problem(o, what, err)
	b.tell(ctx, o, b.printerOf(o).Problem(pr, ref))
}

// errorCode is Slack's word for an error, or a short cause; "" for none.
func errorCode(err error) string {
	if err == nil {
		return ""
	}
	var refused slack.SlackErrorResponse
	if errors.As(err, &refused) {
		return refused.Err
	}
	var limited *slack.RateLimitedError
	if errors.As(err, &limited) {
		return "rate_limited"
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return "timeout"
	}
	return "no_answer"
}

// held says who changes a task, since when, and where the card of that is.
func (b *Bot) held(ctx context.Context, o origin, h *batchsync.HeldError) batchsync.Problem {
	by := h.By
	place := string(by.Channel)
	if m, err := b.Store.Message(cmp.Or(by.Message, batchsync.CardOf(by.ID))); err == nil && m.TS != "" {
		place = string(m.Posted)
		// Somebody else's direct message is no place to lead to.
		if !direct(m.Posted) || by.Actor == o.User {
			place = cmp.Or(b.addressOf(ctx, m), place)
		}
	}
	return blocks.Held(h, place)
}
