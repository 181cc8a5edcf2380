package blocks

import (
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// actionsOf are the ids of all buttons and menu entries of a drawing, with
// their values.
func actionsOf(all []slack.Block) []string {
	var out []string
	add := func(e slack.BlockElement) {
		switch x := e.(type) {
		case *slack.ButtonBlockElement:
			out = append(out, x.ActionID+" "+x.Value)
		case *slack.OverflowBlockElement:
			for _, o := range x.Options {
				out = append(out, o.Value)
			}
		case *slack.SelectBlockElement:
			for _, o := range x.Options {
				out = append(out, x.ActionID+" "+o.Value)
			}
		}
	}
	for _, b := range all {
		switch x := b.(type) {
		case *slack.ActionBlock:
			for _, e := range x.Elements.ElementSet {
				add(e)
			}
		case *slack.SectionBlock:
			if x.Accessory != nil && x.Accessory.ButtonElement != nil {
				add(x.Accessory.ButtonElement)
			}
		}
	}
	return out
}

func has(all []string, action ActionID) bool {
	return slices.ContainsFunc(all, func(s string) bool { return strings.HasPrefix(s, string(action)+" ") })
}

func TestPrinter_Task_Buttons(t *testing.T) {
	t.Parallel()
	offline := sampleView(1, 3, "orders")
	offline.Deployed = &batchsync.Deployed{}
	unknown := sampleView(1, 3, "orders")
	unknown.Known = nil
	muted := sampleView(1, 3, "orders")
	muted.Known.Muted = sampleNow().Add(time.Minute)
	working := sampleView(1, 0, "orders")
	working.Runs = sampleRuns(3, "orders", true)
	failedLast := sampleView(1, 0, "orders")
	failedLast.Runs = sampleRuns(8, "orders", false)[3:]
	tests := []struct {
		name    string
		view    batchsync.TaskView
		with    []string
		without []ActionID
	}{
		{"online", sampleView(1, 3, "orders"),
			[]string{"task.backfill 1:40001", "run.rerun 40001/9000", "run.log 40001/9000", "task.mute 1:40001", "task.runs 1:40001", "task.deps 1:40001",
				"task.schedule 1:40001", "task.deploy 1:40001", "task.undeploy 1:40001", "task.refresh 1:40001", "acceptance.run 1:40001", "task.debug 1:40001"},
			[]ActionID{ActionAdopt, ActionUnmute, ActionStopRun, ActionDiagnoseTask}},
		{"failed run first", sampleView(1, 5, "orders"), []string{"run.rerun 40001/8997", "run.log 40001/8997"}, []ActionID{ActionDiagnoseTask}},
		{"failed last", failedLast, []string{"run.rerun 40001/8997", "task.diagnose 1:40001", "run.log 40001/8997", "task.backfill 1:40001"}, nil},
		{"at work", working, []string{"run.stop 40001/9000", "run.log 40001/9000"}, []ActionID{ActionRerun}},
		{"no runs", sampleView(1, 0, "orders"), nil, []ActionID{ActionRerun, ActionViewLog, ActionStopRun}},
		{"offline", offline, []string{"task.deploy 1:40001", "task.debug 1:40001"}, []ActionID{ActionBackfill, ActionUndeploy, ActionAcceptance}},
		{"not adopted", unknown, []string{"task.adopt 1:40001"}, []ActionID{ActionMute, ActionUnmute, ActionOpenStudio}},
		{"muted", muted, []string{"task.unmute 1:40001"}, []ActionID{ActionMute}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := actionsOf(printer().Task(taskCard(tt.view)).Blocks)
			for _, want := range tt.with {
				if !slices.Contains(got, want) {
					t.Errorf("%q is not offered: %q", want, got)
				}
			}
			for _, a := range tt.without {
				if has(got, a) {
					t.Errorf("%s is offered: %q", a, got)
				}
			}
		})
	}
}

// Of a run that failed last, the button that repairs it comes first and the one
// that explains it second; what was used leaves no empty row.
func TestPrinter_Task_ButtonOrder(t *testing.T) {
	t.Parallel()
	v := sampleView(1, 0, "orders")
	v.Runs = sampleRuns(8, "orders", false)[3:]
	var rows []string
	for _, row := range printer().taskRows(taskCard(v)) {
		for _, e := range row {
			if b, ok := e.(*slack.ButtonBlockElement); ok {
				rows = append(rows, b.Text.Text)
			}
		}
		rows = append(rows, "/")
	}
	if got, want := strings.Join(rows, " "), "Rerun Diagnose View Log Backfill / Run Acceptance Mute Debug Run Configuration New Like This /"; got != want {
		t.Errorf("buttons %q, want %q", got, want)
	}
	v.Runs = nil
	c := taskCard(v)
	c.Settled = &Settled{Action: ActionBackfill, By: "U0ANA", At: sampleNow()}
	checkMessage(t, printer().Task(c))
}

// A card of a change that failed, or whose runs did, offers to explain it.
func TestPrinter_Operation_Diagnose(t *testing.T) {
	t.Parallel()
	cases := changeCases()
	made := sampleOperation(batchsync.OpFailed, 4, batchsync.ScopeSingle, "orders")
	made.Task = 40001
	unmade := made
	unmade.Task = 0
	for _, tt := range []struct {
		name string
		op   batchsync.Operation
		want string // action and value; "" for none
	}{
		{"a rerun failed", cases["rerun_failed"], "run.diagnose 40001/8997"},
		{"runs of a backfill failed", cases["backfill_trouble"], "run.diagnose 40001/9101"},
		{"stopped runs", cases["backfill_stopped"], ""},
		{"the change failed", cases["schedule_failed"], "task.diagnose 1:40001"},
		{"unknown", sampleChange(batchsync.OpDeploy, batchsync.OpUnknown, 1, "orders"), "task.diagnose 1:40001"},
		{"a creation failed", made, "task.diagnose 1:40001"},
		{"before there was a task", unmade, ""},
		{"refused", cases["backfill_refused"], ""},
		{"done", cases["deploy_done"], ""},
	} {
		all := actionsOf(printer().Operation(tt.op, sampleNow()).Blocks)
		got := slices.DeleteFunc(all, func(s string) bool { return !strings.Contains(s, ".diagnose ") })
		if strings.Join(got, "") != tt.want {
			t.Errorf("%s: offered are %q, want %q", tt.name, got, tt.want)
		}
	}
}

// Every command has a button somewhere, and every button of [CommandActions] is
// drawn.
func TestCommandActions_Drawn(t *testing.T) {
	t.Parallel()
	p := printer()
	var drawn []string
	for _, v := range views() {
		drawn = append(drawn, actionsOf(p.Task(taskCard(v)).Blocks)...)
	}
	for _, op := range changeCases() {
		drawn = append(drawn, actionsOf(p.Operation(op, sampleNow()).Blocks)...)
	}
	drawn = append(drawn, actionsOf(p.Tables(TablesView{Pairs: samplePairs(500), Page: 2}).Blocks)...)
	for _, v := range columnsCases("orders") {
		drawn = append(drawn, actionsOf(p.Columns(v).Blocks)...)
	}
	drawn = append(drawn, actionsOf(p.TaskList(TaskList{Rows: sampleRows(20, "orders"), First: 20, Total: 60}).Blocks)...)
	drawn = append(drawn, actionsOf(p.Home(sampleHome(3, "orders")).Blocks.BlockSet)...)
	tried := batchsync.LogExcerpt{Run: sampleRuns(4, "orders", false)[3], Number: 2, Attempts: 2}
	drawn = append(drawn, actionsOf(p.LogFor(tried, LogDoor{Open: true}).Blocks)...)
	for _, v := range alertCases() {
		drawn = append(drawn, actionsOf(p.Alert(v).Blocks)...)
	}
	for _, m := range newsCases() {
		drawn = append(drawn, actionsOf(m.Blocks)...)
	}
	for _, v := range acceptanceCases("orders") {
		drawn = append(drawn, actionsOf(p.Acceptance(v).Blocks)...)
	}
	for _, m := range diagnosisCases("orders") {
		drawn = append(drawn, actionsOf(m.Blocks)...)
	}
	framed := p.InMessage(p.Wizard(sampleScreen(sampleDraft(batchsync.StepTables, batchsync.KindMySQL, batchsync.ScopeSingle, batchsync.Daily, "orders"))))
	drawn = append(drawn, actionsOf(framed.Blocks)...)
	for word, actions := range CommandActions() {
		if len(actions) == 0 {
			t.Errorf("%s has no button", word)
		}
		for _, a := range actions {
			if !has(drawn, a) {
				t.Errorf("%s of %s is drawn nowhere", a, word)
			}
		}
	}
}

// The strip, the numbers and the chart must tell the same, and a run without a
// duration must not be drawn as zero.
func TestPrinter_Task_History(t *testing.T) {
	t.Parallel()
	v := sampleView(1, 40, "orders")
	v.Runs[1].Began = time.Time{}
	v.Runs[2].Plan = v.Runs[4].Plan // one time twice
	m := printer().Task(taskCard(v))
	checkMessage(t, m)
	var chart *slack.DataVisualizationBlock
	for _, b := range m.Blocks {
		if c, ok := b.(*slack.DataVisualizationBlock); ok {
			chart = c
		}
	}
	if chart == nil {
		t.Fatal("no chart is drawn")
	}
	points := chart.Chart.(*slack.DataVisualizationBarChart).Series[0].Data
	if len(points) != maxChart {
		t.Errorf("%d points, want %d", len(points), maxChart)
	}
	for _, p := range points {
		if p.Value <= 0 {
			t.Errorf("a gap is drawn as %v at %s", p.Value, p.Label)
		}
	}
	if !strings.Contains(m.Text, "Last 30 runs: 27 succeeded, 3 failed.") || !strings.Contains(m.Text, "slowest") {
		t.Errorf("the text does not say what the chart shows: %q", m.Text)
	}
	if len(m.Fallbacks) != 2 || len(m.Fallbacks[1]) != len(m.Blocks)-1 {
		t.Fatalf("%d fallbacks, want one with a table and one without", len(m.Fallbacks))
	}
	i := slices.IndexFunc(m.Fallbacks[0], func(b slack.Block) bool { return b.BlockType() == slack.MBTTable })
	if i < 0 || m.Blocks[i] != slack.Block(chart) {
		t.Fatal("no table stands where the chart does")
	}
	rows := m.Fallbacks[0][i].(*slack.TableBlock).Rows
	if len(rows) != maxChart+1 || len(rows[0]) != 2 {
		t.Fatalf("the table has %d rows", len(rows))
	}
	first, last := string(mustJSON(t, rows[1])), string(mustJSON(t, rows[maxChart]))
	if at, _, _ := strings.Cut(points[0].Label, " #"); !strings.Contains(first, at) || strings.Contains(last, at) {
		t.Errorf("the table begins with %s and ends with %s, the chart begins with %s", first, last, at)
	}
}

func TestPrinter_Took(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]mark{
		400 * time.Millisecond: "0 s", 119 * time.Second: "119 s", 2 * time.Minute: "2 min", 89*time.Minute + 40*time.Second: "90 min",
		2 * time.Hour: "2 h 0 min", 25*time.Hour + 3*time.Minute: "25 h 3 min",
	} {
		if got := printer().took(d); got != want {
			t.Errorf("%v took %q, want %q", d, got, want)
		}
	}
}

func TestPrinter_Operation_HandOffSaysItOnce(t *testing.T) {
	t.Parallel()
	op := sampleOperation(batchsync.OpWaiting, 2, batchsync.ScopeMerge, "orders")
	m := printer().Operation(op, sampleNow())
	drawn := string(mustJSON(t, m.Blocks))
	said := printer().Text(batchsync.T("platform.refused"))
	if strings.Contains(drawn, said) || !strings.Contains(drawn, "To be set in Studio") || !strings.Contains(drawn, `"rich_text_preformatted"`) {
		t.Errorf("the card repeats the problem, or lost the list or the detail: %s", drawn)
	}
	op = sampleOperation(batchsync.OpFailed, 3, batchsync.ScopeMerge, "orders")
	if drawn := string(mustJSON(t, printer().Operation(op, sampleNow()).Blocks)); !strings.Contains(drawn, said) {
		t.Errorf("a card without the list does not say the problem: %s", drawn)
	}
}

func TestPrinter_Operation_Place(t *testing.T) {
	t.Parallel()
	op := sampleOperation(batchsync.OpRunning, 2, batchsync.ScopeSingle, "orders")
	op.Spec.Folder.Path, op.Spec.VCluster = "a/b", "SYNC_VC"
	drawn := string(mustJSON(t, printer().Operation(op, sampleNow()).Blocks))
	if want := "every day at 02:00 (Asia/Shanghai) on cluster `SYNC_VC` · in folder `a/b`"; !strings.Contains(drawn, want) {
		t.Errorf("the card does not say %q: %s", want, drawn)
	}
}

func TestPrinter_Operation_ChangeStates(t *testing.T) {
	t.Parallel()
	cases := changeCases()
	tests := []struct {
		name, text string
		stop       bool
	}{
		{"backfill_running", "Backfill of orders: In progress, 2 of 3 steps done.\n4 of 12 done · 2 failed · 2 running", true},
		{"backfill_stopping", "Backfill of orders: In progress", false},
		{"backfill_stopped", "Backfill of orders: Stopped", false},
		{"backfill_trouble", "Backfill of orders: Finished with failures", false},
		{"backfill_refused", "Backfill of orders: Not started, 0 of 3 steps done.\nThe platform refused", false},
		{"rerun_failed", "Rerun of orders: Finished with failures", false},
		{"undeploy_running", "Undeploy orders: In progress", false},
		{"undeploy_done", "Undeploy orders: Done", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := printer().Operation(cases[tt.name], sampleNow())
			if !strings.HasPrefix(m.Text, tt.text) {
				t.Errorf("text is %q, want %q", m.Text, tt.text)
			}
			if got := has(actionsOf(m.Blocks), ActionStopOperation); got != tt.stop {
				t.Errorf("Stop offered: %v, want %v", got, tt.stop)
			}
		})
	}
	large := cases["backfill_running"]
	c := *large.Change
	c.Followed = nil
	for i := range 5000 {
		c.Followed = append(c.Followed, batchsync.Followed{Plan: sampleNow().Add(time.Duration(i) * time.Hour), Run: batchsync.RunID(i + 1), Status: batchsync.RunFailed, Twice: true})
	}
	large.Change = &c
	m := printer().Operation(large, sampleNow())
	checkMessage(t, m)
	if !strings.Contains(string(mustJSON(t, m.Blocks)), "+4990 more") {
		t.Error("5000 failed runs are not summed up")
	}
}

// TestPrinter_Operation_FailedRuns names every failed run of a backfill as large
// as an ordinary one gets, each once, and offers the first for a rerun.
func TestPrinter_Operation_FailedRuns(t *testing.T) {
	t.Parallel()
	op := changeCases()["backfill_trouble"]
	for _, n := range []int{1, 10, 11, 100, 150} {
		c := *op.Change
		c.Followed = manyFailed(n)
		op.Change = &c
		m := printer().Operation(op, sampleNow())
		checkMessage(t, m)
		drawn := string(mustJSON(t, m.Blocks))
		shown := 0
		for _, f := range c.Followed {
			if f.Status == batchsync.RunFailed && (strings.Contains(drawn, "run "+f.Run.String()) || strings.Contains(drawn, ", "+f.Run.String()) || strings.Contains(drawn, "runs "+f.Run.String())) {
				shown++
			}
		}
		if shown != min(n, 100) {
			t.Errorf("%d of %d failed runs are named: %s", shown, n, drawn)
		}
		if left := strings.Contains(drawn, ", +50 more"); left != (n == 150) {
			t.Errorf("of %d failed runs, more are told of: %v", n, left)
		}
		if want := string(ActionRerun) + `","value":"` + (RunRef{op.Task, c.Followed[1].Run}).String(); !strings.Contains(drawn, want) {
			t.Errorf("Rerun of the first failed run is missing: %s", drawn)
		}
	}
	stopped := changeCases()["backfill_stopped"]
	if has(actionsOf(printer().Operation(stopped, sampleNow()).Blocks), ActionRerun) {
		t.Error("a stopped run is offered for a rerun as if it had failed")
	}
}

func TestPrinter_AuditCSV(t *testing.T) {
	t.Parallel()
	rows := sampleAudit(4, "=SUM(A1:A9)")
	rows[1].Name, rows[1].Actor = "+cmd", "@evil"
	rows[2].Name = "\t=1,\"2\"\nplanted-secret"
	rows[3].Name, rows[3].Link = "＝1+1", "https://demo.slack.com/archives/C1/p1"
	out := string(printer().AuditCSV(rows))
	if !strings.Contains(out, "https://demo.slack.com/archives/C1/p1") {
		t.Errorf("the link is missing: %s", out)
	}
	all, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil || len(all) != 5 {
		t.Fatalf("%d lines, %v", len(all), err)
	}
	for _, line := range all[1:] {
		for _, cell := range line {
			if cell != "" && strings.ContainsRune("=+-@\t\r＝", []rune(cell)[0]) {
				t.Errorf("%q is a formula", cell)
			}
		}
	}
	if all[1][4] != "'=SUM(A1:A9)" || all[1][0] != "2026-03-04T05:06:07Z" || all[1][2] != "view" || strings.Contains(out, "planted-secret") {
		t.Errorf("lines are %q", all)
	}
}

func TestPrinter_Log_TailKeepsTheEnd(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&log, "line %04d of the log 日志\n", i)
	}
	m := printer().Log(batchsync.LogExcerpt{Run: sampleRuns(4, "orders", false)[3], Tail: log.String() + "the cause", Lines: 2001})
	checkMessage(t, m)
	drawn := string(mustJSON(t, m.Blocks))
	if !strings.Contains(drawn, "the cause") || !strings.Contains(drawn, "earlier characters") || strings.Contains(drawn, "line 0001") {
		t.Errorf("the tail is not the end: %s", drawn)
	}
}

func TestPrinter_Candidates(t *testing.T) {
	t.Parallel()
	ref := batchsync.TaskRef{ID: 7, Name: "orders"}
	same := batchsync.TaskRef{ID: 8, Name: "orders"}
	for name, tt := range map[string]struct {
		typed string
		c     []batchsync.TaskRef
		says  string
		shows int
	}{
		"none":    {"x", nil, "No task is called exactly x.", 0},
		"similar": {"order", []batchsync.TaskRef{ref, same}, "Did you mean", 2},
		"same":    {"orders", []batchsync.TaskRef{ref, same}, "Several tasks are called orders.", 2},
		"many":    {"o", slices.Repeat([]batchsync.TaskRef{ref}, 9), "Did you mean", 5},
	} {
		m := printer().Candidates(tt.typed, tt.c)
		checkMessage(t, m)
		if got := actionsOf(m.Blocks); len(got) != tt.shows || !strings.Contains(m.Text, tt.says) {
			t.Errorf("%s: %q with %q", name, m.Text, got)
		}
	}
}

func TestLink(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]mark{
		"https://a.example/x?y=1&z=2":     "<https://a.example/x?y=1&amp;z=2|a&lt;b>",
		"https://a.example/?q=a|b>c":      "<https://a.example/?q=a%7Cb%3Ec|a&lt;b>",
		"javascript:alert(1)":             "a&lt;b",
		"":                                "a&lt;b",
		"https://user:secret@a.example/x": "a&lt;b",
	} {
		if got := link(in, "a<b"); got != want {
			t.Errorf("link %q is %q, want %q", in, got, want)
		}
	}
}

func TestParseRunRef(t *testing.T) {
	t.Parallel()
	if got, err := ParseRunRef(RunRef{40001, 9000}.String()); got != (RunRef{40001, 9000}) || err != nil {
		t.Errorf("round trip: %v, %v", got, err)
	}
	for _, s := range []string{"", "1", "1/", "/1", "1/2/3", "01/2", "1/-2", "0/1", "1/99999999999999999999"} {
		if got, err := ParseRunRef(s); err == nil || got != (RunRef{}) {
			t.Errorf("ParseRunRef(%q) = %v", s, got)
		}
	}
	for _, s := range []string{"", "1:", "1:x", "2:5", "1:05", "1:-5", "5"} {
		if got, err := ParseTaskRef(s); err == nil || got != 0 {
			t.Errorf("ParseTaskRef(%q) = %v", s, got)
		}
	}
	for _, s := range []string{"", "task.runs", "nonsense 1:5", " 1:5"} {
		if got, err := ParseMenuChoice(s); err == nil || got != (MenuChoice{}) {
			t.Errorf("ParseMenuChoice(%q) = %v", s, got)
		}
	}
}
