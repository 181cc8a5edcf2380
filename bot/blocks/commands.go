package blocks

// CommandActions are the buttons that do what a command does, by the command's
// word. What is not listed goes on with something begun (Next, Check Again, …)
// and has no command of its own.
func CommandActions() map[string][]ActionID {
	return map[string][]ActionID{
		"new":      {ActionOpenWizard},
		"list":     {ActionList, ActionListBack, ActionListNext},
		"show":     {ActionShowTask, ActionRefreshTask, ActionTables, ActionTablesBack, ActionTablesNext},
		"runs":     {ActionRuns},
		"log":      {ActionViewLog, ActionLogAttempt},
		"deps":     {ActionDeps},
		"backfill": {ActionBackfill},
		"rerun":    {ActionRerun},
		"stop":     {ActionStopRun, ActionStopOperation},
		"deploy":   {ActionDeploy},
		"undeploy": {ActionUndeploy},
		"schedule": {ActionChangeSchedule, ActionSwitchCluster},
		"adopt":    {ActionAdopt},
		"mute":     {ActionMute, ActionUnmute},
		"audit":    {ActionAudit},
		"status":   {ActionStatus},
		"help":     {ActionHelp},

		"subscribe":     {ActionSubscribe},
		"unsubscribe":   {ActionUnsubscribe},
		"subscriptions": {ActionSubscriptions},
		"incidents":     {ActionIncidents, ActionIncidentsBack, ActionIncidentsNext},
		"ack":           {ActionAck, ActionAckAll},
		"quiet":         {ActionQuietEnd},
		"rehearse":      {ActionRehearse},
		"diagnose":      {ActionDiagnose, ActionDiagnoseTask, ActionProbe, ActionTestSource},

		"acceptance": {ActionAcceptance, ActionGiveFigure},
		"accept":     {ActionAccept},
		"expect":     {ActionExpect},
	}
}
