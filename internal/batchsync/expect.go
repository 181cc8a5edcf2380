package batchsync

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Bounds of an expectation.
const (
	maxKeyFields = 20  // of one table
	maxKeyName   = 255 // runes
)

// TypedExpectation is an expectation as a person types it.
type TypedExpectation struct {
	// Keys has a line "schema.table: column, column" for each table whose key
	// fields are not those of the source. Of an only table the columns suffice.
	Keys      string
	NonNull   string // percent; empty: 100
	Tolerance string // percent; empty: none
	Drop      string // whole percent; empty: the bot's setting
}

// Typed writes an expectation as [TypedExpectation.Parse] reads it.
func (e Expectation) Typed() TypedExpectation {
	var t TypedExpectation
	var lines []string
	for _, table := range slices.Sorted(maps.Keys(e.Keys)) {
		lines = append(lines, table+": "+strings.Join(e.Keys[table], ", "))
	}
	t.Keys = strings.Join(lines, "\n")
	number := func(f float64) string {
		if f <= 0 {
			return ""
		}
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	t.NonNull, t.Tolerance, t.Drop = number(e.NonNull), number(e.Tolerance), number(float64(e.Drop))
	return t
}

// Digest tells expectations apart, in digits and letters a to f: a form that was
// drawn from one must not replace another.
func (e Expectation) Digest() string {
	text, err := json.Marshal(e)
	if err != nil {
		text = []byte(err.Error()) // values of ours always can be written
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])[:2*markLen]
}

// Parse reads an expectation for a task with these target tables, each as
// schema.table. Where they are not known, nil, tables are taken as they were
// typed, and columns without one are those of "". It answers with all that will
// not do, each an [Error] of code [CodeInvalid].
func (t TypedExpectation) Parse(tables []string) (Expectation, []error) {
	var e Expectation
	var wrong []error
	keep := func(err error) {
		if err != nil {
			wrong = append(wrong, err)
		}
	}
	var err error
	e.Keys, err = parseKeys(t.Keys, tables)
	keep(err)
	e.NonNull, err = parseShare(t.NonNull, "expect.non_null")
	keep(err)
	e.Tolerance, err = parsePercent(t.Tolerance, "expect.tolerance")
	keep(err)
	drop, err := parseShare(t.Drop, "expect.drop")
	if err == nil && drop != math.Trunc(drop) {
		err = invalid("expect.drop", t.Drop)
	}
	keep(err)
	e.Drop = int(drop)
	return e, wrong
}

func invalid(key TextKey, args ...string) error {
	return &Error{Code: CodeInvalid, Text: T(key, args...)}
}

// parsePercent reads "0.5", "0,5" or "0.5 %"; from 0 to 100, empty is 0.
func parsePercent(typed string, key TextKey) (float64, error) {
	s := strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(typed), "%"))
	if strings.TrimSpace(typed) == "" {
		return 0, nil
	}
	if strings.Trim(s, "0123456789.,") != "" || strings.Count(s, ".")+strings.Count(s, ",") > 1 {
		return 0, invalid(key, shortFigure(typed))
	}
	f, err := strconv.ParseFloat(strings.Replace(s, ",", ".", 1), 64)
	if err != nil || f < 0 || f > 100 {
		return 0, invalid(key, shortFigure(typed))
	}
	return f, nil
}

// parseShare is parsePercent without a typed 0, which as a stored 0 would mean
// the usual percentage.
func parseShare(typed string, key TextKey) (float64, error) {
	f, err := parsePercent(typed, key)
	if err == nil && f == 0 && strings.TrimSpace(typed) != "" {
		err = invalid(key, shortFigure(typed))
	}
	return f, err
}

// parseKeys reads the lines of key fields. A table may be named without its
// schema where that is enough.
func parseKeys(typed string, tables []string) (map[string][]string, error) {
	var out map[string][]string
	for line := range strings.Lines(typed) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		name, list, named := strings.Cut(line, ":")
		if !named {
			name, list = "", line
		}
		table, err := tableOf(strings.TrimSpace(name), tables)
		if err != nil {
			return nil, err
		}
		keys, err := keyNames(list)
		if err != nil {
			return nil, err
		}
		if out[table] != nil {
			return nil, invalid("expect.keys_twice", table)
		}
		if out == nil {
			out = map[string][]string{}
		}
		out[table] = keys
	}
	return out, nil
}

// tableOf finds the one table that is meant.
func tableOf(typed string, tables []string) (string, error) {
	switch {
	case typed == "" && len(tables) == 1:
		return tables[0], nil
	case typed == "" && tables != nil:
		return "", invalid("expect.keys_line")
	case tables == nil:
		return typed, nil
	}
	var similar []string
	for _, t := range tables {
		_, bare, _ := strings.Cut(t, ".")
		switch {
		case t == typed:
			return t, nil
		case strings.EqualFold(t, typed), strings.EqualFold(cmp.Or(bare, t), typed):
			similar = append(similar, t)
		}
	}
	switch len(similar) {
	case 0:
		return "", invalid("expect.keys_unknown", typed)
	case 1:
		return similar[0], nil
	}
	return "", invalid("expect.keys_which", typed, List(similar[:2]...))
}

func keyNames(list string) ([]string, error) {
	var out []string
	for name := range strings.SplitSeq(list, ",") {
		name = strings.TrimSpace(name)
		if name == "" || !utf8.ValidString(name) || hasControl(name) || utf8.RuneCountInString(name) > maxKeyName {
			return nil, invalid("expect.keys_name", strings.TrimSpace(list))
		}
		if !slices.ContainsFunc(out, func(have string) bool { return strings.EqualFold(have, name) }) {
			out = append(out, name)
		}
	}
	if len(out) > maxKeyFields {
		return nil, invalid("expect.keys_many", strconv.Itoa(maxKeyFields))
	}
	return out, nil
}
