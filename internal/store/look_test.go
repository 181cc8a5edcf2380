package store

import (
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

// trouble is an open incident of a task in its first version.
func trouble(id batchsync.IncidentID, task batchsync.TaskID) batchsync.Incident {
	return batchsync.Incident{
		ID: id, Task: task, Name: "task " + task.String(), State: batchsync.IncidentOpen, Opened: start, Changed: start, Version: 1,
		Conditions: []batchsync.Condition{{Reason: batchsync.ReasonFailed, Run: 7, Since: start, Times: 1}},
	}
}

func alertOf(id batchsync.AlertID, told ...batchsync.IncidentID) batchsync.Alert {
	return batchsync.Alert{ID: id, Channel: "C1", Kind: batchsync.AlertSingle, Incidents: told, Opened: start, Version: 1}
}

func closed(i batchsync.Incident, at time.Time) batchsync.Incident {
	i.State, i.Closed, i.Ending = batchsync.IncidentClosed, at, batchsync.EndedRecovered
	i.Version++
	return i
}

func shut(a batchsync.Alert, at time.Time) batchsync.Alert {
	a.Closed = at
	a.Version++
	return a
}

func known(t testing.TB, s *Store, now time.Time) batchsync.Known {
	t.Helper()
	return must[batchsync.Known](t)(s.Known(now))
}

func wanted(t *testing.T, s *Store, id batchsync.MessageID) int {
	t.Helper()
	return must[batchsync.Message](t)(s.Message(id)).Wanted
}

func TestStore_RecordLook(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	look := batchsync.Look{
		At: start, Cursor: batchsync.Cursor{Looked: start},
		Watches:   []batchsync.Watch{{Task: 2, Name: "b"}, {Task: 1, Name: "a"}},
		Incidents: []batchsync.Incident{trouble("i1", 1)}, Alerts: []batchsync.Alert{alertOf("a1", "i1")},
		Messages: []batchsync.Message{notice("alert/a1/found/1", start)},
	}
	ok(t, s.RecordLook(look))
	if err := s.RecordLook(look); !errors.Is(err, ErrStale) {
		t.Errorf("the same again: got %v, want ErrStale", err)
	}
	if got := must[[]batchsync.Watch](t)(s.Watches()); !reflect.DeepEqual(got, []batchsync.Watch{{Task: 1, Name: "a"}, {Task: 2, Name: "b"}}) {
		t.Errorf("watches are %+v", got)
	}
	m := must[batchsync.Message](t)(s.Message("alert/a1"))
	want := batchsync.Message{
		ID: "alert/a1", Kind: batchsync.MessageAlert, Object: "a1", Channel: "C1",
		State: batchsync.MessageDue, Wanted: 1, Due: start, Pending: start, CreatedAt: start,
	}
	if !reflect.DeepEqual(m, want) {
		t.Errorf("message is %+v, want %+v", m, want)
	}
	if got := ids(must[[]batchsync.Message](t)(s.Due(start, 9))); !slices.Equal(got, []string{"alert/a1", "alert/a1/found/1"}) {
		t.Errorf("due are %v, want the alert before its reply", got)
	}

	over := start.Add(time.Minute)
	ok(t, s.RecordLook(batchsync.Look{
		At: over, Cursor: batchsync.Cursor{Looked: over}, Watches: []batchsync.Watch{{Task: 1, Name: "renamed"}}, Forget: []batchsync.TaskID{2, 3},
		Incidents: []batchsync.Incident{closed(trouble("i1", 1), over)}, Alerts: []batchsync.Alert{shut(alertOf("a1", "i1"), over)},
	}))
	if got := must[[]batchsync.Watch](t)(s.Watches()); len(got) != 1 || got[0].Name != "renamed" {
		t.Errorf("watches are %+v, want one, renamed", got)
	}
	if got := wanted(t, s, "alert/a1"); got != 2 {
		t.Errorf("revision %d is wanted, want 2", got)
	}
	if _, open, err := s.IncidentOf(1); open || err != nil {
		t.Errorf("the closed incident is open (%v)", err)
	}
	if got := known(t, s, over); got.Cursor.Looked != over || len(got.Incidents) != 1 || len(got.Alerts) != 1 {
		t.Errorf("known is %+v", got)
	}
	back := closed(trouble("i1", 1), over)
	back.State, back.Closed, back.Reopened, back.Version = batchsync.IncidentOpen, time.Time{}, 1, 3
	ok(t, s.RecordLook(batchsync.Look{At: over, Incidents: []batchsync.Incident{back}}))
	if got := known(t, s, over); len(got.Incidents) != 1 || got.Incidents[0].Reopened != 1 {
		t.Errorf("reopened, known are %+v, want it once", got.Incidents)
	}
	ok(t, s.Check())
}

// A look that was decided on something old leaves nothing behind.
func TestStore_RecordLook_Stale(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		change func(l *batchsync.Look)
		want   error
	}{
		{"incident of the same version", func(l *batchsync.Look) { l.Incidents = []batchsync.Incident{trouble("i1", 1)} }, ErrStale},
		{"incident one version ahead", func(l *batchsync.Look) { l.Incidents[0].Version++ }, ErrStale},
		{"incident that is not stored", func(l *batchsync.Look) { l.Incidents[0].ID = "other" }, ErrStale},
		{"alert of the same version", func(l *batchsync.Look) { l.Alerts = []batchsync.Alert{alertOf("a1", "i1")} }, ErrStale},
		{"alert that is not stored", func(l *batchsync.Look) { l.Alerts[0].ID = "other" }, ErrStale},
		{"no time", func(l *batchsync.Look) { l.At = time.Time{} }, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := fresh(t)
			ok(t, s.RecordLook(batchsync.Look{
				At: start, Incidents: []batchsync.Incident{trouble("i1", 1)}, Alerts: []batchsync.Alert{alertOf("a1", "i1")},
			}))
			before := known(t, s, start)
			l := batchsync.Look{
				At: start, Cursor: batchsync.Cursor{Looked: start.Add(time.Hour)}, Watches: []batchsync.Watch{{Task: 1}},
				Incidents: []batchsync.Incident{closed(trouble("i1", 1), start)}, Alerts: []batchsync.Alert{shut(alertOf("a1", "i1"), start)},
				Messages: []batchsync.Message{notice("m", start)},
			}
			tt.change(&l)
			err := s.RecordLook(l)
			if err == nil || tt.want != nil && !errors.Is(err, tt.want) {
				t.Fatalf("got %v, want %v", err, tt.want)
			}
			if got := known(t, s, start); !reflect.DeepEqual(got, before) {
				t.Errorf("known became %+v", got)
			}
			if got := must[[]batchsync.Watch](t)(s.Watches()); len(got) != 0 || wanted(t, s, "alert/a1") != 1 {
				t.Errorf("something was kept: %+v", got)
			}
			_, err = s.Message("m")
			wantCode(t, err, batchsync.CodeNotFound)
		})
	}
}

// An incident that joins or leaves an alert is found by the alert, or not.
func TestStore_RecordLook_Regroups(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	ok(t, s.RecordLook(batchsync.Look{
		At: start, Incidents: []batchsync.Incident{trouble("i1", 1), trouble("i2", 2)},
		Alerts: []batchsync.Alert{alertOf("a1", "i1"), alertOf("a2", "i2")},
	}))
	group := alertOf("a1", "i2", "i3")
	group.Version = 2
	ok(t, s.RecordLook(batchsync.Look{At: start, Alerts: []batchsync.Alert{group}}))
	for id, want := range map[batchsync.IncidentID]string{"i1": "[]", "i2": "[a1 a2]", "i3": "[a1]", "i": "[]"} {
		var got []batchsync.AlertID
		for _, a := range must[[]batchsync.Alert](t)(s.AlertsOf(id)) {
			got = append(got, a.ID)
		}
		if fmt.Sprint(got) != want {
			t.Errorf("alerts of %s are %v, want %s", id, got, want)
		}
	}
}

// What people set between Known and the look stands.
func TestStore_RecordLook_KeepsWhatPeopleSet(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	now := start.Add(time.Hour)
	for id, until := range map[batchsync.TaskID]time.Time{1: now, 2: now.Add(time.Second)} {
		ok(t, s.SaveTask(batchsync.Task{ID: id, Name: "old", Muted: until}, batchsync.AuditRow{At: start}))
	}
	ok(t, s.SetChannel(batchsync.Channel{ID: "C1", Digest: "10:00", Told: start.Add(time.Minute)}, batchsync.AuditRow{At: start}))
	ok(t, s.RecordLook(batchsync.Look{
		At:       now,
		Tasks:    []batchsync.TaskPatch{{ID: 1, Unmute: true}, {ID: 2, Unmute: true, Name: "new"}, {ID: 3, Name: "unknown"}},
		Channels: []batchsync.Channel{{ID: "C1", Digest: "09:00", Told: now}, {ID: "C2", Told: now}},
	}))
	if got := must[batchsync.Task](t)(s.Task(1)); !got.Muted.IsZero() || got.Name != "old" {
		t.Errorf("task 1 is %+v, want its mute over and its name as it was", got)
	}
	if got := must[batchsync.Task](t)(s.Task(2)); got.Muted.IsZero() || got.Name != "new" {
		t.Errorf("task 2 is %+v, want it renamed and muted still", got)
	}
	_, err := s.Task(3)
	wantCode(t, err, batchsync.CodeNotFound)
	if got := must[batchsync.Channel](t)(s.Channel("C1")); got != (batchsync.Channel{ID: "C1", Digest: "10:00", Told: now}) {
		t.Errorf("channel is %+v, want the digest people chose, told", got)
	}
	ok(t, s.SetChannel(batchsync.Channel{ID: "C1", Digest: "11:00", Told: start}, batchsync.AuditRow{At: start}))
	if got := must[batchsync.Channel](t)(s.Channel("C1")); got.Digest != "11:00" || !got.Told.Equal(now) {
		t.Errorf("channel is %+v, want told not to go back", got)
	}
	if got := known(t, s, now).Channels; len(got) != 1 {
		t.Errorf("channels are %+v, want the one that people set up", got)
	}
}

// The monitor and a person change one incident at the same time: neither
// overwrites the other.
func TestStore_RecordLook_RacesAcknowledge(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	ok(t, s.RecordLook(batchsync.Look{At: start, Incidents: []batchsync.Incident{trouble("i1", 1)}, Alerts: []batchsync.Alert{alertOf("a1", "i1")}}))
	const each = 25
	var wg sync.WaitGroup
	wg.Go(func() {
		for n := range each {
			if _, err := s.Acknowledge("i1", batchsync.UserID("U"+strconv.Itoa(n)), time.Hour, start, batchsync.AuditRow{At: start}); err != nil {
				t.Errorf("acknowledge: %v", err)
			}
		}
	})
	wg.Go(func() {
		for done := 0; done < each; {
			i := known(t, s, start).Incidents[0]
			i.Reopened++
			i.Version++
			err := s.RecordLook(batchsync.Look{At: start, Incidents: []batchsync.Incident{i}})
			switch {
			case err == nil:
				done++
			case !errors.Is(err, ErrStale):
				t.Errorf("record: %v", err)
				return
			}
		}
	})
	wg.Wait()
	i := must[batchsync.Incident](t)(s.Incident("i1"))
	if i.Version != 1+2*each || i.Reopened != each || i.AckedBy != "U24" {
		t.Errorf("incident is %+v, want every change in it", i)
	}
	if got := wanted(t, s, "alert/a1"); got != 1+each {
		t.Errorf("revision %d is wanted, want %d", got, 1+each)
	}
}

// Everything is there after the file was closed and opened.
func TestStore_Known_Reopened(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "bot.db")
	s := must[*Store](t)(Open(path, start))
	audit := batchsync.AuditRow{At: start}
	ok(t, s.SaveTask(batchsync.Task{ID: 1, Channel: "C1", Owner: "U1", Spec: &batchsync.Spec{Name: "n"}}, audit))
	ok(t, s.SetChannel(batchsync.Channel{ID: "C1", Digest: "09:00", Zone: "UTC"}, audit))
	ok(t, s.AddQuiet(batchsync.Quiet{ID: "q", From: start, To: start.Add(time.Hour)}, audit))
	ok(t, s.Rehearse(batchsync.Rehearsal{ID: "r", Channel: "C1", At: start}, audit))
	ok(t, s.RecordLook(batchsync.Look{
		At: start, Cursor: batchsync.Cursor{Looked: start, Swept: start}, Watches: []batchsync.Watch{{Task: 1, Took: []time.Duration{1}}},
		Incidents: []batchsync.Incident{trouble("i1", 1)}, Alerts: []batchsync.Alert{alertOf("a1", "i1")},
	}))
	must[batchsync.Incident](t)(s.Acknowledge("i1", "U1", time.Hour, start, audit))
	before, watches := known(t, s, start), must[[]batchsync.Watch](t)(s.Watches())
	ok(t, s.Close())
	again := open(t, path)
	if got := known(t, again, start); !reflect.DeepEqual(got, before) {
		t.Errorf("known is\n%+v, want\n%+v", got, before)
	}
	if got := must[[]batchsync.Watch](t)(again.Watches()); !reflect.DeepEqual(got, watches) {
		t.Errorf("watches are %+v, want %+v", got, watches)
	}
	if len(before.Tasks) != 1 || before.Tasks[0].Spec != nil || before.Tasks[0].Owner != "U1" || len(before.Subscriptions) != 1 ||
		len(before.Quiet) != 1 || len(before.Rehearsals) != 1 || len(before.Channels) != 1 || before.Incidents[0].AckedBy != "U1" {
		t.Errorf("known is %+v", before)
	}
}

func TestStore_Known_Recent(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	late := start.Add(time.Hour)
	opened := func(a batchsync.Alert, at time.Time) batchsync.Alert { a.Opened = at; return a }
	first := func(i batchsync.Incident) batchsync.Incident { i.Version = 1; return i }
	old := opened(alertOf("old", "open"), start)
	gone := opened(alertOf("gone", "early"), start)
	gone.Closed = late
	folded := opened(alertOf("folded", "late"), late)
	folded.Closed, folded.Folded = late, "old"
	ok(t, s.RecordLook(batchsync.Look{
		At:        start,
		Incidents: []batchsync.Incident{trouble("open", 1), first(closed(trouble("early", 2), start)), first(closed(trouble("late", 3), late))},
		Alerts:    []batchsync.Alert{old, gone, folded, opened(alertOf("new", "open"), late)},
	}))
	k := known(t, s, late.Add(2*time.Hour))
	var incidents, alerts []string
	for _, i := range k.Incidents {
		incidents = append(incidents, string(i.ID))
	}
	for _, a := range k.Alerts {
		alerts = append(alerts, string(a.ID))
	}
	if fmt.Sprint(incidents) != "[open late]" || fmt.Sprint(alerts) != "[old folded new]" {
		t.Errorf("known are %v and %v, want what is open or of the last two hours, once", incidents, alerts)
	}
}

func BenchmarkStore_RecordLook(b *testing.B) {
	s := fresh(b)
	version := 0
	for b.Loop() {
		version++
		b.StopTimer()
		l := bigLook(10_000, 500, version)
		b.StartTimer()
		ok(b, s.RecordLook(l))
	}
}

// A quiet look: no watch and no incident changed.
func BenchmarkStore_RecordLook_Quiet(b *testing.B) {
	s := fresh(b)
	l := bigLook(10_000, 0, 1)
	ok(b, s.RecordLook(l))
	l.Alerts = nil
	for b.Loop() {
		ok(b, s.RecordLook(l))
	}
}

func BenchmarkStore_Known(b *testing.B) {
	s := fresh(b)
	ok(b, s.RecordLook(bigLook(10_000, 500, 1)))
	saveTasks(b, s, 10_000)
	for b.Loop() {
		if k := known(b, s, start); len(k.Tasks) != 10_000 || len(k.Incidents) != 500 {
			b.Fatalf("%d tasks, %d incidents", len(k.Tasks), len(k.Incidents))
		}
	}
}

// bigLook is a look at which every watch and every incident changed.
func bigLook(watches, incidents, version int) batchsync.Look {
	l := batchsync.Look{At: start, Cursor: batchsync.Cursor{Looked: start}}
	group := alertOf("storm")
	group.Version = version
	for n := range watches {
		w := batchsync.Watch{
			Task: batchsync.TaskID(n + 1), Name: fmt.Sprint("orders_", n), Type: batchsync.TypeMulti, Folder: "sync/mysql", Source: "mysql_prod",
			VCluster: "INTEGRATION_1", Online: true, Cron: "0 0 2 * * ? *", Read: start, Last: batchsync.RunID(version),
			Pairs: []batchsync.TablePair{{Source: "shop.orders", Sink: "ods.orders"}},
		}
		for d := range batchsync.MaxDays {
			w.Days = append(w.Days, batchsync.DayFigures{Day: fmt.Sprintf("2026-03-%02d", d+1), OK: 24, Longer: time.Minute})
		}
		for range batchsync.MaxTook {
			w.Took = append(w.Took, 91*time.Second)
		}
		l.Watches = append(l.Watches, w)
	}
	for n := range incidents {
		i := trouble(batchsync.IncidentID(fmt.Sprint("i", n)), batchsync.TaskID(n+1))
		i.Version = version
		l.Incidents = append(l.Incidents, i)
		group.Incidents = append(group.Incidents, i.ID)
	}
	l.Alerts = []batchsync.Alert{group}
	return l
}
