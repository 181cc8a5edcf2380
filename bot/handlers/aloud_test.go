package handlers

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
	"batchsync/internal/redact"
	"batchsync/internal/slacksim"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
)

// event is one as the library hands it over, of a bot called U0SELF.
func event(inner any) slackevents.EventsAPIEvent {
	return slackevents.EventsAPIEvent{
		Data:       &slackevents.EventsAPICallbackEvent{Authorizations: []slack.EventAuthorization{{UserID: "U0SELF", IsBot: true}}},
		InnerEvent: slackevents.EventsAPIInnerEvent{Data: inner},
	}
}

func TestDecodeWritten(t *testing.T) {
	t.Parallel()
	mention := func(text string) any {
		return &slackevents.AppMentionEvent{User: "U1", Channel: "C1", TimeStamp: "1.2", Text: text}
	}
	said := func(text string) *slackevents.MessageEvent {
		return &slackevents.MessageEvent{User: "U1", Channel: "D1", TimeStamp: "1.2", ChannelType: "im", Text: text}
	}
	bot, edited, channel := said("list"), said("list"), said("list")
	bot.BotID, edited.SubType, channel.ChannelType = "B1", "message_changed", "channel"
	for _, c := range []struct {
		name          string
		event         any
		command, rest string
		none          bool
	}{
		{"mention", mention("<@U0SELF> show 40001"), "show", "40001", false},
		{"behind other words", mention("thanks <@U1>, now <@U0SELF|batchsync>: Show  orders to ods"), "show", "orders to ods", false},
		{"bare", mention("<@U0SELF>"), "", "", false},
		{"escaped", mention("<@U0SELF> show a&amp;b &lt;c&gt;"), "show", "a&b <c>", false},
		{"made a link", mention("<@U0SELF> list <http://shop.orders|shop.orders>"), "list", "shop.orders", false},
		{"made a mail address", mention("<@U0SELF> show <mailto:a@b.example|a@b.example>"), "show", "a@b.example", false},
		{"first line only", mention("<@U0SELF> list\nand thanks"), "list", "", false},
		{"a task of several lines", mention("<@U0SELF> new aliyun_mysql shop.orders\r\n-&gt; ods.orders\n\nwhere=\"id &gt; 1\""), "new", "aliyun_mysql shop.orders -> ods.orders  where=\"id > 1\"", false},
		{"a task of several lines, directly", said("new\naliyun_mysql shop.orders -&gt; ods.orders"), "new", "aliyun_mysql shop.orders -> ods.orders", false},
		{"a task as a block of code", said("```new aliyun_mysql shop.orders\n-&gt; ods.orders\n```"), "new", "aliyun_mysql shop.orders -> ods.orders", false},
		{"a task as code, and thanks", said("`new aliyun_mysql shop.orders -&gt; ods.orders`\nthanks"), "new", "aliyun_mysql shop.orders -> ods.orders", false},
		{"like a task, and thanks", said("new like orders\nthanks"), "new", "like orders", false},
		{"as code", mention("<@U0SELF> `list failed`"), "list", "failed", false},
		{"of a person", mention("<@U0SELF> audit <@U2>"), "audit", "<@U2>", false},
		{"hard spaces", mention("<@U0SELF>\u00a0list\u00a0mine"), "list", "mine", false},
		{"direct message", said("list mine"), "list", "mine", false},
		{"direct message with the name", said("<@U0SELF> list mine"), "list", "mine", false},
		{"direct message about a person", said("audit <@U2>"), "audit", "<@U2>", false},
		{"of a bot", bot, "", "", true},
		{"edited", edited, "", "", true},
		{"in a channel without the name", channel, "", "", true},
		{"mention by a bot", &slackevents.AppMentionEvent{User: "U1", BotID: "B1"}, "", "", true},
		{"something else", &slackevents.AppHomeOpenedEvent{User: "U1"}, "", "", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			in, ok := decodeWritten(event(c.event))
			if ok == c.none || in.Command != c.command || in.Rest != c.rest {
				t.Errorf("got %v %q %q, want %q %q", ok, in.Command, in.Rest, c.command, c.rest)
			}
			if ok && (in.User != "U1" || !in.Aloud || in.Key != "event/"+string(in.Channel)+"/1.2") {
				t.Errorf("origin is %+v", in.origin)
			}
		})
	}
}

// TestWords ends a command at whatever blank, as a line of several lines begins
// with it.
func TestWords(t *testing.T) {
	t.Parallel()
	for line, want := range map[string][2]string{
		"": {}, " List ": {"list", ""}, "new a -> b": {"new", "a -> b"}, "new\na -> b": {"new", "a -> b"}, "NEW\t a\n-> b": {"new", "a\n-> b"},
	} {
		if command, rest := words(line); command != want[0] || rest != want[1] {
			t.Errorf("%q: got %q and %q", line, command, rest)
		}
	}
}

func FuzzDecodeWritten(f *testing.F) {
	f.Add("<@U0SELF> show <http://a|b")
	f.Add("<@U0SELF `")
	f.Fuzz(func(t *testing.T, text string) {
		in, ok := decodeWritten(event(&slackevents.AppMentionEvent{User: "U1", Channel: "C1", TimeStamp: "1.2", Text: text}))
		if !ok || strings.Contains(in.Command, " ") || strings.Contains(in.Rest, "\n") {
			t.Errorf("%q is read as %q %q", text, in.Command, in.Rest)
		}
	})
}

// nothingNew is a store that has seen no request before.
type nothingNew struct{ *tray }

func (nothingNew) Record(batchsync.AuditRow) error { return nil }

// conversation is a bot with one command that looks, two that change something,
// and help.
func conversation(api *slack.Client) *Bot {
	b := reader(api, tries{}, newTray())
	b.Store = nothingNew{newTray()}
	b.Drawer = blocks.Drawer{Redact: redact.New()}
	word := func(b *Bot, ctx context.Context, o origin, rest string) {
		b.tell(ctx, o, blocks.Message{Text: "looked at " + rest + " of <@" + slacksim.Ana + "> and <!subteam^" + slacksim.Engineers + ">"})
	}
	changes := func(b *Bot, _ context.Context, _ origin, _ string) { panic("carried out without a press") }
	b.verbs = []verb{
		{"show", batchsync.ActInspect, word, how{slow: true}}, {"rerun", batchsync.ActRerun, changes, how{modal: true}},
		{"ack", batchsync.ActAck, changes, how{}}, {"help", batchsync.ActView, (*Bot).help, how{}},
	}
	return b
}

// TestBot_Written writes to the bot in all the places where one can.
func TestBot_Written(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		user     batchsync.UserID
		channel  string // "D": the conversation with the bot
		line     string
		want     string
		button   bool
		ephemera bool
	}{
		{"look", slacksim.Vera, slacksim.General, "show 40001", "looked at 40001 of ", false, false},
		{"look in a direct message", slacksim.Vera, "D", "show 40001", "looked at 40001 of ", false, false},
		{"form", slacksim.Ana, slacksim.General, "rerun 9000", "/batchsync rerun 9000", true, false},
		{"change", slacksim.Ana, "D", "ack orders", "/batchsync ack orders", true, false},
		{"without the right", slacksim.Vera, slacksim.General, "rerun 9000", "This takes an operator", false, true},
		{"unknown", slacksim.Vera, slacksim.General, "shwo 40001", "Did you mean", false, false},
		{"nothing", slacksim.Vera, slacksim.General, "", "creates, watches and repairs", false, false},
		{"where people from outside read", slacksim.Ana, slacksim.Shared, "show 40001", "looked at 40001 of ", false, true},
		{"longer than any command", slacksim.Ana, slacksim.General, "rerun " + strings.Repeat("9", 3000), "longer than any command", false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			sim, api := connect(t, slacksim.Options{})
			b := conversation(api)
			channel := c.channel
			if channel == "D" {
				d, _, _, err := api.OpenConversation(&slack.OpenConversationParameters{Users: []string{string(c.user)}})
				if err != nil {
					t.Fatal(err)
				}
				channel = d.ID
			}
			_, ts, err := api.PostMessage(channel, slack.MsgOptionText("@batchsync "+c.line, false))
			if err != nil {
				t.Fatal(err)
			}
			thread := ts
			if c.channel == "D" {
				thread = ""
			}
			b.obey(t.Context(), written(string(c.user), channel, ts, thread, c.line))
			var found []slacksim.Message
			all := sim.Messages(channel)
			if c.ephemera {
				all = sim.Ephemerals(string(c.user))
			}
			for _, m := range all {
				if m.TS != ts && strings.Contains(m.AllText(), c.want) {
					found = append(found, m)
				}
			}
			if len(found) != 1 {
				t.Fatalf("%d answers say %q: %+v", len(found), c.want, all)
			}
			m := found[0]
			if !c.ephemera && m.ThreadTS != thread {
				t.Errorf("answered in thread %q, want %q", m.ThreadTS, thread)
			}
			if c.channel != "D" && !c.ephemera && len(m.Pings) > 0 {
				t.Errorf("notifies %v", m.Pings)
			}
			if got := strings.Contains(fmt.Sprint(m.Blocks), string(blocks.ActionCommand)); got != c.button {
				t.Errorf("with a button that carries it out: %v, want %v", got, c.button)
			}
		})
	}
}
