package store

import (
	"fmt"
	"time"

	"go.etcd.io/bbolt"
)

// FirstTime reports whether the key was never given before, and remembers it;
// of any number of callers one is told true. Calls at the same time share a
// transaction, which delays each by up to ten milliseconds. The key is
// forgotten by [Store.Expire].
func (s *Store) FirstTime(key string, now time.Time) (first bool, err error) {
	// A shared transaction may run the function twice, so it sets first anew.
	err = s.batch(func(tx *bbolt.Tx) error {
		first = bucket(tx, bucketSeen).Get([]byte(key)) == nil
		if !first {
			return nil
		}
		at := timeKey(now)
		if err := write(tx, bucketSeen, []byte(key), at); err != nil {
			return fmt.Errorf("remember %q: %w", key, err)
		}
		return setMark(tx, bucketSeenByTime, append(at, key...), true)
	})
	return first && err == nil, err
}
