package blocks

import "batchsync/internal/batchsync"

// englishAudit is what rows of the audit are about that have no name of their own.
func englishAudit() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"audit.typed":           "%[1]s: %[2]s",
		"audit.run":             "run %[1]s",
		"audit.run_of":          "run %[1]s of %[2]s",
		"audit.incident":        "an incident",
		"audit.incident_of":     "an incident of %[1]s",
		"audit.some_draft":      "a draft",
		"audit.some_operation":  "a change",
		"audit.some_acceptance": "an acceptance",
		"audit.some_alert":      "several incidents at once",
		"audit.some_quiet":      "a quiet window",
		"audit.some_channel":    "the conversation with the bot",
		"audit.some_button":     "a button",
	}
}
