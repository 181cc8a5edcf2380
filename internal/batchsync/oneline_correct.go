package batchsync

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Corrections are whole lines, each with one of the nearest valid values in the
// place of the words in question. better judges a candidate: one that it does not
// take is left out, and so is one whose place in the line is not clear.
func (p LineProblem) Corrections(line string, better func(string) bool) []string {
	var out []string
	for _, near := range p.Nearest {
		for _, words := range p.instead(near) {
			if at := only(line, p.Quoted); at >= 0 {
				if candidate := line[:at] + words + line[at+len(p.Quoted):]; better(candidate) {
					out = append(out, candidate)
					break
				}
			}
		}
	}
	return out
}

// instead are the ways to put a value in the place of the words in question: as
// it is, as a name, behind its key, and for the name in them that is wrong.
func (p LineProblem) instead(near string) []string {
	out := []string{near, lineSlot(near)}
	if key, _, keyed := strings.Cut(p.Quoted, "="); keyed {
		out = append(out, key+"="+lineValue(near))
	}
	for _, wrong := range p.Text.Args {
		if at := only(p.Quoted, wrong); at >= 0 && wrong != p.Quoted {
			out = append(out, p.Quoted[:at]+lineSlot(near)+p.Quoted[at+len(wrong):])
		}
	}
	return out
}

// only is where words stand in a text as words of their own, -1 when that is
// nowhere or in several places.
func only(text, words string) int {
	at := -1
	for from := 0; words != ""; {
		i := strings.Index(text[from:], words)
		if i < 0 {
			break
		}
		i += from
		if apartBefore(text[:i]) && apartBehind(text[i+len(words):]) {
			if at >= 0 {
				return -1
			}
			at = i
		}
		from = i + len(words)
	}
	return at
}

// apartBefore and apartBehind report whether no word goes on from a text, or
// into it.
func apartBefore(text string) bool {
	c, size := utf8.DecodeLastRuneInString(text)
	return size == 0 || separates(c)
}

func apartBehind(text string) bool {
	c, size := utf8.DecodeRuneInString(text)
	return size == 0 || separates(c)
}

func separates(c rune) bool { return unicode.IsSpace(c) || strings.ContainsRune(".,，=", c) }
