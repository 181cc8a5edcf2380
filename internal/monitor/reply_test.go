package monitor

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

// turn has an incident take a turn that was decided elsewhere.
func (s *scene) turn(id batchsync.IncidentID, as turn, whom batchsync.UserID) {
	i := s.board.incidents[id]
	i.Version++
	s.board.incidents[id] = i
	s.board.changes = append(s.board.changes, change{incident: i, turn: as, aloud: true, whom: whom})
}

// An acknowledgement of a whole group asks again once, by whatever number of
// people it was.
func TestReply_RemindGroup(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	for n := range 9 {
		s.fail(1, fmt.Sprint("source", n))
	}
	s.look()
	s.shows("storm/ 9")
	for n := range 9 {
		s.turn(batchsync.IncidentID(fmt.Sprint("i", n+1)), turnRemind, batchsync.UserID(fmt.Sprint("U", 2-n%2)))
	}
	said := s.look().messages
	if len(said) != 1 || !said[0].Broadcast || said[0].Body[0].Key != "alert.remind" || said[0].Body[0].Args[0] != "9" {
		t.Fatalf("told as %+v", said)
	}
	if m := said[0]; m.Mention != "U1" || !slices.Equal(m.Also, []batchsync.UserID{"U2"}) {
		t.Errorf("it mentions %s and %v", m.Mention, m.Also)
	}
}

// A reminder that is due while nothing is told is given when that is over.
func TestReply_RemindAfterQuiet(t *testing.T) {
	t.Parallel()
	quiet := func(s batchsync.Selector) func(d *desk, from, to time.Time) {
		return func(d *desk, from, to time.Time) {
			d.known.Quiet = []batchsync.Quiet{{ID: "q", Selector: s, From: from, To: to}}
		}
	}
	mute := func(d *desk, _, to time.Time) {
		d.known.Tasks = []batchsync.Task{{ID: 7, Name: "orders", Type: batchsync.TypeSingle, Channel: "C1", Muted: to}}
	}
	for name, hush := range map[string]func(*desk, time.Time, time.Time){
		"quiet window":  quiet(batchsync.Selector{Kind: batchsync.SelectAll}),
		"of its folder": quiet(batchsync.Selector{Kind: batchsync.SelectFolder, Name: "sync"}),
		"of its source": quiet(batchsync.Selector{Kind: batchsync.SelectSource, Name: "mysql"}),
		"of the task":   quiet(batchsync.Selector{Kind: batchsync.SelectTask, Task: 7}),
		"mute":          mute,
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.watch[7] = batchsync.Watch{Task: 7, Folder: "sync/mysql", Source: "mysql"}
			d.p.set(planned(1, 7, time.Hour, bust))
			d.look()
			i, err := d.last().Acknowledge("U1", 4*time.Hour, d.now)
			if err != nil {
				t.Fatal(err)
			}
			d.known.Incidents = replaced(d.known.Incidents, i, func(o batchsync.Incident) bool { return o.ID == i.ID })
			asked := d.now.Add(4 * time.Hour)
			d.now = asked.Add(-5 * time.Minute)
			over := asked.Add(30 * time.Minute)
			hush(d, asked.Add(-4*time.Minute), over)
			for d.now.Add(time.Minute).Before(over) {
				if said := d.look(); slices.Contains(said, "incident.reply_remind") {
					t.Fatalf("%s before the end, %q is said", over.Sub(d.now), said)
				}
			}
			if i := d.last(); i.AckedBy != "U1" || i.AskAgain.IsZero() {
				t.Errorf("meanwhile it is acknowledged by %q, asked again %s", i.AckedBy, i.AskAgain)
			}
			said := append(d.look(), d.look()...)
			if n := strings.Count(fmt.Sprint(said), "incident.reply_remind"); n != 1 {
				t.Errorf("at the end, %q is said", said)
			}
		})
	}
}

// So is one about the platform, which is kept back only where everything is quiet.
func TestReply_RemindOfPlatform(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		of   batchsync.Selector
		held bool
	}{
		{"all is quiet", batchsync.Selector{Kind: batchsync.SelectAll}, true},
		{"a task is", batchsync.Selector{Kind: batchsync.SelectTask, Task: 7}, false},
		{"a folder is", batchsync.Selector{Kind: batchsync.SelectFolder}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			d.look()
			d.p.fails = func(int) error { return errors.New("no answer") }
			for range downLooks {
				d.look()
			}
			d.open("0 unreachable 0")
			i, err := d.last().Acknowledge("U1", time.Hour, d.now)
			if err != nil {
				t.Fatal(err)
			}
			d.known.Incidents = replaced(d.known.Incidents, i, func(o batchsync.Incident) bool { return o.ID == i.ID })
			asked := i.AskAgain
			over := asked.Add(10 * time.Minute)
			d.known.Quiet = []batchsync.Quiet{{ID: "q", Selector: c.of, From: asked.Add(-5 * time.Minute), To: over}}
			var inside, after int
			for d.now.Before(over.Add(5 * time.Minute)) {
				n := strings.Count(fmt.Sprint(d.look()), "incident.reply_remind")
				if d.now.Before(over) {
					inside += n
				} else {
					after += n
				}
			}
			if c.held && (inside != 0 || after != 1) || !c.held && (inside != 1 || after != 0) {
				t.Errorf("asked again %d times in the window and %d times after it", inside, after)
			}
		})
	}
}

// more has a task fail once more, as a look would find it.
func (s *scene) more(id batchsync.IncidentID, times int) {
	before := s.board.incidents[id]
	next := []batchsync.Condition{{Reason: batchsync.ReasonFailed, Run: batchsync.RunID(100*int(before.Task) + times), Times: times, Since: s.board.now}}
	about := subject{task: before.Task, name: before.Name, source: before.Source}
	for _, c := range reconcile(&before, next, about, s.board.now, s.id) {
		s.board.incidents[id] = c.incident
		s.board.changes = append(s.board.changes, c)
	}
}

// What goes on failing is told as often within a group as alone.
func TestReply_GoesOnFailing(t *testing.T) {
	t.Parallel()
	for name, n := range map[string]int{"alone": 1, "in a group": 9} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			for k := range n {
				s.fail(1, fmt.Sprint("source", k))
			}
			s.look()
			var aloud []int
			for times := 2; times <= 10; times++ {
				s.board.now = s.board.now.Add(24 * time.Hour)
				s.more("i1", times)
				said := s.look().messages
				if len(said) != 1 || !slices.Contains(said[0].Body[0].Args, fmt.Sprint(times)) {
					t.Fatalf("failure %d is told as %+v", times, said)
				}
				if said[0].Broadcast {
					aloud = append(aloud, times)
				}
			}
			if want := []int{3, 5, 10}; !slices.Equal(aloud, want) {
				t.Errorf("aloud at %v, want %v", aloud, want)
			}
		})
	}
}

// A group of many is told in one reply per look, and shows the channel the same
// news once, not at every look that brings more of it.
func TestReply_GroupAtOnce(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.fail(9, "mysql")
	s.look()
	s.shows("source/mysql 9")
	for n := range 9 {
		s.more(batchsync.IncidentID(fmt.Sprint("i", n+1)), 2)
	}
	s.look()
	var aloud []bool
	for n := range 3 {
		for k := range 3 {
			s.more(batchsync.IncidentID(fmt.Sprint("i", 3*n+k+1)), 3)
		}
		said := s.look().messages
		if len(said) != 1 || !slices.Equal(said[0].Body[0].Args[:2], []string{"3", "3"}) {
			t.Fatalf("look %d: told as %+v", n, said)
		}
		aloud = append(aloud, said[0].Broadcast)
	}
	if !slices.Equal(aloud, []bool{true, false, false}) {
		t.Errorf("shown to the channel: %v, want the first only", aloud)
	}
	s.board.known.Quiet = []batchsync.Quiet{{Selector: batchsync.Selector{Kind: batchsync.SelectAll}, From: s.board.now, To: s.board.now.Add(time.Hour)}}
	s.more("i1", 5)
	if said := s.look().messages; len(said) != 0 {
		t.Errorf("in a quiet window it is told as %+v", said)
	}
}

// What the channel was shown of one incident of a group is news of another again
// after an hour.
func TestReply_GroupLater(t *testing.T) {
	t.Parallel()
	for after, want := range map[time.Duration]bool{59 * time.Minute: false, 61 * time.Minute: true} {
		s := newScene(t)
		s.fail(9, "mysql")
		s.look()
		s.shows("source/mysql 9")
		for _, id := range []batchsync.IncidentID{"i1", "i2"} {
			s.more(id, 2)
		}
		s.look()
		began := s.board.now
		s.more("i1", 3)
		if said := s.look().messages; len(said) != 1 || !said[0].Broadcast {
			t.Fatalf("the first is told as %+v", said)
		}
		s.board.now = began.Add(after)
		s.more("i2", 3)
		if said := s.look().messages; len(said) != 1 || said[0].Broadcast != want {
			t.Errorf("the second, %s later, is told as %+v, want it aloud: %v", after, said, want)
		}
	}
}
