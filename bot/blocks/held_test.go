package blocks

import (
	"testing"

	"batchsync/internal/batchsync"
)

// heldAlong is a task that is being undeployed together with another one.
func heldAlong(name string) *batchsync.HeldError {
	by := sampleChange(batchsync.OpUndeploy, batchsync.OpRunning, 1, "orders")
	by.Lock = batchsync.TaskLock(by.Task)
	by.Change.WithDownstream, by.Change.After = true, []batchsync.TaskLink{{ID: 40107, Name: name, Online: true}}
	return &batchsync.HeldError{By: by, Lock: batchsync.TaskLock(40107), Too: true}
}

// TestHeld names the task that is held: not always the one that the other
// operation is called after, nor the one that was asked for.
func TestHeld(t *testing.T) {
	t.Parallel()
	along := heldAlong("coupons")
	own := &batchsync.HeldError{By: along.By, Lock: along.By.Lock}
	tests := []struct {
		name       string
		held       *batchsync.HeldError
		text, hint batchsync.TextKey
		task       string
	}{
		{"its own", own, "held.change", "held.change_hint", "orders"},
		{"its own, and would go offline too", &batchsync.HeldError{By: own.By, Lock: own.Lock, Too: true}, "held.change", "held.too_hint", "orders"},
		{"not said", &batchsync.HeldError{By: own.By}, "held.change", "held.change_hint", "orders"},
		{"goes along", &batchsync.HeldError{By: along.By, Lock: along.Lock}, "held.along", "held.change_hint", "coupons"},
		{"goes along with both", along, "held.along", "held.too_hint", "coupons"},
		{"being created", &batchsync.HeldError{By: batchsync.Operation{Kind: batchsync.OpCreate, Spec: &batchsync.Spec{Name: "new"}}}, "held.by", "held.hint", "new"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := Held(tt.held, "C0DATASYNC")
			if got.Text.Key != tt.text || got.Hint.Key != tt.hint || got.Text.Args[0] != tt.task {
				t.Errorf("got %+v", got)
			}
		})
	}
	const want = "Task coupons is being undeployed together with orders, by <@U0ACTOR> since " +
		"<!date^1772600760^{date_short_pretty} {time}|2026-03-04 05:06 UTC>: its card is in <#C0DATASYNC>."
	if got := printer().sentence(Held(along, "C0DATASYNC").Text, true); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
