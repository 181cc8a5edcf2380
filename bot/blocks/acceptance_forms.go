package blocks

import (
	"slices"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// Block ids of the inputs of these forms.
const (
	inputFigureTable = "form/figure_table"
	inputFigure      = "form/figure"
	inputKeys        = "form/keys"
	inputNonNull     = "form/non_null"
	inputTolerance   = "form/tolerance"
	inputRowDrop     = "form/row_drop"
)

const (
	maxMenu     = 100  // entries of a menu that needs no search
	maxKeysText = 3000 // of what is typed about key fields
	maxTyped    = 40   // of a typed number
)

// FigureTables are the tables of an acceptance, by their index, whose source
// rows a person can give: all that were not counted, those that need it first.
func FigureTables(a batchsync.Acceptance) []int {
	var missing, others []int
	for i, t := range a.Tables {
		switch t.Source.How {
		case batchsync.CountedExactly:
		case batchsync.CountedNot:
			missing = append(missing, i)
		default:
			others = append(others, i)
		}
	}
	return append(missing, others...)
}

// FigureForm asks for the rows of one source table, as a person counted them.
// Its metadata is [AcceptanceRef].
func (p Printer) FigureForm(a batchsync.Acceptance) slack.ModalViewRequest {
	var options []*slack.OptionBlockObject
	all := FigureTables(a)
	for _, i := range all[:min(len(all), maxMenu)] {
		options = append(options, p.option(strconv.Itoa(i), p.middle(a.Tables[i].Pair.Source, maxOption), ""))
	}
	if len(options) == 0 {
		return p.Info(batchsync.T("figure.none"), batchsync.Text{}, nil)
	}
	table := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, nil, string(ActionFigureTable), options...)
	table.InitialOption = options[0]
	figure := slack.NewPlainTextInputBlockElement(nil, string(ActionFigure))
	figure.MaxLength = maxTyped
	blocks := []slack.Block{
		section("about", p.say("figure.about", p.name(p.acceptanceName(a)))),
		p.ask(inputFigureTable, "label.figure_table", "", table),
		p.ask(inputFigure, "label.figure", p.word("hint.figure"), figure),
	}
	if len(all) > maxMenu {
		blocks = append(blocks, contextLine("more", p.say("figure.more", number(maxMenu), number(len(all)))))
	}
	return p.form(CallbackFigure, "figure.title", "button.give_figure", AcceptanceRef(a), blocks)
}

// FigureAnswers reads a [Printer.FigureForm]: the index of the table, -1 for
// none, and the figure as typed.
func FigureAnswers(state *slack.ViewState) (table int, typed string) {
	chosen := given(state, inputFigureTable, ActionFigureTable).SelectedOption.Value
	table, err := strconv.Atoi(chosen)
	if err != nil || table < 0 || strconv.Itoa(table) != chosen { // what we never offered
		table = -1
	}
	return table, given(state, inputFigure, ActionFigure).Value
}

// AcceptForm asks whether to accept a delivery, and names what did not pass.
// Its metadata is [AcceptanceRef].
func (p Printer) AcceptForm(a batchsync.Acceptance) slack.ModalViewRequest {
	all := []slack.Block{section("about", p.say("accept.about", p.name(p.acceptanceName(a)), date(a.Done)))}
	if open := p.notPassed(a); len(open) > 0 {
		all = append(all, alert("open", p.say("accept.open"), slack.AlertLevelWarning), section("not_passed", lines(open...)))
	} else {
		all = append(all, section("passed", p.verdictAbout(a)))
	}
	all = append(all, contextLine("then", p.say("accept.then")))
	return p.form(CallbackAccept, "accept.title", "button.accept_delivery", AcceptanceRef(a), all)
}

// notPassed names every check that did not pass, with its tables.
func (p Printer) notPassed(a batchsync.Acceptance) []mark {
	var out []mark
	for _, c := range batchsync.CheckNames() {
		for _, v := range batchsync.Verdicts() {
			if v == batchsync.VerdictPassed {
				continue
			}
			for _, f := range foundBy(c, a.Whole) {
				if f.Verdict == v {
					out = append(out, p.say("examined.check", symbolOf(v), p.enum("check_name.", string(c)), p.sentence(f.Text, false)))
				}
			}
			if names := tablesWith(a.Tables, c, v); len(names) > 0 {
				about := p.say("accept.tables", p.enum("verdict_in.", string(v)), number(len(names)), number(len(a.Tables)), p.fewNames(names))
				out = append(out, p.say("examined.check", symbolOf(v), p.enum("check_name.", string(c)), about))
			}
		}
	}
	return out
}

func tablesWith(tables []batchsync.AcceptanceTable, c batchsync.CheckName, v batchsync.Verdict) []string {
	var out []string
	for _, t := range tables {
		if slices.ContainsFunc(t.Found, func(f batchsync.Finding) bool { return f.Check == c && f.Verdict == v }) {
			out = append(out, t.Pair.Sink)
		}
	}
	return out
}

// ExpectForm asks what the tables of a task have to be like.
type ExpectForm struct {
	Task  batchsync.TaskRef
	Seen  string                     // digest of the expectation that is shown, or was when this was typed
	Typed batchsync.TypedExpectation // present values, or what was typed before
	Wrong error                      // what was typed and will not do, nil for nothing
}

// ExpectForm draws the form. Its metadata is [ExpectRef].
func (p Printer) ExpectForm(f ExpectForm) slack.ModalViewRequest {
	all := []slack.Block{section("about", p.say("expect.about", p.name(f.Task.Name)))}
	if pr := f.Wrong; pr != nil {
		all = append(all, alert("wrong", p.sentence(batchsync.ProblemOf(pr).Text, false), slack.AlertLevelError))
	}
	keys := p.optional(inputKeys, "label.keys", p.word("hint.keys"), ActionKeys, f.Typed.Keys, maxKeysText)
	keys.Element.(*slack.PlainTextInputBlockElement).Multiline = true
	all = append(all, keys,
		p.optional(inputNonNull, "label.non_null", p.word("hint.non_null"), ActionNonNull, f.Typed.NonNull, maxTyped),
		p.optional(inputTolerance, "label.tolerance", p.word("hint.tolerance"), ActionTolerance, f.Typed.Tolerance, maxTyped),
		p.optional(inputRowDrop, "label.row_drop", p.word("hint.row_drop"), ActionRowDrop, f.Typed.Drop, maxTyped))
	return p.form(CallbackExpect, "expect.title", "button.save_expectations", ExpectRef(f.Task.ID, f.Seen), all)
}

// optional is a text input that may stay empty.
func (p Printer) optional(id string, label batchsync.TextKey, hint string, a ActionID, value string, most int) *slack.InputBlock {
	el := slack.NewPlainTextInputBlockElement(nil, string(a))
	el.MaxLength = most
	if value = p.redact.String(value); units(value) <= most {
		el.InitialValue = value // what is left out of it is put back by Unveil
	}
	in := p.ask(id, label, hint, el)
	in.Optional = true
	return in
}

// ExpectAnswers reads a [Printer.ExpectForm].
func ExpectAnswers(state *slack.ViewState) batchsync.TypedExpectation {
	text := func(block string, a ActionID) string { return strings.TrimSpace(given(state, block, a).Value) }
	return batchsync.TypedExpectation{
		Keys: text(inputKeys, ActionKeys), NonNull: text(inputNonNull, ActionNonNull),
		Tolerance: text(inputTolerance, ActionTolerance), Drop: text(inputRowDrop, ActionRowDrop),
	}
}

// acceptanceInput is the input of these forms that a sentence is about, ""
// for any other sentence.
func acceptanceInput(key batchsync.TextKey) string {
	switch key {
	case "figure.missing", "figure.negative", "figure.unreadable", "figure.large":
		return inputFigure
	case "figure.no_table":
		return inputFigureTable
	case "expect.keys_line", "expect.keys_name", "expect.keys_twice", "expect.keys_unknown", "expect.keys_which", "expect.keys_many":
		return inputKeys
	case "expect.non_null":
		return inputNonNull
	case "expect.tolerance":
		return inputTolerance
	case "expect.drop":
		return inputRowDrop
	}
	return ""
}
