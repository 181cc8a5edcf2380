package handlers

import (
	"context"
	"errors"

	"batchsync/internal/batchsync"
)

// likeForm begins a draft that does what a task does. What cannot be taken over
// is said on its first screen.
func (b *Bot) likeForm(ctx context.Context, o origin, view string, ref batchsync.TaskRef) {
	v, err := b.likeness(ctx, ref)
	if err != nil {
		b.drawProblem(ctx, o, view, "read task "+ref.ID.String()+" to make one like it", err, nil)
		return
	}
	spec := batchsync.Spec{}
	if v.Content != nil {
		spec.Source, spec.SourceSchema = v.Content.Source, v.Content.SourceSchema
	}
	facts := b.lineFacts(ctx, func(batchsync.Facts) batchsync.Prefetch {
		return batchsync.Prefetch{Source: spec.Source.ID, SourceSchema: spec.SourceSchema}
	})
	v.FolderPath = b.folderPath(ctx, ref.Folder)
	d, untold := b.newDraft(ctx, o).Like(v, facts)
	if name := d.Spec().Name; name != "" {
		d = d.Called(b.freeName(ctx, name))
	}
	d.Step = d.FirstOpen(facts, now())
	d.Notes = append([]batchsync.Text{batchsync.T("like.from", short(ref.Name))}, untold...)
	if err := b.startAlso(ctx, o, d); err != nil {
		b.drawProblem(ctx, o, view, "create draft", err, nil)
		return
	}
	b.checkFirst(ctx, view, d)
	b.drawDraft(ctx, o, view, d, d.Wrong(facts, now()))
}

// likeness reads what is taken over of a task. A task without content has only
// a schedule and a place.
func (b *Bot) likeness(ctx context.Context, ref batchsync.TaskRef) (batchsync.TaskView, error) {
	v := batchsync.TaskView{At: now(), Ref: ref, Zone: b.cfg.PlatformZone}
	if ref.Type != 0 && !ref.Type.IsSync() {
		return v, &batchsync.Error{Code: batchsync.CodeInvalid, Text: batchsync.T("like.no_sync", short(ref.Name)), Hint: batchsync.T("like.no_sync_hint")}
	}
	content, contentErr := b.content(ctx, ref)
	if contentErr == nil {
		v.Content = &content
	} else if batchsync.FailureOf(contentErr) == batchsync.FailNotConfigured {
		contentErr = nil
	}
	saved, err := b.Platform.DraftSchedule(ctx, ref.ID)
	if err == nil {
		v.Draft = &saved
	}
	return v, unknownTask(errors.Join(contentErr, err), ref.ID.String())
}

// freeName is a name that no task has, as far as the platform tells; the
// review's own check is what counts.
func (b *Bot) freeName(ctx context.Context, name string) string {
	like, err := b.Platform.TasksLike(ctx, name)
	if err != nil {
		b.Log.InfoContext(ctx, "names not read for a proposal", "error", err)
		return name
	}
	var taken []string
	for _, t := range like {
		taken = append(taken, t.Name)
	}
	return batchsync.FreeName(name, taken)
}
