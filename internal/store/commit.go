package store

import (
	"go.etcd.io/bbolt"

	"batchsync/internal/failpoint"
)

// update is the one way in which an open store changes its file.
func (s *Store) update(fn func(*bbolt.Tx) error) error { return committed(s.db.Update, fn) }

// batch is update for many callers at once, whose changes are put on disk
// together; fn may be called again.
func (s *Store) batch(fn func(*bbolt.Tx) error) error { return committed(s.db.Batch, fn) }

// committed marks the two moments around a commit at which a power cut must
// cost nothing.
func committed(commit func(func(*bbolt.Tx) error) error, fn func(*bbolt.Tx) error) error {
	err := commit(func(tx *bbolt.Tx) error {
		err := fn(tx)
		if err == nil {
			failpoint.Hit(failpoint.CommitBefore)
		}
		return err
	})
	if err == nil {
		failpoint.Hit(failpoint.CommitAfter)
	}
	return err
}
