package handlers

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"batchsync/internal/batchsync"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

// Observer is told what answering costs. The goroutine that reads the socket
// calls it among others: it must not wait.
type Observer interface {
	// Acked says that an envelope was acknowledged, or that Slack did not get
	// that, and how long after it came. kind is one of command, click, submit,
	// closed, menu, event and other.
	Acked(kind string, took time.Duration, lost bool)
	// Refused says that a queue, by its name in [Bot.Queues], had no room for a
	// request.
	Refused(queue string)
}

type unobserved struct{}

func (unobserved) Acked(string, time.Duration, bool) {}
func (unobserved) Refused(string)                    {}

// Queues tells how many requests wait in each queue.
func (b *Bot) Queues() map[string]int {
	out := map[string]int{}
	for name, p := range b.pools() {
		out[name] = p.Depth()
	}
	return out
}

func (b *Bot) pools() map[string]*pool {
	return map[string]*pool{"work": b.work, "menus": b.menus, "reads": b.reads, "urgent": b.urgent}
}

// observe has full queues tell of themselves.
func (b *Bot) observe() {
	for name, p := range b.pools() {
		p.full = func() { b.Observer.Refused(name) }
	}
}

// kindOfEnvelope is what somebody did, in one word.
func kindOfEnvelope(ev socketmode.Event) string {
	switch data := ev.Data.(type) {
	case slack.SlashCommand:
		return "command"
	case slack.InteractionCallback:
		switch data.Type {
		case slack.InteractionTypeBlockActions:
			return "click"
		case slack.InteractionTypeViewSubmission:
			return "submit"
		case slack.InteractionTypeViewClosed:
			return "closed"
		case slack.InteractionTypeBlockSuggestion:
			return "menu"
		}
	}
	if ev.Type == socketmode.EventTypeEventsAPI {
		return "event"
	}
	return "other"
}

// asked says in the log what somebody asked for, by the ids that lead to what
// comes of it. What is only looked at or filled in is for those who debug.
func (b *Bot) asked(ctx context.Context, o origin, kind, what string) {
	level := slog.LevelInfo
	switch {
	case kind == "menu", kind == "closed", what == "home", strings.HasPrefix(what, "field."):
		level = slog.LevelDebug
	}
	b.Log.Log(ctx, level, "request", "kind", kind, "what", what, "user", o.User, "channel", o.Channel)
}

// begun says in the log which operation a request led to.
func (b *Bot) begun(ctx context.Context, op batchsync.Operation) {
	b.Log.InfoContext(ctx, "operation begun", "operation", op.ID, "kind", op.Kind, "task", op.Task, "user", op.Actor, "message", op.Message)
}

// traced gives a job the ids of the request that it belongs to.
func (o origin) traced(job func(context.Context)) func(context.Context) {
	return func(ctx context.Context) { job(batchsync.Trace{Envelope: o.Envelope}.In(ctx)) }
}
