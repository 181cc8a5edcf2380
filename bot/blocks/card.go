package blocks

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// Message is a drawn message. Text is escaped already: send it as it is.
type Message struct {
	Text   string        // for notifications and screen readers; up to 3000 characters
	Blocks []slack.Block // what is seen
}

// maxNotes is how many notes of a step are listed.
const maxNotes = 8

// Operation is the live card of a change. Its block ids carry the version, so
// that every drawing is a new one to Slack.
func (p Printer) Operation(op batchsync.Operation, now time.Time) Message {
	id := func(part string) string { return "card/" + strconv.Itoa(op.Version) + "/" + part }
	title := p.format("card.title", []any{op.Name()})
	state := p.enum("state.", string(op.State))
	problem := p.cardProblem(op)

	all := []slack.Block{p.header(id("title"), title), cardSection(id("state"), p.stateLine(op, state))}
	all = append(all, cardSection(id("steps"), p.stepLines(op)))
	if problem != nil {
		all = append(all, cardSection(id("problem"), lines(p.sentence(problem.Text, false), p.hint(problem.Hint, false))))
		if strings.TrimSpace(visible(problem.Detail, false)) != "" {
			all = append(all, p.preformatted(id("detail"), problem.Detail))
		}
	}
	if p.handsOff(op) {
		all = append(all, section(id("by_hand"), p.handoff(*op.Spec)))
	}
	if op.State == batchsync.OpDone && op.Spec != nil {
		all = append(all, section(id("next"), lines(bold(p.word("preview.title")), p.runs(op.Spec.Schedule, now))))
	}
	if buttons := p.cardButtons(op); len(buttons) > 0 {
		all = append(all, slack.NewActionBlock(id("buttons"), buttons...))
	}
	all = append(all, contextLine(id("asked"), p.asked(op)))
	return Message{Text: p.cardText(op, state, problem), Blocks: all}
}

// stateLine is where the change stands, and what it copies where.
func (p Printer) stateLine(op batchsync.Operation, state mark) mark {
	m := "*" + state + "*"
	if about := p.enumOrNone("state.", string(op.State)+"_about"); about != "" {
		m = p.say("card.state", m, about)
	}
	if op.Spec != nil {
		m = lines(m, p.flow(*op.Spec))
	}
	return m
}

func (p Printer) enumOrNone(prefix, value string) mark {
	key := batchsync.TextKey(prefix + value)
	if _, ok := p.words[key]; !ok {
		return ""
	}
	return p.say(key)
}

// stepLines has a line for every step, and the notes of the present one.
func (p Printer) stepLines(op batchsync.Operation) mark {
	var all []mark
	current := op.Current()
	for i, s := range op.Steps {
		all = append(all, p.say("card.step", symbol(s.State), p.enum("operation.step.", string(s.Name)), p.enum("step_state.", string(s.State))))
		if i == current {
			all = append(all, p.notes(s, p.handsOff(op))...)
		}
	}
	return lines(all...)
}

// notes are what was found in a step. What has to be set by hand is left out
// where the card lists it below in full.
func (p Printer) notes(s batchsync.OperationStep, listed bool) []mark {
	shown := slices.DeleteFunc(slices.Clone(s.Notes), func(t batchsync.Text) bool { return listed && isHandoff(t) })
	var all []mark
	for i, n := range shown {
		if i == maxNotes {
			return append(all, p.say("card.note", p.say("list.more", number(len(shown)-i))))
		}
		all = append(all, p.say("card.note", mark(cutMark(p.sentence(n, false), maxArgument))))
	}
	return all
}

func isHandoff(t batchsync.Text) bool {
	return t.Key == "configure.merge" || t.Key == "configure.object" || t.Key == "configure.refused"
}

// symbol accompanies the word of a step's state.
func symbol(s batchsync.StepState) mark {
	switch s {
	case batchsync.StepDone:
		return "✓"
	case batchsync.StepRunning, batchsync.StepWaiting:
		return "…"
	case batchsync.StepFailed:
		return "✗"
	case batchsync.StepUnknown:
		return "?"
	}
	return "○"
}

// cardProblem is the problem worth showing: that of the present step while
// nobody is working on it.
func (p Printer) cardProblem(op batchsync.Operation) *batchsync.Problem {
	if op.State == batchsync.OpRunning || op.State == batchsync.OpDone {
		return nil
	}
	return op.Problem()
}

// handsOff reports whether the card must say what to set up in Studio.
func (p Printer) handsOff(op batchsync.Operation) bool {
	i := op.Current()
	return op.State == batchsync.OpWaiting && op.Spec != nil && i >= 0 && op.Steps[i].Name == batchsync.StepConfigure &&
		(op.Spec.ByHand() || slices.ContainsFunc(op.Steps[i].Notes, isHandoff))
}

// cardButtons are what a person can do now; a settled card has a link at most.
func (p Printer) cardButtons(op batchsync.Operation) []slack.BlockElement {
	ref := Ref{ID: string(op.ID), Version: op.Version}.String()
	var out []slack.BlockElement
	failedClean := op.State == batchsync.OpFailed && !op.Made()
	switch {
	case failedClean:
		if op.Draft != "" {
			out = append(out, primary(p.button(ActionEditDraft, "button.edit_draft", string(op.Draft))))
		}
	case op.State == batchsync.OpWaiting, op.State == batchsync.OpUnknown, op.State == batchsync.OpFailed:
		out = append(out, primary(p.button(ActionCheckAgain, "button.check_again", ref)))
	}
	if link := webURL(op.StudioURL); link != "" {
		out = append(out, p.button(ActionOpenStudio, "button.open_studio", ref).WithURL(link))
	}
	if !failedClean && (op.State == batchsync.OpWaiting || op.State == batchsync.OpUnknown || op.State == batchsync.OpFailed) {
		out = append(out, p.dropButton(ref))
	}
	return out
}

func (p Printer) dropButton(ref string) slack.BlockElement {
	b := p.button(ActionDrop, "button.give_up", ref).WithStyle(slack.StyleDanger)
	confirm := slack.NewConfirmationBlockObject(
		p.plain(p.word("drop.title"), maxConfirmHead), p.plain(p.word("drop.text"), maxConfirm),
		p.plain(p.word("button.give_up"), maxConfirmWord), p.plain(p.word("button.keep"), maxConfirmWord))
	return b.WithConfirm(confirm.WithStyle(slack.StyleDanger))
}

// webURL lets ordinary web addresses through only.
func webURL(s string) string {
	u, err := url.Parse(s)
	if err != nil || len(s) > maxURL || u.Host == "" || u.User != nil || (u.Scheme != "https" && u.Scheme != "http") {
		return ""
	}
	return u.String()
}

// asked names who wants the change: the only mention a card carries.
func (p Printer) asked(op batchsync.Operation) mark {
	return p.say("card.asked", p.user(string(op.Actor)), date(op.CreatedAt))
}

// cardText is the card for who does not see it: what, where it stands, what
// went wrong and what to do next.
func (p Printer) cardText(op batchsync.Operation, state mark, problem *batchsync.Problem) string {
	done := 0
	for _, s := range op.Steps {
		if s.State == batchsync.StepDone {
			done++
		}
	}
	parts := []mark{p.say("card.text", p.foreign(op.Name()), state, number(done), number(len(op.Steps)))}
	if problem != nil {
		return top(append(parts, p.sentence(problem.Text, false), p.hint(problem.Hint, false))...)
	}
	return top(append(parts, p.enumOrNone("state.", string(op.State)+"_about"))...)
}
