package operation

import (
	"context"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"batchsync/internal/batchsync"
	"batchsync/internal/czcli"
	"batchsync/internal/studiosim"
)

// simulated is a client of a freshly built simulator, and its world, in which
// an hour passes within a second.
func simulated(t *testing.T, set ...func(*czcli.Config)) (*czcli.Client, *studiosim.World) {
	t.Helper()
	if testing.Short() {
		t.Skip("builds a program")
	}
	dir := t.TempDir()
	program := filepath.Join(dir, "cz-cli")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, "batchsync/cmd/cz-cli-sim").CombinedOutput(); err != nil {
		t.Fatalf("build the simulator: %v\n%s", err, out)
	}
	if err := os.Mkdir(filepath.Join(dir, ".clickzetta"), 0o700); err != nil {
		t.Fatal(err)
	}
	profile := "[profiles.fake]\nservice = \"studio.example.test\"\nprotocol = \"http\"\ninstance = \"shopinst\"\nworkspace = \"ecommerce\"\n"
	if err := os.WriteFile(filepath.Join(dir, ".clickzetta", "profiles.toml"), []byte(profile), 0o600); err != nil {
		t.Fatal(err)
	}
	world, err := studiosim.Seed(filepath.Join(dir, "world"), "samples")
	if err == nil {
		err = world.Configure(func(s *studiosim.Settings) { s.WaitMS, s.RunMS = 1, 1 })
	}
	if err != nil {
		t.Fatal(err)
	}
	config := czcli.Config{Path: program, Profile: "fake", Env: []string{
		"CZ_SIM_STATE=" + world.Dir(), "CLICKZETTA_TEST_HOME=" + dir, "CZ_PAT=czt_fake_token_0001",
	}}
	for _, f := range set {
		f(&config)
	}
	return czcli.New(config), world
}

// carryOut begins a change of a task as it stands and waits for its end.
func carryOut(t *testing.T, disk *disk, c *czcli.Client, kind batchsync.OperationKind, task batchsync.TaskID, change batchsync.Change) batchsync.Operation {
	t.Helper()
	seen, err := c.Deployed(t.Context(), task)
	if err != nil {
		t.Fatal(err)
	}
	change.Online, change.Cron, change.VCluster, change.Zone = seen.Online, seen.Cron, seen.VCluster, zone
	id := batchsync.OperationID(kind)
	if err := disk.Begin(batchsync.Begin{Operation: batchsync.NewChange(id, kind, "U1", "C1", task, change, time.Now())}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	runner := New(disk, c, Config{PlatformZone: zone}, slog.New(slog.DiscardHandler))
	ended := make(chan error, 1)
	go func() { ended <- runner.Run(ctx) }()
	defer func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
	}()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); <-tick.C {
		if m, err := disk.Message(batchsync.HistoryOf(id, 1)); err == nil && m.State == batchsync.MessageDue {
			_ = disk.Delivered(m.ID, 1, batchsync.Delivery{Outcome: batchsync.OutcomeDone}, time.Now(), time.Now())
		}
		if op, err := disk.Store.Operation(id); err != nil || op.State != batchsync.OpRunning {
			return op
		}
	}
	t.Fatalf("%s is still running", kind)
	return batchsync.Operation{}
}

// TestRunner_Simulated carries changes out against the program's stand-in: its
// answers, not ours, decide.
func TestRunner_Simulated(t *testing.T) {
	t.Parallel()
	c, world := simulated(t)
	disk := openDisk(t)
	now := time.Now()
	day := func(n int) string { return now.AddDate(0, 0, n).Format(time.DateOnly) }
	deployed, err := c.Deployed(t.Context(), 40001)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := batchsync.PlanBackfill(day(-40), day(-38), zone, deployed.Cron, nil, false, now)
	if err != nil {
		t.Fatal(err)
	}
	plan.VCluster = "sync_vc"
	if err := world.SetFaults(studiosim.Fault{Match: "runs refill", Kind: "applied_twice", Times: 1}); err != nil {
		t.Fatal(err)
	}
	op := carryOut(t, disk, c, batchsync.OpBackfill, 40001, batchsync.Change{Name: "sync_mysql_orders", Backfill: &plan})
	if op.State != batchsync.OpDone || op.Trouble || len(op.Change.Followed) != 3 || !op.Change.Followed[0].Twice {
		t.Fatalf("backfill: got %s, %+v, %+v", op.State, op.Steps, op.Change.Followed)
	}
	run := op.Change.Followed[2].Run

	op = carryOut(t, disk, c, batchsync.OpRerun, 40001, batchsync.Change{Name: "sync_mysql_orders", Run: run})
	if op.State != batchsync.OpDone || op.Trouble {
		t.Errorf("rerun: got %s, %+v", op.State, op.Steps)
	}
	op = carryOut(t, disk, c, batchsync.OpStop, 40001, batchsync.Change{Name: "sync_mysql_orders", Run: run})
	if op.State != batchsync.OpRefused || op.Problem().Text.Key != "check.run_succeeded" {
		t.Errorf("stop: got %s, %+v", op.State, op.Steps)
	}
	op = carryOut(t, disk, c, batchsync.OpDeploy, 40001, batchsync.Change{Name: "sync_mysql_orders"})
	if op.State != batchsync.OpDone {
		t.Errorf("deploy: got %s, %+v", op.State, op.Steps)
	}
	after, err := c.Downstream(t.Context(), 40001)
	if err != nil || len(after) == 0 {
		t.Fatalf("downstream: got %+v, %v", after, err)
	}
	op = carryOut(t, disk, c, batchsync.OpUndeploy, 40001, batchsync.Change{Name: "sync_mysql_orders", After: after, WithDownstream: true})
	if op.State != batchsync.OpDone || op.Trouble {
		t.Errorf("undeploy: got %s, %+v", op.State, op.Steps)
	}
	if f, err := disk.File(string(batchsync.HistoryOf(op.ID, 1))); err != nil || len(f.Data) < 200 {
		t.Errorf("history: got %d bytes, %v", len(f.Data), err)
	}
	effects, err := world.Effects("")
	for _, once := range []string{"rerun " + run.String(), "deploy 40001", "undeploy 40001"} {
		if n := len(slices.DeleteFunc(slices.Clone(effects), func(e string) bool { return e != once })); n != 1 || err != nil {
			t.Errorf("%q happened %d times, %v: %q", once, n, err, effects)
		}
	}
}

// TestRunner_Simulated_Hangs has the one command of a change hang past its
// deadline: it is ended, looked for, and made once.
func TestRunner_Simulated_Hangs(t *testing.T) {
	t.Parallel()
	c, world := simulated(t, func(c *czcli.Config) { c.Write = 2 * time.Second })
	disk := openDisk(t)
	if err := world.SetFaults(
		studiosim.Fault{Match: "task deploy", Kind: "hang", Times: 1}, studiosim.Fault{Match: "task undeploy", Kind: "hang", Times: 1},
	); err != nil {
		t.Fatal(err)
	}
	op := carryOut(t, disk, c, batchsync.OpDeploy, 40001, batchsync.Change{Name: "sync_mysql_orders"})
	if step := op.Step(batchsync.StepDeploy); op.State != batchsync.OpDone || step.Tries != 2 {
		t.Errorf("deploy: got %s, %+v", op.State, op.Steps)
	}
	after, err := c.Downstream(t.Context(), 40001)
	if err != nil {
		t.Fatal(err)
	}
	op = carryOut(t, disk, c, batchsync.OpUndeploy, 40001, batchsync.Change{Name: "sync_mysql_orders", After: after, WithDownstream: true})
	if step := op.Step(batchsync.StepUndeploy); op.State != batchsync.OpDone || step.Tries != 2 {
		t.Errorf("undeploy: got %s, %+v", op.State, op.Steps)
	}
	for _, effect := range []string{"deploy 40001", "undeploy 40001"} {
		if got, err := world.Effects(effect); len(got) != 1 || err != nil {
			t.Errorf("%s: took effect %q, %v", effect, got, err)
		}
	}
}
