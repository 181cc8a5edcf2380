package store

import (
	"errors"
	"fmt"
	"path/filepath"
	"syscall"
	"testing"

	"go.etcd.io/bbolt"

	"batchsync/internal/batchsync"
)

// TestStore_Writable has one change fail in every way, and then one that does not.
func TestStore_Writable(t *testing.T) {
	t.Parallel()
	foreign := errors.New("wanted by nobody")
	tests := []struct {
		name    string
		refused error // by the caller's own function
		failed  error // by the disk
		text    batchsync.TextKey
		first   bool // writable after it
		later   bool // once more, without any change meanwhile
		changed bool // after a change that the disk took
	}{
		{"taken", nil, nil, "", true, true, true},
		{"refused by us", foreign, nil, "error.internal", true, true, true},
		{"refused by us, with the words of a disk", fmt.Errorf("task %q", syscall.ENOSPC), nil, "error.internal", true, true, true},
		{"no room", nil, syscall.ENOSPC, "disk.full", true, true, true}, // there is room again when it is asked for
		{"no room, said without wrapping", nil, fmt.Errorf("file sync error: %s", syscall.ENOSPC), "disk.full", true, true, true},
		{"quota", nil, syscall.EDQUOT, "disk.full", true, true, true},
		{"limit for files", nil, syscall.EFBIG, "disk.full", true, true, true},
		{"read-only", nil, syscall.EROFS, "disk.read_only", true, true, true},
		{"broken", nil, syscall.EIO, "error.internal", false, false, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := open(t, filepath.Join(t.TempDir(), "bot.db"))
			commit := func(fn func(*bbolt.Tx) error) error { return errors.Join(fn(nil), tt.failed) }
			err := s.noting(commit, func(*bbolt.Tx) error { return tt.refused })
			for _, cause := range []error{tt.refused, tt.failed} {
				if cause != nil && (!errors.Is(err, cause) || batchsync.ProblemOf(err).Text.Key != tt.text) {
					t.Errorf("got %v, want it to say %s and keep the cause %v", err, tt.text, cause)
				}
			}
			if code := batchsync.CodeOf(err); (code == batchsync.CodeDisk) != (tt.text == "disk.full" || tt.text == "disk.read_only") {
				t.Errorf("code %s for %v", code, err)
			}
			for i, want := range []bool{tt.first, tt.later} {
				if err := s.Writable(); (err == nil) != want {
					t.Errorf("asked %d times: %v, want writable %t", i+1, err, want)
				}
			}
			ok(t, s.Begin(begin("op", "op")))
			if err := s.Writable(); (err == nil) != tt.changed {
				t.Errorf("after another change: %v", err)
			}
			ok(t, s.Check())
		})
	}
}

// TestStore_Note has small changes succeed on a full disk.
func TestStore_Note(t *testing.T) {
	t.Parallel()
	s := open(t, filepath.Join(t.TempDir(), "bot.db"))
	s.note(unwritten(syscall.ENOSPC))
	ok(t, s.Begin(begin("op", "op")))
	if s.refused.Load() == nil {
		t.Error("a change that was taken counts as proof of room")
	}
	ok(t, s.Writable())
	if s.refused.Load() != nil {
		t.Error("room is proved, and a change is still remembered as refused")
	}
}
