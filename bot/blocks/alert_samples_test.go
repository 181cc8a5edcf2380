package blocks

import (
	"fmt"
	"strings"
	"time"

	"batchsync/internal/batchsync"
)

// sampleCondition is a condition of yesterday's run 81.
func sampleCondition(r batchsync.Reason, detail string) batchsync.Condition {
	plan := time.Date(2026, 3, 3, 18, 0, 0, 0, time.UTC)
	c := batchsync.Condition{
		Reason: r, Run: 81, Type: batchsync.RunScheduled, Plan: plan, Since: plan.Add(42 * time.Minute), Times: 1,
		Status: batchsync.RunFailed, Detail: detail,
	}
	switch r {
	case batchsync.ReasonBlocked:
		c.Status = batchsync.RunBlocked
	case batchsync.ReasonTables:
		c.Status = batchsync.RunSuccess
	case batchsync.ReasonMissing, batchsync.ReasonUnreachable:
		c.Run, c.Type, c.Status = 0, 0, 0
		if c.Since = plan; r == batchsync.ReasonUnreachable {
			c.Plan = time.Time{}
		}
	case batchsync.ReasonLate:
		c.Status = batchsync.RunNotStarted
	case batchsync.ReasonStuck:
		c.Status = batchsync.RunWaitingResources
	case batchsync.ReasonPaused:
		c.Status = batchsync.RunPaused
	case batchsync.ReasonSlow:
		c.Status, c.Usual = batchsync.RunRunning, 12*time.Minute
	case batchsync.ReasonOdd:
		c.Status = 42
	}
	if r != batchsync.ReasonFailed {
		c.Times = 0
	}
	return c
}

// sampleIncident is an open incident of task 40001.
func sampleIncident(r batchsync.Reason, name string) batchsync.Incident {
	detail := ""
	if r == batchsync.ReasonFailed {
		detail = "connection refused: " + name + "\nat line 2"
	}
	c := sampleCondition(r, detail)
	return batchsync.Incident{
		ID: "i1", Task: 40001, Name: name, Type: batchsync.TypeMulti, Source: "mysql_prod", VCluster: "SYNC_VC", State: batchsync.IncidentOpen,
		Conditions: []batchsync.Condition{c}, Opened: c.Since.Add(time.Minute), Changed: c.Since.Add(time.Minute), Version: 1,
	}
}

// sampleAlert shows incidents as the channel of the sample tasks would.
func sampleAlert(kind batchsync.AlertKind, of ...batchsync.Incident) AlertView {
	v := AlertView{
		Alert:     batchsync.Alert{ID: "a1", Channel: "C0CHAN", Kind: kind, Mentions: []batchsync.UserID{"U0OWNER"}, Opened: sampleNow().Add(-9 * time.Hour), Version: 1},
		Incidents: of, Now: sampleNow(), Posted: sampleNow().Add(-9 * time.Hour), Zone: "Asia/Shanghai",
		Watches: map[batchsync.TaskID]batchsync.Watch{40001: {Task: 40001, Online: true, Cron: "0 00 02 * * ? *", Source: "mysql_prod", VCluster: "SYNC_VC"}},
		Tasks:   map[batchsync.TaskID]batchsync.Task{40001: {ID: 40001, Owner: "U0OWNER", StudioURL: "https://studio.example.com/task/40001"}},
	}
	for _, i := range of {
		v.Alert.Incidents = append(v.Alert.Incidents, i.ID)
	}
	return v
}

// sampleResults are the tables of a run: bad failed and one empty, among n.
func sampleResults(n, bad int, name string) []batchsync.TableResult {
	var out []batchsync.TableResult
	for i := range n {
		t := batchsync.TableResult{Table: fmt.Sprintf("ods.%s_%02d", name, i), State: batchsync.TableOK, By: batchsync.FromHistory, Rows: int64(1000 * i)}
		switch {
		case i%13 == 5 && bad > 0:
			bad--
			t.State, t.By, t.Rows, t.Line = batchsync.TableFailed, batchsync.FromLog, -1, "ERROR: table "+name+": Data truncated for column 'note'"
		case i == 7:
			t.State, t.By, t.Rows = batchsync.TableEmpty, batchsync.FromCount, 0
		case i == 8:
			t.State, t.Rows, t.Before = batchsync.TableDropped, 120, 1_250_000
		case i == 9:
			t.State, t.By, t.Rows = batchsync.TableUnknown, batchsync.FromNothing, -1
		}
		out = append(out, t)
	}
	return out
}

// sampleMembers are n incidents of a group, every fifth of them late, the first
// over already.
func sampleMembers(n int, name string) []batchsync.Incident {
	var out []batchsync.Incident
	for k := range n {
		reason := batchsync.ReasonFailed
		if k%5 == 4 {
			reason = batchsync.ReasonLate
		}
		i := sampleIncident(reason, fmt.Sprintf("%s_%03d", name, k))
		i.ID, i.Task = batchsync.IncidentID(fmt.Sprintf("i%d", k)), batchsync.TaskID(40001+k)
		i.Opened = i.Opened.Add(time.Duration(k) * time.Second)
		i.Conditions[0].Run = batchsync.RunID(900_000 + k)
		i.Conditions[0].Detail = "connection refused: mysql_prod:3306"
		switch k {
		case 0:
			i = ended(i, batchsync.EndedRecovered)
		case 1:
			i.AckedBy, i.AckedAt = "U0ANA", sampleNow()
		}
		out = append(out, i)
	}
	return out
}

// ended is an incident 192 minutes later.
func ended(i batchsync.Incident, e batchsync.Ending) batchsync.Incident {
	i.State, i.Ending, i.Closed, i.Version = batchsync.IncidentClosed, e, i.Opened.Add(192*time.Minute), 2
	if e == batchsync.EndedRecovered {
		i.EndedBy = 82
	}
	return i
}

// alertCases are the situations an alert is drawn in.
func alertCases() map[string]AlertView {
	out := map[string]AlertView{}
	for _, r := range batchsync.Reasons() {
		if r == batchsync.ReasonUnreachable {
			continue
		}
		out[string(r)] = sampleAlert(batchsync.AlertSingle, sampleIncident(r, "orders_daily"))
	}
	single := func(name string, change func(*batchsync.Incident, *AlertView)) {
		i := sampleIncident(batchsync.ReasonFailed, "orders_daily")
		v := sampleAlert(batchsync.AlertSingle, i)
		change(&i, &v)
		v.Incidents = []batchsync.Incident{i}
		out[name] = v
	}
	single("failed_3x_acked", func(i *batchsync.Incident, v *AlertView) {
		i.Conditions[0].Times, i.Conditions[0].First = 3, i.Conditions[0].Plan.AddDate(0, 0, -2)
		i.Conditions = append(i.Conditions, sampleCondition(batchsync.ReasonLate, ""))
		i.AckedBy, i.AckedAt, i.AskAgain = "U0ANA", sampleNow().Add(-time.Hour), sampleNow().Add(3*time.Hour)
		i.Reopened, i.Changed = 2, i.Changed.Add(time.Hour)
	})
	single("blocked_by", func(i *batchsync.Incident, v *AlertView) {
		i.Conditions = []batchsync.Condition{sampleCondition(batchsync.ReasonBlocked, "")}
		i.Found = batchsync.Found{Run: 81, OpsURL: "https://studio.example.com/run/81", Before: []batchsync.TaskLink{{ID: 7, Name: "dim_users"}, {ID: 8}}}
	})
	single("tables_40", func(i *batchsync.Incident, v *AlertView) {
		all := sampleResults(40, 3, "orders")
		i.Conditions = []batchsync.Condition{sampleCondition(batchsync.ReasonTables, "")}
		i.Conditions[0].Of = 40
		for _, t := range all {
			if t.State != batchsync.TableOK && t.State != batchsync.TableUnknown {
				i.Conditions[0].Tables = append(i.Conditions[0].Tables, t)
			}
		}
		v.Watches[40001] = batchsync.Watch{Task: 40001, Checked: 81, Tables: all}
	})
	single("failed_tables", func(i *batchsync.Incident, v *AlertView) {
		i.Found = batchsync.Found{Run: 81, Tables: sampleResults(6, 1, "orders")}
	})
	single("failed_untold", func(i *batchsync.Incident, v *AlertView) {
		i.Found = batchsync.Found{Run: 81, Tables: []batchsync.TableResult{
			{Table: "ods.a", State: batchsync.TableUnknown, Rows: -1}, {Table: "ods.b", State: batchsync.TableUnknown, Rows: -1},
		}}
	})
	single("muted_held_away", func(i *batchsync.Incident, v *AlertView) {
		i.Away = true
		v.Alert.Mentions = nil
		v.Names = map[batchsync.UserID]string{"U0OWNER": "Ana @here"}
		v.Tasks[40001] = batchsync.Task{ID: 40001, Owner: "U0OWNER", Muted: sampleNow().Add(time.Hour)}
		v.Holders = map[batchsync.TaskID]batchsync.Operation{40001: sampleChange(batchsync.OpRerun, batchsync.OpRunning, 1, "orders_daily")}
	})
	single("recovered", func(i *batchsync.Incident, v *AlertView) {
		*i = ended(*i, batchsync.EndedRecovered)
		v.Alert.Closed = i.Closed
	})
	single("taken_offline", func(i *batchsync.Incident, v *AlertView) {
		*i = ended(*i, batchsync.EndedOffline)
		v.Alert.Closed = i.Closed
	})
	single("taken_late", func(i *batchsync.Incident, v *AlertView) {
		*i = ended(*i, batchsync.EndedRecovered)
		v.Alert.Closed, v.Posted = i.Closed, time.Time{}
	})
	single("stays", func(i *batchsync.Incident, v *AlertView) {
		i.Conditions = []batchsync.Condition{sampleCondition(batchsync.ReasonTables, "")}
		*i = ended(*i, batchsync.EndedStays)
		v.Alert.Closed = i.Closed
		v.Watches[40001] = batchsync.Watch{Task: 40001, Checked: 81, Tables: []batchsync.TableResult{
			{Table: "ods.orders", State: batchsync.TableOK, By: batchsync.FromRun, Rows: 402, Before: 1000, Stays: true},
		}}
	})
	single("folded", func(i *batchsync.Incident, v *AlertView) {
		v.Alert.Closed, v.Alert.Folded = sampleNow(), "a2"
		v.Into = &batchsync.Alert{ID: "a2", Kind: batchsync.AlertSource, Subject: "mysql_prod|>", Incidents: make([]batchsync.IncidentID, 12)}
		v.IntoLink = "https://demo.slack.com/archives/C1/p1"
	})
	single("unfollowed", func(i *batchsync.Incident, v *AlertView) { v.Alert.Closed = sampleNow() })
	single("rehearsal", func(i *batchsync.Incident, v *AlertView) {
		i.Task, i.Rehearsal, i.Name, i.Conditions[0].Run = -5, true, "rehearsal", -5
		i.Source, i.VCluster, v.Alert.Mentions = "", "", nil
	})
	single("forgotten", func(i *batchsync.Incident, v *AlertView) { i.Conditions = nil })
	group := func(name string, kind batchsync.AlertKind, n int, change func(*AlertView)) {
		v := sampleAlert(kind, sampleMembers(n, "orders_daily")...)
		v.Alert.Subject = "mysql_prod"
		if change != nil {
			change(&v)
		}
		out[name] = v
	}
	group("source_12", batchsync.AlertSource, 12, nil)
	group("vcluster_4", batchsync.AlertVCluster, 4, func(v *AlertView) { v.Alert.Subject = "SYNC_VC" })
	group("storm_500", batchsync.AlertStorm, 500, func(v *AlertView) {
		for n := range v.Incidents {
			v.Incidents[n].Source = fmt.Sprint("source_", n%7)
			v.Incidents[n].VCluster = ""
		}
	})
	group("source_over", batchsync.AlertSource, 3, func(v *AlertView) {
		for n, i := range v.Incidents {
			v.Incidents[n] = ended(i, batchsync.EndedRecovered)
		}
		v.Alert.Closed = sampleNow()
	})
	group("source_late", batchsync.AlertSource, 3, func(v *AlertView) { v.Posted = v.Now.Add(-time.Hour) })
	down := sampleIncident(batchsync.ReasonUnreachable, "")
	down.Task, down.Conditions[0].Detail = 0, "AUTH_FAILED: token expired at https://api.example.com"
	down.Source, down.VCluster = "", ""
	out["platform_down"] = sampleAlert(batchsync.AlertPlatform, down)
	out["platform_back"] = sampleAlert(batchsync.AlertPlatform, ended(down, batchsync.EndedRecovered))
	for label, name := range map[string]string{"hostile": hostile, "long": strings.Repeat("长", 300)} {
		i := sampleIncident(batchsync.ReasonFailed, name)
		i.Source, i.VCluster, i.Conditions[0].Detail = name, name, name
		i.Found = batchsync.Found{Run: 81, OpsURL: name, Tables: append(sampleResults(40, 3, name), sampleResults(40, 3, name)...)}
		v := sampleAlert(batchsync.AlertSingle, i)
		v.Names = map[batchsync.UserID]string{"U0OWNER": name}
		out[label] = v
		g := sampleAlert(batchsync.AlertStorm, sampleMembers(120, name)...)
		for n := range g.Incidents {
			g.Incidents[n].Conditions[0].Detail = name
		}
		g.Alert.Kind, g.Alert.Subject = batchsync.AlertSource, name
		out["group_"+label] = g
	}
	return out
}
