package store

import (
	"fmt"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"batchsync/internal/batchsync"
)

// AddQuiet stores a quiet window. It fails with [ErrExists] when the id is
// taken.
func (s *Store) AddQuiet(q batchsync.Quiet, audit batchsync.AuditRow) error {
	return s.update(func(tx *bbolt.Tx) error {
		if bucket(tx, bucketQuiet).Get([]byte(q.ID)) != nil {
			return fmt.Errorf("add quiet window %s: %w", q.ID, ErrExists)
		}
		q.From, q.To = q.From.UTC(), q.To.UTC()
		if err := put(tx, bucketQuiet, []byte(q.ID), q); err != nil {
			return err
		}
		return appendAudit(tx, audit)
	})
}

// EndQuiet ends an open quiet window now, and cancels one that is still to
// come. It fails with [batchsync.CodeNotFound] when there is none of that id, or
// it is over.
func (s *Store) EndQuiet(id string, now time.Time, audit batchsync.AuditRow) error {
	return s.update(func(tx *bbolt.Tx) error {
		q, ok, err := get[batchsync.Quiet](tx, bucketQuiet, []byte(id))
		if err != nil {
			return err
		}
		if !ok || !now.Before(q.To) {
			return notFound(batchsync.T("quiet.gone"), "quiet window "+id)
		}
		if q.At(now) {
			q.To = now.UTC()
			err = put(tx, bucketQuiet, []byte(id), q)
		} else {
			err = setMark(tx, bucketQuiet, []byte(id), false)
		}
		if err != nil {
			return err
		}
		return appendAudit(tx, audit)
	})
}

// Quiets lists the quiet windows that are not over, by their begin.
func (s *Store) Quiets(now time.Time) (out []batchsync.Quiet, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		out, err = quiets(tx, now)
		return err
	})
	return out, err
}

// quiets are the windows that end after t, by their begin.
func quiets(tx *bbolt.Tx, t time.Time) ([]batchsync.Quiet, error) {
	out, err := all[batchsync.Quiet](tx, bucketQuiet, nil)
	out = slices.DeleteFunc(out, func(q batchsync.Quiet) bool { return !q.To.After(t) })
	slices.SortStableFunc(out, func(a, b batchsync.Quiet) int { return a.From.Compare(b.From) })
	return out, err
}

// Rehearse stores a rehearsal, which the monitor carries through. It fails with
// [batchsync.CodeConflict] while another one is under way in that channel.
func (s *Store) Rehearse(r batchsync.Rehearsal, audit batchsync.AuditRow) error {
	return s.update(func(tx *bbolt.Tx) error {
		under, err := all[batchsync.Rehearsal](tx, bucketRehearsals, nil)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(under, func(o batchsync.Rehearsal) bool { return o.Channel == r.Channel || o.ID == r.ID }) {
			return &batchsync.Error{Code: batchsync.CodeConflict, Text: batchsync.T("rehearse.under_way"), Err: fmt.Errorf("begin rehearsal %s in %s", r.ID, r.Channel)}
		}
		if err := put(tx, bucketRehearsals, []byte(r.ID), r); err != nil {
			return err
		}
		return appendAudit(tx, audit)
	})
}

// putRehearsed stores how far rehearsals came; one that is over goes.
func putRehearsed(tx *bbolt.Tx, rehearsed []batchsync.Rehearsal) error {
	for _, r := range rehearsed {
		var err error
		if r.Over.IsZero() {
			err = put(tx, bucketRehearsals, []byte(r.ID), r)
		} else {
			err = setMark(tx, bucketRehearsals, []byte(r.ID), false)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
