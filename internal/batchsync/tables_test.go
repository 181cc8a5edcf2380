package batchsync

import (
	"slices"
	"testing"
	"time"
)

var (
	ranAt   = time.Date(2026, 3, 4, 2, 0, 0, 0, time.UTC)
	ranTo   = ranAt.Add(10 * time.Minute)
	inRun   = TableVersion{At: ranTo.Add(-time.Minute), Rows: 500, Operation: "INSERT_OVERWRITE"}
	dayOld  = TableVersion{At: ranTo.AddDate(0, 0, -1), Rows: 400, Operation: "INSERT_OVERWRITE"}
	hourNew = TableVersion{At: ranTo.Add(time.Hour), Rows: 600, Operation: "INSERT_OVERWRITE"}
)

func TestJudgeTables(t *testing.T) {
	t.Parallel()
	problem := &Problem{Code: CodeRefused}
	versions := func(all ...TableVersion) []TableVersion { return append([]TableVersion{}, all...) }
	table := func(rows int64, all []TableVersion) *TableFigures {
		return &TableFigures{Exists: true, Rows: rows, Versions: all}
	}
	trust := table(9, versions(inRun)) // of another table of the task
	tests := []struct {
		name   string
		of     *TableFigures // nil: none were told
		other  *TableFigures
		before int64 // -1: not known
		status RunStatus
		want   TableResult
	}{
		{"no figures", nil, trust, 500, RunSuccess, TableResult{State: TableUnknown, By: FromNothing, Rows: -1}},
		{"not told", &TableFigures{Rows: -1, Problem: problem}, trust, 500, RunSuccess, TableResult{State: TableUnknown, By: FromNothing, Rows: -1}},
		{"there, and nothing more told", table(-1, nil), trust, 500, RunSuccess, TableResult{State: TableUnknown, By: FromNothing, Rows: -1}},
		{"missing", &TableFigures{Rows: -1}, trust, 500, RunSuccess, TableResult{State: TableMissing, By: FromCount, Rows: -1}},
		{"missing after a failure", &TableFigures{Rows: -1}, nil, -1, RunFailed, TableResult{State: TableMissing, By: FromCount, Rows: -1}},
		{"empty, before not known", table(0, nil), nil, -1, RunSuccess, TableResult{State: TableEmpty, By: FromCount, Before: -1}},
		{"empty as before", table(0, versions(inRun)), nil, 0, RunSuccess, TableResult{State: TableEmpty, By: FromCount, Before: 0}},
		{"empty, a small one before", table(0, nil), nil, 3, RunSuccess, TableResult{State: TableEmpty, By: FromCount, Before: 3}},
		{"empty by its history", &TableFigures{Exists: true, Rows: -1, Versions: versions(TableVersion{At: ranTo})}, nil, 7, RunSuccess, TableResult{State: TableEmpty, By: FromHistory, Before: 7}},
		{"dropped", table(499, nil), nil, 1000, RunSuccess, TableResult{State: TableDropped, By: FromCount, Rows: 499, Before: 1000}},
		{"dropped though written", table(499, versions(inRun)), nil, 1000, RunSuccess, TableResult{State: TableDropped, By: FromCount, Rows: 499, Before: 1000}},
		{"just not dropped", table(500, nil), nil, 1000, RunSuccess, TableResult{State: TableOK, By: FromRun, Rows: 500}},
		{"dropped by its history", &TableFigures{Exists: true, Rows: -1, Versions: versions(inRun)}, nil, 2000, RunSuccess, TableResult{State: TableDropped, By: FromHistory, Rows: 500, Before: 2000}},
		{"small table", table(1, nil), nil, 99, RunSuccess, TableResult{State: TableOK, By: FromRun, Rows: 1}},
		{"no longer small", table(1, nil), nil, 100, RunSuccess, TableResult{State: TableDropped, By: FromCount, Rows: 1, Before: 100}},
		{"huge", table(1<<61, nil), nil, 1 << 62, RunSuccess, TableResult{State: TableOK, By: FromRun, Rows: 1 << 61}},
		{"written", table(500, versions(hourNew, inRun, dayOld)), nil, 400, RunSuccess, TableResult{State: TableOK, By: FromHistory, Rows: 500}},
		{"written a bit too early", table(500, versions(TableVersion{At: ranAt.Add(-TableSkew)})), nil, -1, RunSuccess, TableResult{State: TableOK, By: FromHistory, Rows: 500}},
		{"written a bit too late", table(500, versions(TableVersion{At: ranTo.Add(TableSkew)})), nil, -1, RunSuccess, TableResult{State: TableOK, By: FromHistory, Rows: 500}},
		{"written far too late", table(500, versions(TableVersion{At: ranTo.Add(TableSkew + 1)}, dayOld)), trust, -1, RunSuccess, TableResult{State: TableStale, By: FromHistory, Rows: 500}},
		{"written, count refused", &TableFigures{Exists: true, Rows: -1, Versions: versions(inRun), Problem: problem}, nil, -1, RunSuccess, TableResult{State: TableOK, By: FromHistory, Rows: 500}},
		{"unwritten", table(400, versions(dayOld)), trust, 400, RunSuccess, TableResult{State: TableStale, By: FromHistory, Rows: 400}},
		{"never written", table(400, versions()), trust, -1, RunSuccess, TableResult{State: TableStale, By: FromHistory, Rows: 400}},
		{"only its columns changed", table(400, versions(TableVersion{At: ranTo, Rows: 400, Operation: "alter table"}, dayOld)), trust, -1, RunSuccess, TableResult{State: TableStale, By: FromHistory, Rows: 400}},
		{"unwritten, history not trusted", table(400, versions(dayOld)), table(9, versions(dayOld)), 400, RunSuccess, TableResult{State: TableOK, By: FromRun, Rows: 400}},
		{"unwritten, history does not reach back", table(600, versions(hourNew)), trust, 400, RunSuccess, TableResult{State: TableOK, By: FromRun, Rows: 600}},
		{"history not told", table(400, nil), trust, 400, RunSuccess, TableResult{State: TableOK, By: FromRun, Rows: 400}},
		{"written by a failed run", table(500, versions(inRun)), nil, -1, RunFailed, TableResult{State: TableUnknown, By: FromCount, Rows: 500}},
		{"counted after a failed run", table(500, nil), nil, -1, RunFailed, TableResult{State: TableUnknown, By: FromCount, Rows: 500}},
		{"time of a version not known", table(500, versions(TableVersion{})), trust, -1, RunSuccess, TableResult{State: TableOK, By: FromRun, Rows: 500}},
	}
	for _, tt := range tests {
		in := TableCheck{Run: Run{Status: tt.status, Began: ranAt, Ended: ranTo}, Pairs: []TablePair{{"Shop.Orders", "ODS.Orders"}}, Drop: 50, Good: map[string]int64{}}
		if tt.before >= 0 {
			in.Good["ods.ORDERS"] = tt.before
		}
		if tt.of != nil {
			f := *tt.of
			f.Table = "ods.orders"
			in.Figures = append(in.Figures, f)
		}
		if tt.other != nil {
			f := *tt.other
			f.Table = "ods.orders2"
			in.Pairs, in.Figures = append(in.Pairs, TablePair{"shop.orders2", "ods.orders2"}), append(in.Figures, f)
		}
		tt.want.Table, tt.want.Source = "ODS.Orders", "Shop.Orders"
		all := JudgeTables(in)
		i := slices.IndexFunc(all, func(r TableResult) bool { return r.Table == "ODS.Orders" })
		if len(all) != len(in.Pairs) || i < 0 || all[i] != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.name, all, tt.want)
		}
	}
}

// Without the times of the run no history says anything.
func TestJudgeTables_RunWithoutTimes(t *testing.T) {
	t.Parallel()
	for _, run := range []Run{{}, {Began: ranAt}, {Ended: ranTo}, {Began: ranTo, Ended: ranAt}} {
		run.Status = RunSuccess
		got := JudgeTables(TableCheck{
			Run: run, Pairs: []TablePair{{"s.a", "o.a"}, {"s.b", "o.b"}}, Drop: 50,
			Figures: []TableFigures{{Table: "o.a", Exists: true, Rows: 5, Versions: []TableVersion{inRun, {}}}, {Table: "o.b", Exists: true, Rows: 5, Versions: []TableVersion{dayOld}}},
		})
		for _, r := range got {
			if r.State != TableOK || r.By != FromRun {
				t.Errorf("run %+v: %+v", run, r)
			}
		}
	}
}

func TestJudgeTables_WorstFirst(t *testing.T) {
	t.Parallel()
	in := TableCheck{
		Run: Run{Status: RunSuccess, Began: ranAt, Ended: ranTo}, Drop: 50, Good: map[string]int64{"o.dropped": 1000},
		Pairs: []TablePair{{"s.ok", "o.ok"}, {"s.unknown", "o.unknown"}, {"s.stale", "o.stale"}, {"s.dropped", "o.dropped"}, {"s.empty", "o.empty"}, {"s.gone", "o.gone"}, {"s2.ok", "O.OK"}},
		Figures: []TableFigures{
			{Table: "o.gone", Rows: -1},
			{Table: "o.empty", Exists: true},
			{Table: "o.dropped", Exists: true, Rows: 10},
			{Table: "o.stale", Exists: true, Rows: 10, Versions: []TableVersion{dayOld}},
			{Table: "o.ok", Exists: true, Rows: 10, Versions: []TableVersion{inRun}},
		},
	}
	var got []string
	for _, r := range JudgeTables(in) {
		got = append(got, r.Table+" "+string(r.State))
	}
	want := []string{"o.gone missing", "o.empty empty", "o.dropped dropped", "o.stale unwritten", "o.unknown unknown", "o.ok ok"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	in.Drop = 0
	for _, r := range JudgeTables(in) {
		if r.State == TableDropped {
			t.Errorf("a drop is told though none matters: %+v", r)
		}
	}
}

// A table whose drop was told stays at its level; it is not dropped once more
// for having been higher before that.
func TestJudgeTables_Stays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name         string
		fallen, rows int64 // fallen -1: nobody was told
		want         TableState
		stays        bool
	}{
		{"nobody was told", -1, 400, TableDropped, false},
		{"the same", 400, 400, TableOK, true},
		{"some more", 400, 490, TableOK, true},
		{"some fewer", 400, 200, TableOK, true},
		{"far fewer", 400, 199, TableDropped, false},
		{"none at all", 400, 0, TableEmpty, false},
		{"all are back", 400, 1000, TableOK, false},
	} {
		in := TableCheck{
			Run: Run{Status: RunSuccess, Began: ranAt, Ended: ranTo}, Pairs: []TablePair{{"shop.orders", "ods.Orders"}}, Drop: 50,
			Figures: []TableFigures{{Table: "ods.orders", Exists: true, Rows: c.rows}}, Good: map[string]int64{"ODS.orders": 1000},
		}
		if c.fallen >= 0 {
			in.Fallen = map[string]int64{"ods.ORDERS": c.fallen}
		}
		got := JudgeTables(in)[0]
		if got.State != c.want || got.Stays != c.stays || c.want != TableOK && got.Before != 1000 || c.stays && got.Before != 1000 {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}
