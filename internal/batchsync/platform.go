package batchsync

import (
	"slices"
	"strings"
	"time"
)

// SourceKind is the family of a data source, as people choose it first.
type SourceKind string

const (
	KindMySQL      SourceKind = "mysql"
	KindPostgreSQL SourceKind = "postgresql"
	KindSQLServer  SourceKind = "sqlserver"
	KindObject     SourceKind = "object_storage" // OSS, S3, COS
	KindOther      SourceKind = "other"
	// KindLakehouse is the target side; it is never offered as a source.
	KindLakehouse SourceKind = "lakehouse"
)

// SourceKinds are the kinds a person can choose from, in menu order.
func SourceKinds() []SourceKind {
	return []SourceKind{KindMySQL, KindPostgreSQL, KindSQLServer, KindObject, KindOther}
}

// KindOf sorts the platform's display word of a data source type into a kind.
// Cloud variants carry the family's name in theirs ("Aurora MySQL").
func KindOf(display string) SourceKind {
	words := strings.FieldsFunc(strings.ToLower(display), func(r rune) bool { return strings.ContainsRune(" _-", r) })
	d := strings.Join(words, "")
	switch {
	case strings.Contains(d, "lakehouse"):
		return KindLakehouse
	case strings.Contains(d, "mysql"), strings.Contains(d, "mariadb"):
		return KindMySQL
	case strings.Contains(d, "postgre"):
		return KindPostgreSQL
	case strings.Contains(d, "sqlserver"):
		return KindSQLServer
	case len(words) > 0 && slices.Contains([]string{"oss", "s3", "cos"}, words[len(words)-1]):
		return KindObject
	}
	return KindOther
}

// Datasource is a configured connection of the platform. Its connection
// parameters hold passwords and are dropped at decoding; they have no field.
type Datasource struct {
	ID   DatasourceID `json:"id"`
	Name string       `json:"name"`
	Type string       `json:"type"` // the platform's display word, e.g. "MySQL"
}

// Kind is the family the data source belongs to.
func (d Datasource) Kind() SourceKind { return KindOf(d.Type) }

// MaxNames is how many schemas, or tables of a schema, are asked for. A list
// that has as many may have been cut there.
const MaxNames = 20_000

// Complete reports whether a list of schemas or tables certainly has all of them,
// so that what is not on it does not exist.
func Complete(names []string) bool { return len(names) < MaxNames }

// Column describes one column of a source table.
type Column struct {
	Name     string
	Type     string // the source's own word, e.g. "BIGINT"
	Nullable bool
	Primary  bool
}

// Folder is a place for tasks.
type Folder struct {
	ID   FolderID `json:"id"`
	Path string   `json:"path"` // from the root, e.g. "data_sync/mysql"
}

// VCluster is a compute cluster. Sync tasks run on type INTEGRATION only.
type VCluster struct {
	Name  string
	Type  string // GENERAL, ANALYTICS or INTEGRATION
	Size  string
	State string
}

// ForSync reports whether a batch sync task can run on it.
func (v VCluster) ForSync() bool { return strings.EqualFold(v.Type, "INTEGRATION") }

// TaskType is the scheduler's number of a kind of task.
type TaskType int

const (
	TypeSingle TaskType = 10  // INTEGRATION (DI): one source table
	TypeMulti  TaskType = 291 // MULTI_DI: several tables
)

// IsSync reports whether tasks of the type are batch sync tasks.
func (t TaskType) IsSync() bool { return t == TypeSingle || t == TypeMulti }

// TaskRef is a task as the platform lists it.
type TaskRef struct {
	ID      TaskID
	Name    string
	Type    TaskType
	Folder  FolderID
	Created time.Time
	Updated time.Time
}

// Created answers a task creation.
type Created struct {
	ID        TaskID
	StudioURL string
}

// TablePair is one line of a task's mapping, each side as schema.table.
type TablePair struct {
	Source string `json:"source"`
	Sink   string `json:"sink"`
}

// Content is what a task is set up to copy, read back from the platform.
type Content struct {
	Source       Datasource // Type is empty: the platform stores a number there
	Target       Datasource
	Scope        Scope       // never [ScopeMerge]: the platform shows it as multi
	Pairs        []TablePair // empty for a whole database
	Columns      int         // mapped columns of a single table
	Mapped       []TablePair // of a single table: its columns, each as the name on either side
	Where        string      // filter of a single table: SQL of the source; foreign text, and nothing a person here wrote
	Parallel     int         // tables or parts copied at once; 0: not told
	Rate         int         // bound of a single table, in MB/s; 0: not told
	KeyedMode    WriteMode   // of tables with a primary key, where several are copied; empty: not told
	Crossed      []string    // of a single table: "source -> sink" where two mapped columns' names differ; columns are paired by position
	WriteMode    WriteMode   // of a single table, or of tables without a primary key
	SourceSchema string      // of a single table, else of the first pair
	SchemaRule   string      // whole database: naming rules
	TableRule    string
	Params       bool // it has scheduling parameters, which the program may lose whenever it saves something of the task
	NoEdit       bool // the program cannot change a part of it without losing another
}

// DraftSchedule is the schedule saved with a task, deployed or not.
type DraftSchedule struct {
	Cron     string `json:"cron"` // seven fields as stored; empty when none was saved
	VCluster string `json:"vcluster"`
	Rerun    int    `json:"rerun,omitempty"` // runs that may be repeated: 1 all, 2 failed only, 3 none; 0: not told
	Retry    Retry  `json:"retry,omitzero"`
}

// Deployed is what the scheduler holds of a task.
type Deployed struct {
	Online      bool // decided by the presence of a cron expression only
	Cron        string
	VCluster    string
	Version     int64 // grows with every deployment; 0: not told
	PublishedAt time.Time
	LastRun     RunID
	Retry       Retry // without a pause: the platform does not tell it
	Rerun       int   // as in [DraftSchedule]; 0: not told
}

// Connection is the outcome of a reachability check of the platform.
type Connection struct {
	Connected bool
	Workspace string
	Version   string  // of the program
	Failure   Failure // what kind of trouble it is when not connected
	Reason    string  // why not; foreign text
}
