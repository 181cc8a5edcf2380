package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"batchsync/internal/store"
)

// backupCommand copies the file to where it was told to, or into the folder for
// backups under a name with the time.
func backupCommand(cfg FileConfig, on fileArgs, out io.Writer) error {
	if on.path == "" && cfg.BackupDir == "" {
		return errors.New("name the file to make, as in bot backup FILE, or set BATCHSYNC_BACKUP_DIR")
	}
	if on.path == "" {
		if err := os.MkdirAll(cfg.BackupDir, 0o700); err != nil {
			return err
		}
		on.path = filepath.Join(cfg.BackupDir, store.BackupName(time.Now()))
	}
	if err := vacant(cfg, on); err != nil {
		return err
	}
	return withFile(cfg, func(file *store.Store) error {
		if err := file.Check(); err != nil {
			return err
		}
		if err := backUp(file, on); err != nil {
			return err
		}
		fmt.Fprintf(out, "Copied %s to %s and checked the copy.\n", cfg.DB, on.path)
		return nil
	})
}

// vacant fails when a backup must not take a name: there is something that was
// not given up, or that no backup may ever replace.
func vacant(cfg FileConfig, on fileArgs) error {
	there, err := os.Stat(on.path)
	if err != nil {
		return nil // what else is wrong with it shows when it is made
	}
	if db, err := os.Stat(cfg.DB); err == nil && os.SameFile(db, there) {
		return fmt.Errorf("back up to %s: that is the database file itself; name another", on.path)
	}
	if !there.Mode().IsRegular() {
		return fmt.Errorf("back up to %s: what is there is no file; name another", on.path)
	}
	if !on.force {
		return fmt.Errorf("back up to %s: there is a file of that name, and it was left alone; name another, or replace it with bot backup -force %s", on.path, shellWord(on.path))
	}
	return nil
}

// besideSuffix is that of a forced backup until it takes the place of the one
// before.
const besideSuffix = ".replacing"

// backUp makes the backup. One that replaces another is made beside it, so that
// the one before stays until the new one was checked.
func backUp(file *store.Store, on fileArgs) error {
	if !on.force {
		return file.Backup(context.Background(), on.path)
	}
	beside := on.path + besideSuffix
	if err := os.Remove(beside); err != nil && !errors.Is(err, fs.ErrNotExist) { // of one that was cut short
		return err
	}
	if err := file.Backup(context.Background(), beside); err != nil {
		return err
	}
	if err := os.Rename(beside, on.path); err != nil {
		return errors.Join(err, os.Remove(beside))
	}
	dir, err := os.Open(filepath.Dir(on.path)) // has the new name on disk
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
