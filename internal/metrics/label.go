package metrics

import (
	"slices"
	"strings"
	"sync"

	"batchsync/internal/batchsync"
)

// Values that labels have besides those of their lists.
const (
	other = "other" // anything that is on no list
	none  = "none"  // of an error: there is none

	rateLimited = "rate_limited" // Slack asked to wait
)

// known is the value if it is on the list.
func known(list []string, value string) string {
	if slices.Contains(list, value) {
		return value
	}
	return other
}

// The lists are functions: nobody can change them.

func ackKinds() []string {
	return []string{"command", "click", "submit", "closed", "menu", "event", other}
}

func pools() []string { return []string{"work", "menus", "reads", "urgent"} }

func sendMethods() []string { return []string{"post", "edit", "file"} }

func jobs() []string { return []string{"look", "sweep", "look_up", "housekeeping"} }

func reasons() []string { return words(batchsync.Reasons()) }

func verdicts() []string { return words(batchsync.Verdicts()) }

func alertKinds() []string {
	return words([]batchsync.AlertKind{batchsync.AlertSingle, batchsync.AlertSource, batchsync.AlertVCluster, batchsync.AlertStorm, batchsync.AlertPlatform})
}

func operationKinds() []string {
	return words([]batchsync.OperationKind{
		batchsync.OpCreate, batchsync.OpBackfill, batchsync.OpRerun, batchsync.OpStop, batchsync.OpDebug,
		batchsync.OpDeploy, batchsync.OpSchedule, batchsync.OpTune, batchsync.OpUndeploy,
	})
}

func operationOutcomes() []string {
	return append(words(batchsync.OperationStates()), batchsync.AuditStopped, batchsync.AuditTrouble)
}

func failures() []string {
	return words([]batchsync.Failure{
		batchsync.FailMissingProgram, batchsync.FailUsage, batchsync.FailNoProfile, batchsync.FailLogin, batchsync.FailUnreachable, batchsync.FailTimeout,
		batchsync.FailGarbage, batchsync.FailNotFound, batchsync.FailDuplicate, batchsync.FailNotExecuted, batchsync.FailNotConfigured, batchsync.FailRefused,
	})
}

func words[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}

func outcome(ok bool) string {
	if ok {
		return "ok"
	}
	return "failed"
}

func programOutcome(f batchsync.Failure) string {
	if f == "" {
		return outcome(true)
	}
	return known(failures(), string(f))
}

// maxCommands is more than the program has commands that the bot uses.
const maxCommands = 64

// capped takes the first values it sees for the list of all: the words of the
// program's commands are constants of the room that runs it. The zero value is
// ready.
type capped struct {
	mu   sync.RWMutex
	seen map[string]bool
}

func (c *capped) of(value string) string {
	c.mu.RLock()
	seen := c.seen[value]
	c.mu.RUnlock()
	if seen {
		return value
	}
	if value == "" || len(value) > 40 || strings.Trim(value, "abcdefghijklmnopqrstuvwxyz -") != "" {
		return other
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.seen) >= maxCommands {
		return other
	}
	if c.seen == nil {
		c.seen = map[string]bool{}
	}
	c.seen[value] = true
	return value
}
