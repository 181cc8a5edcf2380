package batchsync

import "testing"

func TestSafeCell(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"=1+1", "+1", "-1", "@SUM(A1)", "＝1+1", "＋1", "－1", "＠SUM(A1)", "\t=1", "\r=1", "\n=1"} {
		if got := SafeCell(s); got != "'"+s {
			t.Errorf("SafeCell(%q) = %q, want an apostrophe before it", s, got)
		}
	}
	for _, s := range []string{"", "orders", "a=1", "订单", "1-1", "'=1", "\xff=1"} {
		if got := SafeCell(s); got != s {
			t.Errorf("SafeCell(%q) = %q, want it unchanged", s, got)
		}
	}
}
