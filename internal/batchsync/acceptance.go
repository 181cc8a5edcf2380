package batchsync

import "time"

// AcceptanceID names one acceptance of a task.
type AcceptanceID string

// Verdict is what a check comes to. The four are different things and never
// stand for one another.
type Verdict string

const (
	VerdictPassed    Verdict = "passed"
	VerdictFailed    Verdict = "failed"
	VerdictPerson    Verdict = "person"    // a person has to give a figure, or to decide
	VerdictUnchecked Verdict = "unchecked" // it could not be found out
)

// Verdicts returns every verdict, the worst first.
func Verdicts() []Verdict {
	return []Verdict{VerdictFailed, VerdictPerson, VerdictUnchecked, VerdictPassed}
}

// CheckName names a check of the delivery acceptance.
type CheckName string

const (
	CheckRows       CheckName = "rows"       // target rows against those of the source
	CheckKeys       CheckName = "keys"       // share of rows in which the key fields are set
	CheckDuplicates CheckName = "duplicates" // no key twice
	CheckRun        CheckName = "run"        // the latest run succeeded
	CheckTypes      CheckName = "types"      // column types, source by target
	CheckSchedule   CheckName = "schedule"   // as asked, and when it runs next
	CheckFreshness  CheckName = "freshness"  // the target was written by the latest run
	CheckColumns    CheckName = "columns"    // source columns changed since the last acceptance
)

// CheckNames returns every check in the order of the card.
func CheckNames() []CheckName {
	return []CheckName{CheckRows, CheckKeys, CheckDuplicates, CheckRun, CheckTypes, CheckSchedule, CheckFreshness, CheckColumns}
}

// Expectation is what a task's tables are expected to be like. The zero value
// expects equal counts, keys that are always set, and no key twice.
type Expectation struct {
	// Keys are the key fields by target table; a table without any has those
	// of the source's primary key.
	Keys      map[string][]string `json:"keys,omitempty"`
	NonNull   float64             `json:"non_null,omitempty"`  // least share of set keys, in percent; 0: 100
	Tolerance float64             `json:"tolerance,omitempty"` // by how many percent counts may differ, for sources that move
	Drop      int                 `json:"drop,omitempty"`      // by how many percent rows may drop from run to run; 0: the bot's setting
}

// Counted says how a source's rows came to be known.
type Counted string

const (
	CountedNot       Counted = ""          // not known
	CountedExactly   Counted = "counted"   // by the bot, with the task's own filter
	CountedEstimated Counted = "estimated" // by the database's statistics: the table is huge
	CountedPerson    Counted = "person"    // given by a person
)

// SourceColumn is a column of a source table as its own database describes it.
type SourceColumn struct {
	Name     string `json:"name"`
	Type     string `json:"type"` // in full, e.g. "int(10) unsigned", "enum('a','b')"
	Nullable bool   `json:"nullable,omitempty"`
	Primary  bool   `json:"primary,omitempty"`
}

// SourceFigures is what a source tells of one of its tables.
type SourceFigures struct {
	Table   string         `json:"table"` // schema.table
	How     Counted        `json:"how,omitempty"`
	Rows    int64          `json:"rows"`         // -1: not known
	By      UserID         `json:"by,omitempty"` // CountedPerson
	At      time.Time      `json:"at,omitzero"`  // when it was counted
	Columns []SourceColumn `json:"columns,omitempty"`
	// Described columns are those that the platform tells of, not the source's
	// own database: it writes types in its own way.
	Described   bool     `json:"described,omitempty"`
	ZeroDate    bool     `json:"zero_date,omitempty"`    // holds dates like 0000-00-00
	DatesUnread bool     `json:"dates_unread,omitempty"` // could hold such dates, and it was not found out
	Problem     *Problem `json:"problem,omitempty"`      // why something is not known
}

// TargetFigures is what the Lakehouse tells of one target table.
type TargetFigures struct {
	Table      string           `json:"table"`
	Exists     bool             `json:"exists"`
	Rows       int64            `json:"rows"` // -1: not known
	Columns    []TargetColumn   `json:"columns,omitempty"`
	NonNull    map[string]int64 `json:"non_null,omitempty"` // rows in which a key field is set
	Duplicates int64            `json:"duplicates"`         // rows beyond the first of their key; -1: not known
	Written    time.Time        `json:"written,omitzero"`   // last write, as far as told
	History    bool             `json:"history,omitempty"`  // was told: a zero Written then means that there was no write
	Problem    *Problem         `json:"problem,omitempty"`  // why something is not known
}

// TargetColumn is a column of a target table.
type TargetColumn struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

// AcceptanceTable is one table of an acceptance, with its figures and what each
// check made of them.
type AcceptanceTable struct {
	Pair   TablePair     `json:"pair"`
	Source SourceFigures `json:"source"`
	Target TargetFigures `json:"target"`
	Keys   []string      `json:"keys,omitempty"` // that were looked at
	Found  []Finding     `json:"found,omitempty"`
}

// Finding is what a check found out about one table, or about the task.
type Finding struct {
	Check   CheckName `json:"check"`
	Verdict Verdict   `json:"verdict"`
	Text    Text      `json:"text"`
}

// AcceptanceState says where an acceptance stands.
type AcceptanceState string

const (
	AcceptanceAsked AcceptanceState = "asked" // figures are being gathered
	AcceptanceDone  AcceptanceState = "done"
)

// Occasion is why an acceptance is made.
type Occasion string

const (
	OnFirstRun Occasion = "first_run" // the first good scheduled run after the deployment
	OnEveryRun Occasion = "every_run" // a channel subscribed to it
	OnBackfill Occasion = "backfill"
	OnRequest  Occasion = "request"
)

// Acceptance is one examination of a task's delivery, and what people made of
// it.
type Acceptance struct {
	ID       AcceptanceID      `json:"id"`
	Task     TaskID            `json:"task"`
	Name     string            `json:"name"` // of the task; foreign text
	Occasion Occasion          `json:"occasion"`
	By       UserID            `json:"by,omitempty"` // OnRequest
	Channel  ChannelID         `json:"channel"`
	Thread   MessageID         `json:"thread,omitempty"` // card it belongs to, e.g. of the deployment
	Also     []ChannelID       `json:"also,omitempty"`   // other channels that are told
	Held     time.Time         `json:"held,omitzero"`    // until when its card is kept back, e.g. by a mute
	State    AcceptanceState   `json:"state"`
	Run      RunID             `json:"run,omitempty"` // the latest one it looked at
	Asked    time.Time         `json:"asked"`
	Done     time.Time         `json:"done,omitzero"`
	Verdict  Verdict           `json:"verdict,omitempty"`
	Expected Expectation       `json:"expected,omitzero"`
	Whole    []Finding         `json:"whole,omitempty"` // about the task as a whole
	Tables   []AcceptanceTable `json:"tables,omitempty"`
	Carried  []Baseline        `json:"carried,omitempty"` // known before and not now, see [Acceptance.Carry]; no figures of this one

	// Accepted by a person, on exactly these figures. A later acceptance of the
	// same checks that fails re-opens it.
	AcceptedBy UserID       `json:"accepted_by,omitempty"`
	AcceptedAt time.Time    `json:"accepted_at,omitzero"`
	ReopenedBy AcceptanceID `json:"reopened_by,omitempty"`
	Quiet      bool         `json:"quiet,omitempty"` // came to what the one before did: the card of that stays, this has none
	Version    int          `json:"version"`
}

// AcceptanceInput is everything a delivery is judged by.
type AcceptanceInput struct {
	Task     TaskID
	Content  Content
	Expected Expectation
	Asked    *Spec // what was asked for when the bot made the task; nil: made elsewhere
	Draft    *DraftSchedule
	Deployed *Deployed
	Zone     string                   // of the platform's schedules
	Runs     []Run                    // the newest first
	Source   map[string]SourceFigures // by schema.table
	Target   map[string]TargetFigures // by schema.table
	Before   *Acceptance              // the last one that was done
	CanCount bool                     // the bot can count the source itself
	Missing  []Problem                // what could not be read at all
	RowDrop  int
}
