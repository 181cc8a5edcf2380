package store

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"go.etcd.io/bbolt"

	"batchsync/internal/batchsync"
)

// lived is the path of a closed file with something in every kind of bucket.
func lived(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "bot.db")
	old := must[[]byte](t)(os.ReadFile(filepath.Join("testdata", "schema-4.db")))
	ok(t, os.WriteFile(path, old, 0o600))
	s := must[*Store](t)(Open(path, start))
	for i := range 60 {
		id := fmt.Sprint("op", i)
		ok(t, s.CreateDraft(draftOf(batchsync.DraftID(id), "U1")))
		ok(t, s.Begin(begin(batchsync.OperationID(id), id)))
		if i%2 == 0 {
			ok(t, advance(s, begin(batchsync.OperationID(id), id).Operation, batchsync.OpDone, start))
		}
	}
	ok(t, s.Close())
	return path
}

// TestOpen_Flipped flips bits at random places of a file. Either it is refused,
// and left as it is, or everything in it is as it was. Seeds: the number in the
// name of the failing file.
func TestOpen_Flipped(t *testing.T) {
	t.Parallel()
	path := lived(t)
	good, was := must[[]byte](t)(os.ReadFile(path)), contents(t, path)
	refused := 0
	const seeds = 300
	for seed := range seeds {
		r := rand.New(rand.NewPCG(1, uint64(seed)))
		spoilt := slices.Clone(good)
		for range 1 + r.IntN(3) {
			spoilt[r.IntN(len(spoilt))] ^= 1 << r.IntN(8)
		}
		if seed%10 == 0 {
			spoilt = spoilt[:r.IntN(len(spoilt))]
		}
		there := filepath.Join(filepath.Dir(path), fmt.Sprint("seed", seed))
		ok(t, os.WriteFile(there, spoilt, 0o600))
		s, err := Open(there, start)
		if err == nil {
			err = errors.Join(s.Check(), s.Close())
		}
		after := must[[]byte](t)(os.ReadFile(there))
		switch {
		case !bytes.Equal(after, spoilt):
			t.Errorf("seed %d: the file was changed", seed)
		case err == nil && !sameContents(contents(t, there), was):
			t.Errorf("seed %d: something else is in it, and nobody noticed", seed)
		case err != nil && !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrNewer):
			t.Errorf("seed %d: got %v, want ErrDamaged", seed, err)
		case err != nil && strings.Contains(err.Error(), "goroutine"):
			t.Errorf("seed %d: got a stack: %v", seed, err)
		}
		if err != nil {
			refused++
		}
		ok(t, os.Remove(there))
	}
	if refused < seeds/4 {
		t.Errorf("%d of %d were refused: is anything checked?", refused, seeds)
	}
	t.Logf("%d of %d refused", refused, seeds)
}

func sameContents(a, b map[string][]byte) bool {
	if len(a) != len(b) {
		return false
	}
	for k, v := range a {
		if w, ok := b[k]; !ok || !bytes.Equal(v, w) {
			return false
		}
	}
	return true
}

// TestStore_Check_Finds changes one entry behind the back of the sums, or with
// them, so that only what it says is wrong.
func TestStore_Check_Finds(t *testing.T) {
	t.Parallel()
	// summed is a change that the sums go along with.
	summed := func(change func(tx *bbolt.Tx) error) func(tx *bbolt.Tx) error {
		return func(tx *bbolt.Tx) error { return errors.Join(change(tx), sumUp(tx)) }
	}
	remove := func(name, key string) func(tx *bbolt.Tx) error {
		return summed(func(tx *bbolt.Tx) error { return bucket(tx, name).Delete([]byte(key)) })
	}
	store := func(name, key, value string) func(tx *bbolt.Tx) error {
		return summed(func(tx *bbolt.Tx) error { return bucket(tx, name).Put([]byte(key), []byte(value)) })
	}
	lock := begin("live", "orders").Operation.Lock
	for _, tt := range []struct {
		name   string
		change func(tx *bbolt.Tx) error
		want   string
	}{
		{"a value", func(tx *bbolt.Tx) error { return bucket(tx, bucketTasks).Put(taskKey(7), []byte(`{"id":7}`)) }, "bucket tasks does not hold"},
		{"an entry gone", func(tx *bbolt.Tx) error { return bucket(tx, bucketWatches).Delete(taskKey(7)) }, "bucket watches does not hold"},
		{"a bucket gone", func(tx *bbolt.Tx) error { return tx.DeleteBucket([]byte(bucketFresh)) }, "bucket fresh is missing"},
		{"sums gone", func(tx *bbolt.Tx) error { return tx.DeleteBucket([]byte(bucketSums)) }, "its sums are missing"},
		{"no JSON", store(bucketTasks, string(taskKey(7)), "{"), "decode tasks"},
		{"key too short", store(bucketTouched, "x", "12345678"), "key 78 of touched is too short"},
		{"time too short", store(bucketSeen, "x", "1"), "has no time"},
		{"draft not listed", remove(bucketDraftsByOwner, "U1\x00open"), `draft "open"`},
		{"operation not listed", remove(bucketUnsettled, "live"), `operation "live" is running, but not listed so`},
		{"operation missing", remove(bucketOperations, "live"), `open operation "live" is missing`},
		{"lock lost", remove(bucketLocks, lock), "does not hold its lock"},
		{"lock of nobody", store(bucketLocks, "task/99", "nobody"), `lock "task/99" is held by operation "nobody"`},
		{"card missing", summed(func(tx *bbolt.Tx) error {
			row, err := message(tx, "operation/live")
			return errors.Join(err, dropMessage(tx, row))
		}), `operation "live" has no card`},
		{"message not listed", summed(func(tx *bbolt.Tx) error {
			row, err := message(tx, "due")
			return errors.Join(err, unindex(tx, row))
		}), `message "due" waits`},
		{"alert missing", remove(bucketAlerts, "a1"), `alert "a1" is missing`},
		{"incident not listed", remove(bucketOpenIncidents, string(taskKey(7))+"open"), `incident "open" is not listed`},
		{"acceptance missing", remove(bucketAcceptances, "x1"), `acceptance "x1" is missing`},
		{"audit row missing", remove(bucketAudit, string(be64(2))), "audit rows between"},
		{"end of the trail missing", summed(func(tx *bbolt.Tx) error {
			return bucket(tx, bucketAudit).Delete(be64(bucket(tx, bucketAudit).Sequence()))
		}), "the audit trail ends"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := lived(t)
			s := must[*Store](t)(Open(path, start))
			ok(t, s.Check())
			ok(t, s.db.Update(tt.change))
			err := s.Check()
			if !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want ErrDamaged with %q", err, tt.want)
			}
			ok(t, s.Close())
			if err := CheckFile(path); !errors.Is(err, ErrDamaged) {
				t.Errorf("as a file: got %v, want ErrDamaged", err)
			}
		})
	}
}

// An empty file, and one of another program, are not taken for a new one.
func TestOpen_NotOurs(t *testing.T) {
	t.Parallel()
	empty := filepath.Join(t.TempDir(), "bot.db")
	ok(t, os.WriteFile(empty, nil, 0o600))
	other := filepath.Join(t.TempDir(), "other.db")
	db := must[*bbolt.DB](t)(bbolt.Open(other, 0o600, nil))
	ok(t, db.Close())
	text := filepath.Join(t.TempDir(), "notes.txt")
	ok(t, os.WriteFile(text, bytes.Repeat([]byte("no database "), 2000), 0o600))
	short := filepath.Join(t.TempDir(), "short.txt")
	ok(t, os.WriteFile(short, []byte("x"), 0o600))
	for path, want := range map[string]error{empty: ErrDamaged, other: ErrForeign, text: ErrForeign, short: ErrForeign} {
		before := must[[]byte](t)(os.ReadFile(path))
		if _, err := Open(path, start); !errors.Is(err, want) {
			t.Errorf("open: got %v, want %v", err, want)
		}
		var about *FileError
		if err := CheckFile(path); !errors.Is(err, want) || !errors.As(err, &about) || about.Path != path {
			t.Errorf("check: got %v, want %v about %s", err, want, path)
		}
		if after := must[[]byte](t)(os.ReadFile(path)); !bytes.Equal(before, after) {
			t.Errorf("%s was changed", path)
		}
	}
	folder, pipe := t.TempDir(), filepath.Join(t.TempDir(), "pipe")
	ok(t, syscall.Mkfifo(pipe, 0o600))
	for _, path := range []string{folder, pipe} {
		_, err := Open(path, start)
		for _, err := range []error{err, CheckFile(path)} {
			if !errors.Is(err, ErrForeign) {
				t.Errorf("%s: got %v, want ErrForeign", path, err)
			}
		}
	}
}

func BenchmarkStore_Check(b *testing.B) {
	for _, mb := range []int{1, 200} {
		b.Run(fmt.Sprint(mb, "MB"), func(b *testing.B) {
			path := filled(b, mb)
			for b.Loop() {
				s := must[*Store](b)(Open(path, start))
				ok(b, s.Check())
				ok(b, s.Close())
			}
		})
	}
}

// fill stores a hundred operations with what belongs to each.
func fill(tx *bbolt.Tx, n int) error {
	for i := range 100 {
		id := fmt.Sprintf("%d-%d", n, i)
		op := begin(batchsync.OperationID(id), id).Operation
		op.State = batchsync.OpDone
		for t := range 20 {
			op.Spec.Tables = append(op.Spec.Tables, fmt.Sprintf("table_%s_%d", id, t))
		}
		row := batchsync.AuditRow{At: start, Actor: "U1", Object: "operation/" + id, Operation: op.ID}
		if err := errors.Join(putOperation(tx, op, nil), raiseCard(tx, op), appendAudit(tx, row, row, row)); err != nil {
			return err
		}
	}
	return nil
}

// TestStore_CheckWithin has no time for the slow part. It says so, finds what is
// not as it was written all the same, and takes nothing half seen for a fault.
func TestStore_CheckWithin(t *testing.T) {
	t.Parallel()
	s := must[*Store](t)(Open(lived(t), start))
	defer s.Close()
	if whole := must[bool](t)(s.CheckWithin(0)); !whole {
		t.Error("without a limit it was cut short")
	}
	if whole := must[bool](t)(s.CheckWithin(1)); whole {
		t.Error("it claims to have seen all in a nanosecond")
	}
	ok(t, s.db.Update(func(tx *bbolt.Tx) error { return bucket(tx, bucketTasks).Put(taskKey(7), []byte("{}")) }))
	if _, err := s.CheckWithin(1); !errors.Is(err, ErrDamaged) {
		t.Errorf("got %v, want ErrDamaged", err)
	}
}

// What is left of a database of ours is damaged, not foreign: a backup may take
// its place.
func TestOpen_LeftOfOurs(t *testing.T) {
	t.Parallel()
	good := must[[]byte](t)(os.ReadFile(lived(t)))
	page := os.Getpagesize()
	firstLost := bytes.Clone(good)
	copy(firstLost[:page], bytes.Repeat([]byte("lost"), page/4))
	bothZero := bytes.Clone(good)
	clear(bothZero[:2*page])
	for name, raw := range map[string][]byte{
		"first page overwritten": firstLost, "first pages zeros": bothZero, "cut within the first page": good[:50], "zeros": make([]byte, 5000),
	} {
		path := filepath.Join(t.TempDir(), "bot.db")
		ok(t, os.WriteFile(path, raw, 0o600))
		if err := CheckFile(path); !errors.Is(err, ErrDamaged) || errors.Is(err, ErrForeign) {
			t.Errorf("%s: got %v, want ErrDamaged", name, err)
		}
	}
}
