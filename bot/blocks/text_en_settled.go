package blocks

import "batchsync/internal/batchsync"

// englishSettled are buttons that were used, the whole mapping of a task, and
// what replaces a hint where its card has a button for it.
func englishSettled() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"settled.by":    "%[1]s by %[2]s · %[3]s",
		"settled.card":  "Its card",
		"settled.times": "%[1]s times in a row",

		"tables.title":         "Tables of %[1]s",
		"tables.count":         "%[1]s {1:table. It has|tables. Each has} the same name in the target.",
		"tables.count_renamed": "%[1]s {1:table|tables}. *%[2]s of them* {2:has|have} another name in the target.",
		"tables.none":          "The platform lists no tables one by one: the task copies a whole database, or has no content yet.",
		"tables.page":          "Tables %[1]s to %[2]s of %[3]s.",
		"tables.line":          "%[1]s. %[2]s → %[3]s · %[4]s",
		"tables.number":        "No.",
		"tables.source":        "Source table",
		"tables.target":        "Target table",
		"tables.name":          "Name in the target",
		"tables.same":          "= same",
		"tables.renamed":       "≠ other name",
		"task.renamed":         "%[1]s · ≠ other name",
		"task.written_also":    "Warning: these tasks known here write the same target table: %[1]s. They may overwrite each other.",
		"task.not_adopted_ask": "made elsewhere; an administrator can adopt it, so that its news is posted here",

		"task.unlisted":      "The platform lists no task called %[1]s, but it is known here with the id %[2]s.",
		"task.unlisted_hint": "Look again in a minute, or use the id. If it is gone there too, it was deleted or renamed in Studio.",
		"list.range":         "%[1]s to %[2]s of %[3]s, last touched first. `/batchsync list TEXT` narrows the list.",
		"list.null":          "The platform lists no tasks, but %[1]s are known here. Look again in a minute.",
		"row.state_unread":   "state not read",
		"row.run_unseen":     "last run not known",
		"list.none_seen":     "None was found among the runs that were read.",
		"list.cut":           "There are too many runs to read: none planned before %[2]s was looked at. The last run of %[1]s {1:task|tasks} is not known; the card of a task tells it.",
		"strip.stopped":      "%[1]s stopped",
		"run.status_stopped": "stopped on request",

		"button.previous":   "Previous",
		"button.all_tables": "All Tables",

		"drop.change_title": "Give this change up?",
		"drop.change_text":  "The bot stops working on the change. Nothing is undone: what was changed so far stays.",

		"label.bucket": "Bucket",
		"label.path":   "Path",

		"platform.missing_program_hint_card": "An administrator installs cz-cli where the bot runs; then press Check Again.",
		"platform.usage_hint_card":           "An administrator updates cz-cli where the bot runs; then press Check Again.",
		"platform.no_profile_hint_card":      "An administrator corrects the profile name or adds the profile; then press Check Again.",
		"platform.login_hint_card":           "An administrator renews the access token; then press Check Again.",
		"platform.unreachable_hint_card":     "Press Check Again in a few minutes.",
		"platform.timeout_hint_card":         "Press Check Again in a few minutes.",
		"platform.garbage_hint_card":         "Press Check Again. If it stays like this, an administrator compares the version of cz-cli with the one the bot is made for.",
		"platform.not_found_hint_card":       "See in Studio whether it was moved or deleted, then press Check Again.",
		"platform.duplicate_hint_card":       "Remove the other task in Studio and press Check Again, or give this up and choose another name.",
		"platform.not_executed_hint_card":    "Press Check Again. If it stays like this, an administrator looks at the log.",
		"platform.not_configured_hint_card":  "Complete the task in Studio, then press Check Again.",
		"platform.refused_hint_card":         "Remove the cause that the platform names, then press Check Again.",
		"check.hint_refused":                 "Remove the cause, then ask again.",
		"check.since_hint_refused":           "Look at the task as it is now, then ask again.",
		"check.task_gone_hint_refused":       "There is nothing left to change.",
		"change.no_sync_hint_refused":        "The bot shows such a task, but changes batch syncs only. Change it in Studio.",
		"tune.unpublished_hint_refused":      "Deploy the saved schedule or choose another one first, then ask again.",
		"card.guard_next":                    "Tell an administrator of the bot.",

		"error.internal_hint_card": "Press Check Again. If it happens again, an administrator finds the cause in the log.",
	}
}
