package redact

import (
	"strconv"
	"strings"
)

// encodings bounds how often a text is decoded that was encoded repeatedly.
const encodings = 3

// encoded masks the words of s that hold secrets when their percent encoding is
// undone.
func (r *Redactor) encoded(s string, decoded int) string {
	if decoded == encodings || !strings.Contains(s, "%") {
		return s
	}
	var found []span
	for at := 0; at < len(s); {
		end := at
		for end < len(s) && !isSpace(s[end]) && !isQuote(s[end]) && s[end] != '<' && s[end] != '>' {
			end++
		}
		word := s[at:end]
		if plain := unescaped(word); plain != word && r.once(plain, decoded+1) != plain {
			found = append(found, span{at, end})
		}
		at = end + 1
	}
	return masked(s, found)
}

// unescaped undoes a percent encoding and leaves what is none.
func unescaped(s string) string {
	first, rest, some := strings.Cut(s, "%")
	if !some {
		return s
	}
	out := []byte(first)
	for some {
		if c, err := strconv.ParseUint(rest[:min(2, len(rest))], 16, 8); err == nil && len(rest) >= 2 {
			out, rest = append(out, byte(c)), rest[2:]
		} else {
			out = append(out, '%')
		}
		first, rest, some = strings.Cut(rest, "%")
		out = append(out, first...)
	}
	return string(out)
}
