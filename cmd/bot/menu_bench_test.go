package main

import (
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"batchsync/internal/studiosim"
)

// BenchmarkMenu measures how long a person waits for the wizard's menu of data
// sources with a platform that takes five seconds for each command, and compares
// it with the command itself: the first answer says that the list is loading, in
// the time Slack allows; when the list is there, later ones come from memory.
func BenchmarkMenu(b *testing.B) {
	const slow = 5 * time.Second
	s := newStage(b)
	must(b, s.world.SetFaults(studiosim.Fault{Match: "datasource", Kind: "slow", Seconds: slow.Seconds()}))
	bare := s.alone(b, "datasource", "list", "--format=json")
	s.start(production...)
	ana := s.as(b, "ana")
	ana.open()
	v := ana.set("kind", "mysql")
	ask := func() (took time.Duration, loaded bool) {
		began := time.Now()
		options, err := ana.actor.Suggest(within(b, ackWait), v, "field.source", "")
		must(b, err)
		return time.Since(began), len(options) > 1
	}
	began := time.Now()
	first, loaded := ask()
	for !loaded {
		_, loaded = ask()
	}
	list := time.Since(began)
	var later []time.Duration
	for range 200 {
		took, _ := ask()
		later = append(later, took)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(ms(first), "first-answer-ms")
	b.ReportMetric(ms(list), "list-ms")
	b.ReportMetric(ms(bare), "bare-command-ms")
	b.ReportMetric(float64(list)/float64(bare), "list-ratio")
	b.ReportMetric(ms(quantile(later, 0.5)), "later-p50-ms")
	b.ReportMetric(ms(slices.Max(later)), "later-max-ms")
	if first > 3*time.Second {
		b.Errorf("the first answer took %v; Slack waits three seconds", first)
	}
	s.clean()
}

// alone is how long one command of the program takes by itself.
func (s *stage) alone(b *testing.B, args ...string) time.Duration {
	b.Helper()
	cmd := exec.Command(filepath.Join(s.bin, "cz-cli-sim"), args...)
	cmd.Env = s.env()
	began := time.Now()
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("%v: %v\n%s", args, err, out)
	}
	return time.Since(began)
}
