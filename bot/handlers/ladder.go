package handlers

import (
	"context"
	"sync"
	"time"

	"batchsync/bot/blocks"
)

// Ladder sends the best drawing of a message that the workspace takes. Some
// refuse the newer blocks, and then the whole message: the words must arrive
// all the same. A refusal is remembered for a day, so that it does not cost a
// call each time. The zero value is ready; one is shared by all senders.
type Ladder struct {
	mu      sync.Mutex
	refused time.Time // when native tables or charts were last refused
}

const rememberRefusal = 24 * time.Hour

// climb calls send with one drawing after the other until one is taken or
// refused for another reason than its blocks.
func (l *Ladder) climb(ctx context.Context, m blocks.Message, send func(context.Context, blocks.Message) error) error {
	drawings := l.drawings(m, time.Now())
	var err error
	for i, d := range drawings {
		if err = send(ctx, d); !badBlocks(errorCode(err)) {
			break
		}
		if i == 0 && len(m.Fallbacks) > 0 {
			l.remember(time.Now())
		}
	}
	return err
}

// drawings lists what may be sent, best first, the text alone last.
func (l *Ladder) drawings(m blocks.Message, now time.Time) []blocks.Message {
	l.mu.Lock()
	recent := now.Sub(l.refused) < rememberRefusal
	l.mu.Unlock()
	var out []blocks.Message
	if !recent || len(m.Fallbacks) == 0 {
		out = append(out, blocks.Message{Text: m.Text, Blocks: m.Blocks})
	}
	for _, simpler := range m.Fallbacks {
		out = append(out, blocks.Message{Text: m.Text, Blocks: simpler})
	}
	return append(out, blocks.Message{Text: m.Text})
}

func (l *Ladder) remember(now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refused = now
}
