package slacksim

import (
	"errors"
	"strings"
	"testing"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"
)

const form = `{"type":"modal","callback_id":"new","title":{"type":"plain_text","text":"New sync"},
 "submit":{"type":"plain_text","text":"Create"},"close":{"type":"plain_text","text":"Cancel"},"private_metadata":"draft-1","notify_on_close":true,
 "blocks":[
  {"type":"input","block_id":"name","label":{"type":"plain_text","text":"Name"},"element":{"type":"plain_text_input","action_id":"name","min_length":3}},
  {"type":"input","block_id":"src","label":{"type":"plain_text","text":"Source"},"element":{"type":"external_select","action_id":"src","min_query_length":0}},
  {"type":"input","block_id":"day","label":{"type":"plain_text","text":"Day"},"optional":true,"element":{"type":"datepicker","action_id":"day","initial_date":"2026-11-01"}}]}`

// TestActor_Story walks one person through command, modal, suggestions, errors and success.
func TestActor_Story(t *testing.T) {
	t.Parallel()
	s, ctx := newSim(t, Options{})
	connect(t, s, ctx, func(api *slack.Client, e socketmode.Event) any {
		switch d := e.Data.(type) {
		case slack.SlashCommand:
			if _, err := api.OpenViewContext(ctx, d.TriggerID, modal(t, form)); err != nil {
				t.Errorf("open: %v", err)
			}
		case slack.InteractionCallback:
			switch d.Type {
			case slack.InteractionTypeBlockSuggestion:
				return slack.OptionsResponse{Options: []*slack.OptionBlockObject{
					slack.NewOptionBlockObject("pg", slack.NewTextBlockObject("plain_text", "Postgres "+d.Value, false, false), nil)}}
			case slack.InteractionTypeViewSubmission:
				name := d.View.State.Values["name"]["name"].Value
				if name == "taken" {
					return slack.NewErrorsViewSubmissionResponse(map[string]string{"name": "Already taken"})
				}
				if got := d.View.State.Values["src"]["src"].SelectedOption.Value; got != "pg" {
					t.Errorf("source %q", got)
				}
				if got := d.View.State.Values["day"]["day"].SelectedDate; got != "2026-11-01" {
					t.Errorf("initial date %q", got)
				}
				_, _, err := api.PostMessageContext(ctx, DataSync, slack.MsgOptionText("Created "+name, false),
					slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl())
				if err != nil {
					t.Errorf("post: %v", err)
				}
			}
		}
		return nil
	})
	ana := s.As(Ana)
	if _, err := ana.Slash(ctx, "data-sync", "/batchsync new"); err != nil {
		t.Fatal(err)
	}
	v, err := s.WaitView(ctx, "ana", func(v View) bool { return v.CallbackID == "new" })
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ana.Submit(ctx, v); !errors.Is(err, ErrClientRejected) {
		t.Fatalf("empty form: %v", err)
	}
	options, err := ana.Suggest(ctx, v, "src", "p")
	if err != nil || len(options) != 1 || options[0].Text != "Postgres p" {
		t.Fatalf("options %v, %v", options, err)
	}
	acked(t)(ana.Select(ctx, v, "src", "pg"))
	acked(t)(ana.Type(ctx, v, "Name", "taken"))
	sub, err := ana.Submit(ctx, v)
	if err != nil || sub.Errors["name"] != "Already taken" || sub.View == nil {
		t.Fatalf("%+v, %v", sub, err)
	}
	acked(t)(ana.Type(ctx, v, "name", "orders"))
	sub, err = ana.Submit(ctx, v)
	if err != nil || sub.Action != "close" || sub.View != nil {
		t.Fatalf("%+v, %v", sub, err)
	}
	if _, err := s.WaitMessage(ctx, "data-sync", func(m Message) bool { return m.Text == "Created orders" }); err != nil {
		t.Fatal(err)
	}
	if v := s.Violations(); len(v) > 0 {
		t.Errorf("violations: %q", v)
	}
}

func acked(t *testing.T) func(Ack, error) Ack {
	return func(a Ack, err error) Ack {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
}

// TestActor_Message clicks in messages, ephemeral ones too, and uses the response_url.
func TestActor_Message(t *testing.T) {
	t.Parallel()
	s, ctx := newSim(t, Options{})
	seen := make(chan slack.InteractionCallback, 4)
	api := connect(t, s, ctx, func(api *slack.Client, e socketmode.Event) any {
		d, isCallback := e.Data.(slack.InteractionCallback)
		if !isCallback {
			return nil
		}
		seen <- d
		_, _, err := api.PostMessageContext(ctx, d.Channel.ID, slack.MsgOptionReplaceOriginal(d.ResponseURL), slack.MsgOptionText("replaced", false))
		if err != nil {
			t.Errorf("response_url: %v %v", err, s.Calls("response_url"))
		}
		return nil
	})
	button := slack.NewActionBlock("b1", slack.NewButtonBlockElement("rerun", "run-7", slack.NewTextBlockObject("plain_text", "Rerun", false, false)))
	_, err := api.PostEphemeralContext(ctx, DataSync, Ana, slack.MsgOptionText("Only you", false), slack.MsgOptionBlocks(button))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := api.PostMessageContext(ctx, DataSync, slack.MsgOptionText("All", false), slack.MsgOptionBlocks(button)); err != nil {
		t.Fatal(err)
	}
	private := s.Ephemerals(Ana)[0]
	public := s.Messages(DataSync)[0]
	if _, err := s.As(Vera).Click(ctx, private, "rerun"); !errors.Is(err, ErrNotAllowed) {
		t.Errorf("a stranger to the ephemeral message clicked: %v", err)
	}
	for _, m := range []Message{private, public} {
		acked(t)(s.As(Ana).Click(ctx, m, "Rerun"))
		d := <-seen
		if a := d.ActionCallback.BlockActions[0]; a.Value != "run-7" || a.BlockID != "b1" || d.User.ID != Ana || d.TriggerID == "" {
			t.Errorf("callback %+v", d)
		}
		if hasMessage := d.Message.Timestamp != ""; hasMessage == d.Container.IsEphemeral {
			t.Errorf("message given: %v, ephemeral: %v", hasMessage, d.Container.IsEphemeral)
		}
	}
	for _, got := range []Message{s.Ephemerals(Ana)[0], s.Messages(DataSync)[0]} {
		if got.Text != "replaced" || len(got.Blocks) != 0 {
			t.Errorf("after replace_original: %+v", got)
		}
	}
}

// TestActor_Events covers mention, DM, Home and their payloads.
func TestActor_Events(t *testing.T) {
	t.Parallel()
	s, ctx := newSim(t, Options{})
	seen := make(chan slackevents.EventsAPIEvent, 4)
	api := connect(t, s, ctx, func(_ *slack.Client, e socketmode.Event) any {
		if d, isEvent := e.Data.(slackevents.EventsAPIEvent); isEvent {
			seen <- d
		}
		return nil
	})
	ana := s.As(Ana)
	acked(t)(ana.Mention(ctx, DataSync, "status <x> @vera #general"))
	mention := (<-seen).InnerEvent.Data.(*slackevents.AppMentionEvent)
	if want := "<@U0BATCHBOT> status &lt;x&gt; <@U0VERA0001> <#C0GENERAL0|general>"; mention.Text != want || mention.User != Ana {
		t.Errorf("mention %q", mention.Text)
	}
	acked(t)(ana.DM(ctx, "hello"))
	if dm := (<-seen).InnerEvent.Data.(*slackevents.MessageEvent); dm.ChannelType != "im" || !strings.HasPrefix(dm.Channel, "D") {
		t.Errorf("dm %+v", dm)
	}
	acked(t)(ana.OpenHome(ctx))
	if home := (<-seen).InnerEvent.Data.(*slackevents.AppHomeOpenedEvent); home.Tab != "home" || home.User != Ana {
		t.Errorf("home %+v", home)
	}
	_, err := api.PublishViewContext(ctx, slack.PublishViewContextRequest{UserID: Ana, View: slack.HomeTabViewRequest{Type: "home",
		Blocks: slack.Blocks{BlockSet: []slack.Block{slack.NewDividerBlock()}}}})
	if err != nil {
		t.Fatal(err)
	}
	if home, ok := s.Home(Ana); !ok || len(home.Blocks) != 1 {
		t.Errorf("home %+v", home)
	}
	if ack, err := ana.Say(ctx, DataSync, "no mention here"); err != nil || ack.EnvelopeID != "" {
		t.Errorf("ordinary talk reached the app: %+v, %v", ack, err)
	}
}
