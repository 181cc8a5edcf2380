package handlers

import (
	"context"
	"strings"
	"testing"

	"batchsync/internal/batchsync"
)

// tuned is a plant whose task copies so many at once.
type tuned struct {
	*plant
	content batchsync.Content
}

func (p tuned) Content(context.Context, batchsync.TaskID) (batchsync.Content, error) {
	return p.content, nil
}

// TestBot_AdjustForm shows the present settings with a proposal, goes straight
// to the confirmation of decided ones, and says why there are none to choose.
func TestBot_AdjustForm(t *testing.T) {
	t.Parallel()
	four := batchsync.Content{Parallel: 4}
	saved := batchsync.DraftSchedule{Cron: daily, VCluster: "sync_a", Retry: batchsync.Retry{Told: true, Count: 1, Pause: 1, Unit: "m"}}
	unpublished := saved
	unpublished.Cron = "0 0 9 * * ? *"
	decided := func(a batchsync.Adjustment) formFunc {
		return adjustForm(func(batchsync.TaskView) batchsync.Adjustment { return a }, true)
	}
	ten := 10
	for _, c := range []struct {
		name     string
		fill     formFunc
		content  batchsync.Content
		deployed batchsync.Deployed
		draft    batchsync.DraftSchedule
		want     string
		not      string
	}{
		{"less at once", adjustForm(lessAtOnce, false), four, online, saved, `"form.concurrency"`, "Confirm"},
		{"more retries", adjustForm(raisedRetries, false), four, online, saved, `concurrency 4 · retries 1, 1 min apart`, ""},
		{"concurrency by hand", adjustForm(lessAtOnce, false), batchsync.Content{Parallel: 4, NoEdit: true}, online, saved, "The bot cannot set the concurrency", `"form.concurrency"`},
		{"all by hand", adjustForm(lessAtOnce, false), batchsync.Content{Params: true, NoEdit: true}, online, saved, "The bot cannot set this for orders", `"form.retries"`},
		{"not deployed", adjustForm(lessAtOnce, false), four, batchsync.Deployed{}, saved, "orders is not deployed", `"form.retries"`},
		{"saved otherwise", adjustForm(lessAtOnce, false), four, online, unpublished, "is not deployed, and would be published", `"form.retries"`},
		{"decided", decided(batchsync.Adjustment{Concurrency: 2, Retries: &ten}), four, online, saved, "Concurrency: 4 → 2", `"form.concurrency"`},
		{"decided, by hand", decided(batchsync.Adjustment{Concurrency: 2}), batchsync.Content{Parallel: 4, NoEdit: true}, online, saved, "The bot cannot set this for orders", "→"},
		{"decided, so already", decided(batchsync.Adjustment{Concurrency: 4}), four, online, saved, "orders has these settings already", "→"},
		{"of an SQL task", decided(batchsync.Adjustment{Concurrency: 4}), four, online, saved, "report is no batch sync task", "→"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			task := syncTask
			if c.name == "of an SQL task" {
				task = sqlTask
			}
			p := &plant{tasks: []batchsync.TaskRef{task}, deployed: c.deployed, draft: c.draft}
			b, w := changer(t, p, desk{}, clusters{})
			b.Platform = tuned{p, c.content}
			o := ana
			o.ResponseURL = ""
			b.fillModal(t.Context(), o, "V1", task.ID.String(), c.fill)
			shown := strings.Join(w.seen, "\n")
			if !strings.Contains(shown, c.want) || c.not != "" && strings.Contains(shown, c.not) {
				t.Errorf("want %q and not %q in %s", c.want, c.not, shown)
			}
		})
	}
}

func TestProposals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ parallel, retries, less, more int }{{4, 1, 2, 3}, {1, 9, 1, 10}, {0, 10, 1, 10}, {9, 0, 4, 2}} {
		v := batchsync.TaskView{Content: &batchsync.Content{Parallel: c.parallel}, Draft: &batchsync.DraftSchedule{Retry: batchsync.Retry{Count: c.retries}}}
		if got := lessAtOnce(v).Concurrency; got != c.less {
			t.Errorf("less than %d at once: %d, want %d", c.parallel, got, c.less)
		}
		if got := *raisedRetries(v).Retries; got != c.more {
			t.Errorf("more than %d retries: %d, want %d", c.retries, got, c.more)
		}
	}
}
