package handlers

import (
	"context"
	"errors"
	"sync"
	"time"

	"batchsync/internal/batchsync"
)

// Grace is how long [Bot.Serve] may take to return after its context ended: the
// sum of what follows here, and a child of the platform's program that is killed.
const Grace = requestGrace + time.Second + lastWordTimeout + ackTimeout

const (
	// requestGrace is how long requests that were taken may go on. Who waits for
	// an answer longer than that is told to ask again.
	requestGrace = 6 * time.Second
	// lastWordTimeout bounds telling them.
	lastWordTimeout = 2 * time.Second
	// slackPatience is how long Slack waits for an acknowledgement.
	slackPatience = 3 * time.Second
	// lingering is how long after the last acknowledgement the connection stays:
	// the library takes it before it writes it, and forgets it when it is ended.
	lingering = 200 * time.Millisecond
	// hangUpTimeout bounds the end of the connection.
	hangUpTimeout = 2 * time.Second
)

// cutShort is why requests did not come to their end.
type cutShort struct {
	until time.Time // when telling their people must have ended, too
}

func (cutShort) Error() string { return "the bot is being stopped" }

// intake counts the envelopes that were taken and not acknowledged yet, and
// takes none any more once it is closed.
type intake struct {
	mu     sync.Mutex
	open   int
	closed bool
	none   chan struct{} // closed when it is, and nothing is open
}

func newIntake() *intake { return &intake{none: make(chan struct{})} }

// take reports whether an envelope is taken; each that is ends with given.
func (i *intake) take() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	if !i.closed {
		i.open++
	}
	return !i.closed
}

// given notes that an envelope was acknowledged, or cannot be.
func (i *intake) given() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.open--
	i.settle()
}

// close takes no more. The channel is closed when all is acknowledged.
func (i *intake) close() <-chan struct{} {
	i.mu.Lock()
	defer i.mu.Unlock()
	if !i.closed {
		i.closed = true
		i.settle()
	}
	return i.none
}

func (i *intake) settle() {
	if i.closed && i.open == 0 {
		close(i.none)
	}
}

// hangUp ends the connection as soon as every envelope that was taken is
// acknowledged, while requests may still be worked on: what people do meanwhile
// is Slack's to bring to another process, or to refuse, and is not lost in this
// one.
func (b *Bot) hangUp(answered <-chan struct{}, disconnect func()) {
	select {
	case <-answered:
	case <-time.After(slackPatience): // it gave up on the rest
	}
	if wait := time.Until(b.socket.lastAck().Add(lingering)); wait > 0 {
		<-time.After(wait)
	}
	disconnect()
}

// cut reports whether a request was cut short by the end of the process.
func cut(ctx context.Context) bool {
	_, ok := errors.AsType[cutShort](context.Cause(ctx))
	return ok
}

// lastWord is a context in which the person whose request was cut short can
// still be told; that of the request itself when it was not.
func lastWord(ctx context.Context) (context.Context, context.CancelFunc) {
	why, ok := errors.AsType[cutShort](context.Cause(ctx))
	if !ok {
		return ctx, func() {}
	}
	return context.WithDeadline(context.WithoutCancel(ctx), why.until)
}

// interrupted is what people are told whose request was cut short. Whatever went
// wrong with it went wrong because of that.
func interrupted() error {
	return &batchsync.Error{Code: batchsync.CodeConflict, Text: batchsync.T("stopping"), Hint: batchsync.T("stopping_hint")}
}
