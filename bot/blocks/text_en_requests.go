package blocks

import "batchsync/internal/batchsync"

// englishRequests are the answers to requests that cannot be carried out, or
// that were.
func englishRequests() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"task.none_typed":          "Which task?",
		"task.none_typed_hint":     "Type its id or its exact name, for example /batchsync show 40001.",
		"task.not_found":           "No task is called %[1]s.",
		"task.not_found_hint":      "Type /batchsync list to see the tasks there are.",
		"task.not_exact":           "No task is called exactly %[1]s.",
		"task.not_exact_hint":      "Similar ones are listed in the channel. Type the id or the exact name: nothing is done to a task that was only guessed.",
		"task.state_unread":        "The platform did not say how this task stands.",
		"task.state_unread_hint":   "Nothing was changed. Try again in a moment.",
		"run.no_id":                "That is no run id.",
		"run.no_id_hint":           "A run id is a number; /batchsync runs with a task lists them.",
		"modal.expired":            "Slack's window for opening the form has passed.",
		"modal.expired_hint":       "Nothing was changed. Ask again.",
		"proposal.gone":            "This form is too old.",
		"proposal.gone_hint":       "Nothing was changed. Ask again to see how the task stands now.",
		"proposal.not_yours":       "Somebody else asked for this change.",
		"deploy.no_schedule":       "%[1]s has no schedule, so it cannot be deployed.",
		"deploy.no_schedule_hint":  "Set one with /batchsync schedule.",
		"undeploy.offline":         "%[1]s is not deployed, so there is nothing to undeploy.",
		"undeploy.name_differs":    "That is not the task's name. Type %[1]s exactly.",
		"backfill.offline":         "%[1]s is not deployed, so the platform cannot backfill it.",
		"backfill.offline_hint":    "Deploy it first with /batchsync deploy.",
		"stop.over":                "Run %[1]s is over already.",
		"rerun.at_work":            "Run %[1]s is still at work, so it cannot be repeated.",
		"schedule.no_cluster":      "%[1]s has no sync VCluster yet.",
		"schedule.no_cluster_hint": "Set one in Studio, or create the task anew with /batchsync new.",
		"mute.not_adopted":         "The bot does not follow %[1]s, so there is nothing to mute.",
		"mute.not_adopted_hint":    "An administrator can take it over with /batchsync adopt.",
		"mute.done":                "Muted until %[1]s.",
		"mute.done_hint":           "Checks go on; the mute ends by itself and can be ended on the task's card.",
		"mute.no_choice":           "Choose how long.",
		"mute.day_range":           "%[1]s is over already or more than a year away.",
		"adopt.no_sync":            "%[1]s is no batch sync task.",
		"log.not_begun":            "Run %[1]s has no log: it has not begun.",
		"log.not_begun_hint":       "Look again when it runs.",
		"audit.file_sent":          "%[1]s rows are on their way to you as a file.",
		"audit.no_such":            "No task is called exactly %[1]s; %[2]s is similar.",
		"audit.no_such_hint":       "Use the id or the exact name, or mention a person.",
		"status.slack":             "%[1]s connections, %[2]s reconnects since the start",
		"status.platform":          "workspace %[1]s, program %[2]s",
		"status.platform_down":     "not reachable",
		"status.outbox":            "%[1]s messages waiting, %[2]s given up",
		"status.operations":        "%[1]s open",
		"draft.went_on":            "The draft went on since, so it was not discarded.",
		"draft.went_on_hint":       "Type /batchsync new to see how it stands.",
	}
}
