package studiosim

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Folder is a folder of the task tree; Parent 0 is the root.
type Folder struct {
	ID      int64  `json:"id"`
	Parent  int64  `json:"parent"`
	Name    string `json:"name"`
	Created int64  `json:"created"`
}

// Schedule is a draft or a published schedule.
type Schedule struct {
	Cron          string `json:"cron"` // 7 fields as stored
	VC            string `json:"vc"`
	VCID          string `json:"vc_id"`
	Schema        string `json:"schema"`
	RetryCount    int    `json:"retry_count"`
	RetryInterval int    `json:"retry_interval"`
	RetryUnit     string `json:"retry_unit,omitempty"` // "" means minutes
	Timeout       int    `json:"timeout,omitempty"`
	Rerun         int    `json:"rerun"` // 1 always, 2 after failure, 3 never
}

// Pair is one table of a sync: "namespace.table" on both sides.
type Pair struct {
	Source string `json:"source"`
	Sink   string `json:"sink"`
}

// Integration is the sync content of a task.
type Integration struct {
	Kind       string      `json:"kind"`   // single, multi, whole_db, merge
	Source     int64       `json:"source"` // datasource id
	Sink       int64       `json:"sink"`
	Tables     []Pair      `json:"tables,omitempty"`
	Columns    [][2]string `json:"columns,omitempty"` // single: source, sink
	WriteMode  string      `json:"write_mode,omitempty"`
	PKMode     string      `json:"pk_mode,omitempty"`
	NonPKMode  string      `json:"non_pk_mode,omitempty"`
	Where      string      `json:"where,omitempty"`
	SplitPK    string      `json:"split_pk,omitempty"`
	Parallel   int         `json:"parallel,omitempty"`
	Rate       int         `json:"rate,omitempty"` // MB/s; 0: 1
	SourceDBs  []string    `json:"source_dbs,omitempty"`
	SchemaRule string      `json:"schema_rule,omitempty"`
	TableRule  string      `json:"table_rule,omitempty"`
}

// Task is a task of the workspace.
type Task struct {
	ID          int64        `json:"id"`
	Name        string       `json:"name"`
	Type        int          `json:"type"` // scheduler type: 10, 23, 28, 281, 291 ..
	Folder      int64        `json:"folder"`
	Description string       `json:"description,omitempty"`
	Created     int64        `json:"created"`
	Updated     int64        `json:"updated"`
	EditState   int          `json:"edit_state"` // 10, 20, 80, 100
	Version     int          `json:"version"`
	HasConfig   bool         `json:"has_config,omitempty"`
	Content     *Integration `json:"content,omitempty"`
	Draft       *Schedule    `json:"draft,omitempty"`
	Published   *Schedule    `json:"published,omitempty"`
	Online      bool         `json:"online,omitempty"`
	PublishedAt int64        `json:"published_at,omitempty"`
	Script      string       `json:"script,omitempty"` // text of a SQL task
	Deps        []int64      `json:"deps,omitempty"`
	NextFire    int64        `json:"next_fire,omitempty"` // 0: never fires by itself

	RunMS       int64             `json:"run_ms,omitempty"`       // fixed run time; 0: derived
	FailNext    int               `json:"fail_next,omitempty"`    // so many next runs fail
	FailRate    float64           `json:"fail_rate,omitempty"`    // 0..1
	FailMsg     string            `json:"fail_msg,omitempty"`     // message of forced failures
	TableFaults map[string]string `json:"table_faults,omitempty"` // sink or source name -> message
	EmptyTables []string          `json:"empty_tables,omitempty"` // sinks left empty by a green run
	TableRows   map[string]int64  `json:"table_rows,omitempty"`   // sink -> rows that a run writes, whatever the source has
	Unwritten   []string          `json:"unwritten,omitempty"`    // sinks that a green run does not touch
	SkipFires   int               `json:"skip_fires,omitempty"`   // so many next times of the schedule make no run
	LateMS      int64             `json:"late_ms,omitempty"`      // the schedule makes its runs so much after their plan time
	Fired       int64             `json:"fired,omitempty"`        // plan times up to here were dealt with
}

// Column of a source or lakehouse table; Type in upper case for sources.
type Column struct {
	Name    string `json:"name"`
	Type    string `json:"type"`
	Primary bool   `json:"primary,omitempty"`
}

// SourceTable is a table of a datasource catalog.
type SourceTable struct {
	Name    string   `json:"name"`
	Columns []Column `json:"columns"`
	Rows    int64    `json:"rows"`
	Sample  [][]any  `json:"sample,omitempty"` // first rows, as datasource sample shows them
}

// Catalog is a database or schema of a datasource.
type Catalog struct {
	Name   string        `json:"name"`
	Tables []SourceTable `json:"tables"`
}

// Datasource is a connection known to Studio. Params are shown as they are,
// passwords included.
type Datasource struct {
	ID       int64          `json:"id"`
	Name     string         `json:"name"`
	Type     string         `json:"type"` // display word, for example MySQL
	TypeCode int            `json:"type_code"`
	Params   map[string]any `json:"params"`
	Fault    string         `json:"fault,omitempty"` // connection error
	Catalogs []Catalog      `json:"catalogs"`
}

// Version is one line of DESC HISTORY.
type Version struct {
	Version int    `json:"version"`
	Time    int64  `json:"time"`
	Rows    int64  `json:"rows"`
	Op      string `json:"op"`
}

// LakeTable is a table of the lakehouse.
type LakeTable struct {
	Schema  string           `json:"schema"`
	Name    string           `json:"name"`
	Columns []Column         `json:"columns"`
	Rows    int64            `json:"rows"`
	NonNull map[string]int64 `json:"non_null,omitempty"` // column -> non-null rows, when not all
	Twice   int64            `json:"twice,omitempty"`    // rows beyond the first of their key, whatever the key
	Sample  [][]any          `json:"sample,omitempty"`
	History []Version        `json:"history,omitempty"`
}

// VC is a virtual cluster.
type VC struct {
	Name, Type, Size, State, ID string
}

// state is everything except runs.
type state struct {
	Seed        string        `json:"seed"`
	Clock       Clock         `json:"clock"`
	Zone        string        `json:"zone"` // backend zone, IANA name
	Workspace   string        `json:"workspace"`
	Instance    string        `json:"instance"`
	BadPATs     []string      `json:"bad_pats"`
	StudioURL   string        `json:"studio_url,omitempty"`
	RealDelays  bool          `json:"real_delays,omitempty"` // sleep as long as cz-cli does when login fails
	Switches    Switches      `json:"switches"`
	NextID      int64         `json:"next_id"`
	NextRun     int64         `json:"next_run"`
	WaitMS      int64         `json:"wait_ms"`               // waiting time of started runs
	RunMS       int64         `json:"run_ms,omitempty"`      // fixed run time; 0: derived from the task
	FailRate    float64       `json:"fail_rate,omitempty"`   // of scheduled runs
	SQLSeconds  float64       `json:"sql_seconds,omitempty"` // how long a statement takes
	LogPage     int           `json:"log_page,omitempty"`    // bytes per log page; 0: no paging
	NextEvent   int64         `json:"next_event"`            // when some run or schedule is due
	Folders     []Folder      `json:"folders"`
	Tasks       []*Task       `json:"tasks"`
	Datasources []*Datasource `json:"datasources"`
	Schemas     []string      `json:"schemas"`
	Lake        []*LakeTable  `json:"lake"`
	VCs         []VC          `json:"vcs"`
	StalledVCs  []string      `json:"stalled_vcs,omitempty"` // runs that would begin there wait for resources
	Faults      []Fault       `json:"faults,omitempty"`

	dir       string
	now       int64
	zone      *time.Location
	runs      []*Run
	runsKnown bool
	dirty     bool
	runsDirty bool
}

// locked runs fn on the world in dir under its file lock and saves what changed.
// A directory without a world is seeded first.
func locked(dir, seed string, fn func(*state) error) error {
	unlock, err := lock(dir)
	if err != nil {
		return err
	}
	defer unlock()
	st, err := load(dir, seed)
	if err != nil {
		return err
	}
	st.advance()
	if err := fn(st); err != nil {
		return err
	}
	return st.save()
}

// lock takes the world's file lock, making the directory when it is missing.
func lock(dir string) (unlock func(), err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("make world %s: %w", dir, err)
	}
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("open lock of world %s: %w", dir, err)
	}
	if err := flock(f); err != nil {
		f.Close()
		return nil, fmt.Errorf("lock world %s: %w", dir, err)
	}
	return func() { f.Close() }, nil // closing drops the lock
}

// flock waits for the lock; a signal may interrupt the wait.
func flock(f *os.File) error {
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX)
		if !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}

func load(dir, seed string) (*state, error) {
	raw, err := os.ReadFile(filepath.Join(dir, "state.json"))
	if errors.Is(err, fs.ErrNotExist) {
		if seed != "samples" && seed != "demo" {
			return nil, fmt.Errorf("seed world %s: unknown seed %q", dir, seed)
		}
		st := newWorld(seed, time.Now().UnixMilli())
		st.dir = dir
		return st, st.prepare()
	}
	if err != nil {
		return nil, fmt.Errorf("read world %s: %w", dir, err)
	}
	st := &state{dir: dir}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	if err := dec.Decode(st); err != nil {
		return nil, fmt.Errorf("decode world %s: %w", dir, err)
	}
	return st, st.prepare()
}

func (st *state) prepare() error {
	st.now = st.Clock.at(time.Now().UnixMilli())
	return st.prepareZone()
}

func (st *state) prepareZone() error {
	zone, err := time.LoadLocation(st.Zone)
	if err != nil {
		return fmt.Errorf("load zone %s: %w", st.Zone, err)
	}
	st.zone = zone
	return nil
}

// allRuns loads the runs on first use; many commands never need them.
func (st *state) allRuns() []*Run {
	if st.runsKnown {
		return st.runs
	}
	st.runsKnown = true
	f, err := os.Open(filepath.Join(st.dir, "runs.gob"))
	if err != nil {
		return nil
	}
	defer f.Close()
	if err := gob.NewDecoder(f).Decode(&st.runs); err != nil {
		panic(fmt.Sprintf("decode runs of world %s: %v", st.dir, err))
	}
	for _, r := range st.runs { // a child killed between the two saves leaves newer runs
		st.NextRun = max(st.NextRun, r.ID+1)
	}
	return st.runs
}

// save writes what changed, each file replaced in one step.
func (st *state) save() error {
	if st.runsDirty && st.runsKnown {
		var b bytes.Buffer
		if err := gob.NewEncoder(&b).Encode(st.runs); err != nil {
			return fmt.Errorf("encode runs: %w", err)
		}
		if err := replace(filepath.Join(st.dir, "runs.gob"), b.Bytes()); err != nil {
			return err
		}
	}
	if !st.dirty {
		return nil
	}
	raw, err := json.Marshal(st)
	if err != nil {
		return fmt.Errorf("encode world: %w", err)
	}
	st.dirty, st.runsDirty = false, false
	return replace(filepath.Join(st.dir, "state.json"), raw)
}

func replace(path string, raw []byte) error {
	tmp := path + ".tmp"
	if err := os.WriteFile(tmp, raw, 0o644); err != nil {
		return fmt.Errorf("write %s: %w", tmp, err)
	}
	if err := os.Rename(tmp, path); err != nil {
		return fmt.Errorf("replace %s: %w", path, err)
	}
	return nil
}

func (st *state) newID() int64 {
	st.NextID++
	st.dirty = true
	return st.NextID - 1
}

func (st *state) task(id int64) *Task {
	for _, t := range st.Tasks {
		if t.ID == id {
			return t
		}
	}
	return nil
}

func (st *state) folder(id int64) *Folder {
	for i := range st.Folders {
		if st.Folders[i].ID == id {
			return &st.Folders[i]
		}
	}
	return nil
}

// path is the folder path from the root, "data_sync/mysql"; "" for the root.
func (st *state) path(id int64) string {
	var parts []string
	for f := st.folder(id); f != nil; f = st.folder(f.Parent) {
		parts = append([]string{f.Name}, parts...)
	}
	return strings.Join(parts, "/")
}

// location is the id path of a task, "0.110.111.40001".
func (st *state) location(t *Task) string {
	at := fmt.Sprint(t.ID)
	for f := st.folder(t.Folder); f != nil; f = st.folder(f.Parent) {
		at = fmt.Sprintf("%d.%s", f.ID, at)
	}
	return "0." + at
}

func (st *state) vc(name string) *VC {
	for i := range st.VCs {
		if strings.EqualFold(st.VCs[i].Name, name) {
			return &st.VCs[i]
		}
	}
	return nil
}

func (st *state) datasource(id int64) *Datasource {
	for _, d := range st.Datasources {
		if d.ID == id {
			return d
		}
	}
	return nil
}

func (st *state) lakeTable(schema, name string) *LakeTable {
	for _, t := range st.Lake {
		if strings.EqualFold(t.Schema, schema) && strings.EqualFold(t.Name, name) {
			return t
		}
	}
	return nil
}

func (d *Datasource) table(catalog, name string) *SourceTable {
	for i := range d.Catalogs {
		if d.Catalogs[i].Name != catalog {
			continue
		}
		for j := range d.Catalogs[i].Tables {
			if d.Catalogs[i].Tables[j].Name == name {
				return &d.Catalogs[i].Tables[j]
			}
		}
	}
	return nil
}
