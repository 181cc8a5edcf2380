package blocks

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

func settledBy(a ActionID, card string) *Settled {
	return &Settled{Action: a, By: "U0ACTOR", At: sampleNow(), Card: card}
}

// A used button gives way to a line; the others stay.
func TestPrinter_Settled(t *testing.T) {
	t.Parallel()
	offline := sampleView(1, 3, "orders")
	offline.Deployed = &batchsync.Deployed{}
	working := sampleView(1, 0, "orders")
	working.Runs = sampleRuns(3, "orders", true)
	muted := sampleView(1, 3, "orders")
	muted.Known.Muted = sampleNow().Add(time.Hour)
	strange := sampleView(1, 3, "orders")
	strange.Known = nil
	const card = "https://example.slack.com/archives/C1/p1"
	for _, tt := range []struct {
		name string
		view batchsync.TaskView
		used ActionID
		says string
	}{
		{"backfill", sampleView(1, 5, "orders"), ActionBackfill, "Backfill by <@U0ACTOR> · "},
		{"rerun", sampleView(1, 5, "orders"), ActionRerun, "Rerun by <@U0ACTOR> · "},
		{"stop", working, ActionStopRun, "Stop Run by <@U0ACTOR> · "},
		{"deploy a new one", offline, ActionDeploy, "Deploy by <@U0ACTOR> · "},
		{"deploy from the menu", sampleView(1, 5, "orders"), ActionDeploy, "Deploy by <@U0ACTOR> · "},
		{"undeploy", sampleView(1, 5, "orders"), ActionUndeploy, "Undeploy by <@U0ACTOR> · "},
		{"schedule", sampleView(1, 5, "orders"), ActionChangeSchedule, "Change Schedule by <@U0ACTOR> · "},
		{"mute", sampleView(1, 5, "orders"), ActionMute, "Mute by <@U0ACTOR> · "},
		{"unmute", muted, ActionUnmute, "Unmute by <@U0ACTOR> · "},
		{"adopt", strange, ActionAdopt, "Adopt by <@U0ACTOR> · "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			before := actionsOf(printer().Task(taskCard(tt.view)).Blocks)
			if !has(before, tt.used) {
				t.Fatalf("%s is not offered before: %q", tt.used, before)
			}
			c := taskCard(tt.view)
			c.Settled = settledBy(tt.used, card)
			m := printer().Task(c)
			mayMention(t, checkMessage(t, m), "U0OWNER", "U0ACTOR")
			after := actionsOf(m.Blocks)
			want := slices.DeleteFunc(slices.Clone(before), func(s string) bool { return strings.HasPrefix(s, string(tt.used)+" ") })
			if !slices.Equal(after, want) {
				t.Errorf("offered after: %q, want %q", after, want)
			}
			drawn := unescaped(mustJSON(t, m.Blocks))
			if !strings.Contains(drawn, tt.says) || !strings.Contains(drawn, "<"+card+"|Its card>") {
				t.Errorf("the card does not say %q with a link: %s", tt.says, drawn)
			}
		})
	}
}

func unescaped(js []byte) string {
	return strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(string(js))
}

func TestPrinter_Settled_Golden(t *testing.T) {
	t.Parallel()
	c := taskCard(sampleView(1, 5, "orders"))
	c.Settled = settledBy(ActionRerun, "https://example.slack.com/archives/C1/p1")
	c.Also = []batchsync.TaskRef{{ID: 40007, Name: "orders_copy"}, {ID: 40008, Name: hostile}}
	goldenMessage(t, "task_settled", printer().Task(c))
	stopped := sampleRuns(4, "orders", false)
	stopped[3].Status = batchsync.RunStopped
	goldenMessage(t, "runs_settled", printer().Runs(RunsView{
		Task: batchsync.TaskRef{ID: 40001, Name: "orders"}, Runs: stopped, Zone: "UTC", Now: sampleNow(), Settled: settledBy(ActionRerun, ""),
	}))
	rows := sampleRows(20, "orders")
	rows[1].Online, rows[1].Unread = nil, true
	goldenMessage(t, "list_second", printer().TaskList(TaskList{Filter: "ord", Rows: rows, First: 20, Total: 45, Now: sampleNow()}))
	goldenMessage(t, "list_null", printer().TaskList(TaskList{Known: 7, FreshAt: sampleNow(), Now: sampleNow()}))
	cut := TaskList{Filter: "failed", Unseen: 40, Oldest: sampleNow().Add(-3 * time.Hour), FreshAt: sampleNow(), Now: sampleNow()}
	goldenMessage(t, "list_failed_cut_none", printer().TaskList(cut))
	cut.Rows = rows[:1]
	goldenMessage(t, "list_failed_cut", printer().TaskList(cut))
	cut.Filter, cut.Rows = "ord", []TaskRow{{Ref: batchsync.TaskRef{ID: 40001, Name: "orders"}, Unseen: true}}
	goldenMessage(t, "list_unseen", printer().TaskList(cut))
}

// Who pressed what on a public card is said there, and a second press of the
// same changes the card.
func TestPrinter_Operation_Pressed(t *testing.T) {
	t.Parallel()
	at := sampleNow()
	for _, tt := range []struct {
		name  string
		state batchsync.OperationState
		act   batchsync.Action
		times int
		says  string
	}{
		{"check again", batchsync.OpWaiting, batchsync.ActResume, 1, "Check Again by <@U0OTHER> · "},
		{"check again twice", batchsync.OpWaiting, batchsync.ActResume, 2, " · 2 times in a row"},
		{"give up", batchsync.OpDropped, batchsync.ActDrop, 1, "Give Up by <@U0OTHER> · "},
		{"stop", batchsync.OpRunning, batchsync.ActStop, 1, "Stop asked by <@U0OTHER> · "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			op := sampleChange(batchsync.OpBackfill, tt.state, 2, "orders")
			for range tt.times {
				op = op.Press(tt.act, "U0OTHER", at)
			}
			if tt.act == batchsync.ActStop {
				op.Change.StopAsked, op.Change.StoppedBy = true, "U0OTHER"
			}
			m := printer().Operation(op, at)
			mayMention(t, checkMessage(t, m), "U0ACTOR", "U0OTHER")
			if drawn := unescaped(mustJSON(t, m.Blocks)); strings.Count(drawn, tt.says) != 1 {
				t.Errorf("the card does not say %q once: %s", tt.says, drawn)
			}
		})
	}
}

// A hint on a card names the card's button; elsewhere there is none to press.
func TestPrinter_Operation_HintNamesTheButton(t *testing.T) {
	t.Parallel()
	op := sampleChange(batchsync.OpDeploy, batchsync.OpFailed, 1, "orders")
	pr := op.Problem()
	pr.Hint = batchsync.T("platform.timeout_hint")
	if m := printer().Operation(op, sampleNow()); !strings.Contains(m.Text, "Press Check Again in a few minutes.") || strings.Contains(m.Text, "Try again") {
		t.Errorf("the card says %q", m.Text)
	}
	if m := printer().Problem(*pr, ""); !strings.Contains(m.Text, "Try again in a few minutes.") {
		t.Errorf("an answer without a button says %q", m.Text)
	}
}

// A refused card says once that nothing was changed: by its state, or for the
// hints of answers that have none.
func TestPrinter_Operation_RefusedSaysItOnce(t *testing.T) {
	t.Parallel()
	said := map[string]*regexp.Regexp{"en": regexp.MustCompile(`[Nn]othing was changed`), "zh": regexp.MustCompile(`未做任何(变更|修改)`)}
	fset, files := sources(t, "../../internal/operation", "../../internal/batchsync")
	hints := 0
	for _, u := range namedSentences(fset, files) {
		if !strings.HasSuffix(u.key, "_hint") && u.key != "check.hint" {
			continue
		}
		hints++
		op := sampleChange(batchsync.OpTune, batchsync.OpRefused, 0, "orders")
		op.Problem().Hint = batchsync.T(batchsync.TextKey(u.key))
		for n, p := range both() {
			m, again := p.Operation(op, sampleNow()), said[[]string{"en", "zh"}[n]]
			if drawn := mustJSON(t, m.Blocks); len(again.FindAll(drawn, -1)) != 1 || len(again.FindAllString(m.Text, -1)) != 1 {
				t.Errorf("%s is not said once: %s\n%s", u.key, m.Text, drawn)
			}
		}
	}
	if hints < 5 {
		t.Errorf("only %d hints are looked at", hints)
	}
}

// Starting over asks before, and names the draft that would be lost.
func TestPrinter_Choose_StartOverAsks(t *testing.T) {
	t.Parallel()
	named := sampleDraft(batchsync.StepPlace, batchsync.KindMySQL, batchsync.ScopeSingle, batchsync.Daily, "orders")
	for _, tt := range []struct {
		name  string
		draft batchsync.Draft
		says  []string
	}{
		{"named", named, []string{"What was answered in the draft orders is gone.", "草稿 orders 中填写的内容将丢失。"}},
		{"without a name", batchsync.Draft{ID: "d1"}, []string{"What was answered in it is gone.", "草稿中填写的内容将丢失。"}},
	} {
		for n, p := range both() {
			drawn := string(mustJSON(t, p.Choose(tt.draft, 0, sampleNow())))
			_, button, found := strings.Cut(drawn, `"action_id":"`+string(ActionStartOver)+`"`)
			if !found || !strings.Contains(button, `"confirm":{"title"`) || !strings.Contains(button, tt.says[n]) {
				t.Errorf("%s: Start Over does not ask %q: %s", tt.name, tt.says[n], drawn)
			}
		}
	}
}

// Giving up is asked about in words of what is given up.
func TestPrinter_Operation_GiveUpAsks(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		op   batchsync.Operation
		asks string
	}{
		{"creation", sampleOperation(batchsync.OpFailed, 3, batchsync.ScopeSingle, "orders"), "Give this sync up?"},
		{"undeploy", sampleChange(batchsync.OpUndeploy, batchsync.OpFailed, 2, "orders"), "Give this change up?"},
	} {
		if drawn := string(mustJSON(t, printer().Operation(tt.op, sampleNow()).Blocks)); !strings.Contains(drawn, tt.asks) {
			t.Errorf("%s does not ask %q: %s", tt.name, tt.asks, drawn)
		}
	}
}

// Stopped runs are no failures: neither in the strip and its words, nor for the
// duration, nor for what Rerun is offered first.
func TestPrinter_Task_Stopped(t *testing.T) {
	t.Parallel()
	v := sampleView(1, 5, "orders")
	v.Runs[3].Status = batchsync.RunStopped
	m := printer().Task(taskCard(v))
	checkMessage(t, m)
	if !strings.Contains(m.Text, "Last 5 runs: 4 succeeded, 1 stopped.") || strings.Contains(m.Text, "failed and was not repeated") {
		t.Errorf("the text is %q", m.Text)
	}
	if drawn := string(mustJSON(t, m.Blocks)); !strings.Contains(drawn, "\\n●□●●●\\n") {
		t.Errorf("the strip lacks the stopped run: %s", drawn)
	}
}

func TestParsePageAndListRef(t *testing.T) {
	t.Parallel()
	if got, err := ParsePageRef(PageRef{40001, 3}.String()); got != (PageRef{40001, 3}) || err != nil {
		t.Errorf("round trip: %v, %v", got, err)
	}
	for _, s := range []string{"", "1", "1/0", "0/1", "1/-1", "1/2/3", "1/99999999999"} {
		if got, err := ParsePageRef(s); err == nil {
			t.Errorf("ParsePageRef(%q) = %v", s, got)
		}
	}
	for _, r := range []ListRef{{0, ""}, {20, "mine"}, {40, "a:b c"}} {
		if got, err := ParseListRef(r.String()); got != r || err != nil {
			t.Errorf("round trip of %v: %v, %v", r, got, err)
		}
	}
	for _, s := range []string{"", "20", "-1:x", "+1:x", "01:x", "99999999999:x", "1:" + strings.Repeat("x", 301)} {
		if got, err := ParseListRef(s); err == nil {
			t.Errorf("ParseListRef(%q) = %v", s, got)
		}
	}
}

func TestSurfaceOf(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]Surface{
		taskBlock(sampleView(1, 0, "orders"), "buttons"): SurfaceTask, "runs/buttons": SurfaceRuns, "log/buttons": SurfaceLog, "diagnosis/buttons/k": SurfaceDiagnosis,
		"card/7/buttons": SurfaceNone, "": SurfaceNone, "tasks": SurfaceNone,
	} {
		if got := SurfaceOf(id); got != want {
			t.Errorf("SurfaceOf(%q) = %q, want %q", id, got, want)
		}
	}
}
