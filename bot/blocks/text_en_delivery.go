package blocks

import "batchsync/internal/batchsync"

// englishDelivery is what is said of acceptances besides what they found.
func englishDelivery() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"acceptance.gone":             "This acceptance is no longer stored.",
		"acceptance.none":             "The task was not examined yet.",
		"success.none":                "No good run of the task is remembered.",
		"acceptance.changed_since":    "The acceptance has changed since, so nothing was recorded.",
		"acceptance.not_failed":       "A delivery that failed cannot be accepted.",
		"acceptance.not_failed_hint":  "Repair it and run the acceptance again, or set what is expected of it.",
		"acceptance.no_table":         "The acceptance has no source table %[1]s.",
		"acceptance.broken":           "The bot made a mistake of its own, so nothing was checked.",
		"acceptance.capped":           "Of %[2]s tables only the first %[1]s were looked at.",
		"acceptance.source_slow":      "The source did not answer in time.",
		"acceptance.source_slow_hint": "Look whether the source is reachable and how busy it is.",

		"told.acceptance_passed":    "Acceptance of %[1]s: passed.",
		"told.acceptance_failed":    "Acceptance of %[1]s: failed.",
		"told.acceptance_person":    "Acceptance of %[1]s: needs a person.",
		"told.acceptance_unchecked": "Acceptance of %[1]s: not everything could be checked.",
	}
}
