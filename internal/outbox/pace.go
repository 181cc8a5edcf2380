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

const (
	limitedRow = 3           // channels limited one after the other, until all posts are held
	servedFor  = time.Minute // how long it is remembered when a channel had its turn
)

// action is what a send does; Slack limits each method by itself.
type action int

const (
	post   action = iota // counted per channel, and by some larger measure for all
	edit                 // counted for all channels together
	upload               // of a file, likewise
)

func actionOf(m batchsync.Message) action {
	switch {
	case m.TS != "":
		return edit
	case m.Kind == batchsync.MessageFile:
		return upload
	}
	return post
}

// pace remembers what limits the next sends. The time of a message's last edit
// is stored with it and needs no memory here; after a restart a channel may see
// two posts within a second, which Slack lets pass, and limits are learned anew.
//
// Slack does not say what a rate limit counted. One that answers an edit or an
// upload holds all of its kind. One that answers a post holds the posts of that
// channel, and its uploads, which must not overtake them; when it is the third
// channel to be limited and Slack took no post in between, it is not about
// channels, and all posts are held for as long as that last answer says.
//
// Each map has at most an entry per channel and is swept of what is over.
type pace struct {
	posted  map[batchsync.ChannelID]time.Time // last post, while it matters
	served  map[batchsync.ChannelID]time.Time // last send of any kind, of the last minute
	limited map[batchsync.ChannelID]time.Time // end of a rate limit of the channel's posts
	row     map[batchsync.ChannelID]time.Time // the same, of those limited since the last post that Slack took
	paused  map[action]time.Time              // end of a rate limit of all sends of a kind
}

func newPace() *pace {
	return &pace{
		posted: map[batchsync.ChannelID]time.Time{}, served: map[batchsync.ChannelID]time.Time{},
		limited: map[batchsync.ChannelID]time.Time{}, row: map[batchsync.ChannelID]time.Time{}, paused: map[action]time.Time{},
	}
}

// conversations are the ids by which the place a message goes to may be known:
// a person's id and that of the conversation with them mean the same one, and a
// reply goes where its root is. The first is where the message is wanted.
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
	act := actionOf(m)
	at := p.paused[act]
	if act == edit {
		return latest(at, m.SentAt.Add(editEvery))
	}
	for _, c := range to {
		if last, ok := p.posted[c]; ok {
			at = latest(at, last.Add(postEvery))
		}
		at = latest(at, p.limited[c])
	}
	return at
}

// lastTurn is when a place last had a send; zero: not within the last minute.
func (p *pace) lastTurn(to []batchsync.ChannelID) (at time.Time) {
	for _, c := range to {
		at = latest(at, p.served[c])
	}
	return at
}

// note learns from a send that ended. It reports whether the posts of all
// channels are held because of it.
func (p *pace) note(r result) (all bool) {
	p.sweep(r.at)
	act, to := actionOf(r.message), r.to
	if c := r.delivery.Channel; c != "" && !slices.Contains(to, c) {
		to = append(slices.Clone(to), c)
	}
	for _, c := range to {
		p.served[c] = r.at
		if act != edit {
			p.posted[c] = r.at
		}
	}
	switch {
	case r.delivery.Outcome == batchsync.OutcomeLater:
		return p.limit(act, r.to, r.at.Add(r.delivery.Wait))
	case act == post && r.delivery.TS != "":
		clear(p.row)
	}
	return false
}

// limit notes a rate limit.
func (p *pace) limit(act action, to []batchsync.ChannelID, until time.Time) (all bool) {
	if act == post {
		for _, c := range to {
			p.limited[c] = latest(p.limited[c], until)
		}
		p.row[to[0]] = latest(p.row[to[0]], until)
		if len(p.row) < limitedRow {
			return false
		}
	}
	p.paused[act] = latest(p.paused[act], until)
	return act == post
}

// sweep forgets what does not matter any more.
func (p *pace) sweep(now time.Time) {
	over := func(_ batchsync.ChannelID, at time.Time) bool { return !at.After(now) }
	maps.DeleteFunc(p.limited, over)
	maps.DeleteFunc(p.row, over)
	maps.DeleteFunc(p.posted, func(_ batchsync.ChannelID, at time.Time) bool { return now.Sub(at) > postEvery })
	maps.DeleteFunc(p.served, func(_ batchsync.ChannelID, at time.Time) bool { return now.Sub(at) > servedFor })
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
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
