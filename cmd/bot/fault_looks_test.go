package main

import (
	"os"
	"slices"
	"strings"
	"testing"

	"batchsync/internal/slacksim"
	"batchsync/internal/studiosim"
)

// TestFault_Looks has every command go wrong while the monitor looks and a
// delivery is examined. What cannot be read is told of no task: nothing is called
// failed, missing or passed. When the platform is well again, the failure that
// happened meanwhile is told once.
func TestFault_Looks(t *testing.T) {
	t.Parallel()
	kinds := []string{"garbage", "null_data", "exit_zero_refusal", "token_expired"}
	if os.Getenv(wholeMatrix) != "" {
		kinds = append(kinds, "killed", "half", "http_429", "two_documents")
	}
	for _, kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.quick(t, 1000)
			task, well := s.scheduled(t, 40105, "e2e_looked"), s.scheduled(t, 40105, "e2e_well")
			s.runs(t, well)
			b := s.watching()
			ana := s.as(t, "ana")
			ana.follow(s, "e2e_looked")
			ana.follow(s, "e2e_well")
			must(t, s.world.SetFaults(studiosim.Fault{Kind: kind}))
			s.fails(t, task)
			_, err := ana.actor.Slash(within(t, ackWait), slacksim.General, "/batchsync acceptance e2e_well")
			must(t, err)
			seen := len(s.spoiled(t))
			until(t, "some looks", func() bool { return len(s.spoiled(t)) >= seen+8 })
			for _, m := range s.slack.Messages(slacksim.General) {
				for _, words := range [][]string{{"Failed", "e2e_"}, {"Passed", "e2e_"}, {"missing", "e2e_"}, {"Late", "e2e_"}, {"no longer"}} {
					if says(m, words...) {
						t.Errorf("told without having seen: %.300s", m.AllText())
					}
				}
			}
			must(t, s.world.SetFaults())
			s.card(t, slacksim.General, "Failed", "e2e_looked", "connect timed out")
			_, err = ana.actor.Slash(within(t, ackWait), slacksim.General, "/batchsync acceptance e2e_well")
			must(t, err)
			s.card(t, slacksim.General, "delivery of e2e_well")
			b.stop(t)
			if all := s.roots(slacksim.General, "Failed", "connect timed out"); len(all) != 1 {
				t.Errorf("%d messages tell of it, want one", len(all))
			}
			s.clean()
		})
	}
}

// spoiled are the commands that a fault met.
func (s *stage) spoiled(t *testing.T) []studiosim.Invocation {
	t.Helper()
	all, err := s.world.Invocations()
	must(t, err)
	return slices.DeleteFunc(all, func(i studiosim.Invocation) bool {
		return i.Fault == "" || strings.HasPrefix(strings.Join(i.Argv, " "), "profile")
	})
}
