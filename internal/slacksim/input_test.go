package slacksim

import (
	"bufio"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

const everyInput = `{"type":"modal","title":{"type":"plain_text","text":"All"},"submit":{"type":"plain_text","text":"OK"},"notify_on_close":true,"blocks":[
 {"type":"input","block_id":"text","label":{"type":"plain_text","text":"Text"},"element":{"type":"plain_text_input","action_id":"e","min_length":2,"max_length":4}},
 {"type":"input","block_id":"num","label":{"type":"plain_text","text":"Num"},"element":{"type":"number_input","action_id":"e","is_decimal_allowed":false,"min_value":"1","max_value":"9"}},
 {"type":"input","block_id":"mail","label":{"type":"plain_text","text":"Mail"},"element":{"type":"email_text_input","action_id":"e"}},
 {"type":"input","block_id":"url","label":{"type":"plain_text","text":"Url"},"element":{"type":"url_text_input","action_id":"e"}},
 {"type":"input","block_id":"day","label":{"type":"plain_text","text":"Day"},"element":{"type":"datepicker","action_id":"e"}},
 {"type":"input","block_id":"time","label":{"type":"plain_text","text":"Time"},"element":{"type":"timepicker","action_id":"e"}},
 {"type":"input","block_id":"at","label":{"type":"plain_text","text":"At"},"element":{"type":"datetimepicker","action_id":"e"}},
 {"type":"input","block_id":"one","label":{"type":"plain_text","text":"One"},"element":{"type":"static_select","action_id":"e","option_groups":[{"label":{"type":"plain_text","text":"G"},"options":[{"text":{"type":"plain_text","text":"A"},"value":"a"}]}]}},
 {"type":"input","block_id":"many","label":{"type":"plain_text","text":"Many"},"element":{"type":"multi_static_select","action_id":"e","max_selected_items":2,"options":[{"text":{"type":"plain_text","text":"A"},"value":"a"},{"text":{"type":"plain_text","text":"B"},"value":"b"},{"text":{"type":"plain_text","text":"C"},"value":"c"}]}},
 {"type":"input","block_id":"box","optional":true,"label":{"type":"plain_text","text":"Box"},"element":{"type":"checkboxes","action_id":"e","options":[{"text":{"type":"mrkdwn","text":"*A*"},"value":"a"}]}},
 {"type":"input","block_id":"who","label":{"type":"plain_text","text":"Who"},"element":{"type":"users_select","action_id":"e"}},
 {"type":"input","block_id":"room","label":{"type":"plain_text","text":"Room"},"element":{"type":"conversations_select","action_id":"e","response_url_enabled":true,"filter":{"exclude_external_shared_channels":true}}},
 {"type":"input","block_id":"radio","dispatch_action":true,"label":{"type":"plain_text","text":"Radio"},"element":{"type":"radio_buttons","action_id":"e","options":[{"text":{"type":"plain_text","text":"A"},"value":"a"}]}}]}`

// inputApp opens everyInput and passes every interaction on.
func inputApp(t *testing.T, o Options, answer func(slack.InteractionCallback) any) (*Sim, Actor, View, chan slack.InteractionCallback) {
	t.Helper()
	s, ctx := newSim(t, o)
	seen := make(chan slack.InteractionCallback, 20)
	connect(t, s, ctx, func(api *slack.Client, e socketmode.Event) any {
		switch d := e.Data.(type) {
		case slack.SlashCommand:
			if _, err := api.OpenViewContext(ctx, d.TriggerID, modal(t, everyInput)); err != nil {
				t.Errorf("open: %v %q", err, s.Violations())
			}
		case slack.InteractionCallback:
			seen <- d
			if answer != nil {
				return answer(d)
			}
		}
		return nil
	})
	acked(t)(s.As(Ana).Slash(ctx, DataSync, "/batchsync"))
	v, ok := s.View(Ana)
	if !ok {
		t.Fatal("no modal")
	}
	return s, s.As(Ana), v, seen
}

// fill enters something right into every field of everyInput.
func fill(t *testing.T, a Actor, v View) {
	t.Helper()
	ctx := t.Context()
	for id, text := range map[string]string{"text": "abc", "num": "5", "mail": "a@example.com", "url": "https://example.com", "day": "2026-11-22", "time": "23:59", "at": "1763800000"} {
		acked(t)(a.Type(ctx, v, id+"/e", text))
	}
	for id, values := range map[string][]string{"one": {"A"}, "many": {"a", "b"}, "who": {"vera"}, "room": {"data-sync"}, "radio": {"a"}} {
		acked(t)(a.Select(ctx, v, id+"/e", values...))
	}
}

func TestActor_EveryInput(t *testing.T) {
	t.Parallel()
	_, ana, v, seen := inputApp(t, Options{}, nil)
	fill(t, ana, v)
	if d := <-seen; d.Type != slack.InteractionTypeBlockActions || d.ActionCallback.BlockActions[0].SelectedOption.Value != "a" || d.Container.ViewID != v.ID {
		t.Errorf("dispatch_action sent %+v", d)
	}
	if sub, err := ana.Submit(t.Context(), v); err != nil || sub.Action != "close" {
		t.Fatalf("%+v, %v", sub, err)
	}
	d := <-seen
	got := d.View.State.Values
	for id, ok := range map[string]bool{
		"text": got["text"]["e"].Value == "abc", "num": got["num"]["e"].Value == "5", "day": got["day"]["e"].SelectedDate == "2026-11-22",
		"time": got["time"]["e"].SelectedTime == "23:59", "at": got["at"]["e"].SelectedDateTime == 1763800000,
		"one": got["one"]["e"].SelectedOption.Value == "a", "many": len(got["many"]["e"].SelectedOptions) == 2,
		"box": len(got["box"]["e"].SelectedOptions) == 0, "who": got["who"]["e"].SelectedUser == Vera,
		"room": got["room"]["e"].SelectedConversation == DataSync,
	} {
		if !ok {
			t.Errorf("%s: %+v", id, got[id]["e"])
		}
	}
	if len(d.ResponseURLs) != 1 || d.ResponseURLs[0].ChannelID != DataSync {
		t.Errorf("response_urls %+v", d.ResponseURLs)
	}
}

// TestActor_ClientChecks covers what Slack's client refuses to enter or to submit.
func TestActor_ClientChecks(t *testing.T) {
	t.Parallel()
	_, ana, v, seen := inputApp(t, Options{}, nil)
	fill(t, ana, v)
	<-seen // the radio button
	ctx := t.Context()
	for id, text := range map[string]string{"day": "22.11.2026", "time": "24:00", "at": "soon"} {
		if _, err := ana.Type(ctx, v, id+"/e", text); !errors.Is(err, ErrClientRejected) {
			t.Errorf("%s took %q: %v", id, text, err)
		}
	}
	if _, err := ana.Select(ctx, v, "many/e", "a", "b", "c"); !errors.Is(err, ErrClientRejected) {
		t.Errorf("max_selected_items: %v", err)
	}
	for id, value := range map[string]string{"one": "z", "who": "nobody", "room": "ext-partner"} {
		if _, err := ana.Select(ctx, v, id+"/e", value); !errors.Is(err, ErrNotFound) {
			t.Errorf("%s took %q: %v", id, value, err)
		}
	}
	for id, wrong := range map[string][]string{"text": {"a", "abcde", ""}, "num": {"0", "10", "1.5", "x"}, "mail": {"nobody"}, "url": {"example"}} {
		before := str(v.Values[id]["e"], "value")
		for _, text := range wrong {
			acked(t)(ana.Type(ctx, v, id+"/e", text))
			sub, err := ana.Submit(ctx, v)
			if !errors.Is(err, ErrClientRejected) || sub.Errors[id] == "" || len(sub.Errors) != 1 {
				t.Errorf("%s = %q: %v %v", id, text, sub.Errors, err)
			}
		}
		right := map[string]string{"text": "abc", "num": "5", "mail": "a@example.com", "url": "https://example.com"}[id]
		acked(t)(ana.Type(ctx, v, id+"/e", right+before))
	}
	if len(seen) > 0 {
		t.Errorf("%d refused submissions reached the app", len(seen))
	}
}

// TestActor_SubmitAnswers covers update, push and clear, and closing with notice.
func TestActor_SubmitAnswers(t *testing.T) {
	t.Parallel()
	next := modal(t, `{"type":"modal","title":{"type":"plain_text","text":"Review"},"submit":{"type":"plain_text","text":"Go"},"notify_on_close":true,"blocks":[{"type":"divider"}]}`)
	answers := make(chan any, 5)
	_, ana, v, seen := inputApp(t, Options{}, func(d slack.InteractionCallback) any {
		if d.Type == slack.InteractionTypeViewSubmission {
			return <-answers
		}
		return nil
	})
	fill(t, ana, v)
	<-seen
	answers <- slack.NewPushViewSubmissionResponse(&next)
	sub, err := ana.Submit(t.Context(), v)
	if err != nil || sub.Action != "push" || sub.View.Title != "Review" || sub.View.PreviousID != v.ID || sub.View.RootID != v.ID {
		t.Fatalf("push: %+v, %v", sub, err)
	}
	<-seen
	if _, err := ana.Submit(t.Context(), v); !errors.Is(err, ErrNotFound) {
		t.Errorf("submitted a view that is covered: %v", err)
	}
	next.Title.Text = "Changed"
	answers <- slack.NewUpdateViewSubmissionResponse(&next)
	pushed := sub.View.ID
	if sub, err = ana.Submit(t.Context(), *sub.View); err != nil || sub.View.Title != "Changed" || sub.View.ID != pushed {
		t.Fatalf("update: %+v, %v", sub, err)
	}
	<-seen
	acked(t)(ana.CloseView(t.Context(), *sub.View))
	if d := <-seen; d.Type != slack.InteractionTypeViewClosed || d.View.ID != pushed || d.IsCleared {
		t.Errorf("view_closed %+v", d)
	}
	answers <- slack.NewClearViewSubmissionResponse()
	if sub, err = ana.Submit(t.Context(), v); err != nil || sub.Action != "clear" || sub.View != nil {
		t.Errorf("clear: %+v, %v", sub, err)
	}
}

// TestActor_BadSuggestions covers answers that Slack's client would not show.
func TestActor_BadSuggestions(t *testing.T) {
	t.Parallel()
	option := func(text string) any {
		return map[string]any{"text": map[string]any{"type": "plain_text", "text": text}, "value": "v"}
	}
	tests := []struct {
		name, query string
		answer      any
		want        int // options; -1 for an error
	}{
		{"good", "abc", map[string]any{"options": []any{option("A")}}, 1},
		{"none", "abc", map[string]any{"options": []any{}}, 0},
		{"groups", "abc", map[string]any{"option_groups": []any{map[string]any{"label": map[string]any{"type": "plain_text", "text": "G"}, "options": []any{option("A"), option("B")}}}}, 2},
		{"too short to ask", "ab", nil, 0},
		{"empty ack", "abc", nil, -1},
		{"101 options", "abc", map[string]any{"options": slices.Repeat([]any{option("A")}, 101)}, -1},
		{"text too long", "abc", map[string]any{"options": []any{option(x(76))}}, -1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, ctx := newSim(t, Options{})
			api := connect(t, s, ctx, func(*slack.Client, socketmode.Event) any { return tt.answer })
			_, _, err := api.PostMessageContext(ctx, DataSync, slack.MsgOptionText("x", false), slack.MsgOptionBlocks(
				slack.NewActionBlock("b", slack.NewOptionsSelectBlockElement("external_select", nil, "find"))))
			if err != nil {
				t.Fatal(err)
			}
			m := s.Messages(DataSync)[0]
			options, err := s.As(Ana).Suggest(ctx, m, "find", tt.query)
			if (err != nil) != (tt.want < 0) || (err == nil && len(options) != tt.want) {
				t.Errorf("got %v, %v", options, err)
			}
			if tt.want > 0 {
				acked(t)(s.As(Ana).Select(ctx, m, "find", "v"))
			}
		})
	}
}

func TestSim_ThreadsAndWaits(t *testing.T) {
	t.Parallel()
	s, ctx := newSim(t, Options{})
	api := connect(t, s, ctx, nil)
	_, ts, err := api.PostMessageContext(ctx, DataSync, slack.MsgOptionText("root", false), slack.MsgOptionBlocks(
		slack.NewSectionBlock(slack.NewTextBlockObject("mrkdwn", "body text", false, true), nil, nil)))
	if err != nil {
		t.Fatal(err)
	}
	root, err := s.WaitMessage(ctx, "data-sync", func(m Message) bool { return strings.Contains(m.AllText(), "body text") })
	if err != nil {
		t.Fatal(err)
	}
	ack := acked(t)(s.As(Ana).Reply(ctx, root, "@batchsync why?"))
	if last := s.Envelopes()[len(s.Envelopes())-1]; last.ID != ack.EnvelopeID || str(obj(last.Payload, "event"), "thread_ts") != ts || last.Acks != 1 {
		t.Errorf("envelope %+v", last)
	}
	if err := s.WaitCall(ctx, "chat.postMessage", 1); err != nil {
		t.Error(err)
	}
	if calls := s.Calls("chat.postMessage"); len(calls) != 1 || !calls[0].OK() || calls[0].Err() != "" || calls[0].Status != 200 {
		t.Errorf("calls %+v", calls)
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := s.WaitEphemeral(ended, Ana, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("waited for an ephemeral message that never came: %v", err)
	}
}

func TestPage_Events(t *testing.T) {
	t.Parallel()
	s, ctx := newSim(t, Options{})
	req, _ := http.NewRequestWithContext(ctx, http.MethodGet, s.URL()+"/sim/events", nil)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	lines.Scan()
	first := lines.Text()
	if _, err := s.As(Ana).Say(ctx, DataSync, "hello"); err != nil {
		t.Fatal(err)
	}
	for lines.Scan() && (lines.Text() == "" || lines.Text() == first) {
	}
	if !strings.HasPrefix(lines.Text(), "data: ") {
		t.Errorf("event %q", lines.Text())
	}
}
