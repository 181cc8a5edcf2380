package failpoint

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// TestHit ends a real process at the second pass of a point, and only there.
func TestHit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, tags, point, want string
		killed                  bool
	}{
		{"without the tag", "", CommitAfter + ":2", "passed passed passed ", false},
		{"the second pass", "failpoints", CommitAfter + ":2", "passed ", true},
		{"another point", "failpoints", CommitBefore + ":2", "passed passed passed ", false},
		{"no number", "failpoints", CommitAfter, "passed passed passed ", false},
		{"none", "failpoints", "", "passed passed passed ", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var said bytes.Buffer
			cmd := exec.Command(build(t, c.tags, "./testdata/passes"))
			cmd.Env = append(os.Environ(), "BATCHSYNC_FAILPOINT="+c.point)
			cmd.Stderr = &said
			_ = cmd.Run() // how it ended is looked at below
			status := cmd.ProcessState.Sys().(syscall.WaitStatus)
			if killed := status.Signaled() && status.Signal() == syscall.SIGKILL; killed != c.killed || said.String() != c.want {
				t.Errorf("killed: %v, want %v; it said %q, want %q", killed, c.killed, said.String(), c.want)
			}
		})
	}
}

// TestShipped looks into the bot as it is shipped: nothing of the points is in
// it. The tagged one, which must have them, shows that looking works.
func TestShipped(t *testing.T) {
	t.Parallel()
	for tags, want := range map[string]bool{"": false, "failpoints": true} {
		program, err := os.ReadFile(build(t, tags, "batchsync/cmd/bot"))
		if err != nil {
			t.Fatal(err)
		}
		for _, trace := range []string{"BATCHSYNC_FAILPOINT", "failpoint.armed", "failpoint.transport"} {
			if got := bytes.Contains(program, []byte(trace)); got != want {
				t.Errorf("the bot built with tags %q contains %q: %v, want %v", tags, trace, got, want)
			}
		}
	}
}

func build(t *testing.T, tags, what string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "program")
	if said, err := exec.Command("go", "build", "-tags", tags, "-o", out, what).CombinedOutput(); err != nil {
		t.Fatalf("build %s: %v\n%s", what, err, said)
	}
	return out
}
