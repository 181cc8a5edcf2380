package handlers

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"

	"github.com/slack-go/slack"
)

// Sizes of a log: what is kept of it at most, how much of its end is shown, and
// how long it is read. A longer one is shown as far as it was read.
const (
	maxLog  = 2 << 20
	logTail = 2400
	logTime = 75 * time.Second
)

// log answers with the end of the log of a run: of its newest attempt, or of
// the one whose number is typed behind the run's id.
func (b *Bot) log(ctx context.Context, o origin, typed string) {
	id, number, err := typedLog(typed)
	if err != nil {
		b.fail(ctx, o, "read run id", err)
		return
	}
	b.showLog(ctx, o, id, number, b.tell)
}

// logAttempt shows the chosen attempt: to everybody in the thread, or to one
// person in place of the attempt shown before. What everybody sees is never
// replaced by what one person asked for.
func (b *Bot) logAttempt(ctx context.Context, in click) {
	ref, err := blocks.ParseLogRef(in.Value)
	if err != nil {
		b.unknownButton(ctx, in)
		return
	}
	answer := b.settle
	if in.public() {
		answer = b.tell
	}
	b.showLog(ctx, in.origin, ref.Run, ref.Number, answer)
}

func typedLog(typed string) (batchsync.RunID, int, error) {
	run, rest, _ := strings.Cut(strings.TrimSpace(typed), " ")
	id, err := typedRun("log", run)
	rest = strings.TrimSpace(rest)
	if err != nil || rest == "" {
		return id, 0, err
	}
	n, err := strconv.Atoi(rest)
	if err != nil || n < 1 {
		return id, 0, &batchsync.Error{Code: batchsync.CodeInvalid, Text: batchsync.T("log.bad_number", rest), Hint: batchsync.T("log.bad_number_hint")}
	}
	return id, n, nil
}

// showLog reads a log and posts it where it was asked for in front of
// everybody, by a button of a message or in writing, if the person may show it
// to everybody. Else it is answered to the person alone: a log may hold rows of
// data, and who asked decides who sees them.
func (b *Bot) showLog(ctx context.Context, o origin, id batchsync.RunID, number int, answer func(context.Context, origin, blocks.Message)) {
	l, text, err := b.readLog(ctx, o, id, number)
	if err != nil {
		b.fail(ctx, o, fmt.Sprintf("read log of run %d", id), err)
		return
	}
	if m, public := b.logPlace(ctx, o, l); public {
		b.postLog(ctx, o, m, l, text)
		return
	}
	if l.AsFile {
		if err := b.sendFile(o, logName(l), text); err != nil {
			b.fail(ctx, o, fmt.Sprintf("send log of run %d", id), err)
			return
		}
	}
	answer(ctx, o.aside(), b.copies.keep(b.printerOf(o).LogFor(l, blocks.LogDoor{Open: b.mayShare(ctx, o, b.people.Offer)})))
}

// readLog reads the log of an attempt, of the newest when number is 0. A log
// whose reading was cut short is no error once there is some of it.
func (b *Bot) readLog(ctx context.Context, o origin, id batchsync.RunID, number int) (l batchsync.LogExcerpt, text string, err error) {
	l.By = o.User
	if l.Run, err = b.Platform.Run(ctx, id); err != nil {
		return l, "", b.noSuchRun(ctx, err, id)
	}
	attempts, err := b.Platform.Attempts(ctx, id)
	if err != nil {
		return l, "", err
	}
	l.Attempts, l.Number = len(attempts), cmp.Or(number, batchsync.NewestAttempt(attempts))
	if l.Attempts == 0 {
		return l, "", &batchsync.Error{Code: batchsync.CodeNotFound, Text: batchsync.T("log.not_begun", id.String()), Hint: batchsync.T("log.not_begun_hint")}
	}
	if l.Number > l.Attempts {
		return l, "", &batchsync.Error{
			Code: batchsync.CodeNotFound, Text: batchsync.T("log.no_attempt", id.String(), strconv.Itoa(l.Number)),
			Hint: batchsync.T("log.no_attempt_hint", strconv.Itoa(l.Attempts)),
		}
	}
	l.Attempt = attempts[l.Number-1]
	limited, cancel := context.WithTimeout(ctx, logTime)
	defer cancel()
	text, l.Cut, err = b.Platform.AttemptLog(limited, id, l.Attempt.ID, maxLog)
	if err != nil && text == "" {
		return l, "", err
	}
	if l.Unfinished = err != nil; l.Unfinished {
		b.Log.InfoContext(ctx, "log was not read to its end", "run", id, "attempt", l.Attempt.ID, "bytes", len(text), "error", err)
	}
	return b.excerpt(l, text)
}

// excerpt takes the secrets out of a log before anything is cut off, because
// half of one would not be recognised.
func (b *Bot) excerpt(l batchsync.LogExcerpt, text string) (batchsync.LogExcerpt, string, error) {
	if _, rest, ok := strings.Cut(text, "\n"); ok && l.Cut {
		text = rest // the first line is half a line
	}
	text = b.Drawer.Redact.String(text)
	l.Run.Failure = b.Drawer.Redact.String(l.Run.Failure)
	l.Tail, l.AsFile = tailOf(text, logTail), len(text) > logTail
	l.Lines, l.Bytes = strings.Count(text, "\n"), len(text)
	if text != "" && !strings.HasSuffix(text, "\n") {
		l.Lines++
	}
	return l, text, nil
}

// logPlace is the message that shows a log where it was asked for by a button
// of a message everybody sees, or in the conversation with the bot.
func (b *Bot) logPlace(ctx context.Context, o origin, l batchsync.LogExcerpt) (m batchsync.Message, public bool) {
	direct := o.Channel == "" || o.Channel[0] == 'D' && b.withUs(ctx, o)
	switch {
	case o.Thread != "" && (direct || b.mayShare(ctx, o, b.people.Authorise)):
		id := fmt.Sprintf("log/%s/%s/%d/%d/%d", o.Channel, o.Thread, l.Run.ID, l.Attempt.ID, l.Bytes)
		return batchsync.Message{ID: batchsync.MessageID(id), Channel: o.Channel, ThreadTS: o.Thread}, true
	case direct:
		return batchsync.Message{ID: batchsync.MessageID("log/" + newID()), Channel: batchsync.ChannelID(o.User)}, true
	}
	return m, false
}

// withUs reports whether the conversation is the person's with the bot.
func (b *Bot) withUs(ctx context.Context, o origin) bool {
	ctx, cancel := context.WithTimeout(ctx, lookupTimeout) // a click may wait to be acknowledged
	defer cancel()
	c, _, _, err := b.API.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{string(o.User)}})
	return err == nil && c != nil && c.ID == string(o.Channel)
}

// mayPost reports whether the bot can post in the channel and nobody from
// outside reads along.
func (b *Bot) mayPost(ctx context.Context, o origin) bool {
	return o.Channel != "" && b.homeOf(ctx, o) == o.Channel
}

// mayShare reports whether the person may show a log to everybody in the channel,
// as one of the gates says: [people.Authorise] where it is shown, because a row of
// data once shown stays shown, and [people.Offer] for the button that asks again.
func (b *Bot) mayShare(ctx context.Context, o origin, gate func(context.Context, batchsync.UserID, batchsync.Action) error) bool {
	return gate(ctx, o.User, batchsync.ActShare) == nil && b.mayPost(ctx, o)
}

// publishLog posts a log that one person saw in the channel where they did.
func (b *Bot) publishLog(ctx context.Context, in click) {
	ref, err := blocks.ParseLogRef(in.Value)
	if err != nil {
		b.unknownButton(ctx, in)
		return
	}
	if !b.mayPost(ctx, in.origin) {
		b.fail(ctx, in.origin, "post log", &batchsync.Error{Code: batchsync.CodeRefused, Text: batchsync.T("log.closed"), Hint: batchsync.T("log.closed_hint")})
		return
	}
	l, text, err := b.readLog(ctx, in.origin, ref.Run, ref.Number)
	if err != nil {
		b.fail(ctx, in.origin, fmt.Sprintf("read log of run %d", ref.Run), err)
		return
	}
	// The message it was pressed in names the post, so that a double click posts once.
	id := fmt.Sprintf("log/%s/%s/%d/%d", in.Channel, cmp.Or(in.Message, in.Key), ref.Run, ref.Number)
	if b.postLog(ctx, in.origin, batchsync.Message{ID: batchsync.MessageID(id), Channel: in.Channel}, l, text) {
		b.settle(ctx, in.origin, b.copies.keep(b.printer(in.User).LogFor(l, blocks.LogDoor{Posted: now()})))
	}
}

// postLog stores the message that shows a log, and the file with all of it for
// the same thread. It reports whether it did; else the person was told why not.
func (b *Bot) postLog(ctx context.Context, o origin, m batchsync.Message, l batchsync.LogExcerpt, text string) bool {
	if b.postedBefore(ctx, o, &m) {
		return false
	}
	m.Kind, m.Log, m.Due, m.CreatedAt = batchsync.MessageLog, &l, now(), now()
	var err error
	if l.AsFile {
		file := batchsync.File{ID: string(m.ID), Name: logName(l), Data: []byte(text)}
		err = b.Store.EnqueueFile(file, m, batchsync.Message{
			ID: m.ID + "/file", Kind: batchsync.MessageFile, Object: file.ID, Channel: m.Channel, Thread: m.ID, Due: m.Due, CreatedAt: m.CreatedAt,
		})
	} else {
		err = b.Store.Enqueue(m)
	}
	if err != nil {
		b.fail(ctx, o, fmt.Sprintf("post log of run %d", l.Run.ID), err)
		return false
	}
	b.Deliver()
	return true
}

// postedBefore leads to the same log in the same thread instead of posting it
// once more. One that Slack does not show any more is posted under another id.
func (b *Bot) postedBefore(ctx context.Context, o origin, m *batchsync.Message) bool {
	old, err := b.Store.Message(m.ID)
	if err != nil {
		return false
	}
	said := batchsync.T("log.on_its_way")
	if old.State != batchsync.MessageDue || old.TS != "" {
		link := b.addressOf(ctx, old)
		if link == "" {
			m.ID += batchsync.MessageID("/" + newID())
			return false
		}
		said = batchsync.T("log.posted_before", link)
	}
	b.tell(ctx, o, b.printerOf(o).Notice([]batchsync.Text{said}))
	return true
}

func logName(l batchsync.LogExcerpt) string {
	return fmt.Sprintf("run-%d-attempt-%d.log", l.Run.ID, l.Number)
}

// tailOf is the end of a text from the beginning of a line, n bytes at most.
func tailOf(text string, n int) string {
	if len(text) <= n {
		return text
	}
	end := text[len(text)-n:]
	if _, rest, ok := strings.Cut(end, "\n"); ok {
		return rest
	}
	return strings.ToValidUTF8(end, "")
}

// sendFile delivers a file to the person, as a direct message: who asked is who
// wanted to see it.
func (b *Bot) sendFile(o origin, name, text string) error {
	id := newID()
	err := b.Store.EnqueueFile(batchsync.File{ID: id, Name: name, Data: []byte(text)}, batchsync.Message{
		ID: batchsync.MessageID("file/" + id), Kind: batchsync.MessageFile, Object: id, Channel: batchsync.ChannelID(o.User),
		Due: now(), CreatedAt: now(),
	})
	if err != nil {
		return fmt.Errorf("store file %s: %w", name, err)
	}
	b.Deliver()
	return nil
}
