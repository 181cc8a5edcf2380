package handlers

import (
	"context"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
)

// unnumbered stands for the operation of a draft that is not confirmed yet.
const unnumbered = "<OPERATION>"

// planOf is what a confirmation of the draft would carry out now, and the tasks
// that write a table of it, too.
func (b *Bot) planOf(d batchsync.Draft, spec batchsync.Spec) (batchsync.Plan, []batchsync.PlannedCommand, rivals) {
	var commands []batchsync.PlannedCommand
	there, err := spec.Schedule.In(b.cfg.PlatformZone, now())
	if err == nil && there.Validate() == nil && b.Commands != nil {
		commands = b.Commands(spec, there.Cron(), batchsync.TaskAbout(unnumbered, d.Owner))
	}
	also := b.alsoWritingSpec(spec, d.Origin)
	return batchsync.PlanOf(spec, b.cfg.PlatformZone, now(), commands, also.sure), commands, also
}

// heldBack keeps a confirmation from being carried out if what it would make is
// not what the person saw, or a check of it has failed. It is answered then, with
// the review as it is now.
func (b *Bot) heldBack(ctx context.Context, in submit, d batchsync.Draft, facts batchsync.Facts, answer ack) bool {
	ref, err := blocks.ParseRef(in.View.PrivateMetadata)
	if err != nil {
		ref = blocks.Ref{}
	}
	plan, _, _ := b.planOf(d, d.Planned(facts))
	if plan.Digest != ref.Plan {
		b.replan(ctx, in, d, plan.Since(ref.Plan, b.planShown(d, ref.Plan)), answer)
		return true
	}
	if cross, failed := batchsync.FirstCross(b.reviews.of(d).checks); failed {
		b.Log.InfoContext(ctx, "confirmation held back by a check", "user", in.User, "draft", d.ID, "check", cross.Part, "finding", cross.Text.Key)
		b.answerView(ctx, in.origin, answer, in.View.ID, b.drawing(in.origin, d, []batchsync.FieldError{{Text: batchsync.T("preflight.crossed")}}))
		return true
	}
	return false
}

// planShown is the plan that was drawn with that digest, or what the person's own
// answers tell of it.
func (b *Bot) planShown(d batchsync.Draft, digest string) batchsync.Plan {
	if plan := b.reviews.of(d).plan; plan.Digest == digest {
		return plan
	}
	plan, _, _ := b.planOf(d, d.Spec())
	return plan
}

// replan draws the review anew, under a version of its own, and says what
// changed.
func (b *Bot) replan(ctx context.Context, in submit, d batchsync.Draft, changes []batchsync.PlanChange, answer ack) {
	b.Log.InfoContext(ctx, "plan changed before it was confirmed", "user", in.User, "draft", d.ID, "changes", len(changes))
	next, err := b.apply(d.ID, func(batchsync.Draft) batchsync.Event { return batchsync.Replanned{Version: d.Version} })
	if err == nil {
		b.reviews.note(next, func(v *review) { v.changed = changes })
	}
	b.answerMove(ctx, in, next, err, answer)
}
