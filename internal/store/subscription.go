package store

import (
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"batchsync/internal/batchsync"
)

// Subscribe stores a subscription, in place of the one the channel has for the
// same selector, and what is kept of the channel, unless that is nil.
func (s *Store) Subscribe(sub batchsync.Subscription, ch *batchsync.Channel, audit batchsync.AuditRow) error {
	return s.update(func(tx *bbolt.Tx) error {
		sub.At = sub.At.UTC()
		if err := put(tx, bucketSubscriptions, subscriptionKey(sub.Channel, sub.Selector.Key()), sub); err != nil {
			return err
		}
		if ch != nil {
			if err := putChannel(tx, *ch); err != nil {
				return err
			}
		}
		return appendAudit(tx, audit)
	})
}

// Unsubscribe removes a channel's subscription by the key of its selector.
// found is false when there was none; nothing is audited then.
func (s *Store) Unsubscribe(channel batchsync.ChannelID, selectorKey string, audit batchsync.AuditRow) (found bool, err error) {
	err = s.update(func(tx *bbolt.Tx) error {
		key := subscriptionKey(channel, selectorKey)
		if found = bucket(tx, bucketSubscriptions).Get(key) != nil; !found {
			return nil
		}
		if err := setMark(tx, bucketSubscriptions, key, false); err != nil {
			return err
		}
		return appendAudit(tx, audit)
	})
	return found && err == nil, err
}

// Subscriptions lists those of a channel, or of all channels when it is "",
// by channel and selector.
func (s *Store) Subscriptions(channel batchsync.ChannelID) (out []batchsync.Subscription, err error) {
	var prefix []byte
	if channel != "" {
		prefix = subscriptionKey(channel, "")
	}
	err = s.db.View(func(tx *bbolt.Tx) error {
		out, err = all[batchsync.Subscription](tx, bucketSubscriptions, prefix)
		return err
	})
	return out, err
}

// Channel reads what is kept of a channel; of one that nothing was set for,
// only the id.
func (s *Store) Channel(id batchsync.ChannelID) (c batchsync.Channel, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		c, _, err = get[batchsync.Channel](tx, bucketChannels, []byte(id))
		return err
	})
	c.ID = id
	return c, err
}

// SetChannel stores what is kept of a channel. Told never goes back, so that no
// digest is sent twice.
func (s *Store) SetChannel(c batchsync.Channel, audit batchsync.AuditRow) error {
	return s.update(func(tx *bbolt.Tx) error {
		if err := putChannel(tx, c); err != nil {
			return err
		}
		return appendAudit(tx, audit)
	})
}

func putChannel(tx *bbolt.Tx, c batchsync.Channel) error {
	old, _, err := get[batchsync.Channel](tx, bucketChannels, []byte(c.ID))
	if err != nil {
		return err
	}
	if c.Told.Before(old.Told) {
		c.Told = old.Told
	}
	c.Told = c.Told.UTC()
	return put(tx, bucketChannels, []byte(c.ID), c)
}

// putTold notes when a channel's last digest was due, and leaves alone what
// people set meanwhile.
func putTold(tx *bbolt.Tx, c batchsync.Channel) error {
	stored, ok, err := get[batchsync.Channel](tx, bucketChannels, []byte(c.ID))
	if err != nil || !ok {
		return err
	}
	stored.Told = c.Told
	return putChannel(tx, stored)
}

// subscribeHome subscribes the channel that a task's news goes to by default,
// unless it has a subscription for that very task.
func subscribeHome(tx *bbolt.Tx, t batchsync.Task, now time.Time) error {
	selector := batchsync.Selector{Kind: batchsync.SelectTask, Task: t.ID, Name: t.Name}
	key := subscriptionKey(t.Channel, selector.Key())
	if t.Channel == "" || bucket(tx, bucketSubscriptions).Get(key) != nil {
		return nil
	}
	return put(tx, bucketSubscriptions, key, batchsync.Subscription{
		Channel: t.Channel, Selector: selector, Topics: batchsync.UsualTopics(), By: t.Owner, At: now.UTC(),
	})
}

func subscriptionKey(channel batchsync.ChannelID, selector string) []byte {
	return slices.Concat([]byte(channel), []byte{0}, []byte(selector))
}
