package source

import (
	"errors"
	"strings"
	"testing"
)

func TestFilter(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, in, want string
		err            error
	}{
		{"none", " ", "", nil},
		{"plain", "id > 10 AND name = 'x'", "id > 10 AND name = 'x'", nil},
		{"the word in front", "WHERE id > 10", "id > 10", nil},
		{"lines", "id > 10\n\tAND x", "id > 10\n\tAND x", nil},
		{"column named like it", "where_to = 1", "where_to = 1", nil},
		{"quote doubled", "name = 'it''s'", "name = 'it''s'", nil},
		{"signs in quotes", `name IN ('a;b', ')--', "c#")`, `name IN ('a;b', ')--', "c#")`, nil},
		{"backslashes that are even", `name = 'a\\'`, `name = 'a\\'`, nil},
		{"names", "`a b` = 1 AND [c d] = 2", "`a b` = 1 AND [c d] = 2", nil},
		{"subquery", "id IN (SELECT id FROM t)", "id IN (SELECT id FROM t)", nil},
		{"chinese", "城市 = '上海'", "城市 = '上海'", nil},
		{"parameter", "dt = '${bizdate}'", "", errParameters},
		{"time parameter", "dt = $[yyyy-MM-dd]", "", errParameters},
		{"second statement", "1=1; DROP TABLE t", "", errShape},
		{"out of the parentheses", "1=1) OR (1=1", "", errShape},
		{"open parenthesis", "(1=1", "", errShape},
		{"comment", "1=1 -- x", "", errShape},
		{"comment at once", "1=1 /* x */", "", errShape},
		{"comment of MySQL", "1=1 # x", "", errShape},
		{"file", "1=1) INTO OUTFILE '/tmp/x' -- ", "", errShape},
		{"open quote", "name = 'x", "", errShape},
		{"quote that depends", `name = 'x\' OR 1=1) -- '`, "", errShape},
		{"quote in brackets", "[x'] = 1) ; DROP TABLE t -- '", "", errShape},
		{"bracket doubled", "[a]] ' ) ; '] = 1", "", errShape},
		{"parenthesis in brackets", "[(] = 1 ) x ( [)]", "", errShape},
		{"backticks that quote nothing", "1 ` ) ; ` 2", "", errShape},
		{"dollar quotes", "name = $$'$$", "", errShape},
		{"escape", `id = \N`, "", errShape},
		{"control character", "id\x00 = 1", "", errShape},
		{"not text", "id = '\xff'", "", errShape},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := filter(tt.in)
			if got != tt.want || !errors.Is(err, tt.err) {
				t.Errorf("filter(%q) = %q, %v; want %q, %v", tt.in, got, err, tt.want, tt.err)
			}
		})
	}
}

// server reads SQL as one kind of server in one of its settings does.
type server struct {
	name                         string
	backslash, backtick, bracket bool
}

// escapes reports whether a condition ends its parentheses, its statement, or
// the rest of it as a comment.
func (s server) escapes(text string) bool {
	depth, quote := 0, byte(0)
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case quote != 0 && c == '\\' && s.backslash && quote != '`' && quote != ']':
			i++
		case quote != 0 && c == quote && i+1 < len(text) && text[i+1] == quote:
			i++
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0:
		case c == '\'' || c == '"' || c == '`' && s.backtick:
			quote = c
		case c == '[' && s.bracket:
			quote = ']'
		case c == '(':
			depth++
		case c == ')':
			if depth--; depth < 0 {
				return true
			}
		case c == ';' || c == '#' || strings.HasPrefix(text[i:], "--") || strings.HasPrefix(text[i:], "/*"):
			return true
		}
	}
	return depth != 0 || quote != 0
}

func FuzzFilter(f *testing.F) {
	for _, s := range []string{"id > 1", `a = 'x\\' AND b`, "[x'] = 1) ; '", "`a` = \"b\"", "(a) -- b", "$$'$$", "[a]]'b]", "1 ` ) ` 2"} {
		f.Add(s)
	}
	servers := []server{
		{"mysql", true, true, false}, {"mysql without escapes", false, true, false},
		{"postgres", false, false, false}, {"postgres with escapes", true, false, false},
		{"sqlserver", false, false, true},
	}
	f.Fuzz(func(t *testing.T, where string) {
		got, err := filter(where)
		if err != nil {
			return
		}
		for _, s := range servers {
			if s.escapes(got) {
				t.Errorf("%s: %q gets out", s.name, got)
			}
		}
	})
}
