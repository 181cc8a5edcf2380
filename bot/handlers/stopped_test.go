package handlers

import (
	"errors"
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

// TestStopsOf tells runs that a person had stopped from those that failed, and
// leaves in doubt what is in doubt.
func TestStopsOf(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 7, 20, 10, 0, 0, 0, time.UTC)
	const run batchsync.RunID = 900031
	made := func(id batchsync.OperationID, kind batchsync.OperationKind, state batchsync.OperationState, began time.Time, note batchsync.TextKey) batchsync.Operation {
		op := batchsync.NewChange(id, kind, "U1", "C1", 40001, batchsync.Change{Run: run}, began)
		op.State, op.UpdatedAt = state, began.Add(20*time.Second)
		if s := op.Step(batchsync.StepStop); s != nil {
			s.Notes = []batchsync.Text{batchsync.T(note, run.String())}
		}
		return op
	}
	stop := made("stop", batchsync.OpStop, batchsync.OpDone, at, "stop.stopped")
	backfill := made("backfill", batchsync.OpBackfill, batchsync.OpDone, at.Add(-time.Hour), "")
	backfill.UpdatedAt = at.Add(20 * time.Second)
	backfill.Change.StopAsked = true
	backfill.Change.Followed = []batchsync.Followed{
		{Run: run, Status: batchsync.RunFailed}, {Run: run + 1, Status: batchsync.RunFailed}, {Run: run + 2, Status: batchsync.RunSuccess},
	}
	debug := batchsync.NewCreate("debug", batchsync.Draft{}, batchsync.Spec{DebugFirst: true}, at.Add(-time.Hour))
	debug.UpdatedAt, debug.State = at.Add(20*time.Second), batchsync.OpWaiting
	debug.Debug.Run, debug.Debug.Status, debug.Debug.StopAsked = run, batchsync.RunFailed, true
	row := func(op batchsync.Operation, act batchsync.Action, when time.Time) batchsync.AuditRow {
		return batchsync.AuditRow{At: when, Action: act, Outcome: batchsync.AuditAsked, Operation: op.ID}
	}
	for _, c := range []struct {
		name  string
		ops   []batchsync.Operation
		rows  []batchsync.AuditRow // newest first
		ended time.Time
		want  bool
	}{
		{"stopped", []batchsync.Operation{stop}, []batchsync.AuditRow{row(stop, batchsync.ActStop, at)}, at.Add(5 * time.Second), true},
		{"stopped before it began", []batchsync.Operation{stop}, []batchsync.AuditRow{row(stop, batchsync.ActStop, at)}, time.Time{}, true},
		{"failed before that", []batchsync.Operation{stop}, []batchsync.AuditRow{row(stop, batchsync.ActStop, at)}, at.Add(-time.Hour), false},
		{"failed after that", []batchsync.Operation{stop}, []batchsync.AuditRow{row(stop, batchsync.ActStop, at)}, at.Add(time.Hour), false},
		{"nothing asked", nil, nil, at, false},
		{"operation forgotten", nil, []batchsync.AuditRow{row(stop, batchsync.ActStop, at)}, at, false},
		{"succeeded before it could be stopped", []batchsync.Operation{made("stop", batchsync.OpStop, batchsync.OpDone, at, "stop.succeeded")},
			[]batchsync.AuditRow{row(stop, batchsync.ActStop, at)}, at, false},
		{"stop refused", []batchsync.Operation{made("stop", batchsync.OpStop, batchsync.OpRefused, at, "stop.stopped")},
			[]batchsync.AuditRow{row(stop, batchsync.ActStop, at)}, at, false},
		{"stop in doubt", []batchsync.Operation{made("stop", batchsync.OpStop, batchsync.OpUnknown, at, "stop.stopped")},
			[]batchsync.AuditRow{row(stop, batchsync.ActStop, at)}, at, false},
		{"repeated since", []batchsync.Operation{stop, made("rerun", batchsync.OpRerun, batchsync.OpDone, at.Add(time.Minute), "")},
			[]batchsync.AuditRow{{Action: batchsync.ActRerun, Outcome: batchsync.AuditAsked, Operation: "rerun"}, row(stop, batchsync.ActStop, at)}, time.Time{}, false},
		{"repeating refused", []batchsync.Operation{stop, made("rerun", batchsync.OpRerun, batchsync.OpRefused, at.Add(time.Minute), "")},
			[]batchsync.AuditRow{{Action: batchsync.ActRerun, Outcome: batchsync.AuditAsked, Operation: "rerun"}, row(stop, batchsync.ActStop, at)}, at, true},
		{"with its backfill", []batchsync.Operation{backfill}, []batchsync.AuditRow{row(backfill, batchsync.ActStop, at)}, at.Add(3 * time.Second), true},
		{"debug run of a creation", []batchsync.Operation{debug}, []batchsync.AuditRow{row(debug, batchsync.ActStop, at)}, at.Add(3 * time.Second), true},
		{"failed before its backfill was stopped", []batchsync.Operation{backfill}, []batchsync.AuditRow{row(backfill, batchsync.ActStop, at)}, at.Add(-30 * time.Minute), false},
		{"forbidden", []batchsync.Operation{stop}, []batchsync.AuditRow{{At: at, Action: batchsync.ActStop, Outcome: batchsync.AuditForbidden, Operation: "stop"}}, at, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			find := func(id batchsync.OperationID) (batchsync.Operation, error) {
				for _, op := range c.ops {
					if op.ID == id {
						return op, nil
					}
				}
				return batchsync.Operation{}, errors.New("gone")
			}
			if got := stopsOf(c.rows, find)[run].holds(c.ended); got != c.want {
				t.Errorf("stopped: %v, want %v", got, c.want)
			}
		})
	}
}
