package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"batchsync/internal/store"
)

// openHint says what to do about a file that cannot be used, in one line. The
// error tells which; else it is the database.
func openHint(cfg FileConfig, err error) error {
	var about *store.FileError
	if errors.As(err, &about) && about.Path != cfg.DB {
		return givenHint(about)
	}
	switch {
	case errors.Is(err, store.ErrForeign):
		return fmt.Errorf("open %s: it is no database of the bot; set BATCHSYNC_DB to the file of the bot, or move away what is there; nothing was changed (%s)", cfg.DB, oneLine(err))
	case errors.Is(err, store.ErrLocked):
		return fmt.Errorf("open %s: another instance is running with this file; stop it first, one process owns the file%s", cfg.DB, whileRunning(cfg))
	case errors.Is(err, store.ErrNewer):
		return fmt.Errorf("%w; start that version, or go back to the file as it was before it: %s", err, goBack(cfg))
	case errors.Is(err, store.ErrUnkept):
		return fmt.Errorf("open %s: the file is of an older version, and a copy of it must be kept beside it before it is brought up to date; make room on that disk and start again, nothing was changed (%s)",
			cfg.DB, oneLine(err))
	case errors.Is(err, store.ErrDamaged):
		return fmt.Errorf("open %s: the database is damaged: restore a backup%s (%s)", cfg.DB, newestBackup(cfg), oneLine(err))
	}
	return err
}

// givenHint is openHint for a file that was named on the command line.
func givenHint(about *store.FileError) error {
	switch {
	case errors.Is(about, store.ErrForeign):
		return fmt.Errorf("%s is no database of the bot; nothing was changed (%s)", about.Path, oneLine(about.Err))
	case errors.Is(about, store.ErrLocked):
		return fmt.Errorf("%s is in use by a running instance; nothing was changed", about.Path)
	case errors.Is(about, store.ErrNewer):
		return fmt.Errorf("%s was written by a newer version of the bot, which can use it; nothing was changed (%s)", about.Path, oneLine(about.Err))
	case errors.Is(about, store.ErrDamaged):
		return fmt.Errorf("%s is damaged; nothing was changed (%s)", about.Path, oneLine(about.Err))
	}
	return about
}

func oneLine(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }

func whileRunning(cfg FileConfig) string {
	if cfg.BackupDir == "" {
		return "; a running bot makes backups when BATCHSYNC_BACKUP_DIR is set"
	}
	return "; a running bot makes backups into " + cfg.BackupDir + " by itself"
}

// newestBackup tells which one there is and the command that restores it.
func newestBackup(cfg FileConfig) string {
	if cfg.BackupDir == "" {
		return " with bot restore FILE; BATCHSYNC_BACKUP_DIR is not set, so the bot made none"
	}
	all, err := store.Backups(cfg.BackupDir)
	if err != nil || len(all) == 0 {
		return " with bot restore FILE; there is none in " + cfg.BackupDir
	}
	last := all[len(all)-1]
	return fmt.Sprintf("; the newest is of %s: %s", last.At.Format("2006-01-02 15:04:05 MST"), restoreLine(cfg, last.Path))
}

// goBack is the command that puts the file back which this version can use; what
// happened since that copy is not in it.
func goBack(cfg FileConfig) string {
	path := store.Fitting(cfg.DB, cfg.BackupDir)
	if path == "" {
		return "neither a copy beside it nor a backup fits this version"
	}
	return restoreLine(cfg, path)
}

func restoreLine(cfg FileConfig, path string) string {
	return fmt.Sprintf("BATCHSYNC_DB=%s %s restore %s", shellWord(cfg.DB), shellWord(os.Args[0]), shellWord(path))
}
