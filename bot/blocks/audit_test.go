package blocks

import (
	"regexp"
	"strings"
	"testing"

	"batchsync/internal/batchsync"
)

// TestPrinter_Audit_Objects says what each row is about in words: keys of the file
// are for the file only.
func TestPrinter_Audit_Objects(t *testing.T) {
	t.Parallel()
	keys := regexp.MustCompile(`\b(task|draft|command|run|incident|alert|operation|channel|quiet|button|acceptance)/`)
	for _, c := range []struct {
		name         string
		act          batchsync.Action
		object, typd string
		want         string
	}{
		{"task by name", batchsync.ActDeploy, "task/40001", "orders", "deploy `orders`: not allowed"},
		{"task by id", batchsync.ActDeploy, "task/40001", "", "deploy task 40001: not allowed"},
		{"task as it was typed", batchsync.ActDeploy, "task/ordrs", "", "deploy `ordrs`: not allowed"},
		{"draft", batchsync.ActCreate, "draft/", "", "create a draft: not allowed"},
		{"draft of an id", batchsync.ActCreate, "draft/y3ti5le7mz74", "", "create a draft: not allowed"},
		{"command", batchsync.ActAcceptance, "command/acceptance", "orders", "`/batchsync acceptance orders`: not allowed"},
		{"command alone", batchsync.ActQuiet, "command/quiet", "", "`/batchsync quiet`: not allowed"},
		{"hostile command", batchsync.ActQuiet, "command/quiet", "<!channel> planted-secret & `x`", "/batchsync quiet &lt;!channel&gt; [redacted] &amp; `x`: not allowed"},
		{"run", batchsync.ActRerun, "run/900009", "", "rerun run 900009: not allowed"},
		{"run of a task", batchsync.ActStop, "run/900009", "orders", "stop run 900009 of `orders`: not allowed"},
		{"hostile key", batchsync.ActRerun, "run/<!channel>", "", "rerun run &lt;!channel&gt;: not allowed"},
		{"incident", batchsync.ActAck, "incident/y3ti5le7mz74", "", "acknowledge an incident: not allowed"},
		{"incident of a task", batchsync.ActAck, "incident/y3ti5le7mz74", "orders", "acknowledge an incident of `orders`: not allowed"},
		{"several incidents", batchsync.ActAck, "alert/y3ti5le7mz74", "", "acknowledge several incidents at once: not allowed"},
		{"change", batchsync.ActResume, "operation/y3ti5le7mz74", "", "check again a change: not allowed"},
		{"change of a task", batchsync.ActResume, "operation/y3ti5le7mz74", "orders", "check again `orders`: not allowed"},
		{"channel", batchsync.ActRehearse, "channel/C0CHAN", "", "rehearse <#C0CHAN>: not allowed"},
		{"direct messages", batchsync.ActRehearse, "channel/U0ANA", "", "rehearse the conversation with the bot: not allowed"},
		{"subscription", batchsync.ActSubscribe, "channel/C0CHAN", "*", "subscribe to all tasks: not allowed"},
		{"quiet window", batchsync.ActQuiet, "quiet/y3ti5le7mz74", "sync/*", "keep quiet about folder `sync` and those below it: not allowed"},
		{"quiet window that is gone", batchsync.ActQuiet, "quiet/y3ti5le7mz74", "", "keep quiet about a quiet window: not allowed"},
		{"acceptance", batchsync.ActAccept, "acceptance/y3ti5le7mz74", "", "accept the delivery of an acceptance: not allowed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			row := AuditLine{AuditRow: batchsync.AuditRow{At: sampleNow(), Actor: "U0ACTOR", Action: c.act, Object: c.object, Name: c.typd, Outcome: batchsync.AuditForbidden}}
			for i, p := range both() {
				m := p.Audit([]AuditLine{row}, "")
				mayMention(t, checkMessage(t, m), "U0ACTOR")
				if i == 0 && !strings.Contains(m.Text, c.want) {
					t.Errorf("says %q, want %q", m.Text, c.want)
				}
				if drawn := unescaped(mustJSON(t, m.Blocks[1])) + m.Text; keys.MatchString(strings.ReplaceAll(drawn, `"audit/0"`, "")) || strings.Contains(drawn, "y3ti5le7mz74") {
					t.Errorf("shows a key: %s", drawn)
				}
			}
		})
	}
}
