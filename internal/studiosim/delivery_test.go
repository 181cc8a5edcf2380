package studiosim

import (
	"fmt"
	"testing"
	"time"
)

// TestWorld_Spoil plants each fault at its table, and takes all of them away.
func TestWorld_Spoil(t *testing.T) {
	t.Parallel()
	w, err := SeedAt(t.TempDir(), "demo", time.Date(2026, 11, 22, 13, 42, 0, 0, time.UTC))
	must(t, err)
	must(t, w.Freeze())
	const task = 40106
	if err := w.Spoil(40001); err == nil {
		t.Error("a task of one table was spoiled")
	}
	must(t, w.Mend(task))
	must(t, w.Spoil(task))
	began, err := w.Now()
	must(t, err)
	began = began.Add(-2 * time.Minute)
	for n, want := range map[int]string{1: "rows 9 set 9 twice 0 DATETIME fresh", 2: "rows 22 set 11 twice 0 DATETIME fresh",
		3: "rows 33 set 33 twice 3 DATETIME fresh", 4: "rows 44 set 44 twice 0 BOOLEAN fresh", 5: "rows 55 set 55 twice 0 DATETIME stale", 6: "gone", 7: "rows 77 set 77 twice 0 DATETIME fresh"} {
		if got := delivered(w, n, began); got != want {
			t.Errorf("table %d: %s, want %s", n, got, want)
		}
	}
	must(t, w.Mend(task))
	must(t, w.MendDelivery(task))
	_, err = w.RunAt(task, began.Add(time.Minute), time.Second)
	must(t, err)
	for n := 1; n <= SpoilTables; n++ {
		if got, want := delivered(w, n, began), fmt.Sprintf("rows %d set %[1]d twice 0 DATETIME fresh", 11*n); got != want {
			t.Errorf("table %d is mended as %s, want %s", n, got, want)
		}
	}
}

// delivered is what a test compares of a target.
func delivered(w *World, n int, since time.Time) string {
	table, err := w.Table(fmt.Sprintf("ods.erp_table_%03d", n))
	if err != nil {
		return "gone"
	}
	age := "stale"
	if table.History[len(table.History)-1].Time >= since.UnixMilli() {
		age = "fresh"
	}
	return fmt.Sprintf("rows %d set %d twice %d %s %s", table.Rows, table.nonNull("id"), table.Twice, table.Columns[len(table.Columns)-1].Type, age)
}
