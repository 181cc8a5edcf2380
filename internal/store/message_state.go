package store

import (
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"batchsync/internal/batchsync"
)

// delivered is the message after an attempt to deliver it, see
// [Store.Delivered].
func delivered(m batchsync.Message, revision int, d batchsync.Delivery, due, now time.Time) (batchsync.Message, error) {
	m.Reason = d.Reason
	switch d.Outcome {
	case batchsync.OutcomeDone:
		m.Shown, m.Attempts, m.Reason, m.SentAt = revision, 0, "", now.UTC()
		if d.TS != "" {
			m.TS, m.Posted = d.TS, d.Channel
		}
		m.State, m.Due, m.Pending = batchsync.MessageSent, time.Time{}, time.Time{}
		if m.Wanted > m.Shown {
			m.State, m.Due, m.Pending = batchsync.MessageDue, due.UTC(), now.UTC()
		}
	case batchsync.OutcomeLater:
		m.Due = due.UTC()
	case batchsync.OutcomeFailed:
		m.Attempts++
		m.Due = due.UTC()
	case batchsync.OutcomeGone:
		m.TS, m.Posted, m.Shown = "", "", 0
		m.State, m.Due = batchsync.MessageDue, due.UTC()
	case batchsync.OutcomeNever:
		m.State, m.Due, m.Pending = batchsync.MessageDead, now.UTC(), time.Time{}
		if m.Wanted > revision {
			// Slack may take what it should show by now.
			m.State, m.Due, m.Pending = batchsync.MessageDue, due.UTC(), now.UTC()
		}
	default:
		return m, fmt.Errorf("unknown outcome %q", d.Outcome)
	}
	return m, nil
}

// raise asks for one more revision. A message that is due anyway keeps its
// time, so that news do not cut a rate limit or a back-off short; a dead one
// gets another chance, because Slack may take the new drawing.
func raise(tx *bbolt.Tx, row messageRow, now time.Time) error {
	m := row.Message
	m.Wanted++
	if m.State != batchsync.MessageDue {
		m.State, m.Due, m.Pending, m.Attempts, m.Reason = batchsync.MessageDue, now.UTC(), now.UTC(), 0, ""
	}
	return putMessage(tx, row, m)
}

// raiseCard has the card of an operation redrawn, or drawn for the first time.
func raiseCard(tx *bbolt.Tx, op batchsync.Operation) error {
	row, ok, err := get[messageRow](tx, bucketMessages, []byte(op.Message))
	if err != nil {
		return err
	}
	if ok {
		return raise(tx, row, op.UpdatedAt)
	}
	return enqueue(tx, batchsync.Message{
		ID: op.Message, Kind: batchsync.MessageOperation, Object: string(op.ID), Channel: op.Channel,
		Due: op.UpdatedAt, CreatedAt: op.UpdatedAt,
	})
}

func enqueue(tx *bbolt.Tx, msgs ...batchsync.Message) error {
	for _, m := range msgs {
		if bucket(tx, bucketMessages).Get([]byte(m.ID)) != nil {
			continue
		}
		seq, err := bucket(tx, bucketMessages).NextSequence()
		if err != nil {
			return fmt.Errorf("number message %s: %w", m.ID, err)
		}
		if m.Due.IsZero() {
			m.Due = m.CreatedAt
		}
		m.Due, m.CreatedAt = m.Due.UTC(), m.CreatedAt.UTC()
		m.State, m.Wanted, m.Pending = batchsync.MessageDue, max(m.Wanted, 1), m.Due
		if err := putMessage(tx, messageRow{Seq: seq}, m); err != nil {
			return err
		}
	}
	return nil
}

func message(tx *bbolt.Tx, id batchsync.MessageID) (messageRow, error) {
	row, ok, err := get[messageRow](tx, bucketMessages, []byte(id))
	if err == nil && !ok {
		err = notFound(batchsync.T("message.gone"), "message "+string(id))
	}
	return row, err
}

// putMessage stores m in place of old (whose message is zero when m is new)
// and moves its index entry.
func putMessage(tx *bbolt.Tx, old messageRow, m batchsync.Message) error {
	if err := unindex(tx, old); err != nil {
		return err
	}
	row := messageRow{Message: m, Seq: old.Seq}
	name, key := indexOf(row)
	if name == "" {
		return fmt.Errorf("store message %s: unknown state %q", m.ID, m.State)
	}
	if err := write(tx, name, key, []byte(m.ID)); err != nil {
		return fmt.Errorf("index message %s as %s: %w", m.ID, name, err)
	}
	return put(tx, bucketMessages, []byte(m.ID), row)
}

func dropMessage(tx *bbolt.Tx, row messageRow) error {
	if err := unindex(tx, row); err != nil {
		return err
	}
	if row.Kind == batchsync.MessageFile {
		if err := setMark(tx, bucketFiles, []byte(row.Object), false); err != nil {
			return err
		}
	}
	return setMark(tx, bucketMessages, []byte(row.ID), false)
}

func unindex(tx *bbolt.Tx, row messageRow) error {
	name, key := indexOf(row)
	if name == "" {
		return nil
	}
	return setMark(tx, name, key, false)
}

// indexOf tells which index a message is in, and under which key.
func indexOf(row messageRow) (name string, key []byte) {
	switch row.State {
	case batchsync.MessageDue:
		return bucketDue, append(timeKey(row.Due), be64(row.Seq)...)
	case batchsync.MessageSent:
		return bucketSent, append(timeKey(row.SentAt), be64(row.Seq)...)
	case batchsync.MessageDead:
		return bucketDead, append(timeKey(row.Due), be64(row.Seq)...)
	}
	return "", nil
}
