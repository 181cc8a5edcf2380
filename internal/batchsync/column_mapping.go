package batchsync

import (
	"slices"
	"strings"
)

// MappedColumn is one line of a column mapping: what a column of the source is
// copied into. A side that is not there, or not known, is empty.
type MappedColumn struct {
	Source, SourceType string
	Sink, SinkType     string
	Primary            bool // in the source's primary key
	Verdict            Verdict
	Note               TextKey // what there is to say about the pair, in a few words; empty: it fits
}

// MapColumns is what a table's columns are copied into, in the order of the
// source; target columns that nothing is copied into come last. Either side may
// be nil where it is not known: then no types are judged, and nothing is said
// to be missing there. Of a source that is not known, the columns are those
// that the content of a single table maps.
func (c Content) MapColumns(source []SourceColumn, target []TargetColumn) []MappedColumn {
	if len(source) == 0 {
		for _, m := range c.Mapped {
			source = append(source, SourceColumn{Name: m.Source})
		}
	}
	types := make(map[string]TargetColumn, len(target))
	for _, t := range target {
		types[strings.ToLower(t.Name)] = t
	}
	var out []MappedColumn
	fed := map[string]bool{}
	for _, s := range source {
		name, copied := c.sinkColumn(s.Name)
		line := MappedColumn{Source: s.Name, SourceType: s.Type, Primary: s.Primary, Verdict: VerdictPassed}
		t, there := types[strings.ToLower(name)]
		switch {
		case !copied:
			line.Verdict, line.Note = VerdictPerson, "mapped.left_out"
		case there:
			fed[strings.ToLower(name)] = true
			line.Sink, line.SinkType = t.Name, t.Type
			line.judge()
		case len(target) > 0:
			line.Sink, line.Verdict, line.Note = name, VerdictFailed, "mapped.absent"
		default:
			line.Sink, line.Verdict, line.Note = name, VerdictUnchecked, "mapped.unread"
		}
		out = append(out, line)
	}
	for _, t := range target {
		if len(source) > 0 && !fed[strings.ToLower(t.Name)] {
			out = append(out, MappedColumn{Sink: t.Name, SinkType: t.Type, Verdict: VerdictPerson, Note: "mapped.not_fed"})
		}
	}
	return out
}

// judge compares the types by the rules of the acceptance.
func (m *MappedColumn) judge() {
	if m.SourceType == "" || m.SinkType == "" {
		m.Verdict, m.Note = VerdictUnchecked, "mapped.unread"
		return
	}
	from, into := readType(m.SourceType), readType(m.SinkType)
	rules := typeRules()
	if i := slices.IndexFunc(rules, func(r typeRule) bool { return r.hits(from, into) }); i >= 0 {
		m.Verdict, m.Note = rules[i].verdict, rules[i].note
	}
}

// Unusual are the columns whose types need a look whatever the target makes of
// them, each as "name type": there is no target yet to compare with.
func Unusual(columns []SourceColumn) []string {
	var out []string
	rules := typeRules()
	for _, c := range columns {
		t := readType(c.Type)
		if slices.ContainsFunc(rules, func(r typeRule) bool { return r.hits(t, t) }) {
			out = append(out, c.Name+" "+shortType(c.Type))
		}
	}
	return out
}

// FindPair finds the pair of a table as a person types it: either side, with
// its schema or without, regardless of case where no other is meant. It is
// -1 where no pair, or more than one, is meant.
func FindPair(pairs []TablePair, typed string) int {
	bare := func(s string) string {
		if _, name, ok := strings.Cut(s, "."); ok {
			return name
		}
		return s
	}
	exact := func(a string) bool { return a == typed }
	folded := func(a string) bool { return strings.EqualFold(a, typed) }
	for _, same := range []func(string) bool{exact, folded} {
		for _, of := range []func(TablePair) []string{
			func(p TablePair) []string { return []string{p.Source, p.Sink} },
			func(p TablePair) []string { return []string{bare(p.Source)} },
			func(p TablePair) []string { return []string{bare(p.Sink)} },
		} {
			found, many := -1, false
			for i, p := range pairs {
				if slices.ContainsFunc(of(p), same) {
					found, many = i, found >= 0
				}
			}
			if many {
				return -1
			}
			if found >= 0 {
				return found
			}
		}
	}
	return -1
}
