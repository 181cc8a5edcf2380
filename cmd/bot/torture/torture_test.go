// Package torture breaks the real bot, in every way that is known, while people
// use it, and then counts: nothing lost, nothing doubled, nothing leaked.
package torture

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"batchsync/internal/slacksim"
	"batchsync/internal/studiosim"
)

var (
	rounds  = flag.Int("torture.rounds", 24, "short rounds, where no time is given")
	limit   = flag.Duration("torture.time", 0, "how long to go on, with rounds of all sizes; 0: see torture.rounds")
	seed    = flag.Uint64("torture.seed", 0, "the one round to play; 0: all")
	size    = flag.Int("torture.size", 0, "how much is done in a round where no time is given; see newPlan")
	workers = flag.Int("torture.workers", 10, "rounds side by side; they mostly wait")
)

func TestMain(m *testing.M) {
	code := m.Run()
	if dir, err := programs(); err == nil {
		os.RemoveAll(dir)
	}
	os.Exit(code)
}

// TestTorture plays rounds and prints what they came to. Each says its seed when
// something is wrong.
func TestTorture(t *testing.T) {
	if *limit == 0 && *seed == 0 && os.Getenv("BATCHSYNC_ALONE") == "" {
		t.Skip("wants the machine to itself: make test runs it after the others")
	}
	if _, err := programs(); err != nil {
		t.Fatal(err)
	}
	var total totals
	var group sync.WaitGroup
	next := seeds(t)
	for range *workers {
		group.Go(func() {
			for p, more := next(); more; p, more = next() {
				total.add(t, play(p))
			}
		})
	}
	group.Wait()
	fmt.Println(total.String())
}

// seeds hands out the rounds to play.
func seeds(t *testing.T) func() (plan, bool) {
	var mu sync.Mutex
	n, began, base := 0, time.Now(), uint64(1)
	if *limit > 0 {
		base = rand.Uint64N(1 << 48)
	}
	t.Logf("seeds from %d on", base)
	return func() (plan, bool) {
		mu.Lock()
		defer mu.Unlock()
		n++
		switch s := base + uint64(n-1); {
		case *seed != 0:
			return newPlan(*seed, *size), n == 1
		case *limit > 0:
			return newPlan(s, 1+n%4), time.Since(began) < *limit
		default:
			return newPlan(s, *size), n <= *rounds
		}
	}
}

// play plays one round to its end.
func play(p plan) result {
	r, err := newRound(p)
	if err != nil {
		return result{seed: p.seed, err: err}
	}
	defer r.close()
	r.result.seed, r.result.copies = p.seed, map[string]int{}
	r.result.size = p.size
	r.result.err = r.run()
	if r.result.wrong() {
		r.result.log = r.log.String()
	}
	r.result.asked, r.result.accepted = map[string]int{}, map[string]int{}
	for _, a := range r.ledger.asks {
		r.result.asked[a.kind]++
		if a.is(accepted) {
			r.result.accepted[a.kind]++
		}
	}
	return r.result
}

// run prepares the world, lets everybody loose, and judges when all is quiet.
func (r *round) run() error {
	if err := r.prepare(); err != nil {
		return fmt.Errorf("prepare: %w", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), quietWait)
	defer cancel()
	var people, weather sync.WaitGroup
	for name, script := range r.plan.scripts {
		p := &person{r: r, name: name, actor: r.slack.As(name)}
		people.Go(func() { p.follow(ctx, script) })
	}
	sky, clear := context.WithCancel(ctx)
	weather.Go(func() { r.blow(sky) })
	var failed error
	for _, d := range r.plan.deaths {
		if failed = r.die(d); failed != nil {
			break
		}
	}
	last, err := r.live()
	if failed == nil {
		failed = err
	}
	if failed != nil {
		cancel()
	}
	people.Wait()
	clear()
	weather.Wait()
	if last == nil || failed != nil {
		return failed
	}
	return r.conclude(last)
}

// prepare makes the tasks and runs that people will ask about.
func (r *round) prepare() error {
	for _, script := range r.plan.scripts {
		for _, a := range script {
			r.ledger.asks = append(r.ledger.asks, a)
			if strings.HasPrefix(a.kind, "create") {
				continue
			}
			var err error
			if a.task, err = r.scheduled(a.name, a.kind != "deploy"); err != nil {
				return err
			}
			at := time.Now().Add(-3 * time.Hour)
			switch a.kind {
			case "rerun":
				a.run, err = r.world.AddRun(studiosim.Run{Task: a.task, Type: 1, Status: 3, Plan: at.UnixMilli(), FailMsg: plantedFailure, VC: "sync_vc"})
			case "stop":
				a.run, err = r.world.RunAt(a.task, time.Now().Add(-time.Minute), time.Hour)
			case "acceptance":
				_, err = r.world.RunAt(a.task, time.Now().Add(-time.Minute), 5*time.Second)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// blow lets things go wrong until the sky is clear.
func (r *round) blow(sky context.Context) {
	for _, g := range r.plan.weather {
		select {
		case <-time.After(g.after):
		case <-sky.Done():
			return
		}
		if g.slack != nil {
			g.slack(r.slack)
		} else if err := r.world.SetFaults(g.platform...); err != nil {
			return
		}
	}
}

// conclude ends all trouble, has people bring to an end what needs them, stops
// the bot when all is quiet, and judges.
func (r *round) conclude(p *process) error {
	r.slack.ClearFaults()
	r.slack.RedeliverOnReconnect(false)
	r.slack.DuplicateNext(0)
	if err := r.world.SetFaults(); err != nil {
		return err
	}
	if err := r.settleTrouble(); err != nil {
		return err
	}
	pressed := map[string]int{}
	deadline := time.Now().Add(quietWait)
	for {
		why := r.settle(p, pressed, deadline)
		if err := r.stop(p); err != nil {
			return err
		}
		f, err := readFile(r.database())
		if err != nil {
			return err
		}
		if f.unsettled == 0 && f.due == 0 && why == "" || time.Now().After(deadline) {
			if why != "" {
				r.result.lost = append(r.result.lost, "it never got quiet: "+why)
			}
			return r.check(f)
		}
		if p, err = r.live(); err != nil {
			return err
		}
	}
}

// calm is how long nothing must have been told for all to be quiet: cards are
// edited every three seconds at most.
const calm = 3500 * time.Millisecond

// settle waits until nothing is left to be told, pressing the buttons that wait
// for a person, and says what is missing if that takes too long.
func (r *round) settle(p *process, pressed map[string]int, deadline time.Time) (why string) {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for time.Now().Before(deadline) {
		select {
		case <-tick.C:
		case <-p.done:
			return "the bot ended by itself"
		}
		why = r.unsettled(pressed)
		if why == "" && time.Since(r.lastTold()) > calm {
			return ""
		}
	}
	return why
}

// unsettled is what has no end yet. It presses Check Again where that is
// offered, and Give Up where it helped three times not.
func (r *round) unsettled(pressed map[string]int) (why string) {
	for _, a := range r.ledger.asks {
		if a.kind == "alert" && a.is(told) {
			if untold := r.untold(a); untold != "" {
				why = a.name + ": " + untold
			}
		}
		if a.title() == "" {
			continue
		}
		cards := r.cards(a)
		if len(cards) == 0 {
			if a.is(accepted) {
				why = a.name + " has no card"
			}
			continue
		}
		card := cards[len(cards)-1]
		if stateOf(card) != "" {
			continue
		}
		why = a.kind + " " + a.name + " goes on: " + card.Text
		if key := fmt.Sprint(a.name, card.TS, card.Edits); pressed[key] == 0 && strings.Contains(card.AllText(), "Check Again") {
			pressed[key]++
			pressed[a.name]++
			r.press(a, card, pressed[a.name] > 3)
		}
	}
	return why
}

func (r *round) press(a *ask, card slacksim.Message, giveUp bool) {
	button := "Check Again"
	if giveUp {
		button = "Give Up"
	}
	ctx, cancel := context.WithTimeout(context.Background(), ackPatience)
	defer cancel()
	_, _ = r.slack.As(a.who).Click(ctx, card, button) // a card that changed meanwhile is looked at again
}

// lastTold is when the bot last put something into a channel.
func (r *round) lastTold() (at time.Time) {
	for _, c := range r.slack.Calls("chat.postMessage", "chat.update", "files.completeUploadExternal") {
		at = c.At
	}
	return at
}
