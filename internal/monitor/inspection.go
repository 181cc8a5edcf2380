package monitor

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"batchsync/internal/batchsync"
)

const (
	maxLog = 8 << 20 // bytes of a log that are searched for tables, from its end
	// inspectionTime ends a look-up that takes too long: one of a long log, or
	// a list of all tasks.
	inspectionTime = 5 * time.Minute
	// rootFolder is where a task lies that is in no folder.
	rootFolder = "/"
)

// errWritten says that tables could not be judged because another run has
// written them, or is about to.
var errWritten = errors.New("another run of the task began meanwhile")

// found is what a look-up brought. Where err is set, the rest is what was
// found before, if anything.
type found struct {
	inspection
	err      error
	about    *batchsync.Found            // inspectRun
	deployed *batchsync.Deployed         // inspectSchedule
	gone     bool                        // the platform does not know the task
	content  *batchsync.Content          // whenever it was read
	untold   error                       // why the tables of the content could not be read
	folders  map[batchsync.TaskID]string // inspectTask, inspectFolders: paths
	judged   bool                        // inspectTables: by results, which may be none
	results  []batchsync.TableResult
}

// look makes the look-up.
func (i inspection) look(ctx context.Context, p Details) found {
	ctx, cancel := context.WithTimeout(ctx, inspectionTime)
	defer cancel()
	f := found{inspection: i}
	switch i.kind {
	case inspectRun:
		f.err = f.readRun(ctx, p)
	case inspectSchedule:
		f.err = f.readSchedule(ctx, p)
	case inspectTables:
		f.err = f.readTables(ctx, p)
	case inspectTask:
		f.err = f.readTask(ctx, p)
	case inspectFolders:
		f.err = f.readFolders(ctx, p)
	}
	return f
}

// readRun looks up what the worst condition of an incident rests on.
func (f *found) readRun(ctx context.Context, p Details) error {
	r, err := p.Run(ctx, f.condition.Run)
	if err != nil {
		return fmt.Errorf("run %s: %w", f.condition.Run, err)
	}
	f.about = &batchsync.Found{Run: r.ID, OpsURL: r.OpsURL}
	switch {
	case f.condition.Reason == batchsync.ReasonBlocked:
		err = f.readBefore(ctx, p)
	case f.condition.Reason == batchsync.ReasonFailed && (r.TaskType == batchsync.TypeMulti || f.watch.Type == batchsync.TypeMulti):
		err = f.readLog(ctx, p)
	}
	if err == nil && f.watch.Source == "" && f.watch.ContentRead.IsZero() && f.content == nil {
		err = f.readContent(ctx, p) // its data source may be the cause
	}
	return err
}

// readBefore names the tasks whose failed runs block the run.
func (f *found) readBefore(ctx context.Context, p Details) error {
	before, _, err := p.RunDeps(ctx, f.about.Run)
	if err != nil {
		return fmt.Errorf("runs before run %s: %w", f.about.Run, err)
	}
	for _, r := range before {
		known := slices.ContainsFunc(f.about.Before, func(t batchsync.TaskLink) bool { return t.ID == r.Task })
		if !known && (r.Status == batchsync.RunFailed || r.Status == batchsync.RunBlocked) {
			f.about.Before = append(f.about.Before, batchsync.TaskLink{ID: r.Task, Name: r.TaskName})
		}
	}
	return nil
}

// readLog says what the newest attempt's log tells of each table.
func (f *found) readLog(ctx context.Context, p Details) error {
	pairs, err := f.pairs(ctx, p)
	if err != nil && f.untold == nil {
		return err
	}
	all, err := p.Attempts(ctx, f.about.Run)
	if err != nil {
		return fmt.Errorf("attempts of run %s: %w", f.about.Run, err)
	}
	n := batchsync.NewestAttempt(all)
	if n == 0 {
		return nil
	}
	text, _, err := p.AttemptLog(ctx, f.about.Run, all[n-1].ID, maxLog)
	if text != "" {
		f.about.Tables = batchsync.TablesInLog(text, pairs)
		batchsync.SortTables(f.about.Tables)
	}
	if err != nil {
		return fmt.Errorf("log of run %s: %w", f.about.Run, err)
	}
	return nil
}

// pairs are the tables of the task, read where they are not known. There are none
// of a whole database whose tables nobody names.
func (f *found) pairs(ctx context.Context, p Details) ([]batchsync.TablePair, error) {
	if !f.watch.ContentRead.IsZero() {
		return f.watch.Pairs, nil
	}
	if err := f.readContent(ctx, p); err != nil {
		return nil, err
	}
	if f.untold != nil && f.watch.Whole && len(f.watch.Pairs) > 0 {
		return f.watch.Pairs, nil // as they were named the day before
	}
	return f.content.Pairs[:min(len(f.content.Pairs), batchsync.MaxTables)], f.untold
}

// readContent reads what the task copies; nothing, when it is not set up.
func (f *found) readContent(ctx context.Context, p Details) error {
	c, err := p.Content(ctx, f.task)
	if err != nil && batchsync.FailureOf(err) != batchsync.FailNotConfigured {
		return fmt.Errorf("content of task %s: %w", f.task, err)
	}
	f.content = &c
	if c.Scope == batchsync.ScopeWhole && len(c.Pairs) == 0 {
		f.untold = f.name(ctx, p)
	}
	return nil
}

// name works out the tables of a task that mirrors a whole database. That the
// platform shows no rules for their names, or no tables of the source, is an
// answer: it leaves them unnamed.
func (f *found) name(ctx context.Context, p Details) error {
	c := f.content
	if c.SchemaRule == "" || c.TableRule == "" {
		return nil
	}
	names, err := p.Tables(ctx, c.Source.ID, c.SourceSchema)
	if err != nil {
		return fmt.Errorf("tables of the source of task %s: %w", f.task, err)
	}
	slices.Sort(names)
	c.Pairs = c.Mirrored(names)
	return nil
}

// readSchedule asks the scheduler. It gives the same answer for a task that is
// offline and for a hiccup of its own, so that news of this kind is asked for
// twice, and that a task is gone is asked of somebody else.
func (f *found) readSchedule(ctx context.Context, p Details) error {
	d, err := p.Deployed(ctx, f.task)
	if err == nil && !d.Online && f.watch.Online {
		d, err = p.Deployed(ctx, f.task)
	}
	if batchsync.FailureOf(err) == batchsync.FailNotFound {
		_, second := p.TaskInfo(ctx, f.task)
		if f.gone = batchsync.FailureOf(second) == batchsync.FailNotFound; f.gone {
			return nil
		}
	}
	if err != nil {
		return fmt.Errorf("schedule of task %s: %w", f.task, err)
	}
	f.deployed = &d
	return nil
}

// readTables judges the tables that a good run wrote.
func (f *found) readTables(ctx context.Context, p Details) error {
	pairs, err := f.pairs(ctx, p)
	if err != nil || len(pairs) == 0 {
		f.judged = err == nil
		return err
	}
	figures, err := p.TableFigures(ctx, batchsync.TargetTables(pairs))
	if err != nil {
		return fmt.Errorf("tables of run %s: %w", f.run.ID, err)
	}
	f.results = batchsync.JudgeTables(batchsync.TableCheck{Run: f.run, Pairs: pairs, Figures: figures, Good: f.watch.Good, Fallen: f.fallen, Drop: f.drop})
	if f.whole() {
		f.results = everSeen(f.results, f.watch.Good)
	}
	if slices.ContainsFunc(f.results, unwell) {
		err = f.undisturbed(ctx, p)
	}
	f.judged = err == nil
	return err
}

// whole reports whether the task mirrors a whole database.
func (f found) whole() bool {
	if f.content != nil {
		return f.content.Scope == batchsync.ScopeWhole
	}
	return f.watch.Whole
}

// everSeen calls tables of a whole database unknown that have no rows, or are not
// there, where they never had any: many a database has empty tables, views, and
// tables that are newer than the run.
func everSeen(all []batchsync.TableResult, good map[string]int64) []batchsync.TableResult {
	for n, t := range all {
		if _, had := good[t.Table]; !had && (t.State == batchsync.TableEmpty || t.State == batchsync.TableMissing) {
			all[n].State, all[n].By = batchsync.TableUnknown, batchsync.FromNothing
		}
	}
	batchsync.SortTables(all)
	return all
}

// unwell reports whether a table is known not to be well.
func unwell(t batchsync.TableResult) bool {
	return t.State != batchsync.TableOK && t.State != batchsync.TableUnknown
}

// undisturbed fails when another run wrote the tables after the run that is
// judged: an emptied table may just be about to be filled.
func (f *found) undisturbed(ctx context.Context, p Details) error {
	from, to := lookedAt(f.at)
	runs, err := p.Runs(ctx, batchsync.RunFilter{Task: f.task, From: from, To: to})
	if err != nil {
		return fmt.Errorf("runs of task %s: %w", f.task, err)
	}
	for _, r := range runs {
		if r.ID != f.run.ID && (r.Status == batchsync.RunRunning || r.Began.After(f.run.Began)) {
			return fmt.Errorf("tables of run %s: %w", f.run.ID, errWritten)
		}
	}
	return nil
}

// readTask finds folder and data source of a task.
func (f *found) readTask(ctx context.Context, p Details) error {
	if f.source {
		if err := f.readContent(ctx, p); err != nil {
			return err
		}
	}
	if !f.folder {
		return nil
	}
	ref, err := p.TaskInfo(ctx, f.task)
	if err != nil {
		return fmt.Errorf("folder of task %s: %w", f.task, err)
	}
	return f.place(ctx, p, []batchsync.TaskRef{ref})
}

// readFolders finds the folders of all tasks.
func (f *found) readFolders(ctx context.Context, p Details) error {
	refs, err := p.Tasks(ctx)
	if err != nil {
		return fmt.Errorf("list tasks: %w", err)
	}
	return f.place(ctx, p, refs)
}

// place finds the paths of tasks. A folder that is not on the list leaves its
// tasks' paths unknown.
func (f *found) place(ctx context.Context, p Details, refs []batchsync.TaskRef) error {
	folders, err := p.Folders(ctx)
	if err != nil {
		return fmt.Errorf("list folders: %w", err)
	}
	paths := map[batchsync.FolderID]string{0: rootFolder}
	for _, folder := range folders {
		paths[folder.ID] = folder.Path
	}
	f.folders = map[batchsync.TaskID]string{}
	for _, r := range refs {
		if path := paths[r.Folder]; path != "" {
			f.folders[r.ID] = path
		}
	}
	return nil
}

// apply adds what was found to what is known. Watch is that of the task, or
// any for inspectFolders; the incident is the task's, nil without one. What is
// known better by now stays. Neither argument is changed.
func (f found) apply(w batchsync.Watch, inc *batchsync.Incident) (batchsync.Watch, *batchsync.Incident) {
	if path, ok := f.folders[w.Task]; ok {
		w.Folder = path
	}
	if f.kind == inspectFolders {
		return w, inc
	}
	if c := f.content; c != nil && f.at.After(w.ContentRead) {
		if f.untold == nil {
			w.Pairs, w.ContentRead = c.Pairs[:min(len(c.Pairs), batchsync.MaxTables)], f.at
			w.Whole = c.Scope == batchsync.ScopeWhole
		}
		if c.Source.Name != "" {
			w.Source = c.Source.Name
		}
	}
	w = f.schedule(w)
	if f.judged {
		w.Checked, w.Tables, w.Unnamed = f.run.ID, f.results, f.whole() && len(f.results) == 0
		if !w.Unnamed { // else those before are the last that are known
			w.Good = f.good(w)
		}
	}
	if inc != nil && f.about != nil && inc.State == batchsync.IncidentOpen && sameMatter(about(*inc), f.condition) {
		next := *inc
		next.Found = *f.about
		inc = &next
	}
	return w, inc
}

// schedule takes the scheduler's word over. Runs are promised from when it was
// published; where that is not told, from when it was seen to be new.
func (f found) schedule(w batchsync.Watch) batchsync.Watch {
	if f.gone {
		w.Gone, w.Online, w.Read = true, false, f.at
	}
	d := f.deployed
	if d == nil || f.at.Before(w.Read) {
		return w
	}
	fresh := w.Read.IsZero() || d.Online && (!w.Online || d.Cron != w.Cron)
	switch {
	case !d.PublishedAt.IsZero():
		w.Since = d.PublishedAt
	case fresh:
		w.Since = f.at
	}
	w.Online, w.Read, w.Gone = d.Online, f.at, false
	if d.Online {
		w.Cron, w.VCluster = d.Cron, d.VCluster
	}
	return w
}

// good are the rows of each table after the last run that left it well, or that
// kept it where people were told that it fell to.
func (f found) good(w batchsync.Watch) map[string]int64 {
	out := maps.Clone(w.Good)
	if out == nil {
		out = map[string]int64{}
	}
	there := map[string]bool{}
	for _, t := range f.results {
		there[t.Table] = true
		if (t.State == batchsync.TableOK || t.Stays) && t.Rows >= 0 {
			out[t.Table] = t.Rows
		}
	}
	maps.DeleteFunc(out, func(table string, _ int64) bool { return !there[table] })
	return out
}
