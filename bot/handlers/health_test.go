package handlers

import (
	"testing"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
)

// TestWithSigns_Store has the file be written to, refused, and on a full disk.
func TestWithSigns_Store(t *testing.T) {
	t.Parallel()
	now := time.Now()
	for _, c := range []struct {
		name  string
		life  batchsync.Life
		state blocks.CheckState
		said  batchsync.TextKey
	}{
		{"written", batchsync.Life{Written: now}, blocks.CheckOK, "status.sign_store"},
		{"refused lately", batchsync.Life{Written: now, Unwritten: true}, blocks.CheckBad, "status.sign_failed"},
		{"refused for long", batchsync.Life{Written: now.Add(-time.Hour), Unwritten: true}, blocks.CheckBad, "status.sign_missing"},
		{"full", batchsync.Life{Written: now, Unwritten: true, Full: true}, blocks.CheckBad, "status.sign_full"},
		{"full for long", batchsync.Life{Written: now.Add(-time.Hour), Unwritten: true, Full: true}, blocks.CheckBad, "status.sign_full"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.life.Started = now.Add(-24 * time.Hour)
			for _, check := range withSigns(nil, c.life.Signs(now, batchsync.LifeBounds{})) {
				if check.Name != blocks.CheckStore {
					continue
				}
				if check.State != c.state || len(check.Signs) != 1 || check.Signs[0].Key != c.said {
					t.Errorf("got %+v, want %s and %s", check, c.state, c.said)
				}
			}
		})
	}
}
