package operation

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"batchsync/internal/batchsync"
	"batchsync/internal/czcli"
	"batchsync/internal/studiosim"
)

// hanged is what the one command of a backfill, a rerun and a debug run is, with
// the effect that it has.
func hanged() map[batchsync.OperationKind]struct{ command, effect string } {
	return map[batchsync.OperationKind]struct{ command, effect string }{
		batchsync.OpBackfill: {"runs refill", "refill 40001"},
		batchsync.OpRerun:    {"runs rerun", "rerun "},
		batchsync.OpDebug:    {"task execute", "run "},
	}
}

// wrapped has the client start a script in place of the simulator, which it calls
// "$sim".
func wrapped(t *testing.T, script string) func(*czcli.Config) {
	return func(c *czcli.Config) {
		path := filepath.Join(t.TempDir(), "cz-cli-wrapped")
		text := fmt.Sprintf("#!/bin/sh\nsim=%q\n%s\n", c.Path, script)
		if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
		c.Path = path
	}
}

// TestRunner_Simulated_HangsAfter has the one command of a backfill, a rerun and
// a debug run take effect and hang past its deadline then. It is ended, what it
// brought about is found, and it is not asked for twice.
func TestRunner_Simulated_HangsAfter(t *testing.T) {
	t.Parallel()
	var cases []string
	for _, h := range hanged() {
		cases = append(cases, `"`+h.command+`"*`)
	}
	c, world := simulated(t, func(c *czcli.Config) { c.Write = 2 * time.Second },
		wrapped(t, `case "$*" in `+strings.Join(cases, "|")+`) "$sim" "$@" > /dev/null; exec sleep 600 ;; esac; exec "$sim" "$@"`))
	for kind, op := range hanging(t, c, world) {
		if op.State != batchsync.OpDone {
			t.Errorf("%s: got %s, %+v", kind, op.State, op.Steps)
		}
	}
	once(t, world, 1)
}

// TestRunner_Simulated_HangsBefore has it hang before it took effect. Nobody can
// tell whether it will: after a minute that is said, and nothing is done again.
func TestRunner_Simulated_HangsBefore(t *testing.T) {
	if os.Getenv("BATCHSYNC_WHOLE_MATRIX") == "" {
		t.Skip("takes a minute, by design; set BATCHSYNC_WHOLE_MATRIX")
	}
	t.Parallel()
	c, world := simulated(t, func(c *czcli.Config) { c.Write = 2 * time.Second })
	var faults []studiosim.Fault
	for _, h := range hanged() {
		faults = append(faults, studiosim.Fault{Match: h.command, Kind: "hang", Times: 1})
	}
	if err := world.SetFaults(faults...); err != nil {
		t.Fatal(err)
	}
	for kind, op := range hanging(t, c, world) {
		if op.State != batchsync.OpUnknown {
			t.Errorf("%s: got %s, %+v", kind, op.State, op.Steps)
		}
	}
	once(t, world, 0)
}

// once compares how often each took effect.
func once(t *testing.T, world *studiosim.World, want int) {
	t.Helper()
	for kind, h := range hanged() {
		if got, err := world.Effects(h.effect); err != nil || len(got) != want {
			t.Errorf("%s: took effect %q, %v; want %d", kind, got, err, want)
		}
	}
}

// hanging carries a backfill, a rerun and a debug run of three tasks out at once,
// until nothing of them runs any more.
func hanging(t *testing.T, c *czcli.Client, world *studiosim.World) map[batchsync.OperationKind]batchsync.Operation {
	t.Helper()
	disk := openDisk(t)
	now := time.Now()
	failed, err := world.AddRun(studiosim.Run{Task: 40002, Type: 1, Status: 3, Plan: now.Add(-3 * time.Hour).UnixMilli(), FailMsg: "broken", VC: "sync_vc"})
	if err != nil {
		t.Fatal(err)
	}
	for _, op := range []batchsync.Operation{
		asSeen(t, c, batchsync.OpBackfill, 40001, batchsync.Change{}, now),
		asSeen(t, c, batchsync.OpRerun, 40002, batchsync.Change{Run: batchsync.RunID(failed)}, now),
		asSeen(t, c, batchsync.OpDebug, 40003, batchsync.Change{}, now),
	} {
		if err := disk.Begin(batchsync.Begin{Operation: op}); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	runner := New(disk, c, Config{PlatformZone: zone}, slog.New(slog.DiscardHandler))
	go func() { ended <- runner.Run(ctx) }()
	defer func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
	}()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(150 * time.Second); time.Now().Before(end); <-tick.C {
		if open, err := disk.Running(); err == nil && len(open) == 0 {
			break
		}
	}
	out := map[batchsync.OperationKind]batchsync.Operation{}
	for kind := range hanged() {
		if out[kind], err = disk.Store.Operation(batchsync.OperationID(kind)); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// asSeen is a change of a task as it stands.
func asSeen(t *testing.T, c *czcli.Client, kind batchsync.OperationKind, task batchsync.TaskID, change batchsync.Change, now time.Time) batchsync.Operation {
	t.Helper()
	seen, err := c.Deployed(t.Context(), task)
	if err != nil {
		t.Fatal(err)
	}
	change.Name = task.String()
	change.Online, change.Cron, change.VCluster, change.Zone = seen.Online, seen.Cron, cmp.Or(seen.VCluster, "sync_vc"), zone
	if kind == batchsync.OpBackfill {
		day := now.AddDate(0, 0, -40).Format(time.DateOnly)
		plan, err := batchsync.PlanBackfill(day, day, zone, seen.Cron, nil, false, now)
		if err != nil {
			t.Fatal(err)
		}
		plan.VCluster = "sync_vc"
		change.Backfill = &plan
	}
	op := batchsync.NewChange(batchsync.OperationID(kind), kind, "U1", "C1", task, change, now)
	if kind == batchsync.OpDebug {
		op.Debug = &batchsync.DebugRun{VCluster: "sync_vc"}
	}
	return op
}
