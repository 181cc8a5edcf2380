package czcli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"syscall"
	"time"
)

// markPause lies between looks whether the children of an earlier process are
// gone.
const markPause = 50 * time.Millisecond

// Mark is a file that every child which changes something holds open and
// locked, together with the process that started it. A process that is killed
// leaves such children at work: whoever looks meanwhile what became of their
// change sees nothing yet, and would make it again.
//
// The lock is of flock(2): it belongs to the opened file, which children
// inherit, and ends with the last of them, however that ends.
type Mark struct {
	path string

	mu   sync.Mutex
	file *os.File // nil before Clear
}

// NewMark names the file, which is made by [Mark.Clear] and holds nothing. Two
// processes that run at a time need one each.
func NewMark(path string) *Mark { return &Mark{path: path} }

// Clear waits until no child of an earlier process is left, for the limit at
// most, and has the children from then on hold the file. It reports whether
// all were gone; those that are not are not waited for again.
func (m *Mark) Clear(ctx context.Context, limit time.Duration) (gone bool, err error) {
	file, err := openMark(m.path)
	if err != nil {
		return false, err
	}
	end := time.NewTimer(limit)
	defer end.Stop()
	for {
		if err = lockMark(file); err == nil {
			m.keep(file)
			return true, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return false, errors.Join(fmt.Errorf("lock %s: %w", m.path, err), file.Close())
		}
		select {
		case <-ctx.Done():
			return false, errors.Join(ctx.Err(), file.Close())
		case <-end.C:
			return false, errors.Join(file.Close(), m.renew())
		case <-time.After(markPause):
		}
	}
}

// renew puts a file of its own in the place of the one that somebody still
// holds.
func (m *Mark) renew() error {
	if err := os.Remove(m.path); err != nil {
		return fmt.Errorf("renew the mark of children: %w", err)
	}
	file, err := openMark(m.path)
	if err != nil {
		return err
	}
	if err := lockMark(file); err != nil {
		return errors.Join(fmt.Errorf("lock %s: %w", m.path, err), file.Close())
	}
	m.keep(file)
	return nil
}

func (m *Mark) keep(file *os.File) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.file = file
}

// Close lets go of the file; children that are still at work keep it.
func (m *Mark) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.file == nil {
		return nil
	}
	file := m.file
	m.file = nil
	return file.Close()
}

// inherited are the files that a child gets beside its pipes.
func (m *Mark) inherited() []*os.File {
	if m == nil {
		return nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.file == nil {
		return nil
	}
	return []*os.File{m.file}
}

func openMark(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the mark of children: %w", err)
	}
	return file, nil
}

// lockMark goes on after signals, which flock(2) answers with an error.
func lockMark(file *os.File) error {
	for {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}
