package batchsync

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// TargetQuery is what is to be found out about one target table.
type TargetQuery struct {
	Table string   // schema.table
	Keys  []string // columns of the target; without any neither keys nor duplicates are looked at
}

// JudgeAcceptance judges a delivery by its figures. In.Content.Pairs must name
// the tables also of a whole database, see [Content.Mirrored]. The answer has
// what was judged; id, name, occasion, channel and asker are the caller's.
//
// What is not known is unchecked or a person's, never passed. Each check has at
// least one finding per table; of a target that several tables are copied into,
// the first of its pairs tells of the target as a whole.
func JudgeAcceptance(in AcceptanceInput, now time.Time) Acceptance {
	j := newAcceptanceJudge(in, now)
	out := Acceptance{Task: in.Task, State: AcceptanceDone, Done: now.UTC(), Expected: in.Expected}
	if j.run != nil {
		out.Run = j.run.ID
	}
	out.Whole = append(out.Whole, j.latestRun())
	out.Whole = append(out.Whole, j.schedule()...)
	if len(in.Content.Pairs) == 0 {
		out.Whole = append(out.Whole, unchecked(CheckRows, "judged.no_tables"))
	}
	for _, pair := range in.Content.Pairs {
		out.Tables = append(out.Tables, j.table(pair))
	}
	out.Verdict = out.worst()
	return out
}

// worst is the verdict of the whole: that of its worst finding.
func (a Acceptance) worst() Verdict {
	found := slices.Clone(a.Whole)
	for _, t := range a.Tables {
		found = append(found, t.Found...)
	}
	return WorstVerdict(found)
}

// WorstVerdict is that of the worst finding; without any nothing was checked.
func WorstVerdict(found []Finding) Verdict {
	worst := len(Verdicts())
	for _, f := range found {
		at := slices.Index(Verdicts(), f.Verdict)
		if at < 0 {
			at = slices.Index(Verdicts(), VerdictUnchecked) // not a verdict that says anything
		}
		worst = min(worst, at)
	}
	if worst == len(Verdicts()) {
		return VerdictUnchecked
	}
	return Verdicts()[worst]
}

// acceptanceJudge is an input in the form in which it is looked at.
type acceptanceJudge struct {
	AcceptanceInput
	now    time.Time
	target map[string]TargetFigures // by schema.table in small letters: the target folds case
	before map[TablePair]Baseline
	into   map[string][]TablePair // by target, likewise
	run    *Run                   // the latest scheduled one that is over
	speaks bool                   // see [acceptanceJudge.historySpeaks]
}

func newAcceptanceJudge(in AcceptanceInput, now time.Time) *acceptanceJudge {
	j := &acceptanceJudge{
		AcceptanceInput: in, now: now,
		target: map[string]TargetFigures{}, into: map[string][]TablePair{},
	}
	for name, f := range in.Target {
		j.target[strings.ToLower(name)] = f
	}
	if in.Before != nil {
		j.before = in.Before.baselines()
	}
	for _, pair := range in.Content.Pairs {
		sink := strings.ToLower(pair.Sink)
		j.into[sink] = append(j.into[sink], pair)
	}
	j.run = decidedRun(in.Runs)
	j.speaks = j.historySpeaks()
	return j
}

// table judges one pair, in the order of the card.
func (j *acceptanceJudge) table(pair TablePair) AcceptanceTable {
	t := AcceptanceTable{Pair: pair, Source: j.source(pair), Target: j.sink(pair), Keys: AcceptanceKeys(j.AcceptanceInput, pair)}
	first := j.into[strings.ToLower(pair.Sink)][0] == pair
	if first {
		t.Found = append(t.Found, j.rows(t), j.keys(t), j.duplicates(t))
	}
	t.Found = append(t.Found, j.types(t)...)
	if first {
		t.Found = append(t.Found, j.freshness(t))
	}
	t.Found = append(t.Found, j.columns(t)...)
	return t
}

// source is what is known of a pair's source; names of sources keep their case.
func (j *acceptanceJudge) source(pair TablePair) SourceFigures {
	f, told := j.Source[pair.Source]
	if !told {
		f = SourceFigures{Table: pair.Source, Rows: -1}
	}
	if f.How == CountedNot || f.Rows < 0 {
		f.How, f.Rows = CountedNot, -1
	}
	return f
}

// sink is what is known of a pair's target. One that was not told of is not
// one that does not exist.
func (j *acceptanceJudge) sink(pair TablePair) TargetFigures {
	if f, told := j.target[strings.ToLower(pair.Sink)]; told {
		return f
	}
	return TargetFigures{Table: pair.Sink, Rows: -1, Duplicates: -1, Problem: &Problem{Code: CodeUnknown, Text: T("judged.target_unknown")}}
}

// gone reports whether the platform says that there is no such table.
func (f TargetFigures) gone() bool { return !f.Exists && f.Problem == nil }

// AcceptanceKeys are the key fields of a pair's target: those that are
// expected, else those that the primary key of the source is copied into. Nil
// when neither is known.
func AcceptanceKeys(in AcceptanceInput, pair TablePair) []string {
	if keys := in.expectedKeys(pair.Sink); keys != nil {
		return keys
	}
	var out []string
	for _, c := range in.Source[pair.Source].Columns {
		if name, copied := in.Content.sinkColumn(c.Name); c.Primary && copied {
			out = append(out, name)
		}
	}
	return out
}

// expectedKeys are those that a person set for a target. Who set them before
// the tables were known may have left out the schema or, of an only table, its
// name, see [TypedExpectation.Parse].
func (in AcceptanceInput) expectedKeys(sink string) []string {
	_, bare, _ := strings.Cut(sink, ".")
	names := []string{sink, bare}
	if !slices.ContainsFunc(in.Content.Pairs, func(p TablePair) bool { return !strings.EqualFold(p.Sink, sink) }) {
		names = append(names, "")
	}
	for _, name := range names {
		for _, table := range slices.Sorted(maps.Keys(in.Expected.Keys)) {
			if keys := in.Expected.Keys[table]; strings.EqualFold(table, name) && len(keys) > 0 {
				return keys
			}
		}
	}
	return nil
}

// sinkColumn is what a source column is called in the target; false when it is
// not copied.
func (c Content) sinkColumn(name string) (string, bool) {
	if len(c.Mapped) == 0 {
		return name, true
	}
	folded := -1
	for i, m := range c.Mapped {
		if m.Source == name {
			return m.Sink, true
		}
		if folded < 0 && strings.EqualFold(m.Source, name) {
			folded = i
		}
	}
	if folded < 0 {
		return "", false
	}
	return c.Mapped[folded].Sink, true
}

// Mirrored is the mapping of a whole database, whose tables these are: names
// within [Content.SourceSchema].
func (c Content) Mirrored(tables []string) []TablePair {
	var out []TablePair
	for _, t := range tables {
		names := strings.NewReplacer(VarSourceDatabase, c.SourceSchema, VarSourceTable, t)
		out = append(out, TablePair{Source: c.SourceSchema + "." + t, Sink: names.Replace(c.SchemaRule) + "." + names.Replace(c.TableRule)})
	}
	return out
}

func passed(check CheckName, key TextKey, args ...string) Finding {
	return Finding{check, VerdictPassed, T(key, args...)}
}

func failed(check CheckName, key TextKey, args ...string) Finding {
	return Finding{check, VerdictFailed, T(key, args...)}
}

func personal(check CheckName, key TextKey, args ...string) Finding {
	return Finding{check, VerdictPerson, T(key, args...)}
}

func unchecked(check CheckName, key TextKey, args ...string) Finding {
	return Finding{check, VerdictUnchecked, T(key, args...)}
}
