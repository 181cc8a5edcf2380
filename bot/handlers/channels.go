package handlers

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"batchsync/internal/batchsync"

	"github.com/slack-go/slack"
)

const (
	// channelTTL is how long Slack's word on a channel is believed when a
	// message is sent: a channel that people from outside joined since is closed
	// within that time.
	channelTTL  = 10 * time.Minute
	maxChannels = 1000
)

// Channels knows which channels news may be posted to: those the bot is a
// member of and, unless it is allowed, nobody from outside reads. One is shared
// by requests and by the [Sender].
type Channels struct {
	api   *slack.Client
	allow bool // also channels shared with other organisations
	log   *slog.Logger

	mu    sync.Mutex
	known map[batchsync.ChannelID]channel
}

// channel is what Slack told of one at some moment.
type channel struct {
	member, archived, shared bool
	at                       time.Time
}

// NewChannels builds it. allowShared lets news go to channels that are shared
// with other organisations, or about to be.
func NewChannels(api *slack.Client, allowShared bool, log *slog.Logger) *Channels {
	return &Channels{api: api, allow: allowShared, log: log, known: map[batchsync.ChannelID]channel{}}
}

// look asks Slack about a channel as it is now.
func (c *Channels) look(ctx context.Context, id batchsync.ChannelID) (channel, error) {
	ctx, cancel := context.WithTimeout(ctx, lookupTimeout)
	defer cancel()
	info, err := c.api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: string(id)})
	if err != nil {
		return channel{}, fmt.Errorf("look up channel %s: %w", id, err)
	}
	now := channel{
		member: info.IsMember, archived: info.IsArchived, shared: info.IsExtShared || info.IsPendingExtShared, at: time.Now(),
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.known) >= maxChannels {
		clear(c.known)
	}
	c.known[id] = now
	return now, nil
}

// refuses says why news cannot go to a channel, in words for who wanted that;
// nil: it can. A direct message is always open.
func (c *Channels) refuses(ctx context.Context, id batchsync.ChannelID) error {
	if direct(id) {
		return nil
	}
	now, err := c.look(ctx, id)
	switch {
	case err != nil && passing(err):
		return &batchsync.Error{Code: batchsync.CodeUnreachable, Text: batchsync.T("channel.unread"), Err: err}
	case err != nil || !now.member:
		return &batchsync.Error{Code: batchsync.CodeRefused, Text: batchsync.T("channel.no_member"), Hint: batchsync.T("channel.no_member_hint"), Err: err}
	case now.archived:
		return &batchsync.Error{Code: batchsync.CodeRefused, Text: batchsync.T("channel.archived")}
	case now.shared && !c.allow:
		return &batchsync.Error{Code: batchsync.CodeRefused, Text: batchsync.T("channel.shared"), Hint: batchsync.T("channel.shared_hint")}
	}
	return nil
}

// leaks reports whether people from outside would read what is posted in a
// channel, though that is not allowed. Slack's word is believed for ten minutes,
// and an old one rather than none. The error is one that passes.
func (c *Channels) leaks(ctx context.Context, id batchsync.ChannelID) (bool, error) {
	if c.allow || direct(id) {
		return false, nil
	}
	c.mu.Lock()
	old, known := c.known[id]
	c.mu.Unlock()
	if known && time.Since(old.at) < channelTTL {
		return old.shared, nil
	}
	now, err := c.look(ctx, id)
	switch {
	case err == nil:
		return now.shared, nil
	case known:
		c.log.Info("channel not looked up, going by what was known", "channel", id, "error", err)
		return old.shared, nil
	case passing(err):
		return false, err
	case errorCode(err) == "channel_not_found":
		return false, nil // nothing can be posted there
	}
	c.log.Warn("channel is taken for a shared one: Slack does not tell", "channel", id, "error", err)
	return true, nil
}

// direct reports whether a conversation is one with a single person.
func direct(id batchsync.ChannelID) bool {
	return id == "" || id[0] == 'D' || id[0] == 'U' || id[0] == 'W'
}

// passing reports whether a call that failed may succeed soon.
func passing(err error) bool {
	var network net.Error
	var limited *slack.RateLimitedError
	var status slack.StatusCodeError
	switch code := errorCode(err); {
	case errors.As(err, &limited), errors.As(err, &network), errors.As(err, &status), code == "timeout", code == "no_answer":
		return true
	default:
		return code == "ratelimited" || code == "internal_error" || code == "fatal_error" || code == "service_unavailable" || code == "request_timeout"
	}
}
