package handlers

import (
	"context"
	"errors"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
)

// dismissed tells the owner of a draft that it is kept. A line with mistakes that
// nobody went on with is given up, and told once more, so that it is not lost.
func (b *Bot) dismissed(ctx context.Context, in closed) {
	ref, err := blocks.ParseRef(in.View.PrivateMetadata)
	if in.Callback != blocks.CallbackWizard && in.Callback != blocks.CallbackLine || err != nil || b.seen(in.origin) {
		return
	}
	draft, err := b.ownDraft(in.origin, batchsync.DraftID(ref.ID))
	if err != nil || draft.State != batchsync.DraftOpen {
		return
	}
	in.Channel = draft.Channel
	if draft.Mistaken == "" {
		b.tell(ctx, in.origin, b.printer(in.User).Kept(draft))
		return
	}
	if done, err := b.cancel(in.origin, blocks.Ref{ID: ref.ID, Version: draft.Version}); done && err == nil {
		b.tell(ctx, in.origin, b.printer(in.User).LineGivenUp(draft.Mistaken))
	}
}

// drafts lists the drafts of a person in a modal: in the one where that was asked
// for, else in a new one.
func (b *Bot) drafts(ctx context.Context, in click) {
	view := ""
	if in.View != nil {
		view = in.View.ID
	} else {
		view = b.openFrame(ctx, in.origin)
	}
	if b.offeredIn(ctx, in.origin, view, batchsync.ActCreate, "drafts") {
		b.drawDrafts(ctx, in.origin, view)
	}
}

func (b *Bot) drawDrafts(ctx context.Context, o origin, view string) {
	open, err := b.Store.OpenDrafts(o.User)
	if err != nil {
		b.drawProblem(ctx, o, view, "list drafts", err, nil)
		return
	}
	b.draw(ctx, o, view, "", b.printerOf(o).Drafts(open))
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
	if !b.offeredIn(ctx, in.origin, in.View.ID, batchsync.ActCreate, "draft/"+ref.ID) {
		return
	}
	// A modal belongs to no channel; the new draft's card goes where the old
	// one's would have.
	if old, err := b.ownDraft(in.origin, batchsync.DraftID(ref.ID)); err == nil {
		in.Channel = old.Channel
	}
	done, err := b.cancel(in.origin, ref)
	in.done()
	switch {
	case err != nil:
		b.drawProblem(ctx, in.origin, in.View.ID, "give draft up", err, nil)
	case done:
		b.startDraft(ctx, in.origin, in.View.ID)
	default: // as after a double click, or when it went on in another window
		b.begin(ctx, in.origin, in.View.ID, "")
	}
}

// discard gives a kept draft up: from the message that says it is kept, which then
// says otherwise, or from a list, which is drawn without it.
func (b *Bot) discard(ctx context.Context, in click) {
	ref, err := blocks.ParseRef(in.Value)
	if err != nil {
		return
	}
	said := []batchsync.Text{batchsync.T("draft.discarded")}
	done, err := b.cancel(in.origin, ref)
	in.done()
	if err != nil {
		b.fail(ctx, in.origin, "discard draft", err)
		return
	}
	switch {
	case in.View != nil:
		b.drawDrafts(ctx, in.origin, in.View.ID)
		return
	case in.Message == "" && done: // on the Home tab
		b.Homes.show(ctx, in.User, b.drawHome)
		return
	case !done:
		said = []batchsync.Text{batchsync.T("draft.went_on"), batchsync.T("draft.went_on_hint")}
	}
	b.settle(ctx, in.origin, b.printer(in.User).Notice(said))
}

// cancel removes an open draft of this person, as it was when the button was
// drawn. One that is gone, became an operation or went on since is left alone:
// done is false then.
func (b *Bot) cancel(o origin, ref blocks.Ref) (done bool, err error) {
	draft, err := b.ownDraft(o, batchsync.DraftID(ref.ID))
	if batchsync.CodeOf(err) == batchsync.CodeNotFound || err == nil && draft.State != batchsync.DraftOpen {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	_, err = b.Store.EditDraft(draft.ID, func(d batchsync.Draft) (batchsync.Draft, error) {
		if d.Version != ref.Version {
			return d, &batchsync.StaleError{Draft: d}
		}
		next, _, err := d.Apply(batchsync.Cancelled{}, batchsync.Facts{}, now())
		return next, err
	})
	var stale *batchsync.StaleError
	if errors.As(err, &stale) {
		return false, nil
	}
	return err == nil, err
}
