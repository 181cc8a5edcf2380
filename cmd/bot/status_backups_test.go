package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"batchsync/internal/store"
)

// TestStatus_Backups asks for the status of bots whose backups are off, were made
// by a bot before, are made now, and cannot be made.
func TestStatus_Backups(t *testing.T) {
	t.Parallel()
	only := func(dir string) string { // the one backup there is, as it is told
		made, err := store.Backups(dir)
		if err != nil || len(made) != 1 {
			return "not yet"
		}
		return fmt.Sprintf("last backup <!date^%d^", made[0].At.Truncate(time.Minute).Unix())
	}
	for _, c := range []struct {
		name    string
		prepare func(t *testing.T, s *stage) (dir string)
		want    func(dir string) string
		not     string
	}{
		{"off", func(*testing.T, *stage) string { return "" },
			func(string) string { return "no backups, BATCHSYNC_BACKUP_DIR is not set" }, "last backup"},
		{"made now", func(_ *testing.T, s *stage) string { return filepath.Join(s.dir, "backups") }, only, "failed"},
		{"made by a bot before", func(t *testing.T, s *stage) string {
			dir := filepath.Join(s.dir, "backups")
			s.seed(t)
			must(t, os.Mkdir(dir, 0o700))
			s.filed(t, 0, nil, "backup", filepath.Join(dir, store.BackupName(time.Now().Add(-40*time.Minute))))
			return dir
		}, only, "failed"},
		{"cannot be made", func(t *testing.T, s *stage) string {
			must(t, os.WriteFile(filepath.Join(s.dir, "file"), nil, 0o600))
			return filepath.Join(s.dir, "file", "backups")
		}, func(string) string { return "failed, there is none" }, "last backup"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			dir := c.prepare(t, s)
			settings := []string{"BATCHSYNC_BACKUP_DIR=" + dir, "BATCHSYNC_BACKUP_EVERY=1h"}
			b := s.start(settings...)
			ana := s.as(t, "ana")
			until(t, "the status of the backups", func() bool {
				want, before := c.want(dir), len(s.slack.Ephemerals("ana"))
				s.answered(t, ana, "status")
				for _, m := range s.slack.Ephemerals("ana")[before:] {
					if strings.Contains(m.AllText(), c.not) {
						t.Fatalf("says %q: %s", c.not, m.AllText())
					}
					if strings.Contains(m.AllText(), want) {
						return true
					}
				}
				return false
			})
			b.stop(t)
			s.clean()
		})
	}
}
