package main

import (
	"debug/elf"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"

	"batchsync/internal/slacksim"
)

// nobody owns the files of a container; no system has a user of that number.
const nobody = 65532

// emptyRoot is a folder with nothing in it but the static programs and their
// files. For whoever may do so it is the whole file system of what runs in it.
type emptyRoot struct {
	*stage
	jailed bool
}

// releaseLinks are the flags of the linker for a release of a made-up commit.
const releaseLinks = "-s -w -X main.linkedVersion=v1.2.0 -X main.linkedCommit=0123456789abcdef0123456789abcdef01234567 -X main.linkedTime=2026-11-22T21:15:00Z"

func newEmptyRoot(t *testing.T) *emptyRoot {
	t.Helper()
	r := &emptyRoot{stage: newStage(t), jailed: os.Geteuid() == 0}
	r.build(t, "bot", "-ldflags", releaseLinks, "batchsync/cmd/bot")
	r.build(t, "cz-cli", "-tags", "timetzdata", "batchsync/cmd/cz-cli-sim") // the stand-in needs zones too
	for _, dir := range []string{"data", "dev"} {
		must(t, os.Mkdir(filepath.Join(r.dir, dir), 0o700))
	}
	// Every container has it; who reads this one reads nothing, as there.
	must(t, os.WriteFile(filepath.Join(r.dir, "dev", "null"), nil, 0o600))
	if r.jailed {
		must(t, filepath.WalkDir(r.dir, func(path string, _ fs.DirEntry, err error) error {
			return errors.Join(err, os.Lchown(path, nobody, nobody))
		}))
	}
	return r
}

func (r *emptyRoot) build(t *testing.T, name string, args ...string) {
	t.Helper()
	cmd := exec.Command("go", append([]string{"build", "-trimpath", "-buildvcs=false", "-o", filepath.Join(r.dir, name)}, args...)...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build %s: %v\n%s", name, err, out)
	}
}

// at is a path as the programs see it.
func (r *emptyRoot) at(path string) string {
	if r.jailed {
		return path
	}
	return r.dir + path
}

// command has no environment but what is given.
func (r *emptyRoot) command(env []string, args ...string) *exec.Cmd {
	cmd := exec.Command(r.at("/bot"), args...)
	cmd.Dir, cmd.Env = r.at("/"), append([]string{"ZONEINFO=/nonexistent"}, env...)
	if r.jailed {
		cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: r.dir, Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
	return cmd
}

// says runs the program to its end.
func (r *emptyRoot) says(code int, env []string, args ...string) string {
	r.t.Helper()
	cmd := r.command(env, args...)
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		r.t.Fatalf("bot %v did not start: %v", args, err)
	}
	if got := cmd.ProcessState.ExitCode(); got != code {
		r.t.Errorf("bot %v: exit code %d, want %d: %s", args, got, code, out)
	}
	return string(out)
}

// TestEmptyRoot runs the static program where there is nothing else: no zones,
// no shell, no users, no libraries.
func TestEmptyRoot(t *testing.T) {
	t.Parallel()
	r := newEmptyRoot(t)
	static(t, filepath.Join(r.dir, "bot"))

	want := fmt.Sprintf("batchsync v1.2.0\ncommit: 0123456789abcdef0123456789abcdef01234567\ntime: 2026-11-22T21:15:00Z\ngo: %s\nplatform: linux/%s\n", runtime.Version(), runtime.GOARCH)
	if got := r.says(0, nil, "version"); got != want {
		t.Errorf("bot version said %q, want %q", got, want)
	}
	var b build
	must(t, json.Unmarshal([]byte(r.says(0, nil, "version", "-json")), &b))
	if b.String() != want {
		t.Errorf("bot version -json said %+v", b)
	}
	for _, args := range [][]string{{"version", "-x"}, {"health", "x"}, {"env", "x"}} {
		if out := r.says(2, nil, args...); !strings.Contains(out, "usage: bot") {
			t.Errorf("bot %v said %q, want the usage", args, out)
		}
	}

	missing := regexp.MustCompile(`- (\w+) is not set`).FindAllStringSubmatch(r.says(2, nil), -1)
	var names []string
	for _, m := range missing {
		names = append(names, m[1])
	}
	if !slices.Equal(names, requiredSettings()) {
		t.Errorf("without any settings it asks for %q, want %q", names, requiredSettings())
	}
	for _, zone := range []string{"Nowhere/Atall", "Europe/Berlin"} { // one that is known nowhere, and one that is known here too
		if out := r.says(2, []string{"BATCHSYNC_TIMEZONE=" + zone}); strings.Contains(out, "is no time zone") != (zone == "Nowhere/Atall") {
			t.Errorf("with the zone %s it said %q", zone, out)
		}
	}
	r.works(t)
}

// works starts the bot in the empty root, has it answer with the platform's
// program, and ends it.
func (r *emptyRoot) works(t *testing.T) {
	setting, ask := listening(t)
	env := []string{
		setting, "HOME=" + r.at("/home"), "CZ_SIM_STATE=" + r.at("/studio"), "CZ_CLI=" + r.at("/cz-cli"), "BATCHSYNC_DB=" + r.at("/data/batchsync.db"),
		"SLACK_BOT_TOKEN=" + r.slack.BotToken, "SLACK_APP_TOKEN=" + r.slack.AppToken, "SLACK_API_URL=" + r.slack.URL() + "/api/",
		"BATCHSYNC_OPERATORS=" + slacksim.Ana, "BATCHSYNC_TIMEZONE=Asia/Shanghai",
	}
	if out := r.says(1, env, "health"); !strings.Contains(out, "connection refused") {
		t.Errorf("without a bot, health said %q", out)
	}
	if out := r.says(2, append(env, "BATCHSYNC_LISTEN="), "health"); !strings.Contains(out, "BATCHSYNC_LISTEN is empty") {
		t.Errorf("with nothing to ask, health said %q", out)
	}
	cmd := r.command(env)
	cmd.Stdout, cmd.Stderr = r.log, r.log
	must(t, cmd.Start())
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	t.Cleanup(func() { cmd.Process.Kill(); <-done })
	must(t, r.slack.WaitConnected(within(t, storyWait), 1))

	r.as(t, "ana").ask("/batchsync list", "mysql_erp_40_tables")
	if out := r.says(0, env, "health"); !strings.Contains(out, "is well") {
		t.Errorf("health said %q", out)
	}
	until(t, "readiness", func() bool { code, _ := ask("/readyz"); return code == 200 })
	must(t, cmd.Process.Signal(syscall.SIGTERM))
	err := <-done
	done <- err
	if err != nil {
		t.Errorf("the bot ended with %v after SIGTERM", err)
	}
	must(t, r.slack.WaitDisconnected(within(t, storyWait)))
	r.clean()
}

// static asserts that a program needs no loader and no libraries.
func static(t *testing.T, path string) {
	t.Helper()
	f, err := elf.Open(path)
	must(t, err)
	defer f.Close()
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP || p.Type == elf.PT_DYNAMIC {
			t.Errorf("%s has %s", path, p.Type)
		}
	}
}
