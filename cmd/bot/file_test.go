package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"batchsync/internal/slacksim"
	"batchsync/internal/store"
)

// filed runs the program with a command on the file, and returns what it said.
func (s *stage) filed(t testing.TB, code int, extra []string, args ...string) string {
	t.Helper()
	cmd := exec.Command(filepath.Join(s.bin, "bot"), args...)
	cmd.Dir = s.dir                                                                              // where a flag that is taken for a name would show
	cmd.Env = append([]string{"BATCHSYNC_DB=" + filepath.Join(s.dir, "batchsync.db")}, extra...) // no tokens
	out, _ := cmd.CombinedOutput()
	if got := cmd.ProcessState.ExitCode(); got != code {
		t.Errorf("bot %v: exit code %d, want %d: %s", args, got, code, out)
	}
	if strings.Contains(string(out), "panic") || strings.Contains(string(out), "goroutine") {
		t.Errorf("bot %v panicked: %s", args, out)
	}
	return string(out)
}

// TestFile_Commands backs a file up, spoils it, and gets it back by the very
// command that the bot names when it refuses to start.
func TestFile_Commands(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.seed(t, reviewed("draft1", slacksim.Ana, "e2e_restored"))
	db, dir := filepath.Join(s.dir, "batchsync.db"), filepath.Join(s.dir, "the backups")
	in := []string{"BATCHSYNC_BACKUP_DIR=" + dir}

	for _, args := range [][]string{{"backup", "a", "b"}, {"restore"}, {"compact", "x"}, {"verify", "a", "b"}, {"retsore"}} {
		if out := s.filed(t, 2, in, args...); !strings.Contains(out, "usage: bot") {
			t.Errorf("bot %v said %q, want the usage", args, out)
		}
	}
	if out := s.filed(t, 1, nil, "backup"); !strings.Contains(out, "BATCHSYNC_BACKUP_DIR") {
		t.Errorf("without a place: said %q", out)
	}
	s.filed(t, 0, in, "backup")
	s.filed(t, 0, nil, "backup", filepath.Join(s.dir, "by hand"))
	s.filed(t, 0, nil, "verify", filepath.Join(s.dir, "by hand"))
	s.replaces(t, filepath.Join(s.dir, "by hand"))
	s.filed(t, 0, nil, "verify")
	if out := s.filed(t, 0, nil, "compact"); !strings.Contains(out, "bytes became") {
		t.Errorf("compact said %q", out)
	}

	raw, err := os.ReadFile(db)
	must(t, err)
	spoilt := []byte(strings.ReplaceAll(string(raw), "e2e_restored", "e2e_rest0red"))
	must(t, os.WriteFile(db, spoilt, 0o600))
	s.refused(t, 1, "the database is damaged: restore a backup; the newest is of ", in...)
	after, err := os.ReadFile(db)
	must(t, err)
	if string(after) != string(spoilt) {
		t.Error("the damaged file was changed")
	}
	said := regexp.MustCompile(`BATCHSYNC_DB=\S+ \S+ restore '[^']+'`).FindString(s.log.String())
	out, err := exec.Command("sh", "-c", said).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v: %s", said, err, out)
	}
	aside := regexp.MustCompile(`kept as (\S+)\.\n`).FindStringSubmatch(string(out))
	if aside == nil {
		t.Fatalf("restore said %q", out)
	}
	if kept, err := os.ReadFile(aside[1]); err != nil || string(kept) != string(spoilt) {
		t.Errorf("the damaged file is not kept as it was (%v)", err)
	}
	s.file(t, func(file *store.Store) {
		_, err := file.Draft("draft1")
		must(t, err)
	})
	s.clean()
}

// replaces makes a backup over one that is there: only when it is told to, and
// never over the database itself.
func (s *stage) replaces(t *testing.T, path string) {
	t.Helper()
	was, err := os.ReadFile(path)
	must(t, err)
	must(t, os.WriteFile(path, []byte("precious"), 0o600))
	if out := s.filed(t, 1, nil, "backup", path); !strings.Contains(out, "there is a file of that name, and it was left alone") || !strings.Contains(out, "bot backup -force '"+path+"'") {
		t.Errorf("over a file: said %q", out)
	}
	if kept, err := os.ReadFile(path); err != nil || string(kept) != "precious" {
		t.Errorf("the file that was there is %q (%v)", kept, err)
	}
	must(t, os.WriteFile(path+besideSuffix, nil, 0o600)) // of one that was cut short
	for _, args := range [][]string{{"backup", "-force", path}, {"backup", path, "--force"}} {
		s.filed(t, 0, nil, args...)
		if now, err := os.ReadFile(path); err != nil || len(now) < len(was)/2 || store.CheckFile(path) != nil {
			t.Errorf("bot %v left %d bytes (%v)", args, len(now), err)
		}
	}
	db := filepath.Join(s.dir, "batchsync.db")
	for _, wrong := range []string{db, s.dir} {
		if out := s.filed(t, 1, nil, "backup", "-force", wrong); !strings.Contains(out, "name another") {
			t.Errorf("over %s: said %q", wrong, out)
		}
	}
	for _, args := range [][]string{{"restore", "-force", path}, {"compact", "-force"}, {"backup", "-force", path, "more"}} {
		s.filed(t, 2, nil, args...)
	}
	left, err := filepath.Glob(path + "?*")
	if err != nil || len(left) > 0 {
		t.Errorf("left are %q (%v)", left, err)
	}
}

// TestFile_Exposed: a file that others may read is its owner's alone once the bot
// or a command opened it, and both say so.
func TestFile_Exposed(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.seed(t, reviewed("draft1", slacksim.Ana, "e2e_exposed"))
	db := filepath.Join(s.dir, "batchsync.db")
	private := func() {
		t.Helper()
		info, err := os.Stat(db)
		must(t, err)
		if info.Mode().Perm() != 0o600 {
			t.Errorf("mode is %v", info.Mode())
		}
	}
	must(t, os.Chmod(db, 0o644))
	s.start().stop(t)
	private()
	if !strings.Contains(s.log.String(), `"msg":"others had rights to this file, and have none any more","path":"`+db+`","mode":"0644"`) {
		t.Errorf("the log is %s", s.log.String())
	}
	must(t, os.Chmod(db, 0o640))
	if out := s.filed(t, 0, nil, "compact"); !strings.Contains(out, "Others had rights to "+db+" (mode 0640), and have none any more.\n") {
		t.Errorf("compact said %q", out)
	}
	private()
	if out := s.filed(t, 0, nil, "compact"); strings.Contains(out, "rights") {
		t.Errorf("the second time it said %q", out)
	}
	s.clean()
}

// TestFile_WhileRunning has a bot that makes backups by itself and says so, and
// commands that leave its file alone meanwhile.
func TestFile_WhileRunning(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	dir := filepath.Join(s.dir, "backups")
	b := s.start("BATCHSYNC_BACKUP_DIR="+dir, "BATCHSYNC_BACKUP_EVERY=1h")
	var made []store.Backup
	for end := time.Now().Add(storyWait); len(made) == 0; <-time.After(20 * time.Millisecond) {
		if made, _ = store.Backups(dir); time.Now().After(end) {
			t.Fatalf("no backup came about: %s", s.log.String())
		}
	}
	must(t, store.CheckFile(made[0].Path))
	for _, args := range [][]string{{"backup", filepath.Join(s.dir, "x")}, {"restore", made[0].Path}, {"compact"}, {"verify"}} {
		out := s.filed(t, 1, []string{"BATCHSYNC_BACKUP_DIR=" + dir}, args...)
		if !strings.Contains(out, "another instance is running with this file") || !strings.Contains(out, dir) {
			t.Errorf("bot %v said %q", args, out)
		}
	}
	s.as(t, "ana").settled()
	b.stop(t)
	if !strings.Contains(s.log.String(), `"database is sound"`) {
		t.Error("the check at the start is not in the log")
	}
	s.clean()
}

func TestShellWord(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"/var/lib/bot.db": "/var/lib/bot.db", "": "''", "my file": "'my file'", "it's $HOME": `'it'\''s $HOME'`,
	} {
		t.Run(fmt.Sprintf("%q", in), func(t *testing.T) {
			if got := shellWord(in); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

// TestFile_Foreign: the file that is wrong is named, what is no database is not
// called damaged, and nothing is touched.
func TestFile_Foreign(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.seed(t, reviewed("draft1", slacksim.Ana, "e2e_foreign"))
	db, notes, torn := filepath.Join(s.dir, "batchsync.db"), filepath.Join(s.dir, "notes.txt"), filepath.Join(s.dir, "torn.db")
	raw, err := os.ReadFile(db)
	must(t, err)
	must(t, os.WriteFile(torn, raw[:len(raw)/3], 0o600))
	must(t, os.WriteFile(notes, []byte(strings.Repeat("notes ", 2000)), 0o600))
	backup, folder := filepath.Join(t.TempDir(), "good"), t.TempDir()
	must(t, os.WriteFile(backup, raw, 0o600))
	before := fingerprint(t, s.dir, "")
	for _, c := range []struct {
		name, db string
		args     []string
		want     string
	}{
		{"verify a folder", db, []string{"verify", folder}, folder + " is no database of the bot; nothing was changed"},
		{"verify notes", db, []string{"verify", notes}, notes + " is no database of the bot; nothing was changed"},
		{"verify a torn one", db, []string{"verify", torn}, torn + " is damaged; nothing was changed"},
		{"restore a folder", db, []string{"restore", folder}, folder + " is no database of the bot; nothing was changed"},
		{"restore a torn one", db, []string{"restore", torn}, torn + " is damaged; nothing was changed"},
		{"verify the torn database", torn, []string{"verify"}, "open " + torn + ": the database is damaged: restore a backup"},
		{"restore over notes", notes, []string{"restore", backup}, "open " + notes + ": it is no database of the bot; set BATCHSYNC_DB"},
		{"restore over a folder", folder, []string{"restore", backup}, "open " + folder + ": it is no database of the bot; set BATCHSYNC_DB"},
		{"compact notes", notes, []string{"compact"}, "open " + notes + ": it is no database of the bot; set BATCHSYNC_DB"},
		{"back up notes", notes, []string{"backup", filepath.Join(s.dir, "copy")}, "open " + notes + ": it is no database of the bot"},
	} {
		out := s.filed(t, 1, []string{"BATCHSYNC_DB=" + c.db}, c.args...)
		if !strings.Contains(out, c.want) || strings.Contains(out, db) != (c.db == db && strings.Contains(c.want, db)) {
			t.Errorf("%s: said %q, want %q", c.name, out, c.want)
		}
		if fingerprint(t, s.dir, "") != before {
			t.Fatalf("%s: something was changed", c.name)
		}
	}
	s.filed(t, 0, []string{"BATCHSYNC_DB=" + torn}, "restore", backup) // that is what it is for
	s.clean()
}

// TestFile_Help: what begins with - is no name of a file, for any command.
func TestFile_Help(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.seed(t, reviewed("draft1", slacksim.Ana, "e2e_help"))
	before := fingerprint(t, s.dir, "")
	for _, line := range append(commands(), "") {
		name, _, _ := strings.Cut(line, " ")
		want := "usage: bot " + line + "\n"
		if name == "" {
			want = "usage: bot [run | version"
		}
		for arg, code := range map[string]int{"-h": 0, "--help": 0, "help": 0, "--hlep": 2, "-": 2} {
			args := slices.DeleteFunc([]string{name, arg}, func(a string) bool { return a == "" })
			if out := s.filed(t, code, nil, args...); !strings.HasPrefix(out, want) {
				t.Errorf("bot %v: said %q, want %q", args, out, want)
			}
		}
	}
	if fingerprint(t, s.dir, "") != before {
		t.Error("something was made or changed")
	}
	s.clean()
}
