package blocks

import "batchsync/internal/batchsync"

func englishScheduling() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"every.weekdays":  "Weekdays (Monday to Friday)",
		"label.until":     "Until",
		"hint.time_first": "The first run of the day.",
		"hint.until":      "No run begins later than this. Around the clock, the runs go on through the night.",
		"until.always":    "Around the clock",
		"zone.drifts":     "Not possible: daylight saving time against %[1]s",

		"rhythm.weekdays":      "on weekdays at %[1]s (%[2]s)",
		"rhythm.monthly_short": "on day %[1]s of the month at %[2]s (%[3]s), shorter months skipped",
		"rhythm.window":        "every %[1]s hours from %[2]s until %[3]s (%[4]s)",
		"rhythm.window_hourly": "every hour from %[1]s until %[2]s (%[3]s)",

		"preview.title_both":   "Next runs, in %[1]s and in your own time zone",
		"preview.both":         "%[1]s = %[2]s",
		"preview.short_months": "Months without a day %[1]s are left out.",

		"crowd.text": ":busts_in_silhouette: Of the tasks the bot follows, %[1]s, with this one, begin to read %[2]s between %[3]s and %[4]s: also %[5]s.",
		"crowd.free": "The nearest quarter of an hour with fewer of them begins at %[1]s.",

		"schedule.window_invalid": "The last run must be at least one step after the first. For one run a day, choose Daily.",
		"schedule.window_edge":    "In %[2]s this window of %[1]s goes over midnight, which the platform cannot express.",

		// What stands between things, and after what they are about.
		"list.and":     ", ",
		"list.clauses": "; ",
		"list.about":   "%[1]s: %[2]s",
		"took.days":    "%[1]s d",
		"list.percent": "%[1]s %%",
		"list.both":    "%[1]s, %[2]s",
	}
}
