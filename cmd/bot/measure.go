package main

import (
	"cmp"
	"context"
	"time"

	"batchsync/bot/handlers"
	"batchsync/internal/batchsync"
	"batchsync/internal/metrics"
	"batchsync/internal/outbox"
)

// built is what the metrics say was built.
func built() metrics.Build {
	b := thisBuild()
	return metrics.Build{Version: b.Version, Revision: cmp.Or(b.Commit, "unknown")}
}

// counting is the sender as the outbox sees it: how each attempt ended is
// counted, that of one that panics too.
type counting struct {
	outbox.Sender
	seen *metrics.Metrics
}

func (c counting) Send(ctx context.Context, m batchsync.Message, thread *batchsync.Message) batchsync.Delivery {
	d := batchsync.Delivery{Outcome: batchsync.OutcomeFailed, Reason: "panic"}
	defer func() { c.seen.Sent(m, d) }()
	d = c.Sender.Send(ctx, m, thread)
	return d
}

// worked tells the metrics of the monitor's jobs.
func worked(seen *metrics.Metrics) func(job string, took time.Duration, ok bool) {
	return func(job string, took time.Duration, ok bool) { seen.Worked(job, took, ok, time.Now()) }
}

// ranFor tells all of them of the children of the platform's program.
func ranFor(all ...func(string, batchsync.Failure, time.Duration)) func(string, batchsync.Failure, time.Duration) {
	return func(command string, failure batchsync.Failure, took time.Duration) {
		for _, tell := range all {
			tell(command, failure, took)
		}
	}
}

// state is what a scrape shows. Like the signs, it never waits: what stands in
// the file was read by the last probe.
func (v *vitals) state() metrics.State {
	signs, status, queues := v.Signs(), v.bot.Status(), v.bot.Queues()
	running, waiting := v.program.Children()
	backup := v.backups()
	v.mu.Lock()
	defer v.mu.Unlock()
	return metrics.State{
		Now: time.Now(), Signs: signs,
		Connected: status.Connected, Connections: status.Connections, Reconnects: status.Reconnects, Frames: status.Frames, Queues: queues,
		Due: v.due, Dead: v.dead, Oldest: v.life.Oldest, Running: running, Waiting: waiting,
		Incidents: v.incidents, Operations: v.operations, FileBytes: v.size, FreeBytes: v.life.Free, Backup: backup,
		Program: v.life.Program, Written: v.life.Written,
	}
}

// take counts what is open in the file. The counts are new maps each time:
// whoever got the last ones may still read them.
func (v *vitals) take(incidents []batchsync.Incident, operations []batchsync.Operation) {
	v.incidents, v.operations = map[batchsync.Reason]int{}, map[batchsync.OperationState]int{}
	for _, i := range incidents {
		if !i.Rehearsal {
			v.incidents[i.Worst().Reason]++
		}
	}
	for _, op := range operations {
		v.operations[op.State]++
	}
}

var _ handlers.Observer = (*metrics.Metrics)(nil)
