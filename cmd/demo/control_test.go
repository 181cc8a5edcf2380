package main

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"batchsync/internal/studiosim"
)

// TestControl presses the buttons of the trouble page and looks at the runs.
func TestControl(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		what, of string
		task     int64
		status   int
	}{
		{"a task fails", "fail", "40001", 40001, studiosim.Failed},
		{"and recovers", "mend", "40001", 40001, studiosim.Success},
		{"one table fails", "table", "40002", 40002, studiosim.Failed},
		{"an empty table", "empty", "40001", 40001, studiosim.Success},
		{"a source breaks", "down", "5002", 40003, studiosim.Failed},
		{"and is mended", "up", "5002", 40003, studiosim.Success},
		{"a cluster is full", "stall", "sync_vc", 0, 0},
		{"its runs wait", "mend", "40001", 40001, studiosim.Stalled},
		{"it has room", "release", "sync_vc", 40001, studiosim.Success},
	}
	world, err := studiosim.SeedAt(t.TempDir(), "samples", time.Date(2026, 11, 22, 13, 42, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	if err := world.Freeze(); err != nil {
		t.Fatal(err)
	}
	s := &studio{world: world}
	for _, tt := range tests {
		body := post(t, s, url.Values{"what": {tt.what}, "of": {tt.of}})
		if !strings.Contains(body, "Done.") || !strings.Contains(body, "sync_mysql_orders_hourly") {
			t.Fatalf("%s: page %s", tt.name, body)
		}
		if err := world.Shift(time.Minute); err != nil {
			t.Fatal(err)
		}
		if tt.task == 0 {
			continue
		}
		runs, err := world.Runs(tt.task)
		if err != nil {
			t.Fatal(err)
		}
		if last := runs[len(runs)-1]; last.Status != tt.status {
			t.Errorf("%s: run %+v, want status %d", tt.name, last, tt.status)
		}
	}
	if table, err := world.Table("ods.orders"); err != nil || len(table.History) < 5 {
		t.Errorf("table %+v, %v", table, err)
	}
	if body := post(t, s, url.Values{"what": {"<b>explode</b>"}}); !strings.Contains(body, "is no button") || strings.Contains(body, "<b>explode") {
		t.Errorf("unknown button: %s", body)
	}
}

func post(t *testing.T, s *studio, form url.Values) string {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/studio/control", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Body.String()
}
