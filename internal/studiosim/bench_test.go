package studiosim

import (
	"testing"
)

func BenchmarkMain(b *testing.B) {
	for _, size := range []struct {
		name        string
		tasks, runs int
	}{{"seed", 0, 0}, {"10000tasks_50000runs", 10_000, 50_000}} {
		for _, line := range []string{"task list --limit 100", "runs list --limit 20", "task save-config 40005 --retry-count 2", "runs refill 40001 -y"} {
			b.Run(size.name+"/"+argv(line)[1], func(b *testing.B) {
				w, err := Seed(b.TempDir(), "samples")
				if err != nil {
					b.Fatal(err)
				}
				if size.tasks > 0 {
					if err := w.Scale(size.tasks, size.runs, 0); err != nil {
						b.Fatal(err)
					}
				}
				home := b.TempDir()
				if _, err := WriteProfile(home, "fake"); err != nil {
					b.Fatal(err)
				}
				for b.Loop() {
					invoke(w.Dir(), home, "", nil, argv(line)...)
				}
			})
		}
	}
}
