package store

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"go.etcd.io/bbolt"

	"batchsync/internal/batchsync"
)

// TestStore_TinyDisk has a disk of its own that is really full. What was stored
// stays, what is not is said, nothing half is left behind, and when there is room
// again the same open store goes on.
func TestStore_TinyDisk(t *testing.T) {
	t.Parallel()
	own := func(cmd *exec.Cmd) {
		cmd.SysProcAttr = &syscall.SysProcAttr{
			Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
			UidMappings: []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}},
			GidMappings: []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}},
		}
	}
	probe := exec.CommandContext(t.Context(), "true")
	own(probe)
	if err := probe.Run(); err != nil {
		t.Skipf("this system lets nobody mount a disk of their own: %v", err)
	}
	inChild(t, "TestChild_TinyDisk", t.TempDir(), own)
}

func TestChild_TinyDisk(t *testing.T) {
	dir := os.Getenv("BATCHSYNC_CHILD")
	if dir == "" {
		t.Skip("run by TestStore_TinyDisk")
	}
	ok(t, syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=4m"))
	filler, path := filepath.Join(dir, "filler"), filepath.Join(dir, "bot.db")
	ok(t, os.WriteFile(filler, make([]byte, 2<<20), 0o600))
	s := must[*Store](t)(Open(path, start))
	ok(t, s.Writable())
	size := must[os.FileInfo](t)(os.Stat(path)).Size()
	if s.refused.Load() != nil || must[os.FileInfo](t)(os.Stat(path)).Size() != size {
		t.Error("asking whether it is writable leaves something behind")
	}
	other := filepath.Join(dir, "other")
	ok(t, os.WriteFile(other, make([]byte, 3<<19), 0o600)) // nothing was refused yet, and there is little room
	unwritable(t, s, "disk.full")
	ok(t, s.Begin(begin("small", "small")))
	ok(t, errors.Join(os.Remove(other), s.Writable()))
	stored := fillUp(t, s)
	ok(t, s.Check())
	unwritable(t, s, "disk.full")
	ok(t, s.update(func(*bbolt.Tx) error { return nil })) // in what is free within the file
	unwritable(t, s, "disk.full")
	for i := range stored {
		must[batchsync.Operation](t)(s.Operation(batchsync.OperationID(fmt.Sprint(i))))
	}
	if _, err := s.Operation(batchsync.OperationID(fmt.Sprint(stored))); batchsync.CodeOf(err) != batchsync.CodeNotFound {
		t.Errorf("the operation that was refused: got %v, want CodeNotFound", err)
	}
	if err := s.Backup(t.Context(), filepath.Join(dir, "copy")); !noRoom(err) {
		t.Errorf("backup: got %v, want ENOSPC", err)
	}
	if err := s.Compact(); !noRoom(err) {
		t.Errorf("compaction: got %v, want ENOSPC", err)
	}
	if entries := must[[]os.DirEntry](t)(os.ReadDir(dir)); len(entries) != 2 {
		t.Errorf("left are %v, want the file and what fills the disk", entries)
	}

	ok(t, os.Truncate(filler, 0)) // there are 2 MB, and the largest change needs more
	unwritable(t, s, "disk.full")
	ok(t, os.Remove(filler))
	ok(t, syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT, "size=16m"))
	ok(t, s.Writable())
	ok(t, s.Begin(begin("after", "after")))
	ok(t, errors.Join(s.Check(), s.Close(), CheckFile(path)))
}

// fillUp begins operations until the disk is full, and tells how many it took.
func fillUp(t *testing.T, s *Store) (stored int) {
	t.Helper()
	for {
		b := begin(batchsync.OperationID(fmt.Sprint(stored)), fmt.Sprint(stored))
		b.Operation.Spec.TargetTable = strings.Repeat("x", 20<<10)
		err := s.Begin(b)
		if noRoom(err) {
			if batchsync.CodeOf(err) != batchsync.CodeDisk || batchsync.ProblemOf(err).Text.Key != "disk.full" {
				t.Errorf("refused with %v, want CodeDisk", err)
			}
			return stored
		}
		ok(t, err)
		if stored++; stored > 1000 {
			t.Fatal("the disk holds everything")
		}
	}
}

func noRoom(err error) bool { return because(err, syscall.ENOSPC) }

// unwritable wants the store to say that the disk takes no change, and why.
func unwritable(t *testing.T, s *Store, why batchsync.TextKey) {
	t.Helper()
	if err := s.Writable(); batchsync.CodeOf(err) != batchsync.CodeDisk || batchsync.ProblemOf(err).Text.Key != why {
		t.Errorf("writable: got %v, want CodeDisk and %s", err, why)
	}
}
