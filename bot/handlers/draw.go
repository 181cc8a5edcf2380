package handlers

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"

	"github.com/slack-go/slack"
)

// drawPatience bounds all attempts to draw a modal. Whoever waits for it has
// what they ask for next wait, too.
const drawPatience = 10 * time.Second

// draw replaces what a modal shows. A person who closed it meanwhile is not an
// error; an older drawing that overtook us is redrawn, because requests of one
// person are handled in order and this one is the newest. A drawing that is lost
// is made again; the person is told of one that does not get there at all.
func (b *Bot) draw(ctx context.Context, o origin, viewID, hash string, view slack.ModalViewRequest) {
	if f := b.frames.of(viewID); f != nil {
		ctx, cancel := lastWord(ctx)
		defer cancel()
		b.drawMessage(ctx, f, view)
		return
	}
	err := b.replace(ctx, viewID, hash, view)
	switch {
	case errors.Is(err, errOvertaken):
		b.Log.DebugContext(ctx, "drawing overtaken", "view", viewID, "callback", view.CallbackID)
	case err != nil && !closedMeanwhile(err):
		b.Log.WarnContext(ctx, "draw modal", "view", viewID, "callback", view.CallbackID, "error", err)
		b.undrawn(ctx, o, viewID, view, err)
	}
}

// replace makes the attempts of draw.
func (b *Bot) replace(ctx context.Context, viewID, hash string, view slack.ModalViewRequest) error {
	ctx, end := b.drawings.begin(ctx, viewID)
	defer end()
	last, cancel := lastWord(ctx)
	defer cancel()
	last, giveUp := context.WithDeadline(last, drawUntil(last, time.Now()))
	defer giveUp()
	err := insist(last, func(ctx context.Context) error {
		_, err := b.API.UpdateViewContext(ctx, view, "", hash, viewID)
		if errorCode(err) == "hash_conflict" {
			hash = ""
			_, err = b.API.UpdateViewContext(ctx, view, "", "", viewID)
		}
		return err
	})
	if err != nil && errors.Is(context.Cause(ctx), errOvertaken) {
		return errOvertaken
	}
	return err
}

// drawUntil is when the attempts to draw end: in time to tell the person about
// it. There is time for one in any case.
func drawUntil(ctx context.Context, now time.Time) time.Time {
	until := now.Add(drawPatience)
	if end, ok := ctx.Deadline(); ok && end.Add(-lastWordTimeout).Before(until) {
		until = end.Add(-lastWordTimeout)
	}
	return latest(until, now.Add(attemptTimeout))
}

// closedMeanwhile reports whether there is no such modal any more.
func closedMeanwhile(err error) bool {
	return errorCode(err) == "not_found" || errorCode(err) == "view_not_found"
}

// opener is the button that opens a modal: what a person presses, or the command
// they typed as a button carries it. The zero value is none.
type opener struct {
	Action blocks.ActionID
	Value  string
}

// undrawn tells the person that a modal does not show what it should, with a
// button that opens it again. What Slack would refuse then as well is an error.
func (b *Bot) undrawn(ctx context.Context, o origin, viewID string, view slack.ModalViewRequest, err error) {
	opening, o := b.opened.of(viewID), o.aside()
	o.Channel = cmp.Or(o.Channel, opening.channel)
	if !passing(err) {
		b.fail(ctx, o, "draw modal", fmt.Errorf("draw modal %s: %w", view.CallbackID, err))
		return
	}
	again := cmp.Or(o.Again, opening.again)
	if d, ok := b.draftShown(view); ok {
		again = opener{blocks.ActionOpenWizard, string(d.ID)} // typed again it would be another draft
		o.Channel = cmp.Or(o.Channel, d.Channel)
	}
	b.tell(ctx, o, b.printerOf(o).Undrawn(again.Action, again.Value))
}

// draftShown is the draft that a modal is about.
func (b *Bot) draftShown(view slack.ModalViewRequest) (batchsync.Draft, bool) {
	if c := blocks.CallbackID(view.CallbackID); c != blocks.CallbackWizard && c != blocks.CallbackLine {
		return batchsync.Draft{}, false
	}
	ref, err := blocks.ParseRef(view.PrivateMetadata)
	if err != nil {
		return batchsync.Draft{}, false
	}
	d, err := b.Store.Draft(batchsync.DraftID(ref.ID))
	return d, err == nil
}

// drawings are those under way, the newest of each modal. A newer one, or the form
// being sent, ends the attempts of an older one: it would cover what came of that,
// and have it wait.
type drawings struct {
	mu sync.Mutex
	by map[string]*context.CancelCauseFunc // by view id
}

var errOvertaken = errors.New("a newer drawing is under way")

// begin ends the attempts of older drawings of the modal. The context ends when
// this one is overtaken in turn, and with end.
func (d *drawings) begin(ctx context.Context, view string) (_ context.Context, end func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.end(view)
	if d.by == nil {
		d.by = map[string]*context.CancelCauseFunc{}
	}
	d.by[view] = &cancel
	return ctx, func() {
		cancel(nil)
		d.mu.Lock()
		defer d.mu.Unlock()
		if d.by[view] == &cancel {
			delete(d.by, view)
		}
	}
}

// overtake ends the attempts to draw a modal.
func (d *drawings) overtake(view string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.end(view)
}

// end is overtake for callers that hold the lock.
func (d *drawings) end(view string) {
	if cancel := d.by[view]; cancel != nil {
		(*cancel)(errOvertaken)
		delete(d.by, view)
	}
}
