package torture

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
)

// result is what a round came to.
type result struct {
	seed                  uint64
	size                  int
	kills                 map[string]int // by point
	faults, checked       int
	restarts              int            // after it could not reach Slack at its start
	outcomes              map[string]int // what cards said in the end
	asked, accepted       map[string]int // by what was asked for
	copies                map[string]int // cards too many, by channel
	lost, doubled, leaked []string
	err                   error // of the round itself
	log                   string
}

func (r *result) kill(where string) {
	where, _, _ = strings.Cut(where, ":")
	r.kills[where]++
}

func (r *result) outcome(state string) {
	if r.outcomes == nil {
		r.outcomes = map[string]int{}
	}
	r.outcomes[state]++
}

func (r *result) wrong() bool { return r.err != nil || len(r.lost)+len(r.doubled)+len(r.leaked) > 0 }

// totals adds rounds up.
type totals struct {
	mu                    sync.Mutex
	rounds                int
	faults, checked       int
	lost, doubled, leaked int
	copies                int
	asked, accepted       map[string]int
	unfinished, restarts  int
	kills, outcomes       map[string]int
}

func (t *totals) add(tb testing.TB, r result) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.kills == nil {
		t.kills, t.outcomes, t.asked, t.accepted = map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}
	}
	t.rounds++
	t.faults += r.faults
	t.checked += r.checked
	t.lost, t.doubled, t.leaked = t.lost+len(r.lost), t.doubled+len(r.doubled), t.leaked+len(r.leaked)
	t.restarts += r.restarts
	if r.err != nil {
		t.unfinished++
	}
	sum(t.kills, r.kills)
	sum(t.outcomes, r.outcomes)
	sum(t.asked, r.asked)
	sum(t.accepted, r.accepted)
	for _, n := range r.copies {
		t.copies += n
	}
	if !r.wrong() {
		return
	}
	tb.Errorf("round -torture.seed=%d -torture.size=%d: %v\nlost: %s\ndoubled: %s\nleaked: %s", r.seed, r.size, r.err,
		strings.Join(r.lost, "\n  "), strings.Join(r.doubled, "\n  "), strings.Join(r.leaked, "\n  "))
	if dir := os.Getenv("TORTURE_LOGS"); dir != "" {
		_ = os.WriteFile(fmt.Sprintf("%s/%d.log", dir, r.seed), []byte(r.log), 0o600) // for who looks into it
	}
}

func sum(to, from map[string]int) {
	for k, n := range from {
		to[k] += n
	}
}

// String is the account of all rounds.
func (t *totals) String() string {
	var out strings.Builder
	kills := 0
	for _, n := range t.kills {
		kills += n
	}
	fmt.Fprintf(&out, "rounds %d, kills %d, faults injected %d, operations checked %d, lost %d, doubled %d, leaked %d\n",
		t.rounds, kills, t.faults, t.checked, t.lost, t.doubled, t.leaked)
	fmt.Fprintf(&out, "rounds not played to their end %d, starts without Slack %d, cards shown once more after a cut %d\n", t.unfinished, t.restarts, t.copies)
	for _, all := range []struct {
		what string
		of   map[string]int
	}{{"killed at", t.kills}, {"asked for", t.asked}, {"of that accepted", t.accepted}, {"told as", t.outcomes}} {
		fmt.Fprint(&out, all.what+":")
		for _, k := range slices.Sorted(maps.Keys(all.of)) {
			fmt.Fprintf(&out, " %s %d;", k, all.of[k])
		}
		fmt.Fprintln(&out)
	}
	return out.String()
}
