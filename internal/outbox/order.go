package outbox

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"batchsync/internal/batchsync"
)

const (
	// patience is how many failures in a row a post may have while those behind
	// it wait for it alone: half a minute of trouble, not counting what the
	// failures themselves take.
	patience = 6
	// anyway is every which failure lets the next one by though nothing tells
	// that the trouble is the message's own: after a minute and a half, and every
	// four or five minutes from then on.
	anyway = 8
	// postFailures is the failure up to which the back-off of a post grows, to
	// at most 40 seconds: others wait behind it.
	postFailures = 6
	// nextInLine is how long after the post in front of it one is due that failed
	// in the same round; the pace makes a second of it.
	nextInLine = time.Millisecond
)

// tried is a post that failed and waits to be tried again.
type tried struct {
	message  batchsync.Message // no more of it than tells its root
	to       []batchsync.ChannelID
	number   int       // in the order in which they failed first
	failures int       // in a row
	last     time.Time // failure
	due      time.Time
	lets     bool // the next one in line by, until it is due
	passed   bool // one behind it arrived before it
}

// order keeps the posts of a channel in line when they fail by trouble that may
// pass; files hold nobody up, for one may take minutes, and edits neither wait
// nor hold.
//
// A post that failed holds the other posts of its channel: it is tried again,
// and they wait. What always fails must not hold a channel for ever. So when it
// has no patience left, and failed once more though Slack took something else since,
// it lets the next one in line by for once. If that one fails as well, the
// trouble is not the first one's: it takes its place behind the first, is tried
// right after it from then on, and holds the rest in turn, until it has no
// patience left either. While Slack takes nothing from anybody, there is nothing
// to be learned, and few are let by.
//
// If it arrives, the first is tried again at once: Slack may have recovered just
// between the two, and then no more than one message overtook. If the first fails
// still, the trouble is its own. It leaves the line with the next that arrives,
// and goes on alone.
//
// A reply whose root waits to be posted cannot be tried, so it holds nobody;
// the root may be waiting behind it.
//
// The line is what is stored of messages: that they failed, how often, and when
// they are due. After a restart it is read from there, see loop.resume. In memory
// are those that failed first in their channel, and few behind each.
type order struct {
	messages map[batchsync.MessageID]*tried
	lines    map[batchsync.ChannelID][]*tried // by number
	numbers  int
	took     time.Time // when Slack last took something, in any channel
}

func newOrder() *order {
	return &order{messages: map[batchsync.MessageID]*tried{}, lines: map[batchsync.ChannelID][]*tried{}}
}

// join puts a post that failed at the end of the line.
func (o *order) join(m batchsync.Message, to []batchsync.ChannelID, failures int, due time.Time) *tried {
	o.numbers++
	t := &tried{
		message: batchsync.Message{ID: m.ID, Thread: m.Thread}, to: to, number: o.numbers, failures: failures, due: due,
	}
	o.messages[m.ID] = t
	for _, c := range to {
		o.lines[c] = append(o.lines[c], t)
	}
	return t
}

// failed notes one more failure of a post, which joins the line with the first.
// One that failed often and is not in it has left it.
func (o *order) failed(r result) {
	failures := r.message.Attempts + 1
	t, known := o.messages[r.message.ID]
	switch {
	case known:
		second := len(o.ahead(r.message, r.to)) > 0 // and tried because the first lets it by
		t.lets = failures >= patience && (second || o.took.After(t.last) || failures%anyway == 0)
		t.failures, t.due = failures, r.due
	case failures <= patience:
		t = o.join(r.message, r.to, failures, r.due)
	default:
		return
	}
	t.last = r.at
}

// leave takes a message out of the line, if it is in it.
func (o *order) leave(id batchsync.MessageID) {
	t, known := o.messages[id]
	if !known {
		return
	}
	delete(o.messages, id)
	for _, c := range t.to {
		o.lines[c] = slices.DeleteFunc(o.lines[c], func(other *tried) bool { return other == t })
		if len(o.lines[c]) == 0 {
			delete(o.lines, c)
		}
	}
}

// arrived notes a post that Slack took. What it passed is due at once, or leaves
// the line if that happened to it before.
func (o *order) arrived(r result) {
	for _, t := range o.ahead(r.message, r.to) {
		if t.passed {
			o.leave(t.message.ID)
		} else {
			t.passed, t.due = true, r.at
		}
	}
	o.leave(r.message.ID)
}

// ahead are those in line in front of a message, all of them if it is not in it.
func (o *order) ahead(m batchsync.Message, to []batchsync.ChannelID) []*tried {
	var out []*tried
	own := o.messages[m.ID]
	for _, c := range to {
		for _, t := range o.lines[c] {
			if t != own && (own == nil || t.number < own.number) {
				out = append(out, t)
			}
		}
	}
	slices.SortFunc(out, func(a, b *tried) int { return cmp.Compare(a.number, b.number) })
	return slices.Compact(out)
}

// holds reports whether it holds those behind it. One that is due goes first.
func (t *tried) holds(now time.Time) bool { return !t.lets || !t.due.After(now) }

// overdue are those that should be tried again by now, in order.
func (o *order) overdue(now time.Time) []*tried {
	out := slices.DeleteFunc(slices.Collect(maps.Values(o.messages)), func(t *tried) bool { return t.due.After(now) })
	slices.SortFunc(out, func(a, b *tried) int { return cmp.Compare(a.number, b.number) })
	return out
}
