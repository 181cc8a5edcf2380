package main

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"batchsync/internal/batchsync"
	"batchsync/internal/slacksim"
	"batchsync/internal/store"
	"batchsync/internal/studiosim"
)

// captured is the payload of the last press of a button.
func (s *stage) captured(t testing.TB, action string) slacksim.Object {
	t.Helper()
	var found slacksim.Object
	for _, e := range s.slack.Envelopes() {
		actions, _ := e.Payload["actions"].([]any)
		if len(actions) == 1 && actions[0].(map[string]any)["action_id"] == action {
			found = e.Payload
		}
	}
	if found == nil {
		t.Fatalf("%s was never pressed", action)
	}
	return found
}

// forged is a copy of a payload with other values at paths such as
// "view.private_metadata" and "actions.0.value"; nil removes.
func forged(p slacksim.Object, changes ...any) slacksim.Object {
	raw, err := json.Marshal(p)
	if err != nil {
		panic(err)
	}
	var out any
	if err := json.Unmarshal(raw, &out); err != nil {
		panic(err)
	}
	changes = append(changes, "trigger_id", rand.Text()) // a request of its own
	for i := 0; i < len(changes); i += 2 {
		path := strings.Split(changes[i].(string), ".")
		at := out
		for _, step := range path[:len(path)-1] {
			if list, ok := at.([]any); ok {
				at = list[0]
				continue
			}
			at = at.(map[string]any)[step]
		}
		if changes[i+1] == nil {
			delete(at.(map[string]any), path[len(path)-1])
		} else {
			at.(map[string]any)[path[len(path)-1]] = changes[i+1]
		}
	}
	return out.(map[string]any)
}

// texts is every text of a decoded view.
func texts(v any) string {
	var out []string
	switch v := v.(type) {
	case map[string]any:
		if s, ok := v["text"].(string); ok {
			out = append(out, s)
		}
		for _, x := range v {
			out = append(out, texts(x))
		}
	case []any:
		for _, x := range v {
			out = append(out, texts(x))
		}
	}
	return strings.Join(out, "\n")
}

// TestForged sends what no client of Slack's would: other people's drafts,
// unknown ids, other versions, garbage. Nothing changes, and everything is
// answered.
func TestForged(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	must(t, s.world.SetFaults(studiosim.Fault{Match: "task deploy", Kind: "business_error", Times: 1}))
	waiting := reviewed("draft0", slacksim.Ana, "e2e_waits")
	s.seed(t, waiting)
	b := s.start()
	ana := s.as(t, "ana")
	ana.create()
	s.card(t, slacksim.General, "e2e_waits", "Failed", "Check Again")
	b.stop(t)
	s.ended(t, b)
	s.seed(t, reviewed("draft1", slacksim.Ana, "e2e_forged"), reviewed("draft2", slacksim.Adam, "e2e_own"))
	before := s.everything(t)
	op := before.operations[0]

	b = s.start()
	people := map[string]*person{}
	presses := map[string]slacksim.Object{}
	for _, name := range []string{"ana", "adam"} {
		people[name] = s.as(t, name)
		people[name].resume()
		presses[name] = s.captured(t, "wizard.resume")
	}
	vera := forged(presses["adam"], "user.id", slacksim.Vera, "user.username", "vera")
	send := func(p slacksim.Object, changes ...any) slacksim.Ack {
		t.Helper()
		ack, err := s.slack.Inject(within(t, ackWait), "interactive", forged(p, changes...))
		if err != nil {
			t.Errorf("%v: %v", changes, err)
		}
		return ack
	}
	submit := func(p slacksim.Object, ref string) string {
		t.Helper()
		ack := send(p, "type", "view_submission", "view.callback_id", "wizard", "view.private_metadata", ref)
		return texts(ack.Payload)
	}

	if got := submit(presses["adam"], "5:draft1"); !strings.Contains(got, "This draft belongs to somebody else") {
		t.Errorf("another person's draft: got %q", got)
	}
	for _, ref := range []string{"4:draft1", "6:draft1", "0:draft1", "05:draft1", "-5:draft1", "5:draft1 ", "5:DRAFT1", "5:nope", "5:", ":", "", "draft1",
		"99999999999999999999:draft1", "5:draft1\x00", "5:" + strings.Repeat("x", 2500), "5:../../etc/passwd", "<!channel>"} {
		if got := submit(presses["ana"], ref); got == "" {
			t.Errorf("submission of %.20q: no answer", ref)
		}
	}
	old := fmt.Sprintf("%d:%s", op.Version-1, op.ID)
	now := fmt.Sprintf("%d:%s", op.Version, op.ID)
	for action, values := range map[string][]string{
		"wizard.back":           {""},
		"wizard.resume":         {"5:draft1", "5:nope", "x"},
		"wizard.start_over":     {"5:draft1", "x"},
		"wizard.discard":        {"5:draft1", "x"},
		"wizard.open":           {"draft1", "nope"},
		"draft.edit":            {"draft1", "nope", "draft0"},
		"field.kind":            {"postgresql"},
		"field.nonsense":        {"x"},
		"operation.check_again": {old, "1:nope", "x", ""},
		"operation.drop":        {old, "1:nope", "x", ""},
		"operation.explode":     {now},
		"":                      {""},
	} {
		for _, value := range values {
			// In a modal that shows somebody else's draft, and in a message.
			send(presses["adam"], "actions.0.action_id", action, "actions.0.value", value, "view.private_metadata", "5:draft1", "view.callback_id", "wizard")
			send(presses["adam"], "actions.0.action_id", action, "actions.0.value", value,
				"view", nil, "container", slacksim.Object{"type": "message", "channel_id": slacksim.General}, "channel", slacksim.Object{"id": slacksim.General})
		}
	}
	for _, action := range []string{"operation.check_again", "operation.drop"} {
		send(vera, "actions.0.action_id", action, "actions.0.value", now,
			"view", nil, "container", slacksim.Object{"type": "message", "channel_id": slacksim.General}, "channel", slacksim.Object{"id": slacksim.General})
	}
	ack := send(presses["adam"], "type", "block_suggestion", "action_id", "field.source", "block_id", "x", "value", "", "view.private_metadata", "5:draft1")
	if got := texts(ack.Payload); strings.Contains(got, "aliyun") {
		t.Errorf("a menu of another person's draft: got %q", got)
	}
	send(presses["adam"], "type", "view_closed", "view.private_metadata", "5:draft1", "view.callback_id", "wizard", "is_cleared", false)
	send(presses["adam"], "type", "shortcut")
	send(presses["adam"], "actions", []any{})

	people["ana"].settled()
	people["adam"].settled()
	s.as(t, "vera").settled()
	if got := said(s.as(t, "vera"), "This takes an operator"); got != 2 {
		t.Errorf("vera was refused %d times, want 2", got)
	}
	b.stop(t)
	if after := s.everything(t); !reflect.DeepEqual(after, before) {
		t.Errorf("something changed:\n%+v\nwas:\n%+v", after, before)
	}
	if got := s.effects(t, "create "); len(got) != 1 {
		t.Errorf("made %q, want the task made before", got)
	}
	if strings.Contains(s.log.String(), "panicked") {
		t.Error("something panicked")
	}
	s.clean()
}

// kept is what a bot that is not running has on disk.
type kept struct {
	drafts     map[batchsync.DraftID]batchsync.Draft
	operations []batchsync.Operation
}

func (s *stage) everything(t testing.TB) kept {
	t.Helper()
	out := kept{drafts: map[batchsync.DraftID]batchsync.Draft{}}
	s.file(t, func(file *store.Store) {
		var err error
		out.operations, err = file.Unsettled()
		must(t, err)
		for _, owner := range []batchsync.UserID{slacksim.Ana, slacksim.Adam, slacksim.Vera} {
			open, err := file.OpenDrafts(owner)
			must(t, err)
			for _, d := range open {
				out.drafts[d.ID] = d
			}
		}
	})
	return out
}

// TestRoles lets everybody try to create: by the command, where Slack's client
// has it, and by confirming a finished draft of their own.
func TestRoles(t *testing.T) {
	t.Parallel()
	const welcome = "You have an unfinished draft"
	const outsider = "Guests and people of other workspaces can neither look at tasks nor change them."
	for _, c := range []struct {
		name, user, channel, want string
	}{
		{"member of an operators' group", slacksim.Ana, slacksim.General, welcome},
		{"administrator by id", slacksim.Vera, slacksim.General, welcome},
		{"nobody's role", slacksim.Adam, slacksim.General, "This takes an operator"},
		{"guest", slacksim.Gus, slacksim.DataSync, outsider},
		{"of another workspace", slacksim.Fay, "", outsider},
		{"deactivated", slacksim.Dora, "", outsider},
		{"another bot", slacksim.OtherBot, "", outsider},
		{"unknown", "U0NOBODY00", "", "Slack did not say who you are"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			listed := []string{slacksim.Engineers, slacksim.Gus, slacksim.Fay, slacksim.Dora, slacksim.OtherBot, "U0NOBODY00"}
			if c.user == slacksim.Adam {
				listed = listed[1:] // he is in the group
			}
			s.seed(t, reviewed("own", batchsync.UserID(c.user), "e2e_role"))
			b := s.start("BATCHSYNC_OPERATORS="+strings.Join(listed, ","), "BATCHSYNC_ADMINS="+slacksim.Vera)
			var v slacksim.View
			if c.channel != "" {
				_, err := s.slack.As(c.user).Slash(within(t, ackWait), c.channel, "/batchsync new")
				must(t, err)
				v = s.as(t, c.user).saying(c.want)
			}
			ack, err := s.slack.Inject(within(t, ackWait), "interactive", confirmation(v, c.user, "5:own"))
			must(t, err)
			may := c.want == welcome
			want := c.want
			if may {
				// A confirmation that is bound to no plan makes nothing; what it is
				// answered with is bound to one.
				drawn, _ := ack.Payload["view"].(map[string]any)
				bound, _ := drawn["private_metadata"].(string)
				if got := s.effects(t, "create "); len(got) > 0 {
					t.Errorf("made without a plan: %q", got)
				}
				ack, err = s.slack.Inject(within(t, ackWait), "interactive", confirmation(v, c.user, bound))
				must(t, err)
				want = "Creating e2e_role"
				s.card(t, slacksim.General, "e2e_role", "Ready")
			}
			if got := texts(ack.Payload); !strings.Contains(got, want) {
				t.Errorf("answer to Create Sync: got %q, want %q", got, want)
			}
			b.stop(t)
			if got := len(s.effects(t, "create ")); got != 0 && !may || got != 1 && may {
				t.Errorf("%d tasks were made", got)
			}
			if trail := strings.Join(s.audit(t), "\n"); strings.Contains(trail, c.user+" create forbidden") == may {
				t.Errorf("audit: got %q", trail)
			}
			s.clean()
		})
	}
}

// TestRoles_LookupFails has Slack not say who somebody is: nothing is opened,
// nothing is created, and it is said.
func TestRoles_LookupFails(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, method string
		fault        slacksim.Fault
	}{
		{"person", "users.info", slacksim.HTTPStatus(500)},
		{"person, refused", "users.info", slacksim.SlackError("ratelimited")},
		{"person, no answer", "users.info", slacksim.Hang()},
		{"group", "usergroups.users.list", slacksim.SlackError("internal_error")},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.seed(t, reviewed("draft1", slacksim.Ana, "e2e_who"))
			s.slack.Fault(c.method, c.fault, -1)
			s.start("BATCHSYNC_OPERATORS=" + slacksim.Engineers)
			ana := s.as(t, "ana")
			_, err := ana.actor.Slash(within(t, ackWait), slacksim.General, "/batchsync new")
			must(t, err)
			v := ana.saying("Slack did not say who you are, so nothing was changed.")

			// Nor does a confirmation pass, of a screen opened before.
			ack, err := s.slack.Inject(within(t, ackWait), "interactive", confirmation(v, slacksim.Ana, "5:draft1"))
			must(t, err)
			if got := texts(ack.Payload); !strings.Contains(got, "Slack did not say who you are") {
				t.Errorf("answer to Create Sync: got %q", got)
			}
			s.slack.ClearFaults()
			if got := s.effects(t, "create "); len(got) != 0 {
				t.Errorf("made %q", got)
			}
			ana.create()
			s.onlyOne(t, "e2e_who")
			s.clean()
		})
	}
}

// confirmation is the payload of a Create Sync that was never drawn.
func confirmation(v slacksim.View, user, ref string) slacksim.Object {
	return slacksim.Object{
		"type": "view_submission", "team": slacksim.Object{"id": slacksim.TeamID},
		"user": slacksim.Object{"id": user, "team_id": slacksim.TeamID}, "trigger_id": "9.9.forged",
		"view": slacksim.Object{"id": v.ID, "type": "modal", "callback_id": "wizard", "private_metadata": ref, "hash": v.Hash,
			"blocks": []any{}, "state": slacksim.Object{"values": slacksim.Object{}}},
	}
}
