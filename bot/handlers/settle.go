package handlers

import (
	"context"
	"fmt"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
)

// spot is the message in which a button was pressed: it can be replaced for half
// an hour by the address that came with the click. The zero value is none, as
// after a typed command.
type spot struct {
	Surface     blocks.Surface
	Copy        string // key of the copy that settles, "" for none
	Channel     batchsync.ChannelID
	Message     string // it and its thread, as in origin
	Thread      string
	ResponseURL string // secret
}

// card draws a task for a person: as it stands, with what they may do. used is
// the button of the card that led here, nil for none.
func (b *Bot) card(ctx context.Context, o origin, v batchsync.TaskView, used *blocks.Settled) blocks.Message {
	c := blocks.TaskCard{TaskView: v, Settled: used, Also: b.alsoWriting(v)}
	if v.Known == nil {
		c.MayAdopt = b.people.Offer(ctx, o.User, batchsync.ActAdopt) == nil
	}
	return b.printerOf(o).Task(c)
}

// settleBehind draws the message anew in which a button led to something: the
// button gives way to a line that says who used it, and the rest shows how the
// task stands now. op is the change that was begun, "" where there was none.
// It reads the platform, so it runs among the requests that do.
func (b *Bot) settleBehind(o origin, task batchsync.TaskID, used blocks.ActionID, op batchsync.OperationID) {
	if o.From.Surface == blocks.SurfaceNone {
		return
	}
	s := blocks.Settled{Action: used, By: o.User, At: now()}
	b.reads.Submit(string(o.User)+"/settle", o.traced(func(ctx context.Context) { b.settleFrom(ctx, o, task, s, op) }))
}

// settleFrom does the work of settleBehind. Where the platform cannot be read
// the message stays: a stale button shows the present state when it is pressed.
func (b *Bot) settleFrom(ctx context.Context, o origin, task batchsync.TaskID, s blocks.Settled, op batchsync.OperationID) {
	drawn, err := b.redrawn(ctx, o, task, &s, op)
	if err != nil {
		b.Log.InfoContext(ctx, "message not settled", "user", o.User, "task", task, "error", err)
		return
	}
	from := o.From
	b.settle(ctx, origin{User: o.User, Channel: from.Channel, Message: from.Message, Thread: from.Thread, ResponseURL: from.ResponseURL}, drawn)
}

func (b *Bot) redrawn(ctx context.Context, o origin, task batchsync.TaskID, s *blocks.Settled, op batchsync.OperationID) (blocks.Message, error) {
	var draw func() blocks.Message
	switch o.From.Surface {
	case blocks.SurfaceTask:
		var err error
		if draw, err = b.cardNow(ctx, o, task, s); err != nil {
			return blocks.Message{}, err
		}
	case blocks.SurfaceRuns:
		v, err := b.runsView(ctx, task)
		if err != nil {
			return blocks.Message{}, err
		}
		v.Settled = s
		draw = func() blocks.Message { return b.printerOf(o).Runs(v) }
	case blocks.SurfaceLog, blocks.SurfaceDiagnosis:
		if op != "" {
			s.Card = b.cardLink(ctx, op)
		}
		return b.settledCopy(o, *s)
	default:
		return blocks.Message{}, fmt.Errorf("surface %q does not settle", o.From.Surface)
	}
	if op != "" {
		s.Card = b.permalink(ctx, batchsync.CardOf(op)) // after the reading: the card is posted meanwhile
	}
	return draw(), nil
}

// buttonOf is the button that asks for a kind of change.
func buttonOf(k batchsync.OperationKind) blocks.ActionID {
	switch k {
	case batchsync.OpBackfill:
		return blocks.ActionBackfill
	case batchsync.OpRerun:
		return blocks.ActionRerun
	case batchsync.OpStop:
		return blocks.ActionStopRun
	case batchsync.OpDeploy:
		return blocks.ActionDeploy
	case batchsync.OpSchedule:
		return blocks.ActionChangeSchedule
	case batchsync.OpDebug:
		return blocks.ActionDebug
	case batchsync.OpTune:
		return blocks.ActionLessAtOnce
	}
	return blocks.ActionUndeploy
}

// shown answers with a task's card after something was done at once: in place
// where a button of the card led there.
func (b *Bot) shown(ctx context.Context, o origin, ref batchsync.TaskRef, used blocks.ActionID) {
	if o.From.Surface != blocks.SurfaceTask {
		b.show(ctx, o, ref)
		return
	}
	b.settleFrom(ctx, o, ref.ID, blocks.Settled{Action: used, By: o.User, At: now()}, "")
}
