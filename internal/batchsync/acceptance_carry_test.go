package batchsync

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// look changes what an examination of one table sees.
type look = func(*AcceptanceInput, *SourceFigures, *TargetFigures)

// examinations are made one after the other, each a day after the one before
// and stored with what it carries.
type examinations struct{ all []Acceptance }

// next examines a table after a change of what is clean; its columns and rows
// may be set to unknown.
func (e *examinations) next(change look) Acceptance {
	in := cleanDelivery(1)
	f, to := in.Source["shop.t0"], in.Target["ods.t0"]
	f.Columns, to.Columns = slices.Clone(f.Columns), slices.Clone(to.Columns)
	change(&in, &f, &to)
	in.Source["shop.t0"], in.Target["ods.t0"] = f, to
	if n := len(e.all); n > 0 {
		in.Before = &e.all[n-1]
	}
	got := JudgeAcceptance(in, acceptanceNow().AddDate(0, 0, len(e.all))).Carry(in.Before)
	e.all = append(e.all, got)
	return got
}

// foundOf are the findings of a check in short.
func foundOf(a Acceptance, c CheckName) string {
	var out []string
	for _, f := range a.Tables[0].Found {
		if f.Check == c {
			out = append(out, string(f.Verdict)+" "+string(f.Text.Key))
		}
	}
	return strings.Join(out, ", ")
}

func nothing(*AcceptanceInput, *SourceFigures, *TargetFigures) {}

func blindSource(_ *AcceptanceInput, f *SourceFigures, _ *TargetFigures) {
	*f = SourceFigures{Table: f.Table, Rows: -1, Problem: &Problem{Text: T("source.unreachable")}}
}

// noPairs is a look at a task whose content could not be read.
func noPairs(in *AcceptanceInput, _ *SourceFigures, _ *TargetFigures) { in.Content.Pairs = nil }

// TestAcceptance_Carry_Columns: a column that is retyped is noticed whatever
// could not be read meanwhile, once.
func TestAcceptance_Carry_Columns(t *testing.T) {
	t.Parallel()
	retyped := func(_ *AcceptanceInput, f *SourceFigures, _ *TargetFigures) { f.Columns[1].Type = "varchar(20)" }
	for name, blind := range map[string][]look{
		"source down": {blindSource}, "source down for days": {blindSource, blindSource, blindSource}, "content not read": {noPairs, noPairs}, "both": {noPairs, blindSource},
	} {
		var e examinations
		e.next(nothing)
		for _, b := range blind {
			got := e.next(b)
			if len(got.Carried) != 1 || !got.Carried[0].Columns.At.Equal(acceptanceNow()) || len(got.Tables) > 0 && len(got.Tables[0].Source.Columns) > 0 {
				t.Fatalf("%s: carries %+v", name, got.Carried)
			}
		}
		if got := e.next(retyped); foundOf(got, CheckColumns) != "person columns.retyped, passed judged.columns_since" || got.Carried != nil {
			t.Errorf("%s: %s, and carries %+v", name, foundOf(got, CheckColumns), got.Carried)
		}
		if got := foundOf(e.next(retyped), CheckColumns); got != "passed columns.same" {
			t.Errorf("%s, and the next: %s", name, got)
		}
	}
}

// TestAcceptance_Carry_Rows: rows are compared with the last count there was.
func TestAcceptance_Carry_Rows(t *testing.T) {
	t.Parallel()
	rows := func(n int64) look {
		return func(in *AcceptanceInput, f *SourceFigures, to *TargetFigures) {
			blindSource(in, f, to)
			to.Rows, to.NonNull = n, map[string]int64{"id": n}
		}
	}
	gone := func(_ *AcceptanceInput, _ *SourceFigures, to *TargetFigures) {
		*to = TargetFigures{Table: to.Table, Rows: -1}
	}
	for _, tt := range []struct {
		name    string
		between []look
		now     int64
		want    string
	}{
		{"at once", nil, 10, "failed judged.rows_dropped"},
		{"not known meanwhile", []look{rows(-1)}, 10, "failed judged.rows_dropped_since"},
		{"content not read meanwhile", []look{noPairs, rows(-1)}, 10, "failed judged.rows_dropped_since"},
		{"not dropped", []look{rows(-1)}, 900_000, "unchecked judged.source_unknown"},
		{"few before already", []look{rows(-1), rows(20), rows(-1)}, 10, "unchecked judged.source_unknown"},
		{"the table was gone", []look{gone}, 10, "unchecked judged.source_unknown"},
	} {
		var e examinations
		e.next(rows(1_000_000))
		for _, b := range tt.between {
			e.next(b)
		}
		got := e.next(rows(tt.now))
		if foundOf(got, CheckRows) != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, foundOf(got, CheckRows), tt.want)
		}
		if f := got.Tables[0].Found[0]; tt.want == "failed judged.rows_dropped_since" && (f.Text.Args[1] != "1,000,000" || f.Text.Args[3] != momentIn(acceptanceNow(), "UTC")) {
			t.Errorf("%s: says %q", tt.name, f.Text.Args)
		}
	}
}

// TestAcceptance_Carry_Types: what a person accepted is not asked again because
// a look between could not see it, and is asked when it was not accepted.
func TestAcceptance_Carry_Types(t *testing.T) {
	t.Parallel()
	enum := func(_ *AcceptanceInput, f *SourceFigures, to *TargetFigures) {
		f.Columns, to.Columns = append(f.Columns, SourceColumn{Name: "kind", Type: "enum('a')"}), append(to.Columns, TargetColumn{"kind", "string"})
	}
	blindTarget := func(in *AcceptanceInput, f *SourceFigures, to *TargetFigures) {
		enum(in, f, to)
		*to = TargetFigures{Table: to.Table, Exists: true, Rows: -1, Problem: &Problem{Text: T("platform.timeout")}}
	}
	for _, accepted := range []bool{true, false} {
		for name, blind := range map[string]look{"source": blindSource, "target": blindTarget, "content": noPairs} {
			var e examinations
			e.next(enum)
			if accepted {
				e.all[0].AcceptedBy = "U1"
			}
			e.next(blind)
			e.next(blind)
			e.all[2].AcceptedBy = "U1" // says nothing about types that it did not see
			want := map[bool]string{true: "passed types.accepted", false: "person types.enum"}[accepted]
			if got := foundOf(e.next(enum), CheckTypes); got != want {
				t.Errorf("%s not seen, accepted before: %t: got %s, want %s", name, accepted, got, want)
			}
			e.next(blind)
			e.next(func(in *AcceptanceInput, f *SourceFigures, to *TargetFigures) {
				enum(in, f, to)
				f.Columns[3].Type = "enum('b')"
			})
			if got := foundOf(e.next(enum), CheckTypes); got != "person types.enum" {
				t.Errorf("%s not seen, other columns since: got %s", name, got)
			}
		}
	}
}

// TestAcceptance_Carry_Left forgets tables that left the task, and carries
// nothing of a first acceptance.
func TestAcceptance_Carry_Left(t *testing.T) {
	t.Parallel()
	in := cleanDelivery(2)
	before := JudgeAcceptance(in, acceptanceNow())
	in.Content.Pairs = in.Content.Pairs[:1]
	in.Source = nil
	in.Target = nil
	now := acceptanceNow().Add(time.Hour)
	got := JudgeAcceptance(in, now).Carry(&before)
	if len(got.Carried) != 1 || got.Carried[0].Pair != in.Content.Pairs[0] || got.Carried[0].Rows != 1000 || !got.Carried[0].RowsAt.Equal(acceptanceNow()) {
		t.Errorf("carries %+v", got.Carried)
	}
	if got := got.Carry(nil); got.Carried != nil {
		t.Errorf("without one before it carries %+v", got.Carried)
	}
	if got := got.Carry(&Acceptance{State: AcceptanceDone}); got.Carried != nil {
		t.Errorf("of one that knows nothing it carries %+v", got.Carried)
	}
}
