package handlers

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
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
// an error, never a guess: changes are refused then.
type people struct {
	api    *slack.Client
	access batchsync.Access
	ttl    time.Duration // how long a description and groups are believed
	fresh  time.Duration // the same where something is changed
	log    *slog.Logger
	asking chan struct{} // holds who asks for a group: others wait and find the answer

	mu     sync.Mutex
	known  map[batchsync.UserID]person
	missed map[batchsync.UserID]time.Time // look-ups for a drawing that failed
	groups map[batchsync.GroupID]members
}

type person struct {
	user batchsync.User
	at   time.Time
}

type members struct {
	users []string
	at    time.Time
}

func newPeople(api *slack.Client, access batchsync.Access, ttl time.Duration, log *slog.Logger) *people {
	if ttl <= 0 {
		ttl = defaultPersonTTL
	}
	return &people{
		api: api, access: access, ttl: ttl, fresh: min(ttl, freshFor), log: log, asking: make(chan struct{}, 1),
		known: map[batchsync.UserID]person{}, missed: map[batchsync.UserID]time.Time{}, groups: map[batchsync.GroupID]members{},
	}
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
	return p.authorise(ctx, id, act, p.ttl)
}

// authorise goes by a description of the person that is younger than age.
func (p *people) authorise(ctx context.Context, id batchsync.UserID, act batchsync.Action, age time.Duration) error {
	if act == batchsync.ActView {
		return nil
	}
	user, err := p.find(ctx, id, age)
	if err != nil {
		return &batchsync.Error{
			Code: batchsync.CodeForbidden, Text: batchsync.T("access.lookup_failed"),
			Hint: batchsync.T("access.lookup_failed_hint"), Err: err,
		}
	}
	return p.access.Authorise(user, act)
}

// Locale is the person's Slack locale if it is known already, else "".
func (p *people) Locale(id batchsync.UserID) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.known[id].user.Locale
}

// Zone is the person's own time zone, IANA, if it is known already, else "".
func (p *people) Zone(id batchsync.UserID) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.known[id].user.Zone
}

// meet looks up who somebody is before they are drawn for, so that it is in
// their language. It costs a call per person and an hour, and waits no longer
// than the answer of a modal allows; where Slack does not answer, it is not
// asked about them for a minute.
func (p *people) meet(ctx context.Context, id batchsync.UserID) {
	p.mu.Lock()
	known, ok := p.known[id]
	missed := p.missed[id]
	p.mu.Unlock()
	if id == "" || ok && time.Since(known.at) < meetAgain || time.Since(missed) < meetRetry {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, meetTimeout)
	defer cancel()
	if _, err := p.Find(ctx, id); err != nil {
		p.log.Debug("language of a person not known", "user", id, "error", err)
		p.mu.Lock()
		defer p.mu.Unlock()
		if len(p.missed) >= maxPeople {
			clear(p.missed)
		}
		p.missed[id] = time.Now()
	}
}

// Find describes a person, with their groups among those of the access lists, as
// they were a few minutes ago.
func (p *people) Find(ctx context.Context, id batchsync.UserID) (batchsync.User, error) {
	return p.find(ctx, id, p.ttl)
}

// find is Find for a description that is younger than age. It takes no longer
// than lookupTimeout.
func (p *people) find(ctx context.Context, id batchsync.UserID, age time.Duration) (batchsync.User, error) {
	p.mu.Lock()
	known, ok := p.known[id]
	p.mu.Unlock()
	if ok && time.Since(known.at) < age {
		return known.user, nil
	}
	ctx, cancel := context.WithTimeout(ctx, lookupTimeout)
	defer cancel()
	read := time.Now()
	info, err := p.api.GetUserInfoContext(ctx, string(id), slack.GetUserInfoOptionIncludeLocale(true))
	if err != nil {
		return batchsync.User{}, fmt.Errorf("look up user %s: %w", id, err)
	}
	user := Describe(*info)
	if p.access.RoleOf(user) < batchsync.Admin { // else groups could add nothing
		if user.Groups, read, err = p.groupsOf(ctx, id, read, age); err != nil {
			return batchsync.User{}, err
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.known) >= maxPeople {
		clear(p.known)
	}
	p.known[id] = person{user, read}
	return user, nil
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

// groupsOf looks the configured user groups up, where the answer before is older
// than age, and reports those the person is in, and how old the oldest of those answers is: what is believed of a
// person must not outlive what it rests on.
func (p *people) groupsOf(ctx context.Context, id batchsync.UserID, oldest time.Time, age time.Duration) ([]batchsync.GroupID, time.Time, error) {
	var in []batchsync.GroupID
	for _, g := range slices.Concat(p.access.AdminGroups, p.access.OperatorGroups) {
		m, err := p.membersOf(ctx, g, age)
		if err != nil {
			return nil, oldest, err
		}
		if m.at.Before(oldest) {
			oldest = m.at
		}
		if slices.Contains(m.users, string(id)) {
			in = append(in, g)
		}
	}
	return in, oldest, nil
}

// membersOf asks for one group at a time: of many people who come at once, the
// first one's answer is that of all.
func (p *people) membersOf(ctx context.Context, g batchsync.GroupID, age time.Duration) (members, error) {
	select {
	case p.asking <- struct{}{}:
		defer func() { <-p.asking }()
	case <-ctx.Done():
		return members{}, fmt.Errorf("look up members of user group %s: %w", g, ctx.Err())
	}
	p.mu.Lock()
	known, ok := p.groups[g]
	p.mu.Unlock()
	if ok && time.Since(known.at) < age {
		return known, nil
	}
	asked := time.Now()
	users, err := p.api.GetUserGroupMembersContext(ctx, string(g))
	if err != nil {
		return members{}, fmt.Errorf("look up members of user group %s: %w", g, err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	m := members{users, asked}
	p.groups[g] = m
	return m, nil
}
