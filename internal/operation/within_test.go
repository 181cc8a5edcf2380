package operation

import (
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

// TestTurn_Within: patience is for tries of a moment ago, also by a clock that
// was corrected, and ends where it cannot be told how long ago the try was.
func TestTurn_Within(t *testing.T) {
	t.Parallel()
	tried := time.Date(2026, 7, 1, 10, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		now  time.Duration // after the try
		want bool
	}{
		"JustNow":       {0, true},
		"Soon":          {59 * time.Second, true},
		"Over":          {time.Minute, false},
		"Corrected":     {-2 * time.Second, true},
		"SetBackAnHour": {-time.Hour, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			op := batchsync.NewCreate("op1", batchsync.Draft{ID: "d1", Owner: "U1"}, single(), tried)
			turn := newTurn(op)
			turn.step().Tried, turn.now = tried, tried.Add(tt.now)
			if got := turn.within(time.Minute); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}
