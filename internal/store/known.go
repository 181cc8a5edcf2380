package store

import (
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"batchsync/internal/batchsync"
)

// How far back the monitor looks at what is over.
const (
	recentNews  = 2 * time.Hour      // closed incidents with their alerts, and alerts by when they were opened
	recentStops = 3 * 24 * time.Hour // stopped runs: the monitor looks at two days of runs
	recentQuiet = 2 * 24 * time.Hour // quiet windows, by their end
)

// Known reads what the monitor decides with, all as of one moment. Tasks come
// without their Spec. Quiet has the windows to come, the open ones, and those
// that ended within the last two days.
func (s *Store) Known(now time.Time) (k batchsync.Known, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		k = batchsync.Known{}
		for _, read := range []func(*bbolt.Tx, *batchsync.Known, time.Time) error{
			knownSettings, knownNews, knownTasks, knownDoings,
		} {
			if err := read(tx, &k, now); err != nil {
				return fmt.Errorf("read what is known: %w", err)
			}
		}
		return nil
	})
	return k, err
}

func knownSettings(tx *bbolt.Tx, k *batchsync.Known, now time.Time) (err error) {
	if k.Cursor, _, err = get[batchsync.Cursor](tx, bucketMeta, []byte(keyCursor)); err != nil {
		return err
	}
	if k.Subscriptions, err = all[batchsync.Subscription](tx, bucketSubscriptions, nil); err != nil {
		return err
	}
	if k.Channels, err = all[batchsync.Channel](tx, bucketChannels, nil); err != nil {
		return err
	}
	if k.Rehearsals, err = all[batchsync.Rehearsal](tx, bucketRehearsals, nil); err != nil {
		return err
	}
	k.Quiet, err = quiets(tx, now.Add(-recentQuiet))
	return err
}

func knownNews(tx *bbolt.Tx, k *batchsync.Known, now time.Time) (err error) {
	if k.Incidents, err = openIncidents(tx, nil); err != nil {
		return err
	}
	for key := range ascendFrom(tx, bucketIncidentsByTime, now.Add(-recentNews)) {
		i, err := incident(tx, batchsync.IncidentID(key[8:]))
		if err != nil {
			return err
		}
		k.Incidents = append(k.Incidents, i)
	}
	k.Alerts, err = knownAlerts(tx, k.Incidents, now.Add(-recentNews))
	return err
}

// knownAlerts are the open ones, those opened since, and those that tell of
// the incidents, which may come back.
func knownAlerts(tx *bbolt.Tx, incidents []batchsync.Incident, since time.Time) (out []batchsync.Alert, err error) {
	ids := map[string]bool{}
	for key := range ascend(tx, bucketOpenAlerts, nil) {
		ids[string(key)] = true
	}
	for key := range ascendFrom(tx, bucketAlertsByTime, since) {
		ids[string(key[8:])] = true
	}
	for _, i := range incidents {
		prefix := tellsKey(i.ID, "")
		for key := range ascend(tx, bucketAlertsByIncident, prefix) {
			ids[string(key[len(prefix):])] = true
		}
	}
	for _, id := range slices.Sorted(maps.Keys(ids)) {
		a, err := alert(tx, batchsync.AlertID(id))
		if err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	slices.SortStableFunc(out, func(a, b batchsync.Alert) int { return a.Opened.Compare(b.Opened) })
	return out, nil
}

// leanTask is a task without its specification: skipping it makes reading ten
// thousand of them half the work.
type leanTask struct {
	batchsync.Task
	Spec struct{} `json:"spec"`
}

func knownTasks(tx *bbolt.Tx, k *batchsync.Known, _ time.Time) error {
	tasks, err := all[leanTask](tx, bucketTasks, nil)
	k.Tasks = make([]batchsync.Task, len(tasks))
	for i, t := range tasks {
		k.Tasks[i] = t.Task
	}
	return err
}

// knownDoings is what people are doing with tasks, and did with runs.
func knownDoings(tx *bbolt.Tx, k *batchsync.Known, now time.Time) (err error) {
	if k.Stopped, err = stoppedSince(tx, now.Add(-recentStops)); err != nil {
		return err
	}
	k.Touched = map[batchsync.TaskID]time.Time{}
	for key, at := range ascend(tx, bucketTouched, nil) {
		k.Touched[batchsync.TaskID(binary.BigEndian.Uint64(key))] = keyTime(at)
	}
	if err := knownDeliveries(tx, k); err != nil {
		return err
	}
	k.Busy = map[batchsync.TaskID]batchsync.OperationKind{}
	for id := range ascend(tx, bucketUnsettled, nil) {
		op, err := operation(tx, batchsync.OperationID(id))
		if err != nil {
			return err
		}
		for _, task := range changed(op) {
			k.Busy[task] = op.Kind
		}
		if op.State.NeedsPerson() {
			k.Waiting = append(k.Waiting, op)
		}
	}
	slices.SortStableFunc(k.Waiting, func(a, b batchsync.Operation) int { return a.CreatedAt.Compare(b.CreatedAt) })
	return nil
}
