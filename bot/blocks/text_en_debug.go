package blocks

import "batchsync/internal/batchsync"

// englishDebug are the words of debug runs.
func englishDebug() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"title.debug":          "Debug run of %[1]s",
		"action.debug":         "run once",
		"change.done_debug":    "The run succeeded. The schedule is as it was.",
		"change.trouble_debug": "The run did not succeed; what it said last is below.",
		"told.debug_done":      "The debug run of %[1]s succeeded.",
		"told.debug_stopped":   "The debug run of %[1]s is stopped.",
		"told.debug_trouble":   "The debug run of %[1]s failed.",
		"told.debug_first":     "Batch sync %[1]s waits for you: its debug run did not succeed, so it is not scheduled. The card says what happened.",

		"fact.debug": "Once, now, on cluster %[1]s",

		"operation.step.execute": "Begin the run",
		"operation.step.debug":   "Debug run",

		"debug.begun":         "Run %[1]s began.",
		"debug.others":        "Other temporary runs of the task began at the same time: %[1]s. The newest one is followed.",
		"debug.lost":          "It cannot be told whether the platform began the run: it lists no new temporary run of the task.",
		"debug.lost_hint":     "It is not asked again, because that could run it twice. Look at the task's runs in Studio, then press Check Again; if there is none, give this up and ask anew.",
		"debug.failed":        "Debug run %[1]s did not succeed, so nothing was scheduled or deployed.",
		"debug.failed_hint":   "Set right what is wrong, then press Check Again: the task is run once more, and scheduled if that run succeeds. Or give this up; what was made stays in Studio.",
		"debug.stopped":       "Debug run %[1]s was stopped on request.",
		"debug.stopped_hint":  "Nothing was scheduled or deployed. Check Again runs the task once more. Or give this up; what was made stays in Studio.",
		"debug.log_unread":    "The log of the run could not be read to its end.",
		"debug.tables_unread": "The rows of its tables could not be read.",
		"debug.no_content":    "It could not be read what %[1]s copies, or nothing is set up yet.",

		"debug.no_clusters":     "The workspace has no sync VCluster, so %[1]s cannot be run.",
		"debug.no_content_hint": "Nothing was run. Set the task up in Studio, or try again in a moment.",

		"debug.about":          "The task is run once, now, outside of its schedule. This is no rehearsal: it really reads the source and writes the target.",
		"debug.mode_overwrite": "Full overwrite: the rows of the target are replaced.",
		"debug.mode_append":    "Incremental append: rows are added to those of the target; what was copied before is there twice then.",
		"debug.mode_other":     "Write mode %[1]s: the rows of the target are changed accordingly.",
		"debug.mode_unknown":   "The platform does not tell its write mode: rows of the target may be replaced or added to.",
		"debug.mode_keyed":     "Tables with a primary key: %[1]s.",
		"debug.data":           "The last lines of its log are shown on the card, which everybody in its channel sees.",
		"debug.sinks":          "It writes %[1]s.",
		"debug.unfit":          "The task's own cluster %[1]s (%[2]s) cannot run a sync. Choose another one here, and change the cluster of its schedule before it is due.",
		"debug.then":           "The saved content is what runs, deployed or not. Neither content nor schedule is changed.",
		"debug.run":            "%[1]s Debug run %[2]s: %[3]s",
		"debug.log":            "The last lines of its log:",
		"debug.table":          "%[1]s %[2]s",
		"debug.rows":           "rows: %[1]s",
		"debug.untold":         "Tables of which nothing is known: %[1]s.",

		"plan.debug":   "Run it once on cluster %[1]s, which really writes the target. What follows is done only if that run succeeds.",
		"label.debug":  "Debug run",
		"option.debug": "Run it once before it is scheduled",
		"hint.debug":   "It really reads the source and writes the target. The task is scheduled only if that run succeeds.",

		"confirm.debug":        "Debug run",
		"button.confirm_debug": "Run Now",
		"button.debug":         "Debug Run",
		"button.debug_first":   "Check With Debug Run",
		"button.open_run":      "Open Run",
		"help.run":             "`/batchsync run TASK`: runs a task once, now, on its Sync VCluster, deployed or not. It really reads the source and writes the target, so it asks before. Its card shows how it ends, the rows of each table and the end of the log. The wizard offers the same for a new task before it is scheduled.",
	}
}
