package blocks

import (
	"strconv"
	"time"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// CheckState says how a part of the bot does.
type CheckState string

const (
	CheckOK   CheckState = "ok"
	CheckWarn CheckState = "warn" // works, but somebody should look
	CheckBad  CheckState = "bad"
)

// CheckName names a part of the bot that has a state.
type CheckName string

const (
	CheckSlack      CheckName = "slack"
	CheckPlatform   CheckName = "platform"
	CheckLists      CheckName = "lists"
	CheckMonitor    CheckName = "monitor"
	CheckOperations CheckName = "operations"
	CheckOutbox     CheckName = "outbox"
	CheckStore      CheckName = "store"
	CheckDisk       CheckName = "disk"
)

// CheckNames returns every part, in the order they are best shown.
func CheckNames() []CheckName {
	return []CheckName{CheckSlack, CheckPlatform, CheckLists, CheckMonitor, CheckOperations, CheckOutbox, CheckStore, CheckDisk}
}

// Check is how one part of the bot does. Detail may be any sentence of the
// catalog; Signs are what is seen of its life.
type Check struct {
	Name   CheckName
	State  CheckState
	Detail batchsync.Text
	Signs  []batchsync.Text
}

// StatusView is how the bot does.
type StatusView struct {
	Checks  []Check
	Version string    // of the bot; empty: not told
	Started time.Time // of the process; zero: not told
	Now     time.Time
}

// why is what to say first of a part in trouble.
func (c Check) why() batchsync.Text {
	if c.Detail.IsZero() && len(c.Signs) > 0 {
		return c.Signs[0]
	}
	return c.Detail
}

// Status shows how the bot does, the parts in the order given.
func (p Printer) Status(s StatusView) Message {
	bad := 0
	var checks, said []mark
	for _, c := range s.Checks {
		line := p.say("status.line", checkSymbol(c.State), "*"+p.enum("part.", string(c.Name))+"*", p.enum("check_state.", string(c.State)))
		if !c.Detail.IsZero() {
			line = join([]mark{line, p.sentence(c.Detail, false)}, " · ")
		}
		for _, sign := range c.Signs {
			line = join([]mark{line, p.sentence(sign, false)}, " · ")
		}
		checks = append(checks, line)
		if c.State != CheckOK {
			bad++
			said = append(said, p.say("problem.at", p.enum("part.", string(c.Name)), p.hint(c.why(), false)))
		}
	}
	head := p.say("status.fine")
	if bad > 0 {
		head = p.say("status.trouble", number(bad), number(len(s.Checks)))
	}
	all := []slack.Block{p.header("status/title", p.word("status.title")), section("status/head", head)}
	for i, c := range checks[:min(len(checks), maxRows)] {
		all = append(all, cardSection("status/"+strconv.Itoa(i), c))
	}
	all = append(all, contextLine("status/since", p.since(s)))
	return Message{Text: top(append([]mark{p.say("status.text", head)}, said...)...), Blocks: all}
}

func (p Printer) since(s StatusView) mark {
	parts := []mark{p.say("task.as_of", date(s.Now))}
	if !s.Started.IsZero() {
		parts = append(parts, p.say("status.started", date(s.Started)))
	}
	if s.Version != "" {
		parts = append(parts, p.say("status.version", p.foreign(s.Version)))
	}
	return join(parts, " · ")
}

// checkSymbol accompanies the word of a check's state.
func checkSymbol(s CheckState) mark {
	switch s {
	case CheckOK:
		return "✓"
	case CheckWarn:
		return "!"
	case CheckBad:
		return "✗"
	}
	return "?"
}
