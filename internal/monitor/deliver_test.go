package monitor

import (
	"errors"
	"slices"
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

// asking is a desk that remembers the acceptances that looks asked for, as the
// store does.
type asking struct {
	*desk
	all []batchsync.Acceptance
}

func newAsking(t *testing.T, topics ...batchsync.Topic) *asking {
	a := &asking{desk: newDesk(t)}
	a.known.Subscriptions = nil
	for _, c := range []batchsync.ChannelID{"C1", "C2"} {
		a.known.Subscriptions = append(a.known.Subscriptions, batchsync.Subscription{Channel: c, Selector: batchsync.Selector{Kind: batchsync.SelectAll}, Topics: topics})
	}
	a.known.Fresh, a.known.Examined = map[batchsync.TaskID]batchsync.Fresh{}, map[batchsync.TaskID]batchsync.Examined{}
	a.m.book = a
	return a
}

func (a *asking) RecordLook(l batchsync.Look) error {
	for _, x := range l.Acceptances {
		a.all = append(a.all, x)
		a.known.Examined[x.Task] = batchsync.Examined{Run: x.Run, At: x.Asked, Open: true}
		if x.Occasion == batchsync.OnFirstRun {
			delete(a.known.Fresh, x.Task)
		}
	}
	return a.desk.RecordLook(l)
}

// asked looks and returns what was asked for.
func (a *asking) asked() []batchsync.Acceptance {
	a.t.Helper()
	a.all = nil
	a.look()
	return a.all
}

// done ends the acceptance under way of a task.
func (a *asking) done(task batchsync.TaskID) {
	e := a.known.Examined[task]
	e.Open = false
	a.known.Examined[task] = e
}

// The first good scheduled run after a deployment by the bot is examined, in
// the thread of that, whatever channels want.
func TestDeliveries_FirstRun(t *testing.T) {
	t.Parallel()
	a := newAsking(t, batchsync.TopicFailures)
	a.known.Tasks = []batchsync.Task{{ID: 7, Name: "orders", Type: batchsync.TypeSingle}}
	a.known.Fresh[7] = batchsync.Fresh{Operation: "op1", Channel: "C9", Card: "operation/op1", At: midday.Add(-30 * time.Minute)}
	a.p.set(planned(1, 7, 2*time.Hour, ok)) // of the version before
	refill := planned(2, 7, 20*time.Minute, ok)
	refill.Type = batchsync.RunRefill
	a.p.set(refill)
	a.p.set(planned(3, 7, 10*time.Minute, bust))
	if got := a.asked(); len(got) != 0 {
		t.Fatalf("before the first good run asked for %+v", got)
	}
	a.p.set(planned(4, 7, 9*time.Minute, running))
	if got := a.asked(); len(got) != 0 {
		t.Fatalf("while it runs asked for %+v", got)
	}
	a.p.change(4, ok, a.now)
	got := a.asked()
	if len(got) != 1 {
		t.Fatalf("asked for %+v", got)
	}
	x := got[0]
	if x.ID != "op1" || x.Occasion != batchsync.OnFirstRun || x.Channel != "C9" || x.Thread != "operation/op1" || x.Run != 4 || x.Task != 7 || x.Name == "" || len(x.Also) != 0 {
		t.Errorf("asked for %+v", x)
	}
	a.done(7)
	a.p.set(planned(5, 7, time.Minute, ok))
	if got := a.asked(); len(got) != 0 {
		t.Errorf("of the second run asked for %+v", got)
	}
}

// Every good run is examined where a channel wants it, each once, also when
// several end while one is being examined.
func TestDeliveries_EveryRun(t *testing.T) {
	t.Parallel()
	a := newAsking(t, batchsync.TopicAcceptance)
	a.p.set(planned(1, 7, 3*time.Hour, ok))
	a.p.set(planned(2, 7, 2*time.Hour, ok))
	got := a.asked()
	if len(got) != 1 || got[0].Run != 2 || got[0].Occasion != batchsync.OnEveryRun || got[0].Channel != "C1" || !slices.Equal(got[0].Also, []batchsync.ChannelID{"C2"}) || got[0].Thread != "" {
		t.Fatalf("asked for %+v", got)
	}
	id := got[0].ID
	a.p.set(planned(3, 7, -2*time.Minute, ok))
	a.p.change(3, ok, a.now.Add(30*time.Second))
	if got := a.asked(); len(got) != 0 {
		t.Errorf("while one is under way asked for %+v", got)
	}
	a.done(7)
	if got := a.asked(); len(got) != 1 || got[0].Run != 3 || got[0].ID == id {
		t.Errorf("after it asked for %+v", got)
	}
	a.done(7)
	looks := a.looks
	if got := a.asked(); len(got) != 0 || a.looks != looks {
		t.Errorf("without a new run asked for %+v, recorded %d looks", got, a.looks-looks)
	}
}

func TestDeliveries_Not(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		topic batchsync.Topic
		set   func(a *asking)
	}{
		{"not wanted", batchsync.TopicFailures, func(a *asking) {}},
		{"failed", batchsync.TopicAcceptance, func(a *asking) { a.p.change(1, bust, midday) }},
		{"long ago", batchsync.TopicAcceptance, func(a *asking) { a.p.change(1, ok, midday.Add(-25*time.Hour)) }},
		{"being changed", batchsync.TopicAcceptance, func(a *asking) {
			a.known.Busy = map[batchsync.TaskID]batchsync.OperationKind{7: batchsync.OpBackfill}
		}},
		{"looked at", batchsync.TopicAcceptance, func(a *asking) { a.known.Examined[7] = batchsync.Examined{At: midday} }},
		{"looked at, the platform's clock is ahead", batchsync.TopicAcceptance, func(a *asking) {
			a.known.Examined[7] = batchsync.Examined{Run: 1, At: midday.Add(-24 * time.Hour)}
		}},
		{"no platform", batchsync.TopicAcceptance, func(a *asking) {
			a.known.Cursor.Since = midday
			a.p.fails = func(int) error { return errors.New("no answer") }
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := newAsking(t, tt.topic)
			a.p.set(planned(1, 7, time.Hour, ok))
			tt.set(a)
			if got := a.asked(); len(got) != 0 {
				t.Errorf("asked for %+v", got)
			}
		})
	}
}

// A mute keeps the card back and not the check.
func TestDeliveries_Held(t *testing.T) {
	t.Parallel()
	a := newAsking(t, batchsync.TopicAcceptance)
	until := midday.Add(3 * time.Hour)
	a.known.Tasks = []batchsync.Task{{ID: 7, Name: "orders", Type: batchsync.TypeSingle, Muted: until}}
	a.p.set(planned(1, 7, time.Hour, ok))
	a.p.set(planned(2, 8, time.Hour, ok))
	got := a.asked()
	if len(got) != 2 || !got[0].Held.Equal(until) || !got[1].Held.IsZero() {
		t.Errorf("asked for %+v", got)
	}
}

// A run that left tables in trouble is nothing to compare trouble with: the one
// before it is, however many of them follow.
func TestJudgement_success(t *testing.T) {
	t.Parallel()
	m := New(Config{Spec: "@every 1m"}, nil, nil, nil, func() {}, nil, nil)
	w := batchsync.Watch{Task: 7, Read: midday, Cron: "0 0 2 * * ? *"}
	runs := []batchsync.Run{}
	for _, step := range []struct {
		run     int64
		trouble bool
		newest  batchsync.RunID
		earlier batchsync.RunID
	}{{1, false, 1, 0}, {2, true, 2, 1}, {3, true, 3, 1}, {4, false, 4, 1}, {5, false, 5, 4}} {
		runs = append([]batchsync.Run{planned(step.run, 7, time.Duration(10-step.run)*time.Hour, ok)}, runs...)
		j := &judgement{m: m}
		for range 2 { // also where nothing is new
			w.Success, w.Earlier = j.success(w, runs)
		}
		w.Checked, w.Tables = batchsync.RunID(step.run), []batchsync.TableResult{{Table: "ods.orders", State: batchsync.TableOK}}
		if step.trouble {
			w.Tables[0].State = batchsync.TableEmpty
		}
		var earlier batchsync.RunID
		if w.Earlier != nil {
			earlier = w.Earlier.Run
		}
		if w.Success.Run != step.newest || earlier != step.earlier {
			t.Errorf("after run %d: newest %s, earlier %s; want %s and %s", step.run, w.Success.Run, earlier, step.newest, step.earlier)
		}
	}
}
