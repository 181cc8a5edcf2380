package blocks

import "batchsync/internal/batchsync"

// englishDrafts are the words of lists of drafts, of lines that were given up, and
// of what names and other writers are refused or not known for.
func englishDrafts() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"preflight.whole_names":        "%[2]s {2:table|tables} of %[1]s {2:has a name|have names} that the target may not take, such as %[3]s. Look for them after the first run.",
		"field.sink_names":             "Names in the target take letters, digits and underscores only. Leave these out, or copy each as a single table: %[1]s.",
		"field.sink_names_more":        "Names in the target take letters, digits and underscores only. Leave these out, or copy each as a single table: %[1]s, +%[2]s more.",
		"field.sink_names_prefix":      "Names in the target begin with no digit. Put letters in front with a naming rule, or leave these out: %[1]s.",
		"field.sink_names_prefix_more": "Names in the target begin with no digit. Put letters in front with a naming rule, or leave these out: %[1]s, +%[2]s more.",

		"line.given_up":      "Nothing of your line was kept, because of what is wrong in it. To go on with it, copy it from here.",
		"line.given_up_long": "It does not fit here as a whole.",

		"home.drafts_title": "Your drafts",
		"drafts.about":      "The newest come first. Each is kept for seven days since it was last changed.",
		"drafts.none":       "You have no drafts.",
		"drafts.more":       "%[1]s older ones are not shown. Discard some to see them.",
		"choose.others":     "You have %[1]s other {1:draft|drafts}.",
		"button.all_drafts": "All Drafts",

		"preflight.writers_unread":   "%[1]s sync {1:task was|tasks were} not read, and may write a table of this one.",
		"preflight.writers_unlisted": "The platform did not list the other tasks.",
		"fix.writers_read":           "`/batchsync config TASK` reads a task.",
		"fix.writers_append":         "Where another task overwrites the table, the rows that this one appends are lost. Go back to step 2 for another target, unless this is meant.",
	}
}
