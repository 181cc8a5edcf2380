package handlers

import (
	"slices"
	"testing"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
	"batchsync/internal/slacksim"

	"github.com/slack-go/slack"
)

// TestRoutes_AskAtTheGate holds that whatever is not asked in its modal is
// asked before it runs, and that what changes something here is acknowledged
// late.
func TestRoutes_AskAtTheGate(t *testing.T) {
	t.Parallel()
	inModal := []blocks.ActionID{
		blocks.ActionOpenWizard, blocks.ActionEditDraft, blocks.ActionResumeDraft, blocks.ActionStartOver, blocks.ActionDrafts, blocks.ActionBackfill,
		blocks.ActionChangeSchedule, blocks.ActionDeploy, blocks.ActionUndeploy, blocks.ActionMute, blocks.ActionTaskMenu,
		blocks.ActionRerun, blocks.ActionStopRun, blocks.ActionCommand,
		blocks.ActionAccept, blocks.ActionGiveFigure, blocks.ActionExpect, blocks.ActionSwitchCluster,
		blocks.ActionDebug, blocks.ActionLessAtOnce, blocks.ActionRaiseRetries, blocks.ActionLike,
	}
	late := []blocks.ActionID{
		blocks.ActionStartOver, blocks.ActionDiscard, blocks.ActionSubmit, blocks.ActionCheckAgain, blocks.ActionDebugFirst, blocks.ActionDrop, blocks.ActionStopOperation,
		blocks.ActionAck, blocks.ActionAckAll, blocks.ActionUnsubscribe, blocks.ActionQuietEnd,
	}
	// What is told, and to whom, is changed back as easily; an examination
	// changes nothing.
	plain := []string{"acceptance", "adopt", "ack", "subscribe", "unsubscribe", "quiet", "rehearse"}
	for id, r := range routes() {
		if r.modal != slices.Contains(inModal, id) {
			t.Errorf("action %q: asks for its right in a modal: %v", id, r.modal)
		}
		if r.late != slices.Contains(late, id) {
			t.Errorf("action %q: acknowledged late: %v", id, r.late)
		}
	}
	for _, v := range verbs() {
		changes := batchsync.RequiredRole(v.act) > batchsync.Viewer
		if changes && !v.modal && !slices.Contains(plain, v.word) {
			t.Errorf("command %q changes something without a modal to confirm it", v.word)
		}
	}
}

// TestBot_Press holds of every button that it is acknowledged at once, unless
// it changes something here, and that what reads the platform has workers of its
// own.
func TestBot_Press(t *testing.T) {
	t.Parallel()
	for id, r := range routes() {
		b := idle(unread{t}, nothing{}, nil)
		acked := 0
		b.press(func(any) { acked++ }, slack.InteractionCallback{
			User:           slack.User{ID: slacksim.Ana},
			ActionCallback: slack.ActionCallbacks{BlockActions: []*slack.BlockAction{{ActionID: string(id), Value: "all"}}},
		}, "e1")
		if (acked == 1) == r.late || acked > 1 {
			t.Errorf("action %q is acknowledged %d times before it is carried out", id, acked)
		}
		quick, reads := b.work.Depth(), b.reads.Depth()
		if r.slow && (quick != 0 || reads != 1) || !r.slow && (quick != 1 || reads != 0) {
			t.Errorf("action %q: %d wait among the quick, %d to read the platform", id, quick, reads)
		}
	}
}
