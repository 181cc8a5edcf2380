package blocks

import (
	"strconv"
	"time"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// IncidentsView is a page of the open incidents.
type IncidentsView struct {
	Rows  []batchsync.Incident // of the page, the worst first; 20 are shown at most
	First int                  // how many stand before
	Total int                  // less than there are rows: these are all
	Muted map[batchsync.TaskID]time.Time
	Links map[batchsync.IncidentID]string // web addresses of what was told, where something was
	Zone  string                          // of the platform's schedules, IANA
	Now   time.Time
}

// Incidents lists what is wrong. It mentions who acknowledged, so it is for the
// eyes of who asked only.
func (p Printer) Incidents(v IncidentsView) Message {
	total := max(v.Total, v.First+len(v.Rows))
	id := func(part string) string { return "incidents/" + strconv.Itoa(v.First) + "/" + part }
	all := []slack.Block{p.header(id("title"), p.word("incidents.title"))}
	if total == 0 {
		text := p.say("incidents.none")
		return Message{Text: top(text), Blocks: append(all, section(id("none"), text),
			slack.NewActionBlock(id("buttons"), p.button(ActionSubscriptions, "button.subscriptions", FilterAll)))}
	}
	said := []mark{p.say("incidents.count", number(total))}
	shown := v.Rows[:min(len(v.Rows), maxRows)]
	for n, i := range shown {
		line := p.incidentLine(i, v.Links[i.ID], v.Zone)
		if until := v.Muted[i.Task]; until.After(v.Now) {
			line = join([]mark{line, p.say("task.muted", date(until))}, " · ")
		}
		all = append(all, listed(id(strconv.Itoa(n)), lines(p.shortName(p.incidentName(i)), line), p.incidentButton(i)))
		said = append(said, p.say("list.line", escape(p.incidentName(i)), line))
	}
	about := p.say("incidents.range", number(v.First+1), number(v.First+len(shown)), number(total))
	all = append(all, contextLine(id("range"), about))
	if buttons := p.incidentPages(v.First, len(shown), total); len(buttons) > 0 {
		all = append(all, slack.NewActionBlock(id("buttons"), buttons...))
	}
	return Message{Text: top(said...), Blocks: toldApart(all)}
}

// incidentName is what an incident is about; plain.
func (p Printer) incidentName(i batchsync.Incident) string {
	if i.Task == 0 {
		return p.word("trouble.platform")
	}
	return p.taskName(i.Task, i.Name, maxCell)
}

// incidentLine is an incident in one line.
func (p Printer) incidentLine(i batchsync.Incident, address, zone string) mark {
	c := i.Worst()
	parts := []mark{escape(p.reasonWord(c.Reason))}
	if i.State != batchsync.IncidentOpen {
		parts = []mark{p.enum("ending.", string(i.Ending))}
	}
	if i.Rehearsal {
		parts = append(parts, p.say("incidents.rehearsal"))
	}
	if c.Times > 1 {
		parts = append(parts, p.say("incidents.times", number(c.Times)))
	}
	if since := i.Since(); !since.IsZero() {
		parts = append(parts, p.say("incidents.since", dateIn(since, zone)))
	}
	if c.Run > 0 {
		parts = append(parts, p.say("fact.run", mark(c.Run.String())))
	}
	if i.AckedBy != "" {
		parts = append(parts, p.say("incidents.acked"))
	}
	if webURL(address) != "" {
		parts = append(parts, link(address, p.word("incidents.link")))
	}
	return join(parts, " · ")
}

// incidentButton takes an incident on, or shows its task once somebody did.
func (p Printer) incidentButton(i batchsync.Incident) *slack.ButtonBlockElement {
	if i.AckedBy == "" && i.State == batchsync.IncidentOpen || i.Task <= 0 {
		return p.spoken(p.button(ActionAck, "button.ack", IncidentRef(i).String()), p.incidentName(i))
	}
	return p.spoken(p.button(ActionShowTask, "button.show", TaskRefOf(i.Task).String()), p.incidentName(i))
}

func (p Printer) incidentPages(first, shown, total int) []slack.BlockElement {
	var out []slack.BlockElement
	if first > 0 {
		out = append(out, p.button(ActionIncidentsBack, "button.previous", ListRef{First: max(first-maxRows, 0)}.String()))
	}
	if shown > 0 && first+shown < total {
		out = append(out, p.button(ActionIncidentsNext, "button.next_page", ListRef{First: first + shown}.String()))
	}
	return out
}
