package handlers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"batchsync/internal/batchsync"
	"batchsync/internal/slacksim"

	"github.com/slack-go/slack"
)

// shop is a platform with a few tasks.
type shop struct {
	Platform
	tasks []batchsync.TaskRef
	down  error
}

func (p shop) TaskInfo(_ context.Context, id batchsync.TaskID) (batchsync.TaskRef, error) {
	if i := slices.IndexFunc(p.tasks, func(t batchsync.TaskRef) bool { return t.ID == id }); i >= 0 && p.down == nil {
		return p.tasks[i], nil
	}
	return batchsync.TaskRef{}, &batchsync.Error{Code: batchsync.CodeNotFound, Text: batchsync.T("platform.not_found")}
}

func (p shop) TasksLike(context.Context, string) ([]batchsync.TaskRef, error) { return p.tasks, p.down }

func TestBot_AuditRows(t *testing.T) {
	t.Parallel()
	all := []batchsync.AuditRow{
		{Object: "task/1", Name: "orders", Actor: "U1"},
		{Object: "operation/a", Name: "orders", Actor: "U2"}, // made nothing
		{Object: "task/2", Name: "gone"},
		{Object: "task/3", Name: "order"},
		{Object: "task/csv_import"},
	}
	tasks := []batchsync.TaskRef{{ID: 1, Name: "orders"}, {ID: 9, Name: "untouched"}}
	for _, c := range []struct {
		name, typed string
		down        error
		want        []string // objects
		refused     batchsync.TextKey
	}{
		{"everything", "", nil, []string{"task/1", "operation/a", "task/2", "task/3", "task/csv_import"}, ""},
		{"person", "<@U2|bob>", nil, []string{"operation/a"}, ""},
		{"id", "1", nil, []string{"task/1"}, ""},
		{"name, with what came to no task", "orders", nil, []string{"task/1", "operation/a"}, ""},
		{"id of a deleted task", "2", nil, []string{"task/2"}, ""},
		{"name of a deleted task", "gone", nil, []string{"task/2"}, ""},
		{"name of a deleted task that another one contains", "order", nil, []string{"task/3"}, ""},
		{"refused by name", "csv_import", nil, []string{"task/csv_import"}, ""},
		{"nothing was done to it", "untouched", nil, nil, ""},
		{"nor to it, by id", "9", nil, nil, ""},
		{"similar", "orde", nil, nil, "audit.no_such"},
		{"unknown id", "7", nil, nil, "task.no_such_id"},
		{"unknown name", "nonsense", nil, nil, "task.not_found"},
		{"platform down", "gone", context.DeadlineExceeded, []string{"task/2"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newTray()
			s.rows = all
			b := reader(nil, shop{tasks: tasks, down: c.down}, s)
			rows, err := b.auditRows(t.Context(), c.typed)
			if c.refused != "" {
				if got := batchsync.ProblemOf(err).Text.Key; err == nil || got != c.refused {
					t.Errorf("got %v, %v, want %s", rows, err, c.refused)
				}
				return
			}
			var got []string
			for _, r := range rows {
				got = append(got, r.Object)
			}
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("got %q, %v, want %q", got, err, c.want)
			}
		})
	}
}

// TestBot_Audit_File tells the word csv from a name that begins with it, and
// sends what the message links to.
func TestBot_Audit_File(t *testing.T) {
	t.Parallel()
	sim, api := connect(t, slacksim.Options{})
	s := newTray()
	for i := range 5 {
		op := batchsync.OperationID(fmt.Sprint("op", i))
		s.rows = append(s.rows, batchsync.AuditRow{Object: "task/1", Name: "csv_import", Actor: "U1", Action: batchsync.ActRerun, Operation: op})
		posted, ts, err := api.PostMessage(slacksim.General, slack.MsgOptionText("card", false), slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl())
		if err != nil {
			t.Fatal(err)
		}
		s.messages[batchsync.CardOf(op)] = batchsync.Message{ID: batchsync.CardOf(op), TS: ts, Posted: batchsync.ChannelID(posted)}
	}
	s.messages[batchsync.CardOf("op0")] = batchsync.Message{ID: "operation/op0", TS: "1.000001", Posted: slacksim.General} // deleted in Slack
	b := reader(api, shop{tasks: []batchsync.TaskRef{{ID: 1, Name: "csv_import"}}}, s)
	o := origin{User: slacksim.Ana, Channel: slacksim.General}

	b.audit(t.Context(), o, "csv_import")
	if said := lastEphemeral(sim); len(s.files) != 0 || strings.Count(said, "/archives/") != 4 {
		t.Errorf("%d files, said %q", len(s.files), said)
	}
	b.audit(t.Context(), o, "csv csv_import")
	if len(s.files) != 1 {
		t.Fatalf("%d files, want one; said %q", len(s.files), lastEphemeral(sim))
	}
	for _, f := range s.files {
		if got := strings.Count(string(f.Data), "/archives/"+slacksim.General+"/p"); got != 5 { // all are alike once one is known
			t.Errorf("%d links in the file: %s", got, f.Data)
		}
	}
	if got := len(sim.Calls("chat.getPermalink")); got > 4 {
		t.Errorf("Slack was asked for %d links, want one per answer that works", got)
	}
}

// TestBot_Audit_NoRows sends no file where there is nothing to put into it.
func TestBot_Audit_NoRows(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, typed string
		want        []string
	}{
		{"nothing yet", "csv", []string{"There is no entry yet"}},
		{"a task", "csv orders", []string{"There is no entry for `orders`", "`/batchsync audit csv` alone"}},
		{"a person", "csv <@U0BOB00002|bob>", []string{"There is no entry for <@U0BOB00002>", "another `@user`"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			sim, api := connect(t, slacksim.Options{})
			s := newTray()
			b := reader(api, shop{tasks: []batchsync.TaskRef{{ID: 1, Name: "orders"}}}, s)
			b.audit(t.Context(), origin{User: slacksim.Ana, Channel: slacksim.General}, c.typed)
			said := lastEphemeral(sim)
			for _, want := range c.want {
				if !strings.Contains(said, want) {
					t.Errorf("said %q, want %q", said, want)
				}
			}
			if len(s.files) != 0 {
				t.Errorf("%d files were sent", len(s.files))
			}
		})
	}
}

// TestBot_Audit_LargeFile sends as many of the newest rows as can be stored.
func TestBot_Audit_LargeFile(t *testing.T) {
	t.Parallel()
	sim, api := connect(t, slacksim.Options{})
	s := newTray()
	for i := range 9000 {
		s.rows = append(s.rows, batchsync.AuditRow{Object: "task/1", Name: fmt.Sprint(i, strings.Repeat("x", 700))})
	}
	reader(api, shop{}, s).audit(t.Context(), origin{User: slacksim.Ana, Channel: slacksim.General}, "csv")
	if len(s.files) != 1 {
		t.Fatalf("%d files, want one; said %q", len(s.files), lastEphemeral(sim))
	}
	for _, f := range s.files {
		rows := bytes.Count(f.Data, []byte("\n")) - 1
		if len(f.Data) > batchsync.MaxFile || len(f.Data) < batchsync.MaxFile*8/10 || !bytes.Contains(f.Data, []byte(",0xxx")) {
			t.Errorf("the file has %d rows in %d bytes", rows, len(f.Data))
		}
		if said := lastEphemeral(sim); !strings.Contains(said, fmt.Sprint(rows)+" rows") {
			t.Errorf("said %q, want %d rows", said, rows)
		}
	}
}

// TestBot_SendFile_Refused says nothing of a file that could not be stored.
func TestBot_SendFile_Refused(t *testing.T) {
	t.Parallel()
	sim, api := connect(t, slacksim.Options{})
	b := reader(api, tries{attempts: []batchsync.Attempt{attemptAt(61, 1)}, logs: map[int64]string{61: long("the cause")}}, newTray())
	s := newTray()
	s.rows = []batchsync.AuditRow{{Object: "task/1", Name: "orders"}}
	b.Store = full{s}
	o := origin{User: slacksim.Ana, Channel: slacksim.General}
	b.audit(t.Context(), o, "csv")
	b.log(t.Context(), o, "9000")
	for _, m := range sim.Ephemerals("ana") {
		if !strings.Contains(m.AllText(), "Reference") {
			t.Errorf("said %q", m.AllText())
		}
	}
}

// full is a store whose disk is full.
type full struct{ *tray }

func (full) EnqueueFile(batchsync.File, batchsync.Message, ...batchsync.Message) error {
	return errors.New("no space left on device")
}

// TestBot_Held says where the card of the change is that stands in the way.
func TestBot_Held(t *testing.T) {
	t.Parallel()
	_, api := connect(t, slacksim.Options{})
	posted, ts, err := api.PostMessage(slacksim.General, slack.MsgOptionText("card", false), slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl())
	if err != nil {
		t.Fatal(err)
	}
	direct, dts, err := api.PostMessage(slacksim.Ana, slack.MsgOptionText("card", false), slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl())
	if err != nil {
		t.Fatal(err)
	}
	link := "https://" // begins every address
	for _, c := range []struct {
		name string
		card batchsync.Message
		user batchsync.UserID
		want string // the place begins with
	}{
		{"posted", batchsync.Message{Posted: batchsync.ChannelID(posted), TS: ts}, slacksim.Vera, link},
		{"not posted yet", batchsync.Message{}, slacksim.Vera, slacksim.General},
		{"deleted", batchsync.Message{Posted: batchsync.ChannelID(posted), TS: "1.000001"}, slacksim.Vera, slacksim.General},
		{"one's own direct message", batchsync.Message{Posted: batchsync.ChannelID(direct), TS: dts}, slacksim.Ana, link},
		{"somebody else's direct message", batchsync.Message{Posted: batchsync.ChannelID(direct), TS: dts}, slacksim.Vera, "D"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newTray()
			c.card.ID = batchsync.CardOf("op")
			s.messages[c.card.ID] = c.card
			by := batchsync.Operation{ID: "op", Kind: batchsync.OpDeploy, Actor: slacksim.Ana, Channel: slacksim.General, Message: c.card.ID, Change: &batchsync.Change{Name: "orders"}}
			pr := reader(api, nil, s).held(t.Context(), origin{User: c.user}, &batchsync.HeldError{By: by})
			if got := pr.Text.Args[3]; !strings.HasPrefix(got, c.want) {
				t.Errorf("the card is at %q, want %q", got, c.want)
			}
		})
	}
}
