package handlers

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"batchsync/internal/batchsync"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

// witness notes what it is told.
type witness struct{ told []string }

func (w *witness) Acked(kind string, took time.Duration, lost bool) {
	w.told = append(w.told, fmt.Sprintf("%s lost=%t within a second=%t", kind, lost, took < time.Second))
}
func (w *witness) Refused(queue string) { w.told = append(w.told, "refused by "+queue) }

// TestBot_Observer fills a queue and loses an acknowledgement.
func TestBot_Observer(t *testing.T) {
	t.Parallel()
	b := idle(unread{t}, nothing{}, nil)
	w := &witness{}
	b.Observer = w
	for range poolLimit + 2 {
		b.menus.Submit("ana", func(context.Context) {})
	}
	b.reads.Submit("ana", func(context.Context) {})
	if got := b.Queues(); got["menus"] != poolLimit || got["reads"] != 1 || got["work"] != 0 || len(got) != 4 {
		t.Errorf("waiting: %v", got)
	}
	b.urgent = newPool(1, 0, time.Second, quiet()) // nothing carries on what the socket does not take
	b.acker("e1", "click")(nil)                    // there is no socket
	if want := []string{"refused by menus", "refused by menus", "click lost=true within a second=true"}; !slices.Equal(w.told, want) {
		t.Errorf("told %q, want %q", w.told, want)
	}
	b.reads.closed = true
	if b.reads.Submit("ana", func(context.Context) {}) || len(w.told) != 3 {
		t.Errorf("a shutdown is taken for a full queue: %q", w.told)
	}
}

func TestKindOfEnvelope(t *testing.T) {
	t.Parallel()
	interaction := func(kind slack.InteractionType) socketmode.Event {
		return socketmode.Event{Type: socketmode.EventTypeInteractive, Data: slack.InteractionCallback{Type: kind}}
	}
	for _, c := range []struct {
		event socketmode.Event
		want  string
	}{
		{socketmode.Event{Type: socketmode.EventTypeSlashCommand, Data: slack.SlashCommand{}}, "command"},
		{interaction(slack.InteractionTypeBlockActions), "click"},
		{interaction(slack.InteractionTypeViewSubmission), "submit"},
		{interaction(slack.InteractionTypeViewClosed), "closed"},
		{interaction(slack.InteractionTypeBlockSuggestion), "menu"},
		{interaction("workflow_step_edit"), "other"},
		{socketmode.Event{Type: socketmode.EventTypeEventsAPI}, "event"},
		{socketmode.Event{Type: "invented"}, "other"},
	} {
		if got := kindOfEnvelope(c.event); got != c.want {
			t.Errorf("%s %T: got %s, want %s", c.event.Type, c.event.Data, got, c.want)
		}
	}
}

// TestBot_Asked holds that what changes something can be followed at the usual
// level of the log, and that filling in a form does not fill it.
func TestBot_Asked(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind, what string
		info       bool
	}{
		{"click", "draft.submit", true},
		{"submit", "wizard", true},
		{"command", "backfill", true},
		{"event", "backfill", true},
		{"click", "field.source", false},
		{"menu", "field.source", false},
		{"closed", "wizard", false},
		{"event", "home", false},
	} {
		var log bytes.Buffer
		b := &Bot{Deps: Deps{Log: slog.New(slog.NewTextHandler(&log, nil))}}
		b.asked(t.Context(), origin{User: "U1"}, c.kind, c.what)
		if got := strings.Contains(log.String(), "request"); got != c.info {
			t.Errorf("%s %s: said %q", c.kind, c.what, log.String())
		}
	}
}

// TestOrigin_Traced holds that a job carries the id of its envelope, and those
// that it had.
func TestOrigin_Traced(t *testing.T) {
	t.Parallel()
	had := batchsync.Trace{Operation: "op1", Step: batchsync.StepMake}
	var got batchsync.Trace
	origin{Envelope: "e1"}.traced(func(ctx context.Context) { got = batchsync.TraceOf(ctx) })(had.In(t.Context()))
	if want := (batchsync.Trace{Envelope: "e1", Operation: "op1", Step: batchsync.StepMake}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if none := batchsync.TraceOf(t.Context()); none != (batchsync.Trace{}) {
		t.Errorf("nothing carries %+v", none)
	}
}
