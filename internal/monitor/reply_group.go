package monitor

import (
	"slices"
	"strconv"
	"time"

	"batchsync/internal/batchsync"
)

// replyGroup puts what changed about some of a message's many incidents into
// its thread: one reply of each kind, however many they are. What is kept back
// is left out.
func (p *post) replyGroup(a batchsync.Alert, turns []change) {
	of := map[turn][]batchsync.Incident{}
	var whom []batchsync.UserID
	aloud := false
	for _, c := range turns {
		if c.turn != turnClosed && p.hush(c.incident) {
			continue
		}
		of[c.turn] = append(of[c.turn], c.incident)
		whom = append(whom, c.whom)
		aloud = aloud || c.turn != turnRemind && c.aloud && p.firstOf(a, c, turns)
	}
	if ended := of[turnClosed]; len(ended) > 0 {
		p.say(a, "ended", false, batchsync.T("alert.ended", strconv.Itoa(len(ended)), strconv.Itoa(p.left(a)), names(ended)))
	}
	if back := of[turnReopened]; len(back) > 0 {
		p.say(a, "again", false, batchsync.T("alert.again", strconv.Itoa(len(back)), names(back)))
	}
	if said := wentOn(of); len(said) > 0 {
		p.say(a, "on", aloud, said...)
	}
	if asked := of[turnRemind]; len(asked) > 0 {
		p.say(a, "remind", true, batchsync.T("alert.remind", strconv.Itoa(len(asked)), names(asked)))
		p.mention(whom...)
	}
}

// wentOn tells of incidents of a group that are no better: a sentence of each
// way to go on.
func wentOn(of map[turn][]batchsync.Incident) (said []batchsync.Text) {
	if all := of[turnAgain]; len(all) > 0 {
		most := 0
		for _, i := range all {
			most = max(most, i.Worst().Times)
		}
		said = append(said, batchsync.T("alert.failed_again", strconv.Itoa(len(all)), strconv.Itoa(most), names(all)))
	}
	if all := of[turnAnother]; len(all) > 0 {
		said = append(said, batchsync.T("alert.another", strconv.Itoa(len(all)), names(all)))
	}
	if all := of[turnChanged]; len(all) > 0 {
		said = append(said, batchsync.T("alert.changed", strconv.Itoa(len(all)), reasons(all), names(all)))
	}
	return said
}

// sameNews is how long what the channel was shown of one incident of a group
// need not be shown of another.
const sameNews = time.Hour

// firstOf reports whether a turn is worth showing the channel: no other incident
// of the message came to the same a moment ago. Hundreds of tasks that fail for
// the third time within an hour are one such news, not as many as there are
// looks.
func (p *post) firstOf(a batchsync.Alert, c change, turns []change) bool {
	worst := c.incident.Worst()
	return !slices.ContainsFunc(a.Incidents, func(id batchsync.IncidentID) bool {
		i := p.incidents[id]
		if slices.ContainsFunc(turns, func(t change) bool { return t.incident.ID == id }) || i.State != batchsync.IncidentOpen {
			return false
		}
		same := i.Worst().Reason == worst.Reason && (c.turn != turnAgain || i.Worst().Times == worst.Times)
		return same && p.now.Sub(i.Changed).Abs() < sameNews
	})
}

// reasons lists what is wrong with incidents, the worst first and each once.
func reasons(of []batchsync.Incident) string {
	var out []string
	for _, r := range batchsync.Reasons() {
		if slices.ContainsFunc(of, func(i batchsync.Incident) bool { return i.Worst().Reason == r }) {
			out = append(out, string(r))
		}
	}
	return batchsync.List(out...)
}
