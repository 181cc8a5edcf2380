package monitor

import (
	"slices"
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
		want        event
	}{
		{name: "nothing", before: was, now: with(func(*batchsync.Watch) {})},
		{name: "never read before", now: with(off)},
		{name: "gone", before: was, now: with(func(w *batchsync.Watch) { w.Online, w.Gone = false, true }), want: eventGone},
		{name: "taken off the scheduler", before: was, now: with(off), want: eventOffline},
		{name: "deployed elsewhere", before: with(off), now: was, want: eventOnline},
		{name: "another schedule", before: was, now: with(func(w *batchsync.Watch) { w.Cron = "0 00 03 * * ? *" }), want: eventSchedule},
		{name: "the same schedule, written otherwise", before: was, now: with(func(w *batchsync.Watch) { w.Cron = "0 0 2 * * ? *" })},
		{name: "another cluster", before: was, now: with(func(w *batchsync.Watch) { w.VCluster = "other" }), want: eventCluster},
	} {
		if got, _ := happened(c.before, c.now); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// The same news has the same id however often it is decided.
func TestTell(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	w := batchsync.Watch{Task: 7, Name: "orders", Source: "mysql", Read: noon}
	n := news{eventOffline, w, batchsync.T("news.offline", "orders")}
	first, again := tell(s.board, n), tell(s.board, n)
	if len(first) != 1 || len(again) != 1 || first[0].ID != again[0].ID || !first[0].Due.Equal(noon) {
		t.Fatalf("told as %+v and %+v", first, again)
	}
	s.board.known.Subscriptions[0].Topics = []batchsync.Topic{batchsync.TopicTables}
	if got := tell(s.board, n); len(got) != 0 {
		t.Errorf("a channel that asked for tables is told %+v", got)
	}
}

// schedule has the scheduler read, and returns what is said of it.
func (d *desk) schedule(online bool, cron string) []batchsync.TextKey {
	d.t.Helper()
	d.said = nil
	d.m.inspected(found{
		inspection: inspection{inspectionKey: inspectionKey{kind: inspectSchedule, task: 7}, at: d.now},
		deployed:   &batchsync.Deployed{Online: online, Cron: cron, VCluster: "vc"},
	})
	d.m.again(d.t.Context(), d.now)
	return d.said
}

// Of what changes elsewhere while nothing is told, the difference is told at the
// end, or nothing where there is none.
func TestNews_KeptBack(t *testing.T) {
	t.Parallel()
	const night, morning = "0 00 02 * * ? *", "0 00 05 * * ? *"
	type word struct {
		online bool
		cron   string
	}
	for _, c := range []struct {
		name  string
		words []word // in the window, one a minute
		ours  bool   // the last of them
		want  []batchsync.TextKey
	}{
		{name: "taken off and deployed again", words: []word{{false, ""}, {true, night}}},
		{name: "taken off", words: []word{{false, ""}}, want: []batchsync.TextKey{"news.offline"}},
		{name: "taken off and deployed otherwise", words: []word{{false, ""}, {true, morning}}, want: []batchsync.TextKey{"news.schedule"}},
		{name: "changed to and fro", words: []word{{true, morning}, {true, night}}},
		{name: "taken off, and deployed here", words: []word{{false, ""}, {true, morning}}, ours: true},
	} {
		for _, how := range []string{"quiet window", "mute", "mute that a person ends"} {
			t.Run(c.name+"/"+how, func(t *testing.T) {
				d := newDesk(t)
				d.p.set(planned(1, 7, time.Hour, ok))
				d.look()
				if said := d.schedule(true, night); len(said) != 0 {
					t.Fatalf("first read, %q is said", said)
				}
				end := d.now.Add(10 * time.Minute)
				if how == "quiet window" {
					d.known.Quiet = []batchsync.Quiet{{ID: "q", Selector: batchsync.Selector{Kind: batchsync.SelectAll}, From: d.now, To: end}}
				} else {
					d.known.Tasks = []batchsync.Task{{ID: 7, Name: "orders", Type: batchsync.TypeSingle, Muted: end}}
				}
				for n, w := range c.words {
					d.look()
					if c.ours && n == len(c.words)-1 {
						d.known.Touched = map[batchsync.TaskID]time.Time{7: d.now}
					}
					if said := d.schedule(w.online, w.cron); len(said) != 0 {
						t.Errorf("while nothing is told, %q is said", said)
					}
				}
				d.start() // it outlives the process
				if how == "mute that a person ends" {
					d.known.Tasks[0].Muted = time.Time{}
				}
				var said []batchsync.TextKey
				for d.now.Before(end.Add(2 * time.Minute)) {
					said = append(said, d.look()...)
					if !d.now.Before(end) {
						d.known.Tasks = nil
					}
				}
				said = slices.DeleteFunc(said, func(k batchsync.TextKey) bool { return k == "mute.over" })
				if !slices.Equal(said, c.want) {
					t.Errorf("at the end %q is said, want %q", said, c.want)
				}
			})
		}
	}
}

// A task that is gone is not watched any more, but not before that was told.
func TestNews_GoneInAQuietWindow(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.watch[7] = batchsync.Watch{Task: 7, Name: "orders", Online: true, Cron: "0 00 02 1 * ? *", Read: d.now}
	d.known.Quiet = []batchsync.Quiet{{ID: "q", Selector: batchsync.Selector{Kind: batchsync.SelectAll}, From: d.now, To: d.now.Add(10 * time.Minute)}}
	d.look()
	d.m.inspected(found{inspection: inspection{inspectionKey: inspectionKey{kind: inspectSchedule, task: 7}, at: d.now}, gone: true})
	d.m.again(t.Context(), d.now)
	var said []batchsync.TextKey
	for range 15 {
		said = append(said, d.look()...)
	}
	if !slices.Equal(said, []batchsync.TextKey{"news.gone"}) {
		t.Errorf("at the end %q is said", said)
	}
}

// Every channel that was told of a task learns that its mute is over, and what
// changed meanwhile.
func TestMute_Over(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.fail(1, "mysql")
	s.look()
	s.board.tasks[1] = batchsync.Task{ID: 1, Muted: s.board.now.Add(2 * time.Minute)}
	s.turn("i1", turnChanged, "")
	if out := s.look(); len(out.messages) != 0 {
		t.Errorf("while it is muted %+v is said", out.messages)
	}
	s.look()
	out := s.look()
	if len(out.messages) != 1 || !out.messages[0].Broadcast || out.messages[0].Body[0].Key != "incident.reply_changed" {
		t.Errorf("at the end %+v is said, want one reply aloud", out.messages)
	}
	if out = s.look(); len(out.messages) != 0 {
		t.Errorf("and later %+v", out.messages)
	}

	all := batchsync.Selector{Kind: batchsync.SelectAll}
	b := board{known: batchsync.Known{Subscriptions: []batchsync.Subscription{
		{Channel: "C2", Selector: all, Topics: batchsync.UsualTopics()},
		{Channel: "C3", Selector: all, Topics: []batchsync.Topic{batchsync.TopicDigest}},
		{Channel: "C4", Selector: batchsync.Selector{Kind: batchsync.SelectTask, Task: 8}, Topics: batchsync.UsualTopics()},
		{Channel: "C5", Selector: all, Topics: []batchsync.Topic{batchsync.TopicTables}},
		{Channel: "C6", Selector: all, Topics: []batchsync.Topic{batchsync.TopicLate}},
		{Channel: "C7", Selector: all, Topics: []batchsync.Topic{batchsync.TopicFailures}},
	}}}
	if got := b.following(batchsync.Task{ID: 7, Channel: "C1"}); !slices.Equal(got, []batchsync.ChannelID{"C1", "C2", "C5", "C6", "C7"}) {
		t.Errorf("told in %v", got)
	}
	one, other := unmuted(batchsync.Task{ID: 7}, "C1", nil, noon), unmuted(batchsync.Task{ID: 7}, "C2", nil, noon)
	if one.ID == other.ID || one.Channel != "C1" || other.Channel != "C2" {
		t.Errorf("%+v and %+v", one, other)
	}
}

// So does a group of which something was kept back.
func TestMute_OverInAGroup(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.fail(9, "mysql")
	s.look()
	s.board.known.Quiet = []batchsync.Quiet{{ID: "q", Selector: batchsync.Selector{Kind: batchsync.SelectAll}, From: s.board.now, To: s.board.now.Add(2 * time.Minute)}}
	for _, id := range []batchsync.IncidentID{"i1", "i2", "i3"} {
		s.turn(id, turnAgain, "")
	}
	s.look()
	s.recover("i3")
	s.look()
	out := s.look()
	if len(out.messages) != 1 || !out.messages[0].Broadcast || out.messages[0].Body[0].Key != "alert.changed" || out.messages[0].Body[0].Args[0] != "2" {
		t.Errorf("at the end %+v is said", out.messages)
	}
}

func TestMute_OverIsTold(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	n := 0
	d.m.newID = func() string { n++; return batchsync.RunID(n).String() }
	d.known.Subscriptions = append(d.known.Subscriptions, batchsync.Subscription{Channel: "C2", Selector: batchsync.Selector{Kind: batchsync.SelectAll}, Topics: batchsync.UsualTopics()})
	d.known.Tasks = []batchsync.Task{{ID: 7, Name: "orders", Type: batchsync.TypeSingle}}
	d.p.set(planned(1, 7, time.Hour, bust))
	d.look()
	d.known.Tasks[0].Muted = d.now.Add(2 * time.Minute)
	d.look()
	if said := d.look(); !slices.Equal(said, []batchsync.TextKey{"mute.over_still", "mute.over_still"}) {
		t.Errorf("at the end of a mute %q is said in two channels", said)
	}
}
