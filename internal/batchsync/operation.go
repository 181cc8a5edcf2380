package batchsync

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// OperationKind is what a change does.
type OperationKind string

const (
	OpCreate OperationKind = "create" // make, configure, schedule and deploy a task
)

// OperationState says where a change stands and who moves it on.
type OperationState string

const (
	// OpProposed was drawn for a person and is not confirmed: it is kept apart
	// from operations, holds no lock and is never carried out.
	OpProposed OperationState = "proposed"

	OpRunning OperationState = "running" // the runner moves it on, also after a restart
	OpWaiting OperationState = "waiting" // a person must do something elsewhere and press Check Again
	OpUnknown OperationState = "unknown" // a step may or may not have taken effect; Check Again looks once more
	OpFailed  OperationState = "failed"  // a step did not get done after something was, or may have been, made; Check Again tries from there
	OpRefused OperationState = "refused" // nothing was made; the draft it came from is open again
	OpDone    OperationState = "done"    // all steps took effect and were read back
	OpDropped OperationState = "dropped" // a person gave it up before it was done
)

// OperationStates returns every state of an operation that was begun.
func OperationStates() []OperationState {
	return []OperationState{OpRunning, OpWaiting, OpUnknown, OpFailed, OpRefused, OpDone, OpDropped}
}

// Settled reports whether nobody will move the operation on any more.
func (s OperationState) Settled() bool { return s == OpRefused || s == OpDone || s == OpDropped }

// NeedsPerson reports whether a person has to do something about it, be it
// that the bot goes on afterwards or that the draft has to be corrected.
func (s OperationState) NeedsPerson() bool {
	return s == OpWaiting || s == OpUnknown || s == OpFailed || s == OpRefused
}

// StepName names a step of an operation.
type StepName string

const (
	StepPreflight StepName = "preflight" // nothing is changed before this passed
	StepMake      StepName = "make"      // the empty task
	StepConfigure StepName = "configure" // its content
	StepSetCron   StepName = "set_cron"  // its schedule, cluster and rerun policy
	StepDeploy    StepName = "deploy"
	StepVerify    StepName = "verify" // online with the schedule asked for
)

// StepNames lists the steps of a kind of operation in order; an operation may
// have less.
func StepNames(k OperationKind) []StepName {
	switch k {
	case OpCreate:
		return []StepName{StepPreflight, StepMake, StepConfigure, StepDebug, StepSetCron, StepDeploy, StepVerify}
	case OpBackfill:
		return []StepName{StepCheck, StepSubmit, StepFollow}
	case OpRerun:
		return []StepName{StepCheck, StepRerun, StepFollow}
	case OpStop:
		return []StepName{StepCheck, StepStop}
	case OpDeploy:
		return []StepName{StepCheck, StepDeploy, StepVerify}
	case OpUndeploy:
		return []StepName{StepCheck, StepExport, StepUndeploy}
	case OpSchedule:
		return []StepName{StepCheck, StepSetCron, StepDeploy, StepVerify}
	case OpDebug:
		return []StepName{StepCheck, StepExecute, StepFollow}
	case OpTune:
		return []StepName{StepCheck, StepConcurrency, StepRetries, StepDeploy, StepVerify}
	}
	return nil
}

// StepState says where a step stands.
type StepState string

const (
	StepPending StepState = "pending"
	StepRunning StepState = "running" // begun; after a crash its effect is looked up before it is repeated
	StepDone    StepState = "done"    // its effect was read back
	StepWaiting StepState = "waiting" // for a person
	StepUnknown StepState = "unknown"
	StepFailed  StepState = "failed"
)

// Problem is why a step did not get done, as data: what people read is drawn
// from Text and Hint; Detail is the platform's own message, foreign text.
type Problem struct {
	Code   Code   `json:"code"`
	Text   Text   `json:"text"`
	Hint   Text   `json:"hint,omitzero"`
	Detail string `json:"detail,omitempty"`
}

// OperationStep is one step and its outcome.
type OperationStep struct {
	Name    StepName  `json:"name"`
	State   StepState `json:"state"`
	Tries   int       `json:"tries,omitempty"` // times Do was started
	Began   time.Time `json:"began,omitzero"`  // of the first try
	Ended   time.Time `json:"ended,omitzero"`
	Tried   time.Time `json:"tried,omitzero"`  // when the last try had been answered, or not
	Notes   []Text    `json:"notes,omitempty"` // what was found or done, worth a line
	Problem *Problem  `json:"problem,omitempty"`
}

// Operation is a change somebody asked for, carried out step by step. It is
// stored before anything happens, and each step's result together with the
// message that tells it.
type Operation struct {
	ID        OperationID     `json:"id"`
	Kind      OperationKind   `json:"kind"`
	Lock      string          `json:"lock"` // its own, see [CreateLock], [TaskLock]; all of them are [Operation.Locks]
	Actor     UserID          `json:"actor"`
	Channel   ChannelID       `json:"channel"`
	Draft     DraftID         `json:"draft,omitempty"`  // it came from; empty when that was not there any more to be opened again
	Spec      *Spec           `json:"spec,omitempty"`   // OpCreate
	Change    *Change         `json:"change,omitempty"` // every other kind
	Debug     *DebugRun       `json:"debug,omitempty"`  // OpDebug, and OpCreate with a debug run
	Task      TaskID          `json:"task,omitempty"`   // known once made
	StudioURL string          `json:"studio_url,omitempty"`
	State     OperationState  `json:"state"`
	Trouble   bool            `json:"trouble,omitempty"` // done, and there is nothing left to do, but not all of it went well
	Steps     []OperationStep `json:"steps"`
	Version   int             `json:"version"`           // grows with every save; buttons carry it
	Message   MessageID       `json:"message"`           // the card
	Pressed   *Press          `json:"pressed,omitempty"` // the last button of the card that did something
	CreatedAt time.Time       `json:"created_at"`
	UpdatedAt time.Time       `json:"updated_at"`
}

// NewCreate makes the operation that carries out a confirmed draft.
func NewCreate(id OperationID, d Draft, spec Spec, now time.Time) Operation {
	op := Operation{
		ID: id, Kind: OpCreate, Lock: CreateLock(spec.Folder.ID, spec.Name), Actor: d.Owner, Channel: d.Channel,
		Draft: d.ID, Spec: &spec, State: OpRunning, Version: 1, Message: CardOf(id),
		CreatedAt: now.UTC(), UpdatedAt: now.UTC(),
	}
	if spec.DebugFirst {
		op.Debug = &DebugRun{VCluster: spec.VCluster, Mode: spec.WriteMode, Keyed: spec.keyedApart()}
	}
	for _, name := range createSteps(spec) {
		op.Steps = append(op.Steps, OperationStep{Name: name, State: StepPending})
	}
	return op
}

// CreateLock is the lock of a task that does not exist yet: one folder holds
// one task of a name.
func CreateLock(folder FolderID, name string) string {
	return "new/" + folder.String() + "/" + name
}

// TaskLock is the lock of an existing task.
func TaskLock(id TaskID) string { return "task/" + id.String() }

// Locks are what nobody else may change until the operation is settled: its own
// lock first, then the tasks that go offline along with its own.
func (o Operation) Locks() []string {
	out := []string{o.Lock}
	for _, t := range o.Changes() {
		if t.ID != o.Task {
			out = append(out, TaskLock(t.ID))
		}
	}
	return out
}

// Changes are the tasks that the operation works on, each once: its own first,
// once that is made, of which only id and name are told, then those that go
// offline along with it, as they were when it began.
func (o Operation) Changes() []TaskLink {
	var out []TaskLink
	if o.Task != 0 {
		out = append(out, TaskLink{ID: o.Task, Name: o.Name()})
	}
	if o.Change == nil || !o.Change.WithDownstream {
		return out
	}
	for _, t := range o.Change.After {
		if !slices.ContainsFunc(out, func(in TaskLink) bool { return in.ID == t.ID }) {
			out = append(out, t)
		}
	}
	return out
}

// CardOf is the id of an operation's card.
func CardOf(id OperationID) MessageID { return MessageID("operation/" + string(id)) }

// ToldOf is the id of the reply under the card that tells how the operation
// stands in that version.
func ToldOf(id OperationID, version int) MessageID {
	return CardOf(id) + MessageID("/told/"+strconv.Itoa(version))
}

// HistoryOf is the id of the message that brings the run history into the
// thread of an undeployment. The first try counts as 1.
func HistoryOf(id OperationID, try int) MessageID {
	m := CardOf(id) + "/history"
	if try > 1 {
		m += MessageID("/" + strconv.Itoa(try))
	}
	return m
}

// Current is the index of the first step that is not done, -1 when all are.
func (o Operation) Current() int {
	return slices.IndexFunc(o.Steps, func(s OperationStep) bool { return s.State != StepDone })
}

// Step returns the step of a name, nil when the operation has none.
func (o *Operation) Step(name StepName) *OperationStep {
	for i := range o.Steps {
		if o.Steps[i].Name == name {
			return &o.Steps[i]
		}
	}
	return nil
}

// Problem is the problem of the present step, nil when there is none.
func (o Operation) Problem() *Problem {
	if i := o.Current(); i >= 0 {
		return o.Steps[i].Problem
	}
	return nil
}

// Outcome is the state of a change, with a done one told apart by how its runs
// ended: [AuditStopped] or [AuditTrouble].
func (o Operation) Outcome() string {
	if o.State != OpDone || o.Change == nil {
		return string(o.State)
	}
	_, failed, open := Change{Followed: o.Runs()}.Tally()
	switch _, asked := o.Stopped(); {
	case asked && failed+open > 0:
		return AuditStopped
	case o.Trouble || failed > 0:
		return AuditTrouble
	}
	return string(o.State)
}

// Made reports whether the operation has (or may have) left something on the
// platform. A refused one never has; a failed one always may.
func (o Operation) Made() bool {
	s := o.Step(StepMake)
	return o.State != OpRefused && (o.Task != 0 || s != nil && s.State != StepPending)
}

// Confirm makes an operation of a proposal, to be begun now.
func (o Operation) Confirm(now time.Time) (Operation, error) {
	if o.State != OpProposed {
		return o, &Error{Code: CodeConflict, Text: T("operation.changed_since")}
	}
	o.Steps = slices.Clone(o.Steps)
	o.State, o.CreatedAt, o.UpdatedAt = OpRunning, now.UTC(), now.UTC()
	return o, nil
}

// movable reports whether the operation is one that a person may move on.
func (o Operation) movable() bool {
	return o.State == OpWaiting || o.State == OpUnknown || o.State == OpFailed
}

// Resume puts a waiting, unknown or failed operation back to work at its
// present step. Version is the one the person saw.
func (o Operation) Resume(version int, now time.Time) (Operation, error) {
	if o.Version != version || !o.movable() {
		return o, &Error{Code: CodeConflict, Text: T("operation.changed_since")}
	}
	o.Steps = slices.Clone(o.Steps)
	o.State = OpRunning
	o.Version++
	o.UpdatedAt = now.UTC()
	return o, nil
}

// Drop gives a waiting, unknown or failed operation up: its lock is freed and
// nothing is undone.
func (o Operation) Drop(version int, now time.Time) (Operation, error) {
	if o.Version != version || !o.movable() {
		return o, &Error{Code: CodeConflict, Text: T("operation.changed_since")}
	}
	o.State = OpDropped
	o.Version++
	o.UpdatedAt = now.UTC()
	return o, nil
}

// Task is what the bot remembers of a task it made or watches.
type Task struct {
	ID        TaskID      `json:"id"`
	Name      string      `json:"name"`
	Type      TaskType    `json:"type"`
	Owner     UserID      `json:"owner"`
	Channel   ChannelID   `json:"channel"` // where its news goes by default
	Spec      *Spec       `json:"spec,omitempty"`
	Muted     time.Time   `json:"muted,omitzero"`      // until when its news is kept back; zero: not
	Operation OperationID `json:"operation,omitempty"` // that made it
	StudioURL string      `json:"studio_url,omitempty"`
	CreatedAt time.Time   `json:"created_at"`
}

// Outcomes of an audit row, besides those an operation comes to, which are the
// words of its [OperationState]: done, dropped, refused (nothing was made),
// failed, unknown, waiting.
const (
	AuditAsked     = "asked"     // accepted; what becomes of it is a row of its own
	AuditForbidden = "forbidden" // this person may not, so nothing was begun
	AuditStopped   = "stopped"   // done, but a person had what was left of it stopped
	AuditTrouble   = "trouble"   // done, but not all of it went well
	AuditEnded     = "ended"     // what was set before holds no more: a subscription, a quiet window
)

// AuditRow is one line of who did what to what with which outcome. Rows are
// only ever added.
type AuditRow struct {
	Seq       uint64      `json:"seq"`
	At        time.Time   `json:"at"`
	Actor     UserID      `json:"actor"` // empty: the bot itself
	Action    Action      `json:"action"`
	Object    string      `json:"object"`         // e.g. "task/40001", "operation/…"
	Name      string      `json:"name,omitempty"` // of the object, as it was then; foreign text
	Outcome   string      `json:"outcome"`        // [AuditAsked], [AuditForbidden] or an [OperationState]
	Operation OperationID `json:"operation,omitempty"`
	Detail    Text        `json:"detail,omitzero"`

	// Form tells the form that asked for it from all others, the same for one that
	// is delivered again; empty where none did. The trail does not keep it.
	Form string `json:"-"`
}

// AuditFilter narrows the audit trail; what is zero does not narrow.
type AuditFilter struct {
	Object    string // e.g. "task/40001"; what lies below it belongs to it, e.g. "task/40001/…"
	Actor     UserID
	Operation OperationID
	// Task keeps what was done to that task, also by an operation that did not
	// know it yet, such as the one that made it. Name by itself keeps what was
	// called that; with Task, it adds what was called that and is of no task.
	Task    TaskID
	Name    string
	Action  Action
	Outcome string // as in the row
	Limit   int    // rows at most, the newest; 0: all
}

// Has reports whether the row passes the filter, whatever the limit. task is
// the one that the row's operation works on, 0 for none.
func (f AuditFilter) Has(r AuditRow, task TaskID) bool {
	return (f.Object == "" || r.Object == f.Object || strings.HasPrefix(r.Object, strings.TrimSuffix(f.Object, "/")+"/")) &&
		(f.Actor == "" || r.Actor == f.Actor) && (f.Operation == "" || r.Operation == f.Operation) &&
		(f.Action == "" || r.Action == f.Action) && (f.Outcome == "" || r.Outcome == f.Outcome) && f.about(r, task)
}

func (f AuditFilter) about(r AuditRow, task TaskID) bool {
	if id := r.task(); id != 0 {
		task = id
	}
	switch {
	case f.Task == 0 && f.Name == "":
		return true
	case f.Task != 0 && task != 0:
		return task == f.Task
	}
	// A refusal knows of the task only what was typed for it.
	return f.Name != "" && (r.Name == f.Name || r.Object == "task/"+f.Name)
}

// task is the one named by the row's object, 0 for none.
func (r AuditRow) task() TaskID {
	rest, ok := strings.CutPrefix(r.Object, "task/")
	id, _, _ := strings.Cut(rest, "/")
	if n, isID := ParseTaskID(id); ok && isID {
		return n
	}
	return 0
}

// Name is what people call the object of the operation; foreign text.
func (o Operation) Name() string {
	switch {
	case o.Spec != nil:
		return o.Spec.Name
	case o.Change != nil:
		return o.Change.Name
	}
	return ""
}
