package czcli

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	bs "batchsync/internal/batchsync"
)

// at is the time of epoch milliseconds.
func at(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

// stamp reads an RFC 3339 time.
func stamp(t *testing.T, s string) time.Time {
	t.Helper()
	out, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func july() bs.RunFilter {
	return bs.RunFilter{From: time.Date(2026, 7, 19, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 7, 21, 0, 0, 0, 0, time.UTC)}
}

// TestClient_Runs_argv checks how a filter becomes a command line.
func TestClient_Runs_argv(t *testing.T) {
	t.Parallel()
	shanghai := time.FixedZone("+08", 8*3600)
	tests := []struct {
		name   string
		filter bs.RunFilter
		want   []string
	}{
		{"window only", july(), []string{"--from=2026-07-19T00:00:00+00:00", "--to=2026-07-21T00:00:00+00:00"}},
		{"all of it", bs.RunFilter{Task: 40001, Type: bs.RunRefill, From: july().From, To: july().To, Limit: 5},
			[]string{"--task=40001", "--run-type=REFILL", "--from=2026-07-19T00:00:00+00:00", "--to=2026-07-21T00:00:00+00:00"}},
		{"scheduled", bs.RunFilter{Type: bs.RunScheduled, From: july().From, To: july().To},
			[]string{"--run-type=SCHEDULE", "--from=2026-07-19T00:00:00+00:00", "--to=2026-07-21T00:00:00+00:00"}},
		{"temporary", bs.RunFilter{Type: bs.RunTemporary, From: july().From, To: july().To},
			[]string{"--run-type=TEMP", "--from=2026-07-19T00:00:00+00:00", "--to=2026-07-21T00:00:00+00:00"}},
		{"unfinished", bs.RunFilter{Unfinished: true, From: july().From, To: july().To},
			[]string{"--status=RUNNING", "--status=WAITING", "--from=2026-07-19T00:00:00+00:00", "--to=2026-07-21T00:00:00+00:00"}},
		{"another zone", bs.RunFilter{From: july().From.In(shanghai), To: july().To.In(shanghai)},
			[]string{"--from=2026-07-19T00:00:00+00:00", "--to=2026-07-21T00:00:00+00:00"}},
		{"fractions widen", bs.RunFilter{From: stamp(t, "2026-07-19T00:00:00.9Z"), To: stamp(t, "2026-07-20T23:59:59.001Z")},
			[]string{"--from=2026-07-19T00:00:00+00:00", "--to=2026-07-21T00:00:00+00:00"}},
		{"one instant", bs.RunFilter{From: july().From, To: july().From},
			[]string{"--from=2026-07-19T00:00:00+00:00", "--to=2026-07-19T00:00:00+00:00"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, Config{}, answer{Stdout: `{"data":[]}`})
			if got, err := f.Runs(t.Context(), tt.filter); err != nil || got == nil || len(got) != 0 {
				t.Errorf("runs %v, error %v; want an empty list", got, err)
			}
			f.wantArgv(argv(slices.Concat([]string{"runs", "list"}, tt.want, []string{"--page=1", "--page-size=100"})...))
		})
	}
}

// runsPage is a page of runs, given as "id:plan"; total 0 leaves it untold.
func runsPage(total int, runs ...string) string {
	rows := []string{}
	for _, r := range runs {
		id, plan, _ := strings.Cut(r, ":")
		rows = append(rows, fmt.Sprintf(`{"run_id":%s,"plan_trigger_time":%s}`, id, plan))
	}
	tail := ""
	if total > 0 {
		tail = fmt.Sprintf(`,"pagination":{"total":%d}`, total)
	}
	return `{"data":[` + strings.Join(rows, ",") + `]` + tail + `}`
}

// series is n runs from id on, their plan times falling (step -1) or rising.
func series(id, plan, n, step int) []string {
	var out []string
	for i := range n {
		out = append(out, fmt.Sprintf("%d:%d", id+i, plan+i*step))
	}
	return out
}

// TestClient_Runs_pages checks order, limit and completeness of lists from
// platforms of different habits.
func TestClient_Runs_pages(t *testing.T) {
	t.Parallel()
	page := func(n int, stdout string) answer {
		return answer{Match: fmt.Sprintf("--page=%d ", n), Stdout: stdout}
	}
	tests := []struct {
		name    string
		limit   int
		answers []answer
		want    []bs.RunID // from the first on
		count   int
		calls   int
	}{
		{"sorted by us", 0, []answer{page(1, runsPage(4, "1:10", "2:30", "3:20", "4:30"))}, []bs.RunID{4, 2, 3, 1}, 4, 1},
		{"capped at two, total told", 0, []answer{page(1, runsPage(5, "5:50", "4:40")), page(2, runsPage(5, "3:30", "2:20")), page(3, runsPage(5, "1:10"))}, []bs.RunID{5, 4, 3, 2, 1}, 5, 3},
		{"capped at 20, total untold", 0, []answer{page(1, runsPage(0, series(1, 900, 20, -1)...)), page(2, runsPage(0, series(21, 800, 3, -1)...))}, []bs.RunID{1, 2, 3}, 23, 2},
		{"shifted by a new run", 0, []answer{page(1, runsPage(4, "4:40", "3:30")), page(2, runsPage(5, "3:30", "2:20")), page(3, runsPage(5, "1:10"))}, []bs.RunID{4, 3, 2, 1}, 4, 4},
		{"limit, newest first", 2, []answer{page(1, runsPage(9, "9:90", "8:80", "7:70"))}, []bs.RunID{9, 8}, 2, 1},
		{"limit over two pages", 3, []answer{page(1, runsPage(9, "9:90", "8:80")), page(2, runsPage(9, "7:70", "6:60"))}, []bs.RunID{9, 8, 7}, 3, 2},
		{"limit, oldest first", 2, []answer{page(1, runsPage(4, "1:10", "2:20", "3:30")), page(2, runsPage(4, "4:40"))}, []bs.RunID{4, 3}, 2, 2},
		{"limit above all", 10, []answer{page(1, runsPage(2, "1:10", "2:20"))}, []bs.RunID{2, 1}, 2, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, Config{}, append(tt.answers, answer{Stdout: runsPage(0)})...)
			filter := july()
			filter.Limit = tt.limit
			got, err := f.Runs(t.Context(), filter)
			if err != nil {
				t.Fatal(err)
			}
			var ids []bs.RunID
			for _, r := range got {
				ids = append(ids, r.ID)
			}
			if len(ids) != tt.count || !slices.Equal(ids[:len(tt.want)], tt.want) {
				t.Errorf("runs %v, want %d that begin with %v", ids, tt.count, tt.want)
			}
			if n := len(f.invocations()); n != tt.calls {
				t.Errorf("%d calls, want %d", n, tt.calls)
			}
		})
	}
}

// TestClient_Changes checks the command lines of what changes runs.
func TestClient_Changes(t *testing.T) {
	t.Parallel()
	window := func(from, to, zone string) bs.Window {
		return bs.Window{From: stamp(t, from), To: stamp(t, to), Zone: zone}
	}
	refill := func(w bs.Window) func(context.Context, *Client) error {
		return func(ctx context.Context, c *Client) error {
			return c.Refill(ctx, 40001, w, "sync_vc", "batchsync o1 by U1")
		}
	}
	refilled := func(from, to string) []string {
		return argv("runs", "refill", "40001", "--from="+from, "--to="+to, "--vc=sync_vc", "--name=batchsync o1 by U1", "-y")
	}
	tests := []struct {
		name string
		call func(context.Context, *Client) error
		want []string
	}{
		{"refill/a day in its zone", refill(window("2026-07-19T16:00:00Z", "2026-07-20T15:59:59Z", "Asia/Shanghai")), refilled("2026-07-20T00:00:00+08:00", "2026-07-20T23:59:59+08:00")},
		{"refill/UTC", refill(window("2026-07-20T00:00:00Z", "2026-07-20T23:59:59Z", "UTC")), refilled("2026-07-20T00:00:00+00:00", "2026-07-20T23:59:59+00:00")},
		{"refill/clock change", refill(window("2026-03-28T23:00:00Z", "2026-03-29T21:59:59Z", "Europe/Berlin")), refilled("2026-03-29T00:00:00+01:00", "2026-03-29T23:59:59+02:00")},
		{"refill/half an hour", refill(window("2026-07-19T18:30:00Z", "2026-07-20T18:29:59Z", "Asia/Kolkata")), refilled("2026-07-20T00:00:00+05:30", "2026-07-20T23:59:59+05:30")},
		{"refill/fractions narrow", refill(window("2026-07-20T00:00:00.1Z", "2026-07-20T01:00:00.9Z", "UTC")), refilled("2026-07-20T00:00:01+00:00", "2026-07-20T01:00:00+00:00")},
		{"rerun", func(ctx context.Context, c *Client) error { return c.Rerun(ctx, 900007) }, argv("runs", "rerun", "900007", "-y")},
		{"execute", func(ctx context.Context, c *Client) error { return c.Execute(ctx, 40001, "sync_vc") },
			argv("task", "execute", "40001", "--vc=sync_vc", "--max-wait-seconds=1", "--poll-interval=1")},
		{"stop", func(ctx context.Context, c *Client) error { return c.StopRun(ctx, 900031) }, argv("runs", "stop", "900031", "-y")},
		{"undeploy", func(ctx context.Context, c *Client) error { return c.Undeploy(ctx, 40003, false) }, argv("task", "undeploy", "40003", "-y")},
		{"undeploy/with downstream", func(ctx context.Context, c *Client) error { return c.Undeploy(ctx, 40001, true) }, argv("task", "undeploy", "40001", "--with-downstream", "-y")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, Config{}, answer{Stdout: `{"data":{}}`})
			if err := tt.call(t.Context(), f.Client); err != nil {
				t.Fatal(err)
			}
			f.wantArgv(tt.want)
			lost := newFake(t, Config{}, answer{Exit: 1, Stdout: `{"error":{"code":"RUNS_ERROR","message":"HTTP 502: bad gateway"}}`})
			err := tt.call(t.Context(), lost.Client)
			if pe := platformError(t, err); pe.Failure != bs.FailUnreachable || !pe.Uncertain || len(lost.invocations()) != 1 {
				t.Errorf("error %v after %d calls, want an uncertain one after 1", err, len(lost.invocations()))
			}
			if id := tt.want[2]; !strings.Contains(fmt.Sprint(err), id+": cz-cli "+tt.want[0]+" "+tt.want[1]) {
				t.Errorf("error %q does not say what was attempted on %s", err, id)
			}
		})
	}
}

// TestClient_RunFailures checks answers that look like success and are none.
func TestClient_RunFailures(t *testing.T) {
	t.Parallel()
	run := func(ctx context.Context, c *Client) error { _, err := c.Run(ctx, 7); return err }
	deps := func(ctx context.Context, c *Client) error { _, _, err := c.RunDeps(ctx, 7); return err }
	info := func(ctx context.Context, c *Client) error { _, err := c.TaskInfo(ctx, 7); return err }
	list := func(ctx context.Context, c *Client) error {
		f := july()
		f.Task = 7
		_, err := c.Runs(ctx, f)
		return err
	}
	tests := []struct {
		name    string
		answers []answer
		call    func(context.Context, *Client) error
		want    bs.Failure
	}{
		{"run/only an address", []answer{{Stdout: `{"data":{"run_id":7,"ops_url":"https://x"}}`}}, run, bs.FailNotFound},
		{"run/null", []answer{{Stdout: `{"data":null}`}}, run, bs.FailNotFound},
		{"run/another", []answer{{Stdout: `{"data":{"run_id":8,"task_id":1,"task_run_status":1}}`}}, run, bs.FailGarbage},
		{"run/wrong shape", []answer{{Stdout: `{"data":[]}`}}, run, bs.FailGarbage},
		{"deps/only an id", []answer{{Stdout: `{"data":{"run_id":7}}`}}, deps, bs.FailNotFound},
		{"deps/another", []answer{{Stdout: `{"data":{"task_run_id":8,"task_id":1}}`}}, deps, bs.FailGarbage},
		{"list/no id", []answer{{Stdout: `{"data":[{"task_id":1,"task_run_status":1}]}`}}, list, bs.FailGarbage},
		{"list/wrong shape", []answer{{Stdout: `{"data":{}}`}}, list, bs.FailGarbage},
		{"list/refused", []answer{{Sample: "fault.business_error"}}, list, bs.FailRefused},
		{"info/no name", []answer{{Stdout: `{"data":{"task_id":7}}`}}, info, bs.FailNotFound},
		{"info/gone in between", []answer{{Match: "content", Stdout: `{"data":{"task_name":"a"}}`}, {Stdout: `{"data":[{"task_id":70,"task_name":"a"}]}`}}, info, bs.FailNotFound},
		{"info/list fails", []answer{{Match: "content", Stdout: `{"data":{"task_name":"a"}}`}, {Sample: "unreachable.error"}}, info, bs.FailUnreachable},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := tt.call(t.Context(), newFake(t, Config{}, tt.answers...).Client)
			if bs.FailureOf(err) != tt.want || bs.Uncertain(err) {
				t.Errorf("error %v, want a certain %s", err, tt.want)
			}
			if about := fmt.Sprint(err); !strings.Contains(about, " 7: cz-cli ") {
				t.Errorf("error %q does not say what it is about", about)
			}
		})
	}
}

// TestClient_TaskInfo checks how one task is looked up, whatever its name.
func TestClient_TaskInfo(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ task, like string }{
		{"sync_mysql_orders", "--like=sync_mysql_orders"},
		{"-dash", "--like=-dash"},
		{"a\u200bb", ""},
	} {
		t.Run(tt.task, func(t *testing.T) {
			t.Parallel()
			name, err := json.Marshal(tt.task)
			if err != nil {
				t.Fatal(err)
			}
			f := newFake(t, Config{}, answer{Match: "content", Stdout: fmt.Sprintf(`{"data":{"task_name":%s}}`, name)},
				answer{Stdout: fmt.Sprintf(`{"data":[{"task_id":9,"task_name":"x"},{"task_id":7,"task_name":%s,"task_type":291,"folder_id":111}]}`, name)})
			got, err := f.TaskInfo(t.Context(), 7)
			if want := (bs.TaskRef{ID: 7, Name: tt.task, Type: bs.TypeMulti, Folder: 111}); err != nil || got != want {
				t.Errorf("task %+v, error %v, want %+v", got, err, want)
			}
			list := []string{"task", "list"}
			if tt.like != "" {
				list = append(list, tt.like)
			}
			f.wantArgv(argv("task", "content", "7"), argv(append(list, "--page=1", "--page-size=100")...))
		})
	}
}

// TestClient_BadRunArguments checks that no child is started for arguments that
// the program would misread.
func TestClient_BadRunArguments(t *testing.T) {
	t.Parallel()
	list := func(change func(*bs.RunFilter)) func(context.Context, *Client) error {
		f := july()
		change(&f)
		return func(ctx context.Context, c *Client) error { _, err := c.Runs(ctx, f); return err }
	}
	refill := func(task bs.TaskID, vc, job string, change func(*bs.Window)) func(context.Context, *Client) error {
		w := bs.Window{From: july().From, To: july().To, Zone: "Asia/Shanghai"}
		change(&w)
		return func(ctx context.Context, c *Client) error { return c.Refill(ctx, task, w, vc, job) }
	}
	asIs := func(*bs.Window) {}
	log := func(run bs.RunID, attempt int64, limit int) func(context.Context, *Client) error {
		return func(ctx context.Context, c *Client) error {
			_, _, err := c.AttemptLog(ctx, run, attempt, limit)
			return err
		}
	}
	tests := []struct {
		name string
		call func(context.Context, *Client) error
	}{
		{"list/no window", list(func(f *bs.RunFilter) { f.From, f.To = time.Time{}, time.Time{} })},
		{"list/no beginning", list(func(f *bs.RunFilter) { f.From = time.Time{} })},
		{"list/no end", list(func(f *bs.RunFilter) { f.To = time.Time{} })},
		{"list/reversed", list(func(f *bs.RunFilter) { f.From, f.To = f.To, f.From })},
		{"list/year of five digits", list(func(f *bs.RunFilter) { f.To = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) })},
		{"list/task", list(func(f *bs.RunFilter) { f.Task = -1 })},
		{"list/type", list(func(f *bs.RunFilter) { f.Type = 2 })},
		{"list/limit", list(func(f *bs.RunFilter) { f.Limit = -1 })},
		{"run", func(ctx context.Context, c *Client) error { _, err := c.Run(ctx, 0); return err }},
		{"deps", func(ctx context.Context, c *Client) error { _, _, err := c.RunDeps(ctx, 0); return err }},
		{"rerun", func(ctx context.Context, c *Client) error { return c.Rerun(ctx, 0) }},
		{"execute/task", func(ctx context.Context, c *Client) error { return c.Execute(ctx, 0, "sync_vc") }},
		{"execute/no cluster", func(ctx context.Context, c *Client) error { return c.Execute(ctx, 40001, "") }},
		{"stop", func(ctx context.Context, c *Client) error { return c.StopRun(ctx, -1) }},
		{"attempts", func(ctx context.Context, c *Client) error { _, err := c.Attempts(ctx, 0); return err }},
		{"log/run", log(0, 1, 1)},
		{"log/attempt", log(1, 0, 1)},
		{"log/limit", log(1, 1, 0)},
		{"refill/task", refill(0, "vc", "job", asIs)},
		{"refill/cluster", refill(1, "", "job", asIs)},
		{"refill/cluster with a dash", refill(1, "-vc", "job", asIs)},
		{"refill/job", refill(1, "vc", "", asIs)},
		{"refill/no window", refill(1, "vc", "job", func(w *bs.Window) { w.From, w.To = time.Time{}, time.Time{} })},
		{"refill/no beginning", refill(1, "vc", "job", func(w *bs.Window) { w.From = time.Time{} })},
		{"refill/no end", refill(1, "vc", "job", func(w *bs.Window) { w.To = time.Time{} })},
		{"refill/reversed", refill(1, "vc", "job", func(w *bs.Window) { w.From, w.To = w.To, w.From })},
		{"refill/no width", refill(1, "vc", "job", func(w *bs.Window) { w.To = w.From })},
		{"refill/less than a second", refill(1, "vc", "job", func(w *bs.Window) { w.To = w.From.Add(999 * time.Millisecond) })},
		{"refill/no zone", refill(1, "vc", "job", func(w *bs.Window) { w.Zone = "" })},
		{"refill/zone of the process", refill(1, "vc", "job", func(w *bs.Window) { w.Zone = "Local" })},
		{"refill/unknown zone", refill(1, "vc", "job", func(w *bs.Window) { w.Zone = "Mars/Base" })},
		{"undeploy", func(ctx context.Context, c *Client) error { return c.Undeploy(ctx, 0, true) }},
		{"downstream", func(ctx context.Context, c *Client) error { _, err := c.Downstream(ctx, 0); return err }},
		{"upstream", func(ctx context.Context, c *Client) error { _, err := c.Upstream(ctx, 0); return err }},
		{"info", func(ctx context.Context, c *Client) error { _, err := c.TaskInfo(ctx, 0); return err }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, Config{}, answer{Stdout: `{"data":{}}`})
			err := tt.call(t.Context(), f.Client)
			if err == nil {
				t.Fatal("accepted")
			}
			if pe := platformError(t, err); pe.Failure != bs.FailUsage || pe.Uncertain {
				t.Errorf("error %v, want a certain usage failure", err)
			}
			f.wantArgv()
		})
	}
}

// TestClient_RunSecrets checks that a run's failure is told without secrets.
func TestClient_RunSecrets(t *testing.T) {
	t.Parallel()
	f := newFake(t, Config{}, answer{Stdout: `{"data":{"run_id":7,"task_id":1,"task_run_status":3,"fail_msg":"connect jdbc:mysql://etl:s3cret@db/shop failed"}}`})
	got, err := f.Run(t.Context(), 7)
	if want := (bs.Run{ID: 7, Task: 1, Status: bs.RunFailed, Failure: "connect [redacted] failed"}); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("run %+v, error %v, want %+v", got, err, want)
	}
}
