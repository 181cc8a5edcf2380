package blocks

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

// sampleRuns are n daily runs, newest first, whose every tenth failed and whose
// newest is at work when working.
func sampleRuns(n int, name string, working bool) []batchsync.Run {
	var out []batchsync.Run
	for i := range n {
		plan := sampleNow().Truncate(24*time.Hour).AddDate(0, 0, -i).Add(2 * time.Hour)
		r := batchsync.Run{
			ID: batchsync.RunID(9000 - i), Task: 40001, TaskName: name, Status: batchsync.RunSuccess, Type: batchsync.RunScheduled,
			Plan: plan, Began: plan.Add(time.Second), Ended: plan.Add(time.Duration(100+i*7) * time.Second), VCluster: name,
		}
		switch {
		case i == 0 && working:
			r.Status, r.Ended = batchsync.RunRunning, time.Time{}
		case i%10 == 3:
			r.Status, r.Failure, r.Type = batchsync.RunFailed, "connection refused: "+name, batchsync.RunRefill
		}
		out = append(out, r)
	}
	return out
}

// sampleView is an online task with so many tables and runs.
func sampleView(tables, runs int, name string) batchsync.TaskView {
	c := &batchsync.Content{
		Source: batchsync.Datasource{ID: 5, Name: name}, Target: batchsync.Datasource{ID: 9, Name: name},
		Scope: batchsync.ScopeMulti, WriteMode: batchsync.Overwrite, SourceSchema: name, TableRule: "{SOURCE_TABLE}",
	}
	for i := range tables {
		c.Pairs = append(c.Pairs, batchsync.TablePair{Source: fmt.Sprintf("%s.t%02d", name, i), Sink: fmt.Sprintf("ods.%s_%02d", name, i)})
	}
	switch tables {
	case 0:
		c.Scope = batchsync.ScopeWhole
	case 1:
		c.Scope = batchsync.ScopeSingle
	}
	return batchsync.TaskView{
		At: sampleNow(), Ref: batchsync.TaskRef{ID: 40001, Name: name, Type: batchsync.TypeMulti}, FolderPath: name,
		Known:   &batchsync.Task{ID: 40001, Name: name, Owner: "U0OWNER", StudioURL: "https://studio.example.com/task/40001?x=1&y=2"},
		Content: c, Draft: &batchsync.DraftSchedule{Cron: "0 00 02 * * ? *", VCluster: "SYNC_VC", Rerun: 1},
		Deployed: &batchsync.Deployed{Online: true, Cron: "0 00 02 * * ? *", VCluster: "SYNC_VC"},
		Runs:     sampleRuns(runs, name, false), RunsRead: true, AfterRead: true, Zone: "Asia/Shanghai",
	}
}

// views are the situations a card is drawn in.
func views() map[string]batchsync.TaskView {
	out := map[string]batchsync.TaskView{
		"no_runs": sampleView(1, 0, "orders"), "one_run": sampleView(1, 1, "orders"), "thirty_runs": sampleView(1, 30, "orders"),
		"forty_tables": sampleView(40, 30, "orders"), "whole_db": sampleView(0, 3, "orders"),
	}
	v := sampleView(1, 5, "orders")
	v.Runs = sampleRuns(5, "orders", true)[:3]
	holder := sampleChange(batchsync.OpBackfill, batchsync.OpRunning, 2, "orders")
	v.Known.Muted, v.Holder = sampleNow().Add(time.Hour), &holder
	out["at_work_muted_held"] = v
	v = sampleView(1, 0, "orders")
	v.Draft.Cron, v.Draft.VCluster = "0 30 03 ? * 1,5 *", "OTHER_VC"
	out["modified"] = v
	v = sampleView(1, 0, "orders")
	v.Draft.Retry, v.Deployed.Retry = batchsync.Retry{Told: true, Count: 9, Pause: 30, Unit: "m"}, batchsync.Retry{Told: true, Count: 1}
	out["more_retries"] = v
	v = sampleView(1, 3, "orders")
	v.Deployed, v.Known = &batchsync.Deployed{}, nil
	out["offline_not_adopted"] = v
	out["nothing_read"] = batchsync.TaskView{
		At: sampleNow(), Ref: batchsync.TaskRef{ID: 40001, Name: "orders"}, Zone: "UTC",
		Missing: []batchsync.Problem{{Text: batchsync.T("platform.timeout")}, {Text: batchsync.T("platform.refused")}, {Text: batchsync.T("platform.garbage")}, {Text: batchsync.T("platform.login")}},
	}
	hostileView := sampleView(40, 30, hostile)
	hostileView.Missing = []batchsync.Problem{{Text: batchsync.T("field.schema_gone", hostile), Detail: hostile}}
	hostileView.Deployed.Cron, hostileView.Zone = hostile, hostile
	out["hostile"] = hostileView
	return out
}

// taskCard is a card as somebody sees it who may do everything.
func taskCard(v batchsync.TaskView) TaskCard { return TaskCard{TaskView: v, MayAdopt: true} }

// sampleChange is a change of a task at its step number current.
func sampleChange(kind batchsync.OperationKind, state batchsync.OperationState, current int, name string) batchsync.Operation {
	c := batchsync.Change{
		Name: name, Type: batchsync.TypeMulti, Online: true, Cron: "0 00 02 * * ? *", VCluster: name, Zone: "Asia/Shanghai",
		Run: 8997, Plan: sampleNow().Add(-30 * time.Hour),
	}
	switch kind {
	case batchsync.OpBackfill:
		b, err := batchsync.PlanBackfill("2026-02-01", "2026-02-12", "Asia/Shanghai", c.Cron, nil, false, sampleNow())
		if err != nil {
			panic(err)
		}
		b.VCluster, b.Job, b.Overlaps = name, batchsync.JobName("U0ACTOR", "op1"), 2
		c.Backfill = &b
		for i, t := range b.Instances {
			f := batchsync.Followed{Plan: t}
			if current == 2 && i < 8 {
				f.Run, f.Status = batchsync.RunID(9100+i), []batchsync.RunStatus{batchsync.RunSuccess, batchsync.RunFailed, batchsync.RunSuccess, batchsync.RunRunning}[i%4]
				f.Twice = i == 2
			}
			c.Followed = append(c.Followed, f)
		}
	case batchsync.OpRerun:
		c.Followed = []batchsync.Followed{{Plan: c.Plan, Run: 8997, Status: batchsync.RunFailed}}
	case batchsync.OpSchedule:
		c.Schedule = &batchsync.Schedule{Every: batchsync.Weekly, Hour: 3, Minute: 30, Weekdays: []time.Weekday{1, 5}, Zone: "Asia/Shanghai"}
	case batchsync.OpTune:
		three := 3
		c.Tune, c.Parallel = &batchsync.Adjustment{Concurrency: 2, Retries: &three, Pause: 5}, 4
		c.Saved = &batchsync.DraftSchedule{Cron: c.Cron, VCluster: name, Retry: batchsync.Retry{Told: true, Count: 1, Pause: 30, Unit: "s"}}
	case batchsync.OpUndeploy:
		c.After = sampleLinks(13, name)
		c.WithDownstream = true
	}
	op := batchsync.NewChange("op1", kind, "U0ACTOR", "C0CHAN", 40001, c, sampleNow())
	if kind == batchsync.OpDebug {
		op.Debug = sampleDebug(current, name)
	}
	op.State, op.Version, op.StudioURL = state, 7, "https://studio.example.com/task/40001"
	for i := range op.Steps {
		switch {
		case i < current:
			op.Steps[i].State = batchsync.StepDone
		case i == current:
			op.Steps[i].State = map[batchsync.OperationState]batchsync.StepState{
				batchsync.OpRunning: batchsync.StepRunning, batchsync.OpWaiting: batchsync.StepWaiting, batchsync.OpUnknown: batchsync.StepUnknown,
			}[state]
			if op.Steps[i].State == "" {
				op.Steps[i].State = batchsync.StepFailed
			}
			op.Steps[i].Problem = &batchsync.Problem{Code: batchsync.CodeRefused, Text: batchsync.T("platform.refused"), Hint: batchsync.T("platform.refused_hint"), Detail: name}
		}
	}
	return op
}

// sampleDebug is the debug run of an operation at its step: at work while it is
// followed, failed afterwards.
func sampleDebug(current int, name string) *batchsync.DebugRun {
	d := batchsync.DebugRun{VCluster: name, Mode: batchsync.Overwrite, Keyed: batchsync.Append}
	if current < 2 {
		return &d
	}
	d.Asked, d.Began, d.Run, d.Status = sampleNow(), sampleNow(), 900036, batchsync.RunRunning
	d.OpsURL = "https://studio.example.com/run/900036"
	if current == 2 {
		return &d
	}
	d.Status, d.Ended, d.Read, d.Failure = batchsync.RunFailed, d.Began.Add(34*time.Second), true, "connection refused: "+name
	d.Log = "INFO copying " + name + "\nERROR table " + name + ": connection refused"
	for i := range 15 {
		d.Tables = append(d.Tables, batchsync.TableResult{
			Table: fmt.Sprintf("ods.%s_%02d", name, i), State: batchsync.TableStates()[i%len(batchsync.TableStates())], Rows: int64(i-1) * 1234,
		})
	}
	d.More = 3
	return &d
}

func sampleLinks(n int, name string) []batchsync.TaskLink {
	var out []batchsync.TaskLink
	for i := range n {
		out = append(out, batchsync.TaskLink{ID: batchsync.TaskID(50001 + i), Name: fmt.Sprintf("%s_%02d", name, i), Online: i%2 == 0, Cron: "0 00 03 * * ? *"})
	}
	return out
}

func sampleRows(n int, name string) []TaskRow {
	var out []TaskRow
	online := []bool{true, false}
	for i, r := range sampleRuns(n, name, true) {
		row := TaskRow{Ref: batchsync.TaskRef{ID: batchsync.TaskID(40001 + i), Name: fmt.Sprintf("%s_%02d", name, i)}}
		if i%3 != 0 {
			row.Last, row.Online = &r, &online[i%2]
			row.Known = &batchsync.Task{Muted: sampleNow().Add(time.Duration(i%2) * time.Hour)}
		}
		out = append(out, row)
	}
	return out
}

func sampleAudit(n int, name string) []AuditLine {
	var out []AuditLine
	actions := batchsync.Actions()
	for i := range n {
		l := AuditLine{AuditRow: batchsync.AuditRow{
			Seq: uint64(i), At: sampleNow(), Actor: "U0ACTOR", Action: actions[i%len(actions)], Object: "task/40001", Name: name,
			Outcome: "done", Operation: "op1",
		}}
		if i%2 == 0 {
			l.Link, l.Detail = "https://example.slack.com/archives/C1/p1?a=1&b=2", batchsync.T("field.schema_gone", name)
		}
		if i%5 == 4 {
			l.Actor, l.Name = "", ""
		}
		out = append(out, l)
	}
	return out
}

func sampleHome(n int, name string) HomeView {
	h := HomeView{User: "U0ACTOR", Now: sampleNow(), MayCreate: true}
	h.Mine, h.Failed = sampleRows(n, name), sampleRows(n, name)
	for range min(n, 8) {
		h.Attention = append(h.Attention, sampleChange(batchsync.OpBackfill, batchsync.OpUnknown, 1, name))
		h.Running = append(h.Running, sampleChange(batchsync.OpBackfill, batchsync.OpRunning, 2, name))
		h.Drafts = append(h.Drafts, sampleDraft(batchsync.StepPlace, batchsync.KindMySQL, batchsync.ScopeSingle, batchsync.Daily, name))
	}
	if n > 0 {
		h.FreshAt = sampleNow()
	}
	return h
}

// quiet fails when the text for notifications mentions somebody.
func quiet(t testing.TB, text string) {
	t.Helper()
	if strings.Contains(text, "<@") || strings.Contains(text, "<!subteam") {
		t.Errorf("the text for notifications mentions somebody: %q", text)
	}
}
