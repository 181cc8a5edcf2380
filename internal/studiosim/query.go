package studiosim

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

func sqlFail(format string, args ...any) *failure { return fail(1, "CZLH-42000", format, args...) }

var (
	unionAll  = regexp.MustCompile(`(?i)\s+UNION\s+ALL\s+`)
	selectSQL = regexp.MustCompile("(?is)^SELECT\\s+(.+?)(?:\\s+FROM\\s+((?:`[^`]+`|\"[^\"]+\"|[^\\s`\"])+)" + `(?:\s+AS\s+\w+)?(?:\s+WHERE\s+.+?)?)?(?:\s+ORDER\s+BY\s+[^)]+?)?(?:\s+LIMIT\s+(\d+))?\s*$`)
	aliasText = regexp.MustCompile("(?is)^(.+?)\\s+AS\\s+[`\"]?([^`\"\\s]+)[`\"]?$")
	countText = regexp.MustCompile("(?is)^COUNT\\s*\\(\\s*(\\*|1|[`\"]?[^`\"()]+[`\"]?)\\s*\\)$")
	rateText  = regexp.MustCompile("(?is)^ROUND\\s*\\(\\s*COUNT\\s*\\(\\s*[`\"]?([^`\"()]+?)[`\"]?\\s*\\)\\s*\\*\\s*100(?:\\.0)?\\s*/\\s*(?:NULLIF\\s*\\(\\s*)?COUNT\\s*\\(\\s*\\*\\s*\\)(?:\\s*,\\s*0\\s*\\))?\\s*,\\s*(\\d)\\s*\\)$")
	minMax    = regexp.MustCompile("(?is)^(MIN|MAX)\\s*\\(\\s*[`\"]?([^`\"()]+?)[`\"]?\\s*\\)$")
)

// execute runs one statement without comments.
func (st *state) execute(text string) (result, *failure) {
	words := strings.Fields(limitText.ReplaceAllString(text, ""))
	if len(words) == 0 {
		return result{}, sqlFail("syntax error at end of input")
	}
	second := ""
	if len(words) > 1 {
		second = strings.ToUpper(words[1])
	}
	switch strings.ToUpper(words[0]) {
	case "SHOW":
		return st.show(words)
	case "DESC", "DESCRIBE":
		return st.describe(second, lastName(text))
	case "SELECT":
		return st.union(text)
	case "DROP", "TRUNCATE":
		return st.remove(strings.ToUpper(words[0]), lastName(text))
	case "INSERT", "UPDATE", "DELETE", "CREATE", "ALTER", "MERGE":
		return result{columns: []string{}}, nil
	}
	return result{}, sqlFail("syntax error at or near '%s'", words[0])
}

// lastName is the name at the end of a statement; a quoted one may hold blanks.
func lastName(text string) string {
	name := ""
	scan(strings.TrimSpace(text), func(part string, quoted, _ bool) {
		if !quoted && strings.TrimSpace(part) == "" {
			part, name = "", ""
		}
		name += part
	})
	return unquote(name)
}

func unquote(name string) string { return strings.NewReplacer("`", "", `"`, "", ";", "").Replace(name) }

func (st *state) table(name string) (*LakeTable, *failure) {
	plain := strings.TrimPrefix(unquote(name), st.Workspace+".") // workspace.schema.table is the long form
	schema, table := cut(plain)
	if t := st.lakeTable(orText(schema, "public"), table); t != nil {
		return t, nil
	}
	f := sqlFail("table or view not found: %s", unquote(name))
	tables := []string{}
	for _, t := range st.Lake {
		if t.Schema == "public" {
			tables = append(tables, t.Name)
		}
	}
	f.extras = o("schema", o("tables", tables))
	return nil, f
}

func (st *state) show(words []string) (result, *failure) {
	upper := strings.ToUpper(strings.Join(words, " "))
	switch {
	case strings.HasPrefix(upper, "SHOW VCLUSTERS"):
		out := result{columns: []string{"name", "vcluster_type", "vcluster_size", "state", "creator", "comment"}}
		for _, vc := range st.VCs {
			out.rows = append(out.rows, []any{vc.Name, vc.Type, vc.Size, vc.State, "bot_user", nil})
		}
		return out, nil
	case strings.HasPrefix(upper, "SHOW SCHEMAS"):
		out := result{columns: []string{"schema_name", "type"}}
		for _, name := range st.schemas() {
			out.rows = append(out.rows, []any{name, "managed"})
		}
		return out, nil
	case strings.HasPrefix(upper, "SHOW TABLES"):
		schema := "public"
		if len(words) > 3 && (strings.EqualFold(words[2], "IN") || strings.EqualFold(words[2], "FROM")) {
			schema = unquote(words[3])
		}
		if !slices.Contains(st.Schemas, schema) {
			return result{}, sqlFail("schema not found: %s", schema)
		}
		out := result{columns: []string{"schema_name", "table_name", "is_view", "is_materialized_view", "is_external"}}
		for _, name := range st.tables(schema) {
			out.rows = append(out.rows, []any{schema, name, false, false, false})
		}
		return out, nil
	}
	return result{}, sqlFail("syntax error at or near '%s'", strings.Join(words[1:min(2, len(words))], ""))
}

func (st *state) schemas() []string { return slices.Sorted(slices.Values(st.Schemas)) }

func (st *state) tables(schema string) []string {
	var out []string
	for _, t := range st.Lake {
		if strings.EqualFold(t.Schema, schema) {
			out = append(out, t.Name)
		}
	}
	slices.Sort(out)
	return out
}

func (st *state) describe(kind, name string) (result, *failure) {
	t, f := st.table(name)
	if f != nil {
		return result{}, f
	}
	if kind == "HISTORY" {
		out := result{columns: []string{"version", "time", "total_rows", "total_bytes", "user", "operation", "job_id"}}
		for _, v := range t.History {
			out.rows = append(out.rows, []any{v.Version, st.stamp(v.Time), v.Rows, v.Rows * 100, "bot_user", v.Op, fmt.Sprintf("job%d", v.Time)})
		}
		return out, nil
	}
	out := result{columns: []string{"column_name", "data_type", "comment"}}
	for _, col := range t.Columns {
		out.rows = append(out.rows, []any{col.Name, lakeType(col.Type), nil})
	}
	return out, nil
}

func (st *state) remove(word, name string) (result, *failure) {
	t, f := st.table(name)
	if f != nil {
		return result{}, f
	}
	st.dirty = true
	if word == "TRUNCATE" {
		t.Rows, t.Sample = 0, nil
		t.History = append(t.History, Version{Version: t.nextVersion(), Time: st.now, Op: "TRUNCATE"})
	} else {
		st.Lake = slices.DeleteFunc(st.Lake, func(other *LakeTable) bool { return other == t })
	}
	return result{columns: []string{}}, nil
}

// union runs SELECTs joined by UNION ALL.
func (st *state) union(text string) (result, *failure) {
	limit := -1
	if m := limitText.FindAllStringSubmatchIndex(text, -1); len(m) > 0 && strings.TrimSpace(text[m[len(m)-1][1]:]) == "" {
		last := m[len(m)-1]
		limit, _ = strconv.Atoi(text[last[2]:last[3]])
		text = text[:last[0]]
	}
	var out result
	for i, part := range unionAll.Split(text, -1) {
		one, f := st.selectOne(strings.TrimSpace(strings.Trim(strings.TrimSpace(part), "()")+closing(part)), limit)
		if f != nil {
			return out, f
		}
		if i == 0 {
			out.columns, out.types = one.columns, one.types
		}
		out.rows = append(out.rows, one.rows...)
	}
	if limit >= 0 {
		out.rows = out.rows[:min(len(out.rows), limit)]
	}
	return out, nil
}

// closing gives back the bracket that trimming took from "COUNT(x)".
func closing(part string) string {
	part = strings.TrimSpace(part)
	if strings.HasPrefix(part, "(") || !strings.HasSuffix(part, ")") {
		return ""
	}
	return part[len(strings.TrimRight(part, ")")):]
}

func (st *state) selectOne(text string, limit int) (result, *failure) {
	if m := twiceText.FindStringSubmatch(text); m != nil {
		return st.twice(m[1], m[2], m[3])
	}
	m := selectSQL.FindStringSubmatch(text)
	if m == nil {
		return result{}, sqlFail("syntax error at or near '%s'", text)
	}
	var t *LakeTable
	if m[2] != "" {
		var f *failure
		if t, f = st.table(m[2]); f != nil {
			return result{}, f
		}
	}
	if strings.TrimSpace(m[1]) == "*" && t != nil {
		return t.all(limit), nil
	}
	var out result
	var row []any
	for _, item := range splitItems(m[1]) {
		name := item
		if a := aliasText.FindStringSubmatch(item); a != nil {
			item, name = strings.TrimSpace(a[1]), a[2]
		}
		value, kind, f := t.value(item)
		if f != nil {
			return out, f
		}
		out.columns, out.types, row = append(out.columns, name), append(out.types, kind), append(row, value)
	}
	out.rows = [][]any{row}
	return out, nil
}

// splitItems splits a select list at commas outside brackets and quotes.
func splitItems(list string) []string {
	var out []string
	var cur strings.Builder
	depth := 0
	scan(list, func(part string, quoted, _ bool) {
		switch {
		case part == "(":
			depth++
		case part == ")":
			depth--
		case part == "," && depth == 0 && !quoted:
			out = append(out, strings.TrimSpace(cur.String()))
			cur.Reset()
			return
		}
		cur.WriteString(part)
	})
	return append(out, strings.TrimSpace(cur.String()))
}

// all is SELECT * with the kept rows, or made-up ones.
func (t *LakeTable) all(limit int) result {
	var out result
	for _, col := range t.Columns {
		out.columns, out.types = append(out.columns, col.Name), append(out.types, lakeType(col.Type))
	}
	if limit < 0 {
		limit = int(t.Rows)
	}
	for _, row := range sampleRows(t.Columns, t.Sample, t.Rows, limit) {
		out.rows = append(out.rows, slices.Clone(row))
	}
	return out
}

func (t *LakeTable) column(name string) bool {
	return slices.ContainsFunc(t.Columns, func(c Column) bool { return strings.EqualFold(c.Name, strings.TrimSpace(unquote(name))) })
}

func (t *LakeTable) nonNull(name string) int64 {
	if n, ok := t.NonNull[strings.ToLower(strings.TrimSpace(unquote(name)))]; ok {
		return min(n, t.Rows)
	}
	return t.Rows
}

// value computes one item of a select list: a literal, a count, a rate, a
// minimum or maximum. WHERE is not evaluated.
func (t *LakeTable) value(item string) (any, string, *failure) {
	if n, err := strconv.ParseInt(item, 10, 64); err == nil {
		return n, "bigint", nil
	}
	if len(item) >= 2 && item[0] == '\'' && item[len(item)-1] == '\'' {
		return strings.ReplaceAll(item[1:len(item)-1], "''", "'"), "string", nil
	}
	if strings.EqualFold(item, "NULL") {
		return nil, "string", nil
	}
	if t == nil {
		return nil, "", sqlFail("Column not found: %s", item)
	}
	if m := countText.FindStringSubmatch(item); m != nil {
		if m[1] == "*" || m[1] == "1" {
			return t.Rows, "bigint", nil
		}
		if !t.column(m[1]) {
			return nil, "", sqlFail("Column not found: %s", strings.TrimSpace(unquote(m[1])))
		}
		return t.nonNull(m[1]), "bigint", nil
	}
	if m := distinctText.FindStringSubmatch(item); m != nil && strings.EqualFold(m[1], m[2]) {
		if !t.column(m[1]) {
			return nil, "", sqlFail("Column not found: %s", unquote(m[1]))
		}
		return t.Twice, "bigint", nil
	}
	if m := rateText.FindStringSubmatch(item); m != nil {
		return t.rate(m[1], m[2])
	}
	if m := minMax.FindStringSubmatch(item); m != nil && t.column(m[2]) {
		return "2026-01-02 08:00:00", "timestamp", nil
	}
	if t.column(item) {
		return nil, "string", nil
	}
	return nil, "", sqlFail("Column not found: %s", unquote(item))
}

func (t *LakeTable) rate(column, digits string) (any, string, *failure) {
	if !t.column(column) {
		return nil, "", sqlFail("Column not found: %s", column)
	}
	if t.Rows == 0 {
		return nil, "decimal", nil
	}
	n, _ := strconv.Atoi(digits)
	return strconv.FormatFloat(float64(t.nonNull(column))*100/float64(t.Rows), 'f', n, 64), "decimal", nil
}
