package handlers

import (
	"context"
	"fmt"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
)

// tune reads "TASK [concurrency=N] [retries=N] [interval=MINUTES]". With
// settings it goes straight to the proposal.
func (b *Bot) tune(ctx context.Context, o origin, rest string) {
	typed, want, err := batchsync.CutAdjustment(rest)
	if err != nil {
		b.fail(ctx, o, "read settings", err)
		return
	}
	inModal(batchsync.ActTune, adjustForm(func(batchsync.TaskView) batchsync.Adjustment { return want }, !want.Empty()))(b, ctx, o, typed)
}

// adjustForm shows the present settings and proposes others; decided ones are
// not asked for once more.
func adjustForm(proposal func(batchsync.TaskView) batchsync.Adjustment, decided bool) formFunc {
	return func(b *Bot, ctx context.Context, o origin, view string, ref batchsync.TaskRef) {
		v, ok := b.ready(ctx, o, view, ref.ID)
		if !ok {
			return
		}
		if decided {
			b.proposeAdjustment(ctx, o, view, v, proposal(v))
			return
		}
		if err := batchsync.CanAdjust(batchsync.Adjustment{Pause: 1}, v); err != nil {
			b.drawProblem(ctx, o, view, fmt.Sprintf("change settings of task %d", ref.ID), err, nil)
			return
		}
		b.draw(ctx, o, view, "", b.printerOf(o).AdjustForm(blocks.AdjustForm{
			Task: v.Ref, Concurrency: v.Content.Parallel, Retry: v.Draft.Retry, Proposed: proposal(v), Fixed: v.Content.NoEdit,
		}))
	}
}

// lessAtOnce proposes half of the present concurrency.
func lessAtOnce(v batchsync.TaskView) batchsync.Adjustment {
	return batchsync.Adjustment{Concurrency: max(1, v.Content.Parallel/2)}
}

// raisedRetries proposes two retries more, up to what is allowed.
func raisedRetries(v batchsync.TaskView) batchsync.Adjustment {
	n := min(v.Draft.Retry.Count+2, batchsync.MaxRetries)
	return batchsync.Adjustment{Retries: &n}
}

func (b *Bot) submittedAdjust(_ context.Context, in submit, answer ack) {
	id, err := blocks.ParseTaskRef(in.View.PrivateMetadata)
	if err != nil {
		answer(b.formErrors(in, err))
		return
	}
	want := blocks.AdjustAnswers(in.View.State)
	b.answerSlowly(in, answer, batchsync.ActTune, id, func(ctx context.Context, v batchsync.TaskView) {
		b.proposeAdjustment(ctx, in.origin, in.View.ID, v, want)
	})
}

// proposeAdjustment draws what would be otherwise for confirmation.
func (b *Bot) proposeAdjustment(ctx context.Context, o origin, view string, v batchsync.TaskView, want batchsync.Adjustment) {
	err := batchsync.CanAdjust(batchsync.Adjustment{}, v)
	if err == nil {
		want = want.Beyond(v.Content.Parallel, v.Draft.Retry)
		err = batchsync.CanAdjust(want, v)
	}
	if err == nil && want.Empty() {
		err = &batchsync.Error{Code: batchsync.CodeInvalid, Text: batchsync.T("tune.same", v.Ref.Name), Hint: batchsync.T("tune.same_hint")}
	}
	if err != nil {
		b.drawProblem(ctx, o, view, fmt.Sprintf("change settings of task %d", v.Ref.ID), err, nil)
		return
	}
	c := b.seenNow(v)
	c.Tune, c.Saved, c.Parallel, c.Content = &want, v.Draft, v.Content.Parallel, v.Content.Print()
	b.present(ctx, o, view, batchsync.OpTune, v, c)
}
