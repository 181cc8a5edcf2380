package batchsync

import "strings"

// Writes is which tables of the target a task writes, as far as it is known.
type Writes struct {
	Source Datasource  `json:"source,omitzero"` // zero: not known
	Target Datasource  `json:"target,omitzero"` // zero: not known
	Pairs  []TablePair `json:"pairs,omitempty"` // a side may be empty
	// Rule is what the tables of a whole database are called, as schema.table in
	// which only [VarSourceTable] is left open; empty: it is no such task.
	// Database is the schema that they come from.
	Rule     string `json:"rule,omitempty"`
	Database string `json:"database,omitempty"`
}

// Meeting says whether two tasks write a table of the target both.
type Meeting int

// What two tasks are to each other, by how much it says.
const (
	MeetNot Meeting = iota // they do not, as far as is known
	MeetMay                // they do if there is a table of that name, or if their targets are one
	MeetYes
)

// Writes is which tables the specification asks for.
func (s Spec) Writes() Writes {
	w := Writes{Source: s.Source, Target: s.Target}
	switch {
	case s.Scope == ScopeWhole:
		w.Database, w.Rule = s.SourceSchema, s.SinkSchema()+"."+fillRule(s.TargetTable, s.SourceSchema, VarSourceTable)
	case len(s.Tables) > 0:
		w.Pairs = s.Pairs()
	case s.TargetTable != "":
		w.Pairs = []TablePair{{Sink: s.SinkSchema() + "." + s.TargetTable}}
	}
	return w
}

// Writes is which tables the task is set up to write.
func (c Content) Writes() Writes {
	w := Writes{Source: c.Source, Target: c.Target, Pairs: c.Pairs}
	if c.Scope == ScopeWhole && len(c.Pairs) == 0 {
		w.Database = c.SourceSchema
		w.Rule = fillRule(c.SchemaRule, c.SourceSchema, "") + "." + fillRule(c.TableRule, c.SourceSchema, VarSourceTable)
	}
	return w
}

// Of is what a task of a whole database writes if the database has these tables;
// any other task is not changed.
func (w Writes) Of(tables []string) Writes {
	if w.Rule == "" {
		return w
	}
	for _, t := range tables {
		w.Pairs = append(w.Pairs[:len(w.Pairs):len(w.Pairs)], TablePair{Source: w.Database + "." + t, Sink: w.named(t)})
	}
	w.Rule = ""
	return w
}

// Meets compares what two tasks write. The target folds case.
func (w Writes) Meets(o Writes) Meeting {
	same := sameSource(w.Target, o.Target)
	if same == MeetNot {
		return MeetNot
	}
	found := max(w.shares(o), w.mirrors(o), o.mirrors(w))
	if w.Rule != "" && o.Rule != "" {
		found = max(found, w.overlaps(o))
	}
	return min(found, same)
}

// shares looks for a table that both name.
func (w Writes) shares(o Writes) Meeting {
	mine := map[string]bool{}
	for _, p := range w.Pairs {
		mine[strings.ToLower(p.Sink)] = true
	}
	for _, p := range o.Pairs {
		if mine[strings.ToLower(p.Sink)] {
			return MeetYes
		}
	}
	return MeetNot
}

// mirrors looks for a table of the other that the rule makes: for certain of the
// very source table it is made of, else of one that there may be.
func (w Writes) mirrors(o Writes) Meeting {
	if w.Rule == "" {
		return MeetNot
	}
	before, after := w.around()
	found := MeetNot
	for _, p := range o.Pairs {
		sink := strings.ToLower(p.Sink)
		if len(sink) <= len(before)+len(after) || !strings.HasPrefix(sink, before) || !strings.HasSuffix(sink, after) {
			continue
		}
		table, copied := strings.CutPrefix(p.Source, w.Database+".")
		if copied && sameSource(w.Source, o.Source) == MeetYes && strings.EqualFold(w.named(table), sink) {
			return MeetYes
		}
		found = MeetMay
	}
	return found
}

// overlaps compares two rules: there may be tables that both give one name, and
// for certain are if they give the same names to the same tables.
func (w Writes) overlaps(o Writes) Meeting {
	if w.Database == o.Database && sameSource(w.Source, o.Source) == MeetYes && strings.EqualFold(w.Rule, o.Rule) {
		return MeetYes
	}
	before, after := w.around()
	first, last := o.around()
	begins := strings.HasPrefix(before, first) || strings.HasPrefix(first, before)
	ends := strings.HasSuffix(after, last) || strings.HasSuffix(last, after)
	if begins && ends {
		return MeetMay
	}
	return MeetNot
}

// around is what every name begins and ends with that the rule makes.
func (w Writes) around() (before, after string) {
	before, rest, _ := strings.Cut(w.Rule, VarSourceTable)
	if at := strings.LastIndex(rest, VarSourceTable); at >= 0 {
		rest = rest[at+len(VarSourceTable):]
	}
	return strings.ToLower(before), strings.ToLower(rest)
}

func (w Writes) named(table string) string {
	return strings.ReplaceAll(w.Rule, VarSourceTable, table)
}

// sameSource compares data sources by what is known of both; what is known of
// one only is no difference.
func sameSource(a, b Datasource) Meeting {
	switch {
	case a.ID > 0 && b.ID > 0 && a.ID == b.ID, a.Name != "" && a.Name == b.Name:
		return MeetYes
	case a.ID > 0 && b.ID > 0, a.Name != "" && b.Name != "":
		return MeetNot
	}
	return MeetMay
}

// Origin is the task that a draft was filled in like, and what it wrote when it
// was read.
type Origin struct {
	Task   TaskID   `json:"task"`
	Name   string   `json:"name"`
	Type   TaskType `json:"type"`
	Writes Writes   `json:"writes,omitzero"`
}

func originOf(v TaskView) *Origin {
	o := Origin{Task: v.Ref.ID, Name: v.Ref.Name, Type: v.Ref.Type}
	if v.Content != nil {
		o.Writes = v.Content.Writes()
	}
	return &o
}
