package handlers

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
	"batchsync/internal/redact"
	"batchsync/internal/slacksim"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

// plant is a platform with tasks that are deployed, or not.
type plant struct {
	Platform
	tasks    []batchsync.TaskRef
	deployed batchsync.Deployed // of each
	draft    batchsync.DraftSchedule
	runs     []batchsync.Run
	studio   string

	mu     sync.Mutex
	asked  []string // names looked for
	silent bool     // tells neither runs nor tasks that wait
}

// hushed is why nothing is told.
func (p *plant) hushed() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.silent {
		return &batchsync.PlatformError{Command: "task downstream", Failure: batchsync.FailUnreachable}
	}
	return nil
}

func (p *plant) StudioURL(context.Context, batchsync.TaskID) (string, error) {
	return p.studio, p.hushed()
}

func (p *plant) TaskInfo(_ context.Context, id batchsync.TaskID) (batchsync.TaskRef, error) {
	i := slices.IndexFunc(p.tasks, func(t batchsync.TaskRef) bool { return t.ID == id })
	if i < 0 {
		return batchsync.TaskRef{}, &batchsync.PlatformError{Command: "task content", Failure: batchsync.FailNotFound, Message: "data file 7 does not exist"}
	}
	return p.tasks[i], nil
}

func (p *plant) Tasks(context.Context) ([]batchsync.TaskRef, error) {
	return slices.Clone(p.tasks), nil
}

func (p *plant) TasksLike(_ context.Context, name string) ([]batchsync.TaskRef, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked = append(p.asked, name)
	return slices.Clone(p.tasks), nil
}

func (p *plant) Content(context.Context, batchsync.TaskID) (batchsync.Content, error) {
	return batchsync.Content{}, nil
}

func (p *plant) DraftSchedule(context.Context, batchsync.TaskID) (batchsync.DraftSchedule, error) {
	return p.draft, nil
}

func (p *plant) Deployed(context.Context, batchsync.TaskID) (batchsync.Deployed, error) {
	return p.deployed, nil
}

func (p *plant) Downstream(context.Context, batchsync.TaskID) ([]batchsync.TaskLink, error) {
	return nil, p.hushed()
}

func (p *plant) Runs(context.Context, batchsync.RunFilter) ([]batchsync.Run, error) {
	return p.runs, p.hushed()
}

func (p *plant) Run(_ context.Context, id batchsync.RunID) (batchsync.Run, error) {
	return batchsync.Run{ID: id, Task: 7, Status: batchsync.RunFailed}, nil
}

// desk is a store that knows some tasks.
type desk struct {
	Store
	tasks []batchsync.Task
}

func (d desk) Tasks() ([]batchsync.Task, error) { return d.tasks, nil }

func (d desk) Task(id batchsync.TaskID) (batchsync.Task, error) {
	if i := slices.IndexFunc(d.tasks, func(t batchsync.Task) bool { return t.ID == id }); i >= 0 {
		return d.tasks[i], nil
	}
	return batchsync.Task{}, &batchsync.Error{Code: batchsync.CodeNotFound}
}

func (d desk) HolderOf(string) (batchsync.Operation, bool, error) {
	return batchsync.Operation{}, false, nil
}

func (d desk) Message(batchsync.MessageID) (batchsync.Message, error) {
	return batchsync.Message{}, &batchsync.Error{Code: batchsync.CodeNotFound}
}

func (d desk) Propose(batchsync.Operation) error { return nil }

// clusters are lists of sync clusters.
type clusters struct {
	unlisted
	names []string
}

func (c clusters) VClusters(context.Context) (out []batchsync.VCluster, err error) {
	for _, name := range c.names {
		out = append(out, batchsync.VCluster{Name: name, Type: "INTEGRATION"})
	}
	return append(out, batchsync.VCluster{Name: "default", Type: "GENERAL"}), nil
}

// wall is where all that is drawn hangs, the last on top.
type wall struct {
	mu   sync.Mutex
	seen []string
}

func (w *wall) ServeHTTP(out http.ResponseWriter, in *http.Request) {
	_ = in.ParseForm()
	var body bytes.Buffer
	_, _ = body.ReadFrom(in.Body)
	said := body.String()
	for _, values := range in.PostForm {
		said += strings.Join(values, "\n")
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen = append(w.seen, unquoted(said))
	_, _ = out.Write([]byte(`{"ok":true,"view":{"id":"V1"},"channel":"C1","ts":"1.1"}`))
}

// unquoted is JSON with its escapes undone.
func unquoted(s string) string {
	var view any
	if err := json.Unmarshal([]byte(s), &view); err == nil {
		var out bytes.Buffer
		e := json.NewEncoder(&out)
		e.SetEscapeHTML(false)
		_ = e.Encode(view)
		s = out.String()
	}
	return s
}

func (w *wall) top() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.seen) == 0 {
		return ""
	}
	return w.seen[len(w.seen)-1]
}

// changer is a bot that changes tasks, and the wall it draws on.
func changer(t *testing.T, p *plant, d desk, lists Lists) (*Bot, *wall) {
	t.Helper()
	w := &wall{}
	server := httptest.NewServer(w)
	t.Cleanup(server.Close)
	api := slack.New("xoxb-test", slack.OptionAPIURL(server.URL+"/"))
	b := New(Config{PlatformZone: "Asia/Shanghai", Zone: "UTC", VCluster: "sync_b"}, Deps{
		API: api, Channels: NewChannels(api, false, quiet()), Platform: p, Store: d, Lists: lists,
		Drawer: blocks.Drawer{Redact: redact.New()}, Ladder: &Ladder{}, Log: quiet(),
	})
	return b, w
}

const daily = "0 0 2 * * ? *"

var (
	syncTask = batchsync.TaskRef{ID: 7, Name: "orders", Type: batchsync.TypeSingle}
	sqlTask  = batchsync.TaskRef{ID: 8, Name: "report", Type: 23}
	online   = batchsync.Deployed{Online: true, Cron: daily, VCluster: "sync_a"}
	ana      = origin{User: slacksim.Ana, Channel: slacksim.General}
)

// TestBot_Forms fills the modals of changes that cannot be made as they were
// asked for.
func TestBot_Forms(t *testing.T) {
	t.Parallel()
	day := func(n int) string { return time.Now().UTC().AddDate(0, 0, n).Format(time.DateOnly) }
	two := []batchsync.TaskRef{syncTask, {ID: 9, Name: "orders", Type: batchsync.TypeMulti}}
	for _, c := range []struct {
		name     string
		fill     formFunc
		typed    string
		tasks    []batchsync.TaskRef
		deployed batchsync.Deployed
		want     []string
		not      string
	}{
		{"backfill of an SQL task", backfillForm(), "8", []batchsync.TaskRef{sqlTask}, online, []string{"report is no batch sync task"}, "calendar"},
		{"deploy of an SQL task", (*Bot).deployForm, "8", []batchsync.TaskRef{sqlTask}, online, []string{"report is no batch sync task"}, ""},
		{"undeploy of an SQL task", (*Bot).undeployForm, "8", []batchsync.TaskRef{sqlTask}, online, []string{"report is no batch sync task"}, ""},
		{"schedule of an SQL task", (*Bot).scheduleForm, "8", []batchsync.TaskRef{sqlTask}, online, []string{"report is no batch sync task"}, ""},
		{"deploy of one of two", (*Bot).deployForm, "orders", two, online, []string{"Several tasks are called orders", "type its id"}, "exactly"},
		{"only a similar name", backfillForm(), "order", []batchsync.TaskRef{syncTask}, online, []string{"No task is called exactly order"}, "form.from"},
		{"more runs than the cap", backfillForm(day(-150), day(-1)), "7", []batchsync.TaskRef{syncTask}, online, []string{"form.from", "These days have 150 runs"}, "Job name"},
		{"form", backfillForm(), "7", []batchsync.TaskRef{syncTask}, online, []string{"form.from"}, "warning"},
		{"offline", backfillForm(), "7", []batchsync.TaskRef{syncTask}, batchsync.Deployed{}, []string{"orders is not deployed"}, "form.from"},
		{"offline, with days", backfillForm(day(-3)), "7", []batchsync.TaskRef{syncTask}, batchsync.Deployed{}, []string{"orders is not deployed"}, "cannot be read"},
		{"three days", backfillForm(day(-3), day(-2), day(-1)), "7", []batchsync.TaskRef{syncTask}, online, []string{"form.from", "too many days"}, ""},
		{"slashes", backfillForm("2026/11/01", "2026/11/02"), "7", []batchsync.TaskRef{syncTask}, online, []string{"form.from", "2026/11/01 is no day", "2026-03-31"}, ""},
		{"a word", backfillForm("yesterday"), "7", []batchsync.TaskRef{syncTask}, online, []string{"form.from", "yesterday is no day"}, ""},
		{"too old", backfillForm("1999-01-01"), "7", []batchsync.TaskRef{syncTask}, online, []string{"form.from", "1999-01-01 is too long ago"}, "is no day"},
		{"future", backfillForm(day(40)), "7", []batchsync.TaskRef{syncTask}, online, []string{"form.from", "is in the future"}, ""},
		{"good days", backfillForm(day(-3), day(-2)), "7", []batchsync.TaskRef{syncTask}, online, []string{"Job name"}, "form.from"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b, w := changer(t, &plant{tasks: c.tasks, deployed: c.deployed}, desk{}, clusters{})
			o := ana
			o.ResponseURL = "" // candidates go to the channel
			b.fillModal(t.Context(), o, "V1", c.typed, c.fill)
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

// TestBot_PlanBackfill_Offline holds a form that was open while its task went
// offline.
func TestBot_PlanBackfill_Offline(t *testing.T) {
	t.Parallel()
	b, w := changer(t, &plant{}, desk{}, clusters{})
	b.planBackfill(t.Context(), ana, "V1", batchsync.TaskView{Ref: syncTask, Deployed: &batchsync.Deployed{}}, "2026-01-01", "2026-01-02", false)
	if said := w.top(); !strings.Contains(said, "orders is not deployed") || strings.Contains(said, "cannot be read") {
		t.Errorf("said %s", said)
	}
}

// TestBot_SubmittedBackfill_Unticked answers at the box, without asking the
// platform again.
func TestBot_SubmittedBackfill_Unticked(t *testing.T) {
	t.Parallel()
	b, _ := changer(t, &plant{}, desk{}, clusters{})
	view := b.printer(slacksim.Ana).BackfillForm(blocks.BackfillForm{Task: syncTask, Zone: "UTC", Cron: daily, From: "2026-01-01", To: "2026-06-01", Large: 152, Now: time.Now()})
	state := &slack.ViewState{Values: map[string]map[string]slack.BlockAction{}}
	box := ""
	for _, block := range view.Blocks.BlockSet {
		in, ok := block.(*slack.InputBlock)
		if !ok {
			continue
		}
		switch el := in.Element.(type) {
		case *slack.DatePickerBlockElement:
			state.Values[in.BlockID] = map[string]slack.BlockAction{el.ActionID: {SelectedDate: el.InitialDate}}
		case *slack.CheckboxGroupsBlockElement:
			box = in.BlockID
			state.Values[in.BlockID] = map[string]slack.BlockAction{el.ActionID: {}}
		}
	}
	var answer any
	b.submittedBackfill(t.Context(), submit{origin: ana, View: slack.View{ID: "V1", PrivateMetadata: view.PrivateMetadata, State: state}}, func(a any) { answer = a })
	shown, ok := answer.(*slack.ViewSubmissionResponse)
	if !ok || !strings.Contains(shown.Errors[box], "Tick the box") {
		t.Errorf("answered %+v, want a sentence at %q", answer, box)
	}
	if b.reads.Depth() != 0 {
		t.Error("the platform is asked all the same")
	}
}

// TestBot_ScheduleForm_Cluster lets a task that has no cluster have one.
func TestBot_ScheduleForm_Cluster(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		names []string
		want  string
	}{
		{"chosen", []string{"sync_a", "sync_b"}, `"initial_option":{"text":{"emoji":false,"text":"sync_b"`},
		{"none there", nil, "has no sync VCluster"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b, w := changer(t, &plant{tasks: []batchsync.TaskRef{syncTask}}, desk{}, clusters{names: c.names})
			b.fillModal(t.Context(), ana, "V1", "7", (*Bot).scheduleForm)
			if said := w.top(); !strings.Contains(strings.ReplaceAll(said, " ", ""), strings.ReplaceAll(c.want, " ", "")) || strings.Contains(said, "default") {
				t.Errorf("said %s", said)
			}
		})
	}
}

// TestBot_Resolve_Unaskable says that there is no such task, without asking the
// program, which would misread the text.
func TestBot_Resolve_Unaskable(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, typed string
		want        batchsync.TextKey
	}{
		{"flag", "--help", "task.not_found"},
		{"short flag", "-h", "task.not_found"},
		{"right to left", "orders\u202e", "task.not_found"},
		{"control", "ord\x07ers", "task.not_found"},
		{"zero width", "or\u200bders", "task.not_found"},
		{"nothing to be seen", "\u200b\u202e", "task.none_typed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := &plant{tasks: []batchsync.TaskRef{syncTask}}
			b, _ := changer(t, p, desk{}, clusters{})
			_, _, err := b.resolve(t.Context(), c.typed)
			if got := batchsync.ProblemOf(err).Text.Key; err == nil || got != c.want || len(p.asked) != 0 {
				t.Errorf("got %v, asked for %q", err, p.asked)
			}
			if _, err := b.listFrom(t.Context(), ana, blocks.ListRef{Filter: c.typed}); batchsync.CodeOf(err) != batchsync.CodeNotFound || len(p.asked) != 0 {
				t.Errorf("list: got %v, asked for %q", err, p.asked)
			}
		})
	}
}

// TestBot_Gone is about a task that was deleted behind the bot's back.
func TestBot_Gone(t *testing.T) {
	t.Parallel()
	followed := desk{tasks: []batchsync.Task{{ID: 7, Name: "orders", Type: batchsync.TypeSingle, Owner: slacksim.Ana}}}
	t.Run("refresh", func(t *testing.T) {
		t.Parallel()
		b, w := changer(t, &plant{}, followed, clusters{})
		b.refresh(t.Context(), click{origin: ana, Action: blocks.ActionRefreshTask, Value: blocks.TaskRefOf(7).String()})
		if said := w.top(); !strings.Contains(said, "no longer exists") || !strings.Contains(said, "orders") || strings.Contains(said, "data file") {
			t.Errorf("said %s", said)
		}
	})
	t.Run("by id", func(t *testing.T) {
		t.Parallel()
		b, w := changer(t, &plant{}, desk{}, clusters{})
		onTask((*Bot).show)(b, t.Context(), ana, "7")
		if said := w.top(); !strings.Contains(said, "There is no task 7") || strings.Contains(said, "data file") {
			t.Errorf("said %s", said)
		}
	})
	t.Run("rerun", func(t *testing.T) {
		t.Parallel()
		b, w := changer(t, &plant{}, followed, clusters{})
		b.fillForRun(t.Context(), ana, "V1", 900001, batchsync.OpRerun)
		if said := w.top(); strings.Count(said, "orders no longer exists") != 1 || strings.Contains(said, "data file") {
			t.Errorf("said %s", said)
		}
	})
	t.Run("list mine", func(t *testing.T) {
		t.Parallel()
		b, _ := changer(t, &plant{tasks: []batchsync.TaskRef{sqlTask}}, followed, clusters{})
		drawn, err := b.listFrom(t.Context(), ana, blocks.ListRef{Filter: "mine"})
		if err != nil || !strings.Contains(drawn.Text, "orders · id 7 · not on the platform any more") {
			t.Errorf("got %q, %v", drawn.Text, err)
		}
		drawn, err = b.listFrom(t.Context(), origin{User: slacksim.Vera}, blocks.ListRef{Filter: "mine"})
		if err != nil || strings.Contains(drawn.Text, "orders") {
			t.Errorf("somebody else: got %q, %v", drawn.Text, err)
		}
	})
}

// TestBot_Fail_Held names who holds a task.
func TestBot_Fail_Held(t *testing.T) {
	t.Parallel()
	b, w := changer(t, &plant{}, desk{}, clusters{})
	by := batchsync.NewChange("op9", batchsync.OpBackfill, slacksim.Adam, slacksim.General, 7, batchsync.Change{Name: "orders"}, time.Now())
	b.fail(t.Context(), ana, "check again", &batchsync.HeldError{By: by})
	if said := w.top(); !strings.Contains(said, slacksim.Adam) || strings.Contains(said, "reference") {
		t.Errorf("said %s", said)
	}
}

// TestSocket_Note_Log leaves a line for each loss of the connection and each
// return.
func TestSocket_Note_Log(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s := &socket{log: slog.New(slog.NewTextHandler(&log, nil))}
	for _, kind := range []socketmode.EventType{
		socketmode.EventTypeConnecting, socketmode.EventTypeHello, socketmode.EventTypeHello, socketmode.EventTypeConnecting,
		socketmode.EventTypeConnecting, socketmode.EventTypeHello,
	} {
		s.note(socketmode.Event{Type: kind})
	}
	said := log.String()
	if strings.Count(said, "connected to Slack") != 2 || strings.Count(said, "connection to Slack lost") != 1 || !strings.Contains(said, "lasted=") || !strings.Contains(said, "after=") {
		t.Errorf("the log is %s", said)
	}
}

// TestBot_UndeployForm_Unread holds that nothing is proposed while it is not known
// who waits for the task, and that the same modal is filled once it is.
func TestBot_UndeployForm_Unread(t *testing.T) {
	t.Parallel()
	p := &plant{tasks: []batchsync.TaskRef{syncTask}, deployed: online, silent: true}
	b, w := changer(t, p, desk{}, clusters{})
	s := newLedger()
	b.Store = s
	b.people.access = batchsync.Access{Admins: []batchsync.UserID{slacksim.Ana}, Team: "T1"}
	b.people.knows(batchsync.User{ID: slacksim.Ana, Team: "T1"}, time.Now())
	(*Bot).undeployForm(b, t.Context(), ana, "V1", syncTask)
	if shown := w.top(); len(s.proposed) > 0 || !strings.Contains(shown, "did not say which tasks wait for orders") || !strings.Contains(shown, string(blocks.ActionUndeploy)) {
		t.Fatalf("proposed %v, shown %s", s.proposed, shown)
	}
	p.mu.Lock()
	p.silent = false
	p.mu.Unlock()
	b.routes[blocks.ActionUndeploy].run(b, t.Context(), click{
		origin: origin{User: slacksim.Ana}, Action: blocks.ActionUndeploy, Value: blocks.TaskRefOf(7).String(), View: &slack.View{ID: "V1"},
	})
	inline := newPool(1, 10, time.Minute, quiet())
	for _, jobs := range b.reads.lanes {
		for _, job := range jobs {
			inline.guarded(t.Context(), "", job)
		}
	}
	if shown := w.top(); len(s.proposed) != 1 || !strings.Contains(shown, "No other task waits for it") {
		t.Errorf("proposed %+v, shown %s", s.proposed, shown)
	}
}
