package source

import (
	"errors"
	"strings"
	"unicode"
)

var (
	errParameters = errors.New("the filter has parameters")
	errShape      = errors.New("the filter is not a plain condition")
)

// filter is the condition of a task as it may stand in parentheses, "" for
// none. It cannot get out of them: quotes and parentheses must be closed, and
// there is no comment, no second statement and no dollar quoting. Text whose
// quotes depend on a setting of the server (a backslash before a quote) is
// refused, and so are names in backticks or brackets that would read otherwise
// where those quote nothing. Parameters of the platform, as in ${bizdate}, have no value here.
func filter(where string) (string, error) {
	where = strings.TrimSpace(where)
	if fields := strings.Fields(where); len(fields) > 1 && strings.EqualFold(fields[0], "where") {
		where = strings.TrimSpace(where[len("where"):])
	}
	if strings.Contains(where, "${") || strings.Contains(where, "$[") {
		return "", errParameters
	}
	depth := 0
	for i := 0; i < len(where); i++ {
		switch c := where[i]; c {
		case '\'', '"', '`', '[':
			n := quotation(where[i:])
			if n == 0 {
				return "", errShape
			}
			i += n - 1
		case '(':
			depth++
		case ')':
			if depth--; depth < 0 {
				return "", errShape
			}
		case ';', '\\', '$', ']', 0:
			return "", errShape
		case '#':
			// A comment for MySQL; operators of the others (#>, ##) are not worth telling apart.
			return "", errShape
		case '-', '/':
			if strings.HasPrefix(where[i:], "--") || strings.HasPrefix(where[i:], "/*") {
				return "", errShape
			}
		}
	}
	if depth != 0 || strings.ContainsFunc(where, invisible) {
		return "", errShape
	}
	return where, nil
}

// quotation is the length of the quotation s begins with, 0 if it has no
// certain end. A doubled quote is read as the beginning of another one, which
// comes to the same.
func quotation(s string) int {
	switch s[0] {
	case '`':
		return plainName(s, '`')
	case '[':
		return plainName(s, ']')
	}
	slashes := 0
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\\':
			slashes++
			continue
		case s[i] == s[0] && slashes%2 == 1:
			return 0
		case s[i] == s[0]:
			return i + 1
		}
		slashes = 0
	}
	return 0
}

// plainName is the length of the quoted name s begins with, 0 if it has no end
// or holds anything of meaning.
func plainName(s string, end byte) int {
	n := strings.IndexByte(s[1:], end)
	if n < 0 || strings.ContainsAny(s[1:n+1], "'\"`()[];\\$#") {
		return 0
	}
	return n + 2
}

// invisible characters do not belong into a condition; blanks and line breaks do.
func invisible(r rune) bool {
	return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' || r == unicode.ReplacementChar
}
