package czcli

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

// The test binary doubles as a fake cz-cli: started with FAKE_CZ it answers by
// the rules in that directory.
func TestMain(m *testing.M) {
	if dir := os.Getenv("FAKE_CZ"); dir != "" {
		os.Exit(fakeMain(dir))
	}
	os.Exit(m.Run())
}

// answer is what the fake does: the first one whose Match is contained in the
// command line and whose Nth (from 1, 0 for any) is that of the invocation.
type answer struct {
	Match  string
	Nth    int
	Sample string // a file of testdata/samples, without .json
	Stdout string
	Stderr string
	Exit   int
	Flood  int    // bytes of a JSON string printed as data
	Act    string // "hang", "spawn" (hang together with a child), "leave" (end, but leave a child behind), "kill"
}

// invocation is what the fake notes down.
type invocation struct {
	Argv  []string
	Env   []string
	Stdin string
	Group bool // leads its own process group
}

// sample is one recorded invocation.
type sample struct {
	Argv     []string `json:"argv"`
	ExitCode int      `json:"exit_code"`
	Stdout   string   `json:"stdout"`
	Stderr   string   `json:"stderr"`
}

func loadSample(name string) (s sample, err error) {
	raw, err := os.ReadFile(filepath.Join("testdata", "samples", name+".json"))
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal(raw, &s)
}

func fakeMain(dir string) int {
	if os.Getenv("FAKE_CZ_HOLD") != "" {
		return hold(dir)
	}
	nth, err := note(dir)
	if err != nil {
		return 99
	}
	var answers []answer
	raw, err := os.ReadFile(filepath.Join(dir, "answers.json"))
	if err != nil || json.Unmarshal(raw, &answers) != nil {
		return 99
	}
	line := strings.Join(os.Args[1:], " ")
	for _, a := range answers {
		if strings.Contains(line, a.Match) && (a.Nth == 0 || a.Nth == nth) {
			return a.play(dir)
		}
	}
	fmt.Printf(`{"error":{"code":"FAKE","message":"no answer for %s"}}`, line)
	return 98
}

func note(dir string) (nth int, err error) {
	stdin, _ := io.ReadAll(os.Stdin)
	raw, err := json.Marshal(invocation{os.Args[1:], os.Environ(), string(stdin), syscall.Getpgrp() == os.Getpid()})
	if err != nil {
		return 0, err
	}
	f, err := os.OpenFile(filepath.Join(dir, "log"), os.O_APPEND|os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	if _, err := f.Write(append(raw, '\n')); err != nil {
		return 0, err
	}
	all, err := os.ReadFile(f.Name())
	return bytes.Count(all, []byte("\n")), err
}

func (a answer) play(dir string) int {
	if a.Sample != "" {
		s, err := loadSample(a.Sample)
		if err != nil {
			return 99
		}
		a.Stdout, a.Stderr, a.Exit = s.Stdout, s.Stderr, s.ExitCode
	}
	if a.Flood > 0 {
		a.Stdout = `{"data":["` + strings.Repeat("x", a.Flood) + `"]}`
	}
	os.Stderr.WriteString(a.Stderr)
	os.Stdout.WriteString(a.Stdout)
	switch a.Act {
	case "spawn", "leave":
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), "FAKE_CZ_HOLD=1")
		child.Stdout, child.Stderr = os.Stdout, os.Stderr
		if child.Start() != nil || !within(20*time.Second, func() bool { return exists(dir, "held") }) {
			return 99
		}
	case "kill":
		_ = syscall.Kill(os.Getpid(), syscall.SIGTERM)
	}
	if a.Act != "" && a.Act != "leave" {
		_ = os.WriteFile(filepath.Join(dir, "hanging"), nil, 0o600)
		<-time.After(time.Minute)
	}
	return a.Exit
}

// hold keeps a file lock until it is killed; the lock tells that it lives
// better than a process id, which stays valid for a zombie.
func hold(dir string) int {
	f, err := os.Create(filepath.Join(dir, "lock"))
	if err != nil || syscall.Flock(int(f.Fd()), syscall.LOCK_EX) != nil {
		return 99
	}
	_ = os.WriteFile(filepath.Join(dir, "held"), nil, 0o600)
	<-time.After(time.Minute)
	return 0
}

func lives(t *testing.T, dir string) bool {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, "lock"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil
}

func exists(dir, name string) bool {
	_, err := os.Stat(filepath.Join(dir, name))
	return err == nil
}

// within polls until ok holds; it reports false at the deadline.
func within(d time.Duration, ok func() bool) bool {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(d); ; <-tick.C {
		if ok() {
			return true
		}
		if time.Now().After(end) {
			return false
		}
	}
}

// fake is a client whose program is the test binary.
type fake struct {
	*Client
	t   *testing.T
	dir string
}

func newFake(t *testing.T, cfg Config, answers ...answer) fake {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	f := fake{t: t, dir: t.TempDir()}
	raw, err := json.Marshal(answers)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(f.dir, "answers.json"), raw, 0o600); err != nil {
		t.Fatal(err)
	}
	cfg.Path = self
	cfg.Read = cmp.Or(cfg.Read, time.Minute)
	// The race detector would make every child sleep for a second at its end.
	cfg.Env = append(slices.Clone(cfg.Env), "FAKE_CZ="+f.dir, "GORACE=atexit_sleep_ms=0")
	f.Client = New(cfg)
	return f
}

// invocations are those so far, in order.
func (f fake) invocations() []invocation {
	f.t.Helper()
	raw, err := os.ReadFile(filepath.Join(f.dir, "log"))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		f.t.Fatal(err)
	}
	var out []invocation
	for line := range strings.Lines(string(raw)) {
		var inv invocation
		if err := json.Unmarshal([]byte(line), &inv); err != nil {
			f.t.Fatal(err)
		}
		out = append(out, inv)
	}
	return out
}

// wantArgv compares all command lines so far.
func (f fake) wantArgv(want ...[]string) {
	f.t.Helper()
	var got [][]string
	for _, inv := range f.invocations() {
		got = append(got, inv.Argv)
	}
	if !slices.EqualFunc(got, want, slices.Equal[[]string]) {
		f.t.Errorf("command lines:\n got %q\nwant %q", got, want)
	}
}

func platformError(t *testing.T, err error) *batchsync.PlatformError {
	t.Helper()
	var pe *batchsync.PlatformError
	if !errors.As(err, &pe) {
		t.Fatalf("error is %#v, want a platform error", err)
	}
	return pe
}
