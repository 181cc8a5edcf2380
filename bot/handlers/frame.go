package handlers

import (
	"context"
	"sync"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"

	"github.com/slack-go/slack"
)

// A frame is a message that stands where Slack lets the bot open no modal. It
// has an id like one, and whatever is drawn into the modal of that id is drawn
// as the message: ephemeral in channels, a message of the conversation in
// direct messages. It lives as long as the request it belongs to is carried
// out; a press in the message makes the next one.
type frame struct {
	origin
	why  bool // say that Slack's time for opening a modal has passed
	used bool // something was pressed or chosen in it

	mu     sync.Mutex
	posted bool   // it was drawn
	ts     string // of a message that can be edited; else empty
}

// frames are kept in memory only: after a restart a press in the message makes
// a new one.
type frames struct {
	memory[string, *frame]
}

// maxFrames bounds what is remembered: far more than are worked on at a time.
const maxFrames = 500

func (v *frames) add(f *frame) (id string) {
	id = "frame/" + newID()
	v.put(id, f, maxFrames)
	return id
}

// of is nil for modals.
func (v *frames) of(id string) *frame {
	f, _ := v.get(id)
	return f
}

// openFrame opens a modal, or makes a message stand for it where none can be
// opened: what is written to the bot brings no permission for one.
func (b *Bot) openFrame(ctx context.Context, o origin) (view string) {
	if o.Aloud {
		return b.frames.add(&frame{origin: o.aside()})
	}
	view, err := b.openLoading(ctx, o)
	if err != nil {
		return b.frames.add(&frame{origin: o, why: true})
	}
	return view
}

// takeFrame makes the message in which something was used stand for a modal.
// Only the owner of the draft can go on in it.
func (b *Bot) takeFrame(ctx context.Context, in *click) bool {
	ref, err := blocks.ParseRef(in.View.PrivateMetadata)
	if err == nil {
		_, err = b.ownDraft(in.origin, batchsync.DraftID(ref.ID))
	}
	if batchsync.CodeOf(err) == batchsync.CodeForbidden {
		in.done()
		b.fail(ctx, in.origin, "use draft "+ref.ID, err)
		return false
	}
	in.View.ID = b.frames.add(&frame{origin: in.origin, used: true})
	return true
}

// drawMessage draws a modal as the message that stands for it. A message of a
// channel that only one person sees can be drawn anew only by the address that
// comes with a press in it; without one the first drawing stays.
func (b *Bot) drawMessage(ctx context.Context, f *frame, view slack.ModalViewRequest) {
	f.mu.Lock()
	defer f.mu.Unlock()
	p := b.printer(f.User)
	m := p.InMessage(view)
	if f.why {
		m = p.Passed(m)
	}
	switch {
	case f.used:
		b.settle(ctx, f.origin, m)
	case f.ts != "":
		b.editMessage(ctx, f, m)
	case f.posted:
		b.Log.DebugContext(ctx, "drawing left out", "user", f.User, "channel", f.Channel)
	case f.Aloud: // a direct message
		f.ts = b.postMessage(ctx, f.origin, m)
	default:
		b.tell(ctx, f.origin, m)
	}
	f.posted = true
}

// checkFirst has a review checked before it is drawn, where it cannot be drawn
// again when the checks are back. It reads the platform.
func (b *Bot) checkFirst(ctx context.Context, view string, d batchsync.Draft) {
	f := b.frames.of(view)
	if f == nil || f.used || f.Aloud || b.Checks == nil || !reviewing(d) {
		return
	}
	b.preflight(ctx, d, d.Planned(b.facts(d)))
}

// postMessage writes into a conversation with one person and returns the
// message's timestamp; "" when it had to be said otherwise.
func (b *Bot) postMessage(ctx context.Context, o origin, m blocks.Message) (ts string) {
	err := b.Ladder.climb(ctx, m, func(ctx context.Context, m blocks.Message) (err error) {
		options := body(m)
		if o.Thread != "" {
			options = append(options, slack.MsgOptionTS(o.Thread))
		}
		_, ts, err = b.API.PostMessageContext(ctx, string(o.Channel), options...)
		return err
	})
	if err != nil {
		o.Aloud = false
		b.tell(ctx, o, m)
		return ""
	}
	return ts
}

func (b *Bot) editMessage(ctx context.Context, f *frame, m blocks.Message) {
	err := b.Ladder.climb(ctx, m, func(ctx context.Context, m blocks.Message) error {
		_, _, _, err := b.API.UpdateMessageContext(ctx, string(f.Channel), f.ts, body(m)...)
		return err
	})
	if err != nil {
		b.Log.WarnContext(ctx, "draw message", "user", f.User, "error", errorCode(err), "details", refusal(err))
	}
}

// submittedInMessage does what the main button of the modal does. It is
// acknowledged before the answer is drawn, and after it is on disk.
func (b *Bot) submittedInMessage(ctx context.Context, in click) {
	if in.View == nil {
		return
	}
	sent := submit{origin: in.origin, Callback: blocks.CallbackWizard, View: *in.View}
	b.submittedWizard(ctx, sent, func(payload any) {
		in.done()
		if r, ok := payload.(*slack.ViewSubmissionResponse); ok && r.View != nil {
			b.draw(ctx, in.origin, in.View.ID, "", *r.View)
		}
	})
}

// cancelledInMessage puts a line with ways to go on in the place of the
// questions, as closing the modal does.
func (b *Bot) cancelledInMessage(ctx context.Context, in click) {
	if in.View == nil {
		return
	}
	ref, err := blocks.ParseRef(in.View.PrivateMetadata)
	if err != nil {
		return
	}
	draft, err := b.ownDraft(in.origin, batchsync.DraftID(ref.ID))
	switch {
	case err != nil:
		b.drawProblem(ctx, in.origin, in.View.ID, "close draft", err, nil)
	case draft.State != batchsync.DraftOpen:
		b.drawDraft(ctx, in.origin, in.View.ID, draft, nil)
	default:
		b.settle(ctx, in.origin, b.printer(in.User).Kept(draft))
	}
}
