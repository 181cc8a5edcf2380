package blocks

import (
	"fmt"
	"slices"
	"time"

	"batchsync/internal/batchsync"

	"github.com/slack-go/slack"
)

// sampleDelivery is an examined table that is all right.
func sampleDelivery(name string, i int) batchsync.AcceptanceTable {
	rows := int64(1_250_000 + i)
	t := batchsync.AcceptanceTable{
		Pair:   batchsync.TablePair{Source: fmt.Sprintf("shop.%s_%02d", name, i), Sink: fmt.Sprintf("ods.%s_%02d", name, i)},
		Source: batchsync.SourceFigures{How: batchsync.CountedExactly, Rows: rows, At: sampleNow()},
		Target: batchsync.TargetFigures{Exists: true, Rows: rows, NonNull: map[string]int64{"id": rows}},
		Keys:   []string{"id"},
	}
	t.Source.Table, t.Target.Table = t.Pair.Source, t.Pair.Sink
	for _, f := range []batchsync.Finding{
		{Check: batchsync.CheckRows, Text: batchsync.T("judged.rows_equal", grouped(rows))},
		{Check: batchsync.CheckKeys, Text: batchsync.T("judged.keys_set", "id")},
		{Check: batchsync.CheckDuplicates, Text: batchsync.T("judged.no_duplicates", "id")},
		{Check: batchsync.CheckTypes, Text: batchsync.T("types.fit", "12")},
		{Check: batchsync.CheckFreshness, Text: batchsync.T("judged.fresh", "2026-03-04 02:03 Asia/Shanghai")},
		{Check: batchsync.CheckColumns, Text: batchsync.T("columns.same", "12")},
	} {
		f.Verdict = batchsync.VerdictPassed
		t.Found = append(t.Found, f)
	}
	return t
}

// find replaces what a check found about a table.
func find(t *batchsync.AcceptanceTable, c batchsync.CheckName, v batchsync.Verdict, said batchsync.Text) {
	for i := range t.Found {
		if t.Found[i].Check == c {
			t.Found[i].Verdict, t.Found[i].Text = v, said
		}
	}
}

// sampleAcceptance is one of n tables that passed, on request of Ana.
func sampleAcceptance(n int, name string) batchsync.Acceptance {
	a := batchsync.Acceptance{
		ID: "acc1", Task: 40001, Name: name, Occasion: batchsync.OnRequest, By: "U0ANA", Channel: "C0CHAN", State: batchsync.AcceptanceDone,
		Run: 900_001, Asked: sampleNow().Add(-time.Minute), Done: sampleNow(), Verdict: batchsync.VerdictPassed, Version: 2,
		Whole: []batchsync.Finding{
			{Check: batchsync.CheckRun, Verdict: batchsync.VerdictPassed, Text: batchsync.T("judged.run_ok", "900001", "2026-03-04 02:00 Asia/Shanghai")},
			{Check: batchsync.CheckSchedule, Verdict: batchsync.VerdictPassed, Text: batchsync.T("judged.schedule_asked", "2026-03-05 02:00 Asia/Shanghai")},
		},
	}
	for i := range n {
		a.Tables = append(a.Tables, sampleDelivery(name, i))
	}
	return a
}

// planted is an acceptance of n tables, some of which have every kind of
// trouble.
func planted(n int, name string) batchsync.Acceptance {
	a := sampleAcceptance(n, name)
	a.Verdict = batchsync.VerdictFailed
	at := func(i int) *batchsync.AcceptanceTable { return &a.Tables[i%n] }
	t := at(7)
	t.Target.Rows -= 1200
	t.Target.NonNull["id"] -= 1200
	find(t, batchsync.CheckRows, batchsync.VerdictFailed, batchsync.T("judged.rows_fewer", grouped(t.Target.Rows), grouped(t.Source.Rows), "1,200"))
	t = at(21)
	t.Target.NonNull["id"]--
	find(t, batchsync.CheckKeys, batchsync.VerdictFailed, batchsync.T("judged.keys_low", "id", "100"))
	t = at(33)
	t.Target.Duplicates = 17
	find(t, batchsync.CheckDuplicates, batchsync.VerdictFailed, batchsync.T("judged.duplicates", "17", "id"))
	t = at(34)
	t.Target.Exists, t.Target.Rows = false, -1
	find(t, batchsync.CheckRows, batchsync.VerdictFailed, batchsync.T("judged.table_missing", t.Pair.Sink))
	t = at(40)
	find(t, batchsync.CheckFreshness, batchsync.VerdictFailed, batchsync.T("judged.stale", "2026-03-01 02:03 Asia/Shanghai", "2026-03-04 02:00 Asia/Shanghai"))
	t = at(41)
	t.Source.How, t.Source.Rows = batchsync.CountedEstimated, 52_000_000
	find(t, batchsync.CheckRows, batchsync.VerdictPerson, batchsync.T("judged.rows_estimate_off", "1,250,041", "52,000,000", "5"))
	t = at(42)
	t.Source.How, t.Source.Rows = batchsync.CountedNot, -1
	find(t, batchsync.CheckRows, batchsync.VerdictUnchecked, batchsync.T("judged.source_unknown", "1,250,042"))
	t = at(43)
	t.Source.How, t.Source.By = batchsync.CountedPerson, "U0BEN"
	for i := range min(n, 12) {
		find(at(i), batchsync.CheckTypes, batchsync.VerdictPerson, batchsync.T("types.enum", "1", "state "+name))
	}
	t = at(44)
	t.Source.Rows, t.Target.Rows, t.Target.NonNull = 0, 0, nil
	find(t, batchsync.CheckRows, batchsync.VerdictPassed, batchsync.T("judged.rows_none"))
	at(45).Keys = nil
	find(at(45), batchsync.CheckKeys, batchsync.VerdictUnchecked, batchsync.T("judged.keys_none"))
	find(at(45), batchsync.CheckDuplicates, batchsync.VerdictUnchecked, batchsync.T("judged.keys_none"))
	return a
}

// acceptanceCases are acceptances of every kind, of a task of that name.
func acceptanceCases(name string) map[string]AcceptanceView {
	asked := sampleAcceptance(0, name)
	asked.State, asked.Done, asked.Verdict, asked.Whole, asked.Run = batchsync.AcceptanceAsked, time.Time{}, "", nil, 0

	failed := sampleAcceptance(1, name)
	failed.Verdict, failed.Occasion, failed.By = batchsync.VerdictFailed, batchsync.OnFirstRun, ""
	failed.Tables[0].Target.Rows -= 3
	failed.Tables[0].Target.NonNull["id"] -= 3
	find(&failed.Tables[0], batchsync.CheckRows, batchsync.VerdictFailed, batchsync.T("judged.rows_fewer", "1,249,997", "1,250,000", "3"))

	person := sampleAcceptance(2, name)
	person.Verdict, person.Occasion = batchsync.VerdictPerson, batchsync.OnBackfill
	for i := range person.Tables {
		person.Tables[i].Source.How, person.Tables[i].Source.Rows = batchsync.CountedNot, -1
		find(&person.Tables[i], batchsync.CheckRows, batchsync.VerdictPerson, batchsync.T("judged.source_ask", "1,250,000"))
	}

	unchecked := sampleAcceptance(1, name)
	unchecked.Verdict = batchsync.VerdictUnchecked
	unchecked.Whole = []batchsync.Finding{{Check: batchsync.CheckRun, Verdict: batchsync.VerdictUnchecked, Text: batchsync.T("judged.run_unread")}}
	unchecked.Tables[0].Target.Rows, unchecked.Tables[0].Target.Problem = -1, &batchsync.Problem{Text: batchsync.T("platform.timeout")}
	unchecked.Tables[0].Found = []batchsync.Finding{{Check: batchsync.CheckRows, Verdict: batchsync.VerdictUnchecked, Text: batchsync.T("judged.target_unknown")}}

	accepted := sampleAcceptance(3, name)
	accepted.AcceptedBy, accepted.AcceptedAt, accepted.Version = "U0BEN", sampleNow().Add(time.Hour), 3
	accepted.Expected = batchsync.Expectation{NonNull: 99.5, Tolerance: 0.1, Drop: 30}
	reopened := accepted
	reopened.ReopenedBy, reopened.Version = "acc2", 4

	return map[string]AcceptanceView{
		"asked": {Acceptance: asked}, "passed": {Acceptance: sampleAcceptance(1, name)}, "failed": {Acceptance: failed},
		"person": {Acceptance: person}, "unchecked": {Acceptance: unchecked}, "tables_50": {Acceptance: planted(50, name)},
		"accepted": {Acceptance: accepted}, "reopened": {Acceptance: reopened, Reopening: "https://demo.slack.com/archives/C1/p3"},
		"nothing": {Acceptance: batchsync.Acceptance{Task: 40001, Name: name, State: batchsync.AcceptanceDone}},
	}
}

// acceptanceForms are the forms of acceptances.
func acceptanceForms(name string) map[string]slack.ModalViewRequest {
	p, ref := printer(), batchsync.TaskRef{ID: 40001, Name: name}
	e := batchsync.Expectation{NonNull: 99.5, Tolerance: 0.1, Drop: 30, Keys: map[string][]string{"ods." + name: {"id", "shop"}}}
	return map[string]slack.ModalViewRequest{
		"figure":        p.FigureForm(planted(50, name)),
		"figure_many":   p.FigureForm(uncounted(200, name)),
		"figure_none":   p.FigureForm(sampleAcceptance(1, name)),
		"accept":        p.AcceptForm(sampleAcceptance(2, name)),
		"accept_open":   p.AcceptForm(acceptanceCases(name)["person"].Acceptance),
		"accept_50":     p.AcceptForm(planted(50, name)),
		"expect":        p.ExpectForm(ExpectForm{Task: ref, Typed: e.Typed()}),
		"expect_wrong":  p.ExpectForm(ExpectForm{Task: ref, Typed: batchsync.TypedExpectation{Keys: "shop.nothing: id"}, Wrong: &batchsync.Error{Code: batchsync.CodeInvalid, Text: batchsync.T("expect.keys_unknown", name)}}),
		"switch_vc":     p.ScheduleForm(ScheduleForm{Task: ref, Cron: "0 00 02 * * ? *", VCluster: name, Zone: "UTC", Cluster: "SYNC_B", Switch: true, Clusters: []batchsync.VCluster{{Name: "SYNC_A", Type: "INTEGRATION"}, {Name: "SYNC_B", Type: "INTEGRATION"}}, Now: sampleNow()}),
		"nothing_typed": p.ExpectForm(ExpectForm{}),
	}
}

// uncounted is an acceptance whose sources nobody counted.
func uncounted(n int, name string) batchsync.Acceptance {
	a := sampleAcceptance(n, name)
	for i := range a.Tables {
		a.Tables[i].Source.How, a.Tables[i].Source.Rows = batchsync.CountedNot, -1
	}
	return a
}

// diagnosisCases are diagnoses with all their parts.
func diagnosisCases(name string) map[string]Message {
	p := printer()
	i := sampleIncident(batchsync.ReasonFailed, name)
	delivery := planted(50, name)
	advice := func(acts ...batchsync.Act) (out []batchsync.Advice) {
		for _, a := range acts {
			out = append(out, batchsync.Advice{Means: batchsync.T("advice.source_full"), Next: batchsync.T("advice.source_full_next"), Acts: []batchsync.Act{a}, Line: name})
		}
		return out
	}
	full := Diagnosis{
		Incident: i, LogRead: true, Advice: advice(batchsync.OfferTest, batchsync.OfferVCluster, batchsync.OfferLessAtOnce),
		Compared: batchsync.Comparison{
			Since: sampleNow().Add(-24 * time.Hour), Read: sampleNow().Add(-72 * time.Hour), Changed: []batchsync.Text{batchsync.T("changed.vcluster", name, "OTHER")},
			Earlier: []batchsync.Text{batchsync.T("changed.version", "3", "4")}, Left: []batchsync.Text{batchsync.T("uncompared.columns_some", "10", "40")},
		},
		After: sampleLinks(12, name), AfterRead: true, Delivery: &delivery, Studio: "https://studio.example.com/task/40001",
	}
	several := advice(batchsync.OfferRerun)
	several[0].Acts = []batchsync.Act{batchsync.OfferRerun, batchsync.OfferLessAtOnce, batchsync.OfferRetries}
	unknown := Diagnosis{Incident: i, AfterRead: true, Compared: batchsync.Comparison{Since: sampleNow().Add(-24 * time.Hour), Read: sampleNow().Add(-72 * time.Hour), Left: []batchsync.Text{batchsync.T("uncompared.columns")}}}
	tables := sampleIncident(batchsync.ReasonTables, name)
	tables.Conditions[0].Tables, tables.Conditions[0].Of = slices.DeleteFunc(sampleResults(30, 2, name), func(r batchsync.TableResult) bool { return !r.Bad() }), 30
	well := Diagnosis{Incident: batchsync.Incident{Task: 40001, Name: name, State: batchsync.IncidentOpen}, AfterRead: true}
	probes := ProbesView{Task: batchsync.TaskRef{ID: 40001, Name: name}, Studio: "https://studio.example.com/task/40001", At: sampleNow(), Probes: []batchsync.Probe{
		{Name: batchsync.ProbeSource, Verdict: batchsync.VerdictFailed, Text: batchsync.T("probe.source_bad", name), Problem: &batchsync.Problem{Text: batchsync.T("platform.refused"), Hint: batchsync.T("platform.refused_hint"), Detail: name}, Act: batchsync.OfferTest},
		{Name: batchsync.ProbeVCluster, Verdict: batchsync.VerdictFailed, Text: batchsync.T("probe.vcluster_type", name, "GENERAL"), Act: batchsync.OfferVCluster},
		{Name: batchsync.ProbeContent, Verdict: batchsync.VerdictPassed, Text: batchsync.T("probe.content_ok", "50"), Act: batchsync.OfferNone},
		{Name: batchsync.ProbeSchedule, Verdict: batchsync.VerdictUnchecked, Text: batchsync.T("judged.schedule_unread"), Problem: &batchsync.Problem{Text: batchsync.T("platform.timeout"), Hint: batchsync.T("platform.timeout_hint")}},
		{Name: batchsync.ProbeTarget, Verdict: batchsync.VerdictFailed, Text: batchsync.T("probe.target_gone", "1", name), Act: batchsync.OfferStudio},
	}}
	return map[string]Message{
		"all": p.Diagnose(full), "retries": p.Diagnose(Diagnosis{Incident: i, Advice: advice(batchsync.OfferRerun, batchsync.OfferRetries), Studio: "javascript:alert(1)"}),
		"several": p.Diagnose(Diagnosis{Incident: i, Advice: several}),
		"unknown": p.Diagnose(unknown), "well": p.Diagnose(well), "probes": p.Probes(probes),
		"tables": p.Diagnose(Diagnosis{Incident: tables, AfterRead: true}),
	}
}
