package blocks

import (
	"strconv"
	"time"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// maxAttempts is how many attempts the menu offers, the newest: Slack's limit.
const maxAttempts = 100

// LogDoor is how the one person who sees a log may have others see it.
type LogDoor struct {
	Open   bool      // it may be posted in the channel
	Posted time.Time // when that person posted it; zero: not yet
}

// Log shows the end of a run's log to everybody in a conversation. A file with
// all of it follows in the thread.
func (p Printer) Log(l batchsync.LogExcerpt) Message {
	m := p.log(l, "log.in_thread", p.logButtons(l, false))
	if l.By != "" {
		m.Blocks = append(m.Blocks, contextLine("log/asked", p.say("log.asked", p.user(string(l.By)))))
	}
	return m
}

// LogFor shows the end of a run's log to one person: a log may hold rows of
// data. A file with all of it follows in a direct message.
func (p Printer) LogFor(l batchsync.LogExcerpt, door LogDoor) Message {
	m := p.log(l, "log.as_file", p.logButtons(l, door.Open && door.Posted.IsZero()))
	if !door.Posted.IsZero() {
		m.Blocks = append(m.Blocks, contextLine("log/posted", p.say("log.posted", p.user(string(l.By)), date(door.Posted))))
	}
	return m
}

func (p Printer) log(l batchsync.LogExcerpt, file batchsync.TextKey, buttons []slack.BlockElement) Message {
	r := l.Run
	title := p.format("log.title", []any{r.ID.String()})
	head := p.say("log.head", p.name(r.TaskName), runSymbol(r.Status), p.runWord(r.Status), dateIn(r.Plan, p.zone))
	size := p.logSize(l, file)
	all := []slack.Block{p.header("log/title", title), section("log/head", lines(head, p.attempt(l)))}
	if r.Failure != "" && r.Status != batchsync.RunSuccess {
		all = append(all, section("log/failure", p.say("log.failure", p.foreign(r.Failure))))
	}
	all = append(all, p.tail("log/tail", l.Tail), contextLine("log/size", size))
	if len(buttons) > 0 {
		all = append(all, slack.NewActionBlock("log/buttons", buttons...))
	}
	text := p.say("log.text", mark(r.ID.String()), p.foreign(r.TaskName), p.runWord(r.Status))
	return Message{Text: top(text, p.foreign(r.Failure), size), Blocks: all}
}

func (p Printer) attempt(l batchsync.LogExcerpt) mark {
	if l.Number == 0 {
		return ""
	}
	parts := []mark{p.say("log.attempt", number(l.Number), number(l.Attempts))}
	if !l.Attempt.Began.IsZero() {
		parts = append(parts, p.say("log.began", dateIn(l.Attempt.Began, p.zone)))
	}
	if l.Attempt.Ended.After(l.Attempt.Began) && !l.Attempt.Began.IsZero() {
		parts = append(parts, p.took(l.Attempt.Ended.Sub(l.Attempt.Began)))
	}
	return join(parts, " · ")
}

// logSize says how much there is besides what is shown, and where.
func (p Printer) logSize(l batchsync.LogExcerpt, file batchsync.TextKey) mark {
	parts := []mark{p.say("log.size", number(l.Lines), number(l.Bytes))}
	if p.zone != "" && l.Bytes > 0 {
		parts = append(parts, p.say("log.zone", p.zoneName(p.zone)))
	}
	switch {
	case l.Cut && l.Unfinished:
		parts = append(parts, p.say("log.middle"))
	case l.Unfinished:
		parts = append(parts, p.say("log.first"))
	case l.Cut:
		parts = append(parts, p.say("log.cut"))
	}
	if l.AsFile {
		parts = append(parts, p.say(file))
	}
	return join(parts, " ")
}

func (p Printer) logButtons(l batchsync.LogExcerpt, post bool) []slack.BlockElement {
	r := l.Run
	if r.Task <= 0 || r.ID <= 0 {
		return nil
	}
	ref := RunRef{r.Task, r.ID}
	var out []slack.BlockElement
	if post && l.Number > 0 {
		out = append(out, p.button(ActionPostLog, "button.post_log", LogRef{ref, l.Number}.String()))
	}
	switch {
	case r.Status.Over():
		out = append(out, p.button(ActionRerun, "button.rerun", ref.String()))
	case r.Status.Known():
		out = append(out, p.button(ActionStopRun, "button.stop_run", ref.String()))
	}
	out = append(out, p.button(ActionShowTask, "button.show_task", TaskRefOf(r.Task).String()))
	if link := webURL(r.OpsURL); link != "" {
		out = append(out, p.button(ActionOpenStudio, "button.open_studio", ref.String()).WithURL(link))
	}
	if menu := p.attemptMenu(l, ref); menu != nil {
		out = append(out, menu)
	}
	return out
}

// attemptMenu offers the other attempts of the run, the newest first.
func (p Printer) attemptMenu(l batchsync.LogExcerpt, ref RunRef) slack.BlockElement {
	var options []*slack.OptionBlockObject
	for n := l.Attempts; n > 0 && len(options) < maxAttempts; n-- {
		if n != l.Number {
			options = append(options, p.option(LogRef{ref, n}.String(), p.format("log.attempt_option", []any{strconv.Itoa(n)}), ""))
		}
	}
	if len(options) == 0 {
		return nil
	}
	return slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, p.plain(p.word("placeholder.attempt"), maxPlaceholder), string(ActionLogAttempt), options...)
}
