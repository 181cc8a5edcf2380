package batchsync

import (
	"cmp"
	"time"
)

// Changes of a task that exists.
const (
	OpBackfill OperationKind = "backfill" // run again for past business times
	OpRerun    OperationKind = "rerun"    // repeat one run
	OpStop     OperationKind = "stop"     // stop one run
	OpDeploy   OperationKind = "deploy"   // publish what is saved
	OpUndeploy OperationKind = "undeploy" // take it off the scheduler; clears its runs, irreversible
	OpSchedule OperationKind = "schedule" // save another schedule and publish it
	OpTune     OperationKind = "tune"     // save how much it copies at once, or how often it is retried, and publish it
)

// Steps of changes.
const (
	StepCheck    StepName = "check"    // nothing is changed before this passed
	StepSubmit   StepName = "submit"   // the backfill job is with the platform
	StepFollow   StepName = "follow"   // every run of it is over
	StepRerun    StepName = "rerun"    // the run is at work again
	StepStop     StepName = "stop"     // the run is over
	StepExport   StepName = "export"   // the run history stands as a file in the thread
	StepUndeploy StepName = "undeploy" // the scheduler does not hold it any more

	StepConcurrency StepName = "set_concurrency" // how much is copied at once is saved
	StepRetries     StepName = "set_retries"     // how failed runs are repeated is saved
)

// Change is what an operation on an existing task is asked to do, and what it
// knew of the task when it was asked: the person decided on that, so anything
// else found later stops it.
type Change struct {
	Name     string   `json:"name"` // of the task then; foreign text
	Type     TaskType `json:"type"`
	Online   bool     `json:"online,omitempty"`
	Cron     string   `json:"cron,omitempty"`     // deployed then
	VCluster string   `json:"vcluster,omitempty"` // of its runs then
	Zone     string   `json:"zone"`               // of the platform's schedules

	Backfill       *Backfill  `json:"backfill,omitempty"`        // OpBackfill
	Run            RunID      `json:"run,omitempty"`             // OpRerun, OpStop
	Plan           time.Time  `json:"plan,omitzero"`             // of that run
	Schedule       *Schedule  `json:"schedule,omitempty"`        // OpSchedule
	Cluster        string     `json:"cluster,omitempty"`         // OpSchedule: of its runs from now on, where that is another one
	WithDownstream bool       `json:"with_downstream,omitempty"` // OpUndeploy: those of After go offline too
	After          []TaskLink `json:"after,omitempty"`           // OpUndeploy: who waited for it then
	// Saved is the schedule that was saved then and that OpDeploy is to
	// publish; nil was not seen by the person, and is what the check finds. Of
	// OpTune it is the deployed one too.
	Saved *DraftSchedule `json:"saved,omitempty"`

	Tune     *Adjustment `json:"tune,omitempty"`     // OpTune
	Parallel int         `json:"parallel,omitempty"` // OpTune: what was copied at once then; 0: not told
	Content  string      `json:"content,omitempty"`  // OpTune: [Content.Print] then

	// Before are the runs that were there when the change began: what is not
	// among them later was brought about by it. Attempts is the number of
	// attempts the run had.
	Before   []RunID `json:"before,omitempty"`
	Attempts int     `json:"attempts,omitempty"`
	// Published is when the task had been deployed last, as the check found.
	Published time.Time `json:"published,omitzero"`
	// StopAsked is set by a person while the operation follows its runs.
	StopAsked bool   `json:"stop_asked,omitempty"`
	StoppedBy UserID `json:"stopped_by,omitempty"`
	// Followed is how its runs stand, by plan time.
	Followed []Followed `json:"followed,omitempty"`
}

// Onto is the cluster of the runs once the change is done.
func (c Change) Onto() string { return cmp.Or(c.Cluster, c.VCluster) }

// Followed is one business time of a change and the run that stands for it.
type Followed struct {
	Plan   time.Time `json:"plan"`
	Run    RunID     `json:"run,omitempty"`    // 0: none seen yet
	Status RunStatus `json:"status,omitempty"` // 0: none seen yet
	Twice  bool      `json:"twice,omitempty"`  // the platform made more than one run of it
}

// NewChange makes an operation on an existing task.
func NewChange(id OperationID, kind OperationKind, actor UserID, channel ChannelID, task TaskID, c Change, now time.Time) Operation {
	op := Operation{
		ID: id, Kind: kind, Lock: TaskLock(task), Actor: actor, Channel: channel, Task: task, Change: &c,
		State: OpRunning, Version: 1, Message: CardOf(id), CreatedAt: now.UTC(), UpdatedAt: now.UTC(),
	}
	for _, name := range changeSteps(kind, c) {
		op.Steps = append(op.Steps, OperationStep{Name: name, State: StepPending})
	}
	return op
}

// Tally counts the followed runs.
func (c Change) Tally() (done, failed, open int) {
	for _, f := range c.Followed {
		switch {
		case f.Status == RunSuccess:
			done++
		case f.Status.Over():
			failed++
		default:
			open++
		}
	}
	return done, failed, open
}

// AskStop records that a person wants the followed runs stopped.
//
// The version a person saw is not compared: it grows with every tick of
// progress, and who presses Stop means the operation, not its last figure.
func (o Operation) AskStop(by UserID, now time.Time) (Operation, error) {
	_, asked := o.Stopped()
	if o.State != OpRunning || asked || !o.stoppable() {
		return o, &Error{Code: CodeConflict, Text: T("operation.changed_since")}
	}
	if o.Debug != nil {
		d := *o.Debug
		d.StopAsked, d.StoppedBy = true, by
		o.Debug = &d
	} else {
		c := *o.Change
		c.StopAsked, c.StoppedBy = true, by
		o.Change = &c
	}
	o.Version++
	o.UpdatedAt = now.UTC()
	return o, nil
}

// File is something kept to be shown as a file in Slack.
type File struct {
	ID   string `json:"id"`
	Name string `json:"name"` // e.g. "runs-40001.csv"
	Data []byte `json:"data"`
}

// MaxFile bounds a stored file in bytes.
const MaxFile = 4 << 20
