package batchsync

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// Answers fills a draft with what the line says, and tells what the platform
// rules out; the syntax's problems were told by [ParseLine]. The draft keeps its
// screen, see [Draft.FirstWrong], and what the line does not name. An answer that
// is refused is not kept: its question is open, or answered as the bot proposes.
//
// Facts.Schemas and Facts.Tables must be those of [Line.Wants]. Names of data
// sources and folders become ids by exact name. Without their list, or when they
// are on it never or twice, the question is open. Other names are taken as typed
// and, like all answers of a draft, judged by the facts. A pattern of tables
// stays open without the tables.
//
// It can be called again with more facts, on the old draft or on the filled one.
func (l Line) Answers(d Draft, facts Facts, now time.Time) (Draft, []LineProblem) {
	r := l.resolve(d, facts)
	r.judge(now)
	r.draft = d.filled(r.answers)
	return r.draft, r.problems
}

// resolution is a line on its way into a draft.
type resolution struct {
	line     Line
	facts    Facts
	answers  Answers // with ids in the place of names
	judged   map[Field]bool
	draft    Draft
	problems lineProblems
}

func (l Line) resolve(d Draft, facts Facts) *resolution {
	r := &resolution{line: l, facts: facts, answers: l.answers.clone(), judged: maps.Clone(l.wrong)}
	if r.judged == nil {
		r.judged = map[Field]bool{}
	}
	r.source()
	r.target()
	r.folder()
	r.draft = d.filled(r.answers) // tables are judged by the source and schema they come with
	if r.draft.Spec().Source.ID <= 0 {
		r.facts.Schemas, r.facts.Tables = nil, nil
	}
	r.schema()
	r.choose()
	r.cluster()
	r.draft = d.filled(r.answers)
	return r
}

// wrong tells what is wrong with an answer; it is not judged again.
func (r *resolution) wrong(f Field, quoted string, t Text, near ...string) {
	r.problems.addTo(f, quoted, t, near)
	r.judged[f] = true
}

// datasource looks a name up and returns all of that name; false: unknown.
func (r *resolution) datasource(f Field) (Datasource, bool) {
	name := r.answers.Value(f)
	if name == "" {
		return Datasource{}, false
	}
	r.answers[f] = nil
	var found []Datasource
	var others []string
	for _, ds := range r.facts.Datasources {
		if ds.Name == name {
			found = append(found, ds)
		}
		if (ds.Kind() == KindLakehouse) == (f == FieldTarget) {
			others = append(others, ds.Name)
		}
	}
	switch {
	case len(r.facts.Datasources) == 0: // not told, or told wrongly: there always is the target
		return Datasource{}, false
	case len(found) == 1:
		r.answers[f] = []Choice{{Value: found[0].ID.String(), Label: found[0].Name}}
		return found[0], true
	case len(found) > 1:
		r.wrong(f, r.line.typed[f], T("oneline.same_name"))
	default:
		near := nearest(name, others)
		if len(near) == 0 && f == FieldTarget { // of which there are few
			near = others
		}
		r.wrong(f, r.line.typed[f], T("oneline.no_source"), near...)
	}
	return Datasource{}, false
}

func (r *resolution) source() {
	ds, ok := r.datasource(FieldSource)
	if ok && r.answers.Value(FieldKind) == "" && ds.Kind() != KindLakehouse {
		r.answers[FieldKind] = []Choice{{Value: string(ds.Kind())}}
	}
}

func (r *resolution) target() { r.datasource(FieldTarget) }

func (r *resolution) folder() {
	path := r.answers.Value(FieldFolder)
	if path == "" {
		return
	}
	var found []Choice
	var all []string
	for _, f := range r.facts.Folders {
		all = append(all, f.Path)
		if f.Path == path {
			found = append(found, Choice{Value: f.ID.String(), Label: f.Path})
		}
	}
	r.answers[FieldFolder] = nil
	switch typed := r.line.typed[FieldFolder]; {
	case r.facts.Folders == nil:
	case len(found) == 1:
		r.answers[FieldFolder] = found
	case len(found) > 1:
		r.wrong(FieldFolder, typed, T("oneline.same_name"))
	default:
		r.wrong(FieldFolder, typed, T("oneline.no_folder"), nearest(path, all)...)
	}
}

// schema leaves no tables to judge by when it is open or does not exist.
func (r *resolution) schema() {
	if r.draft.Spec().SourceSchema == "" {
		r.facts.Tables = nil
	}
	name := r.answers.Value(FieldSourceSchema)
	if name == "" || r.facts.Schemas == nil || slices.Contains(r.facts.Schemas, name) {
		return
	}
	r.facts.Tables = nil
	r.answers[FieldSourceSchema] = nil
	r.wrong(FieldSourceSchema, r.line.typed[FieldSourceSchema], T("field.schema_gone", name), nearest(name, r.facts.Schemas)...)
}

// choose answers the tables: those named, and those that fit a pattern.
func (r *resolution) choose() {
	if len(r.line.tables) == 0 {
		return
	}
	if r.draft.Spec().Kind == KindObject {
		r.path()
		return
	}
	have := map[string]bool{}
	for _, t := range r.facts.Tables {
		have[t] = true
	}
	var chosen []Choice
	fitted, named := map[string]bool{}, map[string]bool{}
	for _, t := range r.line.tables {
		switch {
		case t.glob && r.facts.Tables == nil:
			return // half a list would be another task
		case t.glob:
			chosen = append(chosen, r.fitting(t, fitted, named)...)
		case !fitted[t.name]: // one named twice is told by the specification
			again := named[t.name]
			named[t.name] = true
			if r.facts.Tables == nil || have[t.name] {
				chosen = append(chosen, Choice{Value: t.name})
			} else if !again {
				r.gone(t)
			}
		}
	}
	r.answers[FieldTables] = chosen
}

// gone tells of a table that the source does not have, and forgets the name that
// the target would get of it.
func (r *resolution) gone(t lineTable) {
	spec := r.draft.Spec()
	r.wrong(FieldTables, t.typed, T("field.table_gone", t.name, spec.SourceSchema), nearest(t.name, r.facts.Tables)...)
	if spec.Scope == ScopeSingle && r.answers.Value(FieldTargetTable) == t.name {
		r.answers[FieldTargetTable] = nil
	}
}

// fitting are the tables that fit a pattern and are not chosen yet.
func (r *resolution) fitting(t lineTable, fitted, named map[string]bool) []Choice {
	var out []Choice
	none := true
	for _, name := range r.facts.Tables {
		if !matches(t.name, name) {
			continue
		}
		none, fitted[name] = false, true
		if !named[name] {
			named[name] = true
			out = append(out, Choice{Value: name})
		}
	}
	if none {
		r.wrong(FieldTables, t.typed, T("oneline.glob_empty"), nearest(strings.ReplaceAll(t.name, "*", ""), r.facts.Tables)...)
	}
	return out
}

// path answers what object storage has in the place of tables: one path, in
// which a star is the platform's business.
func (r *resolution) path() {
	if t := r.line.tables[0]; t.glob {
		r.wrong(FieldTables, t.typed, T("oneline.glob_object"))
		r.judged[FieldScope] = true // many tables, because of the star
		return
	}
	for _, t := range r.line.tables {
		r.answers[FieldTables] = append(slices.Clip(r.answers[FieldTables]), Choice{Value: t.name})
	}
}

func (r *resolution) cluster() {
	name := r.answers.Value(FieldVCluster)
	if name == "" || r.facts.VClusters == nil {
		return
	}
	var usable []string
	for _, v := range r.facts.VClusters {
		if v.ForSync() {
			usable = append(usable, v.Name)
		}
	}
	i := slices.IndexFunc(r.facts.VClusters, func(v VCluster) bool { return v.Name == name })
	if i < 0 || !r.facts.VClusters[i].ForSync() {
		r.answers[FieldVCluster] = nil
	}
	switch typed := r.line.typed[FieldVCluster]; {
	case i < 0:
		r.wrong(FieldVCluster, typed, T("oneline.no_vcluster"), nearest(name, usable)...)
	case !r.facts.VClusters[i].ForSync():
		r.wrong(FieldVCluster, typed, T("field.vcluster_type", name, r.facts.VClusters[i].Type), usable...)
	}
}

// filled is the draft with answers to any question. What hangs on a changed
// answer is forgotten, proposals follow what they were made of.
func (d Draft) filled(a Answers) Draft {
	step, table, name := d.Step, d.proposed(FieldTargetTable), d.proposed(FieldName)
	d.Answers = d.Answers.clone()
	for _, s := range Steps() {
		d.Step = s
		d.merge(a)
	}
	d.Step = step
	for f, c := range a {
		d.Answers[f] = slices.Clone(c)
		if len(c) == 0 {
			delete(d.Answers, f)
		}
	}
	for f, was := range map[Field]string{FieldTargetTable: table, FieldName: name} {
		if _, given := a[f]; !given {
			d.follow(f, was)
		}
	}
	if scope := d.Spec().Scope; scope == ScopeSingle || scope == ScopeWhole {
		d.propose(FieldTargetTable)
	}
	if d.copiesSomething() {
		d.propose(FieldName)
	}
	return d
}

// copiesSomething reports whether what is copied when is answered, so that a
// name can tell it.
func (d Draft) copiesSomething() bool {
	place := StepFields(StepPlace)
	return !slices.ContainsFunc(d.Spec().Validate(), func(e FieldError) bool { return !slices.Contains(place, e.Field) })
}

// judge tells which of the line's answers cannot be, each by the words that gave
// it. Questions that are open are nobody's mistake.
func (r *resolution) judge(now time.Time) {
	r.hidden()
	for _, e := range r.draft.check(StepReview, r.facts, now) {
		quoted := r.typed(e.Field)
		if ofTables(e) && r.line.typed[FieldTables] != "" {
			quoted = r.line.typed[FieldTables]
		}
		if quoted == "" || r.judged[e.Field] || r.isOpen(e) {
			continue
		}
		r.wrong(e.Field, quoted, e.Text, r.near(e, quoted)...)
		if !ofTables(e) && e.Text.Key != "field.tables_merge_few" {
			r.answers[e.Field] = nil
		}
	}
}

// ofTables reports whether names in the target cannot be that are made of the
// tables: the rule is not at fault, and neither is a table by itself.
func ofTables(e FieldError) bool {
	key := string(e.Text.Key)
	return strings.HasPrefix(key, "field.sink_") || key == "field.mapping_long"
}

// near are the valid answers nearest to one that cannot be; none where nothing
// tells what was meant. quoted are the words that gave it.
func (r *resolution) near(e FieldError, quoted string) []string {
	answer := r.draft.Answers.Value(e.Field)
	switch e.Text.Key {
	case "schedule.zone_unknown":
		return meantZones(answer)
	case "field.parallel_range":
		return meantFigure(answer, MaxParallel)
	case "field.rate_range":
		return meantFigure(answer, MaxRate)
	case "field.rule_no_table", "field.rule_invalid":
		if at := strings.LastIndex(quoted, answer); at >= 0 {
			for _, rule := range meantRule(answer) {
				return []string{quoted[:at] + rule + quoted[at+len(answer):]}
			}
		}
	}
	return nil
}

// typed are the words of the line that an error is about.
func (r *resolution) typed(f Field) string {
	words := []Field{f}
	switch f {
	case FieldKind:
		words = append(words, FieldSource)
	case FieldZone:
		words = append(words, FieldSchedule)
	case FieldTargetTable:
		words = append(words, FieldTables)
	}
	for _, f := range words {
		if typed := r.line.typed[f]; typed != "" {
			return typed
		}
	}
	return ""
}

// isOpen reports whether the error only says that an answer is missing. Names
// that the tables' own make in the target are no answer of their own.
func (r *resolution) isOpen(e FieldError) bool {
	if strings.HasSuffix(string(e.Text.Key), "_missing") {
		return true
	}
	return r.draft.Answers.Value(e.Field) == "" && !(e.Field == FieldTargetTable && r.draft.Spec().Scope == ScopeMulti)
}

// hidden tells of answers that the other answers leave no place for; the draft
// would pass them over in silence.
func (r *resolution) hidden() {
	for _, f := range []Field{FieldWhere, FieldRate, FieldKeyedMode, FieldParallel} {
		if len(r.answers[f]) == 0 || r.draft.Shows(f) || r.draft.Spec().Scope == "" {
			continue
		}
		t := T("oneline.by_hand")
		switch f {
		case FieldWhere:
			t = T("field.where_single_only")
		case FieldRate:
			t = T("field.rate_single_only")
		case FieldKeyedMode:
			t = T("field.keyed_several_only")
		}
		r.wrong(f, r.line.typed[f], t)
		r.answers[f] = nil
	}
}
