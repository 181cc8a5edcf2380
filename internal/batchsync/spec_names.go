package batchsync

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// unlistable reports whether the program would misread the name in one of its
// lists: it splits them at every comma and trims what it gets.
func unlistable(name string) bool {
	return strings.Contains(name, ",") || name != strings.TrimSpace(name)
}

// foreignName refuses names of the source that the program would put into SQL
// of its own unquoted, or take for a flag.
func foreignName(name string) Text {
	switch {
	case name == "" || !utf8.ValidString(name) || utf8.RuneCountInString(name) > MaxNameRunes:
		return T("field.name_length", itoa(MaxNameRunes))
	case strings.HasPrefix(name, "-"):
		return T("field.name_dash", name)
	case strings.ContainsAny(name, "`'\"\\;") || hasControl(name):
		return T("field.name_quotes", name)
	}
	return Text{}
}

// plainName accepts what the Lakehouse takes as an unquoted identifier:
// letters, digits and underscores, not beginning with a digit.
func plainName(s string) bool {
	if s == "" || len(s) > MaxNameRunes {
		return false
	}
	for i, r := range s {
		letter := r == '_' || (r >= 'a' && r <= 'z') || (r >= 'A' && r <= 'Z')
		digit := r >= '0' && r <= '9'
		if !letter && (!digit || i == 0) {
			return false
		}
	}
	return true
}

// CheckTaskName says what is wrong with a task name, or nothing. The program
// takes a leading dash for a flag and digits only for an id; a task of such a
// name could never be addressed again.
func CheckTaskName(name string) Text {
	switch {
	case strings.TrimSpace(name) == "":
		return T("field.name_missing")
	case name != strings.TrimSpace(name):
		return T("field.name_spaces")
	case !utf8.ValidString(name) || hasControl(name):
		return T("field.name_control")
	case utf8.RuneCountInString(name) > MaxNameRunes:
		return T("field.name_length", itoa(MaxNameRunes))
	case strings.HasPrefix(name, "-"):
		return T("field.name_dash", name)
	case allDigits(name):
		return T("field.name_digits", name)
	}
	return Text{}
}

func allDigits(s string) bool {
	for _, r := range s {
		if !unicode.IsDigit(r) {
			return false
		}
	}
	return s != ""
}

// hasControl finds what cannot be seen: control characters, and the format
// characters (direction marks, zero-width signs) that make two names look
// alike.
func hasControl(s string) bool {
	for _, r := range s {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == utf8.RuneError {
			return true
		}
	}
	return false
}

// SuggestName proposes a task name that says what it copies, e.g.
// "sync_shop_orders_daily".
func (s Spec) SuggestName() string {
	parts := []string{"sync"}
	switch {
	case s.Scope == ScopeWhole:
		parts = append(parts, s.SourceSchema, "all")
	case s.Scope == ScopeMerge:
		parts = append(parts, s.SourceSchema, s.TargetTable, "merge")
	case len(s.Tables) == 1:
		parts = append(parts, s.SourceSchema, s.TargetTable)
		if s.TargetTable == "" {
			parts[len(parts)-1] = s.Tables[0]
		}
	case len(s.Tables) > 1:
		parts = append(parts, s.SourceSchema, itoa(len(s.Tables))+"_tables")
	default:
		parts = append(parts, s.SourceSchema)
	}
	if s.Schedule.Every != "" {
		parts = append(parts, rhythmWord(s.Schedule))
	}
	return slug(strings.Join(parts, "_"))
}

func rhythmWord(s Schedule) string {
	switch s.Every {
	case Hours:
		if s.Step == 1 {
			return "hourly"
		}
		return itoa(s.Step) + "h"
	case Minutes:
		return itoa(s.Step) + "min"
	}
	return string(s.Every)
}

// slug keeps letters and digits of any script, joins the rest by single
// underscores and stays below 100 runes.
func slug(s string) string {
	var b strings.Builder
	gap, n := false, 0
	for _, r := range strings.ToLower(s) {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			gap = n > 0
			continue
		}
		if n >= 98 {
			break
		}
		if gap {
			b.WriteByte('_')
			n++
		}
		gap = false
		b.WriteRune(r)
		n++
	}
	return b.String()
}
