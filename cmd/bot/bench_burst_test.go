package main

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"batchsync/internal/slacksim"
)

const (
	burstRounds  = 3
	bursts       = 2   // of each program in each round
	burstSize    = 900 // requests; fewer than the bot lets wait, so that it turns none away
	burstAnswers = 600 // of them are answered: a link, every third, is not
	burstFlying  = 100 // requests without an acknowledgement at a time
)

// burst is what one program made of many requests at once.
type burst struct {
	acked, answered float64       // requests a second; answered is 0 for a program that answers nothing
	slackCPU        float64       // cores that the local Slack and the people took
	cpu             time.Duration // what a request took of the program's own, its start included
}

func (r burst) String() string {
	return fmt.Sprintf("%.0f acknowledged a second, %.0f answered, own CPU %.2f ms a request (local Slack took %.2f cores)",
		r.acked, r.answered, ms(r.cpu), r.slackCPU)
}

// BenchmarkBurst measures how many requests a second are acknowledged, and how
// many answered, when they come as fast as acknowledgements do, and compares the
// first with the bare loop, in turns. The best burst of each counts, for the
// reason that BenchmarkAck gives.
func BenchmarkBurst(b *testing.B) {
	s := newStage(b)
	c := s.crowd(b)
	var ofBot, ofBare []burst
	for n := range burstRounds {
		bot, bare := s.burstBot(b, c), s.burstBare(b, c)
		b.Logf("round %d: bot %v; bare loop %v", n+1, bot, bare)
		ofBot, ofBare = append(ofBot, bot), append(ofBare, bare)
	}
	bot, bare := best(ofBot), best(ofBare)
	b.ReportMetric(0, "ns/op") // says nothing here
	b.ReportMetric(bot.acked, "bot-acks/s")
	b.ReportMetric(bare.acked, "bare-acks/s")
	b.ReportMetric(bare.acked/bot.acked, "acks-ratio")
	b.ReportMetric(bot.answered, "bot-answered/s")
	b.ReportMetric(ms(bot.cpu), "bot-cpu-ms")
	b.ReportMetric(ms(bare.cpu), "bare-cpu-ms")
	if strings.Contains(s.log.String(), "too many waiting") {
		b.Error("the bot turned requests away")
	}
	s.clean()
}

// best is the burst acknowledged soonest, with the best of the other figures.
func best(of []burst) burst {
	out := slices.MaxFunc(of, func(a, b burst) int { return cmp.Compare(a.acked, b.acked) })
	for _, r := range of {
		out.answered, out.cpu = max(out.answered, r.answered), min(out.cpu, r.cpu)
	}
	return out
}

func (s *stage) burstBot(tb testing.TB, c *crowd) burst {
	tb.Helper()
	bot := s.start(production...)
	out := s.bursts(tb, c, burstAnswers)
	bot.stop(tb)
	s.offline(tb)
	out.cpu = ownCPU(bot) / (bursts * burstSize)
	return out
}

func (s *stage) burstBare(tb testing.TB, c *crowd) burst {
	tb.Helper()
	bare := s.startBare(tb)
	out := s.bursts(tb, c, 0)
	bare.kill()
	out.cpu = ownCPU(bare) / (bursts * burstSize)
	return out
}

// ownCPU is what a program that ended has used.
func ownCPU(b *bot) time.Duration {
	return b.cmd.ProcessState.UserTime() + b.cmd.ProcessState.SystemTime()
}

// bursts are several, each after the last was answered, and the better one.
func (s *stage) bursts(tb testing.TB, c *crowd, answers int) burst {
	tb.Helper()
	var all []burst
	for range bursts {
		all = append(all, s.burst(tb, c, answers))
	}
	return best(all)
}

// burst makes requests as fast as earlier ones are acknowledged. The collector
// of the local Slack waits, as in load.
func (s *stage) burst(tb testing.TB, c *crowd, answers int) (r burst) {
	tb.Helper()
	runtime.GC()
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	ctx, before := within(tb, storyWait), s.answers()
	room := make(chan struct{}, burstFlying)
	var running sync.WaitGroup
	cpu, began := cpuTime(tb), time.Now()
	for i := range burstSize {
		room <- struct{}{}
		running.Go(func() {
			defer func() { <-room }()
			if _, err := c.act(ctx, i); err != nil {
				tb.Errorf("request %d: %v", i, err)
			}
		})
	}
	running.Wait()
	took := time.Since(began)
	r.acked, r.slackCPU = burstSize/took.Seconds(), (cpuTime(tb)-cpu).Seconds()/took.Seconds()
	if answers > 0 {
		r.answered = burstSize / s.lastAnswer(tb, before+answers).Sub(began).Seconds()
	}
	return r
}

// lastAnswer waits until so many answers were shown and says when the last came.
func (s *stage) lastAnswer(tb testing.TB, n int) time.Time {
	tb.Helper()
	ctx := within(tb, storyWait)
	for tick := time.Tick(20 * time.Millisecond); s.answers() < n; {
		select {
		case <-tick:
		case <-ctx.Done():
			tb.Fatalf("%d answers came, want %d", s.answers(), n)
		}
	}
	calls := s.slack.Calls("response_url", "views.update")
	return slices.MaxFunc(calls, func(a, b slacksim.Call) int { return a.At.Compare(b.At) }).At
}
