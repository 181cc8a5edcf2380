package blocks

import (
	"slices"
	"strings"
	"testing"

	"batchsync/internal/batchsync"
)

// TestPrinter_Notice_Following tells a channel of its subscriptions and quiet
// windows in the words of the answer that the person gets.
func TestPrinter_Notice_Following(t *testing.T) {
	t.Parallel()
	topics := batchsync.List("failures", "digest")
	for _, c := range []struct {
		name string
		said batchsync.Text
		want string
	}{
		{"all tasks", batchsync.T("subscribe.told", "ana", "*", topics, "09:00", "Asia/Shanghai"), "ana subscribed this channel to all tasks: failures, digest at 09:00 (Asia/Shanghai)."},
		{"no digest", batchsync.T("subscribe.told", "ana", "source:db", "late", "", ""), "ana subscribed this channel to data source `db`: late."},
		{"stored by an older version", batchsync.T("subscribe.told", "ana", "sync/*", topics), "ana subscribed this channel to folder `sync` and those below it: failures, digest."},
		{"a task", batchsync.T("unsubscribe.told", "ana", `"daily orders"`), "ana ended the subscription of this channel to task `daily orders`."},
		{"by number", batchsync.T("unsubscribe.told", "ana", "40001"), "to task `40001`."},
		{"some left", batchsync.T("unsubscribe.told_left", "ana", "*", topics, "08:30", "UTC"), "It has left: failures, digest at 08:30 (UTC)."},
		{"quiet", batchsync.T("quiet.told", "ana", "*", "2026-03-04 10:00 UTC", "2026-03-04 12:00 UTC"), "ana set a quiet window for all tasks: from <!date^1772618400^"},
		{"why", batchsync.T("quiet.told_why", "ana", "*", "2026-03-04 10:00 UTC", "2026-03-04 12:00 UTC", "move of <@U0BOB|bob> & <!here>"), "for this reason: `move of @bob &amp; @here`."},
		{"a moment for a reason", batchsync.T("quiet.told_why", "ana", "*", "2026-03-04 10:00 UTC", "2026-03-04 12:00 UTC", "2026-03-04 11:00 UTC"), "`2026-03-04 11:00 UTC`"},
		{"ended", batchsync.T("quiet.told_end", "ana", "*"), "ana ended the quiet window for all tasks."},
		{"hostile", batchsync.T("quiet.told_end", "<!channel>", hostile), "&lt;!channel&gt; ended the quiet window for "},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for i, p := range both() {
				m := p.Notice([]batchsync.Text{c.said})
				mayMention(t, checkMessage(t, m))
				noSecret(t, m)
				if i == 0 && !strings.Contains(m.Text, c.want) {
					t.Errorf("says %q, want %q", m.Text, c.want)
				}
				selector := p.typedSelector(c.said.Args[1])
				if !strings.Contains(m.Text, string(selector)) || slices.Contains(strings.Fields(m.Text), "*") || strings.Contains(m.Text, "*:") {
					t.Errorf("says %q, want %q in it", m.Text, selector)
				}
			}
		})
	}
}
