package outbox

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

// Whatever Slack answers, everything that can arrive arrives in its last
// revision, and the limits hold.
func TestOutbox_Run_Storm(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			bubble(t, func(r *room) { storm(r, rand.New(rand.NewPCG(seed, 1))) })
		})
	}
}

func storm(r *room, rnd *rand.Rand) {
	const messages, channels = 20, 6
	calm := time.Now().Add(2 * time.Minute)
	outcomes := []batchsync.Outcome{
		batchsync.OutcomeDone, batchsync.OutcomeDone, batchsync.OutcomeLater, batchsync.OutcomeFailed, batchsync.OutcomeGone,
	}
	salt := rnd.IntN(1000)
	r.slack.answers(func(_ context.Context, m batchsync.Message, call int) batchsync.Delivery {
		if time.Now().After(calm) {
			return answer(batchsync.OutcomeDone)
		}
		return batchsync.Delivery{Outcome: outcomes[(salt+call*call*7/3)%len(outcomes)], Wait: time.Duration((salt+call)%5) * time.Second}
	})
	r.slack.takes = 70 * time.Millisecond
	stop := r.start()
	id := func(i int) batchsync.MessageID { return batchsync.MessageID(fmt.Sprint("m", i)) }
	for i := range messages {
		m := msg(id(i), batchsync.ChannelID(fmt.Sprint("C", rnd.IntN(channels))))
		if i > 0 && i%3 == 0 {
			m.Thread = id(i - 1)
		}
		r.enqueue(m)
	}
	for range 120 {
		time.Sleep(time.Duration(rnd.IntN(1000)) * time.Millisecond)
		r.raise(id(rnd.IntN(messages)))
	}
	time.Sleep(10 * time.Minute)
	stop()
	for i := range messages {
		if m := r.message(id(i)); m.State != batchsync.MessageSent || m.Shown != m.Wanted || m.TS == "" {
			r.Errorf("stored %+v", m)
		}
	}
	checkLimits(r)
}

func checkLimits(r *room) {
	r.Helper()
	lastPost, lastEdit := map[batchsync.ChannelID]time.Duration{}, map[batchsync.MessageID]time.Duration{}
	for _, s := range r.slack.sent() {
		if s.Action == post {
			if at, before := lastPost[s.Channel]; before && s.At-at < postEvery {
				r.Errorf("%v: post %v after the last one in %s", s, s.At-at, s.Channel)
			}
			lastPost[s.Channel] = s.At
			continue
		}
		if at, before := lastEdit[s.ID]; before && s.At-at < time.Second {
			r.Errorf("%v: edit %v after the last one", s, s.At-at)
		}
		lastEdit[s.ID] = s.At
	}
	if r.slack.most > maxSends {
		r.Errorf("%d sends at a time, want at most %d", r.slack.most, maxSends)
	}
}
