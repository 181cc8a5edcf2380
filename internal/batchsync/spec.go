package batchsync

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// Scope is how much of a source one task copies.
type Scope string

const (
	ScopeSingle Scope = "single"   // one table into one table
	ScopeMulti  Scope = "multi"    // chosen tables, mirrored
	ScopeWhole  Scope = "whole_db" // every table of a schema, mirrored
	ScopeMerge  Scope = "merge"    // many tables of one shape into one table; set up in Studio
)

// Scopes are all scopes in menu order.
func Scopes() []Scope { return []Scope{ScopeSingle, ScopeMulti, ScopeWhole, ScopeMerge} }

// WriteMode is what a run does to the rows already in the target.
type WriteMode string

const (
	Overwrite WriteMode = "overwrite" // replaced at every run; recommended
	Append    WriteMode = "append"    // kept, new rows added
)

// upsert replaces the rows of the same primary key; it takes primary keys on
// both sides, and only Studio sets it.
const upsert WriteMode = "upsert"

// WriteModes are all write modes in menu order.
func WriteModes() []WriteMode { return []WriteMode{Overwrite, Append} }

// Variables of the naming rule of a whole-database mirror.
const (
	VarSourceDatabase = "{SOURCE_DATABASE}"
	VarSourceTable    = "{SOURCE_TABLE}"
)

// Spec is everything that defines a sync task to be made. A Spec that passes
// [Spec.Validate] can be carried out; nothing else ever is.
type Spec struct {
	Kind         SourceKind `json:"kind"`
	Source       Datasource `json:"source"`
	Scope        Scope      `json:"scope"`
	WriteMode    WriteMode  `json:"write_mode"`
	SourceSchema string     `json:"source_schema,omitempty"` // of object storage: the bucket
	Tables       []string   `json:"tables,omitempty"`        // empty for a whole database; of object storage: one path
	Target       Datasource `json:"target"`
	TargetSchema string     `json:"target_schema"`
	TargetTable  string     `json:"target_table,omitempty"` // single and merge: a name; whole database: a naming rule
	Schedule     Schedule   `json:"schedule"`
	Folder       Folder     `json:"folder"`
	VCluster     string     `json:"vcluster"`
	Name         string     `json:"name"`
	DebugFirst   bool       `json:"debug_first,omitempty"` // the task runs once before it is scheduled
	Tuning
}

// ByHand reports whether the content must be set in Studio because the
// program has no way to configure it.
func (s Spec) ByHand() bool { return s.Scope == ScopeMerge || s.Kind == KindObject }

// TaskType is the platform's type of the task the spec asks for.
func (s Spec) TaskType() TaskType {
	if s.Scope == ScopeSingle {
		return TypeSingle
	}
	return TypeMulti
}

// Pairs is the mapping the spec asks for, empty for a whole database.
func (s Spec) Pairs() []TablePair {
	pairs, _ := s.Named(s.Tables)
	return pairs
}

// Field names one question of the wizard.
type Field string

const (
	FieldKind         Field = "kind"
	FieldSource       Field = "source"
	FieldScope        Field = "scope"
	FieldWriteMode    Field = "write_mode"
	FieldSourceSchema Field = "source_schema"
	FieldTables       Field = "tables"
	FieldTarget       Field = "target"
	FieldTargetSchema Field = "target_schema"
	FieldTargetTable  Field = "target_table"
	FieldSchedule     Field = "schedule"
	FieldTime         Field = "time"
	FieldWeekdays     Field = "weekdays"
	FieldDay          Field = "day"
	FieldStep         Field = "step"
	FieldUntil        Field = "until" // the last hour of a window, [UntilAlways] for none
	FieldZone         Field = "zone"
	FieldFolder       Field = "folder"
	FieldVCluster     Field = "vcluster"
	FieldName         Field = "name"
)

// FieldError is a wrong answer and the sentence to show at its field.
type FieldError struct {
	Field Field
	Text  Text
}

// Limits of a specification. The name limits are the platform's column width
// and what a Slack menu can carry; the table limit is one argv of the program.
const (
	MaxNameRunes  = 255
	MaxTables     = 1000
	MaxTableBytes = 100_000 // of all table names together
)

// Validate reports everything that is wrong, in the order of the questions.
func (s Spec) Validate() []FieldError {
	var errs []FieldError
	add := func(f Field, t Text) {
		if !t.IsZero() {
			errs = append(errs, FieldError{f, t})
		}
	}
	add(FieldKind, oneOf(s.Kind, SourceKinds(), "field.kind_missing"))
	add(FieldSource, s.checkSource())
	add(FieldScope, s.checkScope())
	add(FieldWriteMode, s.checkWriteMode())
	add(FieldSourceSchema, s.checkSourceSchema())
	add(FieldTables, s.checkTables())
	add(FieldTarget, s.checkTarget())
	add(FieldTargetSchema, s.checkTargetSchema())
	add(FieldTargetTable, s.checkTargetTable())
	s.checkTuning(add)
	if err := s.Schedule.Validate(); err != nil {
		add(scheduleField(err), textOf(err))
	}
	if s.Folder.ID <= 0 {
		add(FieldFolder, T("field.folder_missing"))
	}
	if strings.TrimSpace(s.VCluster) == "" {
		add(FieldVCluster, T("field.vcluster_missing"))
	} else if !plainName(s.VCluster) {
		add(FieldVCluster, T("field.vcluster_invalid", s.VCluster))
	}
	add(FieldName, CheckTaskName(s.Name))
	return errs
}

func oneOf[V comparable](v V, all []V, missing TextKey) Text {
	for _, x := range all {
		if x == v {
			return Text{}
		}
	}
	return T(missing)
}

func (s Spec) checkSource() Text {
	switch {
	case s.Source.ID <= 0 || s.Source.Name == "":
		return T("field.source_missing")
	case s.Source.ID == s.Target.ID, s.Source.Type != "" && s.Source.Kind() == KindLakehouse:
		return T("field.source_is_target", s.Source.Name)
	case s.Source.Type != "" && s.Source.Kind() != s.Kind:
		return T("field.source_other_kind", s.Source.Name, s.Source.Type)
	}
	return Text{}
}

func (s Spec) checkTarget() Text {
	switch {
	case s.Target.ID <= 0 || s.Target.Name == "":
		return T("field.target_missing")
	case s.Target.Type != "" && s.Target.Kind() != KindLakehouse:
		return T("field.target_not_lakehouse", s.Target.Name)
	}
	return Text{}
}

func (s Spec) checkScope() Text {
	if t := oneOf(s.Scope, Scopes(), "field.scope_missing"); !t.IsZero() {
		return t
	}
	if s.Kind == KindObject && s.Scope != ScopeSingle {
		return T("field.scope_object")
	}
	return Text{}
}

func (s Spec) checkWriteMode() Text {
	return checkMode(s.WriteMode)
}

// checkMode knows the mode that is set in Studio only by its name.
func checkMode(m WriteMode) Text {
	if m == upsert {
		return T("field.upsert_in_studio")
	}
	return oneOf(m, WriteModes(), "field.write_mode_missing")
}

func (s Spec) checkSourceSchema() Text {
	if strings.TrimSpace(s.SourceSchema) == "" {
		return T("field.source_schema_missing")
	}
	if s.Scope == ScopeWhole && unlistable(s.SourceSchema) {
		return T("field.schema_comma", s.SourceSchema)
	}
	return foreignName(s.SourceSchema)
}

func (s Spec) checkTables() Text {
	n := len(s.Tables)
	switch s.Scope {
	case ScopeWhole:
		if n != 0 {
			return T("field.tables_not_asked")
		}
		return Text{}
	case ScopeSingle:
		if n != 1 {
			return T("field.table_missing")
		}
	case ScopeMerge:
		if n < 2 {
			return T("field.tables_merge_few")
		}
	default:
		if n == 0 {
			return T("field.tables_missing")
		}
	}
	if n > MaxTables {
		return T("field.tables_many", itoa(n), itoa(MaxTables))
	}
	seen, total := map[string]bool{}, 0
	for _, t := range s.Tables {
		if total += len(t) + 1; total > MaxTableBytes {
			return T("field.tables_many", itoa(n), itoa(MaxTables))
		}
		if seen[t] {
			return T("field.table_twice", t)
		}
		seen[t] = true
		if bad := s.checkTable(t); !bad.IsZero() {
			return bad
		}
		if s.Scope == ScopeMulti && unlistable(t) {
			return T("field.table_comma", t)
		}
	}
	return Text{}
}

func (s Spec) checkTable(name string) Text {
	switch {
	case s.Kind != KindObject:
		return foreignName(name)
	case strings.TrimSpace(name) == "":
		return T("field.table_missing")
	case !utf8.ValidString(name) || hasControl(name):
		return T("field.name_control")
	}
	return Text{} // a path, shown to people only: its task is set up by hand
}

func (s Spec) checkTargetSchema() Text {
	if s.TargetSchema == "" {
		return T("field.target_schema_missing")
	}
	if schema := s.SinkSchema(); s.Scope == ScopeWhole && s.TargetSchema == VarSourceDatabase {
		if s.SourceSchema != "" && !plainName(schema) {
			return T("field.target_name_invalid", schema)
		}
		return Text{}
	}
	if !plainName(s.TargetSchema) {
		return T("field.target_name_invalid", s.TargetSchema)
	}
	return Text{}
}

func (s Spec) checkTargetTable() Text {
	switch s.Scope {
	case ScopeMulti:
		if bad := s.checkRenaming(); !bad.IsZero() {
			return bad
		}
		if !s.checkTables().IsZero() {
			return Text{} // told of the tables themselves
		}
		if bad := s.checkSinkNames(s.Tables); !bad.IsZero() {
			return bad
		}
		return s.CheckSinks(s.Tables)
	case ScopeWhole:
		return checkRule(s.TargetTable)
	}
	if s.TargetTable == "" {
		return T("field.target_table_missing")
	}
	if !plainName(s.TargetTable) {
		return T("field.target_name_invalid", s.TargetTable)
	}
	return Text{}
}

// checkRenaming judges the rule of chosen tables; without one the target tables
// have the source tables' names.
func (s Spec) checkRenaming() Text {
	if !s.renames() {
		return Text{}
	}
	if bad := checkRule(s.TargetTable); !bad.IsZero() {
		return bad
	}
	if n := len(s.Tables); mappingBytes(s.Pairs()) > MaxTableBytes {
		return T("field.mapping_long", itoa(n))
	}
	return Text{}
}

// mappingBytes is about the length of a mapping in one argument of the program.
func mappingBytes(pairs []TablePair) int {
	total := 0
	for _, p := range pairs {
		total += len(p.Source) + len(p.Sink) + len(`{"source":"","sink":""},`)
	}
	return total
}

// CheckSinks refuses tables that would be written to one table, where each
// would replace the rows of the other.
func (s Spec) CheckSinks(tables []string) Text {
	_, clashes := s.Named(tables)
	for _, sink := range slices.Sorted(maps.Keys(clashes)) {
		return T("field.sink_clash", List(clashes[sink]...), sink)
	}
	return Text{}
}

// maxSinksTold is how many tables are named that get no valid name.
const maxSinksTold = 3

// OddSinks are the tables that would get a name in the target that is none as a
// typed one has to be. Of chosen tables that is refused. A whole database takes
// what comes, and the platform is not known to refuse it: there it is said.
func (s Spec) OddSinks(tables []string) (odd []string) {
	for _, t := range tables {
		if !plainName(s.SinkName(t)) {
			odd = append(odd, t)
		}
	}
	return odd
}

// checkSinkNames holds names that are derived to what is asked of typed ones.
func (s Spec) checkSinkNames(tables []string) Text {
	bad := s.OddSinks(tables)
	if len(bad) == 0 {
		return Text{}
	}
	prefixed := true // a rule that puts letters in front would do
	for _, t := range bad {
		prefixed = prefixed && plainName("t_"+s.SinkName(t))
	}
	key := TextKey("field.sink_names")
	if prefixed {
		key = "field.sink_names_prefix"
	}
	told := List(bad[:min(len(bad), maxSinksTold)]...)
	if more := len(bad) - maxSinksTold; more > 0 {
		return T(key+"_more", told, itoa(more))
	}
	return T(key, told)
}

func checkRule(rule string) Text {
	if !strings.Contains(rule, VarSourceTable) {
		return T("field.rule_no_table", VarSourceTable)
	}
	rest := strings.NewReplacer(VarSourceTable, "t", VarSourceDatabase, "d").Replace(rule)
	if !plainName(rest) {
		return T("field.rule_invalid", rule)
	}
	return Text{}
}
