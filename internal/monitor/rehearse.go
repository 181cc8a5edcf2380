package monitor

import (
	"hash/fnv"
	"time"

	"batchsync/internal/batchsync"
)

// A rehearsal is a failure made up where the platform's answers come in, and
// treated like any other from there on: judged, opened, routed, told, and
// resolved by a made-up success at a later look. Its task and run have negative
// ids, which the platform never gives.

// rehearsalTask is the made-up task of a rehearsal.
func rehearsalTask(r batchsync.Rehearsal) batchsync.TaskID {
	h := fnv.New64a()
	_, _ = h.Write([]byte(r.ID)) // never fails
	return -batchsync.TaskID(h.Sum64()>>2) - 1
}

// rehearsalRuns are the runs the platform would tell of it.
func rehearsalRuns(r batchsync.Rehearsal) []batchsync.Run {
	run := batchsync.Run{
		ID: batchsync.RunID(rehearsalTask(r)), Task: rehearsalTask(r), TaskName: rehearsalName, TaskType: batchsync.TypeSingle,
		Status: batchsync.RunFailed, Type: batchsync.RunScheduled, Plan: r.At, Began: r.At, Ended: r.At,
		Failure: "made up: connection to the data source refused",
	}
	if !r.Told.IsZero() {
		run.Status, run.Failure, run.Ended = batchsync.RunSuccess, "", r.Told
	}
	return []batchsync.Run{run}
}

// rehearsalName is the name of the made-up task.
const rehearsalName = "rehearsal"

// rehearsed moves a rehearsal on after a look that decided on it.
func rehearsed(r batchsync.Rehearsal, now time.Time) batchsync.Rehearsal {
	if r.Told.IsZero() {
		r.Told = now.UTC()
	} else {
		r.Over = now.UTC()
	}
	return r
}
