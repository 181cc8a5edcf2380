package store

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"go.etcd.io/bbolt"
)

// Restored says what [Restore] did.
type Restored struct {
	Aside string // where the file that was there is now; empty: there was none
}

// Restore puts a copy of the backup in the place of the file at path. The backup
// is checked from end to end first, and brought up to date as a copy; it stays as
// it is. What was at path, damaged or not, is kept under a name with the time. At
// every moment there is a whole file at path. It fails with [ErrLocked] while a
// process has the file open, with [ErrForeign] when that is no database of this
// program, and with [ErrForeign], [ErrDamaged] or [ErrNewer] when the backup cannot
// be used, in a [FileError] that names the one; nothing is changed then.
func Restore(path, backup string, now time.Time) (r Restored, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("restore %s: %w", backup, err)
		}
	}()
	if sameFile(path, backup) {
		return r, errors.New("it is the very file to be replaced")
	}
	if err := replaceable(path); err != nil {
		return r, err
	}
	old, err := openLocked(path, os.O_RDWR, 0)
	if err == nil {
		defer old.Close() // lets go of the lock when all is done
	} else if !errors.Is(err, fs.ErrNotExist) {
		return r, err
	}
	if err := CheckFile(backup); err != nil {
		return r, err
	}
	part := path + ".restore" + partSuffix
	if err := copyFile(part, backup); err != nil {
		return r, errors.Join(err, dropPart(part))
	}
	if err := upToDate(part, now); err != nil {
		return r, errors.Join(&FileError{backup, err}, dropPart(part))
	}
	if old != nil {
		if r.Aside, err = keepAside(path, now); err != nil {
			return r, errors.Join(err, dropPart(part))
		}
	}
	return r, publish(part, path)
}

// replaceable fails when what is at path was never a database of this program:
// the path is wrong then. A damaged one is what backups are for.
func replaceable(path string) error {
	err := inspect(path, func(*bbolt.Tx, uint64) error { return nil })
	if errors.Is(err, ErrForeign) || errors.Is(err, ErrLocked) {
		return err
	}
	return nil // what else there is, shows when it is opened
}

func sameFile(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	return errX == nil && errY == nil && os.SameFile(x, y)
}

func copyFile(to, from string) error {
	f, err := os.Open(from)
	if err != nil {
		return err
	}
	defer f.Close()
	return writeFile(to, func(w io.Writer) error {
		_, err := io.Copy(w, f)
		return err
	})
}

// upToDate opens a copy as the program will, which migrates it, and checks it.
// The backup is what is kept of it.
func upToDate(path string, now time.Time) error {
	s, err := openKeeping(path, now, false)
	if err != nil {
		return err
	}
	return errors.Join(s.Check(), s.Close())
}

// keepAside gives the file at path a second name. It stays at path as well until
// something else takes that.
func keepAside(path string, now time.Time) (string, error) {
	aside := path + asideMark + now.UTC().Format(backupTime)
	if err := os.Link(path, aside); err != nil {
		return "", fmt.Errorf("keep the present file: %w", err)
	}
	return aside, nil
}
