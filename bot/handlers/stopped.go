package handlers

import (
	"slices"
	"time"

	"batchsync/internal/batchsync"
)

const (
	// stopRows is how far back stops are looked for; what was stopped before
	// is called "failed or stopped", as the platform leaves it open.
	stopRows = 2000
	// clocks is how far the platform's clock may be from ours.
	clocks = 2 * time.Minute
)

// span is when a run must have ended if it ended by a stop; the zero value
// holds no end.
type span struct{ from, to time.Time }

// stopped tells runs that a person had this bot stop from those that failed:
// the platform calls both failed. It goes by the bot's own audit trail and
// operations alone, and leaves a run failed where these do not settle it.
func (b *Bot) stopped(runs []batchsync.Run) []batchsync.Run {
	if !slices.ContainsFunc(runs, func(r batchsync.Run) bool { return r.Status == batchsync.RunFailed }) {
		return runs
	}
	rows, err := b.Store.AuditOf(batchsync.AuditFilter{Limit: stopRows})
	if err != nil {
		b.Log.Warn("read stops", "error", err)
		return runs
	}
	stops := stopsOf(rows, b.Store.Operation)
	out := slices.Clone(runs)
	for i, r := range out {
		if r.Status == batchsync.RunFailed && stops[r.ID].holds(r.Ended) {
			out[i].Status = batchsync.RunStopped
		}
	}
	return out
}

// holds reports whether a run that ended then ended by the stop. One whose end
// the platform does not tell never began.
func (s span) holds(end time.Time) bool {
	if s == (span{}) {
		return false
	}
	return end.IsZero() || !end.Before(s.from.Add(-clocks)) && !end.After(s.to.Add(clocks))
}

// stopsOf reads which runs were stopped, and when, from audit rows, the newest
// first. What was asked of a run last decides: a stopped run that was repeated
// is not a stopped one any more.
func stopsOf(rows []batchsync.AuditRow, find func(batchsync.OperationID) (batchsync.Operation, error)) map[batchsync.RunID]span {
	stops := map[batchsync.RunID]span{}
	note := func(run batchsync.RunID, at span) {
		if _, decided := stops[run]; !decided && run != 0 {
			stops[run] = at
		}
	}
	for _, row := range rows {
		if row.Outcome != batchsync.AuditAsked || row.Action != batchsync.ActStop && row.Action != batchsync.ActRerun {
			continue
		}
		op, err := find(row.Operation)
		if err != nil || op.Change == nil && op.Debug == nil || op.State == batchsync.OpRefused {
			continue // not known any more, or nothing came of it
		}
		switch _, asked := op.Stopped(); {
		case op.Kind == batchsync.OpRerun && row.Action == batchsync.ActRerun:
			note(op.Change.Run, span{})
		case op.Kind == batchsync.OpStop && ended(op):
			note(op.Change.Run, span{op.CreatedAt, op.UpdatedAt})
		case asked:
			for _, f := range op.Runs() {
				if f.Status == batchsync.RunFailed {
					note(f.Run, span{row.At, op.UpdatedAt})
				}
			}
		}
	}
	return stops
}

// ended reports whether a stop took effect before the run was over by itself.
func ended(op batchsync.Operation) bool {
	s := op.Step(batchsync.StepStop)
	return op.State == batchsync.OpDone && s != nil &&
		slices.ContainsFunc(s.Notes, func(n batchsync.Text) bool { return n.Key == "stop.stopped" })
}
