package batchsync

import (
	"testing"
	"time"
)

func TestOperation_Proposed(t *testing.T) {
	t.Parallel()
	asked := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	op := NewChange("o1", OpDeploy, "U1", "C1", 40001, Change{}, asked)
	if _, err := op.Confirm(asked); CodeOf(err) != CodeConflict {
		t.Errorf("a running operation was confirmed: %v", err)
	}
	op.State = OpProposed
	if op.State.Settled() || op.State.NeedsPerson() {
		t.Error("a proposal is nobody's work")
	}
	if _, err := op.Resume(1, asked); CodeOf(err) != CodeConflict {
		t.Errorf("a proposal was resumed: %v", err)
	}
	if _, err := op.Drop(1, asked); CodeOf(err) != CodeConflict {
		t.Errorf("a proposal was dropped: %v", err)
	}
	if _, err := op.AskStop("U1", asked); CodeOf(err) != CodeConflict {
		t.Errorf("a proposal was stopped: %v", err)
	}
	confirmed := asked.Add(time.Minute)
	next, err := op.Confirm(confirmed)
	if err != nil || next.State != OpRunning || next.Version != 1 || !next.CreatedAt.Equal(confirmed) || !next.UpdatedAt.Equal(confirmed) {
		t.Errorf("got %+v, %v", next, err)
	}
	next.Steps[0].State = StepDone
	if op.Steps[0].State != StepPending {
		t.Error("the proposal was changed with its operation")
	}
}

func TestHistoryOf(t *testing.T) {
	t.Parallel()
	for try, want := range map[int]MessageID{0: "operation/o1/history", 1: "operation/o1/history", 2: "operation/o1/history/2"} {
		if got := HistoryOf("o1", try); got != want {
			t.Errorf("try %d: got %q, want %q", try, got, want)
		}
	}
}

func TestAuditFilter_Has(t *testing.T) {
	t.Parallel()
	row := AuditRow{Object: "task/40001", Actor: "U1", Operation: "o1"}
	for _, tt := range []struct {
		name   string
		filter AuditFilter
		want   bool
	}{
		{"everything", AuditFilter{}, true},
		{"the task", AuditFilter{Object: "task/40001"}, true},
		{"all tasks", AuditFilter{Object: "task"}, true},
		{"all tasks, with a slash", AuditFilter{Object: "task/"}, true},
		{"half a number", AuditFilter{Object: "task/4000"}, false},
		{"another person", AuditFilter{Actor: "U2"}, false},
		{"another operation", AuditFilter{Operation: "o2"}, false},
		{"all at once", AuditFilter{Object: "task/40001", Actor: "U1", Operation: "o1", Limit: 1}, true},
	} {
		if got := tt.filter.Has(row); got != tt.want {
			t.Errorf("%s: got %t", tt.name, got)
		}
	}
}
