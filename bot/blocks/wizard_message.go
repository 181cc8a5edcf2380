package blocks

import (
	"strings"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// A modal can be drawn as a message, for where Slack lets the bot open none.
// Messages have no private metadata, and ephemeral ones do not even come back
// with a click; so the reference that a modal carries stands in the block id of
// everything that can be used: "<id in the modal>#<version>:<id of the draft>".
const frameMark = "#"

// maxBlockID is Slack's.
const maxBlockID = 255

// framed is the block id of a part of a modal that is drawn as a message.
func framed(block, ref string) string { return block + frameMark + ref }

// FrameRef reads the private metadata of the modal out of the block id of what
// was used in its message; false for blocks of any other message and of modals.
func FrameRef(block string) (ref string, ok bool) {
	id, ref, ok := strings.Cut(block, frameMark)
	if !ok || id == "" || len(block) > maxBlockID {
		return "", false
	}
	_, err := ParseRef(ref)
	return ref, err == nil
}

// A message holds less than a modal: Slack limits the text of all its blocks
// together. That many chosen entries fit a menu of it, with room for the rest
// of a screen.
const (
	maxFramedChosen      = 40
	maxFramedChosenUnits = 4000
)

// maxFramedUnits is how much text a message has for what only tells; the rest
// is for what can be used.
const maxFramedUnits = 7000

// InMessage draws a modal as a message: the same blocks, with the modal's
// buttons below. What points to a draft can be used there; the rest only tells,
// and what has no room is left out and said so.
func (p Printer) InMessage(view slack.ModalViewRequest) Message {
	title := bold(view.Title.Text)
	all, said := []slack.Block{section("frame/title", title)}, []mark{title}
	var own []slack.BlockElement // the modal's own buttons, at its end
	room, cut := maxFramedUnits, false
	blocks := view.Blocks.BlockSet
	for i, b := range blocks {
		if last, ok := b.(*slack.ActionBlock); ok && i == len(blocks)-1 && view.Submit != nil {
			own = last.Elements.ElementSet
			continue
		}
		var told int
		for _, t := range markups([]slack.Block{b}) {
			told += units(t.Text)
			if len(said) < 4 {
				said = append(said, mark(t.Text))
			}
		}
		if room -= told; room < 0 && told > 0 {
			cut = true
			continue
		}
		all = append(all, p.framedBlock(b, view.PrivateMetadata))
	}
	if cut {
		all = append(all, contextLine("frame/cut", p.say("frame.cut")))
	}
	return Message{Text: top(said...), Blocks: append(all, p.frameButtons(view, own)...)}
}

// framedBlock is a block with the reference in its id, if it can be used.
func (p Printer) framedBlock(b slack.Block, ref string) slack.Block {
	if ref == "" {
		return b
	}
	switch b := b.(type) {
	case *slack.InputBlock:
		return p.framedInput(*b, ref)
	case *slack.ActionBlock:
		actions := *b
		actions.BlockID = framed(b.BlockID, ref)
		return &actions
	case *slack.SectionBlock:
		if b.Accessory != nil {
			row := *b
			row.BlockID = framed(b.BlockID, ref)
			return &row
		}
	}
	return b
}

// frameButtons are the modal's buttons: the one that goes on first, then its
// own, then what a message has besides.
func (p Printer) frameButtons(view slack.ModalViewRequest, own []slack.BlockElement) []slack.Block {
	ref, err := ParseRef(view.PrivateMetadata)
	if err != nil {
		return nil
	}
	ways := slack.NewActionBlock("frame/ways",
		p.button(ActionQuestions, "button.all_questions", ref.ID),
		p.button(ActionOpenWizard, "button.open_form", ref.ID))
	if view.Submit == nil {
		return []slack.Block{ways}
	}
	to := ref.String()
	submit := slack.NewButtonBlockElement(string(ActionSubmit), to, p.plain(view.Submit.Text, maxButton))
	all := append([]slack.BlockElement{primary(submit)}, own...)
	all = append(all, p.button(ActionCancel, "button.cancel", to))
	return []slack.Block{slack.NewActionBlock(framed("frame/buttons", to), all...), ways}
}

// framedInput is a question in a message. A choice of very many would not fit,
// and a menu with a part of it would lose the rest when it is used; it is
// counted instead, and stays as it is.
func (p Printer) framedInput(b slack.InputBlock, ref string) slack.Block {
	if many, ok := b.Element.(*slack.MultiSelectBlockElement); ok {
		size := 0
		for _, o := range many.InitialOptions {
			size += units(o.Text.Text) + 20
		}
		if len(many.InitialOptions) > maxFramedChosen || size > maxFramedChosenUnits {
			return p.counted(b.BlockID, b.Label.Text, len(many.InitialOptions))
		}
		fewer := *many
		most := maxFramedChosen
		fewer.MaxSelectedItems = &most
		b.Element = &fewer
	}
	b.BlockID = framed(b.BlockID, ref)
	return &b
}

// Passed says above the questions why they stand in a message.
func (p Printer) Passed(m Message) Message {
	m.Blocks = append([]slack.Block{contextLine("frame/why", p.say("open.passed"))}, m.Blocks...)
	return m
}

// Questions lists everything that a task needs in one text, with the line that
// answers it: a draft's own, as far as it is answered.
func (p Printer) Questions(d *batchsync.Draft) Message {
	line := "SOURCE schema.table -> schema.table overwrite daily 02:00 folder=PATH vc=NAME name=NAME"
	intro := p.say("questions.intro")
	if d != nil {
		line, intro = batchsync.LineOf(d.Spec()), p.say("questions.draft", p.draftTitle(*d))
	}
	about := lines(p.say("questions.source"), p.say("questions.tables"), p.say("questions.target"), p.say("questions.rhythm"), p.say("questions.keys"))
	all := []slack.Block{section("questions/intro", intro), section("questions/about", about)}
	typed := "/batchsync new " + line
	if units(typed) > maxDetail {
		all = append(all, contextLine("questions/long", p.say("questions.long")))
	} else {
		all = append(all, p.preformatted("questions/line", typed))
	}
	return Message{Text: top(intro, about, p.name(typed)), Blocks: append(all, contextLine("questions/then", p.say("questions.then")))}
}

// WrongLine shows what is wrong in a line: the words in question, why, and
// whole lines that would be right. The draft has everything else of it.
type WrongLine struct {
	Draft    batchsync.Draft
	Line     string // as typed, behind the word new
	Problems []WrongWords
	// Mended is the line with everything set right at once, for several problems;
	// "" when there is none. [MaxCommand] bytes at most.
	Mended string
}

// maxGivenUp is how much of a line is told when it is given up.
const maxGivenUp = maxLogTail

// LineGivenUp repeats a line that nothing was kept of, as it can be typed again.
func (p Printer) LineGivenUp(line string) Message {
	text := p.say("line.given_up")
	typed := p.redact.String(visible("/batchsync new "+line, false))
	if shown := cut(typed, maxGivenUp, "…"); shown != typed {
		text, typed = lines(text, p.say("line.given_up_long")), shown
	}
	return Message{Text: top(text, p.name(typed)), Blocks: []slack.Block{section("given_up", text), box("given_up/line", typed)}}
}

// WrongWords is one problem of a line and the lines that would mend it.
type WrongWords struct {
	batchsync.LineProblem
	Lines []string // [MaxCommand] bytes at most, each
}

// A screen has room for so many.
const (
	maxWrongWords = 6
	maxLines      = 3
)

// WrongLine is the modal that answers a line with mistakes: nothing of it is
// lost, and going on asks what is still open.
func (p Printer) WrongLine(w WrongLine) slack.ModalViewRequest {
	ref := Ref{ID: string(w.Draft.ID), Version: w.Draft.Version}.String()
	all := []slack.Block{section("line", lines(p.say("line.wrong"), p.name(w.Line)))}
	var mends []*slack.ButtonBlockElement
	mend := func(id, line string) {
		if p.clean(line) == line { // what a button carries must be what is shown, and no secret
			button := p.button(ActionCommand, "button.take_line", "new "+line)
			mends, all = append(mends, button), append(all, listed(id, p.name(line), button))
		}
	}
	for i, wrong := range w.Problems[:min(len(w.Problems), maxWrongWords)] {
		id := "line/" + number(i+1)
		text := p.say("problem.at", p.name(wrong.Quoted), p.sentence(wrong.Text, true))
		if w.Mended != "" {
			wrong.Lines = nil
		}
		if len(wrong.Lines) == 0 && len(wrong.Nearest) > 0 {
			text = lines(text, p.say("line.nearest", p.names(wrong.Nearest)))
		}
		all = append(all, section(string(id), mark(cutMark(text, maxRow))))
		for j, line := range wrong.Lines[:min(len(wrong.Lines), maxLines)] {
			mend(string(id)+"/"+string(number(j+1)), line)
		}
	}
	if more := len(w.Problems) - maxWrongWords; more > 0 {
		all = append(all, contextLine("line/more", p.say("list.more", number(more))))
	}
	if w.Mended != "" {
		mend("line/mended", w.Mended)
	}
	on := p.button(ActionResumeDraft, "button.go_on", ref)
	if len(mends) == 1 { // most likely what was meant
		primary(mends[0])
	} else {
		primary(on)
	}
	all = append(all,
		slack.NewActionBlock("line/on", on),
		contextLine("line/hint", p.say("line.hint")))
	view := p.modal(CallbackLine, "wizard.title", ref, all)
	view.NotifyOnClose = true
	return view
}
