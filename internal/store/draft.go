package store

import (
	"errors"
	"fmt"
	"slices"

	"go.etcd.io/bbolt"

	"batchsync/internal/batchsync"
)

// CreateDraft stores a new draft. It fails with [ErrExists] when the id is
// taken. One of a line with mistakes ([batchsync.Draft.Mistaken]) takes the place
// of the person's earlier one.
func (s *Store) CreateDraft(d batchsync.Draft) error {
	return s.update(func(tx *bbolt.Tx) error {
		if bucket(tx, bucketDrafts).Get([]byte(d.ID)) != nil {
			return fmt.Errorf("create draft %s: %w", d.ID, ErrExists)
		}
		if d.Mistaken != "" {
			if err := dropMistaken(tx, d.Owner); err != nil {
				return err
			}
		}
		return putDraft(tx, d)
	})
}

// Draft reads a draft, or fails with [batchsync.CodeNotFound].
func (s *Store) Draft(id batchsync.DraftID) (d batchsync.Draft, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		d, err = draft(tx, id)
		return err
	})
	return d, err
}

// OpenDrafts lists the drafts a person can still answer, the newest first, without
// that of a line with mistakes.
func (s *Store) OpenDrafts(owner batchsync.UserID) (out []batchsync.Draft, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		all, err := draftsOf(tx, owner)
		for _, d := range all {
			if d.State == batchsync.DraftOpen && d.Mistaken == "" {
				out = append(out, d)
			}
		}
		return err
	})
	slices.SortStableFunc(out, func(a, b batchsync.Draft) int { return b.CreatedAt.Compare(a.CreatedAt) })
	return out, err
}

// EditDraft moves a draft on by fn, which must be pure, keep the id and call
// nothing of the store. What fn returns is saved, also with a
// [*batchsync.InvalidError], which is passed on; with any other error nothing
// is saved. A draft that comes back cancelled is removed. The draft returned is
// fn's.
func (s *Store) EditDraft(id batchsync.DraftID, fn func(batchsync.Draft) (batchsync.Draft, error)) (next batchsync.Draft, err error) {
	var verdict error // of fn, on a draft that is saved all the same
	err = s.update(func(tx *bbolt.Tx) error {
		old, err := draft(tx, id)
		if err != nil {
			return err
		}
		next, verdict = fn(old)
		if _, kept := errors.AsType[*batchsync.InvalidError](verdict); verdict != nil && !kept {
			return verdict
		}
		if next.ID != id {
			return fmt.Errorf("edit draft %s: the id became %q", id, next.ID)
		}
		if err := dropDraft(tx, id); err != nil || next.State == batchsync.DraftCancelled {
			return err
		}
		return putDraft(tx, next)
	})
	if err == nil {
		err = verdict
	}
	return next, err
}

func draftsOf(tx *bbolt.Tx, owner batchsync.UserID) (out []batchsync.Draft, err error) {
	prefix := ownerKey(owner, "")
	for k := range ascend(tx, bucketDraftsByOwner, prefix) {
		d, err := draft(tx, batchsync.DraftID(k[len(prefix):]))
		if err != nil {
			return nil, fmt.Errorf("list drafts of %s: %w", owner, err)
		}
		out = append(out, d)
	}
	return out, nil
}

func dropMistaken(tx *bbolt.Tx, owner batchsync.UserID) error {
	all, err := draftsOf(tx, owner)
	for _, d := range all {
		if d.Mistaken != "" && err == nil {
			err = dropDraft(tx, d.ID)
		}
	}
	return err
}

func draft(tx *bbolt.Tx, id batchsync.DraftID) (batchsync.Draft, error) {
	d, ok, err := get[batchsync.Draft](tx, bucketDrafts, []byte(id))
	if err == nil && !ok {
		err = notFound(batchsync.T("draft.gone"), "draft "+string(id))
	}
	return d, err
}

func putDraft(tx *bbolt.Tx, d batchsync.Draft) error {
	if err := setMark(tx, bucketDraftsByOwner, ownerKey(d.Owner, d.ID), true); err != nil {
		return err
	}
	return put(tx, bucketDrafts, []byte(d.ID), d)
}

// dropDraft removes a draft; one that does not exist is no error.
func dropDraft(tx *bbolt.Tx, id batchsync.DraftID) error {
	d, ok, err := get[batchsync.Draft](tx, bucketDrafts, []byte(id))
	if err != nil || !ok {
		return err
	}
	if err := setMark(tx, bucketDraftsByOwner, ownerKey(d.Owner, id), false); err != nil {
		return err
	}
	return setMark(tx, bucketDrafts, []byte(id), false)
}

func ownerKey(owner batchsync.UserID, id batchsync.DraftID) []byte {
	return []byte(string(owner) + "\x00" + string(id))
}

func notFound(t batchsync.Text, what string) error {
	return &batchsync.Error{Code: batchsync.CodeNotFound, Text: t, Err: fmt.Errorf("%s is not stored", what)}
}
