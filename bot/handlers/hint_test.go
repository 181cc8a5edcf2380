package handlers

import (
	"context"
	"strings"
	"testing"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
	"batchsync/internal/slacksim"
)

// TestTypedVerb is the command that a hint shows how to go on with.
func TestTypedVerb(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, word, rest, want string }{
		{"a command", "backfill", "", "backfill"},
		{"like a task", "new", "like", "new like"},
		{"a line with an arrow", "new", "like -> x", "new"},
		{"another command's like", "show", "like", "show"},
	} {
		if got := typedVerb(c.word, c.rest); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// TestBot_NoneTyped shows how a task is typed with the command that was typed, in a
// message and in a modal.
func TestBot_NoneTyped(t *testing.T) {
	t.Parallel()
	t.Run("message", func(t *testing.T) {
		t.Parallel()
		b, _, sim := follower(t)
		b.verbs = verbs()
		b.people = newPeople(b.API, batchsync.Access{Team: slacksim.TeamID}, 0, quiet())
		b.obey(t.Context(), slash{origin: here(slacksim.General), Command: "runs"})
		if said := lastEphemeral(sim); !strings.Contains(said, "for example `/batchsync runs 40001`") {
			t.Errorf("said %q", said)
		}
	})
	t.Run("modal", func(t *testing.T) {
		t.Parallel()
		b, w := changer(t, &plant{}, desk{}, clusters{})
		o := ana
		o.Verb = "new like"
		b.fillModal(t.Context(), o, "V1", "", (*Bot).likeForm)
		if said := w.top(); !strings.Contains(said, "/batchsync new like 40001") {
			t.Errorf("said %s", said)
		}
	})
}

// TestBot_AuditRows_Nobody tells a person that is none from a task that is none.
func TestBot_AuditRows_Nobody(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, typed string
		tasks       []batchsync.TaskRef
		want        batchsync.TextKey
	}{
		{"nobody", "@nobody", nil, "audit.no_person"},
		{"no task", "nobody", nil, "task.not_found"},
		{"a task that is called so", "@orders", []batchsync.TaskRef{{ID: 1, Name: "@orders"}}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := reader(nil, shop{tasks: c.tasks}, newTray()).auditRows(t.Context(), c.typed)
			if got := batchsync.ProblemOf(err).Text.Key; c.want != "" && got != c.want || c.want == "" && err != nil {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

// likeNamed is a platform that finds tasks by a part of their names.
type likeNamed struct{ crowdedRuns }

func (p likeNamed) TasksLike(_ context.Context, part string) (out []batchsync.TaskRef, _ error) {
	for _, ref := range p.refs {
		if strings.Contains(ref.Name, part) {
			out = append(out, ref)
		}
	}
	return out, nil
}

// TestBot_List_WordAndName lists the failed ones of those of a name, and one's own.
func TestBot_List_WordAndName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, filter string
		want, never  []string
	}{
		{"failed of a name", "failed fail", []string{"failing", "like fail whose last run failed"}, []string{"idle", "busy"}},
		{"failed, none of that name", "failed idle", []string{"There is none"}, []string{"failing"}},
		{"mine of a name", "mine idle", []string{"There is none"}, []string{"failing", "busy"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := likeNamed{crowdedPlatform(t, 1500)}
			b := idle(p, unstopped{}, nil)
			b.Seen = saw(true)
			drawn, err := b.listFrom(t.Context(), origin{User: slacksim.Ana}, blocks.ListRef{Filter: c.filter})
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range c.want {
				if !strings.Contains(drawn.Text, want) {
					t.Errorf("%q is missing in %q", want, drawn.Text)
				}
			}
			for _, never := range c.never {
				if strings.Contains(drawn.Text, never+" ·") {
					t.Errorf("%q stands in %q", never, drawn.Text)
				}
			}
		})
	}
}
