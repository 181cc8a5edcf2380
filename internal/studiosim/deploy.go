package studiosim

import (
	"strings"
)

// cancelled is the answer of a write without -y: nothing done, exit 0.
func cancelled(path string) *reply {
	action := strings.ReplaceAll(path, " ", ".")
	message := "Cancelled by user."
	switch path {
	case "task deploy":
		action, message = "task.online", "Cancelled by user. No online action was executed."
	case "task undeploy":
		action, message = "task.offline", "Cancelled by user. No offline action was executed."
	case "runs refill":
		message = "Cancelled by user. No refill action was executed."
	case "runs stop":
		message = "Cancelled by user. No stop action was executed."
	case "runs rerun":
		message = "Cancelled."
	}
	return data(o("message", message, "action", action, "executed", false))
}

func (c *call) taskDeploy() (*reply, error) {
	t, err := c.theTask()
	if err != nil {
		return nil, err
	}
	if f := c.deployable(t); f != nil {
		return nil, f
	}
	if !c.bool("yes") {
		return cancelled(c.cmd.path), nil
	}
	if t.Draft == nil {
		return nil, fail(1, "TASK_ERROR", "task %s has no schedule configuration", t.Name)
	}
	if t.Type == 10 || t.Type == 291 {
		if f := c.checkVC("deploy", t.Draft.VC); f != nil {
			return nil, f
		}
	}
	copied := *t.Draft
	t.Published, t.Online, t.EditState = &copied, true, 100
	t.Version++
	t.PublishedAt, t.Updated = c.st.now, c.st.now
	c.st.plan(t)
	c.st.NextEvent, c.st.dirty = 0, true
	return data(o("data", o("dataFileId", t.ID, "dataFileVersion", t.Version), "status", "online", "studio_url", c.st.studioURL(t.ID))).
		changed("deploy %d", t.ID), nil
}

func (c *call) deployable(t *Task) *failure {
	switch {
	case t.Type == 10 && t.Content == nil:
		return fail(2, "NO_INTEGRATION_CONFIG", "INTEGRATION task has no field mapping configured. Run:\n  cz-cli task integration setup %d --sync-type single --source-datasource <ds> --source-schema <db> --source-table <table> --sink-datasource <lh_ds>\n  cz-cli task save-cron %d --cron '0 2 * * *' --vc <vc_name>", t.ID, t.ID)
	case t.Type == 10 && t.Draft == nil:
		return fail(2, "NO_SCHEDULE_CONFIG", "INTEGRATION task field mapping is saved but schedule is not configured.\nRun: cz-cli task save-cron %d --cron '0 2 * * *' --vc <vc_name>", t.ID)
	case t.Type == 291 && !t.HasConfig:
		return fail(2, "NO_SYNC_CONFIG", "MULTI_DI (multi-table offline sync) task not configured. Run 'cz-cli task integration setup %d --sync-type multi --source-datasource <ds> --source-schema <db> --source-tables <t1,t2> --sink-datasource <lh_ds>' first.", t.ID)
	}
	return nil
}

func (c *call) taskUndeploy() (*reply, error) {
	id, f := c.taskID(c.args[0])
	if f != nil {
		return nil, f
	}
	if !c.bool("yes") {
		return cancelled(c.cmd.path), nil
	}
	t := c.st.task(id)
	if t == nil || !t.Online {
		return nil, fail(1, "TASK_ERROR", "schedule task %d is not online", id)
	}
	r := data(o("data", true, "status", "offline"))
	for _, d := range c.st.downstream(id) {
		if !d.Online {
			continue
		}
		if !c.bool("with-downstream") {
			return nil, fail(1, "TASK_ERROR", "task %s has online downstream task %s", t.Name, d.Name)
		}
		c.st.offline(d)
		r.changed("undeploy %d", d.ID)
	}
	c.st.offline(t)
	return r.changed("undeploy %d", id), nil
}

// offline takes a task off the schedule and drops its run instances.
func (st *state) offline(t *Task) {
	t.Online, t.Published, t.NextFire, t.EditState, t.Updated = false, nil, 0, 20, st.now
	kept := st.allRuns()[:0]
	for _, r := range st.runs {
		if r.Task != t.ID {
			kept = append(kept, r)
		}
	}
	st.runs = kept
	st.touchRuns()
}

func (c *call) taskDelete() (*reply, error) {
	id, f := c.taskID(c.args[0])
	if f != nil {
		return nil, f
	}
	if !c.bool("yes") {
		return cancelled(c.cmd.path), nil
	}
	for i, t := range c.st.Tasks {
		if t.ID != id {
			continue
		}
		if t.Online {
			return nil, fail(1, "TASK_ERROR", "task %s is online, take it offline first", t.Name)
		}
		c.st.Tasks = append(c.st.Tasks[:i], c.st.Tasks[i+1:]...)
		c.st.dirty = true
		return data(o("code", "200", "data", true, "message", "SUCCESS", "success", true)).changed("delete %d", id), nil
	}
	return nil, fail(1, "TASK_ERROR", "data file %d does not exist", id)
}
