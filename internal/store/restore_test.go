package store

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"go.etcd.io/bbolt"

	"batchsync/internal/batchsync"
)

// TestRestore puts a backup in the place of the file, whatever state that is
// in, and keeps what was there.
func TestRestore(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		have func(good []byte) []byte // nil: there is no file
	}{
		{"over a good file", func(good []byte) []byte { return good }},
		{"over a cut off one", func(good []byte) []byte { return good[:len(good)/3] }},
		{"over zeros", func(good []byte) []byte { return make([]byte, len(good)) }},
		{"over an empty one", func([]byte) []byte { return nil }},
		{"over nothing", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			backup := lived(t)
			good := must[[]byte](t)(os.ReadFile(backup))
			path := filepath.Join(t.TempDir(), "bot.db")
			if tt.have != nil {
				ok(t, os.WriteFile(path, tt.have(good), 0o600))
			}
			r := must[Restored](t)(Restore(path, backup, start))
			if tt.have != nil && !bytes.Equal(must[[]byte](t)(os.ReadFile(r.Aside)), tt.have(good)) {
				t.Error("what was there is not kept as it was")
			}
			if (r.Aside != "") != (tt.have != nil) {
				t.Errorf("kept aside is %q", r.Aside)
			}
			if !bytes.Equal(must[[]byte](t)(os.ReadFile(backup)), good) {
				t.Error("the backup was changed")
			}
			must[batchsync.Operation](t)(open(t, path).Operation("live"))
			want := 1
			if tt.have != nil {
				want++
			}
			if entries := must[[]os.DirEntry](t)(os.ReadDir(filepath.Dir(path))); len(entries) != want {
				t.Errorf("left are %v", entries)
			}
		})
	}
}

// An old backup is brought up to date as a copy.
func TestRestore_OldSchema(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "bot.db")
	old := filepath.Join(t.TempDir(), "old.db")
	raw := must[[]byte](t)(os.ReadFile(filepath.Join("testdata", "schema-1.db")))
	ok(t, os.WriteFile(old, raw, 0o600))
	must[Restored](t)(Restore(path, old, start))
	must[batchsync.Operation](t)(open(t, path).Operation("live"))
	if !bytes.Equal(must[[]byte](t)(os.ReadFile(old)), raw) {
		t.Error("the backup was changed")
	}
}

// TestRestore_Refused changes nothing and leaves nothing behind.
func TestRestore_Refused(t *testing.T) {
	t.Parallel()
	good := lived(t)
	spoilt := filepath.Join(t.TempDir(), "spoilt")
	raw := must[[]byte](t)(os.ReadFile(good))
	ok(t, os.WriteFile(spoilt, bytes.ReplaceAll(raw, []byte("customers"), []byte("kustomers")), 0o600))
	refused := func(name, path, backup string, want error) {
		before := must[[]byte](t)(os.ReadFile(path))
		if _, err := Restore(path, backup, start); err == nil || want != nil && !errors.Is(err, want) {
			t.Errorf("%s: got %v, want %v", name, err, want)
		}
		if after := must[[]byte](t)(os.ReadFile(path)); !bytes.Equal(before, after) {
			t.Errorf("%s: the file was changed", name)
		}
		if entries := must[[]os.DirEntry](t)(os.ReadDir(filepath.Dir(path))); len(entries) != 1 {
			t.Errorf("%s: left are %v", name, entries)
		}
	}
	path := filepath.Join(t.TempDir(), "bot.db")
	ok(t, must[*Store](t)(Open(path, start)).Close())
	refused("damaged", path, spoilt, ErrDamaged)
	refused("missing", path, spoilt+"x", fs.ErrNotExist)
	refused("itself", path, path, nil)
	s := must[*Store](t)(Open(path, start))
	refused("in use", path, good, ErrLocked)
	ok(t, s.Close())
	foreign := filepath.Join(t.TempDir(), "notes.txt")
	ok(t, os.WriteFile(foreign, bytes.Repeat([]byte("notes "), 2000), 0o600))
	other := filepath.Join(t.TempDir(), "other.db")
	ok(t, must[*bbolt.DB](t)(bbolt.Open(other, 0o600, nil)).Close())
	refused("over notes", foreign, good, ErrForeign)
	refused("over the database of another program", other, good, ErrForeign)
	refused("with notes", path, foreign, ErrForeign)
}

// TestRestore_About names the file that is wrong.
func TestRestore_About(t *testing.T) {
	t.Parallel()
	good, folder := lived(t), t.TempDir()
	path := filepath.Join(t.TempDir(), "bot.db")
	for name, tt := range map[string]struct{ path, backup, about string }{
		"over a folder": {folder, good, folder}, "with a folder": {path, folder, folder},
	} {
		_, err := Restore(tt.path, tt.backup, start)
		var about *FileError
		if !errors.Is(err, ErrForeign) || !errors.As(err, &about) || about.Path != tt.about {
			t.Errorf("%s: got %v, want ErrForeign about %s", name, err, tt.about)
		}
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("something was made: %v", err)
	}
}

// A process that waits for the file while it is exchanged must not work on with
// the one that was taken away.
func TestOpen_WhileExchanged(t *testing.T) {
	t.Parallel()
	for _, exchange := range []string{"compact", "rename"} {
		t.Run(exchange, func(t *testing.T) {
			t.Parallel()
			path := lived(t)
			s := must[*Store](t)(Open(path, start))
			got := make(chan error, 1)
			waiting := make(chan struct{})
			go func() {
				close(waiting)
				other, err := Open(path, start)
				if err == nil {
					err = errors.Join(other.CreateDraft(draftOf("late", "U1")), other.Close())
				}
				got <- err
			}()
			<-waiting
			if exchange == "compact" {
				ok(t, s.Compact())
			} else {
				ok(t, s.Backup(t.Context(), path+".x"))
				ok(t, os.Rename(path+".x", path))
			}
			ok(t, s.Close())
			if err := <-got; err != nil && !errors.Is(err, ErrLocked) {
				t.Fatalf("got %v, want ErrLocked", err)
			} else if err == nil { // it came late enough to see the new one
				must[batchsync.Draft](t)(open(t, path).Draft("late"))
			}
		})
	}
}

// TestStore_Compact gives back what is free, loses nothing, and leaves nothing
// behind.
func TestStore_Compact(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "bot.db")
	s := must[*Store](t)(Open(path, start))
	for i := range 20 {
		f := csv(fmt.Sprint(i))
		f.Data = bytes.Repeat([]byte("x"), 200<<10)
		ok(t, s.EnqueueFile(f, upload(batchsync.MessageID(f.ID), f.ID)))
		ok(t, s.Delivered(batchsync.MessageID(f.ID), 1, batchsync.Delivery{Outcome: batchsync.OutcomeDone}, start, start))
	}
	ok(t, s.Begin(begin("kept", "kept")))
	must[Expired](t)(s.Expire(start.Add(40 * day)))
	before, free, err := s.Size()
	if err != nil || free < before/2 {
		t.Fatalf("%d of %d bytes are free (%v): nothing to give back", free, before, err)
	}
	ok(t, os.WriteFile(path+".compact"+partSuffix, []byte("left by a kill"), 0o600))
	ok(t, s.Compact())
	after, _, err := s.Size()
	if err != nil || after > before/4 {
		t.Errorf("%d bytes became %d (%v)", before, after, err)
	}
	ok(t, s.Begin(begin("later", "later"))) // it goes on with the new file
	if _, err := Open(path, start); !errors.Is(err, ErrLocked) {
		t.Errorf("another process: got %v, want ErrLocked", err)
	}
	ok(t, errors.Join(s.Check(), s.Close()))
	again := open(t, path)
	must[batchsync.Operation](t)(again.Operation("kept"))
	must[batchsync.Operation](t)(again.Operation("later"))
	if entries := must[[]os.DirEntry](t)(os.ReadDir(filepath.Dir(path))); len(entries) != 1 {
		t.Errorf("left are %v", entries)
	}
}

// When it cannot be done, the old file stays in use.
func TestStore_Compact_Fails(t *testing.T) {
	t.Parallel()
	path := lived(t)
	s := must[*Store](t)(Open(path, start))
	ok(t, os.Mkdir(path+".compact"+partSuffix, 0o700))
	ok(t, os.WriteFile(filepath.Join(path+".compact"+partSuffix, "x"), nil, 0o600))
	if err := s.Compact(); err == nil {
		t.Error("compacted over a folder")
	}
	ok(t, s.Begin(begin("later", "later")))
	ok(t, errors.Join(s.Check(), s.Close()))
	must[batchsync.Operation](t)(open(t, path).Operation("later"))
}
