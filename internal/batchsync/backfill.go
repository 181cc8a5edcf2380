package batchsync

import (
	"strconv"
	"time"
)

// Sizes of a backfill, in run instances. The platform runs them one by one.
const (
	BackfillCap = 100    // more take an explicit yes
	BackfillMax = 10_000 // more are refused
)

// Window is a span of business time, both ends included.
type Window struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	Zone string    `json:"zone"` // IANA name of the schedule's zone
}

// Backfill is a request to run a task again for past business times.
type Backfill struct {
	Window    Window      `json:"window"`
	VCluster  string      `json:"vcluster"`
	Instances []time.Time `json:"instances"`       // plan times the schedule had in the window
	Job       string      `json:"job"`             // name of the platform's job: who asked, which operation
	Large     bool        `json:"large,omitempty"` // more than the cap was confirmed

	// What was there of those times when it was planned: runs of earlier
	// backfills, all others, and the backfills that were asked for here, the newest
	// first. The platform may file the runs of a backfill under the moment at
	// which it was asked for; then only the last tells of them.
	Refills  int               `json:"refills,omitempty"`
	Vain     int               `json:"vain,omitempty"` // of the refills, those that ended without success
	Overlaps int               `json:"overlaps,omitempty"`
	Earlier  []EarlierBackfill `json:"earlier,omitempty"`
}

// EarlierBackfill is a backfill of the same task that shares business time with
// another one.
type EarlierBackfill struct {
	By     UserID    `json:"by"`
	Name   string    `json:"name,omitempty"` // of whoever asked; foreign text, "" where it is not known
	At     time.Time `json:"at"`
	Window Window    `json:"window"`

	// What has become of it: where it stands ([Operation.Outcome]), "" where that
	// is not known, and how many of its runs had succeeded.
	Outcome string `json:"outcome,omitempty"`
	Done    int    `json:"done,omitempty"`
	Runs    int    `json:"runs,omitempty"`
}

// Wrote reports whether any run of it succeeded, or may have.
func (e EarlierBackfill) Wrote() bool {
	switch e.Outcome {
	case string(OpDone), AuditStopped, AuditTrouble:
		return e.Done > 0
	}
	return true // it may be at work, or nobody looked to the end
}

// EarlierBackfills are those of the operations that may have run a task for times
// in a window, in the given order.
func EarlierBackfills(task TaskID, w Window, all []Operation) (out []EarlierBackfill) {
	for _, op := range all {
		if op.Kind != OpBackfill || op.Task != task || op.State == OpRefused || op.Change == nil || op.Change.Backfill == nil {
			continue
		}
		if other := op.Change.Backfill.Window; !other.To.Before(w.From) && !w.To.Before(other.From) {
			done, _, _ := op.Change.Tally()
			out = append(out, EarlierBackfill{
				By: op.Actor, At: op.CreatedAt, Window: other, Outcome: op.Outcome(), Done: done, Runs: len(op.Change.Backfill.Instances),
			})
		}
	}
	return out
}

// PlanBackfill resolves two days, as typed, into the instances a schedule had
// between them. The days are meant in the schedule's zone and both count. The
// expression is the deployed one; existing are the task's runs whose plan time
// lies in the window.
//
// It fails with a sentence for days that do not exist, a reversed range, days
// in the future, a range without instances, one that is too large, and when a
// run of the window is still at work.
func PlanBackfill(fromDay, toDay, zone, cron string, existing []Run, large bool, now time.Time) (Backfill, error) {
	window, err := ParseWindow(fromDay, toDay, zone, now)
	if err != nil {
		return Backfill{}, err
	}
	c, err := ParseCron(cron)
	if err != nil {
		return Backfill{}, err
	}
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return Backfill{}, &Error{Code: CodeInvalid, Text: T("schedule.zone_unknown", zone), Err: err}
	}
	b := Backfill{Window: window, Large: large}
	fires, more := c.Between(window.From, window.To, loc, BackfillMax)
	switch {
	case more:
		return b, &Error{Code: CodeInvalid, Text: T("backfill.too_large", strconv.Itoa(BackfillMax)), Hint: T("backfill.too_large_hint")}
	case len(fires) == 0:
		return b, &Error{Code: CodeInvalid, Text: T("backfill.empty"), Hint: T("backfill.empty_hint")}
	}
	for _, t := range fires {
		b.Instances = append(b.Instances, t.UTC())
	}
	for _, run := range existing {
		if run.Plan.Before(window.From) || run.Plan.After(window.To) {
			continue
		}
		if run.Type == RunRefill {
			b.Refills++
			if run.Status.Over() && run.Status != RunSuccess {
				b.Vain++
			}
		} else {
			b.Overlaps++
		}
		if !run.Status.Over() {
			return b, &Error{Code: CodeConflict, Text: T("backfill.at_work", run.ID.String(), run.Plan.In(loc).Format("2006-01-02 15:04")), Hint: T("backfill.at_work_hint")}
		}
	}
	if len(fires) > BackfillCap && !large {
		return b, &LargeError{Instances: len(fires)}
	}
	return b, nil
}

// LargeError says that a backfill is above the cap and was not confirmed.
type LargeError struct{ Instances int }

func (e *LargeError) Error() string {
	return strconv.Itoa(e.Instances) + " instances need an explicit yes"
}

// Code makes [CodeOf] know the error.
func (e *LargeError) Code() Code { return CodeInvalid }

// ParseWindow reads two days (YYYY-MM-DD) as the span from the first moment of
// the one to the last second of the other in the zone. Today's end is cut to
// now: a backfill looks back.
func ParseWindow(fromDay, toDay, zone string, now time.Time) (Window, error) {
	loc, err := time.LoadLocation(zone)
	if err != nil || zone == "" || zone == "Local" {
		return Window{}, &Error{Code: CodeInvalid, Text: T("schedule.zone_unknown", zone), Err: err}
	}
	from, err := parseDay(fromDay, loc)
	if err != nil {
		return Window{}, err
	}
	last, err := parseDay(toDay, loc)
	if err != nil {
		return Window{}, err
	}
	to := endOfDay(last, loc)
	switch {
	case from.Year() < oldestYear:
		return Window{}, &Error{Code: CodeInvalid, Text: T("backfill.too_old", fromDay, strconv.Itoa(oldestYear))}
	case last.Before(from):
		return Window{}, &Error{Code: CodeInvalid, Text: T("backfill.reversed", fromDay, toDay)}
	case from.After(now):
		return Window{}, &Error{Code: CodeInvalid, Text: T("backfill.future", fromDay)}
	case last.After(now):
		return Window{}, &Error{Code: CodeInvalid, Text: T("backfill.future", toDay)}
	}
	if to.After(now) {
		to = now.Truncate(time.Second)
	}
	return Window{From: from.UTC(), To: to.UTC(), Zone: zone}, nil
}

// oldestYear is the first year that is backfilled: nothing was scheduled before.
const oldestYear = 2000

// parseDay is the first moment of a day, which not every day has at midnight. It
// accepts exactly the form a calendar gives. The platform's program takes
// anything and silently means now where it cannot read.
func parseDay(s string, loc *time.Location) (time.Time, error) {
	wall, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return wall, &Error{Code: CodeInvalid, Text: T("backfill.no_such_day", s), Hint: T("backfill.no_such_day_hint"), Err: err}
	}
	return onWall(wall, loc), nil
}

// endOfDay is the last second of the day in loc that t lies in: a second before
// the next one begins, whatever clocks do in between.
func endOfDay(t time.Time, loc *time.Location) time.Time {
	t = t.In(loc)
	next := time.Date(t.Year(), t.Month(), t.Day()+1, 0, 0, 0, 0, time.UTC)
	return onWall(next, loc).Add(-time.Second)
}

// EndOfDay is the last second of a day, as typed, in a zone. The day must not
// be over and lie within the coming year.
func EndOfDay(day, zone string, now time.Time) (time.Time, error) {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return time.Time{}, &Error{Code: CodeInvalid, Text: T("schedule.zone_unknown", zone), Err: err}
	}
	t, err := parseDay(day, loc)
	if err != nil {
		return t, err
	}
	end := endOfDay(t, loc)
	if end.Before(now) || end.After(now.AddDate(1, 0, 0)) {
		return end, &Error{Code: CodeInvalid, Text: T("mute.day_range", day)}
	}
	return end.UTC(), nil
}

// JobName is what the platform's job is called, so that people there see who
// asked and which operation it belongs to. The program's own user is the same
// for everybody.
func JobName(actor UserID, op OperationID) string {
	return "batchsync " + string(op) + " by " + string(actor)
}
