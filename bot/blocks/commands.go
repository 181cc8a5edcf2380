package blocks

// CommandActions are the buttons that do what a command does, by the command's
// word. What is not listed goes on with something begun (Next, Check Again, …)
// and has no command of its own.
func CommandActions() map[string][]ActionID {
	return map[string][]ActionID{
		"new":      {ActionOpenWizard},
		"list":     {ActionList},
		"show":     {ActionShowTask, ActionRefreshTask},
		"runs":     {ActionRuns},
		"log":      {ActionViewLog},
		"deps":     {ActionDeps},
		"backfill": {ActionBackfill},
		"rerun":    {ActionRerun},
		"stop":     {ActionStopRun, ActionStopOperation},
		"deploy":   {ActionDeploy},
		"undeploy": {ActionUndeploy},
		"schedule": {ActionChangeSchedule},
		"adopt":    {ActionAdopt},
		"mute":     {ActionMute, ActionUnmute},
		"audit":    {ActionAudit},
		"status":   {ActionStatus},
		"help":     {ActionHelp},
	}
}
