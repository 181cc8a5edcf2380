package slacksim

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"os"
	"os/signal"
	"strings"
	"testing"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"
)

// With -gallery=127.0.0.1:8099 the test keeps the page open until interrupted.
var gallery = flag.String("gallery", "", "serve the gallery of all blocks at this address")

// TestSim_Gallery posts every block type that a bot may use, through slack-go, and
// has none refused.
func TestSim_Gallery(t *testing.T) {
	addr := "127.0.0.1:0"
	if *gallery != "" {
		addr = *gallery
	}
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	s := New(Options{})
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, ln) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	s.setBase("http://" + ln.Addr().String())
	api := connect(t, s, ctx, galleryApp(t, ctx))
	fillGallery(t, ctx, s, api)
	if v := s.Violations(); len(v) > 0 {
		t.Errorf("violations: %q", v)
	}
	if *gallery != "" {
		fmt.Println("gallery at", s.URL())
		open, stop := signal.NotifyContext(ctx, os.Interrupt)
		defer stop()
		<-open.Done()
	}
}

func fillGallery(t *testing.T, ctx context.Context, s *Sim, api *slack.Client) {
	t.Helper()
	quiet := slack.MsgOptionCompose(slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl())
	var root string
	for i, blocks := range galleryBlocks(t) {
		_, ts, err := api.PostMessageContext(ctx, DataSync, slack.MsgOptionText("Gallery "+fmt.Sprint(i), false), slack.MsgOptionBlocks(blocks.BlockSet...), quiet)
		if err != nil {
			t.Fatalf("message %d: %v %q", i, err, s.Violations())
		}
		if i == 0 {
			root = ts
		}
	}
	for _, text := range []string{"Rerun started by <@U0ANA00001>", "Rerun *succeeded*: 40 of 40 tables"} {
		if _, _, err := api.PostMessageContext(ctx, DataSync, slack.MsgOptionText(text, false), slack.MsgOptionTS(root), quiet); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.As(Vera).Mention(ctx, DataSync, "status orders"); err != nil {
		t.Fatal(err)
	}
	if _, err := api.PostEphemeralContext(ctx, DataSync, Ana, slack.MsgOptionText("You subscribed to *orders*. <x> & hostile: `<script>`", false)); err != nil {
		t.Fatal(err)
	}
	_, err := api.UploadFileContext(ctx, slack.UploadFileParameters{Channel: DataSync, Filename: "run-8812.log", Title: "Log of run 8812", FileSize: 11, Reader: strings.NewReader("hello world")})
	if err != nil {
		t.Fatal(err)
	}
}

func galleryBlocks(t *testing.T) []slack.Blocks {
	t.Helper()
	raw, err := os.ReadFile("testdata/gallery.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []slack.Blocks
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// galleryApp opens the form, answers suggestions and rejects the name "orders".
func galleryApp(t *testing.T, ctx context.Context) func(*slack.Client, socketmode.Event) any {
	raw, err := os.ReadFile("testdata/form.json")
	if err != nil {
		t.Fatal(err)
	}
	form := modal(t, string(raw))
	return func(api *slack.Client, e socketmode.Event) any {
		switch d := e.Data.(type) {
		case slack.SlashCommand:
			if _, err := api.OpenViewContext(ctx, d.TriggerID, form); err != nil {
				t.Errorf("open: %v", err)
			}
		case slackevents.EventsAPIEvent:
			if home, is := d.InnerEvent.Data.(*slackevents.AppHomeOpenedEvent); is {
				_, _ = api.PublishViewContext(ctx, slack.PublishViewContextRequest{UserID: home.User, View: slack.HomeTabViewRequest{Type: "home", Blocks: homeBlocks(t)}})
			}
		case slack.InteractionCallback:
			return galleryAnswer(ctx, api, d, form)
		}
		return nil
	}
}

func homeBlocks(t *testing.T) slack.Blocks {
	all := galleryBlocks(t)
	return slack.Blocks{BlockSet: append(append([]slack.Block{}, all[0].BlockSet...), all[3].BlockSet[1])}
}

func galleryAnswer(ctx context.Context, api *slack.Client, d slack.InteractionCallback, form slack.ModalViewRequest) any {
	switch d.Type {
	case slack.InteractionTypeBlockSuggestion:
		var out slack.OptionsResponse
		for _, name := range []string{"postgres_shop", "mysql_crm", "oracle_erp", "sqlserver_hr"} {
			if strings.Contains(name, d.Value) {
				out.Options = append(out.Options, slack.NewOptionBlockObject(name, slack.NewTextBlockObject("plain_text", name, false, false), nil))
			}
		}
		if out.Options == nil {
			out.Options = []*slack.OptionBlockObject{}
		}
		return out
	case slack.InteractionTypeViewSubmission:
		if d.View.State.Values["name"]["name"].Value == "orders" {
			return slack.NewErrorsViewSubmissionResponse(map[string]string{"name": "There is a sync with this name. Choose another."})
		}
	case slack.InteractionTypeBlockActions:
		if d.ActionCallback.BlockActions[0].ActionID == "open_form" {
			_, _ = api.OpenViewContext(ctx, d.TriggerID, form)
		}
	}
	return nil
}
