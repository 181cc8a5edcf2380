package handlers

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"batchsync/internal/batchsync"

	"github.com/slack-go/slack"
)

// How Home tabs are kept up to date. What a person asks for by opening the tab
// or pressing Refresh does not wait for the pace: it is bounded by people.
const (
	homeEvery   = 3 * time.Second  // between two drawings of one person's tab
	homeRetry   = 30 * time.Second // after trouble that may pass
	homeKept    = 24 * time.Hour   // a tab is kept up to date since it was opened
	maxHomes    = 200              // tabs kept up to date, those opened last
	homeTimeout = 15 * time.Second // for one drawing and its call
)

// drawHome draws the Home tab of a person as it should look now.
type drawHome func(ctx context.Context, user batchsync.UserID) (slack.HomeTabViewRequest, error)

// Homes brings the Home tabs of people up to date when what they show changes:
// one drawing per three seconds and person, at most twenty calls a minute for
// all, only of what looks different, and nothing while Slack wants us to wait.
//
// Whose tab is kept up to date is remembered in memory only: the 200 people who
// opened theirs last, for 24 hours. After a restart a tab stays as it was until
// it is opened again.
type Homes struct {
	publish func(context.Context, batchsync.UserID, slack.HomeTabViewRequest) error
	log     *slog.Logger
	wake    chan struct{}

	mu      sync.Mutex
	viewers map[batchsync.UserID]*viewer
	paused  time.Time // until when Slack wants no calls
	share   share
}

// viewer is a person whose tab is kept up to date. All but turn and shown is
// guarded by the lock of [Homes].
type viewer struct {
	opened time.Time
	stale  time.Time // since when the tab may be out of date; zero: it is not
	drawn  time.Time // last
	hold   time.Time // nothing is tried before this

	turn  sync.Mutex // one drawing at a time, so that the last one made is the one that stays
	shown [sha256.Size]byte
}

// NewHomes builds it; [Bot.Serve] runs it.
func NewHomes(api *slack.Client, log *slog.Logger) *Homes {
	return newHomes(log, func(ctx context.Context, user batchsync.UserID, view slack.HomeTabViewRequest) error {
		_, err := api.PublishViewContext(ctx, slack.PublishViewContextRequest{UserID: string(user), View: view})
		return err
	})
}

func newHomes(log *slog.Logger, publish func(context.Context, batchsync.UserID, slack.HomeTabViewRequest) error) *Homes {
	return &Homes{publish: publish, log: log, wake: make(chan struct{}, 1), viewers: map[batchsync.UserID]*viewer{}}
}

// Changed says that the tabs of these people may look different now, or those
// of all when none is named. It never waits.
func (h *Homes) Changed(users ...batchsync.UserID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := time.Now()
	if len(users) == 0 {
		for _, v := range h.viewers {
			v.outdate(now)
		}
	}
	for _, user := range users {
		if v := h.viewers[user]; v != nil {
			v.outdate(now)
		}
	}
	h.stir()
}

func (v *viewer) outdate(now time.Time) {
	if v.stale.IsZero() {
		v.stale = now
	}
}

// stir has the loop look again.
func (h *Homes) stir() {
	select {
	case h.wake <- struct{}{}:
	default:
	}
}

// opened remembers that a person looks at their tab. Nobody beyond the limit
// is remembered: who opened theirs longest ago is forgotten.
func (h *Homes) opened(user batchsync.UserID, now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if v := h.viewers[user]; v != nil {
		v.opened = now
		return
	}
	h.viewers[user] = &viewer{opened: now}
	for len(h.viewers) > maxHomes {
		var oldest batchsync.UserID
		for id, v := range h.viewers {
			if first := h.viewers[oldest]; first == nil || v.opened.Before(first.opened) {
				oldest = id
			}
		}
		delete(h.viewers, oldest)
	}
}

// run publishes what is out of date until ctx ends.
func (h *Homes) run(ctx context.Context, draw drawHome) {
	for ctx.Err() == nil {
		user, at, ok := h.next(time.Now())
		wait := time.Until(at)
		if ok && wait <= 0 {
			h.bring(ctx, user, draw, false)
			continue
		}
		var due <-chan time.Time
		if ok {
			due = time.After(wait)
		}
		select {
		case <-ctx.Done():
		case <-h.wake:
		case <-due:
		}
	}
}

// next is whose tab is brought up to date next and when: of those that may be
// drawn, the one out of date for longest. It forgets whom nobody saw for a day.
func (h *Homes) next(now time.Time) (user batchsync.UserID, at time.Time, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	var since time.Time
	for id, v := range h.viewers {
		if now.Sub(v.opened) > homeKept {
			delete(h.viewers, id)
			continue
		}
		if v.stale.IsZero() {
			continue
		}
		may := latest(now, v.drawn.Add(homeEvery), v.hold)
		if !ok || may.Before(at) || may.Equal(at) && v.stale.Before(since) {
			user, at, since, ok = id, may, v.stale, true
		}
	}
	return user, latest(at, h.paused, h.share.next()), ok
}

// show brings the tab of a person up to date who asks for it.
func (h *Homes) show(ctx context.Context, user batchsync.UserID, draw drawHome) {
	h.opened(user, time.Now())
	h.bring(ctx, user, draw, true)
}

// bring draws a tab and publishes it if it looks different. What does not get
// there stays out of date, to be tried again by the loop.
func (h *Homes) bring(ctx context.Context, user batchsync.UserID, draw drawHome, asked bool) {
	v := h.take(user, asked)
	if v == nil {
		return
	}
	defer v.turn.Unlock()
	ctx, cancel := context.WithTimeout(ctx, homeTimeout)
	defer cancel()
	view, err := h.draw(ctx, user, draw)
	var seen [sha256.Size]byte
	if err == nil {
		seen, err = fingerprint(view)
	}
	if err == nil {
		if seen == v.shown {
			return
		}
		if !asked {
			h.spend()
		}
		if err = h.publish(ctx, user, view); err == nil {
			v.shown = seen
			return
		}
	}
	h.failed(ctx, user, v, err)
}

// take begins a drawing. It is nil when the person is not remembered, when
// somebody else has just drawn, and when Slack wants no calls: what is left to
// do then the loop does later.
func (h *Homes) take(user batchsync.UserID, asked bool) *viewer {
	h.mu.Lock()
	v := h.viewers[user]
	h.mu.Unlock()
	if v == nil {
		return nil
	}
	v.turn.Lock()
	h.mu.Lock()
	defer h.mu.Unlock()
	now := time.Now()
	switch {
	case h.paused.After(now):
		v.turn.Unlock()
		v.outdate(now)
		h.stir()
		return nil
	case !asked && (v.stale.IsZero() || v.drawn.Add(homeEvery).After(now)):
		v.turn.Unlock()
		return nil
	}
	// What changes from here on may be missing in the drawing.
	v.stale, v.drawn = time.Time{}, now
	return v
}

func (h *Homes) spend() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.share.spend(time.Now())
}

// draw makes a panic an error: the loop has nobody else to survive it.
func (h *Homes) draw(ctx context.Context, user batchsync.UserID, draw drawHome) (view slack.HomeTabViewRequest, err error) {
	defer func() {
		if p := recover(); p != nil {
			h.log.Error("drawing of home panicked", "user", user, "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("draw home of %s: panic: %v", user, p)
		}
	}()
	return draw(ctx, user)
}

// failed decides how to go on after trouble. A tab that Slack will never take is
// left alone until it is opened again.
func (h *Homes) failed(ctx context.Context, user batchsync.UserID, v *viewer, err error) {
	if errors.Is(ctx.Err(), context.Canceled) {
		return // we are going down
	}
	code := errorCode(err)
	h.mu.Lock()
	defer h.mu.Unlock()
	now := time.Now()
	var limited *slack.RateLimitedError
	switch {
	case errors.As(err, &limited):
		h.log.Info("home waits: rate limit", "user", user, "wait", limited.RetryAfter)
		h.paused = latest(h.paused, now.Add(limited.RetryAfter))
	case unpostable(code) || badBlocks(code) || code == "invalid_arguments" || code == "view_too_large" || code == "not_enabled":
		h.log.Error("home refused", "user", user, "error", code, "details", refusal(err))
		if h.viewers[user] == v {
			delete(h.viewers, user)
		}
		return
	default:
		h.log.Warn("home not published", "user", user, "error", err)
		v.hold = now.Add(homeRetry)
	}
	v.outdate(now)
	h.stir()
}

// fingerprint tells drawings apart.
func fingerprint(view slack.HomeTabViewRequest) ([sha256.Size]byte, error) {
	js, err := json.Marshal(view)
	if err != nil {
		return [sha256.Size]byte{}, fmt.Errorf("encode home: %w", err)
	}
	return sha256.Sum256(js), nil
}

// Five calls at once and one every four seconds make twenty in any minute, of
// the hundred that Slack takes: the rest is for those who ask.
const (
	shareEvery = 4 * time.Second
	shareBurst = 5
)

// share is what the loop may take of Slack's limit. It is the moment when all
// calls made are paid off, at one per shareEvery.
type share struct{ paid time.Time }

func (s share) next() time.Time { return s.paid.Add(-(shareBurst - 1) * shareEvery) }

func (s *share) spend(now time.Time) { s.paid = latest(s.paid, now).Add(shareEvery) }

func latest(first time.Time, others ...time.Time) time.Time {
	for _, t := range others {
		if t.After(first) {
			first = t
		}
	}
	return first
}
