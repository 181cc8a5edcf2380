package studiosim

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

var statusNumbers = map[string]int{"SUCCESS": Success, "WAITING": Waiting, "FAILED": Failed, "RUNNING": Running}

func statusWord(n int) string {
	for word, number := range statusNumbers {
		if number == n {
			return word
		}
	}
	return fmt.Sprintf("STATUS_%d", n)
}

func runTypeWord(n int) string {
	switch n {
	case Temporary:
		return "TEMP"
	case Refill:
		return "REFILL"
	}
	return "SCHEDULE"
}

func runTypeNumber(word string) int {
	switch word {
	case "SCHEDULE":
		return Scheduled
	case "TEMP":
		return Temporary
	case "REFILL":
		return Refill
	}
	return 0
}

func (st *state) run(id int64) *Run {
	for _, r := range st.allRuns() {
		if r.ID == id {
			return r
		}
	}
	return nil
}

// moment reads --from or --to: a bare date is UTC midnight (the end of the
// UTC day for --to), a time without offset is in the process's zone, and what
// cannot be read is now.
func (c *call) moment(name string, fallback int64) int64 {
	text := c.str(name, "")
	if text == "" {
		return fallback
	}
	if at, err := time.Parse("2006-01-02", text); err == nil {
		if name == "to" {
			return at.UnixMilli() + 24*hour - 1
		}
		return at.UnixMilli()
	}
	text = strings.Replace(text, " ", "T", 1)
	if at, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return at.UnixMilli()
	}
	zone, err := time.LoadLocation(c.env["TZ"])
	if err != nil {
		zone = time.UTC
	}
	if at, err := time.ParseInLocation("2006-01-02T15:04:05", text, zone); err == nil {
		return at.UnixMilli()
	}
	return c.st.now
}

// window is the runs whose plan time lies between --from and --to.
func (c *call) window(task int64) []*Run {
	from, to := c.moment("from", c.st.now-24*hour), c.moment("to", c.st.now)
	var hits []*Run
	for _, r := range c.st.allRuns() {
		if r.Plan >= from && r.Plan <= to && (task == 0 || r.Task == task) {
			hits = append(hits, r)
		}
	}
	return hits
}

func (c *call) runsList() (*reply, error) {
	var task int64
	if c.has("task") {
		id, f := c.taskID(c.str("task", ""))
		if f != nil {
			return nil, f
		}
		task = id
	}
	kind := runTypeNumber(c.str("run-type", ""))
	hits := slices.DeleteFunc(c.window(task), func(r *Run) bool {
		return kind > 0 && r.Type != kind || c.has("status") && !slices.ContainsFunc(c.flags["status"], func(w string) bool { return statusNumbers[w] == r.Status })
	})
	slices.SortFunc(hits, func(a, b *Run) int {
		return cmp.Or(cmp.Compare(b.Plan, a.Plan), cmp.Compare(b.ID, a.ID))
	})
	page, size := c.paging(10)
	hits = c.st.shifted(hits, page)
	rows := []obj{}
	for _, r := range cutPage(hits, page, size) {
		rows = append(rows, c.st.runRow(r))
	}
	label, flag := "all", ""
	if kind > 0 {
		label, flag = fmt.Sprint(kind), "--run-type "+c.str("run-type", "")+" "
	}
	hint := fmt.Sprintf("当前仅展示第 %d 页（%d 条 / 共 %d 条），run_type=%s。如需下一页，请执行: cz-cli runs list %s--page %d --page-size %d", page, len(rows), len(hits), label, flag, page+1, size)
	return data(rows, "count", len(rows), "ai_message", hint, "pagination", o("page", page, "page_size", size, "total", len(hits))), nil
}

// shifted is the list as it stands when a page is read: runs came in, or went,
// since the first page was.
func (st *state) shifted(hits []*Run, page int) []*Run {
	n := st.Switches.ShiftPages * (page - 1)
	switch {
	case n > 0 && len(hits) > 0:
		return append(slices.Repeat(hits[:1], n), hits...)
	case n < 0:
		return hits[min(len(hits), -n):]
	}
	return hits
}

func (r *Run) plan() any {
	if r.NoPlan {
		return nil
	}
	return r.Plan
}

func orNullText(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// names of a run's task; a deleted task leaves blanks.
func (st *state) taskOf(r *Run) *Task {
	if t := st.task(r.Task); t != nil {
		return t
	}
	return &Task{ID: r.Task}
}

func (st *state) runRow(r *Run) obj {
	t := st.taskOf(r)
	var failType, wait any
	if r.FailMsg != "" {
		failType = 1
	}
	if r.Start > 0 {
		wait = r.Start - r.Trigger
	}
	return o("task_name", t.Name, "task_type", t.Type, "end_wait_time", orNull(r.Start), "env", "prod", "execute_end_time", orNull(r.End),
		"execute_start_time", orNull(r.Start), "executor_user_id", 501, "executor_user_name", "bot_user", "fail_msg", orNullText(r.FailMsg),
		"fail_type", failType, "task_run_status", r.Status, "task_run_type", r.Type, "plan_trigger_time", r.plan(), "project_id", projectID,
		"project_name", st.Workspace, "rerun_status", 0, "task_id", r.Task, "task_param", nil, "start_wait_time", orNull(r.Trigger),
		"task_group_id", nil, "task_group_name", nil, "run_id", r.ID, "task_owner_cn", "Bot User", "task_owner_en", "bot_user",
		"task_priority", 1, "tenant_id", 1001, "trigger_time", orNull(r.Trigger), "user_id", 501, "vc_code", r.VC, "version", 1, "wait_span_time", wait)
}

// detailRow is the row plus the backend fields that only a detail passes on.
func (st *state) detailRow(r *Run) obj {
	return append(st.runRow(r), o("applicationEnv", "prod", "complementTaskId", orNull(r.Job), "extraParams", nil, "groupNumber", 0)...)
}

// rawRow is a run in the backend's own words.
func (st *state) rawRow(r *Run) obj {
	names := map[string]string{"task_name": "cycleTaskName", "task_type": "cycleTaskType", "task_run_status": "instanceStatus", "task_run_type": "instanceType",
		"task_id": "scheduleTaskId", "task_param": "showTaskParam", "run_id": "taskInstanceId"}
	out := obj{}
	for _, p := range st.detailRow(r) {
		name := names[p.Key]
		if name == "" {
			name = camel(p.Key)
		}
		out = append(out, pair{name, p.Value})
	}
	return out
}

func camel(snake string) string {
	words := strings.Split(snake, "_")
	for i := 1; i < len(words); i++ {
		words[i] = strings.ToUpper(words[i][:1]) + words[i][1:]
	}
	return strings.Join(words, "")
}

// theRun resolves a run id. A task name finds nothing unless the world
// ignores the task-type filter that the program sends by mistake.
func (c *call) theRun(word string) (*Run, error) {
	if id := number(word); id > 0 {
		if r := c.st.run(id); r != nil {
			return r, nil
		}
		return nil, fail(1, c.cmd.code, "task instance %d does not exist", id)
	}
	id, f := c.taskID(word)
	if f != nil {
		return nil, f
	}
	if c.st.Switches.IgnoreTypeFilter {
		var last *Run
		for _, r := range c.st.allRuns() {
			if r.Task == id && (last == nil || r.Plan > last.Plan) {
				last = r
			}
		}
		if last != nil {
			return last, nil
		}
	}
	f = fail(1, "RUN_NOT_FOUND", "No run instances found for task '%s'.", word)
	f.before = []*failure{fail(1, "RUN_NOT_FOUND", "No run instances found.")}
	return nil, f
}

const runHint = "This is scheduled data (run instance + published config). For draft data, use cz-cli task content."
const degradedHint = runHint + " Note: could not fetch full schedule config; returning basic run instance info."

func (st *state) nullDetail(id int64) *reply {
	return data(o("run_id", id, "ops_url", st.opsURL(id, "")), "ai_message", degradedHint)
}

func (c *call) runsDetail() (*reply, error) {
	r, err := c.theRun(c.args[0])
	if err != nil {
		if id := number(c.args[0]); id > 0 && c.st.Switches.UnknownRunNull {
			return c.st.nullDetail(id), nil
		}
		return nil, err
	}
	row, hint := c.st.detailRow(r), degradedHint
	if r.End > 0 && r.Start > 0 {
		row = row.with("duration_ms", r.End-r.Start)
	}
	if t := c.st.task(r.Task); t != nil && t.Online && c.inv.fault.Kind != "degraded" {
		hint = runHint
		row = row.with("schedule_config", o("cron_expression", t.Published.Cron, "active_start_time", activeFrom, "active_end_time", activeTo,
			"publish_time", t.PublishedAt, "extra_params", nil))
	}
	return data(row.with("ops_url", c.st.opsURL(r.ID, "")), "ai_message", hint), nil
}

// runsWait polls until the run has succeeded or failed; other ends are not
// seen as ends. The lock is held only to look.
func (c *call) runsWait() (*reply, error) {
	attempts, interval := c.int("attempts", 120), c.float("interval", 5)
	var last obj
	var id int64
	for used := 1; used <= attempts; used++ {
		var r *Run
		var row, raw obj
		var refusal error
		err := c.inv.within(func(st *state) error {
			if f := c.connect(c.cmd.code); f != nil {
				refusal = f
			} else if r, refusal = c.theRun(c.args[0]); refusal == nil {
				row, raw = st.detailRow(r), st.rawRow(r)
			}
			return nil
		})
		if err != nil || refusal != nil {
			return nil, orError(err, refusal)
		}
		last, id = raw, r.ID
		if r.Status == Success || r.Status == Failed {
			return waited(r, row, o("run_id", r.ID, "attempts_used", used, "attempts_max", attempts, "interval_seconds", interval, "terminal_status", statusWord(r.Status)))
		}
		if used < attempts {
			time.Sleep(time.Duration(interval * float64(time.Second)))
		}
	}
	if !c.bool("allow-timeout") {
		return nil, fail(1, "RUN_WAIT_TIMEOUT", "Run %s did not reach terminal state within %d attempts.", c.args[0], attempts)
	}
	return data(o("run_id", id, "attempts_used", attempts, "attempts_max", attempts, "interval_seconds", interval, "last_detail", last),
		"ai_message", "Polling reached max attempts before terminal state."), nil
}

func waited(r *Run, row, polling obj) (*reply, error) {
	if r.Status == Success {
		return data(row, "polling", polling), nil
	}
	f := fail(1, "RUN_FAILED", "%s", r.FailMsg)
	f.extras = o("run_detail", row, "polling", polling)
	return nil, f
}

func (c *call) runsStats() (*reply, error) {
	type key struct{ status, kind, task int }
	counts := map[key]int{}
	name := strings.ToLower(c.str("task", ""))
	for _, r := range c.window(0) {
		if t := c.st.taskOf(r); strings.Contains(strings.ToLower(t.Name), name) {
			counts[key{r.Status, r.Type, t.Type}]++
		}
	}
	if n := c.st.Switches.StatsExtra; n > 0 {
		counts[key{Success, Scheduled, 10}] += n
	}
	rows := []obj{}
	for k, n := range counts {
		rows = append(rows, o("count", n, "task_run_status", k.status, "task_run_type", k.kind, "task_type", k.task))
	}
	slices.SortFunc(rows, func(a, b obj) int { return strings.Compare(string(compact(a)), string(compact(b))) })
	return data(rows, "count", len(rows)), nil
}

func (st *state) depRow(r *Run) obj {
	t := st.taskOf(r)
	return o("task_type", t.Type, "execute_end_time", orNull(r.End), "execute_start_time", orNull(r.Start), "plan_trigger_time", r.Plan,
		"project_id", projectID, "project_name", st.Workspace, "task_run_id", r.ID, "task_id", r.Task, "task_name", t.Name,
		"task_run_status", r.Status, "vc_code", r.VC)
}

func (c *call) runsDeps() (*reply, error) {
	r, err := c.theRun(c.args[0])
	if err != nil {
		return nil, err
	}
	parents, children := []obj{}, []obj{}
	for _, d := range c.st.downstream(r.Task) {
		if near := c.st.closest(d.ID, func(plan int64) bool { return plan >= r.Plan }); near != nil {
			children = append(children, c.st.depRow(near))
		}
	}
	for _, id := range c.st.taskOf(r).Deps {
		if near := c.st.closest(id, func(plan int64) bool { return plan <= r.Plan }); near != nil {
			parents = append(parents, c.st.depRow(near))
		}
	}
	body := append(c.st.depRow(r), o("parent_task_runs", parents, "child_task_runs", children, "run_id", r.ID)...)
	return data(body, "ai_message", "This is task run dependency data. For task dependencies, use cz-cli task config."), nil
}

// closest is the latest run of a task whose plan time fits.
func (st *state) closest(task int64, fits func(plan int64) bool) *Run {
	var last *Run
	for _, r := range st.allRuns() {
		if r.Task == task && fits(r.Plan) && (last == nil || r.Plan > last.Plan) {
			last = r
		}
	}
	return last
}
