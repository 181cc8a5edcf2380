package main

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"batchsync/internal/slacksim"
)

const (
	floodRate    = 500 // requests per second
	floodMemory  = 300 // MB
	floodCrowd   = 150 // requests without an acknowledgement, where the machine is busy with other tests
	floodWaiting = 4 * 1024
	floodP99     = 100 * time.Millisecond
)

// BenchmarkFlood has people press and type five hundred times a second for a
// minute, and fails when acknowledgements take longer than they may.
func BenchmarkFlood(b *testing.B) {
	s := newStage(b)
	acks := s.flood(b, time.Minute, floodRate*60)
	s.clean()
	p99 := quantile(acks, 0.99)
	b.ReportMetric(0, "ns/op") // says nothing here
	b.ReportMetric(ms(quantile(acks, 0.5)), "p50-ms")
	b.ReportMetric(ms(p99), "p99-ms")
	if p99 > floodP99 {
		b.Errorf("p99 of acknowledgements is %v, want at most %v", p99, floodP99)
	}
}

// TestFlood is some seconds of it: how long acknowledgements take is for the
// benchmark, here it counts that none is missing.
func TestFlood(t *testing.T) {
	alone(t)
	s := newStage(t)
	acks := s.flood(t, 3*time.Second, floodCrowd)
	for _, v := range s.slack.Violations() {
		if !strings.HasPrefix(v, "late ack") {
			t.Errorf("Slack's rules were broken: %s", v)
		}
	}
	t.Logf("%d acknowledgements, p50 %.1f ms, p99 %.1f ms", len(acks), ms(quantile(acks, 0.5)), ms(quantile(acks, 0.99)))
}

// alone leaves a test out that takes all of the machine: acknowledgements of the
// others would come late. make test runs these after the others.
func alone(t *testing.T) {
	t.Helper()
	if os.Getenv("BATCHSYNC_ALONE") == "" {
		t.Skip("wants the machine to itself: make test runs it after the others")
	}
}

// flood makes requests at a fixed pace, as long as no more than so many wait for
// their acknowledgement. Each
// is acknowledged, and each that wants an answer has one, be it that the bot is
// busy. What the bot holds meanwhile is bounded, and it is all worked off.
func (s *stage) flood(tb testing.TB, span time.Duration, unanswered int) []time.Duration {
	tb.Helper()
	c := s.crowd(tb)
	health := freeAddress(tb)
	bot := s.start("BATCHSYNC_LOG_LEVEL=info", "BATCHSYNC_LISTEN="+health)
	before := s.answers()
	n := int(span.Seconds() * floodRate)
	ctx := within(tb, span+2*time.Minute)
	acks := make([]time.Duration, n)
	var running sync.WaitGroup
	room := make(chan struct{}, unanswered)
	most, began := 0, time.Now()
	for i := range n {
		<-time.After(time.Until(began.Add(time.Duration(i) * time.Second / floodRate)))
		room <- struct{}{}
		running.Go(func() {
			defer func() { <-room }()
			ack, err := c.press(ctx, i)
			if err != nil {
				tb.Errorf("request %d: %v", i, err)
			}
			acks[i] = ack.Latency
		})
		if i%floodRate == floodRate-1 {
			most = max(most, waiting(tb, health))
		}
	}
	running.Wait()
	for tick := time.Tick(20 * time.Millisecond); waiting(tb, health) > 0; <-tick {
		if ctx.Err() != nil {
			tb.Fatalf("%d requests still wait", waiting(tb, health))
		}
	}
	loaded := residentMB(tb, bot.cmd.Process.Pid)

	// It is at once as good as before.
	s.as(tb, "vera").ask("/batchsync status", "workspace")
	bot.stop(tb) // finishes what it accepted
	links := 0
	for i := range n {
		if kind(i) == aLink {
			links++ // is acknowledged and not answered
		}
	}
	told, turned := s.answers()-before-1, s.turnedAway(tb)
	if told+turned < n-links {
		tb.Errorf("%d of %d requests were answered, and %d turned away", told, n-links, turned)
	}
	if most > floodWaiting || loaded > floodMemory {
		tb.Errorf("the bot held %d requests and %.0f MB, want at most %d and %d", most, loaded, floodWaiting, floodMemory)
	}
	for _, bad := range []string{`"level":"ERROR"`, "acknowledgement lost", "person not told"} {
		if strings.Contains(s.log.String(), bad) {
			tb.Errorf("the log has %s", bad)
		}
	}
	tb.Logf("%d requests in %v: %d turned away, at most %d waiting, %.0f MB", n, time.Since(began).Round(time.Second/10), turned, most, loaded)
	return acks
}

// turnedAway counts the requests whose people were told that the bot is busy.
func (s *stage) turnedAway(tb testing.TB) (n int) {
	tb.Helper()
	for line := range strings.Lines(s.log.String()) {
		var said struct{ Requests int }
		if strings.Contains(line, "too many waiting") {
			must(tb, json.Unmarshal([]byte(line), &said))
		}
		n += said.Requests
	}
	return n
}

// Kinds of requests of a flood.
const (
	aWord = iota
	aField
	aLink
	aRead // of the platform
)

func kind(n int) int {
	if n%150 == 149 {
		return aRead
	}
	return n % 3
}

// press makes the n-th request.
func (c *crowd) press(ctx context.Context, n int) (slacksim.Ack, error) {
	turn := n / 3
	switch kind(n) {
	case aWord:
		return c.typing[turn%len(c.typing)].Slash(ctx, slacksim.DataSync, "/batchsync help")
	case aRead:
		return c.typing[turn%3].Slash(ctx, slacksim.DataSync, "/batchsync runs sync_mysql_products")
	case aField:
		who := turn % len(c.drafting)
		database := []string{"mysql", "postgresql"}[turn/len(c.drafting)%2]
		return c.drafting[who].Select(ctx, c.modals[who], "field.kind", database)
	}
	return c.watching[turn%len(c.watching)].Click(ctx, c.card, "Open in Studio")
}

// freeAddress is one that nobody listens at.
func freeAddress(tb testing.TB) string {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(tb, err)
	defer l.Close()
	return l.Addr().String()
}

// waiting is how many requests the bot says that it has taken and not begun.
func waiting(tb testing.TB, health string) int {
	tb.Helper()
	answer, err := http.Get("http://" + health + "/healthz")
	must(tb, err)
	defer answer.Body.Close()
	var r struct {
		Waiting int `json:"requests_waiting"`
	}
	must(tb, json.NewDecoder(answer.Body).Decode(&r))
	return r.Waiting
}
