package batchsync

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func changedKeys(texts []Text) string {
	var out []string
	for _, t := range texts {
		out = append(out, string(t.Key))
	}
	return strings.Join(out, " ")
}

func TestChanged(t *testing.T) {
	t.Parallel()
	snapshot := func(change func(*Snapshot, *Content)) Snapshot {
		content := Content{
			Source: Datasource{ID: 1, Name: "a"}, Target: Datasource{ID: 2, Name: "b"}, Scope: ScopeSingle, WriteMode: Overwrite,
			Pairs: []TablePair{{"shop.t", "ods.t"}}, Mapped: []TablePair{{"id", "id"}}, Where: "id > 5", Parallel: 2,
		}
		deployed := &Deployed{Online: true, Cron: "0 00 02 * * ? *", VCluster: "sync_vc", Version: 3}
		s := NewSnapshot(7, 11, deployed, &content, []SourceFigures{{Table: "shop.t", How: CountedExactly, Rows: 5, Columns: orderColumns()}}, "UTC", acceptanceNow())
		change(&s, &content)
		return s
	}
	before := snapshot(func(*Snapshot, *Content) {})
	columns := func(change func([]SourceColumn) []SourceColumn) func(*Snapshot, *Content) {
		return func(s *Snapshot, _ *Content) { s.Columns[0].Columns = change(orderColumns()) }
	}
	tests := []struct {
		name   string
		change func(*Snapshot, *Content)
		want   string
	}{
		{"nothing", func(*Snapshot, *Content) {}, ""},
		{"later", func(s *Snapshot, _ *Content) { s.At, s.Run = s.At.Add(time.Hour), 12 }, ""},
		{"the same schedule in other words", func(s *Snapshot, _ *Content) { s.Cron = "0 0 2 * * ? *" }, ""},
		{"schedule", func(s *Snapshot, _ *Content) { s.Cron, s.Version = "0 00 03 * * ? *", 4 }, "changed.schedule changed.version"},
		{"zone", func(s *Snapshot, _ *Content) { s.Zone = "Asia/Shanghai" }, "changed.zone"},
		{"cluster", func(s *Snapshot, _ *Content) { s.VCluster = "DEFAULT" }, "changed.vcluster"},
		{"not told", func(s *Snapshot, _ *Content) { *s = Snapshot{} }, ""},
		{"source", func(_ *Snapshot, c *Content) { c.Source.ID = 9 }, "changed.datasource"},
		{"another table", func(_ *Snapshot, c *Content) { c.Pairs = []TablePair{{"shop.u", "ods.t"}} }, "changed.tables_added changed.tables_gone"},
		{"mapping", func(_ *Snapshot, c *Content) { c.Mapped = []TablePair{{"id", "id"}, {"a", "b"}} }, "changed.mapping"},
		{"mapping not told", func(_ *Snapshot, c *Content) { c.Mapped = nil }, ""},
		{"write mode", func(_ *Snapshot, c *Content) { c.WriteMode = Append }, "changed.mode"},
		{"filter", func(_ *Snapshot, c *Content) { c.Where = "" }, "changed.where"},
		{"rules", func(_ *Snapshot, c *Content) { c.TableRule = "x" }, "changed.rules"},
		{"concurrency", func(_ *Snapshot, c *Content) { c.Parallel = 10 }, "changed.parallel"},
		{"a column more", columns(func(c []SourceColumn) []SourceColumn { return append(c, SourceColumn{Name: "x", Type: "int"}) }), "changed.columns_added"},
		{"a column less", columns(func(c []SourceColumn) []SourceColumn { return c[:2] }), "changed.columns_gone"},
		{"another type", columns(func(c []SourceColumn) []SourceColumn { c[1].Type = "text"; return c }), "changed.columns_retyped"},
		{"another key", columns(func(c []SourceColumn) []SourceColumn { return c[1:] }), "changed.columns_key changed.columns_gone"},
		{"columns not told", columns(func([]SourceColumn) []SourceColumn { return nil }), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := changedKeys(Compare(before, snapshot(tt.change)).Changed); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// The tables of a whole database are no part of its content, whoever looked
// them up.
func TestCompare_WholeDatabase(t *testing.T) {
	t.Parallel()
	was := Content{Scope: ScopeWhole, SourceSchema: "shop", Pairs: []TablePair{{"shop.t", "ods.t"}, {"shop.u", "ods.u"}}}
	is := Content{Scope: ScopeWhole, SourceSchema: "shop"}
	a, b := NewSnapshot(7, 1, nil, &was, nil, "", acceptanceNow()), NewSnapshot(7, 2, nil, &is, nil, "", acceptanceNow())
	if got := Compare(a, b); len(got.Changed) != 0 {
		t.Errorf("changed are %+v", got.Changed)
	}
	is.Scope = ScopeMulti
	if got := changedKeys(Compare(a, b).Changed); got != "changed.tables_gone changed.mode" {
		t.Errorf("another scope: %s", got)
	}
}

// What an earlier success was like is compared apart from what the last one was.
func TestCompare_Under(t *testing.T) {
	t.Parallel()
	content := Content{Scope: ScopeSingle, Where: "id > 5"}
	full := NewSnapshot(7, 1, &Deployed{Cron: "0 00 02 * * ? *", VCluster: "a", Version: 3}, &content, []SourceFigures{{Table: "shop.t", Columns: orderColumns()}}, "UTC", acceptanceNow())
	lean := NewSnapshot(7, 2, &Deployed{Cron: "0 00 03 * * ? *", VCluster: "a"}, nil, nil, "UTC", acceptanceNow().Add(24*time.Hour))
	other := Content{Scope: ScopeSingle}
	now := NewSnapshot(7, 0, &Deployed{Cron: "0 00 03 * * ? *", VCluster: "b", Version: 4}, &other, []SourceFigures{{Table: "shop.t", Columns: orderColumns()[:2]}}, "UTC", acceptanceNow().Add(48*time.Hour))
	got := Compare(full.Under(lean), now)
	if changedKeys(got.Changed) != "changed.vcluster" || changedKeys(got.Earlier) != "changed.columns_gone changed.where changed.version" || len(got.Left) != 0 {
		t.Errorf("got %+v", got)
	}
	if !got.Since.Equal(lean.At) || !got.Read.Equal(full.At) {
		t.Errorf("since %v, read %v", got.Since, got.Read)
	}
	if got := Compare(lean, now); changedKeys(got.Changed) != "changed.vcluster" || changedKeys(got.Left) != "uncompared.content uncompared.columns uncompared.version" {
		t.Errorf("a success of which only the schedule is known: %+v", got)
	}
	if got := Compare(full, Snapshot{}); changedKeys(got.Left) != "uncompared.content uncompared.columns uncompared.vcluster uncompared.schedule uncompared.version" {
		t.Errorf("nothing is known now: %+v", got.Left)
	}
}

// Types are compared as they are where the same told of them, and else by what
// they hold; a table whose columns one side lacks is counted.
func TestCompare_Columns(t *testing.T) {
	t.Parallel()
	was := []SourceColumn{{Name: "id", Type: "bigint(20) unsigned"}, {Name: "note", Type: "varchar(20)"}}
	is := func(id, note string) []SourceColumn {
		return []SourceColumn{{Name: "id", Type: id}, {Name: "note", Type: note}}
	}
	for _, tt := range []struct {
		name      string
		described bool // what is remembered
		is        []SourceColumn
		changed   string
		left      string
	}{
		{"written otherwise", false, is("BIGINT", "VARCHAR"), "", "uncompared.columns_some uncompared.widths"},
		{"another kind", false, is("BIGINT", "JSON"), "changed.columns_retyped", "uncompared.columns_some uncompared.widths"},
		{"told by the same, as it was", true, is("BIGINT(20) UNSIGNED", "varchar(20)"), "", "uncompared.columns_some"},
		{"told by the same, longer", true, is("bigint(20) unsigned", "varchar(40)"), "changed.columns_retyped", "uncompared.columns_some"},
		{"not read", true, nil, "", "uncompared.columns"},
	} {
		content := Content{Pairs: []TablePair{{"shop.t", "ods.t"}, {"shop.u", "ods.u"}}}
		deployed := &Deployed{Cron: "0 00 02 * * ? *", VCluster: "a", Version: 3}
		before := NewSnapshot(7, 1, deployed, &content, []SourceFigures{{Table: "shop.t", Columns: was, Described: tt.described}, {Table: "shop.u"}}, "", acceptanceNow())
		now := NewSnapshot(7, 1, deployed, &content, []SourceFigures{{Table: "shop.t", Columns: tt.is, Described: true}}, "", acceptanceNow())
		got := Compare(before, now)
		if changedKeys(got.Changed) != tt.changed || changedKeys(got.Left) != tt.left {
			t.Errorf("%s: changed %q, left %q", tt.name, changedKeys(got.Changed), changedKeys(got.Left))
		}
		if i := slices.IndexFunc(got.Left, func(t Text) bool { return t.Key == "uncompared.columns_some" }); i >= 0 && strings.Join(got.Left[i].Args, " ") != "1 2" {
			t.Errorf("%s: %+v", tt.name, got.Left[i])
		}
	}
}

func TestFirstToCompare(t *testing.T) {
	t.Parallel()
	var tables []SourceFigures
	var pairs []TablePair
	for _, n := range []string{"a", "b", "orders", "items", "returns"} {
		tables, pairs = append(tables, SourceFigures{Table: "shop." + n}), append(pairs, TablePair{"shop." + n, "ods.t_" + n})
	}
	for _, tt := range []struct {
		name, message, log, want string
		pairs                    []TablePair
	}{
		{"nothing said", "", "", "a b orders items returns", pairs},
		{"a source in the message", "Unknown column 'x' in shop.items", "", "items a b orders returns", pairs},
		{"a target in the message", "boom\ncannot write ods.t_returns", "", "returns a b orders items", pairs},
		{"a failure in the log", "1 of 5 tables failed", "INFO shop.a done\nINFO shop.b: status SUCCESS\nERROR shop.orders: boom", "orders a b items returns", pairs},
		{"not copied any more", "shop.items is gone", "", "items a b orders returns", nil},
	} {
		var got []string
		for _, f := range FirstToCompare(tables, tt.pairs, tt.message, tt.log) {
			got = append(got, strings.TrimPrefix(f.Table, "shop."))
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// Many changed tables are one sentence, and a snapshot stays small.
func TestChanged_Many(t *testing.T) {
	t.Parallel()
	var before, now []SourceFigures
	for i := range 50 {
		table := "shop.t" + itoa(i)
		before = append(before, SourceFigures{Table: table, Columns: orderColumns()})
		now = append(now, SourceFigures{Table: table, Columns: orderColumns()[:2]})
	}
	a, b := NewSnapshot(7, 1, nil, nil, before, "", acceptanceNow()), NewSnapshot(7, 2, nil, nil, now, "", acceptanceNow())
	got := Compare(a, b).Changed
	if changedKeys(got) != "changed.columns_many" || got[0].Args[0] != "50" {
		t.Errorf("%+v", got)
	}
	wide := SourceFigures{Table: "wide"}
	for i := range 500 {
		wide.Columns = append(wide.Columns, SourceColumn{Name: itoa(i), Type: "int"})
	}
	var many []SourceFigures
	for i := range 50 {
		wide.Table = "wide" + itoa(i)
		many = append(many, wide)
	}
	total := 0
	for _, f := range NewSnapshot(7, 1, nil, nil, many, "", acceptanceNow()).Columns {
		total += len(f.Columns)
	}
	if total != maxSnapshotColumns {
		t.Errorf("%d columns are kept", total)
	}
}
