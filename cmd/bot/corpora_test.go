package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestCorpora holds that every fuzz target starts from inputs that are kept with
// it, found by running it and made up by hand, and that these stay small.
func TestCorpora(t *testing.T) {
	t.Parallel()
	const most = 200_000 // bytes of all
	target := regexp.MustCompile(`(?m)^func (Fuzz\w+)\(`)
	size := int64(0)
	must(t, filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && d.Name() == ".git" {
			return filepath.SkipDir
		}
		if err != nil || d.IsDir() {
			return err
		}
		if strings.Contains(path, filepath.Join("testdata", "fuzz")) {
			info, err := d.Info()
			if err == nil {
				size += info.Size()
			}
			return err
		}
		if !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		source, err := os.ReadFile(path)
		for _, m := range target.FindAllSubmatch(source, -1) {
			name := string(m[1])
			if kept, _ := os.ReadDir(filepath.Join(filepath.Dir(path), "testdata", "fuzz", name)); len(kept) < 3 {
				t.Errorf("%s: %s has %d inputs", path, name, len(kept))
			}
		}
		return err
	}))
	if size > most {
		t.Errorf("all inputs together have %d bytes, want at most %d", size, most)
	}
}
