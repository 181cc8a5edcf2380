package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	rounds   = 6
	maxRatio = 2.0 // the bot's p99 over that of a loop that only acknowledges
	maxOther = 0.2 // cores that other work may take where the ratio is judged
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
// bot nor, by slowing the bare loop down, excuse it. It adds more to the one that
// works more, so the bot is not failed when it had no undisturbed round.
func BenchmarkAck(b *testing.B) {
	s := newStage(b)
	c := s.crowd(b)
	var ofBot, ofBare []sample
	for n := range rounds {
		bot, bare := s.loadBot(b, c), s.loadBare(b, c)
		b.Logf("round %d: bot %v; bare loop %v", n+1, bot, bare)
		ofBot, ofBare = append(ofBot, bot), append(ofBare, bare)
	}
	bot, bare := slices.MinFunc(ofBot, byP99), slices.MinFunc(ofBare, byP99)
	ratio := float64(bot.p99()) / float64(bare.p99())
	reportAcks(b, bot, bare, ratio)
	reportMemory(b, ofBot, ofBare)
	if bot.others > maxOther {
		b.Logf("not judged: other work took %.2f cores even in the bot's best round", bot.others)
	} else if ratio > maxRatio {
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
}

// reportMemory tells the most that each of the programs took in any round.
func reportMemory(b *testing.B, ofBot, ofBare []sample) {
	idle := func(s sample) float64 { return s.idle }
	loaded := func(s sample) float64 { return s.loaded }
	for name, of := range map[string]func(sample) float64{"idle": idle, "loaded": loaded} {
		bot, bare := most(ofBot, of), most(ofBare, of)
		b.ReportMetric(bot, "bot-rss-"+name+"-MB")
		b.ReportMetric(bare, "bare-rss-"+name+"-MB")
		b.ReportMetric(bot/bare, "rss-"+name+"-ratio")
	}
}

func most(all []sample, of func(sample) float64) (m float64) {
	for _, s := range all {
		m = max(m, of(s))
	}
	return m
}

// BenchmarkStart measures the time from the start of the process until its
// socket is open, of the bot and of the bare loop in turns. The bot's first start
// also makes the database file.
func BenchmarkStart(b *testing.B) {
	s := newStage(b)
	_, err := bareLoop() // building it is no part of its start
	must(b, err)
	var ofBot, ofBare []time.Duration
	for range starts {
		began := time.Now()
		bot := s.start(production...)
		ofBot = append(ofBot, time.Since(began))
		bot.stop(b)
		s.offline(b)

		began = time.Now()
		bare := s.startBare(b)
		ofBare = append(ofBare, time.Since(began))
		bare.kill()
	}
	bot, bare := quantile(ofBot, 0.5), quantile(ofBare, 0.5)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(ms(ofBot[0]), "bot-first-ms")
	b.ReportMetric(ms(bot), "bot-p50-ms")
	b.ReportMetric(ms(slices.Max(ofBot)), "bot-max-ms")
	b.ReportMetric(ms(bare), "bare-p50-ms")
	b.ReportMetric(float64(bot)/float64(bare), "p50-ratio")
}

// production is where the benchmarks differ from the other tests' settings.
var production = []string{"BATCHSYNC_LOG_LEVEL=info"}

// sample is what one program made of the traffic.
type sample struct {
	acks         []time.Duration
	late         []time.Duration // how much later than planned the requests were made
	slackCPU     float64         // cores that the local Slack and the people took
	others       float64         // cores that neither they nor the program took
	idle, loaded float64         // resident memory before and after in MB
}

func (s sample) p99() time.Duration { return quantile(s.acks, 0.99) }

func byP99(a, b sample) int { return cmp.Compare(a.p99(), b.p99()) }

func (s sample) String() string {
	return fmt.Sprintf("p50 %.2f, p99 %.2f, max %.2f ms (requests late by %.2f ms at p99, local Slack took %.2f cores, other work %.2f)",
		ms(quantile(s.acks, 0.5)), ms(s.p99()), ms(slices.Max(s.acks)), ms(quantile(s.late, 0.99)), s.slackCPU, s.others)
}

// quantile is the smallest value that is not less than the share q of all.
func quantile(of []time.Duration, q float64) time.Duration {
	sorted := slices.Sorted(slices.Values(of))
	return sorted[max(0, int(math.Ceil(q*float64(len(sorted))))-1)]
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
