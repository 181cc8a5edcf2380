package batchsync

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

func planned(change func(*Spec)) Plan {
	s := Spec{
		Kind: KindMySQL, Source: Datasource{5, "shop", "MySQL"}, Scope: ScopeSingle, WriteMode: Overwrite, SourceSchema: "shop",
		Tables: []string{"orders"}, Target: Datasource{9, "lake", "Lakehouse"}, TargetSchema: "ods", TargetTable: "orders",
		Schedule: Schedule{Every: Daily, Hour: 2, Zone: "Asia/Shanghai"}, Folder: Folder{7, "sync"}, VCluster: "vc", Name: "orders",
	}
	change(&s)
	return PlanOf(s, "UTC", time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC), []PlannedCommand{{[]string{"task", s.Name}}}, nil)
}

func TestPlan_Since(t *testing.T) {
	t.Parallel()
	was := planned(func(*Spec) {})
	tests := []struct {
		name   string
		change func(*Spec)
		want   []PlanChange
	}{
		{"nothing", func(*Spec) {}, nil},
		{"source renamed", func(s *Spec) { s.Source.Name = "shop_old" }, []PlanChange{{PlanSource, "shop", "shop_old"}}},
		{"another source of the name", func(s *Spec) { s.Source.ID = 6 }, []PlanChange{{PlanSource, "shop", "shop"}}},
		{"type learnt meanwhile", func(s *Spec) { s.Source.Type = "" }, nil},
		{"folder moved", func(s *Spec) { s.Folder.Path = "old/sync" }, []PlanChange{{PlanFolder, "sync", "old/sync"}}},
		{"another hour", func(s *Spec) { s.Schedule.Hour = 3 }, []PlanChange{{PlanSchedule, "0 00 18 * * ? * (UTC)", "0 00 19 * * ? * (UTC)"}}},
		{"another table", func(s *Spec) { s.Tables = []string{"o"} }, []PlanChange{{Name: PlanContent}}},
		{"a condition", func(s *Spec) { s.Where = "a = 1" }, []PlanChange{{Name: PlanContent}}},
		{"two things", func(s *Spec) { s.VCluster, s.Target.Name = "vc2", "l" }, []PlanChange{{PlanTarget, "lake", "l"}, {PlanVCluster, "vc", "vc2"}}},
		{"the name, which is in the commands", func(s *Spec) { s.Name = "o" }, []PlanChange{{PlanTask, "orders", "o"}}},
	}
	for _, tt := range tests {
		now := planned(tt.change)
		if got := now.Since(was.Digest, was); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: got %+v, want %+v", tt.name, got, tt.want)
		}
		if same := now.Digest == was.Digest; same != (tt.want == nil) {
			t.Errorf("%s: the same digest: %v", tt.name, same)
		}
		for _, c := range now.Since(was.Digest, now) { // what is known is not what was seen
			if c.Was != "" {
				t.Errorf("%s: claims to know %+v", tt.name, c)
			}
		}
	}
}

func TestPlan_Since_Others(t *testing.T) {
	t.Parallel()
	of := func(zone string, commands []PlannedCommand, others ...TaskRef) Plan {
		s := Spec{Schedule: Schedule{Every: Daily, Hour: 2, Zone: "UTC"}}
		return PlanOf(s, zone, time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC), commands, others)
	}
	was := of("UTC", nil, TaskRef{ID: 2, Name: "b"}, TaskRef{ID: 1, Name: "a"})
	tests := []struct {
		name string
		now  Plan
		want []PlanChange
	}{
		{"another order", of("UTC", nil, TaskRef{ID: 1, Name: "a"}, TaskRef{ID: 2, Name: "b"}), nil},
		{"a writer more", of("UTC", nil, TaskRef{ID: 1, Name: "a"}, TaskRef{ID: 2, Name: "b"}, TaskRef{ID: 3, Name: "c"}),
			[]PlanChange{{PlanWriters, "a (1), b (2)", "a (1), b (2), c (3)"}}},
		{"no writer", of("UTC", nil), []PlanChange{{PlanWriters, "a (1), b (2)", ""}}},
		{"the platform's clock", of("Asia/Shanghai", nil, TaskRef{ID: 1, Name: "a"}, TaskRef{ID: 2, Name: "b"}),
			[]PlanChange{{PlanSchedule, "0 00 02 * * ? * (UTC)", "0 00 10 * * ? * (Asia/Shanghai)"}}},
		{"a newer bot", of("UTC", []PlannedCommand{{[]string{"x"}}}, TaskRef{ID: 1, Name: "a"}, TaskRef{ID: 2, Name: "b"}), []PlanChange{{Name: PlanCommands}}},
	}
	for _, tt := range tests {
		if got := tt.now.Since(was.Digest, was); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: got %+v, want %+v", tt.name, got, tt.want)
		}
	}
	for _, digest := range []string{"", "abc", was.Digest + "0"} {
		if got := was.Since(digest, was); !reflect.DeepEqual(got, []PlanChange{{}}) {
			t.Errorf("since %q: got %+v, want that all may have changed", digest, got)
		}
	}
	if len(was.Digest) != markLen*len(PlanNames()) || strings.Trim(was.Digest, "0123456789abcdef") != "" {
		t.Errorf("digest is %q", was.Digest)
	}
}

func TestDraft_Replanned(t *testing.T) {
	t.Parallel()
	d := NewDraft("d1", "U1", "C1", Defaults{Target: Datasource{ID: 9, Name: "lake"}, Folder: Folder{ID: 7, Path: "sync"}}, time.Now())
	d.Answers[FieldSource] = []Choice{{"5", "shop"}}
	d.Step, d.Version = StepReview, 5
	facts := Facts{Datasources: []Datasource{{5, "shop_old", "MySQL"}, {9, "lake", "Lakehouse"}}, Folders: []Folder{{7, "old/sync"}}}
	next, effects, err := d.Apply(Replanned{5}, facts, time.Now())
	if err != nil || effects != nil || next.Version != 6 || next.State != DraftOpen || next.Step != StepReview {
		t.Fatalf("got %+v, %v, %v", next, effects, err)
	}
	if s := next.Spec(); s.Source.Name != "shop_old" || s.Source.ID != 5 || s.Folder != (Folder{7, "old/sync"}) || s.Target.Name != "lake" {
		t.Errorf("the answers are called %+v", s)
	}
	if s := d.Spec(); s.Source.Name != "shop" {
		t.Error("the draft before was changed, too")
	}
	shown, _, err := d.Apply(Unfolded{5, true}, facts, time.Now())
	if err != nil || !shown.Commands || shown.Version != 5 {
		t.Errorf("got %+v, %v", shown, err)
	}
	for _, ev := range []Event{Replanned{4}, Unfolded{4, true}} {
		if got, _, err := d.Apply(ev, facts, time.Now()); CodeOf(err) != CodeConflict || got.Version != 5 || got.Commands {
			t.Errorf("%T of an old drawing: got %+v, %v", ev, got, err)
		}
	}
	d.Step = StepPlace
	for _, ev := range []Event{Replanned{5}, Unfolded{5, true}} {
		if _, _, err := d.Apply(ev, facts, time.Now()); CodeOf(err) != CodeConflict {
			t.Errorf("%T before the review: %v", ev, err)
		}
	}
}
