package studiosim

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// result is the answer of one statement.
type result struct {
	columns []string
	types   []string // of the columns, for the error of an unlimited SELECT
	rows    [][]any
}

func (c *call) sql() (*reply, error) {
	text := c.str("execute", "")
	if len(c.args) > 0 {
		text = c.args[0]
	}
	if c.bool("stdin") || !c.has("execute") && len(c.args) == 0 {
		text = c.stdin()
	}
	statements := statementsOf(text)
	if len(statements) == 0 {
		return nil, fail(2, "USAGE_ERROR", "No SQL statements found.")
	}
	if f := c.connectSQL(); f != nil {
		return nil, f
	}
	if c.bool("batch") {
		return c.batch(statements), nil
	}
	if f := c.guard(statements[0]); f != nil {
		return nil, f
	}
	if f := c.slowJob(); f != nil {
		return nil, f
	}
	if c.bool("async") {
		job := c.st.jobID()
		return data(o("job_id", job, "status", "RUNNING"), "ai_message",
			fmt.Sprintf("Job submitted. Check status: cz-cli job status %s | Fetch results: cz-cli job result %s", job, job)), nil
	}
	return c.lastOf(statements)
}

// lastOf runs the statements in order; only the last result is shown.
func (c *call) lastOf(statements []string) (*reply, error) {
	var r *reply
	var effects []string
	for _, text := range statements {
		out, note, f := c.run(text)
		if f != nil {
			return nil, f
		}
		r = &reply{doc: c.document(out, note)}
		if isWrite(firstWord(stripComments(text))) {
			effects = append(effects, "sql "+firstWord(stripComments(text)))
		}
	}
	r.effect = effects
	return r, nil
}

func (c *call) document(out result, note string) obj {
	doc := o("columns", out.columns, "rows", masked(out), "count", len(out.rows), "time_ms", 3)
	if note != "" {
		doc = doc.with("ai_message", note)
	}
	return doc.with("job_id", c.st.jobID())
}

func (c *call) batch(statements []string) *reply {
	var docs []obj
	for i, text := range statements {
		doc := o("index", i, "sql", text)
		out, f := c.st.execute(stripComments(text)) // without the rewriting of limits
		if f != nil {
			doc = append(doc, o("error", o("code", f.code, "message", f.message), "time_ms", 2, "job_id", c.st.jobID())...)
		} else {
			doc = append(doc, c.document(out, "")...)
		}
		docs = append(docs, doc)
	}
	return &reply{doc: docs[0], more: docs[1:]}
}

func (st *state) jobID() string {
	return time.UnixMilli(st.now).In(st.zone).Format("20060102150405") + strconv.FormatInt(time.Now().UnixNano()%1e12, 36)
}

// connectSQL logs in and refuses a cluster that cannot run queries.
func (c *call) connectSQL() *failure {
	if f := c.connect("CONNECTION_ERROR"); f != nil {
		if strings.HasPrefix(f.message, "Login failed") {
			f.code = "AUTH_ERROR"
		}
		return f
	}
	p, _ := c.profileOf()
	name := orText(p.keys["vcluster"], "DEFAULT")
	vc := c.st.vc(name)
	if vc == nil {
		return fail(1, "CZLH-60000", "vcluster %s not found", name)
	}
	if vc.Type == "INTEGRATION" {
		return fail(1, "CZLH-60000", "vcluster %s of type INTEGRATION cannot run queries", vc.Name)
	}
	return nil
}

func (c *call) slowJob() *failure {
	timeout := c.float("timeout", 300)
	if c.st.SQLSeconds <= 0 {
		return nil
	}
	if c.st.SQLSeconds <= timeout {
		c.later(time.Duration(c.st.SQLSeconds * float64(time.Second)))
		return nil
	}
	c.later(time.Duration(timeout * float64(time.Second)))
	job := c.st.jobID()
	f := fail(1, "JOB_TIMEOUT", "Job %s timed out after %.0fms", job, timeout*1000)
	f.hint = fmt.Sprintf("Job %s timed out waiting for results. For long-running queries, use --async to submit without waiting: cz-cli sql \"<SQL>\" --async. Then check status with: cz-cli job status %s. To cancel: cz-cli job cancel %s", job, job, job)
	f.extras = o("job_id", job)
	return f
}

func isWrite(word string) bool {
	switch word {
	case "INSERT", "UPDATE", "DELETE", "DROP", "TRUNCATE", "CREATE", "ALTER", "MERGE":
		return true
	}
	return false
}

func firstWord(text string) string {
	word, _, _ := strings.Cut(strings.TrimSpace(text)+" ", " ")
	return strings.ToUpper(word)
}

// guard refuses writes by the first word of the first statement only, so a
// comment or a second statement goes past it.
func (c *call) guard(text string) *failure {
	word := firstWord(text)
	if !isWrite(word) {
		return nil
	}
	if !c.bool("write") {
		f := fail(1, "WRITE_NOT_ALLOWED", "Write operation detected. Pass --write to confirm.")
		f.hint = "Add --write flag to execute write operations: cz-cli sql \"<SQL>\" --write"
		return f
	}
	if (word == "DELETE" || word == "UPDATE") && !strings.Contains(strings.ToUpper(text), "WHERE") {
		f := fail(1, "DANGEROUS_WRITE", "DELETE/UPDATE without WHERE clause. Add a WHERE clause or use a more specific statement.")
		f.hint = "Always include a WHERE clause in DELETE/UPDATE to avoid unintended data loss."
		return f
	}
	return nil
}

var limitText = regexp.MustCompile(`(?i)\bLIMIT\s+(\d+)`)

// run executes one statement with the program's textual LIMIT rewriting.
func (c *call) run(text string) (out result, note string, f *failure) {
	word := firstWord(text)
	unlimited := c.str("limit", "") == "0" || c.str("limit", "") == "false"
	keep, added := -1, false
	if word == "SELECT" || word == "WITH" || word == "SHOW" {
		if m := limitText.FindStringSubmatch(text); m != nil {
			keep, _ = strconv.Atoi(m[1])
			text = limitText.ReplaceAllStringFunc(text, func(s string) string {
				n, _ := strconv.Atoi(limitText.FindStringSubmatch(s)[1])
				return s[:len(s)-len(m[1])] + strconv.Itoa(n+1)
			})
		} else if !unlimited {
			keep, added = c.int("limit", 100), true
			text += fmt.Sprintf(" LIMIT %d", keep+1)
		}
	}
	out, f = c.st.execute(stripComments(text))
	if f != nil || keep < 0 || len(out.rows) <= keep {
		return out, "", f
	}
	if added && word != "SHOW" {
		f := fail(1, "LIMIT_REQUIRED", "Query returned more than %d rows. Add a LIMIT clause or pass --no-limit.", keep)
		f.hint = "Too many rows. Add LIMIT to your query, e.g.: cz-cli sql \"SELECT ... LIMIT 10\" --sync, or use --no-limit to fetch all."
		schema := []obj{}
		for i, name := range out.columns {
			schema = append(schema, o("name", name, "type", arrowType(out.types[i]), "nullable", true))
		}
		f.extras = o("schema", schema)
		return out, "", f
	}
	out.rows = out.rows[:keep]
	if added {
		return out, "", nil // SHOW is cut without a word
	}
	return out, fmt.Sprintf("Results truncated to %d rows (more available).", keep), nil
}

func arrowType(lake string) string {
	switch lake {
	case "bigint", "int":
		return "INT64"
	case "decimal":
		return "DECIMAL"
	}
	return "STRING"
}

// statementsOf splits at semicolons outside quotes and comments.
func statementsOf(text string) []string {
	var out []string
	var cur strings.Builder
	scan(text, func(part string, quoted, comment bool) {
		if part == ";" && !quoted && !comment {
			out = append(out, cur.String())
			cur.Reset()
			return
		}
		cur.WriteString(part)
	})
	out = append(out, cur.String())
	kept := out[:0]
	for _, s := range out {
		if strings.TrimSpace(stripComments(s)) != "" {
			kept = append(kept, strings.TrimSpace(s))
		}
	}
	return kept
}

func stripComments(text string) string {
	var b strings.Builder
	scan(text, func(part string, _, comment bool) {
		if !comment {
			b.WriteString(part)
		} else {
			b.WriteByte(' ')
		}
	})
	return strings.TrimSpace(b.String())
}

// scan hands out the text in parts: quoted texts and comments whole, anything
// else byte by byte.
func scan(text string, part func(s string, quoted, comment bool)) {
	for i := 0; i < len(text); {
		rest := text[i:]
		n, quoted, comment := 1, false, false
		switch {
		case strings.HasPrefix(rest, "--"):
			comment = true
			if n = strings.IndexByte(rest, '\n'); n < 0 {
				n = len(rest)
			}
		case strings.HasPrefix(rest, "/*"):
			comment = true
			if n = strings.Index(rest, "*/") + 2; n < 2 {
				n = len(rest)
			}
		case strings.ContainsRune("'\"`", rune(rest[0])):
			quoted = true
			if n = strings.IndexByte(rest[1:], rest[0]) + 2; n < 2 {
				n = len(rest)
			}
		}
		part(rest[:n], quoted, comment)
		i += n
	}
}

// masked hides text values under names that look private.
func masked(out result) [][]any {
	rows := out.rows
	if rows == nil {
		rows = [][]any{}
	}
	for i, name := range out.columns {
		kind := private(name)
		for _, row := range rows {
			if s, ok := row[i].(string); ok && kind != "" {
				row[i] = hide(kind, s)
			}
		}
	}
	return rows
}

func private(name string) string {
	name = strings.ToLower(name)
	for _, word := range []string{"email", "phone", "mobile", "tel", "password", "secret", "token", "api_key", "id_card", "id_number", "identity", "ssn"} {
		if strings.Contains(name, word) {
			return word
		}
	}
	return ""
}

func hide(kind, s string) string {
	switch kind {
	case "email":
		if name, host, ok := strings.Cut(s, "@"); ok && name != "" {
			return name[:1] + "***@" + host
		}
	case "phone", "mobile", "tel":
		if len(s) >= 11 {
			return s[:3] + "****" + s[len(s)-4:]
		}
		return "****"
	}
	return "******"
}
