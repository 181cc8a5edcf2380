package batchsync

import (
	"testing"
	"time"
)

var accepted0 = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)

func TestAcceptanceOf(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		id   MessageID
		want AcceptanceID
		ok   bool
	}{
		{AcceptanceMessage("x1"), "x1", true},
		{AcceptanceAlso("x1", "C2"), "x1", true},
		{AcceptanceTold("x1", 3), "", false},
		{AlertMessage("x1"), "", false},
		{"acceptance/", "", false},
	} {
		got, ok := AcceptanceOf(tt.id)
		if ok != tt.ok || ok && got != tt.want {
			t.Errorf("AcceptanceOf(%q) = %q, %t, want %q, %t", tt.id, got, ok, tt.want, tt.ok)
		}
	}
}

// judgedAs is an acceptance with one table and a finding on its rows.
func judgedAs(whole Verdict, rows Verdict) Acceptance {
	return Acceptance{
		State: AcceptanceDone, Verdict: whole, Version: 2, Whole: []Finding{{Check: CheckRun, Verdict: VerdictPassed}},
		Tables: []AcceptanceTable{{Pair: TablePair{Source: "s.a", Sink: "t.a"}, Found: []Finding{{Check: CheckRows, Verdict: rows}}}},
	}
}

func TestAcceptance_Tells(t *testing.T) {
	t.Parallel()
	passedBefore, failedBefore := judgedAs(VerdictPassed, VerdictPassed), judgedAs(VerdictFailed, VerdictFailed)
	otherTable := judgedAs(VerdictPassed, VerdictPassed)
	otherTable.Tables[0].Pair.Source = "s.b"
	oneMore := judgedAs(VerdictFailed, VerdictFailed)
	oneMore.Tables[0].Found = append(oneMore.Tables[0].Found, Finding{Check: CheckKeys, Verdict: VerdictPerson})
	moreRows := judgedAs(VerdictPassed, VerdictPassed)
	moreRows.Tables[0].Target.Rows = 12
	for _, tt := range []struct {
		name   string
		before *Acceptance
		now    Acceptance
		want   bool
	}{
		{"first, all well", nil, judgedAs(VerdictPassed, VerdictPassed), false},
		{"first, not checked", nil, judgedAs(VerdictUnchecked, VerdictUnchecked), false},
		{"first, trouble", nil, judgedAs(VerdictFailed, VerdictFailed), true},
		{"well as before", &passedBefore, judgedAs(VerdictPassed, VerdictPassed), false},
		{"other figures only", &passedBefore, moreRows, false},
		{"trouble as before", &failedBefore, judgedAs(VerdictFailed, VerdictFailed), false},
		{"well again", &failedBefore, judgedAs(VerdictPassed, VerdictPassed), true},
		{"cannot be told any more", &passedBefore, judgedAs(VerdictUnchecked, VerdictUnchecked), true},
		{"another check", &failedBefore, oneMore, true},
		{"another table", &passedBefore, otherTable, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.now.Tells(tt.before); got != tt.want {
				t.Errorf("tells: %t, want %t", got, tt.want)
			}
		})
	}
}

func TestAcceptance_Accept(t *testing.T) {
	t.Parallel()
	asked, reopened, taken := judgedAs(VerdictPassed, VerdictPassed), judgedAs(VerdictPassed, VerdictPassed), judgedAs(VerdictPassed, VerdictPassed)
	asked.State = AcceptanceAsked
	taken.AcceptedBy = "U9"
	reopened.AcceptedBy, reopened.ReopenedBy = "U9", "x2"
	for _, tt := range []struct {
		name    string
		a       Acceptance
		version int
		want    Code
	}{
		{"passed", judgedAs(VerdictPassed, VerdictPassed), 2, ""},
		{"needs a person", judgedAs(VerdictPerson, VerdictPerson), 2, ""},
		{"open again", reopened, 2, ""},
		{"failed", judgedAs(VerdictFailed, VerdictFailed), 2, CodeInvalid},
		{"another version", judgedAs(VerdictPassed, VerdictPassed), 1, CodeConflict},
		{"under way", asked, 2, CodeConflict},
		{"accepted", taken, 2, CodeConflict},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.a.Accept("U1", tt.version, accepted0)
			switch {
			case tt.want != "":
				if err == nil || CodeOf(err) != tt.want {
					t.Errorf("got %v, want %s", err, tt.want)
				}
			case err != nil || !got.Accepted() || got.AcceptedBy != "U1" || got.Version != 3:
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

// A figure is for the table in every pair it is in, and who gave it waits for
// the outcome.
func TestAcceptance_Give(t *testing.T) {
	t.Parallel()
	a := judgedAs(VerdictPerson, VerdictPerson)
	a.By, a.Run = "U1", 7
	a.Tables = append(a.Tables, AcceptanceTable{Pair: TablePair{Source: "s.a", Sink: "t.b"}}, AcceptanceTable{Pair: TablePair{Source: "s.c", Sink: "t.c"}})
	if a.Given() || a.Asker() != "U1" {
		t.Errorf("at first given is %t, by %q", a.Given(), a.Asker())
	}
	if _, err := a.Give("s.a", 5, "U2", 1, accepted0); CodeOf(err) != CodeConflict {
		t.Errorf("of another version: got %v", err)
	}
	got, err := a.Give("s.a", 5, "U2", 2, accepted0)
	if err != nil || got.State != AcceptanceAsked || !got.Asked.Equal(accepted0) || got.Run != 0 || got.Version != 3 {
		t.Fatalf("got %+v, %v", got, err)
	}
	if got.Tables[0].Source.Rows != 5 || got.Tables[1].Source.By != "U2" || got.Tables[2].Source.How != CountedNot || a.Tables[0].Source.Rows != 0 {
		t.Errorf("tables are %+v", got.Tables)
	}
	if !got.Given() || got.Asker() != "U2" {
		t.Errorf("given is %t, by %q", got.Given(), got.Asker())
	}
	got.State, got.AcceptedBy = AcceptanceDone, "U3"
	if _, err := got.Give("s.a", 5, "U2", 3, accepted0); CodeOf(err) != CodeConflict {
		t.Errorf("of an accepted one: got %v", err)
	}
}
