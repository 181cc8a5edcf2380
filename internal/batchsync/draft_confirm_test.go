package batchsync

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

func TestDraft_Apply_Confirmed(t *testing.T) {
	t.Parallel()
	d := draftAt(t, StepReview)
	got, effects := mustApply(t, d, Confirmed{Version: d.Version})
	want := singleSpec() // names and types as the platform has them, not as the client sent them
	if !reflect.DeepEqual(effects, []Effect{Create{want}}) {
		t.Fatalf("effects %+v, want %+v", effects, want)
	}
	if got.State != DraftConfirmed || got.Version != d.Version+1 || got.Step != StepReview {
		t.Errorf("now %s at %s, version %d", got.State, got.Step, got.Version)
	}
	_, again, err := got.Apply(Confirmed{Version: got.Version}, goodFacts(), actAt)
	if CodeOf(err) != CodeConflict || again != nil {
		t.Errorf("confirmed twice: %v, %v", again, err)
	}
}

// Nothing known of the platform: the labels have to do, the preflight judges.
func TestDraft_Apply_ConfirmedWithoutFacts(t *testing.T) {
	t.Parallel()
	d := draftAt(t, StepReview)
	_, effects, err := d.Apply(Confirmed{Version: d.Version}, Facts{}, actAt)
	if err != nil || len(effects) != 1 {
		t.Fatalf("effects %v, %v", effects, err)
	}
	spec := effects[0].(Create).Spec
	if spec.Source.ID != 11 || spec.Source.Name != "what the client says" || spec.Source.Type != "" || spec.Folder.Path != "/" {
		t.Errorf("spec %+v", spec)
	}
}

// Between review and confirmation the platform can change: everything is
// judged once more and the first wrong screen comes back.
func TestDraft_Apply_ConfirmedJudgesAgain(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		facts func(*Facts)
		step  Step
		want  string
	}{
		{"source gone", func(f *Facts) { f.Datasources = f.Datasources[1:] }, StepSource, "source=field.source_gone"},
		{"source became another", func(f *Facts) { f.Datasources[0].Type = "PostgreSQL" }, StepSource, "source=field.source_other_kind"},
		{"table gone", func(f *Facts) { f.Tables = []string{} }, StepTables, "tables=field.table_gone"},
		{"target gone", func(f *Facts) { f.Datasources = f.Datasources[:2] }, StepTables, "target=field.source_gone"},
		{"platform moved", func(f *Facts) { f.PlatformZone = "Europe/Berlin" }, StepSchedule, "zone=schedule.zone_drifts"},
		{"folder gone", func(f *Facts) { f.Folders = f.Folders[1:] }, StepPlace, "folder=field.folder_gone"},
		{"cluster changed", func(f *Facts) { f.VClusters[0].Type = "GENERAL" }, StepPlace, "vcluster=field.vcluster_type"},
		{"two screens, the first comes back", func(f *Facts) { f.Folders, f.Schemas = []Folder{}, []string{} }, StepTables, "source_schema=field.schema_gone"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d, facts := draftAt(t, StepReview), goodFacts()
			tt.facts(&facts)
			got, effects, err := d.Apply(Confirmed{Version: d.Version}, facts, actAt)
			if have := fieldsWrong(t, err); have != tt.want {
				t.Errorf("wrong: %q, want %q", have, tt.want)
			}
			if got.Step != tt.step || got.State != DraftOpen || got.Version != d.Version+1 || effects != nil {
				t.Errorf("now %s at %s, version %d, effects %v", got.State, got.Step, got.Version, effects)
			}
		})
	}
}

func TestDraft_Reopen(t *testing.T) {
	t.Parallel()
	d := draftAt(t, StepReview)
	d, _ = mustApply(t, d, Confirmed{Version: d.Version})
	d.Operation = "o1"
	again := d.Reopen(actAt)
	if again.State != DraftOpen || again.Step != StepReview || again.Operation != "" || again.Version != d.Version+1 ||
		again.UpdatedAt != actAt.UTC() || !reflect.DeepEqual(again.Answers, d.Answers) {
		t.Errorf("reopened as %+v", again)
	}
	if _, effects := mustApply(t, again, Confirmed{Version: again.Version}); len(effects) != 1 {
		t.Errorf("effects %v", effects)
	}
}

func TestDraft_Shows(t *testing.T) {
	t.Parallel()
	conditional := []Field{FieldTables, FieldTargetTable, FieldStep, FieldWeekdays, FieldDay, FieldTime, FieldUntil}
	tests := []struct {
		scope Scope
		every Every
		want  []Field
	}{
		{ScopeSingle, Daily, []Field{FieldTables, FieldTargetTable, FieldTime}},
		{ScopeMulti, Weekly, []Field{FieldTables, FieldWeekdays, FieldTime}},
		{ScopeWhole, Monthly, []Field{FieldTargetTable, FieldDay, FieldTime}},
		{ScopeMerge, Hours, []Field{FieldTables, FieldTargetTable, FieldStep, FieldTime, FieldUntil}},
		{ScopeSingle, Weekdays, []Field{FieldTables, FieldTargetTable, FieldTime}},
		{"", Minutes, []Field{FieldTables, FieldTargetTable, FieldStep}},
	}
	for _, tt := range tests {
		d := Draft{Answers: Answers{FieldScope: one(string(tt.scope)), FieldSchedule: one(string(tt.every))}}
		for _, f := range conditional {
			if got := d.Shows(f); got != slices.Contains(tt.want, f) {
				t.Errorf("%s/%s shows %s: %v", tt.scope, tt.every, f, got)
			}
		}
		for _, f := range []Field{FieldKind, FieldSource, FieldName, FieldZone} {
			if !d.Shows(f) {
				t.Errorf("%s hidden", f)
			}
		}
	}
}

// Every field a specification can be wrong at is asked on exactly one screen.
func TestStepFields_Complete(t *testing.T) {
	t.Parallel()
	asked := map[Field]int{}
	for _, s := range Steps() {
		for _, f := range StepFields(s) {
			asked[f]++
		}
	}
	for f, n := range asked {
		if n != 1 {
			t.Errorf("%s is asked %d times", f, n)
		}
	}
	if len(asked) != 24 {
		t.Errorf("%d fields are asked, want 24", len(asked))
	}
}

// play applies moves read from bytes to a new draft and checks after each what
// must hold whatever people and the platform do. It returns how many tasks were asked for.
func play(t *testing.T, moves []byte) int {
	t.Helper()
	pick := func(n int) int {
		if len(moves) == 0 {
			return 0
		}
		b := int(moves[0])
		moves = moves[1:]
		return b % n
	}
	d, created := newDraft(), 0
	for range 60 {
		if len(moves) == 0 {
			break
		}
		ev, facts := anyEvent(d, pick), anyFacts(pick)
		before := Answers{} // all of a draft that is not copied with it
		for f, c := range d.Answers {
			before[f] = slices.Clone(c)
		}
		next, effects, err := d.Apply(ev, facts, actAt)
		if !reflect.DeepEqual(d.Answers, before) {
			t.Fatalf("%#v changed the draft it was applied to", ev)
		}
		created += checkMove(t, d, next, ev, effects, err)
		d = next
		if d.State == DraftConfirmed && pick(2) == 0 {
			d = d.Reopen(actAt)
		}
	}
	return created
}

func checkMove(t *testing.T, d, next Draft, ev Event, effects []Effect, err error) (created int) {
	t.Helper()
	var stale *StaleError
	var invalid *InvalidError
	switch {
	case errors.As(err, &stale):
		if !reflect.DeepEqual(next, d) {
			t.Fatalf("stale %#v changed the draft", ev)
		}
	case errors.As(err, &invalid):
		if len(invalid.Fields) == 0 || next.State != DraftOpen {
			t.Fatalf("%#v: invalid %v in state %s", ev, invalid.Fields, next.State)
		}
	case err != nil:
		t.Fatalf("%#v: %v", ev, err)
	}
	if err != nil && effects != nil {
		t.Fatalf("%#v failed (%v) with effects %v", ev, err, effects)
	}
	moved := next.Step != d.Step || next.State != d.State
	if !slices.Contains(Steps(), next.Step) || next.Version < d.Version || moved != (next.Version == d.Version+1) {
		t.Fatalf("%#v: from %s/%s version %d to %s/%s version %d", ev, d.State, d.Step, d.Version, next.State, next.Step, next.Version)
	}
	for _, e := range effects {
		c, ok := e.(Create)
		if !ok {
			continue
		}
		created++
		if errs := c.Spec.Validate(); len(errs) > 0 {
			t.Fatalf("asked to create %+v: %s", c.Spec, wrong(errs))
		}
		if c.Spec.Schedule.Cron().Send == "" || next.State != DraftConfirmed || d.Step != StepReview {
			t.Fatalf("asked to create %+v in state %s at %s", c.Spec, next.State, d.Step)
		}
	}
	if (next.State == DraftConfirmed && d.State == DraftOpen) != (created == 1) {
		t.Fatalf("%#v: %d tasks asked for, state %s", ev, created, next.State)
	}
	return created
}

func anyEvent(d Draft, pick func(int) int) Event {
	version := d.Version
	if pick(16) == 0 {
		version += pick(3) - 1
	}
	switch pick(16) {
	case 0:
		return Cancelled{}
	case 1:
		return WentBack{version, anyAnswers(d, pick)}
	case 2:
		return Edited{Steps()[pick(5)], anyAnswers(d, pick)}
	case 3, 4:
		return Edited{d.Step, anyAnswers(d, pick)}
	case 5:
		return Confirmed{version}
	case 6:
		return Expanded{version, anyAnswers(d, pick)}
	}
	if d.Step == StepReview {
		return Confirmed{version}
	}
	return Submitted{version, anyAnswers(d, pick)}
}

// anyAnswers are mostly the right ones of the screen, some changed.
func anyAnswers(d Draft, pick func(int) int) Answers {
	a := goodAnswers(d.Step)
	if a == nil || pick(8) == 0 {
		a = Answers{}
	}
	values := []string{
		"", "mysql", "object_storage", "11", "12", "90", "-1", "multi", "whole_db", "merge", "append", "shop", "crm", "orders", "customers",
		"ods", VarSourceTable, VarSourceDatabase, "weekly", "monthly", "hours", "minutes", "1", "15", "31", "25:99", "23:30", "UTC",
		"Europe/Berlin", "Local", "7", "sync_vc", "DEFAULT", "-x", "a`b", "a\x00", "\xff", "４０", " ", "a,b", "99999999999999999999",
		"id > 1", "1=1; DROP TABLE t", "10", "1001", "upsert", "x_" + VarSourceTable,
	}
	for range pick(3) {
		fields := StepFields(d.Step)
		if len(fields) == 0 {
			break
		}
		var given []Choice
		for range pick(3) {
			given = append(given, Choice{Value: values[pick(len(values))], Label: values[pick(len(values))]})
		}
		a[fields[pick(len(fields))]] = given
	}
	return a
}

func anyFacts(pick func(int) int) Facts {
	f := goodFacts()
	switch pick(12) {
	case 0:
		return Facts{}
	case 1:
		return Facts{Datasources: []Datasource{}, Schemas: []string{}, Tables: []string{}, Folders: []Folder{}, VClusters: []VCluster{}}
	case 2:
		f.Datasources = []Datasource{lake, filesOSS, {ID: 11}, {ID: 90}}
	case 3:
		f.PlatformZone = "America/New_York"
	case 4:
		f.Schemas, f.Tables = nil, nil
	case 5:
		f.Tables = append([]string{"Orders"}, f.Tables...)
	}
	return f
}

// Many walks through the wizard, the same ones every time.
func TestDraft_Apply_AnySequence(t *testing.T) {
	t.Parallel()
	rnd, created := rand.New(rand.NewPCG(3, 4)), 0
	for range 250 {
		moves := make([]byte, 400)
		for i := range moves {
			moves[i] = byte(rnd.Uint32())
		}
		created += play(t, moves)
	}
	if created < 50 {
		t.Errorf("only %d walks ended in a task: too few to prove anything", created)
	}
}

func FuzzDraft_Apply(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{1, 6, 1, 0, 5, 1, 6, 1, 0, 5, 1, 6, 1, 0, 5, 1, 6, 1, 0, 5, 1, 6, 5})
	f.Add([]byte{1, 3, 1, 2, 4, 8, 8, 1, 1, 1, 9, 0, 16, 16, 16, 17, 18})
	f.Fuzz(func(t *testing.T, moves []byte) { play(t, moves) })
}

func TestDraft_JSON(t *testing.T) {
	t.Parallel()
	d := draftAt(t, StepReview)
	d.UpdatedAt = d.UpdatedAt.UTC()
	var back Draft
	if err := json.Unmarshal([]byte(encode(t, d)), &back); err != nil || !reflect.DeepEqual(back, d) {
		t.Errorf("read back %+v, %v, want %+v", back, err, d)
	}
}
