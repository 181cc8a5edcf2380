package blocks

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// modal is the frame of every view. Without ref it points to nothing.
func (p Printer) modal(callback CallbackID, title batchsync.TextKey, ref string, all []slack.Block) slack.ModalViewRequest {
	return slack.ModalViewRequest{
		Type:            slack.VTModal,
		CallbackID:      string(callback),
		Title:           p.plain(p.word(title), maxTitle),
		Close:           p.plain(p.word("button.close"), maxTitle),
		Blocks:          slack.Blocks{BlockSet: all},
		PrivateMetadata: ref,
	}
}

// Loading is the modal that is opened before anything is known. It is the same
// for everybody, so nothing can delay it.
func (p Printer) Loading() slack.ModalViewRequest {
	return p.modal(CallbackInfo, "wizard.plain_title", "", []slack.Block{section("loading", p.say("modal.loading"))})
}

// maxCarried is Slack's limit of what a button carries.
const maxCarried = 2000

// Undrawn says that a modal does not show what it should, because Slack did not
// take it. The button with that action and value opens it again; without one, and
// where the value would not come back as it is, the person asks again themselves.
func (p Printer) Undrawn(again ActionID, value string) Message {
	hint, able := p.say("modal.undrawn_ask"), again != "" && p.clip(value, maxCarried) == value
	if able {
		hint = p.say("modal.undrawn_hint")
	}
	text := lines(p.say("modal.undrawn"), hint)
	m := Message{Text: top(text), Blocks: []slack.Block{section("undrawn", text)}}
	if able {
		m.Blocks = append(m.Blocks, slack.NewActionBlock("undrawn/buttons", primary(p.button(again, "button.open_form", value))))
	}
	return m
}

// Info only tells something; hint may be zero. With again it offers to open
// the wizard of that draft (an empty id: a new one). Ids of persons become
// mentions, which notify nobody in a modal.
func (p Printer) Info(text, hint batchsync.Text, again *batchsync.DraftID) slack.ModalViewRequest {
	all := []slack.Block{section("info", p.sentence(text, true))}
	if !hint.IsZero() {
		all = append(all, section("hint", p.sentence(hint, true)))
	}
	if again != nil {
		all = append(all, slack.NewActionBlock("again", p.button(ActionOpenWizard, "button.open_again", string(*again))))
	}
	return p.modal(CallbackInfo, "wizard.plain_title", "", all)
}

// Choose asks whether to go on with an open draft or to give it up; others is how
// many more the person has.
func (p Printer) Choose(open batchsync.Draft, others int, now time.Time) slack.ModalViewRequest {
	ref := Ref{ID: string(open.ID), Version: open.Version}.String()
	about := p.say("choose.age", p.draftTitle(open), p.ago(now.Sub(open.UpdatedAt)))
	all := []slack.Block{
		section("choose", lines(p.say("choose.text"), about)),
		slack.NewActionBlock("choices",
			primary(p.button(ActionResumeDraft, "button.resume_draft", ref)),
			p.startOver(open, ref)),
		contextLine("choose.hint", p.say("choose.hint")),
	}
	if others > 0 {
		more := row("choose.others", p.say("choose.others", number(others)), p.button(ActionDrafts, "button.all_drafts", FilterAll))
		all = append(all, slack.NewDividerBlock(), more)
	}
	return p.modal(CallbackResume, "wizard.title", ref, all)
}

// maxDrafts is how many drafts a list shows, which may have to fit a message; each
// takes two of its 50 blocks.
const maxDrafts = 20

// Drafts lists the open drafts of a person, in the order given.
func (p Printer) Drafts(open []batchsync.Draft) slack.ModalViewRequest {
	about := p.say("drafts.about")
	if len(open) == 0 {
		about = p.say("drafts.none")
	}
	all := append([]slack.Block{section("drafts", about)}, p.draftRows("drafts", open, maxDrafts)...)
	if more := len(open) - maxDrafts; more > 0 {
		all = append(all, contextLine("drafts/more", p.say("drafts.more", number(more))))
	}
	return p.modal(CallbackDrafts, "home.drafts_title", "", all)
}

// draftRows are drafts with ways to go on with each, and to give it up.
func (p Printer) draftRows(id string, open []batchsync.Draft, most int) []slack.Block {
	var all []slack.Block
	for i, d := range open[:min(len(open), most)] {
		at := id + "/" + strconv.Itoa(i)
		// To the minute: typing in the wizard must not change the Home tab each time.
		name := p.foreign(p.clip(draftName(d), maxCell))
		if name == "" {
			name = p.say("choose.unnamed")
		}
		about := p.say("choose.age", name, date(d.UpdatedAt.Truncate(time.Minute)))
		resume := p.spoken(p.button(ActionOpenWizard, "button.resume_draft", string(d.ID)), draftName(d))
		all = append(all, listed(at, about, resume), slack.NewActionBlock(at+"/discard", p.discarding(d)))
	}
	return all
}

// discarding throws a kept draft away, so it asks before. It is not what a list or
// a message is for, so it stays plain until then.
func (p Printer) discarding(d batchsync.Draft) slack.BlockElement {
	ref := Ref{ID: string(d.ID), Version: d.Version}.String()
	b := p.spoken(p.button(ActionDiscard, "button.discard_draft", ref), draftName(d))
	return p.asking(b, "discard.title", "discard.text", "button.discard_draft").WithStyle(slack.StyleDefault)
}

// startOver throws a draft away, so it asks before, and says which.
func (p Printer) startOver(open batchsync.Draft, ref string) slack.BlockElement {
	b := p.button(ActionStartOver, "button.start_over", ref)
	if name := p.clip(draftName(open), maxCell); name != "" {
		return p.asking(b, "start_over.title", "start_over.text", "button.start_over", name)
	}
	return p.asking(b, "start_over.title", "discard.text", "button.start_over")
}

// draftTitle is the name of a draft where something must stand.
func (p Printer) draftTitle(d batchsync.Draft) mark {
	if name := p.foreign(draftName(d)); name != "" {
		return name
	}
	return p.say("choose.unnamed")
}

// draftName is what a draft is about, as far as it is known, else "". A name that
// no task can have and a rule for names tell nothing of it.
func draftName(d batchsync.Draft) string {
	spec := d.Spec()
	if !batchsync.CheckTaskName(spec.Name).IsZero() {
		spec.Name = ""
	}
	if strings.Contains(spec.TargetTable, "{") {
		spec.TargetTable = ""
	}
	from := ""
	switch n := len(spec.Tables); {
	case n > 2:
		from = strings.Join(spec.Tables[:2], ", ") + ", …"
	case n > 0:
		from = strings.Join(spec.Tables, ", ")
	}
	return cmp.Or(spec.Name, spec.TargetTable, from, spec.SourceSchema, spec.Source.Name)
}

// ago is a time span in its largest unit.
func (p Printer) ago(d time.Duration) mark {
	switch {
	case d < 2*time.Minute:
		return p.say("ago.now")
	case d < 2*time.Hour:
		return p.say("ago.minutes", number(int(d.Minutes())))
	case d < 48*time.Hour:
		return p.say("ago.hours", number(int(d.Hours())))
	}
	return p.say("ago.days", number(int(d.Hours()/24)))
}

// Creating follows Create Sync and may be closed: the card tells the rest.
func (p Printer) Creating(op batchsync.Operation) slack.ModalViewRequest {
	where := p.say("creating.where_direct")
	if channel, ok := p.channel(op.Channel); ok {
		where = p.say("creating.where", channel)
	}
	return p.modal(CallbackInfo, "wizard.title", "", []slack.Block{
		section("creating", p.say("creating.text", p.foreign(op.Name()))),
		section("where", where),
	})
}
