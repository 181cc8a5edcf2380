package outbox

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

// A channel answers every post by a rate limit for ten minutes. Nothing is lost,
// what was to be said first is said first, and no other channel waits for longer.
func TestOutbox_Run_LongRateLimit(t *testing.T) {
	t.Parallel()
	bubble(t, func(r *room) {
		const messages, limited, open = 60, "C1", "C2"
		over := time.Now().Add(10 * time.Minute)
		r.slack.answers(func(_ context.Context, m batchsync.Message, _ int) batchsync.Delivery {
			if m.Channel == limited && m.TS == "" && time.Now().Before(over) {
				return batchsync.Delivery{Outcome: batchsync.OutcomeLater, Wait: 30 * time.Second}
			}
			return answer(batchsync.OutcomeDone)
		})
		stop := r.start()
		r.enqueue(msg("root", limited))
		var want []batchsync.MessageID
		for n := range messages {
			id := batchsync.MessageID(fmt.Sprintf("m%02d", n))
			if n%2 == 0 {
				r.enqueue(msg(id, limited, "root"))
			} else {
				r.enqueue(msg(id, limited))
			}
			want = append(want, id)
			r.enqueue(msg("x"+id, open))
			time.Sleep(9 * time.Second)
		}
		time.Sleep(5 * time.Minute)
		stop()
		var got []batchsync.MessageID
		for _, call := range r.slack.sent() {
			if m := r.message(call.ID); m.State != batchsync.MessageSent {
				r.Errorf("%s is %s", m.ID, m.State)
			}
			switch {
			case call.Channel == limited && call.At >= 10*time.Minute && call.ID != "root":
				got = append(got, call.ID)
			case call.Channel == open && call.At > 11*time.Minute:
				r.Errorf("another channel waited until %v", call.At)
			}
		}
		if !slices.Equal(got, want) {
			r.Errorf("said %v, want %v", got, want)
		}
	})
}
