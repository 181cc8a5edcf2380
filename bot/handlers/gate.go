package handlers

import (
	"context"

	"batchsync/internal/batchsync"
)

// allowed asks the one gate and tells the person when the answer is no.
func (b *Bot) allowed(ctx context.Context, o origin, act batchsync.Action, object string) bool {
	err := b.people.Authorise(ctx, o.User, act)
	if err == nil {
		return true
	}
	b.refused(o, act, object)
	b.fail(ctx, o, string(act), err)
	return false
}

// allowedIn asks the one gate and draws the refusal in an open modal.
func (b *Bot) allowedIn(ctx context.Context, o origin, view string, act batchsync.Action, object string) bool {
	return b.unlessRefused(ctx, o, view, act, object, b.people.Authorise(ctx, o.User, act))
}

// offeredIn does the same before a form is drawn, which asks again when it is sent.
func (b *Bot) offeredIn(ctx context.Context, o origin, view string, act batchsync.Action, object string) bool {
	return b.unlessRefused(ctx, o, view, act, object, b.people.Offer(ctx, o.User, act))
}

func (b *Bot) unlessRefused(ctx context.Context, o origin, view string, act batchsync.Action, object string, err error) bool {
	if err == nil {
		return true
	}
	b.refused(o, act, object)
	b.drawProblem(ctx, o, view, string(act), err, nil)
	return false
}

// refused records that somebody was not allowed to do something.
func (b *Bot) refused(o origin, act batchsync.Action, object string) {
	err := b.Store.Record(batchsync.AuditRow{At: now(), Actor: o.User, Action: act, Object: object, Outcome: batchsync.AuditForbidden})
	if err != nil {
		b.Log.Error("record refusal", "envelope", o.Envelope, "user", o.User, "action", act, "error", err)
	}
}
