package batchsync

import (
	"slices"
	"strings"
	"time"
)

// Topic is a kind of news.
type Topic string

const (
	TopicFailures   Topic = "failures"   // failed, blocked, paused; the platform unreachable; task gone
	TopicTables     Topic = "tables"     // succeeded, but not for all tables
	TopicLate       Topic = "late"       // late, missing, stuck, slow; schedule changed elsewhere
	TopicRecoveries Topic = "recoveries" // ends of incidents are told in the channel, not in the thread only
	TopicAcceptance Topic = "acceptance" // results of acceptance checks
	TopicDigest     Topic = "digest"     // the daily summary
)

// Topics returns every topic in the order of the help text.
func Topics() []Topic {
	return []Topic{TopicFailures, TopicTables, TopicAcceptance, TopicLate, TopicRecoveries, TopicDigest}
}

// UsualTopics are those of a subscription that names none. Acceptance of every
// run and the digest have to be asked for: they come also when all is well.
func UsualTopics() []Topic {
	return []Topic{TopicFailures, TopicTables, TopicLate, TopicRecoveries}
}

// SelectorKind says how a subscription chooses tasks.
type SelectorKind string

const (
	SelectTask   SelectorKind = "task"
	SelectFolder SelectorKind = "folder" // and the folders below it
	SelectSource SelectorKind = "source" // data source by name
	SelectAll    SelectorKind = "all"
)

// Selector chooses tasks.
type Selector struct {
	Kind SelectorKind `json:"kind"`
	Task TaskID       `json:"task,omitempty"`
	Name string       `json:"name,omitempty"` // folder path, source name, or the task's name when it was chosen; foreign text
}

// Key tells selectors apart.
func (s Selector) Key() string {
	switch s.Kind {
	case SelectTask:
		return "task/" + s.Task.String()
	case SelectAll:
		return "all"
	}
	return string(s.Kind) + "/" + s.Name
}

// Selects reports whether a task is chosen.
func (s Selector) Selects(task TaskID, folder, source string) bool {
	switch s.Kind {
	case SelectAll:
		return true
	case SelectTask:
		return s.Task == task
	case SelectSource:
		return source != "" && s.Name == source
	case SelectFolder:
		return folder == s.Name || strings.HasPrefix(folder, s.Name+"/")
	}
	return false
}

// Subscription says that a channel wants news of some tasks.
type Subscription struct {
	Channel  ChannelID `json:"channel"`
	Selector Selector  `json:"selector"`
	Topics   []Topic   `json:"topics"`
	By       UserID    `json:"by"`
	At       time.Time `json:"at"`
}

// Wants reports whether the subscription takes news of a topic.
func (s Subscription) Wants(t Topic) bool { return slices.Contains(s.Topics, t) }

// Channel is what is kept per channel, besides its subscriptions.
type Channel struct {
	ID     ChannelID `json:"id"`
	Digest string    `json:"digest,omitempty"` // time of day, HH:MM; empty: none
	Zone   string    `json:"zone,omitempty"`   // IANA, of Digest
	Told   time.Time `json:"told,omitzero"`    // when the last digest was due
}

// Quiet is a planned window in which messages are kept back. Checks go on, and
// what still is wrong at its end is told then.
type Quiet struct {
	ID       string    `json:"id"`
	Selector Selector  `json:"selector"`
	From     time.Time `json:"from"`
	To       time.Time `json:"to"`
	Why      string    `json:"why,omitempty"` // foreign text
	By       UserID    `json:"by"`
}

// At reports whether the window is open.
func (q Quiet) At(now time.Time) bool { return !now.Before(q.From) && now.Before(q.To) }

// Digest is the daily summary of a channel as it stood when it was due.
type Digest struct {
	At      time.Time     `json:"at"`
	Zone    string        `json:"zone"`
	Day     string        `json:"day"`   // it is about, YYYY-MM-DD
	Tasks   int           `json:"tasks"` // watched for this channel
	OK      int           `json:"ok"`    // runs of the day
	Late    int           `json:"late"`  // of OK
	Failed  int           `json:"failed"`
	Days    []DayFigures  `json:"days"` // the last 14, summed
	Open    []IncidentID  `json:"open,omitempty"`
	Slowest []SlowTask    `json:"slowest,omitempty"`
	Muted   []TaskLine    `json:"muted,omitempty"`
	Waiting []OperationID `json:"waiting,omitempty"` // operations that need a person
	Failing []TaskLine    `json:"failing,omitempty"`
}

// TaskLine is a task on a list, and since or until when.
type TaskLine struct {
	Task TaskID    `json:"task"`
	Name string    `json:"name"` // foreign text
	At   time.Time `json:"at,omitzero"`
}

// SlowTask is a task and what its longest run of the day took.
type SlowTask struct {
	Task  TaskID        `json:"task"`
	Name  string        `json:"name"` // foreign text
	Took  time.Duration `json:"took"`
	Usual time.Duration `json:"usual,omitempty"`
}
