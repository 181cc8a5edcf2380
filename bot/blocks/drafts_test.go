package blocks

import (
	"strings"
	"testing"

	"batchsync/internal/batchsync"
)

func TestPrinter_Drafts_Golden(t *testing.T) {
	t.Parallel()
	first := sampleDraft(batchsync.StepPlace, batchsync.KindMySQL, batchsync.ScopeSingle, batchsync.Daily, "orders")
	all := []batchsync.Draft{first, {ID: "d2", Version: 1, UpdatedAt: sampleNow()}}
	for name, p := range printers() {
		golden(t, "view_drafts_"+name, p.Drafts(all))
		golden(t, "view_choose_others_"+name, p.Choose(first, 7, sampleNow()))
		goldenMessage(t, "message_line_given_up_"+name, p.LineGivenUp("aliyun_mysql shop.oders -> ods.orders"))
	}
	if none := string(mustJSON(t, printer().Drafts(nil))); !strings.Contains(none, "You have no drafts.") {
		t.Errorf("an empty list says %s", none)
	}
}

// What is too long to be told as a whole is told as far as it fits, and said so.
func TestPrinter_LineGivenUp_Long(t *testing.T) {
	t.Parallel()
	m := printer().LineGivenUp(strings.Repeat("x", maxGivenUp) + "end")
	checkMessage(t, m)
	if s := string(mustJSON(t, m.Blocks)); !strings.Contains(s, "It does not fit here as a whole.") || strings.Contains(s, "end") {
		t.Errorf("says %.400s", s)
	}
}

// A draft is called by what it is about, never by a rule or by a name that was
// refused.
func TestDraftName(t *testing.T) {
	t.Parallel()
	one := func(v string) []batchsync.Choice { return []batchsync.Choice{{Value: v}} }
	multi := batchsync.Answers{batchsync.FieldScope: one("multi"), batchsync.FieldSourceSchema: one("shop")}
	with := func(a batchsync.Answers, f batchsync.Field, c []batchsync.Choice) batchsync.Draft {
		out := batchsync.Answers{f: c}
		for k, v := range a {
			if _, given := out[k]; !given {
				out[k] = v
			}
		}
		return batchsync.Draft{Answers: out}
	}
	whole := batchsync.Answers{batchsync.FieldScope: one("whole_db"), batchsync.FieldTargetTable: one(batchsync.VarSourceTable), batchsync.FieldSourceSchema: one("shop")}
	for _, tt := range []struct {
		name  string
		draft batchsync.Draft
		want  string
	}{
		{"nothing", batchsync.Draft{}, ""},
		{"task name", with(whole, batchsync.FieldName, one("nightly")), "nightly"},
		{"task name that cannot be", with(whole, batchsync.FieldName, one("12345")), "shop"},
		{"rule", with(whole, batchsync.FieldScope, one("whole_db")), "shop"},
		{"one table", with(multi, batchsync.FieldTables, one("orders")), "orders"},
		{"three tables", with(multi, batchsync.FieldTables, []batchsync.Choice{{Value: "a"}, {Value: "b"}, {Value: "c"}}), "a, b, …"},
		{"schema", with(multi, batchsync.FieldTables, nil), "shop"},
		{"target table of one", batchsync.Draft{Answers: batchsync.Answers{batchsync.FieldScope: one("single"), batchsync.FieldTargetTable: one("t")}}, "t"},
	} {
		if got := draftName(tt.draft); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}
