package handlers

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
)

// broken is a platform that panics on one part of a task.
type broken struct{ Platform }

func (broken) TaskInfo(_ context.Context, id batchsync.TaskID) (batchsync.TaskRef, error) {
	return batchsync.TaskRef{ID: id, Name: "orders"}, nil
}

func (broken) Content(context.Context, batchsync.TaskID) (batchsync.Content, error) {
	panic("bug in content")
}

func (broken) DraftSchedule(context.Context, batchsync.TaskID) (batchsync.DraftSchedule, error) {
	return batchsync.DraftSchedule{Cron: "0 0 2 * * ? *"}, nil
}

func (broken) Deployed(context.Context, batchsync.TaskID) (batchsync.Deployed, error) {
	return batchsync.Deployed{Online: true}, nil
}

func (broken) Downstream(context.Context, batchsync.TaskID) ([]batchsync.TaskLink, error) {
	return nil, nil
}

func (broken) Runs(context.Context, batchsync.RunFilter) ([]batchsync.Run, error) { return nil, nil }

func (broken) StudioURL(context.Context, batchsync.TaskID) (string, error) { return "", nil }

// nothing is a store that knows no task.
type nothing struct{ Store }

func (nothing) Task(batchsync.TaskID) (batchsync.Task, error) {
	return batchsync.Task{}, &batchsync.Error{Code: batchsync.CodeNotFound}
}

func (nothing) HolderOf(string) (batchsync.Operation, bool, error) {
	return batchsync.Operation{}, false, nil
}

// unlisted has no lists.
type unlisted struct{ Lists }

func (unlisted) Facts(batchsync.DatasourceID, string) batchsync.Facts { return batchsync.Facts{} }

// TestBot_Look_Panic loses one part of a card and not the program.
func TestBot_Look_Panic(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	b := &Bot{Deps: Deps{Platform: broken{}, Store: nothing{}, Lists: unlisted{}, Log: slog.New(slog.NewTextHandler(&log, nil))}}
	v, err := b.look(t.Context(), 7)
	if err != nil || v.Content != nil || v.Draft == nil || v.Deployed == nil {
		t.Fatalf("got %+v, %v, want everything but the content", v, err)
	}
	if len(v.Missing) != 1 || v.Missing[0].Text.Key != "error.internal" {
		t.Errorf("missing: got %+v", v.Missing)
	}
	if said := log.String(); !strings.Contains(said, "bug in content") || !strings.Contains(said, "look_test.go") {
		t.Errorf("the log lacks the panic or its stack: %s", said)
	}
}

// TestBot_Look_Studio holds that a card has a link to Studio also of a task made
// elsewhere, and that a missing one is no trouble that is told.
func TestBot_Look_Studio(t *testing.T) {
	t.Parallel()
	const here, there = "https://studio.example.com/7", "https://studio.example.com/known"
	for _, c := range []struct {
		name   string
		studio string
		known  []batchsync.Task
		silent bool
		want   string
	}{
		{"made elsewhere", here, nil, false, here},
		{"known", here, []batchsync.Task{{ID: 7, Name: "orders", StudioURL: there}}, false, there},
		{"known without a link", here, []batchsync.Task{{ID: 7, Name: "orders"}}, false, here},
		{"none", "", nil, false, ""},
		{"not told", here, nil, true, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b, _ := changer(t, &plant{tasks: []batchsync.TaskRef{syncTask}, deployed: online, studio: c.studio, silent: c.silent}, desk{tasks: c.known}, clusters{})
			v, err := b.look(t.Context(), 7)
			if err != nil {
				t.Fatal(err)
			}
			missing := 0
			if c.silent {
				missing = 2 // runs, and the tasks that wait
			}
			if len(v.Missing) != missing || v.RunsRead == c.silent || v.AfterRead == c.silent {
				t.Errorf("missing: %v, runs read: %v, tasks that wait read: %v", v.Missing, v.RunsRead, v.AfterRead)
			}
			js, err := json.Marshal(b.printerOf(ana).Task(blocks.TaskCard{TaskView: v}).Blocks)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Contains(string(js), "\"url\":\""+c.want+"\""); got != (c.want != "") {
				t.Errorf("the link to %q is shown: %v in %s", c.want, got, js)
			}
		})
	}
}
