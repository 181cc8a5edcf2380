package blocks

import (
	"slices"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// taskRows are what can be done with a task: in the first row with its runs,
// in the second with the task itself, what is wanted less often in a menu. What
// cannot work in the task's state is left out.
func (p Printer) taskRows(v TaskCard) [][]slack.BlockElement {
	ref := TaskRefOf(v.Ref.ID).String()
	if v.Ref.Type != 0 && !v.Ref.Type.IsSync() {
		return [][]slack.BlockElement{p.lookButtons(v, ref)}
	}
	offline := v.State() == batchsync.TaskOffline
	begin := p.button(ActionBackfill, "button.backfill", ref)
	if offline {
		begin = p.button(ActionDeploy, "button.deploy", ref)
	}
	runs := []slack.BlockElement{begin}
	if more, failedLast := p.runButtons(v.Ref.ID, v.Runs); failedLast {
		runs = append(more, begin)
	} else {
		runs = append(runs, more...)
	}
	var task []slack.BlockElement
	debug := p.button(ActionDebug, "button.debug", ref)
	if v.Content != nil && offline {
		runs = append(runs, debug) // to see that it works before it is scheduled
	}
	if !offline {
		task = append(task, p.button(ActionAcceptance, "button.run_acceptance", ref))
	}
	if keep := p.keepButton(v, ref); keep != nil {
		task = append(task, keep)
	}
	if v.Content != nil && !offline {
		task = append(task, debug)
	}
	if v.Content != nil {
		task = append(task, p.button(ActionConfig, "button.config", ref), p.button(ActionLike, "button.new_like", ref))
	}
	return [][]slack.BlockElement{runs, append(task, p.taskMenu(v.TaskView, ref))}
}

// lookButtons are those of a task that is no sync: it is to be looked at only.
func (p Printer) lookButtons(v TaskCard, ref string) []slack.BlockElement {
	var out []slack.BlockElement
	if run := firstRun(v.Runs, func(r batchsync.Run) bool { return r.ID > 0 && r.Status.Over() }); run != nil && v.Ref.ID > 0 {
		out = append(out, p.button(ActionViewLog, "button.view_log", RunRef{v.Ref.ID, run.ID}.String()))
	}
	return append(out, p.button(ActionRuns, "button.runs", ref), p.button(ActionDeps, "button.deps", ref))
}

// runOfInterest is the run that matters most: the one that failed, else the one
// at work, else the last one; nil without runs. It also says whether the last
// run is the one that failed: later ones that succeeded make it history.
func runOfInterest(runs []batchsync.Run) (run *batchsync.Run, failedLast bool) {
	last := firstRun(runs, func(r batchsync.Run) bool { return r.Status.Over() })
	if failed := (batchsync.TaskView{Runs: runs}).LastFailed(); failed != nil {
		return failed, last != nil && last.ID == failed.ID
	}
	working := firstRun(runs, func(r batchsync.Run) bool {
		return !r.Status.Over() && r.Status.Known() && r.Status != batchsync.RunNotStarted
	})
	if working != nil {
		return working, false
	}
	return last, false
}

// runButtons offer what concerns the run that matters most, and say whether
// that is the last one, which failed.
func (p Printer) runButtons(task batchsync.TaskID, runs []batchsync.Run) (out []slack.BlockElement, failedLast bool) {
	run, failedLast := runOfInterest(runs)
	if run == nil || task <= 0 || run.ID <= 0 {
		return nil, false
	}
	ref := RunRef{task, run.ID}.String()
	log := p.button(ActionViewLog, "button.view_log", ref)
	rerun := p.button(ActionRerun, "button.rerun", ref)
	switch {
	case !run.Status.Over():
		return []slack.BlockElement{log, p.button(ActionStopRun, "button.stop_run", ref)}, false // its modal asks once more
	case failedLast:
		return []slack.BlockElement{primary(rerun), p.button(ActionDiagnoseTask, "button.diagnose", TaskRefOf(task).String()), log}, true
	}
	return []slack.BlockElement{rerun, log}, false
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
