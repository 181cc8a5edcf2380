package handlers

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"batchsync/internal/batchsync"
)

// unsubscribe ends a subscription of this channel, or takes topics off it. It
// works also where the bot could not post any more, and for tasks that are gone.
func (b *Bot) unsubscribe(ctx context.Context, o origin, rest string) {
	if strings.TrimSpace(rest) == "" {
		b.subscriptions(ctx, o, "")
		return
	}
	req, err := batchsync.ParseSubscribe(rest)
	var place batchsync.ChannelID
	if err == nil {
		place, err = b.followingPlace(ctx, o)
	}
	var all []batchsync.Subscription
	if err == nil {
		all, err = b.Store.Subscriptions(place)
	}
	if err != nil {
		b.fail(ctx, o, "unsubscribe", err)
		return
	}
	i := followed(all, req.Selector)
	if i < 0 {
		b.fail(ctx, o, "unsubscribe", &batchsync.Error{
			Code: batchsync.CodeNotFound, Text: batchsync.T("unsubscribe.none", req.Selector.Words()), Hint: batchsync.T("unsubscribe.none_hint"),
		})
		return
	}
	b.endSubscription(ctx, o, all, i, req.Topics, func() {})
}

// followingPlace is newsPlace without asking whether the bot may post there: to
// stop is always possible.
func (b *Bot) followingPlace(ctx context.Context, o origin) (batchsync.ChannelID, error) {
	if direct(o.Channel) {
		return b.newsPlace(ctx, o)
	}
	return o.Channel, nil
}

// followed finds the subscription that what was typed means: a task by its
// number, or by the name it had when it was chosen. -1: there is none.
func followed(all []batchsync.Subscription, typed batchsync.Selector) int {
	id, isID := batchsync.ParseTaskID(typed.Name)
	return slices.IndexFunc(all, func(s batchsync.Subscription) bool {
		if typed.Kind != batchsync.SelectTask {
			return s.Selector.Key() == typed.Key()
		}
		return s.Selector.Kind == batchsync.SelectTask && (isID && s.Selector.Task == id || s.Selector.Name == typed.Name)
	})
}

// unsubscribed ends the subscription a button names.
func (b *Bot) unsubscribed(ctx context.Context, in click) {
	place, err := b.followingPlace(ctx, in.origin)
	var all []batchsync.Subscription
	if err == nil {
		all, err = b.Store.Subscriptions(place)
	}
	if err != nil {
		b.fail(ctx, in.origin, "unsubscribe", err)
		return
	}
	i := slices.IndexFunc(all, func(s batchsync.Subscription) bool { return s.Selector.Key() == in.Value })
	if i < 0 { // as after a double click
		b.subscriptions(ctx, in.origin, "")
		return
	}
	b.endSubscription(ctx, in.origin, all, i, nil, in.done)
}

// endSubscription takes topics off the i-th of a channel's subscriptions; none
// means all of them.
func (b *Bot) endSubscription(ctx context.Context, o origin, all []batchsync.Subscription, i int, topics []batchsync.Topic, done func()) {
	sub := all[i]
	left := keepTopics(func(t batchsync.Topic) bool {
		return len(topics) > 0 && sub.Wants(t) && !slices.Contains(topics, t)
	})
	all[i].Topics = left
	channel, err := b.Store.Channel(sub.Channel)
	if err == nil && channel.Digest != "" && !slices.ContainsFunc(all, func(s batchsync.Subscription) bool { return s.Wants(batchsync.TopicDigest) }) {
		channel.Digest = ""
		err = b.Store.SetChannel(channel, subscriptionRow(o, sub.Channel, sub.Selector, batchsync.AuditEnded))
	}
	row := subscriptionRow(o, sub.Channel, sub.Selector, batchsync.AuditEnded)
	switch {
	case err != nil:
	case len(left) > 0:
		err = b.Store.Subscribe(all[i], nil, row)
	default:
		_, err = b.Store.Unsubscribe(sub.Channel, sub.Selector.Key(), row)
	}
	if err != nil {
		b.fail(ctx, o, fmt.Sprintf("unsubscribe %s from %s", sub.Channel, sub.Selector.Key()), err)
		return
	}
	done()
	b.Look()
	said := batchsync.T("unsubscribe.told", b.nameOf(ctx, o.User), sub.Selector.Words())
	if len(left) > 0 {
		said = batchsync.T("unsubscribe.told_left", b.nameOf(ctx, o.User), sub.Selector.Words(), topicWords(left))
	}
	b.announce(ctx, o, sub.Channel, said)
	b.tell(ctx, o, b.printer(o.User).Unsubscribed(sub.Selector, left, channel))
}
