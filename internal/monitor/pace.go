package monitor

import (
	"time"

	"github.com/robfig/cron/v3"
)

const (
	// slewed is how early a timer may fire by a clock that is being corrected
	// bit by bit.
	slewed = time.Second
	// caughtUp is from how far back on looks are not counted on.
	caughtUp = 24 * time.Hour
)

// following is when to look after a look that was due and is over at now: the
// next time of the spec, counted on from due, with those that passed meanwhile
// left out. The time of a spec is read off the clock on the wall; where that was
// set back it begins anew from there, so that no look waits for the clock to get
// where it was. It is zero where the spec has no more times.
func following(spec cron.Schedule, due, now time.Time) time.Time {
	switch early := due.Sub(now); {
	case early > slewed, early < -caughtUp:
		due = now
	case early > 0:
		now = due
	}
	for !due.After(now) {
		if due = spec.Next(due); due.IsZero() {
			break
		}
	}
	return due
}
