package handlers

import (
	"strings"
	"testing"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
	"batchsync/internal/slacksim"
)

// pinboard is a store with one log that was posted for everybody.
type pinboard struct{ desk }

func (pinboard) Message(id batchsync.MessageID) (batchsync.Message, error) {
	if id != "log/C1/9/1" {
		return batchsync.Message{}, missing()
	}
	run := batchsync.Run{ID: 9, Task: 7, TaskName: "orders", Status: batchsync.RunFailed}
	return batchsync.Message{ID: id, Posted: "C1", TS: "1.1", Log: &batchsync.LogExcerpt{Run: run, Number: 1, Attempts: 1, Tail: "the cause"}}, nil
}

// TestBot_SettledCopy draws a posted log from what is stored, and only where it was
// posted: the key of a message is no way to see it elsewhere.
func TestBot_SettledCopy(t *testing.T) {
	t.Parallel()
	const key = storedCopy + "log/C1/9/1"
	for _, c := range []struct {
		name string
		from spot
		want bool
	}{
		{"there", spot{Surface: blocks.SurfaceLog, Copy: key, Channel: "C1", Message: "1.1", Thread: "1.1"}, true},
		{"in another channel", spot{Surface: blocks.SurfaceLog, Copy: key, Channel: "C2", Message: "1.1", Thread: "1.1"}, false},
		{"in another message", spot{Surface: blocks.SurfaceLog, Copy: key, Channel: "C1", Message: "1.2", Thread: "1.2"}, false},
		{"another log", spot{Surface: blocks.SurfaceLog, Copy: key + "x", Channel: "C1", Message: "1.1"}, false},
		{"forgotten", spot{Surface: blocks.SurfaceDiagnosis, Copy: "k", Channel: "C1", Message: "1.1"}, false},
		{"without a key", spot{Surface: blocks.SurfaceLog, Channel: "C1", Message: "1.1"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b, _ := changer(t, nil, desk{}, clusters{})
			b.Store = pinboard{}
			used := func(a blocks.ActionID) (blocks.Message, error) {
				return b.settledCopy(origin{User: slacksim.Ana, From: c.from}, blocks.Settled{Action: a, By: slacksim.Ana, At: time.Now()})
			}
			m, err := used(blocks.ActionRerun)
			if (err == nil) != c.want {
				t.Fatalf("got %v, want a message: %v", err, c.want)
			}
			if err != nil {
				return
			}
			if !strings.Contains(m.Text, "9") || len(b.copies.by) != 1 {
				t.Errorf("text %q, %d copies", m.Text, len(b.copies.by))
			}
			again, err := used(blocks.ActionDebug)
			if err != nil || len(again.Blocks) != len(m.Blocks)+1 {
				t.Errorf("used again: %d blocks after %d, %v", len(again.Blocks), len(m.Blocks), err)
			}
		})
	}
}

// TestCopies_Bound forgets the oldest.
func TestCopies_Bound(t *testing.T) {
	t.Parallel()
	var c copies
	for range 2 * maxCopies {
		c.keep(blocks.Message{Text: "log"})
	}
	if len(c.by) != maxCopies || len(c.order) != maxCopies {
		t.Errorf("%d copies in %d places, want %d", len(c.by), len(c.order), maxCopies)
	}
}
