package outbox

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"batchsync/internal/batchsync"
)

func answer(o batchsync.Outcome) batchsync.Delivery { return batchsync.Delivery{Outcome: o} }

func TestOutbox_Run_PacesPosts(t *testing.T) {
	t.Parallel()
	bubble(t, func(r *room) {
		r.enqueue(msg("a1", "A"), msg("a2", "A"), msg("a3", "A"))
		r.runFor(5 * time.Second)
		r.slack.want("0s a1 r1", "1s a2 r1", "2s a3 r1")
		if m := r.message("a3"); m.State != batchsync.MessageSent || m.TS != "ts3" || m.Posted != "A" || m.Shown != 1 {
			r.Errorf("stored %+v", m)
		}
	})
}

func TestOutbox_Run_ChannelsSideBySide(t *testing.T) {
	t.Parallel()
	bubble(t, func(r *room) {
		r.slack.takes = 500 * time.Millisecond
		for i := range 6 {
			r.enqueue(msg(batchsync.MessageID(fmt.Sprint("m", i)), batchsync.ChannelID(fmt.Sprint("C", i))))
		}
		r.runFor(3 * time.Second)
		if got := len(r.slack.sent()); got != 6 || r.slack.most != maxSends {
			r.Errorf("%d sends, at most %d at a time, want 6 and %d", got, r.slack.most, maxSends)
		}
		if last := r.slack.sent()[5]; last.At != r.slack.takes {
			r.Errorf("last send at %v, want %v", last.At, r.slack.takes)
		}
	})
}

// A channel with a long queue must not hold up the others.
func TestOutbox_Run_NoStarvation(t *testing.T) {
	t.Parallel()
	bubble(t, func(r *room) {
		var crowd []batchsync.Message
		for i := range 5 * firstPage {
			crowd = append(crowd, msg(batchsync.MessageID(fmt.Sprintf("a%03d", i)), "A"))
		}
		r.enqueue(append(crowd, msg("b", "B"))...)
		r.runFor(500 * time.Millisecond)
		if got := r.slack.sent(); len(got) != 2 {
			r.Errorf("sent %v, want one in each channel", got)
		}
	})
}

func TestOutbox_Run_CoalescesEdits(t *testing.T) {
	t.Parallel()
	bubble(t, func(r *room) {
		stop := r.start()
		r.enqueue(msg("card", "A"))
		synctest.Wait()
		for range 100 {
			time.Sleep(10 * time.Millisecond)
			r.raise("card")
		}
		time.Sleep(10 * time.Second)
		synctest.Wait()
		stop()
		r.slack.want("0s card r1", "3s card r101")
		if m := r.message("card"); m.Shown != 101 || m.State != batchsync.MessageSent {
			r.Errorf("stored %+v", m)
		}
	})
}

// What changes while it is being sent is sent again, not lost.
func TestOutbox_Run_RaisedDuringSend(t *testing.T) {
	t.Parallel()
	bubble(t, func(r *room) {
		r.slack.takes = 2 * time.Second
		stop := r.start()
		r.enqueue(msg("card", "A"))
		time.Sleep(time.Second)
		r.raise("card")
		time.Sleep(20 * time.Second)
		stop()
		r.slack.want("0s card r1", "5s card r2")
	})
}

func TestOutbox_Run_RateLimit(t *testing.T) {
	t.Parallel()
	bubble(t, func(r *room) {
		stop := r.start()
		r.enqueue(msg("card", "A"))
		time.Sleep(10 * time.Second)
		limited := true
		r.slack.answers(func(_ context.Context, m batchsync.Message, _ int) batchsync.Delivery {
			if m.ID == "b" && limited {
				limited = false
				return batchsync.Delivery{Outcome: batchsync.OutcomeLater, Wait: 30 * time.Second}
			}
			return answer(batchsync.OutcomeDone)
		})
		r.enqueue(msg("b", "B"))
		time.Sleep(time.Second)
		r.enqueue(msg("b2", "B")) // another post there: held up as well
		r.enqueue(msg("c", "C"))  // a post elsewhere: not held up
		r.raise("card")           // an edit: not held up
		time.Sleep(time.Second)
		if m := r.message("b"); m.Attempts != 0 {
			r.Errorf("a rate limit cost %d attempts", m.Attempts)
		}
		time.Sleep(time.Minute)
		stop()
		r.slack.want("0s card r1", "10s b r1", "11s c r1", "11s card r2", "40s b r1", "41s b2 r1")
	})
}

func TestOutbox_Run_GoneIsPostedAnew(t *testing.T) {
	t.Parallel()
	bubble(t, func(r *room) {
		r.slack.answers(func(_ context.Context, m batchsync.Message, _ int) batchsync.Delivery {
			if m.TS == "ts1" {
				return answer(batchsync.OutcomeGone)
			}
			return answer(batchsync.OutcomeDone)
		})
		stop := r.start()
		r.enqueue(msg("card", "A"))
		time.Sleep(10 * time.Second)
		r.raise("card")
		time.Sleep(10 * time.Second)
		stop()
		r.slack.want("0s card r1", "10s card r2", "10s card r2")
		if m := r.message("card"); m.TS != "ts2" || m.Shown != 2 || m.State != batchsync.MessageSent {
			r.Errorf("stored %+v", m)
		}
	})
}

func TestOutbox_Run_NeverIsKeptAsDead(t *testing.T) {
	t.Parallel()
	bubble(t, func(r *room) {
		r.slack.answers(func(_ context.Context, m batchsync.Message, _ int) batchsync.Delivery {
			if m.ID == "bad" {
				return batchsync.Delivery{Outcome: batchsync.OutcomeNever, Reason: "is_archived"}
			}
			return answer(batchsync.OutcomeDone)
		})
		r.enqueue(msg("bad", "A"), msg("good", "A"))
		r.runFor(time.Hour)
		r.slack.want("0s bad r1", "1s good r1")
		dead, err := r.store.Dead(9)
		r.ok(err)
		if len(dead) != 1 || dead[0].ID != "bad" || dead[0].Reason != "is_archived" {
			r.Errorf("dead are %+v", dead)
		}
	})
}

func TestOutbox_Run_FailuresBackOff(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		fail func() batchsync.Delivery
	}{
		{"failed", func() batchsync.Delivery { return answer(batchsync.OutcomeFailed) }},
		{"panic", func() batchsync.Delivery { panic("boom") }},
		{"no outcome", func() batchsync.Delivery { return batchsync.Delivery{} }},
		{"a post that is gone", func() batchsync.Delivery { return answer(batchsync.OutcomeGone) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			bubble(t, func(r *room) {
				r.slack.answers(func(_ context.Context, _ batchsync.Message, call int) batchsync.Delivery {
					if call <= 3 {
						return tt.fail()
					}
					return answer(batchsync.OutcomeDone)
				})
				r.enqueue(msg("m", "A"))
				r.runFor(time.Minute)
				r.slack.want("0s m r1", "1s m r1", "3s m r1", "7s m r1")
				if m := r.message("m"); m.Attempts != 0 || m.Reason != "" || m.State != batchsync.MessageSent {
					r.Errorf("stored %+v", m)
				}
			})
		})
	}
}

func TestOutbox_Run_NeverGivesUpOnPassingTrouble(t *testing.T) {
	t.Parallel()
	bubble(t, func(r *room) {
		r.slack.answers(func(context.Context, batchsync.Message, int) batchsync.Delivery {
			return answer(batchsync.OutcomeFailed)
		})
		r.enqueue(msg("m", "A"))
		r.runFor(time.Hour)
		m := r.message("m")
		if m.State != batchsync.MessageDue || m.Attempts < 60/5 {
			r.Errorf("after an hour: %s with %d attempts", m.State, m.Attempts)
		}
	})
}

func TestOutbox_Run_HangingSender(t *testing.T) {
	t.Parallel()
	bubble(t, func(r *room) {
		r.slack.answers(func(ctx context.Context, _ batchsync.Message, call int) batchsync.Delivery {
			if call == 1 {
				<-ctx.Done()
				return answer(batchsync.OutcomeFailed)
			}
			return answer(batchsync.OutcomeDone)
		})
		r.enqueue(msg("a", "A"), msg("b", "B"))
		r.runFor(time.Minute)
		if got := r.slack.sent(); len(got) != 3 || got[1].At != 0 || got[2].At != sendTimeout+time.Second {
			r.Errorf("sent %v, want the other at once and the hanging one again after %v", got, sendTimeout)
		}
	})
}

// An upload may take longer than a post.
func TestOutbox_Run_File(t *testing.T) {
	t.Parallel()
	bubble(t, func(r *room) {
		var limits []time.Duration
		r.slack.answers(func(ctx context.Context, _ batchsync.Message, _ int) batchsync.Delivery {
			end, _ := ctx.Deadline()
			limits = append(limits, time.Until(end))
			return batchsync.Delivery{Outcome: batchsync.OutcomeDone} // an upload has no TS
		})
		file := msg("f", "A")
		file.Kind, file.Object = batchsync.MessageFile, "file"
		r.enqueue(file)
		r.runFor(time.Minute)
		if len(limits) != 1 || limits[0] != fileTimeout || r.message("f").State != batchsync.MessageSent {
			r.Errorf("sent with %v to go, then %s; want one upload within %v", limits, r.message("f").State, fileTimeout)
		}
	})
}

func TestOutbox_Run_Threads(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		root   batchsync.Outcome // of the first attempt to post it; empty: not stored at all
		thread string            // the replies go there
		sends  []string
	}{
		{"root first", batchsync.OutcomeDone, "ts1", []string{"0s root r1", "1s x r1", "2s y r1"}},
		{"root delayed", batchsync.OutcomeFailed, "ts1", []string{"0s root r1", "1s root r1", "2s x r1", "3s y r1"}},
		{"root dead", batchsync.OutcomeNever, "", []string{"0s root r1", "1s x r1", "2s y r1"}},
		{"root unknown", "", "", []string{"0s x r1", "1s y r1"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			bubble(t, func(r *room) {
				r.slack.answers(func(_ context.Context, m batchsync.Message, call int) batchsync.Delivery {
					if m.ID == "root" && call == 1 {
						return answer(tt.root)
					}
					return answer(batchsync.OutcomeDone)
				})
				// The replies are stored first, and still come after it.
				r.enqueue(msg("x", "A", "root"), msg("y", "A", "root"))
				if tt.root != "" {
					r.enqueue(msg("root", "A"))
				}
				r.runFor(30 * time.Second)
				r.slack.want(tt.sends...)
				for _, s := range r.slack.sent() {
					if s.ID != "root" && s.Thread != tt.thread {
						r.Errorf("%s went under %q, want %q", s.ID, s.Thread, tt.thread)
					}
				}
			})
		})
	}
}

func TestOutbox_Wake(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		wake  bool
		after time.Duration
	}{
		{"woken", true, 0},
		{"not woken", false, idle - 100*time.Millisecond},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			bubble(t, func(r *room) {
				stop := r.start()
				time.Sleep(idle + 100*time.Millisecond)
				begun := time.Since(r.slack.began)
				m := msg("m", "A")
				m.CreatedAt = time.Now()
				r.ok(r.store.Enqueue(m))
				if tt.wake {
					r.out.Wake()
					r.out.Wake() // never blocks
				}
				time.Sleep(2 * idle)
				stop()
				if got := r.slack.sent(); len(got) != 1 || got[0].At != begun+tt.after {
					r.Errorf("sent %v, want it at %v", got, begun+tt.after)
				}
			})
		})
	}
}

// A message for later is sent on the dot, not at the next look.
func TestOutbox_Run_DueTime(t *testing.T) {
	t.Parallel()
	bubble(t, func(r *room) {
		m := msg("m", "A")
		m.Due = time.Now().Add(5250 * time.Millisecond)
		r.enqueue(m)
		r.runFor(10 * time.Second)
		r.slack.want("5.25s m r1")
	})
}

func TestOutbox_Run_Restart(t *testing.T) {
	t.Parallel()
	bubble(t, func(r *room) {
		r.slack.takes = 100 * time.Millisecond
		for i := range 5 {
			r.enqueue(msg(batchsync.MessageID(fmt.Sprint("m", i)), "A"))
		}
		// Stopped in the middle of the second send, which is finished and noted.
		r.runFor(1150 * time.Millisecond)
		if got := r.slack.sent(); len(got) != 2 || r.message("m1").State != batchsync.MessageSent {
			r.Fatalf("before the restart: sent %v", got)
		}
		r.restart(r.store)
		r.runFor(time.Minute)
		times := map[batchsync.MessageID]int{}
		for _, s := range r.slack.sent() {
			times[s.ID]++
		}
		if len(times) != 5 || len(r.slack.sent()) != 5 {
			r.Errorf("sent %v, want each once", r.slack.sent())
		}
	})
}

func TestOutbox_Run_ShutdownIsBounded(t *testing.T) {
	t.Parallel()
	bubble(t, func(r *room) {
		r.slack.answers(func(ctx context.Context, _ batchsync.Message, _ int) batchsync.Delivery {
			<-ctx.Done()
			return answer(batchsync.OutcomeFailed)
		})
		r.enqueue(msg("m", "A"), msg("n", "A"))
		stop := r.start()
		time.Sleep(time.Second)
		before := time.Now()
		stop()
		if took := time.Since(before); took != Grace {
			r.Errorf("shutdown took %v, want %v", took, Grace)
		}
		if m := r.message("m"); m.Attempts != 1 || len(r.slack.sent()) != 1 {
			r.Errorf("stored %+v after %v", m, r.slack.sent())
		}
	})
}

// What may be sent at once is sent before the end, also what was told in the
// last moment; what has to wait is there at the next start.
func TestOutbox_Run_ShutdownFlushes(t *testing.T) {
	t.Parallel()
	bubble(t, func(r *room) {
		r.slack.takes = 100 * time.Millisecond
		stop := r.start()
		time.Sleep(time.Second)
		for i := range 20 {
			r.enqueue(msg(batchsync.MessageID(fmt.Sprint("m", i)), batchsync.ChannelID(fmt.Sprint("C", i))))
		}
		r.enqueue(msg("second", "C0"))
		before := time.Now()
		stop()
		if took := time.Since(before); took != 500*time.Millisecond {
			r.Errorf("shutdown took %v, want five rounds of four sends", took)
		}
		if got := r.slack.sent(); len(got) != 20 || r.message("second").State != batchsync.MessageDue {
			r.Errorf("sent %v, want one in each channel", got)
		}
	})
}

// ailing is a store that cannot note deliveries for a while.
type ailing struct {
	Store
	until time.Time
}

func (a ailing) Delivered(id batchsync.MessageID, revision int, d batchsync.Delivery, due, now time.Time) error {
	if time.Now().Before(a.until) {
		return errors.New("disk full")
	}
	return a.Store.Delivered(id, revision, d, due, now)
}

// A message that was sent and could not be noted must not be sent again.
func TestOutbox_Run_AilingStore(t *testing.T) {
	t.Parallel()
	bubble(t, func(r *room) {
		r.restart(ailing{r.store, time.Now().Add(20 * time.Second)})
		r.enqueue(msg("m", "A"), msg("n", "A"))
		r.runFor(time.Minute)
		r.slack.want("0s m r1", "20s n r1")
	})
}
