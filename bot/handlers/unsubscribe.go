package handlers

import (
	"context"
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
	if err != nil {
		b.fail(ctx, o, "unsubscribe", err)
		return
	}
	meant := func(all []batchsync.Subscription) int { return followed(all, req.Selector) }
	if !b.endSubscription(ctx, o, meant, req.Topics) {
		b.fail(ctx, o, "unsubscribe", &batchsync.Error{
			Code: batchsync.CodeNotFound, Text: batchsync.T("unsubscribe.none", req.Selector.Words()), Hint: batchsync.T("unsubscribe.none_hint"),
		})
	}
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
	meant := func(all []batchsync.Subscription) int {
		return slices.IndexFunc(all, func(s batchsync.Subscription) bool { return s.Selector.Key() == in.Value })
	}
	if !b.endSubscription(ctx, in.origin, meant, nil) { // as after a double click
		b.subscriptions(ctx, in.origin, "")
	}
}

// endSubscription takes topics off the subscription of this channel that is
// meant; none means all of them. It is false when there is none.
func (b *Bot) endSubscription(ctx context.Context, o origin, meant func([]batchsync.Subscription) int, topics []batchsync.Topic) bool {
	place, err := b.followingPlace(ctx, o)
	var e unfollowed
	if err == nil {
		e, err = b.takeOff(o, place, meant, topics)
	}
	switch {
	case err != nil:
		b.fail(ctx, o, "unsubscribe "+string(place), err)
		return true
	case !e.found:
		return false
	}
	o.done()
	b.Look()
	sub := e.was
	said := batchsync.T("unsubscribe.told", b.nameOf(ctx, o.User), sub.Selector.Words())
	if len(e.left) > 0 {
		said = batchsync.T("unsubscribe.told_left", b.nameOf(ctx, o.User), sub.Selector.Words(), topicWords(e.left), e.channel.Digest, e.channel.Zone)
	}
	b.announce(ctx, o, sub.Channel, said)
	b.tell(ctx, o, b.printerOf(o).Unsubscribed(sub.Selector, e.left, e.channel))
	return true
}

// unfollowed is what became of a subscription that was ended, or of which topics were
// taken off.
type unfollowed struct {
	found   bool
	was     batchsync.Subscription
	left    []batchsync.Topic
	channel batchsync.Channel
}

// takeOff does in the file what endSubscription is about. A channel of which no
// subscription wants the digest gets none any more.
func (b *Bot) takeOff(o origin, place batchsync.ChannelID, meant func([]batchsync.Subscription) int, topics []batchsync.Topic) (e unfollowed, err error) {
	b.edits.Lock()
	defer b.edits.Unlock()
	all, err := b.Store.Subscriptions(place)
	if err != nil {
		return e, err
	}
	i := meant(all)
	if i < 0 {
		return e, nil
	}
	e.found, e.was = true, all[i]
	e.left = keepTopics(func(t batchsync.Topic) bool {
		return len(topics) > 0 && e.was.Wants(t) && !slices.Contains(topics, t)
	})
	all[i].Topics = e.left
	row := subscriptionRow(o, place, e.was.Selector, batchsync.AuditEnded)
	if e.channel, err = b.Store.Channel(place); err != nil {
		return e, err
	}
	if e.channel.Digest != "" && !slices.ContainsFunc(all, func(s batchsync.Subscription) bool { return s.Wants(batchsync.TopicDigest) }) {
		e.channel.Digest = ""
		if err := b.Store.SetChannel(e.channel, row); err != nil {
			return e, err
		}
	}
	if len(e.left) > 0 {
		return e, b.Store.Subscribe(all[i], nil, row)
	}
	_, err = b.Store.Unsubscribe(place, e.was.Selector.Key(), row)
	return e, err
}
