package handlers

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"slices"
	"strconv"
	"sync"
	"time"

	"batchsync/internal/batchsync"

	"github.com/slack-go/slack"
)

const (
	// defaultPersonTTL is how long Slack's word on a person is believed for what
	// is only shown: a click is not slowed down by look-ups.
	defaultPersonTTL = 5 * time.Minute
	// freshFor is how long it is believed where something is changed: a removed
	// role counts, and a double click does not ask twice.
	freshFor = 5 * time.Second
	// groupPace, times the groups there are, is the same for who is in them. Slack
	// answers that 20 times a minute for all groups together, and with this it is
	// asked half as often at most, whoever changes what. As all of them are asked at
	// once, a single minute may bring one round more, which fits for up to 10 groups.
	groupPace = 6 * time.Second
	// lookupTimeout keeps a slow look-up within Slack's three seconds.
	lookupTimeout = 1500 * time.Millisecond
	maxPeople     = 5000

	// How long somebody is drawn for as they were known, how long after a
	// look-up that failed they are, and how long one may delay a drawing.
	meetAgain   = time.Hour
	meetRetry   = time.Minute
	meetTimeout = 700 * time.Millisecond
)

// people knows who somebody is and what they may do. A look-up that fails is
// an error, never a guess: changes are refused then, also while Slack limits how
// often it may be asked.
type people struct {
	access batchsync.Access
	log    *slog.Logger
	shown  ages // for what is only shown
	fresh  ages // where something is changed

	users  *lookups[batchsync.UserID, batchsync.User] // without groups
	groups *lookups[batchsync.GroupID, []string]      // who is in them

	mu     sync.Mutex
	missed map[batchsync.UserID]time.Time // look-ups for a drawing that failed
}

// ages are how old Slack's word may be: on a person, and on who is in a group.
type ages struct{ user, group time.Duration }

func newPeople(api *slack.Client, access batchsync.Access, ttl time.Duration, log *slog.Logger) *people {
	if ttl <= 0 {
		ttl = defaultPersonTTL
	}
	groups := len(groupsFor(access, batchsync.Operator))
	return &people{
		access: access, log: log, missed: map[batchsync.UserID]time.Time{},
		shown: ages{ttl, ttl}, fresh: ages{min(ttl, freshFor), min(ttl, time.Duration(groups)*groupPace)},
		users: newLookups(maxPeople, func(ctx context.Context, id batchsync.UserID) (batchsync.User, error) {
			u, err := api.GetUserInfoContext(ctx, string(id), slack.GetUserInfoOptionIncludeLocale(true))
			if err != nil {
				return batchsync.User{}, err
			}
			return Describe(*u), nil
		}),
		groups: newLookups(max(groups, 1), func(ctx context.Context, g batchsync.GroupID) ([]string, error) {
			return api.GetUserGroupMembersContext(ctx, string(g))
		}),
	}
}

// end waits for the look-ups under way.
func (p *people) end() {
	p.users.end()
	p.groups.end()
}

// Authorise is the one gate: every change asks here at the moment it is
// carried out, whatever entrance it came by. Slack is asked anew then, unless it
// was a few seconds ago; it is believed for longer of who looks, and of who says
// that they are on something.
func (p *people) Authorise(ctx context.Context, id batchsync.UserID, act batchsync.Action) error {
	if batchsync.RequiredRole(act) == batchsync.Viewer || act == batchsync.ActAck {
		return p.Offer(ctx, id, act)
	}
	return p.authorise(ctx, id, act, p.fresh)
}

// Offer asks the same for what is only drawn: a button, or a form that asks again
// when it is sent.
func (p *people) Offer(ctx context.Context, id batchsync.UserID, act batchsync.Action) error {
	return p.authorise(ctx, id, act, p.shown)
}

// authorise goes by what Slack said no longer than these ages ago.
func (p *people) authorise(ctx context.Context, id batchsync.UserID, act batchsync.Action, old ages) error {
	if act == batchsync.ActView {
		return nil
	}
	user, err := p.find(ctx, id, batchsync.RequiredRole(act), old)
	if err != nil {
		return unknownPerson(err, time.Now())
	}
	return p.access.Authorise(user, act)
}

// unknownPerson is the refusal where Slack did not say who somebody is.
func unknownPerson(err error, now time.Time) error {
	e := &batchsync.Error{
		Code: batchsync.CodeForbidden, Text: batchsync.T("access.lookup_failed"),
		Hint: batchsync.T("access.lookup_failed_hint"), Err: err,
	}
	if limited, ok := errors.AsType[*limitedError](err); ok {
		seconds := max(1, math.Ceil(limited.until.Sub(now).Seconds()))
		e.Text, e.Hint = batchsync.T("access.limited"), batchsync.T("access.limited_hint", strconv.Itoa(int(seconds)))
	}
	return e
}

// Locale is the person's Slack locale if it is known already, else "".
func (p *people) Locale(id batchsync.UserID) string {
	known, _ := p.users.last(id)
	return known.value.Locale
}

// Zone is the person's own time zone, IANA, if it is known already, else "".
func (p *people) Zone(id batchsync.UserID) string {
	known, _ := p.users.last(id)
	return known.value.Zone
}

// meet looks up who somebody is before they are drawn for, so that it is in
// their language. It costs a call per person and an hour, and waits no longer
// than the answer of a modal allows; where Slack does not answer, it is not
// asked about them for a minute.
func (p *people) meet(ctx context.Context, id batchsync.UserID) {
	known, ok := p.users.last(id)
	p.mu.Lock()
	missed := p.missed[id]
	p.mu.Unlock()
	if id == "" || ok && time.Since(known.at) < meetAgain || time.Since(missed) < meetRetry {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, meetTimeout)
	defer cancel()
	if _, err := p.Who(ctx, id); err != nil {
		p.log.Debug("language of a person not known", "user", id, "error", err)
		p.mu.Lock()
		defer p.mu.Unlock()
		if len(p.missed) >= maxPeople {
			clear(p.missed)
		}
		p.missed[id] = time.Now()
	}
}

// Who describes a person without their groups, as they were a few minutes ago.
func (p *people) Who(ctx context.Context, id batchsync.UserID) (batchsync.User, error) {
	ctx, cancel := context.WithTimeout(ctx, lookupTimeout)
	defer cancel()
	return p.users.get(ctx, id, p.shown.user)
}

// Find describes a person as they were a few minutes ago, with a group that gives
// them the role if there is one.
func (p *people) Find(ctx context.Context, id batchsync.UserID, role batchsync.Role) (batchsync.User, error) {
	return p.find(ctx, id, role, p.shown)
}

// find asks for the person and the groups at the same time. It takes no longer
// than lookupTimeout.
func (p *people) find(ctx context.Context, id batchsync.UserID, role batchsync.Role, old ages) (batchsync.User, error) {
	ctx, cancel := context.WithTimeout(ctx, lookupTimeout)
	defer cancel()
	found := make(chan finding[batchsync.UserID, batchsync.User], 1)
	p.users.want(id, old.user, found)
	groups, unread := p.giving(ctx, id, role, old.group)
	user, err := receive(ctx, id, found)
	if err != nil {
		return batchsync.User{}, err
	}
	user.Groups = groups
	return user, unread
}

// Describe is a person as Slack tells of them, without groups.
func Describe(u slack.User) batchsync.User {
	name := u.Profile.DisplayName
	if name == "" {
		name = u.RealName
	}
	return batchsync.User{
		ID: batchsync.UserID(u.ID), Name: name, Team: u.TeamID, Locale: u.Locale, Zone: u.TZ,
		Guest: u.IsRestricted || u.IsUltraRestricted, Stranger: u.IsStranger, Bot: u.IsBot, Deleted: u.Deleted,
	}
}

// giving is a group that gives the person the role; none where they have it by
// their id, or no group gives it. No group is asked where one is known to give
// it, and one that does is not kept waiting for by the others.
func (p *people) giving(ctx context.Context, id batchsync.UserID, role batchsync.Role, age time.Duration) ([]batchsync.GroupID, error) {
	if p.access.RoleOf(batchsync.User{ID: id}) >= role {
		return nil, nil
	}
	groups := groupsFor(p.access, role)
	for _, g := range groups {
		if known, ok := p.groups.last(g); ok && time.Since(known.at) < age && slices.Contains(known.value, string(id)) {
			return []batchsync.GroupID{g}, nil
		}
	}
	found := make(chan finding[batchsync.GroupID, []string], len(groups))
	for _, g := range groups {
		p.groups.want(g, age, found)
	}
	var failed error
	for range groups {
		select {
		case f := <-found:
			if f.err == nil && slices.Contains(f.value, string(id)) {
				return []batchsync.GroupID{f.key}, nil
			}
			failed = errors.Join(failed, f.err)
		case <-ctx.Done():
			return nil, fmt.Errorf("look up groups of %s: %w", id, ctx.Err())
		}
	}
	return nil, failed
}

// groupsFor are the groups that give a role, or more than that.
func groupsFor(a batchsync.Access, role batchsync.Role) []batchsync.GroupID {
	groups := slices.Clone(a.AdminGroups)
	if role <= batchsync.Operator {
		groups = append(groups, a.OperatorGroups...)
	}
	slices.Sort(groups)
	return slices.Compact(groups)
}
