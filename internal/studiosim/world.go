package studiosim

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// World is a simulated world seen from outside: what a person does in the web
// UI, what a test wants to know or change. Every method takes the world's
// lock, so it may be used while invocations run. A World holds no state.
type World struct {
	dir string
}

// Open names the world in dir; nothing is read or made until it is used. A
// world that does not exist yet is seeded with "samples".
func Open(dir string) *World { return &World{dir: dir} }

// Seed makes a fresh world in dir, "samples" or "demo", in place of any other.
func Seed(dir, seed string) (*World, error) { return SeedAt(dir, seed, time.Now()) }

// SeedAt is Seed with the world's clock set to the given moment; the seeded
// runs lie before it.
func SeedAt(dir, seed string, now time.Time) (*World, error) {
	if seed != "samples" && seed != "demo" {
		return nil, fmt.Errorf("seed world %s: unknown seed %q", dir, seed)
	}
	for _, name := range []string{"state.json", "runs.gob", "journal.jsonl", faultFile} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("clear world %s: %w", dir, err)
		}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("make world %s: %w", dir, err)
	}
	st := newWorld(seed, now.UnixMilli())
	st.dir = dir
	st.Clock.Real = time.Now().UnixMilli()
	if err := st.save(); err != nil {
		return nil, err
	}
	return Open(dir), nil
}

// Dir is the directory, the value of CZ_SIM_STATE.
func (w *World) Dir() string { return w.dir }

func (w *World) change(fn func(*state) error) error {
	return locked(w.dir, "samples", func(st *state) error {
		if err := fn(st); err != nil {
			return err
		}
		st.touchRuns()
		return nil
	})
}

func (w *World) look(fn func(*state) error) error { return locked(w.dir, "samples", fn) }

// Settings are the world's own knobs; change them with [World.Configure].
type Settings struct {
	Switches   Switches
	WaitMS     int64   // waiting time of started runs
	RunMS      int64   // run time; 0: derived from the task
	FailRate   float64 // of scheduled runs, 0..1
	LogPage    int     // bytes per log page; 0: no paging
	SQLSeconds float64 // how long a statement takes
	RealDelays bool    // a failing login takes its 5 s
	Zone       string  // backend zone, IANA name
	Instance   string
	Workspace  string
	BadPATs    []string // access tokens that are refused
	StudioURL  string   // address of the web UI, without a slash at the end; empty: the recorded one
}

// Configure changes the settings through fn.
func (w *World) Configure(fn func(*Settings)) error {
	return w.change(func(st *state) error {
		s := Settings{st.Switches, st.WaitMS, st.RunMS, st.FailRate, st.LogPage, st.SQLSeconds, st.RealDelays, st.Zone, st.Instance, st.Workspace, st.BadPATs, st.StudioURL}
		fn(&s)
		st.Switches, st.WaitMS, st.RunMS, st.FailRate, st.LogPage = s.Switches, s.WaitMS, s.RunMS, s.FailRate, s.LogPage
		st.StudioURL = s.StudioURL
		st.SQLSeconds, st.RealDelays, st.Zone, st.Instance, st.Workspace, st.BadPATs = s.SQLSeconds, s.RealDelays, s.Zone, s.Instance, s.Workspace, s.BadPATs
		if err := st.prepareZone(); err != nil {
			return err
		}
		for _, t := range st.Tasks {
			st.plan(t)
		}
		return nil
	})
}

// Now is the world's present moment.
func (w *World) Now() (at time.Time, err error) {
	err = w.look(func(st *state) error { at = time.UnixMilli(st.now); return nil })
	return at, err
}

// Speed sets how fast the clock runs: 1 real time, 60 a minute per second.
func (w *World) Speed(speed float64) error {
	return w.clock(func(c *Clock) { c.Speed, c.Frozen = speed, false })
}

// Freeze stops the clock; Shift still moves it.
func (w *World) Freeze() error { return w.clock(func(c *Clock) { c.Frozen = true }) }

// Shift moves the clock forward; the runs that fall due happen.
func (w *World) Shift(d time.Duration) error {
	return w.clock(func(c *Clock) { c.Sim += d.Milliseconds() })
}

func (w *World) clock(fn func(*Clock)) error {
	return w.change(func(st *state) error {
		real := time.Now().UnixMilli()
		st.Clock.rebase(real)
		fn(&st.Clock)
		st.now = st.Clock.at(real)
		st.NextEvent = 0
		st.advance()
		return nil
	})
}

// Datasources lists all data sources, with their connection parameters.
func (w *World) Datasources() (out []Datasource, err error) {
	err = w.look(func(st *state) error {
		for _, d := range st.Datasources {
			out = append(out, *d)
		}
		return nil
	})
	return out, err
}

// Tasks lists all tasks, in the order of the backend.
func (w *World) Tasks() (out []Task, err error) {
	err = w.look(func(st *state) error {
		for _, t := range st.Tasks {
			out = append(out, *t)
		}
		return nil
	})
	return out, err
}

// Task is one task; an unknown id is an error.
func (w *World) Task(id int64) (out Task, err error) {
	err = w.look(func(st *state) error {
		t, err := st.mustTask(id)
		if err == nil {
			out = *t
		}
		return err
	})
	return out, err
}

func (st *state) mustTask(id int64) (*Task, error) {
	if t := st.task(id); t != nil {
		return t, nil
	}
	return nil, fmt.Errorf("look up task %d: no such task", id)
}

// Runs lists the runs of a task, oldest id first; task 0 lists all.
func (w *World) Runs(task int64) (out []Run, err error) {
	err = w.look(func(st *state) error {
		for _, r := range st.allRuns() {
			if task == 0 || r.Task == task {
				out = append(out, *r)
			}
		}
		return nil
	})
	return out, err
}

// Table is a lakehouse table, named "schema.table".
func (w *World) Table(name string) (out LakeTable, err error) {
	err = w.look(func(st *state) error {
		t, f := st.table(name)
		if f != nil {
			return f
		}
		out = *t
		return nil
	})
	return out, err
}

// ChangeTable changes a lakehouse table in place.
func (w *World) ChangeTable(name string, fn func(*LakeTable)) error {
	return w.change(func(st *state) error {
		t, f := st.table(name)
		if f != nil {
			return f
		}
		fn(t)
		return nil
	})
}

// AddLakeTable adds a table to the lakehouse, its schema included.
func (w *World) AddLakeTable(t LakeTable) error {
	return w.change(func(st *state) error {
		st.addSchema(t.Schema)
		st.Lake = append(st.Lake, &t)
		return nil
	})
}

// AddVC adds a virtual cluster.
func (w *World) AddVC(vc VC) error {
	return w.change(func(st *state) error { st.VCs = append(st.VCs, vc); return nil })
}

// AddDatasource adds a datasource; an id of 0 is replaced by a new one, which
// is returned.
func (w *World) AddDatasource(d Datasource) (int64, error) {
	err := w.change(func(st *state) error {
		if d.ID == 0 {
			d.ID = st.newID()
		}
		st.Datasources = append(st.Datasources, &d)
		return nil
	})
	return d.ID, err
}

// ChangeDatasource changes a datasource in place.
func (w *World) ChangeDatasource(id int64, fn func(*Datasource)) error {
	return w.change(func(st *state) error {
		d := st.datasource(id)
		if d == nil {
			return fmt.Errorf("look up datasource %d: no such datasource", id)
		}
		fn(d)
		return nil
	})
}

// AddTables adds tables to a catalog of a datasource, making the catalog.
func (w *World) AddTables(datasource int64, catalog string, tables ...SourceTable) error {
	return w.ChangeDatasource(datasource, func(d *Datasource) {
		for i := range d.Catalogs {
			if d.Catalogs[i].Name == catalog {
				d.Catalogs[i].Tables = append(d.Catalogs[i].Tables, tables...)
				return
			}
		}
		d.Catalogs = append(d.Catalogs, Catalog{catalog, tables})
	})
}

// AddTask adds a task; an id of 0 is replaced by a new one, which is returned.
// With Online and Published set it fires from now on.
func (w *World) AddTask(t Task) (int64, error) {
	err := w.change(func(st *state) error {
		if t.ID == 0 {
			t.ID = st.newID()
		}
		t.Created, t.Updated, t.EditState = cmp.Or(t.Created, st.now), cmp.Or(t.Updated, st.now), max(10, t.EditState)
		st.plan(&t)
		st.Tasks = append(st.Tasks, &t)
		return nil
	})
	return t.ID, err
}

// ChangeTask changes a task in place: faults of its runs, schedules, content.
func (w *World) ChangeTask(id int64, fn func(*Task)) error {
	return w.change(func(st *state) error {
		t, err := st.mustTask(id)
		if err == nil {
			fn(t)
			st.plan(t)
		}
		return err
	})
}

// ConfigureInStudio is what a person does in the web UI: it sets the sync
// content of a task, also kinds that the program cannot set up, such as a
// merge of sharded tables (Kind "merge") or a read from object storage.
func (w *World) ConfigureInStudio(id int64, content Integration) error {
	return w.change(func(st *state) error {
		t, err := st.mustTask(id)
		if err != nil {
			return err
		}
		t.Content, t.HasConfig = &content, true
		st.edited(t)
		return nil
	})
}

// RenameTask renames a task.
func (w *World) RenameTask(id int64, name string) error {
	return w.ChangeTask(id, func(t *Task) { t.Name = name })
}

// DeleteTask removes a task and its runs, online or not.
func (w *World) DeleteTask(id int64) error {
	return w.change(func(st *state) error {
		t, err := st.mustTask(id)
		if err != nil {
			return err
		}
		st.offline(t)
		st.Tasks = slices.DeleteFunc(st.Tasks, func(other *Task) bool { return other == t })
		return nil
	})
}

// Offline takes a task off the schedule and drops its runs.
func (w *World) Offline(id int64) error {
	return w.change(func(st *state) error {
		t, err := st.mustTask(id)
		if err == nil {
			st.offline(t)
		}
		return err
	})
}

// AddRun adds a run as given; an id of 0 is replaced by a new one, which is
// returned. Set Held to keep the clock from moving it.
func (w *World) AddRun(r Run) (int64, error) {
	err := w.change(func(st *state) error {
		if r.ID == 0 {
			r.ID = st.NextRun
			st.NextRun++
		}
		st.allRuns()
		st.runs = append(st.runs, &r)
		return nil
	})
	return r.ID, err
}

// SetRun gives a run a status and a failure message. A status that is an end
// also ends its attempt now; any other status is kept until changed again.
func (w *World) SetRun(id int64, status int, failMsg string) error {
	return w.ChangeRun(id, func(r *Run, now int64) {
		r.Status, r.FailMsg, r.Held = status, failMsg, true
		if status != Success && status != Failed {
			return
		}
		r.Start, r.End = cmp.Or(r.Start, now), cmp.Or(r.End, now)
		if len(r.Attempts) == 0 {
			r.Attempts = []Attempt{{ID: id - 840000, Start: r.Start}}
		}
		a := &r.Attempts[len(r.Attempts)-1]
		a.End, a.Result, a.FailMsg = r.End, status, failMsg
	})
}

// ChangeRun changes a run in place; now is the world's moment.
func (w *World) ChangeRun(id int64, fn func(r *Run, now int64)) error {
	return w.change(func(st *state) error {
		r := st.run(id)
		if r == nil {
			return fmt.Errorf("look up run %d: no such run", id)
		}
		fn(r, st.now)
		return nil
	})
}

// SetFaults replaces the faults; none clears them.
func (w *World) SetFaults(faults ...Fault) error {
	unlock, err := lock(w.dir)
	if err != nil {
		return err
	}
	defer unlock()
	if len(faults) == 0 {
		faults = []Fault{}
	}
	return replace(filepath.Join(w.dir, faultFile), compact(faults))
}
