package blocks

import "batchsync/internal/batchsync"

// englishTuning are the words of the questions asked behind More Options.
func englishTuning() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"label.where":      "Only rows where",
		"label.parallel":   "Concurrency",
		"label.rate":       "At most, in MB per second",
		"label.keyed_mode": "Write mode of tables with a primary key",

		"button.more_options": "More Options",
		"option.own_default":  "The platform's own",
		"hint.where":          "A condition in the source's SQL, without the word WHERE, for example updated_at >= '2026-01-01'. Empty: all rows.",
		"hint.parallel":       "How many tables, or parts of one, are copied at once: at most 10. More is faster and loads the source more.",
		"hint.rate":           "A whole number. Empty: no bound.",
		"hint.keyed_mode":     "The write mode of the first screen counts for tables without one. Upsert is set in Studio.",
		"hint.rule_open":      "A naming rule, where the names should differ: {SOURCE_DATABASE} and {SOURCE_TABLE} stand for the names at the source. Press Enter to see the names.",
		"hint.target":         "The owner of the task needs the rights CREATE and INSERT there.",

		"mode.single":            "One table into one: the setup creates the target table if it is missing. Later changes of the source's columns are not followed.",
		"mode.several":           "Missing target tables are created automatically. New columns are added, deleted ones are written as NULL, types may become wider; changes of the primary key and to another kind of type, such as int to double, are not followed.",
		"mode.whole":             "Tables that are added to the schema later are copied too.",
		"mode.merge":             "Tables of one shape go into one table. You set the content in Studio, the bot does the rest.",
		"mode.object":            "Object storage is set up by hand: the bot makes the task, you set its content in Studio, the bot does the rest.",
		"mode.overwrite":         "Every run reads all rows and replaces those in the target, so it takes as long as the table is large.",
		"mode.overwrite_several": "Every run reads all rows of every table and replaces those in the targets. Tables with a primary key can be written otherwise under More Options; upsert needs a primary key and is set in Studio.",
		"mode.append":            "What is in the target stays, and every run adds all rows once more.",
		"mode.append_single":     "What is in the target stays, and every run adds ALL rows once more, unless a condition under More Options limits them.",
		"mode.append_several":    "What is in the targets stays, and every run adds ALL rows once more; only a single table can be limited by a condition. This counts for tables without a primary key, More Options has the others.",
		"schedule.low_load":      "Every run reads from the source: choose a time of low load there.",
		"field.upsert_in_studio": "Upsert takes tables with a primary key and is set in Studio. Choose another write mode here.",
		"naming.title":           "Names in the target (%[1]s {1:table|tables}):",
		"naming.unknown":         "The tables of the schema are not known yet, so the resulting names are not shown.",
		"naming.clash":           "✗ %[1]s",
		"review.columns_unread":  "The columns of the source are not known: %[1]s",
		"review.columns_fit":     "%[1]s {1:column at the source, not|columns at the source, none} of a type that needs a look.",
		"review.columns_tables":  "The types of %[1]s of %[2]s {2:table|tables} were looked at. %[3]s",
		"review.columns_rest":    "The types of the other tables are not looked at before the first run.",
		"review.columns_look":    "%[1]s of %[2]s {2:column|columns} {1:has|have} a type that needs a look: %[3]s.",
		"plan.edit":              "Then set %[1]s.",
		"edit.rule":              "names by the rule %[1]s",
		"edit.write_mode":        "%[1]s for tables without a primary key",
		"edit.keyed_mode":        "%[1]s for tables with a primary key",
		"edit.where":             "only rows where %[1]s",
		"edit.parallel":          "concurrency %[1]s",
		"edit.rate":              "at most %[1]s MB per second",

		"field.parallel_range":     "Choose a figure from 1 to %[1]s, or leave it open for the platform's own.",
		"field.rate_range":         "Type a figure from 1 to %[1]s, or leave it open for no bound.",
		"field.parallel_by_hand":   "The content is set in Studio, and this with it.",
		"field.rate_single_only":   "Only the sync of a single table can be slowed down.",
		"field.keyed_several_only": "Tables with a primary key are told apart only where several tables are copied.",
		"field.where_single_only":  "Only the sync of a single table can leave rows out.",
		"field.where_long":         "A condition has at most %[1]s characters.",
		"field.where_word":         "Leave the word WHERE out, it is put there by the platform.",
		"field.where_params":       "A condition with parameters such as ${bizdate} can only be set in Studio.",
		"field.where_unsafe":       "A condition is one expression: quotes and brackets closed, no semicolon, comment or backslash.",
		"field.where_clause":       "%[1]s would end the condition. Leave it out, or put quotes around a column of that name.",
		"field.sink_clash":         "%[1]s would all be written to %[2]s: the Lakehouse ignores case in names.",
		"field.mapping_long":       "New names for %[1]s tables are more than one command can carry. Choose fewer tables, or keep their names.",

		"differs.write_mode_unseen": "The platform does not show the write mode of the task, so %[1]s could not be confirmed.",
		"differs.keyed_mode_unseen": "The platform does not show how tables with a primary key are written, so %[1]s could not be confirmed.",

		"differs.keyed_mode": "Tables with a primary key should be written by %[1]s, the platform shows %[2]s.",
		"differs.where":      "Rows should be chosen by %[1]s, the platform shows %[2]s.",
		"differs.parallel":   "%[1]s should be copied at once, the platform shows %[2]s.",
		"differs.rate":       "The bound should be %[1]s MB per second, the platform shows %[2]s.",
	}
}
