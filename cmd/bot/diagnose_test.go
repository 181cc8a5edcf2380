package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"batchsync/internal/slacksim"
	"batchsync/internal/studiosim"
)

// TestDiagnose_Repair takes a run that failed for its cluster from the diagnosis
// to the repair: the cause is named, a probe confirms it, and the button leads to
// a schedule on a cluster that can copy.
func TestDiagnose_Repair(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(tail(s.log.String(), 5000))
		}
	})
	s.quick(t, 300)
	task := s.online(t)
	wrong := *task.Published
	wrong.VC = "default"
	task.Published, task.Draft = &wrong, &wrong
	task.ID, task.Name = 0, "e2e_repair"
	id, err := s.world.AddTask(task)
	must(t, err)
	_, err = s.world.AddRun(studiosim.Run{
		Task: id, Type: 1, Status: 3, Plan: time.Now().Add(-time.Hour).UnixMilli(), VC: "default",
		FailMsg: "VCluster default is of type GENERAL, an integration task needs another",
	})
	must(t, err)
	s.start()
	ana := s.as(t, "ana")
	found := ana.ask("/batchsync diagnose e2e_repair", "Diagnosis: e2e_repair", "cannot copy data", "No success is remembered", "waits for it")
	if !offers(found, "Switch VCluster") || !offers(found, "Probe") {
		t.Fatalf("the diagnosis offers %v", found.Blocks)
	}
	must(t, press(t, s, ana, "Probe"))
	probed := ana.hears("Probe: e2e_repair", "✗ *VCluster:* The VCluster default is of type GENERAL", "✓ *Data source:*", "✓ *Content:*", "*Schedule:*", "*Target tables:*")
	form := ana.click(probed, "Switch VCluster", "go on this VCluster")
	_, err = ana.actor.Select(within(t, ackWait), form, "form.cluster", "sync_vc")
	must(t, err)
	ana.confirm(ana.saying("go on this VCluster"))
	ana.confirm(ana.saying("sync_vc", "default"))
	s.card(t, slacksim.General, "e2e_repair", "Done", "sync_vc")
	now, err := s.world.Task(id)
	must(t, err)
	if now.Published.VC != "sync_vc" || now.Published.Cron != wrong.Cron {
		t.Errorf("deployed is %+v, want the same schedule on the other cluster", now.Published)
	}
	s.clean()
}

// TestExpect sets what is expected of a task, which takes an administrator,
// accepts a delivery by command, and compares a later failure with it.
func TestExpect(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.quick(t, 300)
	task := s.scheduled(t, 40105, "e2e_expect")
	_, err := s.world.RunAt(task, time.Now(), 10*time.Millisecond) // as it is deployed now
	must(t, err)
	b := s.start()
	ana, adam := s.as(t, "ana"), s.as(t, "adam")
	ana.modal("/batchsync expect e2e_expect", "administrator")
	form := adam.modal("/batchsync expect e2e_expect", "Key fields")
	for field, typed := range map[string]string{"form.keys": "nothing: id", "form.tolerance": "0.5"} {
		_, err := adam.actor.Type(within(t, ackWait), form, field, typed)
		must(t, err)
	}
	adam.confirm(adam.saying("Key fields"))
	form = adam.saying("The task copies into no table nothing")
	_, err = adam.actor.Type(within(t, ackWait), form, "form.keys", "id")
	must(t, err)
	adam.confirm(adam.saying("The task copies into no table nothing"))
	adam.saying("The expectations of e2e_expect are saved.")

	_, err = ana.actor.Slash(within(t, ackWait), slacksim.General, "/batchsync acceptance e2e_expect")
	must(t, err)
	card := s.card(t, slacksim.General, "Needs a person: delivery of e2e_expect", "row counts up to 0.5 percent apart")
	ana.confirm(ana.modal("/batchsync accept e2e_expect", "Not everything passed.", "Row counts"))
	after := s.card(t, slacksim.General, "delivery of e2e_expect", "Accepted", "<@"+slacksim.Ana+">")
	if after.TS != card.TS || offers(after, "Accept Delivery") {
		t.Errorf("the card is another one, or still offers to accept: %v", after.Blocks)
	}
	_, err = s.world.AddRun(studiosim.Run{Task: task, Type: 1, Status: 3, Plan: time.Now().UnixMilli(), VC: "sync_vc", FailMsg: "something else entirely"})
	must(t, err)
	ana.ask("/batchsync diagnose e2e_expect", "it is not known what they mean", "changed since the last success", "The delivery was examined last")
	b.stop(t)
	if rows := fmt.Sprint(s.audit(t)); !strings.Contains(rows, "accept") || !strings.Contains(rows, "expect") {
		t.Errorf("audit %s", rows)
	}
	s.clean()
}
