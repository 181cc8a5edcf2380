package blocks

import (
	"slices"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// What is drawn and not touched must come back as it was.
func TestAnswers_RoundTrip(t *testing.T) {
	t.Parallel()
	for _, step := range batchsync.Steps() {
		for _, scope := range batchsync.Scopes() {
			for _, every := range batchsync.Rhythms() {
				d := sampleDraft(step, batchsync.KindMySQL, scope, every, "orders 🚀 订单")
				got := Answers(stateOf(printer().Wizard(sampleScreen(d))))
				for _, f := range batchsync.StepFields(step) {
					want := d.Answers.Values(f)
					if !d.Shows(f) {
						want = nil
					}
					if !slices.Equal(got.Values(f), want) {
						t.Errorf("step %s, scope %s, %s: %s came back as %q, want %q", step, scope, every, f, got.Values(f), want)
					}
					if _, shown := got[f]; shown != d.Shows(f) {
						t.Errorf("step %s, scope %s, %s: %s has an entry: %v", step, scope, every, f, shown)
					}
				}
			}
		}
	}
}

func TestAnswers_Labels(t *testing.T) {
	t.Parallel()
	d := sampleDraft(batchsync.StepSource, batchsync.KindMySQL, batchsync.ScopeSingle, batchsync.Daily, "shop")
	got := Answers(stateOf(printer().Wizard(sampleScreen(d))))
	if want := []batchsync.Choice{{Value: "5", Label: "shop"}}; !slices.Equal(got[batchsync.FieldSource], want) {
		t.Errorf("source is %+v, want %+v", got[batchsync.FieldSource], want)
	}
}

func TestAnswers_DropsWhatIsNoAnswer(t *testing.T) {
	t.Parallel()
	option := printer().LoadingOptions().Options[0]
	state := &slack.ViewState{Values: map[string]map[string]slack.BlockAction{
		"field/source/ab":   {"field.source": {SelectedOption: *option}},
		"field/tables/ab":   {"field.tables": {SelectedOptions: []slack.OptionBlockObject{*option, {Value: "a"}}}},
		"field/nonsense/ab": {"field.nonsense": {Value: "x"}},
		"field/kind":        {"field.kind": {Value: "x"}},
		"other":             {"field.kind": {Value: "x"}},
		"field/name/ab":     {"field.scope": {Value: "x"}},
	}}
	got := Answers(state)
	if len(got) != 2 || len(got[batchsync.FieldSource]) != 0 || !slices.Equal(got.Values(batchsync.FieldTables), []string{"a"}) {
		t.Errorf("answers are %+v, want tables a and an empty source", got)
	}
	if Answers(nil) == nil {
		t.Error("no state gives nil answers")
	}
}

func TestPrinter_FieldErrors_OnlyShownInputs(t *testing.T) {
	t.Parallel()
	d := sampleDraft(batchsync.StepTables, batchsync.KindMySQL, batchsync.ScopeSingle, batchsync.Daily, "orders")
	errs := []batchsync.FieldError{
		{Field: batchsync.FieldTables, Text: batchsync.T("field.table_gone", strings.Repeat("x", 255), "shop")},
		{Field: batchsync.FieldTables, Text: batchsync.T("field.table_missing")},
		{Field: batchsync.FieldSource, Text: batchsync.T("field.source_missing")},
		{Text: batchsync.T("draft.out_of_date")},
	}
	got := printer().FieldErrors(stateOf(printer().Wizard(sampleScreen(d))), errs)
	text := got[FieldBlockID(d, batchsync.FieldTables)]
	if len(got) != 1 || !strings.HasPrefix(text, "Table xxx") || units(text) > maxFieldError {
		t.Errorf("errors are %q, want the first one of tables, cut", got)
	}
	if got := printer().FieldErrors(nil, errs); len(got) != 0 {
		t.Errorf("errors without a screen: %q", got)
	}
}

func TestFieldBlockID_ChangesWithWhatItDependsOn(t *testing.T) {
	t.Parallel()
	base := sampleDraft(batchsync.StepTables, batchsync.KindMySQL, batchsync.ScopeSingle, batchsync.Daily, "orders")
	tests := []struct {
		name           string
		change, moving batchsync.Field
		moves          bool
	}{
		{"source by kind", batchsync.FieldKind, batchsync.FieldSource, true},
		{"schema by source", batchsync.FieldSource, batchsync.FieldSourceSchema, true},
		{"tables by schema", batchsync.FieldSourceSchema, batchsync.FieldTables, true},
		{"tables by scope", batchsync.FieldScope, batchsync.FieldTables, true},
		{"proposed target table by table", batchsync.FieldTables, batchsync.FieldTargetTable, true},
		{"proposed target table by scope", batchsync.FieldScope, batchsync.FieldTargetTable, true},
		{"proposed name by table", batchsync.FieldTables, batchsync.FieldName, true},
		{"proposed name by rhythm", batchsync.FieldSchedule, batchsync.FieldName, true},
		{"name stays", batchsync.FieldFolder, batchsync.FieldName, false},
		{"step by rhythm", batchsync.FieldSchedule, batchsync.FieldStep, true},
		{"target stays", batchsync.FieldSource, batchsync.FieldTarget, false},
		{"time stays", batchsync.FieldSchedule, batchsync.FieldTime, false},
		{"own answer does not matter", batchsync.FieldTables, batchsync.FieldTables, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			next := base.With(nil)
			next.Answers[tt.change] = choice("other")
			if moved := FieldBlockID(base, tt.moving) != FieldBlockID(next, tt.moving); moved != tt.moves {
				t.Errorf("block id of %s moved: %v, want %v", tt.moving, moved, tt.moves)
			}
		})
	}
}
