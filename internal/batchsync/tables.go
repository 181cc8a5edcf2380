package batchsync

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

const (
	// TableSkew is how far the clocks of the target and of the scheduler may
	// differ.
	TableSkew = 2 * time.Minute
	// SmallTable is a number of rows below which a drop tells nothing, unless
	// none are left.
	SmallTable = 100
)

// TableCheck is what a run's tables are judged by.
type TableCheck struct {
	Run     Run
	Pairs   []TablePair      // what the task copies
	Figures []TableFigures   // of the target tables, in any order; some may be missing
	Good    map[string]int64 // rows by target table after the last good run
	// Fallen are rows by target table after the run before, where people were
	// told that too many went: at about that level a table is not dropped again.
	Fallen map[string]int64
	Drop   int // percent of the rows that may go; 0: any number may
}

// JudgeTables says how a run went for each target table, worst first. A table
// of several sources is judged once.
//
// A state rests on named evidence only: a table of which nothing was told is
// unknown. Where the target's history cannot be trusted (see [historySpeaks]) a
// table with rows is ok by the word of a succeeded run, and never called
// unwritten. Of a run that did not succeed no table is called ok here, because
// it may have been left half written; see [TablesInLog].
func JudgeTables(in TableCheck) []TableResult {
	figures := make(map[string]TableFigures, len(in.Figures))
	for _, f := range in.Figures {
		figures[strings.ToLower(f.Table)] = f
	}
	in.Good, in.Fallen = lowered(in.Good), lowered(in.Fallen)
	speaks := in.historySpeaks(figures)
	var out []TableResult
	seen := map[string]bool{}
	for _, pair := range in.Pairs {
		key := strings.ToLower(pair.Sink)
		if seen[key] {
			continue
		}
		seen[key] = true
		f, told := figures[key]
		result := TableResult{State: TableUnknown, By: FromNothing, Rows: -1}
		if told {
			result = in.judge(key, f, speaks)
		}
		result.Table, result.Source = pair.Sink, pair.Source
		out = append(out, result)
	}
	SortTables(out)
	return out
}

// lowered has the names of tables in small letters.
func lowered(rows map[string]int64) map[string]int64 {
	out := make(map[string]int64, len(rows))
	for table, n := range rows {
		out[strings.ToLower(table)] = n
	}
	return out
}

// SortTables puts the worst first and leaves the order among equals.
func SortTables(all []TableResult) {
	order := TableStates()
	slices.SortStableFunc(all, func(a, b TableResult) int {
		return cmp.Compare(slices.Index(order, a.State), slices.Index(order, b.State))
	})
}

// judge applies the rules in the order of how bad they are.
func (in TableCheck) judge(key string, f TableFigures, speaks bool) TableResult {
	if !f.Exists && f.Problem == nil {
		return TableResult{State: TableMissing, By: FromCount, Rows: -1}
	}
	version, written := in.writtenBy(f)
	r := TableResult{State: TableUnknown, By: FromCount, Rows: f.Rows}
	if r.Rows < 0 && written && version.Rows >= 0 {
		r.Rows, r.By = version.Rows, FromHistory
	}
	before, had := in.Good[key]
	fell := r.Rows > 0 && had && in.dropped(before, r.Rows)
	if fallen, told := in.Fallen[key]; fell && told && !in.dropped(fallen, r.Rows) {
		fell, r.Stays, r.Before = false, true, before
	}
	succeeded := in.Run.Status == RunSuccess
	switch {
	case r.Rows == 0:
		r.State, r.Before = TableEmpty, -1
		if had {
			r.Before = before
		}
	case fell:
		r.State, r.Before = TableDropped, before
	case written && succeeded:
		r.State, r.By = TableOK, FromHistory
	case speaks && !written && in.reaches(f):
		r.State, r.By = TableStale, FromHistory
	case r.Rows > 0 && succeeded:
		r.State, r.By = TableOK, FromRun
	case r.Rows < 0:
		r.By = FromNothing
	}
	r.Rows = max(r.Rows, -1)
	return r
}

// dropped reports whether more of the rows went than may.
func (in TableCheck) dropped(before, rows int64) bool {
	return in.Drop > 0 && before >= SmallTable && float64(before-rows)*100 > float64(before)*float64(in.Drop)
}

// historySpeaks reports whether the versions of the target tables can be
// compared with the run: some table of the task has one from within it. That
// shows that the zone and the meaning of their times are understood; without it
// a table that seems not to be written proves nothing.
func (in TableCheck) historySpeaks(figures map[string]TableFigures) bool {
	return slices.ContainsFunc(in.Pairs, func(pair TablePair) bool {
		_, written := in.writtenBy(figures[strings.ToLower(pair.Sink)])
		return written
	})
}

// writtenBy is the newest version of a table from within the run.
func (in TableCheck) writtenBy(f TableFigures) (TableVersion, bool) {
	from, to, ok := in.span()
	var newest TableVersion
	for _, v := range f.Versions {
		inside := ok && !v.At.Before(from) && !v.At.After(to)
		if inside && wrote(v) && (newest.At.IsZero() || v.At.After(newest.At)) {
			newest = v
		}
	}
	return newest, !newest.At.IsZero()
}

// reaches reports whether the table's history was told and goes back to the
// run: of a table that was never written it does.
func (in TableCheck) reaches(f TableFigures) bool {
	from, _, ok := in.span()
	return ok && f.Versions != nil && (len(f.Versions) == 0 ||
		slices.ContainsFunc(f.Versions, func(v TableVersion) bool { return !v.At.IsZero() && v.At.Before(from) }))
}

// span is when the run may have written; false: that is not known.
func (in TableCheck) span() (from, to time.Time, ok bool) {
	r := in.Run
	if r.Began.IsZero() || r.Ended.Before(r.Began) {
		return time.Time{}, time.Time{}, false
	}
	return r.Began.Add(-TableSkew), r.Ended.Add(TableSkew), true
}

// wrote reports whether a version came from writing rows. Operations that are
// not known to do anything else count as writes.
func wrote(v TableVersion) bool {
	operation := strings.ToUpper(strings.TrimSpace(v.Operation))
	return !slices.ContainsFunc([]string{"ALTER", "OPTIMIZE", "COMPACT", "VACUUM", "ANALYZE"}, func(other string) bool {
		return strings.HasPrefix(operation, other)
	})
}
