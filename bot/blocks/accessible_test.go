package blocks

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// What is read aloud: screen readers and notifications have the top-level text of
// a message and not its blocks, know no colours, and read the name of a sign.
// [rules] asks the rest of every drawing.

// spokenButtons fails two buttons of a drawing that say the same and lead to
// different things: who hears them cannot tell which is which.
func (r *rules) spokenButtons(all []any) {
	means := map[string]string{}
	each := func(path string, e obj) {
		if str(e, "type") != "button" {
			return
		}
		text, _ := e["text"].(obj)
		name := str(e, "accessibility_label")
		if name == "" {
			name = str(text, "text")
		}
		goal := str(e, "action_id") + " " + str(e, "value")
		if before, ok := means[name]; ok && before != goal {
			r.fail("%s: button %q is heard twice and leads to %q and %q", path, name, before, goal)
		}
		means[name] = goal
	}
	for _, b := range all {
		block := b.(obj)
		if e, ok := block["accessory"].(obj); ok {
			each(str(block, "block_id"), e)
		}
		elements, _ := block["elements"].([]any)
		for _, e := range elements {
			if e, ok := e.(obj); ok {
				each(str(block, "block_id"), e)
			}
		}
	}
}

// named fails a menu that no label stands beside, and that does not say by itself
// what is chosen in it.
func (r *rules) named(path string, e obj) {
	if kind := str(e, "type"); strings.HasSuffix(kind, "_select") && e["placeholder"] == nil {
		r.fail("%s: a menu without a label and a placeholder", path)
	}
}

// words fails text of ours that has no letters, and a link that says nothing of
// where it leads.
func (r *rules) words(path, s string) {
	if !hasLetters(s) && s != "–" {
		r.fail("%s says nothing: %q", path, s)
	}
	for _, m := range linkWords.FindAllStringSubmatch(s, -1) {
		if w := strings.ToLower(m[1]); strings.Contains(w, "://") || slices.Contains([]string{"here", "link", "click here", "这里", "点击这里", "链接"}, w) {
			r.fail("%s has a link called %q", path, m[1])
		}
	}
}

var linkWords = regexp.MustCompile(`<https?://[^<>|]+\|([^<>]+)>`)

func hasLetters(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

// dated is a time in the reader's own zone; bareTime is one that is not, and zoned
// is a name of the zone it would be in.
var (
	dated    = regexp.MustCompile(`<!date\^[^>]*>`)
	bareTime = regexp.MustCompile(`\d{4}-\d\d-\d\d[ T]\d\d:\d\d`)
	zoned    = regexp.MustCompile(`UTC|(?:Africa|America|Asia|Europe)/`)
	spoken   = regexp.MustCompile("`[^`\n]+`|[\\p{L}\\p{N}]+")
	aside    = regexp.MustCompile(`<[^<>|]*\|([^<>]*)>|<[^<>]*>`)
)

// drawnGolden is a golden message as it is stored.
type drawnGolden struct {
	Text   string
	Blocks []obj
}

// goldenMessages are all golden drawings of messages with names as people give
// them.
func goldenMessages(t *testing.T) map[string]drawnGolden {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "golden", "*.json"))
	if err != nil || len(files) < 200 {
		t.Fatalf("%d golden files, error %v", len(files), err)
	}
	out := map[string]drawnGolden{}
	for _, path := range files {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var m drawnGolden
		if json.Unmarshal(content, &m) != nil || m.Text == "" || strings.Contains(m.Text, "evil.example") || strings.Contains(m.Text, "长长") {
			continue
		}
		out[strings.TrimSuffix(filepath.Base(path), ".json")] = m
	}
	if len(out) < 100 {
		t.Fatalf("%d golden messages", len(out))
	}
	return out
}

// heard is what a markup text says to somebody who hears it.
func heard(s string) string {
	s = aside.ReplaceAllString(s, "$1")
	return strings.ToLower(strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&", "*", "", "`", "").Replace(s))
}

// Who has only the text of a message learns what it is about and how it stands:
// everything that its head and its first line say, and more than the head.
func TestAccessible_TextSaysTheSame(t *testing.T) {
	t.Parallel()
	// Heads whose text says the same in other words.
	otherwise := map[string]string{"Open incidents": "nothing is wrong", "What this channel is told": "this channel", "Quiet windows": "quiet"}
	for name, m := range goldenMessages(t) {
		text := heard(m.Text)
		for _, line := range headAndFirst(m.Blocks) {
			if in := otherwise[line]; in != "" && strings.Contains(text, in) {
				continue
			}
			for _, w := range spoken.FindAllString(heard(line), -1) {
				if !strings.Contains(text, w) {
					t.Errorf("%s: %q of %q is not in its text: %s", name, w, line, m.Text)
				}
			}
		}
		if head := headAndFirst(m.Blocks)[0]; strings.TrimRight(text, ".") == heard(head) && len(m.Blocks) > 1 {
			t.Errorf("%s: the text says no more than its head: %s", name, m.Text)
		}
	}
}

// headAndFirst are the header of a message and what the first line below it begins
// with, as in "Ready · The task is online".
func headAndFirst(all []obj) (out []string) {
	for _, b := range all {
		text, _ := b["text"].(obj)
		line, _, _ := strings.Cut(dated.ReplaceAllString(str(text, "text"), ""), "\n")
		line, _, _ = strings.Cut(line, " · ")
		switch str(b, "type") {
		case "header":
			out = append(out, line)
		case "section":
			return append(out, line)
		}
	}
	return out
}

// A time that is not in the reader's own zone names the zone it is in, or stands in a
// list whose head does.
func TestAccessible_TimesHaveZones(t *testing.T) {
	t.Parallel()
	for name, m := range goldenMessages(t) {
		var all [][]string
		for line := range strings.Lines(m.Text) {
			all = append(all, []string{line})
		}
		for _, b := range m.Blocks {
			if kind := str(b, "type"); kind == "section" || kind == "context" {
				encoded, _ := json.Marshal(b)
				all = append(all, strings.Split(string(encoded), `\n`))
			}
		}
		for _, lines := range all {
			for _, line := range lines {
				if bare := dated.ReplaceAllString(line, ""); bareTime.MatchString(bare) && !zoned.MatchString(line) && !zoned.MatchString(lines[0]) {
					t.Errorf("%s has a time without a zone: %s", name, line)
				}
			}
		}
	}
}

// A line of signs alone is followed by one that says how many there are of each,
// and a line that begins with a sign goes on in words.
func TestAccessible_SignsHaveWords(t *testing.T) {
	t.Parallel()
	for name, m := range goldenMessages(t) {
		for _, b := range m.Blocks {
			text, _ := b["text"].(obj)
			lines := strings.Split(str(text, "text"), "\n")
			for i, line := range lines {
				if strings.TrimSpace(line) == "" || hasLetters(line) || line == "–" {
					continue
				}
				for _, sign := range line {
					if sign != ' ' && (i+1 == len(lines) || !strings.ContainsRune(lines[i+1], sign)) {
						t.Errorf("%s: no words for %q of %q", name, sign, line)
					}
				}
			}
		}
	}
}

// Space is one space: two of them are seen in Slack and heard as a pause.
func TestAccessible_NoDoubleSpaces(t *testing.T) {
	t.Parallel()
	double := regexp.MustCompile(`\S {2,}\S`)
	for _, words := range []map[string]string{plainWords(english()), plainWords(chinese())} {
		for key, w := range words {
			if double.MatchString(w) && key != "digest.day" { // a line of a table
				t.Errorf("%q has two spaces in a row: %q", key, w)
			}
		}
	}
}

func plainWords[K ~string](all map[K]string) map[string]string {
	out := map[string]string{}
	for key, w := range all {
		out[string(key)] = w
	}
	return out
}
