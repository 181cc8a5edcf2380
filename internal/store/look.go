package store

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"batchsync/internal/batchsync"
)

// Watches lists what is remembered of every watched task, by task: the
// monitor's memory after a restart.
func (s *Store) Watches() (out []batchsync.Watch, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		out, err = all[batchsync.Watch](tx, bucketWatches, nil)
		return err
	})
	return out, err
}

// RecordLook stores what one look of the monitor found out, and has the message
// of each alert in it redrawn, or drawn for the first time. It fails with
// [ErrStale], and stores nothing, when a stored incident or alert is not of the
// version before the one given.
//
// What people set meanwhile stands: of a channel only Told is taken, and a mute
// that was set anew is not ended.
func (s *Store) RecordLook(l batchsync.Look) error {
	if l.At.IsZero() {
		return errors.New("record look: it has no time")
	}
	return s.update(func(tx *bbolt.Tx) error {
		if err := put(tx, bucketMeta, []byte(keyCursor), l.Cursor); err != nil {
			return err
		}
		if err := putWatches(tx, l); err != nil {
			return err
		}
		if err := putNews(tx, l); err != nil {
			return err
		}
		for _, p := range l.Tasks {
			if err := patchTask(tx, p, l.At); err != nil {
				return err
			}
		}
		for _, c := range l.Channels {
			if err := putTold(tx, c); err != nil {
				return err
			}
		}
		if err := askLooked(tx, l.Acceptances); err != nil {
			return err
		}
		return putRehearsed(tx, l.Rehearsed)
	})
}

// putWatches writes what has changed only, in the order of the keys: both make
// for few pages.
func putWatches(tx *bbolt.Tx, l batchsync.Look) error {
	sorted := slices.SortedFunc(slices.Values(l.Watches), func(a, b batchsync.Watch) int { return cmp.Compare(a.Task, b.Task) })
	for _, w := range sorted {
		data, err := json.Marshal(w)
		if err != nil {
			return fmt.Errorf("encode watch %d: %w", w.Task, err)
		}
		if bytes.Equal(data, bucket(tx, bucketWatches).Get(taskKey(w.Task))) {
			continue
		}
		if err := write(tx, bucketWatches, taskKey(w.Task), data); err != nil {
			return err
		}
	}
	for _, id := range l.Forget {
		if err := setMark(tx, bucketWatches, taskKey(id), false); err != nil {
			return err
		}
	}
	return nil
}

// putNews stores incidents, alerts and messages, those of the alerts first:
// the others may be replies to them.
func putNews(tx *bbolt.Tx, l batchsync.Look) error {
	for _, i := range l.Incidents {
		old, _, err := get[batchsync.Incident](tx, bucketIncidents, []byte(i.ID))
		if err != nil {
			return err
		}
		if old.Version != i.Version-1 {
			return fmt.Errorf("record incident %s of version %d over %d: %w", i.ID, i.Version, old.Version, ErrStale)
		}
		if err := putIncident(tx, i); err != nil {
			return err
		}
	}
	for _, a := range l.Alerts {
		old, _, err := get[batchsync.Alert](tx, bucketAlerts, []byte(a.ID))
		if err != nil {
			return err
		}
		if old.Version != a.Version-1 {
			return fmt.Errorf("record alert %s of version %d over %d: %w", a.ID, a.Version, old.Version, ErrStale)
		}
		if err := putAlert(tx, a); err != nil {
			return err
		}
		if err := raiseAlert(tx, a, l.At); err != nil {
			return err
		}
	}
	return enqueue(tx, l.Messages...)
}

// patchTask brings a remembered task up to date; one that is not remembered
// stays so.
func patchTask(tx *bbolt.Tx, p batchsync.TaskPatch, now time.Time) error {
	t, ok, err := get[batchsync.Task](tx, bucketTasks, taskKey(p.ID))
	if err != nil || !ok {
		return err
	}
	t.Name = cmp.Or(p.Name, t.Name)
	if p.Unmute && !t.Muted.After(now) {
		t.Muted = time.Time{}
	}
	return putTask(tx, t, now)
}
