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
	var ended, again []batchsync.Incident
	for _, c := range turns {
		switch c.turn {
		case turnClosed:
			ended = append(ended, c.incident)
		case turnReopened:
			again = append(again, c.incident)
		case turnRemind:
			p.replySingle(a, c)
		}
	}
	switch {
	case over:
		p.say(a, "over", p.loudEnd(a), batchsync.T("alert.over", strconv.Itoa(len(a.Incidents)), lasted(a.Opened, p.now)))
		return
	case len(ended) > 0:
		p.say(a, "ended", false, batchsync.T("alert.ended", strconv.Itoa(len(ended)), strconv.Itoa(p.left(a)), names(ended)))
	}
	if len(again) > 0 {
		p.say(a, "again", false, batchsync.T("alert.again", strconv.Itoa(len(again)), names(again)))
	}
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
		p.say(a, "closed", p.loudEnd(a) && !p.hush(i) && i.Ending != batchsync.EndedUnwatched, endOf(i, p.now))
	case turnRemind:
		p.say(a, "remind", true, batchsync.T("incident.reply_remind", i.Name))
		p.messages[len(p.messages)-1].Mention = c.whom
	}
}

// endOf tells why an incident is over.
func endOf(i batchsync.Incident, now time.Time) batchsync.Text {
	if i.Task == 0 {
		return batchsync.T("incident.reply_platform", lasted(i.Opened, now))
	}
	return batchsync.T(batchsync.TextKey("incident.reply_"+string(i.Ending)), i.Name, lasted(i.Opened, now))
}

// afterQuiet tells aloud what changed about a message's incident in a quiet
// window that has just ended: until then only the message itself showed it.
func (p *post) afterQuiet(a *batchsync.Alert) {
	i := p.incidents[a.Incidents[0]]
	if a.Kind != batchsync.AlertSingle || i.State != batchsync.IncidentOpen || p.hush(i) {
		return
	}
	last := p.known.Cursor.Looked
	kept := func(q batchsync.Quiet) bool {
		ended := !last.IsZero() && q.To.After(last) && !q.To.After(p.now)
		return ended && p.covers(q, i) && a.Opened.Before(q.From) && !i.Changed.Before(q.From) && !i.Changed.After(q.To)
	}
	if n := slices.IndexFunc(p.known.Quiet, kept); n >= 0 {
		p.touched[a.ID] = true
		p.say(*a, "kept", true, batchsync.T("incident.reply_changed", i.Name, string(i.Worst().Reason)))
		// A window ends once, also where the clock is set back and comes to its
		// end again.
		p.messages[len(p.messages)-1].ID = batchsync.AlertReply(a.ID, "kept/"+p.known.Quiet[n].ID, 1)
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

// lasted is how long something lasted, as an argument that is worded where it
// is shown: a Go duration in whole seconds. Where clocks were set back meanwhile
// it is not known, and none.
func lasted(from, to time.Time) string {
	return max(0, to.Sub(from)).Truncate(time.Second).String()
}
