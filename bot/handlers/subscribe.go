package handlers

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
)

// subscriptions answers with what this channel is told, and when it is told
// nothing.
func (b *Bot) subscriptions(ctx context.Context, o origin, _ string) {
	place, err := b.followingPlace(ctx, o)
	if err != nil {
		b.fail(ctx, o, "list subscriptions", err)
		return
	}
	v := blocks.SubscriptionsView{Zone: b.cfg.Zone, Now: now()}
	if v.Rows, err = b.Store.Subscriptions(place); err == nil {
		v.Channel, err = b.Store.Channel(place)
	}
	if err == nil {
		v.Quiet, err = b.Store.Quiets(v.Now)
	}
	if err != nil {
		b.fail(ctx, o, fmt.Sprintf("list subscriptions of %s", place), err)
		return
	}
	b.tell(ctx, o, b.printerOf(o).Subscriptions(v))
}

// newsPlace is where news goes that is asked for here: this channel, or the
// person in the conversation with the bot. It is an error where the bot cannot
// or must not post.
func (b *Bot) newsPlace(ctx context.Context, o origin) (batchsync.ChannelID, error) {
	switch {
	case o.Channel == "":
		return batchsync.ChannelID(o.User), nil
	case o.Channel[0] != 'D':
		return o.Channel, b.Channels.refuses(ctx, o.Channel)
	case b.withUs(ctx, o):
		return batchsync.ChannelID(o.User), nil
	}
	return "", &batchsync.Error{Code: batchsync.CodeRefused, Text: batchsync.T("channel.no_member"), Hint: batchsync.T("channel.no_member_hint")}
}

// subscribe has this channel follow what was typed. Topics are added to those it
// has for the same tasks already.
func (b *Bot) subscribe(ctx context.Context, o origin, rest string) {
	if strings.TrimSpace(rest) == "" {
		b.subscriptions(ctx, o, "")
		return
	}
	place, err := b.newsPlace(ctx, o)
	var req batchsync.SubscribeRequest
	if err == nil {
		req, err = batchsync.ParseSubscribe(rest)
	}
	if err != nil {
		b.fail(ctx, o, "subscribe", err)
		return
	}
	selector, ok := b.chosen(ctx, o, req.Selector)
	if !ok {
		return
	}
	sub := batchsync.Subscription{Channel: place, Selector: selector, Topics: req.Topics, By: o.User, At: now()}
	if err := b.saveSubscription(ctx, o, sub, req.Digest); err != nil {
		b.fail(ctx, o, fmt.Sprintf("subscribe %s to %s", place, selector.Key()), err)
	}
}

func (b *Bot) saveSubscription(ctx context.Context, o origin, sub batchsync.Subscription, digest string) error {
	sub, channel, err := b.mergeSubscription(o, sub, digest)
	if err != nil {
		return err
	}
	b.Look()
	b.announce(ctx, o, sub.Channel, batchsync.T("subscribe.told", b.nameOf(ctx, o.User), sub.Selector.Words(), topicWords(sub.Topics), channel.Digest, channel.Zone))
	b.tell(ctx, o, b.printerOf(o).Subscribed(sub, channel, b.countChosen(sub.Selector)))
	return nil
}

// mergeSubscription stores a subscription together with the topics that the
// channel has for the same tasks already.
func (b *Bot) mergeSubscription(o origin, sub batchsync.Subscription, digest string) (batchsync.Subscription, batchsync.Channel, error) {
	b.edits.Lock()
	defer b.edits.Unlock()
	old, err := b.Store.Subscriptions(sub.Channel)
	if err != nil {
		return sub, batchsync.Channel{}, err
	}
	i := slices.IndexFunc(old, func(s batchsync.Subscription) bool { return s.Selector.Key() == sub.Selector.Key() })
	switch {
	case i >= 0 && len(sub.Topics) == 0:
		sub.Topics = together(old[i].Topics, batchsync.UsualTopics())
	case i >= 0:
		sub.Topics = together(old[i].Topics, sub.Topics)
	case len(sub.Topics) == 0:
		sub.Topics = batchsync.UsualTopics()
	}
	channel, err := b.Store.Channel(sub.Channel)
	if err != nil {
		return sub, channel, err
	}
	var set *batchsync.Channel
	if digest != "" {
		channel.Digest, channel.Zone = digest, b.cfg.Zone
		set = &channel
	}
	return sub, channel, b.Store.Subscribe(sub, set, subscriptionRow(o, sub.Channel, sub.Selector, string(batchsync.OpDone)))
}

// together are the topics of both, in the order of the help text.
func together(a, b []batchsync.Topic) []batchsync.Topic {
	return keepTopics(func(t batchsync.Topic) bool { return slices.Contains(a, t) || slices.Contains(b, t) })
}

func keepTopics(keep func(batchsync.Topic) bool) []batchsync.Topic {
	return slices.DeleteFunc(batchsync.Topics(), func(t batchsync.Topic) bool { return !keep(t) })
}

func topicWords(all []batchsync.Topic) string {
	words := make([]string, len(all))
	for i, t := range all {
		words[i] = string(t)
	}
	return batchsync.List(words...)
}

func subscriptionRow(o origin, channel batchsync.ChannelID, s batchsync.Selector, outcome string) batchsync.AuditRow {
	row := batchsync.AuditRow{At: now(), Actor: o.User, Action: batchsync.ActSubscribe, Object: "channel/" + string(channel), Name: s.Words(), Outcome: outcome}
	if s.Kind == batchsync.SelectTask {
		row.Object, row.Name = "task/"+s.Task.String(), s.Name
	}
	return row
}

// announce tells a channel what a person changed for all who read it, without
// pinging anybody. A direct message has nobody else.
func (b *Bot) announce(ctx context.Context, o origin, channel batchsync.ChannelID, said batchsync.Text) {
	if direct(channel) {
		return
	}
	err := b.Store.Enqueue(batchsync.Message{
		ID: batchsync.MessageID("notice/" + newID()), Kind: batchsync.MessageNotice, Body: []batchsync.Text{said}, Channel: channel,
		Due: now(), CreatedAt: now(),
	})
	if err != nil {
		b.Log.ErrorContext(ctx, "announce a change to its channel", "channel", channel, "user", o.User, "error", err)
		return
	}
	b.Deliver()
}

// nameOf is a person's display name for a message that must not ping them.
func (b *Bot) nameOf(ctx context.Context, id batchsync.UserID) string {
	user, err := b.people.Who(ctx, id)
	if err != nil || user.Name == "" {
		return string(id)
	}
	return user.Name
}

// countChosen is how many of the tasks seen so far a selector chooses; below
// zero where that cannot be told yet.
func (b *Bot) countChosen(s batchsync.Selector) int {
	if s.Kind == batchsync.SelectTask {
		return 1
	}
	watches, err := b.Store.Watches()
	if err != nil {
		return -1
	}
	n := 0
	for _, w := range watches {
		if s.Selects(w.Task, w.Folder, w.Source) {
			n++
		}
	}
	if n == 0 {
		return -1 // they may not have been looked at
	}
	return n
}

// chosen completes a selector that was typed: the one task of that name, or a
// folder or source that the platform has. Where it is none, the person has been
// told.
func (b *Bot) chosen(ctx context.Context, o origin, s batchsync.Selector) (batchsync.Selector, bool) {
	if s.Kind == batchsync.SelectTask {
		ref, candidates, err := b.resolve(ctx, s.Name)
		switch {
		case err != nil:
			b.fail(ctx, o, "find task", err)
			return s, false
		case ref.ID == 0:
			b.tell(ctx, o, b.printerOf(o).Candidates(s.Name, candidates))
			return s, false
		case !ref.Type.IsSync():
			b.fail(ctx, o, "choose task", &batchsync.Error{Code: batchsync.CodeInvalid, Text: batchsync.T("adopt.no_sync", ref.Name)})
			return s, false
		}
		s.Task, s.Name = ref.ID, ref.Name
		return s, true
	}
	if err := b.exists(ctx, s); err != nil {
		b.fail(ctx, o, "choose tasks", err)
		return s, false
	}
	return s, true
}

// exists reports as an error that the platform lists other folders or sources
// than a selector names. A list that is not at hand judges nothing.
func (b *Bot) exists(ctx context.Context, s batchsync.Selector) error {
	switch s.Kind {
	case batchsync.SelectFolder:
		all, err := b.Lists.Folders(ctx)
		if err == nil && len(all) > 0 && !slices.ContainsFunc(all, func(f batchsync.Folder) bool { return s.Selects(0, f.Path, "") }) {
			return &batchsync.Error{Code: batchsync.CodeNotFound, Text: batchsync.T("subscribe.no_folder", s.Name), Hint: batchsync.T("subscribe.no_folder_hint")}
		}
	case batchsync.SelectSource:
		all, err := b.Lists.Datasources(ctx)
		if err == nil && len(all) > 0 && !slices.ContainsFunc(all, func(d batchsync.Datasource) bool { return d.Name == s.Name }) {
			return &batchsync.Error{Code: batchsync.CodeNotFound, Text: batchsync.T("subscribe.no_source", s.Name), Hint: batchsync.T("subscribe.no_source_hint")}
		}
	}
	return nil
}
