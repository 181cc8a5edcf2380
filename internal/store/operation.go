package store

import (
	"fmt"
	"slices"

	"go.etcd.io/bbolt"

	"batchsync/internal/batchsync"
)

// Begin accepts a change: operation, locks, confirmed draft, card, files and
// audit row are stored together or not at all, and the proposal it comes from
// is gone. It fails with
//
//   - [ErrExists] when the operation was accepted before,
//   - [batchsync.CodeNotFound] when the draft is gone,
//   - [*batchsync.StaleError] when the draft moved on or is not open any more,
//   - [*batchsync.HeldError] when another operation holds one of the locks.
func (s *Store) Begin(b batchsync.Begin) error {
	op := b.Operation
	op.Message = cardID(op)
	if op.State == batchsync.OpProposed {
		return fmt.Errorf("begin operation %s: it is not confirmed", op.ID)
	}
	return s.update(func(tx *bbolt.Tx) error {
		if bucket(tx, bucketOperations).Get([]byte(op.ID)) != nil {
			return fmt.Errorf("begin operation %s: %w", op.ID, ErrExists)
		}
		if err := setMark(tx, bucketProposals, []byte(op.ID), false); err != nil {
			return err
		}
		if err := confirmDraft(tx, b.Draft, op.ID); err != nil {
			return err
		}
		if err := putOperation(tx, op, nil); err != nil {
			return err
		}
		if err := raiseCard(tx, op); err != nil {
			return err
		}
		if err := raiseHeld(tx, op); err != nil {
			return err
		}
		if err := putFiles(tx, op.UpdatedAt, b.Files...); err != nil {
			return err
		}
		return appendAudit(tx, b.Audit)
	})
}

// confirmDraft is the compare-and-set on the draft an operation comes from.
func confirmDraft(tx *bbolt.Tx, d *batchsync.Draft, op batchsync.OperationID) error {
	if d == nil {
		return nil
	}
	stored, err := draft(tx, d.ID)
	if err != nil {
		return err
	}
	if stored.Version != d.Version-1 || stored.State != batchsync.DraftOpen {
		return &batchsync.StaleError{Draft: stored}
	}
	next := *d
	next.State, next.Operation = batchsync.DraftConfirmed, op
	return putDraft(tx, next)
}

// Advance stores what a step brought about, and has the card redrawn. It
// fails with [ErrStale] when the stored operation is not of the version before
// p's, with [batchsync.CodeNotFound] when there is none, and with
// [*batchsync.HeldError] when another operation holds a lock that this one
// needs.
//
// All locks are held until the operation is settled.
func (s *Store) Advance(p batchsync.Progress) error {
	op := p.Operation
	op.Message = cardID(op)
	return s.update(func(tx *bbolt.Tx) error {
		old, err := operation(tx, op.ID)
		if err != nil {
			return err
		}
		if old.Version != op.Version-1 {
			return fmt.Errorf("advance operation %s from version %d to %d: %w", op.ID, old.Version, op.Version, ErrStale)
		}
		if err := putOperation(tx, op, old.Locks()); err != nil {
			return err
		}
		if err := raiseCard(tx, op); err != nil {
			return err
		}
		if err := putDoings(tx, old, op); err != nil {
			return err
		}
		if err := putDeliveries(tx, old, op); err != nil {
			return err
		}
		if old.State.Settled() != op.State.Settled() || old.Task != op.Task {
			if err := raiseHeld(tx, op); err != nil {
				return err
			}
		}
		return putByproducts(tx, p)
	})
}

func putByproducts(tx *bbolt.Tx, p batchsync.Progress) error {
	if p.Task != nil {
		if err := putTask(tx, *p.Task, p.Operation.UpdatedAt); err != nil {
			return err
		}
	}
	if p.Draft != nil {
		if err := putDraft(tx, *p.Draft); err != nil {
			return err
		}
	}
	if err := dropDraft(tx, p.DropDraft); err != nil {
		return err
	}
	if err := appendAudit(tx, p.Audit...); err != nil {
		return err
	}
	if err := putFiles(tx, p.Operation.UpdatedAt, p.Files...); err != nil {
		return err
	}
	return enqueue(tx, p.Messages...)
}

// Operation reads an operation, or fails with [batchsync.CodeNotFound].
func (s *Store) Operation(id batchsync.OperationID) (op batchsync.Operation, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		op, err = operation(tx, id)
		return err
	})
	return op, err
}

// Unsettled lists the operations that somebody may still move on, the oldest
// first.
func (s *Store) Unsettled() (out []batchsync.Operation, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		for k := range ascend(tx, bucketUnsettled, nil) {
			op, err := operation(tx, batchsync.OperationID(k))
			if err != nil {
				return fmt.Errorf("list unsettled operations: %w", err)
			}
			out = append(out, op)
		}
		return nil
	})
	slices.SortStableFunc(out, func(a, b batchsync.Operation) int { return a.CreatedAt.Compare(b.CreatedAt) })
	return out, err
}

// Running lists the operations the program itself moves on, the oldest first:
// its work after a restart.
func (s *Store) Running() ([]batchsync.Operation, error) {
	all, err := s.Unsettled()
	return slices.DeleteFunc(all, func(op batchsync.Operation) bool { return op.State != batchsync.OpRunning }), err
}

// UnsettledOf lists the operations on a task that somebody may still move on,
// the oldest first.
func (s *Store) UnsettledOf(task batchsync.TaskID) ([]batchsync.Operation, error) {
	all, err := s.Unsettled()
	return slices.DeleteFunc(all, func(op batchsync.Operation) bool { return op.Task != task }), err
}

// HolderOf tells which operation holds a lock, if any.
func (s *Store) HolderOf(lock string) (op batchsync.Operation, held bool, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		op, held, err = holder(tx, lock)
		return err
	})
	return op, held, err
}

func operation(tx *bbolt.Tx, id batchsync.OperationID) (batchsync.Operation, error) {
	op, ok, err := get[batchsync.Operation](tx, bucketOperations, []byte(id))
	if err == nil && !ok {
		err = notFound(batchsync.T("operation.gone"), "operation "+string(id))
	}
	return op, err
}

// putOperation stores the operation and makes index and locks agree with it.
// named are the locks it named so far. One that was begun by a version of the
// program that took a single lock for it takes the others here.
func putOperation(tx *bbolt.Tx, op batchsync.Operation, named []string) error {
	if err := setMark(tx, bucketUnsettled, []byte(op.ID), !op.State.Settled()); err != nil {
		return err
	}
	if err := putSettled(tx, op); err != nil {
		return err
	}
	var needs []string
	if !op.State.Settled() {
		needs = op.Locks()
	}
	for _, lock := range named {
		if slices.Contains(needs, lock) {
			continue
		}
		if err := release(tx, lock, op.ID); err != nil {
			return err
		}
	}
	for _, lock := range needs {
		if err := acquire(tx, op, lock); err != nil {
			return err
		}
	}
	return put(tx, bucketOperations, []byte(op.ID), op)
}

// putSettled makes the index of settled operations agree with op, which is to be
// stored in place of what is.
func putSettled(tx *bbolt.Tx, op batchsync.Operation) error {
	old, ok, err := get[batchsync.Operation](tx, bucketOperations, []byte(op.ID))
	if err != nil {
		return err
	}
	if ok && old.State.Settled() {
		if err := setMark(tx, bucketSettled, settledKey(old), false); err != nil {
			return err
		}
	}
	if !op.State.Settled() {
		return nil
	}
	return setMark(tx, bucketSettled, settledKey(op), true)
}

func settledKey(op batchsync.Operation) []byte { return append(timeKey(op.UpdatedAt), op.ID...) }

func holder(tx *bbolt.Tx, lock string) (batchsync.Operation, bool, error) {
	id := bucket(tx, bucketLocks).Get([]byte(lock))
	if id == nil {
		return batchsync.Operation{}, false, nil
	}
	op, err := operation(tx, batchsync.OperationID(id))
	if err != nil {
		return op, false, fmt.Errorf("look up the holder of lock %s: %w", lock, err)
	}
	return op, true, nil
}

// acquire takes a lock for the operation unless it has it already.
func acquire(tx *bbolt.Tx, op batchsync.Operation, lock string) error {
	if id := bucket(tx, bucketLocks).Get([]byte(lock)); string(id) == string(op.ID) {
		return nil
	}
	by, held, err := holder(tx, lock)
	if err != nil {
		return err
	}
	if held {
		return &batchsync.HeldError{By: by, Lock: lock, Too: lock != op.Lock}
	}
	if err := write(tx, bucketLocks, []byte(lock), []byte(op.ID)); err != nil {
		return fmt.Errorf("take lock %s for operation %s: %w", lock, op.ID, err)
	}
	return nil
}

// release frees the lock if it is the operation's.
func release(tx *bbolt.Tx, lock string, id batchsync.OperationID) error {
	if string(bucket(tx, bucketLocks).Get([]byte(lock))) != string(id) {
		return nil
	}
	return setMark(tx, bucketLocks, []byte(lock), false)
}

func cardID(op batchsync.Operation) batchsync.MessageID {
	if op.Message == "" {
		return batchsync.CardOf(op.ID)
	}
	return op.Message
}
