package blocks

import (
	"errors"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// Block ids of the inputs of forms. Those of a schedule are the wizard's.
const (
	inputFrom       = "form/from"
	inputTo         = "form/to"
	inputLarge      = "form/large" // and the days it is about, see largeInput
	inputName       = "form/name"
	inputDownstream = "form/downstream"
	inputMuteFor    = "form/mute_for"
	inputMuteDay    = "form/mute_day"
	inputCluster    = "form/cluster"

	inputConcurrency = "form/concurrency"
	inputRetries     = "form/retries"
	inputInterval    = "form/interval"
)

// yes is the value of a checkbox that stands alone.
const yes = "yes"

// ask is an input of a form.
func (p Printer) ask(id string, label batchsync.TextKey, hint string, el slack.BlockElement) *slack.InputBlock {
	in := slack.NewInputBlock(id, p.plain(p.word(label), maxLabel), nil, el)
	if hint != "" {
		in.Hint = p.plain(hint, maxHint)
	}
	return in
}

// checkbox is one box that may stay empty.
func (p Printer) checkbox(id string, a ActionID, label batchsync.TextKey, text string) slack.Block {
	in := p.ask(id, label, "", slack.NewCheckboxGroupsBlockElement(string(a), p.option(yes, text, "")))
	in.Optional = true
	return in
}

// form is a modal that can be submitted.
func (p Printer) form(callback CallbackID, title, submit batchsync.TextKey, ref Ref, all []slack.Block) slack.ModalViewRequest {
	view := p.modal(callback, title, ref.String(), all)
	view.Submit = p.plain(p.word(submit), maxTitle)
	view.Close = p.plain(p.word("button.cancel"), maxTitle)
	return view
}

// given is the answer to an input of a form.
func given(state *slack.ViewState, block string, a ActionID) slack.BlockAction {
	if state == nil {
		return slack.BlockAction{}
	}
	return state.Values[block][string(a)]
}

// BackfillAnswers reads a [Printer.BackfillForm]: two days (YYYY-MM-DD, empty
// when open), and whether many instances were said to be fine for these days.
func BackfillAnswers(state *slack.ViewState) (from, to string, large bool) {
	from, to = given(state, inputFrom, ActionFromDay).SelectedDate, given(state, inputTo, ActionToDay).SelectedDate
	return from, to, len(given(state, largeInput(from, to), ActionLarge).SelectedOptions) > 0
}

// BackfillUnticked reports whether the form said that the days it was sent with
// have many instances, and that was not said to be fine.
func BackfillUnticked(state *slack.ViewState) bool {
	from, to, large := BackfillAnswers(state)
	if state == nil || large {
		return false
	}
	_, asked := state.Values[largeInput(from, to)]
	return asked
}

// largeInput is the block id of the box that says yes to the instances of these
// days: a yes to some days is none to others.
// What is no day stays out of it, for Slack bounds ids.
func largeInput(from, to string) string {
	id := inputLarge
	for _, day := range []string{from, to} {
		if _, err := time.Parse(time.DateOnly, day); err == nil {
			id += "/" + day
		}
	}
	return id
}

// UndeployAnswers reads a [Printer.UndeployForm]: the name as typed, without
// spaces around it, and whether the tasks after it shall go offline too.
func UndeployAnswers(state *slack.ViewState) (typed string, withDownstream bool) {
	return strings.TrimSpace(given(state, inputName, ActionTypedName).Value),
		len(given(state, inputDownstream, ActionDownstream).SelectedOptions) > 0
}

// ClusterAnswer reads the cluster chosen in a [Printer.ScheduleForm], "" where
// none was asked for.
func ClusterAnswer(state *slack.ViewState) string {
	return given(state, inputCluster, ActionCluster).SelectedOption.Value
}

// ScheduleAnswers reads a [Printer.ScheduleForm]: the wizard's answers about
// the schedule.
func ScheduleAnswers(state *slack.ViewState) batchsync.Answers {
	out := batchsync.Answers{}
	all := Answers(state)
	for _, f := range batchsync.StepFields(batchsync.StepSchedule) {
		if c, ok := all[f]; ok {
			out[f] = c
		}
	}
	return out
}

// MuteAnswers reads a [Printer.MuteForm]: one of the Mute… choices, "" when
// open, and the day (YYYY-MM-DD) that counts with [MuteUntil].
func MuteAnswers(state *slack.ViewState) (choice, day string) {
	return given(state, inputMuteFor, ActionMuteFor).SelectedOption.Value, given(state, inputMuteDay, ActionMuteDay).SelectedDate
}

// FormErrors puts an error at the input of the submitted form that it is
// about, by block id, for the answer to the submission. It is nil when the
// error is about none of them: Slack refuses unknown keys, so tell it with
// [Printer.Info] then.
func (p Printer) FormErrors(state *slack.ViewState, err error) map[string]string {
	var e *batchsync.Error
	if state == nil || !errors.As(err, &e) {
		return nil
	}
	block := inputOf(state, e.Text)
	if _, shown := state.Values[block]; !shown {
		return nil
	}
	said := p.Text(e.Text)
	if !e.Hint.IsZero() {
		said += " " + p.Text(e.Hint)
	}
	return map[string]string{block: cut(said, maxFieldError, "…")}
}

// inputOf is the block id of the input a sentence is about, "" for none.
func inputOf(state *slack.ViewState, t batchsync.Text) string {
	if from, _, _ := BackfillAnswers(state); dayInput(from, t) != "" {
		return dayInput(from, t)
	}
	switch t.Key {
	case "backfill.unticked":
		from, to, _ := BackfillAnswers(state)
		return largeInput(from, to)
	case "undeploy.downstream_online":
		return inputDownstream
	case "undeploy.name_differs":
		return inputName
	case "mute.no_choice":
		return inputMuteFor
	case "mute.day_range":
		return inputMuteDay
	}
	if block := acceptanceInput(t.Key); block != "" {
		return block
	}
	field := scheduleField(t.Key)
	for block := range state.Values {
		if f, ok := fieldOfBlock(block); ok && f == field {
			return block
		}
	}
	return ""
}

// scheduleField is the question a sentence about a schedule belongs to, "" for
// any other sentence.
func scheduleField(key batchsync.TextKey) batchsync.Field {
	switch key {
	case "schedule.zone_unknown", "schedule.zone_drifts", "schedule.month_edge", "schedule.window_edge":
		return batchsync.FieldZone
	case "schedule.time_invalid":
		return batchsync.FieldTime
	case "schedule.weekdays_missing":
		return batchsync.FieldWeekdays
	case "schedule.day_invalid":
		return batchsync.FieldDay
	case "schedule.step_invalid":
		return batchsync.FieldStep
	case "schedule.window_invalid":
		return batchsync.FieldUntil
	case "schedule.missing":
		return batchsync.FieldSchedule
	}
	return ""
}
