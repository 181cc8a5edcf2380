package blocks

import (
	"slices"
	"strconv"
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
	Also         []batchsync.TaskRef // at the review: tasks known to the bot that write a table of this one
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
		}
	}
	ref := Ref{ID: string(s.Draft.ID), Version: s.Draft.Version}.String()
	submit := batchsync.TextKey("button.next")
	switch s.Draft.Step {
	case batchsync.StepSchedule:
		all = append(all, p.preview(s.Draft.Spec().Schedule, s.PlatformZone, s.Now)...)
	case batchsync.StepReview:
		all = append(all, p.review(s)...)
		submit = "button.create_sync"
	}
	if s.Draft.Step != batchsync.StepSource {
		all = append(all, slack.NewActionBlock("back", p.button(ActionBack, "button.back", ref)))
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
	if n := len(s.Draft.Answers[batchsync.FieldTables]); s.Draft.Step == batchsync.StepTables && n > 1 && s.Draft.Shows(batchsync.FieldTables) {
		if shown := len(p.chosen(s.Draft, batchsync.FieldTables)); shown < n {
			all = append(all, p.say("wizard.tables_cut", number(shown), mark(strconv.Itoa(n))))
		}
	}
	if len(all) == 0 {
		return ""
	}
	return lines(append([]mark{bold(p.word("wizard.problems"))}, all...)...)
}
