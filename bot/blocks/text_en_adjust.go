package blocks

import "batchsync/internal/batchsync"

// englishAdjusting are the words of a change of concurrency or retries.
func englishAdjusting() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"title.tune":       "New settings for %[1]s",
		"action.tune":      "change the settings of",
		"change.done_tune": "The task is online with the new settings.",
		"told.tune_done":   "%[1]s is online with its new settings.",

		"fact.concurrency":     "Concurrency: %[1]s → %[2]s",
		"fact.concurrency_new": "Concurrency: %[1]s",
		"fact.retries":         "Retries of a failed run: %[1]s → %[2]s",
		"fact.retries_new":     "Retries of a failed run: %[1]s",
		"fact.interval":        "Minutes between retries: %[1]s",

		"operation.step.set_concurrency": "Save the concurrency",
		"operation.step.set_retries":     "Save the retries",

		"set_concurrency.saved":                "The saved concurrency is %[1]s.",
		"set_concurrency.differs":              "The concurrency was to be %[1]s and is saved as %[2]s.",
		"set_concurrency.differs_hint":         "Nothing was deployed. Set it in Studio, save the task, then press Check Again; or give this up.",
		"set_concurrency.content_differs":      "The saved content of the task is otherwise than before, beyond its concurrency.",
		"set_concurrency.content_differs_hint": "Look at the task in Studio before it is deployed again: somebody else changed it, or the program lost a part of it. Set right what is wrong there, then press Check Again; or give this up and ask anew.",
		"set_retries.saved":                    "The saved retries are %[1]s.",
		"set_retries.differs":                  "The retries were to be %[1]s and are saved as %[2]s.",
		"set_retries.differs_hint":             "Nothing was deployed. Set them in Studio, save the task, then press Check Again; or give this up.",
		"set_retries.schedule_differs":         "The saved schedule of the task is otherwise than before, beyond its retries.",
		"set_retries.schedule_differs_hint":    "Nothing was deployed. Look at the schedule in Studio; set it right, then press Check Again, or give this up and ask anew.",
		"deploy.retries_differ":                "The retries were to be %[1]s; the scheduler has %[2]s.",
		"deploy.retries_differ_hint":           "Somebody else deployed the task meanwhile, or the platform took other retries. Press Check Again to deploy once more.",

		"check.content_since":     "The content of the task changed since it was shown.",
		"check.concurrency_since": "The concurrency changed since it was shown: it was %[1]s and is %[2]s.",
		"check.policy_since":      "Which runs may be repeated changed since it was shown.",
		"check.retries_since":     "The retries changed since they were shown: they were %[1]s and are %[2]s.",

		"tune.unread":           "How %[1]s is set up could not be read.",
		"tune.unread_hint":      "Nothing was changed. Try again in a moment.",
		"tune.offline":          "%[1]s is not deployed.",
		"tune.offline_hint":     "Settings count for a deployed task. Deploy it first.",
		"tune.unpublished":      "A saved schedule of %[1]s is not deployed, and would be published together with the new settings.",
		"tune.unpublished_hint": "Nothing was changed. Deploy the saved schedule or choose another one first, then ask again.",
		"tune.by_hand":          "The bot cannot set this for %[1]s: the platform's program would lose a part of its content, such as parameters or partitions.",
		"tune.by_hand_hint":     "In Studio: open the task, set the concurrency in its sync settings or the retries in its schedule settings, save and deploy it.",
		"tune.same":             "%[1]s has these settings already.",
		"tune.same_hint":        "Nothing was changed.",
		"tune.unknown":          "There is no setting %[1]s.",
		"tune.unknown_hint":     "Type it like `/batchsync tune TASK concurrency=4 retries=3 interval=5`.",
		"tune.twice":            "The setting %[1]s is there twice.",
		"tune.bad_concurrency":  "The concurrency %[1]s is no whole number from 1 to %[2]s.",
		"tune.bad_retries":      "The number of retries %[1]s is no whole number from 0 to %[2]s.",
		"tune.bad_interval":     "The interval %[1]s is no whole number of minutes from 1 to %[2]s.",

		"settings.title":         "Change settings",
		"settings.present":       "At present: %[1]s.",
		"settings.concurrency":   "concurrency %[1]s",
		"settings.retries":       "retries %[1]s",
		"settings.apart_minutes": "%[1]s, %[2]s min apart",
		"settings.apart_seconds": "%[1]s, %[2]s s apart",
		"settings.not_told":      "not told",
		"settings.fixed":         "The bot cannot set the concurrency of this task: the platform's program would lose a part of its content, such as parameters or partitions. Set it in Studio, in the sync settings of the task.",
		"settings.then":          "The settings are saved and deployed at once, with whatever else is saved of the content.",
		"label.concurrency":      "Concurrency",
		"hint.concurrency":       "How many tables, or parts of one, are copied at once. Less is easier on the source.",
		"label.retries":          "Retries of a failed run",
		"label.interval":         "Minutes between retries",

		"confirm.tune":           "Change settings",
		"confirm.tune_about":     "The settings are saved and deployed at once, with whatever else is saved of the content: the platform's program does not show what of it is deployed.",
		"button.confirm_tune":    "Change Settings",
		"button.less_at_once":    "Lower Concurrency",
		"button.raise_retries":   "Raise Retries",
		"button.change_settings": "Change Settings",
		"help.tune":              "`/batchsync tune TASK [concurrency=N] [retries=N] [interval=MINUTES]`: changes how many tables or parts are copied at once (1 to 10), and how often the platform repeats a failed run by itself (0 to 10). Without settings a form shows the present ones. The new settings are saved and deployed at once.",
	}
}
