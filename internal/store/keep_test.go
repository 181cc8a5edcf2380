package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

// oldFile puts a file of an older schema into a folder and returns its content.
func oldFile(t *testing.T, path string, schema int) []byte {
	t.Helper()
	raw := must[[]byte](t)(os.ReadFile(filepath.Join("testdata", fmt.Sprintf("schema-%d.db", schema))))
	ok(t, os.WriteFile(path, raw, 0o600))
	return raw
}

// setSchema has a file say that it is of some schema.
func setSchema(t *testing.T, path string, schema uint64) {
	t.Helper()
	db := must[*bbolt.DB](t)(bbolt.Open(path, 0o600, nil))
	ok(t, db.Update(func(tx *bbolt.Tx) error { return bucket(tx, bucketMeta).Put([]byte(keyVersion), be64(schema)) }))
	ok(t, db.Close())
}

func names(t *testing.T, dir string) (out []string) {
	t.Helper()
	for _, e := range must[[]os.DirEntry](t)(os.ReadDir(dir)) {
		out = append(out, e.Name())
	}
	return out
}

// TestOpen_KeepsOlder keeps what a file was before it is brought up to date:
// once, byte by byte, also when that was cut short, and never over another copy.
func TestOpen_KeepsOlder(t *testing.T) {
	t.Parallel()
	for schema := 1; schema < len(migrations()); schema++ {
		t.Run(fmt.Sprint(schema), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			path := filepath.Join(dir, "bot.db")
			was := oldFile(t, path, schema)
			s := must[*Store](t)(Open(path, start))
			want := fmt.Sprintf("%s.before-schema-%d", path, len(migrations()))
			if u := s.Upgraded(); u != (Upgraded{From: uint64(schema), To: uint64(len(migrations())), Copy: want}) {
				t.Errorf("upgraded: %+v", u)
			}
			ok(t, s.Close())
			if kept := must[[]byte](t)(os.ReadFile(want)); string(kept) != string(was) {
				t.Error("the copy is not what the file was")
			}
			s = must[*Store](t)(Open(path, start))
			if u := s.Upgraded(); u != (Upgraded{}) {
				t.Errorf("a file that is up to date: %+v", u)
			}
			ok(t, s.Close())

			// Cut short after the copy, then the same again: it is used.
			ok(t, os.WriteFile(path, was, 0o600))
			ok(t, must[*Store](t)(Open(path, start)).Close())
			if got := names(t, dir); len(got) != 2 {
				t.Errorf("there are %q, want the file and one copy", got)
			}
			// Rolled back, changed, upgraded again: both stay.
			ok(t, os.WriteFile(path, was, 0o600))
			db := must[*bbolt.DB](t)(bbolt.Open(path, 0o600, nil))
			ok(t, db.Update(func(tx *bbolt.Tx) error { return bucket(tx, bucketSeen).Put([]byte("later"), be64(1)) }))
			ok(t, db.Close())
			s = must[*Store](t)(Open(path, start))
			if u := s.Upgraded(); u.Copy == want || !fits(u.Copy) {
				t.Errorf("upgraded again: %+v", u)
			}
			ok(t, s.Close())
			if kept := must[[]byte](t)(os.ReadFile(want)); string(kept) != string(was) {
				t.Error("the first copy was changed")
			}
		})
	}
}

// TestOpen_Unkept has no room for the copy: the file stays as it is.
func TestOpen_Unkept(t *testing.T) {
	t.Parallel()
	inChild(t, "TestChild_Unkept", t.TempDir(), nil)
}

func TestChild_Unkept(t *testing.T) {
	dir := os.Getenv("BATCHSYNC_CHILD")
	if dir == "" {
		t.Skip("run by TestOpen_Unkept")
	}
	path := filepath.Join(dir, "bot.db")
	was := oldFile(t, path, 4)
	signal.Ignore(syscall.SIGXFSZ) // so that writing fails, as on a full disk
	ok(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: uint64(len(was) / 2), Max: 1 << 30}))
	if _, err := Open(path, start); !errors.Is(err, ErrUnkept) || !errors.Is(err, syscall.EFBIG) {
		t.Errorf("without room: %v", err)
	}
	ok(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 1 << 30, Max: 1 << 30}))
	if now := must[[]byte](t)(os.ReadFile(path)); string(now) != string(was) {
		t.Error("the file was changed")
	}
	if got := names(t, dir); len(got) != 1 {
		t.Errorf("left are %q, want the file alone", got)
	}
	ok(t, must[*Store](t)(Open(path, start)).Close()) // there is room again
}

// TestFitting finds what this version can go back to from a file of a newer one.
func TestFitting(t *testing.T) {
	t.Parallel()
	dir, backups := filepath.Join(t.TempDir(), "a [b]*"), t.TempDir()
	ok(t, os.Mkdir(dir, 0o700))
	path := filepath.Join(dir, "bot.db")
	ok(t, must[*Store](t)(Open(path, start)).Close())
	raw := must[[]byte](t)(os.ReadFile(path))
	setSchema(t, path, 9)
	if _, err := Open(path, start); !errors.Is(err, ErrNewer) {
		t.Fatalf("a newer file: %v", err)
	}
	want := func(want string) {
		t.Helper()
		if got := Fitting(path, backups); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	want("")
	good := filepath.Join(backups, BackupName(start))
	ok(t, os.WriteFile(good, raw, 0o600))
	newer := filepath.Join(backups, BackupName(start.Add(time.Hour)))
	ok(t, os.WriteFile(newer, raw, 0o600))
	setSchema(t, newer, 9)
	want(good)
	oldFile(t, path+".before-schema-5", 4)
	ok(t, os.Chtimes(path+".before-schema-5", start, start))
	ok(t, os.WriteFile(path+".before-schema-9", raw, 0o600))
	ok(t, os.WriteFile(path+".before-schema-10", raw[:len(raw)/2], 0o600))
	want(path + ".before-schema-9")
}

// TestRestore_KeepsNoCopy: the backup of an older schema is what is kept of it.
func TestRestore_KeepsNoCopy(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	oldFile(t, filepath.Join(dir, "backup"), 2)
	must[Restored](t)(Restore(filepath.Join(dir, "bot.db"), filepath.Join(dir, "backup"), start))
	if got := names(t, dir); len(got) != 2 {
		t.Errorf("there are %q, want backup and file", got)
	}
}

// TestBackup_BrokenOff: nobody waits for a backup when the process ends, and
// nothing of it stays.
func TestBackup_BrokenOff(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, filepath.Join(dir, "bot.db"))
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Backup(ended, filepath.Join(dir, "copy")); !errors.Is(err, context.Canceled) {
		t.Errorf("backup: %v", err)
	}
	if err := checkFile(ended, filepath.Join("testdata", "schema-4.db")); err != nil {
		t.Errorf("a check of pages alone: %v", err)
	}
	if got := names(t, dir); len(got) != 1 {
		t.Errorf("left are %q", got)
	}
	whole := filepath.Join(dir, "whole")
	ok(t, s.Backup(t.Context(), whole))
	if err := checkFile(ended, whole); !errors.Is(err, context.Canceled) {
		t.Errorf("check: %v", err)
	}
}
