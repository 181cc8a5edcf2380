package main

import (
	"cmp"
	"fmt"
	"math"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

const (
	rounds   = 3
	maxRatio = 2.0 // the bot's p99 over that of a loop that only acknowledges
	starts   = 10
)

// BenchmarkAck measures how long Slack waits for an acknowledgement while
// people type commands, change fields of an open wizard and press buttons of a
// card, and compares it with a program that acknowledges and does nothing
// else. Both get the same traffic from the same local Slack, in turns; latency
// is what that Slack sees between sending an envelope and reading its
// acknowledgement.
//
// Other work of the machine only ever adds latency, to either side. Therefore
// the best round of each is compared: a disturbed one can neither fail the
// bot nor, by slowing the bare loop down, excuse it.
func BenchmarkAck(b *testing.B) {
	s := newStage(b)
	c := s.crowd(b)
	var ofBot, ofBare []sample
	for n := range rounds {
		bot, bare := s.loadBot(b, c), s.loadBare(b, c)
		b.Logf("round %d\n  bot       %v\n  bare loop %v", n+1, bot, bare)
		ofBot, ofBare = append(ofBot, bot), append(ofBare, bare)
	}
	bot, bare := slices.MinFunc(ofBot, byP99), slices.MinFunc(ofBare, byP99)
	ratio := float64(bot.p99()) / float64(bare.p99())
	reportAcks(b, bot, bare, ratio)
	if ratio > maxRatio {
		b.Errorf("p99 of acknowledgements is %.2f times that of a bare loop, want at most %.1f", ratio, maxRatio)
	}
	if strings.Contains(s.log.String(), "too many waiting") {
		b.Error("the bot turned requests away")
	}
	s.clean()
}

func reportAcks(b *testing.B, bot, bare sample, ratio float64) {
	b.ReportMetric(0, "ns/op") // says nothing here
	b.ReportMetric(ms(quantile(bot.acks, 0.5)), "bot-p50-ms")
	b.ReportMetric(ms(bot.p99()), "bot-p99-ms")
	b.ReportMetric(ms(quantile(bare.acks, 0.5)), "bare-p50-ms")
	b.ReportMetric(ms(bare.p99()), "bare-p99-ms")
	b.ReportMetric(ratio, "p99-ratio")
	b.ReportMetric(bot.idle, "rss-idle-MB")
	b.ReportMetric(bot.loaded, "rss-loaded-MB")
}

// BenchmarkStart measures the time from the start of the process until its
// socket is open. The first start also makes the database file.
func BenchmarkStart(b *testing.B) {
	s := newStage(b)
	var took []time.Duration
	for range starts {
		began := time.Now()
		bot := s.start(production...)
		took = append(took, time.Since(began))
		bot.stop(b)
		s.offline(b)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(ms(took[0]), "first-ms")
	b.ReportMetric(ms(quantile(took, 0.5)), "p50-ms")
	b.ReportMetric(ms(slices.Max(took)), "max-ms")
}

// production is where the benchmarks differ from the other tests' settings.
var production = []string{"BATCHSYNC_LOG_LEVEL=info"}

// sample is what one program made of the traffic.
type sample struct {
	acks         []time.Duration
	late         []time.Duration // how much later than planned the requests were made
	slackCPU     float64         // cores that the local Slack and the people took
	idle, loaded float64         // resident memory before and after in MB
}

func (s sample) p99() time.Duration { return quantile(s.acks, 0.99) }

func byP99(a, b sample) int { return cmp.Compare(a.p99(), b.p99()) }

func (s sample) String() string {
	return fmt.Sprintf("p50 %.2f ms, p90 %.2f ms, p99 %.2f ms, max %.2f ms (requests late by %.2f ms at p99, local Slack took %.2f cores)",
		ms(quantile(s.acks, 0.5)), ms(quantile(s.acks, 0.9)), ms(s.p99()), ms(slices.Max(s.acks)),
		ms(quantile(s.late, 0.99)), s.slackCPU)
}

// residentMB is the memory of a process that is in RAM, in 10^6 bytes. Linux is
// asked itself: small images have no ps.
func residentMB(tb testing.TB, pid int) float64 {
	tb.Helper()
	if runtime.GOOS == "linux" {
		out, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
		must(tb, err)
		var size, resident int
		_, err = fmt.Sscan(string(out), &size, &resident) // in pages
		must(tb, err)
		return float64(resident*os.Getpagesize()) / 1e6
	}
	out, err := exec.Command("ps", "-o", "rss=", "-p", strconv.Itoa(pid)).Output()
	must(tb, err)
	kib, err := strconv.Atoi(strings.TrimSpace(string(out)))
	must(tb, err)
	return float64(kib) * 1024 / 1e6
}

// cpuTime is what this process has used, children not counted.
func cpuTime(tb testing.TB) time.Duration {
	tb.Helper()
	var used syscall.Rusage
	must(tb, syscall.Getrusage(syscall.RUSAGE_SELF, &used))
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// quantile is the smallest value that is not less than the share q of all.
func quantile(of []time.Duration, q float64) time.Duration {
	sorted := slices.Sorted(slices.Values(of))
	return sorted[max(0, int(math.Ceil(q*float64(len(sorted))))-1)]
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
