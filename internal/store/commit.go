package store

import (
	"errors"
	"strings"
	"syscall"

	"go.etcd.io/bbolt"

	"batchsync/internal/batchsync"
	"batchsync/internal/failpoint"
)

// update is the one way in which an open store changes its file. When the disk
// does not take the change, nothing of it is stored, and the error carries
// [batchsync.CodeDisk] where only an administrator can help.
func (s *Store) update(fn func(*bbolt.Tx) error) error { return s.noting(s.db.Update, fn) }

// batch is update for many callers at once, whose changes are put on disk
// together; fn may be called again.
func (s *Store) batch(fn func(*bbolt.Tx) error) error { return s.noting(s.db.Batch, fn) }

// noting commits and remembers whether the disk took it. What fn itself refused
// the disk was not asked for.
func (s *Store) noting(commit func(func(*bbolt.Tx) error) error, fn func(*bbolt.Tx) error) error {
	asked := false
	err := committed(commit, func(tx *bbolt.Tx) error {
		err := fn(tx)
		asked = err == nil
		return err
	})
	if !asked {
		return err
	}
	err = unwritten(err)
	s.note(err)
	return err
}

// note remembers why the disk did not take a change. A later change that it takes
// says that it is well again, but not that it has room: that change may have been
// put where the file had something free. Room is proved by [Store.Writable].
func (s *Store) note(err error) {
	last := s.refused.Load()
	switch {
	case err != nil:
		s.refused.Store(&err)
	case last != nil && batchsync.CodeOf(*last) != batchsync.CodeDisk:
		s.refused.CompareAndSwap(last, nil)
	}
}

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

// unwritten gives words to an error of writing the file that its user can do
// something about: there is no room, be it of the disk, of a quota or below a
// limit for files, or the disk became read-only. Others stay as they are.
func unwritten(err error) error {
	var key batchsync.TextKey
	switch {
	case because(err, syscall.ENOSPC), because(err, syscall.EDQUOT), because(err, syscall.EFBIG):
		key = "disk.full"
	case because(err, syscall.EROFS):
		key = "disk.read_only"
	default:
		return err
	}
	return &batchsync.Error{Code: batchsync.CodeDisk, Text: batchsync.T(key), Hint: batchsync.T("disk.hint"), Err: err}
}

// because recognises the system's reason. The database does not always wrap it.
func because(err error, reason syscall.Errno) bool {
	return err != nil && (errors.Is(err, reason) || strings.Contains(err.Error(), reason.Error()))
}
