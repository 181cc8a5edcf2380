package blocks

import (
	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// maxDigestLines is how many of each kind a digest lists.
const maxDigestLines = 10

// DigestView is a digest with what it only names by id.
type DigestView struct {
	batchsync.Digest
	Incidents []batchsync.Incident // those of Open, as they stand
	Waiting   []batchsync.Operation
	// Links are web addresses of the messages that tell of an incident or an
	// operation, where there are any.
	Links map[batchsync.IncidentID]string
	Cards map[batchsync.OperationID]string
}

// Digest is the daily summary of a channel. One without anything to report is
// posted all the same: it tells that somebody looked.
func (p Printer) Digest(v DigestView) Message {
	title := p.format("digest.title", []any{p.clip(v.Day, maxCell)})
	head := p.digestHead(v)
	id := func(part string) string { return "digest/" + part }
	around := func(chart ...slack.Block) []slack.Block {
		all := []slack.Block{p.header(id("title"), title), section(id("share"), lines(head, p.digestTrend(v.Days)))}
		all = append(all, chart...)
		all = append(all, p.digestLists(v, id)...)
		all = append(all, slack.NewActionBlock(id("buttons"),
			p.button(ActionIncidents, "button.incidents", FilterAll),
			p.button(ActionSubscriptions, "button.subscriptions", FilterAll)))
		return append(all, contextLine(id("alive"), p.say("digest.alive", dateIn(v.At, v.Zone), number(v.Tasks))))
	}
	m := Message{Text: p.digestText(v, title, head)}
	chart := p.dayChart(v.Days, id("chart"))
	if chart == nil {
		m.Blocks = around()
		return m
	}
	m.Blocks = around(chart)
	m.Fallbacks = [][]slack.Block{around(box(id("chart"), p.dayLines(v.Days)))}
	return m
}

// digestHead is the day in a sentence.
func (p Printer) digestHead(v DigestView) mark {
	switch {
	case v.OK+v.Failed == 0 && v.quiet():
		return p.say("digest.no_runs", number(v.Tasks))
	case v.OK+v.Failed == 0:
		return p.say("digest.no_runs_but", number(v.Tasks))
	case v.Failed+v.Late == 0 && v.quiet():
		return p.say("digest.fine", number(v.OK), number(v.Tasks))
	}
	return p.say("digest.share", p.share(v.OK-v.Late, v.OK+v.Failed), number(v.OK-v.Late), number(v.OK+v.Failed), number(v.Late), number(v.Failed))
}

// quiet reports whether there is nothing on any of the digest's lists that
// somebody should look at.
func (v DigestView) quiet() bool {
	return len(v.Open)+len(v.Incidents)+len(v.Failing)+len(v.Waiting)+len(v.Digest.Waiting) == 0
}

// share is a part of a whole, rounded down: only all of it is 100 percent.
func (p Printer) share(part, of int) mark {
	if of <= 0 {
		return "–"
	}
	return p.say("list.percent", number(max(part, 0)*100/of))
}

// digestLists are what somebody should look at, then what is good to know.
func (p Printer) digestLists(v DigestView, id func(string) string) []slack.Block {
	var all []slack.Block
	list := func(part string, title batchsync.TextKey, items []mark, total int) {
		if total == 0 {
			return
		}
		out := []mark{bold(p.word(title))}
		for _, item := range items[:min(len(items), maxDigestLines)] {
			out = append(out, p.say("list.item", item))
		}
		if rest := total - min(len(items), maxDigestLines); rest > 0 {
			out = append(out, p.say("list.more", number(rest)))
		}
		all = append(all, cardSection(id(part), lines(out...)))
	}
	list("open", "digest.open", p.digestOpen(v), max(len(v.Open), len(v.Incidents)))
	list("failing", "digest.failing", p.taskLines(v.Failing, v.Zone, "digest.failed_at"), len(v.Failing))
	list("waiting", "digest.waiting", p.digestWaiting(v), max(len(v.Digest.Waiting), len(v.Waiting)))
	list("slowest", "digest.slowest", p.digestSlowest(v), len(v.Slowest))
	list("muted", "digest.muted", p.taskLines(v.Muted, v.Zone, "task.muted"), len(v.Muted))
	return all
}

// digestOpen are the open incidents, the worst first, with links to what was
// told.
func (p Printer) digestOpen(v DigestView) []mark {
	var out []mark
	for _, i := range worstFirst(v.Incidents) {
		line := p.incidentLine(i, v.Links[i.ID], v.Zone)
		out = append(out, p.say("digest.line", p.shortName(p.incidentName(i)), line))
	}
	return out
}

func (p Printer) digestWaiting(v DigestView) []mark {
	var out []mark
	for _, op := range v.Waiting {
		line := p.say("digest.line", escape(p.clip(p.operationTitle(op), maxHeader)), p.stateWord(op))
		if address := v.Cards[op.ID]; webURL(address) != "" {
			line = join([]mark{line, link(address, p.word("digest.card"))}, " · ")
		}
		out = append(out, line)
	}
	return out
}

func (p Printer) digestSlowest(v DigestView) []mark {
	var out []mark
	for _, s := range v.Slowest {
		line := p.took(max(s.Took, 0))
		if s.Usual > 0 {
			line = p.say("digest.slow", line, p.took(s.Usual))
		}
		out = append(out, p.say("digest.line", p.shortName(p.taskName(s.Task, s.Name, maxCell)), line))
	}
	return out
}

// taskLines are tasks, each with what its moment means.
func (p Printer) taskLines(all []batchsync.TaskLine, zone string, key batchsync.TextKey) []mark {
	var out []mark
	for _, t := range all {
		name := p.shortName(p.taskName(t.Task, t.Name, maxCell))
		if !t.At.IsZero() {
			name = p.say("digest.line", name, p.say(key, dateIn(t.At, zone)))
		}
		out = append(out, name)
	}
	return out
}

// digestText is the digest for who does not see it.
func (p Printer) digestText(v DigestView, title string, head mark) string {
	parts := []mark{p.say("trouble.text", escape(p.clip(title, maxArgument))), head, p.digestTrend(v.Days)}
	add := func(key batchsync.TextKey, items []mark, total int) {
		if total > 0 {
			said := join(items[:min(len(items), maxSaidNames)], p.word("list.clauses"))
			if rest := total - min(len(items), maxSaidNames); rest > 0 {
				said = join([]mark{said, p.say("list.more", number(rest))}, p.word("list.clauses"))
			}
			parts = append(parts, p.say("problem.at", escape(p.word(key)), said))
		}
	}
	add("digest.open", p.digestOpen(v), max(len(v.Open), len(v.Incidents)))
	add("digest.failing", p.taskLines(v.Failing, v.Zone, "digest.failed_at"), len(v.Failing))
	add("digest.waiting", p.digestWaiting(v), max(len(v.Digest.Waiting), len(v.Waiting)))
	add("digest.slowest", p.digestSlowest(v), len(v.Slowest))
	add("digest.muted", p.taskLines(v.Muted, v.Zone, "task.muted"), len(v.Muted))
	return top(parts...)
}
