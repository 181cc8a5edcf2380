package main

import (
	"fmt"
	"strings"
	"testing"

	"batchsync/internal/batchsync"
	"batchsync/internal/slacksim"
	"batchsync/internal/store"
	"batchsync/internal/studiosim"
)

// Names that are secrets themselves, or look like it.
const (
	secretSource  = "czt_" + planted + "_source"
	secretSchema  = "czt_" + planted + "_schema"
	secretTable   = "czt_" + planted + "_table"
	secretColumn  = "xoxb-1234567890-" + planted
	secretTask    = "czt_" + planted + "_task"
	secretSink    = "czt_" + planted + "_sink"
	secretCluster = "czt_" + planted + "_vc"
)

// unseen looks through all that went to Slack, in calls, answers and files, and
// through the log.
func (s *stage) unseen(t *testing.T) {
	t.Helper()
	for _, call := range s.slack.Calls() {
		if sent := fmt.Sprint(call.Args); strings.Contains(sent, planted) {
			t.Errorf("%s shows a secret: %s", call.Method, around(sent, planted))
		}
	}
	for _, e := range s.slack.Envelopes() {
		if sent := fmt.Sprint(e.Answer); strings.Contains(sent, planted) {
			t.Errorf("the answer to %s shows a secret: %s", e.Type, around(sent, planted))
		}
	}
	s.unsent(t)
	if log := s.log.String(); strings.Contains(log, planted) {
		t.Errorf("the log shows a secret: %s", around(log, planted))
	}
}

// unsent looks through the files that Slack was sent.
func (s *stage) unsent(t *testing.T) {
	t.Helper()
	for _, f := range s.slack.Uploads() {
		if sent := f.Name + "\n" + f.Title + "\n" + string(f.Data); strings.Contains(sent, planted) {
			t.Errorf("the file %s shows a secret: %s", f.Name, around(sent, planted))
		}
	}
}

func (s *stage) secretWorld(t *testing.T) {
	t.Helper()
	s.quick(t, 300)
	must(t, s.world.ChangeDatasource(5002, func(d *studiosim.Datasource) { d.Name = secretSource }))
	must(t, s.world.AddVC(studiosim.VC{Name: secretCluster, Type: "INTEGRATION"}))
	columns := []studiosim.Column{{Name: secretColumn, Type: "BIGINT", Primary: true}, {Name: "note", Type: "VARCHAR(20)"}}
	must(t, s.world.AddTables(5002, secretSchema, studiosim.SourceTable{Name: secretTable, Columns: columns}, studiosim.SourceTable{Name: "plain", Columns: columns}))
}

// pickHidden chooses the entry of a menu that does not tell its name.
func (p *person) pickHidden(field string) {
	p.t.Helper()
	p.answer(field, func(v slacksim.View) error {
		_, err := p.actor.Select(within(p.t, ackWait), v, "field."+field, p.option(v, field, "", "[redacted]"))
		return err
	})
}

// TestSecretNames makes, runs, looks at, changes and takes offline a task of
// which every name is a secret. All of it works, and neither Slack nor the log is
// told one of them.
func TestSecretNames(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	t.Cleanup(s.clean)
	s.secretWorld(t)
	b := s.start("BATCHSYNC_POLL=@every 1s", "BATCHSYNC_ADMINS="+slacksim.Ana+","+slacksim.Adam)
	ana := s.as(t, "ana")
	ana.open()
	ana.step(1)
	ana.set("kind", "mysql")
	ana.pickHidden("source")
	ana.next()
	ana.step(2)
	ana.pickHidden("source_schema")
	ana.pickHidden("tables")
	ana.pick("target", "LAKEHOUSE_ecommerce")
	ana.typeIn("target_table", secretSink)
	ana.next()
	ana.step(3)
	ana.typeIn("time", "03:30")
	ana.next()
	ana.step(4)
	ana.pick("folder", "data_sync/mysql")
	ana.pickHidden("vcluster")
	ana.typeIn("name", secretTask)
	ana.next()
	v := ana.step(5)
	_, err := ana.actor.Click(within(t, ackWait), v, "Back") // what is drawn again comes back as it was
	must(t, err)
	ana.step(4)
	ana.next()
	ana.step(5)
	ana.next()
	s.card(t, slacksim.General, "Ready")
	made := s.made(t, secretTask)
	if len(made) != 1 || made[0].Content == nil || made[0].Content.Tables[0] != (studiosim.Pair{Source: secretSchema + "." + secretTable, Sink: "ods." + secretSink}) || made[0].Published.VC != secretCluster {
		t.Fatalf("made %+v", made)
	}
	id := fmt.Sprint(made[0].ID)

	must(t, s.world.ChangeTask(made[0].ID, func(t *studiosim.Task) { t.Content.Where = "token = '" + planted + "'" }))
	ana.follow(s, "*")
	must(t, s.world.Break(made[0].ID, "cannot read "+secretSchema+"."+secretTable))
	run := s.runs(t, made[0].ID)
	for _, line := range []string{
		"list", "list " + secretTask, "show " + id, "show " + secretTask, "runs " + id, "deps " + id, "config " + id, "mapping " + id, "mapping " + id + " " + secretTable,
		"diagnose " + id, fmt.Sprintf("log %d", run), "incidents", "audit", "audit " + id, "status", "questions", "subscribe " + secretTask, "subscriptions", "quiet " + secretTask + " +1h",
	} {
		s.answered(t, ana, line)
	}
	for _, line := range []string{"new like " + id, "new " + secretSource + " " + secretSchema + "." + secretTable + " -> ods." + secretSink, "new " + secretSource + " " + secretSchema + ".nothing -> ods.x",
		"tune " + id, "expect " + id, "mute " + id, "run " + id, "deploy " + id} {
		ana.typed("/batchsync " + line)
		ana.wait(func(v slacksim.View) bool { return !strings.Contains(v.AllText(), "Loading") })
	}
	_, err = ana.actor.Slash(within(t, ackWait), slacksim.General, "/batchsync acceptance "+id)
	must(t, err)
	_, err = ana.actor.DM(within(t, ackWait), "new like "+id)
	must(t, err)
	_, err = ana.actor.Mention(within(t, ackWait), slacksim.General, "show "+secretTask)
	must(t, err)
	_, err = ana.actor.OpenHome(within(t, ackWait))
	must(t, err)
	s.card(t, slacksim.General, "ailed") // the alert
	s.card(t, slacksim.General, "delivery of")

	// Key fields of a table with such a name are kept as they stand in the form.
	v = ana.typed("/batchsync expect "+id, "Key fields")
	_, err = ana.actor.Type(within(t, ackWait), v, "form.keys", "ods."+secretSink+": "+secretColumn)
	must(t, err)
	ana.confirm(ana.saying("Key fields"))
	ana.saying("are saved")
	v = ana.typed("/batchsync expect "+id, "Key fields")
	_, err = ana.actor.Type(within(t, ackWait), v, "form.row_drop", "7")
	must(t, err)
	ana.confirm(ana.saying("Key fields"))
	ana.saying("are saved")

	// Another cluster, and offline by the name that is typed.
	v = ana.typed("/batchsync undeploy "+id, "Undeploy")
	_, err = ana.actor.Type(within(t, ackWait), v, "form.name", secretTask)
	must(t, err)
	ana.confirm(ana.saying("Undeploy"))
	s.card(t, slacksim.General, "Undeploy", "Done")
	ana.settled()
	b.stop(t)
	sent := s.slack.Uploads()
	if len(sent) == 0 || !strings.Contains(string(sent[len(sent)-1].Data), fmt.Sprint("\n", id, ",[redacted],", run)) {
		t.Errorf("the runs were not sent before it went offline, or with other names: %q", sent)
	}
	s.unseen(t)
	s.file(t, func(file *store.Store) {
		task, err := file.Task(batchsync.TaskID(made[0].ID))
		must(t, err)
		if task.Name != secretTask || task.Spec.Tables[0] != secretTable || task.Spec.VCluster != secretCluster {
			t.Errorf("the file has other names: %+v %+v", task, task.Spec)
		}
		e, err := file.Expectation(task.ID)
		must(t, err)
		if keys := e.Keys["ods."+secretSink]; len(keys) != 1 || keys[0] != secretColumn || e.Drop != 7 {
			t.Errorf("expected: %+v", e)
		}
	})
}
