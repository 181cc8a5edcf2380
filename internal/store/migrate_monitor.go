package store

import (
	"encoding/json"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
)

// createMonitorBuckets makes version 3: what the monitor knows and tells. The
// tasks that are there are subscribed by the channels their news went to so
// far.
func createMonitorBuckets(tx *bbolt.Tx, now time.Time) error {
	for _, name := range []string{
		"watches", "incidents", "openIncidents", "incidentsByTime", "alerts", "openAlerts", "alertsByTime", "alertsByIncident",
		"subscriptions", "channels", "quiet", "rehearsals", "stopped", "touched",
	} {
		if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
			return fmt.Errorf("create bucket %s: %w", name, err)
		}
	}
	return tx.Bucket([]byte("tasks")).ForEach(func(k, v []byte) error {
		if err := subscribeOld(tx, v, now); err != nil {
			return fmt.Errorf("subscribe to task %x: %w", k, err)
		}
		return nil
	})
}

func subscribeOld(tx *bbolt.Tx, data []byte, now time.Time) error {
	var task struct {
		ID      int64  `json:"id"`
		Name    string `json:"name"`
		Owner   string `json:"owner"`
		Channel string `json:"channel"`
	}
	if err := json.Unmarshal(data, &task); err != nil || task.Channel == "" {
		return err
	}
	sub, err := json.Marshal(map[string]any{
		"channel": task.Channel, "selector": map[string]any{"kind": "task", "task": task.ID, "name": task.Name},
		"topics": []string{"failures", "tables", "late", "recoveries"}, "by": task.Owner, "at": now.UTC(),
	})
	if err != nil {
		return err
	}
	return tx.Bucket([]byte("subscriptions")).Put(fmt.Appendf(nil, "%s\x00task/%d", task.Channel, task.ID), sub)
}
