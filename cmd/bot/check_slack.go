package main

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"batchsync/bot/handlers"
	"batchsync/internal/batchsync"
	"batchsync/internal/precondition"

	"github.com/slack-go/slack"
)

// asksSlack is Slack as the check of preconditions asks it. It reads only.
type asksSlack struct {
	api *slack.Client
	// connected, where a bot runs, is whether it is. To ask for a connection
	// would be counted against it.
	connected func() bool
}

// granted is the header that names the scopes of the token.
const granted = "X-OAuth-Scopes"

func (a asksSlack) Identify(ctx context.Context) (precondition.Identity, error) {
	began := time.Now()
	who, err := a.api.AuthTestContext(ctx)
	if err != nil {
		return precondition.Identity{}, refusal(err)
	}
	out := precondition.Identity{Team: who.TeamID, TeamName: who.Team, User: who.User}
	if _, out.Scoped = who.Header[http.CanonicalHeaderKey(granted)]; out.Scoped {
		for _, s := range strings.Split(who.Header.Get(granted), ",") {
			if s = strings.TrimSpace(s); s != "" {
				out.Scopes = append(out.Scopes, s)
			}
		}
	}
	if date, err := http.ParseTime(who.Header.Get("Date")); err == nil {
		// The header has whole seconds, cut off.
		out.Timed, out.Skew = true, date.Add(time.Second/2).Sub(began.Add(time.Since(began)/2))
	}
	return out, nil
}

func (a asksSlack) Connect(ctx context.Context) error {
	if a.connected != nil {
		if !a.connected() {
			return errors.New("the bot is not connected")
		}
		return nil
	}
	_, _, err := a.api.StartSocketModeContext(ctx)
	return refusal(err)
}

func (a asksSlack) Channel(ctx context.Context, id string) (precondition.Channel, error) {
	c, err := a.api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: id})
	if err != nil {
		return precondition.Channel{}, refusal(err)
	}
	return precondition.Channel{Member: c.IsMember, Archived: c.IsArchived, Shared: c.IsExtShared || c.IsPendingExtShared}, nil
}

func (a asksSlack) Person(ctx context.Context, id string) (batchsync.User, error) {
	u, err := a.api.GetUserInfoContext(ctx, id)
	if err != nil {
		return batchsync.User{}, refusal(err)
	}
	return handlers.Describe(*u), nil
}

func (a asksSlack) Group(ctx context.Context, id string) (int, error) {
	members, err := a.api.GetUserGroupMembersContext(ctx, id)
	return len(members), refusal(err)
}

// refusal tells Slack's no from a missing answer.
func refusal(err error) error {
	var no slack.SlackErrorResponse
	if !errors.As(err, &no) {
		return err
	}
	switch no.Err {
	case "internal_error", "fatal_error", "service_unavailable", "request_timeout", "ratelimited":
		return err // it may answer the next time
	}
	return &precondition.Refusal{Code: no.Err, Needed: no.Needed}
}
