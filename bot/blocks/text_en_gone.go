package blocks

import "batchsync/internal/batchsync"

// englishGone are the words about what is not, or no longer, on the platform,
// and about days that cannot be meant.
func englishGone() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"task.vanished":      "Task %[1]s no longer exists on the platform.",
		"task.vanished_hint": "Nothing was changed. /batchsync audit shows what was done with it.",
		"task.gone_title":    "Task %[1]s (id %[2]s) no longer exists on the platform.",
		"task.listed_hint":   "They are listed in the channel.",
		"row.gone":           "not on the platform any more",

		"backfill.too_old":   "%[1]s is too long ago: days before the year %[2]s are not backfilled.",
		"backfill.many_days": "Those are too many days: %[1]s. Type one day, or the first and the last.",
		"backfill.unticked":  "These days have more than %[1]s runs. Tick the box to run all of them, or choose fewer days.",

		"label.cluster":             "Sync VCluster",
		"reschedule.switch":         "The runs go on this VCluster from now on. Syncs take one of type INTEGRATION.",
		"reschedule.cluster":        "The task has no sync VCluster yet. Choose the one its runs belong on.",
		"schedule.no_clusters":      "The workspace has no sync VCluster, so %[1]s cannot be scheduled.",
		"schedule.no_clusters_hint": "An administrator of the workspace makes one in Studio.",
	}
}
