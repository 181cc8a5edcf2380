package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"batchsync/internal/batchsync"
	"batchsync/internal/slacksim"
	"batchsync/internal/store"
)

// changeFile changes the file of a bot that is not running behind the back of
// its room, as a program of another version would.
func (s *stage) changeFile(t testing.TB, change func(tx *bbolt.Tx) error) {
	t.Helper()
	db, err := bbolt.Open(filepath.Join(s.dir, "batchsync.db"), 0o600, nil)
	must(t, err)
	must(t, db.Update(change))
	must(t, db.Close())
}

func setSchema(tx *bbolt.Tx, schema uint64) error {
	return tx.Bucket([]byte("meta")).Put([]byte("version"), binary.BigEndian.AppendUint64(nil, schema))
}

// TestUpgrade_OldFiles starts the bot with a file of every released schema. A
// copy of it is kept and named, and what stands in it goes on.
func TestUpgrade_OldFiles(t *testing.T) {
	t.Parallel()
	for schema := 1; schema <= 4; schema++ {
		t.Run(fmt.Sprint(schema), func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			path := filepath.Join(s.dir, "batchsync.db")
			old, err := os.ReadFile(fmt.Sprintf("../../internal/store/testdata/schema-%d.db", schema))
			must(t, err)
			must(t, os.WriteFile(path, old, 0o600))
			b := s.start()
			kept := path + ".before-schema-5"
			if got, err := os.ReadFile(kept); err != nil || string(got) != string(old) {
				t.Errorf("the copy is not what the file was: %v", err)
			}
			until(t, "the name of the copy in the log", func() bool {
				return contains(s.log.String(), "database brought to the schema of this version", kept)
			})
			s.as(t, "ana").settled()
			until(t, "the end of what was running", func() bool { return strings.Contains(s.log.String(), `"operation":"live"`) })
			s.ends(t, b)
			s.file(t, func(file *store.Store) {
				op, err := file.Operation("live")
				must(t, err)
				if op.State == batchsync.OpRunning {
					t.Errorf("nobody took up what was running: %+v", op)
				}
				must(t, file.Check())
			})
			if out := s.filed(t, 0, nil, "verify", kept); !strings.Contains(out, "is sound") {
				t.Errorf("verify said %q", out)
			}
			s.clean()
		})
	}
}

// TestUpgrade_Running carries on a creation that a program of schema 4 had begun
// and was stopped in.
func TestUpgrade_Running(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	program := "CZ_CLI=" + s.program(t, deadly)
	b, ana := s.review(t, "e2e_upgrade", program)
	ana.resume()
	v := ana.step(5)
	s.leave(t, "trap", "task create") // and is cut when that is done
	_, err := ana.actor.Submit(within(t, ackWait), v)
	must(t, err)
	s.ended(t, b)
	s.changeFile(t, func(tx *bbolt.Tx) error {
		for _, name := range []string{"sums", "settled"} {
			if err := tx.DeleteBucket([]byte(name)); err != nil {
				return err
			}
		}
		return setSchema(tx, 4)
	})
	b = s.start(program)
	s.onlyOneAfterCut(t, "e2e_upgrade")
	s.ends(t, b)
	if got, want := s.audit(t), []string{slacksim.Ana + " create asked", slacksim.Ana + " create done"}; !slices.Equal(got, want) {
		t.Errorf("audit: got %q, want %q", got, want)
	}
	s.clean()
}

// TestUpgrade_NoRoom has no room for the copy: the file stays as it is.
func TestUpgrade_NoRoom(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	path := filepath.Join(s.dir, "batchsync.db")
	old, err := os.ReadFile("../../internal/store/testdata/schema-4.db")
	must(t, err)
	must(t, os.WriteFile(path, old, 0o600))
	cmd := exec.Command("sh", "-c", `ulimit -f 64; trap "" XFSZ; exec "$0"`, filepath.Join(s.bin, "bot")) // 32 or 64 KB, by the shell
	cmd.Env = s.env()
	out, _ := cmd.CombinedOutput()
	want := []string{"the file is of an older version", "a copy of it must be kept", "make room", "nothing was changed"}
	if cmd.ProcessState.ExitCode() != 1 || !contains(string(out), want...) || strings.Contains(string(out), "panic") {
		t.Errorf("exit code %d: %s", cmd.ProcessState.ExitCode(), out)
	}
	if now, err := os.ReadFile(path); err != nil || string(now) != string(old) {
		t.Errorf("the file was changed (%v)", err)
	}
	if kept, _ := filepath.Glob(path + ".before*"); len(kept) > 0 {
		t.Errorf("left are %q", kept)
	}
}

// TestRollback goes back from a later version: its file is refused, and the
// command that is named brings back the copy that it kept.
func TestRollback(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.seed(t, reviewed("draft1", slacksim.Ana, "e2e_rollback"))
	path := filepath.Join(s.dir, "batchsync.db")
	was, err := os.ReadFile(path)
	must(t, err)
	s.changeFile(t, func(tx *bbolt.Tx) error { return setSchema(tx, 6) })
	s.refused(t, 1, "neither a copy beside it nor a backup fits this version")
	must(t, os.WriteFile(path+".before-schema-6", was, 0o600)) // as that version does
	s.refused(t, 1, "file was written by a newer version: schema 6, this program knows 5; start that version, or go back to the file as it was before it: ")

	said := regexp.MustCompile(`BATCHSYNC_DB=\S+ \S+ restore [^\s"]+`).FindString(s.log.String())
	if out, err := exec.Command("sh", "-c", said).CombinedOutput(); err != nil {
		t.Fatalf("%q: %v: %s", said, err, out)
	}
	s.start()
	s.as(t, "ana").create()
	s.onlyOne(t, "e2e_rollback")
	s.clean()
}

// TestVersions_Envelopes sends what versions of Slack to come may send. Each
// envelope is acknowledged, and costs one line in the log and nothing else.
func TestVersions_Envelopes(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	b := s.start()
	who := slacksim.Object{"id": slacksim.Ana, "username": "ana", "team_id": "T1"}
	event := func(inner slacksim.Object) slacksim.Object {
		return slacksim.Object{"type": "event_callback", "event_id": "Ev1", "team_id": "T1", "api_app_id": "A1", "event": inner}
	}
	for _, c := range []struct {
		name, kind string
		payload    slacksim.Object
		lines      int
	}{
		{"unknown kind of envelope", "poems", slacksim.Object{"type": "poem"}, 1},
		{"unknown interaction", "interactive", slacksim.Object{"type": "hologram", "user": who}, 1},
		{"a shortcut", "interactive", slacksim.Object{"type": "shortcut", "callback_id": "x", "user": who, "trigger_id": "1.2.a"}, 1},
		{"unknown event", "events_api", event(slacksim.Object{"type": "mood_changed", "user": slacksim.Ana}), 1},
		{"an event nobody asked for", "events_api", event(slacksim.Object{"type": "reaction_added", "user": slacksim.Ana, "reaction": "x", "event_ts": "1.2"}), 1},
		{"unknown event wrapper", "events_api", slacksim.Object{"type": "event_bundle", "events": []any{}}, 1},
		{"a command with other fields", "slash_commands", slacksim.Object{"command": 7}, 1},
		{"no actions", "interactive", slacksim.Object{"type": "block_actions", "user": who, "actions": []any{}}, 1},
	} {
		before := s.log.String()
		if _, err := s.slack.Inject(within(t, ackWait), c.kind, c.payload); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		ignored := func() int {
			said := strings.TrimPrefix(s.log.String(), before)
			return strings.Count(said, "unreadable envelope") + strings.Count(said, "ignored")
		}
		until(t, "a line about "+c.name, func() bool { return ignored() >= c.lines })
		if got := ignored(); got != c.lines {
			t.Errorf("%s: %d lines, want %d", c.name, got, c.lines)
		}
	}
	s.as(t, "ana").settled()
	s.ends(t, b)
	for _, bad := range []string{`"level":"ERROR"`, "panic"} {
		if strings.Contains(s.log.String(), bad) {
			t.Errorf("the log has %s:\n%s", bad, s.log.String())
		}
	}
	s.clean()
}

// TestVersions_Buttons uses what messages and modals of other versions may have.
// Each press is acknowledged and answered.
func TestVersions_Buttons(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.seed(t, reviewed("draft1", slacksim.Ana, "e2e_versions"))
	b := s.start()
	ana := s.as(t, "ana")
	card := ana.ask("/batchsync show "+s.online(t).Name, "Refresh")
	_, err := ana.actor.Click(within(t, ackWait), card, "Refresh")
	must(t, err)
	press := s.lastOf(t, "block_actions")
	ana.resume()
	ana.step(5)
	inModal := s.captured(t, "wizard.resume")
	known := press["actions"].([]any)[0].(map[string]any)["action_id"]

	for _, c := range []struct {
		name string
		send slacksim.Object
		want string
	}{
		{"an action of another version", forged(press, "actions.0.action_id", "wizard.hologram"), "This button is no longer known"},
		{"no action", forged(press, "actions.0.action_id", ""), "This button is no longer known"},
		{"a value of another version", forged(press, "actions.0.action_id", known, "actions.0.value", "v9:{}"), "This button is no longer known"},
		{"in a modal", forged(inModal, "actions.0.action_id", "wizard.hologram"), "This button is no longer known"},
	} {
		before := len(s.slack.Ephemerals("ana")) + len(s.slack.Messages("ana"))
		if _, err := s.slack.Inject(within(t, ackWait), "interactive", c.send); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		until(t, c.name, func() bool {
			all := append(s.slack.Ephemerals("ana"), s.slack.Messages("ana")...)
			return len(all) > before && slices.ContainsFunc(all, func(m slacksim.Message) bool { return contains(m.AllText(), c.want) })
		})
	}

	v, _ := s.slack.View("ana")
	if _, err := ana.actor.Submit(within(t, ackWait), v); err != nil {
		t.Fatal(err)
	}
	submit := s.lastOf(t, "view_submission")
	for _, c := range []struct {
		name string
		send slacksim.Object
	}{
		{"a modal of another version", forged(submit, "view.callback_id", "hologram")},
		{"a draft of another version", forged(submit, "view.private_metadata", `{"v":9}`)},
	} {
		ack, err := s.slack.Inject(within(t, ackWait), "interactive", c.send)
		if err != nil || ack.Payload == nil || texts(ack.Payload["view"]) == "" {
			t.Errorf("%s: answered with %v (%v)", c.name, ack.Payload, err)
		}
	}
	for _, c := range []struct {
		name string
		send slacksim.Object
	}{
		{"closed", slacksim.Object{"type": "view_closed", "user": submit["user"], "team": submit["team"], "view": forged(submit, "view.callback_id", "hologram")["view"]}},
		{"a menu", slacksim.Object{"type": "block_suggestion", "user": submit["user"], "team": submit["team"], "action_id": "field.hologram", "block_id": "x", "value": "", "view": submit["view"]}},
	} {
		if _, err := s.slack.Inject(within(t, ackWait), "interactive", c.send); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	s.onlyOne(t, "e2e_versions")
	s.ends(t, b)
	for _, bad := range []string{`"level":"ERROR"`, "panic"} {
		if strings.Contains(s.log.String(), bad) {
			t.Errorf("the log has %s:\n%s", bad, s.log.String())
		}
	}
	s.clean()
}

// lastOf is the payload of the last interaction of a type.
func (s *stage) lastOf(t testing.TB, kind string) slacksim.Object {
	t.Helper()
	for _, e := range slices.Backward(s.slack.Envelopes()) {
		if e.Payload["type"] == kind {
			return e.Payload
		}
	}
	t.Fatalf("there was no %s", kind)
	return nil
}

// TestVersions_TwoAtOnce starts the next version beside this one, as a rolling
// deployment would: it steps back with a sentence, and the first goes on; when
// that is stopped meanwhile, it takes over.
func TestVersions_TwoAtOnce(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	b := s.start()
	s.refused(t, 1, "another instance is running with this file; stop it first, one process owns the file")
	ana := s.as(t, "ana")
	ana.settled()
	began := time.Now()
	s.ends(t, b)
	s.start()
	ana.settled()
	if took := time.Since(began); took > storyWait {
		t.Errorf("the change took %v", took)
	}
	s.clean()
}
