package store

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

const day = 24 * time.Hour

func TestStore_Expire_Drafts(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	ok(t, s.CreateDraft(draftOf("old", "U1")))
	touched := draftOf("touched", "U1")
	touched.UpdatedAt = start.Add(time.Minute)
	ok(t, s.CreateDraft(touched))
	for _, id := range []batchsync.OperationID{"waiting", "settled"} {
		d := draftOf(batchsync.DraftID(id), "U1")
		ok(t, s.CreateDraft(d))
		b := confirmed(id, string(id), d)
		ok(t, s.Begin(b))
		state := batchsync.OpWaiting
		if id == "settled" {
			state = batchsync.OpDone
		}
		ok(t, advance(s, b.Operation, state, start))
	}
	mistaken := draftOf("mistaken", "U1")
	mistaken.Mistaken = "a line"
	ok(t, s.CreateDraft(mistaken))
	now := start.Add(7 * day)
	if got := must[Expired](t)(s.Expire(now)); got != (Expired{Drafts: 3}) {
		t.Errorf("got %+v, want three drafts", got)
	}
	_, untold := s.Message("draft/mistaken/expired")
	wantCode(t, untold, batchsync.CodeNotFound)
	for id, kept := range map[batchsync.DraftID]bool{"mistaken": false, "old": false, "touched": true, "waiting": true, "settled": false} {
		if _, err := s.Draft(id); (err == nil) != kept {
			t.Errorf("draft %s: got %v, want kept %t", id, err, kept)
		}
	}
	m := must[batchsync.Message](t)(s.Message("draft/old/expired"))
	if m.Channel != "U1" || m.Body[0].Key != "draft.expired" || m.State != batchsync.MessageDue || !m.Due.Equal(now) {
		t.Errorf("notice is %+v", m)
	}
	_, err := s.Message("draft/settled/expired")
	wantCode(t, err, batchsync.CodeNotFound)
	if got := must[Expired](t)(s.Expire(now)); got != (Expired{}) {
		t.Errorf("again: got %+v, want nothing", got)
	}
}

func TestStore_Expire_Seen(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	must[bool](t)(s.FirstTime("old", start))
	must[bool](t)(s.FirstTime("new", start.Add(time.Second)))
	if got := must[Expired](t)(s.Expire(start.Add(48*time.Hour + 1))); got != (Expired{Seen: 1}) {
		t.Errorf("got %+v, want one key", got)
	}
	if !must[bool](t)(s.FirstTime("old", start)) || must[bool](t)(s.FirstTime("new", start)) {
		t.Error("the wrong key was forgotten")
	}
}

func TestStore_Expire_Messages(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	deliver := func(id batchsync.MessageID, o batchsync.Outcome, at time.Time) {
		t.Helper()
		ok(t, s.Delivered(id, 9, batchsync.Delivery{Outcome: o, TS: "1.1"}, at, at))
	}
	for _, id := range []batchsync.MessageID{"sent", "dead", "due", "new"} {
		ok(t, s.Enqueue(notice(id, start)))
	}
	deliver("sent", batchsync.OutcomeDone, start)
	deliver("dead", batchsync.OutcomeNever, start)
	deliver("new", batchsync.OutcomeDone, start.Add(time.Hour))
	ok(t, s.Begin(begin("live", "live")))
	ok(t, s.Begin(begin("settled", "settled")))
	ok(t, advance(s, begin("settled", "settled").Operation, batchsync.OpDone, start))
	deliver("operation/live", batchsync.OutcomeDone, start)
	deliver("operation/settled", batchsync.OutcomeNever, start)
	ok(t, s.Begin(begin("shown", "shown")))
	ok(t, advance(s, begin("shown", "shown").Operation, batchsync.OpDone, start))
	deliver("operation/shown", batchsync.OutcomeDone, start)

	if got := must[Expired](t)(s.Expire(start.Add(30*day + 1))); got != (Expired{Messages: 3}) {
		t.Errorf("got %+v, want three messages", got)
	}
	for id, kept := range map[batchsync.MessageID]bool{
		"sent": false, "dead": false, "due": true, "new": true, "operation/live": true, "operation/settled": false, "operation/shown": true,
	} {
		if _, err := s.Message(id); (err == nil) != kept {
			t.Errorf("message %s: got %v, want kept %t", id, err, kept)
		}
	}
	// A card that was removed comes back when it is needed.
	op := begin("settled", "settled").Operation
	op.Version++
	ok(t, advance(s, op, batchsync.OpDone, start.Add(31*day)))
	must[batchsync.Message](t)(s.Message("operation/settled"))
	if due, dead, _, err := s.Counts(); due != 2 || dead != 0 || err != nil {
		t.Errorf("%d due, %d dead (%v), want 2 and 0", due, dead, err)
	}
	// One that is still shown is edited where it stands.
	ok(t, s.Refresh("operation/shown", start.Add(31*day)))
	if m := must[batchsync.Message](t)(s.Message("operation/shown")); m.TS != "1.1" || m.State != batchsync.MessageDue {
		t.Errorf("got %+v, want the card due where it stands", m)
	}
	ok(t, s.Check())
}

func TestStore_FirstTime(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	var firsts atomic.Int32
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			first, err := s.FirstTime("envelope", start)
			if err != nil {
				t.Error(err)
			}
			if first {
				firsts.Add(1)
			}
		})
	}
	wg.Wait()
	if got := firsts.Load(); got != 1 {
		t.Errorf("%d were told first, want 1", got)
	}
	if !must[bool](t)(s.FirstTime("other", start)) {
		t.Error("another key was taken for seen")
	}
}

func TestStore_Audit(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	for i := range 3 {
		ok(t, s.Record(batchsync.AuditRow{At: start, Object: fmt.Sprint(i), Seq: 77}))
	}
	rows := must[[]batchsync.AuditRow](t)(s.Audit(2))
	if len(rows) != 2 || rows[0].Object != "2" || rows[1].Object != "1" || rows[0].Seq != 3 {
		t.Errorf("got %+v, want the last two", rows)
	}
}

func BenchmarkStore_FirstTime(b *testing.B) {
	s := fresh(b)
	var n atomic.Int64
	b.SetParallelism(64)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if first, err := s.FirstTime(fmt.Sprint(n.Add(1)), start); err != nil || !first {
				b.Errorf("first is %t (%v)", first, err)
			}
		}
	})
}
