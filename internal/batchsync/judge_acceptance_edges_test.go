package batchsync

import (
	"fmt"
	"math"
	"testing"
	"time"
)

// TestJudgeAcceptance_MergeHow tells how far the sum of several sources is known.
func TestJudgeAcceptance_MergeHow(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		first, second Counted
		more          int64 // rows that the target has besides
		want          string
	}{
		{CountedExactly, CountedExactly, 0, ""}, {CountedExactly, CountedExactly, 1, "failed judged.rows_more"},
		{CountedEstimated, CountedExactly, 1, ""}, {CountedExactly, CountedEstimated, 900, "person judged.rows_estimate_off"},
		{CountedEstimated, CountedPerson, 900, "person judged.rows_estimate_off"}, {CountedPerson, CountedEstimated, 900, "person judged.rows_estimate_off"},
		{CountedPerson, CountedExactly, 1, "failed judged.rows_more"}, {CountedExactly, CountedNot, 0, "unchecked judged.source_unknown"},
	} {
		in := cleanDelivery(2)
		in.Content.Pairs[1].Sink = in.Content.Pairs[0].Sink
		for table, how := range map[string]Counted{"shop.t0": tt.first, "shop.t1": tt.second} {
			f := in.Source[table]
			f.How = how
			in.Source[table] = f
		}
		f := in.Target["ods.t0"]
		f.Rows = 2001 + tt.more
		f.NonNull = map[string]int64{"id": f.Rows}
		in.Target["ods.t0"] = f
		if got := troubled(JudgeAcceptance(in, acceptanceNow()).Tables[0].Found); got != tt.want {
			t.Errorf("%q and %q, %d apart: %s, want %s", tt.first, tt.second, tt.more, got, tt.want)
		}
	}
}

// A write long after the run shows nothing about the zone of such times: read in
// a wrong one it may be of before.
func TestJudgeAcceptance_ZoneUnsure(t *testing.T) {
	t.Parallel()
	in := cleanDelivery(2)
	for table, at := range map[string]time.Time{"ods.t0": in.Runs[0].Began.Add(-3 * time.Hour), "ods.t1": in.Runs[0].Ended.Add(30 * time.Minute)} {
		f := in.Target[table]
		f.Written = at
		in.Target[table] = f
	}
	if got := troubled(JudgeAcceptance(in, acceptanceNow()).Tables[0].Found); got != "unchecked judged.fresh_unsure" {
		t.Errorf("got %s", got)
	}
}

func TestWorstVerdict(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		found []Verdict
		want  Verdict
	}{
		{nil, VerdictUnchecked}, {[]Verdict{VerdictPassed}, VerdictPassed}, {[]Verdict{VerdictPassed, VerdictUnchecked}, VerdictUnchecked},
		{[]Verdict{VerdictUnchecked, VerdictPerson, VerdictPassed}, VerdictPerson}, {[]Verdict{VerdictPerson, VerdictUnchecked, VerdictFailed}, VerdictFailed},
		{[]Verdict{"odd"}, VerdictUnchecked}, {[]Verdict{VerdictPassed, "odd"}, VerdictUnchecked},
	} {
		var found []Finding
		for _, v := range tt.found {
			found = append(found, Finding{Verdict: v})
		}
		if got := WorstVerdict(found); got != tt.want {
			t.Errorf("of %v: %s, want %s", tt.found, got, tt.want)
		}
	}
}

// TestBelow types shares as people do: one that is met exactly is met, whatever
// floats make of it.
func TestBelow(t *testing.T) {
	t.Parallel()
	for n := range int64(1000) {
		typed := fmt.Sprintf("%d.%d", n/10, n%10)
		least, err := parsePercent(typed, "expect.non_null")
		if err != nil || below(n, 1000, least) || !within(1000, 1000-n, least) && n > 0 {
			t.Errorf("%d of 1000 rows are less, or farther apart, than %s percent: %v", n, typed, err)
		}
		if n > 0 && (!below(n-1, 1000, least) || within(1000, 1000-n-1, least)) {
			t.Errorf("%d of 1000 rows are not told from %s percent", n-1, typed)
		}
	}
	if !below(math.MaxInt64-1, math.MaxInt64, 100) || below(math.MaxInt64, math.MaxInt64, 100) {
		t.Error("all but one are all, or all are not")
	}
}
