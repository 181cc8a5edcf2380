package blocks

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

// TestPrinter_BackfillReview_Again says that data is written once more only where
// some was written.
func TestPrinter_BackfillReview_Again(t *testing.T) {
	t.Parallel()
	ended := func(outcome string, done int) batchsync.EarlierBackfill {
		return batchsync.EarlierBackfill{By: "U0OTHER", Name: "ana", At: sampleNow(), Window: batchsync.Window{Zone: "UTC"}, Outcome: outcome, Done: done, Runs: 9}
	}
	for _, c := range []struct {
		name                  string
		refills, vain         int
		earlier               []batchsync.EarlierBackfill
		says, english, ending string
	}{
		{"nothing before", 0, 0, nil, "", "", ""},
		{"all succeeded", 9, 0, []batchsync.EarlierBackfill{ended("done", 9)}, "backfill.refills", "9. They stay, and the data is written once more", "Done · 9 of 9 done"},
		{"some succeeded", 9, 6, []batchsync.EarlierBackfill{ended("stopped", 3)}, "backfill.refills_some", "6 did not succeed", "Stopped · 3 of 9 done"},
		{"stopped with none done", 9, 9, []batchsync.EarlierBackfill{ended("stopped", 0)}, "backfill.refills_vain", "none of them succeeded", "Stopped · 0 of 9 done"},
		{"filed elsewhere", 0, 0, []batchsync.EarlierBackfill{ended("trouble", 3)}, "backfill.again", "written once more", "Finished with failures · 3 of 9 done"},
		{"filed elsewhere, none done", 0, 0, []batchsync.EarlierBackfill{ended("stopped", 0)}, "backfill.again_vain", "no run of it succeeded", "Stopped · 0 of 9 done"},
		{"another that wrote", 9, 9, []batchsync.EarlierBackfill{ended("stopped", 0), ended("failed", 2)}, "backfill.again", "written once more", "Failed · 2 of 9 done"},
		{"of an older version", 0, 0, []batchsync.EarlierBackfill{ended("", 0)}, "backfill.again", "written once more", "UTC"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := batchsync.Backfill{Refills: c.refills, Vain: c.vain, Earlier: c.earlier}
			for i, p := range both() {
				drawn, err := json.Marshal(p.backfilledBefore(b))
				if err != nil {
					t.Fatal(err)
				}
				said, _ := p.again(b)
				want := mark("")
				if c.says != "" {
					want = p.say(batchsync.TextKey(c.says), number(c.refills), number(c.vain))
				}
				if said != want || said != "" && !strings.Contains(string(drawn), string(said)) {
					t.Errorf("says %q in %s, want %q", said, drawn, want)
				}
				if i == 0 && (!strings.Contains(string(drawn), c.english) || !strings.Contains(string(drawn), c.ending)) {
					t.Errorf("says %s, want %q and %q", drawn, c.english, c.ending)
				}
			}
		})
	}
}

// TestPrinter_Operation_PlanTimes shows the plan times of a change as the clocks of
// its schedule do: to a reader elsewhere they would lie outside of its own window.
func TestPrinter_Operation_PlanTimes(t *testing.T) {
	t.Parallel()
	loc, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	plan := time.Date(2026, 11, 18, 0, 0, 0, 0, loc)
	backfill := sampleChange(batchsync.OpBackfill, batchsync.OpRunning, 2, "orders")
	backfill.Change.Backfill.Window = batchsync.Window{From: plan.UTC(), To: plan.Add(24*time.Hour - time.Second).UTC(), Zone: "Asia/Shanghai"}
	backfill.Change.Followed = []batchsync.Followed{{Plan: plan.UTC(), Run: 9100, Status: batchsync.RunNotStarted}}
	rerun := sampleChange(batchsync.OpRerun, batchsync.OpRunning, 2, "orders")
	rerun.Change.Plan, rerun.Change.Zone = plan.UTC(), "Asia/Shanghai"
	rerun.Change.Followed = []batchsync.Followed{{Plan: plan.UTC(), Run: 9100, Status: batchsync.RunNotStarted}}
	for name, op := range map[string]batchsync.Operation{"backfill": backfill, "rerun": rerun} {
		for _, p := range both() {
			m := p.Operation(op, sampleNow())
			checkMessage(t, m)
			drawn := unescaped(mustJSON(t, m.Blocks))
			if strings.Contains(drawn, "2026-11-17") || strings.Contains(drawn, "date^"+batchsync.RunID(plan.Unix()).String()) {
				t.Errorf("%s: %s", name, drawn)
			}
			list := string(p.followed(op))
			if head, _, _ := strings.Cut(list, "\n"); !strings.HasSuffix(head, "Asia/Shanghai") || !strings.Contains(list, "\n○ 2026-11-18 00:00") || strings.Count(list, "Asia/Shanghai") != 1 {
				t.Errorf("%s lists %q, want the zone named once, in the head", name, list)
			}
		}
	}
}
