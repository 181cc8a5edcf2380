package store

import (
	"fmt"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"batchsync/internal/batchsync"
)

// AskAcceptance stores an acceptance that is to be made, with its card if a
// person asked for it, and the audit rows that say who did. It fails with
//
//   - [ErrExists] when it was asked for before,
//   - [*batchsync.AskedError] when another one of the task is under way.
func (s *Store) AskAcceptance(a batchsync.Acceptance, audit ...batchsync.AuditRow) error {
	return s.update(func(tx *bbolt.Tx) error {
		if err := askAcceptance(tx, a); err != nil {
			return err
		}
		return appendAudit(tx, audit...)
	})
}

// AskedAcceptances lists the acceptances to be made, the first asked for in
// front.
func (s *Store) AskedAcceptances() (out []batchsync.Acceptance, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		out, err = askedAcceptances(tx)
		return err
	})
	slices.SortStableFunc(out, func(a, b batchsync.Acceptance) int { return a.Asked.Compare(b.Asked) })
	return out, err
}

// Acceptance reads an acceptance, or fails with [batchsync.CodeNotFound].
func (s *Store) Acceptance(id batchsync.AcceptanceID) (a batchsync.Acceptance, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		a, err = acceptance(tx, id)
		return err
	})
	return a, err
}

// LastAcceptance reads the last acceptance of a task that people were told of,
// or are about to be; it fails with [batchsync.CodeNotFound] without any.
func (s *Store) LastAcceptance(task batchsync.TaskID) (a batchsync.Acceptance, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		for a, err = range acceptancesOf[batchsync.Acceptance](tx, task) {
			if err != nil || !a.Quiet {
				return err
			}
		}
		a = batchsync.Acceptance{}
		return notFound(batchsync.T("acceptance.none"), "acceptance of task "+task.String())
	})
	return a, err
}

// AcceptanceBefore reads the last acceptance of a task that is done, besides
// the one given; nil without any.
func (s *Store) AcceptanceBefore(task batchsync.TaskID, besides batchsync.AcceptanceID) (before *batchsync.Acceptance, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		before, err = acceptanceBefore(tx, task, besides)
		return err
	})
	return before, err
}

func acceptanceBefore(tx *bbolt.Tx, task batchsync.TaskID, besides batchsync.AcceptanceID) (*batchsync.Acceptance, error) {
	for a, err := range acceptancesOf[batchsync.Acceptance](tx, task) {
		if err != nil {
			return nil, err
		}
		if a.ID != besides && a.State == batchsync.AcceptanceDone {
			return &a, nil
		}
	}
	return nil, nil
}

// SaveAcceptance stores what became of an acceptance, and has its cards redrawn
// or drawn for the first time, and that of the operation it follows from. One
// that is done carries what the one before knew and it did not, see
// [batchsync.Acceptance.Carry]. If it failed, earlier ones of the task that a
// person accepted are open again.
// It fails with [ErrStale] when the stored one is not of the version before,
// and with [batchsync.CodeNotFound] when there is none. The time of it is Done.
func (s *Store) SaveAcceptance(a batchsync.Acceptance, messages []batchsync.Message, audit ...batchsync.AuditRow) error {
	return s.update(func(tx *bbolt.Tx) error {
		old, err := acceptance(tx, a.ID)
		if err != nil {
			return err
		}
		if old.Version != a.Version-1 {
			return fmt.Errorf("save acceptance %s of version %d over %d: %w", a.ID, a.Version, old.Version, ErrStale)
		}
		if a.State == batchsync.AcceptanceDone {
			before, err := acceptanceBefore(tx, a.Task, a.ID)
			if err != nil {
				return err
			}
			a = a.Carry(before)
		}
		if err := putAcceptance(tx, a); err != nil {
			return err
		}
		if err := raiseAcceptance(tx, a, a.Done); err != nil {
			return err
		}
		if a.State == batchsync.AcceptanceDone && a.Verdict == batchsync.VerdictFailed {
			if err := reopenAccepted(tx, a); err != nil {
				return err
			}
		}
		if err := pruneAcceptances(tx, a.Task); err != nil {
			return err
		}
		if err := enqueue(tx, messages...); err != nil {
			return err
		}
		return appendAudit(tx, audit...)
	})
}

// AcceptDelivery records that a person accepted a delivery on the figures of
// that version, see [batchsync.Acceptance.Accept]. Besides its errors it fails
// with [ErrStale] when people were told of a later acceptance since.
func (s *Store) AcceptDelivery(id batchsync.AcceptanceID, version int, by batchsync.UserID, now time.Time, audit batchsync.AuditRow) (batchsync.Acceptance, error) {
	return s.editAcceptance(id, now, audit, func(tx *bbolt.Tx, a batchsync.Acceptance) (batchsync.Acceptance, error) {
		return a.Accept(by, version, now)
	})
}

// GiveFigure records how many rows a source table has by a person's word, and
// asks for the acceptance anew, see [batchsync.Acceptance.Give]. Besides its
// errors it fails like [Store.AcceptDelivery], and with [*batchsync.AskedError]
// when another acceptance of the task is under way.
func (s *Store) GiveFigure(id batchsync.AcceptanceID, version int, table string, rows int64, by batchsync.UserID, now time.Time, audit batchsync.AuditRow) (batchsync.Acceptance, error) {
	return s.editAcceptance(id, now, audit, func(tx *bbolt.Tx, a batchsync.Acceptance) (batchsync.Acceptance, error) {
		next, err := a.Give(table, rows, by, version, now)
		if err != nil {
			return next, err
		}
		return next, noneAsked(tx, next)
	})
}

// editAcceptance changes the acceptance that people see as the last one of its
// task.
func (s *Store) editAcceptance(id batchsync.AcceptanceID, now time.Time, audit batchsync.AuditRow, edit func(*bbolt.Tx, batchsync.Acceptance) (batchsync.Acceptance, error)) (next batchsync.Acceptance, err error) {
	err = s.update(func(tx *bbolt.Tx) error {
		if next, err = acceptance(tx, id); err != nil {
			return err
		}
		for later, err := range acceptancesOf[leanAcceptance](tx, next.Task) {
			if err != nil {
				return err
			}
			if later.ID == id {
				break
			}
			if !later.Quiet && later.State == batchsync.AcceptanceDone {
				return fmt.Errorf("change acceptance %s, but there is %s: %w", id, later.ID, ErrStale)
			}
		}
		if next, err = edit(tx, next); err != nil {
			return err
		}
		if err := putAcceptance(tx, next); err != nil {
			return err
		}
		if err := raiseAcceptance(tx, next, now); err != nil {
			return err
		}
		return appendAudit(tx, audit)
	})
	return next, err
}

// Expect stores what a task's tables are expected to be like, by a person who
// saw the expectation of that digest. What is expected already is not stored
// again. It fails with [ErrStale] when another expectation stands there now, and
// with [*batchsync.RepeatedError] when the row's form was taken before: somebody
// may have brought back since what its person saw.
func (s *Store) Expect(task batchsync.TaskID, seen string, e batchsync.Expectation, audit batchsync.AuditRow) error {
	return s.update(func(tx *bbolt.Tx) error {
		if err := once(tx, audit); err != nil {
			return err
		}
		now, _, err := get[batchsync.Expectation](tx, bucketExpectations, taskKey(task))
		switch {
		case err != nil:
			return err
		case now.Digest() == e.Digest():
			return nil
		case now.Digest() != seen:
			return fmt.Errorf("change expectation of task %d: %w", task, ErrStale)
		}
		if err := put(tx, bucketExpectations, taskKey(task), e); err != nil {
			return err
		}
		return appendAudit(tx, audit)
	})
}

// Expectation reads what a task's tables are expected to be like; the zero
// value where nobody said.
func (s *Store) Expectation(task batchsync.TaskID) (e batchsync.Expectation, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		e, _, err = get[batchsync.Expectation](tx, bucketExpectations, taskKey(task))
		return err
	})
	return e, err
}
