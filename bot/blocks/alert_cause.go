package blocks

import (
	"strconv"
	"time"

	"batchsync/internal/batchsync"
)

// cause is why an incident is one: a sentence of its worst condition, the
// platform's own words, and what else is wrong. Of one that is over it says
// what had been wrong.
func (p Printer) cause(v AlertView, i batchsync.Incident) mark {
	c := i.Worst()
	why := p.condition(c, i.Found, v.Zone)
	if i.State != batchsync.IncidentOpen {
		why = p.say("trouble.was", why)
	}
	out := []mark{why, p.name(firstLine(c.Detail))}
	var besides []mark
	for _, more := range i.Conditions[min(len(i.Conditions), 1):] {
		besides = append(besides, p.enum("reason.", string(more.Reason)))
	}
	if len(besides) > 0 {
		out = append(out, p.say("cause.besides", p.series(besides)))
	}
	if _, held := v.Holders[i.Task]; !held && !i.Rehearsal && v.live() && i.State == batchsync.IncidentOpen {
		out = append(out, p.enumOrNone("next.", string(c.Reason)))
	}
	return lines(out...)
}

// condition is a condition in one sentence.
func (p Printer) condition(c batchsync.Condition, found batchsync.Found, zone string) mark {
	at := func(t time.Time) mark {
		if t.IsZero() {
			return p.say("trouble.no_time")
		}
		return dateIn(t, zone)
	}
	switch c.Reason {
	case batchsync.ReasonUnreachable:
		return p.say("cause.unreachable", at(c.Since))
	case batchsync.ReasonFailed:
		if c.Times > 1 {
			return p.say("cause.failed_times", at(c.Plan), number(c.Times))
		}
		return p.say("cause.failed", at(c.Plan))
	case batchsync.ReasonBlocked:
		if len(found.Before) > 0 && found.Run == c.Run {
			return p.say("cause.blocked_by", at(c.Plan), p.names(taskNames(found.Before)))
		}
		return p.say("cause.blocked", at(c.Plan))
	case batchsync.ReasonTables:
		return p.say("cause.tables", at(c.Plan), number(len(c.Tables)), number(max(c.Of, len(c.Tables))))
	case batchsync.ReasonMissing:
		return p.say("cause.missing", at(c.Plan))
	case batchsync.ReasonLate:
		return p.say("cause.late", at(c.Plan))
	case batchsync.ReasonStuck:
		return p.say("cause.stuck", at(c.Plan), p.runWord(c.Status), at(c.Since))
	case batchsync.ReasonPaused:
		return p.say("cause.paused", at(c.Plan))
	case batchsync.ReasonSlow:
		return p.say("cause.slow", at(c.Plan), at(c.Since), p.took(c.Usual))
	case batchsync.ReasonOdd:
		return p.say("cause.odd", at(c.Plan), mark(strconv.Itoa(int(c.Status))))
	}
	return p.say("cause.unknown")
}

func taskNames(all []batchsync.TaskLink) []string {
	var out []string
	for _, t := range all {
		name := t.Name
		if name == "" {
			name = t.ID.String()
		}
		out = append(out, name)
	}
	return out
}
