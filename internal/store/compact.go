package store

import (
	"errors"
	"fmt"
	"os"

	"go.etcd.io/bbolt"
)

// compactBatch is how many bytes are copied in one transaction.
const compactBatch = 8 << 20

// Size tells how large the file is and how much of that is free, in bytes. What
// is free is used again, but never given back; see [Store.Compact].
func (s *Store) Size() (size, free int64, err error) {
	tx, err := s.db.Begin(true) // the end of one brings the figures up to date
	if err != nil {
		return 0, 0, fmt.Errorf("measure store: %w", err)
	}
	size = tx.Size()
	if err := tx.Rollback(); err != nil {
		return 0, 0, fmt.Errorf("measure store: %w", err)
	}
	st := s.db.Stats()
	return size, int64(st.FreePageN+st.PendingPageN) * int64(s.db.Info().PageSize), nil
}

// Compact rewrites the file without what is free in it. Nothing else may use the
// store meanwhile. The new file is whole, checked and on disk before it takes the
// place of the old one, which is locked until then; when it fails, the old one
// stays in use.
func (s *Store) Compact() error {
	part := s.path + ".compact" + partSuffix
	if err := dropPart(part); err != nil { // of a compaction that was cut short
		return fmt.Errorf("compact %s: %w", s.path, err)
	}
	db, err := openFile(part, true)
	if err != nil { // a full disk has room for the name of a file
		return fmt.Errorf("compact %s: %w", s.path, errors.Join(err, dropPart(part)))
	}
	err = bbolt.Compact(db.DB, s.db.DB, compactBatch)
	if err == nil {
		err = db.View(checkAll)
	}
	if err == nil {
		err = os.Rename(part, s.path)
	}
	if err != nil {
		return fmt.Errorf("compact %s: %w", s.path, errors.Join(err, db.Close(), dropPart(part)))
	}
	old := s.db
	s.db = db
	if err := errors.Join(old.Close(), syncDir(s.path)); err != nil {
		return fmt.Errorf("compact %s, which is done: %w", s.path, err)
	}
	return nil
}

// Roomy reports whether compaction is worth its while: the file is large, and
// most of it is free.
func (s *Store) Roomy() bool {
	size, free, err := s.Size()
	return err == nil && size > roomyFrom && free > size/2
}

// roomyFrom is from which size on, in bytes, free space is given back at the
// start.
const roomyFrom = 64 << 20
