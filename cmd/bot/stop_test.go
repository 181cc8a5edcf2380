package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"batchsync/bot/handlers"
	"batchsync/internal/batchsync"
	"batchsync/internal/operation"
	"batchsync/internal/outbox"
	"batchsync/internal/slacksim"
	"batchsync/internal/store"
)

// stopPromise is what supervisors are told.
const stopPromise = 20 * time.Second

// TestStop_Sum adds up what every room may take at most.
func TestStop_Sum(t *testing.T) {
	t.Parallel()
	const killed = time.Second // a child's pipes, see internal/czcli
	const endpoint = 2 * time.Second
	sum := max(handlers.Grace, operation.Grace+killed) + outbox.Grace + endpoint
	if sum > roomsLimit || roomsLimit >= stopLimit || stopLimit >= stopPromise {
		t.Errorf("rooms take up to %v of %v, all of it %v of %v", sum, roomsLimit, stopLimit, stopPromise)
	}
}

// TestGroup_Stops takes rooms down by stages, each of which at once, and names
// those that do not end.
func TestGroup_Stops(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		log := slog.New(slog.DiscardHandler)
		ctx, cancel := context.WithCancel(t.Context())
		began := time.Now().Add(time.Minute)
		ended := make(chan string, 9)
		takes := func(d time.Duration) func(context.Context) error {
			return func(ctx context.Context) error {
				<-ctx.Done()
				from := time.Since(began)
				<-time.After(d)
				ended <- fmt.Sprintf("%v to %v", from, time.Since(began))
				return ctx.Err()
			}
		}
		var g group
		g.start(stopsThen, "outbox", log, takes(4*time.Second))
		g.start(stopsFirst, "operations", log, takes(10*time.Second))
		g.start(stopsLast, "health", log, takes(0))
		g.start(stopsFirst, "slack", log, takes(8*time.Second))
		time.AfterFunc(time.Minute, cancel)
		if err := g.wait(ctx, log, 18*time.Second); err != nil {
			t.Errorf("in time: %v", err)
		}
		for _, want := range []string{"0s to 8s", "0s to 10s", "10s to 14s", "14s to 14s"} {
			if got := <-ended; got != want {
				t.Errorf("a room stopped from %s, want %s", got, want)
			}
		}

		began = time.Now()
		g = group{}
		g.start(stopsFirst, "slack", log, takes(time.Minute))
		g.start(stopsThen, "outbox", log, takes(time.Minute))
		g.start(stopsLast, "health", log, takes(0))
		err := g.wait(ctx, log, 18*time.Second)
		if err == nil || !strings.Contains(err.Error(), "did not stop in time: slack, outbox") || time.Since(began) != 18*time.Second {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
		time.Sleep(2 * time.Minute)

		g = group{}
		g.start(stopsFirst, "slack", log, func(context.Context) error { return errors.New("deaf") })
		g.start(stopsThen, "outbox", log, takes(0))
		if err := g.wait(t.Context(), log, time.Minute); err == nil || err.Error() != "slack: deaf" {
			t.Errorf("a room that fails: %v", err)
		}
	})
}

// TestBounded waits for what ends by itself or in time, and not for the rest.
func TestBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		if err := bounded(ctx, time.Second, func() error { <-time.After(time.Hour); return errDone }); err != errDone {
			t.Errorf("by itself: %v", err)
		}
		cancel()
		if err := bounded(ctx, time.Second, func() error { <-time.After(time.Second / 2); return errDone }); err != errDone {
			t.Errorf("in time: %v", err)
		}
		if err := bounded(ctx, time.Second, func() error { <-time.After(2 * time.Second); return nil }); err != errLate {
			t.Errorf("late: %v", err)
		}
		time.Sleep(time.Minute)
	})
}

var errDone = errors.New("done")

// ends stops a bot as a supervisor would, and asserts that it keeps the promise.
// It returns how long that took.
func (s *stage) ends(t testing.TB, b *bot) time.Duration {
	t.Helper()
	began := time.Now()
	must(t, b.cmd.Process.Signal(syscall.SIGTERM))
	return s.gone(t, b, began)
}

func (s *stage) gone(t testing.TB, b *bot, signalled time.Time) time.Duration {
	t.Helper()
	select {
	case err := <-b.done:
		b.done <- err
		if err != nil {
			t.Errorf("the bot ended with %v\n%s", err, tail(s.log.String(), 4000))
		}
	case <-time.After(stopPromise):
		t.Fatalf("the bot did not stop\n%s", tail(s.log.String(), 4000))
	}
	took := time.Since(signalled)
	must(t, s.slack.WaitDisconnected(within(t, 20*time.Second)))
	return took
}

// stopped is the one line that says what was parked.
func (s *stage) stopped(t testing.TB) string {
	t.Helper()
	var found []string
	for line := range strings.Lines(s.log.String()) {
		if strings.Contains(line, `"msg":"batchsync stopped"`) {
			found = append(found, line)
		}
	}
	if len(found) == 0 {
		t.Fatalf("nothing says what was parked\n%s", tail(s.log.String(), 4000))
	}
	return found[len(found)-1]
}

// TestStop_Idle has nothing to wait for.
func TestStop_Idle(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	b := s.start()
	s.as(t, "ana").settled()
	if took := s.ends(t, b); took > 5*time.Second {
		t.Errorf("it took %v", took)
	}
	if said := s.stopped(t); !contains(said, `"operations":null`, `"messages":0`) {
		t.Errorf("parked: %s", said)
	}
	s.clean()
}

// lazy runs the simulated program. From the command named in the file "trap" on,
// each waits as long as the file "pause" says, before its work or, with a file
// "after", behind it; until there is a file "quick".
const lazy = `
trap=$(cat "$dir/trap" 2>/dev/null)
case "$*" in
"$trap"*) [ -n "$trap" ] && : > "$dir/begun" ;;
esac
[ ! -e "$dir/begun" ] || [ -e "$dir/quick" ] && exec "$sim" "$@"
if [ -e "$dir/after" ]; then
  out=$("$sim" "$@"); code=$?
  sleep "$(cat "$dir/pause")"
  echo "$out"; exit $code
fi
sleep "$(cat "$dir/pause")"
exec "$sim" "$@"`

// leave puts a file with that content into the stage's directory.
func (s *stage) leave(t testing.TB, name, content string) {
	t.Helper()
	must(t, os.WriteFile(filepath.Join(s.dir, name), []byte(content), 0o600))
}

// TestStop_Creation stops the bot in the middle of every step of a creation,
// with a platform that takes its time. What is under way is finished or parked;
// the next start goes on, and nothing is made twice.
func TestStop_Creation(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		command, pause string
		after          bool
	}{
		{command: "profile status", pause: "3"}, {command: "task create", pause: "3"}, {command: "task integration setup", pause: "3"},
		{command: "task save-cron", pause: "3"}, {command: "task deploy", pause: "3"}, {command: "task schedule-info", pause: "3"},
		{command: "profile status", pause: "60"}, {command: "task create", pause: "60", after: true}, {command: "task integration setup", pause: "60"},
		{command: "task save-cron", pause: "60", after: true}, {command: "task deploy", pause: "60", after: true}, {command: "task schedule-info", pause: "60"},
	} {
		t.Run(fmt.Sprintf("%s %ss %t", c.command, c.pause, c.after), func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			program := "CZ_CLI=" + s.program(t, lazy)
			b, ana := s.review(t, "e2e_stop", program)
			ana.resume()
			v := ana.saying("Step 5 of 5", "Check Again") // its checks, which use the same commands, are over
			s.leave(t, "pause", c.pause)
			if c.after {
				s.leave(t, "after", "")
			}
			s.leave(t, "trap", c.command)
			if _, err := ana.actor.Submit(within(t, ackWait), v); err != nil {
				t.Fatal(err)
			}
			s.untilFile(t, "begun")
			took := s.ends(t, b)
			if c.pause == "60" && took < operation.Grace {
				t.Errorf("it took %v: what is under way has %v", took, operation.Grace)
			}
			if c.pause == "60" && c.command != "task schedule-info" && !strings.Contains(s.log.String(), "step parked") {
				t.Error("nothing was parked")
			}
			s.parkedOne(t)

			s.leave(t, "quick", "")
			b = s.start(program)
			s.onlyOne(t, "e2e_stop")
			b.stop(t)
			if got, want := s.audit(t), []string{slacksim.Ana + " create asked", slacksim.Ana + " create done"}; !slices.Equal(got, want) {
				t.Errorf("audit: got %q, want %q", got, want)
			}
			s.clean()
		})
	}
}

// parkedOne asserts that the log names what stands in the file.
func (s *stage) parkedOne(t testing.TB) {
	t.Helper()
	said := s.stopped(t)
	s.file(t, func(file *store.Store) {
		running, err := file.Running()
		must(t, err)
		for _, op := range running {
			if !strings.Contains(said, string(op.ID)) {
				t.Errorf("%s is parked, but said was %s", op.ID, said)
			}
		}
		if len(running) == 0 && !strings.Contains(said, `"operations":null`) {
			t.Errorf("nothing is parked, but said was %s", said)
		}
		must(t, file.Check())
	})
}

// TestStop_Twice ends at once at the second signal, and loses nothing either.
func TestStop_Twice(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	program := "CZ_CLI=" + s.program(t, `
case "$*" in "task deploy"*) : > "$dir/begun"; while [ ! -e "$dir/go" ]; do sleep 0.05; done ;; esac
exec "$sim" "$@"`)
	b, ana := s.review(t, "e2e_twice", program)
	ana.create()
	s.untilFile(t, "begun")
	must(t, b.cmd.Process.Signal(syscall.SIGTERM))
	until(t, "the beginning of the end", func() bool { return strings.Contains(s.log.String(), "a second signal ends at once") })
	began := time.Now()
	must(t, b.cmd.Process.Signal(syscall.SIGTERM))
	s.ended(t, b)
	if took := time.Since(began); took > 3*time.Second || b.cmd.ProcessState.Success() {
		t.Errorf("it took %v and ended with %v", took, b.cmd.ProcessState)
	}
	s.leave(t, "go", "")
	s.start(program)
	s.onlyOneAfterCut(t, "e2e_twice")
	if got := s.effects(t, "deploy "); len(got) != 1 {
		t.Errorf("deployed %d times, want once", len(got))
	}
	s.clean()
}

// TestStop_Requests has people ask for what takes the platform long. Who gets
// their answer within the grace gets it, who does not is told, and while that is
// waited for nobody new is taken.
func TestStop_Requests(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ pause, want string }{
		{"1", "sync_mysql_products"}, {"60", "The bot is being restarted"},
	} {
		t.Run(c.pause, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			b := s.start("CZ_CLI=" + s.program(t, lazy))
			s.leave(t, "pause", c.pause)
			s.leave(t, "trap", "runs ")
			ana := s.as(t, "ana")
			_, err := ana.actor.Slash(within(t, ackWait), slacksim.General, "/batchsync runs sync_mysql_products")
			must(t, err)
			s.untilFile(t, "begun")
			began := time.Now()
			must(t, b.cmd.Process.Signal(syscall.SIGTERM))
			until(t, "hanging up", func() bool { return s.slack.Connections() == 0 })
			if took := time.Since(began); took > 3*time.Second {
				t.Errorf("it was connected for %v more", took)
			}
			select {
			case err := <-b.done:
				b.done <- err
				t.Error("it ended before its requests did")
			default:
			}
			if _, err := ana.actor.Slash(within(t, ackWait), slacksim.General, "/batchsync help"); !errors.Is(err, slacksim.ErrNoConnection) {
				t.Errorf("somebody new: %v", err)
			}
			s.gone(t, b, began)
			if _, err := s.slack.WaitEphemeral(within(t, ackWait), "ana", func(m slacksim.Message) bool { return contains(m.AllText(), c.want) }); err != nil {
				t.Errorf("ana was not told %q: %v", c.want, err)
			}
			s.clean()
		})
	}
}

// TestStop_Submit sends a form and the signal at about the same time. What was
// acknowledged is done at the next start; what was not is left as it was, or
// done as well, but never half.
func TestStop_Submit(t *testing.T) {
	t.Parallel()
	for _, ahead := range []time.Duration{-5 * time.Millisecond, 0, 2 * time.Millisecond, 5 * time.Millisecond, 10 * time.Millisecond, 30 * time.Millisecond} {
		t.Run(ahead.String(), func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			b, ana := s.review(t, "e2e_form")
			ana.resume()
			v := ana.step(5)
			type answer struct {
				slacksim.Submission
				err error
			}
			sent := make(chan answer, 1)
			go func() {
				<-time.After(-ahead)
				got, err := ana.actor.Submit(within(t, ackWait), v)
				sent <- answer{got, err}
			}()
			<-time.After(ahead)
			s.ends(t, b)
			got := <-sent
			if got.err != nil && !errors.Is(got.err, slacksim.ErrTimeout) && !errors.Is(got.err, slacksim.ErrNoConnection) {
				t.Fatal(got.err)
			}
			begun := false
			s.file(t, func(file *store.Store) {
				d, err := file.Draft("draft1")
				must(t, err)
				begun = d.State == batchsync.DraftConfirmed
			})
			t.Logf("acknowledged: %v, begun: %t", got.err, begun)
			if said := got.err == nil && got.View != nil && strings.Contains(got.View.AllText(), "Creating"); said && !begun {
				t.Error("it was said to be created, and is not begun")
			}
			s.start()
			if !begun {
				ana.create()
			}
			s.onlyOne(t, "e2e_form")
			s.clean()
		})
	}
}

// TestStop_Messages has two hundred messages wait for a Slack that wants no more.
// They wait for the next start.
func TestStop_Messages(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	const n = 200
	s.file(t, func(file *store.Store) {
		var all []batchsync.Message
		for i := range n {
			all = append(all, batchsync.Message{
				ID: batchsync.MessageID(fmt.Sprintf("m%03d", i)), Kind: batchsync.MessageNotice, Channel: slacksim.General, Wanted: 1, State: batchsync.MessageDue,
				CreatedAt: time.Now(), Due: time.Now(), Body: []batchsync.Text{batchsync.T("busy")},
			})
		}
		must(t, file.Enqueue(all...))
	})
	s.slack.Fault("chat.postMessage", slacksim.RateLimited(time.Minute), -1)
	b := s.start()
	until(t, "a refusal", func() bool { return len(s.slack.Strikes()) > 0 })
	if took := s.ends(t, b); took > 10*time.Second {
		t.Errorf("it took %v", took)
	}
	if said := s.stopped(t); !strings.Contains(said, `"messages":200`) {
		t.Errorf("parked: %s", said)
	}
	if shown := s.slack.Messages(slacksim.General); len(shown) != 0 {
		t.Fatalf("%d messages are shown", len(shown))
	}
	s.slack.ClearFaults()
	b = s.start()
	until(t, "messages", func() bool { return len(s.slack.Messages(slacksim.General)) >= 3 })
	s.ends(t, b)
	s.file(t, func(file *store.Store) {
		due, dead, _, err := file.Counts()
		must(t, err)
		if shown := len(s.slack.Messages(slacksim.General)); due+shown != n || dead != 0 {
			t.Errorf("%d messages wait, %d are shown and %d given up, of %d", due, shown, dead, n)
		}
		for i := range n {
			m, err := file.Message(batchsync.MessageID(fmt.Sprintf("m%03d", i)))
			must(t, err)
			if sent := i < n-due; sent != (m.State == batchsync.MessageSent) {
				t.Errorf("message %d is %s, while %d wait", i, m.State, due)
			}
		}
	})
	s.clean()
}

// TestStop_Backup breaks a backup off: half of one is none, and the next start
// makes it.
func TestStop_Backup(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.large(t, 24)
	dir := filepath.Join(s.dir, "backups")
	in := []string{"BATCHSYNC_BACKUP_DIR=" + dir, "BATCHSYNC_BACKUP_EVERY=1h"}
	b := s.start(in...)
	until(t, "a backup", func() bool { parts, _ := filepath.Glob(dir + "/*"); return len(parts) > 0 })
	if took := s.ends(t, b); took > 10*time.Second {
		t.Errorf("it took %v", took)
	}
	if parts, _ := filepath.Glob(dir + "/*.part"); len(parts) > 0 {
		t.Errorf("left are %q", parts)
	}
	b = s.start(in...)
	var made []store.Backup
	until(t, "a whole backup", func() bool { made, _ = store.Backups(dir); return len(made) > 0 })
	s.ends(t, b)
	if len(made) != 1 {
		t.Errorf("made are %v", made)
	}
	must(t, store.CheckFile(made[0].Path))
	s.clean()
}

// large makes a file of some MB, which takes a while to read through.
func (s *stage) large(t testing.TB, mb int) {
	t.Helper()
	s.file(t, func(file *store.Store) {
		for i := range mb {
			must(t, file.EnqueueFile(batchsync.File{ID: fmt.Sprint("large", i), Name: "x.csv", Data: make([]byte, 3<<18)},
				batchsync.Message{ID: batchsync.MessageID(fmt.Sprint("large", i)), Kind: batchsync.MessageFile, Object: fmt.Sprint("large", i), Channel: slacksim.General,
					Wanted: 1, State: batchsync.MessageDue, CreatedAt: time.Now(), Due: time.Now().Add(24 * time.Hour)}))
		}
	})
}

// TestStop_Acceptance breaks an acceptance off, which the next start makes.
func TestStop_Acceptance(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.quick(t, 1000)
	task := s.scheduled(t, 40105, "e2e_stopped")
	s.runs(t, task)
	program := "CZ_CLI=" + s.program(t, lazy)
	b := s.start(program)
	s.leave(t, "pause", "60")
	s.leave(t, "trap", "sql")
	_, err := s.as(t, "ana").actor.Slash(within(t, ackWait), slacksim.General, "/batchsync acceptance e2e_stopped")
	must(t, err)
	s.untilFile(t, "begun")
	if took := s.ends(t, b); took > 10*time.Second {
		t.Errorf("it took %v", took)
	}
	s.file(t, func(file *store.Store) {
		asked, err := file.AskedAcceptances()
		must(t, err)
		if len(asked) != 1 || !strings.Contains(s.stopped(t), string(asked[0].ID)) {
			t.Errorf("asked for are %+v, parked: %s", asked, s.stopped(t))
		}
	})
	s.leave(t, "quick", "")
	s.start(program)
	s.card(t, slacksim.General, "Needs a person: delivery of e2e_stopped")
	if all := s.wrote(slacksim.General, "delivery of e2e_stopped"); len(all) != 1 {
		t.Errorf("%d cards tell of it", len(all))
	}
	s.clean()
}

// TestStop_HalfStarted stops a bot that is on its way up.
func TestStop_HalfStarted(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		prepare func(s *stage)
		reached func(s *stage) bool
	}{
		{"asking who it is", func(s *stage) { s.slack.Fault("auth.test", slacksim.Hang(), -1) },
			func(s *stage) bool { return strings.Contains(s.log.String(), "database is sound") }},
		{"asking for a socket", func(s *stage) { s.slack.Fault("apps.connections.open", slacksim.Hang(), -1) },
			func(s *stage) bool { return len(s.slack.Calls("auth.test")) > 0 }},
		{"hanging handshake", func(s *stage) { s.slack.HangConnections(true) },
			func(s *stage) bool { return strings.Contains(s.log.String(), "batchsync started") }},
		{"no connection", func(s *stage) { s.slack.RefuseConnections(true) },
			func(s *stage) bool { return strings.Contains(s.log.String(), "socket ended") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			c.prepare(s)
			b := s.launch()
			t.Cleanup(b.end)
			until(t, c.name, func() bool { return c.reached(s) })
			if took := s.ends(t, b); took > 10*time.Second {
				t.Errorf("it took %v", took)
			}
			s.clean()
		})
	}
	t.Run("opening the file", func(t *testing.T) {
		t.Parallel()
		s := newStage(t)
		s.file(t, func(*store.Store) {}) // makes it
		var b *bot
		s.file(t, func(*store.Store) { // and holds it
			b = s.launch()
			t.Cleanup(b.end)
			until(t, "opening", func() bool { return holds(b.cmd.Process.Pid, "batchsync.db") })
			must(t, b.cmd.Process.Signal(syscall.SIGTERM))
		})
		s.gone(t, b, time.Now())
		if strings.Contains(s.log.String(), "batchsync started") {
			t.Error("it was started in spite of the signal")
		}
		s.clean()
	})
	t.Run("checking the file", func(t *testing.T) {
		t.Parallel()
		s := newStage(t)
		s.large(t, 24)
		b := s.launch()
		t.Cleanup(b.end)
		until(t, "opening", func() bool { return holds(b.cmd.Process.Pid, "batchsync.db") })
		s.ends(t, b)
		if strings.Contains(s.log.String(), "batchsync started") {
			t.Error("it was started in spite of the signal")
		}
		s.clean()
	})
}

// holds reports whether a process has a file of that name open.
func holds(pid int, name string) bool {
	all, _ := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	return slices.ContainsFunc(all, func(e os.DirEntry) bool {
		to, _ := os.Readlink(fmt.Sprintf("/proc/%d/fd/%s", pid, e.Name()))
		return filepath.Base(to) == name
	})
}
