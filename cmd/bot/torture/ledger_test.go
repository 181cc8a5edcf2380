package torture

import (
	"sync"

	"batchsync/internal/slacksim"
)

// ask is one thing that a person wants, about a task of its own.
type ask struct {
	kind   string
	who    string
	name   string // of the task
	twice  bool   // confirmed twice, by an impatient person
	mended bool   // of an alert: its trouble ends

	task int64 // 0: it is to be made
	run  int64

	mu       sync.Mutex
	sent     bool // a confirmation may have reached the bot
	accepted bool // the bot said yes
	told     bool // what it takes first was done: the channel subscribed, the task adopted
}

// note changes what is known of an ask.
func (a *ask) note(change func(*ask)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	change(a)
}

func (a *ask) is(what func(*ask) bool) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return what(a)
}

func sent(a *ask) bool     { return a.sent }
func accepted(a *ask) bool { return a.accepted }
func told(a *ask) bool     { return a.told }

// title is what the card of an ask is called; nothing for what has no card.
func (a *ask) title() string {
	switch a.kind {
	case "create", "create_message":
		return "Batch sync " + a.name
	case "backfill":
		return "Backfill of " + a.name
	case "rerun":
		return "Rerun of " + a.name
	case "stop":
		return "Stop a run of " + a.name
	case "tune":
		return "New settings for " + a.name
	case "schedule":
		return "New schedule for " + a.name
	case "deploy":
		return "Deploy " + a.name
	case "undeploy":
		return "Undeploy " + a.name
	case "debug":
		return "Debug run of " + a.name
	}
	return ""
}

// effects are what a change does on the platform, each at most once; the first
// is the one that it is about.
func (a *ask) effects() []string {
	switch a.kind {
	case "create", "create_message":
		return []string{"create", "setup", "save-cron", "deploy"}
	case "backfill":
		return []string{"refill"}
	case "tune":
		return []string{"save-config", "deploy"}
	case "schedule":
		return []string{"save-cron", "deploy"}
	case "debug":
		return []string{"run"}
	case "rerun", "stop", "deploy", "undeploy":
		return []string{a.kind}
	}
	return nil
}

// channels are where people write, one each, so that their cards do not wait for
// each other.
func channelOf(who string) string {
	return map[string]string{"ana": slacksim.General, "adam": slacksim.Private, "vera": slacksim.DataSync}[who]
}

// ledger is all that was asked for in a round.
type ledger struct {
	asks []*ask // fixed before anybody asks
}
