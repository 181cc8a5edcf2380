package studiosim

import (
	"fmt"
)

func (c *call) runsStop() (*reply, error) {
	if !c.bool("yes") {
		return cancelled(c.cmd.path), nil
	}
	r, err := c.theRun(c.args[0])
	if err != nil {
		return nil, err
	}
	if r.Status == Success || r.Status == Failed {
		return nil, fail(1, "RUNS_ERROR", "task instance %d is not running", r.ID)
	}
	r.Status, r.End, r.FailMsg, r.Held = Failed, c.st.now, "killed by bot_user", false
	if n := len(r.Attempts); n > 0 {
		r.Attempts[n-1].End, r.Attempts[n-1].Result, r.Attempts[n-1].FailMsg = r.End, Failed, r.FailMsg
	}
	c.st.touchRuns()
	return data(o("run_id", r.ID), "ai_message", fmt.Sprintf("Stop requested for run %d. Verify the final state with: cz-cli runs detail %d", r.ID, r.ID)).
		changed("stop %d", r.ID), nil
}

func (c *call) runsRerun() (*reply, error) {
	if !c.bool("yes") {
		return cancelled(c.cmd.path), nil
	}
	r, err := c.theRun(c.args[0])
	if err != nil {
		return nil, err
	}
	if r.Status == Waiting || r.Status == Running {
		return nil, fail(1, "RUNS_ERROR", "task instance %d is running", r.ID)
	}
	t := c.st.taskOf(r)
	if c.st.Switches.RefuseRerun3 && t.Published != nil && t.Published.Rerun == 3 {
		return nil, fail(1, "RUNS_ERROR", "task instance %d is not allowed to rerun", r.ID)
	}
	if c.st.Switches.RerunNewRun {
		c.st.start(t, r.Type, r.Plan, c.st.now, r.VC)
	} else {
		r.Status, r.Trigger, r.Start, r.End, r.FailMsg, r.Held = Waiting, c.st.now, 0, 0, "", false
		r.StartAt = c.st.now + c.st.WaitMS
		r.EndAt = r.StartAt + c.st.duration(t, r)
		c.st.touchRuns()
	}
	return data(true, "ai_message", fmt.Sprintf("Rerun submitted for %d. Check status with: cz-cli runs detail %d | View logs: cz-cli runs logs %d", r.ID, r.ID, r.ID)).
		changed("rerun %d", r.ID), nil
}

func (c *call) runsRefill() (*reply, error) {
	if c.has("from") != c.has("to") {
		return nil, fail(2, "INVALID_ARGUMENTS", "--from and --to must be provided together, or omit both.")
	}
	id, f := c.taskID(c.args[0])
	if f != nil {
		return nil, f
	}
	if !c.bool("yes") {
		return cancelled(c.cmd.path), nil
	}
	t := c.st.task(id)
	if t == nil || !t.Online {
		return nil, fail(1, "RUNS_ERROR", "schedule task %d is not online", id)
	}
	job := c.st.newID()
	first := c.refillRuns(t, job)
	answer, label := obj{}, ""
	switch c.st.Switches.RefillAnswer {
	case "job":
		answer, label = o("complementTaskId", job, "run_id", job), fmt.Sprint(job)
	case "instance":
		answer, label = o("taskInstanceId", orNull(first), "run_id", orNull(first)), fmt.Sprint(first)
	}
	return data(answer, "ai_message", fmt.Sprintf("Backfill submitted (run_id=%s). Normalized: backfill_task_id is this run_id. Use cz-cli runs logs %s to view logs.", label, label)).
		changed("refill %d job %d", t.ID, job), nil
}

// refillRuns creates the runs of a backfill, one after the other, and returns
// the id of the first, 0 when the window holds no instance.
func (c *call) refillRuns(t *Task, job int64) (first int64) {
	from, to := c.moment("from", c.st.now), c.moment("to", c.st.now)
	plans := fires(t.Published.Cron, c.st.zone, from-1, to, 400)
	if from == to && len(plans) == 0 {
		plans = []int64{c.st.now}
	}
	at := c.st.now
	for _, plan := range plans {
		if c.st.Switches.RefillPlanNow {
			plan = c.st.now
		}
		r := c.st.start(t, Refill, plan, at, c.str("vc", "DEFAULT"))
		r.Job, r.Trigger = job, c.st.now
		at = r.EndAt
		if first == 0 {
			first = r.ID
		}
	}
	return first
}
