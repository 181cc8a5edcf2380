package handlers

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
	"batchsync/internal/slacksim"
)

// sick is a platform whose task 1 has something wrong with every part, as far
// as they are asked for.
type sick struct {
	harbour
	hang   bool // the data source is never done
	status batchsync.RunStatus
	runs   []batchsync.Run // the newest first; nil: the one of that status
}

func (p sick) TestDatasource(ctx context.Context, id batchsync.DatasourceID) error {
	if p.hang {
		<-ctx.Done()
		return ctx.Err()
	}
	return &batchsync.PlatformError{Failure: batchsync.FailRefused, Message: "Access denied for user 'etl'"}
}

func (p sick) VClusters(context.Context) ([]batchsync.VCluster, error) {
	return []batchsync.VCluster{{Name: "DEFAULT", Type: "GENERAL"}}, nil
}

func (p sick) DraftSchedule(context.Context, batchsync.TaskID) (batchsync.DraftSchedule, error) {
	panic("bug in schedules")
}

func (p sick) Deployed(context.Context, batchsync.TaskID) (batchsync.Deployed, error) {
	return batchsync.Deployed{Online: true, Cron: "0 00 02 * * ? *", VCluster: "DEFAULT", Version: 4}, nil
}

func (p sick) TargetFigures(_ context.Context, asked []batchsync.TargetQuery) (out []batchsync.TargetFigures, _ error) {
	for _, q := range asked {
		out = append(out, batchsync.TargetFigures{Table: q.Table, Exists: q.Table != "ods.items", Rows: -1})
	}
	return out, nil
}

func (p sick) Columns(_ context.Context, _ batchsync.DatasourceID, schema, table string) ([]batchsync.Column, error) {
	return []batchsync.Column{{Name: "id", Type: "BIGINT", Primary: true}, {Name: "added", Type: "INT"}}, nil
}

func (p sick) Downstream(context.Context, batchsync.TaskID) ([]batchsync.TaskLink, error) {
	return []batchsync.TaskLink{{ID: 9, Name: "dwd_orders", Online: true}}, nil
}

func (p sick) StudioURL(context.Context, batchsync.TaskID) (string, error) {
	return "https://studio.example.com/1", nil
}

func (p sick) run() batchsync.Run {
	return batchsync.Run{ID: 81, Task: 1, TaskName: "orders", Status: p.status, Failure: "VCluster DEFAULT is of type GENERAL, an integration task needs another", Ended: time.Now()}
}

func (p sick) Runs(context.Context, batchsync.RunFilter) ([]batchsync.Run, error) {
	if p.runs != nil {
		return p.runs, nil
	}
	return []batchsync.Run{p.run()}, nil
}

func (p sick) Run(_ context.Context, id batchsync.RunID) (batchsync.Run, error) {
	for _, r := range p.runs {
		if r.ID == id {
			return r, nil
		}
	}
	return p.run(), nil
}

func (p sick) Attempts(context.Context, batchsync.RunID) ([]batchsync.Attempt, error) {
	return []batchsync.Attempt{{ID: 1}}, nil
}

func (p sick) AttemptLog(context.Context, batchsync.RunID, int64, int) (string, bool, error) {
	return "2026-03-04 02:00:01 ERROR it failed\n", false, nil
}

func (s *dock) AuditOf(batchsync.AuditFilter) ([]batchsync.AuditRow, error) { return nil, nil }
func (s *dock) Unsettled() ([]batchsync.Operation, error)                   { return nil, nil }

func diagnosing(t *testing.T, p Platform) (*Bot, *dock, *slacksim.Sim) {
	t.Helper()
	b, s, sim := accepting(t, false)
	b.Platform = p
	return b, s, sim
}

// lastSaid is the newest message that only Ana sees.
func lastSaid(t *testing.T, sim *slacksim.Sim) string {
	t.Helper()
	all := sim.Ephemerals(slacksim.Ana)
	if len(all) == 0 {
		t.Fatal("nothing was said")
	}
	return all[len(all)-1].AllText()
}

// A diagnosis has all of its parts: the meaning, what changed, who waits, and
// what can be pressed.
func TestBot_DiagnoseTask(t *testing.T) {
	t.Parallel()
	b, s, sim := diagnosing(t, sick{status: batchsync.RunFailed})
	s.last = examined(batchsync.VerdictFailed)
	s.success = &batchsync.Snapshot{
		Task: 1, At: time.Now().Add(-time.Hour), VCluster: "SYNC_A", Version: 3, Columns: []batchsync.SourceFigures{
			{Table: "shop.orders", Columns: []batchsync.SourceColumn{{Name: "id", Type: "bigint(20) unsigned", Primary: true}}},
		},
	}
	b.diagnoseTask(t.Context(), here(slacksim.General), batchsync.TaskRef{ID: 1, Name: "orders", Type: batchsync.TypeMulti})
	said := lastSaid(t, sim)
	for _, want := range []string{
		"Diagnosis: orders", "cannot copy data", "from SYNC_A to DEFAULT", "added", "dwd_orders", "The delivery was examined last", "Switch VCluster", "Probe", "and the log of the run",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("the diagnosis lacks %q: %s", want, said)
		}
	}
	if strings.Contains(said, "have another type") || strings.Contains(said, "bigint") {
		t.Errorf("another way to write a type is taken for a change: %s", said)
	}
}

func TestBot_DiagnoseTask_Well(t *testing.T) {
	t.Parallel()
	b, _, sim := diagnosing(t, sick{status: batchsync.RunSuccess})
	b.diagnoseTask(t.Context(), here(slacksim.General), batchsync.TaskRef{ID: 1, Name: "orders", Type: batchsync.TypeMulti})
	if said := lastSaid(t, sim); !strings.Contains(said, "did not fail") || !strings.Contains(said, "dwd_orders") {
		t.Errorf("said %s", said)
	}
}

// Where nothing failed, that is said, and what can be looked at is offered.
func TestBot_Diagnose_Well(t *testing.T) {
	t.Parallel()
	for name, ask := range map[string]func(*Bot){
		"a task": func(b *Bot) { b.diagnose(t.Context(), here(slacksim.General), "1") },
		"the task, by its button": func(b *Bot) {
			b.diagnoseTask(t.Context(), here(slacksim.General), batchsync.TaskRef{ID: 1, Name: "orders"})
		},
	} {
		b, _, sim := diagnosing(t, sick{status: batchsync.RunSuccess})
		ask(b)
		said := lastSaid(t, sim)
		for _, want := range []string{"Diagnosis: orders", "did not fail", "target tables", "dwd_orders", "Probe", "Show Task"} {
			if !strings.Contains(said, want) {
				t.Errorf("%s: the answer lacks %q: %s", name, want, said)
			}
		}
		if strings.Contains(said, "cannot copy data") {
			t.Errorf("%s: words of no failure are explained: %s", name, said)
		}
	}
}

// A run is explained by its id, whatever its task did since.
func TestBot_DiagnoseRun(t *testing.T) {
	t.Parallel()
	b, _, sim := diagnosing(t, sick{status: batchsync.RunFailed})
	b.diagnoseRun(t.Context(), here(slacksim.General), "81")
	if said := lastSaid(t, sim); !strings.Contains(said, "cannot copy data") {
		t.Errorf("said %s", said)
	}
}

// What did not fail is not called failed, and of what did is said that it went
// well since.
func TestBot_Diagnose_Status(t *testing.T) {
	t.Parallel()
	run := func(id batchsync.RunID, s batchsync.RunStatus, ago time.Duration) batchsync.Run {
		r := sick{status: s}.run()
		r.ID, r.Plan, r.Began, r.Ended = id, time.Now().Add(-ago-time.Hour), time.Now().Add(-ago-time.Minute), time.Now().Add(-ago)
		if !s.Over() {
			r.Ended, r.Failure = time.Time{}, ""
		}
		return r
	}
	const failed, good, day = batchsync.RunFailed, batchsync.RunSuccess, 24 * time.Hour
	ofRun := func(id string) func(*Bot) {
		return func(b *Bot) { b.diagnoseRun(t.Context(), here(slacksim.General), id) }
	}
	ofTask := func(b *Bot) { b.diagnose(t.Context(), here(slacksim.General), "1") }
	for _, tt := range []struct {
		name  string
		runs  []batchsync.Run
		ask   func(*Bot)
		says  []string
		never []string
	}{
		{"a run at work", []batchsync.Run{run(81, batchsync.RunRunning, 0)}, ofRun("81"), []string{"State of run 81: running.", "View Log"}, []string{"Failed"}},
		{"a run that waits", []batchsync.Run{run(81, batchsync.RunWaitingResources, 0)}, ofRun("81"), []string{"State of run 81: waiting for resources."}, []string{"Failed"}},
		{"a run that succeeded", []batchsync.Run{run(81, good, 0)}, ofRun("81"), []string{"State of run 81: succeeded."}, []string{"Failed", "cannot copy data"}},
		{"a run of a state that nobody knows", []batchsync.Run{run(81, 99, 0)}, ofRun("81"), []string{"State of run 81: in an unknown state."}, []string{"Failed"}},
		{"a run that was stopped", nil, func(b *Bot) { b.explainRun(t.Context(), here(slacksim.General), run(81, batchsync.RunStopped, 0)) },
			[]string{"State of run 81: stopped on request."}, []string{"Failed", "cannot copy data"}},
		{"a run that is blocked", []batchsync.Run{run(81, batchsync.RunBlocked, 0)}, ofRun("81"), []string{"Blocked"}, []string{"Failed"}},
		{"a failed run, made good since", []batchsync.Run{run(83, good, time.Hour), run(82, good, 2*time.Hour), run(81, failed, day)}, ofRun("81"),
			[]string{"Failed", "cannot copy data", "A later run succeeded: 83, "}, nil},
		{"a failed run after a good one", []batchsync.Run{run(82, failed, time.Hour), run(81, good, day)}, ofRun("82"), []string{"Failed", "cannot copy data"}, []string{"later run"}},
		{"a task whose failure was made good", []batchsync.Run{run(82, good, time.Hour), run(81, failed, day)}, ofTask, []string{"did not fail"}, []string{"Failed", "cannot copy data", "Switch VCluster"}},
		{"a task at work after a failure", []batchsync.Run{run(82, batchsync.RunRunning, 0), run(81, failed, day)}, ofTask, []string{"Failed", "cannot copy data", "81"}, []string{"later run"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b, _, sim := diagnosing(t, sick{status: failed, runs: tt.runs})
			tt.ask(b)
			said := lastSaid(t, sim)
			for _, want := range tt.says {
				if !strings.Contains(said, want) {
					t.Errorf("the diagnosis lacks %q: %s", want, said)
				}
			}
			for _, never := range tt.never {
				if strings.Contains(said, never) {
					t.Errorf("the diagnosis says %q: %s", never, said)
				}
			}
		})
	}
}

// retyped is a platform whose last source table has another column type now.
type retyped struct {
	sick
	unread bool // neither content nor schedule
}

func (p retyped) run() batchsync.Run {
	return batchsync.Run{ID: 81, Task: 1, TaskName: "orders", Status: batchsync.RunFailed, Failure: "boom: cannot read shop.t12", Ended: time.Now()}
}

func (p retyped) Runs(context.Context, batchsync.RunFilter) ([]batchsync.Run, error) {
	return []batchsync.Run{p.run()}, nil
}

func (p retyped) Run(context.Context, batchsync.RunID) (batchsync.Run, error) { return p.run(), nil }

func (p retyped) Columns(_ context.Context, _ batchsync.DatasourceID, schema, table string) ([]batchsync.Column, error) {
	note := "VARCHAR"
	if table == "t12" {
		note = "JSON"
	}
	return []batchsync.Column{{Name: "id", Type: "BIGINT", Primary: true}, {Name: "note", Type: note}}, nil
}

func (p retyped) Content(ctx context.Context, id batchsync.TaskID) (batchsync.Content, error) {
	p.down = p.unread
	return p.sick.Content(ctx, id)
}

func (p retyped) Deployed(ctx context.Context, id batchsync.TaskID) (batchsync.Deployed, error) {
	if p.unread {
		return batchsync.Deployed{}, &batchsync.PlatformError{Failure: batchsync.FailTimeout}
	}
	return p.sick.Deployed(ctx, id)
}

// Of many source tables those are compared that the failed run names, a type
// that changed is seen, and how many were compared is said.
func TestBot_Diagnose_ColumnsOfMany(t *testing.T) {
	t.Parallel()
	success := &batchsync.Snapshot{Task: 1, At: time.Now().Add(-time.Hour), VCluster: "DEFAULT", Cron: "0 00 02 * * ? *", Version: 4}
	for i := range 12 {
		success.Columns = append(success.Columns, batchsync.SourceFigures{
			Table: fmt.Sprintf("shop.t%02d", i+1), Described: true,
			Columns: []batchsync.SourceColumn{{Name: "id", Type: "BIGINT", Primary: true}, {Name: "note", Type: "VARCHAR"}},
		})
	}
	ask := func(p retyped) string {
		b, s, sim := diagnosing(t, p)
		s.success = success
		b.diagnoseRun(t.Context(), here(slacksim.General), "81")
		return lastSaid(t, sim)
	}
	if said := ask(retyped{}); !strings.Contains(said, "Columns of shop.t12 with another type (1): note VARCHAR → JSON.") || !strings.Contains(said, "Columns were compared of 10 of 12 source tables.") {
		t.Errorf("said %s", said)
	}
	said := ask(retyped{unread: true})
	if !strings.Contains(said, "What changed since the last success could not be read.") || strings.Contains(said, "No success") || strings.Contains(said, "nothing changed") {
		t.Errorf("of a platform that does not answer is said %s", said)
	}
}

// A probe says of each part how it is, loses one that panics, and says of what
// could not be looked at that it is not known.
func TestBot_Probe(t *testing.T) {
	t.Parallel()
	b, _, sim := diagnosing(t, sick{})
	b.probe(t.Context(), here(slacksim.General), batchsync.TaskRef{ID: 1, Name: "orders"})
	said := lastSaid(t, sim)
	for _, want := range []string{
		"✗ *Data source:*", "Access denied", "✗ *VCluster:*", "GENERAL", "✓ *Content:*", "Schedule", "✗ *Target tables:*", "ods.items", "Switch VCluster", "Test Data Source",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("the probe lacks %q: %s", want, said)
		}
	}
	b.testSource(t.Context(), here(slacksim.General), batchsync.TaskRef{ID: 1, Name: "orders"})
	if said := lastSaid(t, sim); !strings.Contains(said, "✗ *Data source:*") || strings.Contains(said, "VCluster") {
		t.Errorf("the test of the source says %s", said)
	}
}

func TestBot_Probe_NothingAnswers(t *testing.T) {
	t.Parallel()
	b, _, sim := diagnosing(t, harbour{down: true})
	b.testSource(t.Context(), here(slacksim.General), batchsync.TaskRef{ID: 1, Name: "orders"})
	if said := lastSaid(t, sim); !strings.Contains(said, "– *Data source:*") || strings.Contains(said, "✗") {
		t.Errorf("a source that could not be tested is told as %s", said)
	}
}

// A source that hangs costs its own part only, and not for ever.
func TestBot_Probed_Hanging(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &Bot{Deps: Deps{Platform: sick{hang: true}, Log: quiet()}}
		began := time.Now()
		in := b.probed(t.Context(), 1)
		if took := time.Since(began); took != probeTime {
			t.Errorf("it took %v, want %v", took, probeTime)
		}
		for _, p := range batchsync.JudgeProbes(in, time.Now()) {
			if p.Name == batchsync.ProbeSource && p.Verdict != batchsync.VerdictUnchecked || p.Name == batchsync.ProbeTarget && p.Verdict != batchsync.VerdictFailed {
				t.Errorf("%s: %s", p.Name, p.Verdict)
			}
		}
	})
}

func TestTargetQueries(t *testing.T) {
	t.Parallel()
	pairs := []batchsync.TablePair{{Source: "a.x", Sink: "ods.x"}, {Source: "b.x", Sink: "ods.x"}}
	for i := range maxProbed {
		pairs = append(pairs, batchsync.TablePair{Sink: "ods." + strings.Repeat("y", i+1)})
	}
	got := targetQueries(pairs)
	if len(got) != maxProbed || got[0].Table != "ods.x" || got[1].Table != "ods.y" || got[0].Keys != nil {
		t.Errorf("asks for %d tables, first %+v", len(got), got[:2])
	}
}

// The form for another cluster proposes one that can sync, and asks for it.
func TestBot_ScheduleForm_Switch(t *testing.T) {
	t.Parallel()
	v := batchsync.TaskView{Ref: batchsync.TaskRef{ID: 1, Name: "orders"}, Deployed: &batchsync.Deployed{Online: true, Cron: "0 00 02 * * ? *", VCluster: "DEFAULT"}}
	b := idle(unread{t}, nothing{}, nil)
	f := b.scheduleOf(v, nil)
	f.Switch, f.Cluster, f.Clusters = true, "SYNC_B", []batchsync.VCluster{{Name: "SYNC_A", Type: "INTEGRATION"}, {Name: "SYNC_B", Type: "INTEGRATION"}}
	raw, err := json.Marshal(b.printer(slacksim.Ana).ScheduleForm(f))
	if err != nil {
		t.Fatal(err)
	}
	js := string(raw)
	for _, want := range []string{string(blocks.ActionCluster), "SYNC_A", "SYNC_B", "go on this VCluster"} {
		if !strings.Contains(js, want) {
			t.Errorf("the form lacks %q", want)
		}
	}
}
