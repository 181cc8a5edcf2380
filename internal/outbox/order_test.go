package outbox

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"batchsync/internal/batchsync"
)

// talk has something to say in a channel every few seconds.
func talk(r *room, c batchsync.ChannelID, ids []string, every time.Duration) {
	for _, id := range ids {
		r.enqueue(msg(batchsync.MessageID(id), c))
		time.Sleep(every)
	}
}

// fails is an answer that has the posts to a channel fail until some moment.
func fails(c batchsync.ChannelID, until time.Time) func(context.Context, batchsync.Message, int) batchsync.Delivery {
	return func(_ context.Context, m batchsync.Message, _ int) batchsync.Delivery {
		if m.Channel == c && m.TS == "" && time.Now().Before(until) {
			return answer(batchsync.OutcomeFailed)
		}
		return answer(batchsync.OutcomeDone)
	}
}

// sortedBut reports whether ids are sorted when one of them is left out.
func sortedBut(ids []string) bool {
	for i := range ids {
		if slices.IsSorted(slices.Delete(slices.Clone(ids), i, i+1)) {
			return true
		}
	}
	return false
}

// However long the posts of one channel fail while Slack takes others, they arrive
// in order; one may overtake after half a minute. Meanwhile edits in
// that channel and posts in others come as ever, and afterwards the first comes
// within its back-off.
func TestOutbox_Run_FailuresKeepOrder(t *testing.T) {
	t.Parallel()
	for _, trouble := range []time.Duration{2 * time.Second, 20 * time.Second, 10 * time.Minute, 40 * time.Minute} {
		t.Run(trouble.String(), func(t *testing.T) {
			t.Parallel()
			bubble(t, func(r *room) {
				stop := r.start()
				r.enqueue(msg("card", "A"))
				time.Sleep(10 * time.Second)
				over := time.Now().Add(trouble)
				r.slack.answers(fails("A", over))
				as := numbered("a", 24)
				every := trouble/24 + 300*time.Millisecond
				for _, id := range as {
					r.enqueue(msg(batchsync.MessageID(id), "A"), msg(batchsync.MessageID("b"+id), "B"))
					r.raise("card")
					time.Sleep(every)
				}
				time.Sleep(3 * time.Minute)
				synctest.Wait()
				stop()
				got := r.arrived("A")[1:]
				if len(got) != len(as) || !slices.IsSorted(got) && (trouble < 31*time.Second || !sortedBut(got)) {
					t.Errorf("A shows %v, want %v", got, as)
				}
				if d := r.delays("B"); d[len(d)-1] > time.Second*40 || d[len(d)*3/4] > 30*time.Second {
					t.Errorf("B waits %v", d)
				}
				if first := r.message(batchsync.MessageID(as[0])).SentAt.Sub(over); first > 40*time.Second {
					t.Errorf("the first post comes %v after the trouble", first)
				}
				edits := 0
				for _, s := range r.slack.sent() {
					if s.Action == edit && s.At < 10*time.Second+trouble {
						edits++
					}
				}
				if want := int(trouble / max(every, editEvery) / 2); edits < want {
					t.Errorf("%d edits of another card during the trouble, want at least %d", edits, want)
				}
				checkLimits(r)
			})
		})
	}
}

// While Slack takes nothing at all, no post is let by, so that every channel has
// its order whenever that ends.
func TestOutbox_Run_OutageKeepsOrder(t *testing.T) {
	t.Parallel()
	for n := range 16 {
		bubble(t, func(r *room) {
			over := time.Now().Add(128*time.Second + time.Duration(2*n)*time.Second) // between two tries of each
			r.slack.answers(func(context.Context, batchsync.Message, int) batchsync.Delivery {
				if time.Now().Before(over) {
					return answer(batchsync.OutcomeFailed)
				}
				return answer(batchsync.OutcomeDone)
			})
			as, bs := numbered("a", 4), numbered("b", 4)
			stop := r.start()
			talk(r, "A", as, 0)
			time.Sleep(time.Duration(n) * time.Second / 2)
			talk(r, "B", bs, 0)
			time.Sleep(5 * time.Minute)
			stop()
			if a, b := r.arrived("A"), r.arrived("B"); !slices.Equal(a, as) || !slices.Equal(b, bs) {
				t.Errorf("over after %v: shown %v and %v", over.Sub(r.slack.began), a, b)
			}
		})
	}
}

// Where one channel recovers just after its first post failed once more, one
// message overtakes it, and no other.
func TestOutbox_Run_RecoversBetween(t *testing.T) {
	t.Parallel()
	bubble(t, func(r *room) {
		r.slack.answers(fails("A", time.Now().Add(31500*time.Millisecond))) // a000 is tried after 31 s
		as := numbered("a", 10)
		stop := r.start()
		talk(r, "A", as, 0)
		talk(r, "B", numbered("b", 100), time.Second)
		stop()
		want := append([]string{"a001", "a000"}, as[2:]...)
		if got := r.arrived("A"); !slices.Equal(got, want) {
			t.Errorf("A shows %v, want %v", got, want)
		}
		if first := r.message("a000").SentAt.Sub(r.slack.began); first != 33*time.Second {
			t.Errorf("the first is shown after %v, want right after the one that overtook it", first)
		}
	})
}

// A long outage has few messages tried, however many wait.
func TestOutbox_Run_OutageTriesFew(t *testing.T) {
	t.Parallel()
	bubble(t, func(r *room) {
		r.slack.answers(fails("A", time.Now().Add(24*time.Hour)))
		for _, id := range numbered("a", 12) {
			r.enqueue(msg(batchsync.MessageID(id), "A"))
		}
		r.runFor(time.Hour)
		ids := map[batchsync.MessageID]bool{}
		for _, s := range r.slack.sent() {
			ids[s.ID] = true
		}
		if len(ids) > 5 {
			t.Errorf("%d messages of one channel were tried in an hour", len(ids))
		}
	})
}

// What fails for its own sake holds its channel for a while and then nobody,
// and goes on being tried. Others keep their order.
func TestOutbox_Run_OneThatAlwaysFails(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		sick   []string
		alone  bool          // nothing else is told meanwhile
		within time.Duration // until all others are shown
	}{
		{"the first", []string{"a000"}, false, time.Minute},
		{"two", []string{"a003", "a010"}, false, 2 * time.Minute},
		{"three in a row", []string{"a000", "a001", "a002"}, false, 8 * time.Minute},
		{"alone", []string{"a000"}, true, 3 * time.Minute},
		{"three, alone", []string{"a000", "a001", "a002"}, true, time.Hour},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			sick := tt.sick
			bubble(t, func(r *room) {
				r.slack.answers(func(_ context.Context, m batchsync.Message, _ int) batchsync.Delivery {
					if slices.Contains(sick, string(m.ID)) {
						return answer(batchsync.OutcomeFailed)
					}
					return answer(batchsync.OutcomeDone)
				})
				as := numbered("a", 20)
				stop := r.start()
				talk(r, "A", as, 0)
				well := slices.DeleteFunc(slices.Clone(as), func(id string) bool { return slices.Contains(sick, id) })
				for end := time.Now().Add(tt.within); time.Now().Before(end) && len(r.arrived("A")) < len(well); {
					if !tt.alone {
						r.enqueue(msg(batchsync.MessageID(fmt.Sprint("b", time.Now().UnixNano())), "B"))
					}
					time.Sleep(10 * time.Second)
				}
				synctest.Wait()
				if got := r.arrived("A"); !slices.Equal(got, well) {
					t.Errorf("A shows %v, want %v", got, well)
				}
				before := r.message(batchsync.MessageID(sick[0])).Attempts
				time.Sleep(10 * time.Minute)
				if n := r.message(batchsync.MessageID(sick[0])).Attempts - before; n < 2 {
					t.Errorf("it was tried %d times in ten minutes", n)
				}
				r.enqueue(msg("late", "A"))
				time.Sleep(2 * time.Second)
				stop()
				if r.message("late").State != batchsync.MessageSent {
					t.Error("what fails for its own sake holds its channel again")
				}
			})
		})
	}
}

// A message that is given up, or removed, releases those behind it.
func TestOutbox_Run_GivenUpReleases(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		end  func(r *room, f *forgetful) batchsync.Outcome
	}{
		{"given up", func(*room, *forgetful) batchsync.Outcome { return batchsync.OutcomeNever }},
		{"shown elsewhere", func(*room, *forgetful) batchsync.Outcome { return batchsync.OutcomeDone }},
		{"removed", func(_ *room, f *forgetful) batchsync.Outcome { f.gone = "a000"; return batchsync.OutcomeFailed }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			bubble(t, func(r *room) {
				f := &forgetful{Store: r.store}
				r.restart(f)
				r.slack.answers(func(_ context.Context, m batchsync.Message, call int) batchsync.Delivery {
					switch {
					case m.ID != "a000":
						return answer(batchsync.OutcomeDone)
					case call < 3:
						return answer(batchsync.OutcomeFailed)
					}
					return answer(tt.end(r, f))
				})
				stop := r.start()
				talk(r, "A", numbered("a", 3), 0)
				time.Sleep(10 * time.Second)
				stop()
				if got := r.slack.sent(); len(got) != 5 || got[2].At != 3*time.Second || got[3].ID != "a001" || got[4].ID != "a002" {
					t.Errorf("sent %v, want a000 three times and the others after it", got)
				}
			})
		})
	}
}

// forgetful is a store that lost a message.
type forgetful struct {
	Store
	gone batchsync.MessageID
}

func (f *forgetful) Due(now time.Time, n int) ([]batchsync.Message, error) {
	due, err := f.Store.Due(now, n)
	return slices.DeleteFunc(due, func(m batchsync.Message) bool { return m.ID == f.gone }), err
}

func (f *forgetful) Message(id batchsync.MessageID) (batchsync.Message, error) {
	if id == f.gone {
		return batchsync.Message{}, &batchsync.Error{Code: batchsync.CodeNotFound}
	}
	return f.Store.Message(id)
}

// The order outlasts the process, whenever it ends, also where more waits than a
// look takes in at first.
func TestOutbox_Run_RestartKeepsOrder(t *testing.T) {
	t.Parallel()
	for life, posts := range map[time.Duration]int{500 * time.Millisecond: 20, 3 * time.Second: 80, 20 * time.Second: 80, 50 * time.Second: 80} {
		t.Run(life.String(), func(t *testing.T) {
			t.Parallel()
			bubble(t, func(r *room) {
				r.slack.takes = 200 * time.Millisecond
				over := time.Now().Add(2 * time.Minute)
				r.slack.answers(fails("A", over))
				as := numbered("a", posts)
				for _, id := range as {
					r.enqueue(msg(batchsync.MessageID(id), "A"))
				}
				for time.Since(over) < 5*time.Minute && r.slack.taken() < len(as) {
					r.restart(r.store)
					r.runFor(life)
				}
				r.restart(r.store)
				r.runFor(time.Minute) // nothing comes twice
				if got := r.arrived("A"); !slices.Equal(got, as) || r.slack.taken() != len(as) {
					t.Errorf("A shows %v of %d posts, want %v", got, r.slack.taken(), as)
				}
			})
		})
	}
}

// Trouble that ends in a rate limit is the usual end of trouble.
func TestOutbox_Run_FailuresThenLimit(t *testing.T) {
	t.Parallel()
	bubble(t, func(r *room) {
		over := time.Now().Add(2 * time.Minute)
		failing, limited := fails("A", over), limits(over.Add(time.Minute), 7*time.Second, "A")
		r.slack.answers(func(ctx context.Context, m batchsync.Message, call int) batchsync.Delivery {
			if time.Now().Before(over) {
				return failing(ctx, m, call)
			}
			return limited(ctx, m, call)
		})
		as := numbered("a", 20)
		stop := r.start()
		talk(r, "A", as, 10*time.Second)
		time.Sleep(5 * time.Minute)
		stop()
		if got := r.arrived("A"); !slices.Equal(got, as) {
			t.Errorf("A shows %v, want %v", got, as)
		}
	})
}

// A post that was let by and limited then does not overtake when that is over.
func TestOutbox_Run_OverdueGoesFirst(t *testing.T) {
	t.Parallel()
	bubble(t, func(r *room) {
		failing := fails("A", time.Now().Add(40*time.Second))
		r.slack.answers(func(ctx context.Context, m batchsync.Message, call int) batchsync.Delivery {
			if at := time.Since(r.slack.began); m.ID == "a001" && at < time.Minute {
				return batchsync.Delivery{Outcome: batchsync.OutcomeLater, Wait: 20 * time.Second}
			}
			return failing(ctx, m, call)
		})
		stop := r.start()
		r.enqueue(msg("a000", "A")) // tried for the sixth time after 31 s, and to be tried after 63 s
		talk(r, "B", numbered("b", 50), time.Second)
		r.enqueue(msg("a001", "A")) // let by after 50 s, and limited for 20
		time.Sleep(time.Minute)
		stop()
		if got := r.arrived("A"); !slices.Equal(got, []string{"a000", "a001"}) || r.message("a000").SentAt.Sub(r.slack.began) != 70*time.Second {
			t.Errorf("sent %v", r.slack.sent())
		}
	})
}

// The line is read from the store in the order in which it stood, whenever each
// is due.
func TestLoop_Resume(t *testing.T) {
	t.Parallel()
	bubble(t, func(r *room) {
		now := time.Now()
		file := msg("file", "A")
		file.Kind, file.Object = batchsync.MessageFile, "file"
		r.enqueue(msg("first", "A"), msg("second", "A"), msg("fresh", "A"), file, msg("edit", "A"))
		r.ok(r.store.Delivered("edit", 1, batchsync.Delivery{Outcome: batchsync.OutcomeDone, TS: "1.1", Channel: "A"}, now, now))
		r.raise("edit")
		for id, due := range map[batchsync.MessageID][]int{"first": {1, 2, 90}, "second": {60}, "file": {9}, "edit": {9}} {
			for _, after := range due {
				r.ok(r.store.Delivered(id, 1, answer(batchsync.OutcomeFailed), now.Add(time.Duration(after)*time.Second), now))
			}
		}
		l := &loop{Outbox: r.out, order: newOrder()}
		r.ok(l.resume(now))
		var got []batchsync.MessageID
		for _, t := range l.order.ahead(msg("fresh", "A"), []batchsync.ChannelID{"A"}) {
			got = append(got, t.message.ID)
		}
		if !slices.Equal(got, []batchsync.MessageID{"first", "second"}) {
			t.Errorf("in line are %v", got)
		}
	})
}

// A reply that fails because its root was deleted must not hold the root, which
// is posted anew for it.
func TestOutbox_Run_ReplyDoesNotHoldItsRoot(t *testing.T) {
	t.Parallel()
	bubble(t, func(r *room) {
		stop := r.start()
		r.enqueue(msg("root", "A"))
		time.Sleep(10 * time.Second)
		r.slack.answers(func(_ context.Context, m batchsync.Message, _ int) batchsync.Delivery {
			switch root := r.message("root"); {
			case m.ID == "root" && m.TS == "ts1":
				return answer(batchsync.OutcomeGone)
			case m.ID == "reply" && root.TS == "ts1":
				if root.State == batchsync.MessageSent {
					r.raise("root")
				}
				return answer(batchsync.OutcomeFailed)
			}
			return answer(batchsync.OutcomeDone)
		})
		r.enqueue(msg("reply", "A", "root"), msg("next", "A"))
		time.Sleep(10 * time.Second)
		stop()
		calls := r.slack.sent()
		if last := calls[len(calls)-1]; r.message("root").TS == "ts1" || r.message("reply").State != batchsync.MessageSent || last.At > 14*time.Second {
			t.Errorf("sent %v", calls)
		}
	})
}

func TestOrder_Forgets(t *testing.T) {
	t.Parallel()
	o, now := newOrder(), time.Now()
	result := func(id batchsync.MessageID, attempts int, to ...batchsync.ChannelID) result {
		m := msg(id, "U1")
		m.Attempts = attempts
		return result{message: m, to: to, at: now}
	}
	for _, id := range []batchsync.MessageID{"x", "y", "z"} {
		o.failed(result(id, 0, "U1", "D1"))
		o.failed(result(id, 1, "U1"))
	}
	o.failed(result("left before", patience, "U1"))
	var ahead []batchsync.MessageID
	for _, t := range o.ahead(msg("z", "U1"), []batchsync.ChannelID{"D1", "U1"}) {
		ahead = append(ahead, t.message.ID)
	}
	if want := []batchsync.MessageID{"x", "y"}; !slices.Equal(ahead, want) {
		t.Errorf("ahead are %v, want %v", ahead, want)
	}
	o.arrived(result("y", 2, "U1", "D1"))
	if x := o.messages["x"]; !x.passed || x.due != now || len(o.messages) != 2 {
		t.Errorf("what was passed is %+v, want it due", x)
	}
	o.arrived(result("other", 0, "D1"))
	if z := o.messages["z"]; len(o.messages) != 1 || len(o.lines["D1"]) != 1 || !z.passed {
		t.Errorf("what was passed twice is still in line: %v", o.messages)
	}
	o.leave("z")
	o.leave("none")
	if len(o.messages) != 0 || len(o.lines) != 0 {
		t.Errorf("remembers %v and %v", o.messages, o.lines)
	}
}
