package monitor

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"batchsync/internal/batchsync"
)

// details is a platform that tells what a test says, and fails where it says so.
type details struct {
	Details
	mu       sync.Mutex
	calls    []string
	fails    map[string]error
	run      batchsync.Run
	runs     []batchsync.Run
	before   []batchsync.Run
	log      string
	content  batchsync.Content
	tables   []string             // of the source
	deployed []batchsync.Deployed // one after the other, the last for ever
	figures  []batchsync.TableFigures
	counted  []string // the tables whose figures were asked for last
	refs     []batchsync.TaskRef
	wait     time.Duration
}

func (d *details) call(ctx context.Context, name string) error {
	d.mu.Lock()
	d.calls = append(d.calls, name)
	err := d.fails[name]
	d.mu.Unlock()
	if d.wait == 0 {
		return err
	}
	select {
	case <-time.After(d.wait):
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (d *details) Run(ctx context.Context, id batchsync.RunID) (batchsync.Run, error) {
	r := d.run
	r.ID = id
	return r, d.call(ctx, "Run")
}

func (d *details) Runs(ctx context.Context, _ batchsync.RunFilter) ([]batchsync.Run, error) {
	return d.runs, d.call(ctx, "Runs")
}

func (d *details) RunDeps(ctx context.Context, _ batchsync.RunID) (before, after []batchsync.Run, err error) {
	return d.before, nil, d.call(ctx, "RunDeps")
}

func (d *details) Attempts(ctx context.Context, _ batchsync.RunID) ([]batchsync.Attempt, error) {
	return []batchsync.Attempt{{ID: 7}}, d.call(ctx, "Attempts")
}

func (d *details) AttemptLog(ctx context.Context, _ batchsync.RunID, _ int64, _ int) (string, bool, error) {
	return d.log, false, d.call(ctx, "AttemptLog")
}

func (d *details) TaskInfo(ctx context.Context, id batchsync.TaskID) (batchsync.TaskRef, error) {
	return batchsync.TaskRef{ID: id, Folder: 5}, d.call(ctx, "TaskInfo")
}

func (d *details) Tasks(ctx context.Context) ([]batchsync.TaskRef, error) {
	return d.refs, d.call(ctx, "Tasks")
}

func (d *details) Folders(ctx context.Context) ([]batchsync.Folder, error) {
	return []batchsync.Folder{{ID: 5, Path: "sync/mysql"}}, d.call(ctx, "Folders")
}

func (d *details) Content(ctx context.Context, _ batchsync.TaskID) (batchsync.Content, error) {
	return d.content, d.call(ctx, "Content")
}

func (d *details) Tables(ctx context.Context, _ batchsync.DatasourceID, _ string) ([]string, error) {
	return slices.Clone(d.tables), d.call(ctx, "Tables")
}

func (d *details) Deployed(ctx context.Context, _ batchsync.TaskID) (batchsync.Deployed, error) {
	out := d.deployed[0]
	if len(d.deployed) > 1 {
		d.deployed = d.deployed[1:]
	}
	return out, d.call(ctx, "Deployed")
}

func (d *details) TableFigures(ctx context.Context, tables []string) ([]batchsync.TableFigures, error) {
	d.counted = tables
	return d.figures, d.call(ctx, "TableFigures")
}

func platformSays(f batchsync.Failure) error { return &batchsync.PlatformError{Failure: f} }

// trouble is an open incident of a task about a run.
func trouble(task int64, run batchsync.RunID, reason batchsync.Reason, ago time.Duration) batchsync.Incident {
	return batchsync.Incident{
		ID: batchsync.IncidentID(batchsync.TaskID(task).String()), Task: batchsync.TaskID(task), State: batchsync.IncidentOpen,
		Opened: midday.Add(-ago), Conditions: []batchsync.Condition{{Reason: reason, Run: run}},
	}
}

// known is a watch of which everything was read just now.
func known(task int64) batchsync.Watch {
	return batchsync.Watch{
		Task: batchsync.TaskID(task), Type: batchsync.TypeMulti, Folder: "sync", Source: "shop", Read: midday, ContentRead: midday.Add(-time.Hour),
		Pairs: []batchsync.TablePair{{Source: "shop.orders", Sink: "ods.orders"}, {Source: "shop.users", Sink: "ods.users"}},
	}
}

// quiet is a survey of tasks of which everything is known.
func quiet(tasks int64) survey {
	s := survey{
		now: midday, watches: map[batchsync.TaskID]batchsync.Watch{}, horizon: 24 * time.Hour, routine: 1,
		runs:   func(batchsync.TaskID) []batchsync.Run { return nil },
		tables: func(batchsync.TaskID) bool { return false },
	}
	for i := int64(1); i <= tasks; i++ {
		s.watches[batchsync.TaskID(i)] = known(i)
	}
	return s
}

func keys(all []inspection) []inspectionKey {
	var out []inspectionKey
	for _, i := range all {
		out = append(out, i.inspectionKey)
	}
	return out
}

func TestPlan(t *testing.T) {
	t.Parallel()
	always := func(batchsync.TaskID) bool { return true }
	change := func(s *survey, task batchsync.TaskID, to func(*batchsync.Watch)) {
		w := s.watches[task]
		to(&w)
		s.watches[task] = w
	}
	tests := []struct {
		name  string
		given func(s *survey, t tries)
		want  []inspectionKey
	}{
		{name: "nothing to know", given: func(*survey, tries) {}},
		{name: "new incidents, the newest first", given: func(s *survey, _ tries) {
			s.incidents = []batchsync.Incident{trouble(1, 11, batchsync.ReasonFailed, time.Hour), trouble(2, 12, batchsync.ReasonLate, 0)}
		}, want: []inspectionKey{{inspectRun, 2, 12}, {inspectRun, 1, 11}}},
		{name: "known, closed, made up or without a run", given: func(s *survey, _ tries) {
			seen, closed, made := trouble(1, 11, batchsync.ReasonFailed, 0), trouble(2, 12, batchsync.ReasonFailed, 0), trouble(-3, 13, batchsync.ReasonFailed, 0)
			seen.Found.Run, closed.State, made.Rehearsal = 11, batchsync.IncidentClosed, true
			s.incidents = []batchsync.Incident{seen, closed, made, trouble(3, 0, batchsync.ReasonMissing, 0), trouble(0, 0, batchsync.ReasonUnreachable, 0)}
		}},
		{name: "another run of a known incident", given: func(s *survey, _ tries) {
			i := trouble(1, 12, batchsync.ReasonFailed, 0)
			i.Found.Run = 11
			s.incidents = []batchsync.Incident{i}
		}, want: []inspectionKey{{inspectRun, 1, 12}}},
		{name: "half of it failed before, and it is time", given: func(s *survey, tr tries) {
			i := trouble(1, 11, batchsync.ReasonFailed, 0)
			i.Found.Run = 11
			s.incidents = []batchsync.Incident{i}
			tr.fail(inspectionKey{inspectRun, 1, 11}, midday.Add(-time.Minute))
		}, want: []inspectionKey{{inspectRun, 1, 11}}},
		{name: "it failed just now", given: func(s *survey, tr tries) {
			s.incidents = []batchsync.Incident{trouble(1, 11, batchsync.ReasonFailed, 0), trouble(2, 12, batchsync.ReasonFailed, 0)}
			tr.fail(inspectionKey{inspectRun, 1, 11}, midday.Add(-59*time.Second))
		}, want: []inspectionKey{{inspectRun, 2, 12}}},
		{name: "schedules that must be known, once", given: func(s *survey, _ tries) { s.ask = []batchsync.TaskID{2, 1, 2} },
			want: []inspectionKey{{inspectSchedule, 1, 0}, {inspectSchedule, 2, 0}}},
		{name: "one schedule that is old, one never read first", given: func(s *survey, _ tries) {
			change(s, 2, func(w *batchsync.Watch) { w.Read = midday.Add(-3 * time.Hour) })
			change(s, 3, func(w *batchsync.Watch) { w.Read = time.Time{} })
		}, want: []inspectionKey{{inspectSchedule, 3, 0}}},
		{name: "tables of the newest good run", given: func(s *survey, _ tries) {
			s.tables = func(id batchsync.TaskID) bool { return id != 3 }
			s.runs = func(id batchsync.TaskID) []batchsync.Run {
				return []batchsync.Run{planned(int64(id)*10+1, int64(id), time.Hour, batchsync.RunSuccess), planned(int64(id)*10, int64(id), 2*time.Hour, batchsync.RunSuccess)}
			}
			change(s, 2, func(w *batchsync.Watch) { w.Checked = 21 })
		}, want: []inspectionKey{{inspectTables, 1, 11}, {inspectTables, 4, 41}}},
		{name: "tables that are written, old, or of a try by hand", given: func(s *survey, _ tries) {
			s.tables, s.busy = always, map[batchsync.TaskID]bool{3: true}
			s.runs = func(id batchsync.TaskID) []batchsync.Run {
				good := planned(int64(id)*10, int64(id), time.Hour, batchsync.RunSuccess)
				switch id {
				case 1:
					return []batchsync.Run{planned(99, 1, time.Minute, batchsync.RunRunning), good}
				case 2:
					return []batchsync.Run{planned(20, 2, 30*time.Hour, batchsync.RunSuccess)}
				case 4:
					good.Type = batchsync.RunTemporary
				}
				return []batchsync.Run{good}
			}
		}},
		{name: "tables that were told not to be well, and no channel asks any more", given: func(s *survey, _ tries) {
			s.incidents = []batchsync.Incident{trouble(2, 20, batchsync.ReasonTables, time.Hour)}
			s.incidents[0].Found.Run = 20
			s.runs = func(id batchsync.TaskID) []batchsync.Run {
				return []batchsync.Run{planned(int64(id)*10+1, int64(id), time.Hour, batchsync.RunSuccess)}
			}
		}, want: []inspectionKey{{inspectTables, 2, 21}}},
		{name: "it failed when the clock was a day ahead", given: func(s *survey, tr tries) {
			s.incidents = []batchsync.Incident{trouble(1, 11, batchsync.ReasonFailed, 0)}
			tr.fail(inspectionKey{inspectRun, 1, 11}, midday.Add(24*time.Hour))
		}, want: []inspectionKey{{inspectRun, 1, 11}}},
		{name: "kinds take turns", given: func(s *survey, _ tries) {
			s.tables = always
			s.ask = []batchsync.TaskID{1, 2}
			s.incidents = []batchsync.Incident{trouble(3, 30, batchsync.ReasonFailed, 0), trouble(4, 40, batchsync.ReasonFailed, 0)}
			s.runs = func(id batchsync.TaskID) []batchsync.Run {
				if id != 1 {
					return nil
				}
				return []batchsync.Run{planned(10, 1, time.Hour, batchsync.RunSuccess)}
			}
		}, want: []inspectionKey{{inspectRun, 3, 30}, {inspectSchedule, 1, 0}, {inspectTables, 1, 10}, {inspectRun, 4, 40}, {inspectSchedule, 2, 0}}},
		{name: "a folder and a source somebody asks by", given: func(s *survey, _ tries) {
			s.folders, s.sources, s.routine = true, true, 5
			change(s, 1, func(w *batchsync.Watch) { w.Folder = "" })
			change(s, 2, func(w *batchsync.Watch) { w.Source, w.ContentRead = "", time.Time{} })
			change(s, 3, func(w *batchsync.Watch) { w.Folder, w.Gone = "", true })
			change(s, 4, func(w *batchsync.Watch) { w.Source = "" }) // read, and has none
		}, want: []inspectionKey{{inspectTask, 1, 0}, {inspectTask, 2, 0}}},
		{name: "many folders are read together", given: func(s *survey, _ tries) {
			s.folders, s.routine, s.watches = true, 5, quiet(6).watches
			for id := range s.watches {
				change(s, id, func(w *batchsync.Watch) { w.Folder = "" })
			}
		}, want: []inspectionKey{{inspectFolders, 0, 0}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, tr := quiet(4), tries{}
			tt.given(&s, tr)
			got := plan(s, tr)
			if !slices.Equal(keys(got), tt.want) {
				t.Errorf("plan() = %v, want %v", keys(got), tt.want)
			}
			for _, i := range got {
				if i.at != midday {
					t.Errorf("%v is planned at %v", i.inspectionKey, i.at)
				}
			}
			if again := plan(s, tr); !reflect.DeepEqual(got, again) {
				t.Errorf("the same survey plans %v and then %v", keys(got), keys(again))
			}
		})
	}
}

func TestPlan_storm(t *testing.T) {
	t.Parallel()
	s := quiet(500)
	s.routine = 20
	for i := int64(1); i <= 500; i++ {
		s.incidents = append(s.incidents, trouble(i, batchsync.RunID(i), batchsync.ReasonFailed, time.Duration(i)*time.Second))
		s.ask = append(s.ask, batchsync.TaskID(i))
	}
	got := plan(s, tries{})
	if len(got) != maxInspections {
		t.Errorf("%d look-ups are planned, want %d", len(got), maxInspections)
	}
	if k := got[0].inspectionKey; k != (inspectionKey{inspectRun, 1, 1}) {
		t.Errorf("the first is %v, want the newest incident", k)
	}
}

func TestPlan_content_is_read_again(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		watch func(*batchsync.Watch)
		ours  time.Time
		again bool
	}{
		{name: "read an hour ago", watch: func(*batchsync.Watch) {}},
		{name: "read a day ago", watch: func(w *batchsync.Watch) { w.ContentRead = midday.Add(-24 * time.Hour) }, again: true},
		{name: "published since", watch: func(w *batchsync.Watch) { w.Since = midday.Add(-time.Minute) }, again: true},
		{name: "changed here since", watch: func(*batchsync.Watch) {}, ours: midday.Add(-time.Minute), again: true},
		{name: "never", watch: func(w *batchsync.Watch) { w.ContentRead = time.Time{} }, again: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, w := quiet(1), known(1)
			tt.watch(&w)
			s.watches[1], s.touched = w, map[batchsync.TaskID]time.Time{1: tt.ours}
			s.incidents = []batchsync.Incident{trouble(1, 11, batchsync.ReasonFailed, 0)}
			d := &details{content: batchsync.Content{Source: batchsync.Datasource{Name: "new"}, Pairs: w.Pairs[:1]}, log: "x"}
			f := plan(s, tries{})[0].look(t.Context(), d)
			if got := slices.Contains(d.calls, "Content"); got != tt.again || f.err != nil {
				t.Fatalf("content read: %t, want %t; error %v", got, tt.again, f.err)
			}
			after, _ := f.apply(w, nil)
			if tt.again && (after.Source != "new" || len(after.Pairs) != 1 || after.ContentRead != midday) {
				t.Errorf("apply() = %+v", after)
			}
		})
	}
}

// whole is what a task copies that mirrors a database, and unread has it not known
// yet.
var whole = batchsync.Content{Scope: batchsync.ScopeWhole, SourceSchema: "shop", SchemaRule: "ods", TableRule: batchsync.VarSourceTable}

func unread(w *batchsync.Watch) { w.Pairs, w.ContentRead = nil, time.Time{} }

func TestInspection_run(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		reason  batchsync.Reason
		details *details
		watch   func(*batchsync.Watch)
		calls   []string
		fails   bool
		want    *batchsync.Found
	}{
		{
			name: "late", reason: batchsync.ReasonLate, details: &details{run: batchsync.Run{OpsURL: "https://x"}},
			calls: []string{"Run"}, want: &batchsync.Found{Run: 11, OpsURL: "https://x"},
		},
		{
			name: "blocked", reason: batchsync.ReasonBlocked, calls: []string{"Run", "RunDeps"},
			details: &details{before: []batchsync.Run{{Task: 5, TaskName: "up", Status: batchsync.RunFailed}, {Task: 6, Status: batchsync.RunSuccess}, {Task: 5, TaskName: "up", Status: batchsync.RunFailed}}},
			want:    &batchsync.Found{Run: 11, Before: []batchsync.TaskLink{{ID: 5, Name: "up"}}},
		},
		{
			name: "failed, log read in part", reason: batchsync.ReasonFailed, fails: true, calls: []string{"Run", "Attempts", "AttemptLog"},
			details: &details{run: batchsync.Run{OpsURL: "https://x"}, log: "ERROR table shop.orders: access denied\n", fails: map[string]error{"AttemptLog": errors.New("cut off")}},
		},
		{
			name: "failed, attempts unknown", reason: batchsync.ReasonFailed, fails: true, calls: []string{"Run", "Attempts"},
			details: &details{run: batchsync.Run{OpsURL: "https://x"}, fails: map[string]error{"Attempts": errors.New("no answer")}},
			want:    &batchsync.Found{Run: 11, OpsURL: "https://x"},
		},
		{
			name: "failed, a whole database whose tables are not told", reason: batchsync.ReasonFailed, fails: true, watch: unread,
			details: &details{run: batchsync.Run{OpsURL: "https://x"}, content: whole, log: "ERROR shop.orders failed", fails: map[string]error{"Tables": errors.New("no answer"), "AttemptLog": errors.New("cut off")}},
			calls:   []string{"Run", "Content", "Tables", "Attempts", "AttemptLog"},
		},
		{
			name: "failed, a whole database whose tables nobody names", reason: batchsync.ReasonFailed, watch: unread,
			details: &details{run: batchsync.Run{OpsURL: "https://x"}, content: whole, log: "ERROR shop.orders failed"},
			calls:   []string{"Run", "Content", "Tables", "Attempts", "AttemptLog"}, want: &batchsync.Found{Run: 11, OpsURL: "https://x", Tables: []batchsync.TableResult{}},
		},
		{name: "no run", reason: batchsync.ReasonFailed, fails: true, calls: []string{"Run"}, details: &details{fails: map[string]error{"Run": errors.New("no answer")}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := known(1)
			if tt.watch != nil {
				tt.watch(&w)
			}
			i := inspection{inspectionKey: inspectionKey{inspectRun, 1, 11}, at: midday, watch: w, condition: batchsync.Condition{Reason: tt.reason, Run: 11}}
			f := i.look(t.Context(), tt.details)
			if (f.err != nil) != tt.fails || !slices.Equal(tt.details.calls, tt.calls) {
				t.Fatalf("look(): error %v, calls %v, want %v", f.err, tt.details.calls, tt.calls)
			}
			if tt.want != nil && !reflect.DeepEqual(f.about, tt.want) {
				t.Errorf("found %+v, want %+v", f.about, tt.want)
			}
			inc := trouble(1, 11, tt.reason, 0)
			_, after := f.apply(known(1), &inc)
			if f.about != nil && !reflect.DeepEqual(after.Found, *f.about) || !inc.Found.IsZero() {
				t.Errorf("apply(): incident %+v, argument %+v", after.Found, inc.Found)
			}
			other := trouble(1, 12, tt.reason, 0)
			if _, after := f.apply(known(1), &other); !after.Found.IsZero() {
				t.Error("apply() tells of one run what was found of another")
			}
			if _, after := f.apply(known(1), nil); after != nil {
				t.Error("apply() makes an incident")
			}
			for _, table := range f.tablesFound() {
				if table.State == batchsync.TableOK {
					t.Errorf("a log that does not tell of %s makes it ok", table.Table)
				}
			}
		})
	}
}

func (f found) tablesFound() []batchsync.TableResult {
	if f.about == nil {
		return f.results
	}
	return f.about.Tables
}

func TestInspection_schedule(t *testing.T) {
	t.Parallel()
	online := batchsync.Deployed{Online: true, Cron: "0 00 02 * * ? *", VCluster: "vc", PublishedAt: midday.Add(-time.Hour)}
	moved := online
	moved.Cron, moved.PublishedAt = "0 00 03 * * ? *", time.Time{}
	was := known(1)
	was.Online, was.Cron, was.VCluster, was.Since, was.Read = true, online.Cron, "vc", midday.Add(-time.Hour), midday.Add(-time.Hour)
	offline, gone, is, changed := was, was, was, was
	offline.Online, offline.Read = false, midday
	gone.Online, gone.Gone, gone.Read = false, true, midday
	is.Read = midday
	changed.Cron, changed.Since, changed.Read = moved.Cron, midday, midday
	tests := []struct {
		name    string
		watch   batchsync.Watch
		details *details
		calls   int
		want    batchsync.Watch
	}{
		{name: "as before", watch: was, details: &details{deployed: []batchsync.Deployed{online}}, calls: 1, want: is},
		{name: "changed, nobody tells when", watch: was, details: &details{deployed: []batchsync.Deployed{moved}}, calls: 1, want: changed},
		{name: "a hiccup is not offline", watch: was, details: &details{deployed: []batchsync.Deployed{{}, online}}, calls: 2, want: is},
		{name: "offline, said twice", watch: was, details: &details{deployed: []batchsync.Deployed{{}}}, calls: 2, want: offline},
		{name: "still offline", watch: offline, details: &details{deployed: []batchsync.Deployed{{}}}, calls: 1, want: offline},
		{name: "gone, says also another", watch: was, calls: 2, want: gone, details: &details{
			deployed: []batchsync.Deployed{{}}, fails: map[string]error{"Deployed": platformSays(batchsync.FailNotFound), "TaskInfo": platformSays(batchsync.FailNotFound)},
		}},
		{name: "gone for one of them only", watch: was, calls: 2, want: was, details: &details{
			deployed: []batchsync.Deployed{{}}, fails: map[string]error{"Deployed": platformSays(batchsync.FailNotFound)},
		}},
		{name: "no answer", watch: was, calls: 1, want: was, details: &details{
			deployed: []batchsync.Deployed{online}, fails: map[string]error{"Deployed": platformSays(batchsync.FailTimeout)},
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			i := inspection{inspectionKey: inspectionKey{inspectSchedule, 1, 0}, at: midday, watch: tt.watch}
			f := i.look(t.Context(), tt.details)
			got, _ := f.apply(tt.watch, nil)
			if !reflect.DeepEqual(got, tt.want) || len(tt.details.calls) != tt.calls {
				t.Errorf("apply() = %+v\nwant %+v\nafter %v", got, tt.want, tt.details.calls)
			}
			newer := tt.watch
			newer.Read, newer.Cron = midday.Add(time.Second), "newer"
			if got, _ := f.apply(newer, nil); !f.gone && !reflect.DeepEqual(got, newer) {
				t.Errorf("an older reading replaces a newer one: %+v", got)
			}
		})
	}
}

func TestInspection_tables(t *testing.T) {
	t.Parallel()
	run := planned(11, 1, time.Hour, batchsync.RunSuccess)
	figures := func(orders, users int64) []batchsync.TableFigures {
		return []batchsync.TableFigures{{Table: "ods.orders", Exists: true, Rows: orders}, {Table: "ods.users", Exists: true, Rows: users}}
	}
	later := planned(12, 1, 10*time.Minute, batchsync.RunRunning)
	bare, halfBare := whole, whole
	bare.SchemaRule, bare.TableRule, halfBare.TableRule = "", "", ""
	named := func(w *batchsync.Watch) { w.Whole, w.ContentRead = true, time.Time{} }
	before := map[string]int64{"ods.users": 5, "ods.left": 1}
	tests := []struct {
		name    string
		details *details
		watch   func(*batchsync.Watch)
		calls   []string
		judged  bool
		unnamed bool
		states  []batchsync.TableState
		good    map[string]int64
	}{
		{
			name: "all well", details: &details{figures: figures(1000, 20)}, calls: []string{"TableFigures"}, judged: true,
			states: []batchsync.TableState{batchsync.TableOK, batchsync.TableOK}, good: map[string]int64{"ods.orders": 1000, "ods.users": 20},
		},
		{
			name: "one is empty", details: &details{figures: figures(1000, 0), runs: []batchsync.Run{run}}, calls: []string{"TableFigures", "Runs"}, judged: true,
			states: []batchsync.TableState{batchsync.TableEmpty, batchsync.TableOK}, good: map[string]int64{"ods.orders": 1000, "ods.users": 5},
		},
		{
			name: "empty because another run is at work", details: &details{figures: figures(1000, 0), runs: []batchsync.Run{later, run}},
			calls: []string{"TableFigures", "Runs"}, good: map[string]int64{"ods.users": 5, "ods.left": 1},
		},
		{
			name: "the figures are not told", details: &details{fails: map[string]error{"TableFigures": errors.New("no answer")}},
			calls: []string{"TableFigures"}, good: map[string]int64{"ods.users": 5, "ods.left": 1},
		},
		{name: "a task of no tables", details: &details{}, watch: func(w *batchsync.Watch) { w.Pairs = nil }, judged: true, good: map[string]int64{}},
		{
			name: "a whole database", watch: unread, details: &details{content: whole, tables: []string{"users", "orders", "fresh"}, figures: figures(1000, 20)},
			calls: []string{"Content", "Tables", "TableFigures"}, judged: true,
			states: []batchsync.TableState{batchsync.TableUnknown, batchsync.TableOK, batchsync.TableOK}, good: map[string]int64{"ods.orders": 1000, "ods.users": 20},
		},
		{
			name: "a whole database, a table that had rows is empty, another never had any", watch: unread, details: &details{content: whole, tables: []string{"users", "orders"}, figures: figures(0, 0)},
			calls: []string{"Content", "Tables", "TableFigures", "Runs"}, judged: true,
			states: []batchsync.TableState{batchsync.TableEmpty, batchsync.TableUnknown}, good: map[string]int64{"ods.users": 5},
		},
		{
			name: "a whole database whose tables are not told", watch: unread, details: &details{content: whole, fails: map[string]error{"Tables": errors.New("no answer")}},
			calls: []string{"Content", "Tables"}, good: map[string]int64{"ods.users": 5, "ods.left": 1},
		},
		{
			name: "a whole database whose tables were told before", details: &details{content: whole, figures: figures(1000, 20), fails: map[string]error{"Tables": errors.New("no answer")}},
			watch: named, calls: []string{"Content", "Tables", "TableFigures"}, judged: true,
			states: []batchsync.TableState{batchsync.TableOK, batchsync.TableOK}, good: map[string]int64{"ods.orders": 1000, "ods.users": 20},
		},
		{
			name: "a whole database without tables", watch: unread, details: &details{content: whole},
			calls: []string{"Content", "Tables"}, judged: true, unnamed: true, good: before,
		},
		{
			name: "a whole database without tables that had some", watch: named, details: &details{content: whole},
			calls: []string{"Content", "Tables"}, judged: true, unnamed: true, good: before,
		},
		{
			name: "a whole database whose rules are not shown", watch: unread, details: &details{content: bare, tables: []string{"orders"}},
			calls: []string{"Content"}, judged: true, unnamed: true, good: before,
		},
		{
			name: "a whole database of which one rule is shown", watch: unread, details: &details{content: halfBare, tables: []string{"orders"}},
			calls: []string{"Content"}, judged: true, unnamed: true, good: before,
		},
		{
			name: "a whole database that was not named an hour ago", details: &details{},
			watch: func(w *batchsync.Watch) { w.Pairs, w.Whole = nil, true }, judged: true, unnamed: true, good: before,
		},
		{
			name: "one table in two cases, and a pair without one", details: &details{figures: figures(1000, 20)[:1]}, calls: []string{"TableFigures"}, judged: true,
			watch: func(w *batchsync.Watch) {
				w.Pairs = []batchsync.TablePair{{Source: "a.orders", Sink: "ods.orders"}, {Source: "b.orders", Sink: "ODS.Orders"}, {Source: "c.orders"}}
			},
			states: []batchsync.TableState{batchsync.TableUnknown, batchsync.TableOK}, good: map[string]int64{"ods.orders": 1000},
		},
		{
			name: "tables unknown", watch: func(w *batchsync.Watch) { w.Pairs, w.ContentRead = nil, time.Time{} },
			details: &details{fails: map[string]error{"Content": errors.New("no answer")}}, calls: []string{"Content"}, good: map[string]int64{"ods.users": 5, "ods.left": 1},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := known(1)
			w.Good = map[string]int64{"ods.users": 5, "ods.left": 1}
			if tt.watch != nil {
				tt.watch(&w)
			}
			i := inspection{inspectionKey: inspectionKey{inspectTables, 1, 11}, at: midday, watch: w, run: run, drop: 50}
			f := i.look(t.Context(), tt.details)
			got, _ := f.apply(w, nil)
			var states []batchsync.TableState
			for _, r := range got.Tables {
				states = append(states, r.State)
			}
			if (got.Checked == 11) != tt.judged || f.err == nil != tt.judged || !slices.Equal(states, tt.states) || !slices.Equal(tt.details.calls, tt.calls) {
				t.Errorf("checked %v, error %v, states %v, calls %v", got.Checked, f.err, states, tt.details.calls)
			}
			if !tt.judged && !got.ContentRead.Equal(w.ContentRead) {
				t.Error("what could not be read is not asked for again")
			}
			if again := got.ContentRead.IsZero(); tt.judged && tt.details.fails == nil && again || got.Unnamed != tt.unnamed {
				t.Errorf("unnamed %v, asked for again %v", got.Unnamed, again)
			}
			if tt.unnamed && len(got.Pairs) != 0 {
				t.Errorf("what nobody names is called %v", got.Pairs)
			}
			if n := len(tt.details.counted); n != len(slices.CompactFunc(slices.Sorted(slices.Values(tt.details.counted)), strings.EqualFold)) || slices.Contains(tt.details.counted, "") {
				t.Errorf("figures of %q are asked for", tt.details.counted)
			}
			if !maps.Equal(got.Good, tt.good) || len(w.Good) != 2 {
				t.Errorf("good rows %v, want %v; argument %v", got.Good, tt.good, w.Good)
			}
		})
	}
}

func TestInspection_folders(t *testing.T) {
	t.Parallel()
	d := &details{refs: []batchsync.TaskRef{{ID: 1, Folder: 5}, {ID: 2}, {ID: 3, Folder: 9}}}
	f := inspection{inspectionKey: inspectionKey{inspectFolders, 0, 0}, at: midday}.look(t.Context(), d)
	for task, want := range map[int64]string{1: "sync/mysql", 2: "/", 3: "before", 4: "before"} {
		w := known(task)
		w.Folder = "before"
		if got, _ := f.apply(w, nil); got.Folder != want {
			t.Errorf("task %d lies in %q, want %q", task, got.Folder, want)
		}
	}
	one := inspection{inspectionKey: inspectionKey{inspectTask, 4, 0}, at: midday, folder: true}.look(t.Context(), d)
	if got, _ := one.apply(known(4), nil); got.Folder != "sync/mysql" || one.err != nil {
		t.Errorf("task 4 lies in %q; error %v", got.Folder, one.err)
	}
}

func TestTries(t *testing.T) {
	t.Parallel()
	tr, k, now := tries{}, inspectionKey{inspectRun, 1, 2}, midday
	for n, wait := range []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, 15 * time.Minute} {
		tr.fail(k, now)
		if tr.due(k, now.Add(wait-time.Second)) || !tr.due(k, now.Add(wait)) || !tr.failing(k) {
			t.Errorf("failure %d is not repeated after %v", n+1, wait)
		}
		now = now.Add(wait)
	}
	tr.done(k, now)
	if tr.failing(k) || !tr.due(k, now) {
		t.Error("a success does not end the back-off")
	}
}

// TestInspector_run hangs one look-up and fails another: the rest goes on, what
// failed comes again later, and the end is waited for.
func TestInspector_run(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &details{wait: 10 * time.Second, fails: map[string]error{}, deployed: []batchsync.Deployed{{Online: true, Cron: "0 00 02 * * ? *"}}}
		var mu sync.Mutex
		got := map[batchsync.TaskID]int{}
		i := newInspector(d, func(f found) {
			mu.Lock()
			defer mu.Unlock()
			if f.task == 3 {
				panic("a bug")
			}
			got[f.task]++
		}, slog.New(slog.DiscardHandler))
		ctx, cancel := context.WithCancel(t.Context())
		over := make(chan struct{})
		go func() {
			defer close(over)
			i.run(ctx)
		}()
		s := quiet(4)
		s.ask = []batchsync.TaskID{1, 2, 3, 4}
		for range 3 { // planned again while under way: made once
			s.now = time.Now()
			i.offer(s)
			time.Sleep(time.Second)
			synctest.Wait()
		}
		time.Sleep(18 * time.Second)
		synctest.Wait()
		mu.Lock()
		if want := map[batchsync.TaskID]int{1: 1, 2: 1, 4: 1}; !maps.Equal(got, want) {
			t.Errorf("after two rounds of two: %v, want %v", got, want)
		}
		mu.Unlock()
		s.ask, s.now = []batchsync.TaskID{3}, time.Now()
		i.offer(s)
		synctest.Wait()
		if len(d.calls) != 4 {
			t.Errorf("%d calls: what failed is repeated at once", len(d.calls))
		}
		s.now = time.Now().Add(time.Minute)
		i.offer(s)
		synctest.Wait()
		cancel()
		<-over
		if len(d.calls) != 5 {
			t.Errorf("%d calls, want what failed once more", len(d.calls))
		}
	})
}
