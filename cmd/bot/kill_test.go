package main

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"batchsync/internal/slacksim"
	"batchsync/internal/studiosim"
)

// TestKill_AtCommand cuts the bot's power at exact points: before a command
// does its work, and after it did but before the bot can hear of it.
func TestKill_AtCommand(t *testing.T) {
	t.Parallel()
	for _, command := range []string{
		"profile status", "task list", "task create", "task integration setup",
		"task content", "task save-cron", "task save-config", "task deploy", "task schedule-info",
	} {
		for _, when := range []string{"before", "after"} {
			t.Run(when+" "+command, func(t *testing.T) {
				t.Parallel()
				killedAt(t, command, when)
			})
		}
	}
}

// deadly runs the simulated program; at the command named in the file "trap"
// it takes the bot down, once.
const deadly = `
trap=$(cat "$dir/trap" 2>/dev/null)
case "$*" in
"$trap"*) [ -n "$trap" ] && mv "$dir/trap" "$dir/sprung" 2>/dev/null && mine=yes ;;
esac
[ "$mine" = yes ] && [ -e "$dir/before" ] && kill -9 $PPID && exit 1
"$sim" "$@"
code=$?
[ "$mine" = yes ] && kill -9 $PPID
exit $code`

func killedAt(t *testing.T, command, when string) {
	s := newStage(t)
	program := "CZ_CLI=" + s.program(t, deadly)
	b, ana := s.review(t, "e2e_kill", program)
	ana.resume()
	// Its checks, which use the same commands, are over.
	v := ana.saying("Step 5 of 5", "Check Again")
	must(t, os.WriteFile(filepath.Join(s.dir, when), nil, 0o600))
	must(t, os.WriteFile(filepath.Join(s.dir, "trap"), []byte(command), 0o600))
	// The first command may run before the answer is sent; what was said yes to
	// is on disk by then.
	if _, err := ana.actor.Submit(within(t, ackWait), v); err != nil && !errors.Is(err, slacksim.ErrTimeout) {
		t.Fatal(err)
	}
	s.ended(t, b)

	b = s.start(program)
	s.onlyOneAfterCut(t, "e2e_kill")
	if got := s.effects(t, "deploy "); len(got) != 1 {
		t.Errorf("deployed %d times, want once", len(got))
	}
	b.stop(t)
	if got, want := s.audit(t), []string{slacksim.Ana + " create asked", slacksim.Ana + " create done"}; !slices.Equal(got, want) {
		t.Errorf("audit: got %q, want %q", got, want)
	}
	s.clean()
}

// cut ends a bot as a power cut would.
func (s *stage) cut(t testing.TB, b *bot) {
	t.Helper()
	b.kill()
	s.ended(t, b)
}

// ended waits for a process that something else ends, and until Slack has
// noticed: what it sends before that is lost.
func (s *stage) ended(t testing.TB, b *bot) {
	t.Helper()
	select {
	case err := <-b.done:
		b.done <- err
	case <-time.After(storyWait):
		t.Fatal("the bot is still running")
	}
	until(t, "the end of the connection", func() bool { return s.slack.Connections() == 0 })
}

// TestKill_AfterAck kills the bot as soon as Slack has its answer; nothing has
// been posted or begun then.
func TestKill_AfterAck(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	b, ana := s.review(t, "e2e_ack")
	s.slack.Fault("chat.postMessage", slacksim.HTTPStatus(500), -1)
	got := ana.create()
	s.cut(t, b)
	if got.Action != "update" || !strings.Contains(got.View.AllText(), "Creating e2e_ack") {
		t.Errorf("the answer to Create Sync: got %q", got.View.AllText())
	}
	s.slack.ClearFaults()
	s.start()
	s.onlyOneAfterCut(t, "e2e_ack")
	s.clean()
}

// TestKill_Orphan kills the bot while the platform still works on a creation;
// the next bot must not make a second task.
func TestKill_Orphan(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	must(t, s.world.SetFaults(studiosim.Fault{Match: "task create", Kind: "slow", Times: 1, Seconds: 8}))
	b, ana := s.review(t, "e2e_orphan", "CZ_CLI="+s.program(t, `
case "$*" in "task create"*) [ -e "$dir/begun" ] && { "$sim" "$@"; exit; }; : > "$dir/begun" ;; *) exec "$sim" "$@" ;; esac
"$sim" "$@" > /dev/null
: > "$dir/ended"`))
	ana.create()
	s.untilFile(t, "begun")
	// An edit shows that the post was noted: a cut between the two would show
	// the card twice, which is allowed.
	until(t, "an edit of the card", func() bool {
		cards := s.cards(slacksim.General, "e2e_orphan")
		return len(cards) == 1 && cards[0].Edits > 0
	})
	s.cut(t, b)
	s.start()
	s.onlyOne(t, "e2e_orphan")
	s.untilFile(t, "ended")
	s.onlyOne(t, "e2e_orphan")
	s.clean()
}

// TestKill_OrphanDeploys kills the bot while the platform still works on a
// deployment, which a look does not show yet; the next bot must not make it
// again.
func TestKill_OrphanDeploys(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	b, ana := s.review(t, "e2e_orphan", "CZ_CLI="+s.program(t, `
case "$*" in "task deploy"*) [ -e "$dir/begun" ] && { "$sim" "$@"; exit; }; : > "$dir/begun" ;; *) exec "$sim" "$@" ;; esac
while [ ! -e "$dir/go" ]; do sleep 0.05; done
"$sim" "$@" > /dev/null`))
	ana.create()
	s.untilFile(t, "begun")
	s.cut(t, b)
	s.start()
	// Whoever looks now finds the task offline, and is given the time to.
	eager := func() bool { return len(s.effects(t, "deploy ")) > 0 }
	for end := time.After(2 * time.Second); !eager(); {
		select {
		case <-end:
			must(t, os.WriteFile(filepath.Join(s.dir, "go"), nil, 0o600))
			end = nil
		case <-time.After(20 * time.Millisecond):
		}
	}
	must(t, os.WriteFile(filepath.Join(s.dir, "go"), nil, 0o600))
	s.onlyOneAfterCut(t, "e2e_orphan")
	if got := s.effects(t, "deploy "); len(got) != 1 {
		t.Errorf("deployed %d times, want once", len(got))
	}
	s.clean()
}

// TestKill_Random cuts at random moments, several times in a row.
func TestKill_Random(t *testing.T) {
	t.Parallel()
	for range 6 {
		seed := rand.Uint64()
		t.Run("", func(t *testing.T) {
			t.Parallel()
			t.Logf("seed %d", seed)
			killedAtRandom(t, rand.New(rand.NewPCG(seed, 0)))
		})
	}
}

func killedAtRandom(t *testing.T, random *rand.Rand) {
	s := newStage(t)
	b, ana := s.review(t, "e2e_random")
	ana.create()
	cuts := 1 + random.IntN(3)
	for range cuts {
		select {
		case <-time.After(time.Duration(random.IntN(1500)) * time.Millisecond):
		case <-b.done:
			t.Fatal("the bot ended by itself")
		}
		s.cut(t, b)
		b = s.start()
	}
	m := s.card(t, slacksim.General, "e2e_random", "Ready")
	b.stop(t)
	if made := s.made(t, "e2e_random"); len(made) != 1 || !made[0].Online {
		t.Errorf("made: got %+v, want one online", made)
	}
	// A cut between a post and its note on disk shows the card once more:
	// twice is better than never. The newest is the one that is kept up.
	cards := s.cards(slacksim.General, "e2e_random")
	if len(cards) > 1+cuts || cards[len(cards)-1].TS != m.TS {
		t.Errorf("%d cards, the last %q; the ready one is %q", len(cards), cards[len(cards)-1].TS, m.TS)
	}
	for effect, most := range map[string]int{"create ": 1, "deploy ": 1} {
		if got := s.effects(t, effect); len(got) > most {
			t.Errorf("effects: got %q, want %d at most", got, most)
		}
	}
	if got, want := s.audit(t), []string{slacksim.Ana + " create asked", slacksim.Ana + " create done"}; !slices.Equal(got, want) {
		t.Errorf("audit: got %q, want %q", got, want)
	}
	s.clean()
}

// TestKill_Wizard kills the bot on every screen; the draft goes on where it
// was, with all that was answered.
func TestKill_Wizard(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	b := s.start()
	ana := s.as(t, "ana")
	ana.open()
	ana.step(1)
	ana.set("kind", "mysql")
	ana.pick("source", "aliyun_mysql")
	again := func(n int) {
		t.Helper()
		was := answersOf(settled(ana, n))
		s.cut(t, b)
		b = s.start()
		ana.resume()
		if now := answersOf(settled(ana, n)); now != was {
			t.Errorf("screen %d after the restart:\n%s\nwant:\n%s", n, now, was)
		}
	}
	again(1)
	ana.next()
	again(2)
	ana.pick("source_schema", "shop")
	was, _ := s.slack.View("ana")
	ana.pick("tables", "orders")
	ana.wait(func(v slacksim.View) bool { return v.Hash != was.Hash }) // it is on disk once the screen is drawn anew
	again(2)
	ana.pick("target", "LAKEHOUSE_ecommerce")
	ana.typeIn("target_table", "orders")
	ana.next()
	again(3)
	ana.typeIn("time", "03:30")
	again(3)
	ana.next()
	again(4)
	ana.pick("folder", "data_sync/mysql")
	ana.pick("vcluster", "sync_vc")
	ana.typeIn("name", "e2e_screens")
	ana.next()
	again(5)
	ana.next()
	s.onlyOne(t, "e2e_screens")
	s.clean()
}

// settled is a screen of the wizard with everything that comes a moment later:
// at the review, the checks and the columns of the source.
func settled(p *person, n int) slacksim.View {
	p.t.Helper()
	p.step(n)
	return p.wait(func(v slacksim.View) bool {
		text := v.AllText()
		return n < 5 || strings.Contains(text, " passed") && strings.Contains(text, "columns at the source")
	})
}

// answersOf is what a screen shows and holds, apart from ids, and from the type
// of a data source, which is shown as soon as their list is known.
func answersOf(v slacksim.View) string {
	out := []string{strings.ReplaceAll(v.AllText(), " (MySQL)", "")}
	for block, actions := range v.Values {
		field, _, _ := strings.Cut(block, "/")
		for action, value := range actions {
			out = append(out, field+" "+action+" "+chosen(value))
		}
	}
	slices.Sort(out[1:])
	return strings.Join(out, "\n")
}

// chosen is the value of an input, whatever kind it is.
func chosen(state slacksim.Object) string {
	for _, key := range []string{"value", "selected_time"} {
		if v, ok := state[key].(string); ok {
			return v
		}
	}
	var out []string
	one, _ := state["selected_option"].(map[string]any)
	many, _ := state["selected_options"].([]any)
	for _, o := range append([]any{one}, many...) {
		option, _ := o.(map[string]any)
		if v, ok := option["value"].(string); ok {
			out = append(out, v)
		}
	}
	return strings.Join(out, ",")
}
