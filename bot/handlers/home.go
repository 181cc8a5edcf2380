package handlers

import (
	"context"
	"slices"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"

	"github.com/slack-go/slack"
)

// homeOpened draws a person's Home tab: first from what is stored, at once,
// then with what the platform says of their tasks.
func (b *Bot) homeOpened(ctx context.Context, o origin) {
	view := b.home(ctx, o)
	b.publish(ctx, o, view)
	at := now()
	runs, err := b.Platform.Runs(ctx, batchsync.RunFilter{From: at.Add(-recent), To: at.Add(time.Minute), Limit: maxListedRuns})
	if err != nil {
		return // the freshness line keeps saying that the platform was not read
	}
	for i := range view.Mine {
		view.Mine[i].Last = newestRun(runs, view.Mine[i].Ref.ID)
		if last := view.Mine[i].Last; last != nil && last.Status == batchsync.RunFailed {
			view.Failed = append(view.Failed, view.Mine[i])
		}
	}
	view.FreshAt, view.Now = at, now()
	b.publish(ctx, o, view)
}

func (b *Bot) home(ctx context.Context, o origin) blocks.HomeView {
	view := blocks.HomeView{User: o.User, Now: now()}
	view.MayCreate = b.people.Authorise(ctx, o.User, batchsync.ActCreate) == nil
	known, err := b.Store.Tasks()
	if err != nil {
		b.Log.Error("list tasks for home", "user", o.User, "error", err)
	}
	for _, t := range known {
		if t.Owner == o.User {
			task := t
			view.Mine = append(view.Mine, blocks.TaskRow{Ref: batchsync.TaskRef{ID: t.ID, Name: t.Name, Type: t.Type, Created: t.CreatedAt}, Known: &task})
		}
	}
	slices.SortFunc(view.Mine, func(a, c blocks.TaskRow) int { return c.Ref.Created.Compare(a.Ref.Created) })
	open, err := b.Store.Unsettled()
	if err != nil {
		b.Log.Error("list operations for home", "user", o.User, "error", err)
	}
	for _, op := range open {
		switch {
		case op.State == batchsync.OpRunning:
			view.Running = append(view.Running, op)
		case op.Actor == o.User:
			view.Attention = append(view.Attention, op)
		}
	}
	if view.Drafts, err = b.Store.OpenDrafts(o.User); err != nil {
		b.Log.Error("list drafts for home", "user", o.User, "error", err)
	}
	return view
}

func (b *Bot) publish(ctx context.Context, o origin, v blocks.HomeView) {
	_, err := b.API.PublishViewContext(ctx, slack.PublishViewContextRequest{UserID: string(o.User), View: b.printer(o.User).Home(v)})
	if err != nil {
		b.Log.Warn("publish home", "user", o.User, "error", errorCode(err))
	}
}
