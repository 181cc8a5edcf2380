package blocks

import "batchsync/internal/batchsync"

// whatChanged is what is different since the last success, and what of it is
// not known.
func (p Printer) whatChanged(d Diagnosis) mark {
	c := d.Compared
	switch {
	case len(d.Incident.Conditions) == 0 && len(c.Changed)+len(c.Earlier) == 0:
		return ""
	case d.Unread:
		return p.say("diagnosis.unread")
	case c.Since.IsZero():
		return p.say("diagnosis.no_success")
	}
	return p.compared(c, "diagnosis.changed", "diagnosis.same")
}

// compared lists what changed, since the last success and since the one all was
// read with, and names what was not compared. Its titles take the time of the
// success: one stands above what changed, one says that nothing did.
func (p Printer) compared(c batchsync.Comparison, changed, same batchsync.TextKey) mark {
	var all []mark
	if len(c.Changed) > 0 {
		all = append(all, "*"+p.say(changed, date(c.Since))+"*", p.itemised(c.Changed))
	} else if len(c.Earlier) == 0 {
		all = append(all, p.say(same, date(c.Since)))
	}
	switch {
	case len(c.Earlier) > 0:
		all = append(all, "*"+p.say("diagnosis.changed_read", date(c.Read))+"*", p.itemised(c.Earlier))
	case c.Read.Before(c.Since):
		all = append(all, p.say("diagnosis.as_read", date(c.Read)))
	}
	var left []mark
	for _, t := range c.Left {
		left = append(left, p.sentence(t, false))
	}
	return lines(append(all, join(left, " "))...)
}
