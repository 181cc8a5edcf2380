package handlers

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
	"batchsync/internal/redact"
	"batchsync/internal/slacksim"
)

// kept is a store of what a Home tab shows.
type kept struct {
	Store
	tasks  []batchsync.Task
	open   []batchsync.Operation
	drafts []batchsync.Draft
	wrong  []batchsync.Incident
	cards  map[batchsync.MessageID]batchsync.Message
	err    error
}

func (k kept) OpenIncidents() ([]batchsync.Incident, error) { return k.wrong, k.err }
func (k kept) Tasks() ([]batchsync.Task, error)             { return k.tasks, k.err }
func (k kept) Unsettled() ([]batchsync.Operation, error)    { return k.open, k.err }
func (k kept) Message(id batchsync.MessageID) (batchsync.Message, error) {
	m, ok := k.cards[id]
	if !ok {
		return m, &batchsync.Error{Code: batchsync.CodeNotFound, Text: batchsync.T("message.gone")}
	}
	return m, k.err
}
func (k kept) OpenDrafts(batchsync.UserID) ([]batchsync.Draft, error) {
	return k.drafts, k.err
}

// homeBot draws Home tabs of a store; it has no platform to ask.
func homeBot(t *testing.T, k kept) *Bot {
	t.Helper()
	_, api := connect(t, slacksim.Options{})
	access := batchsync.Access{Team: slacksim.TeamID, Operators: []batchsync.UserID{slacksim.Ana}}
	return &Bot{
		Deps:   Deps{API: api, Store: k, Drawer: blocks.Drawer{Redact: redact.New()}, Log: quiet()},
		people: newPeople(api, access, 0, quiet()),
	}
}

func homeSample(at time.Time) kept {
	op := func(id string, actor batchsync.UserID, state batchsync.OperationState) batchsync.Operation {
		op := batchsync.NewCreate(batchsync.OperationID(id), batchsync.Draft{Owner: actor}, batchsync.Spec{Name: id}, at)
		op.State = state
		return op
	}
	return kept{
		tasks: []batchsync.Task{
			{ID: 1, Name: "old", Owner: slacksim.Ana, CreatedAt: at.Add(-time.Hour)},
			{ID: 2, Name: "new", Owner: slacksim.Ana, CreatedAt: at},
			{ID: 3, Name: "others", Owner: slacksim.Adam, CreatedAt: at},
		},
		open: []batchsync.Operation{
			op("theirs", slacksim.Adam, batchsync.OpRunning), op("stuck", slacksim.Ana, batchsync.OpUnknown),
			op("mine", slacksim.Ana, batchsync.OpRunning), op("not_mine", slacksim.Adam, batchsync.OpWaiting),
		},
		drafts: []batchsync.Draft{{ID: "d1", Owner: slacksim.Ana}},
	}
}

func TestBot_Home(t *testing.T) {
	t.Parallel()
	at := time.Now()
	b := homeBot(t, homeSample(at))
	b.lastRuns.note(lasts{runs: newest([]batchsync.Run{
		{ID: 12, Task: 1, Status: batchsync.RunNotStarted}, {ID: 11, Task: 1, Status: batchsync.RunFailed}, {ID: 10, Task: 1, Status: batchsync.RunSuccess},
		{ID: 20, Task: 2, Status: batchsync.RunSuccess}, {ID: 30, Task: 3, Status: batchsync.RunFailed},
	})}, nil, at)
	v, err := b.home(slacksim.Ana)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range v.Mine {
		got = append(got, "task "+r.Ref.Name)
	}
	for _, r := range v.Failed {
		got = append(got, "failed "+r.Ref.Name+" "+r.Last.ID.String())
	}
	for _, op := range v.Attention {
		got = append(got, "attention "+op.Name())
	}
	for _, op := range v.Running {
		got = append(got, "running "+op.Name())
	}
	want := "task new, task old, failed old 11, attention stuck, running mine, running theirs"
	if s := strings.Join(got, ", "); s != want {
		t.Errorf("got  %s\nwant %s", s, want)
	}
	if !v.FreshAt.Equal(at) || len(v.Drafts) != 1 {
		t.Errorf("fresh at %v with %d drafts", v.FreshAt, len(v.Drafts))
	}
}

func TestBot_DrawHome(t *testing.T) {
	t.Parallel()
	b := homeBot(t, homeSample(time.Now()))
	for _, c := range []struct {
		name       string
		user       batchsync.UserID
		see, never string
	}{
		{"operator", slacksim.Ana, "New Sync", "Guests and people"},
		{"viewer", slacksim.Vera, "All Tasks", "New Sync"},
		{"guest", slacksim.Gus, "Guests and people", "theirs"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			v, err := b.drawHome(t.Context(), c.user)
			if err != nil {
				t.Fatal(err)
			}
			js, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			if s := string(js); !strings.Contains(s, c.see) || strings.Contains(s, c.never) {
				t.Errorf("want %q and not %q: %s", c.see, c.never, s)
			}
		})
	}
	t.Run("unknown person", func(t *testing.T) {
		t.Parallel()
		if _, err := b.drawHome(t.Context(), "U0NOBODY01"); err == nil {
			t.Error("drawn for somebody who could not be looked up")
		}
	})
	t.Run("unreadable store", func(t *testing.T) {
		t.Parallel()
		broken := homeBot(t, kept{err: errors.New("disk")})
		if _, err := broken.drawHome(t.Context(), slacksim.Ana); err == nil {
			t.Error("an empty tab is drawn where nothing could be read")
		}
	})
}

func TestLastRuns_Note(t *testing.T) {
	t.Parallel()
	at := time.Now()
	run := func(id batchsync.RunID) []batchsync.Run {
		return []batchsync.Run{{ID: id, Task: 1, Status: batchsync.RunSuccess}}
	}
	var l lastRuns
	for _, c := range []struct {
		name   string
		runs   []batchsync.Run
		err    error
		after  time.Duration
		newest batchsync.RunID
		failed bool
	}{
		{"first", run(1), nil, time.Minute, 1, false},
		{"overtaken", run(2), nil, 0, 1, false},
		{"failed", nil, errors.New("timeout"), 2 * time.Minute, 1, true},
		{"works again", run(3), nil, 3 * time.Minute, 3, false},
	} {
		l.note(lasts{runs: newest(c.runs)}, c.err, at.Add(c.after))
		newest, _, failed := l.known()
		if got := newest.runs[1].ID; got != c.newest || failed.IsZero() == c.failed {
			t.Errorf("%s: newest run %d, failed at %v", c.name, got, failed)
		}
	}
}
