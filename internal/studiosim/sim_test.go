package studiosim

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestMain lets the test binary stand in for the program itself, so that
// tests can run and kill real child processes.
func TestMain(m *testing.M) {
	if os.Getenv("CZ_SIM_CHILD") == "1" {
		os.Exit(Main(os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// child is the program as a process of its own.
func child(t *testing.T, w *World, home string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, args...)
	cmd.Env = []string{"CZ_SIM_CHILD=1", "CZ_SIM_STATE=" + w.Dir(), "HOME=" + home, "TZ=UTC"}
	return cmd
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// cli is a world with a profile, whose invocations must succeed.
type cli struct {
	*World
	home string
}

func newCLI(t *testing.T, seed string) cli {
	t.Helper()
	return cli{newTestWorld(t, seed), newHome(t)}
}

func (c cli) do(args ...string) outcome { return invoke(c.Dir(), c.home, "", nil, args...) }

// ok runs an invocation that must exit 0 and decodes its data.
func (c cli) ok(t *testing.T, into any, args ...string) {
	t.Helper()
	got := c.do(args...)
	if got.exit != 0 {
		t.Fatalf("%v: exit %d: %s%s", args, got.exit, got.stdout, got.stderr)
	}
	if into == nil {
		return
	}
	var doc struct{ Data json.RawMessage }
	must(t, json.Unmarshal([]byte(got.stdout), &doc))
	must(t, json.Unmarshal(doc.Data, into))
}

func TestMain_StateRequired(t *testing.T) {
	t.Parallel()
	var out, errs strings.Builder
	if exit := Main([]string{"status"}, nil, nil, &out, &errs); exit != 70 || !strings.Contains(errs.String(), "CZ_SIM_STATE") || out.Len() > 0 {
		t.Errorf("exit %d, stdout %q, stderr %q", exit, out.String(), errs.String())
	}
}

func TestMain_ConcurrentChildren(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		task func(n int) string
		want int
	}{
		{"different names", func(n int) string { return fmt.Sprintf("parallel_%02d", n) }, 16},
		{"same name", func(int) string { return "parallel_same" }, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := newCLI(t, "samples")
			var wg sync.WaitGroup
			for n := range 16 {
				cmd := child(t, c.World, c.home, "task", "create", tt.task(n), "--type", "DI", "--folder", "111")
				wg.Go(func() { _ = cmd.Run() }) // a duplicate exits 2
			}
			wg.Wait()
			tasks, err := c.Tasks()
			must(t, err)
			ids := map[int64]bool{}
			for _, task := range tasks {
				if strings.HasPrefix(task.Name, "parallel_") {
					ids[task.ID] = true
				}
			}
			effects, err := c.Effects("create ")
			must(t, err)
			calls, err := c.Invocations()
			must(t, err)
			if len(ids) != tt.want || len(effects) != tt.want || len(calls) != 16 {
				t.Errorf("%d tasks, %d effects, %d invocations; want %d, %d, 16", len(ids), len(effects), len(calls), tt.want, tt.want)
			}
		})
	}
}

func TestClock_RunLife(t *testing.T) {
	t.Parallel()
	c := newCLI(t, "samples")
	must(t, c.Freeze())
	must(t, c.Configure(func(s *Settings) { s.WaitMS, s.RunMS = 1000, 10_000 }))
	c.ok(t, nil, "runs", "refill", "40001", "--from", "2026-07-20T00:00:00+08:00", "--to", "2026-07-22T00:00:00+08:00", "--vc", "sync_vc", "-y")
	status := func() (out []int) {
		runs, err := c.Runs(40001)
		must(t, err)
		for _, r := range runs {
			if r.Type == Refill {
				out = append(out, r.Status)
			}
		}
		return out
	}
	for _, step := range []struct {
		name  string
		shift time.Duration
		want  []int
	}{
		{"submitted", 0, []int{Waiting, Waiting}},
		{"first runs", 2 * time.Second, []int{Running, Waiting}},
		{"one at a time", 10 * time.Second, []int{Success, Running}},
		{"both done", 20 * time.Second, []int{Success, Success}},
	} {
		must(t, c.Shift(step.shift))
		if got := status(); !slices.Equal(got, step.want) {
			t.Errorf("%s: status %v, want %v", step.name, got, step.want)
		}
	}
	table, err := c.Table("ods.orders")
	must(t, err)
	if len(table.History) != 3 || table.History[2].Version != 3 {
		t.Errorf("history %+v, want the seeded version and two more", table.History)
	}
}

func TestClock_ScheduleFires(t *testing.T) {
	t.Parallel()
	c := newCLI(t, "samples")
	must(t, c.Freeze())
	now, err := c.Now()
	must(t, err)
	must(t, c.Shift(now.Truncate(24*time.Hour).Add(36*time.Hour).Sub(now))) // to noon, far from its times
	c.ok(t, nil, "task", "deploy", "40005", "-y")
	must(t, c.Shift(49*time.Hour))
	runs, err := c.Runs(40005)
	must(t, err)
	if len(runs) != 2 {
		t.Fatalf("%d runs after two days, want 2", len(runs))
	}
	for _, r := range runs {
		plan := time.UnixMilli(r.Plan).UTC()
		if plan.Hour() != 19 || plan.Minute() != 0 || r.Status != Success {
			t.Errorf("run planned at %s with status %d, want 19:00 UTC (03:00 in the backend's zone), success", plan, r.Status)
		}
	}
}

func TestClock_Speed(t *testing.T) {
	t.Parallel()
	start := Clock{Real: 1000, Sim: 5000, Speed: 60}
	if got := start.at(2000); got != 65_000 {
		t.Errorf("one second at speed 60 gives %d, want 65000", got)
	}
	start.rebase(2000)
	start.Speed = 1
	if got := start.at(2500); got != 65_500 {
		t.Errorf("after slowing down %d, want 65500", got)
	}
}

// TestRun_Failures covers how runs of a several-table task go wrong.
func TestRun_Failures(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(*Task)
		vc     string
		status int
		msg    string
		log    string
	}{
		{"green", func(*Task) {}, "sync_vc", Success, "", "table shop.orders -> ods.orders: read 12034 rows, wrote 12034 rows, status SUCCESS"},
		{"table fault", func(t *Task) { t.TableFaults = map[string]string{"ods.customers": "disk full"} }, "sync_vc", Failed, "1 of 3 tables failed",
			"ERROR table shop.customers -> ods.customers: status FAILED: disk full"},
		{"fail next", func(t *Task) { t.FailNext, t.FailMsg = 1, "boom" }, "sync_vc", Failed, "boom", "ERROR run failed: boom"},
		{"always", func(t *Task) { t.FailRate = 1 }, "sync_vc", Failed, "source query failed: Communications link failure", "Communications link failure"},
		{"wrong vc", func(*Task) {}, "DEFAULT", Failed, "vcluster DEFAULT is of type GENERAL, an integration task needs an INTEGRATION vcluster", "run failed"},
		{"unknown vc", func(*Task) {}, "nope", Failed, "vcluster nope does not exist", "run failed"},
		{"unknown table", func(t *Task) { t.Content.Tables[0].Source = "shop.nosuch" }, "sync_vc", Failed, "1 of 3 tables failed", "Table 'shop.nosuch' doesn't exist"},
		{"empty table", func(t *Task) { t.EmptyTables = []string{"ods.orders"} }, "sync_vc", Success, "", "table shop.orders -> ods.orders: read 0 rows"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := newCLI(t, "samples")
			must(t, c.Freeze())
			must(t, c.ChangeTask(40002, tt.change))
			c.ok(t, nil, "runs", "refill", "40002", "--vc", tt.vc, "-y")
			must(t, c.Shift(time.Minute))
			var run struct {
				Status int    `json:"task_run_status"`
				Msg    string `json:"fail_msg"`
			}
			c.ok(t, &run, "runs", "detail", "900034")
			if run.Status != tt.status || run.Msg != tt.msg {
				t.Errorf("status %d %q, want %d %q", run.Status, run.Msg, tt.status, tt.msg)
			}
			var page struct{ LogContent string }
			c.ok(t, &page, "attempts", "log", "900034")
			if !strings.Contains(page.LogContent, tt.log) {
				t.Errorf("log %q, want it to hold %q", page.LogContent, tt.log)
			}
		})
	}
}

func TestWorld_ShardedMerge(t *testing.T) {
	t.Parallel()
	c := newCLI(t, "demo")
	tables, err := c.Table("ods.order_2024")
	must(t, err)
	want := int64(0)
	for month := int64(1); month <= 12; month++ {
		want += 900 + 37*month
	}
	if tables.Rows != want || len(tables.History) < 10 {
		t.Errorf("%d rows in %d versions, want the sum of the shards %d in two weeks of versions", tables.Rows, len(tables.History), want)
	}
	var shown struct {
		Type    string `json:"sync_type"`
		Mapping []Pair `json:"table_mapping"`
	}
	c.ok(t, &shown, "task", "integration", "show", "40102")
	if shown.Type != "multi" || len(shown.Mapping) != 12 || shown.Mapping[3].Sink != "ods.order_2024" {
		t.Errorf("shown %+v, want twelve sources into one sink", shown)
	}
}

func TestWorld_Demo(t *testing.T) {
	t.Parallel()
	c := newCLI(t, "demo")
	var names []string
	c.ok(t, &names, "datasource", "objects", "aliyun_mysql", "erp", "--limit", "500")
	if len(names) != 250 {
		t.Errorf("%d tables in erp, want 250", len(names))
	}
	c.ok(t, &names, "datasource", "objects", "aliyun_mysql", "erp")
	if len(names) != 50 {
		t.Errorf("%d tables without --limit, want 50", len(names))
	}
	runs, err := c.Runs(40101)
	must(t, err)
	if len(runs) < 13 {
		t.Errorf("%d runs of a daily task, want two weeks", len(runs))
	}
	c.ok(t, nil, "datasource", "test", "oss_bucket")
	c.ok(t, nil, "task", "content", "财务总账_每日")
}

// TestWorld_OutOfBand changes the world as a person in the web UI would.
func TestWorld_OutOfBand(t *testing.T) {
	t.Parallel()
	c := newCLI(t, "samples")
	must(t, c.RenameTask(40004, "renamed"))
	must(t, c.ConfigureInStudio(40012, Integration{Kind: "merge", Source: 5002, Sink: 5001, Tables: []Pair{{"shop.a", "ods.m"}, {"shop.b", "ods.m"}}}))
	id, err := c.AddDatasource(Datasource{Name: "lake_oss", Type: "OSS", TypeCode: 20, Params: map[string]any{}})
	must(t, err)
	must(t, c.AddTables(id, "bucket", SourceTable{Name: "a.csv", Columns: columns("line", "VARCHAR"), Rows: 3}))
	must(t, c.AddLakeTable(LakeTable{Schema: "new", Name: "t", Rows: 4}))
	must(t, c.AddVC(VC{"extra_vc", "INTEGRATION", "1", "RUNNING", "7100"}))
	task, err := c.AddTask(Task{Name: "by_hand", Type: 10, Folder: 111})
	must(t, err)
	run, err := c.AddRun(Run{Task: 40001, Type: Scheduled, Status: Running, Plan: 1, Held: true})
	must(t, err)
	must(t, c.SetRun(run, Failed, "by hand"))
	must(t, c.DeleteTask(40003))
	var found struct {
		Name string `json:"task_name"`
		Msg  string `json:"fail_msg"`
	}
	c.ok(t, &found, "task", "content", "40004")
	if found.Name != "renamed" {
		t.Errorf("task 40004 is called %q", found.Name)
	}
	c.ok(t, nil, "task", "content", fmt.Sprint(task))
	c.ok(t, &found, "runs", "detail", fmt.Sprint(run))
	if found.Msg != "by hand" {
		t.Errorf("run %d failed with %q", run, found.Msg)
	}
	var objects []string
	c.ok(t, &objects, "datasource", "objects", "lake_oss", "bucket")
	if !slices.Equal(objects, []string{"a.csv"}) {
		t.Errorf("objects %v", objects)
	}
	if got := c.do("task", "content", "40003"); got.exit != 1 {
		t.Errorf("deleted task still answers: %s", got.stdout)
	}
	if got := c.do("sql", "SELECT COUNT(*) AS c FROM `new`.`t`"); !strings.Contains(got.stdout, `"rows":[[4]]`) {
		t.Errorf("count %s", got.stdout)
	}
	if got := c.do("sql", "SHOW VCLUSTERS"); !strings.Contains(got.stdout, "extra_vc") {
		t.Errorf("clusters %s", got.stdout)
	}
	runs, err := c.Runs(0)
	must(t, err)
	if len(runs) != 34-20 {
		t.Errorf("%d runs left, want 14: the deleted task had 20", len(runs))
	}
}

func TestWorld_JournalEffects(t *testing.T) {
	t.Parallel()
	c := newCLI(t, "samples")
	id := "60034"
	for _, line := range []string{"task create j1 --type DI --folder 111",
		"task integration setup " + id + " --source-datasource 5002 --source-schema shop --source-table orders --sink-datasource 5001",
		"task save-config " + id + " --rerun-property 1", "task deploy " + id + " -y", "task undeploy " + id + " -y", "task delete " + id + " -y"} {
		c.ok(t, nil, argv(line)...)
	}
	c.do("task", "deploy", "40001") // refused: no -y
	c.do("runs", "nonsense")
	effects, err := c.Effects("")
	must(t, err)
	want := []string{"create " + id, "setup " + id, "save-config " + id, "deploy " + id, "undeploy " + id, "delete " + id}
	if !slices.Equal(effects, want) {
		t.Errorf("effects %v, want %v", effects, want)
	}
	calls, err := c.Invocations()
	must(t, err)
	if len(calls) != 8 || calls[7].Exit != 2 || !slices.Equal(calls[6].Argv, []string{"task", "deploy", "40001"}) {
		t.Errorf("journal %+v", calls)
	}
}
