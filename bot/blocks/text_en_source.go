package blocks

import "batchsync/internal/batchsync"

// englishSources say why nothing is known of a source table.
func englishSources() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"source.unknown":          "The bot has no account for reading source %[1]s.",
		"source.unknown_hint":     "An administrator adds one to the file of BATCHSYNC_SOURCES.",
		"source.login":            "The source refuses the bot's account.",
		"source.login_hint":       "An administrator corrects the source's address in the file of BATCHSYNC_SOURCES.",
		"source.unreachable":      "The bot cannot reach the source.",
		"source.unreachable_hint": "Check that it is up and that its network lets the bot in.",
		"source.timeout":          "The source did not answer within %[1]s {1:second|seconds}.",
		"source.timeout_hint":     "Try again when it is less busy, or give the figure yourself.",
		"source.time":             "There was no time left to count this table.",
		"source.gone":             "The bot's account finds no such table at the source.",
		"source.gone_hint":        "It was dropped or renamed, or the account may not see it.",
		"source.denied":           "The bot's account may not read this table.",
		"source.denied_hint":      "The owner of the source grants it SELECT, or you give the figure yourself.",
		"source.refused":          "The source refuses to tell about this table.",
		"source.refused_hint":     "What it said is in the details; you can give the figure yourself.",
		"source.columns":          "The source does not tell the columns of this table.",
		"source.columns_hint":     "The owner of the source lets the bot's account see them.",
		"source.name":             "The source cannot be asked about a table of this name.",
		"source.filter":           "The task's filter is not a plain condition, so the bot does not count with it.",
		"source.parameters":       "The task's filter has parameters, whose values only the platform knows.",
		"source.count_hint":       "Count it at the source and give the figure yourself.",
	}
}
