package blocks

import (
	"strings"

	"batchsync/internal/batchsync"
)

// ActionID names what a button or an input does. It stays the same over all
// drawings; what it acts on is in the button's value.
type ActionID string

// CallbackID names a modal; it comes back with submissions and closings.
type CallbackID string

// Modals.
const (
	CallbackWizard CallbackID = "wizard"        // every step of the wizard
	CallbackResume CallbackID = "wizard.choose" // resume the open draft or start over
	CallbackInfo   CallbackID = "info"          // only tells something; also the one that says "Loading"
)

// Wizard.
const (
	ActionOpenWizard  ActionID = "wizard.open"       // in messages; value: id of a draft, or empty for a new one
	ActionResumeDraft ActionID = "wizard.resume"     // value: Ref of the draft
	ActionStartOver   ActionID = "wizard.start_over" // value: Ref of the draft to be given up
	ActionBack        ActionID = "wizard.back"       // value: Ref of the draft
	ActionDiscard     ActionID = "wizard.discard"    // value: Ref of the draft; on the message that says it is kept
)

// Cards of operations.
const (
	ActionEditDraft  ActionID = "draft.edit"            // value: id of the draft
	ActionCheckAgain ActionID = "operation.check_again" // value: Ref of the operation
	ActionDrop       ActionID = "operation.drop"        // value: Ref of the operation
	ActionOpenStudio ActionID = "operation.open_studio" // a link; Slack reports the click all the same
)

// fieldPrefix begins the action id of every input of the wizard.
const fieldPrefix = "field."

// ActionIDs returns every action id that is ever drawn.
func ActionIDs() []ActionID {
	out := []ActionID{
		ActionOpenWizard, ActionResumeDraft, ActionStartOver, ActionBack, ActionDiscard,
		ActionEditDraft, ActionCheckAgain, ActionDrop, ActionOpenStudio,
	}
	for _, step := range batchsync.Steps() {
		for _, f := range batchsync.StepFields(step) {
			out = append(out, FieldAction(f))
		}
	}
	return out
}

// CallbackIDs returns every callback id that is ever drawn.
func CallbackIDs() []CallbackID {
	return []CallbackID{CallbackWizard, CallbackResume, CallbackInfo}
}

// FieldAction is the action id of a question's input: changes of it, and
// requests for its options, carry it.
func FieldAction(f batchsync.Field) ActionID { return ActionID(fieldPrefix + string(f)) }

// FieldOf is the question an action id belongs to; false for buttons and for
// anything the wizard does not ask.
func FieldOf(a ActionID) (batchsync.Field, bool) {
	name, ok := strings.CutPrefix(string(a), fieldPrefix)
	if !ok {
		return "", false
	}
	return knownField(name)
}

func knownField(name string) (batchsync.Field, bool) {
	for _, step := range batchsync.Steps() {
		for _, f := range batchsync.StepFields(step) {
			if string(f) == name {
				return f, true
			}
		}
	}
	return "", false
}
