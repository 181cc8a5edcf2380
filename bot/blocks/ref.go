package blocks

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"batchsync/internal/batchsync"
)

// Ref points to a stored object as it was when it was drawn. It is all that a
// button or a modal carries: what is done is decided by what is stored.
type Ref struct {
	ID      string // of a draft or an operation; never empty
	Version int    // from 1
	// Plan is the digest of what is shown to be confirmed, where that may change
	// without the version; empty elsewhere.
	Plan string
}

// What keeps a Ref far below the limits of every place it is put in.
const (
	maxRefID   = 200
	maxRefPlan = 200
)

// String writes the reference as "<version>:<id>", with a plan as
// "<version>.<plan>:<id>".
func (r Ref) String() string {
	version := strconv.Itoa(r.Version)
	if r.Plan != "" {
		version += "." + r.Plan
	}
	return version + ":" + r.ID
}

// ParseRef reads what [Ref.String] wrote. It fails on anything else, such as
// leading zeros, a version below 1, an empty or overlong id, and a plan that is
// no digest.
func ParseRef(s string) (Ref, error) {
	version, id, ok := strings.Cut(s, ":")
	version, plan, _ := strings.Cut(version, ".")
	n, err := strconv.Atoi(version)
	r := Ref{ID: id, Version: n, Plan: plan}
	digest := len(plan) <= maxRefPlan && strings.Trim(plan, "0123456789abcdef") == ""
	if !ok || err != nil || n < 1 || id == "" || len(id) > maxRefID || !digest || r.String() != s {
		return Ref{}, fmt.Errorf("reference %.40q is not a version and an id", s)
	}
	return r, nil
}

// TaskRefOf points to a task. A task of the platform has no version of ours:
// what a person decided on is compared by the operation's first step.
func TaskRefOf(id batchsync.TaskID) Ref { return Ref{ID: id.String(), Version: 1} }

// ParseTaskRef reads the task id of what [TaskRefOf] made.
func ParseTaskRef(s string) (batchsync.TaskID, error) {
	r, err := ParseRef(s)
	if err != nil {
		return 0, err
	}
	id, err := positive(r.ID)
	if err != nil || r.Version != 1 || r.Plan != "" {
		return 0, fmt.Errorf("reference %.40q is not one of a task", s)
	}
	return batchsync.TaskID(id), nil
}

// DaysRef points to a task and the days of it that are meant, as the platform's
// zone counts them; a form begins with them, and who presses may change them.
type DaysRef struct {
	Task     batchsync.TaskID
	From, To string // YYYY-MM-DD, both count; empty: no days are meant
}

// String writes the reference as "<task>/<from>/<to>", the task as [TaskRefOf]
// does. Without two days in order it is the task alone.
func (r DaysRef) String() string {
	task := TaskRefOf(r.Task).String()
	if !inOrder(r.From, r.To) {
		return task
	}
	return task + "/" + r.From + "/" + r.To
}

// ParseDaysRef reads what [DaysRef.String] wrote, so also what [TaskRefOf] made.
// It fails on days that are none, on a last one before the first, and on one
// alone.
func ParseDaysRef(s string) (DaysRef, error) {
	task, days, some := strings.Cut(s, "/")
	from, to, _ := strings.Cut(days, "/")
	id, err := ParseTaskRef(task)
	if err != nil || some && !inOrder(from, to) {
		return DaysRef{}, fmt.Errorf("reference %.40q is not a task and its days", s)
	}
	return DaysRef{Task: id, From: from, To: to}, nil
}

// inOrder reports whether two texts are days, the second not before the first.
func inOrder(from, to string) bool {
	first, err := time.Parse(time.DateOnly, from)
	last, errLast := time.Parse(time.DateOnly, to)
	return err == nil && errLast == nil && !last.Before(first)
}

// ExpectRef points to what is expected of a task as it was drawn, by the digest
// of that.
func ExpectRef(id batchsync.TaskID, seen string) Ref {
	r := TaskRefOf(id)
	r.Plan = seen
	return r
}

// ParseExpectRef reads what [ExpectRef] made. The digest is empty where the form
// was drawn by an older version of the bot.
func ParseExpectRef(s string) (id batchsync.TaskID, seen string, err error) {
	r, err := ParseRef(s)
	if err != nil {
		return 0, "", err
	}
	seen, r.Plan = r.Plan, ""
	id, err = ParseTaskRef(r.String())
	return id, seen, err
}

// RunRef points to a run of a task.
type RunRef struct {
	Task batchsync.TaskID
	Run  batchsync.RunID
}

// String writes the reference as "<task>/<run>".
func (r RunRef) String() string { return r.Task.String() + "/" + r.Run.String() }

// ParseRunRef reads what [RunRef.String] wrote, of two positive ids.
func ParseRunRef(s string) (RunRef, error) {
	task, run, ok := strings.Cut(s, "/")
	t, errTask := positive(task)
	n, errRun := positive(run)
	if !ok || errTask != nil || errRun != nil {
		return RunRef{}, fmt.Errorf("reference %.40q is not a task and a run", s)
	}
	return RunRef{Task: batchsync.TaskID(t), Run: batchsync.RunID(n)}, nil
}

// LogRef points to the log of an attempt of a run.
type LogRef struct {
	RunRef
	Number int // of the attempt, from 1
}

// String writes the reference as "<task>/<run>/<number>".
func (r LogRef) String() string { return r.RunRef.String() + "/" + strconv.Itoa(r.Number) }

// ParseLogRef reads what [LogRef.String] wrote, of three positive figures.
func ParseLogRef(s string) (LogRef, error) {
	i := max(strings.LastIndexByte(s, '/'), 0)
	run, errRun := ParseRunRef(s[:i])
	n, errNumber := positive(strings.TrimPrefix(s[i:], "/"))
	if errRun != nil || errNumber != nil || n > maxAttempt {
		return LogRef{}, fmt.Errorf("reference %.40q is not a task, a run and an attempt", s)
	}
	return LogRef{run, int(n)}, nil
}

// maxAttempt is far beyond what any run has.
const maxAttempt = 1_000_000

// PageRef points to a page of the mapping of a task.
type PageRef struct {
	Task batchsync.TaskID
	Page int // from 1
}

// String writes the reference as "<task>/<page>".
func (r PageRef) String() string { return r.Task.String() + "/" + strconv.Itoa(r.Page) }

// ParsePageRef reads what [PageRef.String] wrote. The page may be one that is
// no longer there.
func ParsePageRef(s string) (PageRef, error) {
	r, err := ParseRunRef(s) // two positive figures alike
	if err != nil || int64(r.Run) > math.MaxInt32 {
		return PageRef{}, fmt.Errorf("reference %.40q is not a task and a page", s)
	}
	return PageRef{Task: r.Task, Page: int(r.Run)}, nil
}

// ColumnsRef points to a page of the columns of one table of a task.
type ColumnsRef struct {
	Task  batchsync.TaskID
	Table int // its number in the mapping, from 1
	Page  int // from 1
}

// String writes the reference as "<task>/<table>/<page>".
func (r ColumnsRef) String() string {
	return r.Task.String() + "/" + strconv.Itoa(r.Table) + "/" + strconv.Itoa(r.Page)
}

// ParseColumnsRef reads what [ColumnsRef.String] wrote. Table and page may be
// ones that are no longer there.
func ParseColumnsRef(s string) (ColumnsRef, error) {
	r, err := ParseLogRef(s) // three positive figures alike
	if err != nil || int64(r.Run) > math.MaxInt32 {
		return ColumnsRef{}, fmt.Errorf("reference %.40q is not a task, a table and a page", s)
	}
	return ColumnsRef{Task: r.Task, Table: int(r.Run), Page: r.Number}, nil
}

// ListRef points into a list of tasks: to what stands from some place on, of
// those that pass the filter.
type ListRef struct {
	First  int    // how many stand before, from 0
	Filter string // as typed; empty: none
}

// maxRefFilter bounds the filter in the value of a button; no name of a task
// contains a longer one.
const maxRefFilter = 300

// String writes the reference as "<first>:<filter>".
func (r ListRef) String() string { return strconv.Itoa(r.First) + ":" + r.Filter }

// ParseListRef reads what [ListRef.String] wrote.
func ParseListRef(s string) (ListRef, error) {
	first, filter, ok := strings.Cut(s, ":")
	n, err := strconv.ParseInt(first, 10, 32)
	r := ListRef{First: int(n), Filter: filter}
	if !ok || err != nil || n < 0 || len(filter) > maxRefFilter || r.String() != s {
		return ListRef{}, fmt.Errorf("reference %.40q is not a place in a list", s)
	}
	return r, nil
}

// positive reads a figure without sign and leading zeros, from 1.
func positive(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 1 || strconv.FormatInt(n, 10) != s {
		return 0, fmt.Errorf("%.40q is no id", s)
	}
	return n, nil
}

// MenuChoice is an entry of an overflow menu: an action, and the value a
// button of that action would carry.
type MenuChoice struct {
	Action ActionID
	Value  string
}

// String writes the choice as "<action> <value>".
func (c MenuChoice) String() string { return string(c.Action) + " " + c.Value }

// ParseMenuChoice reads what [MenuChoice.String] wrote, of a declared action.
func ParseMenuChoice(s string) (MenuChoice, error) {
	action, value, ok := strings.Cut(s, " ")
	if !ok || !slices.Contains(ActionIDs(), ActionID(action)) {
		return MenuChoice{}, fmt.Errorf("menu choice %.40q is not an action and its value", s)
	}
	return MenuChoice{Action: ActionID(action), Value: value}, nil
}
