package batchsync

import (
	"cmp"
	"slices"
	"strings"
)

// ParseLine reads what stands behind the word new. It judges the form only; the
// problems are told in the order of the line, ten at most. What is wrong leaves
// its question open, also where a new draft has an answer. Work and memory are
// linear in the line, of [MaxLineBytes] at most.
func ParseLine(s string) (Line, []LineProblem) {
	p := lineParser{said: map[Field]string{}, Line: Line{answers: Answers{}, typed: map[Field]string{}, wrong: map[Field]bool{}}}
	if len(s) > MaxLineBytes {
		p.problems.add(s, T("oneline.long", itoa(MaxLineBytes/1000)))
		return Line{}, p.problems
	}
	r := lineReader{line: strings.ToValidUTF8(s, "\uFFFD")}
	words := r.words()
	p.line, p.problems = r.line, r.problems
	p.options(p.place(words))
	return p.Line, p.problems
}

// lineParser puts words where they belong.
type lineParser struct {
	Line
	line     string
	problems lineProblems
	said     map[Field]string // what can be said once, as it was said
}

func (p *lineParser) text(w lineWord) string { return strings.TrimSpace(p.line[w.from:w.to]) }

func (p *lineParser) tell(w lineWord, t Text, nearest ...string) {
	if !w.bad {
		p.problems.add(p.text(w), t, nearest...)
	}
}

// set answers a question; without values it stays open.
func (p *lineParser) set(f Field, typed string, values ...string) {
	p.answers[f], p.typed[f] = nil, beginning(typed)
	for _, v := range values {
		p.answers[f] = append(p.answers[f], Choice{Value: v})
	}
}

// part answers a question with a name or leaves it open.
func (p *lineParser) part(f Field, typed string, part linePart) {
	if part.open() {
		p.set(f, typed)
		return
	}
	p.set(f, typed, part.text)
}

// place reads source, tables and target, and returns the words that are none of
// them.
func (p *lineParser) place(words []lineWord) []lineWord {
	arrow := slices.IndexFunc(words, func(w lineWord) bool { return w.arrow != "" })
	if arrow < 0 {
		return p.unaimed(words)
	}
	var head, options []lineWord
	for _, w := range words[:arrow] {
		if w.keyed {
			options = append(options, w)
		} else {
			head = append(head, w)
		}
	}
	from := p.head(head)
	rest := words[arrow+1:]
	var to *lineWord
	if len(rest) > 0 && !rest[0].keyed && rest[0].arrow == "" {
		to, rest = &rest[0], rest[1:]
	}
	p.aim(from, words[arrow], to)
	return append(options, rest...)
}

// unaimed reads a line without an arrow: at most two words in front of the
// first option can be names.
func (p *lineParser) unaimed(words []lineWord) []lineWord {
	n := 0
	if len(words) > 0 && !isOption(words[0]) {
		n++
		if !words[0].dotted() && len(words) > 1 && (words[1].dotted() || len(words[1].list) == 1 && words[1].list[0][0].open()) {
			n++
		}
	}
	if from := p.head(words[:n]); from != nil {
		p.scope(*from, ScopeSingle)
	}
	return words[n:]
}

// isOption reports whether the word is none of the names in front.
func isOption(w lineWord) bool {
	text, plain := w.plain()
	return w.keyed || plain && slices.Contains(lineWords(), strings.ToLower(text))
}

// lineFrom is what is copied.
type lineFrom struct {
	typed string
	whole bool // schema.*
	many  bool // a list or a pattern
	bad   bool // told already; nothing follows from it
}

// head reads the words in front of the arrow; nil: tables are not named.
func (p *lineParser) head(words []lineWord) *lineFrom {
	switch {
	case len(words) > 2:
		span := lineWord{from: words[0].from, to: words[len(words)-1].to}
		p.tell(span, T("oneline.extra"))
		p.set(FieldSource, p.text(span))
		return p.noTables(p.text(span))
	case len(words) == 2:
		p.source(words[0])
		return p.from(words[1])
	case len(words) == 1 && words[0].dotted():
		return p.from(words[0])
	case len(words) == 1:
		p.source(words[0])
	}
	return nil
}

// source reads a name, in which dots and commas mean nothing.
func (p *lineParser) source(w lineWord) {
	typed := p.text(w)
	switch {
	case w.bad:
		p.set(FieldSource, typed)
	case w.dotted() && strings.ContainsAny(typed, "\"“”„‘`'"):
		p.tell(w, T("oneline.stray_quote"))
		p.set(FieldSource, typed)
	case w.dotted():
		p.set(FieldSource, typed, typed)
	default:
		p.part(FieldSource, typed, w.list[0][0])
	}
}

// noTables leaves the tables open after something was wrong.
func (p *lineParser) noTables(typed string) *lineFrom {
	p.tables = nil
	p.set(FieldSourceSchema, typed)
	p.set(FieldTables, typed)
	return &lineFrom{typed: typed, bad: true}
}

// from reads the tables.
func (p *lineParser) from(w lineWord) *lineFrom {
	typed := p.text(w)
	if w.bad {
		return p.noTables(typed)
	}
	var schema *linePart
	globs := 0
	for _, names := range w.list {
		entry := p.line[names[0].from:names[len(names)-1].to]
		t, wrong := lineTableOf(names, schema)
		if wrong.IsZero() && len(names) == 2 {
			if schema != nil && schema.text != names[0].text {
				wrong = T("oneline.two_schemas", schema.text, names[0].text)
			}
			schema = &names[0]
		}
		if t.glob {
			globs++
		}
		if wrong.IsZero() && globs > maxGlobs {
			wrong = T("oneline.globs_many", itoa(maxGlobs))
		}
		if !wrong.IsZero() {
			p.problems.add(cmp.Or(entry, typed), wrong)
			return p.noTables(typed)
		}
		t.typed = entry
		p.tables = append(p.tables, t)
	}
	return p.chosen(w, schema)
}

// chosen answers the tables that were read.
func (p *lineParser) chosen(w lineWord, schema *linePart) *lineFrom {
	typed := p.text(w)
	f := &lineFrom{typed: typed, many: len(p.tables) > 1 || p.tables[0].glob}
	f.whole = len(p.tables) == 1 && p.tables[0].glob && p.tables[0].name == "*"
	star := func(t lineTable) bool { return t.glob && t.name == "*" }
	switch n := len(p.tables); {
	case !f.whole && slices.ContainsFunc(p.tables, star):
		p.tell(w, T("oneline.star_others"))
		return p.noTables(typed)
	case n > MaxTables:
		p.tell(w, T("field.tables_many", itoa(n), itoa(MaxTables)))
		return p.noTables(typed)
	}
	p.set(FieldSourceSchema, typed)
	if schema != nil {
		p.part(FieldSourceSchema, typed, *schema)
	}
	p.set(FieldTables, typed)
	if slices.ContainsFunc(p.tables, func(t lineTable) bool { return t.open }) {
		p.tables = nil
	}
	return f
}

// lineTableOf reads one entry of the list of tables.
func lineTableOf(names []linePart, schema *linePart) (lineTable, Text) {
	last := names[len(names)-1]
	t := lineTable{name: last.text, glob: !last.quoted && strings.Contains(last.text, "*"), open: last.open()}
	switch {
	case slices.ContainsFunc(names, func(n linePart) bool { return n.text == "" }):
		return t, T("oneline.no_name")
	case len(names) > 2:
		return t, T("oneline.dots")
	case len(names) == 1 && schema == nil && !last.open():
		return t, T("oneline.no_schema")
	case len(names) == 2 && !names[0].quoted && strings.Contains(names[0].text, "*"):
		return t, T("oneline.schema_glob")
	}
	return t, Text{}
}

// aim reads what stands behind the arrow and decides the scope.
func (p *lineParser) aim(from *lineFrom, arrow lineWord, to *lineWord) {
	t := p.to(to)
	switch {
	case from == nil:
		from = &lineFrom{}
	case from.bad:
		t.bad = true
	}
	if arrow.arrow == "=>" {
		p.scope(*from, ScopeMerge)
	} else if t.star || strings.Contains(t.table.text, "{") {
		p.scope(*from, ScopeMulti)
	} else {
		p.scope(*from, ScopeSingle)
	}
	if to == nil {
		return
	}
	typed := p.text(*to)
	p.part(FieldTargetSchema, typed, t.schema)
	p.set(FieldTargetTable, typed)
	if t.bad {
		return
	}
	switch scope := Scope(p.answers.Value(FieldScope)); {
	case scope == ScopeMerge && t.star:
		p.tell(*to, T("oneline.merge_name"))
	case scope == ScopeMerge, scope == ScopeSingle && t.named:
		p.part(FieldTargetTable, typed, t.table)
	case scope == ScopeSingle:
		p.sameName(typed)
	default:
		p.mirror(*to, t, scope)
	}
}

// sameName gives a single target table the name of its source, where it can
// have it.
func (p *lineParser) sameName(typed string) {
	if len(p.tables) == 1 && plainName(p.tables[0].name) {
		p.set(FieldTargetTable, typed, p.tables[0].name)
	}
}

// mirror answers how the tables of a mirror are named.
func (p *lineParser) mirror(w lineWord, t lineTo, scope Scope) {
	typed := p.text(w)
	switch {
	case !t.named && scope == ScopeWhole:
		p.set(FieldTargetTable, typed, VarSourceTable)
	case !t.named, t.table.open():
	case !strings.Contains(t.table.text, "{"):
		schema := p.line[t.schema.from:t.schema.to]
		p.tell(w, T("oneline.many_into_one"), schema+".*", "=> "+p.text(w))
		p.set(FieldTargetTable, typed, t.table.text) // no rule: keeps the draft from the review
		p.wrong[FieldTargetTable] = true
	default:
		p.set(FieldTargetTable, typed, t.table.text)
	}
}

// scope answers how much is copied: what the tables say goes before what the
// target says.
func (p *lineParser) scope(from lineFrom, otherwise Scope) {
	switch {
	case from.bad && otherwise != ScopeMerge:
		p.set(FieldScope, from.typed)
		return
	case otherwise == ScopeMerge:
	case from.whole:
		otherwise = ScopeWhole
		p.tables = nil
		delete(p.answers, FieldTables)
	case from.many:
		otherwise = ScopeMulti
	}
	p.set(FieldScope, from.typed, string(otherwise))
}

// lineTo is where to.
type lineTo struct {
	schema, table linePart
	named         bool // a table, a rule or ? is named
	star          bool // schema.*
	bad           bool // told already
}

// to reads the target.
func (p *lineParser) to(w *lineWord) lineTo {
	open := lineTo{schema: linePart{text: "?"}, bad: true}
	if w == nil || w.bad {
		return open
	}
	names := w.list[0]
	switch {
	case len(w.list) > 1, len(names) > 2:
		p.tell(*w, T("oneline.target"))
		return open
	case slices.ContainsFunc(names, func(n linePart) bool { return n.text == "" }):
		p.tell(*w, T("oneline.no_name"))
		return open
	case !names[0].quoted && strings.Contains(names[0].text, "*"):
		p.tell(*w, T("oneline.target"))
		return open
	}
	t := lineTo{schema: names[0]}
	if len(names) == 2 {
		t.table, t.star = names[1], !names[1].quoted && names[1].text == "*"
		t.named = !t.star
	}
	return t
}
