package blocks

import "batchsync/internal/batchsync"

// englishMessageWizard are the words of a task in one line, of the wizard in a
// message, and of a task that is made like another.
func englishMessageWizard() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"button.all_questions": "All Questions",
		"button.take_line":     "Take This",
		"button.go_on":         "Go On",
		"button.new_like":      "New Like This",

		"frame.many": "Chosen: %[1]s, for which a menu has no room. This stays as it is; type another line, or change what stands above, to choose otherwise.",

		"frame.cut": "A message has no room for the rest. Open the form to see it.",

		"line.wrong":      "Something in this line is wrong:",
		"line.nearest":    "Near to it: %[1]s.",
		"line.hint":       "Go On keeps everything else that the line says and asks for the rest.",
		"line.left_out":   "Left out, because it could not be understood: %[1]s.",
		"line.unread":     "The platform did not tell its lists, so names of the line are still open.",
		"line.other_kept": "The line began a draft of its own. Your other one is kept.",

		"questions.intro":  "A batch sync in one line: replace the words in capitals and leave out what you want to be asked for.",
		"questions.draft":  "Your draft in one line: replace every ? and whatever should be different. Draft: %[1]s.",
		"questions.source": "• *Source*: the name of a data source, in quotes if it has spaces.",
		"questions.tables": "• *Tables*: `schema.table`, `schema.t1,t2` for several, `schema.*` for the whole database, `schema.order_*` for all of that name.",
		"questions.target": "• *Target* behind `-&gt;`: `schema.table`, or `schema.*` to keep the names; behind `=&gt;` the one table of a merge. Then `overwrite` or `append`.",
		"questions.rhythm": "• *Schedule*: `daily 02:00`, `weekdays 02:00`, `weekly mon,thu 02:00`, `monthly 1 02:00`, `hourly :30`, `every 2h from 08:00 until 20`, `every 15m`.",
		"questions.keys":   "• *Others*: `folder=` `vc=` `name=` `zone=` `lake=` (target) `where=` `parallel=` `rate=` `keyed=` (mode of tables with a primary key) `debug=yes` (run it once before it is scheduled).",
		"questions.long":   "The draft names more tables than fit here. Use a pattern such as `schema.order_*` to say them in one line.",
		"questions.then":   "Type the line as a command, or behind `@batchsync`. What is complete goes straight to the review.",

		"like.content":      "The task's content could not be read, so only its schedule and place are taken over.",
		"like.source_gone":  "The data source %[1]s of the task is not on the platform's list.",
		"like.tables":       "The platform does not tell the task's tables.",
		"like.schemas":      "The task copies from or to several schemas; one made here has one of each.",
		"like.names":        "The task renames its tables by no single rule; they keep their names here.",
		"like.merge":        "The task merges tables; its content is set up in Studio by hand.",
		"like.write_mode":   "The task's write mode %[1]s cannot be set here.",
		"like.keyed_mode":   "The mode %[1]s of the tables with a primary key is set in Studio; here it is overwrite.",
		"like.columns":      "Parameters and changed columns of the task are not taken over; look at them in Studio.",
		"like.parallel":     "The task's concurrency of %[1]s is not taken over; one made here has up to %[2]s.",
		"like.no_schedule":  "The task has no saved schedule.",
		"like.schedule":     "The task's schedule %[1]s cannot be made here.",
		"like.from":         "This is filled in like %[1]s.",
		"like.no_sync":      "%[1]s is no batch sync, so none can be made like it.",
		"like.no_sync_hint": "Type /batchsync list to find batch syncs.",

		"help.questions": "`/batchsync questions` – everything a new sync needs, in one text: your unfinished draft as the line that `/batchsync new` takes, with ? for what is open.",
	}
}
