package store

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

// BenchmarkStore_Commit compares a change that is on disk with the physical
// limit, in turns: a transaction cannot be faster than what it writes, and
// bbolt syncs twice, the pages and then the page that makes them count.
func BenchmarkStore_Commit(b *testing.B) {
	s := fresh(b)
	bare, err := os.Create(filepath.Join(b.TempDir(), "bare"))
	ok(b, err)
	defer bare.Close()
	pages := make([]byte, 64<<10) // about what Begin writes
	var ofStore, ofDisk time.Duration
	n := 0
	for ; b.Loop(); n++ {
		began := time.Now()
		ok(b, s.Begin(begin(batchsync.OperationID(fmt.Sprint(n)), fmt.Sprint(n))))
		ofStore += time.Since(began)

		began = time.Now()
		_, err := bare.WriteAt(pages, int64(n%64)*int64(len(pages)))
		ok(b, err)
		ok(b, bare.Sync())
		_, err = bare.WriteAt(pages[:4<<10], 64*int64(len(pages)))
		ok(b, err)
		ok(b, bare.Sync())
		ofDisk += time.Since(began)
	}
	b.ReportMetric(float64(n)/ofStore.Seconds(), "changes/s")
	b.ReportMetric(float64(n)/ofDisk.Seconds(), "bare/s")
	b.ReportMetric(float64(ofStore)/float64(ofDisk), "ratio")
}
