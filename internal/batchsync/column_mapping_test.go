package batchsync

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestContent_MapColumns(t *testing.T) {
	t.Parallel()
	source := []SourceColumn{{Name: "id", Type: "int(10) unsigned", Primary: true}, {Name: "kind", Type: "enum('a','b')"}, {Name: "note", Type: "varchar(20)"}}
	target := []TargetColumn{{Name: "ID", Type: "bigint"}, {Name: "kind", Type: "string"}, {Name: "note", Type: "varchar(10)"}}
	tests := []struct {
		name    string
		content Content
		source  []SourceColumn
		target  []TargetColumn
		want    string
	}{
		{"both sides", Content{}, source, target, "id→ID types.person.unsigned, kind→kind person.enum, note→note failed.narrow"},
		{"no target", Content{}, source[:1], nil, "id→id unchecked.unread"},
		{"no source", Content{Mapped: []TablePair{{Source: "id", Sink: "ID"}}}, nil, target[:1], "id→ID unchecked.unread"},
		{"nothing", Content{}, nil, target, ""},
		{"absent and not fed", Content{}, source[1:2], target[2:], "kind→kind failed.absent, →note person.not_fed"},
		{"left out", Content{Mapped: []TablePair{{Source: "id", Sink: "id"}}}, source[:2], target[:1], "id→ID person.unsigned, kind→ person.left_out"},
		{"fits", Content{}, []SourceColumn{{Name: "a", Type: "int"}}, []TargetColumn{{Name: "a", Type: "INT"}}, "a→a passed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, m := range tt.content.MapColumns(tt.source, tt.target) {
				note := strings.TrimPrefix(string(m.Note), "mapped")
				got = append(got, fmt.Sprintf("%s→%s %s%s", m.Source, m.Sink, m.Verdict, note))
			}
			if s, want := strings.Join(got, ", "), strings.ReplaceAll(tt.want, "types.", ""); s != want {
				t.Errorf("got %q, want %q", s, want)
			}
		})
	}
}

func TestUnusual(t *testing.T) {
	t.Parallel()
	got := Unusual([]SourceColumn{
		{Name: "id", Type: "bigint"}, {Name: "n", Type: "int unsigned"}, {Name: "k", Type: "ENUM('a')"}, {Name: "x", Type: "geometry"},
		{Name: "s", Type: "varchar(255)"}, {Name: "d", Type: "decimal(10,2)"}, {Name: "m", Type: "datetime"},
	})
	if want := []string{"n int unsigned", "k ENUM('a')", "x geometry"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestFindPair(t *testing.T) {
	t.Parallel()
	pairs := []TablePair{{"shop.orders", "ods.shop_orders"}, {"shop.Orders", "ods.orders"}, {"shop.items", "ods.items"}, {"crm.items", "ods.crm_items"}}
	for typed, want := range map[string]int{
		"shop.orders": 0, "orders": 0, "Orders": 1, "ods.orders": 1, "ORDERS": -1, "SHOP_ORDERS": 0,
		"items": -1, "crm.items": 3, "crm_items": 3, "": -1, "nothing": -1,
	} {
		if got := FindPair(pairs, typed); got != want {
			t.Errorf("FindPair(%q) = %d, want %d", typed, got, want)
		}
	}
}

func TestSpec_contradicts_WholeNames(t *testing.T) {
	t.Parallel()
	s := wholeSpec("ods", VarSourceTable)
	for _, tt := range []struct {
		tables []string
		want   bool
	}{{nil, false}, {[]string{"orders", "items"}, false}, {[]string{"orders", "Orders"}, true}} {
		found := false
		for _, e := range s.contradicts(Facts{Tables: tt.tables}, time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)) {
			found = found || e.Field == FieldTargetTable && e.Text.Key == "field.sink_clash"
		}
		if found != tt.want {
			t.Errorf("tables %q: refused %v, want %v", tt.tables, found, tt.want)
		}
	}
}

func TestDraft_OffersMore(t *testing.T) {
	t.Parallel()
	d := Draft{Step: StepTables, Answers: Answers{FieldScope: {{Value: string(ScopeMulti)}}, FieldWriteMode: {{Value: string(Overwrite)}}}}
	if !d.OffersMore() {
		t.Error("a mirror offers no more")
	}
	d.More = true
	if d.OffersMore() || !d.Shows(FieldKeyedMode) || !d.Shows(FieldTargetTable) {
		t.Error("an expanded screen offers more still, or does not show it")
	}
	d.Answers[FieldKeyedMode] = []Choice{{Value: string(Overwrite)}}
	if s := d.Spec(); s.KeyedMode != "" || s.Edited() {
		t.Error("what the screen offers as chosen takes a command")
	}
	d.More, d.Answers = false, Answers{FieldScope: {{Value: string(ScopeMerge)}}}
	if d.OffersMore() {
		t.Error("what is set by hand offers questions that it does not ask")
	}
}
