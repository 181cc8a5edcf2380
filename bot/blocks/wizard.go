package blocks

import (
	"slices"
	"time"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// Screen is what the wizard shows.
type Screen struct {
	Draft        batchsync.Draft
	Problems     []batchsync.FieldError // shown at the top; a zero field belongs to the whole
	Facts        batchsync.Facts        // for display only; may be empty
	PlatformZone string                 // IANA; empty: unknown
	Now          time.Time
	ReaderZone   string              // of who looks, IANA; empty: unknown
	Crowd        *batchsync.Crowd    // who begins at the same time on the same source; nil: nobody to speak of
	Also         []batchsync.TaskRef // at the review: tasks known to the bot that write a table of this one
	May          []batchsync.TaskRef // and those of which it is not certain
	Unread       int                 // other sync tasks that nobody read; -1: the platform did not list them
	Review       Review              // at the review: what else it shows
	Columns      *SourceColumns      // at the review: what the source told, nil for not yet
}

// maxProblems is how many wrong answers are listed at once.
const maxProblems = 10

// Wizard is the present screen of a draft.
func (p Printer) Wizard(s Screen) slack.ModalViewRequest {
	all := []slack.Block{contextLine("progress", p.progress(s.Draft.Step))}
	if problems := p.problems(s); problems != "" {
		all = append(all, section("problems", problems))
	}
	for _, f := range batchsync.StepFields(s.Draft.Step) {
		if s.Draft.Shows(f) {
			all = append(all, p.question(s, f))
			all = append(all, p.explained(s, f)...)
		}
	}
	ref := Ref{ID: string(s.Draft.ID), Version: s.Draft.Version, Plan: s.Review.Digest}.String()
	submit := batchsync.TextKey("button.next")
	switch s.Draft.Step {
	case batchsync.StepSchedule:
		all = append(all, p.preview(s)...)
		all = append(all, contextLine("low_load", p.say("schedule.low_load")))
	case batchsync.StepReview:
		all = append(all, p.review(s, ref)...)
		submit = "button.create_sync"
	}
	if s.Draft.Step != batchsync.StepSource {
		buttons := []slack.BlockElement{p.button(ActionBack, "button.back", ref)}
		if s.Draft.OffersMore() {
			buttons = append(buttons, p.button(ActionMore, "button.more_options", ref))
		}
		all = append(all, slack.NewActionBlock("back", buttons...))
	}
	view := p.modal(CallbackWizard, "wizard.title", ref, all)
	view.Submit = p.plain(p.word(submit), maxTitle)
	view.Close = p.plain(p.word("button.cancel"), maxTitle)
	view.NotifyOnClose = true
	return view
}

func (p Printer) progress(step batchsync.Step) mark {
	steps := batchsync.Steps()
	return p.say("wizard.progress", number(slices.Index(steps, step)+1), number(len(steps)),
		p.say(batchsync.TextKey("step."+string(step))))
}

// problems lists wrong answers, each with the label of its question.
func (p Printer) problems(s Screen) mark {
	var all []mark
	for _, note := range s.Draft.Notes {
		all = append(all, p.sentence(note, true))
	}
	all = append(all, p.unused(s.Draft)...)
	for i, e := range s.Problems {
		if i == maxProblems {
			all = append(all, p.say("list.more", number(len(s.Problems)-i)))
			break
		}
		text := p.sentence(e.Text, true)
		if e.Field != "" {
			text = p.say("problem.at", bold(p.word(labelOf(e.Field))), text)
		}
		all = append(all, text)
	}
	if len(all) == 0 {
		return ""
	}
	title := batchsync.TextKey("wizard.problems")
	if len(s.Problems) == 0 {
		title = "wizard.notes"
	}
	return lines(append([]mark{bold(p.word(title))}, all...)...)
}

// unused says what was answered and does not count any more, where that is
// decided, where it would be asked, and where everything is read once more.
func (p Printer) unused(d batchsync.Draft) []mark {
	if d.Step == batchsync.StepSchedule || d.Step == batchsync.StepPlace {
		return nil
	}
	var all []mark
	for _, e := range d.Unused() {
		all = append(all, p.say("wizard.unused", bold(p.word(labelOf(e.Field))), p.sentence(e.Text, true)))
	}
	return all
}
