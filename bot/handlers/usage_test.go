package handlers

import (
	"strings"
	"testing"

	"batchsync/internal/batchsync"
	"batchsync/internal/slacksim"
)

// TestTypedRun_Usage tells who typed no run how the command is written.
func TestTypedRun_Usage(t *testing.T) {
	t.Parallel()
	commands := map[string]func(*Bot, string){
		"rerun": func(b *Bot, typed string) { b.rerun(t.Context(), ana, typed) },
		"stop":  func(b *Bot, typed string) { b.stop(t.Context(), ana, typed) },
		"log":   func(b *Bot, typed string) { b.log(t.Context(), ana, typed) },
	}
	for _, c := range []struct{ name, typed, text string }{
		{"nothing", "  ", "Which run?"},
		{"a task", "orders", "orders is no run id."},
	} {
		for word, do := range commands {
			t.Run(word+" of "+c.name, func(t *testing.T) {
				sim, api := connect(t, slacksim.Options{})
				do(reader(api, shop{}, newTray()), c.typed)
				said := lastEphemeral(sim)
				for _, want := range []string{c.text, "`/batchsync " + word + " 900036`", "`/batchsync runs TASK`"} {
					if !strings.Contains(said, want) {
						t.Errorf("said %q, want %q", said, want)
					}
				}
			})
		}
	}
}

// TestBot_FillMute holds what is said to who types more than a task: how long is
// chosen in the form.
func TestBot_FillMute(t *testing.T) {
	t.Parallel()
	spaced := batchsync.TaskRef{ID: 9, Name: "orders 2 ods", Type: batchsync.TypeSingle}
	known := batchsync.Task{ID: 30, Name: "old orders"}
	for _, c := range []struct {
		name, typed string
		tasks       []batchsync.TaskRef
		want        []string
		not         string
	}{
		{"a span", "orders 2h", nil, []string{"No task is called orders 2h.", "2h looks like how long", "`/batchsync mute orders`"}, "/batchsync list"},
		{"a span in words", "my orders for 2 hours", nil, []string{"for 2 hours looks like how long", "`/batchsync mute my orders`"}, ""},
		{"words", "some words", nil, []string{"No task is called some words.", "`/batchsync mute TASK`", "chosen in the form", "`/batchsync list`"}, "looks like"},
		{"one word", "nonsense", nil, []string{"No task is called nonsense.", "/batchsync list"}, "chosen in the form"},
		{"a name with spaces and figures", "orders 2 ods", []batchsync.TaskRef{spaced}, []string{"The bot does not follow orders 2 ods"}, "looks like"},
		{"a part of a name", "orders 2", []batchsync.TaskRef{spaced}, []string{"No task is called exactly orders 2"}, "looks like"},
		{"a task that the platform does not list", "old orders", nil, []string{"known here with the id 30"}, "`/batchsync mute TASK`"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b, w := changer(t, &plant{tasks: c.tasks}, desk{tasks: []batchsync.Task{known}}, clusters{})
			b.fillMute(t.Context(), ana, "V1", c.typed)
			shown := strings.Join(w.seen, "\n")
			for _, want := range c.want {
				if !strings.Contains(shown, want) {
					t.Errorf("%q is not shown in %s", want, shown)
				}
			}
			if c.not != "" && strings.Contains(shown, c.not) {
				t.Errorf("%q is shown in %s", c.not, shown)
			}
		})
	}
}

func TestCutLong(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, typed, task, long string }{
		{"a span", "orders 2h", "orders", "2h"},
		{"hours and minutes", "orders 1h30m", "orders", "1h30m"},
		{"with a sign", "orders +2h", "orders", "+2h"},
		{"in words", "orders for 2 Hours", "orders", "for 2 Hours"},
		{"Chinese", "orders 2小时", "orders", "2小时"},
		{"a day", "orders until 2026-03-31", "orders", "until 2026-03-31"},
		{"a moment", "orders 2026-03-31T22:00", "orders", "2026-03-31T22:00"},
		{"tomorrow", "orders Tomorrow", "orders", "Tomorrow"},
		{"a bare number", "orders 30", "orders", "30"},
		{"words", "some words", "some words", ""},
		{"a number within", "orders 2 ods", "orders 2 ods", ""},
		{"only a span", "2 hours", "2", "hours"},
		{"one word", "2h", "2h", ""},
		{"nothing", "", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if task, long := cutLong(c.typed); task != c.task || long != c.long {
				t.Errorf("got %q %q, want %q %q", task, long, c.task, c.long)
			}
		})
	}
}

// The command leads to that answer, and to the form.
func TestVerbs_Mute(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, typed, want string }{
		{"more than a task", "orders 2h", "2h looks like how long"},
		{"a task", "orders", "Keep the news of `orders` back"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			tasks := []batchsync.TaskRef{syncTask}
			b, w := changer(t, &plant{tasks: tasks}, desk{tasks: []batchsync.Task{{ID: syncTask.ID, Name: syncTask.Name}}}, clusters{})
			_, people := connect(t, slacksim.Options{})
			b.people = newPeople(people, batchsync.Access{Team: slacksim.TeamID, Operators: []batchsync.UserID{slacksim.Ana}}, 0, quiet())
			v, _ := b.verbOf("mute")
			o := ana
			o.Trigger = "T1"
			v.run(b, t.Context(), o, c.typed)
			work(t, b)
			if shown := strings.Join(w.seen, "\n"); !strings.Contains(shown, c.want) {
				t.Errorf("%q is not shown in %s", c.want, shown)
			}
		})
	}
}
