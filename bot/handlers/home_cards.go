package handlers

import (
	"cmp"
	"context"
	"slices"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
)

// homeCards are the web addresses of the cards of the operations on a tab: of
// those that are posted, but for other people's direct messages.
func (b *Bot) homeCards(ctx context.Context, view blocks.HomeView) map[batchsync.OperationID]string {
	out := map[batchsync.OperationID]string{}
	links := b.links()
	for _, op := range slices.Concat(view.Attention, view.Running) {
		m, err := b.Store.Message(cmp.Or(op.Message, batchsync.CardOf(op.ID)))
		if err != nil || direct(m.Posted) && op.Actor != view.User {
			continue
		}
		if link := links.of(ctx, m); link != "" {
			out[op.ID] = link
		}
	}
	return out
}
