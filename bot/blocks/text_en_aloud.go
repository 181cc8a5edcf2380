package blocks

import "batchsync/internal/batchsync"

// englishAloud are the answers to what is written to the bot instead of typed
// as a command.
func englishAloud() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"offer.form":       "Press the button to open the form: Slack lets the bot open one only then.",
		"offer.change":     "Press the button to carry it out: a word in a conversation changes nothing.",
		"button.open_form": "Open Form",
		"button.carry_out": "Carry Out",

		"command.long":      "That is longer than any command.",
		"command.long_hint": "Type the id of the task instead of its name.",

		"action.share": "post a log of",

		"run.is_task":      "%[1]s is the id of the task %[2]s and not of a run.",
		"run.is_task_hint": "/batchsync runs %[1]s lists its runs with their ids.",

		"help.places": "The same words work behind `@batchsync` in a channel or thread, where everybody sees the answer, and by themselves in a direct message to the bot.",
	}
}
