package outbox

import (
	"maps"
	"slices"
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

// conversations are the ids by which the place a message goes to may be known:
// a person's id and that of the conversation with them mean the same one, and a
// reply goes where its root is.
func conversations(m batchsync.Message, thread *batchsync.Message) []batchsync.ChannelID {
	out := []batchsync.ChannelID{m.Channel}
	add := func(c batchsync.ChannelID) {
		if c != "" && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	add(m.Posted)
	if thread != nil {
		add(thread.Posted)
	}
	return out
}

// earliest is the first moment a message may be sent to a place.
func (p *pace) earliest(m batchsync.Message, to []batchsync.ChannelID) time.Time {
	act, at := actionOf(m), time.Time{}
	if act == edit {
		at = m.SentAt.Add(editEvery)
	} else {
		for _, c := range to {
			if last, ok := p.posted[c]; ok && last.Add(postEvery).After(at) {
				at = last.Add(postEvery)
			}
		}
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
		for _, c := range r.to {
			p.posted[c] = r.at
		}
		if c := r.delivery.Channel; c != "" {
			p.posted[c] = r.at
		}
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
