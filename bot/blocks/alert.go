package blocks

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// AlertView is an alert with all that its message tells. What is missing from
// the maps is not told.
type AlertView struct {
	Alert     batchsync.Alert
	Incidents []batchsync.Incident // all of the alert's, as they stand, in any order
	Watches   map[batchsync.TaskID]batchsync.Watch
	Tasks     map[batchsync.TaskID]batchsync.Task
	Holders   map[batchsync.TaskID]batchsync.Operation // unsettled, that change the task now
	// Names are display names of owners who are not mentioned; foreign text.
	Names map[batchsync.UserID]string
	// Into is the alert that tells the incident now, of a folded one, and
	// IntoLink the web address of its message.
	Into     *batchsync.Alert
	IntoLink string
	Posted   time.Time // when Slack took the message; zero: it does now
	Zone     string    // of the platform's schedules, IANA; empty: the printer's
	Now      time.Time
}

// Alert is the live message of an alert: what is wrong with which task, since
// when, why, and what can be done about it. Once all is well it says so, and
// what had been wrong. The owners in Alert.Mentions are the only ones it pings,
// besides who acknowledged; closed or folded it pings nobody but those.
func (p Printer) Alert(v AlertView) Message {
	v.Zone = cmp.Or(v.Zone, p.zone, "UTC")
	v.Incidents = worstFirst(v.Incidents)
	switch {
	case len(v.Incidents) == 0:
		return p.emptyAlert(v)
	case v.Alert.Kind == batchsync.AlertSingle || v.Alert.Kind == batchsync.AlertPlatform:
		return p.singleAlert(v, v.Incidents[0])
	}
	return p.groupAlert(v)
}

// emptyAlert stands in for an alert whose incidents are not stored any more.
func (p Printer) emptyAlert(v AlertView) Message {
	text := p.say("trouble.forgotten")
	return Message{Text: top(text), Blocks: []slack.Block{section(v.block("state"), text)}}
}

// worstFirst puts what is open before what is over, then the worse reasons, then
// what lasts longer; what came at once is in the order of names.
func worstFirst(all []batchsync.Incident) []batchsync.Incident {
	all = slices.Clone(all)
	order := batchsync.Reasons()
	slices.SortStableFunc(all, func(a, b batchsync.Incident) int {
		over := func(i batchsync.Incident) int {
			if i.State == batchsync.IncidentOpen {
				return 0
			}
			return 1
		}
		rank := func(i batchsync.Incident) int {
			if at := slices.Index(order, i.Worst().Reason); at >= 0 {
				return at
			}
			return len(order)
		}
		return cmp.Or(cmp.Compare(over(a), over(b)), cmp.Compare(rank(a), rank(b)), a.Opened.Compare(b.Opened), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return all
}

// block is the id of a block of the alert; a redrawn alert is new to Slack.
func (v AlertView) block(part string) string {
	version := v.Alert.Version
	for _, i := range v.Incidents {
		version += i.Version
	}
	return "alert/" + strconv.Itoa(version) + "/" + part
}

// live reports whether something can still be done on the alert.
func (v AlertView) live() bool { return v.Alert.Open() }

// muted is until when news of a task are kept back, zero for not at all.
func (v AlertView) muted(task batchsync.TaskID) time.Time {
	if until := v.Tasks[task].Muted; until.After(v.Now) {
		return until
	}
	return time.Time{}
}

func (p Printer) singleAlert(v AlertView, i batchsync.Incident) Message {
	title := p.singleTitle(v, i)
	cause := p.cause(v, i)
	results := v.results(i)
	around := func(tables ...slack.Block) []slack.Block {
		all := []slack.Block{p.header(v.block("title"), title)}
		if i.Rehearsal {
			all = append(all, section(v.block("rehearsal"), p.say("trouble.rehearsal")))
		}
		all = append(all, cardSection(v.block("state"), lines(p.ending(v, i), cause)))
		if facts := p.alertFacts(v, i); slices.ContainsFunc(facts, func(f fact) bool { return f.value != "" }) {
			all = append(all, p.fields(v.block("facts"), facts))
		}
		all = append(all, tables...)
		for n, line := range p.alertNotes(v, i) {
			all = append(all, contextLine(v.block("note/"+strconv.Itoa(n)), line))
		}
		if buttons := p.singleButtons(v, i); len(buttons) > 0 {
			all = append(all, slack.NewActionBlock(v.block("buttons"), buttons...))
		}
		return append(all, contextLine(v.block("told"), p.alertTold(v, i)))
	}
	m := Message{Text: p.singleText(v, i, title, cause, results)}
	switch {
	case len(results) == 0:
		m.Blocks = around()
		return m
	case untold(results):
		m.Blocks = around(section(v.block("tables"), p.say("trouble.no_table", number(len(results)))))
		return m
	}
	p.drawTables(&m, v, i, results, around)
	return m
}

// singleTitle is the word of what is wrong, or of how it ended, and the task;
// plain.
func (p Printer) singleTitle(v AlertView, i batchsync.Incident) string {
	word := p.reasonWord(i.Worst().Reason)
	switch {
	case v.Alert.Folded != "":
	case i.State != batchsync.IncidentOpen:
		word = p.wordOf("ending.", string(i.Ending))
	case !v.live():
		word = p.word("ending.unwatched")
	}
	if i.Task == 0 {
		if i.State != batchsync.IncidentOpen {
			return p.word("trouble.platform_back")
		}
		return p.word("reason.unreachable")
	}
	return p.format("trouble.title", []any{word, p.taskName(i.Task, i.Name, maxHeader)})
}

// reasonWord is a reason in a word or two; plain.
func (p Printer) reasonWord(r batchsync.Reason) string {
	if r == "" {
		return p.word("reason.unclear")
	}
	return p.wordOf("reason.", string(r))
}

// taskName is a task by name, or by number where it has none; plain.
func (p Printer) taskName(id batchsync.TaskID, name string, limit int) string {
	if name = p.clip(name, limit); name != "" {
		return name
	}
	return p.format("trouble.unnamed", []any{id.String()})
}

// ending is how it ended, or where it is told now; "" while neither.
func (p Printer) ending(v AlertView, i batchsync.Incident) mark {
	lasted := p.took(batchsync.Lasted(i))
	switch {
	case v.Alert.Folded != "":
		return p.say("trouble.folded", link(v.IntoLink, p.intoTitle(v)))
	case i.State != batchsync.IncidentOpen && i.Task == 0:
		return p.say("ended.platform", lasted)
	case i.State != batchsync.IncidentOpen && i.Ending == batchsync.EndedRecovered && i.EndedBy != 0:
		return p.say("ended.recovered_by", lasted, mark(i.EndedBy.String()))
	case i.State != batchsync.IncidentOpen:
		return p.ended(i.Ending, lasted)
	case !v.live():
		return p.say("trouble.unfollowed")
	}
	return ""
}

func (p Printer) ended(e batchsync.Ending, lasted mark) mark {
	key := batchsync.TextKey("ended." + string(e))
	if _, ok := p.words[key]; !ok {
		key = "ended.other"
	}
	return p.say(key, lasted)
}

// intoTitle names the alert that tells it now, in words of a link.
func (p Printer) intoTitle(v AlertView) string {
	if v.Into == nil {
		return p.word("trouble.folded_link")
	}
	return strings.ReplaceAll(p.groupName(*v.Into, len(v.Into.Incidents)), "|", "/") // the sign that ends a link's address
}

// singleText is the alert for who does not see it. It begins with the mentions.
func (p Printer) singleText(v AlertView, i batchsync.Incident, title string, cause mark, results []batchsync.TableResult) string {
	head := p.say("trouble.text", escape(p.clip(title, maxArgument)))
	parts := []mark{join([]mark{p.mentions(v), head}, " ")}
	if i.Rehearsal {
		parts = append(parts, p.say("trouble.rehearsal"))
	}
	parts = append(parts, p.ending(v, i), cause)
	if len(results) > 0 {
		parts = append(parts, p.say("trouble.tables", p.tableCounts(results, i.Worst().Of)))
	}
	return top(append(parts, p.alertNotes(v, i)...)...)
}

// mentions are the owners the alert pings: none once nothing is open, because
// an alert that has to be posted anew would ping them for a recovery.
func (v AlertView) mentions() []batchsync.UserID {
	if !v.live() || len(openOnes(v.Incidents)) == 0 {
		return nil
	}
	return v.Alert.Mentions
}

func (p Printer) mentions(v AlertView) mark {
	var all []mark
	for _, id := range v.mentions() {
		all = append(all, mention(id))
	}
	return join(all, " ")
}

// firstLine is the first line of a message that says something.
func firstLine(s string) string {
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" {
			return line
		}
	}
	return ""
}
