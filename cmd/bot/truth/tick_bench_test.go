package truth

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"batchsync/internal/batchsync"
	"batchsync/internal/monitor"
	"batchsync/internal/store"
)

// The size of a large workspace.
const (
	benchTasks = 10_000
	benchRuns  = 50_000
	benchPage  = 100 // runs per child process
	benchNew   = 500 // new failures: one run in a hundred
)

// workspace is a platform in memory that counts the child processes its
// answers would have cost.
type workspace struct {
	runs  []batchsync.Run // newest business time first
	calls int
	platformOf
}

// platformOf answers what a tick must not ask.
type platformOf struct{ monitor.Platform }

func (w *workspace) RunStats(_ context.Context, from, to time.Time) ([]batchsync.RunCount, error) {
	w.calls++
	counts := map[batchsync.RunStatus]int{}
	for _, r := range w.runs {
		if !r.Plan.Before(from) && !r.Plan.After(to) {
			counts[r.Status]++
		}
	}
	var out []batchsync.RunCount
	for s, n := range counts {
		out = append(out, batchsync.RunCount{Status: s, Type: batchsync.RunScheduled, TaskType: batchsync.TypeSingle, Count: n})
	}
	return out, nil
}

func (w *workspace) Runs(_ context.Context, f batchsync.RunFilter) ([]batchsync.Run, error) {
	var out []batchsync.Run
	for _, r := range w.runs {
		if !r.Plan.Before(f.From) && !r.Plan.After(f.To) && !(f.Unfinished && r.Status.Over()) {
			out = append(out, r)
		}
	}
	w.calls += max(1, (len(out)+benchPage-1)/benchPage)
	return out, nil
}

func (w *workspace) Run(_ context.Context, id batchsync.RunID) (batchsync.Run, error) {
	w.calls++
	return batchsync.Run{}, fmt.Errorf("run %d: not asked for in this test", id)
}

func newWorkspace(now time.Time) *workspace {
	w := &workspace{}
	step := 47 * time.Hour / benchRuns
	for n := range benchRuns {
		plan := now.Add(-time.Hour / 2).Add(-time.Duration(n) * step).UTC()
		w.runs = append(w.runs, batchsync.Run{
			ID: batchsync.RunID(benchRuns - n), Task: batchsync.TaskID(n%benchTasks + 1), TaskName: fmt.Sprintf("sync_mysql_orders_%05d", n%benchTasks),
			TaskType: batchsync.TypeSingle, Status: batchsync.RunSuccess, Type: batchsync.RunScheduled, Plan: plan, Began: plan, Ended: plan.Add(3 * time.Minute), VCluster: "sync_vc",
		})
	}
	return w
}

// fail makes n of the newest runs failures that were successes a moment ago.
func (w *workspace) fail(n int, now time.Time) {
	for i := range n {
		w.runs[i].Status, w.runs[i].Failure, w.runs[i].Ended = batchsync.RunFailed, "connection to the data source refused", now
	}
}

func (w *workspace) heal() {
	for i := range w.runs {
		w.runs[i].Status = batchsync.RunSuccess
	}
}

// BenchmarkTick is one look over 10,000 watched tasks and 50,000 runs: quiet,
// with one run in a hundred newly failed, and the first one after a start,
// which reads everything. Its CPU time is compared with that of decoding the
// list of those runs once, in turns: the platform here answers without JSON.
func BenchmarkTick(b *testing.B) {
	now := time.Now().UTC().Truncate(time.Second)
	for _, c := range []struct {
		name        string
		fail, first bool
	}{{"quiet", false, false}, {"failures", true, false}, {"first", false, true}} {
		b.Run(c.name, func(b *testing.B) {
			w := newWorkspace(now)
			file, err := store.Open(filepath.Join(b.TempDir(), "b.db"), now)
			if err != nil {
				b.Fatal(err)
			}
			defer file.Close()
			sub := batchsync.Subscription{Channel: "C1", Selector: batchsync.Selector{Kind: batchsync.SelectAll}, Topics: batchsync.UsualTopics()}
			if err := file.Subscribe(sub, nil, batchsync.AuditRow{At: now, Action: batchsync.ActView, Object: "channel/C1", Outcome: "done"}); err != nil {
				b.Fatal(err)
			}
			fresh := func() *monitor.Monitor { return newMonitor(file, w) }
			m := fresh()
			m.Tick(b.Context(), now)
			page := printedPage()
			at, calls, cpu, list := now, 0, time.Duration(0), time.Duration(0)
			for b.Loop() {
				b.StopTimer()
				at = at.Add(time.Minute)
				if c.first {
					m = fresh()
				}
				if c.fail {
					w.heal()
					m.Tick(b.Context(), at)
					at = at.Add(time.Minute)
					w.fail(benchNew, at)
				}
				before := w.calls
				used := cpuTime()
				b.StartTimer()
				m.Tick(b.Context(), at)
				b.StopTimer()
				cpu += cpuTime() - used
				calls += w.calls - before
				list += decodeWindow(b, page)
				b.StartTimer()
			}
			b.ReportMetric(float64(calls)/float64(b.N), "children/op")
			b.ReportMetric(cpu.Seconds()/float64(b.N), "cpu-s/op")
			b.ReportMetric(list.Seconds()/float64(b.N), "list-cpu-s/op")
			b.ReportMetric(float64(cpu)/float64(list), "ratio")
			b.ReportMetric(heapMB(), "heap-MB")
			runtime.KeepAlive(m)
		})
	}
}

func newMonitor(file *store.Store, p monitor.Platform) *monitor.Monitor {
	n := 0
	id := func() string { n++; return fmt.Sprint(time.Now().UnixNano(), "-", n) }
	return monitor.New(monitor.Config{Spec: "@every 1m", Zone: time.UTC}, idleKeeper{}, file, p, func() {}, id, slog.New(slog.DiscardHandler))
}

func cpuTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func heapMB() float64 {
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return float64(s.HeapAlloc) / (1 << 20)
}
