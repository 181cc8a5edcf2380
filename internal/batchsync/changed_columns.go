package batchsync

import (
	"slices"
	"strconv"
	"strings"
)

// columns judges whether the source's columns changed since the last
// acceptance. With the first one there is nothing that could have.
func (j *acceptanceJudge) columns(t AcceptanceTable) []Finding {
	before, had := j.before[t.Pair]
	switch {
	case len(t.Source.Columns) == 0:
		return []Finding{unchecked(CheckColumns, "columns.unknown")}
	case !had:
		return []Finding{passed(CheckColumns, "columns.first")}
	case before.Columns == nil:
		return []Finding{unchecked(CheckColumns, "columns.unknown_before")}
	}
	var out []Finding
	words := columnWords{"columns.key", "columns.retyped", "columns.gone", "columns.added"}
	for _, text := range columnsChanged(before.Columns.like(t.Source), t.Source.Columns, words) {
		out = append(out, Finding{CheckColumns, VerdictPerson, text})
	}
	if out == nil {
		out = append(out, passed(CheckColumns, "columns.same", strconv.Itoa(len(t.Source.Columns))))
	}
	if at := before.Columns.At; !at.Equal(j.Before.Done) {
		out = append(out, passed(CheckColumns, "judged.columns_since", j.moment(at)))
	}
	return out
}

// columnsLike are a source's columns as they were, as they can be compared with
// those of now.
func columnsLike(before, now SourceFigures) []SourceColumn {
	if before.Described != now.Described {
		return typedAs(before.Columns, now.Columns)
	}
	return before.Columns
}

// typedAs are columns with the types that those of the same name have now, if
// they are of one kind: who else describes them writes types otherwise, which
// is no change.
func typedAs(columns, now []SourceColumn) []SourceColumn {
	types := map[string]string{}
	for _, c := range now {
		types[c.Name] = c.Type
	}
	out := slices.Clone(columns)
	for i, c := range out {
		if t, there := types[c.Name]; there && readType(t).kind == readType(c.Type).kind {
			out[i].Type = t
		}
	}
	return out
}

// columnWords are the sentences for what may become of columns: each takes how
// many, and which.
type columnWords struct{ key, retyped, gone, added TextKey }

// columnsChanged says what became of a source table's columns, nothing if they
// are the same. Their order does not count.
func columnsChanged(before, now []SourceColumn, words columnWords) []Text {
	was := make(map[string]SourceColumn, len(before))
	for _, c := range before {
		was[c.Name] = c
	}
	var added, gone, retyped, keys []string
	for _, c := range now {
		old, there := was[c.Name]
		delete(was, c.Name)
		switch {
		case !there:
			added = append(added, c.Name)
		case !strings.EqualFold(old.Type, c.Type):
			retyped = append(retyped, c.Name+" "+shortType(old.Type)+" → "+shortType(c.Type))
		}
		if there && old.Primary != c.Primary || !there && c.Primary {
			keys = append(keys, c.Name)
		}
	}
	for _, c := range before {
		if _, left := was[c.Name]; left {
			gone = append(gone, c.Name)
			if c.Primary {
				keys = append(keys, c.Name)
			}
		}
	}
	var out []Text
	for _, what := range []struct {
		key   TextKey
		names []string
	}{{words.key, keys}, {words.retyped, retyped}, {words.gone, gone}, {words.added, added}} {
		if what.names != nil {
			out = append(out, T(what.key, strconv.Itoa(len(what.names)), listed(what.names)))
		}
	}
	return out
}
