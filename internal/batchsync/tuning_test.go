package batchsync

import (
	"reflect"
	"strings"
	"testing"
)

func TestSpec_Validate_Tuning(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		spec Spec
		want string
	}{
		{"all of a single", singleSpec().with(func(s *Spec) { s.Tuning = Tuning{Where: "id > 1", Parallel: 10, Rate: 5} }), ""},
		{"all of several", multiSpec("a").with(func(s *Spec) { s.Tuning = Tuning{Parallel: 1, KeyedMode: Append} }), ""},
		{"too parallel", singleSpec().with(func(s *Spec) { s.Parallel = MaxParallel + 1 }), "parallel=field.parallel_range"},
		{"parallel is no figure", singleSpec().with(func(s *Spec) { s.Parallel = -1 }), "parallel=field.parallel_range"},
		{"rate of several", multiSpec("a").with(func(s *Spec) { s.Rate = 1 }), "rate=field.rate_single_only"},
		{"rate too high", singleSpec().with(func(s *Spec) { s.Rate = MaxRate + 1 }), "rate=field.rate_range"},
		{"keyed mode of one", singleSpec().with(func(s *Spec) { s.KeyedMode = Append }), "keyed_mode=field.keyed_several_only"},
		{"keyed mode unknown", multiSpec("a").with(func(s *Spec) { s.KeyedMode = "replace" }), "keyed_mode=field.write_mode_missing"},
		{"keyed mode of Studio", multiSpec("a").with(func(s *Spec) { s.KeyedMode = "upsert" }), "keyed_mode=field.upsert_in_studio"},
		{"write mode of Studio", singleSpec().with(func(s *Spec) { s.WriteMode = "upsert" }), "write_mode=field.upsert_in_studio"},
		{"where of several", multiSpec("a").with(func(s *Spec) { s.Where = "id > 1" }), "where=field.where_single_only"},
		{"where of files", objectSpec("a").with(func(s *Spec) { s.Where = "id > 1" }), "where=field.where_single_only"},
		{"where with the word", singleSpec().with(func(s *Spec) { s.Where = "Where id > 1" }), "where=field.where_word"},
		{"where with a parameter", singleSpec().with(func(s *Spec) { s.Where = "dt = '${bizdate}'" }), "where=field.where_params"},
		{"where too long", singleSpec().with(func(s *Spec) { s.Where = strings.Repeat("a", MaxWhereRunes+1) }), "where=field.where_long"},
		{"where with a hidden mark", singleSpec().with(func(s *Spec) { s.Where = "a = '\u202e'" }), "where=field.name_control"},
		{"where with a second statement", singleSpec().with(func(s *Spec) { s.Where = "1=1; DROP TABLE t" }), "where=field.where_unsafe"},
		{"where with other rows", singleSpec().with(func(s *Spec) { s.Where = "1=1 UNION SELECT name FROM users" }), "where=field.where_clause"},
		{"names by a rule", multiSpec("a", "b").with(func(s *Spec) { s.TargetTable = "x_" + VarSourceTable }), ""},
		{"names that meet", multiSpec("Orders", "orders").with(func(s *Spec) { s.TargetTable = "x_" + VarSourceTable }), "target_table=field.sink_clash"},
		{"own names that meet", multiSpec("Orders", "orders"), "target_table=field.sink_clash"},
		{"a mapping longer than an argument", multiSpec(numbered(1000, "%090d")...).with(func(s *Spec) { s.TargetTable = "x" + VarSourceTable }), "target_table=field.mapping_long"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := wrong(tt.spec.Validate()); got != tt.want {
				t.Errorf("Validate() = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestSpec_AsSetUp(t *testing.T) {
	t.Parallel()
	tuned := func(s *Spec) { s.Parallel = 3 }
	tests := []struct {
		name   string
		spec   Spec
		edited bool
		want   Spec
	}{
		{"single", singleSpec(), false, singleSpec()},
		{"append to a single", singleSpec().with(func(s *Spec) { s.WriteMode = Append }), false, singleSpec().with(func(s *Spec) { s.WriteMode = Append })},
		{"tuned", singleSpec().with(tuned), true, singleSpec()},
		{"several", multiSpec("a"), false, multiSpec("a")},
		{"several appended to", multiSpec("a").with(func(s *Spec) { s.WriteMode = Append }), true, multiSpec("a")},
		{"several renamed", multiSpec("a").with(func(s *Spec) { s.TargetTable = "x_" + VarSourceTable }), true, multiSpec("a")},
		{"the built-in rules", wholeSpec(VarSourceDatabase, VarSourceDatabase+"_"+VarSourceTable), false, wholeSpec(VarSourceDatabase, VarSourceDatabase+"_"+VarSourceTable)},
		{"rules", wholeSpec("ods", VarSourceTable), true, wholeSpec(VarSourceDatabase, VarSourceDatabase+"_"+VarSourceTable)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := tt.spec.Edited(); got != tt.edited {
				t.Errorf("Edited() = %v", got)
			}
			if got := tt.spec.AsSetUp(); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("AsSetUp() = %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestSpec_Named(t *testing.T) {
	t.Parallel()
	s := multiSpec().with(func(s *Spec) { s.TargetTable = VarSourceDatabase + "_" + VarSourceTable })
	pairs, clashes := s.Named([]string{"Orders", "orders", "items"})
	if len(pairs) != 3 || pairs[2].Sink != s.TargetSchema+"."+s.SourceSchema+"_items" {
		t.Errorf("pairs %v", pairs)
	}
	if want := map[string][]string{s.SourceSchema + "_orders": {"Orders", "orders"}}; !reflect.DeepEqual(clashes, want) {
		t.Errorf("clashes %v, want %v", clashes, want)
	}
	whole := wholeSpec(VarSourceDatabase, VarSourceTable)
	if pairs, _ := whole.Named([]string{"t"}); pairs[0].Sink != whole.SourceSchema+".t" {
		t.Errorf("of a whole database: %v", pairs)
	}
}
