package blocks

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"batchsync/internal/batchsync"

	"github.com/slack-go/slack"
)

// TestPrinter_Wizard_Debug asks for a debug run where the name is asked for,
// keeps the answer, and tells what follows from it.
func TestPrinter_Wizard_Debug(t *testing.T) {
	t.Parallel()
	for _, ticked := range []bool{false, true} {
		d := sampleDraft(batchsync.StepPlace, batchsync.KindMySQL, batchsync.ScopeSingle, batchsync.Daily, "orders")
		if ticked {
			d.Answers[batchsync.FieldDebug] = choice(batchsync.Yes)
		}
		for _, p := range both() {
			var box *slack.CheckboxGroupsBlockElement
			for _, b := range p.Wizard(sampleScreen(d)).Blocks.BlockSet {
				if in, ok := b.(*slack.InputBlock); ok && strings.HasPrefix(in.BlockID, blockPrefix+string(batchsync.FieldDebug)) {
					box, _ = in.Element.(*slack.CheckboxGroupsBlockElement)
				}
			}
			if box == nil || len(box.Options) != 1 || (len(box.InitialOptions) == 1) != ticked {
				t.Errorf("ticked %v: drawn as %+v", ticked, box)
			}
			review := d
			review.Step = batchsync.StepReview
			text, err := json.Marshal(p.Wizard(sampleScreen(review)))
			if err != nil {
				t.Fatal(err)
			}
			said, _, _ := strings.Cut(p.words["plan.debug"], "%")
			if strings.Contains(string(text), said) != ticked {
				t.Errorf("ticked %v: the plan is %s", ticked, text)
			}
		}
	}
	state := &slack.ViewState{Values: map[string]map[string]slack.BlockAction{
		FieldBlockID(batchsync.Draft{}, batchsync.FieldDebug): {string(FieldAction(batchsync.FieldDebug)): {
			SelectedOptions: []slack.OptionBlockObject{{Value: batchsync.Yes}},
		}},
	}}
	if got := Answers(state); got.Value(batchsync.FieldDebug) != batchsync.Yes {
		t.Errorf("read as %+v", got)
	}
}

// TestPrinter_Operation_DebugButtons offers to stop a run that is there, what
// explains a failed one, and an acceptance of a good one.
func TestPrinter_Operation_DebugButtons(t *testing.T) {
	t.Parallel()
	with := func(state batchsync.OperationState, current int, edit func(*batchsync.DebugRun)) batchsync.Operation {
		op := sampleChange(batchsync.OpDebug, state, current, "orders")
		op.StudioURL = ""
		edit(op.Debug)
		return op
	}
	as := func(*batchsync.DebugRun) {}
	for name, tt := range map[string]struct {
		op   batchsync.Operation
		want []string
	}{
		"not seen yet": {with(batchsync.OpRunning, 1, as), nil},
		"at work":      {with(batchsync.OpRunning, 2, as), []string{"Stop"}},
		"stopping":     {with(batchsync.OpRunning, 2, func(d *batchsync.DebugRun) { d.StopAsked = true }), nil},
		"good":         {with(batchsync.OpDone, 3, func(d *batchsync.DebugRun) { d.Status = batchsync.RunSuccess }), []string{"Run Acceptance", "Show Task"}},
		"failed":       {with(batchsync.OpDone, 3, as), []string{"Diagnose", "View Log", "Show Task"}},
		"stopped":      {with(batchsync.OpDone, 3, func(d *batchsync.DebugRun) { d.StopAsked = true }), []string{"View Log", "Show Task"}},
		"first failed": {sampleDebugFirst(), []string{"Check Again", "Diagnose", "View Log", "Give Up"}},
	} {
		var got []string
		for _, e := range printer().cardButtons(tt.op) {
			got = append(got, e.(*slack.ButtonBlockElement).Text.Text)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: buttons %q, want %q", name, got, tt.want)
		}
	}
}

// TestPrinter_DebugTables counts every table once.
func TestPrinter_DebugTables(t *testing.T) {
	t.Parallel()
	var d batchsync.DebugRun
	for i := range 14 {
		d.Tables = append(d.Tables, batchsync.TableResult{Table: "t", State: batchsync.TableOK, Rows: int64(i)})
	}
	for range 3 {
		d.Tables = append(d.Tables, batchsync.TableResult{Table: "u", State: batchsync.TableUnknown, Rows: -1})
	}
	d.More = 5
	got := strings.Split(string(printer().debugTables(d)), "\n")
	if len(got) != maxDebugTables+2 || got[maxDebugTables] != "+4 more" || !strings.HasSuffix(got[maxDebugTables+1], ": 8.") {
		t.Errorf("got %q", got)
	}
	if took := (batchsync.DebugRun{Began: sampleNow(), Ended: sampleNow().Add(time.Minute)}).Took(); took != time.Minute {
		t.Errorf("took %v", took)
	}
}
