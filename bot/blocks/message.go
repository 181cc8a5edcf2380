package blocks

import (
	"strconv"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// maxParagraphs is how many paragraphs a notice shows.
const maxParagraphs = 8

// Notice is a message of plain paragraphs.
func (p Printer) Notice(body []batchsync.Text) Message {
	var m Message
	var parts []mark
	for i, t := range body[:min(len(body), maxParagraphs)] {
		text := mark(cutMark(p.sentence(t, false), maxContext))
		parts = append(parts, text)
		m.Blocks = append(m.Blocks, section("notice/"+strconv.Itoa(i), text))
	}
	if len(parts) == 0 {
		parts = []mark{p.say("error.internal")}
		m.Blocks = []slack.Block{section("notice/0", parts[0])}
	}
	m.Text = top(parts...)
	return m
}

// Problem is for one person's eyes (ephemeral), which is why it may mention who
// to ask. ref, when not empty, is the id to find the error in the log by.
func (p Printer) Problem(pr batchsync.Problem, ref string) Message {
	text := lines(p.sentence(pr.Text, true), p.hint(pr.Hint, true))
	m := Message{Blocks: []slack.Block{section("problem", text)}}
	if detail := p.clean(pr.Detail); detail != "" {
		m.Blocks = append(m.Blocks, p.preformatted("detail", pr.Detail))
	}
	var found mark
	if ref != "" {
		found = p.say("error.reference", p.foreign(ref))
		m.Blocks = append(m.Blocks, contextLine("reference", found))
	}
	m.Text = top(text, found)
	return m
}

// Help explains a topic; of an empty or unknown one, everything.
func (p Printer) Help(topic string) Message {
	if topic == "new" {
		text := p.say("help.new")
		return p.withNew(text, section("help/new", text))
	}
	text := lines(p.say("help.intro"), p.say("help.commands"))
	return p.withNew(text,
		section("help/intro", p.say("help.intro")),
		section("help/commands", p.say("help.commands")),
		section("help/new", p.say("help.new")),
		contextLine("help/rights", p.say("help.rights")))
}

// withNew is a message that ends with a way to begin.
func (p Printer) withNew(text mark, all ...slack.Block) Message {
	button := slack.NewActionBlock("new", primary(p.button(ActionOpenWizard, "button.new_sync", "")))
	return Message{Text: top(text), Blocks: append(all, button)}
}

// UnknownCommand answers a word that is no command; nearest may be empty.
func (p Printer) UnknownCommand(word, nearest string) Message {
	text := p.say("help.unknown", p.foreign(word))
	if nearest != "" {
		text = p.say("help.nearest", p.foreign(word), p.foreign(nearest))
	}
	return Message{
		Text:   top(text, p.say("help.commands")),
		Blocks: []slack.Block{section("unknown", text), section("commands", p.say("help.commands"))},
	}
}

// OpenAgain is for one person's eyes, when the time for opening a modal has
// passed. d nil offers a new draft.
func (p Printer) OpenAgain(d *batchsync.DraftID) Message {
	var id batchsync.DraftID
	if d != nil {
		id = *d
	}
	text := p.say("open.passed")
	return Message{Text: top(text), Blocks: []slack.Block{
		section("passed", text),
		slack.NewActionBlock("again", primary(p.button(ActionOpenWizard, "button.open_again", string(id)))),
	}}
}

// Kept tells the owner of a draft, after the modal was closed, that it is kept
// and for how long.
func (p Printer) Kept(d batchsync.Draft) Message {
	text := p.say("draft.kept", p.foreign(p.draftName(d)))
	return Message{Text: top(text), Blocks: []slack.Block{
		section("kept", text),
		slack.NewActionBlock("choices",
			primary(p.button(ActionOpenWizard, "button.resume_draft", string(d.ID))),
			p.button(ActionDiscard, "button.discard_draft", Ref{ID: string(d.ID), Version: d.Version}.String())),
	}}
}

// Held says that a task of the same name is being created already; show it
// with [Printer.Problem] or [Printer.Info].
func Held(by batchsync.Operation) batchsync.Problem {
	return batchsync.Problem{
		Code: batchsync.CodeConflict,
		Text: batchsync.T("held.by", by.Name()),
		Hint: batchsync.T("held.hint"),
	}
}
