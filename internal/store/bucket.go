package store

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"iter"
	"time"

	"go.etcd.io/bbolt"
)

// Every name of the schema. A retired one stays here, marked as such.
const (
	bucketMeta          = "meta"
	bucketDrafts        = "drafts"
	bucketDraftsByOwner = "draftsByOwner"
	bucketOperations    = "operations"
	bucketUnsettled     = "unsettled"
	bucketLocks         = "locks"
	bucketProposals     = "proposals"
	bucketTasks         = "tasks"
	bucketMessages      = "messages"
	bucketDue           = "due"
	bucketSent          = "sent"
	bucketDead          = "dead"
	bucketFiles         = "files"
	bucketFilesByTime   = "filesByTime"
	bucketSeen          = "seen"
	bucketSeenByTime    = "seenByTime"
	bucketAudit         = "audit"

	bucketWatches          = "watches"
	bucketIncidents        = "incidents"
	bucketOpenIncidents    = "openIncidents"
	bucketIncidentsByTime  = "incidentsByTime"
	bucketAlerts           = "alerts"
	bucketOpenAlerts       = "openAlerts"
	bucketAlertsByTime     = "alertsByTime"
	bucketAlertsByIncident = "alertsByIncident"
	bucketSubscriptions    = "subscriptions"
	bucketChannels         = "channels"
	bucketQuiet            = "quiet"
	bucketRehearsals       = "rehearsals"
	bucketStopped          = "stopped"
	bucketTouched          = "touched"

	bucketAcceptances       = "acceptances"
	bucketAcceptancesByTask = "acceptancesByTask"
	bucketAskedAcceptances  = "askedAcceptances"
	bucketExpectations      = "expectations"
	bucketFresh             = "fresh"
	bucketExamined          = "examined"
	bucketSuccesses         = "successes"

	bucketSums    = "sums"
	bucketSettled = "settled"

	keyVersion = "version" // in meta
	keyCreated = "created" // in meta
	keyCursor  = "cursor"  // in meta
	keySwept   = "swept"   // in meta
)

func bucket(tx *bbolt.Tx, name string) *bbolt.Bucket { return tx.Bucket([]byte(name)) }

// be64 encodes n so that keys sort by it.
func be64(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// timeKey encodes a time so that keys sort by it; what lies before 1970, the
// zero time too, comes first.
func timeKey(t time.Time) []byte {
	if t.Unix() < 0 {
		return be64(0)
	}
	return be64(uint64(t.UnixNano()))
}

// keyTime is the time a key begins with.
func keyTime(key []byte) time.Time {
	return time.Unix(0, int64(binary.BigEndian.Uint64(key))).UTC()
}

// put stores a value as JSON.
func put(tx *bbolt.Tx, name string, key []byte, value any) error {
	data, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("encode %s %q: %w", name, key, err)
	}
	return write(tx, name, key, data)
}

// get reads a value; ok is false when there is none.
func get[V any](tx *bbolt.Tx, name string, key []byte) (v V, ok bool, err error) {
	data := bucket(tx, name).Get(key)
	if data == nil {
		return v, false, nil
	}
	v, err = decode[V](name, key, data)
	return v, err == nil, err
}

func decode[V any](name string, key, data []byte) (v V, err error) {
	if err := json.Unmarshal(data, &v); err != nil {
		return v, fmt.Errorf("decode %s %q: %w", name, key, err)
	}
	return v, nil
}

// all reads the values of a bucket whose keys begin with prefix, in the order of
// the keys.
func all[V any](tx *bbolt.Tx, name string, prefix []byte) (out []V, err error) {
	for k, data := range ascend(tx, name, prefix) {
		v, err := decode[V](name, k, data)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// setMark adds a key to an index, or takes it out.
func setMark(tx *bbolt.Tx, name string, key []byte, present bool) error {
	if present {
		return write(tx, name, key, nil)
	}
	return erase(tx, name, key)
}

// ascend walks the keys that begin with prefix, in order. The bucket must not
// be changed meanwhile; see [entriesBefore].
func ascend(tx *bbolt.Tx, name string, prefix []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func(k, v []byte) bool) {
		c := bucket(tx, name).Cursor()
		for k, v := c.Seek(prefix); k != nil && bytes.HasPrefix(k, prefix); k, v = c.Next() {
			if !yield(k, v) {
				return
			}
		}
	}
}

// descend walks all keys, last first.
func descend(tx *bbolt.Tx, name string) iter.Seq2[[]byte, []byte] {
	return func(yield func(k, v []byte) bool) {
		c := bucket(tx, name).Cursor()
		for k, v := c.Last(); k != nil; k, v = c.Prev() {
			if !yield(k, v) {
				return
			}
		}
	}
}

// entry is a key and its value, copied out of the file.
type entry struct{ key, value []byte }

// ascendFrom walks the keys of an index by time from t on.
func ascendFrom(tx *bbolt.Tx, name string, t time.Time) iter.Seq2[[]byte, []byte] {
	return func(yield func(k, v []byte) bool) {
		c := bucket(tx, name).Cursor()
		for k, v := c.Seek(timeKey(t)); k != nil; k, v = c.Next() {
			if !yield(k, v) {
				return
			}
		}
	}
}

// entriesBefore copies the entries of an index by time that lie before t, so
// that they can be deleted.
func entriesBefore(tx *bbolt.Tx, name string, t time.Time) []entry {
	var out []entry
	end := timeKey(t)
	for k, v := range ascend(tx, name, nil) {
		if bytes.Compare(k[:8], end) >= 0 {
			break
		}
		out = append(out, entry{bytes.Clone(k), bytes.Clone(v)})
	}
	return out
}
