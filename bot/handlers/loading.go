package handlers

import (
	"context"
	"time"

	"github.com/slack-go/slack"
)

// findTimeout bounds the search for a modal that may have been opened.
const findTimeout = 5 * time.Second

// openLoading opens the constant view that every modal begins with: Slack's
// permission to open one lives three seconds, the rest may take longer.
func (b *Bot) openLoading(ctx context.Context, o origin) (view string, err error) {
	loading := b.printer(o.User).Loading()
	loading.ExternalID = newID()
	view, err = b.openNow(ctx, o.Trigger, loading)
	if err != nil && unanswered(err) {
		b.Log.InfoContext(ctx, "opening of a modal not answered", "user", o.User, "error", errorCode(err))
		view, err = b.findOpened(ctx, loading)
	}
	b.people.meet(ctx, o.User) // what comes next is in their language
	if err != nil {
		b.Log.InfoContext(ctx, "modal not opened", "user", o.User, "error", errorCode(err))
		return "", err
	}
	return view, nil
}

func (b *Bot) openNow(ctx context.Context, trigger string, loading slack.ModalViewRequest) (view string, err error) {
	ctx, cancel := context.WithTimeout(ctx, openTimeout)
	defer cancel()
	opened, err := b.API.OpenViewContext(ctx, trigger, loading)
	if err != nil {
		return "", err
	}
	return opened.View.ID, nil
}

// findOpened looks for a modal whose opening was not answered. The permission
// cannot be used twice, but Slack finds the modal by our own id for it, if it is
// there: what it shows is replaced with the same.
func (b *Bot) findOpened(ctx context.Context, loading slack.ModalViewRequest) (view string, err error) {
	ctx, cancel := context.WithTimeout(ctx, findTimeout)
	defer cancel()
	err = insist(ctx, func(ctx context.Context) error {
		found, err := b.API.UpdateViewContext(ctx, loading, loading.ExternalID, "", "")
		if err == nil {
			view = found.View.ID
		}
		return err
	})
	return view, err
}
