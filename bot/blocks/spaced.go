package blocks

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// span is code, bold text or a sequence of Slack's in markup.
var span = regexp.MustCompile("`[^`\n]+`|\\*[^*\n]+\\*|<[^>\n]*>")

// spaced puts a space between code or bold text and a full-width character
// beside it, letter or punctuation: Slack formats a span only when what is on
// either side of it is of half width, and shows the signs themselves otherwise.
func spaced(m mark) mark {
	s := string(m)
	if !strings.ContainsAny(s, "`*") {
		return m
	}
	var out strings.Builder
	done := 0
	for _, at := range span.FindAllStringIndex(s, -1) {
		if s[at[0]] == '<' {
			continue
		}
		out.WriteString(s[done:at[0]])
		if before, _ := utf8.DecodeLastRuneInString(s[:at[0]]); fullWidth(before) {
			out.WriteByte(' ')
		}
		out.WriteString(s[at[0]:at[1]])
		if after, _ := utf8.DecodeRuneInString(s[at[1]:]); fullWidth(after) {
			out.WriteByte(' ')
		}
		done = at[1]
	}
	out.WriteString(s[done:])
	return mark(out.String())
}

// fullWidth reports whether a character takes the room of two letters: Han,
// kana, Hangul, and their punctuation.
func fullWidth(r rune) bool {
	switch {
	case r == utf8.RuneError:
		return false
	case r >= 0x2E80 && r <= 0xA4CF, r >= 0xAC00 && r <= 0xD7A3, r >= 0xF900 && r <= 0xFAFF, r >= 0xFE30 && r <= 0xFE4F:
		return true
	case r >= 0xFF01 && r <= 0xFF60, r >= 0xFFE0 && r <= 0xFFE6, r >= 0x20000 && r <= 0x3FFFD:
		return true
	case r == '“' || r == '”' || r == '‘' || r == '’':
		return true // of full width in Chinese
	}
	return false
}
