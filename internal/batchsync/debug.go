package batchsync

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// A debug run runs a task once, outside of its schedule, to see that it works.
// It really reads the source and writes the target. The platform calls such a
// run temporary; it takes no deployment, and a schedule knows nothing of it.
const (
	OpDebug  OperationKind = "debug"
	ActDebug Action        = "debug"

	StepExecute StepName = "execute" // of OpDebug: the run is with the platform
	StepDebug   StepName = "debug"   // of OpCreate, on request: the task ran once, before it is scheduled
)

// FieldDebug asks whether a new task runs once before it is scheduled.
const FieldDebug Field = "debug"

// Yes answers a question that is a box to be ticked; in a line, no leaves it so.
const (
	Yes = "yes"
	no  = "no"
)

// DebugRun is a debug run of an operation: what it was asked on, and what came
// of it. A run that is asked for once more begins anew.
type DebugRun struct {
	VCluster string    `json:"vcluster"`
	Mode     WriteMode `json:"mode,omitempty"`  // what it does to rows of the target; empty: not told
	Keyed    WriteMode `json:"keyed,omitempty"` // likewise for tables with a primary key, where that is another mode
	// Before are the temporary runs that were there when it was asked for: what
	// is not among them later was brought about by it.
	Before []RunID   `json:"before,omitempty"`
	Asked  time.Time `json:"asked,omitzero"` // zero: not yet

	Run     RunID     `json:"run,omitempty"`    // 0: none seen yet
	Others  []RunID   `json:"others,omitempty"` // that began besides: the program may ask twice
	Status  RunStatus `json:"status,omitempty"`
	Began   time.Time `json:"began,omitzero"`
	Ended   time.Time `json:"ended,omitzero"`
	Failure string    `json:"failure,omitempty"` // the platform's message; foreign text
	OpsURL  string    `json:"ops_url,omitempty"`

	// Read says that the run is over and all was read that there is to tell.
	Read bool `json:"read,omitempty"`
	// StopAsked is set by a person while the run is at work.
	StopAsked bool   `json:"stop_asked,omitempty"`
	StoppedBy UserID `json:"stopped_by,omitempty"`

	Log    string        `json:"log,omitempty"` // its last lines, without secrets; foreign text
	Tables []TableResult `json:"tables,omitempty"`
	More   int           `json:"more,omitempty"` // tables besides those
}

// Anew is the same run, to be asked for once more.
func (d DebugRun) Anew() DebugRun {
	return DebugRun{VCluster: d.VCluster, Mode: d.Mode, Keyed: d.Keyed}
}

// Took is how long the run worked, 0 when that is not known.
func (d DebugRun) Took() time.Duration { return Run{Began: d.Began, Ended: d.Ended}.Took() }

// LastLines is the end of a log: so many lines at most, and whole characters of
// so many bytes at most, from the beginning of a line where there is one.
func LastLines(log string, lines, bytes int) string {
	log = strings.TrimRight(log, " \r\n\t")
	if n := len(log) - bytes; n > 0 {
		for n < len(log) && !utf8.RuneStart(log[n]) {
			n++
		}
		begun := log[n-1] == '\n'
		log = log[n:]
		if _, rest, ok := strings.Cut(log, "\n"); ok && !begun {
			log = rest
		}
	}
	all := strings.Split(log, "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}

// createSteps are the steps of a creation.
func createSteps(s Spec) []StepName {
	return slices.DeleteFunc(StepNames(OpCreate), func(n StepName) bool { return n == StepDebug && !s.DebugFirst })
}

// DebugFirst has a creation that waits for its content run the task once before
// it is scheduled, and puts it back to work like [Operation.Resume].
func (o Operation) DebugFirst(version int, now time.Time) (Operation, error) {
	if !o.CanDebugFirst() {
		return o, &Error{Code: CodeConflict, Text: T("operation.changed_since")}
	}
	o, err := o.Resume(version, now)
	if err != nil {
		return o, err
	}
	spec := *o.Spec
	spec.DebugFirst = true
	o.Spec = &spec
	at := slices.IndexFunc(o.Steps, func(s OperationStep) bool { return s.Name == StepSetCron })
	o.Steps = slices.Insert(o.Steps, at, OperationStep{Name: StepDebug, State: StepPending})
	o.Debug = &DebugRun{VCluster: spec.VCluster, Mode: spec.WriteMode, Keyed: spec.keyedApart()}
	return o, nil
}

// CanDebugFirst reports whether the operation is a creation that waits for its
// content and does not run the task anyway.
func (o Operation) CanDebugFirst() bool {
	i := o.Current()
	return o.Kind == OpCreate && o.Spec != nil && o.State == OpWaiting && i >= 0 && o.Steps[i].Name == StepConfigure && o.Step(StepDebug) == nil
}

// keyedApart is the write mode of tables with a primary key, where the spec has
// one that differs.
func (s Spec) keyedApart() WriteMode {
	several := s.Scope == ScopeMulti || s.Scope == ScopeWhole
	if mode := s.Keyed(); several && mode != s.WriteMode {
		return mode
	}
	return ""
}

// Debugging reports whether the operation is at a debug run: it was asked for,
// or is about to be.
func (o Operation) Debugging() bool {
	i := o.Current()
	if o.Debug == nil || i < 0 {
		return false
	}
	name := o.Steps[i].Name
	return name == StepDebug || o.Kind == OpDebug && (name == StepExecute || name == StepFollow)
}

// stoppable reports whether there is, or may be, a run that a person can have
// stopped.
func (o Operation) stoppable() bool {
	if o.Debug == nil {
		return o.Change != nil
	}
	return o.Debugging() && !o.Debug.Asked.IsZero() && !o.Debug.Read
}

// Runs are the runs that the operation follows, or followed, as far as they
// were seen.
func (o Operation) Runs() []Followed {
	switch {
	case o.Debug != nil && o.Debug.Run != 0:
		return []Followed{{Plan: o.Debug.Began, Run: o.Debug.Run, Status: o.Debug.Status}}
	case o.Change != nil:
		return o.Change.Followed
	}
	return nil
}

// Stopped tells who had the runs of the operation stopped, if anybody did.
func (o Operation) Stopped() (by UserID, asked bool) {
	switch {
	case o.Debug != nil && o.Debug.StopAsked:
		return o.Debug.StoppedBy, true
	case o.Change != nil && o.Change.StopAsked:
		return o.Change.StoppedBy, true
	}
	return "", false
}
