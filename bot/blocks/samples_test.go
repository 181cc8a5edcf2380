package blocks

import (
	"fmt"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
	"batchsync/internal/redact"
)

func printer() Printer { return Drawer{Redact: redact.New("planted-secret")}.In("en-US") }

func sampleNow() time.Time { return time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC) }

// names are what platforms hold.
func names() map[string]string {
	return map[string]string{
		"english": "orders",
		"chinese": "订单_明细表",
		"emoji":   "orders 🚀👩‍👩‍👧",
		"long":    strings.Repeat("长", 255),
		"hostile": hostile,
		"empty":   "",
	}
}

const hostile = "<!channel> @here </x> & ``` <@U0EVIL> https://evil.example *b* \u202e\x07 planted-secret xoxb-1234567890-planted"

func choice(v string) []batchsync.Choice {
	if v == "" {
		return nil
	}
	return []batchsync.Choice{{Value: v}}
}

// sampleDraft is a complete draft whose foreign names are all name.
func sampleDraft(step batchsync.Step, kind batchsync.SourceKind, scope batchsync.Scope, every batchsync.Every, name string) batchsync.Draft {
	d := batchsync.NewDraft("d1", "U0ACTOR", "C0CHAN", batchsync.Defaults{
		Zone: "Asia/Shanghai", TargetSchema: "ods", VCluster: name,
		Folder: batchsync.Folder{ID: 7, Path: name}, Target: batchsync.Datasource{ID: 9, Name: name},
	}, sampleNow())
	d.Step, d.Version = step, 3
	a := d.Answers
	a[batchsync.FieldKind] = choice(string(kind))
	a[batchsync.FieldSource] = []batchsync.Choice{{Value: "5", Label: name}}
	a[batchsync.FieldScope] = choice(string(scope))
	a[batchsync.FieldSourceSchema] = choice(name)
	a[batchsync.FieldTables] = choice(name)
	a[batchsync.FieldTargetTable] = choice(name)
	switch scope {
	case batchsync.ScopeMulti, batchsync.ScopeMerge:
		if scope == batchsync.ScopeMulti {
			delete(a, batchsync.FieldTargetTable)
		}
		a[batchsync.FieldTables] = nil
		for i := range 30 {
			a[batchsync.FieldTables] = append(a[batchsync.FieldTables], batchsync.Choice{Value: fmt.Sprintf("%s_%02d", cut(name, 140, ""), i)})
		}
	case batchsync.ScopeWhole:
		a[batchsync.FieldTargetTable] = choice(batchsync.VarSourceTable)
	}
	a[batchsync.FieldSchedule] = choice(string(every))
	a[batchsync.FieldWeekdays] = []batchsync.Choice{{Value: "1"}, {Value: "5"}}
	a[batchsync.FieldDay] = choice("31")
	a[batchsync.FieldStep] = choice("2")
	a[batchsync.FieldUntil] = choice(batchsync.UntilAlways)
	a[batchsync.FieldName] = choice(name)
	return d
}

func sampleScreen(d batchsync.Draft) Screen {
	return Screen{Draft: d, PlatformZone: "UTC", Now: sampleNow()}
}

// sampleOperation stands at a state, at its step number current.
func sampleOperation(state batchsync.OperationState, current int, scope batchsync.Scope, name string) batchsync.Operation {
	d := sampleDraft(batchsync.StepReview, batchsync.KindMySQL, scope, batchsync.Daily, name)
	op := batchsync.NewCreate("op1", d, d.Spec(), sampleNow())
	op.State, op.Version = state, 4
	op.StudioURL = "https://studio.example.com/task/40001?x=1&y=2"
	stepState := map[batchsync.OperationState]batchsync.StepState{
		batchsync.OpRunning: batchsync.StepRunning, batchsync.OpWaiting: batchsync.StepWaiting,
		batchsync.OpUnknown: batchsync.StepUnknown, batchsync.OpFailed: batchsync.StepFailed, batchsync.OpDropped: batchsync.StepFailed,
		batchsync.OpRefused: batchsync.StepFailed,
	}[state]
	for i := range op.Steps {
		switch {
		case i < current:
			op.Steps[i].State = batchsync.StepDone
		case i == current:
			op.Steps[i].State = stepState
			op.Steps[i].Notes = []batchsync.Text{
				batchsync.T("preflight.source_ok", name, "MySQL"), batchsync.T("preflight.tables_gone", name, name),
			}
			op.Steps[i].Problem = &batchsync.Problem{
				Code: batchsync.CodeRefused, Text: batchsync.T("platform.refused"), Hint: batchsync.T("platform.refused_hint"),
				Detail: strings.Repeat(name+"\n", 3),
			}
		}
	}
	switch {
	case state == batchsync.OpRefused:
		op.StudioURL = ""
	case current > 1:
		op.Task = 40001
	}
	return op
}

// sampleDebugFirst is a creation whose debug run failed.
func sampleDebugFirst() batchsync.Operation {
	d := sampleDraft(batchsync.StepReview, batchsync.KindMySQL, batchsync.ScopeMulti, batchsync.Daily, "orders")
	d.Answers[batchsync.FieldDebug] = choice(batchsync.Yes)
	op := batchsync.NewCreate("op1", d, d.Spec(), sampleNow())
	op.State, op.Version, op.Task, op.Debug = batchsync.OpWaiting, 9, 40001, sampleDebug(3, "orders")
	for i := range op.Steps[:4] {
		op.Steps[i].State = batchsync.StepDone
	}
	op.Steps[3].State = batchsync.StepWaiting
	op.Steps[3].Problem = &batchsync.Problem{Code: batchsync.CodeWaiting, Text: batchsync.T("debug.failed", "900036"), Hint: batchsync.T("debug.failed_hint")}
	return op
}

// stateOf is what Slack would send for a view nobody touched.
func stateOf(v slack.ModalViewRequest) *slack.ViewState {
	out := &slack.ViewState{Values: map[string]map[string]slack.BlockAction{}}
	for _, b := range v.Blocks.BlockSet {
		in, ok := b.(*slack.InputBlock)
		if !ok {
			continue
		}
		id, action := untouched(in.Element)
		out.Values[in.BlockID] = map[string]slack.BlockAction{id: action}
	}
	return out
}

func untouched(el slack.BlockElement) (string, slack.BlockAction) {
	var a slack.BlockAction
	one := func(o *slack.OptionBlockObject) {
		if o != nil {
			a.SelectedOption = *o
		}
	}
	many := func(all []*slack.OptionBlockObject) {
		for _, o := range all {
			a.SelectedOptions = append(a.SelectedOptions, *o)
		}
	}
	switch e := el.(type) {
	case *slack.SelectBlockElement:
		one(e.InitialOption)
		return e.ActionID, a
	case *slack.MultiSelectBlockElement:
		many(e.InitialOptions)
		return e.ActionID, a
	case *slack.RadioButtonsBlockElement:
		one(e.InitialOption)
		return e.ActionID, a
	case *slack.CheckboxGroupsBlockElement:
		many(e.InitialOptions)
		return e.ActionID, a
	case *slack.TimePickerBlockElement:
		a.SelectedTime = e.InitialTime
		return e.ActionID, a
	case *slack.DatePickerBlockElement:
		a.SelectedDate = e.InitialDate
		return e.ActionID, a
	case *slack.PlainTextInputBlockElement:
		a.Value = e.InitialValue
		return e.ActionID, a
	}
	return "", a
}
