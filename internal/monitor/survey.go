package monitor

import (
	"maps"
	"slices"

	"batchsync/internal/batchsync"
)

// routine is how many look-ups of what merely ages a look may ask for: a quiet
// one stays within two child processes.
func routine(calls int) int {
	switch {
	case calls <= 1:
		return 1
	case calls == 2:
		return 0
	}
	return 5
}

// survey is what the look-ups are planned from. A platform that does not answer
// is not asked for more.
func (m *Monitor) survey(j *judgement, routine int) survey {
	known := j.board.known
	s := survey{
		now: j.board.now, watches: m.watches, incidents: slices.Collect(maps.Values(j.board.incidents)), runs: m.view.runsOf,
		tables: m.wantsTables(known), busy: map[batchsync.TaskID]bool{}, touched: known.Touched, ask: j.ask,
		horizon: m.cfg.Limits.filled().Horizon, drop: m.cfg.RowDrop, routine: routine,
	}
	if !j.look.Cursor.Since.IsZero() {
		s.watches, s.incidents, s.ask = nil, nil, nil
	}
	s.shown = j.shown()
	for id := range known.Busy {
		s.busy[id] = true
	}
	for _, sub := range known.Subscriptions {
		s.folders = s.folders || sub.Selector.Kind == batchsync.SelectFolder
		s.sources = s.sources || sub.Selector.Kind == batchsync.SelectSource
	}
	return s
}

// shown are the incidents that some channel was told of, besides those of which
// nothing is told now.
func (j *judgement) shown() map[batchsync.IncidentID]bool {
	out := map[batchsync.IncidentID]bool{}
	for _, a := range slices.Concat(j.board.known.Alerts, j.look.Alerts) {
		for _, id := range a.Incidents {
			out[id] = !j.board.hush(j.board.incidents[id])
		}
	}
	return out
}

// wantsTables tells of which tasks a channel wants to know the tables.
func (m *Monitor) wantsTables(known batchsync.Known) func(batchsync.TaskID) bool {
	return func(id batchsync.TaskID) bool {
		w := m.watches[id]
		return slices.ContainsFunc(known.Subscriptions, func(s batchsync.Subscription) bool {
			return s.Wants(batchsync.TopicTables) && s.Selector.Selects(id, w.Folder, w.Source)
		})
	}
}
