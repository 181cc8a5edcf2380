package handlers

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
	"batchsync/internal/slacksim"

	"github.com/slack-go/slack"
)

// decoded reads a payload as the library does.
func decoded(t *testing.T, payload string) slack.InteractionCallback {
	t.Helper()
	var c slack.InteractionCallback
	if err := json.Unmarshal([]byte(payload), &c); err != nil {
		t.Fatal(err)
	}
	return c
}

// A press in a message that stands for a modal brings what a modal brings: where
// it leads, and all answers. A press in any other message does not.
func TestDecode_Framed(t *testing.T) {
	t.Parallel()
	const pressed = `{"type":"block_actions","user":{"id":"U1"},"container":{"type":"message","message_ts":"1.2","channel_id":"C1","is_ephemeral":true},
		"actions":[{"type":"button","action_id":"wizard.submit","block_id":%q,"value":"3:d1"}],
		"state":{"values":{"field/name/abcd1234#3:d1":{"field.name":{"type":"plain_text_input","value":"orders"}}}}}`
	in, ok := decodeClick(decoded(t, fmt.Sprintf(pressed, "frame/buttons#3:d1")))
	if !ok || in.View == nil || in.View.PrivateMetadata != "3:d1" || in.View.ID != "" {
		t.Fatalf("got %+v", in.View)
	}
	if got := blocks.Answers(in.View.State).Value(batchsync.FieldName); got != "orders" {
		t.Errorf("the name is %q", got)
	}
	if in, _ := decodeClick(decoded(t, fmt.Sprintf(pressed, "frame/ways"))); in.View != nil {
		t.Error("a press in an ordinary message stands for one in a modal")
	}
	const asked = `{"type":"block_suggestion","user":{"id":"U1"},"container":{"type":"message","message_ts":"1.2","channel_id":"C1","is_ephemeral":true},
		"action_id":"field.source","block_id":"field/source/abcd1234#3:d1","value":"al"}`
	menu := decodeSuggest(decoded(t, asked))
	if menu.View.PrivateMetadata != "3:d1" || menu.Query != "al" {
		t.Errorf("the menu belongs to %+v", menu)
	}
}

func TestFrames(t *testing.T) {
	t.Parallel()
	var v frames
	first := v.add(&frame{})
	if v.of(first) == nil || v.of("V123") != nil {
		t.Error("what is a message and what is a modal is mixed up")
	}
	for range maxFrames {
		v.add(&frame{})
	}
	if v.of(first) != nil || len(v.by) != maxFrames || len(v.order) != maxFrames {
		t.Errorf("%d and %d are remembered, want %d", len(v.by), len(v.order), maxFrames)
	}
}

// A draft of somebody else is refused to whoever presses in its message, and the
// message stays as it is.
func TestBot_TakeFrame(t *testing.T) {
	t.Parallel()
	b, w := changer(t, &plant{}, desk{}, clusters{})
	b.Store = newLedger() // its draft is Ana's
	for user, mine := range map[batchsync.UserID]bool{slacksim.Ana: true, slacksim.Adam: false} {
		acked := 0
		in := click{origin: origin{User: user, Channel: "C1", Message: "1.2", ack: func() { acked++ }}, View: &slack.View{PrivateMetadata: "1:d1"}}
		if got := b.takeFrame(t.Context(), &in); got != mine {
			t.Errorf("%s goes on: %v, want %v", user, got, mine)
		}
		if (acked > 0) == mine || (b.frames.of(in.View.ID) != nil) != mine {
			t.Errorf("%s: acknowledged %d times, frame %q", user, acked, in.View.ID)
		}
	}
	if len(w.seen) != 1 || !strings.Contains(w.seen[0], "belongs to somebody else") {
		t.Errorf("said %q", w.seen)
	}
}

// A confirmation in a message is acknowledged when it is on disk and before its
// answer is drawn.
func TestBot_SubmittedInMessage(t *testing.T) {
	t.Parallel()
	d := atReview(t)
	view := d.frames.add(&frame{origin: origin{User: slacksim.Ana, Channel: "C1", Message: "1.2"}, used: true})
	before := len(d.wall.seen)
	begun, drawn := -1, -1
	in := click{origin: origin{User: slacksim.Ana}, Action: blocks.ActionSubmit,
		View: &slack.View{ID: view, PrivateMetadata: d.drawing(origin{User: slacksim.Ana}, d.book.draft, nil).PrivateMetadata, State: &slack.ViewState{}}}
	in.ack = func() {
		if begun < 0 {
			begun, drawn = len(d.book.begun), len(d.wall.seen)-before
		}
	}
	d.submittedInMessage(context.Background(), in)
	if begun != 1 || drawn != 0 {
		t.Errorf("acknowledged with %d operations on disk and %d drawings, want 1 and 0", begun, drawn)
	}
	if said := strings.Join(d.wall.seen[before:], "\n"); !strings.Contains(said, "being created") && !strings.Contains(said, "Creating") {
		t.Errorf("drawn: %s", said)
	}
}
