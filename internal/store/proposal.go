package store

import (
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"batchsync/internal/batchsync"
)

// Propose keeps a change while a person looks at it: it holds no lock and is
// never carried out. [Store.Begin] with the same id removes it, [Store.Expire]
// does after an hour. It fails with [ErrExists] when the id was proposed or
// begun before.
func (s *Store) Propose(op batchsync.Operation) error {
	if op.State != batchsync.OpProposed {
		return fmt.Errorf("propose operation %s: its state is %q", op.ID, op.State)
	}
	return s.update(func(tx *bbolt.Tx) error {
		for _, name := range []string{bucketProposals, bucketOperations} {
			if bucket(tx, name).Get([]byte(op.ID)) != nil {
				return fmt.Errorf("propose operation %s: %w", op.ID, ErrExists)
			}
		}
		return put(tx, bucketProposals, []byte(op.ID), op)
	})
}

// Proposal reads a change that waits for confirmation, or fails with
// [batchsync.CodeNotFound]: it was begun meanwhile, or is too old.
func (s *Store) Proposal(id batchsync.OperationID) (op batchsync.Operation, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		var ok bool
		op, ok, err = get[batchsync.Operation](tx, bucketProposals, []byte(id))
		if err == nil && !ok {
			err = notFound(batchsync.T("proposal.gone"), "proposal "+string(id))
		}
		return err
	})
	return op, err
}

// expireProposals removes those that are too old, and those of a time so far to
// come that only a clock that was wrong can have made them: what was shown an
// hour ago must not be confirmed, whatever the clock says.
func expireProposals(tx *bbolt.Tx, now time.Time) (int, error) {
	var old []batchsync.OperationID
	for k, v := range ascend(tx, bucketProposals, nil) {
		op, err := decode[batchsync.Operation](bucketProposals, k, v)
		if err != nil {
			return 0, err
		}
		if now.Sub(op.CreatedAt).Abs() > keepProposed {
			old = append(old, op.ID)
		}
		if len(old) == expireBatch {
			break
		}
	}
	for _, id := range old {
		if err := setMark(tx, bucketProposals, []byte(id), false); err != nil {
			return 0, err
		}
	}
	return len(old), nil
}
