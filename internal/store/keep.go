package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// ErrUnkept says that a file of an older schema was not brought up to date,
// because no copy of it could be kept first; it is as it was.
var ErrUnkept = errors.New("no copy can be kept of the file as it is")

// keptMark stands between the name of the file and the schema that a copy was
// made before.
const keptMark = ".before-schema-"

// Upgraded says that [Open] brought the file up to date.
type Upgraded struct {
	From, To uint64 // schemas
	Copy     string // path of the file as it was; it is never removed
}

// Upgraded tells what Open did about an older schema; the zero value: nothing.
func (s *Store) Upgraded() Upgraded { return s.upgraded }

// keepCopy keeps the locked file at path beside it, byte by byte, before it is
// brought to a schema. The copy is on disk, and was checked, before it gets its
// name. One that is there from an attempt that was cut short is used; one of
// another content, from before a rollback, stays, and the new one has a name
// with the time.
func keepCopy(path string, to uint64, now time.Time) (copied string, err error) {
	copied = fmt.Sprintf("%s%s%d", path, keptMark, to)
	same, err := sameContent(copied, path)
	if same {
		return copied, nil
	}
	if err == nil {
		copied += "-" + now.UTC().Format(backupTime)
	}
	part := copied + partSuffix
	err = copyFile(part, path)
	if err == nil {
		err = checkFile(context.Background(), part)
	}
	if err == nil {
		err = publish(part, copied)
	}
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrUnkept, errors.Join(err, dropPart(part)))
	}
	return copied, nil
}

// sameContent compares two files; it fails when the first is not there.
func sameContent(a, b string) (bool, error) {
	x, err := os.Open(a)
	if err != nil {
		return false, err
	}
	defer x.Close()
	y, err := os.Open(b)
	if err != nil {
		return false, err
	}
	defer y.Close()
	var left, right [64 << 10]byte
	for {
		n, err := io.ReadFull(x, left[:])
		m, err2 := io.ReadFull(y, right[:])
		switch {
		case !bytes.Equal(left[:n], right[:m]):
			return false, nil
		case n < len(left):
			return err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF), nil
		case err != nil || err2 != nil:
			return false, nil
		}
	}
}

// Fitting finds what a program can go back to that may not open the file at path:
// the copies that later versions kept beside it, and the backups in a folder,
// which may be empty. It is the newest that this program can read; empty when
// there is none. Each is checked, which takes its time.
func Fitting(path, dir string) string {
	kept, err := filepath.Glob(globbed(path) + keptMark + "*")
	if err != nil {
		kept = nil
	}
	slices.SortFunc(kept, func(a, b string) int { return modTime(b).Compare(modTime(a)) })
	if i := slices.IndexFunc(kept, fits); i >= 0 {
		return kept[i]
	}
	if dir == "" {
		return ""
	}
	all, _ := Backups(dir) // without a folder there are none
	for _, b := range slices.Backward(all) {
		if fits(b.Path) {
			return b.Path
		}
	}
	return ""
}

func fits(path string) bool {
	return filepath.Ext(path) != partSuffix && CheckFile(path) == nil
}

func modTime(path string) time.Time {
	info, err := os.Stat(path)
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}

// globbed is a path as a pattern that means nothing but it.
func globbed(path string) string {
	var out []rune
	for _, r := range path {
		if r == '*' || r == '?' || r == '[' || r == '\\' {
			out = append(out, '\\')
		}
		out = append(out, r)
	}
	return string(out)
}
