package store

import (
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"batchsync/internal/batchsync"
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
		return remember(tx, key, now)
	})
	return first && err == nil, err
}

// once remembers the form that a change is asked for by. It fails with
// [*batchsync.RepeatedError] when that form had its effect before: whatever was
// changed since, also by others, stays. As it belongs to the transaction of the
// change, a form that was refused may be sent again.
func once(tx *bbolt.Tx, audit batchsync.AuditRow) error {
	if audit.Form == "" {
		return nil
	}
	if at := bucket(tx, bucketSeen).Get([]byte(audit.Form)); at != nil {
		return fmt.Errorf("change %s: %w", audit.Object, &batchsync.RepeatedError{At: keyTime(at)})
	}
	return remember(tx, audit.Form, audit.At)
}

func remember(tx *bbolt.Tx, key string, now time.Time) error {
	at := timeKey(now)
	if err := write(tx, bucketSeen, []byte(key), at); err != nil {
		return fmt.Errorf("remember %q: %w", key, err)
	}
	return setMark(tx, bucketSeenByTime, append(at, key...), true)
}
