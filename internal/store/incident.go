package store

import (
	"fmt"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"batchsync/internal/batchsync"
)

// Incident reads an incident, open or closed, or fails with
// [batchsync.CodeNotFound].
func (s *Store) Incident(id batchsync.IncidentID) (i batchsync.Incident, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		i, err = incident(tx, id)
		return err
	})
	return i, err
}

// OpenIncidents lists the open incidents, rehearsals too, the oldest first.
func (s *Store) OpenIncidents() (out []batchsync.Incident, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		out, err = openIncidents(tx, nil)
		return err
	})
	slices.SortStableFunc(out, func(a, b batchsync.Incident) int { return a.Opened.Compare(b.Opened) })
	return out, err
}

// IncidentOf reads the open incident of a task, of task 0 the one of the
// platform itself; ok is false when there is none. A rehearsal is none.
func (s *Store) IncidentOf(task batchsync.TaskID) (i batchsync.Incident, ok bool, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		open, err := openIncidents(tx, taskKey(task))
		if at := slices.IndexFunc(open, func(i batchsync.Incident) bool { return !i.Rehearsal }); at >= 0 {
			i, ok = open[at], true
		}
		return err
	})
	return i, ok, err
}

// Acknowledge records that a person is on an incident and is asked again after
// a while. All open alerts that tell of it are redrawn, and a reply in each
// one's thread says so. The incident returned is the one stored. It fails with
// [batchsync.CodeNotFound] when there is none of that id, and with
// [batchsync.CodeConflict] when it is closed.
func (s *Store) Acknowledge(id batchsync.IncidentID, by batchsync.UserID, again time.Duration, now time.Time, audit batchsync.AuditRow) (next batchsync.Incident, err error) {
	err = s.update(func(tx *bbolt.Tx) error {
		old, err := incident(tx, id)
		if err != nil {
			return err
		}
		if next, err = old.Acknowledge(by, again, now); err != nil {
			return err
		}
		if err := putIncident(tx, next); err != nil {
			return err
		}
		told, err := alertsOf(tx, id)
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
			if err := enqueue(tx, ackedReply(a, next, now)); err != nil {
				return err
			}
		}
		return appendAudit(tx, audit)
	})
	return next, err
}

func ackedReply(a batchsync.Alert, i batchsync.Incident, now time.Time) batchsync.Message {
	body := batchsync.T("incident.acked", i.Name)
	if i.Task == 0 && i.Name == "" {
		body = batchsync.T("incident.acked_platform")
	}
	return batchsync.Message{
		ID: batchsync.AlertReply(a.ID, "acked/"+string(i.ID), i.Version), Kind: batchsync.MessageNotice, Body: []batchsync.Text{body},
		Mention: i.AckedBy, Channel: a.Channel, Thread: batchsync.AlertMessage(a.ID), Due: now, CreatedAt: now,
	}
}

func incident(tx *bbolt.Tx, id batchsync.IncidentID) (batchsync.Incident, error) {
	i, ok, err := get[batchsync.Incident](tx, bucketIncidents, []byte(id))
	if err == nil && !ok {
		err = notFound(batchsync.T("incident.gone"), "incident "+string(id))
	}
	return i, err
}

// openIncidents are those whose key in the index begins with prefix, by task.
func openIncidents(tx *bbolt.Tx, prefix []byte) (out []batchsync.Incident, err error) {
	for k := range ascend(tx, bucketOpenIncidents, prefix) {
		i, err := incident(tx, batchsync.IncidentID(k[8:]))
		if err != nil {
			return nil, fmt.Errorf("list open incidents: %w", err)
		}
		out = append(out, i)
	}
	return out, nil
}

// putIncident stores an incident and makes the indexes agree with it.
func putIncident(tx *bbolt.Tx, i batchsync.Incident) error {
	old, ok, err := get[batchsync.Incident](tx, bucketIncidents, []byte(i.ID))
	if err != nil {
		return err
	}
	if ok {
		if err := unindexIncident(tx, old); err != nil {
			return err
		}
	}
	name, key := incidentIndex(i)
	if err := setMark(tx, name, key, true); err != nil {
		return err
	}
	return put(tx, bucketIncidents, []byte(i.ID), i)
}

func unindexIncident(tx *bbolt.Tx, i batchsync.Incident) error {
	name, key := incidentIndex(i)
	return setMark(tx, name, key, false)
}

// incidentIndex tells which index an incident is in, and under which key.
func incidentIndex(i batchsync.Incident) (name string, key []byte) {
	if i.State == batchsync.IncidentClosed {
		return bucketIncidentsByTime, append(timeKey(i.Closed), i.ID...)
	}
	return bucketOpenIncidents, append(taskKey(i.Task), i.ID...)
}
