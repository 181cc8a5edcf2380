package blocks

import (
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// How many lines a list shows: every line is a block, and a message takes 50.
const (
	maxRows       = 20
	maxCandidates = 5
)

// FilterAll is the value of buttons that mean no filter, topic or task: the
// value of a button cannot be empty.
const FilterAll = "all"

// TaskList is a list of tasks, or a part of one.
type TaskList struct {
	Filter  string    // as typed, see [ReadListFilter]; empty: all
	Rows    []TaskRow // in the order shown, from First on; 20 are shown at most
	First   int       // how many of those that match stand before
	Total   int       // how many match; less than there are rows: these are all
	Known   int       // where the platform lists none: how many of them the bot knows all the same
	Unseen  int       // of how many the last run is not known, because only newer runs than Oldest were read
	Oldest  time.Time // the oldest plan time that was read of the runs; zero: all recent ones were
	FreshAt time.Time // when the platform's list was read; zero: now
	Now     time.Time
}

// TaskRow is a task in a list. What is nil is not known and not told.
type TaskRow struct {
	Ref    batchsync.TaskRef
	Known  *batchsync.Task
	Last   *batchsync.Run
	Online *bool
	Unseen bool // the last run may be older than the runs that were read
	Unread bool // the platform did not say whether it is online
	Gone   bool // the bot follows it, and the platform does not list it any more
}

// ListPage is how many tasks a list shows at once.
const ListPage = maxRows

// TaskList lists tasks, each with a button that shows its card.
func (p Printer) TaskList(l TaskList) Message {
	title := p.listTitle(l.Filter)
	total := max(l.Total, len(l.Rows))
	id := func(part string) string { return "list/" + strconv.Itoa(l.First) + "/" + part }
	all := []slack.Block{p.header(id("title"), title)}
	said := []mark{p.say("list.count", escape(p.clip(title, maxArgument)), number(total))}
	shown := l.Rows[:min(len(l.Rows), maxRows)]
	for i, r := range shown {
		all = append(all, p.taskRow(id(strconv.Itoa(i)), r, l.Now))
		said = append(said, p.say("list.line", p.foreign(r.Ref.Name), p.rowState(r, l.Now)))
	}
	if about := p.listAbout(l, len(shown), total); about != "" {
		if total == 0 {
			all = append(all, section(id("none"), about))
		} else {
			all = append(all, contextLine(id("about"), about))
		}
		said = append(said[:1:1], append([]mark{about}, said[1:]...)...)
	}
	all = append(all, slack.NewActionBlock(id("buttons"), p.listButtons(l, len(shown), total)...))
	if !l.FreshAt.IsZero() {
		all = append(all, contextLine(id("fresh"), p.say("task.as_of", date(l.FreshAt))))
	}
	return Message{Text: top(said...), Blocks: toldApart(all)}
}

// listAbout says which part of a list is shown, or why there is none: an empty
// answer is not believed where the bot knows better.
func (p Printer) listAbout(l TaskList, shown, total int) mark {
	switch {
	case total == 0 && l.Known > 0:
		return p.say("list.null", number(l.Known))
	case total == 0 && l.cut():
		return lines(p.say("list.none_seen"), p.listCut(l))
	case total == 0:
		return p.say("list.none")
	case total > shown:
		return lines(p.say("list.range", number(l.First+1), number(l.First+shown), number(total)), p.listCut(l))
	}
	return p.listCut(l)
}

// cut reports whether tasks may be missing because their last run is not known.
func (l TaskList) cut() bool {
	return l.Unseen > 0 && ReadListFilter(l.Filter).Word == "failed"
}

// listCut says how far back was looked for failures, where that is not all the way.
func (p Printer) listCut(l TaskList) mark {
	if !l.cut() {
		return ""
	}
	return p.say("list.cut", number(l.Unseen), date(l.Oldest))
}

// listButtons lead to the other lists and to the pages before and after.
func (p Printer) listButtons(l TaskList, shown, total int) []slack.BlockElement {
	filter := strings.TrimSpace(l.Filter)
	out := []slack.BlockElement{p.otherLists(strings.ToLower(filter))}
	if p.clip(filter, maxRefFilter) != filter || len(filter) > maxRefFilter {
		return out // no reference: it is no name, or nothing to be sent around
	}
	if l.First > 0 {
		back := ListRef{max(l.First-maxRows, 0), filter}
		out = append(out, p.button(ActionListBack, "button.previous", back.String()))
	}
	if shown > 0 && l.First+shown < total {
		out = append(out, p.button(ActionListNext, "button.next_page", ListRef{l.First + shown, filter}.String()))
	}
	return out
}

func (p Printer) listTitle(filter string) string {
	f := ReadListFilter(filter)
	key := "list.title"
	if f.Word != "" {
		key += "_" + f.Word
	}
	if f.Part != "" {
		key += "_like"
	}
	return p.format(batchsync.TextKey(key), []any{p.clip(f.Part, maxHeader)})
}

// otherLists is a menu of the lists there are, with the present one chosen.
func (p Printer) otherLists(filter string) slack.BlockElement {
	options := []*slack.OptionBlockObject{
		p.option(FilterAll, p.word("button.all_tasks"), ""),
		p.option("mine", p.word("button.my_tasks"), ""),
		p.option("failed", p.word("button.failed_tasks"), ""),
	}
	el := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, p.plain(p.word("placeholder.list"), maxPlaceholder), string(ActionList), options...)
	for _, o := range options {
		if o.Value == filter || o.Value == FilterAll && filter == "" {
			el.InitialOption = o
		}
	}
	return el
}

func (p Printer) taskRow(id string, r TaskRow, now time.Time) slack.Block {
	if r.Gone {
		return section(id, mark(cutMark(lines(p.shortName(r.Ref.Name), p.rowState(r, now)), maxRow)))
	}
	show := p.spoken(p.button(ActionShowTask, "button.show", TaskRefOf(r.Ref.ID).String()), r.Ref.Name)
	return listed(id, lines(p.shortName(r.Ref.Name), p.rowState(r, now)), show)
}

// rowState is what is known of a task in a list, in one line: how it does before
// what it is called by.
func (p Printer) rowState(r TaskRow, now time.Time) mark {
	id := p.say("row.id", mark(r.Ref.ID.String()))
	if r.Gone {
		return join([]mark{id, p.say("row.gone")}, " · ")
	}
	var parts []mark
	if r.Unread {
		parts = append(parts, p.say("row.state_unread"))
	} else if r.Online != nil {
		state := batchsync.TaskOffline
		if *r.Online {
			state = batchsync.TaskOnline
		}
		parts = append(parts, p.enum("task.state_", string(state)))
	}
	switch {
	case r.Last == nil && r.Unseen:
		parts = append(parts, p.say("row.run_unseen"))
	case r.Last == nil:
		parts = append(parts, p.say("row.no_run"))
	default:
		parts = append(parts, p.say("row.last", runSymbol(r.Last.Status), p.runWord(r.Last.Status), date(r.Last.Plan)))
	}
	if r.Known != nil && r.Known.Muted.After(now) {
		parts = append(parts, p.say("task.muted", date(r.Known.Muted)))
	}
	return join(append(parts, id), " · ")
}

// Candidates answers a name that is no task's, or that of several: nothing is
// done to a task that was only guessed.
func (p Printer) Candidates(typed string, c []batchsync.TaskRef) Message {
	echo := escape(p.clip(typed, maxCell))
	head := p.say("candidates.none", echo)
	if len(c) > 0 {
		head = p.say("candidates.some", echo)
		if c[0].Name == typed {
			head = p.say("candidates.same", echo)
		}
	}
	all, said := []slack.Block{section("candidates", head)}, []mark{head}
	for i, ref := range c {
		if i == maxCandidates {
			all = append(all, contextLine("candidates/more", p.say("list.narrow", number(len(c)-i))))
			break
		}
		about := p.say("row.id", mark(ref.ID.String()))
		show := p.spoken(p.button(ActionShowTask, "button.show", TaskRefOf(ref.ID).String()), ref.Name)
		all = append(all, listed("candidates/"+strconv.Itoa(i), lines(p.shortName(ref.Name), about), show))
		said = append(said, p.say("list.line", p.foreign(ref.Name), about))
	}
	return Message{Text: top(said...), Blocks: toldApart(all)}
}
