package batchsync

import "testing"

func TestCheckCondition(t *testing.T) {
	t.Parallel()
	const fine, unsafe, clause, word = "", "field.where_unsafe", "field.where_clause", "field.where_word"
	tests := []struct {
		name string
		s    string
		kind SourceKind
		want TextKey
	}{
		{"plain", "id > 1", KindMySQL, fine},
		{"signs in quotes", "name = 'a;b--c#/*'", KindMySQL, fine},
		{"brackets", "(a = 1) OR (b IN (1, 2))", KindMySQL, fine},
		{"names in quotes", `"weird col" = 'it''s'`, KindPostgreSQL, fine},
		{"names in backticks", "`a b` < 3", KindMySQL, fine},
		{"minus", "-1 < x", KindMySQL, fine},
		{"another table in brackets", "id IN (SELECT id FROM a UNION SELECT id FROM b)", KindMySQL, fine},
		{"a word in quotes", "state = 'for order into union'", KindMySQL, fine},
		{"columns like words", "`order` = 1 AND t.limit > 2 AND order_id = 3 AND grouping1 = 4", KindMySQL, fine},
		{"an array", "tag = ANY(ARRAY['a', 'b']) AND tags[1] = 'x'", KindPostgreSQL, fine},
		{"a name in square brackets", "[weird col] = 1", KindSQLServer, fine},
		{"a dollar in a name", "v$a$b = 1", KindMySQL, fine},
		{"from", "a IS DISTINCT FROM b", KindPostgreSQL, fine},

		{"a second statement", "a = 1; b", KindMySQL, unsafe},
		{"a comment", "a = 1 -- b", KindMySQL, unsafe},
		{"a long comment", "a /* b", KindMySQL, unsafe},
		{"a comment of MySQL", "a # b", KindMySQL, unsafe},
		{"an open quote", "a = 'b", KindMySQL, unsafe},
		{"an open bracket", "(a", KindMySQL, unsafe},
		{"a closing bracket", "a)", KindMySQL, unsafe},
		{"a way out of the brackets around", ") OR (1=1", KindMySQL, unsafe},
		{"a backslash", `a = 'b\' OR 1=1 -- '`, KindMySQL, unsafe},
		{"a dollar quote", "a = $$'$$; DROP TABLE t; SELECT '1'", KindPostgreSQL, unsafe},
		{"a dollar quote with a tag", "a = $x$'$x$; DROP TABLE t; SELECT '1'", KindPostgreSQL, unsafe},
		{"a quote in a name", "[it's] = 1; DROP TABLE t; SELECT '1'", KindSQLServer, unsafe},
		{"a quote in a name of whatever", "[it's] = '1'", "other", unsafe},

		{"rows of another table", "1=1 UNION ALL SELECT a FROM b", KindMySQL, clause},
		{"the same behind a number", "1=1.5e3union SELECT a FROM b", KindMySQL, clause},
		{"the same behind a quote", "a='b'Union(SELECT a FROM b)", KindMySQL, clause},
		{"a file", "1=1 INTO OUTFILE '/tmp/x'", KindMySQL, clause},
		{"a lock", "id > 1 FOR UPDATE", KindPostgreSQL, clause},
		{"merged rows", "id > 1\u00a0group BY a", KindMySQL, clause},
		{"an end", "id > 1 ORDER BY id LIMIT 5", KindMySQL, clause},
		{"twice", "a WHERE b", KindMySQL, clause},
		{"with the word", "where id > 1", KindMySQL, word},
		{"only the word", "WHERE", KindMySQL, word},
		{"the word and a bracket", "where(id > 1)", KindMySQL, word},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := checkCondition(tt.s, tt.kind); got.Key != tt.want {
				t.Errorf("checkCondition(%q) = %q, want %q", tt.s, got.Key, tt.want)
			}
		})
	}
}
