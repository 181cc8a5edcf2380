package batchsync

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Like fills a draft with what an existing task does, as far as its content,
// saved schedule and folder were read into the view and the data sources are
// known. What could not be told or cannot be taken over is said, and its
// question left open. Nothing is taken for another value that only comes near.
// The draft keeps its screen, see [Draft.FirstOpen].
func (d Draft) Like(v TaskView, facts Facts) (Draft, []Text) {
	l := liken{view: v, facts: facts, answers: Answers{FieldName: nil}}
	if v.Content == nil {
		l.untold = append(l.untold, T("like.content"))
	} else {
		l.content = *v.Content
		l.ends()
		l.copied()
		l.modes()
	}
	l.schedule()
	l.place()
	d.Origin = originOf(v)
	return d.filled(l.answers), l.untold
}

// FreeName is the name if nobody has it, else the first free one that counts on.
func FreeName(name string, taken []string) string {
	for n, free := 2, name; ; n++ {
		if !slices.ContainsFunc(taken, func(t string) bool { return strings.EqualFold(t, free) }) {
			return free
		}
		free = cutRunes(name, MaxNameRunes-8) + "_" + strconv.Itoa(n)
	}
}

// Called is the draft with the name that the bot gives it in the place of the one
// it proposed first, as [FreeName] makes one.
func (d Draft) Called(name string) Draft {
	d.Answers = d.Answers.clone()
	d.set(FieldName, name)
	d.Numbered = name
	return d
}

func cutRunes(s string, most int) string {
	if all := []rune(s); len(all) > most {
		return string(all[:most])
	}
	return s
}

// liken turns what was read of a task into answers.
type liken struct {
	view    TaskView
	content Content
	facts   Facts
	answers Answers
	untold  []Text
}

func (l *liken) cannot(t Text, open ...Field) {
	l.untold = append(l.untold, t)
	for _, f := range open {
		l.answers[f] = nil
	}
}

func (l *liken) set(f Field, v string) { l.answers[f] = []Choice{{Value: v}} }

// ends are the data sources. One that is not on the platform's list is asked
// for.
func (l *liken) ends() {
	for _, f := range []Field{FieldSource, FieldTarget} {
		ds := map[Field]Datasource{FieldSource: l.content.Source, FieldTarget: l.content.Target}[f]
		i := slices.IndexFunc(l.facts.Datasources, func(d Datasource) bool { return d.ID == ds.ID })
		if ds.ID > 0 && l.facts.Datasources == nil { // what kind it is of is asked
			l.answers[f] = []Choice{{Value: ds.ID.String(), Label: ds.Name}}
			continue
		}
		if ds.ID <= 0 || i < 0 {
			l.cannot(T("like.source_gone", cmp.Or(ds.Name, "–")), f)
			continue
		}
		found := l.facts.Datasources[i]
		l.answers[f] = []Choice{{Value: found.ID.String(), Label: found.Name}}
		if f == FieldSource && found.Kind() != KindLakehouse {
			l.set(FieldKind, string(found.Kind()))
		}
	}
}

// copied are scope, tables and names in the target.
func (l *liken) copied() {
	c := l.content
	l.set(FieldScope, string(c.Scope))
	if c.Scope == ScopeWhole {
		l.wholeDatabase()
		return
	}
	if !slices.Contains(Scopes(), c.Scope) || len(c.Pairs) == 0 {
		l.cannot(T("like.tables"), FieldScope, FieldSourceSchema, FieldTables, FieldTargetSchema, FieldTargetTable)
		return
	}
	schema := c.SourceSchema
	if schema == "" {
		schema, _, _ = strings.Cut(c.Pairs[0].Source, ".")
	}
	sinkSchema, _, _ := strings.Cut(c.Pairs[0].Sink, ".")
	var tables, sinks []string
	for _, p := range c.Pairs {
		table, in := strings.CutPrefix(p.Source, schema+".")
		sink, to := strings.CutPrefix(p.Sink, sinkSchema+".")
		if !in || !to {
			l.cannot(T("like.schemas"), FieldSourceSchema, FieldTables, FieldTargetSchema, FieldTargetTable)
			return
		}
		tables, sinks = append(tables, table), append(sinks, sink)
	}
	l.set(FieldSourceSchema, schema)
	l.answers[FieldTables] = nil
	for _, t := range tables {
		l.answers[FieldTables] = append(l.answers[FieldTables], Choice{Value: t})
	}
	l.set(FieldTargetSchema, sinkSchema)
	l.targetNames(tables, sinks)
}

func (l *liken) wholeDatabase() {
	c := l.content
	for f, v := range map[Field]string{FieldSourceSchema: c.SourceSchema, FieldTargetSchema: c.SchemaRule, FieldTargetTable: c.TableRule} {
		l.answers[f] = nil
		if v != "" {
			l.set(f, v)
		}
	}
}

// targetNames answers how the tables are called in the target: a merge, by a
// rule, or as in the source.
func (l *liken) targetNames(tables, sinks []string) {
	switch rule, ruled := ruleOf(tables, sinks); {
	case l.content.Scope == ScopeSingle:
		l.set(FieldTargetTable, sinks[0])
	case len(sinks) > 1 && len(slices.Compact(slices.Sorted(slices.Values(sinks)))) == 1:
		l.set(FieldScope, string(ScopeMerge))
		l.set(FieldTargetTable, sinks[0])
		l.cannot(T("like.merge"))
	case !ruled:
		l.cannot(T("like.names"), FieldTargetTable)
	case rule == VarSourceTable:
		l.answers[FieldTargetTable] = nil
	default:
		l.set(FieldTargetTable, rule)
	}
}

// ruleOf is the naming rule that makes the sinks of the tables, where what is
// added to each name is the same. The target folds case.
func ruleOf(tables, sinks []string) (rule string, ok bool) {
	at := strings.Index(strings.ToLower(sinks[0]), strings.ToLower(tables[0]))
	if at < 0 || at+len(tables[0]) > len(sinks[0]) {
		return "", false
	}
	before, after := sinks[0][:at], sinks[0][at+len(tables[0]):]
	for i, t := range tables {
		if !strings.EqualFold(before+t+after, sinks[i]) {
			return "", false
		}
	}
	return before + VarSourceTable + after, true
}

// modes are how rows are written and read.
func (l *liken) modes() {
	c := l.content
	if slices.Contains(WriteModes(), c.WriteMode) {
		l.set(FieldWriteMode, string(c.WriteMode))
	} else {
		l.cannot(T("like.write_mode", cmp.Or(string(c.WriteMode), "–")), FieldWriteMode)
	}
	scope := Scope(l.answers.Value(FieldScope))
	several := scope == ScopeMulti || scope == ScopeWhole
	switch {
	case !several || c.KeyedMode == "" || c.KeyedMode == Overwrite:
	case slices.Contains(WriteModes(), c.KeyedMode):
		l.set(FieldKeyedMode, string(c.KeyedMode))
	default:
		l.cannot(T("like.keyed_mode", string(c.KeyedMode)))
	}
	if scope == ScopeSingle && c.Where != "" {
		l.set(FieldWhere, c.Where)
	}
	if scope == ScopeSingle && c.Rate > asSetUpRate {
		l.set(FieldRate, itoa(c.Rate))
	}
	switch usual := asSetUpParallel(scope); {
	case c.Parallel <= 0 || c.Parallel == usual || scope == ScopeMerge:
	case c.Parallel > MaxParallel:
		l.cannot(T("like.parallel", itoa(c.Parallel), itoa(MaxParallel)))
	default:
		l.set(FieldParallel, itoa(c.Parallel))
	}
	if c.Params || len(c.Crossed) > 0 {
		l.cannot(T("like.columns"))
	}
}

// What the program's setup makes of a task by itself is shown of every task and
// is no setting of anybody's.
const asSetUpRate = 1 // MB/s

func asSetUpParallel(s Scope) int {
	if s == ScopeSingle {
		return 1
	}
	return 4
}

// schedule is the saved one, in the zone of the platform's expressions, if the
// picker could have made it.
func (l *liken) schedule() {
	all := []Field{FieldSchedule, FieldStep, FieldWeekdays, FieldDay, FieldTime, FieldUntil}
	if l.view.Draft == nil || l.view.Draft.Cron == "" {
		l.cannot(T("like.no_schedule"), all...)
		return
	}
	s, ok := ReadSchedule(l.view.Draft.Cron, l.view.Zone)
	if !ok {
		l.cannot(T("like.schedule", l.view.Draft.Cron), all...)
		return
	}
	for f, c := range s.answers() {
		l.answers[f] = c
	}
}

// answers are those that make the schedule again.
func (s Schedule) answers() Answers {
	a := Answers{FieldSchedule: {{Value: string(s.Every)}}, FieldStep: nil, FieldWeekdays: nil, FieldDay: nil, FieldUntil: nil}
	if s.Every != Minutes {
		a[FieldTime] = []Choice{{Value: twoDigits(s.Hour) + ":" + twoDigits(s.Minute)}}
	}
	if s.Zone != "" {
		a[FieldZone] = []Choice{{Value: s.Zone}}
	}
	switch s.Every {
	case Weekly:
		for _, day := range s.Weekdays {
			a[FieldWeekdays] = append(a[FieldWeekdays], Choice{Value: itoa(int(day))})
		}
	case Monthly:
		a[FieldDay] = []Choice{{Value: itoa(s.Day)}}
	case Hours, Minutes:
		a[FieldStep] = []Choice{{Value: itoa(s.Step)}}
	}
	if s.Every == Hours {
		a[FieldUntil] = []Choice{{Value: UntilAlways}}
		if last, windowed := s.LastOfDay(); windowed {
			a[FieldUntil] = []Choice{{Value: itoa(last)}}
		}
	}
	return a
}

func twoDigits(n int) string {
	if n < 10 {
		return "0" + itoa(n)
	}
	return itoa(n)
}

// place are folder and cluster; what the task has none of stays as the draft
// has it.
func (l *liken) place() {
	if l.view.Ref.Folder > 0 {
		l.answers[FieldFolder] = []Choice{{Value: l.view.Ref.Folder.String(), Label: l.view.FolderPath}}
	}
	if vc := l.view.VCluster(); vc != "" {
		l.set(FieldVCluster, vc)
	}
}
