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
//     and message. A rate limit that answers a post holds up the posts of that
//     channel, one that answers anything else all sends of its kind, and
//     nothing else, see pace.
//   - The posts of a channel keep their order, also when some of them fail, see
//     order. What a channel has to wait for, no other waits for.
//   - One goroutine decides; at most four others send, never two of them in
//     one channel. Where there is more to send than that, channels take turns.
package outbox

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"batchsync/internal/batchsync"
)

// Grace is how long [Outbox.Run] may take to return after its context ended.
const Grace = flushFor + stopGrace

const (
	maxSends    = 4                // under way at a time
	sendTimeout = 30 * time.Second // for one send
	fileTimeout = 2 * time.Minute  // for the upload of a file
	flushFor    = 2 * time.Second  // sends are begun after the stop, where nothing but their number is in the way
	stopGrace   = 3 * time.Second  // for the sends under way after that
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

// Run delivers until ctx ends, then what may be sent at once, and stores the
// outcome; it returns within [Grace]. What has to wait stays due. Trouble with
// the store or with Slack is logged and tried again; the error is always nil.
func (o *Outbox) Run(ctx context.Context) error {
	// Sends outlive ctx, for a message half sent may be sent twice.
	sendCtx, abandon := context.WithCancel(context.WithoutCancel(ctx))
	defer abandon()
	l := &loop{
		Outbox: o, ctx: ctx, sendCtx: sendCtx, pace: newPace(), order: newOrder(),
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
	defer time.AfterFunc(Grace, abandon).Stop()
	l.flush(time.Now().Add(flushFor))
	for l.sending > 0 {
		l.settle(<-l.results)
	}
	return nil
}

// flush begins sends until nothing can be sent right now, or until the end:
// what was told last is worth a moment, and what Slack wants paced is not.
func (l *loop) flush(end time.Time) {
	for {
		now := time.Now()
		if !now.Before(end) {
			return
		}
		l.launch(now)
		if l.sending == 0 {
			return
		}
		l.settle(<-l.results)
	}
}

// loop is the state of one Run; only its goroutine touches it.
type loop struct {
	*Outbox
	ctx     context.Context // ends with Run
	sendCtx context.Context // ends a grace later
	pace    *pace
	order   *order
	resumed bool                         // the order is that of the store
	deep    time.Time                    // until then the first page has to do
	busy    map[batchsync.ChannelID]bool // conversations with a send under way
	sending int                          // sends under way
	results chan result
}

// result is a send that ended and whose outcome is stored.
type result struct {
	message  batchsync.Message     // as it was sent
	to       []batchsync.ChannelID // where it was sent
	delivery batchsync.Delivery
	due      time.Time // when it is to be gone on with, if there is more to do
	at       time.Time
}

func (l *loop) settle(r result) {
	l.sending--
	for _, c := range r.to {
		delete(l.busy, c)
	}
	if l.pace.note(r) {
		l.log.Warn("posts are held: Slack limits several channels, one after the other", "channel", r.message.Channel, "wait", r.delivery.Wait)
	}
	if r.delivery.Outcome == batchsync.OutcomeLater {
		l.noteLimit(r.at.Add(r.delivery.Wait))
	}
	act := actionOf(r.message)
	if r.delivery.Outcome == batchsync.OutcomeDone && (act == edit || r.delivery.TS != "") {
		l.order.took = r.at
	}
	if act != post {
		return
	}
	// What ended otherwise keeps its place in line, which the next look takes from
	// it if it does not wait any more.
	switch {
	case r.delivery.Outcome == batchsync.OutcomeFailed:
		l.order.failed(r)
	case r.delivery.Outcome == batchsync.OutcomeDone && r.delivery.TS != "":
		l.order.arrived(r)
	}
}
