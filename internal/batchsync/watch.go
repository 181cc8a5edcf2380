package batchsync

import (
	"slices"
	"time"
)

// Bounds of what is remembered of a task.
const (
	MaxTook = 20 // durations of good runs
	MaxDays = 15 // days of figures
)

// Watch is what the monitor remembers of a task between its looks: what the
// platform tells only task by task, and history older than the window of runs
// it looks at. The monitor alone writes it.
type Watch struct {
	Task     TaskID   `json:"task"`
	Name     string   `json:"name"`
	Type     TaskType `json:"type"`
	Folder   string   `json:"folder,omitempty"` // path, where known
	Source   string   `json:"source,omitempty"` // name of the data source, where known
	VCluster string   `json:"vcluster,omitempty"`

	// The scheduler's word, read at Read; zero: never. Runs are promised from
	// Since on.
	Online bool      `json:"online,omitempty"`
	Cron   string    `json:"cron,omitempty"`
	Since  time.Time `json:"since,omitzero"`
	Read   time.Time `json:"read,omitzero"`
	Gone   bool      `json:"gone,omitempty"` // the platform does not know the task any more

	// Before is the schedule as channels know it, while what changed elsewhere is
	// kept back by a mute or a quiet window; nil: they know it as it is.
	Before *Standing `json:"before,omitempty"`

	// Pairs is the mapping of its tables, read at ContentRead; capped at
	// [MaxTables]. Of a task that mirrors a whole database they were worked out
	// from the tables of the source, which not all are there from the begin.
	Pairs       []TablePair `json:"pairs,omitempty"`
	Whole       bool        `json:"whole,omitempty"`
	ContentRead time.Time   `json:"content_read,omitzero"`

	// Checked is the newest good run whose tables were looked at, and Tables
	// how they were; Good the rows after the last run that left all well. Where
	// Unnamed, the run copied a whole database whose tables nobody names:
	// nothing is known of them.
	Checked RunID            `json:"checked,omitempty"`
	Tables  []TableResult    `json:"tables,omitempty"`
	Unnamed bool             `json:"unnamed,omitempty"`
	Good    map[string]int64 `json:"good,omitempty"` // rows by target table

	// Success is what the monitor knew of the schedule when a run succeeded last,
	// and Earlier the same of the success before it that left no table in trouble.
	Success *Snapshot `json:"success,omitempty"`
	Earlier *Snapshot `json:"earlier,omitempty"`

	Took []time.Duration `json:"took,omitempty"` // of the last good scheduled runs, the newest last
	Last RunID           `json:"last,omitempty"` // the newest run that went into Took
	Days []DayFigures    `json:"days,omitempty"` // by day, the newest last
}

// Standing is what news are made of when it changes elsewhere.
type Standing struct {
	Online   bool   `json:"online,omitempty"`
	Gone     bool   `json:"gone,omitempty"`
	Cron     string `json:"cron,omitempty"`
	VCluster string `json:"vcluster,omitempty"`
}

// DayFigures counts a task's scheduled runs whose business time lies on one
// day of the platform's zone.
type DayFigures struct {
	Day    string        `json:"d"` // YYYY-MM-DD
	OK     int           `json:"ok,omitempty"`
	Late   int           `json:"late,omitempty"` // of OK: began later than they should
	Failed int           `json:"bad,omitempty"`
	Longer time.Duration `json:"max,omitempty"` // the longest of them
}

// Usual is what the task's runs take: the median of the last good ones, 0 when
// there are fewer than five.
func (w Watch) Usual() time.Duration {
	if len(w.Took) < 5 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(w.Took))
	return sorted[len(sorted)/2]
}

// RunCount is how many runs of a window have a status, as the platform counts
// them.
type RunCount struct {
	Status   RunStatus
	Type     RunType
	TaskType TaskType
	Count    int
}

// TableFigures is what the platform tells of a target table.
type TableFigures struct {
	Table    string // schema.table, as asked
	Exists   bool
	Rows     int64          // -1: not told
	Versions []TableVersion // the newest first; nil: not told
	Problem  *Problem       // why it was not told
}

// TableVersion is one write of a table.
type TableVersion struct {
	At        time.Time
	Rows      int64 // in the table after it
	Operation string
}

// Cursor is how far the monitor came.
type Cursor struct {
	Looked time.Time `json:"looked,omitzero"` // the last look that succeeded
	Since  time.Time `json:"since,omitzero"`  // the platform does not answer since; zero: it does
	Swept  time.Time `json:"swept,omitzero"`  // when all runs of the window had been listed last
}

// Known is what the monitor decides with, besides what it observes: read in
// one transaction.
type Known struct {
	Cursor        Cursor
	Incidents     []Incident // open, and those closed within the last two hours
	Alerts        []Alert    // open, those of the incidents, and those opened within the last two hours
	Subscriptions []Subscription
	Channels      []Channel
	Quiet         []Quiet
	Tasks         []Task
	Rehearsals    []Rehearsal
	Waiting       []Operation // unsettled ones that need a person
	// Stopped are runs that a person here stopped, within the last two days.
	Stopped map[RunID]Stop
	// Busy are tasks that an unsettled operation of ours is changing, and
	// Touched when one of ours last changed a task's schedule or content: what
	// differs since a [Watch] was read is then no news.
	Busy    map[TaskID]OperationKind
	Touched map[TaskID]time.Time
	// Fresh are tasks whose first good scheduled run after a deployment by the
	// bot is still to be examined, and Examined how far acceptances have come.
	Fresh    map[TaskID]Fresh
	Examined map[TaskID]Examined
}

// Stop is who stopped a run, and when it was seen to be over.
type Stop struct {
	By UserID    `json:"by"`
	At time.Time `json:"at"`
}

// Look is everything that one look of the monitor found out, stored in one
// transaction: what is known and what is told never differ. It fails as stale
// when an incident or alert was changed by somebody else since [Known] was
// read; the look is then decided anew.
type Look struct {
	At        time.Time // of the look: when its messages are due; required
	Cursor    Cursor
	Watches   []Watch
	Forget    []TaskID   // watches that nobody needs any more
	Incidents []Incident // each with its Version raised by one
	Alerts    []Alert    // likewise; the message of each is drawn anew
	Messages  []Message  // replies, notices, digests
	Channels  []Channel
	Rehearsed []Rehearsal // as they stand now; one that is over is removed
	Tasks     []TaskPatch
	// Acceptances are to be made. One of a task of which another is under way
	// is left out.
	Acceptances []Acceptance
}

// TaskPatch brings what the bot remembers of a task up to date with the
// platform.
type TaskPatch struct {
	ID   TaskID
	Name string // "" leaves it
	// Unmute ends a mute whose time is over.
	Unmute bool
}

// Rehearsal is a made-up failure on its way from observation to message and
// back to resolved.
type Rehearsal struct {
	ID      string    `json:"id"`
	Channel ChannelID `json:"channel"`
	By      UserID    `json:"by"`
	At      time.Time `json:"at"`
	Told    time.Time `json:"told,omitzero"` // the failure was decided on
	Over    time.Time `json:"over,omitzero"` // the recovery was decided on
}
