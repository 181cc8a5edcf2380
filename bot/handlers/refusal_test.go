package handlers

import (
	"strings"
	"testing"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
	"batchsync/internal/redact"
	"batchsync/internal/slacksim"
)

// sighted is a store that knows what the monitor saw.
type sighted struct {
	*board
	watches []batchsync.Watch
	tasks   []batchsync.Task
}

func (s sighted) Watches() ([]batchsync.Watch, error) { return s.watches, nil }
func (s sighted) Task(id batchsync.TaskID) (batchsync.Task, error) {
	for _, task := range s.tasks {
		if task.ID == id {
			return task, nil
		}
	}
	return batchsync.Task{}, missing()
}

// TestBot_Refused_Name records a refusal with the name of what it is about, or with
// what was typed, which is shown to others later.
func TestBot_Refused_Name(t *testing.T) {
	t.Parallel()
	incident := trouble("i1", 1, "orders", batchsync.ReasonFailed)
	incident.Conditions[0].Run = 900009
	for _, c := range []struct {
		name   string
		refuse func(*Bot)
		object string
		want   string
	}{
		{"run of an incident", func(b *Bot) { b.refused(ana, batchsync.ActRerun, "run/900009") }, "run/900009", "orders"},
		{"run that was seen last", func(b *Bot) { b.refused(ana, batchsync.ActRerun, "run/900010") }, "run/900010", "orders_eu"},
		{"run that nobody knows", func(b *Bot) { b.refused(ana, batchsync.ActRerun, "run/1") }, "run/1", ""},
		{"incident", func(b *Bot) { b.refused(ana, batchsync.ActAck, "incident/i1") }, "incident/i1", "orders"},
		{"incident that is gone", func(b *Bot) { b.refused(ana, batchsync.ActAck, "incident/i9") }, "incident/i9", ""},
		{"task", func(b *Bot) { b.refused(ana, batchsync.ActDeploy, "task/7") }, "task/7", "orders_us"},
		{"task that is unknown", func(b *Bot) { b.refused(ana, batchsync.ActDeploy, "task/8") }, "task/8", ""},
		{"task as it was typed", func(b *Bot) { b.refused(ana, batchsync.ActDeploy, "task/ordrs") }, "task/ordrs", "ordrs"},
		{"task of a button", func(b *Bot) { b.allowed(t.Context(), here(slacksim.General), batchsync.ActDeploy, "task/7") }, "task/7", "orders_us"},
		{"draft", func(b *Bot) { b.refused(ana, batchsync.ActCreate, "draft/") }, "draft/", ""},
		{"command", func(b *Bot) {
			b.obey(t.Context(), slash{origin: here(slacksim.General), Command: "acceptance", Rest: "orders"})
		}, "command/acceptance", "orders"},
		{"a secret in it", func(b *Bot) {
			b.obey(t.Context(), slash{origin: here(slacksim.General), Command: "acceptance", Rest: "a planted-secret\u202e b"})
		}, "command/acceptance", "a [redacted] b"},
		{"a long one", func(b *Bot) {
			b.obey(t.Context(), slash{origin: here(slacksim.General), Command: "acceptance", Rest: strings.Repeat("x", 500)})
		}, "command/acceptance", strings.Repeat("x", 79) + "…"},
		{"a button for it", func(b *Bot) {
			v, _ := b.verbOf("acceptance")
			b.offer(t.Context(), slash{origin: here(slacksim.General), Command: "acceptance", Rest: "orders"}, v)
		}, "command/acceptance", "orders"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b, s, _ := follower(t)
			s.open = []batchsync.Incident{incident}
			b.verbs, b.Drawer = verbs(), blocks.Drawer{Redact: redact.New("planted-secret")}
			b.Store = sighted{s, []batchsync.Watch{{Task: 2, Name: "orders_eu", Last: 900010}}, []batchsync.Task{{ID: 7, Name: "orders_us"}}}
			c.refuse(b)
			if len(s.rows) != 1 || s.rows[0].Object != c.object || s.rows[0].Name != c.want || s.rows[0].Outcome != batchsync.AuditForbidden {
				t.Errorf("recorded %+v, want %q under the name %q", s.rows, c.object, c.want)
			}
		})
	}
}

// TestBot_Announced tells the channel what the person is told: which tasks, which
// topics with the time of the digest, and why it is quiet.
func TestBot_Announced(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		do   func(*Bot)
		want []string
	}{
		{"subscribed", func(b *Bot) { b.subscribe(t.Context(), here(slacksim.General), "* failures digest 08:30") }, []string{"this channel to all tasks: failures, digest at 08:30 (Asia/Shanghai)."}},
		{"topics taken off", func(b *Bot) {
			b.subscribe(t.Context(), here(slacksim.General), "* failures late digest 08:30")
			b.unsubscribe(t.Context(), here(slacksim.General), "* late")
		}, []string{"the subscription of this channel to all tasks. It has left: failures, digest at 08:30 (Asia/Shanghai)."}},
		{"quiet", func(b *Bot) { b.quiet(t.Context(), here(slacksim.General), "+1h +2h") }, []string{"a quiet window for all tasks: from ", ". News is kept back"}},
		{"quiet, and why", func(b *Bot) { b.quiet(t.Context(), here(slacksim.General), "orders +1h +2h move & <!here>") }, []string{"a quiet window for task `orders`: from ", "for this reason: `move &amp; @here`."}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b, s, _ := follower(t)
			c.do(b)
			if len(s.messages) == 0 {
				t.Fatal("nothing was told")
			}
			said := b.Drawer.In("").Notice(s.messages[len(s.messages)-1].Body).Text
			for _, want := range c.want {
				if !strings.Contains(said, want) {
					t.Errorf("told %q, want %q", said, want)
				}
			}
		})
	}
}
