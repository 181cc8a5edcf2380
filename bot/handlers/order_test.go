package handlers

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
	"batchsync/internal/redact"
	"batchsync/internal/slacksim"

	"github.com/slack-go/slack"
)

// idle is a bot whose pools take requests and begin none.
func idle(p Platform, s Store, api *slack.Client) *Bot {
	b := New(Config{PlatformZone: "Asia/Shanghai", Zone: "UTC"}, Deps{
		API: api, Platform: p, Store: s, Lists: unlisted{}, Drawer: blocks.Drawer{Redact: redact.New()}, Ladder: &Ladder{}, Log: quiet(),
		Channels: NewChannels(api, false, quiet()),
	})
	return b
}

// TestBot_AnswerSlowly_Order holds that a form is answered before its work is
// queued: behind the drawing that the work makes, the answer would cover it.
func TestBot_AnswerSlowly_Order(t *testing.T) {
	t.Parallel()
	b := idle(unread{t}, nothing{}, nil)
	answered := false
	b.answerSlowly(submit{origin: origin{User: slacksim.Ana}, View: slack.View{ID: "V1"}}, func(payload any) {
		answered = true
		if n := b.reads.Depth(); n != 0 {
			t.Errorf("%d requests were queued before the form was answered", n)
		}
		if payload == nil {
			t.Error("the form was closed instead of being shown as loading")
		}
	}, batchsync.ActBackfill, 40001, func(context.Context, batchsync.TaskView) { t.Error("worked at once") })
	if !answered || b.reads.Depth() != 1 {
		t.Errorf("answered: %v, queued: %d, want one behind the answer", answered, b.reads.Depth())
	}
}

// unread is a platform that nobody may ask yet.
type unread struct{ t *testing.T }

func (u unread) asked() error {
	u.t.Error("the platform was asked outside the pool for that")
	return context.Canceled
}

func (u unread) TestDatasource(context.Context, batchsync.DatasourceID) error { return u.asked() }
func (u unread) Columns(context.Context, batchsync.DatasourceID, string, string) ([]batchsync.Column, error) {
	return nil, u.asked()
}
func (u unread) VClusters(context.Context) ([]batchsync.VCluster, error) { return nil, u.asked() }
func (u unread) TargetFigures(context.Context, []batchsync.TargetQuery) ([]batchsync.TargetFigures, error) {
	return nil, u.asked()
}
func (u unread) Tasks(context.Context) ([]batchsync.TaskRef, error) { return nil, u.asked() }
func (u unread) TasksLike(context.Context, string) ([]batchsync.TaskRef, error) {
	return nil, u.asked()
}
func (u unread) TaskInfo(context.Context, batchsync.TaskID) (batchsync.TaskRef, error) {
	return batchsync.TaskRef{}, u.asked()
}
func (u unread) Content(context.Context, batchsync.TaskID) (batchsync.Content, error) {
	return batchsync.Content{}, u.asked()
}
func (u unread) DraftSchedule(context.Context, batchsync.TaskID) (batchsync.DraftSchedule, error) {
	return batchsync.DraftSchedule{}, u.asked()
}
func (u unread) Deployed(context.Context, batchsync.TaskID) (batchsync.Deployed, error) {
	return batchsync.Deployed{}, u.asked()
}
func (u unread) Downstream(context.Context, batchsync.TaskID) ([]batchsync.TaskLink, error) {
	return nil, u.asked()
}
func (u unread) Upstream(context.Context, batchsync.TaskID) ([]batchsync.TaskLink, error) {
	return nil, u.asked()
}
func (u unread) StudioURL(context.Context, batchsync.TaskID) (string, error) { return "", u.asked() }
func (u unread) Runs(context.Context, batchsync.RunFilter) ([]batchsync.Run, error) {
	return nil, u.asked()
}
func (u unread) Run(context.Context, batchsync.RunID) (batchsync.Run, error) {
	return batchsync.Run{}, u.asked()
}
func (u unread) Attempts(context.Context, batchsync.RunID) ([]batchsync.Attempt, error) {
	return nil, u.asked()
}
func (u unread) AttemptLog(context.Context, batchsync.RunID, int64, int) (string, bool, error) {
	return "", false, u.asked()
}
func (u unread) Ping(context.Context) (batchsync.Connection, error) {
	return batchsync.Connection{}, u.asked()
}
func (u unread) Version(context.Context) (string, error) { return "", u.asked() }

// TestBot_Edited_Schedule holds that an edited form of a schedule, which is
// redrawn from what the platform says, waits among the requests that read it:
// the pool that takes it from Slack answers other people's modals.
func TestBot_Edited_Schedule(t *testing.T) {
	t.Parallel()
	b := idle(unread{t}, nothing{}, nil)
	b.edited(t.Context(), click{
		origin: origin{User: slacksim.Ana}, Action: blocks.FieldAction(batchsync.FieldTime),
		View: &slack.View{ID: "V1", CallbackID: string(blocks.CallbackSchedule), PrivateMetadata: blocks.TaskRefOf(40001).String()},
	})
	if n := b.reads.Depth(); n != 1 {
		t.Errorf("%d requests wait to read the platform, want the one", n)
	}
}

func TestOpened(t *testing.T) {
	t.Parallel()
	var o opened
	from := spot{Surface: blocks.SurfaceTask, Channel: "C1", ResponseURL: "https://example.com/1"}
	o.remember("none", opening{})
	o.remember("first", opening{channel: "C1", from: from})
	o.remember("second", opening{channel: "C2"})
	if got := o.of("first"); got.from != from || got.channel != "C1" {
		t.Errorf("first: got %+v", got)
	}
	if got := o.of("none"); got != (opening{}) {
		t.Errorf("none: got %+v", got)
	}
	for i := range maxOpened {
		o.remember(fmt.Sprint(i), opening{channel: "C3"})
	}
	if got := o.of("first"); got != (opening{}) || len(o.by) != maxOpened || len(o.order) != maxOpened {
		t.Errorf("%d are remembered in an order of %d, the first as %+v", len(o.by), len(o.order), got)
	}
}

// listed is a platform with tasks, some of whose states it does not tell.
type listed struct {
	unread
	refs []batchsync.TaskRef
	fail func(batchsync.TaskID) bool
	busy chan struct{} // holds as many as are asked for at the same time
}

func (l listed) Tasks(context.Context) ([]batchsync.TaskRef, error) { return l.refs, nil }
func (l listed) Runs(context.Context, batchsync.RunFilter) ([]batchsync.Run, error) {
	return nil, nil
}

func (l listed) Deployed(_ context.Context, id batchsync.TaskID) (batchsync.Deployed, error) {
	select {
	case l.busy <- struct{}{}:
		defer func() { <-l.busy }()
	default:
		l.t.Error("too many states are asked for at the same time")
	}
	if l.fail(id) {
		return batchsync.Deployed{}, &batchsync.Error{Code: batchsync.CodeUnreachable, Text: batchsync.T("platform.timeout")}
	}
	return batchsync.Deployed{Online: id%2 == 0}, nil
}

// remembering is a store that knows some tasks.
type remembering struct {
	nothing
	tasks []batchsync.Task
}

func (r remembering) Tasks() ([]batchsync.Task, error) { return r.tasks, nil }

// TestBot_List_States shows the last touched first, asks for the states of the
// page alone, a few at a time, and says which are not known.
func TestBot_List_States(t *testing.T) {
	t.Parallel()
	p := listed{unread: unread{t}, fail: func(id batchsync.TaskID) bool { return id%10 == 3 }, busy: make(chan struct{}, statesAtOnce)}
	day := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	for i := range 50 {
		p.refs = append(p.refs, batchsync.TaskRef{ID: batchsync.TaskID(i + 1), Type: batchsync.TypeMulti, Created: day, Updated: day.AddDate(0, 0, i*7%50)})
	}
	b := idle(p, remembering{}, nil)
	l, err := b.rows(t.Context(), origin{User: slacksim.Ana}, "")
	rows := l.Rows
	if err != nil || len(rows) != 50 || l.Known != 0 {
		t.Fatalf("got %d rows, %d known, %v", len(rows), l.Known, err)
	}
	if !slices.IsSortedFunc(rows, func(x, y blocks.TaskRow) int { return y.Ref.Updated.Compare(x.Ref.Updated) }) {
		t.Error("the last touched are not first")
	}
	page := rows[20:40]
	b.states(t.Context(), page)
	for _, row := range page {
		switch unread := row.Ref.ID%10 == 3; {
		case row.Unread != unread || (row.Online == nil) != unread:
			t.Errorf("task %d: unread %v, online %v", row.Ref.ID, row.Unread, row.Online)
		case !unread && *row.Online != (row.Ref.ID%2 == 0):
			t.Errorf("task %d: online %v", row.Ref.ID, *row.Online)
		}
	}
	if rows[0].Unread || rows[0].Online != nil {
		t.Error("a task of another page was asked for")
	}
}

// TestBot_List_Beyond turns to a page that is not there any more.
func TestBot_List_Beyond(t *testing.T) {
	t.Parallel()
	p := listed{unread: unread{t}, fail: func(batchsync.TaskID) bool { return false }, busy: make(chan struct{}, statesAtOnce)}
	for i := range 50 {
		p.refs = append(p.refs, batchsync.TaskRef{ID: batchsync.TaskID(i + 1), Type: batchsync.TypeMulti})
	}
	for first, want := range map[int]string{0: "1 to 20 of 50", 40: "41 to 50 of 50", 100: "41 to 50 of 50"} {
		drawn, err := idle(p, remembering{}, nil).listFrom(t.Context(), origin{User: slacksim.Ana}, blocks.ListRef{First: first})
		js, _ := json.Marshal(drawn.Blocks)
		if err != nil || !strings.Contains(string(js), want) {
			t.Errorf("from %d: %v, %s, want %q", first, err, js, want)
		}
	}
}

// TestBot_List_Null does not believe an empty list where tasks are known.
func TestBot_List_Null(t *testing.T) {
	t.Parallel()
	s := remembering{tasks: []batchsync.Task{{ID: 1, Name: "orders"}, {ID: 2, Name: "users"}}}
	b := idle(listed{unread: unread{t}}, s, nil)
	for filter, want := range map[string]int{"": 2, "mine": 2} {
		l, err := b.rows(t.Context(), origin{User: slacksim.Ana}, filter)
		if err != nil || len(l.Rows) != 0 || l.Known != want {
			t.Errorf("filter %q: %d rows, %d known, %v, want none and %d", filter, len(l.Rows), l.Known, err, want)
		}
	}
}

// TestBot_Writers names the tasks that write the same table, whatever the case.
func TestBot_Writers(t *testing.T) {
	t.Parallel()
	spec := func(schema, table string, target batchsync.DatasourceID) *batchsync.Spec {
		return &batchsync.Spec{Scope: batchsync.ScopeSingle, Target: batchsync.Datasource{ID: target, Name: fmt.Sprint("lake", target)}, TargetSchema: schema, TargetTable: table}
	}
	many := spec("ods", "", 9)
	many.Scope, many.Tables = batchsync.ScopeMulti, []string{"users", "orders"}
	b := idle(unread{t}, remembering{tasks: []batchsync.Task{
		{ID: 1, Name: "same", Spec: spec("ODS", "Orders", 9)}, {ID: 2, Name: "other table", Spec: spec("ods", "users", 9)},
		{ID: 3, Name: "other lake", Spec: spec("ods", "orders", 8)}, {ID: 4, Name: "among many", Spec: many}, {ID: 5, Name: "adopted"},
	}}, nil)
	names := func(all []batchsync.TaskRef) (out []string) {
		for _, r := range all {
			out = append(out, r.Name)
		}
		return out
	}
	if got, want := names(b.alsoWritingSpec(*spec("ods", "orders", 9), nil).sure), []string{"same", "among many"}; !slices.Equal(got, want) {
		t.Errorf("a new task: got %q, want %q", got, want)
	}
	v := batchsync.TaskView{Ref: batchsync.TaskRef{ID: 1}, Content: &batchsync.Content{
		Target: batchsync.Datasource{ID: 9}, Pairs: []batchsync.TablePair{{Source: "shop.orders", Sink: "ods.orders"}},
	}}
	if got, want := names(b.alsoWriting(v)), []string{"among many"}; !slices.Equal(got, want) {
		t.Errorf("a task that is there: got %q, want %q", got, want)
	}
}

// single is a store of one operation.
type single struct {
	nothing
	op *batchsync.Operation
}

func (s single) Operation(batchsync.OperationID) (batchsync.Operation, error) { return *s.op, nil }
func (s single) Advance(p batchsync.Progress) error {
	*s.op = p.Operation
	return nil
}

// TestBot_ChangeOperation_Pressed saves who pressed a button of a card together
// with what it did, and counts presses in a row.
func TestBot_ChangeOperation_Pressed(t *testing.T) {
	t.Parallel()
	_, api := connect(t, slacksim.Options{})
	op := batchsync.NewChange("op1", batchsync.OpDeploy, slacksim.Ana, "C1", 40001, batchsync.Change{Name: "orders"}, time.Now())
	b := idle(unread{t}, single{op: &op}, api)
	b.people.access = batchsync.Access{Team: slacksim.TeamID, Operators: []batchsync.UserID{slacksim.Ana, slacksim.Vera}}
	b.Run, b.Deliver = func(batchsync.OperationID) {}, func() {}
	press := func(user batchsync.UserID, do func(*Bot, context.Context, click)) {
		t.Helper()
		op.State = batchsync.OpUnknown
		do(b, t.Context(), click{origin: origin{User: user}, Value: blocks.Ref{ID: "op1", Version: op.Version}.String()})
	}
	for i, c := range []struct {
		user batchsync.UserID
		do   func(*Bot, context.Context, click)
		want batchsync.Press
	}{
		{slacksim.Ana, (*Bot).checkAgain, batchsync.Press{Action: batchsync.ActResume, By: slacksim.Ana, Times: 1}},
		{slacksim.Ana, (*Bot).checkAgain, batchsync.Press{Action: batchsync.ActResume, By: slacksim.Ana, Times: 2}},
		{slacksim.Vera, (*Bot).checkAgain, batchsync.Press{Action: batchsync.ActResume, By: slacksim.Vera, Times: 1}},
		{slacksim.Vera, (*Bot).drop, batchsync.Press{Action: batchsync.ActDrop, By: slacksim.Vera, Times: 1}},
	} {
		press(c.user, c.do)
		got := op.Pressed
		if got == nil || got.At.IsZero() {
			t.Fatalf("press %d: got %+v", i, got)
		}
		c.want.At = got.At
		if *got != c.want {
			t.Errorf("press %d: got %+v, want %+v", i, *got, c.want)
		}
	}
}

// TestBot_Press_Apart holds that taking an incident on waits for nothing else its
// person asked for: Slack tells them after three seconds that it did not work.
func TestBot_Press_Apart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := idle(nil, nothing{}, nil)
		b.people.knows(batchsync.User{ID: slacksim.Ana}, time.Now())
		b.routes[blocks.ActionAck] = route{batchsync.ActView, func(_ *Bot, _ context.Context, in click) { in.done() }, b.routes[blocks.ActionAck].how}
		working, stop := context.WithCancel(t.Context())
		var pool sync.WaitGroup
		pool.Go(func() { b.work.Run(working, time.Second) })
		defer func() { stop(); pool.Wait() }()
		press := func(action blocks.ActionID) (took time.Duration) {
			acked := make(chan time.Time, 1)
			began := time.Now()
			b.press(func(any) { acked <- time.Now() }, slack.InteractionCallback{
				User:           slack.User{ID: slacksim.Ana},
				ActionCallback: slack.ActionCallbacks{BlockActions: []*slack.BlockAction{{ActionID: string(action)}}},
			}, "E1")
			return (<-acked).Sub(began)
		}
		b.work.Submit(slacksim.Ana, func(context.Context) { time.Sleep(5 * time.Second) })
		if took := press(blocks.ActionAck); took > time.Second {
			t.Errorf("acknowledged after %v", took)
		}
		// What goes on in a modal keeps the order of its clicks.
		b.routes[blocks.ActionDiscard] = route{batchsync.ActView, func(_ *Bot, _ context.Context, in click) { in.done() }, b.routes[blocks.ActionDiscard].how}
		if took := press(blocks.ActionDiscard); took != 5*time.Second {
			t.Errorf("overtook what was pressed before, after %v", took)
		}
	})
}

// TestBot_Tell_Acknowledged holds that a refusal is told after the
// acknowledgement: to tell it, Slack may take longer than it waits for that.
func TestBot_Tell_Acknowledged(t *testing.T) {
	t.Parallel()
	acked := false
	o := origin{User: slacksim.Ana, Channel: "C1", ack: func() { acked = true }}
	b := idle(nil, nothing{}, slack.New("xoxb-1", slack.OptionHTTPClient(answers(func() {
		if !acked {
			t.Error("told before the acknowledgement")
		}
	}))))
	b.fail(t.Context(), o, "press", &batchsync.Error{Code: batchsync.CodeNotFound, Text: batchsync.T("button.unknown")})
	if !acked {
		t.Error("not acknowledged")
	}
}

// answers is a Slack that takes everything.
type answers func()

func (a answers) Do(*http.Request) (*http.Response, error) {
	a()
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(`{"ok":true}`)), Header: http.Header{}}, nil
}
