package blocks

import "batchsync/internal/batchsync"

// englishFollowing is what following tasks in a channel, and acting on what it
// tells, is answered with.
func englishFollowing() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"channel.unread":         "Slack did not say what kind of channel this is, so nothing was changed.",
		"channel.no_member":      "The bot cannot post here.",
		"channel.no_member_hint": "Invite it with /invite @batchsync, or do this in the conversation with the bot.",
		"channel.archived":       "This channel is archived.",
		"channel.shared":         "People of other organisations read this channel, so no news of tasks is posted here.",
		"channel.shared_hint":    "Choose another channel. An administrator can allow it with BATCHSYNC_ALLOW_SHARED_CHANNELS.",
		"channel.direct":         "The card and the news of this task come to you directly: the bot cannot post in this channel, or people of other organisations read it.",

		"status.monitor":       "looked at %[1]s, %[2]s {2:incident|incidents} open",
		"status.monitor_new":   "has not looked yet",
		"status.monitor_blind": "cannot look since %[1]s",
		"status.backup":        "last backup %[1]s",
		"status.backup_none":   "no backup yet",
		"status.backup_off":    "no backups, BATCHSYNC_BACKUP_DIR is not set",
		"status.backup_failed": "the backup of %[1]s failed, the last one is of %[2]s",
		"status.backup_never":  "the backup of %[1]s failed, there is none",

		"subscribe.told":           "%[1]s subscribed this channel to %[2]s: %[3]s.",
		"subscribe.no_folder":      "There is no folder %[1]s.",
		"subscribe.no_folder_hint": "Say the whole path as Studio shows it, then /*.",
		"subscribe.no_source":      "There is no data source %[1]s.",
		"subscribe.no_source_hint": "Say its name exactly as Studio shows it.",
		"unsubscribe.told":         "%[1]s ended the subscription of this channel to %[2]s.",
		"unsubscribe.told_left":    "%[1]s changed the subscription of this channel to %[2]s. It has left: %[3]s.",
		"unsubscribe.none":         "This channel is not subscribed to %[1]s.",
		"unsubscribe.none_hint":    "`/batchsync subscriptions` lists what it is subscribed to.",

		"quiet.told":     "%[1]s set a quiet window for %[2]s: from %[3]s to %[4]s. News is kept back meanwhile.",
		"quiet.told_why": "%[1]s set a quiet window for %[2]s: from %[3]s to %[4]s, for this reason: %[5]s. News is kept back meanwhile.",
		"quiet.told_end": "%[1]s ended the quiet window for %[2]s.",

		"ack.none":       "No incident of %[1]s is open.",
		"ack.none_hint":  "`/batchsync incidents` lists those that are.",
		"ack.taken":      "%[1]s is on it already.",
		"ack.taken_hint": "`/batchsync ack TASK` takes it over.",
		"ack.done":       "Acknowledged: %[1]s. What is still wrong in %[2]s {2:hour|hours} is asked about again.",
	}
}
