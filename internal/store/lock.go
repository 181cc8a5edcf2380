package store

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"go.etcd.io/bbolt"
)

// lockWait is how long Open waits for another process to let go of the file:
// long enough for a predecessor that is just ending, short enough to tell.
const lockWait = time.Second

// lockPoll is how often it looks meanwhile.
const lockPoll = 50 * time.Millisecond

// openFile opens a database file. Before the database gets to see it, it is
// locked and its pages are followed: so a damaged one is left alone and free.
// empty says that there may be nothing in it yet.
func openFile(path string, empty bool) (opened, error) {
	return openAs(path, &bbolt.Options{}, empty)
}

// opened is an open database and its file, which the database closes.
type opened struct {
	*bbolt.DB
	file *os.File
}

// openAs is openFile with options.
func openAs(path string, o *bbolt.Options, empty bool) (opened, error) {
	var refused error
	var file *os.File
	o.Timeout = lockWait
	o.OpenFile = func(name string, flag int, mode os.FileMode) (*os.File, error) {
		f, err := openLocked(name, flag, mode)
		if err == nil {
			if err = fit(f, name, empty); err != nil {
				_ = f.Close()
			}
		}
		refused, file = err, f
		return f, err
	}
	db, err := bbolt.Open(path, 0o600, o)
	switch {
	case refused != nil:
		return opened{}, fmt.Errorf("open store %s: %w", path, refused)
	case err == nil:
		return opened{db, file}, nil
	}
	var system syscall.Errno
	if !errors.As(err, &system) { // so it is about what the file holds
		return opened{}, fmt.Errorf("open store %s: %w: %w", path, ErrDamaged, err)
	}
	return opened{}, fmt.Errorf("open store %s: %w", path, err)
}

// openLocked opens a file and locks it against every other process, in the
// manner of the database, whose own lock is the same one.
func openLocked(name string, flag int, mode os.FileMode) (*os.File, error) {
	if err := regular(name); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(name, flag, mode)
	if err != nil {
		return nil, err
	}
	how := syscall.LOCK_EX
	if flag&(os.O_RDWR|os.O_WRONLY) == 0 {
		how = syscall.LOCK_SH
	}
	for begun := time.Now(); ; time.Sleep(lockPoll) {
		err := syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB)
		if err == nil {
			return f, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) || time.Since(begun) > lockWait {
			_ = f.Close()
			if errors.Is(err, syscall.EWOULDBLOCK) {
				err = ErrLocked
			}
			return nil, fmt.Errorf("lock: %w", err)
		}
	}
}

// regular fails with [ErrForeign] when there is a folder, or what is no file at
// all: to open a pipe would wait for its other end. It is nil for nothing.
func regular(name string) error {
	info, err := os.Stat(name)
	switch {
	case err != nil || info.Mode().IsRegular():
		return nil // what cannot be looked at cannot be opened either
	case info.IsDir():
		return fmt.Errorf("%w: it is a folder", ErrForeign)
	}
	return fmt.Errorf("%w: it is no ordinary file", ErrForeign)
}

// fit reports why a locked file cannot be used.
func fit(f *os.File, name string, empty bool) error {
	mine, err := f.Stat()
	if err != nil {
		return err
	}
	// While we waited for the lock, the file may have been exchanged.
	if there, err := os.Stat(name); err != nil || !os.SameFile(mine, there) {
		return fmt.Errorf("%w, which put another file in its place", ErrLocked)
	}
	if mine.Size() == 0 && empty {
		return nil
	}
	return checkStructure(f)
}
