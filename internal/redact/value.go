package redact

import (
	"strings"
	"unicode/utf8"
)

// value is the secret that begins at s[at], behind its key at s[key]: what stands
// in quotes or brackets, or everything up to the next space, or up to what comes
// next in a list. Quotes and brackets that never close reach to the end of s.
func value(s string, key, at int) span {
	of := listOf(s, key)
	if strings.HasPrefix(s[at:], Mask) {
		return span{at, beyondMask(s, at+len(Mask), of)}
	}
	n := backslashes(s, at)
	if at+n == len(s) {
		return span{at, at + n}
	}
	switch c := s[at+n]; {
	case isQuote(c):
		in, after := quoted(s, at+n+1, c, n)
		if !endsAt(s, after) { // 'it''s', "a"b
			return span{at, token(s, after, of)}
		}
		return in
	case n == 0 && isBracket(c):
		after := bracketed(s, at)
		if strings.TrimSpace(strings.Trim(s[at:after], "[]{}")) == "" {
			return span{}
		}
		if !endsAt(s, after) {
			after = token(s, after, of)
		}
		return span{at, after}
	}
	if r, size := utf8.DecodeRuneInString(s[at:]); closing(r) != "" {
		in, _, _ := strings.Cut(s[at+size:], closing(r))
		return span{at + size, at + size + len(in)}
	}
	return bare(s, key, at)
}

// bare is a secret without quotes.
func bare(s string, key, at int) span {
	of := listOf(s, key)
	if end := property(s, of, at); end > 0 {
		return span{at, token(s, end, inText)} // it may have the semicolon in it
	}
	return span{at, token(s, at, of)}
}

// property is where the value at s[at] ends when it is one of a connection string,
// where it may have spaces; 0 when it is none. The first of such a list is known by
// the second.
func property(s string, of list, at int) int {
	switch {
	case of == inProperties:
		return token(s, at, of)
	case of == inText && strings.HasSuffix(strings.TrimRight(s[:at], " "), "="):
		if i := strings.IndexAny(s[at:], ";=\n\"'"); i >= 0 && isProperty(s[at+i:]) {
			return at + i
		}
	}
	return 0
}

// beyondMask ends a value that was masked before: the mask may stand for a part of
// it only, but not where the text goes on as behind a value.
func beyondMask(s string, at int, of list) int {
	rest := strings.TrimLeft(s[at:], ")]},;")
	if rest == "" || isSpace(rest[0]) || isQuote(rest[0]) || rest[0] == '\\' || rest[0] == '<' {
		return at
	}
	return token(s, at, of)
}

// token is where the text that begins at s[at] ends: before a space, what comes
// next in the list, or a quote that closes something around it.
func token(s string, at int, of list) int {
	for i := at; i < len(s); i++ {
		switch c := s[i]; {
		case isSpace(c) && (of != inProperties || c == '\n'), c == ';' && of == inProperties,
			c == '&' && of == inQuery && isParameter(s[i+1:]):
			return i
		case isQuote(c) && closes(s, at, i):
			for i > at && s[i-1] == '\\' {
				i--
			}
			if i > at && s[i-1] == ',' {
				i--
			}
			return i
		}
	}
	return len(s)
}

// closes reports whether the quote at s[i] closes something around the value that
// begins at s[at], or opens what follows it; others are part of the value.
func closes(s string, at, i int) bool {
	if endsAt(s, i+1) || s[i+1] == '\\' {
		return true
	}
	before := strings.TrimRight(s[at:i], `\`)
	return strings.HasSuffix(before, ",")
}

// endsAt reports whether nothing of a value can stand at s[i].
func endsAt(s string, i int) bool {
	return i >= len(s) || isSpace(s[i]) || strings.IndexByte(",;:)]}<>&|\"'`", s[i]) >= 0
}

// quoted is what stands between the quote before s[at] and the one that closes it,
// and the place behind that. The quote has n backslashes before it: that is how
// text is quoted that stands in quotes itself. Doubled quotes close nothing, nor
// does a quote that a shell is to read as one.
func quoted(s string, at int, quote byte, n int) (in span, after int) {
	run := 0
	for i := at; i < len(s); i++ {
		switch {
		case s[i] == '\\':
			run++
			continue
		case s[i] == quote && n == 0 && run == 0 && i+1 < len(s) && s[i+1] == quote:
			i++
		case s[i] == quote && n == 0 && strings.HasPrefix(s[i:], `'\''`):
			i += 3
		case s[i] == quote && (run < n || run%(2*n+2) == n):
			return span{at, i - min(run, n)}, i + 1
		}
		run = 0
	}
	return span{at, len(s)}, len(s)
}

// bracketed is the place behind the bracket that closes the one at s[at]. Behind
// an equals sign, a doubled closing brace stands for one, as in ODBC.
func bracketed(s string, at int) int {
	opening, closing := s[at], byte(']')
	if opening == '{' {
		closing = '}'
	}
	odbc := opening == '{' && at > 0 && s[at-1] == '=' && at+1 < len(s) && !isQuote(s[at+1])
	depth := 0
	for i := at; i < len(s); i++ {
		switch c := s[i]; {
		case odbc && c == closing && i+1 < len(s) && s[i+1] == closing:
			i++
		case c == closing:
			if depth--; depth <= 0 || odbc {
				return i + 1
			}
		case c == opening:
			depth++
		case isQuote(c) && !odbc && opensQuote(s, i):
			run := i - len(strings.TrimRight(s[:i], `\`))
			_, after := quoted(s, i+1, c, run)
			i = after - 1
		}
	}
	return len(s)
}

// opensQuote reports whether a quote stands where one opens in lists and objects.
func opensQuote(s string, i int) bool {
	before := strings.TrimRight(s[:i], `\`)
	return before == "" || isSpace(before[len(before)-1]) || strings.IndexByte("[{(,:=", before[len(before)-1]) >= 0
}

// backslashes counts those that s[at:] begins with.
func backslashes(s string, at int) int {
	return len(s) - at - len(strings.TrimLeft(s[at:], `\`))
}

func isSpace(c byte) bool { return strings.IndexByte(" \t\n\r\f", c) >= 0 }

func isQuote(c byte) bool { return c == '"' || c == '\'' || c == '`' }

func isBracket(c byte) bool { return c == '[' || c == '{' }

// closing is the typographic quote that closes another, "" for everything else.
func closing(r rune) string {
	switch r {
	case '“':
		return "”"
	case '‘':
		return "’"
	case '「':
		return "」"
	case '『':
		return "』"
	}
	return ""
}

// isWide reports whether brackets or typographic quotes open at s[at].
func isWide(s string, at int) bool {
	r, _ := utf8.DecodeRuneInString(s[at:])
	return isBracket(s[at]) || closing(r) != ""
}

// list is what a pair of key and value is part of.
type list int

const (
	inText       list = iota
	inQuery           // of an address: a=b&c=d
	inProperties      // of a connection string: a=b;c=d e;
)

// listOf tells what the key that ends behind s[at] is part of.
func listOf(s string, at int) list {
	for at > 0 && isName(s[at-1]) {
		at--
	}
	before := strings.TrimRight(s[:at], " ")
	switch {
	case at > 0 && (s[at-1] == '?' || s[at-1] == '&'):
		return inQuery
	case strings.HasSuffix(before, ";"):
		return inProperties
	}
	return inText
}

func isName(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("_.-", c) >= 0
}

// isParameter reports whether s begins with a name and an equals sign.
func isParameter(s string) bool {
	rest := strings.TrimLeftFunc(s, func(r rune) bool { return r < utf8.RuneSelf && isName(byte(r)) })
	return len(rest) < len(s) && strings.HasPrefix(rest, "=")
}

// isProperty reports whether s goes on with the next property of a connection
// string, whose name may be of several words.
func isProperty(s string) bool {
	if !strings.HasPrefix(s, ";") {
		return false
	}
	rest := strings.TrimLeftFunc(s[1:], func(r rune) bool { return r == ' ' || r < utf8.RuneSelf && isName(byte(r)) })
	return len(rest) < len(s)-1 && strings.HasPrefix(rest, "=")
}
