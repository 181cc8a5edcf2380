package handlers

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
)

// site is how the web addresses of this workspace's messages begin, as Slack
// told it once; it stays the same. The zero value does not know it yet.
type site struct {
	mu   sync.Mutex
	base string
}

func (s *site) known() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.base
}

func (s *site) learn(base string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.base = cmp.Or(base, s.base)
}

// homeCards are the web addresses of the cards of the operations on a tab: of
// those that are posted, but for other people's direct messages.
func (b *Bot) homeCards(ctx context.Context, view blocks.HomeView) map[batchsync.OperationID]string {
	out := map[batchsync.OperationID]string{}
	links := addresses{ask: b.addressOf, base: b.site.known()}
	for _, op := range slices.Concat(view.Attention, view.Running) {
		m, err := b.Store.Message(cmp.Or(op.Message, batchsync.CardOf(op.ID)))
		if err != nil || direct(m.Posted) && op.Actor != view.User {
			continue
		}
		if link := links.of(ctx, m); link != "" {
			out[op.ID] = link
		}
	}
	b.site.learn(links.base)
	return out
}
