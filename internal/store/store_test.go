package store

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"batchsync/internal/batchsync"
)

var start = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)

func open(t testing.TB, path string) *Store {
	t.Helper()
	s, err := Open(path, start)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Check(); err != nil && !t.Failed() {
			t.Errorf("at the end: %v", err)
		}
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return s
}

func fresh(t testing.TB) *Store { return open(t, filepath.Join(t.TempDir(), "bot.db")) }

// must fails the test on an error; it takes the result of a call as it is.
func must[V any](t testing.TB) func(v V, err error) V {
	return func(v V, err error) V {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantCode(t *testing.T, err error, code batchsync.Code) {
	t.Helper()
	if err == nil || batchsync.CodeOf(err) != code {
		t.Errorf("got error %v, want code %s", err, code)
	}
}

func TestOpen_CreatesWithSchema(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "bot.db")
	s := open(t, path)
	info := must[os.FileInfo](t)(os.Stat(path))
	if got := info.Mode().Perm(); got != 0o600 {
		t.Errorf("mode is %v, want 0600", got)
	}
	if _, err := os.Stat(path + ".new"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("temporary file is still there: %v", err)
	}
	if got := must[uint64](t)(version(s.db.DB)); got != uint64(len(migrations())) {
		t.Errorf("schema is %d, want %d", got, len(migrations()))
	}
	ok(t, s.Check())
}

func TestOpen_Reopens(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "bot.db")
	s := must[*Store](t)(Open(path, start))
	ok(t, s.CreateDraft(draftOf("d1", "U1")))
	ok(t, s.Close())
	if d := must[batchsync.Draft](t)(open(t, path).Draft("d1")); d.Owner != "U1" {
		t.Errorf("owner is %q, want U1", d.Owner)
	}
}

// A creation that was cut short leaves whatever it leaves under the other name.
func TestOpen_AfterCutShortCreation(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		left []byte
	}{
		{"empty", nil},
		{"half a page", make([]byte, 2048)},
		{"garbage", []byte("not a database, whatever it is, but long enough to have a header of some kind")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "bot.db")
			ok(t, os.WriteFile(path+".new", tt.left, 0o600))
			ok(t, open(t, path).Check())
		})
	}
}

// A damaged file is found at the latest by reading it through, and never ends
// the program, wherever the damage is.
func TestStore_Damaged(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "bot.db")
	s := must[*Store](t)(Open(path, start))
	for i := range 100 {
		ok(t, s.CreateDraft(draftOf(batchsync.DraftID("d"+strconv.Itoa(i)), "U1")))
	}
	ok(t, s.Close())
	good := must[[]byte](t)(os.ReadFile(path))
	tried := 0
	var said error // of the last that was found
	found := func(raw []byte) bool {
		tried++
		path := filepath.Join(filepath.Dir(path), strconv.Itoa(tried)) // a file that cannot be opened stays locked
		ok(t, os.WriteFile(path, raw, 0o600))
		s, err := Open(path, start)
		if err == nil {
			err = errors.Join(s.Check(), s.Close())
		}
		if err != nil && !errors.Is(err, ErrDamaged) {
			t.Errorf("got %v, want ErrDamaged", err)
		}
		said = err
		return err != nil
	}
	if found(good) {
		t.Error("a good file is called damaged")
	}
	for _, part := range []int{2, 4, 8, 16} {
		if !found(good[:len(good)/part]) {
			t.Errorf("not found when cut to 1 of %d", part)
		}
	}
	page := os.Getpagesize()
	for end := len(good) - page; !found(good[:end]); end -= page { // it ends with room to grow
	}
	if !strings.Contains(said.Error(), "bytes of") {
		t.Errorf("without its last page: got %v, want it found before anything is read", said)
	}
	hits := 0
	for at := 2 * page; at+page <= len(good); at += page {
		spoilt := slices.Clone(good)
		clear(spoilt[at : at+page])
		if found(spoilt) {
			hits++
		}
	}
	if hits < 3 { // a page that is free may hold anything
		t.Errorf("found %d pages of zeros in %d bytes", hits, len(good))
	}
}

func TestOpen_Errors(t *testing.T) {
	t.Parallel()
	t.Run("locked", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "bot.db")
		open(t, path)
		if _, err := Open(path, start); !errors.Is(err, ErrLocked) {
			t.Errorf("got %v, want ErrLocked", err)
		}
	})
	t.Run("creation under way", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "bot.db")
		other := must[*bbolt.DB](t)(bbolt.Open(path+".new", 0o600, nil))
		defer other.Close()
		if _, err := Open(path, start); !errors.Is(err, ErrLocked) {
			t.Errorf("got %v, want ErrLocked", err)
		}
	})
	t.Run("newer schema", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "bot.db")
		s := must[*Store](t)(Open(path, start))
		ok(t, s.db.Update(func(tx *bbolt.Tx) error {
			return bucket(tx, bucketMeta).Put([]byte(keyVersion), be64(99))
		}))
		ok(t, s.Close())
		if _, err := Open(path, start); !errors.Is(err, ErrNewer) {
			t.Errorf("got %v, want ErrNewer", err)
		}
	})
	t.Run("not a database", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "bot.db")
		ok(t, os.WriteFile(path, make([]byte, 5000), 0o600))
		if _, err := Open(path, start); !errors.Is(err, ErrDamaged) {
			t.Errorf("got %v, want ErrDamaged", err)
		}
	})
	t.Run("no folder", func(t *testing.T) {
		t.Parallel()
		if _, err := Open(filepath.Join(t.TempDir(), "no", "bot.db"), start); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("got %v, want ErrNotExist", err)
		}
	})
}

func TestOpen_OneOfManyCreates(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "bot.db")
	type result struct {
		s   *Store
		err error
	}
	results := make(chan result)
	for range 4 {
		go func() {
			s, err := Open(path, start)
			results <- result{s, err}
		}()
	}
	won := 0
	for range 4 {
		r := <-results
		switch {
		case r.err == nil:
			won++
			defer r.s.Close()
		case !errors.Is(r.err, ErrLocked):
			t.Errorf("got %v, want ErrLocked", r.err)
		}
	}
	if won != 1 {
		t.Errorf("%d opened the file, want 1", won)
	}
}

func TestMigrate_Steps(t *testing.T) {
	t.Parallel()
	raw := func(t *testing.T) *bbolt.DB {
		db := must[*bbolt.DB](t)(bbolt.Open(filepath.Join(t.TempDir(), "raw.db"), 0o600, nil))
		t.Cleanup(func() { _ = db.Close() })
		return db
	}
	t.Run("1 makes every bucket", func(t *testing.T) {
		t.Parallel()
		db := raw(t)
		ok(t, migrate(db, migrations()[:1], start))
		ok(t, db.View(func(tx *bbolt.Tx) error {
			for _, name := range []string{
				bucketMeta, bucketDrafts, bucketDraftsByOwner, bucketOperations, bucketUnsettled, bucketLocks, bucketTasks,
				bucketMessages, bucketDue, bucketSent, bucketDead, bucketSeen, bucketSeenByTime, bucketAudit,
			} {
				if bucket(tx, name) == nil {
					t.Errorf("bucket %s is missing", name)
				}
			}
			if got := keyTime(bucket(tx, bucketMeta).Get([]byte(keyCreated))); !got.Equal(start) {
				t.Errorf("created at %v, want %v", got, start)
			}
			return nil
		}))
	})
	t.Run("2 adds the buckets of changes and keeps what is there", func(t *testing.T) {
		t.Parallel()
		db := raw(t)
		ok(t, migrate(db, migrations()[:1], start))
		ok(t, db.Update(func(tx *bbolt.Tx) error { return bucket(tx, bucketDrafts).Put([]byte("d"), []byte("{}")) }))
		ok(t, migrate(db, migrations()[:2], start))
		ok(t, db.View(func(tx *bbolt.Tx) error {
			for _, name := range []string{bucketProposals, bucketFiles, bucketFilesByTime} {
				if bucket(tx, name) == nil {
					t.Errorf("bucket %s is missing", name)
				}
			}
			if bucket(tx, bucketDrafts).Get([]byte("d")) == nil {
				t.Error("a draft got lost")
			}
			return nil
		}))
	})
	t.Run("only what is missing runs, all or nothing", func(t *testing.T) {
		t.Parallel()
		db := raw(t)
		ok(t, migrate(db, migrations()[:1], start))
		boom := errors.New("boom")
		mark := func(tx *bbolt.Tx, _ time.Time) error {
			return bucket(tx, bucketMeta).Put([]byte("mark"), []byte("x"))
		}
		fail := func(*bbolt.Tx, time.Time) error { return boom }
		first := func(*bbolt.Tx, time.Time) error { t.Error("step 1 ran again"); return nil }
		if err := migrate(db, []migration{first, mark, fail}, start); !errors.Is(err, boom) {
			t.Fatalf("got %v, want boom", err)
		}
		if v := must[uint64](t)(version(db)); v != 1 {
			t.Errorf("schema is %d after a failure, want 1", v)
		}
		ok(t, db.View(func(tx *bbolt.Tx) error {
			if bucket(tx, bucketMeta).Get([]byte("mark")) != nil {
				t.Error("half a migration was kept")
			}
			return nil
		}))
		ok(t, migrate(db, []migration{first, mark}, start))
		if v := must[uint64](t)(version(db)); v != 2 {
			t.Errorf("schema is %d, want 2", v)
		}
	})
}
