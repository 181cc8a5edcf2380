package blocks

import "batchsync/internal/batchsync"

// englishHome are the Home tab, the audit, the state of the bot, and the help.
func englishHome() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"home.title":       "Batch syncs",
		"home.empty":       "Nothing of yours is here yet: your tasks, drafts and what is under way will be.",
		"home.example":     "Try it with one table: press New Sync, choose the data source and a table such as shop.orders, copy it to ods.orders every day at 02:00, and press Create Sync on the review. `/batchsync list` shows what is there already.",
		"home.attention":   "Needs attention",
		"home.running":     "Under way",
		"home.drafts":      "Drafts",
		"home.mine":        "My tasks",
		"home.not_read":    "The runs have not been read yet; Refresh reads them.",
		"home.runs_as_of":  "Runs as of %[1]s; Refresh reads them anew.",
		"home.read_failed": "The platform did not answer at %[1]s.",
		"home.step":        "step %[1]s of %[2]s: %[3]s",

		"button.status": "Status",
		"button.audit":  "Audit Log",
		"button.help":   "Help",

		"audit.title":       "Who did what",
		"audit.title_of":    "Who did what: %[1]s",
		"audit.count":       "%[1]s (%[2]s {2:entry|entries}).",
		"audit.none":        "There is no entry.",
		"audit.line":        "%[1]s %[2]s: %[3]s",
		"audit.more":        "+%[1]s more.",
		"audit.csv":         "`/batchsync audit csv` sends all of it as a file, `/batchsync audit csv TASK` or `@user` a part.",
		"audit.bot":         "the bot",
		"audit.card":        "card",
		"action.view":       "look at",
		"action.inspect":    "look at",
		"action.create":     "create",
		"action.backfill":   "backfill",
		"action.rerun":      "rerun",
		"action.stop":       "stop",
		"action.mute":       "mute",
		"action.schedule":   "change the schedule of",
		"action.deploy":     "deploy",
		"action.undeploy":   "undeploy",
		"action.adopt":      "adopt",
		"action.resume":     "check again",
		"action.drop":       "give up",
		"action.ack":        "acknowledge",
		"action.subscribe":  "subscribe to",
		"action.quiet":      "keep quiet about",
		"action.rehearse":   "rehearse",
		"outcome.asked":     "asked",
		"outcome.forbidden": "not allowed",
		"outcome.done":      "done",
		"outcome.stopped":   "stopped",
		"outcome.trouble":   "finished with failures",
		"outcome.dropped":   "given up",
		"outcome.refused":   "refused, nothing was changed",
		"outcome.failed":    "failed",
		"outcome.unknown":   "outcome unknown",
		"outcome.waiting":   "waiting for somebody",
		"outcome.running":   "in progress",
		"outcome.ended":     "ended",
		"outcome.muted":     "muted",
		"outcome.unmuted":   "no longer muted",

		"status.title":   "State of the bot",
		"status.fine":    "Everything works.",
		"status.trouble": "%[1]s of %[2]s parts {1:needs|need} a look.",
		"status.text":    "State of the bot: %[1]s",
		"status.line":    "%[1]s %[2]s: %[3]s",
		"status.started": "running since %[1]s",
		"status.version": "version %[1]s",

		"check_state.ok":   "fine",
		"check_state.warn": "needs a look",
		"check_state.bad":  "broken",
		"part.slack":       "Slack",
		"part.platform":    "Platform",
		"part.lists":       "Lists of the platform",
		"part.monitor":     "Monitor",
		"part.operations":  "Operations",
		"part.outbox":      "Messages",
		"part.store":       "Store",

		"help.intro":   "This bot creates, watches and repairs ClickZetta Lakehouse batch sync tasks. TASK is an id or an exact name; days are written like 2026-03-31.",
		"help.rights":  "Anybody can look. Creating, deploying, backfills, reruns, stopping, schedules, settings, muting, quiet windows, subscriptions, acknowledging and acceptances take an operator of the bot, Undeploy, Adopt, Expectations and Rehearse an administrator. `/batchsync help WORD` explains a command.",
		"help.unknown": "There is no command %[1]s.",
		"help.nearest": "There is no command %[1]s. Did you mean `/batchsync %[2]s`?",
		"help.commands": "Type `/batchsync` and one of these:\n• `new [LINE]` opens the form for a new batch sync, `new like TASK` filled in like a task\n" +
			"• `questions` lists everything it needs as one text\n" +
			"• `list [mine|failed] [TEXT]` lists tasks\n" +
			"• `show TASK` shows a task with its runs and buttons\n" +
			"• `runs TASK` lists runs, `log RUN [ATTEMPT]` shows the log of one\n" +
			"• `deps TASK` shows the tasks before and after it\n" +
			"• `config TASK` shows how it is set up, `mapping TASK [TABLE]` its columns and their types\n" +
			"• `backfill TASK FROM TO` runs it again for past days\n" +
			"• `run TASK` runs it once, now, outside of its schedule\n" +
			"• `rerun RUN` repeats a run, `stop RUN` stops one\n" +
			"• `deploy TASK` publishes it, `undeploy TASK` takes it off the scheduler\n" +
			"• `schedule TASK` changes its schedule, `tune TASK` its concurrency and retries\n" +
			"• `adopt TASK` has the bot look after a task made elsewhere, `mute TASK` keeps its news back\n" +
			"• `incidents` lists what is wrong, `ack TASK` takes it on, `diagnose TASK` explains it\n" +
			"• `acceptance TASK` compares its tables with the source, `accept TASK` accepts that delivery, `expect TASK` says what is expected\n" +
			"• `subscribe TASK|FOLDER/*|source:NAME|*` has this channel told of tasks, `unsubscribe` ends it, `subscriptions` lists it\n" +
			"• `quiet FROM TO` keeps news back during planned work, `rehearse` tries out that news arrives\n" +
			"• `audit [TASK|@user]` shows who did what, `audit csv [TASK|@user]` as a file, `status` how the bot does, `help [WORD]` this",

		"help.new":      "`/batchsync new`: the form has five screens: the source, the tables and the target, the schedule, the place and the name, and a review. Nothing is made before you press Create Sync on the review. You can close the form at any time; the draft is kept for seven days.\nWith a line behind it, such as `/batchsync new aliyun_mysql shop.orders -&gt; ods.orders overwrite daily 02:00 vc=sync_vc folder=data_sync/mysql`, what is said is not asked again: a complete line goes straight to the review. `/batchsync questions` shows all that can be said. `/batchsync new like TASK` fills everything in like a task. Behind `@batchsync`, in a direct message, and where no form can be opened, the same questions come in a message.",
		"help.list":     "`/batchsync list [mine|failed] [TEXT]`: all tasks, yours, those whose last run failed, or those whose name contains a text; `/batchsync list failed orders` lists those that are both.",
		"help.show":     "`/batchsync show TASK`: what it copies, its schedule, its last runs, and buttons for everything below.",
		"help.runs":     "`/batchsync runs TASK`: the last 30 runs with plan time, state and duration.",
		"help.log":      "`/batchsync log RUN [ATTEMPT]`: the end of the log of the run's newest attempt, or of that number. RUN is the id of a run, see `/batchsync runs TASK`. Only you see it until you press Post Log to Channel; View Log on a card in a channel answers in its thread.",
		"help.deps":     "`/batchsync deps TASK`: the tasks it waits for and those that wait for it.",
		"help.backfill": "`/batchsync backfill TASK FROM TO`: runs the task again for every time its schedule had from one day to another, both included, in the schedule's time zone. A review shows the exact runs first; the platform runs them one after the other.",
		"help.rerun":    "`/batchsync rerun RUN`: repeats a run that is over for the same plan time. Nothing is repeated unless you confirm.",
		"help.stop":     "`/batchsync stop RUN`: stops a run that is not over. A backfill is stopped by the button on its card.",
		"help.deploy":   "`/batchsync deploy TASK`: publishes the task as it is saved. A form shows first how the saved schedule differs from the deployed one.",
		"help.undeploy": "`/batchsync undeploy TASK`: takes the task off the scheduler. The platform clears its run history, which cannot be undone; the bot saves the history as a file first, and has you type the name.",
		"help.schedule": "`/batchsync schedule TASK`: changes when the task runs. The new schedule is saved and deployed at once.",
		"help.adopt":    "`/batchsync adopt TASK`: the bot looks after a task that was made elsewhere, and posts its news in this channel.",
		"help.mute":     "`/batchsync mute TASK`: keeps the news of a task back for a while; a form asks for how long. Its runs go on. Unmute on its card ends it.",
		"help.audit":    "`/batchsync audit [TASK|@user]`: who did what with which outcome, newest first; of everything, of a task by its id or exact name (also of one deleted since), or of a person. `/batchsync audit csv`, `/batchsync audit csv TASK` and `/batchsync audit csv @user` send the same as a file to you.",
		"help.status":   "`/batchsync status`: how the bot and its connections to Slack and to the platform do.",
		"help.help":     "`/batchsync help [WORD]`: all commands, or one of them.",
	}
}
