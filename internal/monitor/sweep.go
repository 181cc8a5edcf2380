package monitor

import (
	"context"
	"time"
)

const (
	// sweepEvery is how often everything is read, whatever the counts say.
	sweepEvery = 10 * time.Minute
	// sweepShare is how much of the time until the next look may go into a
	// sweep, besides one part of it, as one of so many equal ones.
	sweepShare = 3
)

// sweepDue reports whether a sweep is to go on or to begin behind a look. The
// first look reads everything itself, and a platform that is away is asked by
// looks alone.
func (m *Monitor) sweepDue(now time.Time) bool {
	if m.sweptAt.IsZero() || m.failure != nil {
		return false
	}
	m.sweeping = m.sweeping || now.Sub(m.sweptAt) >= sweepEvery || now.Before(m.sweptAt)
	return m.sweeping
}

// sweep reads the window in parts until all of it is read or the next look comes
// near, and reports whether all it tried was read. News is told by the looks
// between the parts, however long the whole takes.
func (m *Monitor) sweep(ctx context.Context, now time.Time) (ok bool) {
	began, limit := time.Now(), m.interval(now)/sweepShare
	for m.sweeping && ctx.Err() == nil {
		seen, err := m.view.sweepPart(ctx, m.platform, now)
		if err != nil {
			m.log.Warn("cannot list a part of the runs", "error", err)
			return false
		}
		m.swept = seen.Swept
		m.take(seen, now)
		if len(seen.Changed) > 0 || seen.Swept {
			m.decide(now, 0)
		}
		if time.Since(began) >= limit {
			break
		}
	}
	return true
}
