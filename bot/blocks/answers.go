package blocks

import (
	"strings"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// NotLoaded is the value of an option that only tells why there are none;
// [Answers] takes it for no answer.
const NotLoaded = "~loading"

// blockPrefix begins the block id of every input: "field/<field>/<salt>".
const blockPrefix = "field/"

// Answers reads the state of a wizard's screen: every input that was shown has
// an entry, an empty one where nothing was answered. Labels are what the person
// saw, for display only.
func Answers(state *slack.ViewState) batchsync.Answers {
	out := batchsync.Answers{}
	if state == nil {
		return out
	}
	for block, actions := range state.Values {
		f, ok := fieldOfBlock(block)
		if !ok {
			continue
		}
		if in, ok := actions[string(FieldAction(f))]; ok {
			out[f] = choices(in)
		}
	}
	return out
}

func fieldOfBlock(id string) (batchsync.Field, bool) {
	rest, ok := strings.CutPrefix(id, blockPrefix)
	name, _, salted := strings.Cut(rest, "/")
	if !ok || !salted {
		return "", false
	}
	return knownField(name)
}

// choices are the answers of one input, whatever kind it is: of all members
// Slack fills those of the kind.
func choices(in slack.BlockAction) []batchsync.Choice {
	var out []batchsync.Choice
	add := func(value, label string) {
		if value == "" || value == NotLoaded {
			return
		}
		if label == value {
			label = ""
		}
		out = append(out, batchsync.Choice{Value: value, Label: label})
	}
	for _, o := range append([]slack.OptionBlockObject{in.SelectedOption}, in.SelectedOptions...) {
		if o.Text != nil {
			add(o.Value, o.Text.Text)
		} else {
			add(o.Value, "")
		}
	}
	add(in.SelectedTime, "")
	add(in.Value, "")
	return out
}

// FieldErrors are the errors for the answer to a submission: by the block id of
// the input as it was submitted. Errors of fields that are not on the submitted
// screen are left out, because Slack refuses unknown keys: when fewer come out
// than went in, redraw with [Screen].Problems instead.
func (p Printer) FieldErrors(state *slack.ViewState, errs []batchsync.FieldError) map[string]string {
	out := map[string]string{}
	if state == nil {
		return out
	}
	shown := map[batchsync.Field]string{}
	for block := range state.Values {
		if f, ok := fieldOfBlock(block); ok {
			shown[f] = block
		}
	}
	for _, e := range errs {
		if block, ok := shown[e.Field]; ok && out[block] == "" {
			out[block] = cut(p.Text(e.Text), maxFieldError, "…")
		}
	}
	return out
}
