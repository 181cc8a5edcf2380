package handlers

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
	"batchsync/internal/slacksim"
)

// crowdedRuns is a platform with so many new runs of task 1 that a list reads no
// others.
type crowdedRuns struct {
	listed
	runs []batchsync.Run
	err  error
}

func (c crowdedRuns) TasksLike(context.Context, string) ([]batchsync.TaskRef, error) {
	return c.refs, nil
}

func (c crowdedRuns) Runs(_ context.Context, f batchsync.RunFilter) ([]batchsync.Run, error) {
	return c.runs[:min(len(c.runs), f.Limit)], c.err
}

func crowdedPlatform(t *testing.T, n int) crowdedRuns {
	p := crowdedRuns{listed: listed{unread: unread{t}, fail: func(batchsync.TaskID) bool { return false }, busy: make(chan struct{}, statesAtOnce)}}
	for i, name := range []string{"busy", "failing", "idle"} {
		p.refs = append(p.refs, batchsync.TaskRef{ID: batchsync.TaskID(i + 1), Name: name, Type: batchsync.TypeMulti})
	}
	for i := range n {
		p.runs = append(p.runs, batchsync.Run{ID: batchsync.RunID(9000 - i), Task: 1, Status: batchsync.RunSuccess, Plan: time.Now().Add(-time.Duration(i) * time.Second)})
	}
	return p
}

// saw is a monitor that saw a failure of task 2, which runs again by now.
func saw(ok bool) func(time.Time) (func(batchsync.TaskID) []batchsync.Run, bool) {
	return func(at time.Time) (func(batchsync.TaskID) []batchsync.Run, bool) {
		if !ok {
			return nil, false
		}
		return func(id batchsync.TaskID) []batchsync.Run {
			if id != 2 {
				return nil
			}
			return []batchsync.Run{
				{ID: 502, Task: 2, Status: batchsync.RunNotStarted, Plan: at.Add(-4 * time.Hour)},
				{ID: 501, Task: 2, Status: batchsync.RunFailed, Plan: at.Add(-5 * time.Hour)},
			}
		}, true
	}
}

// unstopped is a store that knows of no stopped run.
type unstopped struct{ remembering }

func (unstopped) AuditOf(batchsync.AuditFilter) ([]batchsync.AuditRow, error) { return nil, nil }

// TestBot_List_Crowded does not lose a failure behind a thousand newer runs, and
// says what it does not know.
func TestBot_List_Crowded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, filter string
		runs         int
		seen         func(time.Time) (func(batchsync.TaskID) []batchsync.Run, bool)
		want, never  []string
	}{
		{"failed, seen", "failed", 1500, saw(true), []string{"failing", "last run ✗"}, []string{"not looked at", "There is none", "idle"}},
		{"failed, not seen", "failed", 1500, saw(false), []string{"None was found among the runs that were read", "last run of 2 tasks is not known"}, []string{"There is none"}},
		{"failed, nobody looks", "failed", 1500, nil, []string{"last run of 2 tasks is not known"}, []string{"There is none"}},
		{"failed, all read", "failed", 999, saw(true), []string{"There is none"}, []string{"is not known"}},
		{"all, seen", "", 1500, saw(true), []string{"idle · Offline · no recent run", "failing · Online · last run ✗"}, []string{"not known"}},
		{"all, not seen", "", 1500, saw(false), []string{"idle · Offline · last run not known", "failing · Online · last run not known"}, []string{"no recent run"}},
		{"all read", "", 999, saw(false), []string{"idle · Offline · no recent run"}, []string{"not known"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := idle(crowdedPlatform(t, c.runs), unstopped{}, nil)
			b.Seen = c.seen
			drawn, err := b.listFrom(t.Context(), origin{User: slacksim.Ana}, blocks.ListRef{Filter: c.filter})
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range c.want {
				if !strings.Contains(drawn.Text, want) {
					t.Errorf("%q is missing in %q", want, drawn.Text)
				}
			}
			for _, never := range c.never {
				if strings.Contains(drawn.Text, never) {
					t.Errorf("%q stands in %q", never, drawn.Text)
				}
			}
		})
	}
}

// A look may end while the runs it saw are read: what is told is of one reading.
func TestBot_Older_LookEnds(t *testing.T) {
	t.Parallel()
	b := idle(nil, unstopped{}, nil)
	first := []batchsync.Run{{ID: 1, Task: 2, Status: batchsync.RunNotStarted}, {ID: 2, Task: 2, Status: batchsync.RunFailed}}
	b.Seen = func(time.Time) (func(batchsync.TaskID) []batchsync.Run, bool) {
		return func(batchsync.TaskID) []batchsync.Run {
			seen := first
			first = nil
			return seen
		}, true
	}
	if got := b.older(nil, []batchsync.TaskID{2}, nil, time.Now()); len(got) != 1 || got[0].ID != 2 {
		t.Errorf("the newest run that tells is %v", got)
	}
}

// TestBot_Home_Crowded is the same of a Home tab, which keeps what it knew when
// the platform does not answer.
func TestBot_Home_Crowded(t *testing.T) {
	t.Parallel()
	for name, ok := range map[string]bool{"seen": true, "not seen": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := kept{tasks: []batchsync.Task{{ID: 2, Name: "failing", Owner: slacksim.Ana}}}
			b := idle(crowdedPlatform(t, 1500), unstopped{}, nil)
			b.Seen = saw(ok)
			last, err := b.lasts(t.Context(), []batchsync.TaskID{2})
			if err != nil {
				t.Fatal(err)
			}
			b.lastRuns.note(last, nil, time.Now())
			b.lastRuns.note(lasts{}, errors.New("no answer"), time.Now())
			v := blocks.HomeView{User: slacksim.Ana}
			b.homeTasks(&v, k.tasks)
			if (len(v.Failed) == 1) != ok || v.Mine[0].Unseen == ok {
				t.Errorf("failed %v, of mine %+v", v.Failed, v.Mine)
			}
		})
	}
}

// Nothing was ever asked of the tasks a desk knows.
func (desk) AuditOf(batchsync.AuditFilter) ([]batchsync.AuditRow, error) { return nil, nil }
