package studiosim

import (
	"fmt"
	"slices"
)

func (c *call) taskStats() (*reply, error) {
	from := c.st.now - 7*24*hour
	status, types, kinds := obj{}, obj{}, obj{}
	tally := func(m *obj, key string) {
		for i := range *m {
			if (*m)[i].Key == key {
				(*m)[i].Value = (*m)[i].Value.(int) + 1
				return
			}
		}
		*m = append(*m, pair{key, 1})
	}
	total := 0
	for _, r := range c.st.allRuns() {
		if r.Plan < from || r.Plan > c.st.now {
			continue
		}
		total++
		tally(&status, statusWord(r.Status))
		tally(&types, runTypeWord(r.Type))
		if t := c.st.task(r.Task); t != nil {
			tally(&kinds, typeWord(t.Type))
		}
	}
	count := func(word string) int { n, _ := status.get(word).(int); return n }
	a, b := c.st.second(from)[:10], c.st.second(c.st.now)[:10]
	roots := 0
	for _, f := range c.st.Folders {
		if f.Parent == 0 {
			roots++
		}
	}
	hint := fmt.Sprintf("Task stats (all): %d tasks, %d folders. Run instances (%s~%s): %d total, %d succeeded / %d failed / %d running.",
		len(c.st.Tasks), roots, a, b, total, count("SUCCESS"), count("FAILED"), count("RUNNING"))
	return data(o("tasks", o("total", len(c.st.Tasks), "folders", roots),
		"run_instances", o("total", total, "period", a+" ~ "+b, "by_status", status, "by_run_type", types, "by_task_type", kinds)), "ai_message", hint), nil
}

func (c *call) taskDeps() (*reply, error) {
	t, err := c.theTask()
	if err != nil {
		return nil, err
	}
	deps := []obj{}
	for _, id := range t.Deps {
		name := ""
		if up := c.st.task(id); up != nil {
			name = up.Name
		}
		deps = append(deps, o("dependency_task_id", id, "dependency_task_name", name, "dep_strategy", 0, "dependency_project_id", projectID))
	}
	return data(o("task_id", t.ID, "self_depends_job", 0, "dependencies", deps), "ai_message", "This is draft dependency data."), nil
}

// downstream lists the tasks that depend on t.
func (st *state) downstream(id int64) []*Task {
	var out []*Task
	for _, t := range st.Tasks {
		if slices.Contains(t.Deps, id) {
			out = append(out, t)
		}
	}
	return out
}

func (c *call) taskDownstream() (*reply, error) {
	t, err := c.theTask()
	if err != nil {
		return nil, err
	}
	rows := []obj{}
	for _, d := range c.st.downstream(t.ID) {
		if d.Online {
			rows = append(rows, o("task_id", d.ID, "task_name", d.Name, "task_type", d.Type, "cron", d.Published.Cron, "status", 1,
				"vc", d.Published.VC, "path", c.st.location(d), "owner", "Bot User"))
		}
	}
	hint := fmt.Sprintf("Found %d downstream task(s). Use cz-cli task deps <task> for this task's upstream dependencies.", len(rows))
	return data(rows, "count", len(rows), "ai_message", hint), nil
}

func (c *call) cdcList() (*reply, error) {
	list := []obj{}
	for _, t := range c.st.Tasks {
		if t.Type == 281 {
			list = append(list, o("fileType", 281, "taskName", t.Name, "taskStatus", 4, "timelyId", t.ID))
		}
	}
	return data(o("tasks", list)), nil
}

func (c *call) cdcTables() (*reply, error) {
	t, err := c.theTask()
	if err != nil {
		return nil, err
	}
	if t.Type != 281 {
		return nil, fail(1, "NOT_A_CDC_PIPELINE", "Task %d is not a multi-table CDC pipeline (fileType=%d, expected 281 MULTI_REALTIME). 'task cdc' commands only apply to multi-table CDC pipelines created via 'cz-cli task create-realtime-sync'. Single-table Kafka streaming tasks (fileType 14) use 'task start' / 'task stop'.", t.ID, t.Type)
	}
	return data(o("tables", []obj{})), nil
}
