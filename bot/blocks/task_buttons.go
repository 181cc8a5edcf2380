package blocks

import (
	"slices"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// taskButtons are what can be done with a task: the frequent things as buttons,
// the others in a menu. What cannot work in the task's state is left out.
func (p Printer) taskButtons(v batchsync.TaskView) []slack.BlockElement {
	ref := TaskRefOf(v.Ref.ID).String()
	out := []slack.BlockElement{}
	if v.State() == batchsync.TaskOffline {
		out = append(out, p.button(ActionDeploy, "button.deploy", ref))
	} else {
		out = append(out, p.button(ActionBackfill, "button.backfill", ref))
	}
	out = append(out, p.runButtons(v.Ref.ID, v.LastFailed(), v.Runs)...)
	out = append(out, p.keepButton(v, ref))
	return append(out, p.taskMenu(v, ref))
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
	if failed != nil {
		rerun = primary(rerun)
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

// keepButton is about the bot's own memory of the task.
func (p Printer) keepButton(v batchsync.TaskView, ref string) slack.BlockElement {
	switch {
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
