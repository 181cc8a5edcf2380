package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"batchsync/internal/batchsync"
)

// inChild runs a test of this binary by itself, with BATCHSYNC_CHILD set to a
// folder and the process set up by prepare.
func inChild(t *testing.T, test, dir string, prepare func(*exec.Cmd)) {
	t.Helper()
	exe := must[string](t)(os.Executable())
	cmd := exec.CommandContext(t.Context(), exe, "-test.run=^"+test+"$", "-test.v")
	cmd.Env = append(os.Environ(), "BATCHSYNC_CHILD="+dir)
	if prepare != nil {
		prepare(cmd)
	}
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "--- PASS: "+test) {
		t.Errorf("child: %v\n%s", err, out)
	}
}

// TestStore_DiskFull lets no file grow beyond a limit, as on a full disk. What
// was stored stays, what is not is said, and nothing half is left behind.
func TestStore_DiskFull(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	inChild(t, "TestChild_DiskFull", dir, nil)
	s := open(t, filepath.Join(dir, "bot.db"))
	n := len(must[[]byte](t)(os.ReadFile(filepath.Join(dir, "stored"))))
	for i := range n {
		must[batchsync.Operation](t)(s.Operation(batchsync.OperationID(fmt.Sprint(i))))
	}
	if _, err := s.Operation(batchsync.OperationID(fmt.Sprint(n))); batchsync.CodeOf(err) != batchsync.CodeNotFound {
		t.Errorf("the operation that was refused: got %v, want CodeNotFound", err)
	}
	ok(t, s.Begin(begin("after", "after"))) // there is room again
}

func TestChild_DiskFull(t *testing.T) {
	dir := os.Getenv("BATCHSYNC_CHILD")
	if dir == "" {
		t.Skip("run by TestStore_DiskFull")
	}
	const limit = 512 << 10
	signal.Ignore(syscall.SIGXFSZ) // so that writing fails, as on a full disk
	ok(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: limit, Max: limit}))
	path := filepath.Join(dir, "bot.db")
	s := must[*Store](t)(Open(path, start))
	stored := 0
	for {
		b := begin(batchsync.OperationID(fmt.Sprint(stored)), fmt.Sprint(stored))
		b.Operation.Spec.TargetTable = strings.Repeat("x", 20<<10)
		err := s.Begin(b)
		if because(err, syscall.EFBIG) {
			if batchsync.ProblemOf(err).Text.Key != "disk.full" || batchsync.CodeOf(s.Writable()) != batchsync.CodeDisk {
				t.Errorf("refused with %v, want a full disk", err)
			}
			break
		}
		ok(t, err)
		if stored++; stored > 1000 {
			t.Fatal("the limit holds nothing")
		}
	}
	ok(t, s.Check())
	must[batchsync.Operation](t)(s.Operation("0"))
	// Others find no room either, and leave no part.
	ok(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: limit / 4, Max: limit}))
	to := filepath.Join(dir, "copy")
	if err := s.Backup(t.Context(), to); !errors.Is(err, syscall.EFBIG) {
		t.Errorf("backup: got %v, want EFBIG", err)
	}
	if err := s.Compact(); err == nil {
		t.Error("compacted without room")
	}
	ok(t, s.Close())
	whole := filepath.Join(dir, "bot.db")
	if _, err := Restore(filepath.Join(dir, "other.db"), whole, start); !errors.Is(err, syscall.EFBIG) {
		t.Errorf("restore: got %v, want EFBIG", err)
	}
	if entries := must[[]os.DirEntry](t)(os.ReadDir(dir)); len(entries) != 1 {
		t.Errorf("left are %v, want the file alone", entries)
	}
	ok(t, os.WriteFile(filepath.Join(dir, "stored"), make([]byte, stored), 0o600))
}

// TestStore_ReadOnly opens what may not be written. It is refused with the
// system's reason, and neither called damaged nor changed.
func TestStore_ReadOnly(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		readOnly(t, t.TempDir())
		return
	}
	dir, err := os.MkdirTemp("", "readonly") // nobody may look into t.TempDir
	ok(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	ok(t, os.Chown(dir, 65534, 65534))
	inChild(t, "TestChild_ReadOnly", dir, func(cmd *exec.Cmd) {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		exe := filepath.Join(dir, "test")
		raw := must[[]byte](t)(os.ReadFile(cmd.Path))
		ok(t, os.WriteFile(exe, raw, 0o755))
		cmd.Path, cmd.Dir = exe, dir
		cmd.Env = append(cmd.Env, "TMPDIR="+dir)
	})
}

func TestChild_ReadOnly(t *testing.T) {
	dir := os.Getenv("BATCHSYNC_CHILD")
	if dir == "" {
		t.Skip("run by TestStore_ReadOnly")
	}
	readOnly(t, dir)
}

func readOnly(t *testing.T, dir string) {
	t.Helper()
	path := filepath.Join(dir, "bot.db")
	ok(t, must[*Store](t)(Open(path, start)).Close())
	ok(t, os.Chmod(path, 0o400))
	if _, err := Open(path, start); !errors.Is(err, fs.ErrPermission) || errors.Is(err, ErrDamaged) {
		t.Errorf("a file: got %v, want ErrPermission", err)
	}
	ok(t, CheckFile(path))
	ok(t, os.Chmod(path, 0o600))
	s := must[*Store](t)(Open(path, start))
	ok(t, os.Chmod(dir, 0o500))
	defer func() { ok(t, os.Chmod(dir, 0o700)) }()
	if err := s.Backup(t.Context(), filepath.Join(dir, "copy")); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("a backup: got %v, want ErrPermission", err)
	}
	if err := s.Compact(); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("a compaction: got %v, want ErrPermission", err)
	}
	ok(t, s.Begin(begin("op", "op")))
	ok(t, errors.Join(s.Check(), s.Close()))
}
