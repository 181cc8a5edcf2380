package batchsync

import (
	"testing"
	"time"
)

func TestBackupState_Troubled(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name  string
		state BackupState
		want  bool
	}{
		{"off", BackupState{Every: time.Hour}, false},
		{"just begun", BackupState{On: true, Every: time.Hour, Since: now}, false},
		{"just begun, with an old one", BackupState{On: true, Every: time.Hour, Since: now, Last: now.Add(-99 * time.Hour)}, false},
		{"in time", BackupState{On: true, Every: time.Hour, Since: now.Add(-99 * time.Hour), Last: now.Add(-time.Hour)}, false},
		{"overdue", BackupState{On: true, Every: time.Hour, Since: now.Add(-99 * time.Hour), Last: now.Add(-3 * time.Hour)}, true},
		{"never", BackupState{On: true, Every: time.Hour, Since: now.Add(-3 * time.Hour)}, true},
		{"failed", BackupState{On: true, Every: time.Hour, Since: now, Last: now, Failed: now}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.state.Troubled(now); got != tt.want {
				t.Errorf("got %t, want %t", got, tt.want)
			}
		})
	}
}
