package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/slack-go/slack"
)

// attemptTimeout bounds each of several attempts at a call: one that hangs must
// leave time for another.
const attemptTimeout = 3 * time.Second

// insist makes a call until it comes through, is refused for good, was tried
// four times, or ctx leaves no time for another attempt. It returns the error of
// the last one. The call may have taken effect although it failed, so it must be
// one that may be made twice.
func insist(ctx context.Context, call func(context.Context) error) error {
	for tries := 1; ; tries++ {
		err := attempt(ctx, call)
		if err == nil {
			return nil
		}
		left := drawPatience
		if end, ok := ctx.Deadline(); ok {
			left = time.Until(end)
		}
		wait, again := nextTry(err, tries, left)
		if !again {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(wait):
		}
	}
}

func attempt(ctx context.Context, call func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()
	return call(ctx)
}

// nextTry is how long to wait before a call is made again that failed, after so
// many tries and with that much time left; false: it is not made again.
func nextTry(err error, tries int, left time.Duration) (wait time.Duration, again bool) {
	pauses := [...]time.Duration{300 * time.Millisecond, time.Second, 2 * time.Second}
	if tries > len(pauses) || !passing(err) {
		return 0, false
	}
	wait = pauses[tries-1]
	if limited, ok := errors.AsType[*slack.RateLimitedError](err); ok {
		wait = max(wait, limited.RetryAfter)
	}
	return wait, wait < left
}

// unanswered reports whether nobody can tell from an error if the call took
// effect: no answer came, only half of one, or one that is not Slack's own.
func unanswered(err error) bool {
	if status, ok := errors.AsType[slack.StatusCodeError](err); ok {
		return status.Code >= http.StatusInternalServerError
	}
	if errors.Is(err, context.Canceled) {
		return false
	}
	_, network := errors.AsType[net.Error](err)
	_, garbled := errors.AsType[*json.SyntaxError](err)
	return network || garbled || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}
