package outbox

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"batchsync/internal/batchsync"
)

// parcel is a message that is about to be sent.
type parcel struct {
	message batchsync.Message
	thread  *batchsync.Message    // the posted message it answers to
	to      []batchsync.ChannelID // its place, by every id of it
	behind  time.Time             // when the post in front of it is tried again; zero: none waits
}

// launch starts every send that may start now and tells when to look again;
// the end of a send is a reason to look sooner. Where more could start than may
// be under way, the channel goes first whose last turn is longest ago.
func (l *loop) launch(now time.Time) (next time.Time) {
	next = now.Add(idle)
	if l.sending >= maxSends {
		return next
	}
	if err := l.resume(now); err != nil {
		l.log.Error("cannot read which messages failed before", "error", err)
		return next
	}
	due, at, err := l.page(now)
	if err != nil {
		l.log.Error("cannot read due messages", "error", err)
		return next
	}
	due = append(l.recalled(now), due...)
	next = sooner(next, at, now)
	ready, at := l.sort(due, now)
	next = sooner(next, at, now)
	for _, p := range ready[:min(len(ready), maxSends-l.sending)] {
		l.start(p)
	}
	if at, ok, err := l.store.NextDue(); err == nil && ok {
		next = sooner(next, at, now)
	}
	return next
}

// sooner is the earlier of two times to look again; one that is past is none.
func sooner(next, at, now time.Time) time.Time {
	if at.After(now) && at.Before(next) {
		return at
	}
	return next
}

// page lists what is due. A full page may hold nothing but messages that must
// wait; others behind them must not, so it is all of them then. As that takes
// long where many wait, no more than a fifth of the time is spent on it; at is
// when it may be done again, if it was not.
func (l *loop) page(now time.Time) (due []batchsync.Message, at time.Time, err error) {
	due, err = l.store.Due(now, firstPage)
	if err != nil || len(due) < firstPage || now.Before(l.deep) {
		return due, l.deep, err
	}
	began := time.Now()
	for n := firstPage; err == nil && len(due) == n; {
		n *= 4
		due, err = l.store.Due(now, n)
	}
	ended := time.Now()
	l.deep = ended.Add(4 * ended.Sub(began))
	return due, time.Time{}, err
}

// sort finds the first message of each place that may be sent now, those whose
// place had no turn for longest in front, and when time alone will allow one
// more.
func (l *loop) sort(due []batchsync.Message, now time.Time) (ready []parcel, next time.Time) {
	next = now.Add(idle)
	taken := map[batchsync.ChannelID]bool{}
	for _, m := range due {
		p, at, ok := l.consider(m, now)
		next = sooner(next, at, now)
		if !ok || slices.ContainsFunc(p.to, func(c batchsync.ChannelID) bool { return taken[c] }) {
			continue
		}
		for _, c := range p.to {
			taken[c] = true
		}
		ready = append(ready, p)
	}
	slices.SortStableFunc(ready, func(a, b parcel) int { return l.pace.lastTurn(a.to).Compare(l.pace.lastTurn(b.to)) })
	return ready, next
}

// consider tells whether a message may be sent now. When only time stands
// against it, at is when that is over.
func (l *loop) consider(m batchsync.Message, now time.Time) (p parcel, at time.Time, ok bool) {
	thread, ready := l.thread(m)
	p = parcel{message: m, thread: thread, to: conversations(m, thread)}
	if !ready || slices.ContainsFunc(p.to, func(c batchsync.ChannelID) bool { return l.busy[c] }) {
		return p, at, false
	}
	if at = l.pace.earliest(m, p.to); at.After(now) {
		return p, at, false
	}
	p.behind, ok = l.free(m, p.to, now)
	return p, p.behind, ok
}

// free reports whether nothing in line in front of a message holds it. at is
// when what is in front of it is tried again; zero when nothing is.
func (l *loop) free(m batchsync.Message, to []batchsync.ChannelID, now time.Time) (at time.Time, ok bool) {
	if actionOf(m) == edit {
		return at, true
	}
	for _, t := range l.order.ahead(m, to) {
		if _, ready := l.thread(t.message); !ready {
			continue
		}
		if t.holds(now) {
			return t.due, false
		}
		at = latest(at, t.due)
	}
	return at, true
}

func (l *loop) start(p parcel) {
	for _, c := range p.to {
		l.busy[c] = true
	}
	l.sending++
	go func() { l.results <- l.deliver(p) }()
}

// resume reads from the store, once, which posts failed before this process
// began and wait to be tried again, those first that wait for longest.
func (l *loop) resume(now time.Time) error {
	if l.resumed {
		return nil
	}
	var due []batchsync.Message
	for n := firstPage; ; n *= 4 {
		var err error
		if due, err = l.store.Due(now.Add(maxBackoff), n); err != nil {
			return fmt.Errorf("list messages due soon: %w", err)
		}
		if len(due) < n {
			break
		}
	}
	slices.SortStableFunc(due, func(a, b batchsync.Message) int {
		// Of those stored together, the one in front was tried more often.
		return cmp.Or(a.Pending.Compare(b.Pending), b.Attempts-a.Attempts, a.Due.Compare(b.Due))
	})
	for _, m := range due {
		if m.Attempts > 0 && actionOf(m) == post {
			thread, _ := l.thread(m)
			l.order.join(m, conversations(m, thread), m.Attempts, m.Due)
		}
	}
	l.resumed = true
	return nil
}

// recalled lists the messages in line that are to be tried again though they are
// not due by the store. Those that wait no more leave the line without having
// been sent: old ones are removed from the store.
func (l *loop) recalled(now time.Time) (out []batchsync.Message) {
	for _, t := range l.order.overdue(now) {
		if l.busy[t.to[0]] {
			continue // it may be under way
		}
		m, err := l.store.Message(t.message.ID)
		switch {
		case batchsync.CodeOf(err) == batchsync.CodeNotFound, err == nil && (m.State != batchsync.MessageDue || actionOf(m) != post):
			l.order.leave(t.message.ID)
		case err == nil && m.Due.After(now):
			out = append(out, m)
		}
	}
	return out
}

// thread finds the message a reply goes under. A reply waits for its root to
// be posted; where that will never be, it stands on its own.
func (l *loop) thread(m batchsync.Message) (root *batchsync.Message, ready bool) {
	if m.Thread == "" || m.Thread == m.ID {
		return nil, true
	}
	r, err := l.store.Message(m.Thread)
	switch {
	case batchsync.CodeOf(err) == batchsync.CodeNotFound:
		return nil, true
	case err != nil:
		l.log.Error("cannot read the root of a thread", "message", m.ID, "root", m.Thread, "error", err)
		return nil, false
	case r.TS != "":
		return &r, true
	case r.State == batchsync.MessageDue:
		// An edit of the reply does not need the root.
		return nil, m.TS != ""
	}
	return nil, true
}
