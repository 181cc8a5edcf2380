package monitor

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"batchsync/internal/batchsync"
)

// Details is what the platform tells of single tasks and runs.
type Details interface {
	Run(ctx context.Context, id batchsync.RunID) (batchsync.Run, error)
	Runs(ctx context.Context, f batchsync.RunFilter) ([]batchsync.Run, error)
	RunDeps(ctx context.Context, id batchsync.RunID) (before, after []batchsync.Run, err error)
	Attempts(ctx context.Context, run batchsync.RunID) ([]batchsync.Attempt, error)
	// AttemptLog reads the last limit bytes of a log. Lines of it are stored,
	// so secrets must have been taken out. With an error comes what was read.
	AttemptLog(ctx context.Context, run batchsync.RunID, attempt int64, limit int) (text string, cut bool, err error)
	TaskInfo(ctx context.Context, id batchsync.TaskID) (batchsync.TaskRef, error)
	Tasks(ctx context.Context) ([]batchsync.TaskRef, error)
	Folders(ctx context.Context) ([]batchsync.Folder, error)
	Content(ctx context.Context, task batchsync.TaskID) (batchsync.Content, error)
	// Tables are those of a schema of a data source.
	Tables(ctx context.Context, source batchsync.DatasourceID, schema string) ([]string, error)
	Deployed(ctx context.Context, task batchsync.TaskID) (batchsync.Deployed, error)
	TableFigures(ctx context.Context, tables []string) ([]batchsync.TableFigures, error)
}

// inspectionKind says what is looked up.
type inspectionKind int

const (
	inspectRun      inspectionKind = iota + 1 // the run an incident is about
	inspectSchedule                           // what the scheduler holds of a task
	inspectTables                             // the tables a run wrote
	inspectTask                               // folder or data source of a task
	inspectFolders                            // the folders of all tasks
)

func (k inspectionKind) String() string {
	return [...]string{"nothing", "run", "schedule", "tables", "task", "folders"}[k]
}

// inspection is one look-up to be made: everything it needs, so that it can be
// made while others decide.
type inspection struct {
	inspectionKey
	at        time.Time       // when it was planned; what is found is at least that new
	watch     batchsync.Watch // of the task, as it was then
	condition batchsync.Condition
	run       batchsync.Run    // inspectTables: that was good
	folder    bool             // inspectTask: its folder is needed
	source    bool             // inspectTask: its data source is needed
	drop      int              // inspectTables: percent of the rows that may go
	fallen    map[string]int64 // inspectTables: rows of tables that people were told have dropped
}

// inspectionKey tells look-ups apart.
type inspectionKey struct {
	kind inspectionKind
	task batchsync.TaskID
	run  batchsync.RunID
}

// Bounds of looking up.
const (
	maxInspections = 20 // planned by one look
	maxSingle      = 5  // tasks whose folder is asked for one by one
	// contentAge and scheduleAge are how old a reading may get.
	contentAge  = 24 * time.Hour
	scheduleAge = 30 * time.Minute
)

// survey is what plan derives the look-ups from.
type survey struct {
	now       time.Time
	watches   map[batchsync.TaskID]batchsync.Watch // of the watched tasks
	incidents []batchsync.Incident                 // those open are looked at
	runs      func(batchsync.TaskID) []batchsync.Run
	tables    func(batchsync.TaskID) bool    // a channel wants news of its tables
	shown     map[batchsync.IncidentID]bool  // a channel was told of them, and may be told now
	busy      map[batchsync.TaskID]bool      // an operation of ours is changing them
	touched   map[batchsync.TaskID]time.Time // when one of ours last changed them
	ask       []batchsync.TaskID             // whose schedule must be known now
	horizon   time.Duration                  // of good runs whose tables are looked at
	folders   bool                           // tasks are chosen by folder
	sources   bool                           // tasks are chosen by data source
	drop      int                            // percent of its rows a table may lose
	routine   int                            // look-ups allowed for what is not news
}

// plan says what is to be looked up: what is known of it tells that it has not
// been yet, so nothing is lost with the process. News takes turns by kind, the
// newest first; what is left goes to what ages.
func plan(s survey, t tries) []inspection {
	news := [][]inspection{s.ofIncidents(t), s.ofSchedules(), s.ofTables()}
	var out []inspection
	planned := map[inspectionKey]bool{}
	take := func(i inspection, limit int) {
		if len(out) < limit && !planned[i.inspectionKey] && t.due(i.inspectionKey, s.now) {
			planned[i.inspectionKey] = true
			i.at = s.now
			out = append(out, i)
		}
	}
	for n := 0; slices.ContainsFunc(news, func(l []inspection) bool { return n < len(l) }); n++ {
		for _, list := range news {
			if n < len(list) {
				take(list[n], maxInspections)
			}
		}
	}
	limit := min(maxInspections, len(out)+s.routine)
	for _, i := range append(s.ofTasks(t), s.rotation()...) {
		take(i, limit)
	}
	return out
}

// ofIncidents are the runs that open incidents are about, the newest incident
// first.
func (s survey) ofIncidents(t tries) []inspection {
	open := slices.DeleteFunc(slices.Clone(s.incidents), func(i batchsync.Incident) bool {
		return i.State != batchsync.IncidentOpen || i.Rehearsal || i.Task <= 0
	})
	slices.SortFunc(open, func(a, b batchsync.Incident) int {
		return cmp.Or(b.Opened.Compare(a.Opened), cmp.Compare(a.Task, b.Task))
	})
	var out []inspection
	for _, i := range open {
		c := about(i)
		key := inspectionKey{inspectRun, i.Task, c.Run}
		if c.Run != 0 && (i.Found.Run != c.Run || t.failing(key)) {
			out = append(out, inspection{inspectionKey: key, watch: s.stale(s.watches[i.Task]), condition: c})
		}
	}
	return out
}

// about is the worst condition of an incident that has a run, zero without.
func about(i batchsync.Incident) batchsync.Condition {
	for _, c := range i.Conditions {
		if c.Run != 0 {
			return c
		}
	}
	return batchsync.Condition{}
}

// ofSchedules are the tasks whose schedule must be known now.
func (s survey) ofSchedules() []inspection {
	var out []inspection
	for _, id := range slices.Sorted(slices.Values(s.ask)) {
		out = append(out, s.schedule(s.watches[id], id))
	}
	return out
}

func (s survey) schedule(w batchsync.Watch, id batchsync.TaskID) inspection {
	return inspection{inspectionKey: inspectionKey{inspectSchedule, id, 0}, watch: w}
}

// ofTables are the newest good runs whose tables were not looked at, the
// newest first. Tables that are being written are not looked at.
func (s survey) ofTables() []inspection {
	told, shown := map[batchsync.TaskID]bool{}, map[batchsync.TaskID]bool{} // what was told is followed to its end
	for _, i := range s.incidents {
		told[i.Task] = told[i.Task] || has(&i, batchsync.ReasonTables)
		shown[i.Task] = shown[i.Task] || has(&i, batchsync.ReasonTables) && s.shown[i.ID]
	}
	var out []inspection
	for id, w := range s.watches {
		if !s.tables(id) && !told[id] || s.busy[id] {
			continue
		}
		r, ok := lastGoodRun(s.runs(id))
		if ok && r.ID != w.Checked && s.now.Sub(ended(r)) <= s.horizon {
			i := inspection{inspectionKey: inspectionKey{inspectTables, id, r.ID}, watch: s.stale(w), run: r, drop: s.drop}
			if shown[id] {
				i.fallen = fallen(w)
			}
			out = append(out, i)
		}
	}
	slices.SortFunc(out, func(a, b inspection) int {
		return cmp.Or(ended(b.run).Compare(ended(a.run)), cmp.Compare(a.task, b.task))
	})
	return out
}

// fallen are the rows of the tables that the run before left with too few.
func fallen(w batchsync.Watch) map[string]int64 {
	out := map[string]int64{}
	for _, t := range w.Tables {
		if t.State == batchsync.TableDropped {
			out[t.Table] = t.Rows
		}
	}
	return out
}

// lastGoodRun is the run that succeeded last, unless a later one is at work.
func lastGoodRun(runs []batchsync.Run) (batchsync.Run, bool) {
	var last batchsync.Run
	for _, r := range runs {
		switch {
		case r.Status == batchsync.RunRunning:
			return batchsync.Run{}, false
		case r.Status != batchsync.RunSuccess || r.Type != batchsync.RunScheduled && r.Type != batchsync.RunRefill:
		case last.ID == 0 || cmp.Or(ended(r).Compare(ended(last)), cmp.Compare(r.ID, last.ID)) > 0:
			last = r
		}
	}
	return last, last.ID != 0
}

// stale forgets when the content was read if it was so long ago, or before the
// task was last changed, that it has to be read again.
func (s survey) stale(w batchsync.Watch) batchsync.Watch {
	if s.now.Sub(w.ContentRead) >= contentAge || w.Since.After(w.ContentRead) || s.touched[w.Task].After(w.ContentRead) {
		w.ContentRead = time.Time{}
	}
	return w
}

// ofTasks are the tasks whose folder or data source somebody needs to know.
func (s survey) ofTasks(t tries) []inspection {
	homeless := func(w batchsync.Watch) bool { return s.folders && w.Folder == "" && !w.Gone }
	n := 0
	for id, w := range s.watches {
		if homeless(w) && !t.failing(inspectionKey{inspectTask, id, 0}) {
			n++
		}
	}
	var out []inspection
	if n > maxSingle {
		out = append(out, inspection{inspectionKey: inspectionKey{inspectFolders, 0, 0}})
	}
	for _, id := range slices.Sorted(maps.Keys(s.watches)) {
		w := s.watches[id]
		i := inspection{inspectionKey: inspectionKey{inspectTask, id, 0}, watch: w, folder: homeless(w) && n <= maxSingle}
		i.source = w.Source == "" && s.stale(w).ContentRead.IsZero() && !w.Gone
		if i.folder || i.source {
			out = append(out, i)
		}
	}
	return out
}

// rotation are the tasks whose schedule was not read for a while, those never
// read first.
func (s survey) rotation() []inspection {
	var out []inspection
	for id, w := range s.watches {
		if s.now.Sub(w.Read) >= scheduleAge {
			out = append(out, s.schedule(w, id))
		}
	}
	slices.SortFunc(out, func(a, b inspection) int {
		return cmp.Or(a.watch.Read.Compare(b.watch.Read), cmp.Compare(a.task, b.task))
	})
	return out
}

// try is when a look-up may be made again.
type try struct {
	failed int // times in a row
	next   time.Time
}

// longestWait is how long a look-up is put off at most.
const longestWait = time.Hour

// tries remembers look-ups that failed, and those that need not be repeated
// soon. What it forgets with the process costs a look-up.
type tries map[inspectionKey]try

// due reports whether a look-up may be made. One that is put off for longer
// than any is was put off by a clock that was wrong.
func (t tries) due(k inspectionKey, now time.Time) bool {
	wait := t[k].next.Sub(now)
	return wait <= 0 || wait > longestWait
}

func (t tries) failing(k inspectionKey) bool { return t[k].failed > 0 }

// fail puts a look-up off, longer each time.
func (t tries) fail(k inspectionKey, now time.Time) {
	wait := []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute}
	n := t[k].failed
	t[k] = try{failed: n + 1, next: now.Add(wait[min(n, len(wait)-1)])}
}

// done remembers a look-up whose outcome does not show in what is known.
func (t tries) done(k inspectionKey, now time.Time) {
	switch k.kind {
	case inspectTask, inspectFolders:
		t[k] = try{next: now.Add(longestWait)}
	default:
		delete(t, k)
	}
	maps.DeleteFunc(t, func(_ inspectionKey, last try) bool { return now.Sub(last.next) > 24*time.Hour })
}
