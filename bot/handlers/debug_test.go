package handlers

import (
	"strings"
	"testing"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"

	"github.com/slack-go/slack"
)

// proposals is a desk that keeps what was proposed.
type proposals struct {
	desk
	kept *[]batchsync.Operation
}

func (p proposals) Propose(op batchsync.Operation) error {
	*p.kept = append(*p.kept, op)
	return nil
}

// TestBot_DebugForm proposes a run on a cluster that a sync can run on, and says
// what it does.
func TestBot_DebugForm(t *testing.T) {
	t.Parallel()
	content := batchsync.Content{WriteMode: batchsync.Append, Pairs: []batchsync.TablePair{{Source: "shop.orders", Sink: "ods.orders"}}}
	on := func(vc string) batchsync.Deployed {
		return batchsync.Deployed{Online: true, Cron: daily, VCluster: vc}
	}
	for _, c := range []struct {
		name     string
		task     batchsync.TaskRef
		deployed batchsync.Deployed
		draft    batchsync.DraftSchedule
		clusters []string
		want     string
		vc       string // proposed; "-" for no proposal
	}{
		{"deployed", syncTask, on("sync_a"), batchsync.DraftSchedule{}, []string{"sync_a", "sync_b"}, "rows are added to those of the target", "sync_a"},
		{"saved only", syncTask, batchsync.Deployed{}, batchsync.DraftSchedule{Cron: daily, VCluster: "sync_a"}, []string{"sync_a", "sync_b"}, "ods.orders", "sync_a"},
		{"never scheduled", syncTask, batchsync.Deployed{}, batchsync.DraftSchedule{}, []string{"sync_a", "sync_b"}, "no rehearsal", "sync_b"},
		{"the only one", syncTask, batchsync.Deployed{}, batchsync.DraftSchedule{}, []string{"sync_c"}, "no rehearsal", "sync_c"},
		{"to be chosen", syncTask, batchsync.Deployed{}, batchsync.DraftSchedule{}, []string{"sync_c", "sync_d"}, "no rehearsal", ""},
		{"on a general one", syncTask, on("DEFAULT"), batchsync.DraftSchedule{}, []string{"sync_a", "sync_b"}, "cannot run a sync. Choose another one", ""},
		{"no cluster for it", syncTask, on("sync_a"), batchsync.DraftSchedule{}, nil, "has no sync VCluster, so orders cannot be run", "-"},
		{"no sync", sqlTask, on("sync_a"), batchsync.DraftSchedule{}, []string{"sync_a"}, "is no batch sync task", "-"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := &plant{tasks: []batchsync.TaskRef{c.task}, deployed: c.deployed, draft: c.draft}
			b, w := changer(t, p, desk{}, clusters{names: c.clusters})
			var kept []batchsync.Operation
			b.Platform, b.Store = tuned{p, content}, proposals{desk{}, &kept}
			o := ana
			o.ResponseURL = ""
			b.fillModal(t.Context(), o, "V1", c.task.ID.String(), (*Bot).debugForm)
			if shown := w.top(); !strings.Contains(shown, c.want) {
				t.Errorf("want %q in %s", c.want, shown)
			}
			if c.vc == "-" {
				if len(kept) != 0 {
					t.Errorf("proposed %+v", kept)
				}
				return
			}
			if len(kept) != 1 || kept[0].Kind != batchsync.OpDebug || kept[0].State != batchsync.OpProposed || kept[0].Debug == nil {
				t.Fatalf("proposed %+v", kept)
			}
			if d := kept[0].Debug; d.VCluster != c.vc || d.Mode != batchsync.Append || kept[0].Change.Content != content.Print() {
				t.Errorf("proposed %+v with %+v", d, kept[0].Change)
			}
		})
	}
}

// TestDebugAnswers takes the chosen cluster over, and leaves the proposal alone.
func TestDebugAnswers(t *testing.T) {
	t.Parallel()
	b, _ := changer(t, &plant{}, desk{}, clusters{})
	proposed := &batchsync.DebugRun{VCluster: "sync_a"}
	for chosen, want := range map[string]string{"": "sync_a", "sync_b": "sync_b", blocks.Masked + "/00": "sync_a"} {
		op := batchsync.Operation{Debug: proposed}
		state := &slack.ViewState{Values: map[string]map[string]slack.BlockAction{
			"form/cluster": {string(blocks.ActionCluster): {SelectedOption: slack.OptionBlockObject{Value: chosen}}},
		}}
		b.debugAnswers(submit{View: slack.View{State: state}}, &op)
		if op.Debug.VCluster != want || proposed.VCluster != "sync_a" {
			t.Errorf("chosen %q: got %q", chosen, op.Debug.VCluster)
		}
	}
}
