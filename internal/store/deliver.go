package store

import (
	"encoding/binary"
	"errors"

	"go.etcd.io/bbolt"

	"batchsync/internal/batchsync"
)

// putDeliveries notes what an operation that has just ended means for the
// acceptance of its task.
func putDeliveries(tx *bbolt.Tx, old, op batchsync.Operation) error {
	if op.State != batchsync.OpDone || old.State == batchsync.OpDone {
		return nil
	}
	switch op.Kind {
	case batchsync.OpCreate, batchsync.OpDeploy:
		if err := putSavedWish(tx, op); err != nil {
			return err
		}
		return put(tx, bucketFresh, taskKey(op.Task), batchsync.Fresh{
			Operation: op.ID, Channel: op.Channel, Card: cardID(op), At: op.UpdatedAt.UTC(),
		})
	case batchsync.OpUndeploy:
		for _, task := range changed(op) {
			if err := setMark(tx, bucketFresh, taskKey(task), false); err != nil {
				return err
			}
		}
	case batchsync.OpSchedule:
		return putWish(tx, op)
	case batchsync.OpBackfill:
		if a, due := batchsync.AcceptanceOfBackfill(op); due {
			return askOrRepeat(tx, a)
		}
	}
	return nil
}

// putWish remembers a new schedule as what is asked for of a task: deliveries
// are held against that.
func putWish(tx *bbolt.Tx, op batchsync.Operation) error {
	if op.Change == nil || op.Change.Schedule == nil {
		return nil
	}
	return wish(tx, op.Task, op.Change.Onto(), func(batchsync.Schedule) batchsync.Schedule { return *op.Change.Schedule })
}

// putSavedWish does the same for a schedule that somebody saved elsewhere and
// had deployed here. One that no [batchsync.Schedule] can hold leaves the wish
// without a schedule: the old one is not asked for any more.
func putSavedWish(tx *bbolt.Tx, op batchsync.Operation) error {
	if op.Change == nil || op.Change.Saved == nil {
		return nil
	}
	saved := op.Change.Saved
	return wish(tx, op.Task, saved.VCluster, func(had batchsync.Schedule) batchsync.Schedule {
		if there, err := had.In(op.Change.Zone, op.UpdatedAt); err == nil && batchsync.SameCron(there.Cron().Stored, saved.Cron) {
			return had // the same in a zone of its own
		}
		s, _ := batchsync.ReadSchedule(saved.Cron, op.Change.Zone)
		return s
	})
}

func wish(tx *bbolt.Tx, task batchsync.TaskID, cluster string, schedule func(had batchsync.Schedule) batchsync.Schedule) error {
	t, ok, err := get[batchsync.Task](tx, bucketTasks, taskKey(task))
	if err != nil || !ok || t.Spec == nil {
		return err
	}
	t.Spec.Schedule = schedule(t.Spec.Schedule)
	if cluster != "" {
		t.Spec.VCluster = cluster
	}
	return put(tx, bucketTasks, taskKey(t.ID), t)
}

// askOrRepeat asks for an acceptance. Where another one of the task is under
// way, that is begun anew: what it looked at so far is not true any more.
func askOrRepeat(tx *bbolt.Tx, a batchsync.Acceptance) error {
	err := askAcceptance(tx, a)
	var asked *batchsync.AskedError
	if !errors.As(err, &asked) {
		return err
	}
	asked.By.Version++
	return putAcceptance(tx, asked.By)
}

// askLooked asks for the acceptances that a look found due. One of a task of
// which another is under way is due again later.
func askLooked(tx *bbolt.Tx, all []batchsync.Acceptance) error {
	for _, a := range all {
		err := askAcceptance(tx, a)
		var asked *batchsync.AskedError
		if errors.As(err, &asked) {
			continue
		}
		if err != nil && !errors.Is(err, ErrExists) {
			return err
		}
		if a.Occasion != batchsync.OnFirstRun {
			continue
		}
		if err := setMark(tx, bucketFresh, taskKey(a.Task), false); err != nil {
			return err
		}
	}
	return nil
}

// knownDeliveries is what the monitor has to know to tell when an acceptance is
// due.
func knownDeliveries(tx *bbolt.Tx, k *batchsync.Known) error {
	k.Fresh, k.Examined = map[batchsync.TaskID]batchsync.Fresh{}, map[batchsync.TaskID]batchsync.Examined{}
	for key, v := range ascend(tx, bucketFresh, nil) {
		f, err := decode[batchsync.Fresh](bucketFresh, key, v)
		if err != nil {
			return err
		}
		k.Fresh[batchsync.TaskID(binary.BigEndian.Uint64(key))] = f
	}
	for key, v := range ascend(tx, bucketExamined, nil) {
		e, err := decode[batchsync.Examined](bucketExamined, key, v)
		if err != nil {
			return err
		}
		k.Examined[batchsync.TaskID(binary.BigEndian.Uint64(key))] = e
	}
	return nil
}

// RememberSuccess stores what a task was like when a run of it succeeded, in
// place of what is known of an earlier success.
func (s *Store) RememberSuccess(success batchsync.Snapshot) error {
	return s.update(func(tx *bbolt.Tx) error {
		old, _, err := get[batchsync.Snapshot](tx, bucketSuccesses, taskKey(success.Task))
		if err != nil || old.At.After(success.At) {
			return err
		}
		return put(tx, bucketSuccesses, taskKey(success.Task), success)
	})
}

// Success reads what a task was like when a run of it succeeded last, as far as
// that is known: its schedule and cluster as the monitor saw them, all else as
// an acceptance read it, of that run or of an earlier one. A run that is in trouble
// itself can be left out; 0 leaves out none. It fails with
// [batchsync.CodeNotFound] where nothing is known.
func (s *Store) Success(task batchsync.TaskID, besides batchsync.RunID) (last batchsync.Snapshot, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		full, ok, err := get[batchsync.Snapshot](tx, bucketSuccesses, taskKey(task))
		if err != nil {
			return err
		}
		w, _, err := get[batchsync.Watch](tx, bucketWatches, taskKey(task))
		lean := w.Success
		if besides != 0 {
			ok = ok && full.Run != besides
			if lean != nil && lean.Run == besides {
				lean = w.Earlier
			}
		}
		switch {
		case err != nil:
			return err
		case ok && lean != nil && lean.Run != full.Run && lean.At.After(full.At):
			last = full.Under(*lean)
		case !ok && lean != nil:
			last = *lean
		case ok:
			last = full
		default:
			return notFound(batchsync.T("success.none"), "success of task "+task.String())
		}
		return nil
	})
	return last, err
}
