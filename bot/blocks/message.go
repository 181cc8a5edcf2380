package blocks

import (
	"strconv"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// maxParagraphs is how many paragraphs a notice shows.
const maxParagraphs = 8

// Notice is a message of plain paragraphs.
func (p Printer) Notice(body []batchsync.Text) Message { return p.NoticeTo("", body) }

// maxMentioned is how many people one notice mentions.
const maxMentioned = 30

// NoticeTo is a notice that begins with a mention of a person, and of others
// behind them, which are the only pings in it: 30 at most. What is no id of a
// person is left out.
func (p Printer) NoticeTo(user batchsync.UserID, body []batchsync.Text, also ...batchsync.UserID) Message {
	var m Message
	var parts []mark
	for i, t := range body[:min(len(body), maxParagraphs)] {
		text := mark(cutMark(p.sentence(t, false), maxContext))
		if i == 0 {
			marks := []mark{mention(user)}
			for _, id := range also[:min(len(also), maxMentioned-1)] {
				marks = append(marks, mention(id))
			}
			text = join(append(marks, text), " ")
		}
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

// Help explains a command by its word; of an empty or unknown one, everything.
func (p Printer) Help(topic string) Message {
	if _, known := CommandActions()[topic]; known {
		text := p.say(batchsync.TextKey("help." + topic))
		return p.withButtons(text, section("help/"+topic, text))
	}
	text := lines(p.say("help.intro"), p.say("help.commands"))
	return p.withButtons(text,
		section("help/intro", p.say("help.intro")),
		section("help/commands", p.say("help.commands")),
		contextLine("help/places", p.say("help.places")),
		contextLine("help/rights", p.say("help.rights")))
}

// withButtons is a message that ends with ways to begin.
func (p Printer) withButtons(text mark, all ...slack.Block) Message {
	buttons := slack.NewActionBlock("begin",
		primary(p.button(ActionOpenWizard, "button.new_sync", "")),
		p.button(ActionList, "button.all_tasks", FilterAll),
		p.button(ActionStatus, "button.status", FilterAll))
	return Message{Text: top(text), Blocks: append(all, buttons)}
}

// UnknownCommand answers a word that is no command; nearest may be empty.
func (p Printer) UnknownCommand(word, nearest string) Message {
	text := p.say("help.unknown", escape(p.clip(word, maxCell)))
	if nearest != "" {
		text = p.say("help.nearest", escape(p.clip(word, maxCell)), p.foreign(nearest))
	}
	return Message{
		Text:   top(text, p.say("help.commands")),
		Blocks: []slack.Block{section("unknown", text), section("commands", p.say("help.commands"))},
	}
}

// OtherKept tells that a draft was left alone while another one was begun.
func (p Printer) OtherKept(d batchsync.Draft) Message {
	m := p.Kept(d)
	text := p.say("line.other_kept")
	m.Text = top(text, mark(m.Text))
	m.Blocks = append([]slack.Block{section("other", text)}, m.Blocks...)
	return m
}

// Kept tells the owner of a draft, after the modal was closed, that it is kept
// and for how long.
func (p Printer) Kept(d batchsync.Draft) Message {
	text := p.say("draft.kept_unnamed")
	if name := p.foreign(draftName(d)); name != "" {
		text = p.say("draft.kept", name)
	}
	return Message{Text: top(text), Blocks: []slack.Block{
		section("kept", text),
		slack.NewActionBlock("choices",
			primary(p.button(ActionOpenWizard, "button.resume_draft", string(d.ID))),
			p.asking(p.button(ActionDiscard, "button.discard_draft", Ref{ID: string(d.ID), Version: d.Version}.String()),
				"discard.title", "discard.text", "button.discard_draft")),
	}}
}

// Held says who is changing the same thing, since when and where its card is:
// making a task of that name, changing that task, or taking it offline together
// with another one. card is the card's web address, or the channel it is in where
// there is none. Show it with [Printer.Problem] or [Printer.Info].
func Held(h *batchsync.HeldError, card string) batchsync.Problem {
	args := []string{h.Name(), string(h.By.Actor), moment(h.By.CreatedAt), card}
	text, hint := batchsync.T("held.change", args...), batchsync.T("held.change_hint")
	switch {
	case h.By.Kind == batchsync.OpCreate:
		text, hint = batchsync.T("held.by", args...), batchsync.T("held.hint")
	case h.Along():
		text = batchsync.T("held.along", append(args, h.By.Name())...)
	}
	if h.Too {
		hint = batchsync.T("held.too_hint")
	}
	return batchsync.Problem{Code: batchsync.CodeConflict, Text: text, Hint: hint}
}

// cardPlace says where a card is, see [Held].
func (p Printer) cardPlace(card string) mark {
	if webURL(card) != "" {
		return link(card, p.word("place.card"))
	}
	if channel, ok := p.channel(batchsync.ChannelID(card)); ok {
		return p.say("place.in", channel)
	}
	return p.say("place.direct")
}
