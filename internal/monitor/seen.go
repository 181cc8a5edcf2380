package monitor

import (
	"time"

	"batchsync/internal/batchsync"
)

// Seen tells what runs tasks have, as the last look saw them: of each sync task
// all whose business time lies within the last 48 hours, the newest first. It
// never waits, also while a look hangs. It reports false where no look succeeded
// for as long as [Monitor.Absence], where all runs were listed too long ago, or
// where lists and counts of the platform disagree: then a run may be missing.
func (m *Monitor) Seen(now time.Time) (of func(batchsync.TaskID) []batchsync.Run, ok bool) {
	looked, _ := m.Alive()
	away := m.absence(now)
	if looked.IsZero() || now.Sub(looked) > away || !m.view.whole(now.Add(-sweepsMissed*away)) {
		return nil, false
	}
	return m.view.runsOf, true
}

// sweepsMissed is for how many absences a snapshot is trusted that no sweep
// looked after.
const sweepsMissed = 6

// whole reports whether the snapshot has every run of its window, as far as a
// sweep since then tells.
func (v *view) whole(since time.Time) bool {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.swept.After(since) && !v.doubt
}
