package studiosim

import (
	"fmt"
	"slices"
	"unicode/utf8"
)

const logTab = "?tab=executeLog"

// attempts lists a run's attempts in the backend's order.
func (st *state) attempts(r *Run) []Attempt {
	list := slices.Clone(r.Attempts)
	if st.Switches.NewestFirst {
		slices.Reverse(list)
	}
	return list
}

func (c *call) runsLogs() (*reply, error) {
	r, err := c.theRun(c.args[0])
	if id := number(c.args[0]); err != nil && id > 0 || err == nil && len(r.Attempts) == 0 {
		return nil, fail(1, "NO_ATTEMPTS", "Run %s has no attempt records yet", c.args[0])
	}
	if err != nil {
		return nil, err
	}
	return c.logPage(r, c.st.attempts(r)[0]), nil
}

func (c *call) logPage(r *Run, a Attempt) *reply {
	text := c.st.log(r, c.st.task(r.Task), &a)
	from := min(max(0, c.int("offset", 0)), len(text))
	to := len(text)
	if c.st.LogPage > 0 {
		to = min(to, from+c.st.LogPage)
	}
	for to < len(text) && !utf8.RuneStart(text[to]) {
		to++ // a page ends between characters
	}
	return data(o("endOffset", to, "hasNext", to < len(text), "logContent", text[from:to], "startOffset", from,
		"execution_id", a.ID, "ops_url", c.st.opsURL(r.ID, logTab)))
}

// runWord is the run an attempts command is about.
func (c *call) runWord() (string, *failure) {
	switch {
	case len(c.args) > 0:
		return c.args[0], nil
	case c.has("run-id"):
		return c.str("run-id", ""), nil
	case c.has("task-id"):
		return c.str("task-id", ""), nil
	}
	return "", fail(1, "USAGE_ERROR", "Provide a run_id/task_name argument, --run-id, or --task-id")
}

func (c *call) attemptsList() (*reply, error) {
	word, f := c.runWord()
	if f != nil {
		return nil, f
	}
	r, err := c.theRun(word)
	id := number(word)
	if err != nil && id == 0 {
		return nil, err
	}
	var list []Attempt
	if r != nil {
		id, list = r.ID, c.st.attempts(r)
	}
	page, size := c.paging(10)
	rows := []obj{}
	for _, a := range cutPage(list, page, size) {
		rows = append(rows, c.st.attemptRow(r, a))
	}
	hint := fmt.Sprintf("Showing page %d (%d of %d total) for run_id=%d. For next page: cz-cli attempts list %d --page %d --page-size %d", page, len(rows), len(list), id, id, page+1, size)
	return data(rows, "count", len(rows), "ai_message", hint, "pagination", o("page", page, "page_size", size, "total", len(list)),
		"selected_run_id", id, "run_id", id, "ops_url", c.st.opsURL(id, logTab)), nil
}

func (st *state) attemptRow(r *Run, a Attempt) obj {
	var end, result any
	if a.End > 0 {
		end, result = st.second(a.End), a.Result
	}
	made := a.Start - 1000
	return o("created_by", "scheduler", "created_time", made, "create_time_str", st.second(made), "end_time", orNull(a.End), "end_time_str", end,
		"execution_id", a.ID, "finish_result", result, "task_run_id", r.ID, "task_id", r.Task, "start_time", a.Start, "start_time_str", st.second(a.Start))
}

func (c *call) attemptsLog() (*reply, error) {
	word, f := c.runWord()
	if f != nil {
		return nil, f
	}
	r, err := c.theRun(word)
	if err != nil && number(word) == 0 {
		return nil, err
	}
	if r == nil || len(r.Attempts) == 0 {
		return nil, fail(1, "ATTEMPTS_ERROR", "No attempts found for run %s", word)
	}
	list := c.st.attempts(r)
	if !c.has("attempt-id") {
		return c.logPage(r, list[0]), nil
	}
	for _, a := range list {
		if a.ID == number(c.str("attempt-id", "")) {
			return c.logPage(r, a), nil
		}
	}
	return nil, fail(1, "ATTEMPTS_ERROR", "execution %s does not exist", c.str("attempt-id", ""))
}
