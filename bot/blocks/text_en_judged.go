package blocks

import "batchsync/internal/batchsync"

// englishJudged are the findings of a delivery's acceptance about rows, keys,
// runs and schedules.
func englishJudged() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"judged.no_tables":      "The tables of the task are not known.",
		"judged.no_target":      "The target table does not exist.",
		"judged.target_unknown": "The target could not be looked at.",
		"judged.table_missing":  "The target table %[1]s does not exist.",

		"judged.rows_none":          "Neither the source nor the target has rows.",
		"judged.rows_equal":         "Source and target have as many rows: %[1]s.",
		"judged.rows_equal_person":  "The target has as many rows as a person gave for the source: %[1]s.",
		"judged.rows_within":        "Rows of the target: %[1]s, of the source: %[2]s. Up to %[3]s percent apart is expected.",
		"judged.rows_fewer":         "Rows of the target: %[1]s, of the source: %[2]s. Missing: %[3]s.",
		"judged.rows_more":          "Rows of the target: %[1]s, of the source: %[2]s. Too many: %[3]s.",
		"judged.rows_appended":      "Not compared, because the task appends. Rows of the target: %[1]s, of the source: %[2]s.",
		"judged.rows_estimate":      "Rows of the target: %[1]s, of the source about %[2]s. That is an estimate, and up to %[3]s percent apart is expected.",
		"judged.rows_estimate_off":  "Rows of the target: %[1]s, of the source about %[2]s. That is an estimate, and more than %[3]s percent apart: compare with a counted figure.",
		"judged.rows_dropped":       "Rows of the target: %[1]s, at the last acceptance: %[2]s. A drop of up to %[3]s percent is expected, and the source is not known.",
		"judged.rows_dropped_since": "Rows of the target: %[1]s, when they were last known, %[4]s: %[2]s. A drop of up to %[3]s percent is expected, and the source is not known.",
		"judged.columns_since":      "Compared with the columns of %[1]s, the last that were known.",
		"judged.source_unknown":     "Not compared: the source could not be counted. Rows of the target: %[1]s.",
		"judged.source_ask":         "How many rows does the source have? Rows of the target: %[1]s.",

		"judged.keys_none":           "No key field is known. Name one in Expectations.",
		"judged.keys_set":            "Set in every row: %[1]s.",
		"judged.keys_share":          "Set in at least %[2]s percent of the rows: %[1]s.",
		"judged.keys_low":            "Set in fewer than %[2]s percent of the rows: %[1]s.",
		"judged.keys_absent":         "The target has no such column: %[1]s.",
		"judged.keys_unknown":        "It was not told in how many rows these are set: %[1]s.",
		"judged.keys_no_rows":        "The target has no rows, and those of the source are not known.",
		"judged.keys_no_rows_either": "There are no rows, in the source neither.",
		"judged.keys_rows_lost":      "The target has no rows. Rows of the source: %[1]s.",

		"judged.no_rows":             "There are no rows.",
		"judged.duplicates":          "Rows that repeat the key %[2]s: %[1]s.",
		"judged.duplicates_appended": "Rows that repeat the key %[2]s: %[1]s. The task appends, so they may be of several runs; look whether that is meant.",
		"judged.duplicates_merged":   "Rows that repeat the key %[2]s: %[1]s. Several sources are copied into this table, so their keys may meet; name its key in Expectations.",
		"judged.no_duplicates":       "No key is there twice: %[1]s.",
		"judged.duplicates_unknown":  "It was not told whether keys are there twice.",

		"judged.run_ok":        "The latest scheduled run, %[1]s of %[2]s, succeeded.",
		"judged.run_ok_later":  "The latest scheduled run that is over, %[1]s of %[2]s, succeeded; another one is under way, so figures may move.",
		"judged.run_made_good": "The latest scheduled run, %[1]s of %[2]s, did not succeed; another run of that time did since.",
		"judged.run_failed":    "The latest scheduled run, %[1]s of %[2]s, failed.",
		"judged.run_blocked":   "The latest scheduled run, %[1]s of %[2]s, cannot begin because one it waits for failed.",
		"judged.run_stopped":   "Somebody stopped the latest scheduled run, %[1]s of %[2]s.",
		"judged.run_paused":    "Somebody paused the latest scheduled run, %[1]s of %[2]s.",
		"judged.run_odd":       "The latest scheduled run, %[1]s, is in a state (%[2]s) that is not known here.",
		"judged.run_open":      "No scheduled run is over yet.",
		"judged.run_none":      "There is no scheduled run yet.",
		"judged.run_unread":    "The runs could not be read.",

		"judged.schedule_asked":     "Deployed as asked. Next run: %[1]s.",
		"judged.schedule_saved":     "Deployed as saved. Next run: %[1]s.",
		"judged.schedule_unread":    "What is deployed could not be read.",
		"judged.schedule_offline":   "The task is not deployed.",
		"judged.schedule_other":     "The deployed schedule is %[1]s; %[2]s was asked for.",
		"judged.cluster_other":      "The deployed VCluster is %[1]s; %[2]s was asked for.",
		"judged.schedule_not_saved": "Deployed is %[1]s on %[2]s, but saved is %[3]s on %[4]s.",
		"judged.schedule_unasked":   "Deployed is %[1]s on %[2]s. What was asked for is not known. Next run: %[3]s.",
		"judged.schedule_zone":      "The schedule that was asked for has no expression in the platform's zone; deployed is %[1]s. Next run: %[2]s.",
		"judged.next_unknown":       "When the schedule %[1]s runs next could not be read.",
		"judged.next_never":         "The schedule %[1]s never runs again.",

		"judged.fresh":          "Last written: %[1]s.",
		"judged.fresh_nothing":  "The source has no rows, so there was nothing to write.",
		"judged.fresh_no_run":   "There is no run to compare the last write with.",
		"judged.fresh_unknown":  "It was not told when the target was written.",
		"judged.fresh_no_write": "The platform knows of no write to the target. That may be a matter of how long it keeps them.",
		"judged.fresh_ahead":    "The last write is said to be of %[1]s, which is in the future. Check the platform's time zone in the settings.",
		"judged.fresh_unsure":   "The last write is said to be of %[1]s, and the beginning of the latest run of %[2]s. Whether both times are of one zone is not certain.",
		"judged.never_written":  "The target was never written.",
		"judged.stale":          "Last written: %[1]s. The latest run began after that: %[2]s.",
	}
}

// englishTypes are the findings about columns: how many, and which.
func englishTypes() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"types.fit":           "All column types fit (%[1]s).",
		"types.accepted":      "Columns that need a look and were accepted before (%[1]s): %[2]s.",
		"types.no_source":     "The columns of the source are not known.",
		"types.no_target":     "The columns of the target are not known.",
		"types.absent":        "Columns missing in the target (%[1]s): %[2]s.",
		"types.narrow":        "Columns with less room in the target (%[1]s): %[2]s.",
		"types.other":         "Columns of a type that cannot hold the values (%[1]s): %[2]s.",
		"types.bit":           "Columns of type BIT, for which the target has no counterpart (%[1]s): %[2]s.",
		"types.enum":          "Columns of type ENUM (%[1]s); check that they hold the words and no numbers: %[2]s.",
		"types.set":           "Columns of type SET (%[1]s); check that they hold the words and no numbers: %[2]s.",
		"types.time":          "Times of day or spans, for which the target has no counterpart (%[1]s): %[2]s.",
		"types.text":          "Columns of the TEXT family (%[1]s); check that long values are not cut: %[2]s.",
		"types.unsigned":      "Unsigned columns (%[1]s); check the highest values: %[2]s.",
		"types.unsigned_high": "Unsigned columns of whose values the upper half has no room (%[1]s): %[2]s.",
		"types.precision":     "Decimals of more than 38 digits (%[1]s): %[2]s.",
		"types.scale":         "Columns that lose decimal places (%[1]s): %[2]s.",
		"types.open_decimal":  "Decimals of a size that the source does not tell (%[1]s): %[2]s.",
		"types.unknown":       "Columns of types that are not known here (%[1]s): %[2]s.",
		"types.cross":         "Columns that change their kind of type (%[1]s): %[2]s.",
		"types.dates_unread":  "It was not found out in time whether the source holds dates like 0000-00-00; columns that may (%[1]s): %[2]s.",
		"types.zero_date":     "The source holds dates like 0000-00-00; columns that may (%[1]s): %[2]s.",

		"columns.unknown":        "The columns of the source are not known.",
		"columns.unknown_before": "The columns of the source were not known at the last acceptance.",
		"columns.first":          "This is the first acceptance. The columns are compared from now on.",
		"columns.same":           "All columns are as they were (%[1]s).",
		"columns.key":            "Columns that came into the primary key or left it (%[1]s): %[2]s.",
		"columns.retyped":        "Columns of another type than before (%[1]s): %[2]s.",
		"columns.gone":           "Columns that are gone (%[1]s): %[2]s.",
		"columns.added":          "New columns (%[1]s): %[2]s.",
	}
}

// englishChanged says what is different since the last success.
func englishChanged() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"changed.columns_key":     "Columns of %[1]s that came into the primary key or left it (%[2]s): %[3]s.",
		"changed.columns_retyped": "Columns of %[1]s with another type (%[2]s): %[3]s.",
		"changed.columns_gone":    "Columns of %[1]s that are gone (%[2]s): %[3]s.",
		"changed.columns_added":   "New columns of %[1]s (%[2]s): %[3]s.",
		"changed.columns_many":    "Source tables whose columns changed (%[1]s): %[2]s.",
		"changed.datasource":      "Copied was %[1]s to %[2]s, now it is %[3]s to %[4]s.",
		"changed.tables_added":    "Tables that were added (%[1]s): %[2]s.",
		"changed.tables_gone":     "Tables that were taken out (%[1]s): %[2]s.",
		"changed.mapping":         "The column mapping changed: %[1]s.",
		"changed.mode":            "The task was %[1]s, %[2]s, and is %[3]s, %[4]s.",
		"changed.rules":           "The source schema or the naming rules changed.",
		"changed.where":           "The filter of the source changed.",
		"changed.parallel":        "The concurrency changed from %[1]s to %[2]s.",
		"changed.rate":            "The bound changed from %[1]s to %[2]s MB per second.",
		"changed.keyed_mode":      "Tables with a primary key were written by %[1]s and are written by %[2]s.",
		"changed.vcluster":        "The VCluster changed from %[1]s to %[2]s.",
		"changed.schedule":        "The schedule changed from %[1]s to %[2]s.",
		"changed.zone":            "The zone of the schedule changed from %[1]s to %[2]s.",
		"changed.version":         "The task was deployed anew: version %[1]s became %[2]s.",

		"uncompared.content":      "What it copies was not compared.",
		"uncompared.columns":      "No columns of its source tables were compared.",
		"uncompared.columns_some": "Columns were compared of %[1]s of %[2]s source tables.",
		"uncompared.widths":       "Types of columns were compared without their lengths.",
		"uncompared.vcluster":     "The VCluster was not compared.",
		"uncompared.schedule":     "The schedule was not compared.",
		"uncompared.version":      "The deployed version was not compared.",

		"figure.how":        "Type whole rows, such as 1234567 or 1,234,567.",
		"figure.missing":    "A number of rows is needed.",
		"figure.negative":   "There cannot be fewer than no rows: %[1]s.",
		"figure.large":      "The number %[1]s is too large.",
		"figure.unreadable": "The number %[1]s is not understood.",
	}
}

// englishProbes says what was found by looking.
func englishProbes() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"probe.source_ok":        "The platform reaches the data source %[1]s.",
		"probe.source_bad":       "The platform does not reach the data source %[1]s.",
		"probe.source_unknown":   "The data source could not be tested.",
		"probe.vcluster_ok":      "The VCluster %[1]s is one for copying.",
		"probe.vcluster_gone":    "The VCluster %[1]s does not exist.",
		"probe.vcluster_type":    "The VCluster %[1]s is of type %[2]s; copying takes INTEGRATION.",
		"probe.vcluster_unknown": "The type of the VCluster is not known.",
		"probe.content_ok":       "The task is set up. Tables it copies: %[1]s.",
		"probe.content_whole":    "The task is set up to copy all tables of %[1]s.",
		"probe.content_none":     "The task is not set up.",
		"probe.content_empty":    "The task is set up without a table.",
		"probe.content_unmapped": "The task is set up without a column.",
		"probe.content_crossed":  "Columns that are copied into columns of other names (%[1]s): %[2]s.",
		"probe.content_unknown":  "What the task copies could not be read.",
		"probe.target_ok":        "All target tables exist (%[1]s).",
		"probe.target_gone":      "Target tables that do not exist (%[1]s): %[2]s.",
		"probe.target_some":      "Target tables that could not be looked at (%[1]s): %[2]s.",
		"probe.target_part":      "%[1]s of %[2]s target tables were looked at, and they exist.",
		"probe.target_unknown":   "No target table could be looked at.",
	}
}
