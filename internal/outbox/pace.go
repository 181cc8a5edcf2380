package outbox

import (
	"maps"
	"time"

	"batchsync/internal/batchsync"
)

// Slack's limits, and the bounds of the back-off.
const (
	postEvery  = time.Second     // in one channel
	editEvery  = 3 * time.Second // of one message
	minBackoff = time.Second
	maxBackoff = 5 * time.Minute
)

// action is what a send does; Slack limits each method by itself.
type action int

const (
	post action = iota
	edit
)

func actionOf(m batchsync.Message) action {
	if m.TS == "" {
		return post
	}
	return edit
}

// pace remembers what limits the next sends. The time of a message's last edit
// is stored with it and needs no memory here; after a restart a channel may see
// two posts within a second, which Slack lets pass.
type pace struct {
	posted map[batchsync.ChannelID]time.Time // last post, while it matters
	paused map[action]time.Time              // end of a rate limit
}

func newPace() *pace {
	return &pace{posted: map[batchsync.ChannelID]time.Time{}, paused: map[action]time.Time{}}
}

// earliest is the first moment the message may be sent.
func (p *pace) earliest(m batchsync.Message) time.Time {
	act, at := actionOf(m), time.Time{}
	if act == edit {
		at = m.SentAt.Add(editEvery)
	} else if last, ok := p.posted[m.Channel]; ok {
		at = last.Add(postEvery)
	}
	if until := p.paused[act]; until.After(at) {
		at = until
	}
	return at
}

// note learns from a send that ended.
func (p *pace) note(r result) {
	act := actionOf(r.message)
	if act == post {
		maps.DeleteFunc(p.posted, func(_ batchsync.ChannelID, at time.Time) bool { return r.at.Sub(at) > postEvery })
		p.posted[r.message.Channel] = r.at
	}
	if until := r.at.Add(r.delivery.Wait); r.delivery.Outcome == batchsync.OutcomeLater && until.After(p.paused[act]) {
		p.paused[act] = until
	}
}

// backoff is the wait after a number of failures in a row, from 1: it doubles
// from a second to four minutes, lengthened by up to a quarter so that messages
// that failed together do not come back together. jitter is in [0, 1).
func backoff(failures int, jitter float64) time.Duration {
	// Ten doublings are past the maximum; more would overflow some day.
	d := minBackoff << min(max(failures-1, 0), 10)
	d = min(d, maxBackoff*4/5)
	return d + time.Duration(jitter*float64(d)/4)
}
