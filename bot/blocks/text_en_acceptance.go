package blocks

import "batchsync/internal/batchsync"

// englishAcceptance are the cards of acceptances and what can be done with
// them.
func englishAcceptance() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"examined.title":            "%[1]s: delivery of %[2]s",
		"examined.asked_title":      "Acceptance: %[1]s",
		"examined.head":             "*%[1]s %[2]s.* %[3]s",
		"examined.check":            "%[1]s *%[2]s:* %[3]s",
		"examined.tables":           "%[1]s tables",
		"examined.tables_one":       "the table",
		"examined.of_tables":        "%[1]s of %[2]s {2:table|tables}",
		"examined.nothing":          "all of it",
		"examined.wrong":            "What to look at, worst first",
		"examined.trouble":          "%[1]s %[2]s · %[3]s: %[4]s",
		"examined.trouble_many":     "%[1]s %[2]s tables · %[3]s: %[4]s. One of them: %[5]s",
		"examined.later":            "a later acceptance",
		"examined.asked_by":         "Asked for by %[1]s",
		"examined.expect_keys":      "key fields set in %[1]s percent of the rows",
		"examined.expect_tolerance": "row counts up to %[1]s percent apart",
		"examined.expect_drop":      "rows drop by up to %[1]s percent",
		"examined.on_card":          "Acceptance: %[1]s %[2]s",
		"examined.on_card_link":     "its card",
		"examined.on_card_asked":    "Acceptance: figures are being gathered",
		"examined.on_card_first":    "Acceptance: after the first scheduled run that succeeds, told in this thread",

		"verdict.passed":    "Passed",
		"verdict.failed":    "Failed",
		"verdict.person":    "Needs a person",
		"verdict.unchecked": "Not checked",

		"verdict_in.passed":    "passed",
		"verdict_in.failed":    "failed",
		"verdict_in.person":    "needs a person",
		"verdict_in.unchecked": "not checked",

		"verdict_count.passed":    "passed",
		"verdict_count.failed":    "failed",
		"verdict_count.person":    "for a person",
		"verdict_count.unchecked": "not checked",

		"check_name.rows":       "Row counts",
		"check_name.keys":       "Key fields",
		"check_name.duplicates": "Duplicate keys",
		"check_name.run":        "Latest run",
		"check_name.types":      "Column types",
		"check_name.schedule":   "Schedule",
		"check_name.freshness":  "Freshness",
		"check_name.columns":    "Source columns",

		"check_in.rows":       "row counts",
		"check_in.keys":       "key fields",
		"check_in.duplicates": "duplicate keys",
		"check_in.run":        "the latest run",
		"check_in.types":      "column types",
		"check_in.schedule":   "the schedule",
		"check_in.freshness":  "freshness",
		"check_in.columns":    "source columns",

		"occasion.first_run": "After the first good scheduled run",
		"occasion.every_run": "After a run, because this channel follows acceptances",
		"occasion.backfill":  "After a backfill",
		"occasion.request":   "On request",

		"delivery.asked":         "The figures of source and target are being gathered. This card shows the verdict when it is there.",
		"delivery.passed":        "Everything that was looked at is as it should be, for %[1]s.",
		"delivery.failed":        "Not as it should be: %[1]s.",
		"delivery.person":        "Nothing failed. A person has to decide about %[1]s.",
		"delivery.unchecked":     "Nothing failed, but this could not be found out: %[1]s.",
		"delivery.not_looked":    "Not looked at.",
		"delivery.all_tables":    "{1:The table|All %[1]s tables} passed.",
		"delivery.tables":        "Tables: %[1]s.",
		"delivery.accepted":      "*Accepted* by %[1]s · %[2]s, on these figures.",
		"delivery.reopened":      "*Re-opened* by %[1]s, which failed.",
		"delivery.accepted_text": "Accepted: %[1]s.",
		"delivery.reopened_text": "Accepted before, and open again.",
		"delivery.estimated":     "Rows of the source estimated, not counted, because there are very many: %[1]s.",
		"delivery.given":         "Rows of the source given by %[1]s: %[2]s.",
		"delivery.expected":      "Expected of this task: %[1]s.",
		"delivery.more_tables":   "+%[1]s more {1:table|tables}, none worse than these.",

		"grid.source_rows":        "Source rows",
		"grid.target_rows":        "Target rows",
		"grid.keys":               "Key fields",
		"grid.verdict":            "Verdict",
		"grid.acceptance_caption": "Figures of each table, worst first",
		"grid.unknown":            "not known",
		"grid.estimate":           "about %[1]s (estimate)",
		"grid.given":              "%[1]s (by a person)",
		"grid.no_table":           "no such table",
		"grid.no_keys":            "none known",
		"grid.no_rows":            "no rows",
		"grid.set":                "%[1]s set",
		"grid.set_unknown":        "set: not known",
		"grid.twice":              "%[1]s duplicates",
		"grid.twice_unknown":      "duplicates: not known",

		"accept.title":    "Accept delivery",
		"accept.about":    "You take the delivery of %[1]s as it was examined: %[2]s.",
		"accept.open":     "Not everything passed.",
		"accept.tables":   "%[1]s: %[2]s of %[3]s {3:table|tables}, %[4]s.",
		"accept.then":     "It is recorded that you accepted it, and on which figures. If a later acceptance fails, it is open again.",
		"accept.done":     "The delivery of %[1]s is accepted.",
		"accept.failed":   "The last acceptance of %[1]s failed, so it cannot be accepted.",
		"accept.none":     "The delivery of %[1]s was not examined yet.",
		"accept.asked":    "The delivery of %[1]s is being examined.",
		"accept.reopened": "A later acceptance of %[1]s failed, so this one cannot be accepted again.",
		"accept.before":   "The delivery of %[1]s is accepted already.",
		"accept.again":    "Run the acceptance again with /batchsync acceptance when the cause is gone.",
		"accept.first":    "Examine it first with /batchsync acceptance.",
		"accept.wait":     "Wait for its verdict, and decide then.",

		"accepting.under_way": "The delivery of %[1]s is being examined already: see %[2]s.",
		"accepting.no_sync":   "%[1]s is no batch sync task.",

		"figure.title":    "Give a figure",
		"figure.about":    "How many rows does the source have? The acceptance of %[1]s is judged anew with your figure, and it is said that you gave it.",
		"figure.more":     "The first %[1]s of %[2]s tables are listed.",
		"figure.none":     "All tables of the source were counted.",
		"figure.no_table": "Choose a table.",
		"figure.given":    "%[1]s has %[2]s {2:row|rows}, says a person.",
		"figure.taken":    "Recorded. The delivery is judged anew with it.",

		"label.figure_table": "Table of the source",
		"label.figure":       "Rows",
		"hint.figure":        "As counted at the source, with the filter of the task if it has one. For example 1,234,567.",

		"button.accept_delivery":   "Accept Delivery",
		"button.give_figure":       "Give Figure",
		"button.run_acceptance":    "Run Acceptance",
		"button.expectations":      "Expectations",
		"button.save_expectations": "Save",

		"action.acceptance": "examine the delivery of",
		"action.accept":     "accept the delivery of",
		"action.expect":     "set expectations of",

		"help.acceptance": "`/batchsync acceptance TASK`: compares the target tables with the source, and looks at key fields, duplicates, types, schedule and the latest run.",
		"help.accept":     "`/batchsync accept TASK`: records that you accept the delivery as it was examined last. What did not pass is named before.",
		"help.expect":     "`/batchsync expect TASK`: sets key fields, the least share of set keys, and by how much row counts may differ. It takes an administrator.",
	}
}

// englishExpecting are the form of expectations and what was typed into it.
func englishExpecting() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"expect.title": "Expectations",
		"expect.about": "What the tables of %[1]s have to be like. It counts from the next acceptance on.",
		"expect.done":  "The expectations of %[1]s are saved.",
		"expect.next":  "They count from the next acceptance on.",

		"expect.changed_since": "Somebody changed the expectations since this form was opened, so nothing was saved. What stands here now is theirs.",

		"expect.keys_line":    "Say which table is meant, as TABLE: COLUMN, COLUMN.",
		"expect.keys_name":    "%[1]s is no list of columns.",
		"expect.keys_twice":   "The table %[1]s is there twice.",
		"expect.keys_unknown": "The task copies into no table %[1]s.",
		"expect.keys_which":   "More than one table is called %[1]s: %[2]s. Add the schema.",
		"expect.keys_many":    "A table can have up to %[1]s key fields here.",
		"expect.non_null":     "%[1]s is no percentage above 0 and up to 100.",
		"expect.tolerance":    "%[1]s is no percentage from 0 to 100.",
		"expect.drop":         "%[1]s is no whole percentage from 1 to 100.",

		"label.keys":      "Key fields",
		"label.non_null":  "Least share of rows with the key set, in percent",
		"label.tolerance": "By how many percent row counts may differ",
		"label.row_drop":  "By how many percent rows may drop from run to run",
		"hint.keys":       "A line for each table whose key is not that of the source, as TABLE: COLUMN, COLUMN. Empty: the primary key of the source.",
		"hint.non_null":   "Empty: 100.",
		"hint.tolerance":  "For sources that are written while they are copied. Empty: not at all.",
		"hint.row_drop":   "Empty: the setting of the bot.",
	}
}

// englishDiagnosis says what is known about a trouble.
func englishDiagnosis() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"diagnosis.title":        "Diagnosis: %[1]s",
		"diagnosis.line":         "It rests on: %[1]s",
		"diagnosis.well":         "Its last run did not fail, or there was none. Probe looks at the data source, VCluster, content, schedule and target tables.",
		"diagnosis.run":          "State of run %[1]s: %[2]s. Probe looks at the data source, VCluster, content, schedule and target tables.",
		"diagnosis.later":        "A later run succeeded: %[1]s, %[2]s.",
		"diagnosis.none":         "These words are not among those known here, so it is not known what they mean. What else was found is below.",
		"diagnosis.tables_next":  "Rerun repeats the whole run; Acceptance compares the tables with their sources; Probe looks at what the next run needs.",
		"diagnosis.message_only": "Looked at: the message of the run.",
		"diagnosis.with_log":     "Looked at: the message and the log of the run.",
		"diagnosis.changed":      "Changed since the last success, %[1]s:",
		"diagnosis.changed_read": "Changed since it was read with the success of %[1]s:",
		"diagnosis.same":         "Of what was compared, nothing changed since the last success, %[1]s.",
		"diagnosis.as_read":      "What it copies, its columns and its version are compared as read on %[1]s.",
		"diagnosis.unread":       "What changed since the last success could not be read.",
		"diagnosis.no_success":   "No success is remembered to compare it with.",
		"diagnosis.waiting":      "Tasks that wait for it, %[1]s: %[2]s.",
		"diagnosis.nobody_waits": "No task waits for it.",
		"diagnosis.after_unread": "Which tasks wait for it could not be read.",
		"diagnosis.delivery":     "The delivery was examined last (%[1]s): %[2]s. It is about %[3]s.",

		"act.open_studio": "This is done in Studio.",

		"probes.title": "Probe: %[1]s",

		"probe_name.source":   "Data source",
		"probe_name.vcluster": "VCluster",
		"probe_name.content":  "Content",
		"probe_name.schedule": "Schedule",
		"probe_name.target":   "Target tables",

		"probe_fix.source":   "Check address, account and network of the data source, and whether the database is up.",
		"probe_fix.vcluster": "Change the schedule to a Sync VCluster that exists.",
		"probe_fix.content":  "Complete the content of the task, then deploy it.",
		"probe_fix.schedule": "Deploy the task as it is saved, or change its schedule.",
		"probe_fix.target":   "Create the tables with the columns of the source. A task of several tables creates them with its next run.",

		"button.probe":          "Probe",
		"button.probe_again":    "Probe Again",
		"button.test_source":    "Test Data Source",
		"button.switch_cluster": "Switch VCluster",

		"help.diagnose": "`/batchsync diagnose TASK|RUN`: what the platform's message and the log of the failed run are known to mean and what helps, what changed since the last success, and who waits for it.",
	}
}
