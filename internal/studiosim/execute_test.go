package studiosim

import (
	"strings"
	"testing"
	"time"
)

// TestExecute_Switches makes executed runs slow, failing, or two where one was
// asked for; scheduled ones are left alone.
func TestExecute_Switches(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		settings func(*Settings)
		fault    string
		args     []string
		exit     int
		says     string
		status   int // of the run when the program has answered
		runs     int
	}{
		{"quick", func(s *Settings) { s.Switches.ExecuteMS = 50 }, "", []string{"--vc", "sync_vc"}, 0, `"execution_status":"SUCCESS"`, Success, 1},
		{"slow", func(s *Settings) { s.Switches.ExecuteMS = 60_000 }, "", []string{"--vc", "sync_vc"}, 1, "EXECUTE_TIMEOUT", Running, 1},
		{"failing", func(s *Settings) { s.Switches.ExecuteMS, s.Switches.ExecuteFails = 50, "disk full" }, "", []string{"--vc", "sync_vc"}, 1, `"EXECUTE_FAILED","message":"disk full"`, Failed, 1},
		{"general cluster", func(s *Settings) { s.Switches.ExecuteMS = 50 }, "", []string{"--vc", "DEFAULT"}, 1, "needs an INTEGRATION vcluster", Failed, 1},
		{"twice", func(s *Settings) { s.Switches.ExecuteMS = 60_000 }, "applied_twice", []string{"--vc", "sync_vc"}, 1, "EXECUTE_TIMEOUT", Running, 2},
		{"answer lost", func(s *Settings) { s.Switches.ExecuteMS = 50 }, "applied_reported_failed", []string{"--vc", "sync_vc"}, 1, `"error"`, Success, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := newCLI(t, "samples")
			must(t, c.Configure(func(s *Settings) { s.WaitMS = 1; tt.settings(s) }))
			if tt.fault != "" {
				must(t, c.SetFaults(Fault{Match: "task execute", Kind: tt.fault, Times: 1}))
			}
			before, err := c.Runs(40001)
			must(t, err)
			began := time.Now()
			got := c.do(append([]string{"task", "execute", "40001", "--poll-interval", "1", "--max-wait-seconds", "1"}, tt.args...)...)
			if got.exit != tt.exit || !strings.Contains(got.stdout, tt.says) {
				t.Errorf("exit %d: %s", got.exit, got.stdout)
			}
			if took := time.Since(began); took > 5*time.Second {
				t.Errorf("it took %v", took)
			}
			after, err := c.Runs(40001)
			must(t, err)
			if len(after)-len(before) != tt.runs {
				t.Fatalf("%d runs more, want %d", len(after)-len(before), tt.runs)
			}
			if r := c.last(t, 40001); r.Type != Temporary || r.Status != tt.status {
				t.Errorf("run %+v", r)
			}
			if effects, err := c.Effects("run "); err != nil || len(effects) != tt.runs {
				t.Errorf("effects %q, %v", effects, err)
			}
		})
	}
}
