package store

import (
	"fmt"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"batchsync/internal/batchsync"
)

// Alert reads an alert, open or closed, or fails with
// [batchsync.CodeNotFound].
func (s *Store) Alert(id batchsync.AlertID) (a batchsync.Alert, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		a, err = alert(tx, id)
		return err
	})
	return a, err
}

// AlertsOf lists the alerts, open and closed, that tell of an incident, the
// oldest first.
func (s *Store) AlertsOf(id batchsync.IncidentID) (out []batchsync.Alert, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		out, err = alertsOf(tx, id)
		return err
	})
	return out, err
}

func alert(tx *bbolt.Tx, id batchsync.AlertID) (batchsync.Alert, error) {
	a, ok, err := get[batchsync.Alert](tx, bucketAlerts, []byte(id))
	if err == nil && !ok {
		err = notFound(batchsync.T("alert.gone"), "alert "+string(id))
	}
	return a, err
}

func alertsOf(tx *bbolt.Tx, id batchsync.IncidentID) (out []batchsync.Alert, err error) {
	prefix := tellsKey(id, "")
	for k := range ascend(tx, bucketAlertsByIncident, prefix) {
		a, err := alert(tx, batchsync.AlertID(k[len(prefix):]))
		if err != nil {
			return nil, fmt.Errorf("list alerts of incident %s: %w", id, err)
		}
		out = append(out, a)
	}
	slices.SortStableFunc(out, func(a, b batchsync.Alert) int { return a.Opened.Compare(b.Opened) })
	return out, nil
}

// putAlert stores an alert and makes the indexes agree with it.
func putAlert(tx *bbolt.Tx, a batchsync.Alert) error {
	old, ok, err := get[batchsync.Alert](tx, bucketAlerts, []byte(a.ID))
	if err != nil {
		return err
	}
	if ok {
		if err := unindexAlert(tx, old); err != nil {
			return err
		}
	}
	for _, id := range a.Incidents {
		if err := setMark(tx, bucketAlertsByIncident, tellsKey(id, a.ID), true); err != nil {
			return err
		}
	}
	if err := setMark(tx, bucketAlertsByTime, append(timeKey(a.Opened), a.ID...), true); err != nil {
		return err
	}
	if err := setMark(tx, bucketOpenAlerts, []byte(a.ID), a.Open()); err != nil {
		return err
	}
	return put(tx, bucketAlerts, []byte(a.ID), a)
}

func unindexAlert(tx *bbolt.Tx, a batchsync.Alert) error {
	for _, id := range a.Incidents {
		if err := setMark(tx, bucketAlertsByIncident, tellsKey(id, a.ID), false); err != nil {
			return err
		}
	}
	if err := setMark(tx, bucketAlertsByTime, append(timeKey(a.Opened), a.ID...), false); err != nil {
		return err
	}
	return setMark(tx, bucketOpenAlerts, []byte(a.ID), false)
}

// raiseAlert has the message of an alert redrawn, or drawn for the first time.
func raiseAlert(tx *bbolt.Tx, a batchsync.Alert, now time.Time) error {
	id := batchsync.AlertMessage(a.ID)
	row, ok, err := get[messageRow](tx, bucketMessages, []byte(id))
	if err != nil {
		return err
	}
	if ok {
		return raise(tx, row, now)
	}
	return enqueue(tx, batchsync.Message{
		ID: id, Kind: batchsync.MessageAlert, Object: string(a.ID), Channel: a.Channel, Due: now, CreatedAt: now,
	})
}

// raiseTask has the open alerts redrawn that tell of a task's open incidents:
// something else they show of it has changed.
func raiseTask(tx *bbolt.Tx, task batchsync.TaskID, now time.Time) error {
	open, err := openIncidents(tx, taskKey(task))
	if err != nil {
		return err
	}
	for _, i := range open {
		told, err := alertsOf(tx, i.ID)
		if err != nil {
			return err
		}
		for _, a := range told {
			if !a.Open() {
				continue
			}
			if err := raiseAlert(tx, a, now); err != nil {
				return err
			}
		}
	}
	return nil
}

// raiseHeld has the alerts redrawn that tell who is changing a task.
func raiseHeld(tx *bbolt.Tx, op batchsync.Operation) error {
	for _, task := range changed(op) {
		if err := raiseTask(tx, task, op.UpdatedAt); err != nil {
			return err
		}
	}
	return nil
}

func tellsKey(incident batchsync.IncidentID, alert batchsync.AlertID) []byte {
	return []byte(string(incident) + "\x00" + string(alert))
}
