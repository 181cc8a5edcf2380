package handlers

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

// limits are how long what may last.
type limits struct {
	silence time.Duration // without a byte, pings included, before a connection or an attempt counts as dead
	attempt time.Duration // for the TCP, TLS and WebSocket handshakes together
	steady  time.Duration // after which a connection counts as one that works
	deaf    time.Duration // without hearing anything, before the process gives up
	first   time.Duration // wait between two attempts, doubled from one to the next
	longest time.Duration // to which that grows, unless Slack asks for more
	pacing  time.Duration // between two connections of those that end at once
	burst   int           // connections in a row that may end at once before they are paced
	tries   int           // attempts that must have failed before the process gives up
	tick    time.Duration // between two looks at the signs
	token   time.Duration // between two questions whether the bot token holds
}

// newLimits returns what is right for Slack, which pings every few seconds.
// Calling apps.connections.open is bounded by the HTTP client of the Web API.
func newLimits(deaf time.Duration) limits {
	if deaf <= 0 {
		deaf = 5 * time.Minute
	}
	return limits{
		silence: 30 * time.Second, attempt: 10 * time.Second, steady: 10 * time.Second, deaf: deaf,
		first: time.Second, longest: 30 * time.Second, pacing: 4 * time.Second, burst: 5, tries: 3,
		tick: time.Second, token: 5 * time.Minute,
	}
}

// signs are what is seen of a connection.
type signs struct {
	began   time.Time // of the present attempt; zero while there is none
	opened  time.Time // hello of the present connection; zero without one
	heard   time.Time // last bytes
	hearing time.Time // last envelope, or bytes on a connection that lasted: what people do arrives here
	busy    time.Time // until when Slack itself said, by 429 or 5xx, that it cannot now
	tries   int       // clients that ended since a connection lasted
	short   int       // connections in a row that did not last
}

// action is what the signs are a reason for.
type action int

const (
	stay  action = iota
	renew        // drop the connection or the attempt, and begin another
	leave        // end the process: nothing here helps any more
)

// watch decides by the signs alone. A process that stood still for long (a
// suspended machine) has old signs and no failure: it tries first.
func (l limits) watch(now time.Time, s signs) action {
	switch {
	case !s.began.IsZero() && now.Sub(later(s.began, s.heard)) >= l.silence:
		return renew
	case s.began.IsZero() && s.tries >= l.tries && now.Sub(later(s.hearing, s.busy)) >= l.deaf:
		return leave
	}
	return stay
}

// pause is how long to wait after a client ended, the tries-th in a row: not at
// all at first, then longer and longer.
func (l limits) pause(tries int, err error) time.Duration {
	longest := l.longest
	if errors.Is(err, errShort) {
		longest = l.pacing // each of these connections brings something
	}
	var wait time.Duration
	if tries > 1 {
		wait = min(l.first<<min(tries-2, 10), longest)
	}
	var limited *slack.RateLimitedError
	if errors.As(err, &limited) {
		wait = max(wait, limited.RetryAfter)
	}
	return wait
}

var (
	errSilent = errors.New("nothing came over the socket, not even a ping")
	errShort  = errors.New("connections end as soon as they are made")
	errStuck  = errors.New("the connection to Slack cannot be ended")
)

// deaf is the end of a process that hears nothing. A person reads it.
func deaf(now time.Time, s signs, last error) error {
	return fmt.Errorf("nothing was heard from Slack for %s in spite of %d attempts: is the network in order, is Socket Mode still on for the app, is there a proxy that lets no WebSocket pass? The last trouble was: %w",
		now.Sub(s.hearing).Round(time.Second), s.tries, last)
}

// permanent says what a person must do about an answer of Slack's that will
// always be the same; "" for all others.
func permanent(err error) string {
	var code slack.SlackErrorResponse
	if !errors.As(err, &code) {
		return ""
	}
	switch code.Err {
	case "invalid_auth", "not_authed":
		return "copy the token from the app's pages, set it and start again"
	case "token_revoked", "token_expired":
		return "make a new token on the app's pages, set it and start again"
	case "account_inactive", "app_uninstalled", "app_disabled":
		return "the app is disabled or no longer installed: install it again, set its tokens and start again"
	case "missing_scope":
		return "add the scope " + code.Needed + " on the app's pages, install it again and start again"
	case "not_allowed_token_type":
		return "it is a token of the other kind: set an app-level token there and start again"
	case "access_denied", "no_permission", "ekm_access_denied", "org_login_required",
		"team_access_not_granted", "team_disabled", "user_removed_from_team", "forbidden_team":
		return "the workspace no longer lets the app in: ask its administrators, then start again"
	}
	return ""
}

// askedToWait is until when Slack itself said that it cannot now; zero when the
// trouble is another. Giving up would not help then.
func askedToWait(now time.Time, err error) time.Time {
	var limited *slack.RateLimitedError
	var status slack.StatusCodeError
	var code slack.SlackErrorResponse
	switch {
	case errors.As(err, &limited):
		return now.Add(limited.RetryAfter)
	case errors.As(err, &status):
		if status.Code == http.StatusTooManyRequests || status.Code >= http.StatusInternalServerError {
			return now
		}
	case errors.As(err, &code):
		switch code.Err {
		case "ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout":
			return now
		}
	}
	return time.Time{}
}

// start is the first sign: before it nobody could hear anything.
func (s *socket) start(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.signs.hearing = now
}

func (s *socket) began(now time.Time, client *socketmode.Client) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.client, s.signs.began = client, now
}

// ended notes that a client did, and why, and returns the signs.
func (s *socket) ended(now time.Time, err error) signs {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = s.lost(now) // the client is gone already
	s.signs.began = time.Time{}
	s.signs.tries++
	s.signs.busy = later(s.signs.busy, askedToWait(now, err))
	return s.signs
}

// hear notes that bytes came.
func (s *socket) hear() {
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.signs.heard = now
	s.status.Frames++
	if !s.signs.opened.IsZero() && now.Sub(s.signs.opened) >= s.limits.steady {
		s.signs.hearing, s.signs.tries = now, 0
	}
}

func (s *socket) look() signs {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.signs
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
