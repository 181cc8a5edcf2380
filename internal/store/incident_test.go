package store

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"batchsync/internal/batchsync"
)

func TestStore_Acknowledge(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	folded := alertOf("folded", "i1")
	folded.Closed, folded.Folded = start, "storm"
	platform := trouble("p", 0)
	platform.Name = ""
	ok(t, s.RecordLook(batchsync.Look{
		At: start, Incidents: []batchsync.Incident{trouble("i1", 1), trouble("i2", 2), platform},
		Alerts: []batchsync.Alert{folded, alertOf("storm", "i1", "i2", "p"), alertOf("other", "i1"), alertOf("apart", "i2")},
	}))
	now := start.Add(time.Minute)
	audit := batchsync.AuditRow{At: now, Actor: "U1", Object: "incident/i1"}
	got := must[batchsync.Incident](t)(s.Acknowledge("i1", "U1", time.Hour, now, audit))
	if got.AckedBy != "U1" || !got.AskAgain.Equal(now.Add(time.Hour)) || got.Version != 2 {
		t.Errorf("got %+v", got)
	}
	if stored := must[batchsync.Incident](t)(s.Incident("i1")); fmt.Sprint(stored) != fmt.Sprint(got) {
		t.Errorf("stored is %+v, want %+v", stored, got)
	}
	for id, want := range map[batchsync.MessageID]int{"alert/storm": 2, "alert/other": 2, "alert/folded": 1, "alert/apart": 1} {
		if got := wanted(t, s, id); got != want {
			t.Errorf("of %s, revision %d is wanted, want %d", id, got, want)
		}
	}
	must[batchsync.Incident](t)(s.Acknowledge("i2", "U2", time.Hour, now, audit))
	must[batchsync.Incident](t)(s.Acknowledge("p", "U2", time.Hour, now, audit))
	var said []string
	for _, m := range must[[]batchsync.Message](t)(s.Due(now, 99)) {
		if m.Kind == batchsync.MessageNotice {
			said = append(said, fmt.Sprint(m.Thread, " ", m.Mention, " ", m.Body[0].Key, m.Body[0].Args, m.Broadcast))
		}
	}
	slices.Sort(said)
	want := []string{
		"alert/apart U2 incident.acked[task 2] false", "alert/other U1 incident.acked[task 1] false",
		"alert/storm U1 incident.acked[task 1] false", "alert/storm U2 incident.acked[task 2] false",
		"alert/storm U2 incident.acked_platform[] false",
	}
	if !slices.Equal(said, want) {
		t.Errorf("replies are %q, want %q", said, want)
	}
	if rows := must[[]batchsync.AuditRow](t)(s.Audit(9)); len(rows) != 3 || rows[2].Object != "incident/i1" {
		t.Errorf("audit is %+v", rows)
	}
}

func TestStore_Acknowledge_Refused(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	over := trouble("over", 1)
	over.State, over.Closed = batchsync.IncidentClosed, start
	ok(t, s.RecordLook(batchsync.Look{At: start, Incidents: []batchsync.Incident{over}, Alerts: []batchsync.Alert{alertOf("a", "over")}}))
	_, err := s.Acknowledge("over", "U1", time.Hour, start, batchsync.AuditRow{})
	wantCode(t, err, batchsync.CodeConflict)
	_, err = s.Acknowledge("none", "U1", time.Hour, start, batchsync.AuditRow{})
	wantCode(t, err, batchsync.CodeNotFound)
	if got := wanted(t, s, "alert/a"); got != 1 {
		t.Errorf("revision %d is wanted, want 1", got)
	}
	if rows := must[[]batchsync.AuditRow](t)(s.Audit(9)); len(rows) != 0 {
		t.Errorf("audit is %+v, want none", rows)
	}
	_, err = s.Alert("none")
	wantCode(t, err, batchsync.CodeNotFound)
}

func TestStore_IncidentOf(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	made := trouble("a", 1)
	made.Rehearsal = true
	later := trouble("b", 1)
	later.Opened = start.Add(time.Hour)
	ok(t, s.RecordLook(batchsync.Look{At: start, Incidents: []batchsync.Incident{later, made, trouble("c", 256)}}))
	for task, want := range map[batchsync.TaskID]batchsync.IncidentID{1: "b", 256: "c", 0: "", 2: ""} {
		got, open, err := s.IncidentOf(task)
		if got.ID != want || open != (want != "") || err != nil {
			t.Errorf("of task %d: got %q (%t, %v), want %q", task, got.ID, open, err, want)
		}
	}
	var order []batchsync.IncidentID
	for _, i := range must[[]batchsync.Incident](t)(s.OpenIncidents()) {
		order = append(order, i.ID)
	}
	if !slices.Equal(order, []batchsync.IncidentID{"a", "c", "b"}) {
		t.Errorf("open are %v, want the oldest first", order)
	}
}

// A mute that changes is seen on the alerts that tell of the task.
func TestStore_SaveTask_RedrawsAlerts(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	folded := alertOf("folded", "i1")
	folded.Closed = start
	ok(t, s.RecordLook(batchsync.Look{
		At: start, Incidents: []batchsync.Incident{trouble("i1", 1), trouble("i2", 2)},
		Alerts: []batchsync.Alert{alertOf("a1", "i1"), alertOf("a2", "i2"), folded},
	}))
	at := start.Add(time.Minute)
	task := batchsync.Task{ID: 1}
	save := func(want int) {
		t.Helper()
		ok(t, s.SaveTask(task, batchsync.AuditRow{At: at}))
		if got := wanted(t, s, "alert/a1"); got != want {
			t.Errorf("revision %d is wanted, want %d", got, want)
		}
	}
	save(1)
	task.Muted = at.Add(time.Hour)
	save(2)
	task.Name = "renamed"
	save(2)
	ok(t, s.RecordLook(batchsync.Look{At: at.Add(time.Hour), Tasks: []batchsync.TaskPatch{{ID: 1, Unmute: true}}}))
	task.Muted = time.Time{}
	save(3) // by the look
	if wanted(t, s, "alert/a2") != 1 || wanted(t, s, "alert/folded") != 1 {
		t.Error("an alert was redrawn that does not show the task, or is closed")
	}
}

func TestStore_Expire_News(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	over := func(id batchsync.IncidentID, at time.Time) batchsync.Incident {
		i := closed(trouble(id, 1), at)
		i.Version = 1
		return i
	}
	done := func(id batchsync.AlertID, told ...batchsync.IncidentID) batchsync.Alert {
		a := alertOf(id, told...)
		a.Closed = start
		return a
	}
	ok(t, s.RecordLook(batchsync.Look{
		At:        start,
		Incidents: []batchsync.Incident{over("old", start), over("unsent", start), over("grouped", start), over("new", start.Add(day)), trouble("open", 2)},
		Alerts:    []batchsync.Alert{done("old", "old"), done("unsent", "unsent"), alertOf("live", "grouped", "open")},
	}))
	for _, id := range []batchsync.MessageID{"alert/old", "alert/live"} {
		ok(t, s.Delivered(id, 1, batchsync.Delivery{Outcome: batchsync.OutcomeDone, TS: "1.1", Channel: "C1"}, start, start))
	}
	audit := batchsync.AuditRow{At: start}
	ok(t, s.AddQuiet(batchsync.Quiet{ID: "over", From: start, To: start.Add(time.Hour)}, audit))
	ok(t, s.AddQuiet(batchsync.Quiet{ID: "to come", From: start.Add(100 * day), To: start.Add(101 * day)}, audit))
	ok(t, s.Rehearse(batchsync.Rehearsal{ID: "stuck", Channel: "C1", At: start}, audit))
	ok(t, s.Rehearse(batchsync.Rehearsal{ID: "new", Channel: "C2", At: start.Add(90 * day)}, audit))
	ok(t, s.db.Update(func(tx *bbolt.Tx) error {
		return put(tx, bucketStopped, runKey(5), batchsync.Stop{By: "U1", At: start})
	}))

	// Where an alert stands is known as long as the alert is.
	if got := must[Expired](t)(s.Expire(start.Add(40 * day))); got != (Expired{Marks: 3}) {
		t.Errorf("got %+v, want the stopped run, a window and a rehearsal", got)
	}
	ok(t, s.RecordLook(batchsync.Look{At: start.Add(41 * day), Alerts: []batchsync.Alert{{ID: "live", Channel: "C1", Incidents: []batchsync.IncidentID{"grouped", "open"}, Opened: start, Version: 2}}}))
	if m := must[batchsync.Message](t)(s.Message("alert/live")); m.TS != "1.1" || m.Wanted != 2 || m.State != batchsync.MessageDue {
		t.Errorf("the live message is %+v, want the one that was posted to be edited", m)
	}
	ok(t, s.Delivered("alert/live", 2, batchsync.Delivery{Outcome: batchsync.OutcomeDone}, start, start.Add(80*day)))
	if got := must[Expired](t)(s.Expire(start.Add(90*day + 1))); got != (Expired{Alerts: 1, Incidents: 1}) {
		t.Errorf("got %+v, want one alert and its incident", got)
	}
	for id, kept := range map[batchsync.IncidentID]bool{"old": false, "unsent": true, "grouped": true, "new": true, "open": true} {
		if _, err := s.Incident(id); (err == nil) != kept {
			t.Errorf("incident %s: got %v, want kept %t", id, err, kept)
		}
		if _, err := s.AlertsOf(id); err != nil {
			t.Errorf("alerts of %s: %v", id, err)
		}
	}
	for id, kept := range map[batchsync.MessageID]bool{"alert/old": false, "alert/unsent": true, "alert/live": true} {
		if _, err := s.Message(id); (err == nil) != kept {
			t.Errorf("message %s: got %v, want kept %t", id, err, kept)
		}
	}
	k := known(t, s, start.Add(91*day))
	if len(k.Rehearsals) != 1 || len(k.Quiet) != 1 || len(k.Alerts) != 1 {
		t.Errorf("known is %+v", k)
	}
	ok(t, s.Check())
}
