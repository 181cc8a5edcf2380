package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.etcd.io/bbolt"

	"batchsync/internal/batchsync"
)

// TestStore_Backup copies a file while it is written. Each copy is sound and of
// one moment: all that was stored before it began, and no half of anything.
func TestStore_Backup(t *testing.T) {
	t.Parallel()
	s, dir := fresh(t), t.TempDir()
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			if err := s.Begin(begin(batchsync.OperationID(fmt.Sprint("w", i)), fmt.Sprint("w", i))); err != nil {
				t.Error(err)
				return
			}
		}
	})
	for i := range 5 {
		id := batchsync.DraftID(fmt.Sprint("d", i))
		ok(t, s.CreateDraft(draftOf(id, "U1")))
		path := filepath.Join(dir, fmt.Sprint("copy", i))
		ok(t, s.Backup(t.Context(), path))
		if mode := must[os.FileInfo](t)(os.Stat(path)).Mode().Perm(); mode != 0o600 {
			t.Errorf("mode is %v, want 0600", mode)
		}
		copied := must[*Store](t)(Open(path, start))
		must[batchsync.Draft](t)(copied.Draft(id))
		ok(t, errors.Join(copied.Check(), copied.Close()))
	}
	close(stop)
	wg.Wait()
	if err := s.Backup(t.Context(), filepath.Join(dir, "copy0")); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over another one: got %v, want ErrExist", err)
	}
	if entries := must[[]os.DirEntry](t)(os.ReadDir(dir)); len(entries) != 5 {
		t.Errorf("left are %v, want five copies", entries)
	}
}

// A copy that does not hold what was written is none.
func TestStore_Backup_OfDamaged(t *testing.T) {
	t.Parallel()
	path := lived(t)
	s := must[*Store](t)(Open(path, start))
	defer s.Close()
	ok(t, s.db.Update(func(tx *bbolt.Tx) error { return bucket(tx, bucketTasks).Put(taskKey(7), []byte(`{"id":7}`)) }))
	to := filepath.Join(t.TempDir(), "copy")
	if err := s.Backup(t.Context(), to); !errors.Is(err, ErrDamaged) {
		t.Errorf("got %v, want ErrDamaged", err)
	}
	if entries := must[[]os.DirEntry](t)(os.ReadDir(filepath.Dir(to))); len(entries) != 0 {
		t.Errorf("left is %v, want nothing", entries)
	}
}

func logger() *slog.Logger { return slog.New(slog.DiscardHandler) }

// TestArchive makes backups at their times, keeps the newest, and goes on where
// another process stopped.
func TestArchive(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "made", "by itself")
	synctest.Test(t, func(t *testing.T) {
		s := fresh(t)
		run := func(d time.Duration) batchsync.BackupState {
			a := NewArchive(s, BackupPlan{Dir: dir, Every: time.Hour, Keep: 3}, logger())
			ctx, stop := context.WithTimeout(t.Context(), d)
			defer stop()
			ok(t, a.Run(ctx))
			return a.State()
		}
		begun := time.Now()
		if st := run(10 * time.Minute); st.Last.Sub(begun) > time.Minute || st.Troubled(time.Now()) {
			t.Errorf("at the start: %+v", st)
		}
		if st := run(49 * time.Minute); !st.Last.Equal(begun.Truncate(time.Millisecond)) {
			t.Errorf("after a restart: %+v, want none before the hour is over", st)
		}
		ok(t, os.WriteFile(filepath.Join(dir, BackupName(begun)+partSuffix), nil, 0o600)) // of a killed process
		st := run(10 * time.Hour)
		all := must[[]Backup](t)(Backups(dir))
		if len(all) != 3 || time.Since(st.Last) > time.Hour || !all[2].At.Equal(st.Last.UTC().Truncate(time.Millisecond)) {
			t.Errorf("kept are %v, state %+v", all, st)
		}
		for _, b := range all {
			ok(t, CheckFile(b.Path))
		}
		if entries := must[[]os.DirEntry](t)(os.ReadDir(dir)); len(entries) != 3 {
			t.Errorf("left are %v, want three backups", entries)
		}
	})
}

// TestArchive_Fails has a folder that cannot be used for a while.
func TestArchive_Fails(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "taken")
	synctest.Test(t, func(t *testing.T) {
		s := fresh(t)
		ok(t, os.WriteFile(dir, nil, 0o600))
		a := NewArchive(s, BackupPlan{Dir: dir, Every: 6 * time.Hour, Keep: 3}, logger())
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- a.Run(ctx) }()
		time.Sleep(time.Minute) // of the bubble's clock
		synctest.Wait()
		if st := a.State(); st.Failed.IsZero() || !st.Troubled(time.Now()) {
			t.Errorf("state is %+v, want the failure", st)
		}
		ok(t, os.Remove(dir))
		time.Sleep(retryBackup)
		synctest.Wait()
		if st := a.State(); !st.Failed.IsZero() || st.Last.IsZero() || st.Troubled(time.Now()) {
			t.Errorf("state is %+v, want a backup", st)
		}
		stop()
		ok(t, <-done)
	})
}

func TestArchive_Off(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := NewArchive(fresh(t), BackupPlan{Every: time.Hour, Keep: 1}, logger())
		ctx, stop := context.WithTimeout(t.Context(), 100*time.Hour)
		defer stop()
		ok(t, a.Run(ctx))
		if st := a.State(); st.On || st.Troubled(time.Now()) {
			t.Errorf("state is %+v, want off and no trouble", st)
		}
	})
}
