package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"batchsync/internal/slacksim"
	"batchsync/internal/studiosim"
)

// failedRun is a run of a task that failed an hour ago.
func (s *stage) failedRun(t testing.TB, task studiosim.Task) int64 {
	t.Helper()
	id, err := s.world.AddRun(studiosim.Run{
		Task: task.ID, Type: 1, Status: 3, Plan: time.Now().Add(-time.Hour).UnixMilli(), FailMsg: "broken", VC: "sync_vc",
		Attempts: []studiosim.Attempt{{ID: 61001, Start: 1_700_000_000_000, End: 1_700_000_001_000, Result: 3, FailMsg: "broken"}},
	})
	must(t, err)
	return id
}

// TestSettle_Log confirms reruns from a log that one person sees, from one that
// everybody sees, and from a diagnosis: each keeps what it says, names who did it,
// leads to the card, and offers the rerun no more.
func TestSettle_Log(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.quick(t, 300)
	s.start()
	task := s.online(t)
	ana := s.as(t, "ana")

	id := s.failedRun(t, task)
	private := ana.ask(fmt.Sprintf("/batchsync log %d", id), "Log of run", "Post Log to Channel")
	ana.confirm(ana.click(private, "Rerun", "The run is repeated"))
	after := ana.now(private, "Rerun by <@"+slacksim.Ana+"> · ", "Log of run", "Its card", "Post Log to Channel")
	if offers(after, "Rerun") || !offers(after, "Show Task") {
		t.Errorf("the log still offers the rerun, or nothing else: %v", after.Blocks)
	}
	s.card(t, slacksim.General, "Rerun", fmt.Sprint(id), "Done")

	id = s.failedRun(t, task)
	_, err := ana.actor.Mention(within(t, ackWait), slacksim.General, fmt.Sprintf("log %d", id))
	must(t, err)
	public, err := s.slack.WaitMessage(within(t, storyWait), slacksim.General, func(m slacksim.Message) bool {
		return says(m, fmt.Sprintf("Log of run %d", id)) && offers(m, "Rerun")
	})
	must(t, err)
	ana.confirm(ana.click(public, "Rerun", "The run is repeated"))
	public, err = s.slack.WaitMessage(within(t, storyWait), slacksim.General, func(m slacksim.Message) bool {
		return m.TS == public.TS && says(m, "Rerun by", fmt.Sprintf("Log of run %d", id))
	})
	must(t, err)
	if offers(public, "Rerun") || !offers(public, "Show Task") || strings.Contains(public.AllText(), "Rerun by <@") {
		t.Errorf("the public log is %v", public.Blocks)
	}
	s.card(t, slacksim.General, "Rerun", fmt.Sprint(id), "Done")

	id = s.failedRun(t, task)
	must(t, s.world.ChangeRun(id, func(r *studiosim.Run, _ int64) { r.FailMsg = "Lock wait timeout exceeded; Deadlock found" }))
	found := ana.ask(fmt.Sprintf("/batchsync diagnose %d", id), "Diagnosis: "+task.Name)
	if !offers(found, "Rerun") {
		t.Fatalf("the diagnosis offers no rerun: %s", found.AllText())
	}
	ana.confirm(ana.click(found, "Rerun", "The run is repeated"))
	if after := ana.now(found, "Rerun by <@"+slacksim.Ana+"> · ", "Diagnosis: "+task.Name); offers(after, "Rerun") || !offers(after, "Probe") {
		t.Errorf("the diagnosis still offers the rerun, or nothing else: %v", after.Blocks)
	}
	s.clean()
}

// TestUndeploy_Unread has the platform not say who waits for a task: there is no
// form to send, and Look Again fills it in the same modal once it does.
func TestUndeploy_Unread(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	task := s.online(t)
	must(t, s.world.SetFaults(studiosim.Fault{Match: "task downstream", Kind: "business_error"}, studiosim.Fault{Match: "runs list", Kind: "business_error"}))
	s.start()
	adam := s.as(t, "adam")
	v := adam.modal("/batchsync undeploy "+task.Name, "did not say which tasks wait for "+task.Name)
	if strings.Contains(v.AllText(), "cannot be undone") {
		t.Errorf("a form is shown: %s", v.AllText())
	}
	must(t, s.world.SetFaults(studiosim.Fault{Match: "runs list", Kind: "business_error"}))
	_, err := adam.actor.Click(within(t, ackWait), v, "Look Again")
	must(t, err)
	v = adam.saying("cannot be undone", "how many there are was not read", "Type the name")
	if strings.Contains(v.AllText(), "known: 0") {
		t.Errorf("unread runs are counted: %s", v.AllText())
	}
	s.clean()
}

// TestDeploy_Retries shows the retries that would be published with a schedule
// that is the same.
func TestDeploy_Retries(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	task := s.online(t)
	must(t, s.world.ChangeTask(task.ID, func(x *studiosim.Task) { x.Draft.RetryCount, x.Draft.RetryInterval, x.Draft.Rerun = 9, 30, 3 }))
	s.start()
	ana := s.as(t, "ana")
	v := ana.modal("/batchsync deploy "+task.Name, "Deploying replaces what is deployed", "9 retries are saved, 1 deployed", "Which runs may be repeated is saved otherwise")
	for _, want := range []string{"Retries of a failed run: 1\n", "Retries of a failed run: 9\n", "Pause between retries: 30 min", "Pause between retries: not told", "Runs that may be repeated: none"} {
		if !strings.Contains(v.AllText(), want) {
			t.Errorf("%q is not shown: %s", want, v.AllText())
		}
	}
	s.clean()
}
