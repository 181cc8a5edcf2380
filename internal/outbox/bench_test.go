package outbox

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"batchsync/internal/batchsync"
	"batchsync/internal/store"
)

// taker is a Slack that takes everything after a while.
type taker struct {
	takes time.Duration

	mu   sync.Mutex
	took int
	all  chan struct{} // closed with the last of want
	want int
}

func (s *taker) Send(context.Context, batchsync.Message, *batchsync.Message) batchsync.Delivery {
	time.Sleep(s.takes)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.took++; s.took == s.want {
		close(s.all)
	}
	return batchsync.Delivery{Outcome: batchsync.OutcomeDone, TS: fmt.Sprint("ts", s.took), Channel: "C"}
}

// BenchmarkOutbox_Storm delivers many messages at once, of a real file and by the
// clock, to a Slack that takes 80 ms for each, and compares it with the larger of
// two limits: one post a second in a channel, and no more at a time than are
// allowed to be under way.
func BenchmarkOutbox_Storm(b *testing.B) {
	const channels, each, takes = 100, 5, 80 * time.Millisecond
	limit := max((each-1)*postEvery, channels*each*takes/maxSends)
	var took time.Duration
	for b.Loop() {
		took = stormTakes(b, channels, each, takes)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(channels*each/took.Seconds(), "posts/s")
	b.ReportMetric(took.Seconds(), "took-s")
	b.ReportMetric(limit.Seconds(), "limit-s")
	b.ReportMetric(float64(took)/float64(limit), "ratio")
}

func stormTakes(b *testing.B, channels, each int, takes time.Duration) time.Duration {
	b.Helper()
	s, err := store.Open(filepath.Join(b.TempDir(), "bot.db"), time.Now())
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	slack := &taker{takes: takes, all: make(chan struct{}), want: channels * each}
	out := New(s, slack, slog.New(slog.DiscardHandler))
	for n := range each {
		for c := range channels {
			m := msg(batchsync.MessageID(fmt.Sprintf("m%d-%d", c, n)), batchsync.ChannelID(fmt.Sprint("C", c)))
			m.CreatedAt = time.Now()
			if err := s.Enqueue(m); err != nil {
				b.Fatal(err)
			}
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	began := time.Now()
	go func() { done <- out.Run(ctx) }()
	select {
	case <-slack.all:
	case <-time.After(5 * time.Minute):
		b.Fatal("the storm does not end")
	}
	took := time.Since(began)
	cancel()
	if err := <-done; err != nil {
		b.Error(err)
	}
	return took
}
