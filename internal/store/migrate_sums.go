package store

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
)

// schemaSums is the first version with sums.
const schemaSums = 5

// createSums makes version 5: the sums that tell whether a bucket still holds
// what was written, and the index by which settled operations are forgotten.
// The sums themselves are made when all steps are done.
func createSums(tx *bbolt.Tx, _ time.Time) error {
	for _, name := range []string{"sums", "settled"} {
		if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
			return fmt.Errorf("create bucket %s: %w", name, err)
		}
	}
	return tx.Bucket([]byte("operations")).ForEach(func(k, v []byte) error {
		var op struct {
			State string    `json:"state"`
			At    time.Time `json:"updated_at"`
		}
		if err := json.Unmarshal(v, &op); err != nil {
			return fmt.Errorf("operation %q: %w", k, err)
		}
		switch op.State {
		case "refused", "done", "dropped":
			key := binary.BigEndian.AppendUint64(nil, uint64(max(0, op.At.UnixNano())))
			return tx.Bucket([]byte("settled")).Put(append(key, k...), []byte{})
		}
		return nil
	})
}

// sumUp makes the sums anew from what the buckets hold, for a file that has
// them.
func sumUp(tx *bbolt.Tx) error {
	sums := bucket(tx, bucketSums)
	if sums == nil {
		return nil
	}
	have, err := countSums(tx)
	if err != nil {
		return err
	}
	for name, sum := range have {
		if err := sums.Put([]byte(name), be64(sum)); err != nil {
			return fmt.Errorf("sum up %s: %w", name, err)
		}
	}
	return nil
}

// countSums adds up every bucket, as it is now.
func countSums(tx *bbolt.Tx) (map[string]uint64, error) {
	out := map[string]uint64{}
	err := tx.ForEach(func(k []byte, b *bbolt.Bucket) error {
		name := string(k)
		if b == nil {
			return fmt.Errorf("%q is no bucket", name)
		}
		if name == bucketSums {
			return nil
		}
		out[name] = 0
		return b.ForEach(func(k, v []byte) error {
			if v == nil {
				return errors.New("a bucket within bucket " + name)
			}
			out[name] += entrySum(name, k, v)
			return nil
		})
	})
	return out, err
}
