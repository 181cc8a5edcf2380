package batchsync

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// TaskView is a task as the platform describes it at one moment, together with
// what the bot remembers. It is read anew whenever a card is looked at; parts
// that could not be read are nil and named in Missing.
type TaskView struct {
	At         time.Time
	Ref        TaskRef
	FolderPath string
	Known      *Task          // nil: made elsewhere and not adopted
	Studio     string         // web address of the task; "": not known
	Content    *Content       // nil: not configured, or not read
	Draft      *DraftSchedule // saved
	Deployed   *Deployed      // at the scheduler
	Runs       []Run          // newest plan time first
	RunsRead   bool           // the platform told them
	After      []TaskLink     // tasks that wait for this one
	AfterRead  bool           // the platform told them
	Holder     *Operation     // that changes the task at present
	Zone       string         // of the platform's schedules
	Missing    []Problem      // what could not be read, and why
}

// TaskState says where a task stands, in one word.
type TaskState string

const (
	TaskOnline   TaskState = "online"
	TaskModified TaskState = "modified" // online, but what is saved of the schedule differs from what is deployed
	TaskOffline  TaskState = "offline"  // not at the scheduler
	TaskUnknown  TaskState = "unknown"  // the platform did not say
)

// State reads the task's state from the scheduler alone; the platform's own
// state words are known to mislead.
func (v TaskView) State() TaskState {
	switch {
	case v.Deployed == nil:
		return TaskUnknown
	case !v.Deployed.Online:
		return TaskOffline
	case v.Changed():
		return TaskModified
	}
	return TaskOnline
}

// Changed reports whether anything that the platform tells of both the saved
// and the deployed schedule differs: see [TaskView.Unpublished]. It does not see
// changes of the content.
func (v TaskView) Changed() bool { return len(v.Unpublished()) > 0 }

// Rescheduled reports whether the saved times or cluster are not those of the
// deployed schedule.
func (v TaskView) Rescheduled() bool {
	return v.comparable() && (!SameCron(v.Draft.Cron, v.Deployed.Cron) || v.Draft.VCluster != v.Deployed.VCluster)
}

// comparable reports whether there is a saved and a deployed schedule.
func (v TaskView) comparable() bool {
	return v.Draft != nil && v.Deployed != nil && v.Deployed.Online && v.Draft.Cron != ""
}

// VCluster is the cluster runs of the task belong on: the deployed one, else
// the saved one, else "".
func (v TaskView) VCluster() string {
	switch {
	case v.Deployed != nil && v.Deployed.VCluster != "":
		return v.Deployed.VCluster
	case v.Draft != nil:
		return v.Draft.VCluster
	}
	return ""
}

// Next returns the n next fires of the deployed schedule.
func (v TaskView) Next(n int) []time.Time {
	if v.Deployed == nil || !v.Deployed.Online {
		return nil
	}
	loc, err := time.LoadLocation(v.Zone)
	if err != nil {
		return nil
	}
	c, err := ParseCron(v.Deployed.Cron)
	if err != nil {
		return nil
	}
	return c.Next(v.At, loc, n)
}

// LastFailed is the newest run that failed and was not followed by a success
// of the same plan time, nil when there is none: what Rerun is offered for.
func (v TaskView) LastFailed() *Run {
	i := slices.IndexFunc(v.Runs, func(r Run) bool { return r.Status == RunFailed })
	if i < 0 {
		return nil
	}
	for _, r := range v.Runs {
		if r.Status == RunSuccess && r.Plan.Equal(v.Runs[i].Plan) {
			return nil
		}
	}
	return &v.Runs[i]
}

// Latest is the newest run that has begun or is over, nil without runs.
func (v TaskView) Latest() *Run {
	i := slices.IndexFunc(v.Runs, func(r Run) bool { return r.Status.Over() || r.Status == RunRunning })
	if i < 0 {
		return nil
	}
	return &v.Runs[i]
}

// FindTask reads what a person typed for a task. Digits are an id; anything
// else must be the exact name of one task. A name that is only similar, or that
// several tasks have, comes back as candidates and never as a task: the
// platform itself would take the first one that contains it.
func FindTask(typed string, all []TaskRef) (TaskRef, []TaskRef) {
	var exact, similar []TaskRef
	for _, t := range all {
		switch {
		case t.ID.String() == typed:
			return t, nil
		case t.Name == typed:
			exact = append(exact, t)
		case similarName(t.Name, typed):
			similar = append(similar, t)
		}
	}
	if len(exact) == 1 {
		return exact[0], nil
	}
	return TaskRef{}, append(exact, similar...)
}

// CouldName reports whether a text as it was typed could be a task's name or a
// part of one. The program takes a leading dash for a flag, and what cannot be
// seen stands in no name: such a text is not worth asking the platform for.
func CouldName(typed string) bool {
	return utf8.ValidString(typed) && !hasControl(typed) && !strings.HasPrefix(typed, "-")
}

// similarName reports whether a name is close enough to what was typed to be
// offered: it contains it, regardless of case.
func similarName(name, typed string) bool {
	return typed != "" && strings.Contains(strings.ToLower(name), strings.ToLower(typed))
}

// ParseTaskID reads an id as a person types it: digits only, as the platform
// takes every name of digits for an id.
func ParseTaskID(typed string) (TaskID, bool) {
	n, ok := parseID(typed)
	return TaskID(n), ok
}

// ParseRunID reads the id of a run.
func ParseRunID(typed string) (RunID, bool) {
	n, ok := parseID(typed)
	return RunID(n), ok
}

func parseID(typed string) (int64, bool) {
	for _, r := range typed {
		if r < '0' || r > '9' {
			return 0, false
		}
	}
	n, err := strconv.ParseInt(typed, 10, 64)
	return n, err == nil && n > 0
}
