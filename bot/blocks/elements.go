package blocks

import (
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// Slack draws no menu with more than 100 chosen entries, and no view larger than
// 250 kB, so choosing in a menu ends before. More tables come from a line.
const (
	maxChosen      = 100
	maxChosenBytes = 150_000
)

// initial finds the option of the present answer; without one, an option
// without alternative is chosen.
func initial(d batchsync.Draft, f batchsync.Field, options []*slack.OptionBlockObject) *slack.OptionBlockObject {
	for _, o := range options {
		if o.Value == d.Answers.Value(f) {
			return o
		}
	}
	if len(options) == 1 {
		return options[0]
	}
	return nil
}

func (p Printer) choose(d batchsync.Draft, f batchsync.Field, options []*slack.OptionBlockObject) slack.BlockElement {
	el := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, nil, string(FieldAction(f)), options...)
	el.InitialOption = initial(d, f, options)
	return el
}

func (p Printer) radio(d batchsync.Draft, f batchsync.Field, options []*slack.OptionBlockObject) slack.BlockElement {
	el := slack.NewRadioButtonsBlockElement(string(FieldAction(f)), options...)
	el.InitialOption = initial(d, f, options)
	return el
}

func (p Printer) checkboxes(d batchsync.Draft, f batchsync.Field, options []*slack.OptionBlockObject) slack.BlockElement {
	el := slack.NewCheckboxGroupsBlockElement(string(FieldAction(f)), options...)
	for _, o := range options {
		if slices.Contains(d.Answers.Values(f), o.Value) {
			el.InitialOptions = append(el.InitialOptions, o)
		}
	}
	return el
}

// lookup is a menu whose entries are asked for when it is opened.
func (p Printer) lookup(d batchsync.Draft, f batchsync.Field) slack.BlockElement {
	el := slack.NewOptionsSelectBlockElement(slack.OptTypeExternal, p.plain(p.word("placeholder.search"), maxPlaceholder), string(FieldAction(f)))
	el.MinQueryLength = new(int)
	if all := p.chosen(d, f); len(all) > 0 {
		el.InitialOption = all[0]
	}
	return el
}

func (p Printer) lookupMany(d batchsync.Draft, f batchsync.Field) slack.BlockElement {
	el := slack.NewOptionsMultiSelectBlockElement(slack.MultiOptTypeExternal, p.plain(p.word("placeholder.search_many"), maxPlaceholder), string(FieldAction(f)))
	el.MinQueryLength = new(int)
	el.InitialOptions = p.chosen(d, f)
	most := maxChosen
	el.MaxSelectedItems = &most
	return el
}

// chosen are the present answers as entries.
func (p Printer) chosen(d batchsync.Draft, f batchsync.Field) []*slack.OptionBlockObject {
	var out []*slack.OptionBlockObject
	room := maxChosenBytes
	for _, c := range d.Answers[f] {
		label := c.Label
		if label == "" {
			label = c.Value
		}
		o := p.option(p.veil(c.Value), label, "")
		if size := encodedSize(o); o != nil && len(out) < maxChosen && size <= room {
			out = append(out, o)
			room -= size
		}
	}
	return out
}

func (p Printer) typed(d batchsync.Draft, f batchsync.Field, limit int) slack.BlockElement {
	el := slack.NewPlainTextInputBlockElement(nil, string(FieldAction(f)))
	el.MaxLength = limit
	if v := p.redact.String(d.Answers.Value(f)); utf8.ValidString(v) && units(v) <= limit {
		el.InitialValue = v // what is left out of it is put back by Unveil
	}
	return el
}

// button is an action with a value; Slack shows its words as they are.
func (p Printer) button(a ActionID, key batchsync.TextKey, value string) *slack.ButtonBlockElement {
	return slack.NewButtonBlockElement(string(a), value, p.plain(p.word(key), maxButton))
}

// spoken gives a button that is drawn in many rows a name of its own for screen
// readers.
func (p Printer) spoken(b *slack.ButtonBlockElement, name string) *slack.ButtonBlockElement {
	b.AccessibilityLabel = p.clip(b.Text.Text+" "+name, maxAccessible)
	return b
}

// toldApart numbers the spoken names of buttons beside lines that would sound the
// same and lead to different things: tasks in different folders may have one name.
func toldApart(all []slack.Block) []slack.Block {
	goals := map[string][]string{}
	for _, b := range all {
		s, ok := b.(*slack.SectionBlock)
		if !ok || s.Accessory == nil || s.Accessory.ButtonElement == nil || s.Accessory.ButtonElement.AccessibilityLabel == "" {
			continue
		}
		e := s.Accessory.ButtonElement
		name, goal := e.AccessibilityLabel, e.ActionID+" "+e.Value
		n := slices.Index(goals[name], goal)
		if n < 0 {
			n = len(goals[name])
			goals[name] = append(goals[name], goal)
		}
		if n > 0 {
			tail := " (" + strconv.Itoa(n+1) + ")"
			e.AccessibilityLabel = cut(name, maxAccessible-units(tail), "…") + tail
		}
	}
	return all
}

// asking makes a button that destroys ask before; args are those of the text.
func (p Printer) asking(b *slack.ButtonBlockElement, title, text, yes batchsync.TextKey, args ...any) *slack.ButtonBlockElement {
	confirm := slack.NewConfirmationBlockObject(
		p.plain(p.word(title), maxConfirmHead), p.plain(p.format(text, args), maxConfirm),
		p.plain(p.word(yes), maxConfirmWord), p.plain(p.word("button.keep"), maxConfirmWord))
	return b.WithStyle(slack.StyleDanger).WithConfirm(confirm.WithStyle(slack.StyleDanger))
}

// row is a line with one button beside it.
func row(id string, m mark, b *slack.ButtonBlockElement) slack.Block {
	return slack.NewSectionBlock(marked(m, maxSection), nil, slack.NewAccessory(b), slack.SectionBlockOptionBlockID(id))
}

// listed is a row of a list. Each is cut, so that all of them fit a message.
func listed(id string, m mark, b *slack.ButtonBlockElement) slack.Block {
	return row(id, mark(cutMark(m, maxRow)), b)
}

func primary(b *slack.ButtonBlockElement) *slack.ButtonBlockElement {
	return b.WithStyle(slack.StylePrimary)
}
