package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"batchsync/internal/store"
)

// FileConfig is what an administrator sets about the bot's own file. The
// commands that only work with the file need no more.
type FileConfig struct {
	DB          string        `envconfig:"BATCHSYNC_DB" default:"batchsync.db" desc:"database file"`
	BackupDir   string        `envconfig:"BATCHSYNC_BACKUP_DIR" desc:"folder for backups of the database file; empty: none are made"`
	BackupEvery time.Duration `envconfig:"BATCHSYNC_BACKUP_EVERY" default:"6h" desc:"from one backup to the next"`
	BackupKeep  int           `envconfig:"BATCHSYNC_BACKUP_KEEP" default:"28" desc:"how many backups are kept"`
	KeepAudit   int           `envconfig:"BATCHSYNC_KEEP_AUDIT" default:"400" desc:"days for which the audit trail is kept"`
}

// loadFileConfig reads the part of the environment that is about the file.
func loadFileConfig() (FileConfig, error) {
	var c FileConfig
	wrong := readSettings(&c)
	return c, errors.Join(wrong...)
}

// validateFile checks what is set about the file.
func (c FileConfig) validateFile(bad func(name, problem, fix string)) {
	if c.DB == "" {
		bad("BATCHSYNC_DB", "is empty", "set the path of the database file")
	} else if info, err := os.Stat(filepath.Dir(c.DB)); err != nil || !info.IsDir() {
		bad("BATCHSYNC_DB", "lies in a folder that does not exist", "create "+filepath.Dir(c.DB)+" first")
	}
	if info, err := os.Stat(c.BackupDir); c.BackupDir != "" && err == nil && !info.IsDir() {
		bad("BATCHSYNC_BACKUP_DIR", "is no folder", "set the path of a folder; it is made when it is missing")
	}
	if c.BackupEvery < time.Minute || c.BackupEvery > 7*24*time.Hour {
		bad("BATCHSYNC_BACKUP_EVERY", "is "+c.BackupEvery.String(), "use a time from 1m to 168h, for example 6h")
	}
	if c.BackupKeep < 1 || c.BackupKeep > 10_000 {
		bad("BATCHSYNC_BACKUP_KEEP", fmt.Sprintf("is %d", c.BackupKeep), "use a number from 1 to 10000")
	}
	if c.KeepAudit < 30 || c.KeepAudit > 36_500 {
		bad("BATCHSYNC_KEEP_AUDIT", fmt.Sprintf("is %d", c.KeepAudit), "use a number of days from 30 to 36500")
	}
}

func (c FileConfig) backups() store.BackupPlan {
	return store.BackupPlan{Dir: c.BackupDir, Every: c.BackupEvery, Keep: c.BackupKeep}
}

func (c FileConfig) keepAudit() time.Duration { return time.Duration(c.KeepAudit) * 24 * time.Hour }
