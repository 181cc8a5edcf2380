package monitor

import (
	"time"

	"batchsync/internal/batchsync"
)

// Seen tells what runs tasks have, as the last look saw them: of each sync task
// all whose business time lies within the last 48 hours, the newest first. It
// never waits, also while a look hangs. It reports false where no look succeeded
// for as long as [Monitor.Absence], or where lists and counts of the platform
// disagree: then a run may be missing.
func (m *Monitor) Seen(now time.Time) (of func(batchsync.TaskID) []batchsync.Run, ok bool) {
	looked, _ := m.Alive()
	if looked.IsZero() || now.Sub(looked) > m.absence(now) || !m.view.whole() {
		return nil, false
	}
	return m.view.runsOf, true
}

// whole reports whether the snapshot has every run of its window.
func (v *view) whole() bool {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.swept && !v.doubt
}
