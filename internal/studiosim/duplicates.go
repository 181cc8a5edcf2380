package studiosim

import (
	"regexp"
	"strconv"
	"strings"
)

// A world knows how many rows are beyond the first of their key and not which;
// these are the statements that ask for that.
var (
	distinctText = regexp.MustCompile("(?is)^COUNT\\s*\\(\\s*(`[^`]+`|\\w+)\\s*\\)\\s*-\\s*COUNT\\s*\\(\\s*DISTINCT\\s+(`[^`]+`|\\w+)\\s*\\)$")
	twiceText    = regexp.MustCompile("(?is)^SELECT\\s+COALESCE\\(SUM\\([^)]*\\), 0\\)\\s+AS\\s+(\\w+)\\s+FROM\\s+\\(\\s*SELECT\\s.+?\\sFROM\\s+((?:`[^`]+`|[^\\s`])+)\\s.*?" +
		"GROUP\\s+BY\\s+(.+?)\\s+HAVING\\s.+\\)\\s*\\w+\\s*$")
)

// twice answers a sum over groups; like any sum it is a DECIMAL, and such
// arrive as text.
func (st *state) twice(alias, table, keys string) (result, *failure) {
	t, f := st.table(table)
	if f != nil {
		return result{}, f
	}
	for _, key := range splitItems(keys) {
		if !t.column(key) {
			return result{}, sqlFail("Column not found: %s", strings.TrimSpace(unquote(key)))
		}
	}
	return result{columns: []string{alias}, types: []string{"decimal"}, rows: [][]any{{strconv.FormatInt(t.Twice, 10)}}}, nil
}
