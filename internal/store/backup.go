package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"go.etcd.io/bbolt"
)

// Names of backups sort by the time they were made, in UTC.
const (
	backupPrefix = "batchsync-"
	backupTime   = "20060102T150405.000Z"
	backupSuffix = ".db"
	partSuffix   = ".part" // one that is being made
)

// Backup is a copy of the file.
type Backup struct {
	Path string
	At   time.Time
}

// Backups lists those in a folder by name, the oldest first.
func Backups(dir string) ([]Backup, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("list backups: %w", err)
	}
	var out []Backup
	for _, e := range entries { // sorted by name
		name, ok := strings.CutPrefix(e.Name(), backupPrefix)
		name, whole := strings.CutSuffix(name, backupSuffix)
		at, err := time.Parse(backupTime, name)
		if ok && whole && err == nil && e.Type().IsRegular() {
			out = append(out, Backup{Path: filepath.Join(dir, e.Name()), At: at})
		}
	}
	return out, nil
}

// BackupName is the name of a backup made at that time.
func BackupName(at time.Time) string {
	return backupPrefix + at.UTC().Format(backupTime) + backupSuffix
}

// Backup copies the file as it is now to path, where nothing may be yet. The
// copy is on disk, and was checked from end to end, before it gets that name; of
// one that fails nothing stays. Nobody is held up, but pages that are freed
// meanwhile are not used again before it is done. When ctx ends first it fails
// soon, in a large file after the part of the check that is under way.
func (s *Store) Backup(ctx context.Context, path string) error {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("back up to %s: %w", path, fs.ErrExist)
	}
	part := path + partSuffix
	err := writeFile(part, func(w io.Writer) error {
		return s.db.View(func(tx *bbolt.Tx) error {
			_, err := tx.WriteTo(until{ctx, w})
			return err
		})
	})
	if err == nil {
		err = checkFile(ctx, part)
	}
	if err == nil {
		err = publish(part, path)
	}
	if err != nil && ctx.Err() != nil {
		err = ctx.Err() // the database does not wrap it
	}
	if err != nil {
		return fmt.Errorf("back up to %s: %w", path, errors.Join(err, dropPart(part)))
	}
	return nil
}

// until is a writer that fails once its context ended.
type until struct {
	ctx context.Context
	to  io.Writer
}

func (u until) Write(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.to.Write(p)
}

// writeFile makes a file that only its owner may read, and has it on disk when
// it returns. What an attempt that was cut short left there goes, with its mode.
func writeFile(path string, fill func(io.Writer) error) error {
	if err := dropPart(path); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, ownMode)
	if err != nil {
		return err
	}
	err = fill(f)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

func dropPart(path string) error {
	if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// CheckFile checks a file that nobody has open for writing, as [Store.Check]
// does, and changes nothing. Of an older schema, which has no sums, it checks
// the pages. It fails with a [FileError] around [ErrLocked], [ErrNewer],
// [ErrForeign] or [ErrDamaged].
func CheckFile(path string) error { return checkFile(context.Background(), path) }

func checkFile(ctx context.Context, path string) error {
	return inspect(path, func(tx *bbolt.Tx, have uint64) error {
		switch {
		case have > uint64(len(migrations())):
			return newer(have)
		case have < schemaSums:
			return checkPages(tx)
		}
		_, err := checkWithin(ctx, tx, 0)
		return err
	})
}

// prune removes the oldest backups of a folder beyond the newest n. Those of a
// time to come were made before those of now, by a clock that was ahead.
func prune(dir string, n int, now time.Time) error {
	all, err := Backups(dir)
	if err != nil {
		return err
	}
	slices.SortStableFunc(all, func(a, b Backup) int {
		switch aheadA, aheadB := a.At.After(now), b.At.After(now); {
		case aheadA == aheadB:
			return 0
		case aheadA:
			return -1
		}
		return 1
	})
	var errs []error
	for _, b := range all[:max(0, len(all)-n)] {
		errs = append(errs, os.Remove(b.Path))
	}
	return errors.Join(errs...)
}

// sweepParts removes what is left of backups that were cut short.
func sweepParts(dir string) error {
	parts, err := filepath.Glob(filepath.Join(dir, backupPrefix+"*"+backupSuffix+partSuffix))
	if err != nil {
		return err
	}
	var errs []error
	for _, p := range parts {
		errs = append(errs, dropPart(p))
	}
	return errors.Join(errs...)
}
