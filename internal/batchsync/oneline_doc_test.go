package batchsync

import (
	"html"
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestParseLine_Documented reads every line that the documents show: whoever
// types it is not told that it is wrong.
func TestParseLine_Documented(t *testing.T) {
	t.Parallel()
	shown := regexp.MustCompile("/batchsync new ([^`\n]*->[^`\n]*|[^`\n]*=>[^`\n]*)")
	for _, file := range []string{"ONELINE.md", "GUIDE.md", "../README.md"} {
		text, err := os.ReadFile("../../docs/" + file)
		if err != nil {
			t.Fatal(err)
		}
		lines := shown.FindAllStringSubmatch(html.UnescapeString(string(text)), -1)
		if len(lines) == 0 {
			t.Errorf("%s shows no line", file)
		}
		for _, found := range lines {
			line := strings.TrimSpace(found[1])
			read, wrong := ParseLine(line)
			if len(wrong) > 0 || read.IsZero() {
				t.Errorf("%s shows %q, of which is told: %s", file, line, told(wrong))
			}
		}
	}
}

// TestParseLine_DocumentedParts reads each entry of the tables of the grammar in
// the place it belongs to.
func TestParseLine_DocumentedParts(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/ONELINE.md")
	if err != nil {
		t.Fatal(err)
	}
	entry := regexp.MustCompile("^\\| `([^`]+)` \\|")
	n, part := 0, ""
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "### ") {
			part = line
		}
		found := entry.FindStringSubmatch(line)
		if found == nil {
			continue
		}
		n++
		whole := ""
		switch {
		case strings.Contains(part, "`FROM`"):
			whole = "src " + found[1] + " -> ods"
		case strings.Contains(part, "`-> TO`"):
			whole = "src shop.order_* " + found[1]
			if found[1] == "-> ods.orders" {
				whole = "src shop.orders " + found[1]
			}
		case strings.Contains(part, "`RHYTHM`"):
			whole = "src shop.orders -> ods " + found[1]
		case strings.HasSuffix(found[1], "="):
			whole = "src shop.orders -> ods " + found[1] + "?"
		default:
			whole = "src shop.orders -> ods " + found[1]
		}
		if _, wrong := ParseLine(whole); len(wrong) > 0 {
			t.Errorf("%q: %s", whole, told(wrong))
		}
	}
	if want := 4 + 5 + 8 + len(lineKeys()); n != want {
		t.Errorf("%d entries, want %d: every key has one", n, want)
	}
}
