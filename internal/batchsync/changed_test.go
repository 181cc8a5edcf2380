package batchsync

import (
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
			if got := changedKeys(Changed(before, snapshot(tt.change))); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
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
	got := Changed(a, b)
	if changedKeys(got) != "changed.columns_many" || got[0].Args[0] != "50" {
		t.Errorf("%+v", got)
	}
	wide := SourceFigures{Table: "wide"}
	for i := range 500 {
		wide.Columns = append(wide.Columns, SourceColumn{Name: itoa(i), Type: "int"})
	}
	var many []SourceFigures
	for range 50 {
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
