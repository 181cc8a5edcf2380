package blocks

import (
	"strings"
	"time"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// Settled is a button of a message that was used. A line that says who did
// what takes its place, so that nobody presses it again on the way.
type Settled struct {
	Action ActionID // of the button, or of the menu's entry
	By     batchsync.UserID
	At     time.Time
	Card   string // web address of the card that tells what becomes of it; "" when that is not known
}

// Surface is a kind of message whose buttons settle: it is drawn anew once one
// of them was used.
type Surface string

// Surfaces.
const (
	SurfaceNone Surface = ""     // any other message, a modal, a typed command
	SurfaceTask Surface = "task" // a task's card
	SurfaceRuns Surface = "runs" // the runs of a task
)

// SurfaceOf is the kind of message a block stands in, by the block's id.
func SurfaceOf(blockID string) Surface {
	kind, _, _ := strings.Cut(blockID, "/")
	switch s := Surface(kind); s {
	case SurfaceTask, SurfaceRuns:
		return s
	}
	return SurfaceNone
}

// settledWords are what buttons are called that settle.
func settledWords() map[ActionID]batchsync.TextKey {
	return map[ActionID]batchsync.TextKey{
		ActionBackfill: "button.backfill", ActionRerun: "button.rerun", ActionStopRun: "button.stop_run",
		ActionDebug: "button.debug", ActionDeploy: "button.deploy", ActionUndeploy: "button.undeploy", ActionChangeSchedule: "button.change_schedule",
		ActionLessAtOnce: "button.change_settings",
		ActionMute:       "button.mute", ActionUnmute: "button.unmute", ActionAdopt: "button.adopt",
	}
}

// settled is the line of a used button: "Rerun by @ana · 10:42 · Its card".
func (p Printer) settled(s Settled) mark {
	line := p.say("settled.by", p.say(settledWords()[s.Action]), p.user(string(s.By)), date(s.At))
	if webURL(s.Card) == "" {
		return line
	}
	return join([]mark{line, link(s.Card, p.word("settled.card"))}, " · ")
}

// unused leaves the used button out of a row.
func unused(all []slack.BlockElement, s *Settled) []slack.BlockElement {
	if s == nil {
		return all
	}
	var out []slack.BlockElement
	for _, e := range all {
		if b, ok := e.(*slack.ButtonBlockElement); ok && b.ActionID == string(s.Action) {
			continue
		}
		if menu, ok := e.(*slack.OverflowBlockElement); ok {
			menu.Options = otherEntries(menu.Options, s.Action)
		}
		out = append(out, e)
	}
	return out
}

func otherEntries(all []*slack.OptionBlockObject, used ActionID) (out []*slack.OptionBlockObject) {
	for _, o := range all {
		if c, err := ParseMenuChoice(o.Value); err != nil || c.Action != used {
			out = append(out, o)
		}
	}
	return out
}

// pressed is who pressed which button of an operation's card last, "" while
// nobody did: "Check Again by @ana · 10:42 · 2 times in a row".
func (p Printer) pressed(op batchsync.Operation) mark {
	last := op.Pressed
	if last == nil {
		return ""
	}
	by, at := p.user(string(last.By)), date(last.At)
	line := join([]mark{p.say("card.stop_asked", by), at}, " · ") // it takes its time
	switch last.Action {
	case batchsync.ActResume:
		line = p.say("settled.by", p.say("button.check_again"), by, at)
	case batchsync.ActDebug:
		line = p.say("settled.by", p.say("button.debug_first"), by, at)
	case batchsync.ActDrop:
		line = p.say("settled.by", p.say("button.give_up"), by, at)
	}
	if last.Times > 1 {
		line = join([]mark{line, p.say("settled.times", number(last.Times))}, " · ")
	}
	return line
}
