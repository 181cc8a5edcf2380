package studiosim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// pair is one key of an ordered JSON object.
type pair struct {
	Key   string
	Value any
}

// obj is a JSON object that keeps its key order, as the recorded outputs do.
type obj []pair

// o builds an obj from alternating keys and values.
func o(kv ...any) obj {
	out := make(obj, 0, len(kv)/2)
	for i := 0; i+1 < len(kv); i += 2 {
		out = append(out, pair{kv[i].(string), kv[i+1]})
	}
	return out
}

// with returns the object with one more key.
func (m obj) with(key string, value any) obj { return append(m, pair{key, value}) }

// get returns the value of a key, nil when absent.
func (m obj) get(key string) any {
	for _, p := range m {
		if p.Key == key {
			return p.Value
		}
	}
	return nil
}

// MarshalJSON writes the keys in their order and leaves '<' and '>' alone.
func (m obj) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, p := range m {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(compact(p.Key))
		b.WriteByte(':')
		b.Write(compact(p.Value))
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// compact is JSON without HTML escaping and without the final newline.
func compact(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return []byte(strconv.Quote(err.Error()))
	}
	return bytes.TrimRight(b.Bytes(), "\n")
}

// failure is a refusal that cz-cli prints as an error document.
type failure struct {
	code, message string
	exit          int
	hint          string // ai_message
	didYouMean    string
	extras        obj
	before        []*failure // documents printed ahead of this one
	noise         string     // stderr
}

func (f *failure) Error() string { return f.code + ": " + f.message }

func fail(exit int, code, format string, args ...any) *failure {
	return &failure{code: code, message: fmt.Sprintf(format, args...), exit: exit}
}

func (f *failure) document() obj {
	body := o("code", f.code, "message", f.message)
	if f.didYouMean != "" {
		body = body.with("did_you_mean", f.didYouMean)
	}
	doc := o("error", body)
	if f.code == "NO_PROFILE" {
		doc = o("error", append(body, f.extras...))
	} else {
		doc = append(doc, f.extras...)
	}
	if f.hint != "" {
		doc = doc.with("ai_message", f.hint)
	}
	return doc
}

// reply is what a command prints when it succeeds.
type reply struct {
	doc    obj      // the whole document
	more   []obj    // further documents, one line each
	text   string   // plain text instead of a document
	exit   int      // usually 0
	warn   string   // stderr
	effect []string // what the invocation changed, for the journal
}

func data(v any, extras ...any) *reply {
	return &reply{doc: append(o("data", v), o(extras...)...)}
}

// changed notes an effect for the journal.
func (r *reply) changed(format string, args ...any) *reply {
	r.effect = append(r.effect, fmt.Sprintf(format, args...))
	return r
}

// printer writes replies in the format that was asked for.
type printer struct {
	out, err      io.Writer
	format, field string
}

func (p printer) reply(r *reply) {
	io.WriteString(p.err, r.warn)
	if r.text != "" {
		io.WriteString(p.out, r.text)
		return
	}
	if p.field != "" {
		p.fieldOf(r.doc)
		return
	}
	for _, doc := range append([]obj{r.doc}, r.more...) {
		p.document(doc)
	}
}

func (p printer) document(doc obj) {
	switch p.format {
	case "csv", "table", "text", "jsonl":
		p.rows(doc)
	case "pretty":
		var b bytes.Buffer
		json.Indent(&b, compact(doc), "", "  ")
		fmt.Fprintln(p.out, b.String())
	default:
		fmt.Fprintf(p.out, "%s\n", compact(doc))
	}
}

func (p printer) failure(f *failure) {
	io.WriteString(p.err, f.noise)
	for _, first := range f.before {
		p.failure(first)
	}
	switch {
	case p.field != "":
		fmt.Fprintln(p.out)
	case p.format == "csv" || p.format == "table" || p.format == "text" || p.format == "jsonl":
		fmt.Fprintf(p.out, "ERROR %s: %s\n", f.code, f.message)
	default:
		p.document(f.document())
	}
}

// rows prints the objects of a list one per line, ai_message on stderr.
func (p printer) rows(doc obj) {
	if hint, ok := doc.get("ai_message").(string); ok {
		fmt.Fprintln(p.err, hint)
	}
	list, ok := doc.get("data").([]obj)
	if !ok {
		if one, isObj := doc.get("data").(obj); isObj {
			list = []obj{one}
		}
	}
	for i, row := range list {
		if p.format == "jsonl" {
			fmt.Fprintf(p.out, "%s\n", compact(row))
			continue
		}
		var keys, cells []string
		for _, kv := range row {
			keys = append(keys, kv.Key)
			cells = append(cells, cell(kv.Value))
		}
		sep := ","
		if p.format != "csv" {
			sep = "\t"
		}
		if i == 0 {
			fmt.Fprintln(p.out, strings.Join(keys, sep))
		}
		fmt.Fprintln(p.out, strings.Join(cells, sep))
	}
}

func cell(v any) string {
	switch v := v.(type) {
	case nil:
		return "NULL"
	case string:
		return v
	}
	text := string(compact(v))
	if text == "null" {
		return "NULL"
	}
	return text
}

// fieldOf prints one value: "data[0].run_id", or a bare key looked up in data.
func (p printer) fieldOf(doc obj) {
	if hint, ok := doc.get("ai_message").(string); ok {
		fmt.Fprintln(p.err, hint)
	}
	var tree any
	if json.Unmarshal(compact(doc), &tree) != nil {
		return
	}
	for _, path := range []string{p.field, "data." + p.field, "data[0]." + p.field} {
		if v, ok := walk(tree, path); ok {
			if s, isText := v.(string); isText {
				fmt.Fprintln(p.out, s)
			} else if f, isNum := v.(float64); isNum {
				fmt.Fprintln(p.out, strconv.FormatFloat(f, 'f', -1, 64))
			} else {
				fmt.Fprintf(p.out, "%s\n", compact(v))
			}
			return
		}
	}
	fmt.Fprintln(p.out)
}

func walk(tree any, path string) (any, bool) {
	for _, step := range strings.FieldsFunc(path, func(r rune) bool { return r == '.' || r == '[' || r == ']' }) {
		switch node := tree.(type) {
		case map[string]any:
			next, ok := node[step]
			if !ok {
				return nil, false
			}
			tree = next
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(node) {
				return nil, false
			}
			tree = node[i]
		default:
			return nil, false
		}
	}
	return tree, true
}
