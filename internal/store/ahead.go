package store

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"batchsync/internal/batchsync"
)

// A clock that was ahead, and was set right, leaves times to come in the file.
// What compares them with now would wait until the clock gets there again: an
// hour, or a year. So housekeeping brings them back to now.
const (
	// aheadSlack is how far ahead a time may lie by the order in which things are
	// stored, and by clocks that are corrected bit by bit.
	aheadSlack = time.Minute
	// longestDelay is how long a message waits at most that failed; see the
	// back-off of the outbox.
	longestDelay = 10 * time.Minute
)

// bringBack mends the entries that lie in a time to come, and counts them.
// Drafts, dedupe keys and what is only kept for a while are left alone: those
// are kept for longer, which costs nothing.
func bringBack(tx *bbolt.Tx, now time.Time) (n int, err error) {
	for _, part := range []struct {
		name string
		mend func(*bbolt.Tx, time.Time) (int, error)
	}{
		{bucketDue, mendDue},
		{bucketTouched, mendTouched},
		{bucketFresh, mendTimes(bucketFresh, func(f *batchsync.Fresh) *time.Time { return &f.At })},
		{bucketExamined, mendTimes(bucketExamined, func(e *batchsync.Examined) *time.Time { return &e.At })},
		{bucketAcceptancesByTask, mendAsked}, // behind what was examined, which follows it
	} {
		mended, err := part.mend(tx, now)
		if err != nil {
			return n, fmt.Errorf("bring back %s: %w", part.name, err)
		}
		n += mended
	}
	return n, nil
}

// mendDue brings messages back that would be sent too late. One that is held on
// purpose stays so: it is to be told at that time of the day.
func mendDue(tx *bbolt.Tx, now time.Time) (int, error) {
	type pair struct {
		old messageRow
		new batchsync.Message
	}
	var late []pair
	for _, id := range ascend(tx, bucketDue, nil) {
		row, err := message(tx, batchsync.MessageID(id))
		if err != nil {
			return 0, err
		}
		m := row.Message
		if m.Due.After(now.Add(longestDelay)) && !held(m) {
			m.Due = now.UTC()
		}
		if m.Pending.After(m.Due) {
			m.Pending = m.Due
		}
		if m.SentAt.After(now.Add(aheadSlack)) {
			m.SentAt = now.UTC()
		}
		if !m.Due.Equal(row.Due) || !m.Pending.Equal(row.Pending) || !m.SentAt.Equal(row.SentAt) {
			late = append(late, pair{row, m})
		}
		if len(late) == expireBatch {
			break
		}
	}
	for _, p := range late {
		if err := putMessage(tx, p.old, p.new); err != nil {
			return 0, err
		}
	}
	return len(late), nil
}

// held reports whether a message was stored to be sent later: what is told of a
// muted task, or in a quiet window.
func held(m batchsync.Message) bool {
	kind := m.Kind == batchsync.MessageNotice || m.Kind == batchsync.MessageAcceptance
	return kind && m.Attempts == 0 && m.SentAt.IsZero() && m.Due.After(m.CreatedAt)
}

func mendTouched(tx *bbolt.Tx, now time.Time) (int, error) {
	var late [][]byte
	for k, v := range ascend(tx, bucketTouched, nil) {
		if binary.BigEndian.Uint64(v) > binary.BigEndian.Uint64(timeKey(now.Add(aheadSlack))) {
			late = append(late, bytes.Clone(k))
		}
	}
	for _, k := range late {
		if err := write(tx, bucketTouched, k, timeKey(now)); err != nil {
			return 0, err
		}
	}
	return len(late), nil
}

// mendTimes mends the time of each value of a bucket, to a moment before now: what
// is brought back after it comes later.
func mendTimes[V any](name string, at func(*V) *time.Time) func(*bbolt.Tx, time.Time) (int, error) {
	return func(tx *bbolt.Tx, now time.Time) (int, error) {
		late := map[string]V{}
		for k, data := range ascend(tx, name, nil) {
			v, err := decode[V](name, k, data)
			if err != nil {
				return 0, err
			}
			if at := at(&v); at.After(now.Add(aheadSlack)) {
				*at = now.Add(-time.Second).UTC()
				late[string(k)] = v
			}
		}
		for k, v := range late {
			if err := put(tx, name, []byte(k), v); err != nil {
				return 0, err
			}
		}
		return len(late), nil
	}
}

// mendAsked has acceptances asked for now that seem to be asked for later, in the
// order they have: else those that follow would not count as newer.
func mendAsked(tx *bbolt.Tx, now time.Time) (int, error) {
	var late []batchsync.AcceptanceID
	for k, id := range ascend(tx, bucketAcceptancesByTask, nil) {
		if bytes.Compare(k[8:16], timeKey(now.Add(aheadSlack))) > 0 && len(late) < expireBatch {
			late = append(late, batchsync.AcceptanceID(id))
		}
	}
	for i, id := range late {
		a, err := acceptance(tx, id)
		if err != nil {
			return 0, err
		}
		a.Asked = now.Add(time.Duration(i-len(late)) * time.Microsecond).UTC()
		if err := putAcceptance(tx, a); err != nil {
			return 0, err
		}
	}
	return len(late), nil
}
