package blocks

import (
	"strings"
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

// mayMention fails for a mention of anybody but these.
func mayMention(t *testing.T, r *rules, ids ...string) {
	t.Helper()
	for _, m := range r.mentions {
		ok := false
		for _, id := range ids {
			ok = ok || m == "<@"+id+">"
		}
		if !ok {
			t.Errorf("mentions %q", m)
		}
	}
}

func FuzzPrinter_Task(f *testing.F) {
	f.Add(uint8(30), uint8(40), "orders", "0 00 02 * * ? *", "Asia/Shanghai", "U0OWNER", "https://studio.example.com", int64(90))
	f.Add(uint8(1), uint8(0), hostile, hostile, hostile, hostile, hostile, int64(-5))
	f.Add(uint8(40), uint8(2), strings.Repeat("&", 300), "0 */1 * * * ? *", "Local", "", "https://a:b@c", int64(1<<40))
	f.Fuzz(func(t *testing.T, runs, tables uint8, name, cron, zone, owner, link string, seconds int64) {
		v := sampleView(int(tables)%60, int(runs)%60, name)
		v.Zone, v.Known.Owner, v.Known.StudioURL, v.FolderPath = zone, batchsync.UserID(owner), link, cron
		v.Deployed.Cron, v.Deployed.VCluster, v.Draft.Cron = cron, zone, name
		for i := range v.Runs {
			v.Runs[i].Ended = v.Runs[i].Began.Add(time.Duration(seconds%(1<<33)) * time.Second)
			v.Runs[i].Status = batchsync.RunStatus(int(seconds+int64(i))%11 - 1)
			v.Runs[i].Failure = cron
		}
		v.After = sampleLinks(int(tables)%30, name)
		for _, p := range both() {
			mayMention(t, checkMessage(t, p.Task(taskCard(v))), owner)
			mayMention(t, checkMessage(t, p.Runs(RunsView{Task: v.Ref, Runs: v.Runs, Zone: zone})))
			v.Content.Pairs = append(v.Content.Pairs, batchsync.TablePair{Source: name, Sink: zone})
			mayMention(t, checkMessage(t, p.Tables(TablesView{Task: v.Ref, Pairs: v.Content.Pairs, Page: int(runs)})))
			mayMention(t, checkMessage(t, p.Deps(v.After, v.After, v.Ref)))
			rows := []TaskRow{{Ref: v.Ref, Known: v.Known}}
			if len(v.Runs) > 0 {
				rows[0].Last = &v.Runs[0]
				mayMention(t, checkMessage(t, p.Log(batchsync.LogExcerpt{Run: v.Runs[0], Tail: strings.Repeat(name, int(tables)+1), Number: 1})))
			}
			mayMention(t, checkMessage(t, p.TaskList(TaskList{Filter: name, Rows: rows})))
			mayMention(t, checkMessage(t, p.Candidates(name, []batchsync.TaskRef{v.Ref})))
		}
	})
}

func FuzzPrinter_Changes(f *testing.F) {
	f.Add(uint8(1), uint8(0), uint8(2), "orders", "detail", "U0ACTOR", "https://studio.example.com")
	f.Add(uint8(2), uint8(3), uint8(1), hostile, hostile, hostile, hostile)
	f.Add(uint8(5), uint8(4), uint8(0), strings.Repeat("<", 400), strings.Repeat("🚀", 900), "W1AB", "x")
	f.Fuzz(func(t *testing.T, kind, state, current uint8, name, other, actor, link string) {
		states, kinds := batchsync.OperationStates(), operationKinds()[1:]
		k := kinds[int(kind)%len(kinds)]
		op := sampleChange(k, states[int(state)%len(states)], int(current)%5, name)
		op.Actor, op.StudioURL = batchsync.UserID(actor), link
		c := op.Change
		c.StopAsked, c.StoppedBy, c.Cron, c.Zone = state%2 == 0, batchsync.UserID(other), other, other
		if c.Backfill != nil {
			c.Backfill.Window.Zone, c.Backfill.Job = other, other
		}
		for _, p := range both() {
			mayMention(t, checkMessage(t, p.Operation(op, sampleNow())), actor, other)
			v := sampleView(1, 3, name)
			v.Draft.Cron, v.Zone = other, other
			ref := batchsync.TaskRef{ID: 7, Name: name}
			mayMention(t, checkView(t, p.UndeployForm(op, v)))
			mayMention(t, checkView(t, p.DeployForm(op, v)))
			mayMention(t, checkView(t, p.BackfillReview(op)))
			mayMention(t, checkView(t, p.BackfillForm(BackfillForm{Task: ref, Zone: other, Cron: other, From: name, To: other, Large: int(state), Now: sampleNow()})))
			mayMention(t, checkView(t, p.ScheduleForm(ScheduleForm{Task: ref, Cron: other, VCluster: name, Zone: other, Now: sampleNow()})))
			mayMention(t, checkView(t, p.MuteForm(ref, sampleNow(), sampleNow())))
			if k == batchsync.OpDebug {
				mayMention(t, checkView(t, p.DebugForm(DebugForm{Op: op, Sinks: []string{name, other}, Clusters: debugClusters(name), Unfit: batchsync.VCluster{Name: other, Type: name}})))
			}
			if k == batchsync.OpRerun || k == batchsync.OpStop || k == batchsync.OpSchedule || k == batchsync.OpTune {
				mayMention(t, checkView(t, p.Confirm(op)))
			}
			h := sampleHome(int(current)%7, name)
			h.Attention = append(h.Attention, op)
			mayMention(t, checkHome(t, p.Home(h)))
			audit := sampleAudit(int(current), name)
			for i := range audit {
				audit[i].Link, audit[i].Outcome, audit[i].Actor = link, other, batchsync.UserID(actor)
			}
			mayMention(t, checkMessage(t, p.Audit(audit, other)), actor, string(typedUser(other)))
		}
	})
}

func FuzzParseMenuChoice(f *testing.F) {
	f.Add("task.runs 1:40001")
	f.Add("run.rerun 4/5")
	f.Add("1:40001/2026-03-01/2026-03-03")
	f.Add("  ")
	f.Fuzz(func(t *testing.T, s string) {
		if c, err := ParseMenuChoice(s); err == nil && c.String() != s {
			t.Errorf("ParseMenuChoice(%q) writes %q", s, c.String())
		}
		if r, err := ParseRunRef(s); err == nil && r.String() != s {
			t.Errorf("ParseRunRef(%q) writes %q", s, r.String())
		}
		if id, err := ParseTaskRef(s); err == nil && TaskRefOf(id).String() != s {
			t.Errorf("ParseTaskRef(%q) writes %q", s, TaskRefOf(id))
		}
		if r, err := ParseDaysRef(s); err == nil && (r.String() != s || r.Task <= 0) {
			t.Errorf("ParseDaysRef(%q) writes %q", s, r)
		}
	})
}
