package czcli

import (
	"context"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	bs "batchsync/internal/batchsync"
)

// typed is a recorded answer of a run or dependency command and what the method
// for the command makes of it.
type typed struct {
	call func(context.Context, *Client) (any, error)
	want any // a bs.Failure where the method fails
}

// commandsOf are the commands whose samples TestReplay_typed covers one and all.
func commandsOf() []string {
	return []string{
		"runs_list", "runs_detail", "runs_deps", "runs_refill", "runs_rerun", "runs_stop", "task_execute", "attempts_list", "attempts_log",
		"task_list", "task_deps", "task_downstream", "task_undeploy",
	}
}

// untyped are their samples that no method can come across: other output
// formats, and arguments that the methods do not send.
func untyped() []string {
	return []string{
		"runs_list.csv", "runs_list.field", "runs_list.task_ambiguous", "runs_list.task_not_found", "runs_list.bad_date_is_now",
		"runs_detail.error_as_table", "runs_detail.error_with_field", "runs_detail.by_task_name_two_documents",
		"runs_refill.from_only", "runs_refill.bad_dates_accepted", "runs_refill.default_vc_accepted", "runs_refill.partial_name_accepted",
		"attempts_log.no_argument", "task_list.bad_type",
	}
}

func listRuns(ctx context.Context, c *Client) (any, error) { return value(c.Runs(ctx, july())) }

func oneRun(id bs.RunID) func(context.Context, *Client) (any, error) {
	return func(ctx context.Context, c *Client) (any, error) { return value(c.Run(ctx, id)) }
}

func deps(id bs.RunID) func(context.Context, *Client) (any, error) {
	return func(ctx context.Context, c *Client) (any, error) {
		before, after, err := c.RunDeps(ctx, id)
		return value([][]bs.Run{before, after}, err)
	}
}

func refill(ctx context.Context, c *Client) (any, error) {
	return done(c.Refill(ctx, 40001, bs.Window{From: july().From, To: july().To, Zone: "Asia/Shanghai"}, "sync_vc", "job"))
}

func rerun(ctx context.Context, c *Client) (any, error) { return done(c.Rerun(ctx, 900007)) }

func execute(ctx context.Context, c *Client) (any, error) {
	return done(c.Execute(ctx, 40001, "sync_vc"))
}

func stop(ctx context.Context, c *Client) (any, error) { return done(c.StopRun(ctx, 900031)) }

func undeploy(ctx context.Context, c *Client) (any, error) {
	return done(c.Undeploy(ctx, 40003, false))
}

func listAttempts(ctx context.Context, c *Client) (any, error) {
	return value(c.Attempts(ctx, 900009))
}

func listTasks(ctx context.Context, c *Client) (any, error) { return value(c.Tasks(ctx)) }

func attemptLog(ctx context.Context, c *Client) (any, error) {
	text, cut, err := c.AttemptLog(ctx, 900009, 60009, 1<<16)
	return value([]any{text, cut}, err)
}

func typedSamples() map[string]typed {
	const gone, address = "source query failed: Table 'shop.orders' doesn't exist", "https://shopinst.studio.example.test/ops/taskInst/"
	orders := bs.Run{ID: 900007, Task: 40001, TaskName: "sync_mysql_orders", TaskType: 10, Status: bs.RunFailed, Type: bs.RunScheduled,
		Plan: at(1795344126636), Waits: at(1795344154636), Began: at(1795344156636), Ended: at(1795344197636), Failure: gone, VCluster: "sync_vc"}
	shop := bs.Run{ID: 900009, Task: 40002, TaskName: "sync_mysql_shop_multi", TaskType: 291, Status: bs.RunFailed, Type: bs.RunScheduled,
		Plan: at(1795347726636), Waits: at(1795347754636), Began: at(1795347756636), Ended: at(1795347966636), Failure: "1 of 3 tables failed", VCluster: "sync_vc"}
	products := bs.Run{ID: 900031, Task: 40009, TaskName: "sync_mysql_products", TaskType: 10, Status: bs.RunRunning, Type: bs.RunScheduled,
		Plan: at(1795354626636), Waits: at(1795354654636), Began: at(1795354656636), VCluster: "sync_vc"}
	hourly := bs.Run{ID: 900029, Task: 40003, TaskName: "sync_mysql_orders_hourly", TaskType: 10, Status: bs.RunSuccess, Type: bs.RunScheduled,
		Plan: at(1795351326636), Waits: at(1795351354636), Began: at(1795351356636), Ended: at(1795351376636), VCluster: "sync_vc"}
	dwd := bs.Run{ID: 900030, Task: 40006, TaskName: "dwd_orders", TaskType: 23, Status: bs.RunSuccess, Type: bs.RunScheduled,
		Plan: at(1795349526636), Waits: at(1795349554636), Began: at(1795349556636), Ended: at(1795349568636), VCluster: "DEFAULT"}
	success := func(ms int64) bs.Run { // all its times lie at a fixed distance from its plan time
		return bs.Run{ID: 900006, Task: 40001, TaskName: "sync_mysql_orders", TaskType: 10, Status: bs.RunSuccess, Type: bs.RunScheduled,
			Plan: at(ms), Waits: at(ms + 28_000), Began: at(ms + 30_000), Ended: at(ms + 125_000), VCluster: "sync_vc", OpsURL: address + "900006"}
	}
	refilled := bs.Run{ID: 900034, Task: 40001, TaskName: "sync_mysql_orders", TaskType: 10, Status: bs.RunFailed, Type: bs.RunRefill,
		Plan: at(1784484000000), Waits: at(1795354961149), Began: at(1795354961349), Ended: at(1795354962849), VCluster: "DEFAULT",
		Failure: "vcluster DEFAULT is of type GENERAL, an integration task needs an INTEGRATION vcluster"}
	again := bs.Run{ID: 900035, Task: 40001, TaskName: "sync_mysql_orders", TaskType: 10, Status: bs.RunSuccess, Type: bs.RunRefill,
		Plan: at(1795354961457), Waits: at(1795354961458), Began: at(1795354961658), Ended: at(1795354963158), VCluster: "sync_vc"}
	waiting := bs.Run{ID: 900033, Task: 40006, TaskName: "dwd_orders", TaskType: 23, Status: bs.RunWaitingUpstream, Plan: at(1795356134379), VCluster: "DEFAULT"}
	located := func(r bs.Run) bs.Run { r.OpsURL = address + r.ID.String(); return r }
	task := func(id bs.TaskID, name string, typ bs.TaskType) bs.TaskRef {
		return bs.TaskRef{ID: id, Name: name, Type: typ, Folder: 111, Created: at(1792762915701), Updated: at(1795182115701)}
	}
	return map[string]typed{
		"runs_list.ok":                              {listRuns, []bs.Run{products, hourly, dwd}},
		"runs_list.failed":                          {listRuns, []bs.Run{shop, orders}},
		"runs_list.two_statuses":                    {listRuns, []bs.Run{products, shop, orders}},
		"runs_list.by_task_id":                      {listRuns, []bs.Run{shop}},
		"runs_list.refill":                          {listRuns, []bs.Run{refilled}},
		"runs_list.refill_out_of_default_window":    {listRuns, []bs.Run{again}},
		"runs_list.unknown_task_id_is_empty":        {listRuns, []bs.Run{}},
		"runs_list.waiting_misses_waiting_upstream": {listRuns, []bs.Run{}},
		"runs_detail.success":                       {oneRun(900006), success(1795304526636)},
		"runs_detail.failed":                        {oneRun(900007), located(orders)},
		"runs_detail.multi_failed":                  {oneRun(900009), located(shop)},
		"runs_detail.running":                       {oneRun(900031), located(products)},
		"runs_detail.not_found":                     {oneRun(999), bs.FailNotFound},
		"runs_detail.null_data":                     {oneRun(999), bs.FailNotFound},
		"runs_deps.ok":                              {deps(900007), [][]bs.Run{{}, {waiting}}},
		"runs_deps.task_id_given":                   {deps(40001), bs.FailNotFound},
		"runs_refill.ok":                            {refill, "done"},
		"runs_refill.ok_instance":                   {refill, "done"},
		"runs_refill.ok_job_object":                 {refill, "done"},
		"runs_refill.cancelled":                     {refill, bs.FailNotExecuted},
		"runs_refill.not_online":                    {refill, bs.FailRefused},
		"runs_rerun.ok":                             {rerun, "done"},
		"runs_rerun.cancelled":                      {rerun, bs.FailNotExecuted},
		"runs_rerun.running_refused":                {rerun, bs.FailRefused},
		"task_execute.ok":                           {execute, "done"},
		"task_execute.timeout":                      {execute, "done"},
		"task_execute.general_vc_fails":             {execute, bs.FailRefused},
		"task_execute.no_vc":                        {execute, bs.FailRefused},
		"runs_stop.ok":                              {stop, "done"},
		"runs_stop.cancelled":                       {stop, bs.FailNotExecuted},
		"runs_stop.not_running":                     {stop, bs.FailRefused},
		"attempts_list.ok": {listAttempts, []bs.Attempt{
			{ID: 60009, Began: at(1795347758997), Ended: at(1795347968997), Result: bs.RunFailed},
		}},
		"attempts_list.unknown_run_is_empty": {listAttempts, []bs.Attempt{}},
		"attempts_log.ok": {attemptLog, []any{"2026-11-22 19:42:38.997 INFO  run 900009 of task 40002 (sync_mysql_shop_multi) starts on vcluster sync_vc\n" +
			"2026-11-22 19:46:08.997 INFO  table shop.orders -> ods.orders: read 12034 rows, wrote 12034 rows, status SUCCESS\n" +
			"2026-11-22 19:46:08.997 INFO  table shop.customers -> ods.customers: read 3120 rows, wrote 3120 rows, status SUCCESS\n" +
			"2026-11-22 19:46:08.997 ERROR table shop.order_items -> ods.order_items: status FAILED: Lock wait timeout exceeded\n" +
			"2026-11-22 19:46:08.997 ERROR run failed: 1 of 3 tables failed\n", false}},
		"attempts_log.unknown_run": {attemptLog, bs.FailNotFound},
		"task_list.ok": {listTasks, []bs.TaskRef{
			task(40001, "sync_mysql_orders", 10), task(40002, "sync_mysql_shop_multi", 291), task(40003, "sync_mysql_orders_hourly", 10),
		}},
		"task_list.by_type":    {listTasks, []bs.TaskRef{task(40002, "sync_mysql_shop_multi", 291), task(40012, "sync_pg_multi_new", 291)}},
		"task_list.like_empty": {listTasks, []bs.TaskRef{}},
		"task_deps.ok": {
			func(ctx context.Context, c *Client) (any, error) { return value(c.Upstream(ctx, 40006)) },
			[]bs.TaskLink{{ID: 40001, Name: "sync_mysql_orders"}},
		},
		"task_downstream.ok": {
			func(ctx context.Context, c *Client) (any, error) { return value(c.Downstream(ctx, 40001)) },
			[]bs.TaskLink{{ID: 40006, Name: "dwd_orders", Online: true, Cron: "0 00 04 * * ? *", VCluster: "DEFAULT", Owner: "Bot User"}},
		},
		"task_undeploy.ok":             {undeploy, "done"},
		"task_undeploy.cancelled":      {undeploy, bs.FailNotExecuted},
		"task_undeploy.has_downstream": {undeploy, bs.FailRefused},
		"task_undeploy.not_online":     {undeploy, bs.FailRefused},
		// Of the recorded faults, those that these methods have an answer to.
		"fault.null_data":                          {listRuns, []bs.Run{}},
		"fault.detail_degraded":                    {oneRun(900006), success(1795304672204)},
		"fault.refill_answer_lost_submits_twice":   {refill, "done"},
		"fault.undeploy_answer_lost_reports_error": {undeploy, bs.FailRefused},
	}
}

// TestReplay_typed sends recorded answers through the methods they belong to;
// whether a failure is uncertain is left to TestReplay.
func TestReplay_typed(t *testing.T) {
	t.Parallel()
	tests := typedSamples()
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := tt.call(t.Context(), newFake(t, Config{}, answer{Sample: name}).Client)
			if failure, fails := tt.want.(bs.Failure); fails {
				if bs.FailureOf(err) != failure {
					t.Errorf("got %+v, error %v; want the failure %s", got, err, failure)
				}
				return
			}
			if err != nil || !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got  %+v, error %v\nwant %+v", got, err, tt.want)
			}
		})
	}
	files, err := os.ReadDir("testdata/samples")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		name, _ := strings.CutSuffix(f.Name(), ".json")
		command, _, _ := strings.Cut(name, ".")
		if _, ok := tests[name]; !ok && slices.Contains(commandsOf(), command) && !slices.Contains(untyped(), name) {
			t.Errorf("sample %s has no expectation", name)
		}
	}
}
