package main

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"batchsync/internal/batchsync"
	"batchsync/internal/slacksim"
)

// onOwnDisk runs the real program with its file on a disk of its own, which goes
// with the process. It returns the folder that the disk is, as seen from here. No
// right is needed where a user may have namespaces; elsewhere the test is skipped.
func (s *stage) onOwnDisk(t *testing.T, extra ...string) (b *bot, disk string) {
	t.Helper()
	own := &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}},
	}
	probe := exec.CommandContext(t.Context(), "true")
	probe.SysProcAttr = own
	if err := probe.Run(); err != nil {
		t.Skipf("this system lets nobody mount a disk of their own: %v", err)
	}
	dir := filepath.Join(s.dir, "small")
	must(t, os.Mkdir(dir, 0o700))
	exe, err := os.Executable()
	must(t, err)
	cmd := exec.Command(exe, "-test.run=^TestChild_OwnDisk$")
	cmd.Env = append(append(s.env(), extra...), "BATCHSYNC_CHILD="+s.dir, "BATCHSYNC_CHILD_RUNS="+filepath.Join(s.bin, "bot"), "BATCHSYNC_DB="+filepath.Join(dir, "batchsync.db"))
	cmd.Stdout, cmd.Stderr, cmd.SysProcAttr = s.log, s.log, own
	must(t, cmd.Start())
	b = &bot{cmd: cmd, done: make(chan error, 1)}
	b.gone = func() { must(t, s.slack.WaitDisconnected(within(t, storyWait))) }
	go func() { b.done <- cmd.Wait() }()
	t.Cleanup(b.end)
	must(t, s.slack.WaitConnected(within(t, storyWait), 1))
	return b, filepath.Join("/proc", strconv.Itoa(cmd.Process.Pid), "root", dir)
}

func TestChild_OwnDisk(t *testing.T) {
	dir := os.Getenv("BATCHSYNC_CHILD")
	if dir == "" {
		t.Skip("run by TestFullDisk")
	}
	disk := filepath.Join(dir, "small")
	must(t, syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=16m"))
	data, err := os.ReadFile(filepath.Join(dir, "batchsync.db"))
	must(t, err)
	must(t, os.WriteFile(filepath.Join(disk, "batchsync.db"), data, 0o600))
	program := os.Getenv("BATCHSYNC_CHILD_RUNS")
	env := slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "BATCHSYNC_CHILD") })
	must(t, syscall.Exec(program, []string{program}, env))
}

// fill leaves no room on a disk, until the file that it returns is removed.
func fill(t *testing.T, disk string) (filler string) {
	t.Helper()
	filler = filepath.Join(disk, "filler")
	f, err := os.Create(filler)
	must(t, err)
	defer f.Close()
	for part := make([]byte, 4096); err == nil; {
		_, err = f.Write(part)
	}
	return filler
}

// TestFullDisk fills the disk under the running program. It says so to those who
// watch it without asking for a restart, and to people in words; what it refused
// is nowhere, what it accepted is carried out, and when there is room again it
// goes on by itself.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.seed(t, reviewed("draft1", slacksim.Ana, "e2e_full"))
	setting, ask := listening(t)
	_, disk := s.onOwnDisk(t, setting)
	ana := s.as(t, "ana")
	ana.resume()
	v := ana.saying("Step 5 of 5", "Check Again")
	until(t, "readiness", func() bool { code, _ := ask("/readyz"); return code == http.StatusOK })
	filler := fill(t, disk)

	accepted := s.untilRefused(t, ana)
	got, err := ana.actor.Submit(within(t, ackWait), v)
	must(t, err)
	if shown, _ := s.slack.View("ana"); !contains(shown.AllText(), "The bot's disk is full; nothing was stored.", "Tell an administrator") {
		t.Errorf("Create Sync was answered with %+v, and the modal shows %q", got, shown.AllText())
	}
	until(t, "the end of readiness", func() bool {
		code, r := ask("/readyz")
		return code == http.StatusServiceUnavailable && slices.Contains(r.Reasons, "store: the disk is full or read-only, and takes no change")
	})
	if code, r := ask("/healthz"); code != http.StatusOK || !slices.ContainsFunc(r.Signs, func(s signReport) bool { return s.Name == batchsync.SignStore && !s.OK && s.Full }) {
		t.Errorf("healthz asks for a restart, or says nothing: %d %+v", code, r)
	}
	ana.asks("/batchsync status", "✗ *Store*: broken", "disk full or read-only: no change is taken")
	if made := s.effects(t, ""); len(made) > 0 {
		t.Errorf("what was refused is done: %v", made)
	}
	if log := s.log.String(); !strings.Contains(log, "no space left on device") {
		t.Error("the log does not say why")
	}

	must(t, os.Remove(filler))
	until(t, "readiness without a restart", func() bool { code, _ := ask("/readyz"); return code == http.StatusOK })
	ana.resume()
	ana.saying("Step 5 of 5", "Check Again")
	ana.next()
	s.card(t, slacksim.General, "e2e_full", "Ready, 6 of 6 steps done")
	ana.asks("/batchsync subscriptions", "sync_mysql_products", "digest at "+accepted)
	s.clean()
}

// untilRefused changes a subscription until somebody is told that the disk is
// full. It returns the last time of day that was accepted.
func (s *stage) untilRefused(t *testing.T, p *person) (accepted string) {
	t.Helper()
	for i := range 300 {
		before := len(s.slack.Ephemerals(p.name))
		at := fmt.Sprintf("%02d:%02d", 6+i/60, i%60)
		_, err := p.actor.Slash(within(t, ackWait), slacksim.General, "/batchsync subscribe sync_mysql_products digest "+at)
		must(t, err)
		refused := false
		until(t, "an answer", func() bool {
			return slices.ContainsFunc(s.slack.Ephemerals(p.name)[before:], func(m slacksim.Message) bool {
				refused = says(m, "The bot's disk is full; nothing was stored.", "Tell an administrator")
				return refused || says(m, "digest at "+at)
			})
		})
		if refused {
			return accepted
		}
		accepted = at
	}
	t.Fatal("the full disk takes everything")
	return ""
}
