package precondition

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"batchsync/internal/batchsync"
)

// Slack is the workspace that the app is installed in. What it refuses is a
// [Refusal]; any other error means that it did not answer.
type Slack interface {
	// Identify tells who the bot token is.
	Identify(ctx context.Context) (Identity, error)
	// Connect asks for a connection with the app-level token, and makes none.
	Connect(ctx context.Context) error
	Channel(ctx context.Context, id string) (Channel, error)
	Person(ctx context.Context, id string) (batchsync.User, error)
	// Group tells how many members a user group has.
	Group(ctx context.Context, id string) (members int, err error)
}

// Refusal is Slack's no.
type Refusal struct {
	Code   string // Slack's word for it
	Needed string // the scope that is missing, where it is that
}

func (r *Refusal) Error() string { return "slack refuses: " + r.Code }

// Identity is whose token it is, and what came with the answer.
type Identity struct {
	Team, TeamName string
	User           string // of the bot
	Scopes         []string
	Scoped         bool          // scopes were told
	Skew           time.Duration // how far Slack's clock is ahead of ours
	Timed          bool          // Slack told the time
}

// Channel is what Slack tells of a channel.
type Channel struct{ Member, Archived, Shared bool }

// peopleAtOnce bounds how many questions about people are asked at a time.
const peopleAtOnce = 4

// slackSide asks who we are first, and then everything that rests on it.
func (c *Checker) slackSide(ctx context.Context, b *board) {
	var me Identity
	accepted := c.look(ctx, b, batchsync.PreconditionBotToken, []string{"SLACK_BOT_TOKEN", "SLACK_API_URL"}, func(ctx context.Context) []batchsync.Precondition {
		var err error
		me, err = c.Slack.Identify(ctx)
		return one(judgeBotToken(me, err))
	})
	if !accepted {
		because(b, batchsync.PreconditionBotToken, batchsync.PreconditionScopes, batchsync.PreconditionTeam,
			batchsync.PreconditionChannel, batchsync.PreconditionPeople, batchsync.PreconditionClock)
		return
	}
	b.add(met(batchsync.PreconditionTeam, batchsync.T("precondition.team_ok", me.TeamName, me.Team)))
	b.add(judgeScopes(me, c.set.Scopes), judgeClock(me))
	var parts sync.WaitGroup
	parts.Go(func() { c.channel(ctx, b) })
	parts.Go(func() { c.people(ctx, b, me.Team) })
	parts.Wait()
}

func (c *Checker) appToken(ctx context.Context, b *board) {
	c.look(ctx, b, batchsync.PreconditionAppToken, []string{"SLACK_APP_TOKEN", "SLACK_API_URL"}, func(ctx context.Context) []batchsync.Precondition {
		return one(judgeAppToken(c.Slack.Connect(ctx)))
	})
}

func (c *Checker) channel(ctx context.Context, b *board) {
	c.look(ctx, b, batchsync.PreconditionChannel, []string{"BATCHSYNC_CHANNEL"}, func(ctx context.Context) []batchsync.Precondition {
		if c.set.Channel == "" {
			return one(met(batchsync.PreconditionChannel, batchsync.T("precondition.channel_none")))
		}
		there, err := c.Slack.Channel(ctx, c.set.Channel)
		return one(judgeChannel(c.set.Channel, there, c.set.AllowShared, err))
	})
}

// asked is what was told of one id that has a role.
type asked struct {
	id      string
	user    batchsync.User // unless it is a group
	members int            // of a group
	err     error
}

func (c *Checker) people(ctx context.Context, b *board, team string) {
	ids := slices.Concat(c.set.Admins, c.set.Operators)
	slices.Sort(ids)
	ids = slices.Compact(ids)
	c.look(ctx, b, batchsync.PreconditionPeople, []string{"BATCHSYNC_ADMINS", "BATCHSYNC_OPERATORS"}, func(ctx context.Context) []batchsync.Precondition {
		told := make([]asked, len(ids))
		var all sync.WaitGroup
		for first := range peopleAtOnce {
			all.Go(func() {
				for i := first; i < len(ids); i += peopleAtOnce {
					told[i] = c.ask(ctx, ids[i])
				}
			})
		}
		all.Wait()
		return judgePeople(told, len(c.set.Admins) > 0, team)
	})
}

func (c *Checker) ask(ctx context.Context, id string) (a asked) {
	a.id = id
	if strings.HasPrefix(id, "S") {
		a.members, a.err = c.Slack.Group(ctx, id)
	} else {
		a.user, a.err = c.Slack.Person(ctx, id)
	}
	return a
}
