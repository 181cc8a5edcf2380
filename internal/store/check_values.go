package store

import (
	"encoding/json"
	"fmt"

	"go.etcd.io/bbolt"

	"batchsync/internal/batchsync"
)

// valueKinds are the buckets with JSON values, and what each holds.
func valueKinds() map[string]func([]byte) error {
	return map[string]func([]byte) error{
		bucketDrafts: reads[batchsync.Draft], bucketOperations: reads[batchsync.Operation], bucketProposals: reads[batchsync.Operation],
		bucketTasks: reads[batchsync.Task], bucketMessages: reads[messageRow], bucketFiles: reads[batchsync.File], bucketAudit: reads[batchsync.AuditRow],
		bucketWatches: reads[batchsync.Watch], bucketIncidents: reads[batchsync.Incident], bucketAlerts: reads[batchsync.Alert],
		bucketSubscriptions: reads[batchsync.Subscription], bucketChannels: reads[batchsync.Channel], bucketQuiet: reads[batchsync.Quiet],
		bucketRehearsals: reads[batchsync.Rehearsal], bucketStopped: reads[batchsync.Stop], bucketAcceptances: reads[batchsync.Acceptance],
		bucketExpectations: reads[batchsync.Expectation], bucketFresh: reads[batchsync.Fresh], bucketExamined: reads[batchsync.Examined],
		bucketSuccesses: reads[batchsync.Snapshot],
	}
}

func reads[V any](data []byte) error {
	var v V
	return json.Unmarshal(data, &v)
}

// numberKeys are the buckets whose keys begin with eight bytes, and how long a
// key is at least.
func numberKeys() map[string]int {
	return map[string]int{
		bucketTasks: 8, bucketDue: 16, bucketSent: 16, bucketDead: 16, bucketFilesByTime: 9, bucketSeenByTime: 9, bucketAudit: 8,
		bucketWatches: 8, bucketOpenIncidents: 9, bucketIncidentsByTime: 9, bucketAlertsByTime: 9, bucketStopped: 8, bucketTouched: 8,
		bucketAcceptancesByTask: 17, bucketExpectations: 8, bucketFresh: 8, bucketExamined: 8, bucketSuccesses: 8, bucketSettled: 9,
	}
}

// checkValues reads every key and value as what its bucket holds.
func checkValues(tx *bbolt.Tx, f *faults) {
	for name, read := range valueKinds() {
		for k, v := range ascend(tx, name, nil) {
			if f.over() {
				return
			}
			if err := read(v); err != nil {
				f.add(fmt.Errorf("decode %s %q: %w", name, k, err))
			}
		}
	}
	for name, size := range numberKeys() {
		for k := range ascend(tx, name, nil) {
			if len(k) < size {
				f.add(fmt.Errorf("key %x of %s is too short", k, name))
			}
		}
	}
	for _, name := range []string{bucketSeen, bucketTouched} {
		for k, v := range ascend(tx, name, nil) {
			if len(v) != 8 {
				f.add(fmt.Errorf("%s %q has no time", name, k))
			}
		}
	}
	if _, _, err := get[batchsync.Cursor](tx, bucketMeta, []byte(keyCursor)); err != nil {
		f.add(err)
	}
}
