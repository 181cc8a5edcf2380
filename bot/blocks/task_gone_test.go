package blocks

import (
	"encoding/json"
	"strings"
	"testing"

	"batchsync/internal/batchsync"
)

// drawnAs is a message as Slack gets it.
func drawnAs(t *testing.T, m Message) string {
	t.Helper()
	checkMessage(t, m)
	data, err := json.Marshal(m.Blocks)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestPrinter_TaskGone(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"": "Task 40001 no longer", "orders": "orders", hostile: "no longer exists"} {
		drawn := drawnAs(t, printer().TaskGone(batchsync.TaskRef{ID: 40001, Name: name}, sampleNow()))
		if !strings.Contains(drawn, want) || !strings.Contains(drawn, string(ActionAudit)) || strings.Contains(drawn, string(ActionBackfill)) {
			t.Errorf("%q is drawn as %s", name, drawn)
		}
	}
}

// TestPrinter_TaskList_Gone offers nothing that could be done with such a task.
func TestPrinter_TaskList_Gone(t *testing.T) {
	t.Parallel()
	row := TaskRow{Ref: batchsync.TaskRef{ID: 40001, Name: "orders"}, Known: &batchsync.Task{}, Gone: true}
	drawn := drawnAs(t, printer().TaskList(TaskList{Filter: "mine", Rows: []TaskRow{row}, Total: 1, Now: sampleNow()}))
	if !strings.Contains(drawn, "not on the platform any more") || strings.Contains(drawn, string(ActionShowTask)) {
		t.Errorf("drawn as %s", drawn)
	}
}

// TestPrinter_Task_NoSync lets a task of another type be looked at only.
func TestPrinter_Task_NoSync(t *testing.T) {
	t.Parallel()
	v := sampleView(1, 5, "report")
	v.Ref.Type = 23
	drawn := drawnAs(t, printer().Task(TaskCard{TaskView: v, MayAdopt: true}))
	for _, a := range []ActionID{ActionBackfill, ActionRerun, ActionStopRun, ActionDeploy, ActionUndeploy, ActionChangeSchedule, ActionAdopt, ActionTaskMenu} {
		if strings.Contains(drawn, `"`+string(a)+`"`) {
			t.Errorf("%s is offered", a)
		}
	}
	for _, a := range []ActionID{ActionRuns, ActionDeps, ActionViewLog} {
		if !strings.Contains(drawn, `"`+string(a)+`"`) {
			t.Errorf("%s is not offered", a)
		}
	}
}
