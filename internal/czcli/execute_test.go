package czcli

import (
	"slices"
	"strings"
	"testing"

	bs "batchsync/internal/batchsync"
)

// TestClient_Execute tells a run that is at work from one that was never begun,
// and leaves everything else open: the message of a failed run is no word of
// the program.
func TestClient_Execute(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, stdout string
		exit         int
		failure      bs.Failure
		uncertain    bool
	}{
		{"over already", `{"data":{"task_id":40001,"run_id":900034,"execution_status":"SUCCESS"}}`, 0, "", false},
		{"at work", `{"error":{"code":"EXECUTE_TIMEOUT","message":"Task execution 900036 did not complete within 1s"}}`, 1, "", false},
		{"failed", `{"error":{"code":"EXECUTE_FAILED","message":"disk full"}}`, 1, bs.FailRefused, true},
		{"failed at the source's login", `{"error":{"code":"EXECUTE_FAILED","message":"Login failed for user 'sa'."}}`, 1, bs.FailRefused, true},
		{"failed for a missing table", `{"error":{"code":"EXECUTE_FAILED","message":"table shop.orders does not exist"}}`, 1, bs.FailRefused, true},
		{"no cluster", `{"error":{"code":"INTEGRATION_VC_REQUIRED","message":"x"}}`, 2, bs.FailRefused, false},
		{"platform refuses", `{"error":{"code":"TASK_ERROR","message":"no permission"}}`, 1, bs.FailRefused, true},
		{"program refused by the login", `{"error":{"code":"TASK_ERROR","message":"Login failed: ECONNREFUSED"}}`, 1, bs.FailUnreachable, false},
		{"garbage", `<html>`, 0, bs.FailGarbage, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, Config{}, answer{Stdout: tt.stdout, Exit: tt.exit})
			err := f.Execute(t.Context(), 40001, "sync_vc")
			if bs.FailureOf(err) != tt.failure {
				t.Fatalf("got %v", err)
			}
			if tt.failure != "" && platformError(t, err).Uncertain != tt.uncertain {
				t.Errorf("uncertain: got %v, want %v: %v", !tt.uncertain, tt.uncertain, err)
			}
		})
	}
}

// TestPlan_Debug runs the task once it is set up and before it is scheduled.
func TestPlan_Debug(t *testing.T) {
	t.Parallel()
	spec := single()
	spec.Name, spec.VCluster, spec.Folder.ID = "orders", "sync_vc", 110
	cron := bs.PlatformCron{Send: "0 2 * * *"}
	for _, asked := range []bool{false, true} {
		spec.DebugFirst = asked
		var got []string
		for _, c := range Plan(spec, cron, "about") {
			got = append(got, strings.Join(c.Argv[:2], " "))
			if c.Argv[1] == "execute" && !slices.Equal(c.Argv, []string{"task", "execute", PlannedTask, "--vc=sync_vc", "--max-wait-seconds=1", "--poll-interval=1"}) {
				t.Errorf("planned as %q", c.Argv)
			}
		}
		i, j, k := slices.Index(got, "task integration"), slices.Index(got, "task execute"), slices.Index(got, "task save-cron")
		if (j >= 0) != asked || asked && (j < i || j > k) {
			t.Errorf("asked %v: %q", asked, got)
		}
	}
}
