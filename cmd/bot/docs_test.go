package main

import (
	"cmp"
	"fmt"
	"image/png"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"batchsync/bot/blocks"
)

// document is one page of what is written for people.
type document struct {
	path  string // from the root of the repository
	lines []string
}

// fence is a block of a document between lines of three backticks.
type fence struct {
	where string
	lang  string
	lines []string
}

// root is the root of the repository, from here.
const root = "../.."

// documents are the README and everything in docs.
func documents(t testing.TB) (out []document) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	must(t, err)
	for _, path := range append(paths, filepath.Join(root, "README.md")) {
		text, err := os.ReadFile(path)
		must(t, err)
		out = append(out, document{strings.TrimPrefix(path, root+"/"), strings.Split(string(text), "\n")})
	}
	if len(out) < 9 {
		t.Fatalf("only %d documents were found", len(out))
	}
	return out
}

// fences are the blocks of a document; prose is what stands around them, a block
// being as many empty lines.
func (d document) fences() (out []fence, prose []string) {
	var in *fence
	for n, line := range d.lines {
		mark, is := strings.CutPrefix(strings.TrimSpace(line), "```")
		switch {
		case is && in == nil:
			in = &fence{where: fmt.Sprintf("%s:%d", d.path, n+1), lang: mark}
		case is:
			out, in = append(out, *in), nil
		case in != nil:
			in.lines = append(in.lines, strings.TrimSpace(line))
		default:
			prose = append(prose, line)
			continue
		}
		prose = append(prose, "")
	}
	return out, prose
}

// settingNames are all that can be set.
func settingNames() []string { return slices.Collect(maps.Keys(defaults())) }

// notSettings are names that look like settings and are none of the bot's: those
// of the tests, and of the image's build.
func notSettings() []string {
	return []string{"BATCHSYNC_BROWSER", "BATCHSYNC_DATABASES", "BATCHSYNC_FAILPOINT", "BATCHSYNC_SCREENSHOTS", "CZ_CLI_VERSION"}
}

// TestDocs_Settings holds that whatever the documents set can be set, and that
// the README's table has everything that can, with its default.
func TestDocs_Settings(t *testing.T) {
	t.Parallel()
	known := defaults()
	name := regexp.MustCompile(`\b(?:BATCHSYNC|SLACK|CZ)_[A-Z_]*[A-Z]\b`)
	row := regexp.MustCompile("^\\| `([A-Z_]+)` \\| ([^|]+) \\| [^|]+ \\|$")
	table := map[string]string{}
	for _, d := range documents(t) {
		for n, line := range d.lines {
			for _, found := range name.FindAllString(line, -1) {
				if _, is := known[found]; !is && !slices.Contains(notSettings(), found) {
					t.Errorf("%s:%d: there is no setting %s", d.path, n+1, found)
				}
			}
			if m := row.FindStringSubmatch(line); m != nil && d.path == "README.md" {
				table[m[1]] = m[2]
			}
		}
	}
	for name := range known {
		if _, ok := table[name]; !ok {
			t.Errorf("the README's table lacks %s", name)
		}
	}
	for name, said := range table {
		is, can := known[name]
		if !can {
			t.Errorf("the README's table has %s, which cannot be set", name)
		}
		// What has no default in the code is told in words.
		if quoted := strings.Trim(said, "`"); is != "" && quoted != is && said != "Slack itself" || is == "" && said != quoted {
			t.Errorf("the README says that %s is %s by itself, it is %q", name, said, is)
		}
	}
}

// defaults are the settings with their defaults; "" for those without one.
func defaults() map[string]string {
	out := map[string]string{}
	var walk func(reflect.Type)
	walk = func(of reflect.Type) {
		for f := range of.Fields() {
			if f.Anonymous {
				walk(f.Type)
			} else if name := f.Tag.Get("envconfig"); name != "" {
				out[name] = f.Tag.Get("default")
				if f.Type.Kind() == reflect.Bool {
					out[name] = cmp.Or(out[name], "false")
				}
			}
		}
	}
	walk(reflect.TypeFor[Config]())
	return out
}

var (
	heading = regexp.MustCompile(`^#{1,6} +(.+?) *$`)
	linked  = regexp.MustCompile(`(!?)\[([^\]]*)\]\(([^)\s]+)\)`)
)

// anchors are the ids that headings of a document get where it is shown.
func (d document) anchors() map[string]bool {
	out := map[string]bool{}
	_, prose := d.fences()
	for _, line := range prose {
		m := heading.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		text := linked.ReplaceAllString(m[1], "$2")
		slug := strings.Map(func(r rune) rune {
			switch {
			case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
				return unicode.ToLower(r)
			case r == ' ':
				return '-'
			}
			return -1
		}, text)
		again := slug
		for n := 1; out[again]; n++ {
			again = fmt.Sprintf("%s-%d", slug, n)
		}
		out[again] = true
	}
	return out
}

// TestDocs_Links follows every link to a file or a heading, and holds that
// pictures say in words what they show.
func TestDocs_Links(t *testing.T) {
	t.Parallel()
	all := documents(t)
	ids := map[string]map[string]bool{}
	for _, d := range all {
		ids[d.path] = d.anchors()
	}
	shown := map[string]bool{}
	n := 0
	for _, d := range all {
		_, prose := d.fences()
		for _, m := range linked.FindAllStringSubmatch(strings.Join(prose, "\n"), -1) {
			n++
			picture, words, to := m[1] == "!", m[2], m[3]
			if address, err := url.Parse(to); err != nil || address.IsAbs() {
				if err != nil || address.Scheme != "https" {
					t.Errorf("%s: %s is no https address", d.path, to)
				}
				continue
			}
			file, anchor, _ := strings.Cut(to, "#")
			path := filepath.Join(filepath.Dir(d.path), file)
			if file == "" {
				path = d.path
			}
			if _, err := os.Stat(filepath.Join(root, path)); err != nil {
				t.Errorf("%s links to %s: %v", d.path, to, err)
			}
			if anchor != "" && !ids[path][anchor] {
				t.Errorf("%s links to %s, and %s has no such heading", d.path, to, path)
			}
			if picture && len(strings.Fields(words)) < 3 {
				t.Errorf("%s: the picture %s is not told in words", d.path, to)
			}
			shown[path] = shown[path] || picture
		}
	}
	if n < 50 {
		t.Errorf("only %d links were found", n)
	}
	pictures(t, shown)
}

// pictures holds that every picture is shown somewhere and can be read, and that
// all of them together stay small.
func pictures(t *testing.T, shown map[string]bool) {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(root, "docs/pictures/*"))
	must(t, err)
	var size int64
	for _, path := range all {
		file, err := os.Open(path)
		must(t, err)
		defer file.Close()
		if _, err := png.Decode(file); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		info, err := file.Stat()
		must(t, err)
		size += info.Size()
		if name := strings.TrimPrefix(path, root+"/"); !shown[name] {
			t.Errorf("no document shows %s", name)
		}
	}
	if size > 1_500_000 {
		t.Errorf("the pictures take %d bytes", size)
	}
}

// TestDocs_Verbs holds that each command stands in the README and in the guide;
// TestDocs_Slash holds the same of the help.
func TestDocs_Verbs(t *testing.T) {
	t.Parallel()
	for _, d := range documents(t) {
		if d.path != "README.md" && d.path != "docs/GUIDE.md" {
			continue
		}
		said := map[string]bool{}
		for _, c := range d.slashes() {
			said[strings.Fields(c.line)[1]] = true
		}
		for word := range blocks.CommandActions() {
			if !said[word] {
				t.Errorf("%s does not tell of %s", d.path, word)
			}
		}
		for word := range said {
			if blocks.CommandActions()[word] == nil {
				t.Errorf("%s tells of %s, which is no command", d.path, word)
			}
		}
	}
}
