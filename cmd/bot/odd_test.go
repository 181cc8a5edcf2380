package main

import (
	"fmt"
	"strings"
	"testing"

	"batchsync/internal/slacksim"
	"batchsync/internal/studiosim"
)

// TestOdd_Undeploy keeps the runs of a task that goes offline with another one,
// and undeploys nothing that was renamed after the form was opened.
func TestOdd_Undeploy(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.start()
	task := s.online(t)
	waiting, err := s.world.AddTask(studiosim.Task{Name: "dwd_late", Type: 10, Folder: task.Folder, Online: true, Deps: []int64{task.ID}, Draft: task.Draft, Published: task.Published})
	must(t, err)
	must(t, s.world.ChangeTask(40006, func(t *studiosim.Task) { t.Deps = nil }))
	adam := s.as(t, "adam")
	undeploy := func(typed string) {
		v := adam.modal("/batchsync undeploy "+fmt.Sprint(task.ID), "cannot be undone", "dwd_late")
		_, err := adam.actor.Type(within(t, ackWait), v, "form.name", typed)
		must(t, err)
		_, err = adam.actor.Select(within(t, ackWait), v, "form.downstream", "yes")
		must(t, err)
		must(t, s.world.RenameTask(task.ID, task.Name+"_v2"))
		adam.confirm(v)
	}
	undeploy(task.Name)
	s.card(t, slacksim.General, "Undeploy", "Not started", "changed since", task.Name+"_v2")
	if got := s.effects(t, "undeploy"); len(got) != 0 {
		t.Fatalf("effects: %q", got)
	}
	undeploy(task.Name + "_v2")
	s.card(t, slacksim.General, "Undeploy", "Done", "dwd_late", task.Name+"_v2")
	if got := s.effects(t, "undeploy"); len(got) != 2 {
		t.Errorf("effects: got %q, want both tasks offline (%d)", got, waiting)
	}
	s.clean()
}

// TestOdd_Schedule schedules a task that never had a schedule, hence no cluster.
func TestOdd_Schedule(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.start()
	task := s.online(t)
	id, err := s.world.AddTask(studiosim.Task{Name: "sync_unscheduled", Type: 10, Folder: task.Folder, HasConfig: true, Content: task.Content})
	must(t, err)
	ana := s.as(t, "ana")
	v := ana.modal("/batchsync deploy sync_unscheduled", "no schedule")
	_, err = ana.actor.CloseView(within(t, ackWait), v)
	must(t, err)
	v = ana.modal("/batchsync schedule sync_unscheduled", "Sync VCluster")
	_, err = ana.actor.Select(within(t, ackWait), v, "form.cluster", task.Published.VC)
	must(t, err)
	_, err = ana.actor.Select(within(t, ackWait), v, "field.schedule", "daily")
	must(t, err)
	v = ana.wait(func(now slacksim.View) bool { return now.Hash != v.Hash && strings.Contains(now.AllText(), "Time") })
	_, err = ana.actor.Type(within(t, ackWait), v, "field.time", "05:45")
	must(t, err)
	v = ana.wait(func(now slacksim.View) bool { return now.Hash != v.Hash })
	ana.confirm(v)
	ana.confirm(ana.wait(func(v slacksim.View) bool { return v.CallbackID == "change.confirm" }))
	s.card(t, slacksim.General, "sync_unscheduled", "Done")
	now, err := s.world.Task(id)
	must(t, err)
	if !now.Online || now.Published == nil || now.Published.VC != task.Published.VC {
		t.Errorf("published: %+v", now.Published)
	}
	s.clean()
}

// TestOdd_Backfill asks for an explicit yes at its box, and for nothing once the
// task is offline.
func TestOdd_Backfill(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.start()
	task := s.online(t)
	ana := s.as(t, "ana")
	v := ana.modal("/batchsync backfill "+task.Name+" "+dayAgo(150)+" "+dayAgo(1), "runs is fine")
	got, err := ana.actor.Submit(within(t, ackWait), v)
	must(t, err)
	if len(got.Errors) != 1 || !strings.Contains(fmt.Sprint(got.Errors), "Tick the box") {
		t.Fatalf("unticked: got %+v, want a sentence at the box", got)
	}
	must(t, s.world.Offline(task.ID))
	_, err = ana.actor.Select(within(t, ackWait), v, "form.large", "yes")
	must(t, err)
	ana.confirm(v)
	ana.wait(func(v slacksim.View) bool { return strings.Contains(v.AllText(), "is not deployed") })
	s.clean()
}

// TestOdd_Names asks for tasks that cannot be, and looks at one that is no more.
func TestOdd_Names(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.start()
	task := s.online(t)
	ana, adam := s.as(t, "ana"), s.as(t, "adam")
	for _, line := range []string{"show --help", "list -h", "audit --x", "runs \u202ex"} {
		ana.ask("/batchsync "+line, "No task is called")
	}
	ana.modal("/batchsync backfill dwd_orders", "is no batch sync task")
	adam.ask("/batchsync adopt "+task.Name, "Mute")
	card := adam.ask("/batchsync show "+task.Name, "Online", "Refresh")
	must(t, s.world.DeleteTask(task.ID))
	_, err := adam.actor.Click(within(t, ackWait), card, "Refresh")
	must(t, err)
	adam.now(card, "no longer exists on the platform")
	adam.ask("/batchsync list mine", task.Name, "not on the platform any more")
	s.clean()
}
