package main

import (
	"strings"
	"testing"
	"time"

	"batchsync/internal/slacksim"
	"batchsync/internal/studiosim"
)

// TestTune takes a run that failed for a lock from the diagnosis to less
// concurrency, although the program dies after it saved that, and raises the
// retries by a command. Both are saved and deployed, and nothing else is.
func TestTune(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(tail(s.log.String(), 5000))
		}
	})
	s.quick(t, 300)
	task := s.online(t)
	content := *task.Content
	content.Parallel = 6
	task.ID, task.Name, task.Content = 0, "e2e_tune", &content
	id, err := s.world.AddTask(task)
	must(t, err)
	_, err = s.world.AddRun(studiosim.Run{
		Task: id, Type: 1, Status: 3, Plan: time.Now().Add(-time.Hour).UnixMilli(), VC: "sync_vc",
		FailMsg: "Lock wait timeout exceeded; try restarting transaction",
	})
	must(t, err)
	b := s.start("CZ_CLI=" + s.program(t, `
case "$*" in
"task integration edit"*) [ -e "$dir/edited" ] || { : > "$dir/edited"; "$sim" "$@" > /dev/null; exit 137; } ;;
esac
exec "$sim" "$@"`))
	ana, vera := s.as(t, "ana"), s.as(t, "vera")
	found := ana.ask("/batchsync diagnose e2e_tune", "Another transaction held the source table", "Rerun", "Lower Concurrency", "Raise Retries")
	if strings.Contains(found.AllText(), "cannot set this") {
		t.Errorf("the diagnosis denies what it offers: %s", found.AllText())
	}
	form := ana.click(found, "Lower Concurrency", "At present: concurrency 6")
	if got := form.AllText(); !strings.Contains(got, "Retries of a failed run") {
		t.Errorf("the form is %s", got)
	}
	ana.confirm(form) // half of it is chosen
	ana.confirm(ana.saying("Concurrency: 6 → 3"))
	s.card(t, slacksim.General, "New settings for e2e_tune", "Done", "Concurrency: 6 → 3")

	vera.modal("/batchsync tune e2e_tune retries=3 interval=5", "operator")
	ana.ask("/batchsync tune e2e_tune retries=many", "no whole number")
	ana.modal("/batchsync tune e2e_tune concurrency=3", "has these settings already")
	ana.confirm(ana.modal("/batchsync tune e2e_tune retries=3 interval=5", "3, 5 min apart"))
	s.card(t, slacksim.General, "New settings for e2e_tune", "Done", "3, 5 min apart")

	now, err := s.world.Task(id)
	must(t, err)
	want := *task.Published
	want.RetryCount, want.RetryInterval, want.RetryUnit = 3, 5, "m"
	if *now.Published != want || now.Content.Parallel != 3 || len(now.Content.Tables) != len(content.Tables) || now.Content.Where != content.Where {
		t.Errorf("deployed is %+v with %+v, want %+v at three at once", now.Published, now.Content, want)
	}
	for effect, n := range map[string]int{"edit": 1, "save-config": 1, "save-cron": 0, "deploy": 2} {
		if got := s.effects(t, effect); len(got) != n {
			t.Errorf("effects %q, want %d", got, n)
		}
	}
	b.stop(t)
	s.clean()
}
