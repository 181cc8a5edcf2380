package store

import (
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"batchsync/internal/batchsync"
)

// File reads a file, or fails with [batchsync.CodeNotFound].
func (s *Store) File(id string) (f batchsync.File, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		var ok bool
		f, ok, err = get[batchsync.File](tx, bucketFiles, []byte(id))
		if err == nil && !ok {
			err = notFound(batchsync.T("file.gone"), "file "+id)
		}
		return err
	})
	return f, err
}

// EnqueueFile stores a file, the message that shows it and others that go with
// it, as one. When the id of the first is present already, nothing is stored.
func (s *Store) EnqueueFile(f batchsync.File, first batchsync.Message, others ...batchsync.Message) error {
	return s.update(func(tx *bbolt.Tx) error {
		if bucket(tx, bucketMessages).Get([]byte(first.ID)) != nil {
			return nil
		}
		if err := putFiles(tx, first.CreatedAt, f); err != nil {
			return err
		}
		return enqueue(tx, append([]batchsync.Message{first}, others...)...)
	})
}

// putFiles stores files as of now. One above [batchsync.MaxFile] is refused:
// the file of the store never shrinks.
func putFiles(tx *bbolt.Tx, now time.Time, files ...batchsync.File) error {
	for _, f := range files {
		if len(f.Data) > batchsync.MaxFile {
			return fmt.Errorf("store file %s: %d bytes, %d at most", f.ID, len(f.Data), batchsync.MaxFile)
		}
		if err := put(tx, bucketFiles, []byte(f.ID), f); err != nil {
			return err
		}
		if err := setMark(tx, bucketFilesByTime, append(timeKey(now), f.ID...), true); err != nil {
			return err
		}
	}
	return nil
}

// expireFiles removes the files stored before that no message waits to show.
func expireFiles(tx *bbolt.Tx, before time.Time) (n int, err error) {
	old := entriesBefore(tx, bucketFilesByTime, before)
	if len(old) == 0 {
		return 0, nil
	}
	waiting, err := filesDue(tx)
	if err != nil {
		return 0, err
	}
	left := expireBatch
	for _, e := range old {
		id := e.key[8:]
		if waiting[string(id)] {
			continue
		}
		if left--; left < 0 {
			break
		}
		if bucket(tx, bucketFiles).Get(id) != nil {
			n++
		}
		if err := setMark(tx, bucketFiles, id, false); err != nil {
			return n, err
		}
		if err := setMark(tx, bucketFilesByTime, e.key, false); err != nil {
			return n, err
		}
	}
	return n, nil
}

// filesDue are the files of messages that are still to be delivered.
func filesDue(tx *bbolt.Tx) (map[string]bool, error) {
	out := map[string]bool{}
	for _, id := range ascend(tx, bucketDue, nil) {
		row, err := message(tx, batchsync.MessageID(id))
		if err != nil {
			return nil, err
		}
		if row.Kind == batchsync.MessageFile {
			out[row.Object] = true
		}
	}
	return out, nil
}
