package czcli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	bs "batchsync/internal/batchsync"
)

// TestClient_Child checks what a child is given besides its arguments.
func TestClient_Child(t *testing.T) {
	t.Setenv("CZ_PAT", "czt_from_process")
	t.Setenv("CZ_FORMAT", "csv")
	t.Setenv("SLACK_BOT_TOKEN", "xoxb-1")
	t.Setenv("LANG", "zh_CN.UTF-8")
	t.Setenv("HTTPS_PROXY", "http://proxy.example.test")
	f := newFake(t, Config{Profile: "prod", Home: "/nowhere", Env: []string{"CZ_WORKSPACE=w", "CZ_FORMAT=text"}}, answer{Stdout: `{"data":[]}`})
	if _, err := f.Tables(t.Context(), 1, "s"); err != nil {
		t.Fatal(err)
	}
	f.wantArgv([]string{"datasource", "objects", "1", "s", "--limit=20000", "--format=json", "--profile=prod"})
	inv := f.invocations()[0]
	if !inv.Group || inv.Stdin != "" {
		t.Errorf("own process group %v, stdin %q; want true and nothing", inv.Group, inv.Stdin)
	}
	for key, want := range map[string]string{
		"CZ_PAT": "czt_from_process", "CZ_WORKSPACE": "w", "CZ_FORMAT": "", "SLACK_BOT_TOKEN": "", "LANG": "C.UTF-8", "TZ": "UTC",
		"HOME": "/nowhere", "HTTPS_PROXY": "http://proxy.example.test", "CLICKZETTA_DISABLE_AUTOUPDATE": "1", "PATH": os.Getenv("PATH"),
	} {
		if got := lookup(inv.Env, key); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	if strings.Contains(strings.Join(inv.Argv, " "), "czt_") {
		t.Error("the access token is in argv")
	}
}

// TestClient_Profiles checks that the questions about profiles and version do
// not depend on the configured one.
func TestClient_Profiles(t *testing.T) {
	t.Parallel()
	f := newFake(t, Config{Profile: "fake"}, answer{Match: "profile list", Sample: "profile_list.ok"}, answer{Sample: "version.ok"})
	if err := f.CheckProfile(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := f.Version(t.Context()); err != nil {
		t.Error(err)
	}
	f.wantArgv(argv("profile", "list"), []string{"--version"})
}

func TestClient_Retry(t *testing.T) {
	t.Parallel()
	down := answer{Nth: 1, Sample: "unreachable.error"}
	known := answer{Match: "profile list", Sample: "profile_list.ok"} // asked for after a refused login
	deploy := func(ctx context.Context, c *Client) error { return c.Deploy(ctx, 1) }
	folders := func(ctx context.Context, c *Client) error { _, err := c.Folders(ctx); return err }
	tests := []struct {
		name    string
		call    func(context.Context, *Client) error
		answers []answer
		calls   int
		want    outcome
	}{
		{"read after unreachable", folders, []answer{down, {Stdout: `{"data":[]}`}}, 2, outcome{}},
		{"read after garbage", folders, []answer{{Nth: 1, Stdout: `{"da`}, {Stdout: `{"data":[]}`}}, 2, outcome{}},
		{"read after wrong data", folders, []answer{{Nth: 1, Stdout: `{"data":7}`}, {Stdout: `{"data":[]}`}}, 2, outcome{}},
		{"read fails twice", folders, []answer{{Sample: "unreachable.error"}}, 2, outcome{failure: bs.FailUnreachable}},
		{"read after a refusal", folders, []answer{{Nth: 1, Sample: "fault.business_error"}, {Stdout: `{"data":[]}`}}, 1, outcome{failure: bs.FailRefused}},
		{"read after a refused login", folders, []answer{known, {Sample: "login_rejected.error"}}, 2, outcome{failure: bs.FailLogin}},
		{"change after unreachable", deploy, []answer{down, {Stdout: `{"data":{}}`}}, 1, outcome{bs.FailUnreachable, true}},
		{"change after garbage", deploy, []answer{{Nth: 1}, {Stdout: `{"data":{}}`}}, 1, outcome{bs.FailGarbage, true}},
		{"change answered by text and exit 2", deploy, []answer{{Stdout: "usage", Exit: 2}}, 1, outcome{bs.FailUsage, true}},
		{"change after a refused login", deploy, []answer{known, {Sample: "login_rejected.error"}}, 2, outcome{failure: bs.FailLogin}},
		{"data in spite of the exit code", deploy, []answer{{Stdout: `{"data":{}}`, Exit: 1}}, 1, outcome{bs.FailGarbage, true}},
		{"error in spite of the exit code", deploy, []answer{{Stdout: `{"error":{"code":"TASK_ERROR","message":"no"}}`}}, 1, outcome{bs.FailRefused, true}},
		{"a certain refusal", deploy, []answer{{Stdout: `{"error":{"code":"TASK_NOT_FOUND","message":"no"}}` + "\n", Exit: 1}}, 1, outcome{bs.FailNotFound, false}},
		{"a certain refusal with something behind it", deploy, []answer{{Stdout: `{"error":{"code":"TASK_NOT_FOUND","message":"no"}}` + "\n{}", Exit: 1}}, 1, outcome{bs.FailNotFound, true}},
		{"not executed", deploy, []answer{{Stdout: `{"data":{"executed":false}}`}}, 1, outcome{bs.FailNotExecuted, false}},
		{"not executed, with something behind it", deploy, []answer{{Stdout: `{"data":{"executed":false}}{"data":{}}`}}, 1, outcome{bs.FailNotExecuted, true}},
		{"killed by somebody else", deploy, []answer{{Act: "kill", Stdout: `{"data":{}}`}}, 1, outcome{bs.FailGarbage, true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, Config{}, tt.answers...)
			var got outcome
			if err := tt.call(t.Context(), f.Client); err != nil {
				pe := platformError(t, err)
				got = outcome{pe.Failure, pe.Uncertain}
			}
			if calls := len(f.invocations()); got != tt.want || calls != tt.calls {
				t.Errorf("outcome %+v after %d calls, want %+v after %d", got, calls, tt.want, tt.calls)
			}
		})
	}
}

func TestClient_MissingProgram(t *testing.T) {
	t.Parallel()
	plain := filepath.Join(t.TempDir(), "plain")
	if err := os.WriteFile(plain, []byte("no program"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{filepath.Join(t.TempDir(), "none"), "no-such-program-in-the-path", plain} {
		err := New(Config{Path: path}).Deploy(t.Context(), 1)
		if pe := platformError(t, err); pe.Failure != bs.FailMissingProgram || pe.Uncertain || pe.ExitCode != -1 {
			t.Errorf("%s: error %v, want a certain missing program", path, err)
		}
	}
	if err := New(Config{Path: filepath.Join(t.TempDir(), "none")}).Deploy(t.Context(), 1); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v does not wrap the cause", err)
	}
}

// TestClient_Deadline checks that the deadline ends the child and everything
// it started.
func TestClient_Deadline(t *testing.T) {
	t.Parallel()
	for limit := time.Second; ; limit *= 2 {
		f := newFake(t, Config{Write: limit}, answer{Act: "spawn"})
		err := f.Deploy(t.Context(), 40001)
		pe := platformError(t, err)
		if pe.Failure != bs.FailTimeout || !errors.Is(err, context.DeadlineExceeded) || !pe.Uncertain || pe.ExitCode != -1 {
			t.Fatalf("error %v, want an uncertain timeout", err)
		}
		if !strings.Contains(err.Error(), "task 40001: cz-cli task deploy: timeout") {
			t.Errorf("error %q does not say what was attempted on which task", err)
		}
		if !exists(f.dir, "hanging") && limit < 30*time.Second {
			continue // a busy machine: the deadline came before the grandchild was there
		}
		if !within(10*time.Second, func() bool { return !lives(t, f.dir) }) {
			t.Error("the grandchild lives on")
		}
		return
	}
}

func TestClient_Cancel(t *testing.T) {
	t.Parallel()
	f := newFake(t, Config{}, answer{Act: "spawn"})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- f.SaveRerun(ctx, 1) }()
	if !within(30*time.Second, func() bool { return exists(f.dir, "hanging") }) {
		t.Fatal("the child never started")
	}
	cancel()
	err := <-ended
	if pe := platformError(t, err); pe.Failure != bs.FailTimeout || !errors.Is(err, context.Canceled) || !pe.Uncertain {
		t.Errorf("error %v, want an uncertain cancellation", err)
	}
	if !within(10*time.Second, func() bool { return !lives(t, f.dir) }) {
		t.Error("the grandchild lives on")
	}
	err = f.SaveRerun(ctx, 1)
	if pe := platformError(t, err); pe.Failure != bs.FailTimeout || !errors.Is(err, context.Canceled) || pe.Uncertain {
		t.Errorf("error %v, want a certain cancellation before the start", err)
	}
	if n := len(f.invocations()); n != 1 {
		t.Errorf("%d children were started, want 1", n)
	}
}

// TestClient_LeftBehind checks that a process the program leaves behind, which
// holds its stdout, neither blocks the answer nor lives on.
func TestClient_LeftBehind(t *testing.T) {
	t.Parallel()
	f := newFake(t, Config{}, answer{Act: "leave", Stdout: `{"data":["a"]}`})
	got, err := f.Schemas(t.Context(), 1)
	if err != nil || !slices.Equal(got, []string{"a"}) {
		t.Errorf("schemas %q, error %v", got, err)
	}
	if !within(10*time.Second, func() bool { return !lives(t, f.dir) }) {
		t.Error("the process left behind lives on")
	}
}

// TestClient_Flood checks that a long answer is taken whole and one beyond
// measure is garbage; neither stalls the child, nor does a noisy stderr.
func TestClient_Flood(t *testing.T) {
	t.Parallel()
	noise := strings.Repeat("DEBUG fetch error: <code>\n", 20_000)
	f := newFake(t, Config{}, answer{Match: "long", Flood: 10 << 20, Stderr: noise}, answer{Flood: 13 << 20, Stderr: noise})
	res := start(t.Context(), f.cfg.Path, []string{"long"}, f.env)
	if want := 10<<20 + len(`{"data":[""]}`); len(res.stdout) != want || res.tooMuch || res.exit != 0 {
		t.Errorf("%d bytes, cut %v, exit %d; want %d bytes", len(res.stdout), res.tooMuch, res.exit, want)
	}
	if len(res.stderr) != maxStderr {
		t.Errorf("%d bytes of stderr are kept, want %d", len(res.stderr), maxStderr)
	}
	_, err := f.Schemas(t.Context(), 1)
	if pe := platformError(t, err); pe.Failure != bs.FailGarbage || !strings.Contains(err.Error(), "more than") {
		t.Errorf("error %v, want garbage for its length", err)
	}
}

func TestCapped_Write(t *testing.T) {
	t.Parallel()
	c := &capped{max: 5}
	for _, s := range []string{"abc", "de", "", "f"} {
		if n, err := c.Write([]byte(s)); n != len(s) || err != nil {
			t.Errorf("Write(%q) = %d, %v", s, n, err)
		}
	}
	if c.kept.String() != "abcde" || !c.cut {
		t.Errorf("kept %q, cut %v", c.kept.String(), c.cut)
	}
}

// TestClient_Secrets looks for the passwords of data sources in everything
// that leaves the client.
func TestClient_Secrets(t *testing.T) {
	t.Parallel()
	s, err := loadSample("datasource_list.ok_with_passwords")
	if err != nil {
		t.Fatal(err)
	}
	const pat = "czt_0123456789"
	refusal := func(message string) string {
		return fmt.Sprintf(`{"error":{"code":"DATASOURCE_ERROR","message":%q}}`, message)
	}
	tests := map[string]answer{
		"answer":    {Stdout: s.Stdout, Stderr: s.Stdout},
		"cut":       {Stdout: s.Stdout[:len(s.Stdout)/2], Stderr: "DEBUG " + s.Stdout},
		"shape":     {Stdout: strings.Replace(s.Stdout, `"data":[`, `"data":["Pl41nText!",`, 1)},
		"quoted":    {Exit: 1, Stdout: refusal("Invalid JSON response: " + s.Stdout[:400])},
		"body":      {Exit: 1, Stdout: refusal("HTTP 500: " + s.Stdout)},
		"words":     {Exit: 1, Stdout: refusal("cannot connect with user etl, password=s3cret to mysql://etl:s3cret@pg.example.com")},
		"own token": {Exit: 1, Stdout: refusal("refused: token " + pat + " and another czt_zzzz")},
		"code":      {Exit: 1, Stdout: `{"error":{"code":"x ` + pat + `","message":"m"}}`},
	}
	for name, a := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			cfg := Config{Env: []string{"CZ_PAT=" + pat}, Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
			f := newFake(t, cfg, a)
			got, err := f.Datasources(t.Context())
			var pe *bs.PlatformError
			_ = errors.As(err, &pe)
			told := fmt.Sprintf("%+v %#v %v %+v %#v %s", got, got, err, err, pe, log.String())
			for _, secret := range []string{"Pl41nText!", "s3cret", `"password":"stg"`, `\"password\":\"stg`, pat, "czt_zzzz"} {
				if strings.Contains(told, secret) {
					t.Errorf("%s is told: %s", secret, told)
				}
			}
			if log.Len() == 0 {
				t.Error("nothing was logged")
			}
		})
	}
}

func TestClient_Observe(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var seen []string
	var log bytes.Buffer
	f := newFake(t, Config{
		Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Observe: func(command string, failure bs.Failure, took time.Duration) {
			mu.Lock()
			defer mu.Unlock()
			seen = append(seen, fmt.Sprintf("%s/%s/%v", command, failure, took > 0))
		},
	}, answer{Nth: 1, Sample: "unreachable.error"}, answer{Stdout: `{"data":[]}`})
	if _, err := f.Tables(t.Context(), 1, "private_schema"); err != nil {
		t.Fatal(err)
	}
	want := []string{"datasource objects/unreachable/true", "datasource objects//true"}
	if !slices.Equal(seen, want) {
		t.Errorf("observed %q, want %q", seen, want)
	}
	if pids := regexp.MustCompile(` pid=[1-9]`).FindAllString(log.String(), -1); len(pids) != 2 {
		t.Errorf("the log names %d of 2 child processes: %s", len(pids), log.String())
	}
	if strings.Contains(log.String(), "private_schema") || strings.Count(log.String(), "datasource objects") != 2 {
		t.Errorf("log %s", log.String())
	}
}

// TestClient_Limit checks that no more children run than allowed and that
// background calls leave one free.
func TestClient_Limit(t *testing.T) {
	t.Parallel()
	f := newFake(t, Config{Children: 2}, answer{Match: "catalogs", Act: "hang"}, answer{Stdout: `{"data":[]}`})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var group sync.WaitGroup
	for range 2 {
		group.Go(func() { _, _ = f.Background().Schemas(ctx, 1) })
	}
	if !within(30*time.Second, func() bool { return exists(f.dir, "hanging") }) {
		t.Fatal("no background child started")
	}
	if _, err := f.Folders(t.Context()); err != nil {
		t.Errorf("interactive call beside two background calls: %v", err)
	}
	if n := len(f.invocations()); n != 2 {
		t.Errorf("%d children were started, want one of the background and the interactive one", n)
	}
	cancel()
	group.Wait()
}
