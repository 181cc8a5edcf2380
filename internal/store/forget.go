package store

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"batchsync/internal/batchsync"
)

// forgetEvery is how often old things are looked for: finding out that there are
// none is the most of the work.
const forgetEvery = 24 * time.Hour

// Forgotten counts what went for good.
type Forgotten struct {
	Audit      int
	Operations int // with their cards
	Traces     int // of tasks that are neither remembered nor watched
}

// Forget removes audit rows older than keep and the operations that were settled
// before, with their cards: as long as the trail has a row of one, the row leads
// to it. Operations stay for a year at least, as acceptances do, and those that
// made a task for as long as the task is remembered. Of tasks that are neither
// remembered nor watched, what was noted more than 90 days ago goes too. It works
// once a day, on 500 of a kind at a time, until all is done.
func (s *Store) Forget(now time.Time, keep time.Duration) (out Forgotten, err error) {
	if s.idle(now) {
		return out, nil // without a write, which would wait for the disk
	}
	err = s.update(func(tx *bbolt.Tx) error {
		out = Forgotten{}
		if out.Audit, err = forgetAudit(tx, now.Add(-keep), now); err != nil {
			return fmt.Errorf("forget audit rows: %w", err)
		}
		if out.Operations, err = forgetOperations(tx, now.Add(-max(keep, keepDeliveries))); err != nil {
			return fmt.Errorf("forget operations: %w", err)
		}
		if out.Traces, err = forgetTraces(tx, now.Add(-keepNews)); err != nil {
			return fmt.Errorf("forget traces of tasks: %w", err)
		}
		if max(out.Audit, out.Operations) >= expireBatch {
			return nil
		}
		return write(tx, bucketMeta, []byte(keySwept), timeKey(now))
	})
	return out, err
}

// idle reports whether the last look for old things is less than a day ago. A
// clock that was set back makes none.
func (s *Store) idle(now time.Time) (is bool) {
	_ = s.db.View(func(tx *bbolt.Tx) error { // it cannot fail
		last := bucket(tx, bucketMeta).Get([]byte(keySwept))
		if len(last) == 8 {
			ago := now.Sub(keyTime(last))
			is = ago >= 0 && ago < forgetEvery
		}
		return nil
	})
	return is
}

// forgetAudit removes rows from the front. The last row stays: the check of the
// file holds the trail's end against the number given last. A row of a time to
// come, from a clock that was ahead, is as old as the row behind it.
func forgetAudit(tx *bbolt.Tx, before, now time.Time) (int, error) {
	end := be64(bucket(tx, bucketAudit).Sequence())
	var old, ahead [][]byte
	for k, v := range ascend(tx, bucketAudit, nil) {
		row, err := decode[struct {
			At time.Time `json:"at"`
		}](bucketAudit, k, v)
		if err != nil {
			return 0, err
		}
		if len(old) >= expireBatch || bytes.Equal(k, end) {
			break
		}
		if row.At.After(now) {
			ahead = append(ahead, bytes.Clone(k))
			continue
		}
		if !row.At.Before(before) {
			break
		}
		old = append(append(old, ahead...), bytes.Clone(k))
		ahead = nil
	}
	for _, k := range old {
		if err := erase(tx, bucketAudit, k); err != nil {
			return 0, err
		}
	}
	return len(old), nil
}

func forgetOperations(tx *bbolt.Tx, before time.Time) (n int, err error) {
	for _, e := range entriesBefore(tx, bucketSettled, before) {
		if n == expireBatch {
			break
		}
		op, err := operation(tx, batchsync.OperationID(e.key[8:]))
		if err != nil {
			return n, err
		}
		task, _, err := get[leanTask](tx, bucketTasks, taskKey(op.Task))
		if err != nil {
			return n, err
		}
		card, shown, err := get[messageRow](tx, bucketMessages, []byte(cardID(op)))
		if err != nil {
			return n, err
		}
		if task.Operation == op.ID || shown && card.State == batchsync.MessageDue {
			continue
		}
		if shown {
			if err := dropMessage(tx, card); err != nil {
				return n, err
			}
		}
		if err := erase(tx, bucketSettled, e.key); err != nil {
			return n, err
		}
		if err := erase(tx, bucketOperations, []byte(op.ID)); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// forgetTraces removes what was noted of tasks that nobody watches any more.
func forgetTraces(tx *bbolt.Tx, before time.Time) (n int, err error) {
	for name, over := range map[string]func(k, v []byte) (bool, error){
		bucketTouched: func(_, v []byte) (bool, error) {
			return binary.BigEndian.Uint64(v) < binary.BigEndian.Uint64(timeKey(before)), nil
		},
		bucketExamined:  older(bucketExamined, before, func(e batchsync.Examined) time.Time { return e.At }),
		bucketSuccesses: older(bucketSuccesses, before, func(s batchsync.Snapshot) time.Time { return s.At }),
	} {
		gone, err := removeWhere(tx, name, func(k, v []byte) (bool, error) {
			if has(tx, bucketTasks, k) || has(tx, bucketWatches, k) {
				return false, nil
			}
			return over(k, v)
		})
		if err != nil {
			return n, err
		}
		n += gone
	}
	return n, nil
}
