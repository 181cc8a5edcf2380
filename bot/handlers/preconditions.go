package handlers

import (
	"context"

	"batchsync/internal/batchsync"
)

// preconditions answers an administrator with everything the bot rests on. It
// says so at once and looks among the requests that read the platform. Nobody
// else is told of it, also where the command was written for all to see.
func (b *Bot) preconditions(ctx context.Context, o origin) {
	if b.Preconditions == nil || !b.administers(ctx, o.User) {
		return
	}
	o = o.aside()
	b.tell(ctx, o, b.printerOf(o).PreconditionsUnderWay())
	queued := b.reads.Submit(string(o.User)+"/preconditions", o.traced(func(ctx context.Context) {
		b.tell(ctx, o, b.printerOf(o).Preconditions(b.Preconditions(ctx)))
	}))
	if !queued {
		b.tell(ctx, o, b.printerOf(o).Problem(busy(), ""))
	}
}

// administers reports whether a person is known to be an administrator.
func (b *Bot) administers(ctx context.Context, id batchsync.UserID) bool {
	user, err := b.people.Find(ctx, id, batchsync.Admin)
	return err == nil && b.people.access.Authorise(user, batchsync.ActInspect) == nil && b.people.access.RoleOf(user) == batchsync.Admin
}
