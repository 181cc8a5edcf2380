package batchsync

import (
	"strconv"
	"time"
)

// RunStatus is the platform's number for where a run stands.
type RunStatus int

const (
	RunSuccess          RunStatus = 1
	RunNotStarted       RunStatus = 2
	RunFailed           RunStatus = 3 // also a run that was stopped
	RunRunning          RunStatus = 4
	RunWaitingResources RunStatus = 5
	RunWaitingUpstream  RunStatus = 6
	RunPaused           RunStatus = 7
	RunBlocked          RunStatus = 8 // an upstream run failed; it will not go on by itself

	// RunStopped is ours and never the platform's: a run that it calls failed
	// and that this bot is known to have stopped for a person.
	RunStopped RunStatus = -3
)

// RunStatuses returns every status of the platform that has a meaning.
func RunStatuses() []RunStatus {
	return []RunStatus{RunSuccess, RunNotStarted, RunFailed, RunRunning, RunWaitingResources, RunWaitingUpstream, RunPaused, RunBlocked}
}

// Known reports whether the number is one of the platform that has a meaning to us.
func (s RunStatus) Known() bool { return s >= RunSuccess && s <= RunBlocked }

// Over reports whether the run will not change any more by itself.
func (s RunStatus) Over() bool {
	return s == RunSuccess || s == RunFailed || s == RunBlocked || s == RunStopped
}

// Word is the key of the status's word in the catalog; an unknown number has
// a word of its own and is never taken for another.
func (s RunStatus) Word() TextKey {
	switch {
	case s == RunStopped:
		return "run.status_stopped"
	case !s.Known():
		return "run.status_unknown"
	}
	return TextKey("run.status_" + strconv.Itoa(int(s)))
}

// RunType says why a run exists.
type RunType int

const (
	RunScheduled RunType = 1
	RunTemporary RunType = 3
	RunRefill    RunType = 4
)

// Run is one run instance of a task. Times the platform does not know are
// zero.
type Run struct {
	ID       RunID
	Task     TaskID
	TaskName string
	TaskType TaskType
	Status   RunStatus
	Type     RunType
	Plan     time.Time // business time: the backfilled moment of a refill
	// Waits is since when the run waits, or waited, to begin. Unlike Plan it is
	// never the business time of a refill.
	Waits    time.Time `json:",omitzero"`
	Began    time.Time
	Ended    time.Time
	Failure  string // the platform's message; foreign text
	VCluster string
	OpsURL   string // of a single run that was looked up, else empty
}

// Took is how long the run worked, 0 when that is not known.
func (r Run) Took() time.Duration {
	if r.Began.IsZero() || r.Ended.Before(r.Began) {
		return 0
	}
	return r.Ended.Sub(r.Began)
}

// Attempt is one try of a run.
type Attempt struct {
	ID     int64
	Began  time.Time
	Ended  time.Time
	Result RunStatus // 0 while it goes on
}

// TaskLink is a task before or after another one. Of a task before, only id and
// name are known.
type TaskLink struct {
	ID       TaskID
	Name     string
	Online   bool
	Cron     string
	VCluster string
	Owner    string
}

// RunFilter narrows a list of runs. The window is on plan time, so a refill of
// old dates lies in the past. Both of its ends are required and included.
type RunFilter struct {
	Task     TaskID  // 0: all
	Type     RunType // 0: all
	From, To time.Time
	Limit    int // at most, the newest plan times; 0: all
	// Unfinished leaves only those that wait for their time or are at work. Of
	// others that are not over (waiting for resources or other runs, paused,
	// blocked) the platform cannot be asked for.
	Unfinished bool
}
