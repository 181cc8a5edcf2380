package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slack-go/slack"
)

func TestNextTry(t *testing.T) {
	t.Parallel()
	down := slack.StatusCodeError{Code: 503}
	limited := func(d time.Duration) error { return &slack.RateLimitedError{RetryAfter: d} }
	for _, c := range []struct {
		name  string
		err   error
		tries int
		left  time.Duration
		wait  time.Duration
		again bool
	}{
		{"first", down, 1, time.Minute, 300 * time.Millisecond, true},
		{"second", down, 2, time.Minute, time.Second, true},
		{"third", down, 3, time.Minute, 2 * time.Second, true},
		{"fourth", down, 4, time.Minute, 0, false},
		{"no time", down, 2, time.Second, 0, false},
		{"reset", &url.Error{Err: &net.OpError{Op: "read", Err: io.EOF}}, 1, time.Minute, 300 * time.Millisecond, true},
		{"hung", context.DeadlineExceeded, 1, time.Minute, 300 * time.Millisecond, true},
		{"limited for long", limited(30 * time.Second), 1, 10 * time.Second, 0, false},
		{"limited for a moment", limited(2 * time.Second), 1, 10 * time.Second, 2 * time.Second, true},
		{"limited for less than we wait anyway", limited(0), 2, 10 * time.Second, time.Second, true},
		{"Slack's own trouble", slack.SlackErrorResponse{Err: "internal_error"}, 1, time.Minute, 300 * time.Millisecond, true},
		{"closed", slack.SlackErrorResponse{Err: "not_found"}, 1, time.Minute, 0, false},
		{"refused", slack.SlackErrorResponse{Err: "invalid_arguments"}, 1, time.Minute, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			wait, again := nextTry(c.err, c.tries, c.left)
			if again != c.again || again && wait != c.wait {
				t.Errorf("got %v %v, want %v %v", wait, again, c.wait, c.again)
			}
		})
	}
}

// What Slack refused, or put off, did not happen; of everything else nobody can tell.
func TestUnanswered(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		err  error
		want bool
	}{
		{"hung", context.DeadlineExceeded, true},
		{"reset", &url.Error{Err: &net.OpError{Op: "read", Err: io.EOF}}, true},
		{"half an answer", io.ErrUnexpectedEOF, true},
		{"a page of somebody between", &json.SyntaxError{}, true},
		{"server error", slack.StatusCodeError{Code: 502}, true},
		{"our mistake", slack.StatusCodeError{Code: 404}, false},
		{"refused", slack.SlackErrorResponse{Err: "expired_trigger_id"}, false},
		{"limited", &slack.RateLimitedError{}, false},
		{"never sent", slack.ErrParametersMissing, false},
		{"given up by us", &url.Error{Err: context.Canceled}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := unanswered(c.err); got != c.want {
				t.Errorf("%v: got %v, want %v", c.err, got, c.want)
			}
		})
	}
}

// A call that hangs leaves time for another, and all of them end in time.
func TestInsist_Hangs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		began, tries := time.Now(), 0
		err := insist(ctx, func(ctx context.Context) error {
			tries++
			<-ctx.Done()
			return ctx.Err()
		})
		if took := time.Since(began); tries != 3 || took > 10*time.Second || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%d tries in %v: %v, want 3 within 10s", tries, took, err)
		}
	})
}

// The end of the request ends the waiting at once.
func TestInsist_Cancelled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(100*time.Millisecond, cancel)
		began, tries := time.Now(), 0
		err := insist(ctx, func(context.Context) error { tries++; return slack.StatusCodeError{Code: 500} })
		if took := time.Since(began); err == nil || tries != 1 || took != 100*time.Millisecond {
			t.Errorf("%d tries in %v: %v", tries, took, err)
		}
	})
}
