package batchsync

import (
	"strings"
	"time"
)

// maxSnapshotColumns is how many columns a snapshot keeps, of all tables
// together.
const maxSnapshotColumns = 2000

// Snapshot is what a task was like when a run of it succeeded: what the next
// failure is compared with. Parts that were not told are zero and are never
// taken for a change.
type Snapshot struct {
	Task     TaskID          `json:"task"`
	Run      RunID           `json:"run"`
	At       time.Time       `json:"at"`                 // of the success
	Zone     string          `json:"zone,omitempty"`     // of the platform's schedules
	Version  int64           `json:"version,omitempty"`  // deployed
	Cron     string          `json:"cron,omitempty"`     // deployed
	VCluster string          `json:"vcluster,omitempty"` // deployed
	Content  *Content        `json:"content,omitempty"`
	Columns  []SourceFigures `json:"columns,omitempty"` // of source tables: names and columns only
	Tables   int             `json:"tables,omitempty"`  // source tables there were, also those without columns here; 0: not told

	// Read is the earlier success that content, columns and version are of;
	// zero: they are of this one. See [Snapshot.Under].
	Read time.Time `json:"-"`
}

// NewSnapshot keeps what [Compare] compares. Deployed, content and sources may
// be nil. Of a task with very many columns only those of the first tables are
// kept.
func NewSnapshot(task TaskID, run RunID, deployed *Deployed, content *Content, sources []SourceFigures, zone string, now time.Time) Snapshot {
	s := Snapshot{Task: task, Run: run, At: now.UTC(), Zone: zone, Content: content}
	if deployed != nil {
		s.Version, s.Cron, s.VCluster = deployed.Version, deployed.Cron, deployed.VCluster
	}
	room, seen := maxSnapshotColumns, map[string]bool{}
	for _, f := range sources {
		if seen[f.Table] {
			continue
		}
		seen[f.Table] = true
		if n := len(f.Columns); n > 0 && n <= room {
			s.Columns = append(s.Columns, SourceFigures{Table: f.Table, Rows: -1, Columns: f.Columns, Described: f.Described})
			room -= n
		}
	}
	s.Tables = len(seen)
	return s
}

// Under is the snapshot with the schedule and cluster of a later success, of
// which no more than these is known. All else stays as it was read.
func (s Snapshot) Under(later Snapshot) Snapshot {
	s.Read = s.At
	s.Run, s.At, s.Zone, s.Cron, s.VCluster = later.Run, later.At, later.Zone, later.Cron, later.VCluster
	return s
}

// tables is how many source tables the task had, as far as that is known.
func (s Snapshot) tables() int {
	n := max(s.Tables, len(s.Columns))
	if s.Content != nil {
		sources := map[string]bool{}
		for _, p := range s.Content.Pairs {
			sources[p.Source] = true
		}
		n = max(n, len(sources))
	}
	return n
}

// FirstToCompare orders remembered source tables for a look at some of them:
// those first that a failed run's message or log names beside a failure, by
// source or target.
func FirstToCompare(tables []SourceFigures, pairs []TablePair, message, log string) []SourceFigures {
	known := map[string]bool{}
	for _, p := range pairs {
		known[p.Source] = true
	}
	for _, f := range tables {
		if !known[f.Table] {
			pairs = append(pairs[:len(pairs):len(pairs)], TablePair{Source: f.Table})
		}
	}
	said := log + "\nERROR " + strings.ReplaceAll(message, "\n", "\nERROR ") // all of a failed run's message is of trouble
	named := map[string]bool{}
	for _, r := range TablesInLog(said, pairs) {
		named[r.Source] = named[r.Source] || r.State == TableFailed
	}
	var first, rest []SourceFigures
	for _, f := range tables {
		if named[f.Table] {
			first = append(first, f)
		} else {
			rest = append(rest, f)
		}
	}
	return append(first, rest...)
}
