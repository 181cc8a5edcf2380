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
	CallbackLine   CallbackID = "wizard.line"   // what is wrong in a line; points to the draft of the rest by its Ref
	CallbackDrafts CallbackID = "wizard.drafts" // the person's drafts
	CallbackInfo   CallbackID = "info"          // only tells something; also the one that says "Loading"
)

// Modals of changes. The first group only asks and points to the task by
// Ref{task id, 1}; the second confirms and points to the proposed operation.
const (
	CallbackBackfill CallbackID = "task.backfill"
	CallbackSchedule CallbackID = "task.schedule"
	CallbackMute     CallbackID = "task.mute"
	CallbackAdjust   CallbackID = "task.adjust"

	CallbackExpect CallbackID = "task.expect"
	CallbackAccept CallbackID = "acceptance.accept" // points to the acceptance by Ref{id, version}
	CallbackFigure CallbackID = "acceptance.figure" // likewise

	CallbackDeploy   CallbackID = "change.deploy"
	CallbackUndeploy CallbackID = "change.undeploy"
	CallbackDebug    CallbackID = "change.debug"
	CallbackConfirm  CallbackID = "change.confirm" // a backfill, rerun, stop, schedule or settings: nothing to answer
)

// Wizard.
const (
	ActionOpenWizard  ActionID = "wizard.open"       // in messages; value: id of a draft, or empty for a new one
	ActionResumeDraft ActionID = "wizard.resume"     // value: Ref of the draft
	ActionStartOver   ActionID = "wizard.start_over" // value: Ref of the draft to be given up
	ActionBack        ActionID = "wizard.back"       // value: Ref of the draft
	ActionMore        ActionID = "wizard.more"       // value: Ref of the draft
	ActionCheckDraft  ActionID = "wizard.check"      // value: Ref of the draft; at the review
	// Two actions for one place: a double click must not show and hide.
	ActionShowCommands ActionID = "wizard.commands"     // value: Ref of the draft
	ActionHideCommands ActionID = "wizard.commands_off" // value: Ref of the draft
	ActionSubmit       ActionID = "wizard.submit"       // the main button of a modal that is drawn as a message; value: Ref of the draft
	ActionCancel       ActionID = "wizard.cancel"       // likewise the one that closes it
	ActionQuestions    ActionID = "wizard.questions"    // value: id of the draft
	ActionLike         ActionID = "wizard.like"         // value: Ref{task id, 1}
	ActionDiscard      ActionID = "wizard.discard"      // value: Ref of the draft; on the message that says it is kept, and in lists
	ActionDrafts       ActionID = "wizard.drafts"       // value: "all"
)

// Cards of operations.
const (
	ActionEditDraft  ActionID = "draft.edit"            // value: id of the draft
	ActionCheckAgain ActionID = "operation.check_again" // value: Ref of the operation
	ActionDrop       ActionID = "operation.drop"        // value: Ref of the operation
	ActionOpenStudio ActionID = "operation.open_studio" // a link; Slack reports the click all the same
	ActionDebugFirst ActionID = "operation.debug_first" // value: Ref of the operation
)

// Tasks. Values are Ref{task id, 1} unless said otherwise.
const (
	ActionShowTask       ActionID = "task.show"
	ActionRefreshTask    ActionID = "task.refresh" // on the task's card itself: redraw it in place
	ActionRuns           ActionID = "task.runs"
	ActionDeps           ActionID = "task.deps"
	ActionTables         ActionID = "task.tables"   // value: a [PageRef]
	ActionBackfill       ActionID = "task.backfill" // value: a [DaysRef]
	ActionChangeSchedule ActionID = "task.schedule"
	ActionDebug          ActionID = "task.debug"
	ActionDeploy         ActionID = "task.deploy"
	ActionUndeploy       ActionID = "task.undeploy"
	ActionAdopt          ActionID = "task.adopt"
	ActionMute           ActionID = "task.mute"
	ActionUnmute         ActionID = "task.unmute"
	// ActionTaskMenu is the overflow menu of a task's card. The value of what
	// was chosen is a [MenuChoice]: one of the actions above and its value.
	ActionTaskMenu ActionID = "task.menu"
)

// Turning pages in place. Two buttons of one row need ids of their own.
const (
	ActionTablesBack ActionID = "tables.back" // value: a [PageRef]
	ActionTablesNext ActionID = "tables.next"
	ActionListBack   ActionID = "list.back" // value: a [ListRef]
	ActionListNext   ActionID = "list.next"
)

// Runs. Values are a [RunRef] unless said otherwise.
const (
	ActionViewLog    ActionID = "run.log"
	ActionRerun      ActionID = "run.rerun"
	ActionStopRun    ActionID = "run.stop"
	ActionLogAttempt ActionID = "run.log_attempt" // a menu; chosen: a [LogRef]
	ActionPostLog    ActionID = "run.log_post"    // value: a [LogRef]
)

// What can be looked at without a task.
const (
	ActionList          ActionID = "list.show"      // value, or chosen: the filter, as after "list"; "all" for none
	ActionAudit         ActionID = "audit.show"     // value: "all", or a task id
	ActionStatus        ActionID = "status.show"    // value: "all"
	ActionHelp          ActionID = "help.show"      // value: the topic; "all" for none
	ActionRefreshHome   ActionID = "home.refresh"   // on the Home tab
	ActionCommand       ActionID = "command.run"    // value: a command without its slash, as somebody wrote it
	ActionStopOperation ActionID = "operation.stop" // value: Ref of the operation whose runs are followed
)

// News: alerts, and what channels are told.
const (
	ActionAck           ActionID = "incident.ack"       // value: Ref of the incident
	ActionAckAll        ActionID = "alert.ack"          // value: Ref of the alert, all of whose incidents are meant
	ActionDiagnose      ActionID = "incident.diagnose"  // value: Ref of the incident
	ActionIncidents     ActionID = "incidents.show"     // value: "all"
	ActionIncidentsBack ActionID = "incidents.back"     // value: a [ListRef] without a filter
	ActionIncidentsNext ActionID = "incidents.next"     // value: likewise
	ActionSubscriptions ActionID = "subscriptions.show" // value: "all"
	ActionSubscribe     ActionID = "subscriptions.add"  // value: what is typed behind "subscribe"
	ActionUnsubscribe   ActionID = "subscriptions.end"  // value: see [SelectorRef]
	ActionQuietEnd      ActionID = "quiet.end"          // value: Ref{id of the window, 1}
	ActionRehearse      ActionID = "rehearse.begin"     // value: "all"
)

// Acceptance and diagnosis.
const (
	ActionAcceptance    ActionID = "acceptance.run"    // value: Ref{task id, 1}
	ActionGiveFigure    ActionID = "acceptance.figure" // value: Ref of the acceptance
	ActionAccept        ActionID = "acceptance.accept" // value: Ref of the acceptance
	ActionExpect        ActionID = "acceptance.expect" // value: Ref{task id, 1}
	ActionDiagnoseTask  ActionID = "task.diagnose"     // value: Ref{task id, 1}
	ActionDiagnoseRun   ActionID = "run.diagnose"      // value: a [RunRef]
	ActionProbe         ActionID = "diagnose.probe"    // value: Ref{task id, 1}
	ActionTestSource    ActionID = "diagnose.source"   // value: Ref{task id, 1}
	ActionSwitchCluster ActionID = "task.cluster"      // value: Ref{task id, 1}
	ActionLessAtOnce    ActionID = "task.less_at_once" // value: Ref{task id, 1}
	ActionRaiseRetries  ActionID = "task.retries"      // value: Ref{task id, 1}
)

// How a task is set up.
const (
	ActionConfig       ActionID = "task.config"   // value: Ref{task id, 1}
	ActionColumns      ActionID = "task.columns"  // value: Ref{task id, 1}
	ActionColumnsTable ActionID = "columns.table" // a menu; chosen: a [ColumnsRef]
	ActionColumnsBack  ActionID = "columns.back"  // value: a [ColumnsRef]
	ActionColumnsNext  ActionID = "columns.next"  // value: a [ColumnsRef]
)

// Inputs of forms.
const (
	ActionFigureTable ActionID = "form.figure_table"
	ActionFigure      ActionID = "form.figure"
	ActionKeys        ActionID = "form.keys"
	ActionNonNull     ActionID = "form.non_null"
	ActionTolerance   ActionID = "form.tolerance"
	ActionRowDrop     ActionID = "form.row_drop"

	ActionFromDay    ActionID = "form.from"
	ActionToDay      ActionID = "form.to"
	ActionLarge      ActionID = "form.large"
	ActionTypedName  ActionID = "form.name"
	ActionDownstream ActionID = "form.downstream"
	ActionMuteFor    ActionID = "form.mute_for"
	ActionMuteDay    ActionID = "form.mute_day"
	ActionCluster    ActionID = "form.cluster"

	ActionConcurrency ActionID = "form.concurrency"
	ActionRetries     ActionID = "form.retries"
	ActionInterval    ActionID = "form.interval"
)

// fieldPrefix begins the action id of every input of the wizard.
const fieldPrefix = "field."

// ActionIDs returns every action id that is ever drawn.
func ActionIDs() []ActionID {
	out := []ActionID{
		ActionOpenWizard, ActionResumeDraft, ActionStartOver, ActionBack, ActionMore, ActionCheckDraft, ActionShowCommands, ActionHideCommands, ActionDiscard, ActionDrafts,
		ActionSubmit, ActionCancel, ActionQuestions, ActionLike,
		ActionEditDraft, ActionCheckAgain, ActionDebugFirst, ActionDrop, ActionOpenStudio, ActionStopOperation,
		ActionShowTask, ActionRefreshTask, ActionRuns, ActionDeps, ActionBackfill, ActionChangeSchedule, ActionDebug, ActionDeploy,
		ActionUndeploy, ActionAdopt, ActionMute, ActionUnmute, ActionTaskMenu,
		ActionTables, ActionTablesBack, ActionTablesNext, ActionListBack, ActionListNext,
		ActionViewLog, ActionRerun, ActionStopRun, ActionLogAttempt, ActionPostLog,
		ActionList, ActionAudit, ActionStatus, ActionHelp, ActionRefreshHome, ActionCommand,
		ActionAck, ActionAckAll, ActionDiagnose, ActionIncidents, ActionIncidentsBack, ActionIncidentsNext,
		ActionSubscriptions, ActionSubscribe, ActionUnsubscribe, ActionQuietEnd, ActionRehearse,
		ActionAcceptance, ActionGiveFigure, ActionAccept, ActionExpect, ActionDiagnoseTask, ActionDiagnoseRun, ActionProbe, ActionTestSource, ActionSwitchCluster,
		ActionLessAtOnce, ActionRaiseRetries, ActionConcurrency, ActionRetries, ActionInterval,
		ActionConfig, ActionColumns, ActionColumnsTable, ActionColumnsBack, ActionColumnsNext,
		ActionFromDay, ActionToDay, ActionLarge, ActionTypedName, ActionDownstream, ActionMuteFor, ActionMuteDay, ActionCluster,
		ActionFigureTable, ActionFigure, ActionKeys, ActionNonNull, ActionTolerance, ActionRowDrop,
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
	return []CallbackID{
		CallbackWizard, CallbackResume, CallbackLine, CallbackDrafts, CallbackInfo, CallbackBackfill, CallbackSchedule, CallbackMute,
		CallbackDeploy, CallbackUndeploy, CallbackDebug, CallbackConfirm, CallbackExpect, CallbackAccept, CallbackFigure, CallbackAdjust,
	}
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
