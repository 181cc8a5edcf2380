package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"runtime/debug"
	"slices"
	"time"

	"go.etcd.io/bbolt"
)

// maxFaults is how many faults of a file are named.
const maxFaults = 3

// faults gathers what is wrong; beyond a few it only counts.
type faults struct {
	some  []error
	n     int
	until time.Time // when to stop looking; zero: never
	stop  <-chan struct{}
	cut   bool // it was stopped: what comes now is not all of anything
}

// over reports whether to stop.
func (f *faults) over() bool {
	select {
	case <-f.stop:
		f.cut = true
	default:
		f.cut = f.cut || !f.until.IsZero() && time.Now().After(f.until)
	}
	return f.cut
}

func (f *faults) add(err error) {
	if err == nil || f.cut {
		return
	}
	if f.n++; f.n <= maxFaults {
		f.some = append(f.some, err)
	}
}

func (f *faults) err() error {
	if f.n == 0 {
		return nil
	}
	if f.n > maxFaults {
		f.some = append(f.some, fmt.Errorf("and %d more", f.n-maxFaults))
	}
	return fmt.Errorf("%w: %w", ErrDamaged, errors.Join(f.some...))
}

// Check reads the whole file and fails with [ErrDamaged] and the first faults:
// its pages hang together, every bucket holds what was written, every value can
// be read, and what one entry says of another is so. It takes time proportional
// to the size of the file (docs/OPERATIONS.md has figures) and holds up no
// writer.
func (s *Store) Check() error {
	_, err := s.CheckWithin(0)
	return err
}

// CheckWithin is [Store.Check] with a limit to the slow part, decoding values
// and following what they say. whole is false when that was not done to the end.
// That every bucket holds what was written is found in any case. A limit of zero
// is none.
func (s *Store) CheckWithin(limit time.Duration) (whole bool, err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	err = s.db.View(func(tx *bbolt.Tx) (err error) {
		defer func() {
			if p := recover(); p != nil {
				err = fmt.Errorf("%w: %v", ErrDamaged, p)
			}
		}()
		info, err := os.Stat(s.path)
		if err != nil {
			return err
		}
		if info.Size() < tx.Size() { // to read on would end the program
			return fmt.Errorf("%w: %d bytes of %d are there", ErrDamaged, info.Size(), tx.Size())
		}
		whole, err = checkWithin(context.Background(), tx, limit)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("check store %s: %w", s.path, err)
	}
	return whole, nil
}

func checkAll(tx *bbolt.Tx) error {
	_, err := checkWithin(context.Background(), tx, 0)
	return err
}

// checkWithin stops at the first kind of fault: what comes after rests on it. It
// fails when ctx ends before it is through.
func checkWithin(ctx context.Context, tx *bbolt.Tx, limit time.Duration) (whole bool, err error) {
	for _, check := range []func(*bbolt.Tx) error{checkPages, checkSums} {
		if err := errors.Join(ctx.Err(), check(tx)); err != nil {
			return false, err
		}
	}
	f := faults{stop: ctx.Done()}
	if limit > 0 {
		f.until = time.Now().Add(limit)
	}
	for _, check := range []func(*bbolt.Tx, *faults){checkValues, checkReferences} {
		check(tx, &f)
		if err := f.err(); err != nil {
			return false, err
		}
	}
	return !f.cut, ctx.Err()
}

// checkPages is the database's own check.
func checkPages(tx *bbolt.Tx) error {
	var f faults
	for err := range tx.Check() {
		f.add(err)
	}
	return f.err()
}

// checkSums compares every bucket with the sum that was noted of it.
func checkSums(tx *bbolt.Tx) error {
	if bucket(tx, bucketSums) == nil {
		return fmt.Errorf("%w: its sums are missing", ErrDamaged)
	}
	var f faults
	have, err := countSums(tx)
	f.add(err)
	for _, name := range slices.Sorted(maps.Keys(have)) {
		if have[name] != sumOf(tx, name) {
			f.add(fmt.Errorf("bucket %s does not hold what was written", name))
		}
	}
	for key := range ascend(tx, bucketSums, nil) {
		if _, ok := have[string(key)]; !ok {
			f.add(fmt.Errorf("bucket %s is missing", key))
		}
	}
	return f.err()
}

// FileError says which file an error is about, where there are several.
type FileError struct {
	Path string
	Err  error
}

func (e *FileError) Error() string { return "check file " + e.Path + ": " + e.Err.Error() }

func (e *FileError) Unwrap() error { return e.Err }

// inspect reads a file of this program, of whichever schema, that nobody has open
// for writing. It fails with a [FileError].
func inspect(path string, read func(tx *bbolt.Tx, schema uint64) error) (err error) {
	// What the database cannot read ends in a panic.
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = &FileError{path, fmt.Errorf("%w: %v", ErrDamaged, p)}
		}
	}()
	db, err := openAs(path, &bbolt.Options{ReadOnly: true}, false)
	if err != nil {
		return &FileError{path, err}
	}
	err = db.View(func(tx *bbolt.Tx) error {
		have, err := versionOf(tx)
		switch {
		case err != nil:
			return err
		case have == 0:
			return errOther
		}
		return read(tx, have)
	})
	if err = errors.Join(err, db.Close()); err != nil {
		return &FileError{path, err}
	}
	return nil
}
