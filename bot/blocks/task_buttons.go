package blocks

import (
	"slices"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// taskButtons are what can be done with a task: the frequent things as buttons,
// the others in a menu. What cannot work in the task's state is left out.
func (p Printer) taskButtons(v TaskCard) []slack.BlockElement {
	ref := TaskRefOf(v.Ref.ID).String()
	out := []slack.BlockElement{}
	if v.Ref.Type != 0 && !v.Ref.Type.IsSync() { // to be looked at only
		if run := firstRun(v.Runs, func(r batchsync.Run) bool { return r.ID > 0 && r.Status.Over() }); run != nil && v.Ref.ID > 0 {
			out = append(out, p.button(ActionViewLog, "button.view_log", RunRef{v.Ref.ID, run.ID}.String()))
		}
		return append(out, p.button(ActionRuns, "button.runs", ref), p.button(ActionDeps, "button.deps", ref))
	}
	if v.State() == batchsync.TaskOffline {
		out = append(out, p.button(ActionDeploy, "button.deploy", ref))
	} else {
		out = append(out, p.button(ActionBackfill, "button.backfill", ref))
	}
	out = append(out, p.runButtons(v.Ref.ID, v.LastFailed(), v.Runs)...)
	if keep := p.keepButton(v, ref); keep != nil {
		out = append(out, keep)
	}
	return append(out, p.taskMenu(v.TaskView, ref))
}

// runButtons offer what concerns the run that matters most: the one that
// failed, else the one at work, else the last one.
func (p Printer) runButtons(task batchsync.TaskID, failed *batchsync.Run, runs []batchsync.Run) []slack.BlockElement {
	run := failed
	if run == nil {
		run = firstRun(runs, func(r batchsync.Run) bool {
			return !r.Status.Over() && r.Status.Known() && r.Status != batchsync.RunNotStarted
		})
	}
	if run == nil {
		run = firstRun(runs, func(r batchsync.Run) bool { return r.Status.Over() })
	}
	if run == nil || task <= 0 || run.ID <= 0 {
		return nil
	}
	ref := RunRef{task, run.ID}.String()
	log := p.button(ActionViewLog, "button.view_log", ref)
	if !run.Status.Over() {
		return []slack.BlockElement{log, p.button(ActionStopRun, "button.stop_run", ref)} // its modal asks once more
	}
	rerun := p.button(ActionRerun, "button.rerun", ref)
	if newest := firstRun(runs, func(r batchsync.Run) bool { return r.Status.Over() }); failed != nil && newest != nil && newest.ID == failed.ID {
		rerun = primary(rerun) // later runs that succeeded make it history
	}
	return []slack.BlockElement{rerun, log}
}

func firstRun(runs []batchsync.Run, is func(batchsync.Run) bool) *batchsync.Run {
	i := slices.IndexFunc(runs, is)
	if i < 0 {
		return nil
	}
	return &runs[i]
}

// keepButton is about the bot's own memory of the task; nil where this person
// has no part in it.
func (p Printer) keepButton(v TaskCard, ref string) slack.BlockElement {
	switch {
	case v.Known == nil && !v.MayAdopt:
		return nil
	case v.Known == nil:
		return p.button(ActionAdopt, "button.adopt", ref)
	case v.Known.Muted.After(v.At):
		return p.button(ActionUnmute, "button.unmute", ref)
	}
	return p.button(ActionMute, "button.mute", ref)
}

func (p Printer) taskMenu(v batchsync.TaskView, ref string) slack.BlockElement {
	var options []*slack.OptionBlockObject
	add := func(a ActionID, key batchsync.TextKey) {
		options = append(options, p.option(MenuChoice{a, ref}.String(), p.word(key), ""))
	}
	add(ActionRuns, "button.runs")
	add(ActionDeps, "button.deps")
	add(ActionChangeSchedule, "button.change_schedule")
	if v.State() != batchsync.TaskOffline {
		add(ActionDeploy, "button.deploy")
		add(ActionUndeploy, "button.undeploy")
	}
	return slack.NewOverflowBlockElement(string(ActionTaskMenu), options...)
}
