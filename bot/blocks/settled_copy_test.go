package blocks

import (
	"slices"
	"strings"
	"testing"

	"batchsync/internal/batchsync"

	"github.com/slack-go/slack"
)

// A used button of a log or a diagnosis gives way to a line in a copy of the
// message: all else stays, also through a second use.
func TestPrinter_SettledIn(t *testing.T) {
	t.Parallel()
	run := sampleRuns(4, "orders", false)[3]
	working := run
	working.Status = batchsync.RunRunning
	trouble := sampleIncident(batchsync.ReasonFailed, "orders")
	advised := Diagnosis{Incident: trouble, Advice: []batchsync.Advice{{
		Means: batchsync.T("news.gone", "orders"), Next: batchsync.T("news.gone", "orders"),
		Acts: []batchsync.Act{batchsync.OfferRerun, batchsync.OfferRetries, batchsync.OfferVCluster},
	}}}
	for _, tt := range []struct {
		name  string
		drawn Message
		used  ActionID // as the change that was begun is called
		gone  ActionID
		says  string
	}{
		{"log", printer().LogFor(batchsync.LogExcerpt{Run: run, Number: 1, Attempts: 3}, LogDoor{Open: true}), ActionRerun, ActionRerun, "Rerun by <@U0ACTOR> · "},
		{"log of a run at work", printer().LogFor(batchsync.LogExcerpt{Run: working, Number: 1, Attempts: 1}, LogDoor{}), ActionStopRun, ActionStopRun, "Stop Run by <@U0ACTOR> · "},
		{"log for all", printer().Log(batchsync.LogExcerpt{Run: run, Number: 1, Attempts: 1, By: "U0ASKER"}), ActionRerun, ActionRerun, "Rerun by <@U0ACTOR> · "},
		{"diagnosis", printer().Diagnose(advised), ActionRerun, ActionRerun, "Rerun by <@U0ACTOR> · "},
		{"diagnosis, retries", printer().Diagnose(advised), ActionLessAtOnce, ActionRaiseRetries, "Change Settings by <@U0ACTOR> · "},
		{"diagnosis, cluster", printer().Diagnose(advised), ActionChangeSchedule, ActionSwitchCluster, "Change Schedule by <@U0ACTOR> · "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			before := actionsOf(tt.drawn.Blocks)
			if !has(before, tt.gone) {
				t.Fatalf("%s is not offered before: %q", tt.gone, before)
			}
			kept := tt.drawn.Keep("the/key")
			if got := keyIn(kept); got != "the/key" {
				t.Fatalf("the key is %q", got)
			}
			s := settledBy(tt.used, "https://example.slack.com/archives/C1/p1")
			m := printer().SettledIn(kept, *s)
			mayMention(t, checkMessage(t, m), "U0ACTOR", "U0ASKER")
			want := slices.DeleteFunc(slices.Clone(before), func(a string) bool { return strings.HasPrefix(a, string(tt.gone)+" ") })
			if after := actionsOf(m.Blocks); !slices.Equal(after, want) {
				t.Errorf("offered after: %q, want %q", after, want)
			}
			if drawn := unescaped(mustJSON(t, m.Blocks)); !strings.Contains(drawn, tt.says) || !strings.Contains(drawn, "|Its card>") {
				t.Errorf("it does not say %q with a link: %s", tt.says, drawn)
			}
			again := printer().SettledIn(m, Settled{Action: ActionDebug, By: "U0ACTOR", At: sampleNow()})
			checkMessage(t, again)
			if len(again.Blocks) != len(m.Blocks)+1 || keyIn(again) != "the/key" {
				t.Errorf("a second use makes %d blocks of %d", len(again.Blocks), len(m.Blocks))
			}
			if !has(actionsOf(tt.drawn.Blocks), tt.gone) {
				t.Error("the message it was made of has changed")
			}
		})
	}
}

// keyIn is the key that a press in a message brings.
func keyIn(m Message) string {
	for _, b := range m.Blocks {
		if row, ok := b.(*slack.ActionBlock); ok {
			return CopyOf(row.BlockID)
		}
	}
	return ""
}

// What is no row of buttons of such a message has no key.
func TestCopyOf(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		"log/buttons/k": "k", "diagnosis/buttons/stored/log/1/2": "stored/log/1/2",
		"log/buttons": "", "log/tail": "", "task/1/buttons/0": "", "runs/buttons/k": "k", "": "", "/buttons/k": "",
	} {
		if got := CopyOf(id); got != want {
			t.Errorf("CopyOf(%q) = %q, want %q", id, got, want)
		}
	}
	if m := printer().Runs(RunsView{Task: batchsync.TaskRef{ID: 1, Name: "orders"}, Runs: sampleRuns(2, "orders", false), Zone: "UTC", Now: sampleNow()}); keyIn(m) != "" {
		t.Errorf("a list of runs has the key %q", keyIn(m))
	}
}
