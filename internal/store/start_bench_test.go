package store

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

// filled makes a file of at least that size, of operations with what belongs to
// each.
func filled(tb testing.TB, mb int) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "bot.db")
	s := must[*Store](tb)(Open(path, start))
	s.db.NoSync = true
	for n := 0; ; n++ {
		ok(tb, s.db.Update(func(tx *bbolt.Tx) error { return fill(tx, n) }))
		if size, _, err := s.Size(); err != nil || size >= int64(mb)<<20 {
			break
		}
	}
	ok(tb, errors.Join(s.db.Sync(), s.Close()))
	return path
}

// BenchmarkStore_Start is what a start does with the file before anything else:
// opening it, with the migration of an older schema in the third case, and the
// check with the limit that the bot sets.
func BenchmarkStore_Start(b *testing.B) {
	for _, c := range []struct {
		name string
		mb   int
		old  bool // of the schema before sums, the last step that reads everything
	}{{"1MB", 1, false}, {"200MB", 200, false}, {"200MB_migrated", 200, true}} {
		b.Run(c.name, func(b *testing.B) {
			path := filled(b, c.mb)
			if c.old {
				unsummed(b, path)
			}
			again := path + ".again"
			for b.Loop() {
				b.StopTimer()
				copied(b, path, again)
				b.StartTimer()
				s := must[*Store](b)(Open(again, start))
				must[bool](b)(s.CheckWithin(2 * time.Second))
				b.StopTimer()
				ok(b, s.Close())
				b.StartTimer()
			}
		})
	}
}

// unsummed makes a file one of schema 4.
func unsummed(tb testing.TB, path string) {
	tb.Helper()
	db := must[opened](tb)(openFile(path, false))
	ok(tb, db.Update(func(tx *bbolt.Tx) error {
		return errors.Join(tx.DeleteBucket([]byte(bucketSums)), tx.DeleteBucket([]byte(bucketSettled)),
			bucket(tx, bucketMeta).Put([]byte(keyVersion), be64(schemaSums-1)))
	}))
	ok(tb, db.Close())
}

func copied(tb testing.TB, from, to string) {
	tb.Helper()
	in := must[*os.File](tb)(os.Open(from))
	out := must[*os.File](tb)(os.Create(to))
	if _, err := io.Copy(out, in); err != nil {
		tb.Fatal(fmt.Errorf("copy %s: %w", from, err))
	}
	ok(tb, errors.Join(in.Close(), out.Sync(), out.Close()))
}
