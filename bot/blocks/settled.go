package blocks

import (
	"slices"
	"strconv"
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

	// These say what was so when they were asked for: a copy of them settles, see
	// [Message.Keep].
	SurfaceLog       Surface = "log"
	SurfaceDiagnosis Surface = "diagnosis"
)

// SurfaceOf is the kind of message a block stands in, by the block's id.
func SurfaceOf(blockID string) Surface {
	kind, _, _ := strings.Cut(blockID, "/")
	switch s := Surface(kind); s {
	case SurfaceTask, SurfaceRuns, SurfaceLog, SurfaceDiagnosis:
		return s
	}
	return SurfaceNone
}

// buttonsOf is the id of the block that holds the buttons of a surface.
func buttonsOf(s Surface) string { return string(s) + "/buttons" }

// Keep is the message with a key on the block of its buttons: a press in it comes
// back with the key, see [CopyOf].
func (m Message) Keep(key string) Message {
	return m.redrawn(func(b slack.Block) []slack.Block {
		row, ok := b.(*slack.ActionBlock)
		if !ok || row.BlockID != buttonsOf(SurfaceOf(row.BlockID)) {
			return []slack.Block{b}
		}
		return []slack.Block{slack.NewActionBlock(row.BlockID+"/"+key, row.Elements.ElementSet...)}
	})
}

// CopyOf is the key that stands in a block's id, "" for none.
func CopyOf(blockID string) string {
	s := SurfaceOf(blockID)
	if key, kept := strings.CutPrefix(blockID, buttonsOf(s)+"/"); kept && s != SurfaceNone {
		return key
	}
	return ""
}

// SettledIn is a kept message in which a button was used: a line takes its place,
// and all else stays.
func (p Printer) SettledIn(m Message, s Settled) Message {
	return m.redrawn(func(b slack.Block) []slack.Block {
		row, ok := b.(*slack.ActionBlock)
		if !ok || CopyOf(row.BlockID) == "" {
			return []slack.Block{b}
		}
		id := string(SurfaceOf(row.BlockID)) + "/settled/" + string(s.Action) + "/" + strconv.FormatInt(s.At.UnixMilli(), 10)
		out := []slack.Block{contextLine(id, p.settled(s))}
		if left := unused(row.Elements.ElementSet, &s); len(left) > 0 {
			out = append(out, slack.NewActionBlock(row.BlockID, left...))
		}
		return out
	})
}

// redrawn puts other blocks in the place of each, in all drawings of a message.
func (m Message) redrawn(each func(slack.Block) []slack.Block) Message {
	all := func(old []slack.Block) (out []slack.Block) {
		for _, b := range old {
			out = append(out, each(b)...)
		}
		return out
	}
	simpler := m.Fallbacks
	m.Blocks, m.Fallbacks = all(m.Blocks), nil
	for _, f := range simpler {
		m.Fallbacks = append(m.Fallbacks, all(f))
	}
	return m
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

// alike are the buttons that ask for the same kind of change.
func alike(a ActionID) []ActionID {
	for _, same := range [][]ActionID{{ActionLessAtOnce, ActionRaiseRetries}, {ActionChangeSchedule, ActionSwitchCluster}} {
		if slices.Contains(same, a) {
			return same
		}
	}
	return []ActionID{a}
}

// unused leaves the used button out of a row.
func unused(all []slack.BlockElement, s *Settled) []slack.BlockElement {
	if s == nil {
		return all
	}
	var out []slack.BlockElement
	for _, e := range all {
		if b, ok := e.(*slack.ButtonBlockElement); ok && slices.Contains(alike(s.Action), ActionID(b.ActionID)) {
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
