package czcli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"batchsync/internal/batchsync"
)

// document is the first JSON document of stdout: {"data": …} or, for SQL,
// {"columns": …, "rows": …} or {"error": …}.
type document struct {
	Data       json.RawMessage `json:"data"`
	Columns    []string        `json:"columns"`
	Rows       [][]text        `json:"rows"`
	Error      *refusal        `json:"error"`
	Pagination struct {
		Total number `json:"total"`
	} `json:"pagination"`
	plain string                   // of a command that prints text
	batch []byte                   // of a command that answers statement by statement
	rest  *batchsync.PlatformError // why a batch lacks answers, if it does
}

// refusal is the program's error object.
type refusal struct {
	Code    text `json:"code"`
	Message text `json:"message"`
}

// UnmarshalJSON also takes an error that is a bare sentence.
func (r *refusal) UnmarshalJSON(raw []byte) error {
	if len(raw) == 0 || raw[0] != '{' {
		return json.Unmarshal(raw, &r.Message)
	}
	type plain refusal
	return json.Unmarshal(raw, (*plain)(r))
}

// firstDocument decodes the first JSON document of the program's stdout; it
// may print several. Only an object with data, rows or an error counts.
func firstDocument(stdout []byte) (document, error) {
	var doc document
	if len(bytes.TrimSpace(stdout)) == 0 {
		return doc, errors.New("stdout is empty")
	}
	if err := json.NewDecoder(bytes.NewReader(stdout)).Decode(&doc); err != nil {
		return document{}, fmt.Errorf("decode the answer: %w", shapeOnly(err))
	}
	if doc.Data == nil && doc.Columns == nil && doc.Error == nil {
		return doc, errors.New("the answer has neither data nor error")
	}
	return doc, nil
}

// alone reports whether nothing stands behind the first document of stdout.
func alone(stdout []byte) bool {
	d := json.NewDecoder(bytes.NewReader(stdout))
	var first json.RawMessage
	return d.Decode(&first) == nil && len(bytes.TrimSpace(stdout[d.InputOffset():])) == 0
}

// reply is the answer to one statement of a batch.
type reply struct {
	Index   *int     `json:"index"`
	Columns []string `json:"columns"`
	Rows    [][]text `json:"rows"`
	Error   *refusal `json:"error"`
}

// answers hands out what a batch answered, one line of stdout each. A line
// that is no answer, such as one that was cut, answers nothing; of two answers
// to one statement the first counts.
func (d document) answers(take func(reply)) {
	seen := map[int]bool{}
	for line := range bytes.Lines(d.batch) {
		if r, ok := replyOf(line); ok && !seen[*r.Index] {
			seen[*r.Index] = true
			take(r)
		}
	}
}

func replyOf(line []byte) (r reply, ok bool) {
	if json.Unmarshal(line, &r) != nil || r.Index == nil || *r.Index < 0 {
		return r, false
	}
	return r, r.Columns != nil || r.Error != nil
}

// batched reports whether stdout answers any statement of a batch.
func batched(stdout []byte) bool {
	for line := range bytes.Lines(stdout) {
		if _, ok := replyOf(line); ok {
			return true
		}
	}
	return false
}

// shapeOnly keeps a decoding error from quoting the answer.
func shapeOnly(err error) error {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		kind, _, _ := strings.Cut(wrong.Value, " ")
		return fmt.Errorf("unexpected %s in %q", kind, wrong.Field)
	}
	return errors.New("not the expected JSON")
}

// notExecuted reports whether the program says that it left a change out, and
// its words for it.
func (d document) notExecuted() (string, bool) {
	var said struct {
		Executed *bool `json:"executed"`
		Message  text  `json:"message"`
	}
	if !bytes.HasPrefix(d.Data, []byte("{")) || json.Unmarshal(d.Data, &said) != nil || said.Executed == nil || *said.Executed {
		return "", false
	}
	return string(said.Message), true
}

// into decodes data.
func (d document) into(v any) error {
	if d.Data == nil {
		return errors.New("the answer has no data")
	}
	if err := json.Unmarshal(d.Data, v); err != nil {
		return fmt.Errorf("decode data: %w", shapeOnly(err))
	}
	return nil
}

// number is a figure whose type the platform decides: 5, "5" and null all
// occur in the wild. What is no whole number is 0; whoever needs an id checks.
type number int64

// UnmarshalJSON never fails on a JSON value.
func (n *number) UnmarshalJSON(raw []byte) error {
	i, _ := wholeNumber(strings.Trim(string(raw), `"`))
	*n = number(i)
	return nil
}

// wholeNumber reads a whole number, also one written as 5.0.
func wholeNumber(s string) (int64, bool) {
	if i, err := strconv.ParseInt(s, 10, 64); err == nil {
		return i, true
	}
	if f, err := strconv.ParseFloat(s, 64); err == nil && f == float64(int64(f)) {
		return int64(f), true
	}
	return 0, false
}

// text is a string whose type the platform decides; null is "".
type text string

// UnmarshalJSON takes figures and truth values as they are written.
func (t *text) UnmarshalJSON(raw []byte) error {
	*t = ""
	var s string
	switch {
	case string(raw) == "null":
	case json.Unmarshal(raw, &s) == nil:
		*t = text(s)
	default:
		*t = text(raw)
	}
	return nil
}
