package studiosim

import (
	"fmt"
	"strings"
)

const (
	activeFrom = "2026-01-01T00:00:00.000Z"
	activeTo   = "2099-01-01T00:00:00.000Z"
)

// scheduleConfig is a draft or published schedule as the outputs show it.
func (t *Task) scheduleConfig(s *Schedule) obj {
	if s == nil {
		return o("task_id", t.ID, "data_file_version", t.Version, "task_type", t.Type, "project_id", projectID, "task_dependencies", []obj{})
	}
	return o("active_end_time", activeTo, "active_start_time", activeFrom, "config_properties", obj{}, "cron_express", s.Cron,
		"task_id", t.ID, "data_file_version", t.Version, "etl_vc_code", s.VC, "etl_vc_id", s.VCID,
		"execute_timeout", s.Timeout, "execute_timeout_unit", "m", "task_type", t.Type, "project_id", projectID,
		"rerun_property", s.Rerun, "retry_count", s.RetryCount, "retry_interval_time", s.RetryInterval,
		"retry_interval_time_unit", orText(s.RetryUnit, "m"), "schedule_rate_type", 3, "schema_name", s.Schema,
		"self_depends_job", 0, "task_priority", "1", "trigger_type", 1, "task_dependencies", []obj{})
}

func (c *call) taskSaveCron() (*reply, error) {
	t, err := c.theTask()
	if err != nil {
		return nil, err
	}
	cron, f := storedCron(c.str("cron", ""))
	if f != nil {
		return nil, f
	}
	if f := c.checkVC("save", c.vcFlag()); f != nil {
		return nil, f
	}
	c.draft(t).Cron = cron
	c.useVC(t)
	t.Draft.Schema = c.str("schema", t.Draft.Schema)
	if c.st.Switches.ConfigSetBy == "save-cron" {
		t.HasConfig = true
	}
	c.st.edited(t)
	return c.st.saved(t).changed("save-cron %d", t.ID), nil
}

// draft is the task's draft schedule, made with the defaults of a first save.
func (c *call) draft(t *Task) *Schedule {
	if t.Draft == nil {
		t.Draft = &Schedule{Cron: "0 00 00 * * ? *", Schema: "public", RetryCount: 1, RetryInterval: 1, Rerun: 3}
	}
	return t.Draft
}

func (c *call) vcFlag() string { return c.str("vc", c.str("vcluster", "")) }

// useVC sets the virtual cluster: --vc, --vcluster, the saved one, DEFAULT.
// The saved cluster id stays when only the name is given.
func (c *call) useVC(t *Task) {
	s := t.Draft
	s.VC = orText(c.vcFlag(), orText(s.VC, "DEFAULT"))
	if c.has("vc-id") {
		s.VCID = c.str("vc-id", "")
	}
	if vc := c.st.vc(s.VC); vc != nil && s.VCID == "" {
		s.VCID = vc.ID
	}
}

// checkVC refuses a wrong cluster when the world does so at this stage.
func (c *call) checkVC(stage, name string) *failure {
	if c.st.Switches.WrongVC != stage || name == "" {
		return nil
	}
	if msg := c.st.wrongVC(name); msg != "" {
		return fail(1, "TASK_ERROR", "%s", msg)
	}
	return nil
}

// precheck refuses what the real program refuses before any request.
func (c *call) precheck() *failure {
	if c.cmd.path != "task save-config" {
		return nil
	}
	for _, spec := range parseSpec(c.cmd.flags) {
		if c.has(spec.name) {
			return nil
		}
	}
	return fail(2, "INVALID_ARGUMENTS", "At least one configuration option is required.")
}

func (c *call) taskSaveConfig() (*reply, error) {
	t, err := c.theTask()
	if err != nil {
		return nil, err
	}
	if f := c.checkVC("save", c.vcFlag()); f != nil {
		return nil, f
	}
	s := c.draft(t)
	c.useVC(t)
	s.RetryCount = c.int("retry-count", s.RetryCount)
	s.RetryInterval = c.int("retry-interval", s.RetryInterval)
	s.RetryUnit = c.str("retry-unit", s.RetryUnit)
	s.Rerun = c.int("rerun-property", s.Rerun)
	s.Timeout = c.int("timeout", s.Timeout)
	if c.has("deps") {
		t.Deps = nil
		for _, word := range c.flags["deps"] {
			for _, id := range strings.Split(word, ",") {
				t.Deps = append(t.Deps, number(id))
			}
		}
	}
	c.st.edited(t)
	return c.st.saved(t).changed("save-config %d", t.ID), nil
}

func (c *call) taskCronPreview() (*reply, error) {
	f := strings.Fields(c.args[0])
	switch len(f) {
	case 5:
		f = append([]string{"0"}, f...)
		if f[5] == "*" {
			f[5] = "?"
		}
		f = append(f, "*")
	case 6:
		f = append(f, "*")
	case 7:
	default:
		return nil, fail(1, "TASK_ERROR", "Cron expression must have 5, 6, or 7 fields.")
	}
	cron := strings.Join(f, " ")
	runs := []string{}
	for _, at := range fires(cron, c.st.zone, c.st.now, c.st.now+horizon, max(1, c.int("count", 5))) {
		runs = append(runs, c.st.second(at))
	}
	return data(o("cron", cron, "next_runs", runs, "count", len(runs)),
		"ai_message", fmt.Sprintf("Next %d scheduled run times for cron: %s", len(runs), cron)), nil
}

func (c *call) taskScheduleInfo() (*reply, error) {
	t, err := c.theTask()
	if err != nil {
		return nil, err
	}
	if !t.Online || t.Published == nil {
		return data(o("task_id", t.ID, "task_name", t.Name, "note", "This task has no active schedule entry (no cron configured, or not yet deployed to the schedule engine). Use 'cz-cli task content <task>' to check draft config."),
			"ai_message", "No schedule entry found. Check 'cz-cli task content <task>' for draft cron config."), nil
	}
	id, plan, status := c.st.latest(t.ID)
	s := t.Published
	return data(o("active_end_time", activeTo, "active_start_time", activeFrom, "cron_expression", s.Cron, "task_name", t.Name, "task_type", t.Type,
		"data_file_id", t.ID, "data_file_version", t.Version, "extra_params", nil, "latest_instance_id", id, "latest_instance_plan_time", plan,
		"latest_instance_status", status, "path", c.st.location(t), "project_id", projectID, "project_name", c.st.Workspace,
		"publish_time", t.PublishedAt, "publish_user_name", "bot_user", "rerun_property", s.Rerun, "retry_count", s.RetryCount,
		"schedule_rate_type", 3, "task_id", t.ID, "owner_cn", "Bot User", "owner_en", "bot_user", "task_status", 1, "tenant_id", 1001,
		"trigger_type", 1, "vc_code", s.VC, "workspace_name", c.st.Workspace),
		"ai_message", "This is the deployed (published) schedule state. For draft config use: cz-cli task content <task>"), nil
}

// latest is the run of a task with the latest plan time; nulls without one.
func (st *state) latest(task int64) (id, plan, status any) {
	var last *Run
	for _, r := range st.allRuns() {
		if r.Task == task && r.Type == Scheduled && (last == nil || r.Plan > last.Plan) {
			last = r
		}
	}
	if last == nil {
		return nil, nil, nil
	}
	return last.ID, last.Plan, last.Status
}

func (c *call) taskStatus() (*reply, error) {
	t, err := c.theTask()
	if err != nil {
		return nil, err
	}
	st := c.st
	needs := !t.Online || t.Published == nil || t.Draft == nil || *t.Draft != *t.Published
	body := o("task_id", t.ID, "task_name", t.Name, "edit_state", editWords[st.editState(t)])
	if t.Online {
		body = body.with("current_published_version", t.Version)
	}
	body = append(body, o("needs_publish", needs, "studio_url", st.studioURL(t.ID))...)
	cdc := t.Type == 291 || t.Type == 281 || t.Type == 280 || t.Type == 28 || t.Type == 17
	var deployed any = "not deployed or not accessible"
	if cdc {
		word := "not_deployed"
		deployed = "not deployed"
		if t.Online && !st.Switches.BareCDC {
			word, deployed = "stopped", o("cdc_deploy_status", "deployed")
		}
		body = append(body, o("cdc_status", word, "note", "CDC/streaming task: use 'task start' to launch, 'task stop' to pause")...)
	} else if t.Online {
		deployed = st.deployedRaw(t)
	}
	draft := obj{}
	if text := st.contentText(t); text != "" {
		draft = draft.with("task_content", text)
	}
	if t.Draft != nil {
		draft = append(draft, o("cron_express", t.Draft.Cron, "vc", t.Draft.VC, "schema", t.Draft.Schema)...)
	}
	var published any = "not deployed"
	if t.Online {
		published = t.scheduleConfig(t.Published)
	}
	body = append(body, o("draft", draft, "draft_schedule", t.scheduleConfig(t.Draft), "published_schedule", published, "deployed", deployed)...)
	hint := "Draft config matches current published config."
	if needs {
		hint = fmt.Sprintf("Draft differs from published config. Run: cz-cli task deploy %d", t.ID)
	}
	return data(body, "ai_message", hint), nil
}

// deployedRaw is the published schedule in the backend's own words.
func (st *state) deployedRaw(t *Task) obj {
	id, plan, status := st.latest(t.ID)
	s := t.Published
	return o("activeEndTime", activeTo, "activeStartTime", activeFrom, "cronExpression", s.Cron, "cycleTaskName", t.Name, "cycleTaskType", t.Type,
		"dataFileId", t.ID, "dataFileVersion", t.Version, "extraParams", nil, "latestInstanceId", id, "latestInstancePlanTime", plan,
		"latestInstanceStatus", status, "path", st.location(t), "projectId", projectID, "projectName", st.Workspace, "publishTime", t.PublishedAt,
		"publishUserName", "bot_user", "rerunProperty", s.Rerun, "retryCount", s.RetryCount, "scheduleRateType", 3, "scheduleTaskId", t.ID,
		"taskOwnerCn", "Bot User", "taskOwnerEn", "bot_user", "taskStatus", 1, "tenantId", 1001, "triggerType", 1, "vcCode", s.VC, "workspaceName", st.Workspace)
}

// plan sets when a task fires next.
func (st *state) plan(t *Task) {
	t.NextFire = 0
	if t.Online && t.Published != nil {
		if t.Fired == 0 {
			t.Fired = st.now
		}
		if at := st.nextFire(t.Published.Cron, max(t.Fired, st.now-t.LateMS)); at > 0 {
			t.NextFire = at + t.LateMS
		}
	}
}
