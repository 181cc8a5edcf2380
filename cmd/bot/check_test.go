package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"batchsync/bot/handlers"
	"batchsync/internal/batchsync"
	"batchsync/internal/slacksim"
	"batchsync/internal/source/sourcetest"
	"batchsync/internal/store"
	"batchsync/internal/studiosim"
)

// scopesNeeded are what the manifest asks for.
func scopesNeeded() (out []string) {
	for _, s := range handlers.Scopes() {
		out = append(out, s.Name)
	}
	return out
}

// checkStage is a stage on which every precondition is met.
func checkStage(t *testing.T, scopes ...string) *stage {
	t.Helper()
	s := newStage(t)
	if len(scopes) == 0 {
		scopes = scopesNeeded()
	}
	s.slack = slacksim.New(slacksim.Options{Scopes: scopes})
	must(t, s.slack.Start())
	t.Cleanup(s.slack.Close)
	must(t, os.Mkdir(s.backups(), 0o700))
	return s
}

func (s *stage) backups() string { return filepath.Join(s.dir, "backups") }

// allSet are the settings of which the check has something to say.
func (s *stage) allSet() []string {
	return append(s.env(), "BATCHSYNC_CHANNEL="+slacksim.DataSync, "BATCHSYNC_SYNC_VC=sync_vc", "BATCHSYNC_BACKUP_DIR="+s.backups(),
		"BATCHSYNC_OPERATORS="+slacksim.Ana+", "+slacksim.Engineers)
}

// check runs bot check and returns what it found.
func (s *stage) check(t *testing.T, code int, extra ...string) []checkLine {
	t.Helper()
	var r checkReport
	out := s.checkRaw(t, code, extra, "-json")
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatalf("decode %q: %v", out, err)
	}
	if r.OK != (code == 0) {
		t.Errorf("ok is %v, the exit code %d", r.OK, code)
	}
	return r.Checks
}

func (s *stage) checkRaw(t *testing.T, code int, extra []string, args ...string) string {
	t.Helper()
	cmd := exec.Command(filepath.Join(s.bin, "bot"), append([]string{"check"}, args...)...)
	cmd.Env = append(s.allSet(), extra...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	began := time.Now()
	_ = cmd.Run() // its exit code is looked at
	if got := cmd.ProcessState.ExitCode(); got != code {
		t.Errorf("exit code %d, want %d: %s%s", got, code, &out, &errs)
	}
	if took := time.Since(began); took > time.Minute {
		t.Errorf("it took %s", took)
	}
	for _, secret := range []string{s.slack.BotToken, s.slack.AppToken, "czt_fake_token", sourcetest.Password, "pl4nted", "Pl41nText!"} {
		if strings.Contains(out.String()+errs.String(), secret) {
			t.Errorf("it shows the secret %q: %s%s", secret, &out, &errs)
		}
	}
	return out.String() + errs.String()
}

// notMet are the lines of those that are not as they should be, without those
// that were not looked at because of them.
func notMet(all []checkLine) (out []checkLine) {
	for _, l := range all {
		if l.State == batchsync.PreconditionFailed || l.State == batchsync.PreconditionWarning {
			out = append(out, l)
		}
	}
	return out
}

func stateOf(all []checkLine, name batchsync.PreconditionName) batchsync.PreconditionState {
	i := slices.IndexFunc(all, func(l checkLine) bool { return l.Name == name })
	if i < 0 {
		return ""
	}
	return all[i].State
}

// TestCheck_Well runs on a stage where all is well: every precondition has its
// line, nothing is changed by looking, and Slack is only asked.
func TestCheck_Well(t *testing.T) {
	t.Parallel()
	s := checkStage(t)
	s.seed(t, reviewed("draft1", slacksim.Ana, "e2e_checked"))
	before := fingerprint(t, s.dir, "studio")
	found := s.check(t, 0)
	if after := fingerprint(t, s.dir, "studio"); after != before {
		t.Errorf("files changed:\n%s\nwere\n%s", after, before)
	}
	for _, name := range batchsync.PreconditionNames() {
		if got := stateOf(found, name); got != batchsync.PreconditionMet {
			t.Errorf("%s: got %q, want met: %+v", name, got, found)
		}
	}
	reads := []string{"auth.test", "apps.connections.open", "conversations.info", "users.info", "usergroups.users.list"}
	for _, c := range s.slack.Calls() {
		if !slices.Contains(reads, c.Method) {
			t.Errorf("Slack was asked for %s", c.Method)
		}
	}
	all, err := s.world.Invocations()
	must(t, err)
	for _, e := range all {
		if len(e.Effect) > 0 {
			t.Errorf("cz-cli %v changed something: %v", e.Argv, e.Effect)
		}
	}
	text := s.checkRaw(t, 0, nil)
	if !strings.Contains(text, "✓ Bot token (ok): ") || !strings.Contains(text, "23 ok, 0 to look at, 0 to mend, 0 not checked.") || strings.Contains(text, "\x1b") {
		t.Errorf("said %s", text)
	}
	if text := s.checkRaw(t, 0, []string{"BATCHSYNC_LOCALE=zh-CN"}); !strings.Contains(text, "✓ Bot 令牌（正常）：") && !strings.Contains(text, "Bot 令牌") {
		t.Errorf("in Chinese it said %s", text)
	}
	s.clean()
}

// fingerprint tells the files below a folder with their sums, without those of
// the stand-in platform, which notes every call.
func fingerprint(t *testing.T, dir, but string) string {
	t.Helper()
	var out strings.Builder
	must(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if d.Name() == but {
				return filepath.SkipDir
			}
			fmt.Fprintln(&out, path)
			return nil
		}
		raw, err := os.ReadFile(path)
		info, _ := d.Info()
		fmt.Fprintf(&out, "%s %s %x\n", path, info.ModTime(), sha256.Sum256(raw))
		return err
	}))
	return out.String()
}

// fault is one precondition broken, and the line that has to say so.
type fault struct {
	name  string
	spoil func(t *testing.T, s *stage) []string // returns further settings
	line  batchsync.PreconditionName
	about string
	text  string // in its text
	fix   string // in its fix
	warns bool   // a warning, so that the exit code stays 0
}

func with(settings ...string) func(*testing.T, *stage) []string {
	return func(*testing.T, *stage) []string { return settings }
}

// faultyWorld changes the stand-in platform.
func faultyWorld(change func(t *testing.T, s *stage)) func(*testing.T, *stage) []string {
	return func(t *testing.T, s *stage) []string { change(t, s); return nil }
}

func faultsOfSlack() []fault {
	const people = batchsync.PreconditionPeople
	skewed := func(d time.Duration) func(*testing.T, *stage) []string {
		return faultyWorld(func(_ *testing.T, s *stage) { s.slack.Skew(d) })
	}
	return []fault{
		{"wrong setting", with("BATCHSYNC_LATE_AFTER=5s"), batchsync.PreconditionSettings, "", "BATCHSYNC_LATE_AFTER is 5s", "use a time from 1m", false},
		{"app token in its place", with("SLACK_BOT_TOKEN=xapp-pl4nted"), batchsync.PreconditionSettings, "", "SLACK_BOT_TOKEN does not begin with xoxb-", "OAuth & Permissions", false},
		{"no app token", with("SLACK_APP_TOKEN="), batchsync.PreconditionSettings, "", "SLACK_APP_TOKEN is not set", "App-Level Token", false},
		{"unknown bot token", with("SLACK_BOT_TOKEN=xoxb-pl4nted"), batchsync.PreconditionBotToken, "", "refuses the token: invalid_auth", "Bot User OAuth Token", false},
		{"bot token of another kind", faultyWorld(func(_ *testing.T, s *stage) {
			s.slack.Fault("auth.test", slacksim.SlackError("not_allowed_token_type"), 1)
		}), batchsync.PreconditionBotToken, "", "another kind", "xoxb-", false},
		{"unknown app token", with("SLACK_APP_TOKEN=xapp-pl4nted"), batchsync.PreconditionAppToken, "", "refuses the token: invalid_auth", "connections:write", false},
		{"app token without its scope", faultyWorld(func(_ *testing.T, s *stage) {
			s.slack.Fault("apps.connections.open", slacksim.SlackError("missing_scope"), 1)
		}), batchsync.PreconditionAppToken, "", "lacks the scope connections:write", "Basic Information", false},
		{"not in the channel", with("BATCHSYNC_CHANNEL=" + slacksim.Outside), batchsync.PreconditionChannel, "", "not a member", "/invite @batchsync", false},
		{"a private channel without us", with("BATCHSYNC_CHANNEL=" + slacksim.Secret), batchsync.PreconditionChannel, "", "channel_not_found", "/invite @batchsync", false},
		{"archived channel", with("BATCHSYNC_CHANNEL=" + slacksim.Archived), batchsync.PreconditionChannel, "", "is archived", "another channel", false},
		{"shared channel", with("BATCHSYNC_CHANNEL=" + slacksim.Shared), batchsync.PreconditionChannel, "", "shared with another", "BATCHSYNC_ALLOW_SHARED_CHANNELS", false},
		{"deactivated administrator", with("BATCHSYNC_ADMINS=" + slacksim.Adam + "," + slacksim.Dora), people, slacksim.Dora, "deactivated", "remove it", false},
		{"a stranger", with("BATCHSYNC_ADMINS=" + slacksim.Adam + "," + slacksim.Fay), people, slacksim.Fay, "another workspace", "remove it", false},
		{"nobody of that id", with("BATCHSYNC_ADMINS=" + slacksim.Adam + ",U0NOBODY00"), people, "U0NOBODY00", "user_not_found", "Correct the id", false},
		{"no group of that id", with("BATCHSYNC_ADMINS=" + slacksim.Adam + ",S0NOBODY00"), people, "S0NOBODY00", "no_such_subteam", "Correct the id", false},
		{"no administrator", with("BATCHSYNC_ADMINS="), people, "", "no administrator", "BATCHSYNC_ADMINS", true},
		{"clock a little off", skewed(20 * time.Second), batchsync.PreconditionClock, "", "behind Slack's", "NTP", true},
		{"clock far off", skewed(-10*time.Minute - 30*time.Second), batchsync.PreconditionClock, "", "10 min ahead", "NTP", false},
		{"no Slack", with("SLACK_API_URL=http://127.0.0.1:1/api/"), batchsync.PreconditionBotToken, "", "does not answer", "port 443", false},
	}
}

func faultsOfPlatform() []fault {
	settings := func(fn func(*studiosim.Settings)) func(*testing.T, *stage) []string {
		return faultyWorld(func(t *testing.T, s *stage) { must(t, s.world.Configure(fn)) })
	}
	faults := func(match, kind string) func(*testing.T, *stage) []string {
		return faultyWorld(func(t *testing.T, s *stage) { must(t, s.world.SetFaults(studiosim.Fault{Match: match, Kind: kind})) })
	}
	return []fault{
		{"missing program", with("CZ_CLI=/nowhere/cz-cli"), batchsync.PreconditionProgram, "", "not there", "CZ_CLI", false},
		{"program not executable", func(t *testing.T, s *stage) []string {
			path := filepath.Join(s.dir, "cz-cli")
			must(t, os.WriteFile(path, []byte("#!/bin/sh\n"), 0o600))
			return []string{"CZ_CLI=" + path}
		}, batchsync.PreconditionProgram, "", "may not be executed", "chmod +x", false},
		{"commands missing", faults("task", "old_version"), batchsync.PreconditionCommands, "", "task integration setup", "another version", false},
		{"old version", faults("--version", "old_version"), batchsync.PreconditionProgram, "", "1.10.0", "tested version", true},
		{"no profile", faultyWorld(func(t *testing.T, s *stage) { must(t, os.RemoveAll(filepath.Join(s.dir, "home", ".clickzetta"))) }), batchsync.PreconditionProfile, "", "has no profile", "cz-cli setup", false},
		{"unknown profile", with("CZ_PROFILE=prod"), batchsync.PreconditionProfile, "", "no profile prod, only: test", "CZ_PROFILE", false},
		// With credentials in the environment the program works in spite of it.
		{"unknown profile that nobody would notice", with("CZ_PROFILE=prod", "CZ_SERVICE=studio.example.test", "CZ_PAT=czt_fake_token_0001"), batchsync.PreconditionProfile, "", "no profile prod", "CZ_PROFILE", false},
		{"refused login", settings(func(c *studiosim.Settings) { c.BadPATs = []string{"czt_fake_token_0001"} }), batchsync.PreconditionLogin, "", "refuses the credentials", "access token", false},
		{"platform down", with("CZ_SERVICE=unreachable.example.test"), batchsync.PreconditionLogin, "", "does not answer", "proxy", false},
		{"another workspace", settings(func(c *studiosim.Settings) { c.Workspace = "sales" }), batchsync.PreconditionWorkspace, "", "ecommerce", "workspace", false},
		{"another instance", with("CZ_INSTANCE=nope"), batchsync.PreconditionWorkspace, "", "nope", "CZ_INSTANCE", false},
		{"unknown folder", with("BATCHSYNC_FOLDER=mysql"), batchsync.PreconditionFolder, "", "no folder mysql", "full path", false},
		{"unknown cluster", with("BATCHSYNC_SYNC_VC=nope"), batchsync.PreconditionVCluster, "", "no cluster nope", "sync_vc", false},
		{"cluster of another type", with("BATCHSYNC_SYNC_VC=DEFAULT"), batchsync.PreconditionVCluster, "", "of type GENERAL", "sync_vc", false},
		{"no right to read", faults("datasource list", "business_error"), batchsync.PreconditionRights, "", "may not read", "role", false},
		{"another zone", with("BATCHSYNC_STUDIO_TIMEZONE=Europe/Berlin"), batchsync.PreconditionPlatformZone, "", "In Europe/Berlin a run began", "BATCHSYNC_STUDIO_TIMEZONE", false},
		{"no such zone", with("BATCHSYNC_STUDIO_TIMEZONE=Mars/Olympus"), batchsync.PreconditionSettings, "", "BATCHSYNC_STUDIO_TIMEZONE", "IANA", false},
	}
}

func faultsOfMachine() []fault {
	return []fault{
		{"no folder for the file", with("BATCHSYNC_DB=/nowhere/x.db"), batchsync.PreconditionSettings, "", "BATCHSYNC_DB lies in a folder that does not exist", "create /nowhere", false},
		{"something else", func(t *testing.T, s *stage) []string {
			must(t, os.WriteFile(filepath.Join(s.dir, "batchsync.db"), bytes.Repeat([]byte("no database "), 2000), 0o600))
			return nil
		}, batchsync.PreconditionFile, "", "is no database of the bot", "BATCHSYNC_DB", false},
		{"no number", with("BATCHSYNC_ROW_DROP=xoxb-many"), batchsync.PreconditionSettings, "", "BATCHSYNC_ROW_DROP is no number", "whole number", false},
		{"no duration", with("BATCHSYNC_BACKUP_EVERY=15"), batchsync.PreconditionSettings, "", "BATCHSYNC_BACKUP_EVERY is no duration", "6h", false},
		{"damaged file", func(t *testing.T, s *stage) []string {
			must(t, os.WriteFile(filepath.Join(s.dir, "batchsync.db"), make([]byte, 20000), 0o600))
			return nil
		}, batchsync.PreconditionFile, "", "is damaged", "bot restore", false},
		{"no backups", with("BATCHSYNC_BACKUP_DIR="), batchsync.PreconditionBackup, "", "No backups", "BATCHSYNC_BACKUP_DIR", true},
		{"old backups", func(t *testing.T, s *stage) []string {
			must(t, os.WriteFile(filepath.Join(s.backups(), store.BackupName(time.Now().Add(-72*time.Hour))), nil, 0o600))
			return nil
		}, batchsync.PreconditionBackup, "", "3 d ago", "backup failed", true},
		{"address in use", func(t *testing.T, _ *stage) []string {
			taken, err := net.Listen("tcp", "127.0.0.1:0")
			must(t, err)
			t.Cleanup(func() { taken.Close() })
			return []string{"BATCHSYNC_LISTEN=" + taken.Addr().String()}
		}, batchsync.PreconditionAddress, "", "cannot be used", "BATCHSYNC_LISTEN", false},
		{"open file of sources", sourcesFile(`{"shop": "mysql://r:pl4nted@127.0.0.1:1/"}`, 0o644), batchsync.PreconditionSettings, "", "open to everybody", "mend that file", false},
		{"source out of reach", sourcesFile(`{"shop": "mysql://r:pl4nted@127.0.0.1:1/"}`, 0o600), batchsync.PreconditionSource, "shop", "", "", false},
	}
}

func sourcesFile(content string, mode os.FileMode) func(*testing.T, *stage) []string {
	return func(t *testing.T, s *stage) []string {
		path := filepath.Join(s.dir, "sources.json")
		must(t, os.WriteFile(path, []byte(content), mode))
		must(t, os.Chmod(path, mode))
		return []string{"BATCHSYNC_SOURCES=" + path}
	}
}

// TestCheck_Broken breaks one precondition at a time. Exactly its line says so,
// with what to do; the exit code follows.
func TestCheck_Broken(t *testing.T) {
	t.Parallel()
	for _, f := range slices.Concat(faultsOfSlack(), faultsOfPlatform(), faultsOfMachine()) {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			s := checkStage(t)
			code := 1
			if f.warns {
				code = 0
			}
			found := s.check(t, code, f.spoil(t, s)...)
			lines := notMet(found)
			if f.name == "no Slack" { // neither token has anybody to ask
				lines = slices.DeleteFunc(lines, func(l checkLine) bool { return l.Name == batchsync.PreconditionAppToken })
			}
			if len(lines) != 1 || lines[0].Name != f.line || lines[0].About != f.about ||
				!strings.Contains(lines[0].Text, f.text) || lines[0].Fix == "" || !strings.Contains(lines[0].Fix, f.fix) {
				t.Errorf("got %+v, want one line of %s about %q: %q, to do %q", lines, f.line, f.about, f.text, f.fix)
			}
			for _, name := range batchsync.PreconditionNames() {
				if stateOf(found, name) == "" {
					t.Errorf("%s has no line", name)
				}
			}
		})
	}
}

// TestCheck_Scopes: what takes a scope that is missing is not called wrong.
func TestCheck_Scopes(t *testing.T) {
	t.Parallel()
	few := slices.DeleteFunc(scopesNeeded(), func(s string) bool { return s == "usergroups:read" })
	s := checkStage(t, few...)
	found := s.check(t, 1)
	if lines := notMet(found); len(lines) != 1 || !strings.Contains(lines[0].Text, "Missing: usergroups:read. They are for: usergroups.users.list.") {
		t.Errorf("got %+v", lines)
	}
	if got := stateOf(found, batchsync.PreconditionPeople); got != batchsync.PreconditionUnchecked {
		t.Errorf("people: got %s, want unchecked", got)
	}
	more := checkStage(t, append(scopesNeeded(), "team:read")...)
	if lines := notMet(more.check(t, 0)); len(lines) != 1 || !strings.Contains(lines[0].Text, "team:read") {
		t.Errorf("too many scopes: got %+v", lines)
	}
}

// TestCheck_Source looks at real accounts: one that only reads, and one that may
// write.
func TestCheck_Source(t *testing.T) {
	t.Parallel()
	owner := sourcetest.StartMySQL(t)
	reader := sourcetest.As(t, owner, sourcetest.Reader, sourcetest.Password)
	s := checkStage(t)
	raw, err := json.Marshal(map[string]string{"mighty": owner, "meek": reader, "refused": sourcetest.As(t, owner, sourcetest.Reader, "pl4nted")})
	must(t, err)
	found := s.check(t, 1, sourcesFile(string(raw), 0o600)(t, s)...)
	for about, want := range map[string]string{"mighty": "may change data", "meek": "", "refused": "account"} {
		said := ""
		for _, l := range notMet(found) {
			if l.Name == batchsync.PreconditionSource && l.About == about && !strings.Contains(l.Text, "not encrypted") {
				said += l.Text
			}
		}
		if (said == "") != (want == "") || !strings.Contains(said, want) {
			t.Errorf("%s: said %q, want %q", about, said, want)
		}
	}
}

// TestCheck_Unwritable looks at folders that belong to somebody else.
func TestCheck_Unwritable(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		t.Skip("takes another account, which only root can have")
	}
	s := checkStage(t)
	bin := scratch(t)
	for _, program := range []string{"bot", "cz-cli-sim"} {
		raw, err := os.ReadFile(filepath.Join(s.bin, program))
		must(t, err)
		must(t, os.WriteFile(filepath.Join(bin, program), raw, 0o755))
	}
	for _, dir := range []string{bin, s.dir, s.backups()} {
		must(t, os.Chmod(dir, 0o755))
	}
	must(t, filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && (strings.Contains(path, "studio") || strings.Contains(path, "home")) {
			err = os.Chown(path, 65534, 65534)
		}
		return err
	}))
	cmd := exec.Command(filepath.Join(bin, "bot"), "check", "-json")
	cmd.Env = append(s.allSet(), "CZ_CLI="+filepath.Join(bin, "cz-cli-sim"))
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	out, err := cmd.Output()
	var r checkReport
	if cmd.ProcessState.ExitCode() != 1 || json.Unmarshal(out, &r) != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, l := range notMet(r.Checks) {
		if l.Name != batchsync.PreconditionFile && l.Name != batchsync.PreconditionBackup || !strings.Contains(l.Text, "cannot be written to") || !strings.Contains(l.Fix, "chown") {
			t.Errorf("got %+v", l)
		}
	}
	if n := len(notMet(r.Checks)); n != 2 {
		t.Errorf("%d lines say that something cannot be written to, want 2: %+v", n, r.Checks)
	}
}

// TestCheck_BesideBot runs while a bot does: the file and the address are its,
// and it goes on undisturbed.
func TestCheck_BesideBot(t *testing.T) {
	t.Parallel()
	s := checkStage(t)
	free, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	address := "BATCHSYNC_LISTEN=" + free.Addr().String()
	must(t, free.Close())
	b := s.start(append(s.allSet(), address)...)
	found := s.check(t, 0, address)
	for name, want := range map[batchsync.PreconditionName]string{
		batchsync.PreconditionFile: "in use by a running bot", batchsync.PreconditionAddress: "A bot answers at",
	} {
		if !slices.ContainsFunc(found, func(l checkLine) bool { return l.Name == name && strings.Contains(l.Text, want) }) {
			t.Errorf("%s does not say %q: %+v", name, want, found)
		}
	}
	s.as(t, "adam").ask("/batchsync status", "0 to mend")
	b.stop(t)
	s.clean()
}

// TestCheck_Status: administrators are shown the list, others are not.
func TestCheck_Status(t *testing.T) {
	t.Parallel()
	s := checkStage(t)
	s.start(append(s.allSet(), "BATCHSYNC_SYNC_VC=DEFAULT")...)
	opened := func() (n int) {
		for _, c := range s.slack.Calls() {
			if c.Method == "apps.connections.open" {
				n++
			}
		}
		return n
	}
	before := opened()
	s.as(t, "adam").ask("/batchsync status", "1 to mend", "of type GENERAL", "BATCHSYNC_SYNC_VC", "Bot token")
	if after := opened(); after != before {
		t.Errorf("status asked for %d more connections", after-before)
	}
	ana := s.as(t, "ana")
	for range 2 { // the second is answered after all of the first
		_, err := ana.actor.Slash(within(t, ackWait), slacksim.General, "/batchsync status")
		must(t, err)
	}
	until(t, "two answers", func() bool {
		shown := slices.DeleteFunc(s.slack.Ephemerals("ana"), func(m slacksim.Message) bool { return !strings.Contains(m.AllText(), "workspace ") })
		return len(shown) == 2
	})
	for _, m := range s.slack.Ephemerals("ana") {
		if strings.Contains(strings.ToLower(m.AllText()), "precondition") {
			t.Errorf("an operator was shown the preconditions: %s", m.AllText())
		}
	}
	if all := s.slack.Messages(slacksim.General); len(all) > 0 {
		t.Errorf("the channel was told: %+v", all)
	}
	s.clean()
}

// TestCheck_Usage: what it was called wrongly with is 2. A setting that cannot be
// read is told with all else, without its value.
func TestCheck_Usage(t *testing.T) {
	t.Parallel()
	s := checkStage(t)
	if out := s.checkRaw(t, 2, nil, "file"); !strings.Contains(out, "usage: bot check") {
		t.Errorf("said %q", out)
	}
	out := s.checkRaw(t, 1, []string{"BATCHSYNC_CHILDREN=xoxb-many", "BATCHSYNC_LATE_AFTER=15", "BATCHSYNC_MENTION=all"})
	for _, want := range []string{"BATCHSYNC_CHILDREN is no number", "BATCHSYNC_LATE_AFTER is no duration", "BATCHSYNC_MENTION"} {
		if !strings.Contains(out, want) {
			t.Errorf("said %q, want %q", out, want)
		}
	}
	if strings.Contains(out, "xoxb-many") {
		t.Errorf("said the value: %q", out)
	}
}
