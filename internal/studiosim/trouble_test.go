package studiosim

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// frozen is a world whose clock moves only when it is shifted, with short runs.
func frozen(t *testing.T) cli {
	t.Helper()
	w, err := SeedAt(t.TempDir(), "samples", time.Date(2026, 11, 22, 13, 42, 0, 0, time.UTC))
	must(t, err)
	must(t, w.Freeze())
	return cli{w, newHome(t)}
}

// last is the newest run of a task by id.
func (c cli) last(t *testing.T, task int64) Run {
	t.Helper()
	runs, err := c.Runs(task)
	must(t, err)
	if len(runs) == 0 {
		t.Fatalf("task %d has no runs", task)
	}
	return runs[len(runs)-1]
}

// TestRunAt plants runs and looks at what becomes of them and of their tables.
func TestRunAt(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		prepare func(*World) error
		status  int
		message string // of the run
		log     string // a line of its log
		orders  int64  // rows of ods.orders afterwards, -1: no such table
		written bool   // in ods.orders at the end of the run
	}{
		{"well", nil, Success, "", "wrote 12034 rows", 12034, true},
		{"a broken task", func(w *World) error { return w.Break(40002, "disk full") }, Failed, "disk full", "run failed: disk full", 12034, false},
		{"mended", func(w *World) error {
			if err := w.Break(40002, "disk full"); err != nil {
				return err
			}
			return w.Mend(40002)
		}, Success, "", "", 12034, true},
		{"a broken source", func(w *World) error { return w.BreakSource(5002, "connect timed out") }, Failed, "3 of 3 tables failed", "shop.orders -> ods.orders: status FAILED: connect timed out", 12034, false},
		{"one table", func(w *World) error {
			return w.ChangeTask(40002, func(t *Task) { t.TableFaults = map[string]string{"ods.orders": "no such column"} })
		}, Failed, "1 of 3 tables failed", "ods.orders: status FAILED: no such column", 12034, false},
		{"an empty table", func(w *World) error {
			return w.ChangeTask(40002, func(t *Task) { t.EmptyTables = []string{"ods.orders"} })
		}, Success, "", "", 0, true},
		{"fewer rows", func(w *World) error {
			return w.ChangeTask(40002, func(t *Task) { t.TableRows = map[string]int64{"ods.orders": 17} })
		}, Success, "", "", 17, true},
		{"not written", func(w *World) error {
			return w.ChangeTask(40002, func(t *Task) { t.Unwritten = []string{"ods.orders"} })
		}, Success, "", "", 12034, false},
		{"not there", func(w *World) error {
			if err := w.DropTable("ods.orders"); err != nil {
				return err
			}
			return w.ChangeTask(40002, func(t *Task) { t.Unwritten = []string{"ods.orders"} })
		}, Success, "", "", -1, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := frozen(t)
			must(t, c.Shift(time.Hour))
			if tt.prepare != nil {
				must(t, tt.prepare(c.World))
			}
			now, err := c.Now()
			must(t, err)
			id, err := c.RunAt(40002, now.Add(-10*time.Minute), 5*time.Minute)
			must(t, err)
			r := c.last(t, 40002)
			if r.ID != id || r.Status != tt.status || r.FailMsg != tt.message || r.Plan != now.Add(-10*time.Minute).UnixMilli() || r.End-r.Start != 300_000 {
				t.Fatalf("run %+v", r)
			}
			var log struct{ LogContent string }
			c.ok(t, &log, "runs", "logs", strconv.FormatInt(id, 10))
			if !strings.Contains(log.LogContent, tt.log) {
				t.Errorf("log lacks %q:\n%s", tt.log, log.LogContent)
			}
			table, err := c.Table("ods.orders")
			if (err != nil) != (tt.orders < 0) {
				t.Fatalf("table: %v", err)
			}
			written := slices.ContainsFunc(table.History, func(v Version) bool { return v.Time == r.End && v.Rows == tt.orders })
			if tt.orders >= 0 && table.Rows != tt.orders || written != tt.written {
				t.Errorf("rows %d, history %+v; want %d rows, written %v", table.Rows, table.History, tt.orders, tt.written)
			}
		})
	}
}

func TestRunAt_AtWork(t *testing.T) {
	t.Parallel()
	c := frozen(t)
	now, err := c.Now()
	must(t, err)
	if _, err := c.RunAt(40001, now.Add(-time.Minute), time.Hour); err != nil || c.last(t, 40001).Status != Running {
		t.Errorf("run %+v, %v; want one at work", c.last(t, 40001), err)
	}
	if _, err := c.RunAt(99999, now, time.Hour); err == nil {
		t.Error("a run of no task")
	}
}

// TestSchedule_Trouble lets the hourly task's schedule fire with trouble.
func TestSchedule_Trouble(t *testing.T) {
	t.Parallel()
	after := func(c cli, d time.Duration) int {
		must(t, c.Shift(d))
		runs, err := c.Runs(40003)
		must(t, err)
		return len(runs)
	}
	t.Run("a time without a run", func(t *testing.T) {
		t.Parallel()
		c := frozen(t)
		before := after(c, 0)
		must(t, c.ChangeTask(40003, func(t *Task) { t.SkipFires = 1 }))
		if n := after(c, 3*time.Hour) - before; n != 2 {
			t.Errorf("%d runs in three hours, want 2", n)
		}
	})
	t.Run("late", func(t *testing.T) {
		t.Parallel()
		c := frozen(t)
		now, err := c.Now()
		must(t, err)
		toHour := now.Truncate(time.Hour).Add(time.Hour).Sub(now)
		must(t, c.ChangeTask(40003, func(t *Task) { t.LateMS = 20 * 60_000 }))
		before := after(c, 0)
		if n := after(c, toHour+15*time.Minute) - before; n != 0 {
			t.Fatalf("%d runs a quarter past, want none", n)
		}
		must(t, c.Configure(func(*Settings) {})) // plans anew, and must not lose it
		if n := after(c, 10*time.Minute) - before; n != 1 {
			t.Fatalf("%d runs at 25 past, want 1", n)
		}
		r := c.last(t, 40003)
		if r.Plan != now.Add(toHour).UnixMilli() || r.Start-r.Plan < 20*60_000 {
			t.Errorf("run %+v of %s", r, now.Add(toHour))
		}
		if n := after(c, 0) - before; n != 1 {
			t.Errorf("%d runs, want the one", n)
		}
		if n := after(c, time.Hour) - before; n != 2 {
			t.Errorf("%d runs an hour on, want 2", n)
		}
	})
	t.Run("another schedule", func(t *testing.T) {
		t.Parallel()
		c := frozen(t)
		before := after(c, 0)
		must(t, c.Reschedule(40003, "0 */10 * * * ? *"))
		if n := after(c, time.Hour) - before; n != 6 {
			t.Errorf("%d runs in an hour, want 6", n)
		}
	})
}

func TestStallVC(t *testing.T) {
	t.Parallel()
	c := frozen(t)
	must(t, c.StallVC("sync_vc", true))
	now, err := c.Now()
	must(t, err)
	_, err = c.RunAt(40001, now, time.Minute)
	must(t, err)
	must(t, c.Shift(time.Hour))
	if r := c.last(t, 40001); r.Status != Stalled || r.Start != 0 {
		t.Fatalf("run %+v, want one that waits", r)
	}
	must(t, c.StallVC("sync_vc", false))
	must(t, c.Shift(2*time.Minute))
	if r := c.last(t, 40001); r.Status != Success || r.Start-r.Plan < 3_600_000 || r.End-r.Start != 60_000 {
		t.Errorf("run %+v, want a success an hour late", r)
	}
	if err := c.StallVC("nope", true); err == nil {
		t.Error("no such cluster, no error")
	}
}

// listing is what runs list or runs stats answers.
type listing struct {
	Data []struct {
		Run    int64  `json:"run_id"`
		Status int    `json:"task_run_status"`
		Plan   *int64 `json:"plan_trigger_time"`
		Count  int    `json:"count"`
	} `json:"data"`
	Pagination struct{ Total int } `json:"pagination"`
}

func (c cli) listing(t *testing.T, args ...string) (out listing) {
	t.Helper()
	got := c.do(args...)
	if got.exit != 0 {
		t.Fatalf("%v: %+v", args, got)
	}
	must(t, json.Unmarshal([]byte(got.stdout), &out))
	return out
}

func (c cli) page(t *testing.T, n string) (ids []int64, total int) {
	t.Helper()
	out := c.listing(t, "runs", "list", "--page", n, "--page-size", "5")
	for _, r := range out.Data {
		ids = append(ids, r.Run)
	}
	return ids, out.Pagination.Total
}

func TestRunsList_ShiftingPages(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		shift int
	}{{"still", 0}, {"runs come in", 2}, {"runs go", -2}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := frozen(t)
			first, total := c.page(t, "1")
			second, _ := c.page(t, "2")
			third, _ := c.page(t, "3")
			all := slices.Concat(first, second, third)
			must(t, c.Configure(func(s *Settings) { s.Switches.ShiftPages = tt.shift }))
			got, said := c.page(t, "2")
			if want := all[5-tt.shift : 10-tt.shift]; !slices.Equal(got, want) || said != total+tt.shift {
				t.Errorf("second page %v of %d, want %v of %d", got, said, want, total+tt.shift)
			}
		})
	}
}

// TestRunsStats_Agree holds the counts against the list.
func TestRunsStats_Agree(t *testing.T) {
	t.Parallel()
	c := frozen(t)
	id := c.last(t, 40001).ID
	must(t, c.SetRun(id, 42, ""))
	must(t, c.ChangeRun(id, func(r *Run, _ int64) { r.NoPlan = true }))
	must(t, c.DeleteTask(40009))
	list, stats := c.listing(t, "runs", "list", "--page-size", "100"), c.listing(t, "runs", "stats")
	want, got := map[int]int{}, map[int]int{}
	for _, r := range list.Data {
		want[r.Status]++
		if (r.Plan == nil) != (r.Run == id) {
			t.Errorf("run %d has the plan time %v", r.Run, r.Plan)
		}
	}
	for _, g := range stats.Data {
		got[g.Status] += g.Count
	}
	for status, n := range want {
		if got[status] != n {
			t.Errorf("status %d: counted %d, listed %d", status, got[status], n)
		}
	}
	if want[42] != 1 || len(got) != len(want) {
		t.Errorf("counted %v, listed %v", got, want)
	}
}

func TestAway(t *testing.T) {
	t.Parallel()
	c := frozen(t)
	must(t, c.Away(true))
	if out := c.do("runs", "stats"); out.exit != 1 || !strings.Contains(out.stdout, "ECONNREFUSED") {
		t.Errorf("away: %+v", out)
	}
	must(t, c.Away(false))
	if out := c.do("runs", "stats"); out.exit != 0 {
		t.Errorf("back: %+v", out)
	}
}

func TestSQL_QuotedNames(t *testing.T) {
	t.Parallel()
	c := frozen(t)
	must(t, c.AddLakeTable(LakeTable{Schema: "ods", Name: "daily feed limit 5", Rows: 7}))
	out := c.do("sql", "--batch", "--execute=DESC HISTORY `ods`.`daily feed limit 5`; SELECT COUNT(*) AS c1 FROM `ods`.`daily feed limit 5`")
	lines := strings.Split(strings.TrimSpace(out.stdout), "\n")
	if len(lines) != 2 || !strings.Contains(lines[0], `"rows":[]`) || !strings.Contains(lines[1], `"rows":[[7]]`) {
		t.Errorf("answers:\n%s", out.stdout)
	}
}

func TestAttempt_OwnLog(t *testing.T) {
	t.Parallel()
	c := frozen(t)
	id := c.last(t, 40001).ID
	must(t, c.ChangeRun(id, func(r *Run, _ int64) { r.Attempts[0].Log = "own words\n" }))
	if out := c.do("runs", "logs", strconv.FormatInt(id, 10)); !strings.Contains(out.stdout, `"logContent":"own words\n"`) {
		t.Errorf("log: %s", out.stdout)
	}
}
