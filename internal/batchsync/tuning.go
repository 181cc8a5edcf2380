package batchsync

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Tuning is how a sync reads and writes beyond what and where to. The zero
// value leaves everything to the platform's own defaults.
type Tuning struct {
	// Where is a condition in the source's SQL that rows must meet, without the
	// word WHERE; single table only. The platform puts it into its query as it
	// stands, with the rights of the data source's account.
	Where string `json:"where,omitempty"`
	// Parallel is how many tables, or parts of a single one, are copied at
	// once; 0: the platform's default, at most [MaxParallel].
	Parallel int `json:"parallel,omitempty"`
	// Rate bounds a single table's copy, in MB/s; 0: the platform's default.
	Rate int `json:"rate,omitempty"`
	// KeyedMode is the write mode of the tables that have a primary key, where
	// several are copied; empty: overwrite. [Spec.WriteMode] is that of the others.
	KeyedMode WriteMode `json:"keyed_mode,omitempty"`
}

// Limits of the tuning. The parallelism is the platform's advice for its
// sources, the others are ours.
const (
	MaxParallel   = 10
	MaxRate       = 1000
	MaxWhereRunes = 1000
)

// More questions of the wizard, asked on request only.
const (
	FieldWhere     Field = "where"
	FieldParallel  Field = "parallel"
	FieldRate      Field = "rate"
	FieldKeyedMode Field = "keyed_mode"
)

// Keyed is the write mode of tables with a primary key.
func (s Spec) Keyed() WriteMode {
	if s.KeyedMode == "" {
		return Overwrite
	}
	return s.KeyedMode
}

// Edited reports whether the content takes a second command after its setup,
// because the program sets up something else by itself.
func (s Spec) Edited() bool { return s.Tuning != (Tuning{}) || s.asSetUp() != nil }

// AsSetUp is what the program's setup alone makes of the specification: the
// content of a task whose second command is still to come.
func (s Spec) AsSetUp() Spec {
	if bare := s.asSetUp(); bare != nil {
		s = *bare
	}
	s.Tuning = Tuning{}
	return s
}

// asSetUp is nil where names and modes are the program's own.
func (s Spec) asSetUp() *Spec {
	was := s.TargetSchema + "\x00" + s.TargetTable + "\x00" + string(s.WriteMode)
	switch s.Scope {
	case ScopeWhole:
		s.TargetSchema, s.TargetTable, s.WriteMode = VarSourceDatabase, VarSourceDatabase+"_"+VarSourceTable, Overwrite
	case ScopeMulti:
		s.WriteMode = Overwrite
		if s.renames() {
			s.TargetTable = ""
		}
	}
	if s.TargetSchema+"\x00"+s.TargetTable+"\x00"+string(s.WriteMode) == was {
		return nil
	}
	return &s
}

// renames reports whether chosen tables get other names in the target.
func (s Spec) renames() bool {
	return s.Scope == ScopeMulti && s.TargetTable != "" && s.TargetTable != VarSourceTable
}

// SinkName is the name that a source table gets in the target.
func (s Spec) SinkName(table string) string {
	switch {
	case s.Scope == ScopeSingle, s.Scope == ScopeMerge:
		return s.TargetTable
	case s.Scope == ScopeMulti && !s.renames():
		return table
	}
	return fillRule(s.TargetTable, s.SourceSchema, table)
}

// SinkSchema is the schema that the tables are written to.
func (s Spec) SinkSchema() string { return fillRule(s.TargetSchema, s.SourceSchema, "") }

func fillRule(rule, database, table string) string {
	return strings.NewReplacer(VarSourceDatabase, database, VarSourceTable, table).Replace(rule)
}

// Named is the mapping the specification makes of tables, with those whose
// names in the target are one and the same: the target folds case. A merge has
// no clashes, its tables are meant to meet.
func (s Spec) Named(tables []string) (pairs []TablePair, clashes map[string][]string) {
	meet := map[string][]string{}
	for _, t := range tables {
		sink := s.SinkName(t)
		pairs = append(pairs, TablePair{Source: s.SourceSchema + "." + t, Sink: s.SinkSchema() + "." + sink})
		if key := strings.ToLower(sink); !slices.Contains(meet[key], t) {
			meet[key] = append(meet[key], t)
		}
	}
	clashes = map[string][]string{}
	for sink, from := range meet {
		if len(from) > 1 && s.Scope != ScopeMerge {
			clashes[sink] = from
		}
	}
	return pairs, clashes
}

func (s Spec) checkTuning(add func(Field, Text)) {
	add(FieldWhere, s.checkWhere())
	if s.Parallel < 0 || s.Parallel > MaxParallel {
		add(FieldParallel, T("field.parallel_range", itoa(MaxParallel)))
	}
	switch {
	case s.Rate < 0 || s.Rate > MaxRate:
		add(FieldRate, T("field.rate_range", itoa(MaxRate)))
	case s.Rate > 0 && s.Scope != ScopeSingle:
		add(FieldRate, T("field.rate_single_only"))
	}
	switch {
	case s.KeyedMode == "":
	case s.Scope == ScopeSingle || s.Scope == ScopeMerge:
		add(FieldKeyedMode, T("field.keyed_several_only"))
	default:
		add(FieldKeyedMode, checkMode(s.KeyedMode))
	}
}

// checkWhere refuses what could end the platform's own query or hide a part of
// it: the condition is written by an operator, but a slip must not do more than
// choose rows.
func (s Spec) checkWhere() Text {
	switch {
	case s.Where == "":
		return Text{}
	case s.Scope != ScopeSingle || s.Kind == KindObject:
		return T("field.where_single_only")
	case !utf8.ValidString(s.Where) || hasControl(s.Where):
		return T("field.name_control")
	case utf8.RuneCountInString(s.Where) > MaxWhereRunes:
		return T("field.where_long", itoa(MaxWhereRunes))
	case strings.Contains(s.Where, "${"):
		return T("field.where_params") // the program saves a content without its parameters
	}
	return checkCondition(s.Where, s.Kind)
}
