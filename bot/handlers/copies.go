package handlers

import (
	"context"
	"fmt"
	"strings"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
)

// copies are messages as they were drawn last, for those whose buttons settle and
// that are not drawn anew from the platform: a log, or a diagnosis, says what was
// so when it was asked for. They are a convenience and not kept on disk: what was
// drawn before a restart keeps its buttons.
type copies struct {
	memory[string, blocks.Message] // by the key that stands in their block ids
}

// maxCopies bounds what is remembered; one takes some 10 KB.
const maxCopies = 300

// storedCopy begins the key of a message that is kept in the store instead.
const storedCopy = "stored/"

// keep remembers a message and returns it with its key.
func (c *copies) keep(m blocks.Message) blocks.Message {
	key := newID()
	m = m.Keep(key)
	c.put(key, m, maxCopies)
	return m
}

// change draws a copy anew; first is what it is as long as nobody did.
func (c *copies) change(key string, first func() (blocks.Message, error), draw func(blocks.Message) blocks.Message) (blocks.Message, error) {
	m, known := c.get(key)
	if !known {
		var err error
		if m, err = first(); err != nil {
			return m, err
		}
	}
	return c.update(key, maxCopies, func(newer blocks.Message, known bool) blocks.Message {
		if known {
			return draw(newer)
		}
		return draw(m)
	}), nil
}

// settledCopy is the message a button was pressed in, with a line in its place.
func (b *Bot) settledCopy(o origin, s blocks.Settled) (blocks.Message, error) {
	p := b.printerOf(o)
	if o.From.Thread != "" && !direct(o.From.Channel) { // everybody sees it
		p = b.Drawer.In("")
	}
	first := func() (blocks.Message, error) { return b.storedLog(p, o.From) }
	return b.copies.change(o.From.Copy, first, func(m blocks.Message) blocks.Message { return p.SettledIn(m, s) })
}

// storedLog draws the log that was posted where a button was pressed.
func (b *Bot) storedLog(p blocks.Printer, at spot) (blocks.Message, error) {
	id, stored := strings.CutPrefix(at.Copy, storedCopy)
	if !stored {
		return blocks.Message{}, fmt.Errorf("no copy of message %q", at.Copy)
	}
	m, err := b.Store.Message(batchsync.MessageID(id))
	if err != nil {
		return blocks.Message{}, err
	}
	if m.Log == nil || m.Posted != at.Channel || m.TS != at.Message {
		return blocks.Message{}, fmt.Errorf("message %s was not posted there", id)
	}
	return p.Log(*m.Log).Keep(at.Copy), nil
}

// cardPatience is how long a used button waits for the card it leads to.
const cardPatience = 3 * time.Second

// cardLink is the address of the card of an operation that was just begun, "" if
// it is not posted soon.
func (b *Bot) cardLink(ctx context.Context, op batchsync.OperationID) string {
	ctx, cancel := context.WithTimeout(ctx, cardPatience)
	defer cancel()
	for {
		if link := b.permalink(ctx, batchsync.CardOf(op)); link != "" {
			return link
		}
		select {
		case <-ctx.Done():
			return ""
		case <-time.After(cardPatience / 10):
		}
	}
}
