package main

import (
	"slices"
	"testing"
	"time"

	"batchsync/internal/slacksim"
)

// TestChannelHold has Slack refuse the posts to one channel for a while. What
// another channel is told comes at once all the same, and the refused one is told
// afterwards, first things first.
func TestChannelHold(t *testing.T) {
	t.Parallel()
	const wait = 20 * time.Second
	s := newStage(t)
	t.Cleanup(s.clean)
	s.quick(t, 1000)
	tasks := []string{"e2e_hold_one", "e2e_hold_two"}
	var ids []int64
	for _, name := range tasks {
		ids = append(ids, s.scheduled(t, 40105, name))
	}
	b := s.watching()
	ana := s.as(t, "ana")
	for _, name := range tasks {
		for _, channel := range []string{slacksim.General, slacksim.DataSync} {
			_, err := ana.actor.Slash(within(t, ackWait), channel, "/batchsync subscribe "+name)
			must(t, err)
			s.card(t, channel, "ana subscribed this channel", name)
		}
	}
	s.slack.FaultIn(slacksim.General, "chat.postMessage", slacksim.RateLimited(wait), 1)
	for n, id := range ids {
		s.fails(t, id)
		s.card(t, slacksim.DataSync, "Failed", tasks[n])
		until(t, "Slack refuses a post", func() bool { return len(s.slack.Strikes()) > 0 })
	}
	for _, name := range tasks {
		s.card(t, slacksim.General, "Failed", name)
	}
	b.stop(t)

	limited, open := s.alerted(slacksim.General), s.alerted(slacksim.DataSync)
	if len(limited) != 2 || len(open) != 2 || limited[0].Before(open[1]) || limited[1].Before(limited[0]) {
		t.Fatalf("the limited channel was told at %v, the other one at %v", limited, open)
	}
	if ahead := limited[0].Sub(open[1]); ahead < wait/4 {
		t.Errorf("the other channel was told %v before the limited one, want it not to wait", ahead)
	}
	if calls := len(s.slack.Strikes()); calls != 1 {
		t.Errorf("%d posts were refused, want one", calls)
	}
}

// alerted is when Slack took the alerts of a channel: those of the first task,
// then those of the second.
func (s *stage) alerted(channel string) (out []time.Time) {
	for _, name := range []string{"e2e_hold_one", "e2e_hold_two"} {
		for _, m := range s.roots(channel, "Failed", name) {
			i := slices.IndexFunc(s.slack.Calls("chat.postMessage"), func(c slacksim.Call) bool { return c.Answer["ts"] == m.TS })
			out = append(out, s.slack.Calls("chat.postMessage")[i].At)
		}
	}
	return out
}
