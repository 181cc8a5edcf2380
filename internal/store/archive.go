package store

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"batchsync/internal/batchsync"
)

// BackupPlan is what an administrator decides about backups.
type BackupPlan struct {
	Dir   string        // is made when it is missing; empty: no backups
	Every time.Duration // from the begin of one to that of the next
	Keep  int           // how many; the oldest go
}

// retryBackup is how long after a failed backup the next try begins at most.
const retryBackup = 5 * time.Minute

// Archive makes backups of a store while it is used.
type Archive struct {
	file *Store
	plan BackupPlan
	log  *slog.Logger

	mu    sync.Mutex
	state batchsync.BackupState
}

// NewArchive builds an archive; [Archive.Run] starts it.
func NewArchive(file *Store, plan BackupPlan, log *slog.Logger) *Archive {
	return &Archive{file: file, plan: plan, log: log, state: batchsync.BackupState{On: plan.Dir != "", Every: plan.Every}}
}

// State tells how the backups stand.
func (a *Archive) State() batchsync.BackupState {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.state
}

// Run makes a backup whenever the newest is old enough, also one that an earlier
// process made, until ctx ends. A failed one is told in the log and tried again
// soon.
func (a *Archive) Run(ctx context.Context) error {
	if a.plan.Dir == "" {
		<-ctx.Done()
		return nil
	}
	wait := a.begin(time.Now())
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
			wait = a.backup(ctx, time.Now())
		}
	}
}

// begin finds out when the first one is due.
func (a *Archive) begin(now time.Time) (wait time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.state.Since = now
	if all, err := Backups(a.plan.Dir); err == nil && len(all) > 0 {
		a.state.Last = all[len(all)-1].At
	}
	if a.state.Last.After(now) {
		return 0 // clocks were set: nobody knows how old it is
	}
	return max(0, a.state.Last.Add(a.plan.Every).Sub(now))
}

// backup makes one and tells when the next is due.
func (a *Archive) backup(ctx context.Context, now time.Time) (wait time.Duration) {
	path, err := a.make(ctx, now)
	a.mu.Lock()
	defer a.mu.Unlock()
	if err != nil && ctx.Err() != nil {
		a.log.Info("backup broken off: the next start makes it", "dir", a.plan.Dir)
		return 0
	}
	if err != nil {
		a.state.Failed = now
		a.log.Error("backup failed", "dir", a.plan.Dir, "error", err)
		return min(retryBackup, a.plan.Every)
	}
	a.state.Last, a.state.Failed = now, time.Time{}
	a.log.Info("backup made", "path", path, "took", time.Since(now).Round(time.Millisecond))
	if err := prune(a.plan.Dir, a.plan.Keep, now); err != nil {
		a.log.Warn("old backups stay", "dir", a.plan.Dir, "error", err)
	}
	return max(0, a.plan.Every-time.Since(now))
}

func (a *Archive) make(ctx context.Context, now time.Time) (path string, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("back up: %v", p) // it must not cost the bot
		}
	}()
	if err := os.MkdirAll(a.plan.Dir, 0o700); err != nil {
		return "", err
	}
	if err := sweepParts(a.plan.Dir); err != nil {
		return "", err
	}
	path = filepath.Join(a.plan.Dir, BackupName(now))
	return path, a.file.Backup(ctx, path)
}
