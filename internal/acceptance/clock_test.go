package acceptance

import (
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

// Who waited for long is told, also where nobody can say how long it was because
// the clock was set back meanwhile; who watched the card is not.
func TestTold_ClockIsSet(t *testing.T) {
	t.Parallel()
	begun := time.Date(2026, 3, 6, 3, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name string
		took time.Duration
		want int
	}{
		{"at once", time.Second, 0},
		{"long", time.Minute, 1},
		{"set back by an hour", time.Second - time.Hour, 1},
		{"set forward by a day", 24*time.Hour + time.Second, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			a := asked("x1", batchsync.OnRequest, 7)
			a.By, a.Done = "U1", begun.Add(c.took)
			if got := told(a, begun); len(got) != c.want {
				t.Errorf("told %+v, want %d", got, c.want)
			}
		})
	}
}

// An acceptance that a clock a day ahead asked for is made all the same, at once,
// and so is the one that was asked for before it.
func TestRunner_AskedInTheFuture(t *testing.T) {
	check(t, func(t *testing.T) {
		a, c := asked("x1", batchsync.OnRequest, 7), asked("x2", batchsync.OnRequest, 8)
		a.Asked, c.Asked = time.Now().Add(24*time.Hour), time.Now().Add(-24*time.Hour)
		b := newBook(a, c)
		running(t, b, newPlatform(), &source{knows: "shop_db"})
		pass(5 * time.Minute)
		for _, id := range []batchsync.AcceptanceID{"x1", "x2"} {
			if got := b.get(t, id); got.State != batchsync.AcceptanceDone {
				t.Errorf("%s is %s", id, got.State)
			}
		}
	})
}
