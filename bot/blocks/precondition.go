package blocks

import (
	"slices"
	"strconv"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// PreconditionLine is a precondition in plain words, for a terminal or a program.
// It holds neither secrets nor control characters.
type PreconditionLine struct {
	Sign   string // one character, ✓ ! ✗ –
	Name   string // with what it is about
	About  string // that by itself; may be empty
	State  string
	Text   string
	Fix    string // empty where nothing is to be done
	Detail string // foreign text; may be empty
}

// Precondition puts one into words.
func (p Printer) Precondition(c batchsync.Precondition) PreconditionLine {
	l := PreconditionLine{
		Sign: preconditionSign(c.State), Name: p.word(batchsync.TextKey("precondition_name." + string(c.Name))),
		State: p.word(batchsync.TextKey("precondition_state." + string(c.State))), Text: p.Text(c.Text), Detail: p.clip(c.Detail, maxDetail),
	}
	if c.About != "" {
		l.About = p.clip(c.About, maxCell)
		l.Name = p.format("precondition_line.about", []any{l.Name, l.About})
	}
	if !c.Fix.IsZero() {
		l.Fix = p.Text(c.Fix)
	}
	return l
}

// PreconditionsCounted tells in a sentence how all of them came out.
func (p Printer) PreconditionsCounted(all []batchsync.Precondition) string {
	n := map[batchsync.PreconditionState]int{}
	for _, c := range all {
		n[c.State]++
	}
	count := func(s batchsync.PreconditionState) string { return strconv.Itoa(n[s]) }
	return p.Text(batchsync.T("precondition_line.count", count(batchsync.PreconditionMet), count(batchsync.PreconditionWarning),
		count(batchsync.PreconditionFailed), count(batchsync.PreconditionUnchecked)))
}

// maxPreconditions bounds the lines of a message, in characters; Slack takes some
// 13,000 in all.
const maxPreconditions = 8000

// preconditionRank is where a state stands among the others, the worst first.
func preconditionRank(s batchsync.PreconditionState) int {
	return slices.Index([]batchsync.PreconditionState{
		batchsync.PreconditionFailed, batchsync.PreconditionWarning, batchsync.PreconditionUnchecked, batchsync.PreconditionMet,
	}, s)
}

// Preconditions shows all of them, the worst first and else in the order given.
// Where there is no room for all, the last are counted.
func (p Printer) Preconditions(all []batchsync.Precondition) Message {
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b batchsync.Precondition) int {
		return preconditionRank(a.State) - preconditionRank(b.State)
	})
	counted := escape(p.PreconditionsCounted(all))
	said := []mark{p.say("precondition_line.said", counted)}
	var rows []mark
	for _, c := range all {
		rows = append(rows, mark(cutMark(p.precondition(c), maxChecked)))
		if c.State == batchsync.PreconditionFailed {
			said = append(said, p.say("problem.at", escape(p.Precondition(c).Name), p.sentence(c.Text, false)))
		}
	}
	blocks := []slack.Block{p.header("preconditions/title", p.word("precondition_line.title")), section("preconditions/head", counted)}
	kept := roomFor(rows)
	if left := len(rows) - len(kept); left > 0 {
		kept = append(kept, p.say("list.more", number(left)))
	}
	return Message{Text: top(said...), Blocks: append(blocks, stacked("preconditions", kept)...)}
}

// roomFor are the rows there is room for, in their order.
func roomFor(rows []mark) (kept []mark) {
	room := maxPreconditions
	for _, row := range rows {
		if n := units(string(row)) + 1; n <= room {
			kept, room = append(kept, row), room-n
		}
	}
	return kept
}

// PreconditionsUnderWay says that they are looked at.
func (p Printer) PreconditionsUnderWay() Message {
	m := p.say("precondition.under_way")
	return Message{Text: top(m), Blocks: []slack.Block{section("preconditions/head", m)}}
}

// precondition is a line with what somebody says and what to do below it.
func (p Printer) precondition(c batchsync.Precondition) mark {
	l := p.Precondition(c)
	m := p.say("precondition_line.line", mark(l.Sign), bold(l.Name), escape(l.State), p.sentence(c.Text, false))
	if l.Detail != "" {
		m = lines(m, p.say("precondition_line.detail", p.foreign(l.Detail)))
	}
	if !c.Fix.IsZero() {
		m = lines(m, p.say("preflight.fix", p.hint(c.Fix, false)))
	}
	return m
}

// preconditionSign accompanies the word of a state.
func preconditionSign(s batchsync.PreconditionState) string {
	switch s {
	case batchsync.PreconditionMet:
		return "✓"
	case batchsync.PreconditionWarning:
		return "!"
	case batchsync.PreconditionFailed:
		return "✗"
	}
	return "–"
}
