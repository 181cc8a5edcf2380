package handlers

import (
	"slices"
	"testing"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
)

// TestRoutes_AskAtTheGate holds that whatever is not asked in its modal is
// asked before it runs, and that what changes something here is acknowledged
// late.
func TestRoutes_AskAtTheGate(t *testing.T) {
	t.Parallel()
	inModal := []blocks.ActionID{
		blocks.ActionOpenWizard, blocks.ActionEditDraft, blocks.ActionResumeDraft, blocks.ActionStartOver, blocks.ActionBackfill,
		blocks.ActionChangeSchedule, blocks.ActionDeploy, blocks.ActionUndeploy, blocks.ActionMute, blocks.ActionTaskMenu,
		blocks.ActionRerun, blocks.ActionStopRun, blocks.ActionCommand,
	}
	late := []blocks.ActionID{
		blocks.ActionStartOver, blocks.ActionDiscard, blocks.ActionCheckAgain, blocks.ActionDrop, blocks.ActionStopOperation,
		blocks.ActionAck, blocks.ActionAckAll, blocks.ActionUnsubscribe, blocks.ActionQuietEnd,
	}
	// What is told, and to whom, is changed back as easily.
	plain := []string{"adopt", "ack", "subscribe", "unsubscribe", "quiet", "rehearse"}
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
