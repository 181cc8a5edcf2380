package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// What is no program of the project is not run: what it is given has to be
// there.

// text is a file of the repository.
func (c *terminal) text(path string) string {
	c.t.Helper()
	raw, err := os.ReadFile(filepath.Join(root, path))
	must(c.t, err)
	return string(raw)
}

// file holds that a file is there, or that an earlier line or target makes it.
func (c *terminal) file(path string) {
	c.t.Helper()
	path = filepath.Join(c.in, path)
	_, err := os.Stat(filepath.Join(root, path))
	released := strings.HasPrefix(path, "dist/bot-linux-") && strings.Contains(c.text("Makefile"), "dist/bot-linux-$$arch")
	if errors.Is(err, fs.ErrNotExist) && !released && !slices.Contains(c.made, path) {
		c.errorf("there is no %s", path)
	}
}

// make holds that there are such targets, with a line in make help, and such
// variables.
func (c *terminal) make(args []string) {
	c.t.Helper()
	makefile := c.text("Makefile")
	for _, a := range args {
		pattern := `(?m)^` + regexp.QuoteMeta(a) + `:.*## `
		if name, _, is := strings.Cut(a, "="); is {
			pattern = `(?m)^` + name + ` +[?]?=`
		}
		if !regexp.MustCompile(pattern).MatchString(makefile) {
			c.errorf("make %s does nothing", a)
		}
	}
}

// goTool holds that go test is given a folder with such tests.
func (c *terminal) goTool(args []string) {
	c.t.Helper()
	if len(args) == 0 || args[0] != "test" {
		c.errorf("go %q: only go test is known here", args)
		return
	}
	folder := args[len(args)-1]
	tests, err := filepath.Glob(filepath.Join(root, folder, "*_test.go"))
	must(c.t, err)
	var source strings.Builder
	for _, path := range tests {
		raw, err := os.ReadFile(path)
		must(c.t, err)
		source.Write(raw)
	}
	for flag, kind := range map[string]string{"-run": "Test", "-bench": "Benchmark", "-fuzz": "Fuzz"} {
		i := slices.Index(args, flag)
		if i < 0 || args[i+1] == "^$" {
			continue
		}
		wanted, found := regexp.MustCompile(args[i+1]), false
		for _, m := range regexp.MustCompile(`(?m)^func (`+kind+`\w+)\(`).FindAllStringSubmatch(source.String(), -1) {
			found = found || wanted.MatchString(m[1])
		}
		if !found {
			c.errorf("%s has no %s that %s %s would choose", folder, kind, flag, args[i+1])
		}
	}
	if len(tests) == 0 {
		c.errorf("there are no tests in %s", folder)
	}
}

func (c *terminal) cd(args []string) {
	c.t.Helper()
	c.file(args[0])
	c.in = filepath.Join(c.in, args[0])
}

// copies holds that what is copied is there.
func (c *terminal) copies(args []string) {
	c.t.Helper()
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		if args[0] == "-m" {
			args = args[1:]
		}
		args = args[1:]
	}
	if len(args) != 2 {
		c.errorf("copy what where? %q", args)
		return
	}
	c.file(args[0])
	c.made = append(c.made, filepath.Join(c.in, args[1]))
}

// buildArg reports whether the image is built with a variable of that name.
func (c *terminal) buildArg(name string) bool {
	return regexp.MustCompile(`(?m)^ARG ` + regexp.QuoteMeta(name) + `\b`).MatchString(c.text("deploy/Dockerfile"))
}

// docker holds that files, build arguments and services are there.
func (c *terminal) docker(args []string) {
	c.t.Helper()
	for i, a := range args {
		next := append(args[i+1:], "")[0]
		switch {
		case a == "-f", a == "--file", a == "--env-file":
			c.file(next)
		case a == "--build-arg":
			if name, _, _ := strings.Cut(next, "="); !c.buildArg(name) {
				c.errorf("the image has no build argument %s", name)
			}
		case (a == "exec" || a == "run") && args[0] == "compose":
			rest := slices.DeleteFunc(slices.Clone(args[i+1:]), func(w string) bool { return strings.HasPrefix(w, "-") })
			if !regexp.MustCompile(`(?m)^  ` + regexp.QuoteMeta(rest[0]) + `:$`).MatchString(c.text("deploy/compose.yaml")) {
				c.errorf("compose.yaml has no service %s", rest[0])
			}
			if len(rest) > 1 && rest[1] == "bot" {
				c.subcommand(strings.Join(rest[1:], " "))
			}
		case strings.HasPrefix(a, "-") && !slices.Contains([]string{"-t", "--build", "--detach", "--rm"}, a):
			c.errorf("docker %s is not known here", a)
		}
	}
	if known := []string{"build", "compose"}; !slices.Contains(known, args[0]) {
		c.errorf("docker %s is not known here", args[0])
	}
}

// kubectl holds that manifests, namespace and deployment are there.
func (c *terminal) kubectl(args []string) {
	c.t.Helper()
	all := ""
	manifests, err := filepath.Glob(filepath.Join(root, "deploy/kubernetes/*.yaml"))
	must(c.t, err)
	for _, path := range manifests {
		all += c.text(strings.TrimPrefix(path, root+"/"))
	}
	for i, a := range args {
		next := append(args[i+1:], "")[0]
		kind, name, is := strings.Cut(a, "/")
		switch {
		case a == "-f", a == "--kustomize", a == "-k":
			c.file(next)
		case a == "-n" && !strings.Contains(c.text("deploy/kubernetes/namespace.yaml"), "name: "+next):
			c.errorf("no manifest makes the namespace %s", next)
		case is && (kind == "deployment" || kind == "statefulset") && !regexp.MustCompile(`(?mi)^kind: `+kind+`\n(.*\n)?metadata:\n  name: `+name+`$`).MatchString(all):
			c.errorf("no manifest makes %s", a)
		}
	}
}

// systemctl holds that the unit is there.
func (c *terminal) systemctl(args []string) {
	c.t.Helper()
	if !slices.Contains([]string{"start", "stop", "restart", "status", "enable", "daemon-reload"}, args[0]) {
		c.errorf("systemctl %s is not known here", args[0])
	}
	for _, a := range args[1:] {
		if !strings.HasPrefix(a, "-") {
			c.file(filepath.Join("deploy", a+".service"))
		}
	}
}

// journalctl holds that the unit is there.
func (c *terminal) journalctl(args []string) {
	c.t.Helper()
	if i := slices.Index(args, "-u"); i < 0 || i+1 == len(args) {
		c.errorf("journalctl %q is of no unit", args)
	} else {
		c.file(filepath.Join("deploy", args[i+1]+".service"))
	}
}

// curl holds that a bot that runs answers such an address.
func (c *terminal) curl(args []string) {
	c.t.Helper()
	address, err := url.Parse(args[len(args)-1])
	if err != nil || address.Host != "127.0.0.1:8090" {
		c.errorf("curl %q does not ask the bot", args)
		return
	}
	here := freeAddress(c.t)
	b := c.s.start("BATCHSYNC_LISTEN=" + here)
	answer, err := http.Get("http://" + here + address.Path)
	must(c.t, err)
	answer.Body.Close()
	if answer.StatusCode == http.StatusNotFound {
		c.errorf("the bot does not answer %s", address.Path)
	}
	b.stop(c.t)
}

// usage are the commands that the bot says it has, each with every way to call
// it, a placeholder standing for what is typed.
var usage = sync.OnceValues(func() (map[string]bool, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	said, _ := exec.Command(filepath.Join(bin, "bot"), "no such command").CombinedOutput() // its exit code says that it was called wrongly
	m := regexp.MustCompile(`usage: bot \[(.*)\]`).FindStringSubmatch(string(said))
	if m == nil {
		return nil, fmt.Errorf("the bot says %q", said)
	}
	out := map[string]bool{"bot": true}
	for _, one := range strings.Split(m[1], " | ") {
		for _, way := range ways(strings.Fields(one)) {
			out["bot"+way] = true
		}
	}
	return out, nil
})

// ways are all that words of a usage stand for: what is in brackets may be there,
// as it is or without them, or be left out.
func ways(words []string) (out []string) {
	if len(words) == 0 {
		return []string{""}
	}
	first := []string{" " + words[0]}
	if bare, is := strings.CutPrefix(words[0], "["); is {
		first = append(first, " "+strings.TrimSuffix(bare, "]"), "")
	}
	for _, rest := range ways(words[1:]) {
		for _, f := range first {
			out = append(out, f+rest)
		}
	}
	return out
}

// subcommand holds that the bot can be called so.
func (c *terminal) subcommand(line string) {
	c.t.Helper()
	words := strings.Fields(strings.TrimPrefix(line, "bin/"))
	for i, w := range words {
		if i > 1 && !strings.HasPrefix(w, "-") && !strings.HasPrefix(w, "[") {
			words[i] = "FILE"
		}
	}
	known, err := usage()
	must(c.t, err)
	if !known[strings.Join(words, " ")] {
		c.errorf("`%s` is no way to call the bot", line)
	}
}

// TestDocs_Programs holds that what the documents name amid their sentences can
// be called so.
func TestDocs_Programs(t *testing.T) {
	t.Parallel()
	c := &terminal{t: t}
	n := 0
	for _, d := range documents(t) {
		_, prose := d.fences()
		for _, m := range code.FindAllStringSubmatch(strings.Join(prose, " "), -1) {
			words := strings.Fields(m[1])
			if len(words) < 2 {
				continue
			}
			c.where = d.path
			switch words[0] {
			case "bot", "bin/bot":
				c.subcommand(strings.Join(words, " "))
			case "make":
				c.make(words[1:])
			default:
				continue
			}
			n++
		}
	}
	if n < 20 {
		t.Errorf("only %d were found", n)
	}
}
