package store

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"go.etcd.io/bbolt"
)

// createAcceptanceBuckets makes version 4: what the acceptance of deliveries
// needs. Until then a subscription that named no topics had that of acceptance,
// which told nothing; from now on it has every run examined, and has to be
// asked for.
func createAcceptanceBuckets(tx *bbolt.Tx, _ time.Time) error {
	for _, name := range []string{"acceptances", "acceptancesByTask", "askedAcceptances", "expectations", "fresh", "examined", "successes"} {
		if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
			return fmt.Errorf("create bucket %s: %w", name, err)
		}
	}
	subscriptions := tx.Bucket([]byte("subscriptions"))
	changed := map[string][]byte{}
	err := subscriptions.ForEach(func(k, v []byte) error {
		data, err := withoutAcceptance(v)
		if err != nil {
			return fmt.Errorf("subscription %q: %w", k, err)
		}
		if data != nil {
			changed[string(k)] = data
		}
		return nil
	})
	if err != nil {
		return err
	}
	for k, data := range changed {
		if err := subscriptions.Put([]byte(k), data); err != nil {
			return fmt.Errorf("subscription %q: %w", k, err)
		}
	}
	return nil
}

// withoutAcceptance is a subscription of the topics that were usual with those
// that are; nil leaves it as it is.
func withoutAcceptance(subscription []byte) ([]byte, error) {
	var fields map[string]json.RawMessage
	var topics []string
	if err := json.Unmarshal(subscription, &fields); err != nil {
		return nil, err
	}
	if fields["topics"] == nil {
		return nil, nil
	}
	if err := json.Unmarshal(fields["topics"], &topics); err != nil {
		return nil, err
	}
	if !slices.Equal(topics, []string{"failures", "tables", "acceptance", "late", "recoveries"}) {
		return nil, nil
	}
	usual, err := json.Marshal([]string{"failures", "tables", "late", "recoveries"})
	if err != nil {
		return nil, err
	}
	fields["topics"] = usual
	return json.Marshal(fields)
}
