package blocks

import (
	"strings"
	"testing"

	"batchsync/internal/batchsync"
)

// An answer for everybody notifies nobody: whatever is told there is named.
func TestPrinter_Quiet(t *testing.T) {
	t.Parallel()
	p := printer()
	name := func(id batchsync.UserID) string {
		if id == "U0OWNER" {
			return "Ana <!channel> *B*"
		}
		return ""
	}
	muted := sampleView(3, 30, "orders")
	for label, m := range map[string]Message{
		"card":    p.Task(TaskCard{TaskView: muted, Settled: &Settled{Action: ActionMute, By: "U0ACTOR", At: sampleNow()}}),
		"audit":   p.Audit(sampleAudit(25, "orders"), "<@U0ACTOR|ana>"),
		"runs":    p.Runs(RunsView{Task: muted.Ref, Runs: muted.Runs, Zone: "UTC", Settled: &Settled{Action: ActionRerun, By: "U0ACTOR", At: sampleNow()}}),
		"problem": p.Problem(batchsync.Problem{Text: batchsync.T("access.operator"), Hint: batchsync.T("access.ask", "S0OPS", "U0OWNER")}, ""),
	} {
		t.Run(label, func(t *testing.T) {
			t.Parallel()
			if r := checkMessage(t, m); len(r.mentions) == 0 {
				t.Fatal("the sample mentions nobody")
			}
			m = p.Quiet(m, name)
			if r := checkMessage(t, m); len(r.mentions) > 0 {
				t.Errorf("still mentions %v", r.mentions)
			}
			for _, fallback := range m.Fallbacks {
				if s := string(mustJSON(t, fallback)); strings.Contains(s, `\u003c@`) || strings.Contains(s, "subteam") {
					t.Errorf("a fallback still mentions somebody: %s", s)
				}
			}
			if said := m.Text + string(mustJSON(t, m.Blocks)); !strings.Contains(said, "U0ACTOR") && !strings.Contains(said, "Ana &lt;!channel&gt;") && !strings.Contains(said, `Ana \u0026lt;!channel`) {
				t.Errorf("nobody is named: %s", said)
			}
		})
	}
}

func TestPrinter_Offer(t *testing.T) {
	t.Parallel()
	for _, form := range []bool{true, false} {
		m := printer().Offer("backfill "+hostile, form)
		goldenMessage(t, "message_offer_"+map[bool]string{true: "form", false: "change"}[form], m)
		if got := actionsOf(m.Blocks); len(got) != 1 || !strings.HasPrefix(got[0], string(ActionCommand)+" backfill ") {
			t.Errorf("buttons are %q", got)
		}
	}
	checkMessage(t, printer().Offer(strings.Repeat("x", MaxCommand), true))
}

// What somebody typed is repeated to be recognised, not in full.
func TestPrinter_EchoIsShort(t *testing.T) {
	t.Parallel()
	typed := strings.Repeat("x", 3000)
	p := printer()
	for label, m := range map[string]Message{
		"no candidates": p.Candidates(typed, nil), "candidates": p.Candidates(typed, []batchsync.TaskRef{{ID: 1, Name: "a"}}),
		"no command": p.UnknownCommand(typed, ""), "nearest": p.UnknownCommand(typed, "list"),
	} {
		if strings.Contains(m.Text, typed[:maxCell+1]) || strings.Contains(string(mustJSON(t, m.Blocks)), typed[:maxCell+1]) {
			t.Errorf("%s: more than %d characters are repeated", label, maxCell)
		}
	}
}
