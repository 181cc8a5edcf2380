package deploy_test

import (
	"bytes"
	"crypto/sha256"
	"debug/elf"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestRelease makes a release twice, in two folders that hold nothing but what
// the image is built from, and compares the bytes. With BATCHSYNC_ALONE nothing
// that was compiled before is used again; that takes a minute or two.
func TestRelease(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds the bot")
	}
	here, there := t.TempDir(), t.TempDir()
	for _, name := range sent(t) { // read once: somebody may be writing
		content := []byte(read(t, filepath.Join("..", name)))
		for _, dir := range []string{here, there} {
			to := filepath.Join(dir, name)
			must(t, os.MkdirAll(filepath.Dir(to), 0o700))
			must(t, os.WriteFile(to, content, 0o600))
		}
	}
	first, second := released(t, here, ""), released(t, there, otherCache(t))
	one, other := read(t, first), read(t, second)
	if one != other {
		t.Errorf("two builds of the same files differ: %d and %d bytes", len(one), len(other))
	}
	sums := read(t, filepath.Join(filepath.Dir(first), "SHA256SUMS"))
	if want := fmt.Sprintf("%x  %s\n", sha256.Sum256([]byte(one)), filepath.Base(first)); sums != want {
		t.Errorf("SHA256SUMS says %q, want %q", sums, want)
	}
	f, err := elf.NewFile(bytes.NewReader([]byte(one)))
	must(t, err)
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP || p.Type == elf.PT_DYNAMIC {
			t.Errorf("the release has %s: it is not static", p.Type)
		}
	}
	if strings.Contains(one, here) {
		t.Error("the release tells where it was built")
	}
	cmd := exec.CommandContext(t.Context(), first, "version")
	cmd.Env = []string{}
	out, err := cmd.CombinedOutput()
	must(t, err)
	if want := "batchsync v1.2.0\ncommit: 0123456789abcdef\ntime: 2026-11-22T21:15:00Z\n"; !strings.HasPrefix(string(out), want) {
		t.Errorf("it says %q, want %q", out, want)
	}
}

func otherCache(t *testing.T) string {
	if os.Getenv("BATCHSYNC_ALONE") == "" {
		return ""
	}
	return t.TempDir()
}

// released makes a release in a folder and returns the program's path.
func released(t *testing.T, dir, cache string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "make", "--no-print-directory", "release", "ARCHS="+runtime.GOARCH,
		"BUILD_VERSION=v1.2.0", "BUILD_COMMIT=0123456789abcdef", "BUILD_TIME=2026-11-22T21:15:00Z")
	cmd.Dir, cmd.Env = dir, os.Environ()
	if cache != "" {
		cmd.Env = append(cmd.Env, "GOCACHE="+cache)
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("make release: %v\n%s", err, out)
	}
	return filepath.Join(dir, "dist", "bot-linux-"+runtime.GOARCH)
}
