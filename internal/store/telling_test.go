package store

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

func TestStore_AcknowledgeAll(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	mine := trouble("i3", 3)
	mine.AckedBy = "U9"
	ok(t, s.RecordLook(batchsync.Look{
		At: start, Incidents: []batchsync.Incident{trouble("i1", 1), trouble("i2", 2), mine, closedFirst(trouble("i4", 4))},
		Alerts: []batchsync.Alert{alertOf("group", "i1", "i2", "i3", "i4"), alertOf("one", "i2"), alertOf("apart", "i3")},
	}))
	now := start.Add(time.Minute)
	audit := batchsync.AuditRow{At: now, Actor: "U1", Object: "alert/group"}
	done := must[[]batchsync.Incident](t)(s.AcknowledgeAll("group", "U1", time.Hour, now, audit))
	if len(done) != 2 || done[0].AckedBy != "U1" || done[1].ID != "i2" {
		t.Errorf("acknowledged %+v", done)
	}
	if i := must[batchsync.Incident](t)(s.Incident("i3")); i.AckedBy != "U9" {
		t.Errorf("taken from %s", i.AckedBy)
	}
	for id, want := range map[batchsync.MessageID]int{"alert/group": 2, "alert/one": 2, "alert/apart": 1} {
		if got := wanted(t, s, id); got != want {
			t.Errorf("of %s, revision %d is wanted, want %d", id, got, want)
		}
	}
	again := must[[]batchsync.Incident](t)(s.AcknowledgeAll("group", "U2", time.Hour, now, audit))
	var said []string
	for _, m := range must[[]batchsync.Message](t)(s.Due(now, 99)) {
		if m.Kind == batchsync.MessageNotice {
			said = append(said, fmt.Sprint(m.Thread, " ", m.Mention, " ", m.Body[0].Key, m.Body[0].Args))
		}
	}
	slices.Sort(said)
	if want := []string{"alert/group U1 incident.acked_all[2]", "alert/one U1 incident.acked[task 2]"}; !slices.Equal(said, want) {
		t.Errorf("replies are %q, want %q", said, want)
	}
	if rows := must[[]batchsync.AuditRow](t)(s.Audit(9)); len(again) != 0 || len(rows) != 1 {
		t.Errorf("again %+v, audit %+v", again, rows)
	}
	_, err := s.AcknowledgeAll("none", "U1", time.Hour, now, audit)
	wantCode(t, err, batchsync.CodeNotFound)
}

func closedFirst(i batchsync.Incident) batchsync.Incident {
	i = closed(i, start)
	i.Version = 1
	return i
}

// TestStore_Telling reads an alert while its task is muted, being changed, and
// folded; whatever it shows of that has it redrawn.
func TestStore_Telling(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	folded := alertOf("folded", "i1", "forgotten")
	folded.Closed, folded.Folded = start, "group"
	ok(t, s.RecordLook(batchsync.Look{
		At: start, Incidents: []batchsync.Incident{trouble("i1", 1)}, Watches: []batchsync.Watch{{Task: 1, Source: "mysql"}},
		Alerts: []batchsync.Alert{alertOf("group", "i1"), folded},
	}))
	ok(t, s.SaveTask(batchsync.Task{ID: 1, Name: "orders", Owner: "U7", Channel: "C1"}, batchsync.AuditRow{At: start}))
	op := batchsync.NewChange("op1", batchsync.OpDeploy, "U1", "C1", 1, batchsync.Change{Name: "orders"}, start)
	before := wanted(t, s, "alert/group")
	ok(t, s.Begin(batchsync.Begin{Operation: op, Audit: batchsync.AuditRow{At: start}}))
	if got := wanted(t, s, "alert/group"); got != before+1 {
		t.Errorf("revision %d is wanted once the task is being changed, want %d", got, before+1)
	}
	got := must[batchsync.Telling](t)(s.Telling("folded"))
	if len(got.Incidents) != 1 || got.Watches[1].Source != "mysql" || got.Tasks[1].Owner != "U7" || got.Holders[1].ID != "op1" ||
		got.Into == nil || got.Into.ID != "group" || got.IntoMessage == nil || got.IntoMessage.ID != "alert/group" || len(got.Subscriptions) != 1 {
		t.Errorf("told is %+v", got)
	}
	if who := got.Responsible(); who != "U7" {
		t.Errorf("responsible is %q", who)
	}
	op.State, op.Version = batchsync.OpFailed, op.Version+1
	ok(t, s.Advance(batchsync.Progress{Operation: op}))
	op.State, op.Version = batchsync.OpDropped, op.Version+1
	ok(t, s.Advance(batchsync.Progress{Operation: op}))
	if got := wanted(t, s, "alert/group"); got != before+2 {
		t.Errorf("revision %d is wanted once the task is free, want %d", got, before+2)
	}
	if got := must[batchsync.Telling](t)(s.Telling("group")); len(got.Holders) != 0 || got.Into != nil {
		t.Errorf("told is %+v", got)
	}
	_, err := s.Telling("none")
	wantCode(t, err, batchsync.CodeNotFound)
}
