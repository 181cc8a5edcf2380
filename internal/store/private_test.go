package store

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func modeOf(t *testing.T, path string) fs.FileMode {
	t.Helper()
	return must[os.FileInfo](t)(os.Stat(path)).Mode().Perm()
}

// TestOpen_Private takes from others the rights they have to the file and to what
// is kept of it, once, and from nothing else.
func TestOpen_Private(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a [b]*")
	ok(t, os.Mkdir(dir, 0o700))
	path := filepath.Join(dir, "bot.db")
	oldFile(t, path, 4)
	mine := []string{path, path + ".before-schema-3", path + ".before-20260301T080000.000Z"}
	theirs := filepath.Join(dir, "other.db.before-schema-5")
	for _, p := range append(mine[1:], theirs) {
		ok(t, os.WriteFile(p, []byte("x"), 0o600))
	}
	for _, p := range append(mine, theirs) {
		ok(t, os.Chmod(p, 0o644))
	}
	ok(t, os.Symlink(theirs, path+".before-link"))

	s := must[*Store](t)(Open(path, start))
	got := map[string]bool{}
	for _, e := range s.Exposed() {
		got[e.Path] = e.Mode == 0o644 && e.Err == nil
	}
	ok(t, s.Close())
	for _, p := range mine {
		if !got[p] || modeOf(t, p) != 0o600 {
			t.Errorf("%s has mode %v, and was told of: %v", p, modeOf(t, p), got)
		}
	}
	if made := path + ".before-schema-" + fmt.Sprint(len(migrations())); modeOf(t, made) != 0o600 {
		t.Errorf("the copy that was made has mode %v", modeOf(t, made))
	}
	if len(got) != len(mine) || modeOf(t, theirs) != 0o644 {
		t.Errorf("told of %v; what is none of ours has mode %v", got, modeOf(t, theirs))
	}
	s = must[*Store](t)(Open(path, start))
	if again := s.Exposed(); len(again) != 0 {
		t.Errorf("the second time: %+v", again)
	}
	ok(t, s.Close())
}

// TestOpen_PrivateGroup: a group is others too.
func TestOpen_PrivateGroup(t *testing.T) {
	t.Parallel()
	path := lived(t)
	ok(t, os.Chmod(path, 0o640))
	s := must[*Store](t)(Open(path, start))
	defer s.Close()
	if e := s.Exposed(); len(e) != 1 || e[0].Mode != 0o640 || modeOf(t, path) != 0o600 {
		t.Errorf("got %+v, mode %v", e, modeOf(t, path))
	}
}

// TestBackup_Private: what a copy that was cut short left has no part in the next.
func TestBackup_Private(t *testing.T) {
	t.Parallel()
	s, path := fresh(t), filepath.Join(t.TempDir(), "copy")
	ok(t, os.WriteFile(path+partSuffix, []byte("x"), 0o600))
	ok(t, os.Chmod(path+partSuffix, 0o644))
	ok(t, s.Backup(t.Context(), path))
	if m := modeOf(t, path); m != 0o600 {
		t.Errorf("mode is %v", m)
	}
}

// TestOpen_OfAnotherAccount leaves a file of another account as it is, and says so.
func TestOpen_OfAnotherAccount(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("takes another account, which only root can have")
	}
	path := lived(t)
	ok(t, os.Chmod(path, 0o666))
	ok(t, os.Chown(path, 65534, 65534))
	s := must[*Store](t)(Open(path, start))
	defer s.Close()
	if e := s.Exposed(); len(e) != 1 || e[0].Err == nil || e[0].Err.Error() != "it belongs to another account, of id 65534" {
		t.Errorf("got %+v", e)
	}
	if m := modeOf(t, path); m != 0o666 {
		t.Errorf("mode is %v", m)
	}
}
