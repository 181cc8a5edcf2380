package store

import (
	"encoding/binary"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
)

// migration brings a file from the schema version before it to its own. It
// must not use the helpers of the present schema, which may move on.
type migration func(tx *bbolt.Tx, now time.Time) error

// migrations lists every step in order; the first makes version 1. An entry is
// never changed once it was released, and each has a test.
func migrations() []migration {
	return []migration{
		createBuckets,
		createChangeBuckets,
		createMonitorBuckets,
		createAcceptanceBuckets,
		createSums,
	}
}

// migrate runs the steps a file lacks in one write transaction: a file is of
// one version or of the other, never between.
func migrate(db *bbolt.DB, steps []migration, now time.Time) error {
	have, err := version(db)
	if err != nil {
		return err
	}
	if have > uint64(len(steps)) {
		return newer(have)
	}
	if have == uint64(len(steps)) {
		return nil
	}
	return db.Update(func(tx *bbolt.Tx) error {
		for i, step := range steps[have:] {
			if err := step(tx, now); err != nil {
				return fmt.Errorf("migrate to schema %d: %w", int(have)+i+1, err)
			}
		}
		if err := bucket(tx, bucketMeta).Put([]byte(keyVersion), be64(uint64(len(steps)))); err != nil {
			return fmt.Errorf("note schema %d: %w", len(steps), err)
		}
		return sumUp(tx)
	})
}

func newer(have uint64) error {
	return fmt.Errorf("%w: schema %d, this program knows %d", ErrNewer, have, len(migrations()))
}

// version is 0 for a file without schema.
func version(db *bbolt.DB) (v uint64, err error) {
	err = db.View(func(tx *bbolt.Tx) error {
		v, err = versionOf(tx)
		return err
	})
	return v, err
}

func versionOf(tx *bbolt.Tx) (uint64, error) {
	meta := bucket(tx, bucketMeta)
	if meta == nil {
		return 0, nil
	}
	data := meta.Get([]byte(keyVersion))
	if len(data) != 8 {
		return 0, fmt.Errorf("%w: schema version is %d bytes long, not 8", ErrDamaged, len(data))
	}
	return binary.BigEndian.Uint64(data), nil
}

// createBuckets makes version 1.
func createBuckets(tx *bbolt.Tx, now time.Time) error {
	for _, name := range []string{
		"meta", "drafts", "draftsByOwner", "operations", "unsettled", "locks", "tasks",
		"messages", "due", "sent", "dead", "seen", "seenByTime", "audit",
	} {
		if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
			return fmt.Errorf("create bucket %s: %w", name, err)
		}
	}
	return tx.Bucket([]byte("meta")).Put([]byte("created"), binary.BigEndian.AppendUint64(nil, uint64(now.UnixNano())))
}

// createChangeBuckets makes version 2: what changes of existing tasks need.
func createChangeBuckets(tx *bbolt.Tx, _ time.Time) error {
	for _, name := range []string{"proposals", "files", "filesByTime"} {
		if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
			return fmt.Errorf("create bucket %s: %w", name, err)
		}
	}
	return nil
}
