package outbox

import (
	"fmt"
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

// Where more is to be sent than may be under way, channels take turns: what comes
// last, in a channel of its own, does not wait for the rest.
func TestOutbox_Run_TakesTurns(t *testing.T) {
	t.Parallel()
	bubble(t, func(r *room) {
		const channels, each = 40, 4
		r.slack.takes = 400 * time.Millisecond // ten a second
		var crowd []batchsync.Message
		for n := range channels * each {
			c := batchsync.ChannelID(fmt.Sprint("C", n%channels))
			crowd = append(crowd, msg(batchsync.MessageID(fmt.Sprint("m", n)), c))
		}
		stop := r.start()
		r.enqueue(crowd...)
		time.Sleep(5 * time.Second)
		for n := range 3 {
			r.enqueue(msg(batchsync.MessageID(fmt.Sprint("x", n)), batchsync.ChannelID(fmt.Sprint("X", n))))
		}
		time.Sleep(time.Minute)
		stop()
		for n := range 3 {
			c := batchsync.ChannelID(fmt.Sprint("X", n))
			if d := r.delays(c); len(d) != 1 || d[0] > 2*r.slack.takes {
				t.Errorf("channel %s waited %v for its turn", c, d)
			}
		}
		for n := range channels {
			if got := len(r.arrived(batchsync.ChannelID(fmt.Sprint("C", n)))); got != each {
				t.Errorf("channel C%d shows %d posts, want %d", n, got, each)
			}
		}
		checkLimits(r)
	})
}

// slow is a store that takes its time for long lists.
type slow struct {
	Store
	spent *time.Duration
}

func (s slow) Due(now time.Time, n int) ([]batchsync.Message, error) {
	if n > firstPage {
		time.Sleep(100 * time.Millisecond)
		*s.spent += 100 * time.Millisecond
	}
	return s.Store.Due(now, n)
}

// Reading a long list of what waits takes a fifth of the time at most, and what
// is behind its first page comes all the same.
func TestOutbox_Run_LongList(t *testing.T) {
	t.Parallel()
	bubble(t, func(r *room) {
		var spent time.Duration
		r.restart(slow{r.store, &spent})
		var crowd []batchsync.Message
		for n := range 3 * firstPage {
			crowd = append(crowd, msg(batchsync.MessageID(fmt.Sprint("m", n)), "A"))
		}
		stop := r.start()
		r.enqueue(crowd...)
		time.Sleep(10 * time.Second)
		for n := range 20 {
			r.enqueue(msg(batchsync.MessageID(fmt.Sprint("x", n)), batchsync.ChannelID(fmt.Sprint("X", n))))
			time.Sleep(time.Second)
		}
		stop()
		for n := range 20 {
			if d := r.delays(batchsync.ChannelID(fmt.Sprint("X", n))); len(d) != 1 || d[0] > time.Second {
				t.Errorf("channel X%d waited %v", n, d)
			}
		}
		if took := time.Since(r.slack.began); spent > took/5+100*time.Millisecond {
			t.Errorf("%v of %v went into reading lists", spent, took)
		}
	})
}
