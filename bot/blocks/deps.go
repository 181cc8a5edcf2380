package blocks

import (
	"strconv"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// maxLinks is how many tasks of each side are shown.
const maxLinks = 10

// Deps shows which tasks a task waits for and which wait for it.
func (p Printer) Deps(before, after []batchsync.TaskLink, t batchsync.TaskRef) Message {
	title := p.format("deps.title", []any{p.clip(t.Name, maxHeader)})
	text := p.say("deps.text", p.foreign(t.Name), number(len(before)), number(len(after)))
	all := []slack.Block{p.header("deps/title", title)}
	all = append(all, p.links("deps/before", "deps.before", "deps.no_before", before)...)
	all = append(all, slack.NewDividerBlock())
	all = append(all, p.links("deps/after", "deps.after", "deps.no_after", after)...)
	all = append(all, slack.NewActionBlock("deps/buttons", p.button(ActionShowTask, "button.show_task", TaskRefOf(t.ID).String())))
	return Message{Text: top(text, p.linkNames("deps.before", before), p.linkNames("deps.after", after)), Blocks: toldApart(all)}
}

func (p Printer) links(id string, title, none batchsync.TextKey, list []batchsync.TaskLink) []slack.Block {
	if len(list) == 0 {
		return []slack.Block{section(id, lines(bold(p.word(title)), p.say(none)))}
	}
	all := []slack.Block{section(id, bold(p.word(title)))}
	for i, l := range list {
		if i == maxLinks {
			return append(all, contextLine(id+"/more", p.say("list.more", number(len(list)-i))))
		}
		show := p.spoken(p.button(ActionShowTask, "button.show", TaskRefOf(l.ID).String()), l.Name)
		all = append(all, listed(id+"/"+strconv.Itoa(i), p.linkLine(l), show))
	}
	return all
}

// linkLine is a task before or after another one.
func (p Printer) linkLine(l batchsync.TaskLink) mark {
	state := batchsync.TaskOffline
	if l.Online {
		state = batchsync.TaskOnline
	}
	parts := []mark{join([]mark{taskSymbol(state), p.enum("task.state_", string(state))}, " ")}
	if l.Cron != "" {
		parts = append(parts, p.cron(l.Cron, p.zone))
	}
	parts = append(parts, p.say("row.id", mark(l.ID.String())))
	return lines(p.shortName(l.Name), join(parts, " · "))
}

func (p Printer) linkNames(title batchsync.TextKey, list []batchsync.TaskLink) mark {
	if len(list) == 0 {
		return ""
	}
	var names []string
	for _, l := range list[:min(len(list), maxLinks)] {
		names = append(names, l.Name)
	}
	all := p.names(names)
	if rest := len(list) - len(names); rest > 0 {
		all = p.say("names.more", all, number(rest))
	}
	return p.say("problem.at", p.say(title), all)
}
