package batchsync

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
)

func acceptanceNow() time.Time { return time.Date(2026, 3, 6, 3, 0, 0, 0, time.UTC) }

func orderColumns() []SourceColumn {
	return []SourceColumn{{Name: "id", Type: "bigint(20)", Primary: true}, {Name: "Name", Type: "varchar(40)"}, {Name: "amount", Type: "decimal(10,2)"}}
}

// cleanDelivery is a task of n tables in which everything is as it should be.
func cleanDelivery(n int) AcceptanceInput {
	now := acceptanceNow()
	schedule := Schedule{Every: Daily, Hour: 2, Zone: "UTC"}
	began := now.Add(-time.Hour)
	in := AcceptanceInput{
		Task: 7, Zone: "UTC", CanCount: true, RowDrop: 50,
		Asked:    &Spec{Schedule: schedule, VCluster: "sync_vc"},
		Deployed: &Deployed{Online: true, Cron: schedule.Cron().Stored, VCluster: "sync_vc"},
		Runs:     []Run{{ID: 11, Task: 7, Type: RunScheduled, Status: RunSuccess, Plan: began, Began: began, Ended: began.Add(5 * time.Minute)}},
		Content:  Content{Scope: ScopeMulti, WriteMode: Overwrite},
		Source:   map[string]SourceFigures{}, Target: map[string]TargetFigures{},
	}
	for i := range n {
		source, sink := fmt.Sprintf("shop.t%d", i), fmt.Sprintf("ods.T%d", i)
		rows := int64(1000 + i)
		in.Content.Pairs = append(in.Content.Pairs, TablePair{source, sink})
		in.Source[source] = SourceFigures{Table: source, How: CountedExactly, Rows: rows, Columns: orderColumns()}
		in.Target[strings.ToLower(sink)] = TargetFigures{
			Table: sink, Exists: true, Rows: rows, NonNull: map[string]int64{"id": rows}, History: true, Written: began.Add(time.Minute),
			Columns: []TargetColumn{{"id", "bigint"}, {"name", "string"}, {"amount", "decimal(10,2)"}},
		}
	}
	return in
}

// found are the findings of table t0, or of the whole, that are not passed.
func troubled(found []Finding) string {
	var out []string
	for _, f := range found {
		if f.Verdict != VerdictPassed {
			out = append(out, string(f.Verdict)+" "+string(f.Text.Key))
		}
	}
	return strings.Join(out, ", ")
}

func TestJudgeAcceptance_Clean(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 50} {
		got := JudgeAcceptance(cleanDelivery(n), acceptanceNow())
		if got.Verdict != VerdictPassed || len(got.Tables) != n || got.Run != 11 || got.State != AcceptanceDone {
			t.Errorf("%d tables: %s of run %d, whole %s, first %s", n, got.Verdict, got.Run, troubled(got.Whole), troubled(got.Tables[0].Found))
		}
		var checks []CheckName
		for _, f := range append(slices.Clone(got.Tables[0].Found), got.Whole...) {
			checks = append(checks, f.Check)
		}
		for _, c := range CheckNames() {
			if !slices.Contains(checks, c) {
				t.Errorf("nothing is said about %s", c)
			}
		}
	}
}

func TestJudgeAcceptance_Tables(t *testing.T) {
	t.Parallel()
	source := func(change func(*SourceFigures)) func(*AcceptanceInput) {
		return func(in *AcceptanceInput) { f := in.Source["shop.t0"]; change(&f); in.Source["shop.t0"] = f }
	}
	target := func(change func(*TargetFigures)) func(*AcceptanceInput) {
		return func(in *AcceptanceInput) { f := in.Target["ods.t0"]; change(&f); in.Target["ods.t0"] = f }
	}
	rows := func(n int64) func(*AcceptanceInput) {
		return target(func(f *TargetFigures) { f.Rows, f.NonNull = n, map[string]int64{"id": n} })
	}
	estimate := func(n int64) func(*AcceptanceInput) {
		return source(func(f *SourceFigures) { f.How, f.Rows = CountedEstimated, n })
	}
	person := func(n int64) func(*AcceptanceInput) {
		return source(func(f *SourceFigures) { f.How, f.Rows, f.By = CountedPerson, n, "U1" })
	}
	tolerance := func(p float64) func(*AcceptanceInput) { return func(in *AcceptanceInput) { in.Expected.Tolerance = p } }
	unknown := source(func(f *SourceFigures) { f.How, f.Rows = CountedNot, 0 })
	columns := func(kind string) func(*AcceptanceInput) {
		return target(func(f *TargetFigures) {
			f.Columns = []TargetColumn{{"id", "bigint"}, {"name", "string"}, {"amount", kind}}
		})
	}
	began := acceptanceNow().Add(-time.Hour)
	written := func(at time.Time) func(*AcceptanceInput) { return target(func(f *TargetFigures) { f.Written = at }) }
	tests := []struct {
		name   string
		change []func(*AcceptanceInput)
		want   string // troubles of the first table
	}{
		{"clean", nil, ""},
		{"rows missing", []func(*AcceptanceInput){rows(999)}, "failed judged.rows_fewer"},
		{"rows too many", []func(*AcceptanceInput){rows(1001)}, "failed judged.rows_more"},
		{"a little less is expected", []func(*AcceptanceInput){rows(990), tolerance(1)}, ""},
		{"a little more is expected", []func(*AcceptanceInput){rows(1010), tolerance(1)}, ""},
		{"more than expected", []func(*AcceptanceInput){rows(1011), tolerance(1)}, "failed judged.rows_more"},
		{"a tolerance that is none", []func(*AcceptanceInput){rows(999), tolerance(math.NaN())}, "failed judged.rows_fewer"},
		{"a negative tolerance", []func(*AcceptanceInput){rows(999), tolerance(-5)}, "failed judged.rows_fewer"},
		{"one apart beyond 2^53", []func(*AcceptanceInput){rows(1<<53 + 1), source(func(f *SourceFigures) { f.Rows = 1 << 53 })}, "failed judged.rows_more"},
		{"the same beyond 2^53", []func(*AcceptanceInput){rows(1<<53 + 1), source(func(f *SourceFigures) { f.Rows = 1<<53 + 1 })}, ""},
		{"both empty", []func(*AcceptanceInput){rows(0), source(func(f *SourceFigures) { f.Rows = 0 })}, ""},
		{"target empty", []func(*AcceptanceInput){rows(0), tolerance(100)}, "failed judged.rows_fewer, failed judged.keys_rows_lost"},
		{"source empty", []func(*AcceptanceInput){source(func(f *SourceFigures) { f.Rows = 0 })}, "failed judged.rows_more"},
		{"target empty, source not known", []func(*AcceptanceInput){rows(0), unknown}, "unchecked judged.source_unknown, unchecked judged.keys_no_rows"},
		{"estimated, near", []func(*AcceptanceInput){estimate(1050)}, ""},
		{"estimated, near enough by tolerance", []func(*AcceptanceInput){estimate(1100), tolerance(10)}, ""},
		{"estimated, far", []func(*AcceptanceInput){estimate(1100)}, "person judged.rows_estimate_off"},
		{"a person's figure", []func(*AcceptanceInput){person(1000)}, ""},
		{"a person's other figure", []func(*AcceptanceInput){person(1001)}, "failed judged.rows_fewer"},
		{"a person could tell", []func(*AcceptanceInput){unknown, func(in *AcceptanceInput) { in.CanCount = false }}, "person judged.source_ask"},
		{"the source hangs", []func(*AcceptanceInput){unknown}, "unchecked judged.source_unknown"},
		{"the source is not told of", []func(*AcceptanceInput){func(in *AcceptanceInput) { delete(in.Source, "shop.t0") }},
			"unchecked judged.source_unknown, unchecked judged.keys_none, unchecked judged.keys_none, unchecked types.no_source, unchecked columns.unknown"},
		{"appended", []func(*AcceptanceInput){rows(5000), func(in *AcceptanceInput) { in.Content.WriteMode = Append }}, "unchecked judged.rows_appended"},
		{"appended by key", []func(*AcceptanceInput){rows(5000), func(in *AcceptanceInput) { in.Content.WriteMode, in.Content.KeyedMode = Append, Overwrite }}, "failed judged.rows_more"},
		{"one table appended by key", []func(*AcceptanceInput){rows(5000), func(in *AcceptanceInput) {
			in.Content.Scope, in.Content.WriteMode, in.Content.KeyedMode = ScopeSingle, Append, Overwrite
		}}, "unchecked judged.rows_appended"},
		{"appended too little", []func(*AcceptanceInput){rows(500), func(in *AcceptanceInput) { in.Content.WriteMode = Append }}, "failed judged.rows_fewer"},

		{"no target", []func(*AcceptanceInput){target(func(f *TargetFigures) { *f = TargetFigures{Table: "ods.T0", Rows: -1, Duplicates: -1} })},
			"failed judged.table_missing, unchecked judged.no_target, unchecked judged.no_target, unchecked judged.no_target, unchecked judged.no_target"},
		{"target not told of", []func(*AcceptanceInput){func(in *AcceptanceInput) { delete(in.Target, "ods.t0") }},
			"unchecked judged.target_unknown, unchecked judged.target_unknown, unchecked judged.target_unknown, unchecked types.no_target, unchecked judged.fresh_unknown"},
		{"target in doubt", []func(*AcceptanceInput){target(func(f *TargetFigures) {
			*f = TargetFigures{Table: "ods.T0", Rows: -1, Duplicates: -1, Problem: &Problem{Code: CodeUnreachable}}
		})}, "unchecked judged.target_unknown, unchecked judged.target_unknown, unchecked judged.target_unknown, unchecked types.no_target, unchecked judged.fresh_unknown"},

		{"a key is not set", []func(*AcceptanceInput){target(func(f *TargetFigures) { f.NonNull = map[string]int64{"ID": 999} })}, "failed judged.keys_low"},
		{"fewer keys are expected", []func(*AcceptanceInput){target(func(f *TargetFigures) { f.NonNull = map[string]int64{"ID": 999} }), func(in *AcceptanceInput) { in.Expected.NonNull = 99.9 }}, ""},
		{"even fewer keys", []func(*AcceptanceInput){target(func(f *TargetFigures) { f.NonNull = map[string]int64{"ID": 998} }), func(in *AcceptanceInput) { in.Expected.NonNull = 99.9 }}, "failed judged.keys_low"},
		{"keys not told", []func(*AcceptanceInput){target(func(f *TargetFigures) { f.NonNull = nil })}, "unchecked judged.keys_unknown"},
		{"more keys than rows", []func(*AcceptanceInput){target(func(f *TargetFigures) { f.NonNull["id"] = 2000 })}, "unchecked judged.keys_unknown"},
		{"no such key", []func(*AcceptanceInput){func(in *AcceptanceInput) { in.Expected.Keys = map[string][]string{"ods.t0": {"nope"}} }}, "failed judged.keys_absent"},
		{"another key", []func(*AcceptanceInput){
			func(in *AcceptanceInput) { in.Expected.Keys = map[string][]string{"ODS.T0": {"name"}} },
			target(func(f *TargetFigures) { f.NonNull = map[string]int64{"name": 1000} })}, ""},
		{"keys twice", []func(*AcceptanceInput){target(func(f *TargetFigures) { f.Duplicates = 3 })}, "failed judged.duplicates"},
		{"keys twice, appended", []func(*AcceptanceInput){rows(5000), target(func(f *TargetFigures) { f.Duplicates = 4000 }), func(in *AcceptanceInput) { in.Content.WriteMode = Append }},
			"unchecked judged.rows_appended, person judged.duplicates_appended"},
		{"keys twice, appended once", []func(*AcceptanceInput){target(func(f *TargetFigures) { f.Duplicates = 3 }), func(in *AcceptanceInput) { in.Content.WriteMode = Append }}, "failed judged.duplicates"},
		{"keys twice not told", []func(*AcceptanceInput){target(func(f *TargetFigures) { f.Duplicates = -1 })}, "unchecked judged.duplicates_unknown"},

		{"wrong type", []func(*AcceptanceInput){columns("date")}, "failed types.other"},
		{"less room", []func(*AcceptanceInput){columns("decimal(8,2)")}, "failed types.narrow"},
		{"fewer places", []func(*AcceptanceInput){columns("decimal(20,1)")}, "person types.scale"},
		{"a column is missing", []func(*AcceptanceInput){target(func(f *TargetFigures) { f.Columns = f.Columns[:2] })}, "failed types.absent"},
		{"zero dates", []func(*AcceptanceInput){
			source(func(f *SourceFigures) {
				f.ZeroDate, f.Columns = true, append(f.Columns, SourceColumn{Name: "at", Type: "datetime"})
			}),
			target(func(f *TargetFigures) { f.Columns = append(f.Columns, TargetColumn{"at", "timestamp"}) })}, "person types.zero_date"},

		{"zero dates not found out", []func(*AcceptanceInput){
			source(func(f *SourceFigures) {
				f.DatesUnread, f.Columns = true, append(f.Columns, SourceColumn{Name: "at", Type: "datetime"})
			}),
			target(func(f *TargetFigures) { f.Columns = append(f.Columns, TargetColumn{"at", "timestamp"}) })}, "unchecked types.dates_unread"},
		{"dates not found out that are not copied", []func(*AcceptanceInput){
			source(func(f *SourceFigures) { f.DatesUnread = true })}, ""},

		{"stale by a day", []func(*AcceptanceInput){written(began.Add(-28 * time.Hour))}, "failed judged.stale"},
		{"stale by hours, alone", []func(*AcceptanceInput){written(began.Add(-3 * time.Hour))}, "unchecked judged.fresh_unsure"},
		{"a little before", []func(*AcceptanceInput){written(began.Add(-time.Minute))}, ""},
		{"written since", []func(*AcceptanceInput){written(acceptanceNow())}, ""},
		{"in the future", []func(*AcceptanceInput){written(acceptanceNow().Add(8 * time.Hour))}, "unchecked judged.fresh_ahead"},
		{"never written, alone", []func(*AcceptanceInput){written(time.Time{})}, "unchecked judged.fresh_no_write"},
		{"history not told", []func(*AcceptanceInput){target(func(f *TargetFigures) { f.Written, f.History = time.Time{}, false })}, "unchecked judged.fresh_unknown"},
		{"no run to compare with", []func(*AcceptanceInput){func(in *AcceptanceInput) { in.Runs = nil }}, "unchecked judged.fresh_no_run"},
		{"nothing to write by a person's word", []func(*AcceptanceInput){rows(0), written(time.Time{}), person(0)}, "unchecked judged.fresh_no_write"},
		{"nothing to write, source not known", []func(*AcceptanceInput){rows(0), written(time.Time{}), unknown},
			"unchecked judged.source_unknown, unchecked judged.keys_no_rows, unchecked judged.fresh_no_write"},
		{"no column is copied", []func(*AcceptanceInput){func(in *AcceptanceInput) { in.Content.Mapped = []TablePair{{"x", "y"}} }},
			"unchecked judged.keys_none, unchecked judged.keys_none, unchecked types.no_source"},
		{"nothing to write", []func(*AcceptanceInput){rows(0), written(time.Time{}), source(func(f *SourceFigures) { f.Rows = 0 })}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			in := cleanDelivery(1)
			for _, change := range tt.change {
				change(&in)
			}
			got := JudgeAcceptance(in, acceptanceNow())
			if s := troubled(got.Tables[0].Found); s != tt.want {
				t.Errorf("got  %s\nwant %s", s, tt.want)
			}
			if (got.Verdict == VerdictPassed) != (tt.want == "") || tt.want != "" && !strings.Contains(tt.want, string(got.Verdict)) {
				t.Errorf("verdict %s of %q", got.Verdict, tt.want)
			}
		})
	}
}

// TestJudgeAcceptance_Faults plants one fault into each of some tables of a
// large task: each is found, and nothing else.
func TestJudgeAcceptance_Faults(t *testing.T) {
	t.Parallel()
	in := cleanDelivery(50)
	began := in.Runs[0].Began
	faults := map[string]struct {
		change func(*TargetFigures)
		want   string
	}{
		"ods.t3":  {func(f *TargetFigures) { f.Rows--; f.NonNull["id"]-- }, "failed judged.rows_fewer"},
		"ods.t11": {func(f *TargetFigures) { f.NonNull["id"] -= 2 }, "failed judged.keys_low"},
		"ods.t17": {func(f *TargetFigures) { f.Duplicates = 5 }, "failed judged.duplicates"},
		"ods.t23": {func(f *TargetFigures) { f.Columns[2].Type = "int" }, "failed types.other"},
		"ods.t42": {func(f *TargetFigures) { f.Written = began.Add(-3 * time.Hour) }, "failed judged.stale"},
	}
	for table, fault := range faults {
		f := in.Target[table]
		fault.change(&f)
		in.Target[table] = f
	}
	got := JudgeAcceptance(in, acceptanceNow())
	for _, table := range got.Tables {
		if s := troubled(table.Found); s != faults[strings.ToLower(table.Pair.Sink)].want {
			t.Errorf("%s: %q", table.Pair.Sink, s)
		}
	}
	if got.Verdict != VerdictFailed {
		t.Errorf("verdict %s", got.Verdict)
	}
}

func TestJudgeAcceptance_Whole(t *testing.T) {
	t.Parallel()
	plan := acceptanceNow().Add(-time.Hour)
	run := func(id RunID, status RunStatus, kind RunType, at time.Time) Run {
		return Run{ID: id, Type: kind, Status: status, Plan: at, Began: at, Ended: at.Add(time.Duration(id) * time.Second)}
	}
	runs := func(all ...Run) func(*AcceptanceInput) { return func(in *AcceptanceInput) { in.Runs = all } }
	good := run(11, RunSuccess, RunScheduled, plan)
	tests := []struct {
		name   string
		change func(*AcceptanceInput)
		want   string
	}{
		{"clean", func(*AcceptanceInput) {}, ""},
		{"failed", runs(run(11, RunFailed, RunScheduled, plan)), "failed judged.run_failed"},
		{"failed after a good one", runs(run(12, RunFailed, RunScheduled, plan), good), "failed judged.run_failed"},
		{"stopped", runs(run(11, RunStopped, RunScheduled, plan)), "person judged.run_stopped"},
		{"blocked", runs(run(11, RunBlocked, RunScheduled, plan)), "failed judged.run_blocked"},
		{"made good by a backfill", runs(run(12, RunSuccess, RunRefill, plan), run(11, RunFailed, RunScheduled, plan)), ""},
		{"not made good by a trial", runs(run(12, RunSuccess, RunTemporary, plan), run(11, RunFailed, RunScheduled, plan)), "failed judged.run_failed"},
		{"not made good before", runs(run(10, RunSuccess, RunRefill, plan), run(11, RunFailed, RunScheduled, plan)), "failed judged.run_failed"},
		{"another at work", runs(run(12, RunRunning, RunScheduled, plan.Add(time.Minute)), good), ""},
		{"another planned", runs(run(12, RunNotStarted, RunScheduled, plan.Add(24*time.Hour)), good), ""},
		{"paused since", runs(run(12, RunPaused, RunScheduled, plan), good), "person judged.run_paused"},
		{"odd since", runs(run(12, 77, RunScheduled, plan), good), "unchecked judged.run_odd"},
		{"only at work", runs(run(12, RunRunning, RunScheduled, plan)), "unchecked judged.run_open"},
		{"only backfilled", runs(run(12, RunSuccess, RunRefill, plan)), "unchecked judged.run_none"},
		{"no run", runs(), "unchecked judged.run_none"},
		{"runs not read", func(in *AcceptanceInput) { in.Runs, in.Missing = nil, []Problem{{}} }, "unchecked judged.run_unread"},

		{"offline", func(in *AcceptanceInput) { in.Deployed = &Deployed{} }, "failed judged.schedule_offline"},
		{"not read", func(in *AcceptanceInput) { in.Deployed = nil }, "unchecked judged.schedule_unread"},
		{"another time", func(in *AcceptanceInput) { in.Asked.Schedule.Hour = 3 }, "failed judged.schedule_other"},
		{"another cluster", func(in *AcceptanceInput) { in.Asked.VCluster = "other" }, "failed judged.cluster_other"},
		{"the same cluster in capitals", func(in *AcceptanceInput) { in.Deployed.VCluster = "SYNC_VC" }, ""},
		{"both", func(in *AcceptanceInput) { in.Asked.Schedule.Hour, in.Asked.VCluster = 3, "other" }, "failed judged.schedule_other, failed judged.cluster_other"},
		{"meant in another zone", func(in *AcceptanceInput) { in.Asked.Schedule.Hour, in.Asked.Schedule.Zone = 10, "Asia/Shanghai" }, ""},
		{"a zone that drifts", func(in *AcceptanceInput) { in.Asked.Schedule.Zone = "Europe/Berlin" }, "unchecked judged.schedule_zone"},
		{"made elsewhere, as saved", func(in *AcceptanceInput) {
			in.Asked, in.Draft = nil, &DraftSchedule{Cron: "0 0 2 * * ? *", VCluster: "sync_vc"}
		}, ""},
		{"made elsewhere, saved in capitals", func(in *AcceptanceInput) {
			in.Asked, in.Draft = nil, &DraftSchedule{Cron: "0 0 2 * * ? *", VCluster: "SYNC_VC"}
		}, ""},
		{"made elsewhere, saved on another cluster since", func(in *AcceptanceInput) {
			in.Asked, in.Draft = nil, &DraftSchedule{Cron: "0 0 2 * * ? *", VCluster: "other"}
		}, "person judged.schedule_not_saved"},
		{"made elsewhere, saved since", func(in *AcceptanceInput) {
			in.Asked, in.Draft = nil, &DraftSchedule{Cron: "0 0 4 * * ? *", VCluster: "sync_vc"}
		}, "person judged.schedule_not_saved"},
		{"made elsewhere", func(in *AcceptanceInput) { in.Asked = nil }, "unchecked judged.schedule_unasked"},
		{"never again", func(in *AcceptanceInput) {
			in.Asked, in.Deployed.Cron = nil, "0 0 2 31 2 ? *"
			in.Draft = &DraftSchedule{Cron: in.Deployed.Cron, VCluster: "sync_vc"}
		}, "failed judged.next_never"},
		{"not understood", func(in *AcceptanceInput) {
			in.Asked, in.Deployed.Cron = nil, "0 00 NaN-NaN/2 * * ? *"
			in.Draft = &DraftSchedule{Cron: in.Deployed.Cron, VCluster: "sync_vc"}
		}, "unchecked judged.next_unknown"},
		{"no zone", func(in *AcceptanceInput) { in.Zone = "Mars/Olympus" }, "unchecked judged.schedule_zone, unchecked judged.next_unknown"},
		{"no tables", func(in *AcceptanceInput) { in.Content.Pairs = nil }, "unchecked judged.no_tables"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			in := cleanDelivery(1)
			tt.change(&in)
			got := JudgeAcceptance(in, acceptanceNow())
			if s := troubled(got.Whole); s != tt.want {
				t.Errorf("got  %s\nwant %s", s, tt.want)
			}
			if got.Verdict == VerdictPassed && tt.want != "" {
				t.Errorf("passed in spite of %s", tt.want)
			}
		})
	}
}

// TestJudgeAcceptance_Before compares with the last acceptance.
func TestJudgeAcceptance_Before(t *testing.T) {
	t.Parallel()
	flagged := func() AcceptanceInput {
		in := cleanDelivery(1)
		s, f := in.Source["shop.t0"], in.Target["ods.t0"]
		s.Columns = append(orderColumns(), SourceColumn{Name: "kind", Type: "enum('a','b')"})
		f.Columns = append(f.Columns, TargetColumn{"kind", "string"})
		in.Source["shop.t0"], in.Target["ods.t0"] = s, f
		return in
	}
	first := JudgeAcceptance(flagged(), acceptanceNow())
	if first.Verdict != VerdictPerson || troubled(first.Tables[0].Found) != "person types.enum" {
		t.Fatalf("first: %s, %s", first.Verdict, troubled(first.Tables[0].Found))
	}
	again := func(before Acceptance, change func(*AcceptanceInput)) Acceptance {
		in := flagged()
		in.Before = &before
		change(&in)
		return JudgeAcceptance(in, acceptanceNow())
	}
	same := func(*AcceptanceInput) {}
	if got := again(first, same); got.Verdict != VerdictPerson {
		t.Errorf("not accepted, and %s", got.Verdict)
	}
	accepted := first
	accepted.AcceptedBy = "U1"
	second := again(accepted, same)
	if third := again(second, same); second.Verdict != VerdictPassed || third.Verdict != VerdictPassed {
		t.Errorf("accepted before, and then %s, %s", second.Verdict, third.Verdict)
	}
	reopened := accepted
	reopened.ReopenedBy = "a2"
	if got := again(reopened, same); got.Verdict != VerdictPerson {
		t.Errorf("reopened, and %s", got.Verdict)
	}
	tests := []struct {
		name   string
		change func([]SourceColumn) []SourceColumn
		want   string
	}{
		{"another order", func(c []SourceColumn) []SourceColumn { slices.Reverse(c); return c }, ""},
		{"a new value of an enum", func(c []SourceColumn) []SourceColumn { c[3].Type = "enum('a','b','c')"; return c }, "person types.enum, person columns.retyped"},
		{"a column less", func(c []SourceColumn) []SourceColumn { return slices.Delete(c, 1, 2) }, "person types.enum, person columns.gone"},
		{"a column more", func(c []SourceColumn) []SourceColumn { return append(c, SourceColumn{Name: "more", Type: "int"}) }, "failed types.absent, person types.enum, person columns.added"},
		{"another key", func(c []SourceColumn) []SourceColumn { c[1].Primary = true; return c }, "unchecked judged.keys_unknown, person types.enum, person columns.key"},
	}
	for _, tt := range tests {
		got := again(accepted, func(in *AcceptanceInput) {
			f := in.Source["shop.t0"]
			f.Columns = tt.change(slices.Clone(f.Columns))
			in.Source["shop.t0"] = f
		})
		if s := troubled(got.Tables[0].Found); s != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, s, tt.want)
		}
	}
	other := again(accepted, func(in *AcceptanceInput) {
		f := in.Target["ods.t0"]
		f.Columns = append(slices.Clone(f.Columns[:3]), TargetColumn{"kind", "int"})
		in.Target["ods.t0"] = f
	})
	if s := troubled(other.Tables[0].Found); s != "person types.enum" {
		t.Errorf("accepted with another target type: %s", s)
	}
	for _, tt := range []struct {
		name   string
		change func(*SourceFigures)
		want   string
	}{
		{"zero dates since", func(f *SourceFigures) { f.ZeroDate = true }, "person types.enum"},
		{"described by the platform since", func(f *SourceFigures) { f.Described, f.Columns[0].Type = true, "BIGINT" }, ""},
		{"described by the platform as something else", func(f *SourceFigures) { f.Described, f.Columns[0].Type = true, "DATE" },
			"failed types.other, person types.enum, person columns.retyped"},
		{"described by the platform, with a column more", func(f *SourceFigures) {
			f.Described, f.Columns = true, append(f.Columns, SourceColumn{Name: "more", Type: "INT"})
		}, "failed types.absent, person types.enum, person columns.added"},
	} {
		got := again(accepted, func(in *AcceptanceInput) {
			f := in.Source["shop.t0"]
			f.Columns = slices.Clone(f.Columns)
			tt.change(&f)
			in.Source["shop.t0"] = f
		})
		if s := troubled(got.Tables[0].Found); s != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, s, tt.want)
		}
	}
	blind := accepted
	blind.Tables = slices.Clone(accepted.Tables)
	blind.Tables[0].Source.Columns = nil
	if s := troubled(again(blind, same).Tables[0].Found); s != "person types.enum, unchecked columns.unknown_before" {
		t.Errorf("the columns of before are not known: %s", s)
	}
	dropped := again(accepted, func(in *AcceptanceInput) {
		in.CanCount = false
		in.Source["shop.t0"] = SourceFigures{Table: "shop.t0", Rows: -1, Columns: in.Source["shop.t0"].Columns}
		f := in.Target["ods.t0"]
		f.Rows, f.NonNull = 400, map[string]int64{"id": 400}
		in.Target["ods.t0"] = f
	})
	if s := troubled(dropped.Tables[0].Found); s != "failed judged.rows_dropped" {
		t.Errorf("dropped: %s", s)
	}
}

// TestJudgeAcceptance_Merge adds up the sources of one target.
func TestJudgeAcceptance_Merge(t *testing.T) {
	t.Parallel()
	in := cleanDelivery(2)
	in.Content.Pairs[1].Sink = in.Content.Pairs[0].Sink
	f := in.Target["ods.t0"]
	f.Rows, f.NonNull = 2001, map[string]int64{"id": 2001}
	in.Target["ods.t0"] = f
	if got := JudgeAcceptance(in, acceptanceNow()); got.Verdict != VerdictPassed {
		t.Errorf("%s: %s; %s", got.Verdict, troubled(got.Tables[0].Found), troubled(got.Tables[1].Found))
	}
	shard := in.Source["shop.t1"]
	shard.Rows = math.MaxInt64
	in.Source["shop.t1"] = shard
	if got := troubled(JudgeAcceptance(in, acceptanceNow()).Tables[0].Found); got != "unchecked judged.source_unknown" {
		t.Errorf("more rows than can be counted: %s", got)
	}
	delete(in.Source, "shop.t1")
	if got := troubled(JudgeAcceptance(in, acceptanceNow()).Tables[0].Found); got != "unchecked judged.source_unknown" {
		t.Errorf("one source is not known: %s", got)
	}
}

// TestJudgeAcceptance_MergeKeys: rows of several sources that each count from 1
// share keys, which is no fault unless a person named the key of the target.
func TestJudgeAcceptance_MergeKeys(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		shards int
		keys   string // that are expected
		mode   WriteMode
		want   string
	}{
		{"one source", 1, "", Overwrite, "failed judged.duplicates"},
		{"several sources", 2, "", Overwrite, "person judged.duplicates_merged"},
		{"several sources, appended", 2, "", Append, "person judged.duplicates_merged"},
		{"the key is named", 2, "ODS.t0: id", Overwrite, "failed judged.duplicates"},
		{"the key is named without the schema", 2, "t0: id", Overwrite, "failed judged.duplicates"},
		{"the key of another table is named", 2, "ods.t2: id", Overwrite, "person judged.duplicates_merged"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := cleanDelivery(3)
			in.Content.WriteMode = tt.mode
			in.Expected, _ = TypedExpectation{Keys: tt.keys}.Parse(nil)
			rows := int64(1000)
			if tt.shards > 1 {
				in.Content.Pairs[1].Sink, rows = "ods.t0", 2001
			}
			f := in.Target["ods.t0"]
			f.Rows, f.NonNull, f.Duplicates = rows, map[string]int64{"id": rows}, 1000
			in.Target["ods.t0"] = f
			if got := troubled(JudgeAcceptance(in, acceptanceNow()).Tables[0].Found); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// TestJudgeAcceptance_WhoCounts: what the bot could count another time is not
// checked, what it never can is a person's.
func TestJudgeAcceptance_WhoCounts(t *testing.T) {
	t.Parallel()
	for key, want := range map[TextKey]string{
		"source.parameters": "person judged.source_ask", "source.filter": "person judged.source_ask",
		"source.denied": "person judged.source_ask", "source.name": "person judged.source_ask",
		"source.login": "unchecked judged.source_unknown", "source.timeout": "unchecked judged.source_unknown",
		"source.time": "unchecked judged.source_unknown", "source.gone": "unchecked judged.source_unknown",
	} {
		for _, shards := range []int{1, 2} {
			in := cleanDelivery(shards)
			for i := range shards {
				in.Content.Pairs[i].Sink = "ods.t0"
			}
			last := in.Content.Pairs[shards-1].Source
			f := in.Source[last]
			f.How, f.Rows, f.Problem = CountedNot, -1, &Problem{Text: T(key)}
			in.Source[last] = f
			if got := troubled(JudgeAcceptance(in, acceptanceNow()).Tables[0].Found); got != want {
				t.Errorf("%s, %d sources: got %s, want %s", key, shards, got, want)
			}
		}
	}
	counted := cleanDelivery(1)
	f := counted.Source["shop.t0"]
	f.Problem = &Problem{Text: T("source.denied")} // of something besides the count
	counted.Source["shop.t0"] = f
	if got := JudgeAcceptance(counted, acceptanceNow()); got.Verdict != VerdictPassed {
		t.Errorf("counted: %s", got.Verdict)
	}
}

// TestAcceptanceKeys follows the mapping of a single table.
func TestAcceptanceKeys(t *testing.T) {
	t.Parallel()
	in := cleanDelivery(1)
	pair := in.Content.Pairs[0]
	for _, tt := range []struct {
		typed string
		pairs []TablePair
		want  string // what was typed before the tables were known
	}{
		{"ods.t0: name", in.Content.Pairs, "name"}, {"T0: name", in.Content.Pairs, "name"}, {"name", in.Content.Pairs, "name"},
		{"T0: name\nODS.t0: id, name", in.Content.Pairs, "id,name"}, {"eu.t0: name", in.Content.Pairs, "id"},
		{"name", cleanDelivery(2).Content.Pairs, "id"}, {"T0: name", cleanDelivery(2).Content.Pairs, "name"}, {"T1: name", cleanDelivery(2).Content.Pairs, "id"},
	} {
		in, wrong := cleanDelivery(1), []error(nil)
		in.Content.Pairs = tt.pairs
		in.Expected, wrong = TypedExpectation{Keys: tt.typed}.Parse(nil)
		if got := strings.Join(AcceptanceKeys(in, pair), ","); wrong != nil || got != tt.want {
			t.Errorf("%q of %d tables: %s, want %s, %v", tt.typed, len(tt.pairs), got, tt.want, wrong)
		}
	}
	in.Content.Mapped = []TablePair{{"id", "order_id"}, {"Name", "name"}}
	if got := AcceptanceKeys(in, pair); !slices.Equal(got, []string{"order_id"}) {
		t.Errorf("mapped: %q", got)
	}
	in.Content.Mapped = in.Content.Mapped[1:]
	if got := AcceptanceKeys(in, pair); got != nil {
		t.Errorf("not copied: %q", got)
	}
	pairs := Content{SourceSchema: "shop", SchemaRule: "ods", TableRule: VarSourceDatabase + "_" + VarSourceTable}.Mirrored([]string{"a", "b"})
	if want := []TablePair{{"shop.a", "ods.shop_a"}, {"shop.b", "ods.shop_b"}}; !slices.Equal(pairs, want) {
		t.Errorf("mirrored: %q", pairs)
	}
}

func TestShareText(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		n, rows int64
		want    string
	}{{1, 3, "33.33"}, {0, 5, "0.00"}, {999_999, 1_000_000, "99.99"}, {math.MaxInt64 - 1, math.MaxInt64, "99.99"}, {7, 7, "100.00"}} {
		if got := shareText(tt.n, tt.rows); got != tt.want {
			t.Errorf("%d of %d: %s, want %s", tt.n, tt.rows, got, tt.want)
		}
	}
}
