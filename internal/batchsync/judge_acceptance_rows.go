package batchsync

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
)

const (
	// estimateTolerance is by how many percent an estimate may differ at least.
	estimateTolerance = 5
	// rounding is by how much the product of a count and a percentage may be
	// off: 57 of 10,000 are 0.57 percent, also where floats say a little more.
	rounding = 1e-12
)

// rows compares the target's rows with those of all sources copied into it.
func (j *acceptanceJudge) rows(t AcceptanceTable) Finding {
	target := t.Target.Rows
	switch {
	case t.Target.gone():
		return failed(CheckRows, "judged.table_missing", t.Pair.Sink)
	case target < 0:
		return unchecked(CheckRows, "judged.target_unknown")
	}
	source, how := j.sourceRows(t.Pair.Sink)
	switch {
	case how == CountedNot:
		return j.rowsAlone(t)
	case target == 0 && source == 0:
		return passed(CheckRows, "judged.rows_none")
	case how == CountedEstimated:
		return j.rowsByEstimate(source, target)
	case target == source && how == CountedPerson:
		return passed(CheckRows, "judged.rows_equal_person", grouped(target))
	case target == source:
		return passed(CheckRows, "judged.rows_equal", grouped(target))
	case within(source, target, j.Expected.Tolerance):
		return passed(CheckRows, "judged.rows_within", grouped(target), grouped(source), percent(j.Expected.Tolerance))
	case target > source && j.appends(t):
		return unchecked(CheckRows, "judged.rows_appended", grouped(target), grouped(source))
	case target > source:
		return failed(CheckRows, "judged.rows_more", grouped(target), grouped(source), grouped(target-source))
	}
	return failed(CheckRows, "judged.rows_fewer", grouped(target), grouped(source), grouped(source-target))
}

// sourceRows adds up what is copied into a target, and says how it came to be
// known: as well as its worst part.
func (j *acceptanceJudge) sourceRows(sink string) (int64, Counted) {
	sum, how := int64(0), CountedExactly
	for _, pair := range j.into[strings.ToLower(sink)] {
		f := j.source(pair)
		if f.How == CountedNot || f.Rows > math.MaxInt64-sum {
			return -1, CountedNot
		}
		sum += f.Rows
		if f.How == CountedEstimated || how == CountedExactly {
			how = f.How
		}
	}
	return sum, how
}

// rowsByEstimate never says that an estimate proves a difference.
func (j *acceptanceJudge) rowsByEstimate(source, target int64) Finding {
	allowed := max(j.tolerance(), estimateTolerance)
	if within(source, target, allowed) {
		return passed(CheckRows, "judged.rows_estimate", grouped(target), grouped(source), percent(allowed))
	}
	return personal(CheckRows, "judged.rows_estimate_off", grouped(target), grouped(source), percent(allowed))
}

// rowsAlone judges a target whose source is not known: only a drop shows.
func (j *acceptanceJudge) rowsAlone(t AcceptanceTable) Finding {
	if f, dropped := j.dropped(t); dropped {
		return f
	}
	if j.CanCount && !j.onlyPeopleCount(t.Pair.Sink) {
		return unchecked(CheckRows, "judged.source_unknown", grouped(t.Target.Rows))
	}
	return personal(CheckRows, "judged.source_ask", grouped(t.Target.Rows))
}

// dropped reports whether rows became many fewer than they were when they were
// known last.
func (j *acceptanceJudge) dropped(t AcceptanceTable) (Finding, bool) {
	before, had := j.before[t.Pair]
	drop := cmp.Or(j.Expected.Drop, j.RowDrop)
	if !had || drop <= 0 || before.Rows < SmallTable || float64(before.Rows-t.Target.Rows)*100 <= float64(before.Rows)*float64(drop) {
		return Finding{}, false
	}
	args := []string{grouped(t.Target.Rows), grouped(before.Rows), strconv.Itoa(drop)}
	if before.RowsAt.Equal(j.Before.Done) {
		return failed(CheckRows, "judged.rows_dropped", args...), true
	}
	return failed(CheckRows, "judged.rows_dropped_since", append(args, j.moment(before.RowsAt))...), true
}

// onlyPeopleCount reports whether a source of a target is not counted for a
// reason that trying again does not change: a person can give the figure.
func (j *acceptanceJudge) onlyPeopleCount(sink string) bool {
	return slices.ContainsFunc(j.into[strings.ToLower(sink)], func(pair TablePair) bool {
		f := j.source(pair)
		return f.How == CountedNot && f.Problem != nil && slices.Contains(forPeople(), f.Problem.Text.Key)
	})
}

// forPeople are the problems of sources that leave the counting to people.
func forPeople() []TextKey {
	return []TextKey{"source.parameters", "source.filter", "source.denied", "source.name"}
}

func (j *acceptanceJudge) tolerance() float64 { return max(j.Expected.Tolerance, 0) }

// within reports whether two counts differ by so many percent of the source at
// most. None against some is never within.
func within(source, target int64, allowed float64) bool {
	if source == target {
		return true
	}
	return source > 0 && target > 0 && allowed > 0 && math.Abs(float64(target-source))*100 <= allowed*float64(source)*(1+rounding)
}

// appends reports whether runs add to the target what was copied before. Of
// several tables those with a primary key have a mode of their own.
func (j *acceptanceJudge) appends(t AcceptanceTable) bool {
	keyed := slices.ContainsFunc(t.Source.Columns, func(c SourceColumn) bool { return c.Primary })
	if keyed && j.Content.Scope != ScopeSingle && j.Content.KeyedMode != "" {
		return j.Content.KeyedMode == Append
	}
	return j.Content.WriteMode == Append
}

func percent(p float64) string { return strconv.FormatFloat(p, 'f', -1, 64) }
