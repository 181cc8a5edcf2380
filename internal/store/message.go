package store

import (
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"batchsync/internal/batchsync"
)

// messageRow is a message as stored. Seq keeps messages that are due at the
// same moment in the order they came.
type messageRow struct {
	batchsync.Message
	Seq uint64 `json:"seq"`
}

// Enqueue stores messages for delivery, in order. One whose id is present
// already, delivered or not, is ignored.
func (s *Store) Enqueue(msgs ...batchsync.Message) error {
	return s.update(func(tx *bbolt.Tx) error { return enqueue(tx, msgs...) })
}

// Refresh has a message redrawn. It fails with [batchsync.CodeNotFound] when
// there is none of that id.
func (s *Store) Refresh(id batchsync.MessageID, now time.Time) error {
	return s.update(func(tx *bbolt.Tx) error {
		row, err := message(tx, id)
		if err != nil {
			return err
		}
		return raise(tx, row, now)
	})
}

// Message reads a message, or fails with [batchsync.CodeNotFound].
func (s *Store) Message(id batchsync.MessageID) (m batchsync.Message, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		row, err := message(tx, id)
		m = row.Message
		return err
	})
	return m, err
}

// Due lists up to n messages that are due by now, those due first in front.
func (s *Store) Due(now time.Time, n int) (out []batchsync.Message, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		for k, id := range ascend(tx, bucketDue, nil) {
			if len(out) >= n || keyTime(k).After(now) {
				break
			}
			row, err := message(tx, batchsync.MessageID(id))
			if err != nil {
				return fmt.Errorf("list due messages: %w", err)
			}
			out = append(out, row.Message)
		}
		return nil
	})
	return out, err
}

// NextDue tells when the first message is due, which may be in the past; ok is
// false when none is waiting.
func (s *Store) NextDue() (at time.Time, ok bool, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		at, ok = firstDue(tx)
		return nil
	})
	return at, ok, err
}

func firstDue(tx *bbolt.Tx) (time.Time, bool) {
	k, _ := bucket(tx, bucketDue).Cursor().First()
	if k == nil {
		return time.Time{}, false
	}
	return keyTime(k), true
}

// Delivered stores how an attempt to deliver a message ended. revision is the
// Wanted of the message as it was drawn; due is when to go on with it, if
// there is more to do: after a delay, a failure, a loss, or when it was raised
// meanwhile. It fails with [batchsync.CodeNotFound] when there is no such
// message.
func (s *Store) Delivered(id batchsync.MessageID, revision int, d batchsync.Delivery, due, now time.Time) error {
	return s.update(func(tx *bbolt.Tx) error {
		row, err := message(tx, id)
		if err != nil {
			return err
		}
		m, err := delivered(row.Message, revision, d, due, now)
		if err != nil {
			return fmt.Errorf("deliver message %s: %w", id, err)
		}
		return putMessage(tx, row, m)
	})
}

// Dead lists the last n messages that were given up, the newest first. Due is
// when that was.
func (s *Store) Dead(n int) (out []batchsync.Message, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		for _, id := range descend(tx, bucketDead) {
			if len(out) >= n {
				break
			}
			row, err := message(tx, batchsync.MessageID(id))
			if err != nil {
				return fmt.Errorf("list dead messages: %w", err)
			}
			out = append(out, row.Message)
		}
		return nil
	})
	return out, err
}

// Counts tells how many messages wait for delivery and how many were given up.
// oldest is since when the longest waiting of them has something to show,
// however often it was tried and put off since; zero without any.
func (s *Store) Counts() (due, dead int, oldest time.Time, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		dead = bucket(tx, bucketDead).Stats().KeyN
		for _, id := range ascend(tx, bucketDue, nil) {
			row, err := message(tx, batchsync.MessageID(id))
			if err != nil {
				return fmt.Errorf("count due messages: %w", err)
			}
			due++
			if oldest.IsZero() || row.Pending.Before(oldest) {
				oldest = row.Pending
			}
		}
		return nil
	})
	return due, dead, oldest, err
}
