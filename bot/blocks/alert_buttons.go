package blocks

import (
	"time"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// IncidentRef points to an incident as it was drawn.
func IncidentRef(i batchsync.Incident) Ref {
	return Ref{ID: string(i.ID), Version: max(i.Version, 1)}
}

// AlertRef points to an alert as it was drawn.
func AlertRef(a batchsync.Alert) Ref { return Ref{ID: string(a.ID), Version: max(a.Version, 1)} }

// singleButtons are what can be done about one task's trouble. Of one that is
// over, they only lead on.
func (p Printer) singleButtons(v AlertView, i batchsync.Incident) []slack.BlockElement {
	open := v.live() && i.State == batchsync.IncidentOpen
	var out []slack.BlockElement
	if open && i.AckedBy == "" {
		out = append(out, primary(p.button(ActionAck, "button.ack", IncidentRef(i).String())))
	}
	switch {
	case i.Task == 0:
		return append(out, p.button(ActionStatus, "button.status", FilterAll))
	case i.Task < 0: // made up: there is nothing to look at
		return out
	}
	task := TaskRefOf(i.Task).String()
	if !open {
		out = append(out, p.button(ActionShowTask, "button.show_task", task))
		return append(out, p.logButton(i)...)
	}
	out = append(out, p.repair(v, i)...)
	if tellsFailure(i) {
		out = append(out, p.button(ActionDiagnose, "button.diagnose", IncidentRef(i).String()))
	}
	out = append(out, p.logButton(i)...)
	if _, followed := v.Tasks[i.Task]; followed {
		if v.muted(i.Task).IsZero() {
			out = append(out, p.button(ActionMute, "button.mute", task))
		} else {
			out = append(out, p.button(ActionUnmute, "button.unmute", task))
		}
	}
	return append(out, p.alertMenu(v, i))
}

// tellsFailure reports whether something failed, of which the first question is
// why. Of other trouble Diagnose is in the menu.
func tellsFailure(i batchsync.Incident) bool {
	switch i.Worst().Reason {
	case batchsync.ReasonFailed, batchsync.ReasonTables, batchsync.ReasonBlocked:
		return i.Task > 0
	}
	return false
}

// repair is what may make it good, while nobody is changing the task.
func (p Printer) repair(v AlertView, i batchsync.Incident) []slack.BlockElement {
	c := i.Worst()
	if v.held(i.Task) {
		return nil
	}
	switch c.Reason {
	case batchsync.ReasonFailed, batchsync.ReasonTables:
		if c.Run > 0 {
			return []slack.BlockElement{p.button(ActionRerun, "button.rerun", RunRef{i.Task, c.Run}.String())}
		}
	case batchsync.ReasonMissing, batchsync.ReasonLate:
		return []slack.BlockElement{p.button(ActionBackfill, "button.backfill", v.days(i).String())}
	}
	return nil
}

// held reports whether somebody is changing the task.
func (v AlertView) held(task batchsync.TaskID) bool {
	_, held := v.Holders[task]
	return held
}

// backfillable reports whether the days of a failure can be run again: its runs
// are over, nobody is changing the task, and it is not known to be offline, which
// the platform does not backfill. Runs that wait or are at work stand in the way
// of a backfill of their day.
func (v AlertView) backfillable(i batchsync.Incident) bool {
	w := v.Watches[i.Task]
	offline := w.Gone || !w.Online && !w.Read.IsZero()
	return tellsFailure(i) && !v.held(i.Task) && !offline
}

// days are those the worst of an incident is about, none where the platform tells
// no time of it.
func (v AlertView) days(i batchsync.Incident) DaysRef {
	r := DaysRef{Task: i.Task}
	if from, to := i.Worst().Span(); !from.IsZero() {
		r.From, r.To = inZone(from, v.Zone).Format(time.DateOnly), inZone(to, v.Zone).Format(time.DateOnly)
	}
	return r
}

// logButton is there for a run that has begun.
func (p Printer) logButton(i batchsync.Incident) []slack.BlockElement {
	c := i.Worst()
	switch c.Reason {
	case batchsync.ReasonFailed, batchsync.ReasonTables, batchsync.ReasonSlow:
		if c.Run > 0 {
			return []slack.BlockElement{p.button(ActionViewLog, "button.view_log", RunRef{i.Task, c.Run}.String())}
		}
	}
	return nil
}

// alertMenu is what is wanted less often; a button where that is one thing.
func (p Printer) alertMenu(v AlertView, i batchsync.Incident) slack.BlockElement {
	var options []*slack.OptionBlockObject
	add := func(a ActionID, key batchsync.TextKey, value string) *slack.OptionBlockObject {
		o := p.option(MenuChoice{a, value}.String(), p.word(key), "")
		if o != nil {
			options = append(options, o)
		}
		return o
	}
	task := TaskRefOf(i.Task).String()
	if !tellsFailure(i) {
		add(ActionDiagnose, "button.diagnose", IncidentRef(i).String())
	}
	if v.backfillable(i) {
		add(ActionBackfill, "button.backfill", v.days(i).String())
	}
	add(ActionShowTask, "button.show_task", task)
	if address := v.studio(i); address != "" {
		if o := add(ActionOpenStudio, "button.open_studio", task); o != nil {
			o.URL = address
		}
	}
	c := i.Worst()
	if (c.Reason == batchsync.ReasonSlow || c.Reason == batchsync.ReasonStuck) && c.Run > 0 {
		add(ActionStopRun, "button.stop_run", RunRef{i.Task, c.Run}.String())
	}
	if len(options) == 1 {
		return p.button(ActionShowTask, "button.show_task", task)
	}
	return slack.NewOverflowBlockElement(string(ActionTaskMenu), options...)
}

// studio is where Studio shows the run, or else the task; "" where that is not
// known.
func (v AlertView) studio(i batchsync.Incident) string {
	if i.Found.Run == i.Worst().Run {
		if address := webURL(i.Found.OpsURL); address != "" {
			return address
		}
	}
	return webURL(v.Tasks[i.Task].StudioURL)
}

// groupButtons are what can be done about many at once; open are the worst
// first.
func (p Printer) groupButtons(v AlertView, open []batchsync.Incident) []slack.BlockElement {
	var out []slack.BlockElement
	for _, i := range open {
		if v.live() && i.AckedBy == "" {
			out = append(out, primary(p.button(ActionAckAll, "button.ack_all", AlertRef(v.Alert).String())))
			break
		}
	}
	if len(open) > 0 && v.live() && tellsFailure(open[0]) {
		out = append(out, p.button(ActionDiagnose, "button.diagnose_worst", IncidentRef(open[0]).String()))
	}
	return append(out, p.button(ActionIncidents, "button.incidents", FilterAll))
}
