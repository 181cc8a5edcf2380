package studiosim

import (
	"errors"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestFault_Kinds(t *testing.T) {
	t.Parallel()
	list, write := []string{"runs", "list", "--limit", "1"}, []string{"task", "create", "f1", "--type", "DI", "--folder", "111"}
	tests := []struct {
		kind    string
		args    []string
		exit    int
		out     string
		created bool
	}{
		{"slow", list, 0, `"run_id":900031`, false},
		{"garbage", list, 0, "<html>", false},
		{"half", write, 0, `{"data":[`, true},
		{"two_documents", list, 1, "}\n{", false},
		{"huge", list, 0, strings.Repeat("x", 1<<20), false},
		{"exit_zero_refusal", write, 0, `"executed":false`, false},
		{"http_500", write, 1, "HTTP 500", false},
		{"unreachable", list, 1, "ECONNREFUSED", false},
		{"login_rejected", []string{"profile", "status"}, 0, `"connected":false`, false},
		{"applied_reported_failed", write, 1, "file f1 already exist in the folder", true},
		{"null_data", list, 0, `"data":[]`, false},
		{"old_version", []string{"task", "integration", "show", "40001"}, 2, "Unknown command: integration", false},
		{"old_version", []string{"--version"}, 0, "1.10.0\n", false},
		{"old_version", list, 0, `"run_id":900031`, false},
		{"stderr_noise", list, 0, `"run_id":900031`, false},
	}
	for _, tt := range tests {
		t.Run(tt.kind+" "+tt.args[0], func(t *testing.T) {
			t.Parallel()
			c := newCLI(t, "samples")
			must(t, c.SetFaults(Fault{Kind: tt.kind, Seconds: 0.01}))
			got := c.do(tt.args...)
			if got.exit != tt.exit || !strings.Contains(got.stdout, tt.out) {
				t.Errorf("exit %d, stdout %.300s; want %d and %.80s", got.exit, got.stdout, tt.exit, tt.out)
			}
			if noisy := tt.kind == "stderr_noise" || tt.kind == "unreachable"; noisy != (got.stderr != "") {
				t.Errorf("stderr %q", got.stderr)
			}
			if effects, _ := c.Effects("create "); (len(effects) == 1) != tt.created {
				t.Errorf("effects %v, created want %v", effects, tt.created)
			}
		})
	}
}

func TestFault_Killed(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"killed", "applied_killed"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			c := newCLI(t, "samples")
			must(t, c.SetFaults(Fault{Match: "task create", Kind: kind, Times: 1}))
			cmd := child(t, c.World, c.home, "task", "create", "k1", "--type", "DI", "--folder", "111")
			out, err := cmd.Output()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL || len(out) > 0 {
				t.Fatalf("error %v, stdout %q; want SIGKILL and silence", err, out)
			}
			effects, err := c.Effects("create ")
			must(t, err)
			if got := len(effects) == 1; got != (kind == "applied_killed") {
				t.Errorf("effects %v", effects)
			}
		})
	}
}

func TestFault_Hang(t *testing.T) {
	t.Parallel()
	c := newCLI(t, "samples")
	must(t, c.SetFaults(Fault{Match: "runs list", Kind: "hang"}))
	cmd := child(t, c.World, c.home, "runs", "list")
	must(t, cmd.Start())
	c.await(t, 1)
	c.ok(t, nil, "task", "list") // the lock is free meanwhile
	must(t, cmd.Process.Kill())
	if err := cmd.Wait(); err == nil {
		t.Error("the hanging child ended well")
	}
}

// await polls until the journal has n lines.
func (c cli) await(t *testing.T, n int) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.After(20 * time.Second); ; {
		if list, err := c.Invocations(); err == nil && len(list) >= n {
			return
		}
		select {
		case <-deadline:
			t.Fatalf("no %d invocations within 20 s", n)
		case <-tick.C:
		}
	}
}

func TestFault_Matching(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, match string
		argv        []string
		want        bool
	}{
		{"all", "", argv("runs list"), true},
		{"start", "runs", argv("runs list"), true},
		{"other", "task", argv("runs list"), false},
		{"flags first", "runs list", argv("--format json runs list"), true},
		{"pattern", "runs * 900007", argv("runs detail 900007"), true},
		{"pattern misses", "runs * 900008", argv("runs detail 900007"), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c, bad := parse(tt.argv)
			if bad != nil {
				t.Fatal(bad)
			}
			if got := (Fault{Match: tt.match}).matches(tt.argv, c.cmd.path, c.args); got != tt.want {
				t.Errorf("matches %v, want %v", got, tt.want)
			}
		})
	}
}

func TestFault_TimesAndEnvironment(t *testing.T) {
	t.Parallel()
	c := newCLI(t, "samples")
	must(t, c.SetFaults(Fault{Match: "runs list", Kind: "http_500", Times: 2}))
	for n, want := range []int{1, 1, 0} {
		if got := c.do("runs", "list"); got.exit != want {
			t.Errorf("call %d exits %d, want %d", n, got.exit, want)
		}
	}
	env := []string{`CZ_SIM_FAULTS=[{"match":"runs","kind":"http_403"}]`}
	if got := invoke(c.Dir(), c.home, "", env, "runs", "list"); !strings.Contains(got.stdout, "HTTP 403") {
		t.Errorf("fault of the environment: %s", got.stdout)
	}
	if got := invoke(c.Dir(), c.home, "", []string{"CZ_SIM_FAULTS=nonsense"}, "runs", "list"); got.exit != 70 {
		t.Errorf("unreadable CZ_SIM_FAULTS exits %d, want 70", got.exit)
	}
}

func TestFault_AppliedTwice(t *testing.T) {
	t.Parallel()
	c := newCLI(t, "samples")
	must(t, c.SetFaults(Fault{Match: "runs refill", Kind: "applied_twice"}))
	c.ok(t, nil, "runs", "refill", "40001", "--vc", "sync_vc", "-y")
	effects, err := c.Effects("refill 40001")
	must(t, err)
	if len(effects) != 2 || effects[0] == effects[1] {
		t.Errorf("effects %v, want two jobs", effects)
	}
}
