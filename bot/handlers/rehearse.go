package handlers

import (
	"context"

	"batchsync/internal/batchsync"
)

// rehearse has a made-up failure sent to this channel along the true path, and
// its recovery after it.
func (b *Bot) rehearse(ctx context.Context, o origin, _ string) {
	place, err := b.newsPlace(ctx, o)
	if err != nil {
		b.fail(ctx, o, "rehearse", err)
		return
	}
	r := batchsync.Rehearsal{ID: newID(), Channel: place, By: o.User, At: now()}
	err = b.Store.Rehearse(r, batchsync.AuditRow{
		At: r.At, Actor: o.User, Action: batchsync.ActRehearse, Object: "channel/" + string(place), Outcome: batchsync.AuditAsked,
	})
	if err != nil {
		b.fail(ctx, o, "rehearse in "+string(place), err)
		return
	}
	b.Look()
	b.tell(ctx, o, b.printerOf(o).RehearsalStarted(r))
}
