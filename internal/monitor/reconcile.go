package monitor

import (
	"slices"
	"time"

	"batchsync/internal/batchsync"
)

// flap is how soon after its end a trouble that comes back is the same one.
const flap = 30 * time.Minute

// turn names what became of an incident at one look: what a reply in its
// thread is about.
type turn string

const (
	turnOpened   turn = "opened"
	turnReopened turn = "reopened"
	turnChanged  turn = "changed" // something else is wrong now, or more, or less
	turnAgain    turn = "again"   // one more failure in a row
	turnAnother  turn = "another" // the same with a later run
	turnClosed   turn = "closed"
	turnRemind   turn = "remind" // acknowledged, and still open
	turnFound    turn = "found"  // more is known; drawn, not told
)

// change is a turn an incident took.
type change struct {
	incident batchsync.Incident // after it
	turn     turn
	// aloud changes are shown in the channel too, not in the thread only.
	aloud bool
	whom  batchsync.UserID // remind: who acknowledged
}

// subject is what an incident says of its task.
type subject struct {
	task     batchsync.TaskID
	name     string
	kind     batchsync.TaskType
	source   string
	vcluster string

	offline   bool // certainly not scheduled any more
	unwatched bool
	stopped   bool            // what was wrong was a run that somebody here stopped
	vanished  bool            // the run is not there any more
	stays     bool            // tables have fewer rows, and keep them
	recovered batchsync.RunID // the first success that made up for it
	over      time.Time       // when that ended
	rehearsal bool
	away      bool // nobody looked for a while before this look
	hushed    bool // nothing is told of it now: what is asked, is asked later
}

// reconcile brings the incident of a task in line with what is wrong with it
// now. old is the open one, or one closed lately, or nil. Without a change it
// returns none, and the incident is not to be saved.
func reconcile(old *batchsync.Incident, now []batchsync.Condition, s subject, at time.Time, newID func() string) []change {
	open := old != nil && old.State == batchsync.IncidentOpen
	switch {
	case !open && len(now) == 0:
		return nil
	case !open:
		return []change{opened(old, now, s, at, newID)}
	case len(now) == 0:
		return []change{{incident: closed(*old, s, at), turn: turnClosed, aloud: true}}
	}
	next := *old
	turns := moved(&next, now, at)
	if due := !next.AskAgain.IsZero() && !at.Before(next.AskAgain); due && !s.hushed {
		turns = append(turns, change{turn: turnRemind, aloud: true, whom: next.AckedBy})
		next.AckedBy, next.AckedAt, next.AskAgain = "", time.Time{}, time.Time{}
	}
	if s.name != "" && next.Name != s.name || next.Source == "" && s.source != "" {
		next.Name, next.Source = s.name, s.source
		if len(turns) == 0 {
			turns = append(turns, change{turn: turnFound})
		}
	}
	if len(turns) == 0 {
		return nil
	}
	next.Version++
	for i := range turns {
		turns[i].incident = next
	}
	return turns
}

func opened(old *batchsync.Incident, now []batchsync.Condition, s subject, at time.Time, newID func() string) change {
	next := batchsync.Incident{
		ID: batchsync.IncidentID(newID()), Task: s.task, Opened: at.UTC(), Rehearsal: s.rehearsal, Away: s.away, Version: 1,
	}
	c := change{turn: turnOpened, aloud: true}
	if old != nil && at.Sub(old.Closed).Abs() < flap && old.Ending != batchsync.EndedUnwatched {
		next, c.turn = *old, turnReopened
		next.Reopened++
		next.Version++
		next.Closed, next.Over, next.Ending, next.EndedBy = time.Time{}, time.Time{}, "", 0
		next.Found = batchsync.Found{}
		next.AckedBy, next.AckedAt, next.AskAgain = "", time.Time{}, time.Time{}
	}
	next.State, next.Conditions, next.Changed = batchsync.IncidentOpen, now, at.UTC()
	next.Name, next.Type, next.Source, next.VCluster = s.name, s.kind, s.source, s.vcluster
	next.Began = since(next)
	c.incident = next
	return c
}

// since is when an incident began: the first of what is wrong now, or was before,
// and no later than it was seen.
func since(i batchsync.Incident) time.Time {
	first := i.Began
	if first.IsZero() {
		first = i.Opened
	}
	for _, c := range i.Conditions {
		if !c.Since.IsZero() && c.Since.Before(first) {
			first = c.Since
		}
	}
	return first.UTC()
}

func closed(next batchsync.Incident, s subject, at time.Time) batchsync.Incident {
	next.State, next.Closed, next.Changed, next.Ending = batchsync.IncidentClosed, at.UTC(), at.UTC(), batchsync.EndedRecovered
	next.Over = at.UTC()
	switch {
	case s.unwatched:
		next.Ending = batchsync.EndedUnwatched
	case s.offline:
		next.Ending = batchsync.EndedOffline
	case s.stopped:
		next.Ending = batchsync.EndedStopped
	case s.vanished:
		next.Ending = batchsync.EndedVanished
	default:
		next.EndedBy = s.recovered
		if s.recovered != 0 && s.over.Before(at) && s.over.After(next.Began) {
			next.Over = s.over.UTC()
		}
		if s.stays {
			next.Ending = batchsync.EndedStays
		}
	}
	next.Version++
	return next
}

// moved takes the present conditions over and tells what is new about them.
func moved(next *batchsync.Incident, now []batchsync.Condition, at time.Time) []change {
	before := next.Conditions
	if slices.EqualFunc(before, now, asBefore) {
		return nil
	}
	lately := at.Sub(next.Changed).Abs() < time.Hour
	saw := about(*next)
	next.Conditions, next.Changed = now, at.UTC()
	next.Began = since(*next)
	if !sameMatter(saw, about(*next)) {
		next.Found = batchsync.Found{} // of something else
	}
	was, is := before[0], now[0]
	if was.Reason == is.Reason && len(before) == len(now) {
		switch {
		case is.Reason == batchsync.ReasonFailed && is.Times > was.Times:
			return again(is.Times, lately)
		case was.Run != is.Run && !lately:
			return []change{{turn: turnAnother}}
		case was.Run != is.Run || is.Reason == batchsync.ReasonFailed:
			return []change{{turn: turnFound}}
		}
	}
	if was.Reason == is.Reason {
		return []change{{turn: turnFound}} // something lesser joined it, or left
	}
	order := batchsync.Reasons()
	worse := slices.Index(order, is.Reason) < slices.Index(order, was.Reason)
	if worse {
		next.AckedBy, next.AckedAt, next.AskAgain = "", time.Time{}, time.Time{}
	}
	return []change{{turn: turnChanged, aloud: worse}}
}

// manyTimes is from when on failures in a row are told one by one only where
// they are rare: a task that runs every minute would never be quiet.
const manyTimes = 10

// again tells of one more failure in a row.
func again(times int, lately bool) []change {
	if times > manyTimes && lately && !milestone(times) {
		return []change{{turn: turnFound}}
	}
	return []change{{turn: turnAgain, aloud: milestone(times)}}
}

// sameMatter reports whether what was looked up of one condition's run holds
// for another's.
func sameMatter(a, b batchsync.Condition) bool {
	return a.Run == b.Run && a.Reason == b.Reason && a.Since.Equal(b.Since)
}

// asBefore also sees that a run failed once more, which is worth a new look at
// its log.
func asBefore(a, b batchsync.Condition) bool {
	return a.Same(b) && (a.Reason != batchsync.ReasonFailed || a.Since.Equal(b.Since))
}

// milestone says which counts of failures in a row are worth the channel's
// attention: 3, 5, 10, and then whenever they have doubled.
func milestone(times int) bool {
	if times == 3 || times == 5 {
		return true
	}
	doubled := times / 10
	return times%10 == 0 && doubled > 0 && doubled&(doubled-1) == 0
}
