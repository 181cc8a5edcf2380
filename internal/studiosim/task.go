package studiosim

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// taskTypes maps the words and file types of --type to scheduler types.
var taskTypes = []struct {
	word       string
	file, kind int
}{
	{"INTEGRATION", 1, 10}, {"DI", 1, 10}, {"SQL", 4, 23}, {"SHELL", 5, 24}, {"PYTHON", 7, 26}, {"JDBC", 9, 30}, {"REALTIME", 14, 28},
	{"FLOW", 500, 500}, {"MULTI_REALTIME", 281, 281}, {"MULTI_DI", 291, 291}, {"VIRTUAL", 6, 25}, {"DYNAMIC_TABLE", 17, 17},
	{"FULL_INCREMENTAL", 280, 280},
}

func taskType(word string) (int, *failure) {
	for _, t := range taskTypes {
		if strings.EqualFold(t.word, word) || strconv.Itoa(t.file) == word {
			return t.kind, nil
		}
	}
	return 0, fail(1, "TASK_ERROR", "Unsupported task type: %s. Use SQL/PYTHON/SHELL/JDBC/CONDITION/MERGE/SPARK/FLOW/INTEGRATION/REALTIME/DYNAMIC_TABLE/CONTINUOUS_SQL/FULL_INCREMENTAL/MULTI_REALTIME/MULTI_DI/DATABRICKS_SQL/DATABRICKS_NOTEBOOK/VIRTUAL or integer code.", word)
}

func typeWord(kind int) string {
	for _, t := range taskTypes {
		if t.kind == kind {
			return t.word
		}
	}
	return strconv.Itoa(kind)
}

// number reads a decimal id; 0 when the text is none.
func number(s string) int64 {
	s = strings.TrimSpace(s)
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0
	}
	n, _ := strconv.ParseInt(s, 10, 64)
	return n
}

// taskID resolves an id or a name. Digits are an id that nobody looks up; a
// name may be a part of the task's name when only one task has it.
func (c *call) taskID(word string) (int64, *failure) {
	if id := number(word); id > 0 {
		return id, nil
	}
	var exact, part []int64
	for _, t := range c.st.Tasks {
		if !strings.Contains(strings.ToLower(t.Name), strings.ToLower(word)) {
			continue
		}
		if len(part) == 100 {
			break // the search is cut at 100 hits
		}
		part = append(part, t.ID)
		if t.Name == word {
			exact = append(exact, t.ID)
		}
	}
	hits := part
	if len(exact) > 0 {
		hits = exact
	}
	switch len(hits) {
	case 0:
		return 0, fail(1, "TASK_NOT_FOUND", "No task found matching '%s'.", word)
	case 1:
		return hits[0], nil
	}
	names := make([]string, len(hits))
	for i, id := range hits {
		names[i] = fmt.Sprintf("%d: undefined", id)
	}
	return 0, fail(1, "TASK_AMBIGUOUS", "Multiple tasks match '%s': %s", word, strings.Join(names, ", "))
}

// theTask is the task that the first argument names.
func (c *call) theTask() (*Task, error) {
	id, f := c.taskID(c.args[0])
	if f != nil {
		return nil, f
	}
	if t := c.st.task(id); t != nil {
		return t, nil
	}
	return nil, fail(1, c.cmd.code, "data file %d does not exist", id)
}

var editWords = map[int]string{10: "draft", 20: "published", 80: "modified_after_publish", 100: "offline"}

func (st *state) editState(t *Task) int {
	if st.Switches.SwapEditStates {
		switch t.EditState {
		case 20:
			return 100
		case 100:
			return 20
		}
	}
	return t.EditState
}

func (st *state) taskRow(t *Task) obj {
	return o("created_time", t.Created, "task_name", t.Name, "folder_id", t.Folder, "task_edit_state", st.editState(t),
		"task_type", t.Type, "task_id", t.ID, "location", st.location(t), "project_id", projectID, "updated_time", t.Updated)
}

const projectID = 4001

// paging reads --page, --page-size and --limit; the limit wins.
func (c *call) paging(size int) (page, pageSize int) {
	page = max(1, c.int("page", 1))
	pageSize = c.int("page-size", size)
	if c.has("limit") {
		pageSize = c.int("limit", size)
	}
	pageSize = max(1, pageSize)
	if top := c.st.Switches.PageCap; top > 0 {
		pageSize = min(pageSize, top)
	}
	return page, pageSize
}

func cutPage[T any](list []T, page, size int) []T {
	from := min((page-1)*size, len(list))
	return list[from:min(from+size, len(list))]
}

func (c *call) taskList() (*reply, error) {
	kind := 0
	if c.has("type") {
		k, f := taskType(c.str("type", ""))
		if f != nil {
			return nil, f
		}
		kind = k
	}
	like, parent := strings.ToLower(c.str("like", "")), number(c.str("parent", ""))
	var hits []*Task
	for _, t := range c.st.Tasks {
		if kind > 0 && t.Type != kind || parent > 0 && t.Folder != parent || !strings.Contains(strings.ToLower(t.Name), like) {
			continue
		}
		hits = append(hits, t)
	}
	page, size := c.paging(10)
	rows := []obj{}
	for _, t := range cutPage(hits, page, size) {
		rows = append(rows, c.st.taskRow(t))
	}
	pages := (len(hits) + size - 1) / size
	hint := fmt.Sprintf("当前仅展示第 %d 页（%d 条 / 共 %d 条，共 %d 页）。如需下一页，请执行: cz-cli task list --page %d --page-size %d", page, len(rows), len(hits), pages, page+1, size)
	return data(rows, "count", len(rows), "ai_message", hint,
		"pagination", o("page", page, "page_size", size, "total", len(hits), "total_pages", pages)), nil
}

func (c *call) taskFolders() (*reply, error) {
	parent := number(c.str("parent", "0"))
	var hits []Folder
	for _, f := range c.st.Folders {
		if f.Parent == parent {
			hits = append(hits, f)
		}
	}
	page, size := c.paging(10)
	rows := []obj{}
	for _, f := range cutPage(hits, page, size) {
		rows = append(rows, o("id", f.ID, "name", f.Name, "parent_id", f.Parent, "project_id", projectID,
			"created_time", f.Created, "updated_time", f.Created+23*hour))
	}
	pages := (len(hits) + size - 1) / size
	hint := fmt.Sprintf("当前仅展示第 %d 页（%d 条 / 共 %d 条，共 %d 页）。可使用 --page 和 --page-size 翻页。", page, len(rows), len(hits), pages)
	return data(rows, "count", len(rows), "ai_message", hint,
		"pagination", o("page", page, "page_size", size, "total", len(hits), "total_pages", pages)), nil
}

const hour = int64(time.Hour / time.Millisecond)

func (c *call) taskFolderTree() (*reply, error) {
	rows := []obj{}
	var add func(parent int64, path string, depth int)
	add = func(parent int64, path string, depth int) {
		for _, f := range c.st.Folders {
			if f.Parent != parent {
				continue
			}
			at, indent := strings.TrimPrefix(path+"/"+f.Name, "/"), ""
			if depth > 0 {
				indent = strings.Repeat("  ", depth) + "└─ "
			}
			rows = append(rows, o("id", f.ID, "name", f.Name, "path", at, "indent", indent))
			add(f.ID, at, depth+1)
		}
	}
	add(number(c.str("parent", "0")), "", 0)
	hint := fmt.Sprintf("Found %d folder(s). Use the 'id' or 'name' field with --folder when creating tasks. Example: cz-cli task create <name> --type SQL --folder <id>", len(rows))
	return data(rows, "count", len(rows), "ai_message", hint), nil
}

func (c *call) taskSearch() (*reply, error) {
	name, limit := strings.ToLower(c.str("name", "")), max(1, c.int("limit", 50))
	kind := 0
	if c.has("type") {
		k, f := taskType(c.str("type", ""))
		if f != nil {
			return nil, f
		}
		kind = k
	}
	rows, more := []obj{}, false
	for _, t := range c.st.Tasks {
		word := editWords[c.st.editState(t)]
		if !strings.Contains(strings.ToLower(t.Name), name) || kind > 0 && t.Type != kind || c.has("status") && c.str("status", "") != word {
			continue
		}
		if more = len(rows) == limit; more {
			break
		}
		row := c.st.taskRow(t)
		row[3].Value = word
		rows = append(rows, append(row, o("path", c.st.path(t.Folder), "last_edit_time", time.UnixMilli(t.Updated).UTC().Format(secLayout),
			"last_edit_user", "bot_user", "owner_cn_name", "Bot User", "owner_en_name", "bot_user")...))
	}
	cutNote := ""
	if more {
		cutNote = fmt.Sprintf("（已截断，最多显示 %d 条 / truncated at %d）", limit, limit)
	}
	hint := fmt.Sprintf("Found %d matching tasks%s. The path field shows the resolved folder path. Use --limit to increase results.", len(rows), cutNote)
	return data(rows, "count", len(rows), "ai_message", hint, "total_matched", len(rows), "limit", limit), nil
}

// folderID resolves an id, or a full path from the root.
func (c *call) folderID(word string) (int64, *failure) {
	if n := number(word); n > 0 || word == "0" {
		return n, nil
	}
	for _, f := range c.st.Folders {
		if c.st.path(f.ID) == strings.Trim(word, "/") {
			return f.ID, nil
		}
	}
	return 0, fail(1, "FOLDER_NOT_FOUND", "Folder '%s' not found.", word)
}

func (c *call) taskCreate() (*reply, error) {
	name := c.args[0]
	if !c.has("folder") {
		return nil, fail(2, "INVALID_ARGUMENTS", "Missing required option: --folder. Run 'cz-cli task folder-tree' to see available folders and their IDs, then pass the correct folder with --folder <id_or_name>.")
	}
	kind, f := taskType(c.str("type", ""))
	if f != nil {
		return nil, f
	}
	folder, f := c.folderID(c.str("folder", ""))
	if f != nil {
		return nil, f
	}
	for _, t := range c.st.Tasks {
		if t.Name == name && t.Folder == folder {
			return nil, fail(2, "DUPLICATE_TASK", "Task '%s' already exists in this folder (task_id=%d). Use a different name or delete the existing task first.", name, t.ID)
		}
	}
	if folder != 0 && c.st.folder(folder) == nil {
		return nil, fail(1, "TASK_ERROR", "folder %d does not exist", folder)
	}
	t := &Task{ID: c.st.newID(), Name: name, Type: kind, Folder: folder, Description: c.str("description", ""),
		Created: c.st.now, Updated: c.st.now, EditState: 10}
	c.st.Tasks = append(c.st.Tasks, t)
	r := data(o("id", t.ID, "studio_url", c.st.studioURL(t.ID))).changed("create %d", t.ID)
	if folder == 0 {
		r.warn = "Warning: creating task in root directory. Consider using a subfolder to keep the workspace organized.\n"
	}
	return r, nil
}

func (c *call) taskCreateFolder() (*reply, error) {
	parent := number(c.str("parent", "0"))
	if parent != 0 && c.st.folder(parent) == nil {
		return nil, fail(1, "TASK_ERROR", "folder %d does not exist", parent)
	}
	for _, f := range c.st.Folders {
		if f.Parent != parent || f.Name != c.args[0] {
			continue
		}
		if parent == 0 {
			return data(o("id", f.ID, "existing", true)), nil
		}
		return nil, fail(1, "TASK_ERROR", "file %s already exist in the folder", f.Name)
	}
	f := Folder{ID: c.st.newID(), Parent: parent, Name: c.args[0], Created: c.st.now}
	c.st.Folders = append(c.st.Folders, f)
	return data(f.ID).changed("create-folder %d", f.ID), nil
}

func (c *call) taskContent() (*reply, error) {
	t, err := c.theTask()
	if err != nil {
		return nil, err
	}
	body := o("task_id", t.ID, "task_name", t.Name)
	if text := c.st.contentText(t); text != "" {
		body = body.with("task_content", text)
	}
	body = append(body, o("schedule_config", t.scheduleConfig(t.Draft), "studio_url", c.st.studioURL(t.ID))...)
	return data(body, "ai_message", "This is draft data (content + schedule config + params). The params field lists task parameters; paramType=system means a built-in system param or time expression, paramType=manual means a constant value."), nil
}

func (c *call) taskSaveContent() (*reply, error) {
	t, err := c.theTask()
	if err != nil {
		return nil, err
	}
	if t.Type == 10 || t.Type == 291 || t.Type == 281 {
		f := fail(1, "UI_ONLY_TASK", "This task type requires configuration via Studio UI.")
		f.hint = "Open Studio to configure: " + c.st.studioURL(t.ID)
		return nil, f
	}
	t.Script = c.str("content", t.Script)
	c.st.edited(t)
	return c.st.saved(t).changed("save-content %d", t.ID), nil
}

// edited marks a change of the draft.
func (st *state) edited(t *Task) {
	t.EditState, t.Updated, st.dirty = 20, st.now, true
	if t.Online {
		t.EditState = 80
	}
}

func (st *state) saved(t *Task) *reply {
	return data(o("dataFileId", t.ID, "dataFileVersion", t.Version, "studio_url", st.studioURL(t.ID)),
		"ai_message", fmt.Sprintf("Draft saved (task_id=%d). Note: schedule is not active. Run: cz-cli task online %d -y when ready to publish.", t.ID, t.ID))
}
