package blocks

import (
	"cmp"
	"strconv"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// How much of a task its card spells out.
const (
	maxPairs   = 10
	maxMissing = 3
)

// TaskCard is a task as it is drawn for one person.
type TaskCard struct {
	batchsync.TaskView
	Settled  *Settled            // the button of the card that was used, nil for none
	MayAdopt bool                // the person may have the bot watch a task made elsewhere
	Also     []batchsync.TaskRef // other tasks known to the bot that write a table of this one
}

// Task is the card of a task as the platform describes it now. It is for the
// eyes of who asked: its context lines mention the owner and who used a button.
func (p Printer) Task(v TaskCard) Message {
	m := Message{Text: p.taskText(v)}
	id := taskBlock(v.TaskView, "chart")
	chart := p.durations(v.Runs, v.Zone, id)
	m.Blocks = p.taskBlocks(v, chart)
	if chart != nil {
		m.Fallbacks = [][]slack.Block{p.taskBlocks(v, p.durationTable(v.Runs, v.Zone, id)), p.taskBlocks(v, nil)}
	}
	return m
}

// taskBlock is the id of a block of a card; a redrawn card is new to Slack.
func taskBlock(v batchsync.TaskView, part string) string {
	return "task/" + v.Ref.ID.String() + "/" + strconv.FormatInt(v.At.UnixMilli(), 10) + "/" + part
}

func (p Printer) taskBlocks(v TaskCard, chart slack.Block) []slack.Block {
	id := func(part string) string { return taskBlock(v.TaskView, part) }
	all := []slack.Block{p.header(id("title"), v.Ref.Name), p.taskHead(v.TaskView)}
	if pairs := p.mapping(v); pairs != nil {
		all = append(all, pairs)
	}
	if also := p.alsoWritten(v.Also); also != "" {
		all = append(all, contextLine(id("also"), also))
	}
	// The schedule has the whole width: half of it would break the expression.
	schedule := lines(bold(p.word("label.schedule")), p.taskSchedule(v.TaskView, p.cronLines))
	all = append(all, cardSection(id("schedule"), schedule), p.fields(id("facts"), p.taskFacts(v.TaskView)))
	if v.Changed() {
		all = append(all, section(id("changed"), p.changed(v.TaskView)))
	}
	for i, pr := range v.Missing[:min(len(v.Missing), maxMissing)] {
		all = append(all, contextLine(id("missing/"+strconv.Itoa(i)), p.say("task.missing", p.sentence(pr.Text, false))))
	}
	all = append(all, cardSection(id("runs"), p.history(v.TaskView)))
	if chart != nil {
		all = append(all, chart)
	}
	if failed := v.LastFailed(); failed != nil {
		all = append(all, cardSection(id("failed"), p.lastFailure(*failed, v.Zone)))
	}
	if v.Settled != nil {
		all = append(all, contextLine(id("settled"), p.settled(*v.Settled)))
	}
	for i, row := range p.taskRows(v) {
		if left := unused(row, v.Settled); len(left) > 0 {
			all = append(all, slack.NewActionBlock(id("buttons/"+strconv.Itoa(i)), left...))
		}
	}
	refresh := p.button(ActionRefreshTask, "button.refresh", TaskRefOf(v.Ref.ID).String())
	return append(all, row(id("fresh"), p.freshness(v), refresh))
}

// taskHead is where the task stands and what it copies where.
func (p Printer) taskHead(v batchsync.TaskView) slack.Block {
	text := lines(p.taskState(v), p.copies(v.Content), p.heldBy(v.Holder))
	id := taskBlock(v, "state")
	address := webURL(v.Studio)
	if v.Known != nil {
		address = cmp.Or(webURL(v.Known.StudioURL), address)
	}
	if address == "" {
		return cardSection(id, text)
	}
	studio := p.button(ActionOpenStudio, "button.open_studio", TaskRefOf(v.Ref.ID).String())
	return row(id, mark(cutMark(text, maxCardPart)), studio.WithURL(address))
}

func (p Printer) taskState(v batchsync.TaskView) mark {
	state := v.State()
	m := join([]mark{taskSymbol(state), "*" + p.enum("task.state_", string(state)) + "*"}, " ")
	if v.Known != nil && v.Known.Muted.After(v.At) {
		m = join([]mark{m, p.say("task.muted", date(v.Known.Muted))}, " · ")
	}
	return m
}

func taskSymbol(s batchsync.TaskState) mark {
	switch s {
	case batchsync.TaskOnline, batchsync.TaskModified:
		return "✓"
	case batchsync.TaskOffline:
		return "○"
	}
	return "?"
}

// copies is what a task reads and writes, in one line.
func (p Printer) copies(c *batchsync.Content) mark {
	if c == nil {
		return p.say("task.no_content")
	}
	from, to := p.name(c.SourceSchema), p.name(c.TableRule)
	switch {
	case c.Scope == batchsync.ScopeWhole:
		from = p.say("flow.all", from)
	case len(c.Pairs) == 1:
		from, to = p.name(c.Pairs[0].Source), p.name(c.Pairs[0].Sink)
	case len(c.Pairs) > 1:
		from, to = p.say("task.tables", number(len(c.Pairs))), p.say("task.tables", number(len(c.Pairs)))
	}
	return p.say("task.copies", join([]mark{p.name(c.Source.Name), from}, " / "), join([]mark{p.name(c.Target.Name), to}, " / "))
}

// alsoWritten warns of tasks that write the same table; "" for none.
func (p Printer) alsoWritten(others []batchsync.TaskRef) mark {
	if len(others) == 0 {
		return ""
	}
	var names []string
	for _, t := range others {
		names = append(names, t.Name)
	}
	return p.say("task.written_also", p.names(names))
}

func (p Printer) heldBy(op *batchsync.Operation) mark {
	if op == nil {
		return ""
	}
	return p.say("task.held", escape(p.operationTitle(*op)), p.stateWord(*op))
}

func (p Printer) taskFacts(v batchsync.TaskView) []fact {
	var facts []fact
	if next := v.Next(1); len(next) > 0 {
		facts = append(facts, fact{"label.next_yours", date(next[0])})
	}
	facts = append(facts, fact{"label.vcluster", p.name(v.VCluster())})
	if v.Content != nil && v.Content.WriteMode != "" {
		facts = append(facts, fact{"label.write_mode", p.enum("write_mode.", string(v.Content.WriteMode))})
	}
	return append(facts, fact{"label.folder", p.name(v.FolderPath)}, fact{"label.task_id", mark(v.Ref.ID.String())})
}

// taskSchedule is the deployed schedule, else the saved one, else that there is
// none.
func (p Printer) taskSchedule(v batchsync.TaskView, cron func(expr, zone string) mark) mark {
	switch {
	case v.Deployed != nil && v.Deployed.Online:
		return cron(v.Deployed.Cron, v.Zone)
	case v.Draft != nil && v.Draft.Cron != "":
		return p.say("task.saved_only", cron(v.Draft.Cron, v.Zone))
	}
	return p.say("task.no_schedule")
}

// changed says what is saved but not deployed.
func (p Printer) changed(v batchsync.TaskView) mark {
	if !v.Rescheduled() {
		return lines(p.say("task.changed_else"), p.itemised(v.Unpublished()))
	}
	return p.say("task.changed", p.onCluster(p.cron(v.Draft.Cron, v.Zone), v.Draft.VCluster))
}

func (p Printer) lastFailure(r batchsync.Run, zone string) mark {
	head := p.say("task.last_failed", mark(r.ID.String()), dateIn(r.Plan, zone))
	return lines(head, p.foreign(r.Failure))
}

// freshness is when the card was read, and whose task it is.
func (p Printer) freshness(v TaskCard) mark {
	m := p.say("task.as_of", date(v.At))
	switch {
	case v.Known == nil && v.MayAdopt:
		return join([]mark{m, p.say("task.not_adopted")}, " · ")
	case v.Known == nil:
		return join([]mark{m, p.say("task.not_adopted_ask")}, " · ")
	}
	return join([]mark{m, p.say("task.owner", p.user(string(v.Known.Owner)))}, " · ")
}

// taskText is the card for who does not see it.
func (p Printer) taskText(v TaskCard) string {
	head := p.say("task.text", p.foreign(v.Ref.Name), p.enum("task.state_", string(v.State())))
	parts := []mark{head, p.copies(v.Content), p.say("task.text_schedule", p.taskSchedule(v.TaskView, p.cron))}
	if v.RunsRead {
		parts = append(parts, p.counts(v.Runs), p.takeaway(v.Runs, v.Zone))
	} else {
		parts = append(parts, p.say("strip.unread"))
	}
	if failed := v.LastFailed(); failed != nil {
		parts = append(parts, p.say("task.text_failed", mark(failed.ID.String())))
	}
	return top(append(parts, p.alsoWritten(v.Also))...)
}
