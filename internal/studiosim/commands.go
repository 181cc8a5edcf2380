package studiosim

import (
	"fmt"
	"slices"
	"strings"
)

// command is one leaf of the command tree.
type command struct {
	path     string // "task integration setup"
	alias    string // other last word
	min, max int    // positionals
	flags    string // see parseSpec
	code     string // error code of its group; "" needs no connection
	help     string
	run      func(*call) (*reply, error)
}

const yes = " yes,y?"

// commands is the tree in the order of the help texts.
func commands() []command {
	return []command{
		{"status", "", 0, 0, "", "", "Show connection status", (*call).status},
		{"profile status", "", 0, 1, "", "", "Show profile status", (*call).profileStatus},
		{"profile list", "", 0, 0, "", "", "List profiles", (*call).profileList},
		{"task list", "", 0, 0, "page page-size limit like type parent,folder", "TASK_ERROR", "List tasks", (*call).taskList},
		{"task list-folders", "", 0, 0, "page page-size parent", "TASK_ERROR", "List folders", (*call).taskFolders},
		{"task folder-tree", "", 0, 0, "parent", "TASK_ERROR", "Show the folder tree", (*call).taskFolderTree},
		{"task search", "", 0, 0, "name type status=draft|published|offline folder owner sort limit", "TASK_ERROR", "Search tasks", (*call).taskSearch},
		{"task stats", "", 0, 0, "", "TASK_ERROR", "Task statistics", (*call).taskStats},
		{"task create", "", 1, 1, "type! folder description", "TASK_ERROR", "Create a task", (*call).taskCreate},
		{"task create-folder", "", 1, 1, "parent", "TASK_ERROR", "Create a folder", (*call).taskCreateFolder},
		{"task content", "", 1, 1, "", "TASK_ERROR", "Get draft content", (*call).taskContent},
		{"task status", "", 1, 1, "", "TASK_ERROR", "Draft and published status", (*call).taskStatus},
		{"task schedule-info", "", 1, 1, "", "TASK_ERROR", "Published schedule", (*call).taskScheduleInfo},
		{"task save-content", "", 1, 1, "content file params", "TASK_ERROR", "Save content", (*call).taskSaveContent},
		{"task save-cron", "", 1, 1, "cron! vc vc-id", "TASK_ERROR", "Save schedule", (*call).taskSaveCron},
		{"task save-config", "", 1, 1, "retry-count retry-interval retry-unit rerun-property=1|2|3 vc vc-id timeout deps[]", "TASK_ERROR", "Save configuration", (*call).taskSaveConfig},
		{"task cron-preview", "", 1, 1, "count", "TASK_ERROR", "Preview run times", (*call).taskCronPreview},
		{"task deps", "", 1, 1, "", "TASK_ERROR", "Upstream dependencies", (*call).taskDeps},
		{"task downstream", "", 1, 1, "", "TASK_ERROR", "Downstream tasks", (*call).taskDownstream},
		{"task deploy", "online", 1, 1, yes, "TASK_ERROR", "Publish a task", (*call).taskDeploy},
		{"task undeploy", "offline", 1, 1, "with-downstream?" + yes, "TASK_ERROR", "Take a task offline", (*call).taskUndeploy},
		{"task delete", "", 1, 1, yes, "TASK_ERROR", "Delete a task", (*call).taskDelete},
		{"task execute", "", 1, 1, "vc max-wait-seconds poll-interval param[]" + yes, "TASK_ERROR", "Run a task once", (*call).taskExecute},
		{"task integration setup", "", 1, 1, "sync-type=single|multi|whole_db source-datasource! source-schema! sink-datasource! sink-schema sink-table write-mode source-table source-tables source-dbs[]", "INTEGRATION_ERROR", "Configure a sync", (*call).integrationSetup},
		{"task integration show", "", 1, 1, "", "INTEGRATION_ERROR", "Show a sync", (*call).integrationShow},
		{"task integration edit", "", 1, 1, "where parallelism m-bytes column-mapping table-mapping pk-write-mode non-pk-write-mode schema-rule table-rule split-pk write-mode", "INTEGRATION_ERROR", "Edit a sync", (*call).integrationEdit},
		{"task cdc list", "", 0, 0, "page page-size", "TASK_ERROR", "List realtime pipelines", (*call).cdcList},
		{"task cdc tables", "", 1, 1, "", "TASK_ERROR", "Tables of a pipeline", (*call).cdcTables},
		{"runs list", "", 0, 0, "task status[]=SUCCESS|WAITING|FAILED|RUNNING run-type=SCHEDULE|TEMP|REFILL from to page page-size limit", "RUNS_ERROR", "List run instances", (*call).runsList},
		{"runs detail", "", 1, 1, "", "RUNS_ERROR", "Get run detail", (*call).runsDetail},
		{"runs wait", "", 1, 1, "attempts interval allow-timeout?", "RUNS_ERROR", "Poll until run completes", (*call).runsWait},
		{"runs logs", "log", 1, 1, "offset", "RUNS_ERROR", "Get run execution log", (*call).runsLogs},
		{"runs deps", "", 1, 1, "parent-level child-level", "RUNS_ERROR", "View run dependencies", (*call).runsDeps},
		{"runs stop", "", 1, 1, yes, "RUNS_ERROR", "Stop a running instance", (*call).runsStop},
		{"runs refill", "", 1, 1, "from to vc name" + yes, "RUNS_ERROR", "Submit a backfill job", (*call).runsRefill},
		{"runs rerun", "", 1, 1, yes, "RUNS_ERROR", "Rerun a failed instance", (*call).runsRerun},
		{"runs stats", "", 0, 0, "task from to", "RUNS_ERROR", "Get run statistics summary", (*call).runsStats},
		{"attempts list", "", 0, 1, "page page-size run-id task-id", "ATTEMPTS_ERROR", "List attempts", (*call).attemptsList},
		{"attempts log", "", 0, 1, "attempt-id offset run-id task-id", "ATTEMPTS_ERROR", "Get the log of an attempt", (*call).attemptsLog},
		{"datasource list", "", 0, 0, "name type page page-size", "DATASOURCE_ERROR", "List datasources", (*call).datasourceList},
		{"datasource test", "", 1, 1, "", "DATASOURCE_ERROR", "Test a datasource", (*call).datasourceTest},
		{"datasource catalogs", "", 1, 1, "filter limit", "DATASOURCE_ERROR", "List catalogs", (*call).datasourceCatalogs},
		{"datasource objects", "", 2, 2, "filter limit", "DATASOURCE_ERROR", "List tables", (*call).datasourceObjects},
		{"datasource describe", "", 3, 3, "", "DATASOURCE_ERROR", "Describe a table", (*call).datasourceDescribe},
		{"datasource sample", "", 3, 3, "limit", "DATASOURCE_ERROR", "Sample rows", (*call).datasourceSample},
		{"sql", "", 0, 1, "execute,e stdin? timeout limit write? async? sync? batch?", "", "Run SQL", (*call).sql},
		{"table stats", "", 1, 1, "", "SQL_ERROR", "Row count", (*call).tableStats},
		{"table list", "", 0, 0, "in like limit", "SQL_ERROR", "List tables", (*call).tableList},
		{"table describe", "", 1, 1, "", "SQL_ERROR", "Describe a table", (*call).tableDescribe},
		{"schema list", "", 0, 0, "like limit", "SQL_ERROR", "List schemas", (*call).schemaList},
	}
}

// match finds the command that the words begin with; aliases count.
func match(words []string) (*command, []string) {
	var best *command
	var rest []string
	for _, cmd := range commands() {
		path := strings.Fields(cmd.path)
		if len(words) < len(path) || best != nil && len(strings.Fields(best.path)) >= len(path) {
			continue
		}
		last := len(path) - 1
		if slices.Equal(words[:last], path[:last]) && (words[last] == path[last] || cmd.alias != "" && words[last] == cmd.alias) {
			best, rest = &cmd, words[len(path):]
		}
	}
	return best, rest
}

func isGroup(name string) bool { return len(members(name)) > 0 }

// members lists the subcommand words of a group, aliases last.
func members(group string) []string {
	var names, aliases []string
	for _, cmd := range commands() {
		rest, ok := strings.CutPrefix(cmd.path, group+" ")
		if !ok {
			continue
		}
		first, _, _ := strings.Cut(rest, " ")
		if !slices.Contains(names, first) {
			names = append(names, first)
		}
		if cmd.alias != "" {
			aliases = append(aliases, cmd.alias)
		}
	}
	return append(names, aliases...)
}

// noCommand explains words that name no command; a bare group is not an
// error, it prints help.
func noCommand(words []string) *failure {
	group := ""
	for i, word := range words {
		path := strings.TrimSpace(group + " " + word)
		if isGroup(path) {
			group = path
			continue
		}
		if group == "" {
			return unknownCommand(words)
		}
		return unknownSub(group, words[i])
	}
	return nil
}

func unknownCommand(words []string) *failure {
	var tops []string
	for _, cmd := range commands() {
		tops = append(tops, strings.Fields(cmd.path)[0])
	}
	near := nearest(words[0], tops)
	f := fail(2, "USAGE_ERROR", "Unknown argument%s: %s", plural(len(words)), strings.Join(words, ", "))
	f.hint = fmt.Sprintf("Unknown command '%s'. Run cz-cli --help to see all available commands.", words[0])
	if near != "" {
		f.message += fmt.Sprintf(". Did you mean '%s'?", near)
		f.hint = fmt.Sprintf("Unknown command '%s'. Did you mean '%s'? Run cz-cli --help to see all available commands.", words[0], near)
		f.didYouMean = near
	}
	return f
}

func unknownSub(group, word string) *failure {
	names := members(group)
	near := nearest(word, names)
	f := fail(2, "USAGE_ERROR", "Unknown command: %s", word)
	mean := ""
	if near != "" {
		f.message += fmt.Sprintf(". Did you mean '%s'?", near)
		mean = fmt.Sprintf("Did you mean '%s'? ", near)
		f.didYouMean = near
	}
	f.hint = fmt.Sprintf("Unknown subcommand '%s' for '%s'. %sAvailable subcommands: %s.", word, group, mean, strings.Join(names, ", "))
	return f
}

// nearest is the name at most two edits away, "" when there is none.
func nearest(word string, names []string) string {
	best, at := "", 3
	for _, name := range names {
		if d := distance(word, name); d < at {
			best, at = name, d
		}
	}
	return best
}

func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diag := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			diag, row[j] = row[j], min(row[j]+1, row[j-1]+1, diag+cost)
		}
	}
	return row[len(b)]
}
