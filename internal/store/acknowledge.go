package store

import (
	"slices"
	"strconv"
	"time"

	"go.etcd.io/bbolt"

	"batchsync/internal/batchsync"
)

// AcknowledgeAll does what [Store.Acknowledge] does for all open incidents of an
// alert that nobody acknowledged yet, and returns them. Each alert that tells of
// some is redrawn once and gets one reply. It fails with
// [batchsync.CodeNotFound] when there is no such alert.
func (s *Store) AcknowledgeAll(id batchsync.AlertID, by batchsync.UserID, again time.Duration, now time.Time, audit batchsync.AuditRow) (done []batchsync.Incident, err error) {
	err = s.update(func(tx *bbolt.Tx) error {
		a, err := alert(tx, id)
		if err != nil {
			return err
		}
		if done, err = acknowledgeOpen(tx, a, by, again, now); err != nil || len(done) == 0 {
			return err
		}
		if err := tellAcked(tx, done, now); err != nil {
			return err
		}
		return appendAudit(tx, audit)
	})
	return done, err
}

func acknowledgeOpen(tx *bbolt.Tx, a batchsync.Alert, by batchsync.UserID, again time.Duration, now time.Time) (done []batchsync.Incident, err error) {
	for _, id := range a.Incidents {
		i, ok, err := get[batchsync.Incident](tx, bucketIncidents, []byte(id))
		if err != nil {
			return nil, err
		}
		if !ok || i.State != batchsync.IncidentOpen || i.AckedBy != "" {
			continue
		}
		if i, err = i.Acknowledge(by, again, now); err != nil {
			return nil, err
		}
		if err := putIncident(tx, i); err != nil {
			return nil, err
		}
		done = append(done, i)
	}
	return done, nil
}

// tellAcked has the open alerts redrawn that tell of the incidents, with a reply
// in the thread of each.
func tellAcked(tx *bbolt.Tx, acked []batchsync.Incident, now time.Time) error {
	var order []batchsync.AlertID
	told := map[batchsync.AlertID][]batchsync.Incident{}
	for _, i := range acked {
		prefix := tellsKey(i.ID, "")
		for k := range ascend(tx, bucketAlertsByIncident, prefix) {
			id := batchsync.AlertID(k[len(prefix):])
			if told[id] == nil {
				order = append(order, id)
			}
			told[id] = append(told[id], i)
		}
	}
	for _, id := range order { // each is read once: one may tell of thousands
		a, err := alert(tx, id)
		if err != nil {
			return err
		}
		if !a.Open() {
			continue
		}
		if err := raiseAlert(tx, a, now); err != nil {
			return err
		}
		reply := ackedReply(a, told[a.ID][0], now)
		if n := len(told[a.ID]); n > 1 {
			reply.Body = []batchsync.Text{batchsync.T("incident.acked_all", strconv.Itoa(n))}
			versions := slices.MaxFunc(told[a.ID], func(x, y batchsync.Incident) int { return x.Version - y.Version })
			reply.ID = batchsync.AlertReply(a.ID, "acked_all/"+string(versions.ID), versions.Version)
		}
		if err := enqueue(tx, reply); err != nil {
			return err
		}
	}
	return nil
}
