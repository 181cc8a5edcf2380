package czcli

import (
	"slices"
	"strings"
	"testing"
	"time"

	bs "batchsync/internal/batchsync"
	"batchsync/internal/studiosim"
)

// TestClient_SimulatedRuns backfills a task and looks at what comes of it,
// against simulators that answer the open questions about the platform
// differently.
func TestClient_SimulatedRuns(t *testing.T) {
	t.Parallel()
	worlds := map[string]studiosim.Switches{
		"as recorded":  {},
		"small pages":  {PageCap: 2},
		"other habits": {RefillAnswer: "job", NewestFirst: true, UnknownRunNull: true, RerunNewRun: true, PageCap: 20},
	}
	for name, switches := range worlds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newSimulated(t)
			simulateRuns(t, c, studiosim.Open(lookup(c.env, "CZ_SIM_STATE")), switches)
		})
	}
}

func simulateRuns(t *testing.T, c *Client, world *studiosim.World, switches studiosim.Switches) {
	ctx := t.Context()
	must := func(what string, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
	}
	must("world", world.Configure(func(s *studiosim.Settings) { s.Switches, s.LogPage = switches, 50 }))
	must("world", world.Freeze())
	all, err := c.Tasks(ctx)
	must("tasks", err)
	there, err := world.Tasks()
	must("tasks", err)
	if len(all) != len(there) {
		t.Errorf("%d tasks, want %d", len(all), len(there))
	}
	info, err := c.TaskInfo(ctx, 40001)
	must("info", err)
	if !slices.Contains(all, info) || info.ID != 40001 || info.Type != bs.TypeSingle {
		t.Errorf("task %+v is not one of %+v", info, all)
	}

	// A daily task at 02:00 in the platform's zone: five instances.
	window, err := bs.ParseWindow("2026-07-13", "2026-07-17", "Asia/Shanghai", time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC))
	must("window", err)
	must("world", world.Configure(func(s *studiosim.Settings) { s.Zone = "Asia/Shanghai" }))
	filter := bs.RunFilter{Task: 40001, Type: bs.RunRefill, From: window.From, To: window.To}
	before, err := c.Runs(ctx, filter)
	must("runs", err)
	must("refill", c.Refill(ctx, 40001, window, "sync_vc", "batchsync o1 by U1"))
	must("world", world.Shift(time.Hour))
	runs, err := c.Runs(ctx, filter)
	must("runs", err)
	if len(before) != 0 || len(runs) != 5 || runs[0].Plan.Format(time.RFC3339) != "2026-07-16T18:00:00Z" || runs[4].Plan.Format(time.RFC3339) != "2026-07-12T18:00:00Z" {
		t.Fatalf("refilled runs %+v", runs)
	}
	filter.Limit = 3
	some, err := c.Runs(ctx, filter)
	must("runs", err)
	if !slices.Equal(some, runs[:3]) {
		t.Errorf("limited runs %+v, want the first of %+v", some, runs)
	}
	newest := runs[0]
	one, err := c.Run(ctx, newest.ID)
	must("run", err)
	if address := one.OpsURL; !strings.HasPrefix(address, "http") {
		t.Errorf("address %q", address)
	}
	if one.OpsURL = ""; one != newest {
		t.Errorf("run %+v, in the list %+v", one, newest)
	}
	if _, err := c.Run(ctx, 999); bs.FailureOf(err) != bs.FailNotFound {
		t.Errorf("unknown run: %v", err)
	}
	simulateAttempts(t, c, world, newest, switches)

	if err := c.StopRun(ctx, runs[1].ID); bs.FailureOf(err) != bs.FailRefused || !bs.Uncertain(err) {
		t.Errorf("stop of a run that is over: %v", err)
	}
	links, err := c.Downstream(ctx, 40001)
	must("downstream", err)
	if len(links) != 1 || !links[0].Online {
		t.Fatalf("downstream %+v", links)
	}
	up, err := c.Upstream(ctx, links[0].ID)
	must("upstream", err)
	if len(up) != 1 || up[0].ID != 40001 || up[0].Name != info.Name {
		t.Errorf("upstream %+v", up)
	}
	if err := c.Undeploy(ctx, 40001, false); bs.FailureOf(err) != bs.FailRefused {
		t.Errorf("undeploy below an online task: %v", err)
	}
	must("undeploy", c.Undeploy(ctx, 40001, true))
	for _, id := range []bs.TaskID{40001, links[0].ID} {
		deployed, err := c.Deployed(ctx, id)
		must("deployed", err)
		if deployed.Online {
			t.Errorf("task %d is online still", id)
		}
	}
	if left, err := c.Runs(ctx, filter); err != nil || len(left) != 0 {
		t.Errorf("runs of a task off line: %+v, %v", left, err)
	}
	if err := c.Refill(ctx, 40001, window, "sync_vc", "job"); bs.FailureOf(err) != bs.FailRefused {
		t.Errorf("refill of a task off line: %v", err)
	}
}

// simulateAttempts repeats a run and reads what its attempts wrote.
func simulateAttempts(t *testing.T, c *Client, world *studiosim.World, run bs.Run, switches studiosim.Switches) {
	t.Helper()
	ctx := t.Context()
	if err := c.Rerun(ctx, run.ID); err != nil {
		t.Fatal(err)
	}
	if err := world.Shift(time.Hour); err != nil {
		t.Fatal(err)
	}
	attempts, err := c.Attempts(ctx, run.ID)
	if err != nil {
		t.Fatal(err)
	}
	want := 2
	if switches.RerunNewRun {
		want = 1
	}
	if len(attempts) != want || !attempts[0].Began.Equal(run.Began) || !slices.IsSortedFunc(attempts, func(a, b bs.Attempt) int { return a.Began.Compare(b.Began) }) {
		t.Fatalf("attempts %+v of %+v, want %d", attempts, run, want)
	}
	whole, cut, err := c.AttemptLog(ctx, run.ID, attempts[0].ID, 1<<16)
	if err != nil || cut || len(whole) < 100 || !strings.HasSuffix(whole, "run finished: SUCCESS\n") {
		t.Errorf("log %q, cut %v, error %v", whole, cut, err)
	}
	end, cut, err := c.AttemptLog(ctx, run.ID, attempts[0].ID, 60)
	if err != nil || !cut || len(end) != 60 || !strings.HasSuffix(whole, end) {
		t.Errorf("end of the log %q, cut %v, error %v", end, cut, err)
	}
	if _, _, err := c.AttemptLog(ctx, 999, 1, 60); bs.FailureOf(err) != bs.FailNotFound {
		t.Errorf("log of an unknown run: %v", err)
	}
}
