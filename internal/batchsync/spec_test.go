package batchsync

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

var (
	shopMySQL = Datasource{ID: 11, Name: "shop_mysql", Type: "MySQL"}
	crmPG     = Datasource{ID: 12, Name: "crm_pg", Type: "PostgreSQL"}
	filesOSS  = Datasource{ID: 13, Name: "files", Type: "OSS"}
	lake      = Datasource{ID: 90, Name: "lake", Type: "LakeHouse"}
)

// singleSpec is a specification without a flaw: one table, daily.
func singleSpec() Spec {
	return Spec{
		Kind: KindMySQL, Source: shopMySQL, Scope: ScopeSingle, WriteMode: Overwrite,
		SourceSchema: "shop", Tables: []string{"orders"},
		Target: lake, TargetSchema: "ods", TargetTable: "orders",
		Schedule: Schedule{Every: Daily, Hour: 2, Zone: "Asia/Shanghai"},
		Folder:   Folder{ID: 7, Path: "data_sync"}, VCluster: "sync_vc", Name: "sync_shop_orders_daily",
	}
}

func multiSpec(tables ...string) Spec {
	s := singleSpec()
	s.Scope, s.Tables, s.TargetTable = ScopeMulti, tables, ""
	return s
}

func wholeSpec(schema, rule string) Spec {
	s := singleSpec()
	s.Scope, s.Tables, s.TargetSchema, s.TargetTable = ScopeWhole, nil, schema, rule
	return s
}

func objectSpec(path string) Spec {
	s := singleSpec()
	s.Kind, s.Source, s.SourceSchema, s.Tables = KindObject, filesOSS, "bucket", []string{path}
	return s
}

// with returns the specification after a change.
func (s Spec) with(change func(*Spec)) Spec { change(&s); return s }

// wrong renders field errors as "field=key", one word each.
func wrong(errs []FieldError) string {
	var out []string
	for _, e := range errs {
		out = append(out, string(e.Field)+"="+string(e.Text.Key))
	}
	return strings.Join(out, " ")
}

func numbered(n int, format string) []string {
	var out []string
	for i := range n {
		out = append(out, fmt.Sprintf(format, i))
	}
	return out
}

func TestSpec_Validate(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", MaxNameRunes)
	tests := []struct {
		name string
		spec Spec
		want string
	}{
		{"single", singleSpec(), ""},
		{"multi", multiSpec("orders", "customers"), ""},
		{"whole", wholeSpec(VarSourceDatabase, VarSourceDatabase+"_"+VarSourceTable), ""},
		{"merge", singleSpec().with(func(s *Spec) { s.Scope, s.Tables = ScopeMerge, []string{"o_1", "o_2"} }), ""},
		{"object", objectSpec("in/2026/*.csv"), ""},
		{"source type not known yet", singleSpec().with(func(s *Spec) { s.Source.Type, s.Target.Type = "", "" }), ""},

		{"kind missing", singleSpec().with(func(s *Spec) { s.Kind, s.Source.Type = "", "" }), "kind=field.kind_missing"},
		{"kind unknown", singleSpec().with(func(s *Spec) { s.Kind, s.Source.Type = "oracle", "" }), "kind=field.kind_missing"},
		{"kind lakehouse is no source", singleSpec().with(func(s *Spec) { s.Kind, s.Source.Type = KindLakehouse, "" }), "kind=field.kind_missing"},

		{"source missing", singleSpec().with(func(s *Spec) { s.Source = Datasource{} }), "source=field.source_missing"},
		{"source id negative", singleSpec().with(func(s *Spec) { s.Source.ID = -1 }), "source=field.source_missing"},
		{"source without name", singleSpec().with(func(s *Spec) { s.Source.Name = "" }), "source=field.source_missing"},
		{"source is a lakehouse", singleSpec().with(func(s *Spec) { s.Source.Type = "LakeHouse" }), "source=field.source_is_target"},
		{"source is the target", singleSpec().with(func(s *Spec) { s.Source.ID = lake.ID }), "source=field.source_is_target"},
		{"source of another kind", singleSpec().with(func(s *Spec) { s.Source = crmPG }), "source=field.source_other_kind"},

		{"scope missing", singleSpec().with(func(s *Spec) { s.Scope = "" }), "scope=field.scope_missing"},
		{"scope of object storage", objectSpec("a").with(func(s *Spec) { s.Scope, s.TargetTable = ScopeMulti, "" }), "scope=field.scope_object"},

		{"append single", singleSpec().with(func(s *Spec) { s.WriteMode = Append }), ""},
		{"append multi", multiSpec("a").with(func(s *Spec) { s.WriteMode = Append }), ""},
		{"write mode missing", singleSpec().with(func(s *Spec) { s.WriteMode = "" }), "write_mode=field.write_mode_missing"},
		{"write mode unknown", singleSpec().with(func(s *Spec) { s.WriteMode = "OVERWRITE" }), "write_mode=field.write_mode_missing"},

		{"schema missing", singleSpec().with(func(s *Spec) { s.SourceSchema = "" }), "source_schema=field.source_schema_missing"},
		{"schema blank", singleSpec().with(func(s *Spec) { s.SourceSchema = " \t" }), "source_schema=field.source_schema_missing"},
		{"schema at length", singleSpec().with(func(s *Spec) { s.SourceSchema = strings.Repeat("é", MaxNameRunes) }), ""},
		{"schema too long", singleSpec().with(func(s *Spec) { s.SourceSchema = long + "a" }), "source_schema=field.name_length"},
		{"schema not text", singleSpec().with(func(s *Spec) { s.SourceSchema = "a\xff" }), "source_schema=field.name_length"},
		{"schema like a flag", singleSpec().with(func(s *Spec) { s.SourceSchema = "--write" }), "source_schema=field.name_dash"},
		{"schema with quote", singleSpec().with(func(s *Spec) { s.SourceSchema = "a`b" }), "source_schema=field.name_quotes"},
		{"schema with statement", singleSpec().with(func(s *Spec) { s.SourceSchema = "a; DROP" }), "source_schema=field.name_quotes"},
		{"schema with newline", singleSpec().with(func(s *Spec) { s.SourceSchema = "a\nb" }), "source_schema=field.name_quotes"},
		{"schema with hidden mark", singleSpec().with(func(s *Spec) { s.SourceSchema = "a\u202eb" }), "source_schema=field.name_quotes"},

		{"single without table", singleSpec().with(func(s *Spec) { s.Tables = nil }), "tables=field.table_missing"},
		{"single with two tables", singleSpec().with(func(s *Spec) { s.Tables = []string{"a", "b"} }), "tables=field.table_missing"},
		{"single with empty table", singleSpec().with(func(s *Spec) { s.Tables = []string{""} }), "tables=field.name_length"},
		{"whole database with comma", wholeSpec("ods", VarSourceTable).with(func(s *Spec) { s.SourceSchema = "a,b" }), "source_schema=field.schema_comma"},
		{"whole database with edge space", wholeSpec("ods", VarSourceTable).with(func(s *Spec) { s.SourceSchema = "a " }), "source_schema=field.schema_comma"},
		{"single from a schema with comma", singleSpec().with(func(s *Spec) { s.SourceSchema = "a,b" }), ""},
		{"single with comma", singleSpec().with(func(s *Spec) { s.Tables = []string{"a,b"} }), ""},
		{"multi without table", multiSpec(), "tables=field.tables_missing"},
		{"multi at limit", multiSpec(numbered(MaxTables, "t%d")...), ""},
		{"multi over limit", multiSpec(numbered(MaxTables+1, "t%d")...), "tables=field.tables_many"},
		// 400 names of 249 bytes and a comma each are 100000 bytes.
		{"multi at bytes", multiSpec(numbered(400, "t%0248d")...), ""},
		{"multi over bytes", multiSpec(append(numbered(400, "t%0248d"), "x")...), "tables=field.tables_many"},
		{"multi twice", multiSpec("a", "b", "a"), "tables=field.table_twice"},
		{"multi with comma", multiSpec("a,b"), "tables=field.table_comma"},
		{"multi with edge space", multiSpec("a "), "tables=field.table_comma"},
		{"multi with quote", multiSpec("a", `b"c`), "tables=field.name_quotes"},
		{"multi like a flag", multiSpec("a", "-y"), "tables=field.name_dash"},
		{"whole with tables", wholeSpec("ods", VarSourceTable).with(func(s *Spec) { s.Tables = []string{"a"} }), "tables=field.tables_not_asked"},
		{"merge of one", singleSpec().with(func(s *Spec) { s.Scope = ScopeMerge }), "tables=field.tables_merge_few"},
		{"object path may look like anything", objectSpec("-a`b;"), ""},
		{"object path empty", objectSpec(""), "tables=field.table_missing"},
		{"object path blank", objectSpec("  "), "tables=field.table_missing"},
		{"object path hidden", objectSpec("a\x00"), "tables=field.name_control"},

		{"target missing", singleSpec().with(func(s *Spec) { s.Target = Datasource{} }), "target=field.target_missing"},
		{"target without name", singleSpec().with(func(s *Spec) { s.Target.Name = "" }), "target=field.target_missing"},
		{"target no lakehouse", singleSpec().with(func(s *Spec) { s.Target = crmPG }), "target=field.target_not_lakehouse"},
		{"target schema missing", singleSpec().with(func(s *Spec) { s.TargetSchema = "" }), "target_schema=field.target_schema_missing"},
		{"target schema not plain", singleSpec().with(func(s *Spec) { s.TargetSchema = "o-ds" }), "target_schema=field.target_name_invalid"},
		{"target schema variable only for whole", singleSpec().with(func(s *Spec) { s.TargetSchema = VarSourceDatabase }), "target_schema=field.target_name_invalid"},
		{"target table missing", singleSpec().with(func(s *Spec) { s.TargetTable = "" }), "target_table=field.target_table_missing"},
		{"target table at length", singleSpec().with(func(s *Spec) { s.TargetTable = long }), ""},
		{"target table too long", singleSpec().with(func(s *Spec) { s.TargetTable = long + "a" }), "target_table=field.target_name_invalid"},
		{"target table begins with digit", singleSpec().with(func(s *Spec) { s.TargetTable = "1a" }), "target_table=field.target_name_invalid"},
		{"multi of a name no table can have", multiSpec("orders", "客户订单"), "target_table=field.sink_names"},
		{"multi of such a name, renamed", multiSpec("a-b").with(func(s *Spec) { s.TargetTable = "x_" + VarSourceTable }), "target_table=field.sink_names"},
		{"multi of digits first", multiSpec("2024", "orders"), "target_table=field.sink_names_prefix"},
		{"multi of digits first, renamed", multiSpec("2024", "orders").with(func(s *Spec) { s.TargetTable = "x_" + VarSourceTable }), ""},
		{"multi of four such names", multiSpec("a-a", "a-b", "2024", "a-c", "a-d"), "target_table=field.sink_names_more"},
		{"schema of a whole database", wholeSpec(VarSourceDatabase, VarSourceTable).with(func(s *Spec) { s.SourceSchema = "业务" }), "target_schema=field.target_name_invalid"},
		{"names of multi without table", multiSpec("a").with(func(s *Spec) { s.TargetTable = "!" }), "target_table=field.rule_no_table"},
		{"rule without table", wholeSpec("ods", "all"), "target_table=field.rule_no_table"},
		{"rule missing", wholeSpec("ods", ""), "target_table=field.rule_no_table"},
		{"rule not plain", wholeSpec("ods", "x-"+VarSourceTable), "target_table=field.rule_invalid"},
		{"rule with unknown variable", wholeSpec("ods", "{SCHEMA}_"+VarSourceTable), "target_table=field.rule_invalid"},
		{"rule with variable first", wholeSpec("ods", VarSourceDatabase+VarSourceTable+"_v1"), ""},

		{"zone missing", singleSpec().with(func(s *Spec) { s.Schedule.Zone = "" }), "zone=schedule.zone_unknown"},
		{"time wrong", singleSpec().with(func(s *Spec) { s.Schedule.Hour = 24 }), "time=schedule.time_invalid"},
		{"rhythm missing", singleSpec().with(func(s *Spec) { s.Schedule.Every = "" }), "schedule=schedule.missing"},
		{"weekdays missing", singleSpec().with(func(s *Spec) { s.Schedule.Every = Weekly }), "weekdays=schedule.weekdays_missing"},
		{"day wrong", singleSpec().with(func(s *Spec) { s.Schedule.Every, s.Schedule.Day = Monthly, 32 }), "day=schedule.day_invalid"},
		{"step wrong", singleSpec().with(func(s *Spec) { s.Schedule.Every, s.Schedule.Step = Minutes, 7 }), "step=schedule.step_invalid"},

		{"folder is the root", singleSpec().with(func(s *Spec) { s.Folder.ID = 0 }), "folder=field.folder_missing"},
		{"cluster missing", singleSpec().with(func(s *Spec) { s.VCluster = " " }), "vcluster=field.vcluster_missing"},
		{"cluster not plain", singleSpec().with(func(s *Spec) { s.VCluster = "-v" }), "vcluster=field.vcluster_invalid"},
		{"name digits", singleSpec().with(func(s *Spec) { s.Name = "20260720" }), "name=field.name_digits"},

		{"nothing answered", Spec{}, "kind=field.kind_missing source=field.source_missing scope=field.scope_missing" +
			" write_mode=field.write_mode_missing source_schema=field.source_schema_missing tables=field.tables_missing" +
			" target=field.target_missing target_schema=field.target_schema_missing target_table=field.target_table_missing" +
			" zone=schedule.zone_unknown folder=field.folder_missing vcluster=field.vcluster_missing name=field.name_missing"},
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

func TestSpec_Derived(t *testing.T) {
	t.Parallel()
	merge := singleSpec().with(func(s *Spec) { s.Scope, s.Tables, s.TargetTable = ScopeMerge, []string{"o_1", "o_2"}, "o" })
	tests := []struct {
		name   string
		spec   Spec
		byHand bool
		kind   TaskType
		pairs  []TablePair
	}{
		{"single", singleSpec().with(func(s *Spec) { s.TargetTable = "o" }), false, TypeSingle, []TablePair{{"shop.orders", "ods.o"}}},
		{"multi", multiSpec("a", "b"), false, TypeMulti, []TablePair{{"shop.a", "ods.a"}, {"shop.b", "ods.b"}}},
		{"whole", wholeSpec("ods", VarSourceTable), false, TypeMulti, nil},
		{"merge", merge, true, TypeMulti, []TablePair{{"shop.o_1", "ods.o"}, {"shop.o_2", "ods.o"}}},
		{"object", objectSpec("in/*.csv"), true, TypeSingle, []TablePair{{"bucket.in/*.csv", "ods.orders"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := tt.spec.ByHand(); got != tt.byHand {
				t.Errorf("ByHand() = %v, want %v", got, tt.byHand)
			}
			if got := tt.spec.TaskType(); got != tt.kind || !got.IsSync() {
				t.Errorf("TaskType() = %v, IsSync %v, want %v", got, got.IsSync(), tt.kind)
			}
			if got := tt.spec.Pairs(); !slices.Equal(got, tt.pairs) {
				t.Errorf("Pairs() = %v, want %v", got, tt.pairs)
			}
		})
	}
}

func TestCheckTaskName(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, task string
		want       TextKey
	}{
		{"plain", "sync_orders", ""},
		{"spaces, quotes and Chinese inside", `订单 "daily" 'x'`, ""},
		{"digits and a letter", "20260720a", ""},
		{"dash inside", "a-b", ""},
		{"at length", strings.Repeat("单", MaxNameRunes), ""},
		{"too long", strings.Repeat("单", MaxNameRunes+1), "field.name_length"},
		{"empty", "", "field.name_missing"},
		{"blank", " \t\n", "field.name_missing"},
		{"space before", " a", "field.name_spaces"},
		{"space after", "a\u00a0", "field.name_spaces"},
		{"newline", "a\nb", "field.name_control"},
		{"zero width", "a\u200bb", "field.name_control"},
		{"direction mark", "a\u202eb", "field.name_control"},
		{"not text", "a\xff", "field.name_control"},
		{"flag", "-y", "field.name_dash"},
		{"digits", "40001", "field.name_digits"},
		{"digits of another script", "٤٠", "field.name_digits"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := CheckTaskName(tt.task); got.Key != tt.want {
				t.Errorf("CheckTaskName(%q) = %q, want %q", tt.task, got.Key, tt.want)
			}
		})
	}
}

func TestSpec_SuggestName(t *testing.T) {
	t.Parallel()
	every := func(e Every, step int) func(*Spec) {
		return func(s *Spec) { s.Schedule = Schedule{Every: e, Step: step} }
	}
	tests := []struct {
		name string
		spec Spec
		want string
	}{
		{"single", singleSpec(), "sync_shop_orders_daily"},
		{"single renamed", singleSpec().with(func(s *Spec) { s.TargetTable = "o2" }), "sync_shop_o2_daily"},
		{"no target table yet", singleSpec().with(func(s *Spec) { s.TargetTable = "" }), "sync_shop_orders_daily"},
		{"one of many", multiSpec("orders"), "sync_shop_orders_daily"},
		{"many", multiSpec("a", "b", "c"), "sync_shop_3_tables_daily"},
		{"whole", wholeSpec("ods", VarSourceTable), "sync_shop_all_daily"},
		{"merge", singleSpec().with(func(s *Spec) { s.Scope = ScopeMerge }), "sync_shop_orders_merge_daily"},
		{"no tables", multiSpec(), "sync_shop_daily"},
		{"no rhythm", singleSpec().with(every("", 0)), "sync_shop_orders"},
		{"weekly", singleSpec().with(every(Weekly, 0)), "sync_shop_orders_weekly"},
		{"hourly", singleSpec().with(every(Hours, 1)), "sync_shop_orders_hourly"},
		{"hours", singleSpec().with(every(Hours, 6)), "sync_shop_orders_6h"},
		{"minutes", singleSpec().with(every(Minutes, 15)), "sync_shop_orders_15min"},
		{"foreign signs", singleSpec().with(func(s *Spec) { s.SourceSchema, s.TargetTable = "-Shop DB.", "订单$$x" }), "sync_shop_db_订单_x_daily"},
		{"nothing", Spec{}, "sync"},
		{"long", singleSpec().with(func(s *Spec) { s.TargetTable = strings.Repeat("a", 300) }), "sync_shop_" + strings.Repeat("a", 88)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := tt.spec.SuggestName(); got != tt.want {
				t.Errorf("SuggestName() = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestKindOf(t *testing.T) {
	t.Parallel()
	tests := map[string]SourceKind{
		"MySQL": KindMySQL, "Aurora MySQL": KindMySQL, "aurora_mysql": KindMySQL, "MariaDB": KindMySQL, "PolarDB-MySQL": KindMySQL,
		"PostgreSQL": KindPostgreSQL, "Postgres": KindPostgreSQL, "Aurora PostgreSQL": KindPostgreSQL,
		"SqlServer": KindSQLServer, "SQL Server": KindSQLServer, "sql_server": KindSQLServer,
		"OSS": KindObject, "S3": KindObject, "COS": KindObject, "Aliyun OSS": KindObject, "Amazon S3": KindObject,
		"LakeHouse": KindLakehouse, "ClickZetta Lakehouse": KindLakehouse,
		"Oracle": KindOther, "Kafka": KindOther, "Nacos": KindOther, "": KindOther,
	}
	for display, want := range tests {
		if got := (Datasource{Type: display}).Kind(); got != want {
			t.Errorf("KindOf(%q) = %q, want %q", display, got, want)
		}
	}
}

func TestSourceKinds_NoTarget(t *testing.T) {
	t.Parallel()
	if slices.Contains(SourceKinds(), KindLakehouse) {
		t.Error("the Lakehouse is offered as a source")
	}
}

func TestVCluster_ForSync(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]bool{"INTEGRATION": true, "integration": true, "GENERAL": false, "ANALYTICS": false, "": false} {
		if got := (VCluster{Type: kind}).ForSync(); got != want {
			t.Errorf("ForSync of %q = %v, want %v", kind, got, want)
		}
	}
}

func FuzzSpec_SuggestName(f *testing.F) {
	f.Add("shop", "orders", "daily")
	f.Add("-", "İ́\u200b", "")
	f.Fuzz(func(t *testing.T, schema, table, every string) {
		s := Spec{Scope: ScopeSingle, SourceSchema: schema, Tables: []string{table}, Schedule: Schedule{Every: Every(every)}}
		got := s.SuggestName()
		if bad := CheckTaskName(got); !bad.IsZero() || utf8.RuneCountInString(got) > 100 {
			t.Errorf("SuggestName() = %q: %v", got, bad)
		}
	})
}

func FuzzPlainName(f *testing.F) {
	for _, s := range []string{"a", "_1", "1a", "a b", "é", "", "a\x00", strings.Repeat("a", 256)} {
		f.Add(s)
	}
	const first = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
	f.Fuzz(func(t *testing.T, s string) {
		want := s != "" && len(s) <= MaxNameRunes && strings.Trim(s, first+"0123456789") == "" &&
			strings.ContainsRune(first, rune(s[0]))
		if want { // Trim looks at the edges only
			want = !strings.ContainsFunc(s, func(r rune) bool { return !strings.ContainsRune(first+"0123456789", r) })
		}
		if got := plainName(s); got != want {
			t.Errorf("plainName(%q) = %v, want %v", s, got, want)
		}
		if plainName(s) && !foreignName(s).IsZero() {
			t.Errorf("%q is plain but refused as a foreign name", s)
		}
	})
}
