package monitor

import (
	"sync/atomic"
	"time"
)

// alive is when looks ended. The times keep what they have of the monotonic
// clock, so that clocks being set make no look old.
type alive struct{ looked, ended atomic.Pointer[time.Time] }

func (a *alive) note(now time.Time, succeeded bool) {
	a.ended.Store(&now)
	if succeeded {
		a.looked.Store(&now)
	}
}

// Alive tells when the last look that succeeded ended, and when the last of any
// kind did; zero before the first. It never waits, also while a look hangs.
func (m *Monitor) Alive() (looked, ended time.Time) {
	return loaded(&m.alive.looked), loaded(&m.alive.ended)
}

func loaded(p *atomic.Pointer[time.Time]) time.Time {
	if t := p.Load(); t != nil {
		return *t
	}
	return time.Time{}
}

// Absence is how long without a look is worth saying, by the schedule of looks
// as it is at now: three of its intervals, at least ten minutes.
func (m *Monitor) Absence(now time.Time) time.Duration { return m.absence(now) }
