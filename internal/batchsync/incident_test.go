package batchsync

import (
	"encoding/json"
	"testing"
	"time"
)

func TestCondition_Span(t *testing.T) {
	t.Parallel()
	day := func(n int) time.Time { return time.Date(2026, 3, n, 2, 0, 0, 0, time.UTC) }
	for _, c := range []struct {
		name     string
		is       Condition
		from, to time.Time
	}{
		{"a row", Condition{First: day(2), Plan: day(4)}, day(2), day(4)},
		{"one failure", Condition{First: day(4), Plan: day(4)}, day(4), day(4)},
		{"of an older program", Condition{Plan: day(4)}, day(4), day(4)},
		{"the wrong way round", Condition{First: day(5), Plan: day(4)}, day(4), day(4)},
		{"no time is told", Condition{}, time.Time{}, time.Time{}},
	} {
		if from, to := c.is.Span(); !from.Equal(c.from) || !to.Equal(c.to) {
			t.Errorf("%s: from %s to %s, want %s to %s", c.name, from, to, c.from, c.to)
		}
	}
}

// What an older program wrote of one failure is the same news; a row that begins
// elsewhere is not.
func TestCondition_Same_First(t *testing.T) {
	t.Parallel()
	day := func(n int) time.Time { return time.Date(2026, 3, n, 2, 0, 0, 0, time.UTC) }
	one := Condition{Reason: ReasonFailed, Run: 1, Times: 3, Plan: day(4), First: day(2)}
	for _, c := range []struct {
		name  string
		first time.Time
		want  bool
	}{
		{"the same in another zone", day(2).In(time.FixedZone("", 8*3600)), true},
		{"repaired in part", day(3), false},
		{"not known", time.Time{}, false},
	} {
		other := one
		other.First = c.first
		if got := one.Same(other); got != c.want {
			t.Errorf("%s: got %v", c.name, got)
		}
	}
	old := Condition{Reason: ReasonFailed, Run: 1, Times: 1, Plan: day(4)}
	now := old
	now.First = now.Plan
	if !old.Same(now) {
		t.Error("a single failure that an older program told is told anew")
	}
}

func TestCondition_First_Stored(t *testing.T) {
	t.Parallel()
	var old Condition
	if err := json.Unmarshal([]byte(`{"reason":"failed","run":7,"plan":"2026-03-04T02:00:00Z","times":3}`), &old); err != nil || !old.First.IsZero() {
		t.Fatalf("%+v, %v", old, err)
	}
	raw, err := json.Marshal(old)
	if want := `{"reason":"failed","run":7,"plan":"2026-03-04T02:00:00Z","times":3}`; err != nil || string(raw) != want {
		t.Errorf("written as %s, %v", raw, err)
	}
	old.First = old.Plan.AddDate(0, 0, -2)
	var back Condition
	raw, err = json.Marshal(old)
	if err == nil {
		err = json.Unmarshal(raw, &back)
	}
	if err != nil || !back.Same(old) || !back.First.Equal(old.First) {
		t.Errorf("%s is read as %+v, %v", raw, back, err)
	}
}
