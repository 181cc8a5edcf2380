package store

import (
	"time"

	"go.etcd.io/bbolt"

	"batchsync/internal/batchsync"
)

// Task reads what is remembered of a task, or fails with
// [batchsync.CodeNotFound].
func (s *Store) Task(id batchsync.TaskID) (t batchsync.Task, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		var ok bool
		t, ok, err = get[batchsync.Task](tx, bucketTasks, taskKey(id))
		if err == nil && !ok {
			err = notFound(batchsync.T("task.gone"), "task "+id.String())
		}
		return err
	})
	return t, err
}

// Tasks lists all remembered tasks by id.
func (s *Store) Tasks() (out []batchsync.Task, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		for k, v := range ascend(tx, bucketTasks, nil) {
			t, err := decode[batchsync.Task](bucketTasks, k, v)
			if err != nil {
				return err
			}
			out = append(out, t)
		}
		return nil
	})
	return out, err
}

// SaveTask remembers a task, or something else about it, together with the
// audit row that says who wanted that. A channel that becomes the home of its
// news is subscribed to it, and alerts are redrawn that show a mute that
// changed. It fails with [*batchsync.RepeatedError], and changes nothing, when
// the row's form had its effect before.
func (s *Store) SaveTask(t batchsync.Task, audit batchsync.AuditRow) error {
	return s.update(func(tx *bbolt.Tx) error {
		if err := once(tx, audit); err != nil {
			return err
		}
		if err := putTask(tx, t, audit.At); err != nil {
			return err
		}
		return appendAudit(tx, audit)
	})
}

func putTask(tx *bbolt.Tx, t batchsync.Task, now time.Time) error {
	old, _, err := get[batchsync.Task](tx, bucketTasks, taskKey(t.ID))
	if err != nil {
		return err
	}
	if old.Channel != t.Channel {
		if err := subscribeHome(tx, t, now); err != nil {
			return err
		}
	}
	if !old.Muted.Equal(t.Muted) {
		if err := raiseTask(tx, t.ID, now); err != nil {
			return err
		}
	}
	return put(tx, bucketTasks, taskKey(t.ID), t)
}

func taskKey(id batchsync.TaskID) []byte { return be64(uint64(id)) }
