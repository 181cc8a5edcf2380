package blocks

import "batchsync/internal/batchsync"

// englishSigns are the signs of life of the bot's parts.
func englishSigns() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"part.disk":            "Disk",
		"disk.full":            "The bot's disk is full; nothing was stored.",
		"disk.read_only":       "The bot's disk is read-only; nothing was stored.",
		"disk.hint":            "Tell an administrator, and try again when the disk is in order.",
		"status.sign_slack":    "last heard %[1]s ago",
		"status.sign_platform": "last answer of cz-cli %[1]s ago",
		"status.sign_monitor":  "last complete look %[1]s ago",
		"status.sign_outbox":   "the oldest has waited for %[1]s, at most %[2]s is fine",
		"status.sign_store":    "last written %[1]s ago",
		"status.sign_disk":     "%[1]s MB free, at least %[2]s MB needed",
		"status.sign_full":     "disk full or read-only: no change is taken, last written %[1]s ago",
		"status.sign_failed":   "cannot be written to, last written %[1]s ago",
		"status.sign_missing":  "no sign of life for %[1]s, at most %[2]s is fine",
		"status.sign_not_yet":  "no sign of life yet, %[1]s after the start",
	}
}
