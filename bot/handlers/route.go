package handlers

import (
	"context"
	"errors"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
)

// route is what an action id does and which right it takes. The right is
// asked for by the function at the moment it changes something; it stands here
// so that the table shows it and a test can insist on it.
type route struct {
	act batchsync.Action
	run func(*Bot, context.Context, click)
}

// routes is the one table from action ids to what they do.
func routes() map[blocks.ActionID]route {
	table := map[blocks.ActionID]route{
		blocks.ActionOpenWizard:  {batchsync.ActCreate, func(b *Bot, ctx context.Context, in click) { b.reopen(ctx, in) }},
		blocks.ActionEditDraft:   {batchsync.ActCreate, func(b *Bot, ctx context.Context, in click) { b.reopen(ctx, in) }},
		blocks.ActionResumeDraft: {batchsync.ActCreate, (*Bot).chosenResume},
		blocks.ActionStartOver:   {batchsync.ActCreate, (*Bot).chosenNew},
		blocks.ActionDiscard:     {batchsync.ActView, (*Bot).discard},
		blocks.ActionBack:        {batchsync.ActView, (*Bot).back},
		blocks.ActionCheckAgain:  {batchsync.ActResume, (*Bot).checkAgain},
		blocks.ActionDrop:        {batchsync.ActDrop, (*Bot).drop},
		blocks.ActionOpenStudio:  {batchsync.ActView, func(*Bot, context.Context, click) {}}, // a link: Slack only reports it
	}
	for _, step := range batchsync.Steps() {
		for _, f := range batchsync.StepFields(step) {
			table[blocks.FieldAction(f)] = route{batchsync.ActView, (*Bot).edited}
		}
	}
	return table
}

// clicked looks the action up and carries it out.
func (b *Bot) clicked(ctx context.Context, in click) {
	r, known := b.routes[in.Action]
	if !known {
		b.Log.Warn("unknown action", "action", in.Action, "user", in.User)
		b.fail(ctx, in.origin, "click", &batchsync.Error{Code: batchsync.CodeNotFound, Text: batchsync.T("button.unknown"), Hint: batchsync.T("button.unknown_hint")})
		return
	}
	r.run(b, ctx, in)
}

// submitted routes a modal by its callback and always answers.
func (b *Bot) submitted(ctx context.Context, in submit, a ack) {
	fallback := func() any {
		return update(b.problemView(in.origin, "submission", errors.New("no answer was made"), draftOf(in.View)))
	}
	once(a, fallback, func(answer ack) {
		switch in.Callback {
		case blocks.CallbackWizard:
			b.submittedWizard(ctx, in, answer)
		default:
			answer(nil) // the others have nothing to send
		}
	})
}

// dismissed tells the owner of a draft that it is kept.
func (b *Bot) dismissed(ctx context.Context, in closed) {
	ref, err := blocks.ParseRef(in.View.PrivateMetadata)
	if in.Callback != blocks.CallbackWizard || err != nil {
		return
	}
	draft, err := b.ownDraft(in.origin, batchsync.DraftID(ref.ID))
	if err != nil || draft.State != batchsync.DraftOpen {
		return
	}
	in.Channel = draft.Channel
	b.tell(ctx, in.origin, b.printer(in.User).Kept(draft))
}

// reopen opens the wizard from a button in a message.
func (b *Bot) reopen(ctx context.Context, in click) {
	if in.View != nil {
		b.begin(ctx, in.origin, in.View.ID, batchsync.DraftID(in.Value))
		return
	}
	b.openWizard(ctx, in.origin, batchsync.DraftID(in.Value))
}

// chosenResume goes on with the unfinished draft.
func (b *Bot) chosenResume(ctx context.Context, in click) {
	if ref, err := blocks.ParseRef(in.Value); err == nil && in.View != nil {
		b.begin(ctx, in.origin, in.View.ID, batchsync.DraftID(ref.ID))
	}
}

// chosenNew gives the unfinished draft up and starts a new one.
func (b *Bot) chosenNew(ctx context.Context, in click) {
	ref, err := blocks.ParseRef(in.Value)
	if err != nil || in.View == nil {
		return
	}
	if err := b.people.Authorise(ctx, in.User, batchsync.ActCreate); err != nil {
		b.drawProblem(ctx, in.origin, in.View.ID, "start over", err, nil)
		return
	}
	if err := b.cancel(in.origin, batchsync.DraftID(ref.ID)); err != nil {
		b.drawProblem(ctx, in.origin, in.View.ID, "give draft up", err, nil)
		return
	}
	b.startDraft(ctx, in.origin, in.View.ID)
}

// discard gives a kept draft up from the message that says it is kept.
func (b *Bot) discard(ctx context.Context, in click) {
	ref, err := blocks.ParseRef(in.Value)
	if err != nil {
		return
	}
	if err := b.cancel(in.origin, batchsync.DraftID(ref.ID)); err != nil {
		b.fail(ctx, in.origin, "discard draft", err)
		return
	}
	b.tell(ctx, in.origin, b.printer(in.User).Notice([]batchsync.Text{batchsync.T("draft.discarded")}))
}

// cancel removes an open draft of this person. One that is gone already, or
// became an operation, is left alone.
func (b *Bot) cancel(o origin, id batchsync.DraftID) error {
	draft, err := b.ownDraft(o, id)
	if batchsync.CodeOf(err) == batchsync.CodeNotFound || err == nil && draft.State != batchsync.DraftOpen {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = b.apply(id, func(batchsync.Draft) batchsync.Event { return batchsync.Cancelled{} })
	return err
}
