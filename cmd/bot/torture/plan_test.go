package torture

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"batchsync/internal/failpoint"
	"batchsync/internal/slacksim"
	"batchsync/internal/studiosim"
)

// plan is all that is decided by the seed: who does what in which order, how
// the bot dies, and what goes wrong meanwhile. What meets what in time is not
// in it, so a seed brings the same plan back and not always the same end.
type plan struct {
	seed    uint64
	size    int
	scripts map[string][]*ask // per person
	deaths  []death
	weather []gust
	failing bool // runs that are asked for fail, with a planted secret
}

// death is one end of the bot: at a point, the moment somebody has a yes, or
// after a while.
type death struct {
	point string // NAME:N, or nothing
	atYes bool
	after time.Duration
}

// gust is something that goes wrong a while after the one before.
type gust struct {
	after    time.Duration
	platform []studiosim.Fault
	slack    func(*slacksim.Sim)
	what     string
}

// kinds are all things people ask for, see acts.
func kinds() []string {
	return []string{
		"create", "create", "create_message", "backfill", "rerun", "stop", "tune", "schedule", "deploy", "undeploy", "debug",
		"adopt", "mute", "alert", "acceptance",
	}
}

// newPlan makes the plan of a seed. size scales how much people do: 1 is a
// round of some seconds, and 0 one without what may take a minute to find out.
func newPlan(seed uint64, size int) plan {
	rnd := rand.New(rand.NewPCG(seed, 7))
	p := plan{seed: seed, size: size, scripts: map[string][]*ask{}}
	people := []string{"ana", "adam", "vera"}
	kinds := kinds()
	if size == 0 {
		kinds = slices.DeleteFunc(kinds, func(k string) bool { return k == "backfill" })
		size = 1
	}
	alerts := 0
	for n := range size * (4 + rnd.IntN(3)) {
		a := &ask{kind: kinds[rnd.IntN(len(kinds))], name: fmt.Sprintf("t%x_%02d", seed&0xffff, n), twice: rnd.IntN(3) == 0, mended: rnd.IntN(2) == 0}
		if a.kind == "alert" {
			if alerts++; alerts > 2 {
				a.kind = "schedule" // more failures of one source would be told as one
			}
		}
		who := people[rnd.IntN(len(people))]
		if a.kind == "undeploy" || a.kind == "adopt" || a.kind == "mute" {
			who = "adam" // takes an administrator
		}
		a.who = who
		p.scripts[who] = append(p.scripts[who], a)
	}
	p.failing = rnd.IntN(2) == 0
	for range 1 + rnd.IntN(3) + size {
		p.deaths = append(p.deaths, newDeath(rnd))
	}
	for range 2 + rnd.IntN(4*size) {
		p.weather = append(p.weather, newGust(rnd))
	}
	return p
}

// newDeath is at a random moment or at a yes once in five times each, else at a
// point.
func newDeath(rnd *rand.Rand) death {
	d := death{after: time.Duration(rnd.IntN(2500)) * time.Millisecond}
	points := failpoint.Points()
	switch rnd.IntN(5) {
	case 0:
	case 1:
		d = death{atYes: true, after: 3 * time.Second}
	default:
		name, most := points[rnd.IntN(len(points))], 12
		switch name {
		case failpoint.AckBefore, failpoint.AckAfter, failpoint.FrameAfter:
			most = 4 // people do not do that much
		}
		d = death{point: fmt.Sprintf("%s:%d", name, 1+rnd.IntN(most)), after: 3 * time.Second}
	}
	return d
}

func newGust(rnd *rand.Rand) gust {
	g := gust{after: time.Duration(rnd.IntN(1000)) * time.Millisecond}
	if rnd.IntN(2) == 0 {
		kinds := []string{
			"applied_reported_failed", "applied_twice", "applied_killed", "killed", "http_500", "garbage", "half",
			"slow", "connection_dropped", "two_documents", "exit_zero_refusal", "unreachable", "token_expired",
		}
		commands := []string{"", "", "task create", "task integration", "task save-c", "task deploy", "task undeploy", "task refill", "runs", "task execute", "task content", "task list"}
		f := studiosim.Fault{Kind: kinds[rnd.IntN(len(kinds))], Match: commands[rnd.IntN(len(commands))], Times: 1 + rnd.IntN(3), Seconds: rnd.Float64()}
		g.what, g.platform = fmt.Sprintf("%s of %q", f.Kind, f.Match), []studiosim.Fault{f}
		return g
	}
	methods := []string{"chat.postMessage", "chat.postMessage", "chat.update", "views.open", "views.update", "response_url", "*"}
	method := methods[rnd.IntN(len(methods))]
	faults := []struct {
		what  string
		fault slacksim.Fault
	}{
		{"429", slacksim.RateLimited(time.Second)}, {"500", slacksim.HTTPStatus(500)},
		{"reset after", slacksim.ResetAfter()}, {"reset before", slacksim.ResetBefore()},
	}
	n, f, times := rnd.IntN(8), faults[rnd.IntN(len(faults))], 1+rnd.IntN(2)
	switch n {
	case 0:
		g.what, g.slack = "dropped sockets", (*slacksim.Sim).DropConnections
	case 1:
		g.what, g.slack = "duplicate envelopes", func(s *slacksim.Sim) { s.DuplicateNext(2) }
	case 2:
		g.what, g.slack = "unacked envelopes again", func(s *slacksim.Sim) { s.RedeliverOnReconnect(true) }
	default:
		g.what, g.slack = f.what+" at "+method, func(s *slacksim.Sim) { s.Fault(method, f.fault, times) }
	}
	return g
}
