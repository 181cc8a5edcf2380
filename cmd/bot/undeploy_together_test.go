package main

import (
	"testing"

	"batchsync/internal/slacksim"
	"batchsync/internal/studiosim"
)

// TestUndeploy_Together keeps everybody else away from a task that goes offline
// together with another one, from the confirmation to the end: what was done to
// it meanwhile would be lost with its runs, and not be in the file of them.
func TestUndeploy_Together(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	task, along := s.pair(t)
	s.slack.Fault("files.getUploadURLExternal", slacksim.HTTPStatus(503), 1000)
	s.start()
	adam, ana := s.as(t, "adam"), s.as(t, "ana")
	early := ana.modal("/batchsync backfill "+along.Name+" "+dayAgo(5)+" "+dayAgo(4), "Job name")
	v := adam.modal("/batchsync undeploy "+task.Name, "cannot be undone")
	_, err := adam.actor.Type(within(t, ackWait), v, "form.name", task.Name)
	must(t, err)
	_, err = adam.actor.Select(within(t, ackWait), v, "form.downstream", "yes")
	must(t, err)
	adam.confirm(v)
	s.card(t, slacksim.General, "Undeploy", task.Name, "Save the run history")

	refusal := []string{along.Name + " is being undeployed together with " + task.Name, slacksim.Adam}
	_, err = ana.actor.Submit(within(t, ackWait), early)
	must(t, err)
	ana.wait(func(v slacksim.View) bool { return contains(v.AllText(), refusal...) })
	ana.modal("/batchsync backfill "+along.Name+" "+dayAgo(5)+" "+dayAgo(4), refusal...)
	ana.ask("/batchsync show "+along.Name, "Being changed: Undeploy", task.Name)

	s.slack.ClearFaults()
	s.card(t, slacksim.General, "Undeploy", task.Name, "Done")
	if now, err := s.world.Task(along.ID); err != nil || now.Online || len(s.effects(t, "refill")) > 0 {
		t.Errorf("online: %t, %v; effects %q", now.Online, err, s.effects(t, ""))
	}
	ana.modal("/batchsync deploy "+along.Name, "Publish", along.Name, "Offline") // nobody holds it any more
	s.clean()
}

// pair is a task that is online, and the one other task that waits for it.
func (s *stage) pair(t testing.TB) (task, along studiosim.Task) {
	t.Helper()
	task = s.online(t)
	all, err := s.world.Tasks()
	must(t, err)
	for _, x := range all {
		if x.Online && x.Type == 10 && x.ID != task.ID && x.Published != nil && x.Published.Rerun == 1 {
			along = x
		}
	}
	must(t, s.world.ChangeTask(40006, func(t *studiosim.Task) { t.Deps = nil }))
	must(t, s.world.ChangeTask(along.ID, func(x *studiosim.Task) { x.Deps = []int64{task.ID} }))
	return task, along
}
