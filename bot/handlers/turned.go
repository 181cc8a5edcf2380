package handlers

import (
	"context"
	"sync"

	"batchsync/internal/batchsync"
)

// turned counts the requests of each person that there was no room for and that
// they have not been told of yet. The zero value is ready.
type turned struct {
	mu   sync.Mutex
	away map[batchsync.UserID]int
}

// add reports whether it is the first one.
func (t *turned) add(u batchsync.UserID) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.away == nil {
		t.away = map[batchsync.UserID]int{}
	}
	t.away[u]++
	return t.away[u] == 1
}

// take is how many there are, and begins anew.
func (t *turned) take(u batchsync.UserID) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := t.away[u]
	delete(t.away, u)
	return n
}

// turnAway tells a person that a request is not carried out. One word stands for
// all that come until it is said, so that those who press most do not take the
// room that is left for words to others, and for acknowledgements.
func (b *Bot) turnAway(o origin) {
	if !b.crowded.add(o.User) {
		return
	}
	queued := b.urgent.Submit(string(o.User), o.traced(func(ctx context.Context) {
		b.Log.WarnContext(ctx, "request refused: too many waiting", "user", o.User, "requests", b.crowded.take(o.User))
		b.tell(ctx, o.aside(), b.printerOf(o).Problem(busy(), ""))
	}))
	if !queued {
		b.Log.Warn("request refused: too many waiting, person not told", "envelope", o.Envelope, "user", o.User, "requests", b.crowded.take(o.User))
	}
}
