package czcli

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	bs "batchsync/internal/batchsync"
)

// rowOf is an answer of one row; values are JSON.
func rowOf(index int, values ...string) string {
	return fmt.Sprintf(`{"index":%d,"columns":["c1"],"rows":[[%s]],"count":1}`, index, strings.Join(values, ","))
}

func described(index int, columns ...string) string {
	var rows []string
	for _, c := range columns {
		name, kind, _ := strings.Cut(c, " ")
		rows = append(rows, fmt.Sprintf(`[%q,%q,null]`, name, kind))
	}
	return fmt.Sprintf(`{"index":%d,"columns":["column_name","data_type","comment"],"rows":[%s]}`, index, strings.Join(rows, ","))
}

const (
	askCounts    = "DESC TABLE"
	askDuplicate = "DISTINCT"
	askGroups    = "GROUP BY"
	askHistory   = "DESC HISTORY"
)

// delivered is what a test compares.
func delivered(f bs.TargetFigures) string {
	out := fmt.Sprintf("exists %v rows %d twice %d keys %v", f.Exists, f.Rows, f.Duplicates, f.NonNull)
	if f.History {
		out += " written " + f.Written.UTC().Format("15:04")
	}
	if f.Problem != nil {
		out += " " + string(f.Problem.Text.Key)
	}
	return out
}

func TestClient_TargetFigures(t *testing.T) {
	t.Parallel()
	well := answered(rowOf(0, "5", "4"), rowOf(1, "7"), described(2, "id bigint", "name string"), described(3, "x int"))
	unique, write := answered(rowOf(0, "0")), answered(history(0, firstVersion, secondVersion), history(1))
	tests := []struct {
		name    string
		answers []answer // about ods.a with the key id, and ods.b with none
		a, b    string
	}{
		{"well", []answer{{Match: askCounts, Stdout: well}, {Match: askDuplicate, Stdout: answered(rowOf(0, "2"))}, {Match: askHistory, Stdout: write}},
			"exists true rows 5 twice 2 keys map[id:4] written 15:06", "exists true rows 7 twice -1 keys map[] written 00:00"},
		{"large counts are texts", []answer{
			{Match: askCounts, Stdout: answered(rowOf(0, `"9223372036854775807"`, `"9007199254740993"`), rowOf(1, `"12.00"`))},
			{Match: askDuplicate, Stdout: answered(rowOf(0, `"9007199254740993"`))}, {Match: askHistory, Stdout: write}},
			"exists true rows 9223372036854775807 twice 9007199254740993 keys map[id:9007199254740993] written 15:06", "exists true rows 12 twice -1 keys map[] written 00:00"},
		{"masked counts are none", []answer{{Match: askCounts, Stdout: answered(rowOf(0, `"******"`, `"******"`), rowOf(1, `"1****"`))}, {Match: askHistory, Stdout: write}},
			"exists false rows -1 twice -1 keys map[] platform.garbage", "exists false rows -1 twice -1 keys map[] platform.garbage"},
		{"a masked duplicate is none", []answer{{Match: askCounts, Stdout: well}, {Match: askDuplicate, Stdout: answered(rowOf(0, `"******"`))}, {Match: askHistory, Stdout: write}},
			"exists true rows 5 twice -1 keys map[id:4] written 15:06", "exists true rows 7 twice -1 keys map[] written 00:00"},
		{"no such table", []answer{{Match: askCounts, Stdout: answered(refused(0, "table or view not found: ods.a"), rowOf(1, "7"), refused(2, "table or view not found: ods.a"))}, {Match: askHistory, Stdout: answered(history(0))}},
			"exists false rows -1 twice -1 keys map[]", "exists true rows 7 twice -1 keys map[] written 00:00"},
		{"gone while it is described", []answer{{Match: askCounts, Stdout: answered(rowOf(0, "5", "5"), rowOf(1, "7"), refused(2, "table or view not found: ods.a"))}, {Match: askHistory, Stdout: answered(history(0))}},
			"exists false rows -1 twice -1 keys map[]", "exists true rows 7 twice -1 keys map[] written 00:00"},
		{"gone while keys are compared", []answer{{Match: askCounts, Stdout: well}, {Match: askDuplicate, Stdout: answered(refused(0, "table or view not found: ods.a"))}, {Match: askHistory, Stdout: answered(history(0))}},
			"exists false rows -1 twice -1 keys map[]", "exists true rows 7 twice -1 keys map[] written 00:00"},
		{"no such key", []answer{{Match: askCounts, Stdout: answered(refused(0, "Column not found: id"), rowOf(1, "7"))},
			{Match: "sql --batch --execute=SELECT COUNT(*) AS c1 FROM `ods`.`a` --timeout", Stdout: answered(rowOf(0, "5"))}, {Match: askHistory, Stdout: write}},
			"exists true rows 5 twice -1 keys map[] written 15:06 platform.not_found", "exists true rows 7 twice -1 keys map[] written 00:00"},
		{"empty", []answer{{Match: askCounts, Stdout: answered(rowOf(0, "0", "0"), rowOf(1, "0"))}, {Match: askHistory, Stdout: answered(history(0), history(1))}},
			"exists true rows 0 twice 0 keys map[id:0] written 00:00", "exists true rows 0 twice -1 keys map[] written 00:00"},
		{"nothing but counts", []answer{{Match: askCounts, Stdout: well}, {Match: askDuplicate, Act: "kill"}, {Match: askHistory, Sample: "unreachable.error"}},
			"exists true rows 5 twice -1 keys map[id:4]", "exists true rows 7 twice -1 keys map[]"},
		{"negative", []answer{{Match: askCounts, Stdout: answered(rowOf(0, "-1", "0"), rowOf(1, `"1.5"`))}},
			"exists false rows -1 twice -1 keys map[] platform.garbage", "exists false rows -1 twice -1 keys map[] platform.garbage"},
		{"half of the answers", []answer{{Match: askCounts, Stdout: answered(rowOf(0, "5", "5")), Act: ""}, {Match: askDuplicate, Stdout: unique}, {Match: askHistory, Stdout: write}},
			"exists true rows 5 twice 0 keys map[id:5] written 15:06", "exists false rows -1 twice -1 keys map[] platform.garbage"},
		{"a cluster for copying", []answer{{Sample: "sql.integration_vc"}},
			"exists false rows -1 twice -1 keys map[] figures.cluster", "exists false rows -1 twice -1 keys map[] figures.cluster"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, Config{}, append(tt.answers, answer{Sample: "unreachable.error"})...)
			f.cfg.Zone = time.FixedZone("", 8*3600)
			got, err := f.TargetFigures(t.Context(), []bs.TargetQuery{{Table: "ods.a", Keys: []string{"id"}}, {Table: "ods.b"}})
			if err != nil {
				t.Fatal(err)
			}
			for i, want := range []string{tt.a, tt.b} {
				if s := delivered(got[i]); s != want {
					t.Errorf("%s:\n got %s\nwant %s", got[i].Table, s, want)
				}
			}
		})
	}
}

// TestClient_TargetFigures_argv checks the command lines of one small delivery.
func TestClient_TargetFigures_argv(t *testing.T) {
	t.Parallel()
	f := newFake(t, Config{},
		answer{Match: askCounts, Stdout: answered(rowOf(0, "5", "5"), rowOf(1, "5", "5", "5"), described(2, "Email string", "# Partition x", "y int"), described(3, "a***l string"))},
		answer{Match: askDuplicate, Stdout: answered(rowOf(0, "0"), rowOf(1, `"3"`))}, answer{Match: askHistory, Stdout: answered(history(0))})
	got, err := f.TargetFigures(t.Context(), []bs.TargetQuery{{Table: "ods.Users", Keys: []string{"Email"}}, {Table: "ods.order items", Keys: []string{"order id", "客户"}}})
	if err != nil {
		t.Fatal(err)
	}
	if got[0].Duplicates != 0 || got[1].Duplicates != 3 || !reflect.DeepEqual(got[0].Columns, []bs.TargetColumn{{Name: "Email", Type: "string"}}) || got[1].Columns != nil {
		t.Errorf("got %+v", got)
	}
	f.wantArgv(
		argv("sql", "--batch", "--execute=SELECT COUNT(*) AS c1, COUNT(`Email`) AS k1 FROM `ods`.`Users`; "+
			"SELECT COUNT(*) AS c1, COUNT(`order id`) AS k1, COUNT(`客户`) AS k2 FROM `ods`.`order items`; DESC TABLE `ods`.`Users`; DESC TABLE `ods`.`order items`", "--timeout=60"),
		argv("sql", "--batch", "--execute=SELECT COUNT(`Email`) - COUNT(DISTINCT `Email`) AS c1 FROM `ods`.`Users`; "+
			"SELECT COALESCE(SUM(g1.c2), 0) AS c1 FROM (SELECT COUNT(*) - 1 AS c2 FROM `ods`.`order items` WHERE `order id` IS NOT NULL AND `客户` IS NOT NULL "+
			"GROUP BY `order id`, `客户` HAVING COUNT(*) > 1) g1", "--timeout=60"),
		argv("sql", "--batch", "--execute=DESC HISTORY `ods`.`Users`; DESC HISTORY `ods`.`order items`", "--timeout=60"))
}

// TestClient_TargetFigures_names never lets a name out of its quotation.
func TestClient_TargetFigures_names(t *testing.T) {
	t.Parallel()
	f := newFake(t, Config{}, answer{Match: askCounts, Stdout: answered(rowOf(0, "5"))}, answer{Stdout: answered(history(0))})
	got, err := f.TargetFigures(t.Context(), []bs.TargetQuery{{Table: "ods.a`; DROP TABLE b"}, {Table: "ods.a", Keys: []string{"id", "x`) FROM b; --"}}})
	if err != nil {
		t.Fatal(err)
	}
	if delivered(got[0]) != "exists false rows -1 twice -1 keys map[] figures.name" || delivered(got[1]) != "exists true rows 5 twice -1 keys map[] written 00:00 figures.name" {
		t.Errorf("%s\n%s", delivered(got[0]), delivered(got[1]))
	}
	for _, inv := range f.invocations() {
		if line := strings.Join(inv.Argv, " "); strings.Contains(line, "DROP") || strings.Contains(line, "--;") || strings.Contains(line, "; --") {
			t.Errorf("asked %s", line)
		}
	}
}

// TestClient_TargetFigures_many asks about a large task in three children.
func TestClient_TargetFigures_many(t *testing.T) {
	t.Parallel()
	for _, width := range []int{10, 200} {
		var counts, twice, written []string
		var queries []bs.TargetQuery
		for i := range 50 {
			queries = append(queries, bs.TargetQuery{Table: fmt.Sprintf("ods.%0*d", width, i), Keys: []string{"id", "part"}})
			counts = append(counts, rowOf(i, "9", "9", "9"))
			twice = append(twice, rowOf(i, "0"))
			written = append(written, history(i, firstVersion))
		}
		f := newFake(t, Config{}, answer{Match: askCounts, Stdout: answered(counts...)}, answer{Match: askGroups, Stdout: answered(twice...)}, answer{Match: askHistory, Stdout: answered(written...)})
		got, err := f.TargetFigures(t.Context(), queries)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(f.invocations()); n != 3 {
			t.Errorf("names of %d: %d children", width, n)
		}
		if slices.ContainsFunc(got, func(f bs.TargetFigures) bool { return f.Rows != 9 || f.Duplicates != 0 || f.Written.IsZero() }) {
			t.Errorf("names of %d: %+v", width, got)
		}
	}
}

// TestClient_TargetFigures_nothing is an error only if nothing was told.
func TestClient_TargetFigures_nothing(t *testing.T) {
	t.Parallel()
	f := newFake(t, Config{}, answer{Sample: "unreachable.error"})
	if got, err := f.TargetFigures(t.Context(), []bs.TargetQuery{{Table: "ods.a"}}); bs.FailureOf(err) != bs.FailUnreachable {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := f.TargetFigures(t.Context(), nil); len(got) != 0 || err != nil {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestExactCount(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{
		"0": 0, "12": 12, "9223372036854775807": math.MaxInt64, "12.00": 12, "9007199254740993.0": 9007199254740993,
		"": -1, "null": -1, "-1": -1, "-0": 0, "+1": -1, "1.5": -1, "1e3": -1, "******": -1, "1****": -1, "9223372036854775808": -1, "true": -1, " 1": -1, ".0": -1,
	} {
		if got, err := exactCount(text); got != want || (err == nil) != (want >= 0) {
			t.Errorf("%q: %d, %v; want %d", text, got, err, want)
		}
	}
}
