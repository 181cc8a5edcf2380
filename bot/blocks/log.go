package blocks

import (
	"cmp"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// LogView is the end of the log of one attempt of a run.
type LogView struct {
	Run      batchsync.Run
	Attempt  batchsync.Attempt
	Number   int    // of the attempt, from 1; 0: not known
	Attempts int    // how many the run has
	Tail     string // foreign text; its last 2500 characters are shown
	Cut      bool   // what was read is not the whole log
	Lines    int    // of the log as far as it was read
	Bytes    int
	AsFile   bool   // it follows as a file, to the person who asked
	Zone     string // for times; empty: the platform's
}

// Log shows the end of a run's log.
func (p Printer) Log(l LogView) Message {
	l.Zone = cmp.Or(l.Zone, p.zone)
	r := l.Run
	title := p.format("log.title", []any{r.ID.String()})
	head := p.say("log.head", p.name(r.TaskName), runSymbol(r.Status), p.runWord(r.Status), dateIn(r.Plan, l.Zone))
	size := p.logSize(l)
	all := []slack.Block{p.header("log/title", title), section("log/head", lines(head, p.attempt(l)))}
	if r.Failure != "" && r.Status != batchsync.RunSuccess {
		all = append(all, section("log/failure", p.say("log.failure", p.foreign(r.Failure))))
	}
	all = append(all, p.tail("log/tail", l.Tail), contextLine("log/size", size))
	if r.Task > 0 && r.ID > 0 {
		all = append(all, slack.NewActionBlock("log/buttons", p.logButtons(r)...))
	}
	text := p.say("log.text", mark(r.ID.String()), p.foreign(r.TaskName), p.runWord(r.Status))
	return Message{Text: top(text, p.foreign(r.Failure), size), Blocks: all}
}

func (p Printer) attempt(l LogView) mark {
	if l.Number == 0 {
		return ""
	}
	parts := []mark{p.say("log.attempt", number(l.Number), number(l.Attempts))}
	if !l.Attempt.Began.IsZero() {
		parts = append(parts, p.say("log.began", dateIn(l.Attempt.Began, l.Zone)))
	}
	if l.Attempt.Ended.After(l.Attempt.Began) && !l.Attempt.Began.IsZero() {
		parts = append(parts, p.took(l.Attempt.Ended.Sub(l.Attempt.Began)))
	}
	return join(parts, " · ")
}

// logSize says how much there is besides what is shown, and where.
func (p Printer) logSize(l LogView) mark {
	parts := []mark{p.say("log.size", number(l.Lines), number(l.Bytes))}
	if l.Cut {
		parts = append(parts, p.say("log.cut"))
	}
	if l.AsFile {
		parts = append(parts, p.say("log.as_file"))
	}
	return join(parts, " ")
}

func (p Printer) logButtons(r batchsync.Run) []slack.BlockElement {
	ref := RunRef{r.Task, r.ID}.String()
	var out []slack.BlockElement
	switch {
	case r.Status.Over():
		out = append(out, p.button(ActionRerun, "button.rerun", ref))
	case r.Status.Known():
		out = append(out, p.button(ActionStopRun, "button.stop_run", ref))
	}
	out = append(out, p.button(ActionShowTask, "button.show_task", TaskRefOf(r.Task).String()))
	if link := webURL(r.OpsURL); link != "" {
		out = append(out, p.button(ActionOpenStudio, "button.open_studio", ref).WithURL(link))
	}
	return out
}
