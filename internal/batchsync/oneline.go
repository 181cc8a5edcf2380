package batchsync

import (
	"slices"
	"time"
)

// Limits of a line.
const (
	MaxLineBytes = 256_000 // room for the largest list of tables of a [Spec], in quotes
	maxGlobs     = 20      // patterns in one list of tables
	maxProblems  = 10      // told of one line; more would hide the first
	maxNearest   = 3
	maxQuoted    = 200 // characters of the line repeated with a problem
)

// Line is a task in one line, read but not yet looked up. Only [ParseLine] and
// its zero value, which says nothing, are meant.
//
// The grammar; behind the tables the words come in any order:
//
//	[SOURCE] [FROM] [-> TO | => TO] [overwrite|append] [RHYTHM] [KEY=VALUE ...]
//
//	FROM    schema.table        one table
//	        schema.t1,t2        a list; the schema may be repeated
//	        schema.order_*      every table of that name; * only, in table names only
//	        schema.*            the whole database
//	-> TO   schema.table        of one table
//	        schema, schema.*    under the names of the source
//	        schema.RULE         renamed, with {SOURCE_TABLE} and {SOURCE_DATABASE}
//	=> TO   schema.table        all of them merged into one
//	RHYTHM  daily [HH:MM]            weekdays [HH:MM]
//	        weekly mon,thu [HH:MM]   monthly DAY [HH:MM]     mon-fri is a span
//	        hourly [:MM]             every Nm
//	        every Nh [from HH:MM] [until HH]   to the last hour of the day with a run
//	KEY     vc folder name zone lake where parallel rate keyed kind debug
//
// The sign ? in the place of a name, figure or value leaves the question open,
// as far as the bot has no name of its own to propose.
// One table into a schema is a single table of the same name, because only a
// single table has a filter; written schema.* it is a mirror of one table.
// Without an arrow a word with a dot is FROM, any other one SOURCE.
//
// Names and values that hold spaces, dots, commas, equals signs, arrows or
// stars stand in quotes: "double", `backticks`, 'single' at the beginning of a
// name, or the curly ones that clients make of them. Inside, a backslash stands
// before a quote or backslash that is meant. The signs → and ⇒ are arrows, the
// full-width comma and colon are what they look like. Words of the language are
// not case-sensitive, names are.
type Line struct {
	// answers holds what the line answers. An empty answer is a question left
	// open on purpose, or answered wrongly. Source, target and folder are names
	// still, and the tables are kept apart.
	answers Answers
	tables  []lineTable      // nil: not named, or open
	typed   map[Field]string // the words of each answer as they stand in the line
	wrong   map[Field]bool   // told to be wrong already
}

// lineTable is one table of the list, or a pattern of several.
type lineTable struct {
	name  string
	glob  bool
	open  bool // ?, which leaves the whole list open
	typed string
}

// LineProblem is something wrong in a line.
type LineProblem struct {
	Quoted  string   // the words in question, as typed; long ones are cut
	Text    Text     // what is wrong with them
	Nearest []string // what would be valid there, the likeliest first; 3 at most
	Field   Field    // the question of an answer that cannot be; "" of a problem of the form
}

// IsZero reports whether the line answers nothing.
func (l Line) IsZero() bool { return len(l.answers) == 0 }

// Wants names the lists that [Line.Answers] judges by: schemas of the source,
// and tables of the schema. Facts need the data sources only. The source is 0
// as long as it is open.
func (l Line) Wants(d Draft, facts Facts) Prefetch {
	spec := l.resolve(d, Facts{Datasources: facts.Datasources}).draft.Spec()
	return Prefetch{Source: spec.Source.ID, SourceSchema: spec.SourceSchema}
}

// FirstOpen is the first screen with an open or wrong answer, [StepReview] when
// there is none.
func (d Draft) FirstOpen(facts Facts, now time.Time) Step {
	for _, step := range Steps() {
		if step == StepReview || len(d.check(step, facts, now)) > 0 {
			return step
		}
	}
	return StepReview
}

// FirstWrong is FirstOpen, or an earlier screen of an answer that [Line.Answers]
// refused: it is open there, or something else stands in its place.
func (d Draft) FirstWrong(told []LineProblem, facts Facts, now time.Time) Step {
	first := d.FirstOpen(facts, now)
	for _, step := range Steps() {
		refused := func(p LineProblem) bool { return slices.Contains(StepFields(step), p.Field) }
		if step == first || slices.ContainsFunc(told, refused) {
			return step
		}
	}
	return first
}

// Wrong are the answers of the present screen that cannot be. Open questions are
// none of them.
func (d Draft) Wrong(facts Facts, now time.Time) []FieldError {
	return slices.DeleteFunc(d.check(d.Step, facts, now), func(e FieldError) bool { return d.Answers.Value(e.Field) == "" })
}

// lineProblems collects problems as far as they are told.
type lineProblems []LineProblem

func (p *lineProblems) add(quoted string, t Text, nearest ...string) { p.addTo("", quoted, t, nearest) }

func (p *lineProblems) addTo(f Field, quoted string, t Text, nearest []string) {
	if len(*p) < maxProblems {
		*p = append(*p, LineProblem{Quoted: beginning(quoted), Text: t, Nearest: nearest[:min(len(nearest), maxNearest)], Field: f})
	}
}

func (p lineProblems) full() bool { return len(p) >= maxProblems }

// beginning is as much of a text as is repeated.
func beginning(s string) string {
	n := 0
	for i := range s {
		if n++; n > maxQuoted {
			return s[:i]
		}
	}
	return s
}
