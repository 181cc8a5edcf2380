package batchsync

import (
	"math/bits"
	"slices"
	"strings"
)

// maxListed is how many names a finding lists.
const maxListed = 5

// listed are names in a sentence; more than it takes are left out.
func listed(names []string) string {
	if len(names) > maxListed {
		return List(append(slices.Clone(names[:maxListed]), "…")...)
	}
	return List(names...)
}

// keys judges the share of rows in which the key fields are set.
func (j *acceptanceJudge) keys(t AcceptanceTable) Finding {
	if f, settled := unseen(CheckKeys, t); settled {
		return f
	}
	if t.Target.Rows == 0 {
		return j.keysOfNone(t)
	}
	least := j.Expected.NonNull
	if least <= 0 || least > 100 {
		least = 100
	}
	var absent, unknown, low []string
	for _, key := range t.Keys {
		n, told := t.Target.set(key)
		switch {
		case t.Target.lacks(key):
			absent = append(absent, key)
		case !told:
			unknown = append(unknown, key)
		case below(n, t.Target.Rows, least):
			low = append(low, key+" "+shareText(n, t.Target.Rows)+"%")
		}
	}
	switch {
	case absent != nil:
		return failed(CheckKeys, "judged.keys_absent", listed(absent))
	case low != nil:
		return failed(CheckKeys, "judged.keys_low", listed(low), percent(least))
	case unknown != nil:
		return unchecked(CheckKeys, "judged.keys_unknown", listed(unknown))
	case least < 100:
		return passed(CheckKeys, "judged.keys_share", listed(t.Keys), percent(least))
	}
	return passed(CheckKeys, "judged.keys_set", listed(t.Keys))
}

// unseen settles the checks of a target that cannot be looked at, or whose keys
// are not known.
func unseen(check CheckName, t AcceptanceTable) (Finding, bool) {
	switch {
	case t.Target.gone():
		return unchecked(check, "judged.no_target"), true
	case len(t.Keys) == 0:
		return unchecked(check, "judged.keys_none"), true
	case t.Target.Rows < 0:
		return unchecked(check, "judged.target_unknown"), true
	}
	return Finding{}, false
}

// keysOfNone judges a table without rows, of which there is no share.
func (j *acceptanceJudge) keysOfNone(t AcceptanceTable) Finding {
	rows, how := j.sourceRows(t.Pair.Sink)
	switch {
	case how == CountedNot:
		return unchecked(CheckKeys, "judged.keys_no_rows")
	case rows > 0:
		return failed(CheckKeys, "judged.keys_rows_lost", grouped(rows))
	}
	return passed(CheckKeys, "judged.keys_no_rows_either")
}

// set is in how many rows a key field is set; a figure that cannot be is none.
func (f TargetFigures) set(key string) (int64, bool) {
	for name, n := range f.NonNull {
		if strings.EqualFold(name, key) {
			return n, n >= 0 && n <= f.Rows
		}
	}
	return 0, false
}

// lacks reports whether the table is known not to have a column.
func (f TargetFigures) lacks(key string) bool {
	return len(f.Columns) > 0 && !slices.ContainsFunc(f.Columns, func(c TargetColumn) bool { return strings.EqualFold(c.Name, key) })
}

// below reports whether n of rows are less than so many percent. Where all are
// expected it counts; elsewhere a share that differs by rounding only is not
// below.
func below(n, rows int64, least float64) bool {
	if least >= 100 {
		return n < rows
	}
	return float64(n)*100 < least*float64(rows)*(1-rounding)
}

// shareText has two decimals and is rounded down, so that not quite all is not
// shown as all. n is at most rows, and rows above 0.
func shareText(n, rows int64) string {
	high, low := bits.Mul64(uint64(n), 10_000)
	parts, _ := bits.Div64(high, low, uint64(rows))
	text := grouped(int64(parts / 100))
	return text + "." + string([]byte{'0' + byte(parts/10%10), '0' + byte(parts%10)})
}

// grown reports whether runs added to the target what may have been there
// already, as somebody chose: then a key may well be there twice.
func (j *acceptanceJudge) grown(t AcceptanceTable) bool {
	rows, how := j.sourceRows(t.Pair.Sink)
	return j.appends(t) && (how == CountedNot || t.Target.Rows > rows)
}

// merged reports whether several sources are copied into the target and nobody
// said what its key is: that of one source need not tell rows of all apart, for
// each may count from 1.
func (j *acceptanceJudge) merged(t AcceptanceTable) bool {
	return len(j.into[strings.ToLower(t.Pair.Sink)]) > 1 && j.expectedKeys(t.Pair.Sink) == nil
}

// duplicates judges whether a key is there twice.
func (j *acceptanceJudge) duplicates(t AcceptanceTable) Finding {
	if f, settled := unseen(CheckDuplicates, t); settled {
		return f
	}
	switch n := t.Target.Duplicates; {
	case t.Target.Rows == 0:
		return passed(CheckDuplicates, "judged.no_rows")
	case n < 0:
		return unchecked(CheckDuplicates, "judged.duplicates_unknown")
	case n > 0 && j.merged(t):
		return personal(CheckDuplicates, "judged.duplicates_merged", grouped(n), listed(t.Keys))
	case n > 0 && j.grown(t):
		return personal(CheckDuplicates, "judged.duplicates_appended", grouped(n), listed(t.Keys))
	case n > 0:
		return failed(CheckDuplicates, "judged.duplicates", grouped(n), listed(t.Keys))
	}
	return passed(CheckDuplicates, "judged.no_duplicates", listed(t.Keys))
}
