package monitor

import (
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

func TestHappened(t *testing.T) {
	t.Parallel()
	was := batchsync.Watch{Task: 7, Name: "orders", Online: true, Cron: "0 00 02 * * ? *", VCluster: "vc", Read: at(10, 11, 0)}
	with := func(change func(w *batchsync.Watch)) batchsync.Watch {
		w := was
		w.Read = noon
		change(&w)
		return w
	}
	off := func(w *batchsync.Watch) { w.Online = false }
	for _, c := range []struct {
		name        string
		before, now batchsync.Watch
		ours        bool
		want        event
	}{
		{name: "nothing", before: was, now: with(func(*batchsync.Watch) {})},
		{name: "never read before", now: with(off)},
		{name: "gone", before: was, now: with(func(w *batchsync.Watch) { w.Online, w.Gone = false, true }), want: eventGone},
		{name: "taken off the scheduler", before: was, now: with(off), want: eventOffline},
		{name: "by us", before: was, now: with(off), ours: true},
		{name: "deployed elsewhere", before: with(off), now: was, want: eventOnline},
		{name: "another schedule", before: was, now: with(func(w *batchsync.Watch) { w.Cron = "0 00 03 * * ? *" }), want: eventSchedule},
		{name: "the same schedule, written otherwise", before: was, now: with(func(w *batchsync.Watch) { w.Cron = "0 0 2 * * ? *" })},
		{name: "another cluster", before: was, now: with(func(w *batchsync.Watch) { w.VCluster = "other" }), want: eventCluster},
	} {
		if got, _ := happened(c.before, c.now, c.ours); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// News of a task that is muted, or in a quiet window, waits for the end of both,
// and the same news has the same id however often it is decided.
func TestTell(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	w := batchsync.Watch{Task: 7, Name: "orders", Source: "mysql", Read: noon}
	n := news{eventOffline, w, batchsync.T("news.offline", "orders")}
	first, again := tell(s.board, n), tell(s.board, n)
	if len(first) != 1 || len(again) != 1 || first[0].ID != again[0].ID || !first[0].Due.Equal(noon) {
		t.Fatalf("told as %+v and %+v", first, again)
	}
	s.board.tasks[7] = batchsync.Task{ID: 7, Muted: noon.Add(time.Hour)}
	s.board.known.Quiet = []batchsync.Quiet{{Selector: batchsync.Selector{Kind: batchsync.SelectSource, Name: "mysql"}, From: noon, To: noon.Add(2 * time.Hour)}}
	if got := tell(s.board, n); len(got) != 1 || !got[0].Due.Equal(noon.Add(2*time.Hour)) {
		t.Errorf("while muted and quiet it is told as %+v", got)
	}
	s.board.known.Subscriptions[0].Topics = []batchsync.Topic{batchsync.TopicTables}
	if got := tell(s.board, n); len(got) != 0 {
		t.Errorf("a channel that asked for tables is told %+v", got)
	}
}
