package store

import (
	"fmt"

	"go.etcd.io/bbolt"

	"batchsync/internal/batchsync"
)

// Telling reads an alert with everything its message tells, or fails with
// [batchsync.CodeNotFound].
func (s *Store) Telling(id batchsync.AlertID) (t batchsync.Telling, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		t = batchsync.Telling{
			Watches: map[batchsync.TaskID]batchsync.Watch{}, Tasks: map[batchsync.TaskID]batchsync.Task{},
			Holders: map[batchsync.TaskID]batchsync.Operation{},
		}
		if t.Alert, err = alert(tx, id); err != nil {
			return err
		}
		if t.Subscriptions, err = all[batchsync.Subscription](tx, bucketSubscriptions, subscriptionKey(t.Alert.Channel, "")); err != nil {
			return err
		}
		for _, incident := range t.Alert.Incidents {
			if err := tellIncident(tx, &t, incident); err != nil {
				return fmt.Errorf("read alert %s: %w", id, err)
			}
		}
		return tellInto(tx, &t)
	})
	return t, err
}

// tellIncident adds an incident, and what is known of its task.
func tellIncident(tx *bbolt.Tx, t *batchsync.Telling, id batchsync.IncidentID) error {
	i, ok, err := get[batchsync.Incident](tx, bucketIncidents, []byte(id))
	if err != nil || !ok {
		return err
	}
	t.Incidents = append(t.Incidents, i)
	if w, ok, err := get[batchsync.Watch](tx, bucketWatches, taskKey(i.Task)); err != nil {
		return err
	} else if ok {
		t.Watches[i.Task] = w
	}
	if task, ok, err := get[batchsync.Task](tx, bucketTasks, taskKey(i.Task)); err != nil {
		return err
	} else if ok {
		t.Tasks[i.Task] = task
	}
	if op, held, err := holder(tx, batchsync.TaskLock(i.Task)); err != nil {
		return err
	} else if held {
		t.Holders[i.Task] = op
	}
	return nil
}

// tellInto adds the alert that another one was folded into.
func tellInto(tx *bbolt.Tx, t *batchsync.Telling) error {
	if t.Alert.Folded == "" {
		return nil
	}
	into, ok, err := get[batchsync.Alert](tx, bucketAlerts, []byte(t.Alert.Folded))
	if err != nil || !ok {
		return err
	}
	t.Into = &into
	row, ok, err := get[messageRow](tx, bucketMessages, []byte(batchsync.AlertMessage(into.ID)))
	if err == nil && ok {
		t.IntoMessage = &row.Message
	}
	return err
}
