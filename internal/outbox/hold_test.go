package outbox

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"batchsync/internal/batchsync"
)

// limits is an answer that refuses the posts to some channels for a while.
func limits(until time.Time, wait time.Duration, channels ...batchsync.ChannelID) func(context.Context, batchsync.Message, int) batchsync.Delivery {
	return func(_ context.Context, m batchsync.Message, _ int) batchsync.Delivery {
		if m.TS == "" && slices.Contains(channels, m.Channel) && time.Now().Before(until) {
			return batchsync.Delivery{Outcome: batchsync.OutcomeLater, Wait: wait}
		}
		return answer(batchsync.OutcomeDone)
	}
}

// delays are how long after they were stored the posts of a channel were sent,
// the shortest first. The ids tell the order in which they came.
func (r *room) delays(c batchsync.ChannelID) (out []time.Duration) {
	for _, s := range r.slack.sent() {
		if s.Channel == c && s.Action == post {
			out = append(out, s.At-r.message(s.ID).CreatedAt.Sub(r.slack.began))
		}
	}
	slices.Sort(out)
	return out
}

// arrived are the posts of a channel that Slack took, in the order in which it
// did: the stand-in numbers them.
func (r *room) arrived(c batchsync.ChannelID) (out []string) {
	type post struct {
		id batchsync.MessageID
		ts int
	}
	var posts []post
	for _, s := range r.slack.sent() {
		m, p := r.message(s.ID), post{id: s.ID}
		if _, err := fmt.Sscanf(m.TS, "ts%d", &p.ts); err == nil && s.Channel == c && !slices.Contains(posts, p) {
			posts = append(posts, p)
		}
	}
	slices.SortFunc(posts, func(a, b post) int { return a.ts - b.ts })
	for _, p := range posts {
		out = append(out, string(p.id))
	}
	return out
}

// numbered are n ids that sort as they are numbered.
func numbered(prefix string, n int) (out []string) {
	for i := range n {
		out = append(out, fmt.Sprintf("%s%03d", prefix, i))
	}
	return out
}

// A channel is limited for ten minutes. What another one shows comes as soon as
// it would without that; what the limited one has to show, be it replies or not,
// comes afterwards, in order, and Slack is not asked more often meanwhile than it
// said. More waits than a look takes in at first.
func TestOutbox_Run_LimitedChannel(t *testing.T) {
	t.Parallel()
	p95 := map[bool]time.Duration{}
	for _, limited := range []bool{false, true} {
		bubble(t, func(r *room) {
			const each, span, wait = 8 * time.Second, 10 * time.Minute, 30 * time.Second
			r.slack.takes = 200 * time.Millisecond
			if limited {
				r.slack.answers(limits(time.Now().Add(span), wait, "A"))
			}
			stop := r.start()
			as, bs := numbered("a", int(span/each)), numbered("b", int(span/each))
			r.enqueue(msg("a", "A"))
			for i := range as {
				m := msg(batchsync.MessageID(as[i]), "A")
				if i%2 == 0 {
					m.Thread = "a"
				}
				r.enqueue(m, msg(batchsync.MessageID(bs[i]), "B"))
				time.Sleep(each)
			}
			refused := slices.IndexFunc(r.slack.sent(), func(s sent) bool { return s.At >= span && s.Channel == "A" })
			if refused < 0 {
				refused = len(r.slack.sent())
			}
			asked := 0
			for _, s := range r.slack.sent()[:refused] {
				if s.Channel == "A" {
					asked++
				}
			}
			if most := int(span/wait) + 1; limited && asked > most {
				t.Errorf("a limited channel was tried %d times, want at most %d", asked, most)
			}
			time.Sleep(2 * time.Minute) // a post a second
			synctest.Wait()
			stop()
			if got, want := r.arrived("A"), append([]string{"a"}, as...); !slices.Equal(got, want) {
				t.Errorf("limited %t: A shows %v, want %v", limited, got, want)
			}
			if got := r.arrived("B"); !slices.Equal(got, bs) {
				t.Errorf("limited %t: B shows %v, want %v", limited, got, bs)
			}
			d := r.delays("B")
			p95[limited] = d[len(d)*95/100]
			if worst := d[len(d)-1]; worst > time.Second {
				t.Errorf("limited %t: a post to B waited %v", limited, worst)
			}
			checkLimits(r)
		})
	}
	if p95[true] > p95[false] {
		t.Errorf("95 of 100 posts come within %v while another channel is limited, and within %v else", p95[true], p95[false])
	}
}

// Who is held by a rate limit that answers posts.
func TestOutbox_Run_LimitedChannels(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		limited string        // channels, in the order of their posts
		last    time.Duration // when the post to channel X, stored after them, is sent
	}{
		{"one", "A", 10 * time.Second},
		{"one of three", "ABC", 10 * time.Second}, // B and C are not: see below
		{"two", "AB", 10 * time.Second},
		{"three", "ABC", 22 * time.Second},  // as the last of them says
		{"five", "ABCDE", 22 * time.Second}, // the last two are not even tried
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			bubble(t, func(r *room) {
				refused := strings.Split(tt.limited, "")
				if tt.name == "one of three" {
					refused = refused[:1]
				}
				stop := r.start()
				r.enqueue(msg("card", "Y"))
				synctest.Wait()
				r.slack.answers(func(_ context.Context, m batchsync.Message, _ int) batchsync.Delivery {
					if slices.Contains(refused, string(m.Channel)) && time.Since(r.slack.began) < 20*time.Second {
						return batchsync.Delivery{Outcome: batchsync.OutcomeLater, Wait: 20 * time.Second}
					}
					return answer(batchsync.OutcomeDone)
				})
				for _, c := range strings.Split(tt.limited, "") {
					r.enqueue(msg(batchsync.MessageID("m"+c), batchsync.ChannelID(c)))
					time.Sleep(time.Second)
				}
				time.Sleep(10*time.Second - time.Since(r.slack.began))
				r.enqueue(msg("x", "X"))
				r.raise("card")
				time.Sleep(time.Minute)
				synctest.Wait()
				stop()
				for _, s := range r.slack.sent() {
					if s.ID == "x" && s.At != tt.last {
						t.Errorf("another channel's post is sent at %v, want %v", s.At, tt.last)
					}
					if s.ID == "card" && s.Action == edit && s.At != 10*time.Second {
						t.Errorf("an edit is sent at %v, want at once", s.At)
					}
				}
				for _, c := range strings.Split(tt.limited, "") {
					if got := r.arrived(batchsync.ChannelID(c)); len(got) != 1 {
						t.Errorf("channel %s shows %v", c, got)
					}
				}
			})
		})
	}
}

// Files are counted by another method: a limit of it holds files, in all
// channels, and nothing else.
func TestOutbox_Run_LimitedUploads(t *testing.T) {
	t.Parallel()
	bubble(t, func(r *room) {
		file := func(id batchsync.MessageID, c batchsync.ChannelID) batchsync.Message {
			m := msg(id, c)
			m.Kind, m.Object = batchsync.MessageFile, string(id)
			return m
		}
		r.slack.answers(func(_ context.Context, m batchsync.Message, call int) batchsync.Delivery {
			if call == 1 {
				return batchsync.Delivery{Outcome: batchsync.OutcomeLater, Wait: 10 * time.Second}
			}
			return answer(batchsync.OutcomeDone)
		})
		stop := r.start()
		r.enqueue(file("f", "A"))
		synctest.Wait()
		r.enqueue(file("g", "B"), msg("m", "A"), msg("n", "B"))
		time.Sleep(20 * time.Second)
		stop()
		r.slack.want("0s f r1", "0s n r1", "1s m r1", "10s f r1", "10s g r1")
	})
}
