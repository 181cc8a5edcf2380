package batchsync

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Reason names what is wrong with a task. Reasons are judged anew at every
// look, from the platform's state alone: they are conditions, not events, so
// that nothing depends on having seen the moment they began.
type Reason string

const (
	ReasonUnreachable Reason = "unreachable" // the platform itself does not answer
	ReasonFailed      Reason = "failed"      // the newest outcome is a failure, after the platform's own retries
	ReasonBlocked     Reason = "blocked"     // a run will not begin because one it waits for failed
	ReasonTables      Reason = "tables"      // the run succeeded, but not all of its tables did
	ReasonMissing     Reason = "missing"     // the schedule promised a run and none was made
	ReasonLate        Reason = "late"        // a run's time came and it has not begun
	ReasonStuck       Reason = "stuck"       // a run waits for resources or for another task for too long
	ReasonPaused      Reason = "paused"      // somebody paused a run
	ReasonSlow        Reason = "slow"        // a run takes much longer than this task's runs do
	ReasonOdd         Reason = "odd"         // a run is in a state that has no meaning to us
)

// Reasons returns every reason, the worst first.
func Reasons() []Reason {
	return []Reason{
		ReasonUnreachable, ReasonFailed, ReasonBlocked, ReasonTables, ReasonMissing, ReasonLate, ReasonStuck, ReasonPaused, ReasonSlow, ReasonOdd,
	}
}

// Topic is the kind of news a reason belongs to, which channels subscribe to.
func (r Reason) Topic() Topic {
	switch r {
	case ReasonTables:
		return TopicTables
	case ReasonMissing, ReasonLate, ReasonStuck, ReasonSlow:
		return TopicLate
	}
	return TopicFailures
}

// Condition is one thing wrong with a task, and what it rests on.
type Condition struct {
	Reason Reason    `json:"reason"`
	Run    RunID     `json:"run,omitempty"`  // 0: missing, unreachable
	Type   RunType   `json:"type,omitempty"` // of the run
	Plan   time.Time `json:"plan,omitzero"`  // business time it is about
	// First is the business time of the first of the failures in a row, no later
	// than Plan. Zero in other conditions and in those of older programs; see
	// [Condition.Span].
	First time.Time `json:"first,omitzero"`
	// Since is when it became true, as far as the platform tells: the end of
	// the failed run, the time a late one was due, the begin of a slow one.
	Since  time.Time     `json:"since,omitzero"`
	Times  int           `json:"times,omitempty"`  // failed: plan times in a row, 1 for the first
	Status RunStatus     `json:"status,omitempty"` // of the run
	Usual  time.Duration `json:"usual,omitempty"`  // slow: what its runs take
	Detail string        `json:"detail,omitempty"` // the platform's message; foreign text
	Tables []TableResult `json:"tables,omitempty"` // tables: those that are not well, worst first
	Of     int           `json:"of,omitempty"`     // tables: how many the task has
}

// Span is the business time from the first failure in a row to the newest one,
// both Plan where there is no row. Both are zero where the platform tells none.
func (c Condition) Span() (from, to time.Time) {
	if c.First.IsZero() || c.First.After(c.Plan) {
		return c.Plan, c.Plan
	}
	return c.First, c.Plan
}

// Same reports whether two conditions tell the same news: neither another run,
// nor one more failure in a row or another begin of the row, nor another table.
func (c Condition) Same(d Condition) bool {
	from, to := c.Span()
	otherFrom, otherTo := d.Span()
	return c.Reason == d.Reason && c.Run == d.Run && c.Times == d.Times && from.Equal(otherFrom) && to.Equal(otherTo) &&
		slices.EqualFunc(c.Tables, d.Tables, func(a, b TableResult) bool { return a.Table == b.Table && a.State == b.State })
}

// TableState is how a run went for one table.
type TableState string

const (
	TableFailed  TableState = "failed"    // the log says so
	TableMissing TableState = "missing"   // the target is not there
	TableEmpty   TableState = "empty"     // the target has no rows
	TableDropped TableState = "dropped"   // far fewer rows than after the last good run
	TableStale   TableState = "unwritten" // not written during the run
	TableUnknown TableState = "unknown"   // nothing tells; never taken for ok
	TableOK      TableState = "ok"        // evidence says so
)

// TableStates returns every state, the worst first.
func TableStates() []TableState {
	return []TableState{TableFailed, TableMissing, TableEmpty, TableDropped, TableStale, TableUnknown, TableOK}
}

// Evidence names what a table's state rests on.
type Evidence string

const (
	FromLog     Evidence = "log"     // a line of the attempt's log
	FromHistory Evidence = "history" // the versions of the target table
	FromCount   Evidence = "count"   // the target's present rows
	FromRun     Evidence = "run"     // the run's status alone
	FromNothing Evidence = "nothing"
)

// TableResult is one table of a run.
type TableResult struct {
	Table  string     `json:"table"`            // target, schema.table; foreign text
	Source string     `json:"source,omitempty"` // schema.table; foreign text
	State  TableState `json:"state"`
	By     Evidence   `json:"by"`
	Rows   int64      `json:"rows"`             // -1: not known
	Before int64      `json:"before,omitempty"` // rows after the last good run, of dropped, empty and Stays; -1: not known
	// Stays says that the table was told as dropped after the run before, and
	// has kept about those rows since: they are what the next run is compared
	// with.
	Stays bool   `json:"stays,omitempty"`
	Line  string `json:"line,omitempty"` // of the log; foreign text
}

// Bad reports whether something is wrong with the table: what is not known is
// neither wrong nor well.
func (t TableResult) Bad() bool { return t.State != TableOK && t.State != TableUnknown }

// IncidentID names an incident.
type IncidentID string

// IncidentState says where an incident stands.
type IncidentState string

const (
	IncidentOpen   IncidentState = "open"
	IncidentClosed IncidentState = "closed"
)

// Ending says why an incident is over.
type Ending string

const (
	EndedRecovered Ending = "recovered" // what was wrong is not wrong any more
	EndedOffline   Ending = "offline"   // the task is not scheduled any more
	EndedUnwatched Ending = "unwatched" // no channel wants to know of the task any more
	EndedStopped   Ending = "stopped"   // a person here stopped the run
	EndedVanished  Ending = "vanished"  // the run is not there any more, and nothing made up for it
	EndedStays     Ending = "stays"     // tables that lost rows have kept the new level
)

// Incident is trouble with one task, from its first condition to the moment
// none is left. A task has one open incident at most.
type Incident struct {
	ID         IncidentID    `json:"id"`
	Task       TaskID        `json:"task"` // 0: the platform itself
	Name       string        `json:"name,omitempty"`
	Type       TaskType      `json:"type,omitempty"`
	Source     string        `json:"source,omitempty"`   // name of its data source, where known
	VCluster   string        `json:"vcluster,omitempty"` // of its last run
	State      IncidentState `json:"state"`
	Conditions []Condition   `json:"conditions"`      // the worst first; of a closed one: the last there were
	Opened     time.Time     `json:"opened"`          // when it was first seen, and told
	Changed    time.Time     `json:"changed"`         // when the conditions changed last
	Closed     time.Time     `json:"closed,omitzero"` // when its end was seen, and told
	// Began is since when something was wrong and Over when all was well again,
	// as far as the platform tells; a bot that was away saw neither at the time.
	// Zero in incidents of older programs, and Over while it is open.
	Began    time.Time `json:"began,omitzero"`
	Over     time.Time `json:"over,omitzero"`
	Ending   Ending    `json:"ending,omitempty"`
	EndedBy  RunID     `json:"ended_by,omitempty"` // the run that brought the recovery
	Reopened int       `json:"reopened,omitempty"` // times it came back soon after it was closed

	// Acknowledged by a person, who is asked again at AskAgain.
	AckedBy  UserID    `json:"acked_by,omitempty"`
	AckedAt  time.Time `json:"acked_at,omitzero"`
	AskAgain time.Time `json:"ask_again,omitzero"`

	Found     Found `json:"found,omitzero"`      // looked up once per run, after it was told
	Away      bool  `json:"away,omitempty"`      // it began while nobody looked
	Rehearsal bool  `json:"rehearsal,omitempty"` // made up, to see that news arrives
	Version   int   `json:"version"`             // grows with every save
}

// Found is what was looked up about an incident's worst condition, besides
// what the list of runs tells.
type Found struct {
	Run    RunID         `json:"run,omitempty"`    // it is about; 0: nothing was looked up yet
	OpsURL string        `json:"ops,omitempty"`    // the run in Studio
	Before []TaskLink    `json:"before,omitempty"` // blocked: the tasks whose runs failed
	Tables []TableResult `json:"tables,omitempty"` // failed run of several tables: what the log tells of each
}

// IsZero reports whether nothing was looked up.
func (f Found) IsZero() bool { return f.Run == 0 }

// Since is when the trouble began that goes on, which may be before what is worst
// now: further failures leave it. It is zero where nothing is wrong.
func (i Incident) Since() time.Time {
	since := i.Worst().Since
	if !i.Began.IsZero() && i.Began.Before(since) {
		return i.Began
	}
	return since
}

// Worst is the condition to speak of first.
func (i Incident) Worst() Condition {
	if len(i.Conditions) == 0 {
		return Condition{}
	}
	return i.Conditions[0]
}

// Lasted is how long something was wrong with the tasks of incidents that are
// over: from the first that began to the last that ended. It is zero where clocks
// were set so that the end came first, and without incidents.
func Lasted(all ...Incident) time.Duration {
	var from, to time.Time
	for _, i := range all {
		began, over := i.Began, i.Over
		if began.IsZero() {
			began = i.Opened
		}
		if over.IsZero() {
			over = i.Closed
		}
		if from.IsZero() || began.Before(from) {
			from = began
		}
		if over.After(to) {
			to = over
		}
	}
	return max(0, to.Sub(from))
}

// Tells reports whether a condition of the incident belongs to one of the
// topics.
func (i Incident) Tells(topics []Topic) bool {
	return slices.ContainsFunc(i.Conditions, func(c Condition) bool { return slices.Contains(topics, c.Reason.Topic()) })
}

// Acknowledge records that somebody is on it. They are asked again after a
// while if it is still open then.
func (i Incident) Acknowledge(by UserID, again time.Duration, now time.Time) (Incident, error) {
	if i.State != IncidentOpen {
		return i, &Error{Code: CodeConflict, Text: T("incident.closed_since")}
	}
	i.AckedBy, i.AckedAt, i.AskAgain = by, now.UTC(), now.Add(again).UTC()
	i.Version++
	return i, nil
}

// SortConditions puts the worst first.
func SortConditions(all []Condition) {
	order := Reasons()
	slices.SortStableFunc(all, func(a, b Condition) int {
		return cmp.Compare(slices.Index(order, a.Reason), slices.Index(order, b.Reason))
	})
}

// AlertID names an alert.
type AlertID string

// AlertKind says what the incidents of an alert have in common.
type AlertKind string

const (
	AlertSingle   AlertKind = "single"   // one task
	AlertSource   AlertKind = "source"   // tasks of one data source
	AlertVCluster AlertKind = "vcluster" // tasks of one cluster
	AlertStorm    AlertKind = "storm"    // many at once
	AlertPlatform AlertKind = "platform" // the platform does not answer
)

// Alert is one live message in one channel. It tells of one incident, or of
// several that have a cause, or only their moment, in common.
type Alert struct {
	ID        AlertID      `json:"id"`
	Channel   ChannelID    `json:"channel"`
	Kind      AlertKind    `json:"kind"`
	Subject   string       `json:"subject,omitempty"` // name of the source or cluster; foreign text
	Incidents []IncidentID `json:"incidents"`
	Mentions  []UserID     `json:"mentions,omitempty"` // owners, mentioned when it is posted; five at most
	Opened    time.Time    `json:"opened"`
	Closed    time.Time    `json:"closed,omitzero"` // all of its incidents are, or it was folded
	// Folded is the alert that tells its incident now, because a common cause
	// was found after it had been posted.
	Folded AlertID `json:"folded,omitempty"`
	// Kept are incidents of which something was kept back by a mute or a quiet
	// window since it was told last.
	Kept    []IncidentID `json:"kept,omitempty"`
	Version int          `json:"version"`
}

// Open reports whether the alert may still change.
func (a Alert) Open() bool { return a.Closed.IsZero() }

// Has reports whether the alert tells of an incident.
func (a Alert) Has(id IncidentID) bool { return slices.Contains(a.Incidents, id) }

// AlertMessage is the id of an alert's message.
func AlertMessage(id AlertID) MessageID { return MessageID("alert/" + string(id)) }

// AlertReply is the id of a reply in an alert's thread. A reply of the same
// words about the same thing is the same reply.
func AlertReply(id AlertID, about string, version int) MessageID {
	return AlertMessage(id) + MessageID("/"+about+"/"+strconv.Itoa(version))
}

// AlertOf reads the id of an alert out of that of its message.
func AlertOf(id MessageID) (AlertID, bool) {
	rest, ok := strings.CutPrefix(string(id), "alert/")
	return AlertID(rest), ok && rest != "" && !strings.Contains(rest, "/")
}
