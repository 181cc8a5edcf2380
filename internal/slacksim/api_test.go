package slacksim

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

// TestAPI_Errors calls methods the wrong way and expects Slack's code.
func TestAPI_Errors(t *testing.T) {
	t.Parallel()
	s, ctx := newSim(t, Options{RefusedBlocks: []string{"data_table"}})
	if _, err := s.As(Ana).Say(ctx, DataSync, "a person's message"); err != nil {
		t.Fatal(err)
	}
	ts := str(post(t, s, s.BotToken, "chat.postMessage", `{"channel":"C0DATASYNC","text":"mine","unfurl_links":false,"unfurl_media":false}`), "ts")
	theirs := s.Messages(DataSync)[0].TS
	long := strings.Repeat("x", 4001)
	tests := []struct{ name, token, method, body, want string }{
		{"no token", "", "auth.test", `{}`, "not_authed"},
		{"unknown token", "xoxb-other", "auth.test", `{}`, "invalid_auth"},
		{"app token for a bot method", s.AppToken, "auth.test", `{}`, "not_allowed_token_type"},
		{"bot token for sockets", s.BotToken, "apps.connections.open", `{}`, "not_allowed_token_type"},
		{"unknown method", s.BotToken, "chat.shout", `{}`, "unknown_method"},
		{"bad json", s.BotToken, "chat.postMessage", `{`, "invalid_json"},
		{"unknown channel", s.BotToken, "chat.postMessage", `{"channel":"C0NONE","text":"x"}`, "channel_not_found"},
		{"channel by name", s.BotToken, "chat.postMessage", `{"channel":"data-sync","text":"x"}`, "channel_not_found"},
		{"foreign private channel", s.BotToken, "chat.postMessage", `{"channel":"C0SECRET00","text":"x"}`, "channel_not_found"},
		{"not a member", s.BotToken, "chat.postMessage", `{"channel":"C0OUTSIDE0","text":"x"}`, "not_in_channel"},
		{"archived", s.BotToken, "chat.postMessage", `{"channel":"C0ARCHIVED","text":"x"}`, "is_archived"},
		{"nothing to say", s.BotToken, "chat.postMessage", `{"channel":"C0DATASYNC"}`, "no_text"},
		{"thread that is not there", s.BotToken, "chat.postMessage", `{"channel":"C0DATASYNC","text":"x","thread_ts":"1.1"}`, "thread_not_found"},
		{"refused block", s.BotToken, "chat.postMessage", `{"channel":"C0DATASYNC","text":"x","blocks":[` + dataTableOf(2, 1, 1) + `]}`, "invalid_blocks"},
		{"blocks are no array", s.BotToken, "chat.postMessage", `{"channel":"C0DATASYNC","text":"x","blocks":"{"}`, "invalid_blocks_format"},
		{"metadata", s.BotToken, "chat.postMessage", `{"channel":"C0DATASYNC","text":"x","metadata":{"event_type":"a"}}`, "invalid_metadata_format"},
		{"update of nothing", s.BotToken, "chat.update", `{"channel":"C0DATASYNC","ts":"1.1","text":"x"}`, "message_not_found"},
		{"update of another's", s.BotToken, "chat.update", `{"channel":"C0DATASYNC","ts":"` + theirs + `","text":"x"}`, "cant_update_message"},
		{"update in a DM by user id", s.BotToken, "chat.update", `{"channel":"U0ANA00001","ts":"1.1","text":"x"}`, "channel_not_found"},
		{"update too long", s.BotToken, "chat.update", `{"channel":"C0DATASYNC","ts":"` + ts + `","text":"` + long + `"}`, "msg_too_long"},
		{"delete another's", s.BotToken, "chat.delete", `{"channel":"C0DATASYNC","ts":"` + theirs + `"}`, "cant_delete_message"},
		{"ephemeral to an absent user", s.BotToken, "chat.postEphemeral", `{"channel":"C0GENERAL0","user":"U0GUEST001","text":"x"}`, "user_not_in_channel"},
		{"no such user", s.BotToken, "users.info", `{"user":"U0NONE"}`, "user_not_found"},
		{"no such group", s.BotToken, "usergroups.users.list", `{"usergroup":"S0NONE"}`, "no_such_subteam"},
		{"open without trigger", s.BotToken, "views.open", `{"view":{}}`, "invalid_arguments"},
		{"open with an invented trigger", s.BotToken, "views.open", `{"trigger_id":"1.2.3","view":{}}`, "invalid_trigger_id"},
		{"update of a closed view", s.BotToken, "views.update", `{"view_id":"V1","view":{}}`, "not_found"},
		{"publish for nobody", s.BotToken, "views.publish", `{"user_id":"U0NONE","view":{}}`, "user_not_found"},
		{"publish stale", s.BotToken, "views.publish", `{"user_id":"U0ANA00001","hash":"old","view":{"type":"home","blocks":[]}}`, "hash_conflict"},
		{"DM to a deactivated user", s.BotToken, "conversations.open", `{"users":"U0DELETED1"}`, "user_disabled"},
		{"file that is not there", s.BotToken, "files.completeUploadExternal", `{"files":[{"id":"F1"}]}`, "file_not_found"},
		{"permalink of nothing", s.BotToken, "chat.getPermalink", `{"channel":"C0DATASYNC","message_ts":"1.1"}`, "message_not_found"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := str(post(t, s, tt.token, tt.method, tt.body), "error"); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestAPI_Scopes(t *testing.T) {
	t.Parallel()
	s, ctx := newSim(t, Options{Scopes: []string{"channels:read", "chat:write.public", "chat:write"}})
	var refused slack.SlackErrorResponse
	_, err := client(s).GetUserInfoContext(ctx, Ana)
	if !errors.As(err, &refused) || refused.Err != "missing_scope" || refused.Needed != "users:read" || !strings.Contains(refused.Provided, "chat:write") {
		t.Errorf("users.info: %+v", err)
	}
	for channel, want := range map[string]bool{General: true, Private: false} {
		_, err := client(s).GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: channel})
		if (err == nil) != want {
			t.Errorf("conversations.info %s: %v", channel, err)
		}
	}
	if _, _, err := client(s).PostMessageContext(ctx, Outside, slack.MsgOptionText("x", false)); err != nil {
		t.Errorf("chat:write.public: %v", err)
	}
	if _, err := s.As(Ana).Slash(ctx, DataSync, "/batchsync"); !errors.Is(err, ErrNotFound) {
		t.Errorf("a command without the scope: %v", err)
	}
	var header string
	api := slack.New(s.BotToken, slack.OptionAPIURL(s.URL()+"/api/"), slack.OptionOnResponseHeaders(func(_ string, h http.Header) { header = h.Get("X-OAuth-Scopes") }))
	if _, err := api.AuthTestContext(ctx); err != nil || header != "channels:read,chat:write.public,chat:write" {
		t.Errorf("scopes header %q, %v", header, err)
	}
}

// TestAPI_People covers what a bot asks about persons and channels.
func TestAPI_People(t *testing.T) {
	t.Parallel()
	s, ctx := newSim(t, Options{})
	api := client(s)
	for id, check := range map[string]func(*slack.User) bool{
		Ana:      func(u *slack.User) bool { return u.TeamID == TeamID && !u.IsRestricted && !u.Deleted },
		Gus:      func(u *slack.User) bool { return u.IsRestricted && u.IsUltraRestricted },
		Fay:      func(u *slack.User) bool { return u.IsStranger && u.TeamID != TeamID },
		Dora:     func(u *slack.User) bool { return u.Deleted },
		OtherBot: func(u *slack.User) bool { return u.IsBot },
	} {
		if u, err := api.GetUserInfoContext(ctx, id); err != nil || !check(u) {
			t.Errorf("%s: %+v, %v", id, u, err)
		}
	}
	if got, err := api.GetUserGroupMembersContext(ctx, Engineers); err != nil || !slices.Equal(got, []string{Ana, Adam}) {
		t.Errorf("group %v, %v", got, err)
	}
	if c, err := api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: Shared}); err != nil || !c.IsExtShared || !c.IsMember {
		t.Errorf("shared channel %+v, %v", c, err)
	}
	dm, _, _, err := api.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{Ana}})
	if err != nil {
		t.Fatal(err)
	}
	channel, _, err := api.PostMessageContext(ctx, Ana, slack.MsgOptionText("hi", false))
	if err != nil || channel != dm.ID || len(s.Messages(Ana)) != 1 {
		t.Errorf("posted to %s, want %s, %v", channel, dm.ID, err)
	}
}

func TestAPI_UpdateSemantics(t *testing.T) {
	t.Parallel()
	s, ctx := newSim(t, Options{})
	api := client(s)
	block := slack.NewSectionBlock(slack.NewTextBlockObject("mrkdwn", "body", false, true), nil, nil)
	_, ts, err := api.PostMessageContext(ctx, DataSync, slack.MsgOptionText("one", false), slack.MsgOptionBlocks(block))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := api.UpdateMessageContext(ctx, DataSync, ts, slack.MsgOptionText("two", false)); err != nil {
		t.Fatal(err)
	}
	if m := s.Messages(DataSync)[0]; m.Text != "two" || len(m.Blocks) != 0 || m.Edits != 1 || m.TS != ts {
		t.Errorf("text without blocks must remove them: %+v", m)
	}
	if got := s.Violations(); len(got) != 2 || !strings.Contains(got[0], "unfurl_links") {
		t.Errorf("missing unfurl flags went unnoticed: %q", got)
	}
	if _, _, err := api.DeleteMessageContext(ctx, DataSync, ts); err != nil || len(s.Messages(DataSync)) != 0 {
		t.Errorf("delete: %v", err)
	}
}

// TestAPI_Views covers triggers, hashes, the stack and what survives an update.
func TestAPI_Views(t *testing.T) {
	t.Parallel()
	s, ctx := newSim(t, Options{})
	triggers := make(chan string, 10)
	api := connect(t, s, ctx, func(_ *slack.Client, e socketmode.Event) any {
		switch d := e.Data.(type) {
		case slack.SlashCommand:
			triggers <- d.TriggerID
		case slack.InteractionCallback:
			triggers <- d.TriggerID
		}
		return nil
	})
	code := func(err error) string {
		var e slack.SlackErrorResponse
		errors.As(err, &e)
		return e.Err
	}
	const body = `{"type":"modal","title":{"type":"plain_text","text":"T"},"submit":{"type":"plain_text","text":"OK"},"callback_id":"%s","blocks":[
	  {"type":"input","optional":true,"block_id":"keep","label":{"type":"plain_text","text":"Keep"},"element":{"type":"plain_text_input","action_id":"a"}},
	  {"type":"input","optional":true,"block_id":"%s","label":{"type":"plain_text","text":"Drop"},"element":{"type":"plain_text_input","action_id":"b","initial_value":"fresh"}},
	  {"type":"actions","block_id":"act","elements":[{"type":"button","action_id":"go","text":{"type":"plain_text","text":"Go"}}]}]}`
	view := func(id, drop string) slack.ModalViewRequest { return modal(t, fmt.Sprintf(body, id, drop)) }
	acked(t)(s.As(Ana).Slash(ctx, DataSync, "/batchsync new"))
	trigger := <-triggers
	opened, err := api.OpenViewContext(ctx, trigger, view("one", "d1"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := api.OpenViewContext(ctx, trigger, view("one", "d1")); code(err) != "exchanged_trigger_id" {
		t.Errorf("second use of a trigger: %v", err)
	}
	top, _ := s.View(Ana)
	acked(t)(s.As(Ana).Type(ctx, top, "Keep", "typed"))
	acked(t)(s.As(Ana).Type(ctx, top, "Drop", "gone"))
	if _, err := api.UpdateViewContext(ctx, view("two", "d2"), "", "stale", opened.ID); code(err) != "hash_conflict" {
		t.Errorf("stale hash: %v", err)
	}
	updated, err := api.UpdateViewContext(ctx, view("two", "d2"), "", opened.Hash, opened.ID)
	if err != nil || updated.ID != opened.ID || updated.Hash == opened.Hash {
		t.Fatalf("update: %+v, %v", updated, err)
	}
	top, _ = s.View(Ana)
	if got := str(top.Values["keep"]["a"], "value"); got != "typed" {
		t.Errorf("value with the same ids is %q", got)
	}
	if got := str(top.Values["d2"]["b"], "value"); got != "fresh" {
		t.Errorf("value under a new block_id is %q", got)
	}
	again := modal(t, strings.Replace(fmt.Sprintf(body, "two", "d2"), "fresh", "other", 1))
	if _, err := api.UpdateViewContext(ctx, again, "", "", opened.ID); err != nil {
		t.Fatal(err)
	}
	if top, _ = s.View(Ana); str(top.Values["d2"]["b"], "value") != "fresh" {
		t.Errorf("a new initial value under the same ids counted: %v", top.Values["d2"]["b"])
	}
	if _, err := api.UpdateViewContext(ctx, view("two", "d1"), "", "", opened.ID); err != nil {
		t.Fatal(err)
	}
	if top, _ = s.View(Ana); str(top.Values["d1"]["b"], "value") != "fresh" {
		t.Errorf("a field that went and came back kept its value: %v", top.Values["d1"]["b"])
	}
	for i, want := range []string{"", "", "push_limit_reached"} {
		top, _ = s.View(Ana)
		acked(t)(s.As(Ana).Click(ctx, top, "go"))
		if _, err := api.PushViewContext(ctx, <-triggers, view(fmt.Sprint(i), "d")); code(err) != want {
			t.Errorf("push %d: %v, want %q", i, err, want)
		}
	}
	if top, _ = s.View(Ana); top.RootID != opened.ID || top.PreviousID == "" {
		t.Errorf("stack ids %+v", top)
	}
	acked(t)(s.As(Ana).CloseView(ctx, top))
	if _, err := api.UpdateViewContext(ctx, view("x", "d"), "", "", top.ID); code(err) != "not_found" {
		t.Errorf("update of a closed view: %v", err)
	}
}

func TestAPI_ExpiredTrigger(t *testing.T) {
	t.Parallel()
	s, ctx := newSim(t, Options{TriggerTTL: time.Nanosecond})
	got := make(chan error, 1)
	connect(t, s, ctx, func(api *slack.Client, e socketmode.Event) any {
		if d, isSlash := e.Data.(slack.SlashCommand); isSlash {
			_, err := api.OpenViewContext(ctx, d.TriggerID, modal(t, form))
			got <- err
		}
		return nil
	})
	acked(t)(s.As(Ana).Slash(ctx, DataSync, "/batchsync"))
	if err := <-got; err == nil || err.Error() != "expired_trigger_id" {
		t.Errorf("got %v", err)
	}
}

// TestActor_BadAnswers covers answers to a submission that Slack would not take.
func TestActor_BadAnswers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		answer any
		want   string // part of the violation
	}{
		{"key is no input", map[string]any{"response_action": "errors", "errors": map[string]string{"act": "no"}}, "not the block_id of an input"},
		{"empty error", map[string]any{"response_action": "errors", "errors": map[string]string{"name": ""}}, "is empty"},
		{"bad view", map[string]any{"response_action": "update", "view": map[string]any{"type": "modal"}}, "invalid_arguments"},
		{"unknown action", map[string]any{"response_action": "explode"}, "unknown response_action"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, ctx := newSim(t, Options{})
			connect(t, s, ctx, func(api *slack.Client, e socketmode.Event) any {
				switch d := e.Data.(type) {
				case slack.SlashCommand:
					_, _ = api.OpenViewContext(ctx, d.TriggerID, modal(t, `{"type":"modal","title":{"type":"plain_text","text":"T"},"submit":{"type":"plain_text","text":"OK"},"blocks":[
					 {"type":"input","optional":true,"block_id":"name","label":{"type":"plain_text","text":"N"},"element":{"type":"plain_text_input","action_id":"a"}},{"type":"divider","block_id":"act"}]}`))
				case slack.InteractionCallback:
					return tt.answer
				}
				return nil
			})
			acked(t)(s.As(Ana).Slash(ctx, DataSync, "/batchsync"))
			v, _ := s.View(Ana)
			if _, err := s.As(Ana).Submit(ctx, v); err == nil {
				t.Error("accepted")
			}
			if got := strings.Join(s.Violations(), "; "); !strings.Contains(got, tt.want) {
				t.Errorf("violations %q, want %q", got, tt.want)
			}
			if toasts := s.Toasts(Ana); len(toasts) != 1 || !strings.Contains(toasts[0].Text, "trouble connecting") {
				t.Errorf("toasts %v", toasts)
			}
		})
	}
}

func TestAPI_Faults(t *testing.T) {
	t.Parallel()
	s, ctx := newSim(t, Options{})
	api := client(s)
	say := func(ctx context.Context) error {
		_, _, err := api.PostMessageContext(ctx, DataSync, slack.MsgOptionText("x", false))
		return err
	}
	s.Fault("chat.postMessage", HTTPStatus(500), 1)
	s.Fault("chat.postMessage", RateLimited(1500*time.Millisecond), 1)
	s.Fault("*", SlackError("fatal_error"), 1)
	var status slack.StatusCodeError
	if err := say(ctx); !errors.As(err, &status) || status.Code != 500 {
		t.Errorf("500: %v", err)
	}
	var limited *slack.RateLimitedError
	if err := say(ctx); !errors.As(err, &limited) || limited.RetryAfter != 2*time.Second {
		t.Errorf("429: %v", err)
	}
	if err := say(ctx); err == nil || err.Error() != "fatal_error" {
		t.Errorf("named error: %v", err)
	}
	for fault, posted := range map[Fault]int{ResetBefore(): 0, ResetAfter(): 1} {
		before := len(s.Messages(DataSync))
		s.Fault("chat.postMessage", fault, 1)
		if err := say(ctx); err == nil {
			t.Error("a reset was not noticed")
		}
		if got := len(s.Messages(DataSync)) - before; got != posted {
			t.Errorf("reset posted %d, want %d", got, posted)
		}
	}
	s.Fault("chat.postMessage", Hang(), -1)
	short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	if err := say(short); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("hang: %v", err)
	}
	s.ClearFaults()
	s.FaultIn(General, "chat.postMessage", SlackError("fatal_error"), 1)
	if _, _, err := api.PostMessageContext(ctx, General, slack.MsgOptionText("x", false)); err == nil || err.Error() != "fatal_error" {
		t.Errorf("named error in a channel: %v", err)
	}
	s.FaultIn(General, "*", SlackError("fatal_error"), -1)
	if err := say(ctx); err != nil {
		t.Errorf("a fault of another channel: %v", err)
	}
	s.ClearFaults()
	if err := say(ctx); err != nil {
		t.Errorf("after the faults: %v", err)
	}
}

func TestAPI_RateLimits(t *testing.T) {
	t.Parallel()
	s, ctx := newSim(t, Options{RateLimits: SlackRateLimits()})
	api := client(s)
	var limited *slack.RateLimitedError
	for i, channel := range []string{DataSync, General, DataSync} { // one per second per channel
		_, _, err := api.PostMessageContext(ctx, channel, slack.MsgOptionText("x", false))
		if want := i == 2; errors.As(err, &limited) != want {
			t.Errorf("post %d: %v", i, err)
		}
	}
	for i := range 21 { // tier 2
		_, err := api.GetUserGroupMembersContext(ctx, Admins)
		if want := i == 20; errors.As(err, &limited) != want {
			t.Errorf("group %d: %v", i, err)
		}
	}
	if limited.RetryAfter < 50*time.Second {
		t.Errorf("retry after %s", limited.RetryAfter)
	}
}

func TestResponseURL_Limits(t *testing.T) {
	t.Parallel()
	s, ctx := newSim(t, Options{})
	s.mu.Lock()
	url := s.responseURL(DataSync, Ana, "", "")
	old := s.responseURL(DataSync, Ana, "", "")
	s.links[old[strings.LastIndex(old, "/")+1:]].born = time.Now().Add(-linkLife - time.Second)
	s.mu.Unlock()
	send := func(url string) error {
		_, _, err := client(s).PostMessageContext(ctx, DataSync, slack.MsgOptionText("x", false), slack.MsgOptionResponseURL(url, "ephemeral"))
		return err
	}
	for i := range linkUses + 1 {
		if err := send(url); (err == nil) != (i < linkUses) {
			t.Errorf("use %d: %v", i+1, err)
		}
	}
	if err := send(old); err == nil {
		t.Error("an expired response_url worked")
	}
	if got := len(s.Ephemerals(Ana)); got != linkUses {
		t.Errorf("%d ephemeral messages", got)
	}
}

// TestActor_Rights covers who can do what at a client.
func TestActor_Rights(t *testing.T) {
	t.Parallel()
	s, ctx := newSim(t, Options{})
	tests := []struct {
		name, user, channel string
		want                error
	}{
		{"deactivated", Dora, General, ErrNotAllowed},
		{"bot", OtherBot, General, ErrNotAllowed},
		{"unknown", "U0NOBODY", General, ErrNotFound},
		{"foreign", Fay, Shared, ErrNotAllowed},
		{"not a member", Vera, Private, ErrNotAllowed},
		{"archived", Ana, Archived, ErrNotAllowed},
		{"no such channel", Ana, "C0NONE", ErrNotFound},
		{"guest in the channel", Gus, DataSync, ErrNoConnection},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := s.As(tt.user).Slash(ctx, tt.channel, "/batchsync"); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
	if _, err := s.As(Ana).Slash(ctx, DataSync, "/deploy"); !errors.Is(err, ErrNotFound) {
		t.Errorf("an unknown command: %v", err)
	}
}

// Slack tells a locale only when asked for it.
func TestUsersInfo_Locale(t *testing.T) {
	t.Parallel()
	s := New(Options{})
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	api := slack.New(s.BotToken, slack.OptionAPIURL(s.URL()+"/api/"))
	for _, c := range []struct {
		user, locale, zone string
		asked              bool
	}{
		{Lin, "zh-CN", "Asia/Shanghai", true}, {Lin, "", "Asia/Shanghai", false}, {Ana, "en-US", "Etc/UTC", true},
	} {
		u, err := api.GetUserInfoContext(t.Context(), c.user, slack.GetUserInfoOptionIncludeLocale(c.asked))
		if err != nil || u.Locale != c.locale || u.TZ != c.zone {
			t.Errorf("%s, asked %v: %+v, %v", c.user, c.asked, u, err)
		}
	}
}
