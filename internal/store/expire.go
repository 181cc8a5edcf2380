package store

import (
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"batchsync/internal/batchsync"
)

// How long things are kept.
const (
	keepDrafts   = 7 * 24 * time.Hour  // since the last touch
	keepSeen     = 48 * time.Hour      // Slack redelivers within an hour
	keepMessages = 30 * 24 * time.Hour // since Slack took them
	keepDead     = 7 * 24 * time.Hour  // since they were given up
	keepFiles    = keepMessages        // since they were stored
	keepProposed = time.Hour           // since they were made
)

// expireBatch is how many of a kind go at once, so that nobody waits long for
// the file; the rest goes the next time.
const expireBatch = 500

// Expired counts what housekeeping removed.
type Expired struct {
	Drafts    int
	Proposals int
	Seen      int
	Messages  int
	Files     int // besides those that went with a message
	Alerts    int // with their messages
	Incidents int
	Marks     int // stopped runs, quiet windows and rehearsals

	Acceptances int // with their cards

	Ahead int // of times to come, left by a clock that was ahead: mended, not removed
}

// Expire removes what nobody needs any more: drafts untouched for seven days,
// of which each owner of an open one is told by a notice; proposals older than
// an hour, or of a time more than an hour ahead; dedupe keys older than 48
// hours; messages that were delivered 30 days ago or given up seven days ago,
// except the cards of operations that are not settled, and those that Slack
// shows: the audit links to them; files with the message that shows them, or
// after 30 days when none waits to be delivered; alerts closed 90 days ago
// together with their messages, except those that are still to be delivered;
// incidents closed 90 days ago that no alert tells of; which runs were stopped,
// after seven days; quiet windows two days after their end, and rehearsals a
// day after they began; acceptances asked for a year ago together with their
// cards. Of each kind 500 go at most. What a clock that was ahead left in a
// time to come, and something would wait for, is brought back to now. What is
// kept for longer is for [Store.Forget].
func (s *Store) Expire(now time.Time) (out Expired, err error) {
	err = s.update(func(tx *bbolt.Tx) error {
		out = Expired{}
		if out.Ahead, err = bringBack(tx, now); err != nil {
			return err
		}
		if out.Drafts, err = expireDrafts(tx, now); err != nil {
			return fmt.Errorf("expire drafts: %w", err)
		}
		if out.Proposals, err = expireProposals(tx, now); err != nil {
			return fmt.Errorf("expire proposals: %w", err)
		}
		if out.Seen, err = expireSeen(tx, now.Add(-keepSeen)); err != nil {
			return fmt.Errorf("expire dedupe keys: %w", err)
		}
		if out.Messages, err = expireMessages(tx, now); err != nil {
			return fmt.Errorf("expire messages: %w", err)
		}
		if out.Files, err = expireFiles(tx, now.Add(-keepFiles)); err != nil {
			return fmt.Errorf("expire files: %w", err)
		}
		return expireNews(tx, now, &out)
	})
	return out, err
}

func expireDrafts(tx *bbolt.Tx, now time.Time) (int, error) {
	var old []batchsync.Draft
	for k, v := range ascend(tx, bucketDrafts, nil) {
		d, err := decode[batchsync.Draft](bucketDrafts, k, v)
		if err != nil {
			return 0, err
		}
		if d.UpdatedAt.After(now.Add(-keepDrafts)) {
			continue
		}
		if len(old) == expireBatch {
			break
		}
		if !unsettled(tx, d.Operation) {
			old = append(old, d)
		}
	}
	for _, d := range old {
		if err := dropDraft(tx, d.ID); err != nil {
			return 0, err
		}
		if d.State != batchsync.DraftOpen || d.Mistaken != "" {
			continue
		}
		if err := enqueue(tx, expiryNotice(d, now)); err != nil {
			return 0, err
		}
	}
	return len(old), nil
}

func expiryNotice(d batchsync.Draft, now time.Time) batchsync.Message {
	return batchsync.Message{
		ID: batchsync.MessageID("draft/" + string(d.ID) + "/expired"), Kind: batchsync.MessageNotice,
		Body: []batchsync.Text{batchsync.T("draft.expired")}, Channel: batchsync.ChannelID(d.Owner),
		Due: now, CreatedAt: now,
	}
}

func expireSeen(tx *bbolt.Tx, before time.Time) (int, error) {
	old := entriesBefore(tx, bucketSeenByTime, before)
	old = old[:min(len(old), expireBatch)]
	for _, e := range old {
		if err := setMark(tx, bucketSeenByTime, e.key, false); err != nil {
			return 0, err
		}
		if err := setMark(tx, bucketSeen, e.key[8:], false); err != nil {
			return 0, err
		}
	}
	return len(old), nil
}

func expireMessages(tx *bbolt.Tx, now time.Time) (n int, err error) {
	old := append(entriesBefore(tx, bucketSent, now.Add(-keepMessages)), entriesBefore(tx, bucketDead, now.Add(-keepDead))...)
	left := expireBatch
	for _, e := range old {
		row, err := message(tx, batchsync.MessageID(e.value))
		if err != nil {
			return n, err
		}
		if row.Kind == batchsync.MessageOperation && unsettled(tx, batchsync.OperationID(row.Object)) {
			continue
		}
		if left--; left < 0 {
			break
		}
		kept := row.Kind == batchsync.MessageOperation && row.TS != ""
		switch row.Kind {
		case batchsync.MessageAlert:
			kept = bucket(tx, bucketAlerts).Get([]byte(row.Object)) != nil
		case batchsync.MessageAcceptance:
			kept = row.TS != "" && bucket(tx, bucketAcceptances).Get([]byte(row.Object)) != nil
		}
		if kept {
			// Where it stands is kept; it only need not be looked at again.
			if err := unindex(tx, row); err != nil {
				return n, err
			}
			continue
		}
		if err := dropMessage(tx, row); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// unsettled reports whether there is such an operation and somebody may still
// move it on.
func unsettled(tx *bbolt.Tx, id batchsync.OperationID) bool {
	return bucket(tx, bucketUnsettled).Get([]byte(id)) != nil
}
