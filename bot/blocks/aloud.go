package blocks

import (
	"regexp"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// MaxCommand is how long a command may be that a button carries, in bytes; no
// sensible one comes near.
const MaxCommand = 1000

// Offer answers a command that cannot be carried out where it was written: only
// a button lets a bot open a form, and a change takes more than a word in a
// conversation. form says which of the two it is. The button carries the
// command, MaxCommand at most and without secrets, for whoever presses it.
func (p Printer) Offer(command string, form bool) Message {
	text, label := p.say("offer.change"), batchsync.TextKey("button.carry_out")
	if form {
		text, label = p.say("offer.form"), "button.open_form"
	}
	text = lines(text, p.name("/batchsync "+command))
	return Message{Text: top(text), Blocks: []slack.Block{
		section("offer", text),
		slack.NewActionBlock("offer/buttons", primary(p.button(ActionCommand, label, p.clip(command, 2*MaxCommand)))),
	}}
}

// anybody matches what notifies a person or a group.
var anybody = regexp.MustCompile(`<(?:@|!subteam\^)([A-Z0-9]+)(?:\|[^>]*)?>`)

// Quiet is the message for a place where everybody reads it: people are named
// instead of mentioned, so that nobody is notified. name may return "" for who
// is not known; they are shown by their id, as groups are. The message itself
// is changed.
func (p Printer) Quiet(m Message, name func(batchsync.UserID) string) Message {
	plainly := func(s string) string {
		return anybody.ReplaceAllStringFunc(s, func(found string) string {
			id := anybody.FindStringSubmatch(found)[1]
			if known := p.foreign(name(batchsync.UserID(id))); known != "" {
				return string(known)
			}
			return id
		})
	}
	m.Text = plainly(m.Text)
	for _, all := range append([][]slack.Block{m.Blocks}, m.Fallbacks...) {
		for _, t := range markups(all) {
			t.Text = cutMark(mark(plainly(t.Text)), maxSection)
		}
	}
	return m
}

// markups are the texts of a drawing in which Slack would see a mention.
func markups(all []slack.Block) (out []*slack.TextBlockObject) {
	add := func(texts ...*slack.TextBlockObject) {
		for _, t := range texts {
			if t != nil && t.Type == slack.MarkdownType {
				out = append(out, t)
			}
		}
	}
	for _, b := range all {
		switch b := b.(type) {
		case *slack.SectionBlock:
			add(b.Text)
			add(b.Fields...)
		case *slack.ContextBlock:
			for _, e := range b.ContextElements.Elements {
				if t, ok := e.(*slack.TextBlockObject); ok {
					add(t)
				}
			}
		}
	}
	return out
}
