package outbox

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"batchsync/internal/batchsync"
)

// lookEvery is how often the file is kept in order, as the monitor does.
const lookEvery = time.Minute

// runKept runs the outbox for a while, with the file kept in order meanwhile.
func (r *room) runKept(d time.Duration) {
	stop := r.start()
	for range d / lookEvery {
		time.Sleep(lookEvery)
		if _, err := r.store.Expire(time.Now()); err != nil {
			r.Error(err)
		}
	}
	time.Sleep(10 * time.Second)
	synctest.Wait()
	stop()
}

// The clock of the file was off by some time: what it says is due in an hour is
// sent within a look and a few seconds, once, in the order it came; what it says
// was due long ago is sent at once.
func TestOutbox_ClockWasOff(t *testing.T) {
	t.Parallel()
	for _, off := range []time.Duration{time.Hour, 24 * time.Hour, -time.Hour, -24 * time.Hour} {
		t.Run(off.String(), func(t *testing.T) {
			t.Parallel()
			bubble(t, func(r *room) {
				wrong := time.Now().Add(off)
				var want []batchsync.MessageID
				for n := range 5 {
					m := msg(batchsync.MessageID(fmt.Sprint("m", n)), "C1")
					m.CreatedAt, m.Due = wrong, wrong
					r.ok(r.store.Enqueue(m))
					want = append(want, m.ID)
				}
				// A card that was shown by the wrong clock and raised by the right one.
				card := msg("card", "C2")
				card.CreatedAt, card.Due = wrong, wrong
				r.ok(r.store.Enqueue(card))
				r.ok(r.store.Delivered("card", 1, batchsync.Delivery{Outcome: batchsync.OutcomeDone, Channel: "C2", TS: "1.1"}, wrong, wrong))
				r.raise("card")
				r.runKept(5 * time.Minute)
				var got []batchsync.MessageID
				edits := 0
				for _, c := range r.slack.sent() {
					if c.At > lookEvery+10*time.Second {
						t.Errorf("%s was sent after %s", c.ID, c.At)
					}
					if c.ID == "card" {
						edits++
						continue
					}
					got = append(got, c.ID)
				}
				if !slices.Equal(got, want) || edits != 1 {
					t.Errorf("sent %v and %d edits, want %v and one", got, edits, want)
				}
			})
		})
	}
}

// A message that Slack refused for a while, by a clock that was ahead, is tried
// again within a look after a restart with the right clock; those behind it arrive.
func TestOutbox_ClockWasOff_Failed(t *testing.T) {
	t.Parallel()
	bubble(t, func(r *room) {
		wrong := time.Now().Add(3 * time.Hour)
		first, second := msg("first", "C1"), msg("second", "C1")
		first.CreatedAt, first.Due = wrong, wrong
		second.CreatedAt, second.Due = wrong, wrong
		r.ok(r.store.Enqueue(first, second))
		r.ok(r.store.Delivered("first", 1, batchsync.Delivery{Outcome: batchsync.OutcomeFailed}, wrong.Add(4*time.Minute), wrong))
		r.runKept(3 * time.Minute)
		for _, id := range []batchsync.MessageID{"first", "second"} {
			if m := r.message(id); m.State != batchsync.MessageSent {
				t.Errorf("%s is %s, due at %s; it is %s", id, m.State, m.Due, time.Now())
			}
		}
		if n := len(r.slack.sent()); n != 2 {
			t.Errorf("%d sends, want two", n)
		}
	})
}
