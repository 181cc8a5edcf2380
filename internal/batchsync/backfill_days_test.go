package batchsync

import (
	"testing"
	"time"
)

func TestParseWindow_Refused(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 7, 20, 10, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name, from, to string
		want           TextKey // "" for accepted
	}{
		{"today", "2026-07-20", "2026-07-20", ""},
		{"first day", "2000-01-01", "2000-01-02", ""},
		{"too old", "1999-01-01", "1999-01-02", "backfill.too_old"},
		{"too old to now", "1999-12-31", "2026-07-01", "backfill.too_old"},
		{"tomorrow", "2026-07-19", "2026-07-21", "backfill.future"},
		{"all of it in the future", "2027-01-01", "2027-01-02", "backfill.future"},
		{"no such day", "2026-02-30", "2026-03-01", "backfill.no_such_day"},
		{"slashes", "2026/07/01", "2026/07/02", "backfill.no_such_day"},
		{"reversed", "2026-07-02", "2026-07-01", "backfill.reversed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := ParseWindow(c.from, c.to, "Asia/Shanghai", now)
			if got := textOf(err).Key; err == nil && c.want != "" || err != nil && got != c.want {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestCouldName(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]bool{
		"orders": true, "订单 同步": true, "a-b": true, "": true,
		"-h": false, "--help": false, "orders\u202e": false, "a\x00b": false, "a\u200bb": false, "\xff": false,
	} {
		if got := CouldName(typed); got != want {
			t.Errorf("%q: got %v", typed, got)
		}
	}
}

func TestOperation_Outcome(t *testing.T) {
	t.Parallel()
	good, bad, none := Followed{Status: RunSuccess}, Followed{Status: RunFailed}, Followed{}
	for _, c := range []struct {
		name string
		op   Operation
		want string
	}{
		{"creation", Operation{State: OpDone}, "done"},
		{"done", Operation{State: OpDone, Change: &Change{Followed: []Followed{good}}}, "done"},
		{"failures", Operation{State: OpDone, Change: &Change{Followed: []Followed{good, bad}}}, AuditTrouble},
		{"trouble of another kind", Operation{State: OpDone, Trouble: true, Change: &Change{}}, AuditTrouble},
		{"stopped", Operation{State: OpDone, Change: &Change{StopAsked: true, Followed: []Followed{good, bad}}}, AuditStopped},
		{"stopped before all were made", Operation{State: OpDone, Change: &Change{StopAsked: true, Followed: []Followed{good, none}}}, AuditStopped},
		{"stopped too late", Operation{State: OpDone, Change: &Change{StopAsked: true, Followed: []Followed{good}}}, "done"},
		{"refused", Operation{State: OpRefused, Trouble: true, Change: &Change{}}, "refused"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := c.op.Outcome(); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
