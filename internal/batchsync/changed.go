package batchsync

import (
	"slices"
	"strconv"
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
}

// NewSnapshot keeps what [Changed] compares. Deployed, content and sources may
// be nil. Of a task with very many columns only those of the first tables are
// kept.
func NewSnapshot(task TaskID, run RunID, deployed *Deployed, content *Content, sources []SourceFigures, zone string, now time.Time) Snapshot {
	s := Snapshot{Task: task, Run: run, At: now.UTC(), Zone: zone, Content: content}
	if deployed != nil {
		s.Version, s.Cron, s.VCluster = deployed.Version, deployed.Cron, deployed.VCluster
	}
	room := maxSnapshotColumns
	for _, f := range sources {
		if n := len(f.Columns); n > 0 && n <= room {
			s.Columns = append(s.Columns, SourceFigures{Table: f.Table, Rows: -1, Columns: f.Columns})
			room -= n
		}
	}
	return s
}

// Changed says what is different now from what it was, the most telling first:
// source columns, mapping, cluster, schedule, and that the task was deployed
// anew. Nothing, if all that is known of both is the same.
func Changed(before, now Snapshot) []Text {
	var out []Text
	out = append(out, changedColumns(before.Columns, now.Columns)...)
	if before.Content != nil && now.Content != nil {
		out = append(out, changedContent(*before.Content, *now.Content)...)
	}
	if a, b := before.VCluster, now.VCluster; a != "" && b != "" && a != b {
		out = append(out, T("changed.vcluster", a, b))
	}
	if a, b := before.Cron, now.Cron; a != "" && b != "" && !SameCron(a, b) {
		out = append(out, T("changed.schedule", a, b))
	} else if a != "" && b != "" && before.Zone != "" && now.Zone != "" && before.Zone != now.Zone {
		out = append(out, T("changed.zone", before.Zone, now.Zone))
	}
	if a, b := before.Version, now.Version; a > 0 && b > 0 && a != b {
		out = append(out, T("changed.version", strconv.FormatInt(a, 10), strconv.FormatInt(b, 10)))
	}
	return out
}

// changedColumns compares the tables that both sides know.
func changedColumns(before, now []SourceFigures) []Text {
	was := map[string][]SourceColumn{}
	for _, f := range before {
		was[f.Table] = f.Columns
	}
	words := columnWords{"changed.columns_key", "changed.columns_retyped", "changed.columns_gone", "changed.columns_added"}
	var names []string
	var out []Text
	for _, f := range now {
		if len(was[f.Table]) == 0 || len(f.Columns) == 0 {
			continue
		}
		if changes := columnsChanged(was[f.Table], f.Columns, words); len(changes) > 0 {
			names = append(names, f.Table)
			for _, c := range changes {
				out = append(out, T(c.Key, append([]string{f.Table}, c.Args...)...))
			}
		}
	}
	if len(out) > maxListed {
		return []Text{T("changed.columns_many", strconv.Itoa(len(names)), listed(names))}
	}
	return out
}

// changedContent compares what is copied where, and how.
func changedContent(a, b Content) []Text {
	var out []Text
	if a.Source.ID != b.Source.ID || a.Target.ID != b.Target.ID {
		out = append(out, T("changed.datasource", a.Source.Name, a.Target.Name, b.Source.Name, b.Target.Name))
	}
	if added := missingFrom(a.Pairs, b.Pairs); len(added) > 0 {
		out = append(out, T("changed.tables_added", strconv.Itoa(len(added)), listed(added)))
	}
	if gone := missingFrom(b.Pairs, a.Pairs); len(gone) > 0 {
		out = append(out, T("changed.tables_gone", strconv.Itoa(len(gone)), listed(gone)))
	}
	if a.Scope == b.Scope && a.Scope == ScopeSingle && a.Mapped != nil && b.Mapped != nil && !slices.Equal(a.Mapped, b.Mapped) {
		odd := append(missingFrom(a.Mapped, b.Mapped), missingFrom(b.Mapped, a.Mapped)...)
		out = append(out, T("changed.mapping", listed(odd)))
	}
	if a.Scope != b.Scope || a.WriteMode != b.WriteMode {
		out = append(out, T("changed.mode", string(a.Scope), string(a.WriteMode), string(b.Scope), string(b.WriteMode)))
	}
	if a.SourceSchema != b.SourceSchema || a.SchemaRule != b.SchemaRule || a.TableRule != b.TableRule {
		out = append(out, T("changed.rules"))
	}
	if a.Where != b.Where {
		out = append(out, T("changed.where"))
	}
	if a.Parallel != b.Parallel && a.Parallel > 0 && b.Parallel > 0 {
		out = append(out, T("changed.parallel", strconv.Itoa(a.Parallel), strconv.Itoa(b.Parallel)))
	}
	if a.Rate != b.Rate && a.Rate > 0 && b.Rate > 0 {
		out = append(out, T("changed.rate", strconv.Itoa(a.Rate), strconv.Itoa(b.Rate)))
	}
	if a.KeyedMode != b.KeyedMode && a.KeyedMode != "" && b.KeyedMode != "" {
		out = append(out, T("changed.keyed_mode", string(a.KeyedMode), string(b.KeyedMode)))
	}
	return out
}

// missingFrom are the pairs of b that a lacks.
func missingFrom(a, b []TablePair) []string {
	have := make(map[TablePair]bool, len(a))
	for _, p := range a {
		have[p] = true
	}
	var out []string
	for _, p := range b {
		if !have[p] {
			out = append(out, p.Source+" → "+p.Sink)
		}
	}
	return out
}
