package batchsync

import (
	"slices"
	"strconv"
	"time"
)

// Comparison is what is different now from what it was.
type Comparison struct {
	// Since is the success that schedule and cluster are compared with, Read
	// the one that content, columns and version are: that one or an earlier
	// one. Zero: there is none.
	Since, Read time.Time

	Changed []Text // since Since, the most telling first
	Earlier []Text // what else, since Read, where that is earlier
	Left    []Text // what was not compared, a sentence each
}

// Compare says what is different now: source columns, mapping, cluster,
// schedule, and that the task was deployed anew. What one side does not tell is
// no change, and is said to be not compared.
func Compare(before, now Snapshot) Comparison {
	c := Comparison{Since: before.At, Read: before.At, Left: uncompared(before, now)}
	columns := changedColumns(before.Columns, now.Columns)
	var content []Text
	if before.Content != nil && now.Content != nil {
		content = changedContent(*before.Content, *now.Content)
	}
	var version []Text
	if a, b := before.Version, now.Version; a > 0 && b > 0 && a != b {
		version = append(version, T("changed.version", strconv.FormatInt(a, 10), strconv.FormatInt(b, 10)))
	}
	if before.Read.IsZero() || before.Read.Equal(before.At) {
		c.Changed = slices.Concat(columns, content, changedSchedule(before, now), version)
		return c
	}
	c.Read = before.Read
	c.Changed, c.Earlier = changedSchedule(before, now), slices.Concat(columns, content, version)
	return c
}

// changedSchedule compares where and when the task runs.
func changedSchedule(before, now Snapshot) []Text {
	var out []Text
	if a, b := before.VCluster, now.VCluster; a != "" && b != "" && a != b {
		out = append(out, T("changed.vcluster", a, b))
	}
	if a, b := before.Cron, now.Cron; a != "" && b != "" && !SameCron(a, b) {
		out = append(out, T("changed.schedule", a, b))
	} else if a != "" && b != "" && before.Zone != "" && now.Zone != "" && before.Zone != now.Zone {
		out = append(out, T("changed.zone", before.Zone, now.Zone))
	}
	return out
}

// uncompared says of which parts one side is not known.
func uncompared(before, now Snapshot) []Text {
	var out []Text
	if before.Content == nil || now.Content == nil {
		out = append(out, T("uncompared.content"))
	}
	was, compared, loose := tablesOf(before.Columns), 0, false
	for _, f := range now.Columns {
		if old := was[f.Table]; len(old.Columns) > 0 && len(f.Columns) > 0 {
			compared++
			loose = loose || old.Described != f.Described
		}
	}
	switch total := before.tables(); {
	case compared == 0:
		out = append(out, T("uncompared.columns"))
	case compared < total:
		out = append(out, T("uncompared.columns_some", strconv.Itoa(compared), strconv.Itoa(total)))
	}
	if loose {
		out = append(out, T("uncompared.widths"))
	}
	if before.VCluster == "" || now.VCluster == "" {
		out = append(out, T("uncompared.vcluster"))
	}
	if before.Cron == "" || now.Cron == "" {
		out = append(out, T("uncompared.schedule"))
	}
	if before.Version == 0 || now.Version == 0 {
		out = append(out, T("uncompared.version"))
	}
	return out
}

func tablesOf(all []SourceFigures) map[string]SourceFigures {
	out := make(map[string]SourceFigures, len(all))
	for _, f := range all {
		out[f.Table] = f
	}
	return out
}

// changedColumns compares the tables that both sides know.
func changedColumns(before, now []SourceFigures) []Text {
	was := tablesOf(before)
	words := columnWords{"changed.columns_key", "changed.columns_retyped", "changed.columns_gone", "changed.columns_added"}
	var names []string
	var out []Text
	for _, f := range now {
		old := was[f.Table]
		if len(old.Columns) == 0 || len(f.Columns) == 0 {
			continue
		}
		if changes := columnsChanged(columnsLike(old, f), f.Columns, words); len(changes) > 0 {
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
	out = append(out, changedTables(a, b)...)
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

// changedTables compares the tables that are copied. Those of a whole database
// are no part of its content: whoever looked them up told of them.
func changedTables(a, b Content) []Text {
	if a.Scope == ScopeWhole && b.Scope == ScopeWhole {
		return nil
	}
	var out []Text
	if added := missingFrom(a.Pairs, b.Pairs); len(added) > 0 {
		out = append(out, T("changed.tables_added", strconv.Itoa(len(added)), listed(added)))
	}
	if gone := missingFrom(b.Pairs, a.Pairs); len(gone) > 0 {
		out = append(out, T("changed.tables_gone", strconv.Itoa(len(gone)), listed(gone)))
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
