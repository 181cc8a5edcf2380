package czcli

import (
	"context"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// held starts a child that holds the mark until it is told to end, as a
// process would that dies without waiting for it.
func held(t *testing.T, m *Mark) (end func()) {
	t.Helper()
	child := exec.Command("sleep", "60")
	child.ExtraFiles = m.inherited()
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	end = sync.OnceFunc(func() {
		child.Process.Kill()
		child.Wait()
	})
	t.Cleanup(end)
	return end
}

func clearMark(t *testing.T, m *Mark, limit time.Duration, want bool) {
	t.Helper()
	gone, err := m.Clear(t.Context(), limit)
	if err != nil || gone != want {
		t.Fatalf("clear: got %v, %v, want %v", gone, err, want)
	}
	t.Cleanup(func() { m.Close() })
}

func TestMark_WaitsForAnOrphan(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "mark")
	before := NewMark(path)
	clearMark(t, before, time.Minute, true)
	end := held(t, before)
	before.Close() // the process ends, its child goes on

	after := NewMark(path)
	short, cancel := context.WithTimeout(t.Context(), 4*markPause)
	defer cancel()
	if gone, err := after.Clear(short, time.Minute); gone || err == nil {
		t.Fatalf("with a child at work: got %v, %v", gone, err)
	}
	if after.inherited() != nil {
		t.Error("children get the mark of a wait that was broken off")
	}
	end()
	clearMark(t, after, time.Minute, true)
}

// TestMark_GoesOn: a child that never ends is not waited for twice, and those
// that are started after it are.
func TestMark_GoesOn(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "mark")
	first := NewMark(path)
	clearMark(t, first, time.Minute, true)
	held(t, first)
	first.Close()

	second := NewMark(path)
	clearMark(t, second, 2*markPause, false)
	end := held(t, second)
	second.Close()

	third := NewMark(path)
	clearMark(t, third, 2*markPause, false)
	end()
	third.Close()
	clearMark(t, NewMark(path), time.Minute, true)
}

func TestMark_Unusable(t *testing.T) {
	t.Parallel()
	m := NewMark(filepath.Join(t.TempDir(), "none", "mark"))
	if gone, err := m.Clear(t.Context(), time.Minute); gone || err == nil {
		t.Errorf("got %v, %v, want an error", gone, err)
	}
	if (*Mark)(nil).inherited() != nil || m.inherited() != nil {
		t.Error("children inherit a mark that there is not")
	}
}
