package store

import (
	"errors"
	"slices"
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

func TestStore_Quiet(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	audit := batchsync.AuditRow{At: start}
	window := func(id string, from, to time.Duration) batchsync.Quiet {
		return batchsync.Quiet{ID: id, Selector: batchsync.Selector{Kind: batchsync.SelectAll}, From: start.Add(from), To: start.Add(to)}
	}
	for _, q := range []batchsync.Quiet{
		window("a later", time.Hour, 2*time.Hour), window("b now", -time.Minute, time.Hour), window("c over", -time.Hour, 0),
		window("d long over", -51*time.Hour, -49*time.Hour),
	} {
		ok(t, s.AddQuiet(q, audit))
	}
	if err := s.AddQuiet(window("b now", 0, 1), audit); !errors.Is(err, ErrExists) {
		t.Errorf("again: got %v, want ErrExists", err)
	}
	names := func(all []batchsync.Quiet) (out []string) {
		for _, q := range all {
			out = append(out, q.ID)
		}
		return out
	}
	if got := names(must[[]batchsync.Quiet](t)(s.Quiets(start))); !slices.Equal(got, []string{"b now", "a later"}) {
		t.Errorf("got %q, want those not over, by their begin", got)
	}
	if got := names(known(t, s, start).Quiet); !slices.Equal(got, []string{"c over", "b now", "a later"}) {
		t.Errorf("known are %q, want those of the last two days too", got)
	}
	for id, code := range map[string]batchsync.Code{"a later": "", "b now": "", "c over": batchsync.CodeNotFound, "none": batchsync.CodeNotFound} {
		err := s.EndQuiet(id, start, audit)
		if code != "" {
			wantCode(t, err, code)
		} else if err != nil {
			t.Errorf("end %q: %v", id, err)
		}
	}
	wantCode(t, s.EndQuiet("b now", start, audit), batchsync.CodeNotFound)
	if got := must[[]batchsync.Quiet](t)(s.Quiets(start)); len(got) != 0 {
		t.Errorf("left are %+v, want none", got)
	}
	left := known(t, s, start).Quiet
	if got := names(left); !slices.Equal(got, []string{"c over", "b now"}) || !left[1].To.Equal(start) {
		t.Errorf("known are %+v, want the one that was open to end now", left)
	}
	if rows := must[[]batchsync.AuditRow](t)(s.Audit(99)); len(rows) != 6 {
		t.Errorf("%d audit rows, want four windows and two ends", len(rows))
	}
}

func TestStore_Rehearse(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	audit := batchsync.AuditRow{At: start}
	r := batchsync.Rehearsal{ID: "r1", Channel: "C1", By: "U1", At: start}
	ok(t, s.Rehearse(r, audit))
	second := r
	second.ID = "r2"
	wantCode(t, s.Rehearse(second, audit), batchsync.CodeConflict)
	second.Channel = "C2"
	ok(t, s.Rehearse(second, audit))
	r.Told = start
	ok(t, s.RecordLook(batchsync.Look{At: start, Rehearsed: []batchsync.Rehearsal{r}}))
	if got := known(t, s, start).Rehearsals; len(got) != 2 || !got[0].Told.Equal(start) {
		t.Errorf("rehearsals are %+v", got)
	}
	r.Over = start
	ok(t, s.RecordLook(batchsync.Look{At: start, Rehearsed: []batchsync.Rehearsal{r}}))
	if got := known(t, s, start).Rehearsals; len(got) != 1 || got[0].ID != "r2" {
		t.Errorf("rehearsals are %+v, want r2", got)
	}
	r.ID, r.Over = "r3", time.Time{}
	ok(t, s.Rehearse(r, audit))
}
