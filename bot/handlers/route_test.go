package handlers

import (
	"testing"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
)

func TestRoutes_Complete(t *testing.T) {
	t.Parallel()
	table := routes()
	drawn := map[blocks.ActionID]bool{}
	for _, id := range blocks.ActionIDs() {
		drawn[id] = true
		r, ok := table[id]
		if !ok || r.run == nil {
			t.Errorf("action %q is drawn but goes nowhere", id)
		}
		if r.act == "" {
			t.Errorf("action %q names no right", id)
		}
	}
	for id := range table {
		if !drawn[id] {
			t.Errorf("route %q is never drawn", id)
		}
	}
}

func TestRoutes_ChangesNeedARole(t *testing.T) {
	t.Parallel()
	table := routes()
	for _, id := range []blocks.ActionID{
		blocks.ActionOpenWizard, blocks.ActionEditDraft, blocks.ActionResumeDraft, blocks.ActionStartOver,
		blocks.ActionCheckAgain, blocks.ActionDrop, blocks.ActionAck, blocks.ActionAckAll, blocks.ActionSubscribe, blocks.ActionUnsubscribe,
		blocks.ActionQuietEnd, blocks.ActionRehearse,
		blocks.ActionAcceptance, blocks.ActionAccept, blocks.ActionGiveFigure, blocks.ActionSwitchCluster,
		blocks.ActionLessAtOnce, blocks.ActionRaiseRetries,
	} {
		if got := batchsync.RequiredRole(table[id].act); got < batchsync.Operator {
			t.Errorf("action %q takes role %v, want operator at least", id, got)
		}
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, word, want string }{
		{"typo", "nwe", "new"},
		{"missing letter", "hlp", "help"},
		{"nothing close", "frobnicate", ""},
		{"longer", "news", "new"},
		{"another verb", "drop", ""},
		{"wrong letter", "stap", "stop"},
		{"swapped", "lsit", "list"},
		{"very long", string(make([]byte, 4000)), ""},
		{"other script", "帮助", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := nearest(c.word); got != c.want {
				t.Errorf("nearest(%.20q) = %q, want %q", c.word, got, c.want)
			}
		})
	}
}

func TestEnvelopeID(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, raw, want string }{
		{"there", `{"envelope_id":"e1","payload":{"x":[}`, ""},
		{"whole", `{"envelope_id":"e1","payload":7}`, "e1"},
		{"none", `{}`, ""},
		{"garbage", `<html>`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := envelopeID([]byte(c.raw)); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
