package main

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"batchsync/internal/precondition"
	"batchsync/internal/store"
)

// machine is this machine as the check of preconditions looks at it. It makes
// and changes nothing.
type machine struct {
	cfg   Config
	bound time.Duration // for checking the file; at its end the rest is left
	ours  bool          // the bot itself is asking: file and address are its own
}

// File checks the file to the end, unless that takes too long. The check cannot
// be called off: it goes on behind and ends with the process.
func (m machine) File(ctx context.Context) precondition.FileState {
	s := precondition.FileState{Path: m.cfg.DB, Writable: writable(filepath.Dir(m.cfg.DB))}
	switch _, err := os.Stat(m.cfg.DB); {
	case errors.Is(err, fs.ErrNotExist):
		s.Found = precondition.FoundNothing
		return s
	case err != nil:
		s.Found, s.Detail = precondition.FoundUnread, reasonOf(err)
		return s
	}
	s.Writable = s.Writable && writable(m.cfg.DB)
	if m.ours {
		s.Found = precondition.FoundInUse
		return s
	}
	ctx, cancel := context.WithTimeout(ctx, m.bound)
	defer cancel()
	checked := make(chan error, 1)
	go func() { checked <- store.CheckFile(m.cfg.DB) }()
	select {
	case err := <-checked:
		s.Found, s.Detail = foundBy(err)
	case <-ctx.Done():
		s.Found = precondition.FoundSlow
	}
	return s
}

// foundBy sorts what the check of the file says.
func foundBy(err error) (precondition.Found, string) {
	switch {
	case err == nil:
		return precondition.FoundSound, ""
	case errors.Is(err, store.ErrLocked):
		return precondition.FoundInUse, ""
	case errors.Is(err, store.ErrNewer):
		return precondition.FoundNewer, ""
	case errors.Is(err, store.ErrForeign):
		return precondition.FoundForeign, ""
	case errors.Is(err, store.ErrDamaged):
		return precondition.FoundDamaged, strings.ReplaceAll(err.Error(), "\n", "; ")
	}
	return precondition.FoundUnread, reasonOf(err)
}

// reasonOf is the system's reason without what was attempted.
func reasonOf(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}

func (m machine) Free() int64 { return freeBytes(m.cfg.DB) }

func (m machine) Backups(context.Context) precondition.BackupState {
	s := precondition.BackupState{Dir: m.cfg.BackupDir, Every: m.cfg.BackupEvery, Now: time.Now()}
	if s.Dir == "" {
		return s
	}
	s.Writable = writable(nearest(s.Dir))
	if all, err := store.Backups(s.Dir); err == nil && len(all) > 0 {
		s.Newest = all[len(all)-1].At
	}
	return s
}

// nearest is the folder itself, or the one that it would be made in.
func nearest(dir string) string {
	for {
		if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) || dir == filepath.Dir(dir) {
			return dir
		}
		dir = filepath.Dir(dir)
	}
}

// Address tries to listen, for a moment and without taking anybody in.
func (m machine) Address(ctx context.Context) precondition.AddressState {
	s := precondition.AddressState{Address: m.cfg.Listen, Ours: m.ours}
	if s.Address == "" || s.Ours {
		return s
	}
	var c net.ListenConfig
	l, err := c.Listen(ctx, "tcp", s.Address)
	if err == nil {
		s.Free = l.Close() == nil
		return s
	}
	var system *os.SyscallError
	if s.Detail = err.Error(); errors.As(err, &system) {
		s.Detail = system.Err.Error()
	}
	s.Ours = answersAsBot(ctx, s.Address)
	return s
}

// answersAsBot reports whether a bot, well or not, answers at an address.
func answersAsBot(ctx context.Context, listen string) bool {
	addr, err := localAddress(listen)
	if err != nil {
		return false
	}
	said, _, err := healthOf(ctx, addr)
	return err == nil && len(said.Signs) > 0
}
