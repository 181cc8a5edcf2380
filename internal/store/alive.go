package store

import (
	"errors"
	"fmt"
	"io"

	"go.etcd.io/bbolt"

	"batchsync/internal/batchsync"
)

// Room that the file must be able to grow by, in bytes: more than what people do
// takes at once, and after a change for which there was none, more than the
// largest change takes, a file of [batchsync.MaxFile].
const (
	roomWanted = 1 << 20
	roomAfter  = 8 << 20
)

// Writable fails when the disk takes no more changes, or did not take the last
// one. It takes the lock of writers, has the file grow and shrink again, and
// carries out a transaction that changes nothing, which writes the file's own
// pages and has the disk keep them. That transaction alone would not do: it finds
// place in what is free within the file, on a full disk too. A disk that hangs
// makes it wait; the error carries [batchsync.CodeDisk] when there is no room or
// the disk is read-only.
//
// A change that was refused for want of room is forgotten when room for any is
// proved, and one that was refused otherwise when the disk took another one.
func (s *Store) Writable() error {
	refused, room := s.refused.Load(), int64(roomWanted)
	if refused != nil {
		room = roomAfter
	}
	err := committed(s.db.Update, func(*bbolt.Tx) error { return s.grow(room, refused != nil) })
	if err == nil && refused != nil {
		if batchsync.CodeOf(*refused) == batchsync.CodeDisk {
			s.refused.CompareAndSwap(refused, nil)
		} else {
			err = *refused
		}
	}
	if err != nil {
		return fmt.Errorf("write database: %w", unwritten(err))
	}
	return nil
}

// grow writes behind the end of the file and takes that back. Nothing reads
// there, and a file that a power cut leaves longer is as good. The lock of writers
// has to be held, so that the database does not lengthen the file meanwhile. Most
// disks find room at once, others when they are to keep what was written: sync
// asks them too, which takes time and is left to where there is a reason.
func (s *Store) grow(room int64, sync bool) (err error) {
	info, err := s.db.file.Stat()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.db.file.Truncate(info.Size())) }()
	if _, err = io.CopyN(io.NewOffsetWriter(s.db.file, info.Size()), nothing{}, room); err != nil || !sync {
		return err
	}
	return s.db.file.Sync()
}

// nothing is read as zeros without end.
type nothing struct{}

func (nothing) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
