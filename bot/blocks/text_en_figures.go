package blocks

import "batchsync/internal/batchsync"

// englishFigures say why nothing is known of a target table.
func englishFigures() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"figures.name":         "The platform cannot be asked about a table of this name.",
		"figures.name_hint":    "Look at the table in Studio.",
		"figures.cluster":      "The bot's cluster is for copying data only and cannot count rows.",
		"figures.cluster_hint": "An administrator names a general or analytics cluster in the profile of cz-cli.",
	}
}
