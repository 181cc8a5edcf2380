package handlers

import (
	"context"
	"errors"
	"maps"

	"batchsync/internal/batchsync"

	"github.com/slack-go/slack"
)

// answerSlowly answers a form with a loading view and goes on among the
// requests that read the platform.
func (b *Bot) answerSlowly(in submit, answer ack, act batchsync.Action, id batchsync.TaskID, then func(context.Context, batchsync.TaskView)) {
	// The answer comes first: behind the drawing it would cover it.
	answer(update(b.printer(in.User).Loading()))
	b.fillBehind(in.origin, in.View.ID, func(ctx context.Context) {
		if !b.offeredIn(ctx, in.origin, in.View.ID, act, "task/"+id.String()) {
			return
		}
		if v, ok := b.ready(ctx, in.origin, in.View.ID, id); ok {
			then(ctx, v)
		}
	})
}

// formErrors answers a form with a sentence at each input that an error is
// about, or with a modal that only tells the first.
func (b *Bot) formErrors(in submit, wrong ...error) any {
	shown := map[string]string{}
	for _, err := range wrong {
		maps.Copy(shown, b.printer(in.User).FormErrors(in.View.State, err))
	}
	if len(shown) > 0 {
		return slack.NewErrorsViewSubmissionResponse(shown)
	}
	return update(b.problemView(in.origin, "form", errors.Join(wrong[:1]...), nil))
}

// fieldErrors answers a form with the wizard's kind of errors.
func (b *Bot) fieldErrors(in submit, problems []batchsync.FieldError) any {
	if shown := b.printer(in.User).FieldErrors(in.View.State, problems); len(shown) > 0 {
		return slack.NewErrorsViewSubmissionResponse(shown)
	}
	return update(b.printer(in.User).Info(problems[0].Text, batchsync.Text{}, nil))
}
