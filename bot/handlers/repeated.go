package handlers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"

	"batchsync/internal/batchsync"
)

// What a form asks for is done once, though Slack may deliver it again, also to a
// restarted process, and after somebody else undid what it did. Most forms are
// held to the version of what they are about. What has no version is stored
// together with the form itself.

// form tells a form that was sent from all others by the drawing it was sent from
// and the answers: it is the same when that is delivered again, or sent again as it
// was. Other answers are another wish.
func (in submit) form() string {
	all, err := json.Marshal([]any{in.User, in.View.ID, in.View.Hash, in.Callback, in.View.PrivateMetadata, in.View.State})
	if err != nil {
		return "" // it came as JSON
	}
	sum := sha256.Sum256(all)
	return "form/" + hex.EncodeToString(sum[:])
}

// repeated reports whether a form was not carried out because it was before, and
// when. It is answered as it was then.
func (b *Bot) repeated(ctx context.Context, in submit, err error) (before time.Time, is bool) {
	e, is := errors.AsType[*batchsync.RepeatedError](err)
	if !is {
		return time.Time{}, false
	}
	b.Log.InfoContext(ctx, "form sent again", "callback", in.Callback, "user", in.User, "before", e.At)
	return e.At, true
}
