package handlers

import (
	"context"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
)

// checkAgain puts a waiting, unknown or failed operation back to work.
func (b *Bot) checkAgain(ctx context.Context, in click) {
	b.changeOperation(ctx, in, batchsync.ActResume, batchsync.AuditAsked, func(op batchsync.Operation, version int) (batchsync.Operation, error) {
		return op.Resume(version, now())
	})
}

// drop gives an operation up; nothing is undone on the platform.
func (b *Bot) drop(ctx context.Context, in click) {
	b.changeOperation(ctx, in, batchsync.ActDrop, string(batchsync.OpDropped), func(op batchsync.Operation, version int) (batchsync.Operation, error) {
		return op.Drop(version, now())
	})
}

// doubleClick is how soon after a press another one of the same person on the
// older drawing is taken for one more of the same.
const doubleClick = 3 * time.Second

// pressedJustNow reports whether this is the second half of a double click: the
// first one was taken, and that is all the person meant.
func (b *Bot) pressedJustNow(in click, act batchsync.Action, id batchsync.OperationID) bool {
	rows, err := b.Store.AuditOf(batchsync.AuditFilter{Operation: id, Actor: in.User, Limit: 1})
	return err == nil && len(rows) == 1 && rows[0].Action == act && now().Sub(rows[0].At).Abs() < doubleClick
}

// changeOperation applies a person's decision to the operation a button names,
// if the person may, and if it still stands as the button saw it.
func (b *Bot) changeOperation(ctx context.Context, in click, act batchsync.Action, outcome string,
	change func(batchsync.Operation, int) (batchsync.Operation, error)) {
	ref, err := blocks.ParseRef(in.Value)
	if err != nil {
		b.unknownButton(ctx, in)
		return
	}
	id := batchsync.OperationID(ref.ID)
	op, err := b.Store.Operation(id)
	// Moving an operation on takes the right to begin it as well.
	if err == nil && !b.allowed(ctx, in.origin, op.Kind.Action(), "operation/"+ref.ID) {
		return
	}
	if err == nil && op.Version != ref.Version && b.pressedJustNow(in, act, id) {
		return
	}
	if err == nil {
		op, err = change(op, ref.Version)
	}
	if err == nil {
		op = op.Press(act, in.User, now())
		err = b.Store.Advance(batchsync.Progress{Operation: op, Audit: []batchsync.AuditRow{{
			At: now(), Actor: in.User, Action: act, Object: "operation/" + ref.ID, Name: op.Name(), Outcome: outcome, Operation: id,
		}}})
	}
	if err != nil {
		b.fail(ctx, in.origin, string(act)+" operation "+ref.ID, err)
		return
	}
	b.Log.InfoContext(ctx, "operation moved on by a person", "operation", id, "action", act, "user", in.User, "message", op.Message)
	in.done()
	b.Deliver()
	if op.State == batchsync.OpRunning {
		b.Run(id)
	}
}

// stopFollowed asks a running operation to stop the runs it follows.
func (b *Bot) stopFollowed(ctx context.Context, in click) {
	ref, err := blocks.ParseRef(in.Value)
	if err != nil {
		b.unknownButton(ctx, in)
		return
	}
	id := batchsync.OperationID(ref.ID)
	// The runner saves progress meanwhile; a few tries find a gap.
	for range 5 {
		op, err2 := b.Store.Operation(id)
		if err = err2; err != nil {
			break
		}
		if op, err = op.AskStop(in.User, now()); err != nil {
			break
		}
		err = b.Store.Advance(batchsync.Progress{Operation: op.Press(batchsync.ActStop, in.User, now()), Audit: []batchsync.AuditRow{{
			At: now(), Actor: in.User, Action: batchsync.ActStop, Object: "operation/" + ref.ID, Name: op.Name(), Outcome: batchsync.AuditAsked, Operation: id,
		}}})
		if err == nil {
			b.Log.InfoContext(ctx, "operation asked to stop", "operation", id, "user", in.User, "message", op.Message)
			in.done()
			b.Deliver()
			b.Run(id)
			return
		}
	}
	b.fail(ctx, in.origin, "stop operation "+ref.ID, err)
}
