package blocks

import "batchsync/internal/batchsync"

// englishNews is what the monitor says: words for what it finds, replies in the
// threads of alerts, and notices.
func englishNews() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"reason.unreachable": "Platform unreachable",
		"reason.failed":      "Failed",
		"reason.blocked":     "Blocked",
		"reason.tables":      "Succeeded, but not for all tables",
		"reason.missing":     "Run missing",
		"reason.late":        "Late",
		"reason.stuck":       "Stuck",
		"reason.paused":      "Paused",
		"reason.slow":        "Slow",
		"reason.odd":         "Unknown state",
		"reason.unclear":     "In trouble",

		"ending.recovered": "Recovered",
		"ending.offline":   "Taken offline",
		"ending.unwatched": "No longer followed",
		"ending.stopped":   "Stopped",
		"ending.stays":     "Stays at the new level",
		"ending.vanished":  "Gone",
		"ending.over":      "Over",

		"table_state.failed":    "failed",
		"table_state.missing":   "missing",
		"table_state.empty":     "empty",
		"table_state.dropped":   "far fewer rows",
		"table_state.unwritten": "not written",
		"table_state.unknown":   "unknown",
		"table_state.ok":        "ok",

		"evidence.log":     "log",
		"evidence.history": "versions of the table",
		"evidence.count":   "rows in the table",
		"evidence.gone":    "not found",
		"evidence.run":     "state of the run",
		"evidence.nothing": "nothing tells",

		"topic.failures":   "failures",
		"topic.tables":     "tables",
		"topic.late":       "late",
		"topic.recoveries": "recoveries",
		"topic.acceptance": "acceptance",
		"topic.digest":     "digest",
		"topic.digest_at":  "digest at %[1]s (%[2]s)",

		"incident.reply_reopened":  "%[1]s is in trouble again soon after it was over: %[2]s.",
		"incident.reply_changed":   "%[1]s: what is wrong has changed: %[2]s.",
		"incident.reply_another":   "%[1]s: another run has the same trouble now: %[2]s.",
		"incident.reply_again":     "%[1]s failed again: %[2]s times in a row now.",
		"incident.reply_remind":    "%[1]s is still in trouble. The acknowledgement is over; press Acknowledge to go on with it.",
		"incident.reply_platform":  "The platform answers again, after %[1]s.",
		"incident.reply_recovered": "%[1]s is well again, after %[2]s.",
		"incident.reply_offline":   "%[1]s was taken off the scheduler, after %[2]s of trouble.",
		"incident.reply_unwatched": "Nobody follows %[1]s any more. It was in trouble for %[2]s.",
		"incident.reply_stays":     "%[1]s: the tables that lost rows stay at the new level, which the next runs are compared with from now on. It was in trouble for %[2]s.",
		"incident.reply_vanished":  "The run of %[1]s is not on the platform any more, and no later one has succeeded; it was in trouble for %[2]s.",
		"incident.reply_stopped":   "The run of %[1]s was stopped here, after %[2]s.",

		"alert.more":         "%[1]s more: %[2]s.",
		"alert.ended":        "%[1]s well again or out of the way, %[2]s still in trouble: %[3]s.",
		"alert.again":        "%[1]s came back: %[2]s.",
		"alert.failed_again": "%[1]s {1:task|tasks} failed again, up to %[2]s {2:time|times} in a row: %[3]s.",
		"alert.another":      "%[1]s {1:task has|tasks have} the same trouble with a later run: %[2]s.",
		"alert.changed":      "What is wrong has changed for %[1]s {1:task|tasks} (now %[2]s): %[3]s.",
		"alert.remind":       "%[1]s {1:task is|tasks are} still in trouble, and the acknowledgement is over: %[2]s. Press Acknowledge All to go on with it.",
		"alert.over":         "The trouble of all %[1]s tasks is over, after %[2]s.",

		"news.gone":     "%[1]s is gone: it was deleted elsewhere.",
		"news.offline":  "%[1]s was taken off the scheduler elsewhere. It does not run any more.",
		"news.online":   "%[1]s was deployed elsewhere. Its schedule: %[2]s.",
		"news.schedule": "The schedule of %[1]s was changed elsewhere, from %[2]s to %[3]s.",
		"news.cluster":  "The cluster of %[1]s was changed elsewhere, from %[2]s to %[3]s.",

		"mute.over":       "%[1]s is no longer muted. Nothing is wrong with it now.",
		"mute.over_still": "%[1]s is no longer muted, and something is still wrong with it.",
	}
}
