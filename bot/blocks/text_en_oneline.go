package blocks

import "batchsync/internal/batchsync"

// englishOneLine says what is wrong with a task in one line. The words in
// question stand before the sentence, what is valid there behind it.
func englishOneLine() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"oneline.long":        "A line has up to %[1]s kB. Mirror the whole database, or make several tasks.",
		"oneline.unclosed":    "The quote that opens here does not close.",
		"oneline.stray_quote": "Put the whole name or value in quotes, not a part of it.",

		"oneline.extra":         "Only the data source and the tables stand before the arrow. Put names with spaces in quotes.",
		"oneline.two_arrows":    "A line has one arrow. Put names with arrows in quotes.",
		"oneline.no_name":       "A name is missing beside a dot or a comma.",
		"oneline.no_schema":     "Say the schema and the table, such as shop.orders or shop.*.",
		"oneline.dots":          "A table is named by its schema and its name. Put names with dots in quotes.",
		"oneline.two_schemas":   "One task copies from one schema. These tables are in %[1]s and in %[2]s.",
		"oneline.schema_glob":   "The star stands for names of tables only. Name one schema.",
		"oneline.star_others":   "The star alone takes every table of the schema. Name no others beside it.",
		"oneline.globs_many":    "A line has up to %[1]s patterns of tables.",
		"oneline.target":        "Behind the arrow stands one target: schema.table, schema or schema.*.",
		"oneline.many_into_one": "Several tables get into one table only by a merge, and else keep their names.",
		"oneline.merge_name":    "A merge needs the name of its one target table.",

		"oneline.unknown_word": "This word means nothing here.",
		"oneline.unknown_key":  "There is no such key.",
		"oneline.spaced":       "Write a key, its equals sign and its value without spaces between them.",
		"oneline.no_value":     "A value is missing behind the equals sign. Say ? to be asked for it.",
		"oneline.choice":       "This is none of the possible values.",
		"oneline.contradicts":  "This contradicts %[1]s.",

		"oneline.time":       "Say a time of day from 00:00 to 23:59.",
		"oneline.minute":     "Say a minute from :00 to :59.",
		"oneline.hour":       "Say the hour of the last run, from 1 to 23.",
		"oneline.stray_time": "Say before this time how often the task runs.",
		"oneline.weekday":    "This is no weekday. Say mon, tue, wed, thu, fri, sat or sun.",
		"oneline.every":      "Say a number of hours or minutes behind every.",
		"oneline.step":       "The platform does not keep this step. Choose another one.",

		"oneline.no_source":   "There is no such data source.",
		"oneline.same_name":   "Several have this name. Choose one in the wizard.",
		"oneline.no_folder":   "There is no such folder.",
		"oneline.no_vcluster": "There is no such VCluster.",
		"oneline.glob_empty":  "No table has such a name.",
		"oneline.glob_object": "Put the path of an object storage in quotes.",
		"oneline.by_hand":     "The content of this task is set in Studio, so the bot cannot set this.",
	}
}
