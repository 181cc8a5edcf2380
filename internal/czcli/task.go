package czcli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"batchsync/internal/batchsync"
)

// Tasks lists every task of the workspace, of every folder and type, in the
// platform's order.
func (c *Client) Tasks(ctx context.Context) ([]batchsync.TaskRef, error) {
	return c.tasks(ctx, func() *command { return read("task list") })
}

// TasksLike lists the tasks whose name contains the given one, regardless of
// case and of every folder and type. Whoever means one task compares names
// exactly.
func (c *Client) TasksLike(ctx context.Context, name string) ([]batchsync.TaskRef, error) {
	return c.tasks(ctx, func() *command { return read("task list").flag("like", name) })
}

func (c *Client) tasks(ctx context.Context, page func() *command) ([]batchsync.TaskRef, error) {
	type item struct {
		ID      number `json:"task_id"`
		Name    text   `json:"task_name"`
		Type    number `json:"task_type"`
		Folder  number `json:"folder_id"`
		Created number `json:"created_time"`
		Updated number `json:"updated_time"`
	}
	const usual = 10
	items, err := pages(ctx, c, usual, page, func(i item) int64 { return int64(i.ID) })
	if err != nil {
		return nil, err
	}
	out := []batchsync.TaskRef{}
	for _, it := range items {
		out = append(out, batchsync.TaskRef{
			ID: batchsync.TaskID(it.ID), Name: string(it.Name), Type: batchsync.TaskType(it.Type),
			Folder: batchsync.FolderID(it.Folder), Created: millis(it.Created), Updated: millis(it.Updated),
		})
	}
	return out, nil
}

// TaskInfo is one task as Tasks lists it; not_found where there is none of
// that id. No command tells a task's type by its id, deployed or not, so its
// name is asked for first and then looked up.
func (c *Client) TaskInfo(ctx context.Context, id batchsync.TaskID) (batchsync.TaskRef, error) {
	var data struct {
		Name text `json:"task_name"`
	}
	k := read("task content").task(id)
	if err := c.get(ctx, k, &data); err != nil {
		return batchsync.TaskRef{}, err
	}
	if data.Name == "" {
		return batchsync.TaskRef{}, k.missing()
	}
	refs, err := c.tasks(ctx, func() *command { return listCommand(string(data.Name)) })
	if err != nil {
		return batchsync.TaskRef{}, fmt.Errorf("%s: %w", k.about, err)
	}
	if i := slices.IndexFunc(refs, func(r batchsync.TaskRef) bool { return r.ID == id }); i >= 0 {
		return refs[i], nil
	}
	return batchsync.TaskRef{}, k.missing() // deleted or renamed in between
}

// listCommand looks a task up by the name the platform itself gave it, which
// may begin with a dash; one that cannot be passed is looked for among all.
func listCommand(name string) *command {
	k := read("task list")
	if checkValue(name) == nil {
		k.prose("like", name)
	}
	return k
}

// millis is the UTC time of epoch milliseconds, zero for none.
func millis(n number) time.Time {
	if n <= 0 {
		return time.Time{}
	}
	return time.UnixMilli(int64(n)).UTC()
}

// CreateTask makes an empty task of one of the two sync types. The program
// refuses a name that is taken in the same folder (duplicate); an uncertain
// error may have made the task nevertheless. The description may be empty.
func (c *Client) CreateTask(ctx context.Context, name string, typ batchsync.TaskType, folder batchsync.FolderID, description string) (batchsync.Created, error) {
	k := createCommand(name, typ, folder, description)
	var out batchsync.Created
	err := c.do(ctx, k, func(d document) error {
		var data struct {
			ID  number `json:"id"`
			URL text   `json:"studio_url"`
		}
		if err := d.into(&data); err != nil {
			return err
		}
		if data.ID <= 0 {
			return errors.New("the answer names no task")
		}
		out = batchsync.Created{ID: batchsync.TaskID(data.ID), StudioURL: string(data.URL)}
		return nil
	})
	return out, err
}

func createCommand(name string, typ batchsync.TaskType, folder batchsync.FolderID, description string) *command {
	k := write("task create").name("task name", name)
	if !batchsync.CheckTaskName(name).IsZero() {
		k.refuse("task name: the program could never address a task of this name")
	}
	switch typ {
	case batchsync.TypeSingle:
		k.flag("type", "INTEGRATION")
	case batchsync.TypeMulti:
		k.flag("type", "MULTI_DI")
	default:
		k.refuse("task type %d is not a batch sync", typ)
	}
	k.flagID("folder", int64(folder))
	k.about = "folder " + folder.String()
	if description != "" {
		k.prose("description", description)
	}
	return k
}

// Setup gives a task its content, replacing what it had. What the program does
// not set up by itself (names, modes, tuning) takes a second command; when only
// that one fails, the task is left as [batchsync.Spec.AsSetUp] describes. Tables are
// not checked by the program, and a single table's target is created when it
// is missing.
func (c *Client) Setup(ctx context.Context, task batchsync.TaskID, spec batchsync.Spec) error {
	setup, edit := setupCommand(task, spec), editCommand(task, spec)
	if edit != nil && edit.bad != nil {
		setup.refuse("%w", edit.bad) // before anything is changed
	}
	if err := c.do(ctx, setup, nil); err != nil || edit == nil {
		return err
	}
	return c.do(ctx, edit, nil)
}

func setupCommand(task batchsync.TaskID, spec batchsync.Spec) *command {
	k := write("task integration setup").task(task).flag("sync-type", string(spec.Scope))
	k.flagID("source-datasource", int64(spec.Source.ID)).flag("source-schema", spec.SourceSchema)
	k.flagID("sink-datasource", int64(spec.Target.ID))
	if spec.ByHand() {
		k.refuse("the program cannot set up %s of %s", spec.Scope, spec.Kind)
	}
	switch spec.Scope {
	case batchsync.ScopeSingle:
		if len(spec.Tables) != 1 {
			k.refuse("a single sync has one table, not %d", len(spec.Tables))
			return k
		}
		k.flag("source-table", spec.Tables[0]).flag("sink-schema", spec.TargetSchema)
		k.flag("sink-table", spec.TargetTable).flag("write-mode", strings.ToUpper(string(spec.WriteMode)))
	case batchsync.ScopeMulti:
		k.list("source-tables", spec.Tables...).flag("sink-schema", spec.TargetSchema)
	case batchsync.ScopeWhole:
		k.list("source-dbs", spec.SourceSchema) // the program ignores --sink-schema here
	default:
		k.refuse("unknown scope %q", spec.Scope)
	}
	return k
}

// editCommand changes what the setup alone would leave otherwise; nil where it
// leaves nothing.
func editCommand(task batchsync.TaskID, spec batchsync.Spec) *command {
	if !spec.Edited() {
		return nil
	}
	k := write("task integration edit").task(task)
	if spec.Parallel > 0 {
		k.number("parallelism", int64(spec.Parallel))
	}
	if spec.Scope == batchsync.ScopeSingle {
		if spec.Where != "" {
			k.prose("where", spec.Where)
		}
		if spec.Rate > 0 {
			k.number("m-bytes", int64(spec.Rate))
		}
		return k
	}
	bare := spec.AsSetUp()
	if spec.WriteMode != bare.WriteMode {
		k.flag("non-pk-write-mode", strings.ToUpper(string(spec.WriteMode)))
	}
	if spec.KeyedMode != "" {
		k.flag("pk-write-mode", strings.ToUpper(string(spec.KeyedMode)))
	}
	switch {
	case spec.Scope == batchsync.ScopeWhole && (spec.TargetSchema != bare.TargetSchema || spec.TargetTable != bare.TargetTable):
		k.flag("schema-rule", spec.TargetSchema).flag("table-rule", spec.TargetTable)
	case spec.Scope == batchsync.ScopeMulti && spec.TargetTable != bare.TargetTable:
		rows, err := json.Marshal(spec.Pairs())
		if err != nil {
			k.refuse("the mapping of %d tables cannot be written: %w", len(spec.Tables), err)
		}
		k.prose("table-mapping", string(rows))
	}
	return k
}

// SaveCron saves schedule and compute cluster with the task, without effect
// before the next Deploy. Cron is the program's five fields, see
// [batchsync.PlatformCron]; it accepts some expressions and stores others, so
// compare with DraftSchedule. The program does not check the cluster.
func (c *Client) SaveCron(ctx context.Context, task batchsync.TaskID, cron, vcluster string) error {
	return c.do(ctx, cronCommand(task, cron, vcluster), nil)
}

func cronCommand(task batchsync.TaskID, cron, vcluster string) *command {
	return write("task save-cron").task(task).flag("cron", cron).flag("vc", vcluster)
}

// SaveRerun allows the runs of a task to be repeated; the first SaveCron
// forbids it. Called before any SaveCron, it also writes a midnight schedule
// on the cluster DEFAULT.
func (c *Client) SaveRerun(ctx context.Context, task batchsync.TaskID) error {
	return c.do(ctx, rerunCommand(task), nil)
}

func rerunCommand(task batchsync.TaskID) *command {
	return write("task save-config").task(task).number("rerun-property", 1)
}
