package blocks

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// maxSaidNames is how many tasks a group names to who does not see its table.
const maxSaidNames = 5

// groupAlert is one message of many incidents: what they have in common, how
// many of what kind there are, and a table of them all.
func (p Printer) groupAlert(v AlertView) Message {
	open := openOnes(v.Incidents)
	title := p.groupTitle(v, len(open))
	state := lines(p.groupEnding(v, open), p.groupCounts(v, open), p.common(v), p.commonMessage(v.Incidents))
	m := Message{Text: p.groupText(v, open, title, state)}
	g := grid{id: v.block("grid"), caption: p.word("grid.group_caption"), cells: p.memberCells(v)}
	p.draw(&m, g, func(left int, drawn ...slack.Block) []slack.Block {
		all := []slack.Block{p.header(v.block("title"), title), cardSection(v.block("state"), state)}
		all = append(all, drawn...)
		zone := p.say("grid.zone", p.foreign(v.Zone))
		if left > 0 {
			zone = join([]mark{p.say("grid.more_tasks", number(left)), zone}, " ")
		}
		all = append(all, contextLine(v.block("zone"), zone))
		if acked := p.groupAcked(v, open); acked != "" {
			all = append(all, contextLine(v.block("acked"), acked))
		}
		if late := p.late(v); late != "" {
			all = append(all, contextLine(v.block("late"), late))
		}
		all = append(all, slack.NewActionBlock(v.block("buttons"), p.groupButtons(v, open)...))
		return append(all, contextLine(v.block("told"), p.groupTold(v)))
	})
	return m
}

func openOnes(all []batchsync.Incident) []batchsync.Incident {
	return slices.DeleteFunc(slices.Clone(all), func(i batchsync.Incident) bool { return i.State != batchsync.IncidentOpen })
}

// groupTitle is what the incidents have in common and how many there are, with
// how it ended once it is over; plain.
func (p Printer) groupTitle(v AlertView, open int) string {
	if v.live() && open > 0 {
		return p.format("group.trouble", []any{p.groupName(v.Alert, open)})
	}
	word := p.word("ending.unwatched")
	if open == 0 {
		word = p.word("ending.recovered")
		if slices.ContainsFunc(v.Incidents, func(i batchsync.Incident) bool { return i.Ending != batchsync.EndedRecovered }) {
			word = p.word("ending.over")
		}
	}
	return p.format("trouble.title", []any{word, p.groupName(v.Alert, len(v.Incidents))})
}

// groupName is an alert of n incidents in a few words; plain.
func (p Printer) groupName(a batchsync.Alert, n int) string {
	tasks := p.format("group.tasks", []any{strconv.Itoa(n)})
	switch a.Kind {
	case batchsync.AlertSource:
		return p.format("group.source", []any{p.cell(a.Subject, maxCell), tasks})
	case batchsync.AlertVCluster:
		return p.format("group.vcluster", []any{p.cell(a.Subject, maxCell), tasks})
	}
	return p.format("group.storm", []any{tasks})
}

// groupEnding says why a group is over; "" while it is not.
func (p Printer) groupEnding(v AlertView, open []batchsync.Incident) mark {
	switch {
	case v.Alert.Folded != "":
		return p.say("trouble.folded", link(v.IntoLink, p.intoTitle(v)))
	case len(open) == 0:
		return p.say("ended.group", p.took(batchsync.Lasted(v.Incidents...)))
	case !v.live():
		return p.say("group.unfollowed")
	}
	return ""
}

// groupCounts is "12 open: 10 failed, 2 late. 3 are over."
func (p Printer) groupCounts(v AlertView, open []batchsync.Incident) mark {
	var out []mark
	if len(open) > 0 {
		out = append(out, p.say("group.open", number(len(open)), p.reasonCounts(open)))
	} else {
		out = append(out, p.say("group.were", p.reasonCounts(v.Incidents)))
	}
	if over := len(v.Incidents) - len(open); over > 0 && len(open) > 0 {
		out = append(out, p.say("group.over", number(over)))
	}
	return join(out, " ")
}

func (p Printer) reasonCounts(all []batchsync.Incident) mark {
	n := map[batchsync.Reason]int{}
	var others int
	for _, i := range all {
		if r := i.Worst().Reason; slices.Contains(batchsync.Reasons(), r) {
			n[r]++
		} else {
			others++
		}
	}
	var parts []mark
	for _, r := range batchsync.Reasons() {
		if n[r] > 0 {
			parts = append(parts, p.say("group.count", p.enum("reason.", string(r)), number(n[r])))
		}
	}
	if others > 0 {
		parts = append(parts, p.say("trouble.others", number(others)))
	}
	return p.series(parts)
}

// common is what the tasks have in common: the source or cluster the alert is
// about, or what a storm turns out to share.
func (p Printer) common(v AlertView) mark {
	switch v.Alert.Kind {
	case batchsync.AlertSource:
		return p.say("group.common_source", p.shortName(v.Alert.Subject))
	case batchsync.AlertVCluster:
		return p.say("group.common_vcluster", p.shortName(v.Alert.Subject))
	}
	source, vcluster := v.Incidents[0].Source, v.Incidents[0].VCluster
	for _, i := range v.Incidents {
		if i.Source != source {
			source = ""
		}
		if i.VCluster != vcluster {
			vcluster = ""
		}
	}
	switch {
	case source != "":
		return p.say("group.common_source", p.shortName(source))
	case vcluster != "":
		return p.say("group.common_vcluster", p.shortName(vcluster))
	}
	return p.say("group.common_moment")
}

// commonMessage is the platform's message that most of them have.
func (p Printer) commonMessage(all []batchsync.Incident) mark {
	n, best := map[string]int{}, ""
	for _, i := range all {
		line := firstLine(i.Worst().Detail)
		if line == "" {
			continue
		}
		if n[line]++; n[line] > n[best] {
			best = line
		}
	}
	if best == "" {
		return ""
	}
	return p.say("group.message", number(n[best]), number(len(all)), p.name(best))
}

// groupAcked is how many were taken on, and by whom.
func (p Printer) groupAcked(v AlertView, open []batchsync.Incident) mark {
	if !v.live() {
		return ""
	}
	n := 0
	var who []mark
	for _, i := range open {
		if i.AckedBy == "" {
			continue
		}
		n++
		if by := p.user(string(i.AckedBy)); !slices.Contains(who, by) && len(who) < maxSaidNames {
			who = append(who, by)
		}
	}
	if n == 0 {
		return ""
	}
	return p.say("group.acked", number(n), number(len(open)), p.series(who))
}

// memberCells are the incidents as a table, the worst first.
func (p Printer) memberCells(v AlertView) [][]string {
	cells := [][]string{{p.word("grid.task"), p.word("grid.state"), p.word("grid.reason"), p.word("grid.since"), p.word("grid.run")}}
	for _, i := range v.Incidents {
		c := i.Worst()
		since, run := "–", "–"
		if at := i.Since(); !at.IsZero() {
			since = clock(at, v.Zone)
		} else if !i.Opened.IsZero() {
			since = clock(i.Opened, v.Zone)
		}
		if c.Run > 0 {
			run = c.Run.String()
		}
		cells = append(cells, []string{
			cmp.Or(p.middle(p.taskName(i.Task, i.Name, maxGridName), maxCell), "–"), p.memberState(v, i), p.reasonWord(c.Reason), since, run,
		})
	}
	return cells
}

// memberState is where an incident stands, with a sign beside the word.
func (p Printer) memberState(v AlertView, i batchsync.Incident) string {
	switch {
	case i.State != batchsync.IncidentOpen:
		return "✓ " + p.wordOf("ending.", string(i.Ending))
	case i.AckedBy != "":
		return "… " + p.word("grid.acked")
	case !v.muted(i.Task).IsZero():
		return "○ " + p.word("grid.muted")
	}
	return "✗ " + p.word("grid.open")
}

func (p Printer) groupTold(v AlertView) mark {
	parts := []mark{p.say("trouble.opened", dateIn(v.Alert.Opened, v.Zone))}
	if slices.ContainsFunc(v.Incidents, func(i batchsync.Incident) bool { return i.Away }) {
		parts = append(parts, p.say("group.away"))
	}
	if owners := p.mentions(v); owners != "" {
		parts = append(parts, p.say("group.owners", owners))
	}
	return join(parts, " · ")
}

// groupText is the group for who does not see its table.
func (p Printer) groupText(v AlertView, open []batchsync.Incident, title string, state mark) string {
	head := join([]mark{p.mentions(v), p.say("trouble.text", escape(p.clip(title, maxArgument)))}, " ")
	var names []string
	for _, i := range v.Incidents[:min(len(v.Incidents), maxSaidNames)] {
		names = append(names, p.taskName(i.Task, i.Name, maxCell))
	}
	said := p.names(names)
	if rest := len(v.Incidents) - len(names); rest > 0 {
		said = p.say("names.more", said, number(rest))
	}
	parts := []mark{head, state, p.say("group.worst", said), p.groupAcked(v, open), p.late(v)}
	if v.live() && len(open) > 0 {
		parts = append(parts, p.say("next.group"))
	}
	return top(parts...)
}
