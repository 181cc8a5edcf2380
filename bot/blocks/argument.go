package blocks

import (
	"strings"
	"time"

	"batchsync/internal/batchsync"
)

// duration is the form of arguments that are a Go duration; all other forms are
// prefixes of the catalog, for arguments that are codes of ours.
const duration = "took."

// formOf tells what an argument of a sentence stands for; "" is what it says.
func formOf(key batchsync.TextKey, i int) string {
	switch key {
	case "incident.reply_changed", "incident.reply_another", "incident.reply_reopened", "alert.changed":
		return at(i, "", "reason.")
	case "alert.over", "incident.reply_recovered", "incident.reply_offline", "incident.reply_unwatched", "incident.reply_stopped", "incident.reply_vanished", "incident.reply_stays":
		return at(i, "", duration)
	case "incident.reply_platform", "status.sign_slack", "status.sign_platform", "status.sign_monitor", "status.sign_store", "status.sign_full", "status.sign_failed", "status.sign_not_yet",
		"precondition.clock_behind", "precondition.clock_ahead", "precondition.backup_ok", "precondition.backup_old":
		return at(i, duration)
	case "precondition.because":
		return at(i, "precondition_name.")
	case "status.sign_missing", "status.sign_outbox":
		return at(i, duration, duration)
	case "subscribe.told", "unsubscribe.told_left":
		return at(i, "", "", "topic.")
	case "changed.mode":
		return at(i, "scope.", "write_mode.", "scope.", "write_mode.")
	case "differs.scope":
		return at(i, "scope.", "scope.")
	case "changed.keyed_mode", "differs.keyed_mode", "differs.write_mode", "differs.write_mode_unseen", "differs.keyed_mode_unseen":
		return at(i, "write_mode.", "write_mode.")
	case "configure.object", "configure.refused":
		return at(i, "", "", "", "", "", "write_mode.")
	case "configure.merge":
		return at(i, "", "", "", "", "", "", "write_mode.")
	case "preflight.source_kind":
		return at(i, "", "", "kind.")
	}
	return ""
}

func at(i int, forms ...string) string {
	if i < len(forms) {
		return forms[i]
	}
	return ""
}

// argument is an argument of a sentence in words, redacted but not escaped:
// codes and durations have those of the language, lists its signs between the
// items, and everything else stays as it is.
func (p Printer) argument(key batchsync.TextKey, i int, s string) string {
	form := formOf(key, i)
	if d, err := time.ParseDuration(s); err == nil && form == duration {
		return string(p.lasted(d))
	}
	var items []string
	for _, item := range batchsync.Items(s) {
		words, ok := p.words[batchsync.TextKey(form+item)]
		if !ok || form == "" {
			words = p.clean(item)
		}
		items = append(items, words)
	}
	return p.clip(strings.Join(items, p.words["list.and"]), maxArgument)
}

// lasted is took in the precision people speak with of hours and days.
func (p Printer) lasted(d time.Duration) mark {
	switch {
	case d < 2*time.Minute:
		return p.say("took.seconds", number(int(d.Seconds())))
	case d < time.Hour:
		return p.say("took.minutes", number(int(d.Minutes())))
	case d < 48*time.Hour:
		return p.say("took.hours", number(int(d.Hours())), number(int(d.Minutes())%60))
	}
	return p.say("took.days", number(int(d.Hours()/24)))
}
