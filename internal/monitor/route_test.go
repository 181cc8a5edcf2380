package monitor

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

// told is one channel of a test: what it is subscribed to and what it shows.
type scene struct {
	t     *testing.T
	board board
	id    func() string
	vc    string // of the next incidents
}

// newScene has a channel that follows everything.
func newScene(t *testing.T, subs ...batchsync.Subscription) *scene {
	if len(subs) == 0 {
		subs = []batchsync.Subscription{{Channel: "C1", Selector: batchsync.Selector{Kind: batchsync.SelectAll}, Topics: batchsync.UsualTopics()}}
	}
	s := &scene{t: t, id: ids()}
	s.board = board{
		known:     batchsync.Known{Subscriptions: subs},
		watches:   map[batchsync.TaskID]batchsync.Watch{},
		tasks:     map[batchsync.TaskID]batchsync.Task{},
		incidents: map[batchsync.IncidentID]batchsync.Incident{},
		good:      func(batchsync.AlertKind, string) time.Time { return time.Time{} },
		id:        s.id, now: noon, mentions: true,
	}
	return s
}

// fail opens incidents of n more tasks of a source.
func (s *scene) fail(n int, source string) {
	for range n {
		task := batchsync.TaskID(len(s.board.watches) + 1)
		s.board.watches[task] = batchsync.Watch{Task: task, Source: source, Folder: "a/b"}
		i := batchsync.Incident{
			ID: batchsync.IncidentID(fmt.Sprint("i", task)), Task: task, Name: fmt.Sprint("t", task), Source: source, VCluster: s.vc, State: batchsync.IncidentOpen,
			Conditions: []batchsync.Condition{{Reason: batchsync.ReasonFailed, Run: batchsync.RunID(task), Times: 1, Since: s.board.now.Add(-time.Second)}}, Opened: s.board.now, Version: 1,
		}
		s.set(i, turnOpened)
	}
}

func (s *scene) set(i batchsync.Incident, as turn) {
	s.board.incidents[i.ID] = i
	s.board.changes = append(s.board.changes, change{incident: i, turn: as, aloud: true})
}

func (s *scene) recover(ids ...batchsync.IncidentID) {
	for _, id := range ids {
		i := s.board.incidents[id]
		i.State, i.Closed, i.Ending = batchsync.IncidentClosed, s.board.now, batchsync.EndedRecovered
		i.Version++
		s.set(i, turnClosed)
	}
}

// look routes, stores as the book would, and lets a minute pass.
func (s *scene) look() routed {
	out := route(s.board)
	for _, a := range out.alerts {
		i := slices.IndexFunc(s.board.known.Alerts, func(b batchsync.Alert) bool { return a.ID == b.ID })
		if i < 0 {
			s.board.known.Alerts = append(s.board.known.Alerts, a)
			continue
		}
		if a.Version != s.board.known.Alerts[i].Version+1 {
			s.t.Errorf("alert %s: version %d after %d", a.ID, a.Version, s.board.known.Alerts[i].Version)
		}
		s.board.known.Alerts[i] = a
	}
	s.board.changes = nil
	s.board.now = s.board.now.Add(time.Minute)
	return out
}

// shows lists what open alerts there are, as kind and number of incidents.
func (s *scene) shows(want ...string) {
	s.t.Helper()
	var got []string
	for _, a := range s.board.known.Alerts {
		if a.Open() {
			got = append(got, fmt.Sprintf("%s/%s %d", a.Kind, a.Subject, len(a.Incidents)))
		}
	}
	if !slices.Equal(got, want) {
		s.t.Errorf("open alerts %q, want %q", got, want)
	}
}

func TestRoute_Single(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.board.tasks[1] = batchsync.Task{ID: 1, Owner: "U1"}
	s.fail(1, "mysql")
	out := s.look()
	s.shows("single/ 1")
	if a := out.alerts[0]; !slices.Equal(a.Mentions, []batchsync.UserID{"U1"}) || len(out.messages) != 0 {
		t.Errorf("alert mentions %v, with %d replies", a.Mentions, len(out.messages))
	}
	if out = s.look(); len(out.alerts)+len(out.messages) != 0 {
		t.Errorf("a quiet look tells %+v", out)
	}
	s.recover("i1")
	out = s.look()
	s.shows()
	if len(out.messages) != 1 || !out.messages[0].Broadcast || out.messages[0].Thread != batchsync.AlertMessage(out.alerts[0].ID) {
		t.Errorf("the end is told by %+v", out.messages)
	}
}

func TestRoute_Topics(t *testing.T) {
	t.Parallel()
	only := func(topics ...batchsync.Topic) batchsync.Subscription {
		return batchsync.Subscription{Channel: "C1", Selector: batchsync.Selector{Kind: batchsync.SelectAll}, Topics: topics}
	}
	for _, c := range []struct {
		name string
		sub  batchsync.Subscription
		want []string
	}{
		{"failures", only(batchsync.TopicFailures), []string{"single/ 1"}},
		{"lateness only", only(batchsync.TopicLate), nil},
		{"its folder's parent", batchsync.Subscription{Channel: "C1", Selector: batchsync.Selector{Kind: batchsync.SelectFolder, Name: "a"}, Topics: batchsync.UsualTopics()}, []string{"single/ 1"}},
		{"a folder of a similar name", batchsync.Subscription{Channel: "C1", Selector: batchsync.Selector{Kind: batchsync.SelectFolder, Name: "a/"}, Topics: batchsync.UsualTopics()}, nil},
		{"its source", batchsync.Subscription{Channel: "C1", Selector: batchsync.Selector{Kind: batchsync.SelectSource, Name: "mysql"}, Topics: batchsync.UsualTopics()}, []string{"single/ 1"}},
		{"another task", batchsync.Subscription{Channel: "C1", Selector: batchsync.Selector{Kind: batchsync.SelectTask, Task: 2}, Topics: batchsync.UsualTopics()}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, c.sub)
			s.fail(1, "mysql")
			s.look()
			s.shows(c.want...)
		})
	}
}

func TestRoute_QuietEnd(t *testing.T) {
	t.Parallel()
	s := newScene(t, batchsync.Subscription{Channel: "C1", Selector: batchsync.Selector{Kind: batchsync.SelectAll}, Topics: []batchsync.Topic{batchsync.TopicFailures}})
	s.fail(1, "")
	s.look()
	s.recover("i1")
	if out := s.look(); len(out.messages) != 1 || out.messages[0].Broadcast {
		t.Errorf("the end is told by %+v, want a reply in the thread only", out.messages)
	}
}

func TestRoute_Cause(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.fail(2, "mysql")
	s.look()
	s.shows("single/ 1", "single/ 1")
	s.fail(2, "mysql")
	s.fail(1, "pg")
	s.look()
	s.shows("source/mysql 4", "single/ 1")
	if n := len(s.board.known.Alerts); s.board.known.Alerts[0].Folded != s.board.known.Alerts[2].ID || n != 4 {
		t.Errorf("%d alerts, the first folded into %q", n, s.board.known.Alerts[0].Folded)
	}
	s.fail(1, "mysql")
	if out := s.look(); len(out.messages) != 1 || out.messages[0].Broadcast {
		t.Errorf("one more is told by %+v, want a reply in the thread", out.messages)
	}
	s.shows("source/mysql 5", "single/ 1")
	s.recover("i1", "i2", "i3", "i4", "i6")
	if out := s.look(); len(out.messages) != 1 || !out.messages[0].Broadcast {
		t.Errorf("the end is told by %+v, want one reply", out.messages)
	}
	s.shows("single/ 1")
}

func TestRoute_CauseKnownLater(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.fail(3, "")
	s.look()
	s.shows("single/ 1", "single/ 1", "single/ 1")
	for id, i := range s.board.incidents {
		i.Source = "mysql"
		i.Version++
		s.board.incidents[id] = i
		s.set(i, turnFound)
	}
	s.look()
	s.shows("source/mysql 3")
}

func TestRoute_Cluster(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.vc = "vc"
	s.fail(2, "mysql")
	s.fail(1, "") // not known yet
	s.look()
	s.shows("single/ 1", "single/ 1", "single/ 1")
	s.fail(1, "pg")
	s.look()
	s.shows("single/ 1", "vcluster/vc 3")
	s = newScene(t)
	s.vc = "vc"
	s.fail(4, "mysql")
	s.look()
	s.shows("source/mysql 4")
}

func TestRoute_NoCauseWhereOthersSucceed(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.board.good = func(kind batchsync.AlertKind, name string) time.Time { return noon }
	s.fail(4, "mysql")
	s.look()
	s.shows("single/ 1", "single/ 1", "single/ 1", "single/ 1")
}

func TestRoute_Storm(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	for n := range 1000 {
		s.fail(1, fmt.Sprint("source", n))
	}
	out := s.look()
	s.shows("storm/ 1000")
	if len(out.alerts) != 1 || len(out.messages) != 0 || len(out.alerts[0].Mentions) > 5 {
		t.Errorf("%d alerts, %d replies", len(out.alerts), len(out.messages))
	}
	for n := range 20 {
		s.fail(1, fmt.Sprint("other", n))
	}
	if out = s.look(); len(out.alerts) != 1 || len(out.messages) != 1 {
		t.Errorf("20 more cost %d alerts and %d replies", len(out.alerts), len(out.messages))
	}
	var all []batchsync.IncidentID
	for id := range s.board.incidents {
		all = append(all, id)
	}
	s.recover(all...)
	if out = s.look(); len(out.alerts) != 1 || len(out.messages) != 1 {
		t.Errorf("the end costs %d alerts and %d replies", len(out.alerts), len(out.messages))
	}
	s.shows()
}

func TestRoute_StormByRate(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	for n := range 12 { // two a minute
		s.fail(1, fmt.Sprint("a", n))
		s.fail(1, fmt.Sprint("b", n))
		s.look()
	}
	s.shows("storm/ 24")
}

func TestRoute_Mute(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.board.tasks[1] = batchsync.Task{ID: 1, Muted: noon.Add(2*time.Minute + time.Second)}
	s.board.known.Quiet = []batchsync.Quiet{{Selector: batchsync.Selector{Kind: batchsync.SelectSource, Name: "mysql"}, From: noon, To: noon.Add(time.Minute)}}
	s.fail(1, "pg")
	s.fail(1, "mysql")
	s.look()
	s.shows()
	s.look() // the window is over
	s.shows("single/ 1")
	s.look()
	s.shows("single/ 1")
	s.look() // the mute is over
	s.shows("single/ 1", "single/ 1")
}

func TestRoute_RecoveredWhileMuted(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.board.tasks[1] = batchsync.Task{ID: 1, Muted: noon.Add(time.Hour)}
	s.fail(1, "pg")
	s.look()
	s.recover("i1")
	s.board.tasks[1] = batchsync.Task{ID: 1}
	if out := s.look(); len(out.alerts)+len(out.messages) != 0 {
		t.Errorf("tells %+v", out)
	}
}

func TestRoute_Unsubscribed(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.fail(1, "pg")
	s.look()
	s.board.known.Subscriptions = nil
	if out := s.look(); len(out.alerts) != 1 || len(out.messages) != 0 {
		t.Errorf("tells %+v", out)
	}
	s.shows()
}

func TestRoute_TwoChannels(t *testing.T) {
	t.Parallel()
	all := batchsync.Selector{Kind: batchsync.SelectAll}
	s := newScene(t,
		batchsync.Subscription{Channel: "C1", Selector: all, Topics: batchsync.UsualTopics()},
		batchsync.Subscription{Channel: "C2", Selector: batchsync.Selector{Kind: batchsync.SelectTask, Task: 1}, Topics: batchsync.UsualTopics()})
	s.fail(6, "")
	s.look()
	s.shows("storm/ 6", "single/ 1")
}

func TestRoute_Platform(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.set(batchsync.Incident{ID: "p", State: batchsync.IncidentOpen, Conditions: []batchsync.Condition{{Reason: batchsync.ReasonUnreachable}}, Opened: noon}, turnOpened)
	s.look()
	s.shows("platform/ 1")
}

// A window for one task says nothing about the platform.
func TestRoute_QuietIsNotAboutThePlatform(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		of   batchsync.Selector
		want []string
	}{
		{"of one task", batchsync.Selector{Kind: batchsync.SelectTask, Task: 1}, []string{"platform/ 1"}},
		{"of a source", batchsync.Selector{Kind: batchsync.SelectSource, Name: "mysql"}, []string{"platform/ 1"}},
		{"of everything", batchsync.Selector{Kind: batchsync.SelectAll}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t)
			s.board.known.Quiet = []batchsync.Quiet{{Selector: c.of, From: noon, To: noon.Add(time.Hour)}}
			s.set(batchsync.Incident{ID: "p", State: batchsync.IncidentOpen, Conditions: []batchsync.Condition{{Reason: batchsync.ReasonUnreachable}}, Opened: noon}, turnOpened)
			s.look()
			s.shows(c.want...)
		})
	}
}

// Once a run of the source succeeded, what fails later has another cause.
func TestRoute_CauseIsOver(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.fail(3, "mysql")
	s.look()
	s.shows("source/mysql 3")
	good := s.board.now.Add(time.Minute)
	s.board.good = func(batchsync.AlertKind, string) time.Time { return good }
	s.recover("i1", "i2")
	s.look()
	for range 60 {
		s.look()
	}
	s.fail(1, "mysql")
	s.look()
	s.shows("source/mysql 3", "single/ 1")
}

// A single failure before the last success is no reason not to see the cause of
// those after it.
func TestRoute_CauseAfterASuccess(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.fail(1, "mysql")
	s.look()
	good := s.board.now
	s.board.good = func(batchsync.AlertKind, string) time.Time { return good }
	s.look()
	s.look()
	s.fail(3, "mysql")
	s.look()
	s.shows("single/ 1", "source/mysql 3")
}

// What got worse in a quiet window is told aloud at its end, once.
func TestRoute_WorseWhileQuiet(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.fail(1, "mysql")
	s.look()
	s.board.known.Cursor.Looked = noon
	s.board.known.Quiet = []batchsync.Quiet{{ID: "q", Selector: batchsync.Selector{Kind: batchsync.SelectAll}, From: s.board.now, To: s.board.now.Add(2 * time.Minute)}}
	i := s.board.incidents["i1"]
	i.Changed, i.Version = s.board.now, 2
	s.set(i, turnChanged)
	if out := s.look(); len(out.messages) != 0 || len(out.alerts) != 1 {
		t.Errorf("in the window, %+v is said", out.messages)
	}
	s.look()
	s.board.known.Cursor.Looked = s.board.now.Add(-time.Minute)
	out := s.look()
	if len(out.messages) != 1 || !out.messages[0].Broadcast || out.messages[0].Thread == "" {
		t.Fatalf("at its end %+v is said, want one reply aloud", out.messages)
	}
	s.board.known.Cursor.Looked = s.board.now
	if out = s.look(); len(out.messages) != 0 {
		t.Errorf("and later %+v", out.messages)
	}
}

// What was kept back of a message is told by the one it is folded into.
func TestRoute_WorseWhileQuietThenFolded(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.fail(1, "mysql")
	s.look()
	s.board.known.Quiet = []batchsync.Quiet{{ID: "q", Selector: batchsync.Selector{Kind: batchsync.SelectTask, Task: 1}, From: s.board.now, To: s.board.now.Add(3 * time.Minute)}}
	s.turn("i1", turnChanged, "")
	s.look()
	s.fail(2, "mysql")
	if out := s.look(); len(out.messages) != 0 {
		t.Errorf("in the window, %+v is said", out.messages)
	}
	s.shows("source/mysql 3")
	s.look()
	out := s.look()
	if len(out.messages) != 1 || !out.messages[0].Broadcast || out.messages[0].Body[0].Key != "alert.changed" || out.messages[0].Body[0].Args[0] != "1" {
		t.Errorf("at its end %+v is said, want one reply aloud", out.messages)
	}
}

// Failures that come one a minute are a storm too.
func TestRoute_StormByTrickle(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	posts := 0
	for n := range 60 {
		s.fail(1, fmt.Sprint("source", n))
		for _, a := range s.look().alerts {
			if a.Version == 1 {
				posts++
			}
		}
	}
	if posts > 3*(stormSum+1)+3 {
		t.Errorf("an hour of one failure a minute made %d messages", posts)
	}
}

// What comes back soon is told in the message that told it before.
func TestRoute_ComesBack(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.fail(1, "pg")
	s.look()
	s.recover("i1")
	s.look()
	s.shows()
	i := s.board.incidents["i1"]
	i.State, i.Closed, i.Reopened = batchsync.IncidentOpen, time.Time{}, 1
	i.Version++
	s.set(i, turnReopened)
	out := s.look()
	s.shows("single/ 1")
	if len(s.board.known.Alerts) != 1 || len(out.messages) != 1 || !out.messages[0].Broadcast {
		t.Errorf("%d alerts, and %+v is said", len(s.board.known.Alerts), out.messages)
	}
}

// Owners are mentioned only where that is configured, and five at most.
func TestRoute_Mentions(t *testing.T) {
	t.Parallel()
	for _, wanted := range []bool{true, false} {
		s := newScene(t)
		s.board.mentions = wanted
		for n := range 9 {
			s.fail(1, fmt.Sprint("source", n))
			id := batchsync.TaskID(n + 1)
			s.board.tasks[id] = batchsync.Task{ID: id, Owner: batchsync.UserID(fmt.Sprint("U", n/2*2))} // two tasks each
		}
		s.look()
		s.shows("storm/ 9")
		got := s.board.known.Alerts[0].Mentions
		if !wanted && len(got) != 0 || wanted && !slices.Equal(got, []batchsync.UserID{"U0", "U2", "U4", "U6", "U8"}) {
			t.Errorf("configured %v: mentions %v", wanted, got)
		}
		s = newScene(t)
		s.board.mentions = wanted
		for n := range 20 {
			s.fail(1, fmt.Sprint("source", n))
			id := batchsync.TaskID(n + 1)
			s.board.tasks[id] = batchsync.Task{ID: id, Owner: batchsync.UserID(fmt.Sprint("U", n))}
		}
		s.look()
		if n := len(s.board.known.Alerts[0].Mentions); n > maxMentions || wanted != (n == maxMentions) {
			t.Errorf("configured %v: twenty owners, %d mentions", wanted, n)
		}
	}
}
