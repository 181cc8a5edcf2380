package blocks

import "batchsync/internal/batchsync"

// englishPlan are the words of the review's checks, of what a confirmation is
// bound to, and of the commands behind it.
func englishPlan() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"plan.rerun": "Allow its runs to be repeated.",

		"preflight.title":         "Checks before anything is made",
		"preflight.title_under":   "Checks under way; Create Sync does not wait for them",
		"preflight.line":          "%[1]s %[2]s: %[3]s",
		"preflight.line_cross":    "%[1]s %[2]s, failed: %[3]s",
		"preflight.line_warning":  "%[1]s %[2]s, look at it: %[3]s",
		"preflight.line_unread":   "%[1]s %[2]s, not known: %[3]s",
		"preflight.fix":           ":arrow_right: %[1]s",
		"preflight.platform_says": "The platform says: %[1]s",
		"preflight.checking":      "checking…",
		"preflight.passed":        "%[1]s passed",
		"preflight.crossed":       "Nothing was created: a check failed. Correct what failed below; if that was done elsewhere, press Check Again.",

		"check_part.profile":  "Connection",
		"check_part.rights":   "Rights",
		"check_part.source":   "Source",
		"check_part.tables":   "Source tables",
		"check_part.target":   "Target",
		"check_part.schema":   "Target schema",
		"check_part.writers":  "Other writers",
		"check_part.folder":   "Folder",
		"check_part.name":     "Task name",
		"check_part.vcluster": "VCluster",
		"check_part.schedule": "Schedule",
		"check_part.rerun":    "Reruns",

		"preflight.rights":                "Tasks and folders can be read. The rights to create a task, to read the source (SELECT) and to write the target (CREATE, INSERT) show only when they are used.",
		"preflight.rights_unread":         "Tasks or folders could not be read, so nothing is known of the rights.",
		"preflight.rerun":                 "The bot allows reruns with `task save-config --rerun-property=1`; by itself the platform forbids them.",
		"preflight.target_schema_ok":      "Schema %[1]s exists in the target.",
		"preflight.target_schema_made":    "Schema %[1]s does not exist in the target and is created with the task.",
		"preflight.target_schema_missing": "Schema %[1]s does not exist in the workspace of the bot's connection. Whether a run creates it is not known before.",
		"preflight.target_schema_unread":  "It could not be read whether schema %[1]s exists in the target.",
		"preflight.writers":               "These tasks write a table of this one, too: %[1]s.",
		"preflight.writers_may":           "These tasks may write a table of this one, too: %[1]s.",
		"preflight.writers_none":          "No task whose tables the bot knows writes a table of this one. Others made in Studio can.",
		"preflight.writers_unknown":       "No task whose tables the bot knows writes a name that the rule makes of the tables there are now. Tables that come later, and others made in Studio, are not known.",

		"fix.source":        "Go back to step 1 and choose again.",
		"fix.tables":        "Go back to step 2 and choose again.",
		"fix.schedule":      "Go back to step 3 and set another schedule.",
		"fix.place":         "Go back to step 4 and choose again.",
		"fix.datasource":    "In Studio, open the data source, correct it and test the connection there; then press Check Again.",
		"fix.administrator": "An administrator of the workspace does this in Studio; then press Check Again.",
		"fix.writers":       "Two tasks that overwrite one table undo each other. Go back to step 2 for another target, unless this is meant.",

		"button.show_commands": "Show Details",
		"button.hide_commands": "Hide Details",

		"commands.title": "Commands that make this",
		"commands.about": "Each argument is what cz-cli gets, names with other signs in quotes. <TASK> and <OPERATION> are numbers not given yet. Left out: --format and --profile, and the commands that only read.",
		"commands.cut":   "… (%[1]s more characters)",

		"replanned.title":    "The plan changed since you saw it",
		"replanned.then":     "Nothing was created. Read the review again; Create Sync makes what stands here now.",
		"replanned.was":      "%[1]s: was %[2]s, is now %[3]s",
		"replanned.now":      "%[1]s: is now %[2]s",
		"replanned.part":     "%[1]s: changed",
		"replanned.all":      "This review was drawn by an older version of the bot.",
		"replanned.nothing":  "none",
		"plan_part.source":   "Source",
		"plan_part.target":   "Target",
		"plan_part.content":  "Tables and write modes",
		"plan_part.schedule": "Schedule",
		"plan_part.folder":   "Folder",
		"plan_part.vcluster": "VCluster",
		"plan_part.task":     "Task name",
		"plan_part.writers":  "Other tasks that write the target",
		"plan_part.commands": "Commands",
	}
}
