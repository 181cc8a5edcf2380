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

// TestDocs_Shell carries out what the documents have people type into a shell,
// in the order of each document: what is the bot's or the platform's program is
// run against the local Slack and the stand-in platform, everything else is held
// against the files it names. A program that nobody named here fails.
func TestDocs_Shell(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	n := 0
	for _, d := range documents(t) {
		c := newTerminal(t, s)
		fences, _ := d.fences()
		for _, f := range fences {
			c.in = "" // each block begins in the checkout
			for _, line := range f.lines {
				if f.lang == "sh" {
					n++
					c.where = f.where
					c.line(line)
				}
			}
		}
	}
	if n < 40 {
		t.Errorf("only %d commands were found", n)
	}
	s.clean()
}

// terminal is what somebody types into who follows one document.
type terminal struct {
	t     *testing.T
	s     *stage
	where string            // of the line, for errors
	dir   string            // stands in for the checkout
	in    string            // the folder below it
	env   map[string]string // what was exported
	made  []string          // files that earlier lines made
}

func newTerminal(t *testing.T, s *stage) *terminal {
	t.Helper()
	c := &terminal{t: t, s: s, dir: scratch(t), env: map[string]string{}}
	for _, folder := range []string{"path", "batchsync", "backups"} {
		must(t, os.Mkdir(filepath.Join(c.dir, folder), 0o700))
	}
	must(t, os.Symlink(s.bin, filepath.Join(c.dir, "bin")))
	must(t, os.Symlink(filepath.Join(s.bin, "cz-cli-sim"), filepath.Join(c.dir, "path", "cz-cli")))
	return c
}

func (c *terminal) errorf(format string, args ...any) {
	c.t.Helper()
	c.t.Errorf(c.where+": "+format, args...)
}

// line carries out a line of a shell: commands with && or | between them.
func (c *terminal) line(line string) {
	c.t.Helper()
	words, err := shellWords(line)
	if err != nil {
		c.errorf("%q: %v", line, err)
	}
	for len(words) > 0 {
		end := slices.IndexFunc(words, func(w string) bool { return w == "&&" || w == "|" })
		if end < 0 {
			c.command(words)
			return
		}
		c.command(words[:end])
		words = words[end+1:]
	}
}

// shellWords takes a line apart as a shell does, as far as the documents go.
func shellWords(line string) (out []string, err error) {
	word, quote, begun := "", rune(0), false
	for i, r := range line {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word += string(r)
		case r == '\'' || r == '"':
			quote, begun = r, true
		case r == '#' && !begun:
			return out, nil
		case strings.ContainsRune(";<>*\\`", r) || r == '|' && begun || r == '&' && !strings.Contains(line[max(i-1, 0):min(i+2, len(line))], "&&"):
			return nil, fmt.Errorf("this test does not know what %c is", r)
		case r == ' ' && begun:
			out, word, begun = append(out, word), "", false
		case r != ' ':
			word, begun = word+string(r), true
		}
	}
	if quote != 0 {
		return nil, fmt.Errorf("a quote is open")
	}
	if begun {
		out = append(out, word)
	}
	return out, nil
}

var assignment = regexp.MustCompile(`^([A-Z_][A-Z0-9_]*)=(.*)$`)

// command carries out one command with what is set before it.
func (c *terminal) command(words []string) {
	c.t.Helper()
	set := map[string]string{}
	for len(words) > 0 {
		switch m := assignment.FindStringSubmatch(words[0]); {
		case m != nil:
			c.nameable(m[1])
			set[m[1]] = c.meant(m[2])
			words = words[1:]
			continue
		case words[0] == "env":
			words = words[1:]
			continue
		case words[0] == "sudo" && len(words) > 2 && words[1] == "-u":
			words = words[3:]
			continue
		}
		break
	}
	if len(words) == 0 {
		c.errorf("a line sets something for nobody")
		return
	}
	name := filepath.Base(words[0])
	run, known := c.programs(set)[name]
	if !known {
		c.errorf("%q: nobody told this test what %s is", words, name)
		return
	}
	run(words[1:])
}

// programs are all that the documents may name, with how they are tried.
func (c *terminal) programs(set map[string]string) map[string]func(args []string) {
	return map[string]func([]string){
		"bot":        func(args []string) { c.bot(set, args) },
		"cz-cli":     func(args []string) { c.run(set, "path/cz-cli", args) },
		"make":       c.make,
		"go":         c.goTool,
		"export":     c.export,
		"cd":         c.cd,
		"cp":         c.copies,
		"install":    c.copies,
		"curl":       func(args []string) { c.curl(args) },
		"docker":     c.docker,
		"kubectl":    c.kubectl,
		"systemctl":  c.systemctl,
		"journalctl": c.journalctl,
		"useradd":    func([]string) {},
		"grep":       func([]string) {},
	}
}

// nameable holds that a variable means something to somebody.
func (c *terminal) nameable(name string) {
	c.t.Helper()
	if !slices.Contains(settingNames(), name) && !slices.Contains(notSettings(), name) && !c.buildArg(name) {
		c.errorf("%s means nothing to the bot", name)
	}
}

// meant is a value of the documents as it is in the test's world.
func (c *terminal) meant(value string) string {
	for _, folder := range []string{"/var/lib/batchsync", "/backups"} {
		if strings.HasPrefix(value, folder+"/") {
			return filepath.Join(c.dir, filepath.Base(folder), strings.TrimPrefix(value, folder))
		}
	}
	return strings.NewReplacer("xoxb-…", c.s.slack.BotToken, "xapp-…", c.s.slack.AppToken,
		"U0123ABCD", slacksim.Adam, "S0123ABCD", slacksim.Engineers, "C0123ABCD", slacksim.DataSync).Replace(value)
}

func (c *terminal) export(args []string) {
	for _, a := range args {
		m := assignment.FindStringSubmatch(a)
		if m == nil {
			c.errorf("export %s sets nothing", a)
			continue
		}
		c.nameable(m[1])
		c.env[m[1]] = c.meant(m[2])
	}
}

// environment is that of a new login on a machine where cz-cli is installed, and
// what was exported since.
func (c *terminal) environment(set map[string]string) []string {
	out := []string{
		"PATH=" + filepath.Join(c.dir, "path") + ":" + os.Getenv("PATH"), "HOME=" + filepath.Join(c.s.dir, "home"),
		"CZ_SIM_STATE=" + filepath.Join(c.s.dir, "studio"), "SLACK_API_URL=" + c.s.slack.URL() + "/api/", "BATCHSYNC_LISTEN=" + freeAddress(c.t),
	}
	for _, more := range []map[string]string{c.env, set} {
		for name, value := range more {
			out = append(out, name+"="+value)
		}
	}
	return out
}

// run runs a program, which has to end well.
func (c *terminal) run(set map[string]string, program string, args []string) {
	c.t.Helper()
	for i := range args {
		args[i] = c.meant(args[i])
	}
	cmd := exec.CommandContext(within(c.t, storyWait), filepath.Join(c.dir, program), args...)
	cmd.Dir, cmd.Env = c.dir, c.environment(set)
	if out, err := cmd.CombinedOutput(); err != nil {
		c.errorf("%s %q: %v\n%s", program, args, err, out)
	}
}

// bot runs the bot. Without a command it has to connect, and to end well at
// Ctrl-C. Before a restore there is a backup.
func (c *terminal) bot(set map[string]string, args []string) {
	c.t.Helper()
	switch {
	case len(args) == 0:
		b := &bot{cmd: exec.Command(filepath.Join(c.dir, "bin", "bot")), done: make(chan error, 1), gone: func() {}}
		b.cmd.Dir, b.cmd.Env, b.cmd.Stdout, b.cmd.Stderr = c.dir, c.environment(set), c.s.log, c.s.log
		must(c.t, b.cmd.Start())
		go func() { b.done <- b.cmd.Wait() }()
		c.t.Cleanup(b.end)
		if err := c.s.slack.WaitConnected(within(c.t, 20*time.Second), 1); err != nil {
			c.errorf("the bot does not connect: %v", err)
		}
		b.stop(c.t)
	case args[0] == "restore" && len(args) == 2:
		c.backup(c.meant(args[1]))
		c.run(set, "bin/bot", args)
	default:
		c.run(set, "bin/bot", args)
	}
}

// backup makes a backup of an empty file.
func (c *terminal) backup(path string) {
	c.t.Helper()
	file := filepath.Join(c.dir, "before.db")
	s, err := store.Open(file, time.Now())
	must(c.t, err)
	must(c.t, s.Close())
	c.run(map[string]string{"BATCHSYNC_DB": file}, "bin/bot", []string{"backup", path})
}

func TestShellWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, line string
		want       []string
		bad        bool
	}{
		{"plain", "bin/bot check  -json", []string{"bin/bot", "check", "-json"}, false},
		{"a comment", "make help    # all # of them", []string{"make", "help"}, false},
		{"only a comment", "# nothing", nil, false},
		{"quotes", `go test -run '^$' "a b"`, []string{"go", "test", "-run", "^$", "a b"}, false},
		{"an empty word", `x ''`, []string{"x", ""}, false},
		{"two commands", "a && b", []string{"a", "&&", "b"}, false},
		{"a pipe", "a | b", []string{"a", "|", "b"}, false},
		{"a pipe without spaces", "a|b", nil, true},
		{"to a file", "a > b", nil, true},
		{"in the background", "a &", nil, true},
		{"an open quote", "a 'b", nil, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := shellWords(c.line)
			if !slices.Equal(got, c.want) || (err != nil) != c.bad {
				t.Errorf("got %q, %v, want %q", got, err, c.want)
			}
		})
	}
}
