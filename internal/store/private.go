package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
)

const (
	ownMode     = fs.FileMode(0o600) // of the file, and of what is kept of it
	otherRights = fs.FileMode(0o077) // the rights of everybody but the owner
)

// asideMark stands behind the name of the file in the names of what [Open] and
// [Restore] keep beside it.
const asideMark = ".before-"

// Exposed is a file that others than its owner had rights to when [Open] came
// upon it.
type Exposed struct {
	Path string
	Mode fs.FileMode // what it was
	Err  error       // why it is so still; nil: it is its owner's alone now
}

// Exposed tells what Open did about the rights to the file and to the copies that
// are kept beside it; empty: nothing had to be done.
func (s *Store) Exposed() []Exposed { return s.exposed }

// makePrivate takes from others their rights to the file at path and to its kept
// copies. Only what this account owns is changed: root, say, would shut out a bot
// that has its rights by a group.
func makePrivate(path string) (out []Exposed) {
	kept, err := filepath.Glob(globbed(path) + asideMark + "*")
	if err != nil {
		kept = nil // the pattern is a good one
	}
	info, err := os.Stat(path) // it may be a link to the file
	if err == nil {
		out = append(out, madePrivate(path, info)...)
	}
	slices.Sort(kept)
	for _, copied := range kept {
		if info, err := os.Lstat(copied); err == nil {
			out = append(out, madePrivate(copied, info)...)
		}
	}
	return out
}

// madePrivate makes one file private and tells of it when it was not.
func madePrivate(path string, info fs.FileInfo) []Exposed {
	if !info.Mode().IsRegular() || info.Mode()&otherRights == 0 {
		return nil
	}
	e := Exposed{Path: path, Mode: info.Mode().Perm()}
	if of, ok := info.Sys().(*syscall.Stat_t); ok && int(of.Uid) != os.Geteuid() {
		e.Err = fmt.Errorf("it belongs to another account, of id %d", of.Uid)
	} else if err := os.Chmod(path, ownMode); err != nil {
		e.Err = reason(err)
	}
	return []Exposed{e}
}

// reason is an error without the path, which is told beside it.
func reason(err error) error {
	var about *fs.PathError
	if errors.As(err, &about) {
		return about.Err
	}
	return err
}
