package blocks

// CommandActions are the buttons that do what a command does, by the command's
// word. What is not listed goes on with something begun (Next, Check Again, …)
// and has no command of its own.
func CommandActions() map[string][]ActionID {
	return map[string][]ActionID{
		"new":       {ActionOpenWizard, ActionLike},
		"questions": {ActionQuestions},
		"list":      {ActionList, ActionListBack, ActionListNext},
		"show":      {ActionShowTask, ActionRefreshTask, ActionTables, ActionTablesBack, ActionTablesNext},
		"runs":      {ActionRuns},
		"log":       {ActionViewLog, ActionLogAttempt},
		"deps":      {ActionDeps},
		"config":    {ActionConfig},
		"mapping":   {ActionColumns, ActionColumnsTable, ActionColumnsBack, ActionColumnsNext},
		"backfill":  {ActionBackfill},
		"rerun":     {ActionRerun},
		"run":       {ActionDebug},
		"stop":      {ActionStopRun, ActionStopOperation},
		"deploy":    {ActionDeploy},
		"undeploy":  {ActionUndeploy},
		"schedule":  {ActionChangeSchedule, ActionSwitchCluster},
		"tune":      {ActionLessAtOnce, ActionRaiseRetries},
		"adopt":     {ActionAdopt},
		"mute":      {ActionMute, ActionUnmute},
		"audit":     {ActionAudit},
		"status":    {ActionStatus},
		"help":      {ActionHelp},

		"subscribe":     {ActionSubscribe},
		"unsubscribe":   {ActionUnsubscribe},
		"subscriptions": {ActionSubscriptions},
		"incidents":     {ActionIncidents, ActionIncidentsBack, ActionIncidentsNext},
		"ack":           {ActionAck, ActionAckAll},
		"quiet":         {ActionQuietEnd},
		"rehearse":      {ActionRehearse},
		"diagnose":      {ActionDiagnose, ActionDiagnoseTask, ActionDiagnoseRun, ActionProbe, ActionTestSource},

		"acceptance": {ActionAcceptance, ActionGiveFigure},
		"accept":     {ActionAccept},
		"expect":     {ActionExpect},
	}
}
