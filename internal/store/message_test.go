package store

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

func notice(id batchsync.MessageID, due time.Time) batchsync.Message {
	return batchsync.Message{ID: id, Kind: batchsync.MessageNotice, Channel: "C1", Due: due, CreatedAt: start}
}

func ids(msgs []batchsync.Message) (out []string) {
	for _, m := range msgs {
		out = append(out, string(m.ID))
	}
	return out
}

func TestStore_Enqueue_Due(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	if _, waiting, err := s.NextDue(); waiting || err != nil {
		t.Errorf("a message is waiting in a new file (%v)", err)
	}
	late := start.Add(time.Hour)
	ok(t, s.Enqueue(notice("z/2", start), notice("late", late), notice("a/1", start)))
	ok(t, s.Enqueue(notice("first", start.Add(-time.Second)), notice("at once", time.Time{})))
	ok(t, s.Enqueue(notice("late", start))) // present already: ignored

	for _, tt := range []struct {
		name string
		now  time.Time
		n    int
		want []string
	}{
		{"by due time, then as they came", start, 9, []string{"first", "z/2", "a/1", "at once"}},
		{"the first", start, 2, []string{"first", "z/2"}},
		{"not yet", start.Add(-time.Minute), 9, nil},
		{"all", late, 9, []string{"first", "z/2", "a/1", "at once", "late"}},
	} {
		if got := ids(must[[]batchsync.Message](t)(s.Due(tt.now, tt.n))); !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
	at, waiting, err := s.NextDue()
	if !at.Equal(start.Add(-time.Second)) || !waiting || err != nil {
		t.Errorf("next is due at %v (%t, %v)", at, waiting, err)
	}
	due, dead, oldest, err := s.Counts()
	if due != 5 || dead != 0 || !oldest.Equal(at) || err != nil {
		t.Errorf("counts are %d, %d, %v (%v)", due, dead, oldest, err)
	}
}

func TestStore_Delivered(t *testing.T) {
	t.Parallel()
	now, next := start.Add(time.Minute), start.Add(time.Hour)
	posted := batchsync.Message{
		Wanted: 2, Shown: 1, TS: "1.1", Posted: "D1", State: batchsync.MessageDue, Due: start, Pending: start, SentAt: start,
	}
	for _, tt := range []struct {
		name     string
		revision int
		delivery batchsync.Delivery
		change   func(m *batchsync.Message) // from posted to what is expected
	}{
		{"done", 2, batchsync.Delivery{Outcome: batchsync.OutcomeDone, TS: "2.2", Channel: "D2"}, func(m *batchsync.Message) {
			m.State, m.Shown, m.TS, m.Posted, m.SentAt, m.Due, m.Pending = batchsync.MessageSent, 2, "2.2", "D2", now, time.Time{}, time.Time{}
		}},
		{"done without a new place", 2, batchsync.Delivery{Outcome: batchsync.OutcomeDone}, func(m *batchsync.Message) {
			m.State, m.Shown, m.SentAt, m.Due, m.Pending = batchsync.MessageSent, 2, now, time.Time{}, time.Time{}
		}},
		{"done but raised meanwhile", 1, batchsync.Delivery{Outcome: batchsync.OutcomeDone}, func(m *batchsync.Message) {
			m.Shown, m.SentAt, m.Due, m.Pending = 1, now, next, now
		}},
		{"later", 2, batchsync.Delivery{Outcome: batchsync.OutcomeLater, Reason: "ratelimited"}, func(m *batchsync.Message) {
			m.Due, m.Reason = next, "ratelimited"
		}},
		{"failed", 2, batchsync.Delivery{Outcome: batchsync.OutcomeFailed, Reason: "timeout"}, func(m *batchsync.Message) {
			m.Due, m.Reason, m.Attempts = next, "timeout", 1
		}},
		{"gone", 2, batchsync.Delivery{Outcome: batchsync.OutcomeGone, Reason: "message_not_found"}, func(m *batchsync.Message) {
			m.Due, m.Reason, m.TS, m.Posted, m.Shown = next, "message_not_found", "", "", 0
		}},
		{"never", 2, batchsync.Delivery{Outcome: batchsync.OutcomeNever, Reason: "is_archived"}, func(m *batchsync.Message) {
			m.State, m.Due, m.Reason, m.Pending = batchsync.MessageDead, now, "is_archived", time.Time{}
		}},
		{"never, but raised meanwhile", 1, batchsync.Delivery{Outcome: batchsync.OutcomeNever, Reason: "invalid_blocks"}, func(m *batchsync.Message) {
			m.Due, m.Reason, m.Pending = next, "invalid_blocks", now
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			want := posted
			tt.change(&want)
			got, err := delivered(posted, tt.revision, tt.delivery, next, now)
			if err != nil || fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
				t.Errorf("got  %+v (%v)\nwant %+v", got, err, want)
			}
		})
	}
	if _, err := delivered(posted, 2, batchsync.Delivery{Outcome: "odd"}, next, now); err == nil {
		t.Error("an unknown outcome was taken")
	}
}

// A message is in exactly the index of its state, whatever happens to it.
func TestStore_Delivered_Indexes(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	ok(t, s.Enqueue(notice("m", start)))
	now := start
	deliver := func(revision int, o batchsync.Outcome) {
		t.Helper()
		now = now.Add(time.Second)
		ok(t, s.Delivered("m", revision, batchsync.Delivery{Outcome: o, TS: "1.1", Channel: "C1"}, now.Add(time.Hour), now))
	}
	check := func(when string, wantDue, wantDead int) {
		t.Helper()
		due, dead, _, err := s.Counts()
		if due != wantDue || dead != wantDead || err != nil {
			t.Errorf("%s: %d due, %d dead (%v), want %d and %d", when, due, dead, err, wantDue, wantDead)
		}
	}
	check("new", 1, 0)
	deliver(1, batchsync.OutcomeDone)
	check("sent", 0, 0)
	ok(t, s.Refresh("m", now))
	check("raised", 1, 0)
	if got := must[[]batchsync.Message](t)(s.Due(now, 1)); len(got) != 1 || got[0].Wanted != 2 {
		t.Errorf("due are %+v, want revision 2", got)
	}
	deliver(2, batchsync.OutcomeNever)
	check("given up", 0, 1)
	if got := must[[]batchsync.Message](t)(s.Dead(9)); len(got) != 1 || !got[0].Due.Equal(now) {
		t.Errorf("dead are %+v, want one of %v", got, now)
	}
	ok(t, s.Refresh("m", now))
	check("another chance", 1, 0)
	deliver(3, batchsync.OutcomeDone)
	check("sent again", 0, 0)
	wantCode(t, s.Refresh("none", now), batchsync.CodeNotFound)
	wantCode(t, s.Delivered("none", 1, batchsync.Delivery{Outcome: batchsync.OutcomeDone}, now, now), batchsync.CodeNotFound)
}

// News must not cut a back-off or a rate limit short.
func TestStore_Refresh_KeepsDelay(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	ok(t, s.Begin(begin("op1", "orders")))
	until := start.Add(time.Hour)
	ok(t, s.Delivered("operation/op1", 1, batchsync.Delivery{Outcome: batchsync.OutcomeFailed}, until, start))
	ok(t, advance(s, begin("op1", "orders").Operation, batchsync.OpRunning, start.Add(time.Second)))
	m := must[batchsync.Message](t)(s.Message("operation/op1"))
	if m.Wanted != 2 || m.Attempts != 1 || !m.Due.Equal(until) {
		t.Errorf("card is %+v, want revision 2 due at %v", m, until)
	}
}

func TestStore_Dead_NewestFirst(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	for i, id := range []batchsync.MessageID{"b", "a", "c"} {
		at := start.Add(time.Duration(i) * time.Second)
		ok(t, s.Enqueue(notice(id, start)))
		ok(t, s.Delivered(id, 1, batchsync.Delivery{Outcome: batchsync.OutcomeNever}, at, at))
	}
	if got := ids(must[[]batchsync.Message](t)(s.Dead(2))); !slices.Equal(got, []string{"c", "a"}) {
		t.Errorf("got %v, want c, a", got)
	}
}
