package blocks

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

func TestBackfillForm_Answers(t *testing.T) {
	t.Parallel()
	f := BackfillForm{Task: batchsync.TaskRef{ID: 7, Name: "orders"}, Zone: "Pacific/Auckland", Cron: "0 00 02 * * ? *", Now: sampleNow()}
	from, to, large := BackfillAnswers(stateOf(printer().BackfillForm(f)))
	if from != "2026-03-03" || to != "2026-03-03" || large {
		t.Errorf("untouched: %s %s %v, want yesterday in Auckland", from, to, large)
	}
	f.From, f.To, f.Large = "2026-01-01", "2026-02-01", 3000
	state := stateOf(printer().BackfillForm(f))
	if !BackfillUnticked(state) {
		t.Error("the box is not ticked")
	}
	block := largeInput("2026-01-01", "2026-02-01")
	unticked := &batchsync.Error{Code: batchsync.CodeInvalid, Text: batchsync.T("backfill.unticked", "100")}
	if shown := printer().FormErrors(state, unticked); shown[block] == "" {
		t.Errorf("errors are %v, want one at the box", shown)
	}
	state.Values[block][string(ActionLarge)] = slack.BlockAction{SelectedOptions: []slack.OptionBlockObject{{Value: yes}}}
	if from, to, large = BackfillAnswers(state); from != "2026-01-01" || to != "2026-02-01" || !large || BackfillUnticked(state) {
		t.Errorf("redrawn: %s %s %v", from, to, large)
	}
	state.Values[inputTo] = map[string]slack.BlockAction{string(ActionToDay): {SelectedDate: "2026-03-01"}}
	if _, _, large = BackfillAnswers(state); large || BackfillUnticked(state) {
		t.Error("the yes to some days counts for others, or is missed where nothing is known of their size")
	}
	if id, err := ParseTaskRef(printer().BackfillForm(f).PrivateMetadata); id != 7 || err != nil {
		t.Errorf("metadata points to %d, %v", id, err)
	}
	if from, to, large = BackfillAnswers(nil); from != "" || to != "" || large {
		t.Errorf("nothing: %q %q %v", from, to, large)
	}
}

// TestBackfillForm_Wrong says what is wrong with a day right above it.
func TestBackfillForm_Wrong(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		text batchsync.Text
		want string // block id of the input that follows
	}{
		{"from", batchsync.T("backfill.no_such_day", "2026/11/01"), inputFrom},
		{"to", batchsync.T("backfill.future", "2099-01-01"), inputTo},
		{"too many", batchsync.T("backfill.many_days", "a, b, c"), inputFrom},
		{"reversed", batchsync.T("backfill.reversed", "b", "a"), inputTo},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := &batchsync.Error{Code: batchsync.CodeInvalid, Text: tt.text}
			if !AboutDays(err) {
				t.Fatal("it is about the days")
			}
			view := printer().BackfillForm(BackfillForm{
				Task: batchsync.TaskRef{ID: 7, Name: "orders"}, Zone: "UTC", Cron: "0 00 02 * * ? *", From: "2026/11/01", To: "2099-01-01", Wrong: err, Now: sampleNow(),
			})
			checkView(t, view)
			ids := []string{}
			for _, b := range view.Blocks.BlockSet {
				ids = append(ids, b.ID())
			}
			if i := slices.Index(ids, "wrong"); i < 0 || ids[i+1] != tt.want {
				t.Errorf("blocks are %q, want the sentence before %q", ids, tt.want)
			}
		})
	}
	if AboutDays(fmt.Errorf("no error of ours")) || AboutDays(nil) {
		t.Error("anything is about days")
	}
}

// TestScheduleForm_Cluster asks a task without a cluster for one.
func TestScheduleForm_Cluster(t *testing.T) {
	t.Parallel()
	f := ScheduleForm{
		Task: batchsync.TaskRef{ID: 7, Name: "orders"}, Zone: "UTC", Now: sampleNow(), Cluster: "sync_b",
		Clusters: []batchsync.VCluster{{Name: "default", Type: "GENERAL"}, {Name: "sync_a", Type: "INTEGRATION"}, {Name: "sync_b", Type: "INTEGRATION"}},
	}
	view := printer().ScheduleForm(f)
	checkView(t, view)
	if got := ClusterAnswer(stateOf(view)); got != "sync_b" {
		t.Errorf("untouched: %q, want the preferred one", got)
	}
	f.VCluster = "sync_a"
	if _, asked := stateOf(printer().ScheduleForm(f)).Values[inputCluster]; asked {
		t.Error("a task that has a cluster is asked for one")
	}
}

func TestUndeployForm_Answers(t *testing.T) {
	t.Parallel()
	op := sampleChange(batchsync.OpUndeploy, batchsync.OpProposed, 0, "orders")
	view := printer().UndeployForm(op, sampleView(1, 5, "orders"))
	state := stateOf(view)
	if typed, with := UndeployAnswers(state); typed != "" || with {
		t.Errorf("untouched: %q %v", typed, with)
	}
	state.Values[inputName][string(ActionTypedName)] = slack.BlockAction{Value: " orders "}
	state.Values[inputDownstream][string(ActionDownstream)] = slack.BlockAction{SelectedOptions: []slack.OptionBlockObject{{Value: yes}}}
	if typed, with := UndeployAnswers(state); typed != "orders" || !with {
		t.Errorf("filled in: %q %v", typed, with)
	}
	if ref, err := ParseRef(view.PrivateMetadata); ref != (Ref{ID: "op1", Version: 7}) || err != nil {
		t.Errorf("metadata is %v, %v", ref, err)
	}
	op.Change.After = nil
	if _, shown := stateOf(printer().UndeployForm(op, batchsync.TaskView{})).Values[inputDownstream]; shown {
		t.Error("a choice about downstream tasks is offered where there are none")
	}
}

// What the deployed expression means comes back from the untouched form.
func TestScheduleForm_Answers(t *testing.T) {
	t.Parallel()
	for _, cron := range []string{"0 00 02 * * ? *", "0 30 03 ? * 1,5 *", "0 15 04 31 * ? *", "0 05 01-23/6 * * ? *", "0 07 * * * ? *", "0 */15 * * * ? *"} {
		view := printer().ScheduleForm(ScheduleForm{Task: batchsync.TaskRef{ID: 7, Name: "orders"}, Cron: cron, VCluster: "VC", Zone: "Asia/Shanghai", Now: sampleNow()})
		checkView(t, view)
		answers := ScheduleAnswers(stateOf(view))
		schedule := batchsync.Draft{Answers: answers}.Spec().Schedule
		if got := schedule.Cron().Stored; !batchsync.SameCron(got, cron) || schedule.Zone != "Asia/Shanghai" {
			t.Errorf("%q comes back as %q in %s from %v", cron, got, schedule.Zone, answers)
		}
		if _, foreign := answers[batchsync.FieldName]; foreign {
			t.Error("an answer that is none of the schedule")
		}
	}
	view := printer().ScheduleForm(ScheduleForm{Answers: batchsync.Answers{batchsync.FieldSchedule: one("monthly")}, Cron: "0 00 02 * * ? *", Zone: "UTC", Now: sampleNow()})
	if answers := ScheduleAnswers(stateOf(view)); answers.Value(batchsync.FieldSchedule) != "monthly" {
		t.Errorf("what was chosen is forgotten: %v", answers)
	}
}

func TestMuteForm_Answers(t *testing.T) {
	t.Parallel()
	state := stateOf(printer().MuteForm(batchsync.TaskRef{ID: 7}, time.Time{}, sampleNow()))
	if choice, day := MuteAnswers(state); choice != MuteShift || day != "" {
		t.Errorf("untouched: %q %q", choice, day)
	}
	state.Values[inputMuteDay][string(ActionMuteDay)] = slack.BlockAction{SelectedDate: "2026-03-09"}
	if _, day := MuteAnswers(state); day != "2026-03-09" {
		t.Errorf("day is %q", day)
	}
	if choice, day := MuteAnswers(nil); choice+day != "" {
		t.Errorf("nothing: %q %q", choice, day)
	}
}

func TestPrinter_FormErrors(t *testing.T) {
	t.Parallel()
	p := printer()
	ref := batchsync.TaskRef{ID: 7, Name: "orders"}
	backfill := stateOf(p.BackfillForm(BackfillForm{Task: ref, Zone: "UTC", From: "2026-03-02", To: "2026-03-01", Now: sampleNow()}))
	schedule := stateOf(p.ScheduleForm(ScheduleForm{Task: ref, Cron: "0 30 03 ? * 1,5 *", Zone: "UTC", Now: sampleNow()}))
	undeploy := stateOf(p.UndeployForm(sampleChange(batchsync.OpUndeploy, batchsync.OpProposed, 0, "orders"), batchsync.TaskView{}))
	mute := stateOf(p.MuteForm(ref, time.Time{}, sampleNow()))
	tests := []struct {
		name  string
		state *slack.ViewState
		text  batchsync.Text
		want  string // beginning of the block id, "" for none
	}{
		{"reversed", backfill, batchsync.T("backfill.reversed", "2026-03-02", "2026-03-01"), inputTo},
		{"future from", backfill, batchsync.T("backfill.future", "2026-03-02"), inputFrom},
		{"future to", backfill, batchsync.T("backfill.future", "2026-03-01"), inputTo},
		{"no such day", backfill, batchsync.T("backfill.no_such_day", "2026-03-02"), inputFrom},
		{"too old", backfill, batchsync.T("backfill.too_old", "2026-03-02", "2000"), inputFrom},
		{"empty", backfill, batchsync.T("backfill.empty"), inputTo},
		{"elsewhere", backfill, batchsync.T("platform.refused"), ""},
		{"weekdays", schedule, batchsync.T("schedule.weekdays_missing"), "field/weekdays/"},
		{"zone", schedule, batchsync.T("schedule.zone_drifts", "a", "b"), "field/zone/"},
		{"not asked", schedule, batchsync.T("schedule.day_invalid"), ""},
		{"name", undeploy, batchsync.T("undeploy.name_differs", "orders"), inputName},
		{"mute", mute, batchsync.T("mute.day_range", "2020-01-01"), inputMuteDay},
		{"nothing submitted", nil, batchsync.T("backfill.empty"), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := p.FormErrors(tt.state, fmt.Errorf("plan: %w", &batchsync.Error{Code: batchsync.CodeInvalid, Text: tt.text}))
			if tt.want == "" {
				if got != nil {
					t.Errorf("%v, want none", got)
				}
				return
			}
			if len(got) != 1 {
				t.Fatalf("%v, want one error", got)
			}
			for block, said := range got {
				if _, shown := tt.state.Values[block]; !strings.HasPrefix(block, tt.want) || !shown || said == "" || units(said) > maxFieldError {
					t.Errorf("%q at %q, want it at %q", said, block, tt.want)
				}
			}
		})
	}
	if got := p.FormErrors(backfill, fmt.Errorf("no error of ours")); got != nil {
		t.Errorf("a foreign error is shown as %v", got)
	}
}
