package batchsync

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

var (
	bornAt = time.Date(2026, 7, 20, 1, 0, 0, 0, time.UTC)
	actAt  = time.Date(2026, 7, 20, 9, 30, 0, 0, time.FixedZone("", 8*3600))
)

// one is a single answer, with an optional label.
func one(value string, label ...string) []Choice {
	return []Choice{{Value: value, Label: strings.Join(label, "")}}
}

func many(values ...string) []Choice {
	out := []Choice{}
	for _, v := range values {
		out = append(out, Choice{Value: v})
	}
	return out
}

// goodFacts is a platform on which the good answers hold.
func goodFacts() Facts {
	return Facts{
		Datasources: []Datasource{shopMySQL, crmPG, lake},
		Schemas:     []string{"shop", "crm"},
		Tables:      []string{"orders", "customers", "order-items"},
		Folders:     []Folder{{ID: 7, Path: "data_sync"}, {ID: 8, Path: "data_sync/mysql"}},
		VClusters:   []VCluster{{Name: "sync_vc", Type: "INTEGRATION"}, {Name: "DEFAULT", Type: "GENERAL"}},

		PlatformZone: "Asia/Shanghai",
	}
}

// goodAnswers are right answers of a screen.
func goodAnswers(s Step) Answers {
	switch s {
	case StepSource:
		return Answers{
			FieldKind: one("mysql"), FieldSource: one("11", "what the client says"),
			FieldScope: one("single"), FieldWriteMode: one("overwrite"),
		}
	case StepTables:
		return Answers{
			FieldSourceSchema: one("shop"), FieldTables: one("orders"), FieldTarget: one("90", "lake"),
			FieldTargetSchema: one("ods"), FieldTargetTable: one("orders"),
		}
	case StepSchedule:
		return Answers{FieldSchedule: one("daily"), FieldTime: one("02:00"), FieldZone: one("Asia/Shanghai")}
	case StepPlace:
		return Answers{FieldFolder: one("7", "/"), FieldVCluster: one("sync_vc"), FieldName: one("sync_shop_orders_daily")}
	}
	return nil
}

func newDraft() Draft {
	return NewDraft("d1", "U1", "C1", Defaults{Zone: "Asia/Shanghai", TargetSchema: "ods"}, bornAt)
}

// draftAt is a draft whose screens before step were answered well.
func draftAt(t *testing.T, step Step) Draft {
	t.Helper()
	d := newDraft()
	for d.Step != step {
		d, _ = mustApply(t, d, Submitted{Version: d.Version, Answers: goodAnswers(d.Step)})
	}
	return d
}

func mustApply(t *testing.T, d Draft, ev Event) (Draft, []Effect) {
	t.Helper()
	next, effects, err := d.Apply(ev, goodFacts(), actAt)
	if err != nil {
		t.Fatalf("Apply(%T) at %s: %v", ev, d.Step, err)
	}
	return next, effects
}

func TestNewDraft(t *testing.T) {
	t.Parallel()
	d := NewDraft("d1", "U1", "C1", Defaults{
		Zone: "Asia/Tokyo", TargetSchema: "ods", VCluster: "sync_vc", Folder: Folder{ID: 7, Path: "data_sync"}, Target: lake,
	}, bornAt.In(time.FixedZone("", 3600)))
	if d.Version != 1 || d.State != DraftOpen || d.Step != StepSource || d.Owner != "U1" || d.Channel != "C1" {
		t.Errorf("born as %+v", d)
	}
	if d.CreatedAt != bornAt || d.UpdatedAt != bornAt {
		t.Errorf("born at %v, want UTC", d.CreatedAt)
	}
	want := Answers{
		FieldWriteMode: one("overwrite"), FieldScope: one("single"), FieldSchedule: one("daily"), FieldTime: one("02:00"),
		FieldZone: one("Asia/Tokyo"), FieldTargetSchema: one("ods"), FieldVCluster: one("sync_vc"),
		FieldFolder: one("7", "data_sync"), FieldTarget: one("90", "lake"),
	}
	if !reflect.DeepEqual(d.Answers, want) {
		t.Errorf("defaults %v, want %v", d.Answers, want)
	}
	bare := NewDraft("d1", "U1", "C1", Defaults{}, bornAt).Answers
	for _, f := range []Field{FieldZone, FieldTargetSchema, FieldVCluster, FieldFolder, FieldTarget, FieldKind, FieldSource} {
		if _, given := bare[f]; given {
			t.Errorf("%s has an answer without a default", f)
		}
	}
}

// Every event in every state at every screen, with the present and with
// another version.
func TestDraft_Apply_Moves(t *testing.T) {
	t.Parallel()
	forward := map[Step]Step{StepSource: StepTables, StepTables: StepSchedule, StepSchedule: StepPlace, StepPlace: StepReview}
	back := map[Step]Step{StepTables: StepSource, StepSchedule: StepTables, StepPlace: StepSchedule, StepReview: StepPlace}
	type outcome struct {
		step  Step // empty: stale
		state DraftState
		grown bool
	}
	events := map[string]struct {
		make func(d Draft, version int) Event
		want func(at Step, present bool) outcome
	}{
		"edited": {
			func(d Draft, _ int) Event { return Edited{Step: d.Step, Answers: goodAnswers(d.Step)} },
			func(at Step, _ bool) outcome { return outcome{at, DraftOpen, false} },
		},
		"edited on another screen": {
			func(d Draft, _ int) Event {
				other := Steps()[(slices.Index(Steps(), d.Step)+1)%5]
				return Edited{Step: other, Answers: goodAnswers(other)}
			},
			func(Step, bool) outcome { return outcome{} },
		},
		"submitted": {
			func(d Draft, v int) Event { return Submitted{Version: v, Answers: goodAnswers(d.Step)} },
			func(at Step, present bool) outcome {
				if next, ok := forward[at]; ok && present {
					return outcome{next, DraftOpen, true}
				}
				return outcome{}
			},
		},
		"went back": {
			func(d Draft, v int) Event { return WentBack{Version: v, Answers: goodAnswers(d.Step)} },
			func(at Step, present bool) outcome {
				if before, ok := back[at]; ok && present {
					return outcome{before, DraftOpen, true}
				}
				return outcome{}
			},
		},
		"confirmed": {
			func(_ Draft, v int) Event { return Confirmed{Version: v} },
			func(at Step, present bool) outcome {
				if at == StepReview && present {
					return outcome{StepReview, DraftConfirmed, true}
				}
				return outcome{}
			},
		},
		"asked for more options": {
			func(d Draft, v int) Event { return Expanded{Version: v, Answers: goodAnswers(d.Step)} },
			func(at Step, present bool) outcome {
				if at == StepTables && present {
					return outcome{at, DraftOpen, false}
				}
				return outcome{}
			},
		},
		"commands shown": {
			func(_ Draft, v int) Event { return Unfolded{Version: v, Commands: true} },
			func(at Step, present bool) outcome {
				if at == StepReview && present {
					return outcome{at, DraftOpen, false}
				}
				return outcome{}
			},
		},
		"planned anew": {
			func(_ Draft, v int) Event { return Replanned{Version: v} },
			func(at Step, present bool) outcome {
				if at == StepReview && present {
					return outcome{at, DraftOpen, true}
				}
				return outcome{}
			},
		},
		"cancelled": {
			func(Draft, int) Event { return Cancelled{} },
			func(at Step, _ bool) outcome { return outcome{at, DraftCancelled, true} },
		},
	}
	for name, ev := range events {
		for _, state := range []DraftState{DraftOpen, DraftConfirmed, DraftCancelled, ""} {
			for _, step := range Steps() {
				for offset, version := range map[int]string{0: "present", -1: "older", 1: "newer"} {
					t.Run(name+"/"+string(state)+"/"+string(step)+"/"+version, func(t *testing.T) {
						t.Parallel()
						d := draftAt(t, step)
						d.State = state
						want := ev.want(step, offset == 0)
						if state != DraftOpen {
							want = outcome{}
						}
						before := encode(t, d)
						got, effects, err := d.Apply(ev.make(d, d.Version+offset), goodFacts(), actAt)
						if encode(t, d) != before {
							t.Errorf("the draft it was applied to changed")
						}
						if want.step == "" {
							wantStale(t, d, got, effects, err)
							return
						}
						if err != nil {
							t.Fatal(err)
						}
						if got.Step != want.step || got.State != want.state || (got.Version == d.Version+1) != want.grown {
							t.Errorf("at %s, %s, version %d after %d, want %+v", got.Step, got.State, got.Version, d.Version, want)
						}
						if got.UpdatedAt != actAt.UTC() || got.CreatedAt != bornAt {
							t.Errorf("updated %v, created %v", got.UpdatedAt, got.CreatedAt)
						}
					})
				}
			}
		}
	}
}

func encode(t *testing.T, d Draft) string {
	t.Helper()
	b, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func wantStale(t *testing.T, d, got Draft, effects []Effect, err error) {
	t.Helper()
	var stale *StaleError
	if !errors.As(err, &stale) || !reflect.DeepEqual(stale.Draft, d) || CodeOf(err) != CodeConflict {
		t.Fatalf("error %v, want stale", err)
	}
	if !reflect.DeepEqual(got, d) || effects != nil {
		t.Errorf("changed to %+v with effects %v", got, effects)
	}
}

type alien struct{}

func (alien) event() {}

func TestDraft_Apply_UnknownEvent(t *testing.T) {
	t.Parallel()
	d := newDraft()
	for _, ev := range []Event{nil, alien{}} {
		got, effects, err := d.Apply(ev, Facts{}, actAt)
		if CodeOf(err) != CodeInternal || effects != nil || !reflect.DeepEqual(got, d) {
			t.Errorf("Apply(%T) = %+v, %v, %v", ev, got, effects, err)
		}
	}
}

// A draft read back from disk may have no answers at all.
func TestDraft_Apply_NoAnswers(t *testing.T) {
	t.Parallel()
	d := Draft{State: DraftOpen, Step: StepSource, Version: 1}
	got, _, err := d.Apply(Edited{Step: StepSource, Answers: goodAnswers(StepSource)}, Facts{}, actAt)
	if err != nil || got.Answers.Value(FieldSource) != "11" {
		t.Errorf("Apply() = %+v, %v", got, err)
	}
}

// fieldsWrong is the fields of an InvalidError in order, with keys.
func fieldsWrong(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	var invalid *InvalidError
	if !errors.As(err, &invalid) || CodeOf(err) != CodeInvalid {
		t.Fatalf("error %v, want invalid answers", err)
	}
	for _, e := range invalid.Fields {
		if !strings.Contains(err.Error(), string(e.Field)) {
			t.Errorf("%q does not name %s", err, e.Field)
		}
	}
	return wrong(invalid.Fields)
}

func TestDraft_Apply_Submitted(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		step   Step
		answer Answers // on top of good ones
		facts  func(*Facts)
		want   string
	}{
		{"source kind", StepSource, Answers{FieldKind: one("oracle")}, nil, "kind=field.kind_missing source=field.source_other_kind"},
		{"source not chosen", StepSource, Answers{FieldSource: many()}, nil, "source=field.source_missing"},
		{"source no id", StepSource, Answers{FieldSource: one("shop_mysql")}, nil, "source=field.source_missing"},
		{"source of another kind", StepSource, Answers{FieldSource: one("12")}, nil, "source=field.source_other_kind"},
		{"source is a lakehouse", StepSource, Answers{FieldSource: one("90")}, nil, "source=field.source_is_target"},
		{"source gone", StepSource, Answers{FieldSource: one("5", "old")}, nil, "source=field.source_gone"},
		{"all sources gone", StepSource, nil, func(f *Facts) { f.Datasources = []Datasource{} }, "source=field.source_gone"},
		{"append to many", StepSource, Answers{FieldScope: one("multi"), FieldWriteMode: one("append")}, nil, ""},
		{"sources not known", StepSource, Answers{FieldSource: one("5")}, func(f *Facts) { f.Datasources = nil }, ""},

		{"schema gone", StepTables, Answers{FieldSourceSchema: one("old")}, nil, "source_schema=field.schema_gone"},
		{"schema missing is said once", StepTables, Answers{FieldSourceSchema: many()}, nil, "source_schema=field.source_schema_missing"},
		{"table gone", StepTables, Answers{FieldTables: one("old")}, nil, "tables=field.table_gone"},
		{"target gone", StepTables, Answers{FieldTarget: one("5")}, nil, "target=field.source_gone"},
		{"target no lakehouse", StepTables, Answers{FieldTarget: one("12")}, nil, "target=field.target_not_lakehouse"},
		{"target table not plain", StepTables, Answers{FieldTargetTable: one("a b")}, nil, "target_table=field.target_name_invalid"},
		{"names are trimmed", StepTables, Answers{FieldTargetTable: one(" o "), FieldTargetSchema: one("ods ")}, nil, ""},
		{"tables not known", StepTables, Answers{FieldSourceSchema: one("x"), FieldTables: one("y")}, func(f *Facts) { f.Schemas, f.Tables = nil, nil }, ""},

		{"time unreadable is not midnight", StepSchedule, Answers{FieldTime: one("2 o'clock")}, nil, "time=schedule.time_invalid"},
		{"time missing", StepSchedule, Answers{FieldTime: many()}, nil, "time=schedule.time_invalid"},
		{"zone missing", StepSchedule, Answers{FieldZone: many()}, nil, "zone=schedule.zone_unknown"},
		{"zone drifts", StepSchedule, Answers{FieldZone: one("Europe/Berlin")}, nil, "zone=schedule.zone_drifts"},
		{"zone of the platform not known", StepSchedule, Answers{FieldZone: one("Europe/Berlin")}, func(f *Facts) { f.PlatformZone = "" }, ""},
		{"rhythm missing", StepSchedule, Answers{FieldSchedule: many()}, nil, "schedule=schedule.missing"},
		{"weekly without days", StepSchedule, Answers{FieldSchedule: one("weekly")}, nil, "weekdays=schedule.weekdays_missing"},
		{"weekly with an empty day is not Sunday", StepSchedule, Answers{FieldSchedule: one("weekly"), FieldWeekdays: one("")}, nil, "weekdays=schedule.weekdays_missing"},
		{"weekly with a word", StepSchedule, Answers{FieldSchedule: one("weekly"), FieldWeekdays: many("1", "Mon")}, nil, "weekdays=schedule.weekdays_missing"},
		{"weekly", StepSchedule, Answers{FieldSchedule: one("weekly"), FieldWeekdays: many("5", "0")}, nil, ""},
		{"monthly without day", StepSchedule, Answers{FieldSchedule: one("monthly")}, nil, "day=schedule.day_invalid"},
		{"monthly over the edge", StepSchedule, Answers{FieldSchedule: one("monthly"), FieldDay: one("1"), FieldTime: one("23:30"), FieldZone: one("UTC")}, nil, ""},
		{"monthly at the edge", StepSchedule, Answers{FieldSchedule: one("monthly"), FieldDay: one("31"), FieldTime: one("23:30"), FieldZone: one("UTC")}, nil, "zone=schedule.month_edge"},
		{"hours without step", StepSchedule, Answers{FieldSchedule: one("hours")}, nil, "step=schedule.step_invalid"},
		{"minutes need no time", StepSchedule, Answers{FieldSchedule: one("minutes"), FieldStep: one("15"), FieldTime: one("?")}, nil, ""},

		{"folder missing", StepPlace, Answers{FieldFolder: many()}, nil, "folder=field.folder_missing"},
		{"folder gone", StepPlace, Answers{FieldFolder: one("9")}, nil, "folder=field.folder_gone"},
		{"folders not known", StepPlace, Answers{FieldFolder: one("9")}, func(f *Facts) { f.Folders = nil }, ""},
		{"cluster gone", StepPlace, Answers{FieldVCluster: one("old_vc")}, nil, "vcluster=field.vcluster_gone"},
		{"cluster of another type", StepPlace, Answers{FieldVCluster: one("DEFAULT")}, nil, "vcluster=field.vcluster_type"},
		{"clusters not known", StepPlace, Answers{FieldVCluster: one("DEFAULT")}, func(f *Facts) { f.VClusters = nil }, ""},
		{"name of digits", StepPlace, Answers{FieldName: one("40001")}, nil, "name=field.name_digits"},
		{"name cleared stays open", StepPlace, Answers{FieldName: one("")}, nil, "name=field.name_missing"},
		{"all of the screen", StepPlace, Answers{FieldFolder: many(), FieldVCluster: many(), FieldName: many()}, nil, "folder=field.folder_missing vcluster=field.vcluster_missing name=field.name_missing"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := draftAt(t, tt.step)
			answers, facts := goodAnswers(tt.step), goodFacts()
			for f, c := range tt.answer {
				answers[f] = c
			}
			if tt.facts != nil {
				tt.facts(&facts)
			}
			got, effects, err := d.Apply(Submitted{Version: d.Version, Answers: answers}, facts, actAt)
			if have := fieldsWrong(t, err); have != tt.want {
				t.Fatalf("wrong: %q, want %q", have, tt.want)
			}
			for f, c := range tt.answer { // right or wrong, it is kept as it was typed
				if have := got.Answers.Values(f); !slices.Equal(have, Answers{f: c}.Values(f)) {
					t.Errorf("%s = %v, want %v", f, have, c)
				}
			}
			if tt.want != "" && (got.Step != d.Step || got.Version != d.Version || got.State != DraftOpen || effects != nil) {
				t.Errorf("moved to %s, version %d, effects %v", got.Step, got.Version, effects)
			}
		})
	}
}

func TestDraft_Apply_Dependents(t *testing.T) {
	t.Parallel()
	all := []Field{FieldSource, FieldSourceSchema, FieldTables, FieldTargetTable, FieldName}
	tests := []struct {
		name   string
		step   Step
		answer Answers
		kept   []Field // of all
	}{
		{"nothing changed", StepSource, nil, all},
		{"label only", StepSource, Answers{FieldSource: one("11", "another label")}, all},
		{"kind", StepSource, Answers{FieldKind: one("postgresql")}, nil},
		{"kind, label of the old source", StepSource, Answers{FieldKind: one("postgresql"), FieldSource: one("11", "x")}, nil},
		{"kind and source", StepSource, Answers{FieldKind: one("postgresql"), FieldSource: one("12")}, []Field{FieldSource}},
		{"source", StepSource, Answers{FieldSource: one("12")}, []Field{FieldSource}},
		{"source cleared", StepSource, Answers{FieldSource: many()}, nil},
		{"scope", StepSource, Answers{FieldScope: one("multi")}, []Field{FieldSource, FieldSourceSchema}},
		{"write mode", StepSource, Answers{FieldWriteMode: one("append")}, all},
		{"schema", StepTables, Answers{FieldSourceSchema: one("crm")}, []Field{FieldSource, FieldSourceSchema}},
		{"schema and table", StepTables, Answers{FieldSourceSchema: one("crm"), FieldTables: one("customers")}, []Field{FieldSource, FieldSourceSchema, FieldTables, FieldTargetTable}},
		{"table", StepTables, Answers{FieldTables: one("customers")}, []Field{FieldSource, FieldSourceSchema, FieldTables, FieldTargetTable}},
		{"target schema", StepTables, Answers{FieldTargetSchema: one("raw")}, all},
		{"time", StepSchedule, Answers{FieldTime: one("03:00")}, all},
		{"rhythm changes the proposed name", StepSchedule, Answers{FieldSchedule: one("hours"), FieldStep: one("2")}, []Field{FieldSource, FieldSourceSchema, FieldTables, FieldTargetTable}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := draftAt(t, StepReview)
			for d.Step != tt.step {
				d, _ = mustApply(t, d, WentBack{Version: d.Version})
			}
			answers := goodAnswers(tt.step)
			for f, c := range tt.answer {
				answers[f] = c
			}
			got, _ := mustApply(t, d, Edited{Step: tt.step, Answers: answers})
			for _, f := range all {
				if kept, want := got.Answers.Value(f) != "", slices.Contains(tt.kept, f); kept != want {
					t.Errorf("%s kept: %v, want %v", f, kept, want)
				}
			}
		})
	}
}

// A name the person typed is theirs; only the bot's own proposal follows.
func TestDraft_Apply_Proposals(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name        string
		edits       []Answers // on the screen of tables, one after the other
		targetTable string
	}{
		{"proposed", []Answers{{FieldTables: one("orders")}}, "orders"},
		{"follows the table", []Answers{{FieldTables: one("orders")}, {FieldTables: one("customers"), FieldTargetTable: one("orders")}}, "customers"},
		{"forgotten when there is no proposal", []Answers{{FieldTables: one("orders")}, {FieldTables: one("order-items"), FieldTargetTable: one("orders")}}, ""},
		{"typed stays", []Answers{{FieldTables: one("orders")}, {FieldTargetTable: one("o")}, {FieldTables: one("customers"), FieldTargetTable: one("o")}}, "o"},
		{"typed in the same breath stays", []Answers{{FieldTables: one("orders")}, {FieldTables: one("customers"), FieldTargetTable: one("c")}}, "c"},
		{"cleared is proposed anew", []Answers{{FieldTables: one("orders")}, {FieldTargetTable: one("")}}, "orders"},
		{"no plain name, no proposal", []Answers{{FieldTables: one("order-items")}}, ""},
		{"table cleared", []Answers{{FieldTables: one("orders")}, {FieldTables: many()}}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := draftAt(t, StepTables)
			for _, a := range tt.edits {
				d, _ = mustApply(t, d, Edited{Step: StepTables, Answers: a})
			}
			if got := d.Answers.Value(FieldTargetTable); got != tt.targetTable {
				t.Errorf("target table %q, want %q", got, tt.targetTable)
			}
		})
	}
}

// A typed target table, too, means nothing any more for other sources.
func TestDraft_Apply_TypedTargetTable(t *testing.T) {
	t.Parallel()
	typed := Answers{FieldSourceSchema: one("shop"), FieldTables: one("orders"), FieldTargetTable: one("mine")}
	for f, c := range map[Field][]Choice{FieldKind: one("postgresql"), FieldSource: one("12"), FieldScope: one("whole_db"), FieldSourceSchema: one("crm")} {
		t.Run(string(f), func(t *testing.T) {
			t.Parallel()
			d, _ := mustApply(t, draftAt(t, StepTables), Edited{StepTables, typed})
			if f != FieldSourceSchema {
				d, _ = mustApply(t, d, WentBack{Version: d.Version})
			}
			d, _ = mustApply(t, d, Edited{d.Step, Answers{f: c}})
			if got := d.Answers.Value(FieldTargetTable); got != "" {
				t.Errorf("target table %q", got)
			}
		})
	}
}

// The answers of an event belong to the caller, who may use them again.
func TestDraft_Apply_KeepsNoAlias(t *testing.T) {
	t.Parallel()
	typed := Answers{FieldTables: one("orders")}
	d, _ := mustApply(t, draftAt(t, StepTables), Edited{StepTables, typed})
	typed[FieldTables][0].Value = "customers"
	if got := d.Answers.Value(FieldTables); got != "orders" {
		t.Errorf("table became %q", got)
	}
}

func TestDraft_Spec_Schedule(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		answers Answers
		want    Schedule
	}{
		{"daily", Answers{FieldSchedule: one("daily"), FieldTime: one("23:05"), FieldDay: one("3"), FieldStep: one("2"), FieldWeekdays: many("1")}, Schedule{Every: Daily, Hour: 23, Minute: 5}},
		{"weekly in order", Answers{FieldSchedule: one("weekly"), FieldTime: one("00:00"), FieldWeekdays: many("5", "0", "3")}, Schedule{Every: Weekly, Weekdays: []time.Weekday{0, 3, 5}}},
		{"monthly", Answers{FieldSchedule: one("monthly"), FieldTime: one("01:00"), FieldDay: one("31")}, Schedule{Every: Monthly, Hour: 1, Day: 31}},
		{"hours", Answers{FieldSchedule: one("hours"), FieldTime: one("01:30"), FieldStep: one("6")}, Schedule{Every: Hours, Hour: 1, Minute: 30, Step: 6}},
		{"minutes", Answers{FieldSchedule: one("minutes"), FieldTime: one("01:30"), FieldStep: one("15")}, Schedule{Every: Minutes, Step: 15}},
		{"unreadable", Answers{FieldSchedule: one("hours"), FieldTime: one("1:5"), FieldStep: one("x")}, Schedule{Every: Hours, Hour: -1, Minute: -1, Step: -1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := (Draft{Answers: tt.answers}).Spec().Schedule; !reflect.DeepEqual(got, tt.want) {
				t.Errorf("schedule %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestDraft_Apply_ProposalOfScope(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		source Answers
		edit   Answers
		want   string
	}{
		{"whole has a rule", Answers{FieldScope: one("whole_db")}, nil, VarSourceTable},
		{"multi has none", Answers{FieldScope: one("multi")}, Answers{FieldTables: one("orders")}, ""},
		{"merge has none", Answers{FieldScope: one("merge")}, Answers{FieldTables: many("orders", "customers")}, ""},
		{"a path is no table name", Answers{FieldKind: one("object_storage"), FieldSource: one("13")}, Answers{FieldTables: one("orders")}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d, answers := newDraft(), goodAnswers(StepSource)
			for f, c := range tt.source {
				answers[f] = c
			}
			facts := Facts{}
			d, _, err := d.Apply(Submitted{Version: d.Version, Answers: answers}, facts, actAt)
			if err != nil {
				t.Fatal(err)
			}
			d, _, err = d.Apply(Edited{Step: StepTables, Answers: tt.edit}, facts, actAt)
			if err != nil || d.Answers.Value(FieldTargetTable) != tt.want {
				t.Errorf("target table %q, %v, want %q", d.Answers.Value(FieldTargetTable), err, tt.want)
			}
		})
	}
}

func TestDraft_Apply_Name(t *testing.T) {
	t.Parallel()
	reschedule := func(d Draft) Draft {
		d, _ = mustApply(t, d, WentBack{Version: d.Version})
		d, _ = mustApply(t, d, Submitted{Version: d.Version, Answers: Answers{
			FieldSchedule: one("weekly"), FieldWeekdays: many("1"), FieldTime: one("02:00"), FieldZone: one("Asia/Shanghai"),
		}})
		return d
	}
	t.Run("proposed follows the schedule", func(t *testing.T) {
		d := draftAt(t, StepPlace)
		if got := d.Answers.Value(FieldName); got != "sync_shop_orders_daily" {
			t.Fatalf("proposed %q", got)
		}
		if got := reschedule(d).Answers.Value(FieldName); got != "sync_shop_orders_weekly" {
			t.Errorf("name %q", got)
		}
	})
	t.Run("typed stays", func(t *testing.T) {
		d, _ := mustApply(t, draftAt(t, StepPlace), Edited{Step: StepPlace, Answers: Answers{FieldName: one("mine_daily")}})
		if got := reschedule(d).Answers.Value(FieldName); got != "mine_daily" {
			t.Errorf("name %q", got)
		}
	})
}

// Going back keeps even wrong answers, and going on again finds everything.
func TestDraft_Apply_BackAndForth(t *testing.T) {
	t.Parallel()
	d := draftAt(t, StepPlace)
	typed := Answers{FieldFolder: one("8", "data_sync/mysql"), FieldVCluster: one("no such"), FieldName: one("123")}
	d, _ = mustApply(t, d, WentBack{Version: d.Version, Answers: typed})
	want := d.Answers
	for range 5 {
		next, _, err := d.Apply(WentBack{Version: d.Version}, goodFacts(), actAt)
		if err != nil {
			break
		}
		d = next
	}
	if d.Step != StepSource || !reflect.DeepEqual(d.Answers, want) {
		t.Fatalf("back at %s with %v, want %v", d.Step, d.Answers, want)
	}
	for d.Step != StepPlace {
		d, _ = mustApply(t, d, Submitted{Version: d.Version, Answers: goodAnswers(d.Step)})
	}
	for f, c := range typed {
		if !slices.Equal(d.Answers[f], c) {
			t.Errorf("%s = %v, want %v", f, d.Answers[f], c)
		}
	}
}

func TestDraft_With(t *testing.T) {
	t.Parallel()
	d := draftAt(t, StepTables)
	before := encode(t, d)
	got := d.With(Answers{FieldTables: one("customers"), FieldName: one("not of this screen")})
	if encode(t, d) != before {
		t.Error("looking changed the draft")
	}
	if got.Answers.Value(FieldTargetTable) != "customers" || got.Answers.Value(FieldName) != "" || got.Version != d.Version || got.Step != d.Step {
		t.Errorf("looks like %+v", got)
	}
	if got := (Draft{Step: StepSource}).With(goodAnswers(StepSource)); got.Answers.Value(FieldSource) != "11" {
		t.Errorf("no answers before: %+v", got)
	}
}

func TestDraft_Suggest(t *testing.T) {
	t.Parallel()
	lakes := Facts{Datasources: []Datasource{shopMySQL, lake, {ID: 91, Name: "other", Type: "LakeHouse"}}}
	clusters := Facts{VClusters: []VCluster{{Name: "a", Type: "INTEGRATION"}, {Name: "b", Type: "INTEGRATION"}}}
	tests := []struct {
		name   string
		before Answers
		facts  Facts
		folder string
		want   Answers
	}{
		{"one of each", nil, goodFacts(), "data_sync/mysql", Answers{
			FieldTarget: one("90", "lake"), FieldFolder: one("8", "data_sync/mysql"), FieldVCluster: one("sync_vc"),
		}},
		{"nothing known", nil, Facts{}, "data_sync", Answers{}},
		{"no folder configured", nil, Facts{Folders: []Folder{{ID: 0, Path: ""}}}, "", Answers{}},
		{"folder not there", nil, Facts{Folders: goodFacts().Folders}, "data_sync/", Answers{}},
		{"two to choose from", nil, lakes, "", Answers{}},
		{"two clusters to choose from", nil, clusters, "", Answers{}},
		{"answered already", Answers{FieldTarget: one("5"), FieldVCluster: one("x"), FieldFolder: one("9")}, goodFacts(), "data_sync", Answers{
			FieldTarget: one("5"), FieldVCluster: one("x"), FieldFolder: one("9"),
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := Draft{Answers: tt.before}
			before := encode(t, d)
			if got := d.Suggest(tt.facts, tt.folder).Answers; !reflect.DeepEqual(got, tt.want) {
				t.Errorf("Suggest() = %v, want %v", got, tt.want)
			}
			if encode(t, d) != before {
				t.Error("suggesting changed the draft it was applied to")
			}
		})
	}
}

// A screen's event cannot answer questions of other screens.
func TestDraft_Apply_ForeignFields(t *testing.T) {
	t.Parallel()
	d := draftAt(t, StepPlace)
	got, _ := mustApply(t, d, Edited{Step: StepPlace, Answers: Answers{FieldTables: one("customers"), "made_up": one("x")}})
	if !reflect.DeepEqual(got.Answers, d.Answers) {
		t.Errorf("answers %v, want %v", got.Answers, d.Answers)
	}
}

func TestDraft_Apply_Prefetch(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		d    Draft
		ev   func(Draft) Event
		want []Effect
	}{
		{"nothing to fetch yet", newDraft(), func(Draft) Event { return Edited{Step: StepSource, Answers: Answers{FieldKind: one("mysql")}} }, nil},
		{"no id", newDraft(), func(Draft) Event { return Edited{Step: StepSource, Answers: Answers{FieldSource: one("x")}} }, nil},
		{"source chosen", newDraft(), func(Draft) Event { return Edited{Step: StepSource, Answers: goodAnswers(StepSource)} }, []Effect{Prefetch{Source: 11}}},
		{"on to the tables", newDraft(), func(d Draft) Event { return Submitted{d.Version, goodAnswers(StepSource)} }, []Effect{Prefetch{Source: 11}}},
		{"schema chosen", draftAt(t, StepTables), func(Draft) Event {
			return Edited{Step: StepTables, Answers: Answers{FieldSourceSchema: one("shop")}}
		}, []Effect{Prefetch{11, "shop"}}},
		{"back to the tables", draftAt(t, StepSchedule), func(d Draft) Event { return WentBack{Version: d.Version} }, []Effect{Prefetch{11, "shop"}}},
		{"cancelled", draftAt(t, StepSchedule), func(Draft) Event { return Cancelled{} }, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if _, got := mustApply(t, tt.d, tt.ev(tt.d)); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("effects %v, want %v", got, tt.want)
			}
		})
	}
}

// What a person typed is theirs whatever they change before it: a name stays, and
// of what does not count any more it is said so.
func TestDraft_Apply_TypedStays(t *testing.T) {
	t.Parallel()
	scoped := func(d Draft, scope Scope) Draft {
		t.Helper()
		for d.Step != StepSource {
			d, _ = mustApply(t, d, WentBack{Version: d.Version})
		}
		d, _ = mustApply(t, d, Edited{Step: StepSource, Answers: Answers{FieldScope: one(string(scope))}})
		return d
	}
	named := func(name string) Draft {
		d := draftAt(t, StepPlace)
		d, _ = mustApply(t, d, Edited{Step: StepPlace, Answers: Answers{FieldName: one(name)}})
		return d
	}
	for name, want := range map[string]string{"mine": "mine", "sync_shop_orders_daily": "", "sync_shop_orders_daily_2024": "sync_shop_orders_daily_2024"} {
		if got := scoped(named(name), ScopeMulti).Answers.Value(FieldName); got != want {
			t.Errorf("%s: the name became %q, want %q", name, got, want)
		}
	}
	counted := draftAt(t, StepPlace).Called("sync_shop_orders_daily_2")
	if got := scoped(counted, ScopeMulti).Answers.Value(FieldName); got != "" {
		t.Errorf("the name that the bot gave became %q", got)
	}
	d := named("mine")
	for _, f := range []Answers{{FieldKind: one("postgresql")}, {FieldSource: one("12")}} {
		d = scoped(d, ScopeSingle)
		d, _ = mustApply(t, d, Edited{Step: StepSource, Answers: f})
	}
	if got := d.Answers.Value(FieldName); got != "mine" {
		t.Errorf("of another source: the name became %q", got)
	}

	tuned := draftAt(t, StepReview)
	tuned.Answers[FieldWhere], tuned.Answers[FieldRate], tuned.Answers[FieldParallel] = one("id > 100"), one("20"), one("3")
	keyed := scoped(draftAt(t, StepReview), ScopeMulti)
	keyed.Answers[FieldKeyedMode] = one(string(Append))
	usual := scoped(draftAt(t, StepReview), ScopeMulti)
	usual.Answers[FieldKeyedMode] = one(string(Overwrite))
	for _, c := range []struct {
		name  string
		draft Draft
		want  string
	}{
		{"as it was", tuned, ""},
		{"of chosen tables", scoped(tuned, ScopeMulti), "where=field.where_single_only rate=field.rate_single_only"},
		{"of a database", scoped(tuned, ScopeWhole), "where=field.where_single_only rate=field.rate_single_only"},
		{"by hand", scoped(tuned, ScopeMerge), "where=field.where_single_only parallel=field.parallel_by_hand rate=field.rate_single_only"},
		{"and back again", scoped(scoped(tuned, ScopeMulti), ScopeSingle), ""},
		{"keyed mode", scoped(keyed, ScopeSingle), "keyed_mode=field.keyed_several_only"},
		{"keyed mode, still asked", keyed, ""},
		{"keyed mode as it is anyway", scoped(usual, ScopeSingle), ""},
	} {
		var got []string
		for _, e := range c.draft.Unused() {
			got = append(got, string(e.Field)+"="+string(e.Text.Key))
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s: unused %q, want %q", c.name, s, c.want)
		}
	}
}
