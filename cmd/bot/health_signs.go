package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"sync"
	"time"

	"batchsync/bot/handlers"
	"batchsync/internal/batchsync"
)

// probeEvery is how often the file and the disk are asked how they are.
const probeEvery = 15 * time.Second

// vitals gathers what is seen of the bot's own work. What may wait (the file,
// the disk) is asked by Run and remembered, so that the answer to who asks for
// health never waits and a probe that hangs is seen by its age.
type vitals struct {
	bot interface {
		Status() handlers.Status
		Waiting() int
		Queues() map[string]int
	}
	outbox  interface{ PausedUntil() time.Time }
	monitor interface {
		Alive() (looked, ended time.Time)
		Absence(now time.Time) time.Duration
	}
	file interface {
		Writable() error
		Counts() (due, dead int, oldest time.Time, err error)
		OpenIncidents() ([]batchsync.Incident, error)
		Unsettled() ([]batchsync.Operation, error)
	}
	program interface{ Children() (running, waiting int) }
	backups func() batchsync.BackupState
	path    string        // of the file
	deaf    time.Duration // as configured
	log     *slog.Logger

	mu        sync.Mutex
	life      batchsync.Life // without what the rooms tell
	due, dead int

	// Of what stands in the file, for the metrics.
	incidents  map[batchsync.Reason]int
	operations map[batchsync.OperationState]int
	size       int64
}

// newVitals knows nobody yet; the rooms it asks are set before Run.
func newVitals(cfg Config, log *slog.Logger) *vitals {
	return &vitals{path: cfg.DB, deaf: cfg.DeafAfter, log: log, life: batchsync.Life{Started: time.Now(), Free: -1}}
}

// ran is told of every child of the platform's program that ended.
func (v *vitals) ran(_ string, failure batchsync.Failure, _ time.Duration) {
	if failure != "" {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.life.Program = time.Now()
}

// Run probes until ctx ends, and logs each sign that is lost or comes back.
func (v *vitals) Run(ctx context.Context) error {
	tick := time.NewTicker(probeEvery)
	defer tick.Stop()
	was := map[batchsync.SignName]bool{}
	for {
		v.probe()
		for _, s := range v.Signs() {
			if lost := !s.OK; lost != was[s.Name] {
				was[s.Name] = lost
				v.say(s)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

func (v *vitals) say(s batchsync.Sign) {
	level, text := slog.LevelInfo, "sign of life is back"
	if !s.OK {
		level, text = slog.LevelWarn, "sign of life is missing"
	}
	attrs := []any{"sign", string(s.Name), "age", s.Age.Round(time.Second), "bound", s.Bound}
	if s.Name == batchsync.SignDisk {
		attrs = []any{"sign", string(s.Name), "free", s.Free, "need", s.Need}
	}
	v.log.Log(context.Background(), level, text, attrs...)
}

func (v *vitals) probe() {
	err := v.file.Writable()
	if err != nil {
		v.log.Error("cannot write the database", "error", err)
	}
	due, dead, oldest, countErr := v.file.Counts()
	if countErr != nil {
		v.log.Error("count messages", "error", countErr)
	}
	free := freeBytes(v.path)
	incidents, operations, openErr := v.open()
	if openErr != nil {
		v.log.Error("count what is open", "error", openErr)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if openErr == nil {
		v.take(incidents, operations)
	}
	if info, err := os.Stat(v.path); err == nil {
		v.size = info.Size()
	}
	v.life.Free = free
	if countErr == nil {
		v.due, v.dead, v.life.Oldest = due, dead, oldest
	}
	v.life.Unwritten, v.life.Full = err != nil, batchsync.CodeOf(err) == batchsync.CodeDisk
	if err == nil && countErr == nil {
		v.life.Written = time.Now()
	}
}

// open reads what is not over, for the metrics.
func (v *vitals) open() ([]batchsync.Incident, []batchsync.Operation, error) {
	incidents, err := v.file.OpenIncidents()
	operations, err2 := v.file.Unsettled()
	return incidents, operations, errors.Join(err, err2)
}

// Signs judges what is known now. It never waits.
func (v *vitals) Signs() []batchsync.Sign {
	now := time.Now()
	status := v.bot.Status()
	v.mu.Lock()
	l := v.life
	v.mu.Unlock()
	l.Connected, l.Frame, l.Heard = status.Connected, status.LastFrame, status.Hearing
	l.Looked, l.Ended = v.monitor.Alive()
	l.Paused = v.outbox.PausedUntil()
	return l.Signs(now, batchsync.LifeBounds{Deaf: v.deaf, Look: v.monitor.Absence(now)})
}

func (v *vitals) report(signs []batchsync.Sign) report {
	status := v.bot.Status()
	v.mu.Lock()
	defer v.mu.Unlock()
	return report{
		Signs: signsReport(signs), Connections: status.Connections, Reconnects: status.Reconnects,
		Waiting: v.bot.Waiting(), Due: v.due, Dead: v.dead,
	}
}
