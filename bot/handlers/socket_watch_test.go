package handlers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

func TestLimits_Watch(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	for _, c := range []struct {
		name string
		s    signs
		want action
	}{
		{"just begun", signs{began: ago(time.Second), hearing: ago(time.Second)}, stay},
		{"pinged", signs{began: ago(time.Hour), opened: ago(time.Hour), heard: ago(20 * time.Second), hearing: ago(20 * time.Second)}, stay},
		{"silent", signs{began: ago(time.Hour), opened: ago(time.Hour), heard: ago(30 * time.Second), hearing: ago(30 * time.Second)}, renew},
		{"attempt hangs", signs{began: ago(30 * time.Second), hearing: ago(time.Minute)}, renew},
		{"attempt after silence has its own time", signs{began: ago(5 * time.Second), heard: ago(time.Minute), hearing: ago(time.Minute), tries: 1}, stay},
		{"deaf, attempt under way", signs{began: ago(time.Second), hearing: ago(time.Hour), tries: 50}, stay},
		{"deaf", signs{hearing: ago(5 * time.Minute), tries: 12}, leave},
		{"nearly deaf", signs{hearing: ago(5*time.Minute - time.Second), tries: 12}, stay},
		{"asleep for an hour, not tried yet", signs{hearing: ago(time.Hour), tries: 1}, stay},
		{"Slack is busy", signs{hearing: ago(time.Hour), busy: ago(time.Minute), tries: 99}, stay},
		{"Slack was busy", signs{hearing: ago(time.Hour), busy: ago(6 * time.Minute), tries: 99}, leave},
		{"Slack asked for an hour", signs{hearing: ago(time.Hour), busy: now.Add(time.Hour), tries: 99}, stay},
		{"connections that never last", signs{heard: ago(time.Second), hearing: ago(5 * time.Minute), tries: 40}, leave},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := newLimits(0).watch(now, c.s); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestLimits_Pause(t *testing.T) {
	t.Parallel()
	other := errors.New("no route to host")
	for _, c := range []struct {
		name  string
		tries int
		err   error
		want  time.Duration
	}{
		{"first", 1, other, 0},
		{"second", 2, other, time.Second},
		{"fifth", 5, other, 8 * time.Second},
		{"thousandth", 1000, other, 30 * time.Second},
		{"short ones", 1000, errShort, 4 * time.Second},
		{"as Slack asks", 1, &slack.RateLimitedError{RetryAfter: time.Minute}, time.Minute},
		{"Slack asks for less", 10, &slack.RateLimitedError{RetryAfter: time.Second}, 30 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := newLimits(0).pause(c.tries, c.err); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

// answering is an HTTP client that never leaves the process.
type answering func(*http.Request) (*http.Response, error)

func (f answering) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func hanging(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func status(code int, header, body string) answering {
	return func(r *http.Request) (*http.Response, error) {
		h := http.Header{}
		if name, value, ok := strings.Cut(header, ": "); ok {
			h.Set(name, value)
		}
		return &http.Response{StatusCode: code, Status: fmt.Sprint(code), Header: h, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
	}
}

// TestSocket_Run_Time runs the socket against a Slack that cannot be reached in
// various ways, with the limits it has in earnest.
func TestSocket_Run_Time(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		answer answering
		wait   time.Duration // at which it is stopped, if it goes on
		gaveUp time.Duration // when it has ended by itself, roughly; 0: it goes on
		tries  [2]int        // calls of apps.connections.open, at least and at most
		said   string
	}{
		{"hanging", hanging, time.Hour, 5 * time.Minute, [2]int{7, 20}, "nothing was heard from Slack for 5m"},
		{"not answering", func(*http.Request) (*http.Response, error) { return nil, errors.New("connection refused") }, time.Hour, 5 * time.Minute, [2]int{10, 20}, "connection refused"},
		{"a proxy's page", status(200, "", "<html>"), time.Hour, 5 * time.Minute, [2]int{10, 20}, "is there a proxy"},
		{"an error nobody knows", status(200, "", `{"ok":false,"error":"socket_mode_gone"}`), time.Hour, 5 * time.Minute, [2]int{10, 20}, "socket_mode_gone"},
		{"down", status(503, "", ""), time.Hour, 0, [2]int{115, 130}, ""},
		{"an error of its own", status(200, "", `{"ok":false,"error":"internal_error"}`), time.Hour, 0, [2]int{115, 130}, ""},
		{"rate limited", status(429, "Retry-After: 120", ""), time.Hour, 0, [2]int{29, 31}, ""},
		{"revoked", status(200, "", `{"ok":false,"error":"token_revoked"}`), time.Hour, time.Millisecond, [2]int{1, 1}, "slack refuses SLACK_APP_TOKEN: token_revoked; make a new token"},
		{"another kind", status(200, "", `{"ok":false,"error":"not_allowed_token_type"}`), time.Hour, time.Millisecond, [2]int{1, 1}, "token of the other kind"},
		{"scope", status(200, "", `{"ok":false,"error":"missing_scope","needed":"connections:write"}`), time.Hour, time.Millisecond, [2]int{1, 1}, "add the scope connections:write"},
		{"disabled", status(200, "", `{"ok":false,"error":"account_inactive"}`), time.Hour, time.Millisecond, [2]int{1, 1}, "install it again"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				calls := 0
				s := newSocket(slack.New("xoxb-1", slack.OptionAppLevelToken("xapp-1"), slack.OptionHTTPClient(&http.Client{
					Timeout: 10 * time.Second,
					Transport: answering(func(r *http.Request) (*http.Response, error) {
						if strings.HasSuffix(r.URL.Path, "apps.connections.open") {
							calls++
							return c.answer(r)
						}
						return hanging(r)
					}),
				})), 0, quiet())
				ctx, cancel := context.WithTimeout(t.Context(), c.wait)
				defer cancel()
				began := time.Now()
				err := s.Run(ctx, func(socketmode.Event) {})
				took := time.Since(began)
				if c.gaveUp == 0 {
					if err != nil && !errors.Is(err, context.DeadlineExceeded) || took < c.wait {
						t.Errorf("ended after %s with %v", took, err)
					}
				} else if err == nil || !strings.Contains(err.Error(), c.said) || took < c.gaveUp-time.Millisecond || took > c.gaveUp+time.Minute {
					t.Errorf("ended after %s with %v, want after %s: %s", took, err, c.gaveUp, c.said)
				}
				if calls < c.tries[0] || calls > c.tries[1] {
					t.Errorf("%d attempts, want %v", calls, c.tries)
				}
			})
		})
	}
}
