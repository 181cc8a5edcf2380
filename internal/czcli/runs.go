package czcli

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"batchsync/internal/batchsync"
)

// runItem is a run as the program's lists, details and dependencies tell it.
type runItem struct {
	RunID    number `json:"run_id"`
	Instance number `json:"task_run_id"` // the same where runs depend on each other
	Task     number `json:"task_id"`
	TaskName text   `json:"task_name"`
	TaskType number `json:"task_type"`
	Status   number `json:"task_run_status"`
	Type     number `json:"task_run_type"`
	Plan     number `json:"plan_trigger_time"`
	Waits    number `json:"start_wait_time"`
	Trigger  number `json:"trigger_time"`
	Began    number `json:"execute_start_time"`
	Ended    number `json:"execute_end_time"`
	Failure  text   `json:"fail_msg"`
	VCluster text   `json:"vc_code"`
}

func (i runItem) id() int64 { return int64(cmp.Or(i.RunID, i.Instance)) }

// check tells whether an answer about one run is one. For a run the platform
// does not know the program may answer with the id it was given and no more.
func (i runItem) check(k *command, want batchsync.RunID) error {
	switch {
	case i.Task <= 0 && i.Status <= 0:
		return k.missing()
	case i.id() != int64(want):
		return k.unfit(errors.New("the answer is about another run"))
	}
	return nil
}

func (i runItem) run(clean cleaner) batchsync.Run {
	return batchsync.Run{
		ID: batchsync.RunID(i.id()), Task: batchsync.TaskID(i.Task), TaskName: string(i.TaskName), TaskType: batchsync.TaskType(i.TaskType),
		Status: batchsync.RunStatus(i.Status), Type: batchsync.RunType(i.Type),
		Plan: millis(i.Plan), Waits: millis(cmp.Or(i.Waits, i.Trigger)), Began: millis(i.Began), Ended: millis(i.Ended),
		Failure: clean.clean(string(i.Failure)), VCluster: string(i.VCluster),
	}
}

func (c *Client) runs(items []runItem) []batchsync.Run {
	out := []batchsync.Run{}
	for _, it := range items {
		out = append(out, it.run(c.cleaner()))
	}
	return out
}

func newestFirst(a, b runItem) int { return cmp.Compare(b.Plan, a.Plan) }

// Runs lists the runs whose plan time lies in the filter's window, newest plan
// time first. Both ends of the window are required, for the program's own
// window of one day hides most backfills; it is widened to whole seconds. An
// unknown task has no runs.
//
// The platform's order is not known. A limit therefore spares further pages
// only as long as they come newest first; otherwise all are read and the
// newest kept.
//
// Each page is a child of its own, of 100 runs or as many as the platform gives
// at once, and each run comes once. Where runs come and go between two pages
// one may be missing that was there all the time, and a platform that answers
// nothing looks like one without runs: whoever needs to know that the list is
// whole compares it with RunStats.
func (c *Client) Runs(ctx context.Context, f batchsync.RunFilter) ([]batchsync.Run, error) {
	const usual = 10
	page := func() *command { return runsCommand(f) }
	items, err := pagesUntil(ctx, c, usual, page, runItem.id, func(items []runItem) bool {
		return f.Limit > 0 && len(items) >= f.Limit && slices.IsSortedFunc(items, newestFirst)
	})
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(items, func(i runItem) bool { return i.id() <= 0 }) {
		return nil, page().unfit(errors.New("a run has no id"))
	}
	slices.SortFunc(items, func(a, b runItem) int { return cmp.Or(newestFirst(a, b), cmp.Compare(b.id(), a.id())) })
	if f.Limit > 0 {
		items = items[:min(len(items), f.Limit)]
	}
	return c.runs(items), nil
}

func runsCommand(f batchsync.RunFilter) *command {
	k := read("runs list")
	if f.Task != 0 {
		k.flagID("task", int64(f.Task)).about = "task " + f.Task.String()
	}
	switch f.Type {
	case 0:
	case batchsync.RunScheduled:
		k.flag("run-type", "SCHEDULE")
	case batchsync.RunTemporary:
		k.flag("run-type", "TEMP")
	case batchsync.RunRefill:
		k.flag("run-type", "REFILL")
	default:
		k.refuse("run type %d has no word", f.Type)
	}
	if f.Unfinished {
		k.flag("status", "RUNNING").flag("status", "WAITING")
	}
	if f.Limit < 0 {
		k.refuse("limit %d is negative", f.Limit)
	}
	return k.window(f.From, f.To)
}

// window adds the plan times a command is about, widened to whole seconds.
func (k *command) window(from, to time.Time) *command {
	if to.Before(from) {
		k.refuse("the window is reversed")
	}
	return k.moment("from", from.UTC()).moment("to", ceil(to.UTC()))
}

// ceil is the first whole second not before t.
func ceil(t time.Time) time.Time { return t.Add(time.Second - 1).Truncate(time.Second) }

// Run is one run with its address for people; not_found where there is none.
func (c *Client) Run(ctx context.Context, id batchsync.RunID) (batchsync.Run, error) {
	var data struct {
		runItem
		URL text `json:"ops_url"`
	}
	k := read("runs detail").run(id)
	if err := c.get(ctx, k, &data); err != nil {
		return batchsync.Run{}, err
	}
	if err := data.check(k, id); err != nil {
		return batchsync.Run{}, err
	}
	out := data.run(c.cleaner())
	out.OpsURL = string(data.URL)
	return out, nil
}

// RunDeps lists the runs a run waits for and those that wait for it, one step
// each way. Why those runs exist is not told: their Type is 0.
func (c *Client) RunDeps(ctx context.Context, id batchsync.RunID) (before, after []batchsync.Run, err error) {
	var data struct {
		runItem
		Before []runItem `json:"parent_task_runs"`
		After  []runItem `json:"child_task_runs"`
	}
	k := read("runs deps").run(id)
	if err := c.get(ctx, k, &data); err != nil {
		return nil, nil, err
	}
	if err := data.check(k, id); err != nil {
		return nil, nil, err
	}
	return c.runs(data.Before), c.runs(data.After), nil
}

// Rerun runs a run again that is over. It is not known whether the platform
// adds an attempt to the run or makes a new run of the same plan time, nor
// whether it respects a schedule that forbids repeating, see SaveRerun.
func (c *Client) Rerun(ctx context.Context, id batchsync.RunID) error {
	return c.do(ctx, write("runs rerun").run(id).yes(), nil)
}

// StopRun asks for the end of a run that is not over; the platform shows it as
// failed afterwards. Success means that the request was taken.
func (c *Client) StopRun(ctx context.Context, id batchsync.RunID) error {
	return c.do(ctx, write("runs stop").run(id).yes(), nil)
}
