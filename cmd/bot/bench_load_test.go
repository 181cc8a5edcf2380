package main

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sync"
	"testing"
	"time"

	"batchsync/internal/slacksim"
)

const (
	loadRate = 200 // requests per second
	loadSpan = 5 * time.Second
	warmUp   = 200 // requests before those that count
)

// crowd is the people who make the traffic and what they have before them.
type crowd struct {
	typing   []slacksim.Actor // commands
	drafting []slacksim.Actor // each with an open wizard
	modals   []slacksim.View
	watching []slacksim.Actor // press the card's link, which changes nothing
	card     slacksim.Message
}

// crowd lets the bot make a card and two open wizards. They stay when it ends.
func (s *stage) crowd(tb testing.TB) *crowd {
	tb.Helper()
	bot := s.start(production...)
	as := s.slack.As
	c := &crowd{
		typing:   []slacksim.Actor{as("ana"), as("adam"), as("vera"), as("gus")},
		drafting: []slacksim.Actor{as("ana"), as("adam")},
		watching: []slacksim.Actor{as("vera"), as("gus")},
	}
	ana := s.as(tb, "ana")
	s.newSync(tb, ana)
	answerMerge("bench_merge")(ana)
	c.card = s.card(tb, slacksim.DataSync, "bench_merge", "Waiting for you", "Check Again")
	for _, name := range []string{"ana", "adam"} {
		c.modals = append(c.modals, s.newSync(tb, s.as(tb, name)))
	}
	bot.stop(tb)
	s.offline(tb)
	return c
}

// newSync opens a wizard from the channel in which everybody is.
func (s *stage) newSync(tb testing.TB, p *person) slacksim.View {
	tb.Helper()
	_, err := p.actor.Slash(within(tb, ackWait), slacksim.DataSync, "/batchsync new")
	must(tb, err)
	return p.step(1)
}

// act makes the n-th request: commands, fields and buttons in turn.
func (c *crowd) act(ctx context.Context, n int) (slacksim.Ack, error) {
	turn := n / 3
	switch n % 3 {
	case 0:
		return c.typing[turn%len(c.typing)].Slash(ctx, slacksim.DataSync, "/batchsync help")
	case 1:
		who := turn % len(c.drafting)
		kind := []string{"mysql", "postgresql"}[turn/len(c.drafting)%2]
		return c.drafting[who].Select(ctx, c.modals[who], "field.kind", kind)
	}
	return c.watching[turn%len(c.watching)].Click(ctx, c.card, "Open in Studio")
}

// loadBot runs the traffic against the real program and sees that everything
// acknowledged was also answered.
func (s *stage) loadBot(tb testing.TB, c *crowd) sample {
	tb.Helper()
	bot := s.start(production...)
	before := s.answers()
	out := c.load(tb, bot)
	bot.stop(tb) // finishes what it accepted
	s.offline(tb)
	// A link is acknowledged and not answered; it is every third request.
	if got, want := s.answers()-before, warmUp+len(out.acks)-warmUp/3-len(out.acks)/3; got != want {
		tb.Errorf("the bot answered %d requests, want %d", got, want)
	}
	return out
}

// answers counts what was shown to people in response to requests.
func (s *stage) answers() int {
	n := 0
	for _, call := range s.slack.Calls("response_url", "views.update") {
		if call.OK() {
			n++
		}
	}
	return n
}

// load makes requests at a fixed pace, whatever becomes of those before. The
// local Slack lives in this process and keeps all it ever saw: its garbage
// collector would take the time that is measured, so it waits.
func (c *crowd) load(tb testing.TB, program *bot) sample {
	tb.Helper()
	pid := program.cmd.Process.Pid
	idle := residentMB(tb, pid)
	runtime.GC()
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	c.pace(tb, warmUp, func(int, time.Duration, slacksim.Ack) {})
	n := int(loadSpan.Seconds() * loadRate)
	s := sample{acks: make([]time.Duration, n), late: make([]time.Duration, n), idle: idle}
	cpu, others, began := cpuTime(tb), otherTime(tb, pid), time.Now()
	c.pace(tb, n, func(i int, late time.Duration, ack slacksim.Ack) { s.acks[i], s.late[i] = ack.Latency, late })
	took := time.Since(began).Seconds()
	s.slackCPU = (cpuTime(tb) - cpu).Seconds() / took
	s.others = max(0, (otherTime(tb, pid)-others).Seconds()/took) // rounded, so it may come out below
	s.loaded = residentMB(tb, pid)
	return s
}

func (c *crowd) pace(tb testing.TB, n int, done func(i int, late time.Duration, ack slacksim.Ack)) {
	tb.Helper()
	ctx := within(tb, loadSpan+storyWait)
	var running sync.WaitGroup
	began := time.Now()
	for i := range n {
		due := began.Add(time.Duration(i) * time.Second / loadRate)
		<-time.After(time.Until(due))
		late := time.Since(due)
		running.Go(func() {
			ack, err := c.act(ctx, i)
			if err != nil {
				tb.Errorf("request %d: %v", i, err)
			}
			done(i, late, ack)
		})
	}
	running.Wait()
}

// offline waits until no app is connected.
func (s *stage) offline(tb testing.TB) {
	tb.Helper()
	ctx := within(tb, ackWait)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for s.slack.Connections() > 0 {
		select {
		case <-tick.C:
		case <-ctx.Done():
			tb.Fatal("a socket stayed open")
		}
	}
}

// bareLoop is the program that acknowledges and does nothing else, built once.
var bareLoop = sync.OnceValues(func() (string, error) {
	dir, err := programs()
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "bareloop")
	if out, err := exec.Command("go", "build", "-o", path, "./testdata/bareloop").CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the bare loop: %w\n%s", err, out)
	}
	return path, nil
})

// loadBare runs the same traffic against the bare loop.
func (s *stage) loadBare(tb testing.TB, c *crowd) sample {
	tb.Helper()
	bare := s.startBare(tb)
	out := c.load(tb, bare)
	bare.kill()
	return out
}

func (s *stage) startBare(tb testing.TB) *bot {
	tb.Helper()
	path, err := bareLoop()
	must(tb, err)
	cmd := exec.Command(path)
	cmd.Env, cmd.Stdout, cmd.Stderr = s.env(), s.log, s.log
	must(tb, cmd.Start())
	b := &bot{cmd: cmd, done: make(chan error, 1), gone: func() { s.offline(tb) }}
	go func() { b.done <- cmd.Wait() }()
	tb.Cleanup(b.kill)
	must(tb, s.slack.WaitConnected(within(tb, storyWait), 1))
	return b
}
