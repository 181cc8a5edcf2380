package batchsync

import (
	"regexp"
	"strings"
)

// clause finds a word that ends the condition of a query, also directly behind
// a number. Behind a dot it is a column. Such words would have the query read
// rows of other tables, write a file, or lock, merge and leave out rows.
var clause = regexp.MustCompile(`(?i)(?:^|[^\w.$])(?:[0-9][0-9.]*(?:e[0-9]+)?)?` +
	`(where|union|intersect|except|into|group|having|order|limit|for)(?:$|[^\w$])`)

// checkCondition says why text is not one expression in the SQL of a kind of
// source, or nothing.
func checkCondition(s string, kind SourceKind) Text {
	bare, ok := bareCondition(s, kind)
	if !ok {
		return T("field.where_unsafe")
	}
	if word := clause.FindStringSubmatch(bare); word != nil {
		if strings.HasPrefix(strings.ToLower(s), "where") && strings.EqualFold(word[1], "where") {
			return T("field.where_word")
		}
		return T("field.where_clause", strings.ToUpper(word[1]))
	}
	return Text{}
}

// bareCondition is a condition without what stands in its quotes and brackets.
// It accepts text in which both close, without a semicolon, comment or
// backslash outside of quotes; a backslash inside them means different things
// to different sources and is refused too. So are quotes that only some
// sources know, as they could hide the end of another.
func bareCondition(s string, kind SourceKind) (bare string, ok bool) {
	if strings.Contains(s, `\`) {
		return "", false
	}
	var out strings.Builder
	quote, depth := byte(0), 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case quote != 0:
			if c != quote {
				continue
			}
			quote = 0
		case c == '\'' || c == '"' || c == '`':
			quote = c
		case c == ';' || c == '#' || strings.HasPrefix(s[i:], "--") || strings.HasPrefix(s[i:], "/*"):
			return "", false
		case c == '$' && dollarQuote.MatchString(s[i:]) && (i == 0 || !wordByte(s[i-1])):
			return "", false
		case c == '[' && kind != KindMySQL && kind != KindPostgreSQL && quotesIn(s[i:]):
			return "", false
		case c == '(':
			depth++
		case c == ')':
			if depth--; depth < 0 {
				return "", false
			}
		}
		if depth == 0 {
			out.WriteByte(c)
		}
	}
	return out.String(), quote == 0 && depth == 0
}

// dollarQuote is how a text begins in PostgreSQL that any quote may stand in.
var dollarQuote = regexp.MustCompile(`^\$\w*\$`)

func wordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

// quotesIn reports whether a name in square brackets, as SQL Server has them,
// holds a quote.
func quotesIn(s string) bool {
	name, _, _ := strings.Cut(s, "]")
	return strings.ContainsAny(name, "'\"`")
}
