package monitor

import (
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

// TestMonitor_Seen tells runs only while they are worth something.
func TestMonitor_Seen(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	now := time.Now().UTC()
	d.now = now
	d.p.set(batchsync.Run{ID: 1, Task: 7, TaskType: batchsync.TypeMulti, Status: batchsync.RunFailed, Type: batchsync.RunScheduled, Plan: now.Add(-5 * time.Hour), Ended: now.Add(-4 * time.Hour)})
	if _, ok := d.m.Seen(now); ok {
		t.Error("something was seen before the first look")
	}
	d.look()
	of, ok := d.m.Seen(now.Add(time.Minute))
	if !ok || len(of(7)) != 1 || of(7)[0].Status != batchsync.RunFailed || len(of(8)) != 0 {
		t.Fatalf("seen %v", ok)
	}
	if _, ok := d.m.Seen(now.Add(time.Hour)); ok {
		t.Error("what was seen an hour ago is told as if it were so now")
	}
	d.m.view.doubt = true
	if _, ok := d.m.Seen(now.Add(time.Minute)); ok {
		t.Error("a list that lacks runs is told as whole")
	}
}
