// Package outbox brings stored messages to Slack: it takes what is due, has it
// drawn and sent, and stores how that went, until nothing is due any more.
//
// Rules of the house:
//
//   - No message is given up while the trouble may pass. A repeat is possible
//     only where Slack took a message and the answer, or our note of it, got
//     lost.
//   - What is sent is the present state. However often a message was raised,
//     one send catches up with all of it, and the last revision always arrives.
//   - Slack's limits: a post per second and channel, an edit per three seconds
//     and message. A rate limit answered by Slack holds up all sends of its
//     kind, because Slack counts by method, and nothing else.
//   - One goroutine decides; at most four others send, never two of them in
//     one channel.
package outbox

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"time"

	"batchsync/internal/batchsync"
)

const (
	maxSends    = 4                // under way at a time
	sendTimeout = 30 * time.Second // for one send
	fileTimeout = 2 * time.Minute  // for the upload of a file
	stopGrace   = 10 * time.Second // for the sends under way at shutdown
	idle        = time.Second      // between looks when nobody wakes the loop
	firstPage   = 64               // messages looked at, before looking further
	retrySave   = time.Second      // between attempts to store an outcome
)

// Store keeps the messages.
type Store interface {
	// Due lists up to n messages due by now, those due first in front.
	Due(now time.Time, n int) ([]batchsync.Message, error)
	// NextDue tells when the first message is due.
	NextDue() (time.Time, bool, error)
	// Delivered stores how an attempt ended: revision is what was drawn, due
	// when to go on with it if there is more to do.
	Delivered(id batchsync.MessageID, revision int, d batchsync.Delivery, due, now time.Time) error
	// Message reads one, or fails with CodeNotFound.
	Message(id batchsync.MessageID) (batchsync.Message, error)
}

// Sender draws a message as it stands and posts it, or edits it when it has a
// TS. thread is the posted message it answers to, nil for a message of its
// own. Send returns soon after ctx ends; a panic counts as a failure.
type Sender interface {
	Send(ctx context.Context, m batchsync.Message, thread *batchsync.Message) batchsync.Delivery
}

// Outbox is the delivery loop.
type Outbox struct {
	store  Store
	sender Sender
	log    *slog.Logger
	wake   chan struct{}
	jitter func() float64            // in [0, 1)
	paused atomic.Pointer[time.Time] // for PausedUntil
}

// New builds an outbox; [Outbox.Run] starts it.
func New(store Store, sender Sender, log *slog.Logger) *Outbox {
	return &Outbox{store: store, sender: sender, log: log, wake: make(chan struct{}, 1), jitter: rand.Float64}
}

// Wake says that there is something new to deliver. It never blocks. Without
// it a message is noticed within a second.
func (o *Outbox) Wake() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

// Run delivers until ctx ends, waits up to ten seconds for the sends under way
// and stores their outcome. Trouble with the store or with Slack is logged and
// tried again; the error is always nil.
func (o *Outbox) Run(ctx context.Context) error {
	// Sends outlive ctx, for a message half sent may be sent twice.
	sendCtx, abandon := context.WithCancel(context.WithoutCancel(ctx))
	defer abandon()
	l := &loop{
		Outbox: o, ctx: ctx, sendCtx: sendCtx, pace: newPace(),
		busy: map[batchsync.ChannelID]bool{}, results: make(chan result, maxSends),
	}
	for ctx.Err() == nil {
		next := l.launch(time.Now())
		select {
		case <-ctx.Done():
		case r := <-l.results:
			l.settle(r)
		case <-o.wake:
		case <-time.After(time.Until(next)):
		}
	}
	defer time.AfterFunc(stopGrace, abandon).Stop()
	for l.sending > 0 {
		l.settle(<-l.results)
	}
	return nil
}

// loop is the state of one Run; only its goroutine touches it.
type loop struct {
	*Outbox
	ctx     context.Context // ends with Run
	sendCtx context.Context // ends a grace later
	pace    *pace
	busy    map[batchsync.ChannelID]bool // conversations with a send under way
	sending int                          // sends under way
	results chan result
}

// result is a send that ended and whose outcome is stored.
type result struct {
	message  batchsync.Message     // as it was sent
	to       []batchsync.ChannelID // where it was sent
	delivery batchsync.Delivery
	at       time.Time
}

func (l *loop) settle(r result) {
	l.sending--
	for _, c := range r.to {
		delete(l.busy, c)
	}
	l.pace.note(r)
	if r.delivery.Outcome == batchsync.OutcomeLater {
		l.noteLimit(r.at.Add(r.delivery.Wait))
	}
}

// launch starts every send that may start now and tells when to look again;
// the end of a send is a reason to look sooner.
func (l *loop) launch(now time.Time) (next time.Time) {
	next = now.Add(idle)
	for n := firstPage; l.sending < maxSends; n *= 4 {
		due, err := l.store.Due(now, n)
		if err != nil {
			l.log.Error("cannot read due messages", "error", err)
			return next
		}
		for _, m := range due {
			if at := l.consider(m, now); at.After(now) && at.Before(next) {
				next = at
			}
		}
		// A full page may hold nothing but messages that must wait; others
		// behind them must not.
		if len(due) < n {
			break
		}
	}
	if at, ok, err := l.store.NextDue(); err == nil && ok && at.After(now) && at.Before(next) {
		next = at
	}
	return next
}

// consider starts the send of a message if nothing stands against it. When
// only time does, it tells until when.
func (l *loop) consider(m batchsync.Message, now time.Time) (at time.Time) {
	if l.sending >= maxSends {
		return at
	}
	thread, ready := l.thread(m)
	to := conversations(m, thread)
	if !ready || slices.ContainsFunc(to, func(c batchsync.ChannelID) bool { return l.busy[c] }) {
		return at
	}
	if at = l.pace.earliest(m, to); at.After(now) {
		return at
	}
	for _, c := range to {
		l.busy[c] = true
	}
	l.sending++
	go func() { l.results <- l.deliver(m, thread) }()
	return at
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
