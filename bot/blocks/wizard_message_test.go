package blocks

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// framedState is what Slack sends of a message's inputs when nothing was
// changed.
func framedState(m Message) *slack.ViewState {
	return stateOf(slack.ModalViewRequest{Blocks: slack.Blocks{BlockSet: m.Blocks}})
}

func TestPrinter_InMessage_Golden(t *testing.T) {
	t.Parallel()
	for _, step := range batchsync.Steps() {
		for _, scope := range batchsync.Scopes() {
			name := string(step) + "_" + string(scope)
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				d := sampleDraft(step, batchsync.KindMySQL, scope, batchsync.Daily, "orders")
				view := printer().Wizard(sampleScreen(d))
				m := printer().InMessage(view)
				checkMessage(t, m)
				goldenMessage(t, "message_wizard_"+name, m)
				framedLikeModal(t, view, m)
				chinese := chinesePrinter().InMessage(chinesePrinter().Wizard(sampleScreen(d)))
				checkMessage(t, chinese)
				goldenWords(t, "message_wizard_"+name, drawing(chinese))
			})
		}
	}
	d := sampleDraft(batchsync.StepTables, batchsync.KindMySQL, batchsync.ScopeSingle, batchsync.Daily, "orders")
	goldenMessage(t, "message_wizard_passed", printer().Passed(printer().InMessage(printer().Wizard(sampleScreen(d)))))
	goldenMessage(t, "message_wizard_choose", printer().InMessage(printer().Choose(d, 0, sampleNow())))
}

// framedLikeModal holds that the message asks exactly what the modal asks, with
// the same answers, and that everything in it that can be used leads back.
func framedLikeModal(t *testing.T, view slack.ModalViewRequest, m Message) {
	t.Helper()
	if modal, message := fmt.Sprint(Answers(stateOf(view))), fmt.Sprint(Answers(framedState(m))); modal != message {
		t.Errorf("the message answers %s, the modal %s", message, modal)
	}
	for _, b := range m.Blocks {
		id := b.ID()
		ref, ok := FrameRef(id)
		switch b.(type) {
		case *slack.InputBlock, *slack.ActionBlock:
			if (!ok || ref != view.PrivateMetadata) && id != "frame/ways" {
				t.Errorf("block %q leads to %q, want %q", id, ref, view.PrivateMetadata)
			}
		default:
			if ok {
				t.Errorf("block %q cannot be used", id)
			}
		}
	}
}

func TestPrinter_InMessage_EveryName(t *testing.T) {
	t.Parallel()
	for label, name := range names() {
		for _, step := range batchsync.Steps() {
			for i, scope := range slices.Concat(batchsync.Scopes(), batchsync.Scopes()) {
				printer := printer
				if i >= len(batchsync.Scopes()) {
					printer = chinesePrinter
				}
				d := sampleDraft(step, batchsync.KindMySQL, scope, batchsync.Weekly, name)
				d.More = true
				d.Notes = []batchsync.Text{batchsync.T("like.from", name), batchsync.T("like.schedule", name)}
				s := sampleScreen(d)
				s.Problems = []batchsync.FieldError{{Field: batchsync.FieldTables, Text: batchsync.T("field.table_gone", name, name)}}
				if r := checkMessage(t, printer().InMessage(printer().Wizard(s))); len(r.mentions) > 0 {
					t.Errorf("mentions %v", r.mentions)
				}
				checkMessage(t, printer().Questions(&d))
				checkMessage(t, printer().OtherKept(d))
				if step == batchsync.StepSource && scope == batchsync.ScopeSingle { // a line has neither
					checkMessage(t, printer().LineGivenUp(strings.Repeat(name+" ", 20)))
					checkMessage(t, printer().LineGivenUp(strings.Repeat(name+" ", 4000)))
				}
				many := printer().Drafts(slices.Repeat([]batchsync.Draft{d}, 2*maxDrafts))
				checkView(t, many)
				checkMessage(t, printer().InMessage(many))
				checkView(t, printer().Choose(d, 7, sampleNow()))
				w := WrongLine{Draft: d, Line: name}
				for range 20 {
					p := batchsync.LineProblem{Quoted: name, Text: batchsync.T("field.schema_gone", name), Nearest: []string{name, name}}
					w.Problems = append(w.Problems, WrongWords{p, []string{name, name, name, name}})
				}
				if r := checkView(t, printer().WrongLine(w)); len(r.mentions) > 0 {
					t.Errorf("mentions %v", r.mentions)
				}
				checkMessage(t, printer().InMessage(printer().WrongLine(w)))
				if t.Failed() {
					t.Fatalf("with %s name, step %s, scope %s", label, step, scope)
				}
			}
		}
	}
}

// A choice that a message has no room for is counted and not asked, so that
// using another question cannot lose a part of it.
func TestPrinter_InMessage_ManyTables(t *testing.T) {
	t.Parallel()
	for n, asked := range map[int]bool{3: true, maxFramedChosen: true, maxFramedChosen + 1: false, 1000: false} {
		d := sampleDraft(batchsync.StepTables, batchsync.KindMySQL, batchsync.ScopeMulti, batchsync.Daily, "orders")
		d.Answers[batchsync.FieldTables] = nil
		for i := range n {
			d.Answers[batchsync.FieldTables] = append(d.Answers[batchsync.FieldTables], batchsync.Choice{Value: fmt.Sprintf("table_%04d", i)})
		}
		m := printer().InMessage(printer().Wizard(sampleScreen(d)))
		checkMessage(t, m)
		answers := Answers(framedState(m))
		if _, ok := answers[batchsync.FieldTables]; ok != asked {
			t.Errorf("%d tables: asked %v, want %v", n, ok, asked)
		}
		if got := d.With(answers).Answers[batchsync.FieldTables]; len(got) != n {
			t.Errorf("%d of %d tables are left when something is used", len(got), n)
		}
	}
}

// What no menu holds is counted in a modal, too.
func TestPrinter_Wizard_TooMuch(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 200)
	many := make([]batchsync.Choice, maxChosen+1)
	for i := range many {
		many[i].Value = fmt.Sprintf("table_%04d", i)
	}
	for _, tt := range []struct {
		name   string
		scope  batchsync.Scope
		field  batchsync.Field
		answer []batchsync.Choice
		asked  bool
	}{
		{"as many as fit", batchsync.ScopeMulti, batchsync.FieldTables, many[:maxChosen], true},
		{"more", batchsync.ScopeMulti, batchsync.FieldTables, many, false},
		{"one with a long name", batchsync.ScopeSingle, batchsync.FieldTables, choice(long), false},
		{"a schema with a long name", batchsync.ScopeSingle, batchsync.FieldSourceSchema, choice(long), false},
		{"open", batchsync.ScopeSingle, batchsync.FieldTables, nil, true},
		{"cleared", batchsync.ScopeSingle, batchsync.FieldTables, choice(""), true},
	} {
		d := sampleDraft(batchsync.StepTables, batchsync.KindMySQL, tt.scope, batchsync.Daily, "orders")
		d.Answers[tt.field] = tt.answer
		v := printer().Wizard(sampleScreen(d))
		checkView(t, v)
		answers := Answers(stateOf(v))
		if _, asked := answers[tt.field]; asked != tt.asked {
			t.Errorf("%s: asked %v, want %v", tt.name, asked, tt.asked)
		}
		if got := d.With(answers).Answers[tt.field]; tt.answer != nil && tt.answer[0].Value != "" && len(got) != len(tt.answer) {
			t.Errorf("%s: %d of %d are left when the screen is sent", tt.name, len(got), len(tt.answer))
		}
	}
}

func TestPrinter_WrongLine_Golden(t *testing.T) {
	t.Parallel()
	d := sampleDraft(batchsync.StepTables, batchsync.KindMySQL, batchsync.ScopeSingle, batchsync.Daily, "orders")
	line := "aliyun_mysql shop.oders -> ods.orders dayly 02:00"
	wrong := WrongLine{Draft: d, Line: line, Problems: []WrongWords{
		{batchsync.LineProblem{Quoted: "dayly", Text: batchsync.T("oneline.unknown_word"), Nearest: []string{"daily"}}, []string{strings.Replace(line, "dayly", "daily", 1)}},
		{batchsync.LineProblem{Quoted: "oders", Text: batchsync.T("field.table_gone", "oders", "shop"), Nearest: []string{"orders", "order_items"}}, nil},
	}}
	v := printer().WrongLine(wrong)
	checkView(t, v)
	goldenWords(t, "wizard_wrong_line", chinesePrinter().WrongLine(wrong))
	goldenWords(t, "message_questions", drawing(chinesePrinter().Questions(&d)))
	golden(t, "wizard_wrong_line", v)
	mended := wrong
	mended.Mended = "aliyun_mysql shop.orders -> ods.orders daily 02:00"
	checkView(t, printer().WrongLine(mended))
	golden(t, "wizard_wrong_line_mended", printer().WrongLine(mended))
	m := printer().InMessage(v)
	checkMessage(t, m)
	goldenMessage(t, "message_wrong_line", m)
	goldenMessage(t, "message_questions", printer().Questions(nil))
	goldenMessage(t, "message_questions_draft", printer().Questions(&d))
}

func TestFrameRef(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		block, ref string
		ok         bool
	}{
		{"field/source/abcd1234#3:d1", "3:d1", true},
		{"frame/buttons#3.ab12:d1", "3.ab12:d1", true},
		{"a#1:b#2:c", "1:b#2:c", true},
		{"field/source/abcd1234", "", false},
		{"#3:d1", "", false},
		{"a#", "", false},
		{"a#03:d1", "", false},
		{"a#3", "", false},
		{"a#3:" + strings.Repeat("x", 300), "", false},
		{"", "", false},
	} {
		ref, ok := FrameRef(tt.block)
		if ok != tt.ok || ok && ref != tt.ref {
			t.Errorf("FrameRef(%q) = %q, %v, want %q, %v", tt.block, ref, ok, tt.ref, tt.ok)
		}
	}
}

// What is no reference is never taken for one, and what is one comes back whole.
func FuzzFrameRef(f *testing.F) {
	f.Add("field/source/abcd1234", "3:d1")
	f.Add("frame/buttons", "3.ab12:d1")
	f.Add("a#1:b", "")
	f.Fuzz(func(t *testing.T, block, ref string) {
		got, ok := FrameRef(block + frameMark + ref)
		if !ok {
			return
		}
		r, err := ParseRef(got)
		if err != nil || r.String() != got {
			t.Fatalf("%q # %q is read as %q", block, ref, got)
		}
		if block != "" && !strings.Contains(block, frameMark) && got != ref {
			t.Errorf("%q # %q is read as %q", block, ref, got)
		}
		if field, known := fieldOfBlock(framed(FieldBlockID(batchsync.Draft{}, batchsync.FieldSource), got)); !known || field != batchsync.FieldSource {
			t.Errorf("the field of %q is %q", got, field)
		}
	})
}
