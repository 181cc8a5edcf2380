package deploy_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"sigs.k8s.io/yaml"
)

// instruction is one of a Dockerfile.
type instruction struct {
	name string
	args []string // without flags
	rest string   // all of it
}

func dockerfile(t testing.TB) []instruction {
	t.Helper()
	var all []instruction
	joined := strings.ReplaceAll(read(t, "Dockerfile"), "\\\n", " ")
	for line := range strings.Lines(joined) {
		name, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		if name == "" || strings.HasPrefix(name, "#") {
			continue
		}
		args := slices.DeleteFunc(strings.Fields(rest), func(a string) bool { return strings.HasPrefix(a, "--") })
		all = append(all, instruction{name, args, rest})
	}
	return all
}

// last is the instruction of that name which counts for the image.
func last(t testing.TB, name string) instruction {
	t.Helper()
	all := dockerfile(t)
	for i := len(all) - 1; i >= 0 && all[i].name != "FROM"; i-- {
		if all[i].name == name {
			return all[i]
		}
	}
	t.Fatalf("the image has no %s", name)
	return instruction{}
}

func imageUser(t testing.TB) int64 {
	t.Helper()
	uid, _, _ := strings.Cut(last(t, "USER").rest, ":")
	n, err := strconv.ParseInt(uid, 10, 64) // a name would be no proof that it is not root
	must(t, err)
	return n
}

func TestImage_Runs(t *testing.T) {
	t.Parallel()
	if uid := imageUser(t); uid != 65532 {
		t.Errorf("the image runs as %d", uid)
	}
	for name, want := range map[string][]string{"ENTRYPOINT": {"/usr/local/bin/bot"}, "HEALTHCHECK": {"/usr/local/bin/bot", "health"}} {
		var got []string
		rest := last(t, name).rest
		must(t, json.Unmarshal([]byte(rest[strings.Index(rest, "["):]), &got))
		if !slices.Equal(got, want) {
			t.Errorf("%s %q, want %q", name, got, want)
		}
	}
	if volume := last(t, "VOLUME").rest; !strings.Contains(last(t, "ENV").rest, "BATCHSYNC_DB="+volume+"/") {
		t.Errorf("the file does not lie on the volume %s", volume)
	}
	for i, in := range dockerfile(t) {
		if in.name == "ARG" && strings.HasPrefix(in.rest, "CZ_CLI_SHA256=") {
			t.Error("the checksum of the program is not for us to say")
		}
		if strings.Contains(in.rest, ":latest") {
			t.Errorf("instruction %d does not say which version: %s", i, in.rest)
		}
	}
}

// TestImage_GoVersion compares the compiler of the image with go.mod: the same
// language, and not older than what is asked for.
func TestImage_GoVersion(t *testing.T) {
	t.Parallel()
	version := regexp.MustCompile(`(?m)^(?:go |ARG GO_VERSION=)(\d+)\.(\d+)\.(\d+)$`)
	var parts [2][]int
	for i, content := range []string{read(t, "../go.mod"), read(t, "Dockerfile")} {
		m := version.FindStringSubmatch(content)
		if m == nil {
			t.Fatal("no version of Go with three numbers")
		}
		for _, digits := range m[1:] {
			n, err := strconv.Atoi(digits)
			must(t, err)
			parts[i] = append(parts[i], n)
		}
	}
	if mod, image := parts[0], parts[1]; !slices.Equal(mod[:2], image[:2]) || image[2] < mod[2] {
		t.Errorf("go.mod asks for %v, the image is built with %v", mod, image)
	}
}

// TestImage_Context finds every file that is copied in what is sent to the
// builder, and nothing there that should stay at home.
func TestImage_Context(t *testing.T) {
	t.Parallel()
	context := sent(t)
	for _, in := range dockerfile(t) {
		if in.name != "COPY" || strings.Contains(in.rest, "--from=") {
			continue
		}
		for _, source := range in.args[:len(in.args)-1] {
			if !slices.ContainsFunc(context, func(path string) bool { return path == source || strings.HasPrefix(path, source+"/") }) {
				t.Errorf("COPY %s: it is not sent", source)
			}
		}
	}
	for _, path := range context {
		if strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, ".db") || strings.HasSuffix(path, ".env") || strings.HasPrefix(path, ".git") || strings.HasPrefix(path, "deploy") {
			t.Errorf("%s is sent", path)
		}
	}
}

// sent are the files that go to the builder, relative to the checkout.
func sent(t testing.TB) []string {
	t.Helper()
	ignore := parseIgnore(t, read(t, "Dockerfile.dockerignore"))
	var all []string
	must(t, filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == ".." {
			return err
		}
		name := filepath.ToSlash(strings.TrimPrefix(path, ".."+string(filepath.Separator)))
		if d.IsDir() && name == ".git" {
			return filepath.SkipDir
		}
		if !d.IsDir() && !ignore.matches(name) {
			all = append(all, name)
		}
		return nil
	}))
	return all
}

// ignoreRule is a line of a .dockerignore; the last one that matches counts.
type ignoreRule struct {
	pattern *regexp.Regexp
	keep    bool
}

type ignoreRules []ignoreRule

func parseIgnore(t testing.TB, content string) ignoreRules {
	t.Helper()
	var all ignoreRules
	for line := range strings.Lines(content) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		pattern, keep := strings.CutPrefix(line, "!")
		quoted := strings.NewReplacer(`\*\*/`, `(?:.*/)?`, `\*\*`, `.*`, `\*`, `[^/]*`, `\?`, `[^/]`).Replace(regexp.QuoteMeta(pattern))
		all = append(all, ignoreRule{regexp.MustCompile("^" + quoted + "(?:/|$)"), keep}) // a folder stands for all in it
	}
	return all
}

func (rules ignoreRules) matches(path string) bool {
	out := false
	for _, r := range rules {
		if r.pattern.MatchString(path) {
			out = !r.keep
		}
	}
	return out
}

func TestIgnoreRules(t *testing.T) {
	t.Parallel()
	rules := parseIgnore(t, "# said\n*\n!cmd/bot\n!go.mod\n**/*_test.go\n**/testdata\n!cmd/bot/testdata/keep?\n")
	for path, want := range map[string]bool{
		"README.md": true, "go.mod": false, "go.mod.bak": true, "cmd/demo/main.go": true, "cmd/bot/main.go": false, "cmd/bot/deep/x.go": false,
		"cmd/bot/main_test.go": true, "x_test.go": true, "cmd/bot/testdata/a": true, "cmd/bot/testdata/keep1": false, "cmd/bottle": true,
	} {
		if got := rules.matches(path); got != want {
			t.Errorf("%s: ignored is %t, want %t", path, got, want)
		}
	}
}

// composition is what of a compose file is used here; other keys are errors.
type composition struct {
	Name     string `json:"name"`
	Services map[string]struct {
		Image           string            `json:"image"`
		Build           json.RawMessage   `json:"build"`
		EnvFile         string            `json:"env_file"`
		Environment     map[string]string `json:"environment"`
		Restart         string            `json:"restart"`
		Init            bool              `json:"init"`
		StopGracePeriod string            `json:"stop_grace_period"`
		User            string            `json:"user"`
		ReadOnly        bool              `json:"read_only"`
		CapDrop         []string          `json:"cap_drop"`
		SecurityOpt     []string          `json:"security_opt"`
		MemLimit        string            `json:"mem_limit"`
		PidsLimit       int               `json:"pids_limit"`
		Volumes         []string          `json:"volumes"`
		Tmpfs           []string          `json:"tmpfs"`
		Healthcheck     struct {
			Test                            []string
			Interval, Timeout, Start_period string
			Retries                         int
		} `json:"healthcheck"`
		Logging json.RawMessage `json:"logging"`
	} `json:"services"`
	Volumes map[string]json.RawMessage `json:"volumes"`
}

func TestCompose(t *testing.T) {
	t.Parallel()
	var c composition
	must(t, yaml.UnmarshalStrict([]byte(read(t, "compose.yaml")), &c))
	b, ok := c.Services["bot"]
	if !ok || len(c.Services) != 1 {
		t.Fatalf("services: %v", c.Services)
	}
	if grace, err := time.ParseDuration(b.StopGracePeriod); err != nil || grace < (stopsWithin+5)*time.Second {
		t.Errorf("stop_grace_period %s, but the bot takes up to %d s", b.StopGracePeriod, stopsWithin)
	}
	if !b.ReadOnly || !slices.Equal(b.CapDrop, []string{"ALL"}) || !slices.Contains(b.SecurityOpt, "no-new-privileges:true") || b.MemLimit == "" || b.PidsLimit == 0 {
		t.Errorf("rights: %+v", b)
	}
	if user := last(t, "USER").rest; b.User != user {
		t.Errorf("user %s, but the image is made for %s", b.User, user)
	}
	if !slices.Equal(b.Healthcheck.Test, []string{"CMD", "/usr/local/bin/bot", "health"}) {
		t.Errorf("health is asked by %q", b.Healthcheck.Test)
	}
	all, _ := settings(t)
	for name, value := range b.Environment {
		if !slices.Contains(all, name) || !strings.HasPrefix(value, "/data/") {
			t.Errorf("%s=%s", name, value)
		}
	}
	if _, ok := c.Volumes["data"]; !ok || !slices.Contains(b.Volumes, "data:/data") || b.EnvFile != "batchsync.env" {
		t.Errorf("volumes %v, settings %s", b.Volumes, b.EnvFile)
	}
	var build struct{ Context, Dockerfile string }
	must(t, json.Unmarshal(b.Build, &build))
	if _, err := os.Stat(filepath.Join(build.Context, build.Dockerfile)); err != nil {
		t.Error(err)
	}
}
