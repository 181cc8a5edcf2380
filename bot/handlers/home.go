package handlers

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"

	"github.com/slack-go/slack"
)

// homeOpened shows a person their Home tab: first from what is known, at once,
// then with what the platform says of their tasks.
func (b *Bot) homeOpened(ctx context.Context, o origin) {
	b.Homes.show(ctx, o.User, b.drawHome)
	if b.people.Authorise(ctx, o.User, batchsync.ActInspect) != nil {
		return // said on the tab
	}
	at := now()
	known, err := b.Store.Tasks()
	var last lasts
	if err == nil {
		last, err = b.lasts(ctx, idsOf(known, func(t batchsync.Task) batchsync.TaskID { return t.ID }))
	}
	if err != nil {
		b.Log.InfoContext(ctx, "read runs for home", "user", o.User, "error", err)
	}
	b.lastRuns.note(last, err, at)
	b.Homes.show(ctx, o.User, b.drawHome)
}

// drawHome draws the Home tab from what is stored and from what was last read
// of the platform, which it does not ask. Who may not look at tasks is told so.
func (b *Bot) drawHome(ctx context.Context, user batchsync.UserID) (slack.HomeTabViewRequest, error) {
	// A failed look-up is no refusal: what is shown stays.
	if _, err := b.people.Find(ctx, user, batchsync.Operator); err != nil {
		return slack.HomeTabViewRequest{}, fmt.Errorf("draw home of %s: %w", user, err)
	}
	if err := b.people.Authorise(ctx, user, batchsync.ActInspect); err != nil {
		return b.printer(user).Home(blocks.HomeView{User: user, Refused: batchsync.ProblemOf(err)}), nil
	}
	view, err := b.home(user)
	if err != nil {
		return slack.HomeTabViewRequest{}, fmt.Errorf("draw home of %s: %w", user, err)
	}
	view.Cards = b.homeCards(ctx, view)
	view.MayCreate = b.people.Offer(ctx, user, batchsync.ActCreate) == nil
	return b.printer(user).Home(view), nil
}

// home is what a person's tab shows.
func (b *Bot) home(user batchsync.UserID) (view blocks.HomeView, err error) {
	view = blocks.HomeView{User: user, Now: now()}
	known, err := b.Store.Tasks()
	if err != nil {
		return view, err
	}
	open, err := b.Store.Unsettled()
	if err != nil {
		return view, err
	}
	if view.Drafts, err = b.Store.OpenDrafts(user); err != nil {
		return view, err
	}
	b.homeTasks(&view, known)
	if view.Incidents, err = b.homeIncidents(user, known); err != nil {
		return view, err
	}
	for _, op := range open {
		switch {
		case op.State == batchsync.OpRunning:
			view.Running = append(view.Running, op)
		case op.Actor == user:
			view.Attention = append(view.Attention, op)
		}
	}
	// Their own first, each part the oldest first.
	slices.SortStableFunc(view.Running, func(x, y batchsync.Operation) int { return others(x, user) - others(y, user) })
	return view, nil
}

// homeIncidents are the open incidents, those of the person's own tasks first,
// the worse ones before others.
func (b *Bot) homeIncidents(user batchsync.UserID, known []batchsync.Task) ([]batchsync.Incident, error) {
	open, err := b.Store.OpenIncidents()
	if err != nil {
		return nil, err
	}
	mine := map[batchsync.TaskID]bool{}
	for _, t := range known {
		mine[t.ID] = t.Owner == user
	}
	sortIncidents(open)
	slices.SortStableFunc(open, func(x, y batchsync.Incident) int {
		if mine[x.Task] == mine[y.Task] {
			return 0
		}
		if mine[x.Task] {
			return -1
		}
		return 1
	})
	return open, nil
}

func others(op batchsync.Operation, user batchsync.UserID) int {
	if op.Actor == user {
		return 0
	}
	return 1
}

// homeTasks lists the person's tasks, the newest first, with their last runs as
// far as they were read.
func (b *Bot) homeTasks(view *blocks.HomeView, known []batchsync.Task) {
	var last lasts
	last, view.FreshAt, view.FailedAt = b.lastRuns.known()
	for _, t := range known {
		if t.Owner != view.User {
			continue
		}
		view.Mine = append(view.Mine, last.row(blocks.TaskRow{Ref: batchsync.TaskRef{ID: t.ID, Name: t.Name, Type: t.Type, Created: t.CreatedAt}, Known: &t}))
	}
	slices.SortStableFunc(view.Mine, func(a, c blocks.TaskRow) int { return c.Ref.Created.Compare(a.Ref.Created) })
	for _, row := range view.Mine {
		if wanted(row, "failed", view.User) {
			view.Failed = append(view.Failed, row)
		}
	}
}

// lastRuns are the newest runs of tasks as they were last read for a Home tab,
// whoever opened it. The zero value knows none.
type lastRuns struct {
	mu     sync.Mutex
	newest lasts // never changed, replaced as a whole
	read   time.Time
	failed time.Time // when reading failed since; zero: it did not
}

// note takes over what was read from that moment on.
func (l *lastRuns) note(last lasts, err error, at time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case at.Before(l.read): // overtaken by a later look
	case err != nil:
		l.failed = at
	default:
		l.newest, l.read, l.failed = last, at, time.Time{}
	}
}

func (l *lastRuns) known() (last lasts, read, failed time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.newest, l.read, l.failed
}
