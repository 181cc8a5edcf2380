package blocks

import (
	"cmp"
	"slices"
	"time"

	"batchsync/internal/batchsync"
)

// alertFacts are what is known of the run and its task.
func (p Printer) alertFacts(v AlertView, i batchsync.Incident) []fact {
	c := i.Worst()
	if i.Task == 0 {
		return nil // the platform has no runs, and the cause tells since when
	}
	var facts []fact
	add := func(label batchsync.TextKey, value mark) { facts = append(facts, fact{label, value}) }
	if c.Run != 0 && !i.Rehearsal {
		add("label.run", p.say("trouble.run", mark(c.Run.String()), escape(p.runType(c.Type))))
	}
	if !c.Plan.IsZero() {
		add("label.business_time", dateIn(c.Plan, v.Zone))
	}
	if since := i.Since(); !since.IsZero() && !since.Equal(c.Plan) {
		add("label.since", dateIn(since, v.Zone))
	}
	if c.Times > 1 {
		add("label.in_a_row", number(c.Times))
	}
	w := v.Watches[i.Task]
	add("label.source", p.shortName(cmp.Or(i.Source, w.Source)))
	add("label.vcluster", p.shortName(cmp.Or(i.VCluster, w.VCluster)))
	if next := nextRun(w, v.Zone, v.Now); !next.IsZero() {
		add("label.next_run", dateIn(next, v.Zone))
	}
	add("label.owner", p.owner(v, i.Task))
	return facts
}

// nextRun is when the schedule promises the next run; zero where it is not
// known.
func nextRun(w batchsync.Watch, zone string, now time.Time) time.Time {
	loc, err := time.LoadLocation(zone)
	if err != nil || !w.Online || w.Cron == "" {
		return time.Time{}
	}
	c, err := batchsync.ParseCron(w.Cron)
	if err != nil {
		return time.Time{}
	}
	if next := c.Next(now, loc, 1); len(next) > 0 {
		return next[0]
	}
	return time.Time{}
}

// owner mentions the owner where the alert is meant to, and else names them if
// a name is known: an id alone would be a ping.
func (p Printer) owner(v AlertView, task batchsync.TaskID) mark {
	owner := v.Tasks[task].Owner
	if slices.Contains(v.mentions(), owner) {
		return mention(owner)
	}
	return p.shortName(v.Names[owner])
}

// alertNotes are what people did about it, and what else is worth knowing.
func (p Printer) alertNotes(v AlertView, i batchsync.Incident) []mark {
	var out []mark
	add := func(m mark) {
		if m != "" {
			out = append(out, m)
		}
	}
	add(p.acked(v, i))
	if v.live() && i.State == batchsync.IncidentOpen {
		if until := v.muted(i.Task); !until.IsZero() {
			add(p.say("trouble.muted", dateIn(until, v.Zone)))
		}
		if op, ok := v.Holders[i.Task]; ok {
			add(p.heldBy(&op))
		}
	}
	add(p.late(v))
	if i.Away {
		add(p.say("trouble.away"))
	}
	return out
}

// tookLate is how much later than it was found a message comes late.
const tookLate = 10 * time.Minute

// late says that a message stands in its channel much later than what it tells
// was found; "" where it does not.
func (p Printer) late(v AlertView) mark {
	posted := v.Posted
	if posted.IsZero() {
		posted = v.Now
	}
	if by := posted.Sub(v.Alert.Opened); by > tookLate && !v.Alert.Opened.IsZero() {
		return p.say("trouble.late", p.lasted(by))
	}
	return ""
}

// acked is who took it on; "" while nobody did.
func (p Printer) acked(v AlertView, i batchsync.Incident) mark {
	if i.AckedBy == "" {
		return ""
	}
	line := p.say("trouble.acked", p.user(string(i.AckedBy)), dateIn(i.AckedAt, v.Zone))
	if i.AskAgain.IsZero() || i.State != batchsync.IncidentOpen || !v.live() {
		return line
	}
	return join([]mark{line, p.say("trouble.ask_again", dateIn(i.AskAgain, v.Zone))}, " · ")
}

// alertTold is when it was told, and how it went on.
func (p Printer) alertTold(v AlertView, i batchsync.Incident) mark {
	parts := []mark{p.say("trouble.opened", dateIn(i.Opened, v.Zone))}
	if i.Changed.After(i.Opened) && i.State == batchsync.IncidentOpen {
		parts = append(parts, p.say("trouble.changed", dateIn(i.Changed, v.Zone)))
	}
	if i.Reopened > 0 {
		parts = append(parts, p.say("trouble.reopened", number(i.Reopened)))
	}
	if i.State != batchsync.IncidentOpen && !i.Closed.IsZero() {
		parts = append(parts, p.say("trouble.closed", dateIn(i.Closed, v.Zone)))
	}
	return join(parts, " · ")
}
