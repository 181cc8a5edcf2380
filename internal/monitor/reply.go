package monitor

import (
	"slices"
	"strconv"
	"time"

	"batchsync/internal/batchsync"
)

// reply puts what changed about an alert's incidents into its thread: one
// reply per look, however much changed.
func (p *post) reply(a batchsync.Alert, turns []change, over bool) {
	if a.Kind == batchsync.AlertSingle || a.Kind == batchsync.AlertPlatform {
		for _, c := range turns {
			p.replySingle(a, c)
		}
		return
	}
	if over {
		p.say(a, "over", p.loudEnd(a), batchsync.T("alert.over", strconv.Itoa(len(a.Incidents)), lasted(p.of(a)...)))
		return
	}
	p.replyGroup(a, turns)
}

// of are the incidents of a message.
func (p *post) of(a batchsync.Alert) (out []batchsync.Incident) {
	for _, id := range a.Incidents {
		if i, ok := p.incidents[id]; ok {
			out = append(out, i)
		}
	}
	return out
}

func (p *post) left(a batchsync.Alert) (n int) {
	for _, id := range a.Incidents {
		if p.incidents[id].State == batchsync.IncidentOpen {
			n++
		}
	}
	return n
}

func (p *post) replySingle(a batchsync.Alert, c change) {
	if c.turn != turnClosed && p.hush(c.incident) {
		return
	}
	i, worst := c.incident, c.incident.Worst()
	switch c.turn {
	case turnReopened: // of an alert that is open for another reason
		p.say(a, "reopened", false, batchsync.T("incident.reply_reopened", i.Name, string(worst.Reason)))
	case turnAgain:
		p.say(a, "again", c.aloud, batchsync.T("incident.reply_again", i.Name, strconv.Itoa(worst.Times)))
	case turnAnother:
		p.say(a, "another", false, batchsync.T("incident.reply_another", i.Name, string(worst.Reason)))
	case turnChanged:
		p.say(a, "changed", c.aloud, batchsync.T("incident.reply_changed", i.Name, string(worst.Reason)))
	case turnClosed:
		p.say(a, "closed", p.loudEnd(a) && !p.hush(i) && i.Ending != batchsync.EndedUnwatched, endOf(i))
	case turnRemind:
		p.say(a, "remind", true, batchsync.T("incident.reply_remind", i.Name))
		p.mention(c.whom)
	}
}

// endOf tells why an incident is over.
func endOf(i batchsync.Incident) batchsync.Text {
	if i.Task == 0 {
		return batchsync.T("incident.reply_platform", lasted(i))
	}
	return batchsync.T(batchsync.TextKey("incident.reply_"+string(i.Ending)), i.Name, lasted(i))
}

// keepBack remembers of which incidents something is kept back at this look.
func (p *post) keepBack(a *batchsync.Alert, turns []change) {
	for _, c := range turns {
		switch c.turn {
		case turnChanged, turnAgain, turnAnother, turnReopened:
			if p.hush(c.incident) && !slices.Contains(a.Kept, c.incident.ID) {
				a.Kept = append(slices.Clone(a.Kept), c.incident.ID)
			}
		}
	}
}

// afterQuiet tells aloud what is still wrong of that which was kept back, once
// the mute or the quiet window is over: until then only the message itself showed
// it.
func (p *post) afterQuiet(a *batchsync.Alert) {
	var still []batchsync.Incident
	left := slices.DeleteFunc(slices.Clone(a.Kept), func(id batchsync.IncidentID) bool {
		i := p.incidents[id]
		if i.State == batchsync.IncidentOpen && p.hush(i) {
			return false
		}
		if i.State == batchsync.IncidentOpen {
			still = append(still, i)
		}
		return true
	})
	if len(left) == len(a.Kept) {
		return
	}
	a.Kept = left
	p.touched[a.ID] = true
	switch {
	case len(still) == 0:
	case a.Kind == batchsync.AlertSingle || a.Kind == batchsync.AlertPlatform:
		p.say(*a, "kept", true, batchsync.T("incident.reply_changed", still[0].Name, string(still[0].Worst().Reason)))
	default:
		p.say(*a, "kept", true, batchsync.T("alert.changed", strconv.Itoa(len(still)), reasons(still), names(still)))
	}
}

// loudEnd reports whether the channel wants to see ends, not only in threads.
func (p *post) loudEnd(a batchsync.Alert) bool {
	if slices.ContainsFunc(a.Incidents, func(id batchsync.IncidentID) bool { return p.incidents[id].Rehearsal }) {
		return true
	}
	for _, s := range p.subs {
		for _, id := range a.Incidents {
			if s.Wants(batchsync.TopicRecoveries) && p.selects(s.Selector, p.incidents[id]) {
				return true
			}
		}
	}
	return false
}

// say puts a reply into an alert's thread.
func (p *post) say(a batchsync.Alert, about string, aloud bool, body ...batchsync.Text) {
	p.messages = append(p.messages, batchsync.Message{
		ID: batchsync.AlertReply(a.ID, about, a.Version+1), Kind: batchsync.MessageNotice, Body: body,
		Channel: a.Channel, Thread: batchsync.AlertMessage(a.ID), Broadcast: aloud,
		State: batchsync.MessageDue, Wanted: 1, Due: p.now, CreatedAt: p.now,
	})
}

// mention has the last message mention people, each once.
func (p *post) mention(who ...batchsync.UserID) {
	m := &p.messages[len(p.messages)-1]
	slices.Sort(who)
	who = slices.DeleteFunc(slices.Compact(who), func(id batchsync.UserID) bool { return id == "" })
	if len(who) > 0 {
		m.Mention, m.Also = who[0], who[1:]
	}
}

// maxNames is how many names one sentence lists.
const maxNames = 5

// names lists the names of incidents' tasks, five at most.
func names(of []batchsync.Incident) string {
	var out []string
	for n, i := range of {
		if n == maxNames {
			out = append(out, "…")
			break
		}
		out = append(out, i.Name)
	}
	return batchsync.List(out...)
}

// lasted is how long incidents lasted, as an argument that is worded where it is
// shown: a Go duration in whole seconds.
func lasted(of ...batchsync.Incident) string {
	return batchsync.Lasted(of...).Truncate(time.Second).String()
}
