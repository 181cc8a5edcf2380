package store

import (
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"batchsync/internal/batchsync"
)

// putDoings notes what an operation did that the monitor would otherwise take
// for trouble, or for somebody else's doing.
func putDoings(tx *bbolt.Tx, old, op batchsync.Operation) error {
	if err := putStops(tx, old, op); err != nil {
		return err
	}
	settled := op.State.Settled() && !old.State.Settled() && op.State != batchsync.OpRefused
	if !settled {
		return nil
	}
	switch op.Kind {
	case batchsync.OpCreate, batchsync.OpDeploy, batchsync.OpUndeploy, batchsync.OpSchedule, batchsync.OpTune:
		for _, task := range changed(op) {
			if err := write(tx, bucketTouched, taskKey(task), timeKey(op.UpdatedAt)); err != nil {
				return fmt.Errorf("note change of task %d: %w", task, err)
			}
		}
	}
	return nil
}

// changed are the tasks that an operation works on.
func changed(op batchsync.Operation) (out []batchsync.TaskID) {
	for _, task := range op.Changes() {
		out = append(out, task.ID)
	}
	return out
}

// putStops notes which runs ended by a stop that was asked for here, and
// forgets it of a run that was repeated: what becomes of it then is its own.
func putStops(tx *bbolt.Tx, old, op batchsync.Operation) error {
	if repeats(op) && !repeats(old) {
		for _, f := range op.Change.Followed {
			if err := setMark(tx, bucketStopped, runKey(f.Run), false); err != nil {
				return err
			}
		}
	}
	by, runs := stopped(old, op)
	for _, run := range runs {
		if err := put(tx, bucketStopped, runKey(run), batchsync.Stop{By: by, At: op.UpdatedAt.UTC()}); err != nil {
			return err
		}
	}
	return nil
}

// repeats reports whether the operation has had a run repeated.
func repeats(op batchsync.Operation) bool {
	return op.Kind == batchsync.OpRerun && op.Change != nil && len(op.Change.Followed) > 0
}

// stopped are the runs that ended between two versions of an operation because
// a person had them stopped, and that person.
func stopped(old, op batchsync.Operation) (by batchsync.UserID, runs []batchsync.RunID) {
	if op.Kind == batchsync.OpStop && op.Change != nil {
		if op.State == batchsync.OpDone && old.State != batchsync.OpDone && tookEffect(op) {
			runs = append(runs, op.Change.Run)
		}
		return op.Actor, runs
	}
	by, asked := op.Stopped()
	if !asked {
		return "", nil
	}
	for _, f := range op.Runs() {
		over := slices.ContainsFunc(old.Runs(), func(was batchsync.Followed) bool {
			return was.Run == f.Run && was.Status.Over()
		})
		if f.Run != 0 && f.Status == batchsync.RunFailed && !over {
			runs = append(runs, f.Run)
		}
	}
	return by, runs
}

// tookEffect reports whether the run of a stop did not succeed before it.
func tookEffect(op batchsync.Operation) bool {
	s := op.Step(batchsync.StepStop)
	return s != nil && slices.ContainsFunc(s.Notes, func(t batchsync.Text) bool { return t.Key == "stop.stopped" })
}

// stoppedSince are the runs that were stopped at t or later, and by whom.
func stoppedSince(tx *bbolt.Tx, t time.Time) (map[batchsync.RunID]batchsync.Stop, error) {
	out := map[batchsync.RunID]batchsync.Stop{}
	for k, v := range ascend(tx, bucketStopped, nil) {
		s, err := decode[batchsync.Stop](bucketStopped, k, v)
		if err != nil {
			return nil, err
		}
		if !s.At.Before(t) {
			out[batchsync.RunID(binary.BigEndian.Uint64(k))] = s
		}
	}
	return out, nil
}

func runKey(id batchsync.RunID) []byte { return be64(uint64(id)) }
