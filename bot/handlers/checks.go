package handlers

import (
	"context"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
)

// Checks makes the checks of a creation before it is confirmed. It takes seconds
// and never fails.
type Checks interface {
	Preflight(ctx context.Context, spec batchsync.Spec, now time.Time) []batchsync.CheckLine
}

// reviewing reports whether a draft stands at its last screen.
func reviewing(d batchsync.Draft) bool {
	return d.State == batchsync.DraftOpen && d.Step == batchsync.StepReview
}

// behind finds out what the review of a draft shows besides the answers, and has
// the modal drawn again for it. It never waits.
func (b *Bot) behind(o origin, view string, d batchsync.Draft) {
	if !reviewing(d) {
		return
	}
	b.describe(o, view, d)
	b.check(o, view, d, false)
}

// check has a review checked among the requests that read the platform, unless
// that is under way, or was done and is not asked for again.
func (b *Bot) check(o origin, view string, d batchsync.Draft, again bool) {
	if b.Checks == nil {
		return
	}
	begins, late := false, false
	b.reviews.note(d, func(v *review) {
		v.from, v.view = o, view
		if begins = !v.checking && (again || v.checks == nil); begins {
			v.checking, v.checks = true, nil
		}
		late = v.unshown && v.checks != nil
	})
	if late { // they came back between the drawing and now
		b.redraw(o, view, d)
	}
	if !begins {
		return
	}
	spec := d.Planned(b.facts(d))
	queued := b.reads.Submit(string(o.User)+"/"+view+"/checks", o.traced(func(ctx context.Context) {
		b.preflight(ctx, d, spec)
		b.redraw(o, view, d)
	}))
	if !queued {
		b.checked(d, []batchsync.CheckLine{{Part: batchsync.PartProfile, Level: batchsync.LevelUnread, Text: busy().Text, Fix: busy().Hint}}, false)
		b.redraw(o, view, d)
	}
}

func (b *Bot) checked(d batchsync.Draft, lines []batchsync.CheckLine, listed bool) {
	b.reviews.note(d, func(v *review) { v.checking, v.checks, v.listed = false, lines, listed })
}

// redraw draws a review once more where it was opened last, if it still is what
// the draft stands at. It waits for its turn among the requests of the person, so
// that it never covers what a click of theirs led to.
func (b *Bot) redraw(o origin, view string, d batchsync.Draft) {
	b.work.Submit(string(o.User), func(ctx context.Context) {
		now, err := b.Store.Draft(d.ID)
		if err == nil && now.Version == d.Version && reviewing(now) {
			if at := b.reviews.of(d); at.view != "" {
				o, view = at.from, at.view
			}
			b.draw(ctx, o, view, "", b.drawing(o, now, nil))
		}
	})
}

// reviewed is what the last screen of a draft shows besides the answers.
func (b *Bot) reviewed(s *blocks.Screen) {
	d := s.Draft
	plan, commands, also := b.planOf(d, d.Planned(s.Facts))
	b.reviews.note(d, func(v *review) {
		v.plan, v.unshown = plan, v.checks == nil
		if s.Problems != nil {
			v.problems = s.Problems
		}
	})
	v := b.reviews.of(d)
	s.Problems, s.Columns, s.Also, s.May = v.problems, v.columns, also.sure, also.may
	switch {
	case v.checks == nil:
	case v.listed:
		s.Unread = b.unread(d.Origin)
	default:
		s.Unread = -1
	}
	s.Review = blocks.Review{
		Checks: v.checks, Checking: b.Checks != nil && v.checks == nil,
		Commands: commands, Digest: plan.Digest, Changed: v.changed,
	}
}

// checkDraft has a review checked anew; columns that could not be read are read
// again as it is drawn.
func (b *Bot) checkDraft(ctx context.Context, in click) {
	b.onReview(ctx, in, func(d batchsync.Draft) (batchsync.Draft, error) {
		b.reviews.note(d, func(v *review) {
			v.problems = nil
			if v.columns != nil && v.columns.Problem != nil {
				v.columns = nil
			}
		})
		b.check(in.origin, in.View.ID, d, true)
		return d, nil
	})
}

// unfold shows or hides the commands of a review.
func unfold(show bool) func(*Bot, context.Context, click) {
	return func(b *Bot, ctx context.Context, in click) {
		b.onReview(ctx, in, func(d batchsync.Draft) (batchsync.Draft, error) {
			return b.apply(d.ID, func(batchsync.Draft) batchsync.Event {
				return batchsync.Unfolded{Version: d.Version, Commands: show}
			})
		})
	}
}

// onReview does something at the review a button stands in, and draws it anew.
// Where the draft went on since, it is only drawn.
func (b *Bot) onReview(ctx context.Context, in click, do func(batchsync.Draft) (batchsync.Draft, error)) {
	ref, err := blocks.ParseRef(in.Value)
	if in.View == nil || err != nil {
		return
	}
	draft, err := b.ownDraft(in.origin, batchsync.DraftID(ref.ID))
	switch {
	case err != nil:
	case draft.Version != ref.Version || !reviewing(draft):
		err = &batchsync.StaleError{Draft: draft}
	default:
		draft, err = do(draft)
	}
	b.afterMove(ctx, in, draft, err)
}
