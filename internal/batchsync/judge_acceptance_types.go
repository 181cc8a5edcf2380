package batchsync

import (
	"slices"
	"strconv"
	"strings"
)

// maxTypeRunes is how much of a type a finding shows; an enum may list
// hundreds of values.
const maxTypeRunes = 40

// types judges the columns of a pair: one finding for each rule that hits, one
// that says that all fit otherwise. What a person accepted is not asked again
// while both sides have the same columns.
func (j *acceptanceJudge) types(t AcceptanceTable) []Finding {
	switch {
	case t.Target.gone():
		return []Finding{unchecked(CheckTypes, "judged.no_target")}
	case len(t.Source.Columns) == 0:
		return []Finding{unchecked(CheckTypes, "types.no_source")}
	case len(t.Target.Columns) == 0:
		return []Finding{unchecked(CheckTypes, "types.no_target")}
	}
	out := j.typesNow(t)
	if !j.acceptedTypes(t) {
		return out
	}
	for i, f := range out {
		if f.Verdict == VerdictPerson {
			out[i] = passed(CheckTypes, typesAccepted, f.Text.Args...)
		}
	}
	return out
}

// typesAccepted says that a person accepted these columns before.
const typesAccepted = TextKey("types.accepted")

// acceptedTypes reports whether a person accepted these very columns, with the
// last acceptance that saw them or with one before it.
func (j *acceptanceJudge) acceptedTypes(t AcceptanceTable) bool {
	then := j.before[t.Pair].Types
	return then != nil && sameColumns(then.like(t.Source), t.Source.Columns) && then.ZeroDate == t.Source.ZeroDate &&
		sameTargetColumns(then.Target, t.Target.Columns)
}

// acceptedTypes reports whether the columns were found to be accepted before.
func (t AcceptanceTable) acceptedTypes() bool {
	return slices.ContainsFunc(t.Found, func(f Finding) bool { return f.Text.Key == typesAccepted })
}

func (j *acceptanceJudge) typesNow(t AcceptanceTable) []Finding {
	target := make(map[string]TargetColumn, len(t.Target.Columns))
	for _, c := range t.Target.Columns {
		target[strings.ToLower(c.Name)] = c
	}
	var absent, dates []string
	rules := typeRules()
	hit := make([][]string, len(rules))
	compared := 0
	for _, c := range t.Source.Columns {
		name, copied := j.Content.sinkColumn(c.Name)
		if !copied {
			continue
		}
		to, there := target[strings.ToLower(name)]
		if !there {
			absent = append(absent, c.Name)
			continue
		}
		compared++
		from, into := readType(c.Type), readType(to.Type)
		if from.kind == kindDate || from.kind == kindMoment {
			dates = append(dates, c.Name)
		}
		if i := slices.IndexFunc(rules, func(r typeRule) bool { return r.hits(from, into) }); i >= 0 {
			hit[i] = append(hit[i], c.Name+" "+shortType(c.Type)+" → "+shortType(to.Type))
		}
	}
	var out []Finding
	add := func(v Verdict, key TextKey, names []string) {
		if len(names) > 0 {
			out = append(out, Finding{CheckTypes, v, T(key, strconv.Itoa(len(names)), listed(names))})
		}
	}
	add(VerdictFailed, "types.absent", absent)
	for i, r := range rules {
		add(r.verdict, r.key, hit[i])
	}
	switch {
	case t.Source.ZeroDate:
		add(VerdictPerson, "types.zero_date", dates)
	case t.Source.DatesUnread:
		add(VerdictUnchecked, "types.dates_unread", dates)
	}
	switch {
	case out == nil && compared == 0:
		out = append(out, unchecked(CheckTypes, "types.no_source"))
	case out == nil:
		out = append(out, passed(CheckTypes, "types.fit", strconv.Itoa(compared)))
	}
	return out
}

func shortType(written string) string {
	runes := []rune(strings.Join(strings.Fields(written), " "))
	if len(runes) > maxTypeRunes {
		return string(runes[:maxTypeRunes-1]) + "…"
	}
	return string(runes)
}

// sameColumns compares names, types, and what is in the key.
func sameColumns(a, b []SourceColumn) bool {
	return len(a) == len(b) && len(columnsChanged(a, b, columnWords{})) == 0
}

func sameTargetColumns(a, b []TargetColumn) bool {
	types := map[string]string{}
	for _, c := range a {
		types[strings.ToLower(c.Name)] = strings.ToLower(c.Type)
	}
	return len(a) == len(b) && !slices.ContainsFunc(b, func(c TargetColumn) bool {
		have, there := types[strings.ToLower(c.Name)]
		return !there || have != strings.ToLower(c.Type)
	})
}
