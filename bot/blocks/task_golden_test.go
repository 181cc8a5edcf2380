package blocks

import (
	"testing"
	"time"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
	"batchsync/internal/redact"
)

// goldenMessage compares a drawn message with the kept one, after Slack's
// limits.
func goldenMessage(t *testing.T, name string, m Message) *rules {
	t.Helper()
	r := checkMessage(t, m)
	quiet(t, m.Text)
	noSecret(t, m)
	golden(t, name, struct {
		Text      string          `json:"text"`
		Blocks    []slack.Block   `json:"blocks"`
		Fallbacks [][]slack.Block `json:"fallbacks,omitempty"`
	}{m.Text, m.Blocks, m.Fallbacks})
	return r
}

func goldenView(t *testing.T, name string, v slack.ModalViewRequest) {
	t.Helper()
	if r := checkView(t, v); len(r.mentions) > 0 {
		t.Errorf("%s mentions %v", name, r.mentions)
	}
	noSecret(t, v)
	golden(t, name, v)
}

func TestPrinter_Task_Golden(t *testing.T) {
	t.Parallel()
	for name, v := range views() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := goldenMessage(t, "task_"+name, printer().Task(taskCard(v)))
			for _, m := range r.mentions {
				if m != "<@U0OWNER>" {
					t.Errorf("mentions %s", m)
				}
			}
		})
	}
}

// changeCases are the cards of changes worth a look.
func changeCases() map[string]batchsync.Operation {
	stopping := sampleChange(batchsync.OpBackfill, batchsync.OpRunning, 2, "orders")
	stopping.Change.StopAsked, stopping.Change.StoppedBy = true, "U0OTHER"
	stopped := sampleChange(batchsync.OpBackfill, batchsync.OpDone, 3, "orders")
	stopped.Change.StopAsked, stopped.Change.StoppedBy = true, "U0OTHER"
	stopped.Change.Followed = sampleChange(batchsync.OpBackfill, batchsync.OpDone, 2, "orders").Change.Followed
	trouble := sampleChange(batchsync.OpBackfill, batchsync.OpDone, 3, "orders")
	trouble.Trouble = true
	trouble.Change.Followed = sampleChange(batchsync.OpBackfill, batchsync.OpDone, 2, "orders").Change.Followed[:4]
	many := trouble
	c := *trouble.Change
	c.Followed = manyFailed(12)
	many.Change = &c
	debugged := sampleChange(batchsync.OpDebug, batchsync.OpDone, 3, "orders")
	debugged.Debug.Status, debugged.Debug.Failure = batchsync.RunSuccess, ""
	debugged.Debug.Tables = []batchsync.TableResult{{Table: "ods.orders", State: batchsync.TableOK, Rows: 1234567}}
	debugTrouble := sampleChange(batchsync.OpDebug, batchsync.OpDone, 3, "orders")
	debugTrouble.Trouble = true
	debugStopped := sampleChange(batchsync.OpDebug, batchsync.OpDone, 3, "orders")
	debugStopped.Debug.StopAsked, debugStopped.Debug.StoppedBy = true, "U0OTHER"
	return map[string]batchsync.Operation{
		"debug_running": sampleChange(batchsync.OpDebug, batchsync.OpRunning, 2, "orders"), "debug_done": debugged,
		"debug_trouble": debugTrouble, "debug_stopped": debugStopped,
		"debug_unknown":    sampleChange(batchsync.OpDebug, batchsync.OpUnknown, 1, "orders"),
		"debug_hostile":    sampleChange(batchsync.OpDebug, batchsync.OpDone, 3, hostile),
		"backfill_running": sampleChange(batchsync.OpBackfill, batchsync.OpRunning, 2, "orders"), "backfill_stopping": stopping,
		"backfill_stopped": stopped, "backfill_trouble": trouble, "backfill_many_failed": many,
		"backfill_refused": sampleChange(batchsync.OpBackfill, batchsync.OpRefused, 0, "orders"),
		"backfill_unknown": sampleChange(batchsync.OpBackfill, batchsync.OpUnknown, 1, "orders"),
		"rerun_failed":     sampleChange(batchsync.OpRerun, batchsync.OpDone, 3, "orders"),
		"stop_done":        sampleChange(batchsync.OpStop, batchsync.OpDone, 2, "orders"),
		"deploy_done":      sampleChange(batchsync.OpDeploy, batchsync.OpDone, 3, "orders"),
		"undeploy_running": sampleChange(batchsync.OpUndeploy, batchsync.OpRunning, 1, "orders"),
		"undeploy_done":    sampleChange(batchsync.OpUndeploy, batchsync.OpDone, 3, "orders"),
		"schedule_failed":  sampleChange(batchsync.OpSchedule, batchsync.OpFailed, 2, "orders"),
		"schedule_hostile": sampleChange(batchsync.OpSchedule, batchsync.OpFailed, 2, hostile),
		"tune_done":        sampleChange(batchsync.OpTune, batchsync.OpDone, 5, "orders"),
		"tune_failed":      sampleChange(batchsync.OpTune, batchsync.OpFailed, 1, hostile),
		"backfill_hostile": sampleChange(batchsync.OpBackfill, batchsync.OpRunning, 2, hostile),
	}
}

// manyFailed are the runs of a backfill of which every second succeeded and n
// failed, with ids as long as they get.
func manyFailed(n int) (out []batchsync.Followed) {
	for i := range 2 * n {
		status := []batchsync.RunStatus{batchsync.RunSuccess, batchsync.RunFailed}[i%2]
		out = append(out, batchsync.Followed{Plan: sampleNow().Add(time.Duration(i-400) * time.Hour), Run: batchsync.RunID(1e18 + i), Status: status})
	}
	return out
}

func TestPrinter_Operation_ChangesGolden(t *testing.T) {
	t.Parallel()
	for name, op := range changeCases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := goldenMessage(t, "card_"+name, printer().Operation(op, sampleNow()))
			for _, m := range r.mentions {
				if m != "<@U0ACTOR>" && m != "<@U0OTHER>" {
					t.Errorf("mentions %s", m)
				}
			}
		})
	}
}

func TestPrinter_TaskScreens_Golden(t *testing.T) {
	t.Parallel()
	p := printer()
	ref := batchsync.TaskRef{ID: 40001, Name: "orders"}
	twin := batchsync.TaskRef{ID: 40002, Name: "orders"}
	evil := batchsync.TaskRef{ID: 40003, Name: hostile}
	run := sampleRuns(4, "orders", false)[3]
	evilRun := sampleRuns(4, hostile, false)[3]
	cases := map[string]Message{
		"list_all":        p.TaskList(TaskList{Rows: sampleRows(30, "orders"), Total: 120, FreshAt: sampleNow(), Now: sampleNow()}),
		"list_mine_none":  p.TaskList(TaskList{Filter: "mine", Now: sampleNow()}),
		"list_hostile":    p.TaskList(TaskList{Filter: hostile, Rows: sampleRows(3, hostile), Now: sampleNow()}),
		"candidates":      p.Candidates("order", []batchsync.TaskRef{ref, evil, evil, evil, evil, evil, evil}),
		"candidates_same": p.Candidates("orders", []batchsync.TaskRef{ref, twin}),
		"candidates_none": p.Candidates(hostile, nil),
		"runs_none":       p.Runs(RunsView{Task: ref, Zone: "UTC", Now: sampleNow()}),
		"runs_thirty":     p.Runs(RunsView{Task: ref, Runs: sampleRuns(30, "orders", true), Zone: "Asia/Shanghai", Now: sampleNow()}),
		"log":             p.Log(batchsync.LogExcerpt{Run: run, Attempt: batchsync.Attempt{Began: run.Began, Ended: run.Ended}, Number: 2, Attempts: 2, Tail: "one\ntwo\nthree", Lines: 3, Bytes: 13}),
		"log_private":     p.LogFor(batchsync.LogExcerpt{Run: run, Number: 1, Attempts: 3, Tail: "one", Unfinished: true, AsFile: true, Lines: 1, Bytes: 3}, LogDoor{Open: true}),
		"log_shared":      p.LogFor(batchsync.LogExcerpt{Run: run, Number: 3, Attempts: 3, Tail: "one", Cut: true, Unfinished: true, By: "U0ACTOR"}, LogDoor{Open: true, Posted: sampleNow()}),
		"log_posted":      p.Log(batchsync.LogExcerpt{Run: run, Number: 2, Attempts: 2, Tail: "one", AsFile: true, By: "U0ACTOR"}),
		"log_hostile":     p.Log(batchsync.LogExcerpt{Run: evilRun, Number: 1, Attempts: 1, Tail: hostile, Cut: true, AsFile: true, Lines: 1, Bytes: 99}),
		"deps":            Drawer{Redact: redact.New("planted-secret"), PlatformZone: "Asia/Shanghai"}.In("").Deps(sampleLinks(2, "before"), sampleLinks(13, hostile), ref),
		"deps_none":       p.Deps(nil, nil, ref),
		"audit":           p.Audit(sampleAudit(25, "orders"), ""), "audit_of": p.Audit(sampleAudit(3, hostile), "<@U0ACTOR|ana>"),
		"audit_none":  p.Audit(nil, hostile),
		"audit_csv":   p.AuditNone(hostile),
		"status_fine": p.Status(StatusView{Checks: []Check{{Name: CheckSlack, State: CheckOK}}, Version: "1.2", Started: sampleNow(), Now: sampleNow()}),
		"status_signs": p.Status(StatusView{Now: sampleNow(), Checks: []Check{
			{Name: CheckSlack, State: CheckBad, Detail: batchsync.T("status.slack", "1", "3"), Signs: []batchsync.Text{batchsync.T("status.sign_missing", "1h5m0s", "1m0s")}},
			{Name: CheckPlatform, State: CheckOK, Signs: []batchsync.Text{batchsync.T("status.sign_platform", "42s")}},
			{Name: CheckStore, State: CheckOK, Signs: []batchsync.Text{batchsync.T("status.sign_store", "3s")}},
			{Name: CheckDisk, State: CheckWarn, Signs: []batchsync.Text{batchsync.T("status.sign_disk", "12", "256")}},
		}}),
		"status_trouble": p.Status(StatusView{Now: sampleNow(), Checks: []Check{
			{Name: CheckPlatform, State: CheckBad, Detail: batchsync.T("platform.timeout")}, {Name: CheckOutbox, State: CheckWarn, Detail: batchsync.T("field.schema_gone", hostile)}, {Name: CheckName(hostile), State: CheckState(hostile)},
		}}),
		"help_undeploy": p.Help("undeploy"),
		"kept_unnamed":  p.Kept(batchsync.Draft{ID: "d1", Version: 1}),
	}
	for name, m := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			goldenMessage(t, "message_"+name, m)
		})
	}
}

func debugClusters(name string) []batchsync.VCluster {
	return []batchsync.VCluster{{Name: name, Type: "INTEGRATION", Size: "2"}, {Name: "other_vc", Type: "INTEGRATION"}, {Name: "DEFAULT", Type: "GENERAL"}}
}

// formCases are the forms about a task of that name.
func formCases(name string) map[string]slack.ModalViewRequest {
	p := printer()
	ref := batchsync.TaskRef{ID: 40001, Name: name}
	v := sampleView(1, 5, name)
	modified := sampleView(1, 5, name)
	modified.Draft.Cron = "0 30 03 ? * 1,5 *"
	retries := sampleView(1, 5, name)
	retries.Draft.Retry, retries.Draft.Rerun = batchsync.Retry{Told: true, Count: 9, Pause: 30, Unit: "m"}, 3
	retries.Deployed.Retry, retries.Deployed.Rerun = batchsync.Retry{Told: true, Count: 1}, 1
	unread := sampleView(1, 0, name)
	unread.RunsRead = false
	lonely := sampleChange(batchsync.OpUndeploy, batchsync.OpProposed, 0, name)
	lonely.Change.After = nil
	debugProposed := sampleChange(batchsync.OpDebug, batchsync.OpProposed, 0, name)
	debugProposed.Debug.VCluster = "sync_vc"
	unfit := sampleChange(batchsync.OpDebug, batchsync.OpProposed, 0, name)
	unfit.Debug.Mode, unfit.Debug.Keyed = batchsync.Append, ""
	again := sampleChange(batchsync.OpBackfill, batchsync.OpProposed, 0, name)
	again.Change.Backfill.Refills, again.Change.Backfill.Overlaps = 3, 0
	for i := range 5 {
		again.Change.Backfill.Earlier = append(again.Change.Backfill.Earlier, batchsync.EarlierBackfill{
			By: "U0OTHER", Name: []string{"", name}[i%2], At: sampleNow().Add(-time.Duration(i) * time.Hour), Window: again.Change.Backfill.Window,
			Outcome: []string{"done", "failed", ""}[i%3], Done: 2, Runs: 3,
		})
	}
	vain := sampleChange(batchsync.OpBackfill, batchsync.OpProposed, 0, name)
	vain.Change.Backfill.Refills, vain.Change.Backfill.Vain, vain.Change.Backfill.Overlaps = 12, 12, 0
	vain.Change.Backfill.Earlier = []batchsync.EarlierBackfill{{
		By: "U0OTHER", Name: name, At: sampleNow().Add(-time.Hour), Window: vain.Change.Backfill.Window, Outcome: "stopped", Runs: 12,
	}}
	return map[string]slack.ModalViewRequest{
		"backfill_again":      p.BackfillReview(again),
		"backfill_vain":       p.BackfillReview(vain),
		"backfill":            p.BackfillForm(BackfillForm{Task: ref, Zone: "Asia/Shanghai", Cron: "0 00 02 * * ? *", Now: sampleNow()}),
		"backfill_large":      p.BackfillForm(BackfillForm{Task: ref, Zone: "Asia/Shanghai", Cron: name, From: "2026-01-01", To: "nonsense", Large: 240, Now: sampleNow()}),
		"backfill_review":     p.BackfillReview(sampleChange(batchsync.OpBackfill, batchsync.OpProposed, 0, name)),
		"undeploy":            p.UndeployForm(sampleChange(batchsync.OpUndeploy, batchsync.OpProposed, 0, name), v),
		"undeploy_alone":      p.UndeployForm(lonely, v),
		"deploy_same":         p.DeployForm(sampleChange(batchsync.OpDeploy, batchsync.OpProposed, 0, name), v),
		"deploy_modified":     p.DeployForm(sampleChange(batchsync.OpDeploy, batchsync.OpProposed, 0, name), modified),
		"deploy_retries":      p.DeployForm(sampleChange(batchsync.OpDeploy, batchsync.OpProposed, 0, name), retries),
		"undeploy_unread":     p.UndeployForm(lonely, unread),
		"look_again":          p.LookAgain(batchsync.T("undeploy.after_unread", name), batchsync.T("undeploy.after_unread_hint"), ActionUndeploy, 40001),
		"deploy_nothing":      p.DeployForm(sampleChange(batchsync.OpDeploy, batchsync.OpProposed, 0, name), batchsync.TaskView{}),
		"rerun":               p.Confirm(sampleChange(batchsync.OpRerun, batchsync.OpProposed, 0, name)),
		"stop":                p.Confirm(sampleChange(batchsync.OpStop, batchsync.OpProposed, 0, name)),
		"new_schedule":        p.Confirm(sampleChange(batchsync.OpSchedule, batchsync.OpProposed, 0, name)),
		"started":             p.Started(sampleChange(batchsync.OpBackfill, batchsync.OpRunning, 0, name)),
		"schedule":            p.ScheduleForm(ScheduleForm{Task: ref, Cron: "0 30 03 ? * 1,5 *", VCluster: name, Zone: "Asia/Shanghai", Now: sampleNow()}),
		"schedule_unreadable": p.ScheduleForm(ScheduleForm{Task: ref, Cron: name, VCluster: name, Zone: "UTC", Now: sampleNow()}),
		"schedule_none":       p.ScheduleForm(ScheduleForm{Task: ref, Zone: "UTC", Now: sampleNow(), Problems: []batchsync.FieldError{{Field: batchsync.FieldZone, Text: batchsync.T("schedule.zone_unknown", name)}}}),
		"adjust":              p.AdjustForm(AdjustForm{Task: ref, Concurrency: 4, Retry: batchsync.Retry{Told: true, Count: 1, Pause: 1, Unit: "m"}, Proposed: batchsync.Adjustment{Concurrency: 2}}),
		"adjust_untold":       p.AdjustForm(AdjustForm{Task: ref, Fixed: true}),
		"new_settings":        p.Confirm(sampleChange(batchsync.OpTune, batchsync.OpProposed, 0, name)),
		"debug":               p.DebugForm(DebugForm{Op: debugProposed, Sinks: []string{"ods." + name}, Clusters: debugClusters("sync_vc")}),
		"debug_unfit":         p.DebugForm(DebugForm{Op: unfit, Clusters: debugClusters("sync_vc"), Unfit: batchsync.VCluster{Name: name, Type: "GENERAL"}}),
		"mute":                p.MuteForm(ref, sampleNow().AddDate(0, 0, -1), sampleNow()),
		"mute_muted":          p.MuteForm(ref, sampleNow().AddDate(0, 0, 1), sampleNow()),
	}
}

func TestPrinter_Forms_Golden(t *testing.T) {
	t.Parallel()
	for label, name := range map[string]string{"english": "orders", "hostile": hostile} {
		for form, view := range formCases(name) {
			t.Run(label+"/"+form, func(t *testing.T) {
				t.Parallel()
				goldenView(t, "form_"+form+"_"+label, view)
			})
		}
	}
}

func TestPrinter_Home_Golden(t *testing.T) {
	t.Parallel()
	viewer := sampleHome(0, "")
	viewer.MayCreate = false
	for name, h := range map[string]HomeView{
		"empty": sampleHome(0, ""), "viewer": viewer, "full": sampleHome(30, "orders"), "hostile": sampleHome(2, hostile),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := printer().Home(h)
			if r := checkHome(t, v); len(r.mentions) > 0 {
				t.Errorf("mentions %v", r.mentions)
			}
			noSecret(t, v)
			golden(t, "home_"+name, v)
		})
	}
}
