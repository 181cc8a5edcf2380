package czcli

import (
	"math"

	"batchsync/internal/batchsync"
)

// PlannedTask stands for the number of a task that does not exist yet.
const PlannedTask = "<TASK>"

// unmade is the task of commands that are only shown; the platform has none of
// that number.
const unmade = batchsync.TaskID(math.MaxInt64)

// Plan lists the commands that make a task of the specification, in order and as
// [Client] runs them, but for the global flags. About is the description of the
// task. What is set up by hand has no command, and reading back is left out.
func Plan(spec batchsync.Spec, cron batchsync.PlatformCron, about string) []batchsync.PlannedCommand {
	all := []*command{createCommand(spec.Name, spec.TaskType(), spec.Folder.ID, about)}
	if !spec.ByHand() {
		all = append(all, setupCommand(unmade, spec))
		if edit := editCommand(unmade, spec); edit != nil {
			all = append(all, edit)
		}
	}
	if spec.DebugFirst {
		all = append(all, executeCommand(unmade, spec.VCluster))
	}
	all = append(all, cronCommand(unmade, cron.Send, spec.VCluster), rerunCommand(unmade), deployCommand(unmade))
	var out []batchsync.PlannedCommand
	for _, k := range all {
		argv := append([]string{}, k.argv...)
		for i, arg := range argv {
			if arg == unmade.String() {
				argv[i] = PlannedTask
			}
		}
		out = append(out, batchsync.PlannedCommand{Argv: argv})
	}
	return out
}
