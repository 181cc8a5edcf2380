package store

import (
	"bytes"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"batchsync/internal/batchsync"
)

const (
	keepNews       = 90 * 24 * time.Hour // incidents and alerts, since they were closed
	keepStops      = 7 * 24 * time.Hour  // since the runs ended
	keepDeliveries = 365 * 24 * time.Hour
	keepRehearsals = 24 * time.Hour // since they began: one that takes longer is stuck
)

// expireNews removes what the monitor does not need any more. Incidents go
// after the alerts that draw them.
func expireNews(tx *bbolt.Tx, now time.Time, out *Expired) (err error) {
	if out.Alerts, err = expireAlerts(tx, now.Add(-keepNews)); err != nil {
		return fmt.Errorf("expire alerts: %w", err)
	}
	if out.Incidents, err = expireIncidents(tx, now.Add(-keepNews)); err != nil {
		return fmt.Errorf("expire incidents: %w", err)
	}
	for _, part := range []struct {
		name string
		over func(k, v []byte) (bool, error)
	}{
		{bucketStopped, older(bucketStopped, now.Add(-keepStops), func(s batchsync.Stop) time.Time { return s.At })},
		{bucketQuiet, older(bucketQuiet, now.Add(-recentQuiet), func(q batchsync.Quiet) time.Time { return q.To })},
		{bucketRehearsals, older(bucketRehearsals, now.Add(-keepRehearsals), func(r batchsync.Rehearsal) time.Time { return r.At })},
	} {
		n, err := removeWhere(tx, part.name, part.over)
		if err != nil {
			return fmt.Errorf("expire %s: %w", part.name, err)
		}
		out.Marks += n
	}
	if out.Acceptances, err = expireAcceptances(tx, now.Add(-keepDeliveries)); err != nil {
		return fmt.Errorf("expire acceptances: %w", err)
	}
	return nil
}

func expireAlerts(tx *bbolt.Tx, before time.Time) (n int, err error) {
	for _, e := range entriesBefore(tx, bucketAlertsByTime, before) {
		if n == expireBatch {
			break
		}
		a, err := alert(tx, batchsync.AlertID(e.key[8:]))
		if err != nil {
			return n, err
		}
		if a.Open() || a.Closed.After(before) {
			continue
		}
		row, told, err := get[messageRow](tx, bucketMessages, []byte(batchsync.AlertMessage(a.ID)))
		if err != nil {
			return n, err
		}
		if told && row.State == batchsync.MessageDue {
			continue
		}
		if told {
			if err := dropMessage(tx, row); err != nil {
				return n, err
			}
		}
		if err := unindexAlert(tx, a); err != nil {
			return n, err
		}
		if err := setMark(tx, bucketAlerts, []byte(a.ID), false); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

func expireIncidents(tx *bbolt.Tx, before time.Time) (n int, err error) {
	for _, e := range entriesBefore(tx, bucketIncidentsByTime, before) {
		if n == expireBatch {
			break
		}
		id := batchsync.IncidentID(e.key[8:])
		told, err := alertsOf(tx, id)
		if err != nil {
			return n, err
		}
		if len(told) > 0 {
			continue
		}
		if err := setMark(tx, bucketIncidentsByTime, e.key, false); err != nil {
			return n, err
		}
		if err := setMark(tx, bucketIncidents, []byte(id), false); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// older tells of a bucket's values whether their time lies before t.
func older[V any](name string, t time.Time, at func(V) time.Time) func(k, v []byte) (bool, error) {
	return func(k, data []byte) (bool, error) {
		v, err := decode[V](name, k, data)
		return err == nil && at(v).Before(t), err
	}
}

// removeWhere removes the entries that are over, [expireBatch] at most.
func removeWhere(tx *bbolt.Tx, name string, over func(k, v []byte) (bool, error)) (int, error) {
	var old [][]byte
	for k, v := range ascend(tx, name, nil) {
		is, err := over(k, v)
		if err != nil {
			return 0, err
		}
		if is {
			old = append(old, bytes.Clone(k))
		}
		if len(old) == expireBatch {
			break
		}
	}
	for _, k := range old {
		if err := setMark(tx, name, k, false); err != nil {
			return 0, err
		}
	}
	return len(old), nil
}
