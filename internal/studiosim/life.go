package studiosim

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
)

// Run status and run type numbers.
const (
	Success = 1
	Waiting = 2
	Failed  = 3
	Running = 4
	Stalled = 5 // waiting for resources

	Scheduled = 1
	Temporary = 3
	Refill    = 4
)

// TableResult is what one run did to one table.
type TableResult struct {
	Pair
	Rows int64
	Err  string
}

// Attempt is one try of a run. Result 0 means it is going on.
type Attempt struct {
	ID, Start, End int64
	Result         int
	FailMsg        string
	Tables         []TableResult
	Log            string // its text, in place of the one made of the above
}

// Run is a run instance. Times are epoch milliseconds, 0 when not reached.
type Run struct {
	ID, Task       int64
	Type, Status   int
	Plan, Trigger  int64
	Start, End     int64
	StartAt, EndAt int64 // when the run will start and end
	VC, FailMsg    string
	Job            int64 // backfill job
	Held           bool  // the clock leaves it alone
	NoPlan         bool  // outputs tell no plan time
	Attempts       []Attempt
}

// advance lets schedules fire and runs proceed up to the present moment.
func (st *state) advance() {
	if st.now < st.NextEvent {
		return
	}
	st.allRuns()
	for _, t := range st.Tasks {
		st.fire(t)
	}
	tasks := make(map[int64]*Task, len(st.Tasks))
	next := st.now + horizon
	for _, t := range st.Tasks {
		tasks[t.ID] = t
		if t.NextFire > 0 {
			next = min(next, t.NextFire)
		}
	}
	for _, r := range st.runs {
		if at := st.step(r, tasks[r.Task]); at > 0 {
			next = min(next, at)
		}
	}
	st.NextEvent, st.dirty = next, true
}

// fire creates the runs a task is due for.
func (st *state) fire(t *Task) {
	if !t.Online || t.Published == nil || t.NextFire == 0 || t.NextFire > st.now {
		return
	}
	// NextFire is when the next run is made: LateMS after its plan time.
	for _, at := range fires(t.Published.Cron, st.zone, t.NextFire-t.LateMS-1, st.now-t.LateMS, 2000) {
		if t.SkipFires > 0 {
			t.SkipFires--
			continue
		}
		st.start(t, Scheduled, at, at+t.LateMS, t.Published.VC)
	}
	t.Fired = st.now - t.LateMS
	st.plan(t)
}

// start adds a run that is triggered at the given moment.
func (st *state) start(t *Task, kind int, plan, trigger int64, vc string) *Run {
	st.allRuns()
	r := &Run{ID: st.NextRun, Task: t.ID, Type: kind, Status: Waiting, Plan: plan, Trigger: trigger, VC: vc}
	st.NextRun++
	r.StartAt = trigger + st.WaitMS
	r.EndAt = r.StartAt + st.duration(t, r)
	st.runs = append(st.runs, r)
	st.touchRuns()
	return r
}

// touchRuns makes the next advance look at every run again.
func (st *state) touchRuns() {
	st.NextEvent, st.dirty, st.runsDirty = 0, true, true
}

func (st *state) duration(t *Task, r *Run) int64 {
	switch {
	case r.Type == Temporary && st.Switches.ExecuteMS > 0:
		return st.Switches.ExecuteMS
	case t.RunMS > 0:
		return t.RunMS
	case st.RunMS > 0:
		return st.RunMS
	}
	ms := int64(20_000 + hash(r.ID, "d")%40_000)
	if t.Content != nil {
		ms += int64(len(t.Content.Tables)) * 8_000
	}
	return ms
}

// hash is a stable number for a run, so that a world replays the same way.
func hash(id int64, salt string) uint32 {
	h := fnv.New32a()
	fmt.Fprintf(h, "%d/%s", id, salt)
	return h.Sum32()
}

// step moves one run along and returns when it is due again, 0 for never.
func (st *state) step(r *Run, t *Task) int64 {
	if r.Held || r.Status != Waiting && r.Status != Running && r.Status != Stalled {
		return 0
	}
	if r.Status != Running {
		if st.now < r.StartAt {
			return r.StartAt
		}
		if slices.Contains(st.StalledVCs, r.VC) {
			st.runsDirty = st.runsDirty || r.Status != Stalled
			r.Status = Stalled
			return 0
		}
		r.Status, r.Start = Running, r.StartAt
		r.Attempts = append(r.Attempts, Attempt{ID: st.newID(), Start: r.Start})
		st.runsDirty = true
	}
	if st.now < r.EndAt {
		return r.EndAt
	}
	st.finish(r, t)
	return 0
}

// finish decides how a run ended and writes its tables.
func (st *state) finish(r *Run, t *Task) {
	a := &r.Attempts[len(r.Attempts)-1]
	r.Status, r.FailMsg, r.End = Success, "", r.EndAt
	if t != nil {
		a.Tables, r.FailMsg = st.outcome(r, t)
	}
	if r.FailMsg != "" {
		r.Status = Failed
	}
	a.End, a.Result, a.FailMsg = r.End, r.Status, r.FailMsg
	st.dirty, st.runsDirty = true, true
}

func (st *state) outcome(r *Run, t *Task) ([]TableResult, string) {
	if t.Type == 10 || t.Type == 291 {
		if msg := st.wrongVC(r.VC); msg != "" {
			return nil, msg
		}
	}
	if msg := st.Switches.ExecuteFails; msg != "" && r.Type == Temporary {
		return nil, msg
	}
	if t.FailNext > 0 {
		t.FailNext--
		return nil, t.failure()
	}
	rate := t.FailRate
	if rate == 0 && r.Type == Scheduled {
		rate = st.FailRate
	}
	if rate > 0 && float64(hash(r.ID, "f")%1000) < rate*1000 {
		return nil, t.failure()
	}
	return st.copyTables(r, t)
}

// wrongVC says why a virtual cluster cannot run a sync; "" means it can.
func (st *state) wrongVC(name string) string {
	vc := st.vc(name)
	if vc == nil {
		return fmt.Sprintf("vcluster %s does not exist", name)
	}
	if vc.Type != "INTEGRATION" {
		return fmt.Sprintf("vcluster %s is of type %s, an integration task needs an INTEGRATION vcluster", vc.Name, vc.Type)
	}
	return ""
}

func (t *Task) failure() string {
	if t.FailMsg != "" {
		return t.FailMsg
	}
	return "source query failed: Communications link failure"
}

// copyTables writes the targets of a sync; tables that cannot be copied fail
// one by one, as in a multi-table run.
func (st *state) copyTables(r *Run, t *Task) (results []TableResult, failMsg string) {
	if t.Content == nil {
		return nil, ""
	}
	failed := 0
	written := map[string]int64{} // rows that this run has put into a target
	for _, pair := range st.pairs(t.Content) {
		res := TableResult{Pair: pair}
		res.Rows, res.Err = st.copyTable(r, t, pair, written)
		if res.Err != "" {
			failed++
			failMsg = res.Err
		}
		results = append(results, res)
	}
	if failed > 0 && t.Type == 291 {
		failMsg = fmt.Sprintf("%d of %d tables failed", failed, len(results))
	}
	return results, failMsg
}

// copyTable copies one source; the sources of a sharded merge add up.
func (st *state) copyTable(r *Run, t *Task, pair Pair, written map[string]int64) (rows int64, errText string) {
	for _, name := range []string{pair.Source, pair.Sink} {
		if msg := t.TableFaults[name]; msg != "" {
			return 0, msg
		}
	}
	ds := st.datasource(t.Content.Source)
	if ds == nil {
		return 0, fmt.Sprintf("datasource %d does not exist", t.Content.Source)
	}
	if ds.Fault != "" {
		return 0, ds.Fault
	}
	ns, name := cut(pair.Source)
	src := ds.table(ns, name)
	if src == nil {
		return 0, fmt.Sprintf("source query failed: Table '%s' doesn't exist", pair.Source)
	}
	rows = src.Rows
	if slices.Contains(t.EmptyTables, pair.Sink) {
		rows = 0
	}
	if n, ok := t.TableRows[pair.Sink]; ok {
		rows = n
	}
	if slices.Contains(t.Unwritten, pair.Sink) {
		return rows, ""
	}
	written[pair.Sink] += rows
	st.write(pair.Sink, src.Columns, written[pair.Sink], r.End)
	return rows, ""
}

// write replaces the content of a lakehouse table and records the version.
func (st *state) write(name string, columns []Column, rows, at int64) {
	schema, table := cut(name)
	target := st.lakeTable(schema, table)
	if target == nil {
		target = &LakeTable{Schema: schema, Name: table, Columns: columns}
		st.Lake = append(st.Lake, target)
		st.addSchema(schema)
	}
	target.record(Version{Version: target.nextVersion(), Time: at, Rows: rows, Op: "INSERT_OVERWRITE"})
}

// record adds a version in its place: runs may be planted in any order.
func (t *LakeTable) record(v Version) {
	i := len(t.History)
	for i > 0 && t.History[i-1].Time > v.Time {
		i--
	}
	if i > 0 && t.History[i-1].Time == v.Time { // same run
		t.History[i-1].Rows = v.Rows
	} else {
		t.History = slices.Insert(t.History, i, v)
	}
	t.Rows = t.History[len(t.History)-1].Rows
	if len(t.History) > 50 { // retention
		t.History = t.History[1:]
	}
}

func (t *LakeTable) nextVersion() int {
	last := 0
	for _, v := range t.History {
		last = max(last, v.Version)
	}
	return last + 1
}

func (st *state) addSchema(name string) {
	for _, s := range st.Schemas {
		if s == name {
			return
		}
	}
	st.Schemas = append(st.Schemas, name)
}

// pairs is the table list of a sync; a whole database is read from its source.
func (st *state) pairs(c *Integration) []Pair {
	if c.Kind != "whole_db" {
		return c.Tables
	}
	var out []Pair
	ds := st.datasource(c.Source)
	for _, db := range c.SourceDBs {
		for i := 0; ds != nil && i < len(ds.Catalogs); i++ {
			if ds.Catalogs[i].Name != db {
				continue
			}
			for _, t := range ds.Catalogs[i].Tables {
				out = append(out, Pair{db + "." + t.Name, db + "." + db + "_" + t.Name})
			}
		}
	}
	return out
}

// cut splits "namespace.table" at the first dot.
func cut(name string) (string, string) {
	ns, table, ok := strings.Cut(name, ".")
	if !ok {
		return "", name
	}
	return ns, table
}

// log is the text of one attempt.
func (st *state) log(r *Run, t *Task, a *Attempt) string {
	if a.Log != "" {
		return a.Log
	}
	var b strings.Builder
	line := func(at int64, level, format string, args ...any) {
		fmt.Fprintf(&b, "%s %-5s %s\n", st.stamp(at), level, fmt.Sprintf(format, args...))
	}
	name := ""
	if t != nil {
		name = t.Name
	}
	line(a.Start, "INFO", "run %d of task %d (%s) starts on vcluster %s", r.ID, r.Task, name, r.VC)
	for _, res := range a.Tables {
		if res.Err != "" {
			line(a.End, "ERROR", "table %s -> %s: status FAILED: %s", res.Source, res.Sink, res.Err)
		} else {
			line(a.End, "INFO", "table %s -> %s: read %d rows, wrote %d rows, status SUCCESS", res.Source, res.Sink, res.Rows, res.Rows)
		}
	}
	switch {
	case a.Result == Success:
		line(a.End, "INFO", "run finished: SUCCESS")
	case a.FailMsg != "":
		line(a.End, "ERROR", "run failed: %s", a.FailMsg)
	}
	return b.String()
}
