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
	row := AuditRow{Object: "task/40001", Actor: "U1", Operation: "o1", Action: ActBackfill, Outcome: AuditAsked}
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
		{"the action", AuditFilter{Action: ActBackfill}, true},
		{"another action", AuditFilter{Action: ActRerun}, false},
		{"the outcome", AuditFilter{Outcome: AuditAsked}, true},
		{"another outcome", AuditFilter{Outcome: AuditForbidden}, false},
		{"all at once", AuditFilter{Object: "task/40001", Actor: "U1", Operation: "o1", Action: ActBackfill, Outcome: AuditAsked, Limit: 1}, true},
	} {
		if got := tt.filter.Has(row, 0); got != tt.want {
			t.Errorf("%s: got %t", tt.name, got)
		}
	}
}

func TestAuditFilter_Has_Task(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		row    AuditRow
		task   TaskID // of the row's operation
		filter AuditFilter
		want   bool
	}{
		{"by its object", AuditRow{Object: "task/7"}, 0, AuditFilter{Task: 7}, true},
		{"below its object", AuditRow{Object: "task/7/runs/1"}, 0, AuditFilter{Task: 7}, true},
		{"another task", AuditRow{Object: "task/70"}, 0, AuditFilter{Task: 7}, false},
		{"by its operation", AuditRow{Object: "operation/o"}, 7, AuditFilter{Task: 7}, true},
		{"by another's operation", AuditRow{Object: "operation/o"}, 8, AuditFilter{Task: 7}, false},
		{"its object counts before its operation", AuditRow{Object: "task/8"}, 7, AuditFilter{Task: 7}, false},
		{"of no task", AuditRow{Object: "operation/o", Name: "orders"}, 0, AuditFilter{Task: 7}, false},
		{"of no task, by name", AuditRow{Object: "operation/o", Name: "orders"}, 0, AuditFilter{Task: 7, Name: "orders"}, true},
		{"a refusal of what was typed", AuditRow{Object: "task/orders"}, 0, AuditFilter{Task: 7, Name: "orders"}, true},
		{"a namesake", AuditRow{Object: "task/8", Name: "orders"}, 0, AuditFilter{Task: 7, Name: "orders"}, false},
		{"its operation, called otherwise then", AuditRow{Object: "operation/o", Name: "old"}, 7, AuditFilter{Task: 7, Name: "orders"}, true},
		{"name alone", AuditRow{Object: "task/8", Name: "orders"}, 0, AuditFilter{Name: "orders"}, true},
		{"another name", AuditRow{Object: "task/8", Name: "orders_2"}, 0, AuditFilter{Name: "orders"}, false},
		{"nobody's name", AuditRow{Object: "button/x"}, 0, AuditFilter{Task: 7}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.filter.Has(tt.row, tt.task); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}
