package outbox

import "time"

// PausedUntil is the end of the last pause that Slack asked for by a rate limit,
// be it of one channel or of all sends of a kind; zero without any. It never
// waits.
func (o *Outbox) PausedUntil() time.Time {
	if t := o.paused.Load(); t != nil {
		return *t
	}
	return time.Time{}
}

// noteLimit remembers a pause for PausedUntil. Only the loop calls it.
func (o *Outbox) noteLimit(until time.Time) {
	if until.After(o.PausedUntil()) {
		o.paused.Store(&until)
	}
}
