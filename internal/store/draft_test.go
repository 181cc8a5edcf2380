package store

import (
	"errors"
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

func draftOf(id batchsync.DraftID, owner batchsync.UserID) batchsync.Draft {
	return batchsync.NewDraft(id, owner, "C1", batchsync.Defaults{Zone: "UTC"}, start)
}

func TestStore_CreateDraft(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	ok(t, s.CreateDraft(draftOf("d1", "U1")))
	if err := s.CreateDraft(draftOf("d1", "U2")); !errors.Is(err, ErrExists) {
		t.Errorf("got %v, want ErrExists", err)
	}
	if d := must[batchsync.Draft](t)(s.Draft("d1")); d.Owner != "U1" || !d.CreatedAt.Equal(start) {
		t.Errorf("got %+v", d)
	}
	_, err := s.Draft("d2")
	wantCode(t, err, batchsync.CodeNotFound)
}

func TestStore_OpenDrafts(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	for i, id := range []batchsync.DraftID{"b", "c", "a"} {
		d := draftOf(id, "U1")
		d.CreatedAt = start.Add(time.Duration(i) * time.Minute)
		ok(t, s.CreateDraft(d))
	}
	ok(t, s.CreateDraft(draftOf("x", "U12"))) // U1 is a prefix of it
	done := draftOf("done", "U1")
	done.State = batchsync.DraftConfirmed
	ok(t, s.CreateDraft(done))
	var got string
	for _, d := range must[[]batchsync.Draft](t)(s.OpenDrafts("U1")) {
		got += string(d.ID)
	}
	if got != "acb" {
		t.Errorf("got %s, want acb", got)
	}
}

// A line with mistakes is no draft of the person until they go on with it, and the
// next such line takes its place.
func TestStore_OpenDrafts_Mistaken(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	ids := func() (out string) {
		for _, d := range must[[]batchsync.Draft](t)(s.OpenDrafts("U1")) {
			out += string(d.ID)
		}
		return out
	}
	for _, id := range []batchsync.DraftID{"1", "2", "3"} {
		d := draftOf(id, "U1")
		d.Mistaken = "a line"
		ok(t, s.CreateDraft(d))
	}
	other := draftOf("9", "U9")
	other.Mistaken = "a line"
	ok(t, s.CreateDraft(other))
	if got := ids(); got != "" {
		t.Errorf("lists %s", got)
	}
	_, err := s.Draft("2")
	wantCode(t, err, batchsync.CodeNotFound)
	must[batchsync.Draft](t)(s.EditDraft("3", func(d batchsync.Draft) (batchsync.Draft, error) {
		next, _, err := d.Apply(batchsync.WentOn{}, batchsync.Facts{}, start)
		return next, err
	}))
	last := draftOf("4", "U1")
	last.Mistaken = "a line"
	ok(t, s.CreateDraft(last))
	if got := ids(); got != "3" {
		t.Errorf("after going on it lists %s", got)
	}
	must[batchsync.Draft](t)(s.Draft("9"))
}

func TestStore_EditDraft(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	invalid := &batchsync.InvalidError{Fields: []batchsync.FieldError{{Field: batchsync.FieldName}}}
	for _, tt := range []struct {
		name  string
		state batchsync.DraftState
		err   error
		step  batchsync.Step // stored afterwards, empty: nothing stored
	}{
		{"saved", batchsync.DraftOpen, nil, batchsync.StepPlace},
		{"saved though invalid", batchsync.DraftOpen, invalid, batchsync.StepPlace},
		{"not saved when stale", batchsync.DraftOpen, &batchsync.StaleError{}, batchsync.StepSource},
		{"not saved on any other error", batchsync.DraftOpen, boom, batchsync.StepSource},
		{"removed when cancelled", batchsync.DraftCancelled, nil, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := fresh(t)
			ok(t, s.CreateDraft(draftOf("d1", "U1")))
			next, err := s.EditDraft("d1", func(d batchsync.Draft) (batchsync.Draft, error) {
				d.Step, d.State = batchsync.StepPlace, tt.state
				return d, tt.err
			})
			if !errors.Is(err, tt.err) || next.Step != batchsync.StepPlace {
				t.Errorf("got step %s and error %v, want %v", next.Step, err, tt.err)
			}
			open := must[[]batchsync.Draft](t)(s.OpenDrafts("U1"))
			if tt.step == "" {
				_, err := s.Draft("d1")
				wantCode(t, err, batchsync.CodeNotFound)
				if len(open) != 0 {
					t.Errorf("%d open drafts, want none", len(open))
				}
				return
			}
			if len(open) != 1 || open[0].Step != tt.step {
				t.Errorf("stored %+v, want one at step %s", open, tt.step)
			}
		})
	}
	t.Run("missing", func(t *testing.T) {
		t.Parallel()
		_, err := fresh(t).EditDraft("d1", func(d batchsync.Draft) (batchsync.Draft, error) { return d, nil })
		wantCode(t, err, batchsync.CodeNotFound)
	})
	t.Run("another id", func(t *testing.T) {
		t.Parallel()
		s := fresh(t)
		ok(t, s.CreateDraft(draftOf("d1", "U1")))
		if _, err := s.EditDraft("d1", func(batchsync.Draft) (batchsync.Draft, error) { return draftOf("d2", "U1"), nil }); err == nil {
			t.Error("the id changed")
		}
	})
}
