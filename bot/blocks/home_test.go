package blocks

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

// homeCases are the states of the tab beside an ordinary one.
func homeCases(name string) map[string]HomeView {
	others := HomeView{User: "U0VIEWER", Now: sampleNow(), FreshAt: sampleNow(), FailedAt: sampleNow().Add(time.Hour)}
	creating := batchsync.NewCreate("op1", sampleDraft(batchsync.StepReview, batchsync.KindMySQL, batchsync.ScopeSingle, batchsync.Daily, name), batchsync.Spec{Name: name}, sampleNow())
	creating.Actor = "U0ACTOR"
	creating.Steps[0].State = batchsync.StepDone
	others.Cards = map[batchsync.OperationID]string{"op1": "https://demo.slack.com/archives/C1/p1"}
	others.Running = []batchsync.Operation{creating, sampleChange(batchsync.OpBackfill, batchsync.OpRunning, 2, name)}
	return map[string]HomeView{
		"others":  others,
		"refused": {User: "U0GUEST", Now: sampleNow(), Refused: &batchsync.Problem{Text: batchsync.T("access.outsider")}},
	}
}

func TestPrinter_Home_States(t *testing.T) {
	t.Parallel()
	for name, h := range homeCases("orders") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := printer().Home(h)
			for _, m := range checkHome(t, v).mentions {
				if m != "<@U0ACTOR>" {
					t.Errorf("mentions %s", m)
				}
			}
			golden(t, "home_"+name, v)
		})
	}
}

// TestPrinter_Home_Names draws tabs full of names as platforms hold them.
func TestPrinter_Home_Names(t *testing.T) {
	t.Parallel()
	for label, name := range names() {
		t.Run(label, func(t *testing.T) {
			t.Parallel()
			checkHome(t, printer().Home(sampleHome(60, name)))
			for _, h := range homeCases(name) {
				checkHome(t, printer().Home(h))
			}
		})
	}
}

// TestPrinter_Home_Stays holds that a tab looks the same half an hour later: it is
// published when something changed, and time alone is no news.
func TestPrinter_Home_Stays(t *testing.T) {
	t.Parallel()
	h := sampleHome(5, "orders")
	before := fmt.Sprint(encode(t, printer().Home(h)))
	h.Now = h.Now.Add(30 * time.Minute)
	if after := fmt.Sprint(encode(t, printer().Home(h))); after != before {
		t.Error("the tab changes with the clock")
	}
	if strings.Contains(before, " ago") {
		t.Error("the tab tells ages, which go wrong while it is looked at")
	}
}
