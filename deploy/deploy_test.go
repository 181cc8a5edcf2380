// Package deploy_test reads what this folder gives to those who run the bot, and
// compares it with the bot.
package deploy_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func read(t testing.TB, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	must(t, err)
	return string(raw)
}

// settings are all names of the bot's settings, and those that have to be set.
// cmd/bot has a test that the file they are read from is what bot env prints.
func settings(t testing.TB) (all, required []string) {
	t.Helper()
	for _, m := range regexp.MustCompile(`(?m)^(#?)([A-Z_]+)=`).FindAllStringSubmatch(read(t, "batchsync.env.example"), -1) {
		all = append(all, m[2])
		if m[1] == "" {
			required = append(required, m[2])
		}
	}
	if len(all) < 30 || len(required) != 2 {
		t.Fatalf("read %d settings, %q of them required: is the file another now?", len(all), required)
	}
	return all, required
}

// TestSettings_Known reads every file for names of settings: one that the bot
// does not know would be set in vain.
func TestSettings_Known(t *testing.T) {
	t.Parallel()
	known, _ := settings(t)
	for _, m := range regexp.MustCompile(`(?m)^ARG (\w+)`).FindAllStringSubmatch(read(t, "Dockerfile"), -1) {
		known = append(known, m[1])
	}
	name := regexp.MustCompile(`\b(?:BATCHSYNC|SLACK|CZ|BUILD)_[A-Z][A-Z0-9_]*\b`)
	found := 0
	eachFile(t, func(path, content string) {
		for _, n := range name.FindAllString(content, -1) {
			if found++; !slices.Contains(known, n) {
				t.Errorf("%s names %s, which is no setting of the bot", path, n)
			}
		}
	})
	if found < 50 {
		t.Errorf("found only %d names", found)
	}
}

// TestNoSecrets finds tokens and passwords that somebody left in an example.
func TestNoSecrets(t *testing.T) {
	t.Parallel()
	secret := regexp.MustCompile(`\b(?:xox[a-z]|xapp)-\d[\w-]{8,}|\bczt_\w{8,}|://[^/\s:@]+:[^/\s@]{3,}@`)
	eachFile(t, func(path, content string) {
		if found := secret.FindString(content); found != "" {
			t.Errorf("%s has a secret: %.8s…", path, found)
		}
	})
}

// eachFile calls with every file of this folder but the tests.
func eachFile(t testing.TB, use func(path, content string)) {
	t.Helper()
	must(t, filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !strings.HasSuffix(path, ".go") && !ignored(path) {
			use(path, read(t, path))
		}
		return err
	}))
}

// ignored files are those which people make here for themselves.
func ignored(path string) bool {
	return slices.Contains([]string{"batchsync.env", "profiles.toml", "sources.json", "kubernetes/secret.yaml"}, filepath.ToSlash(path))
}
