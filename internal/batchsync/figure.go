package batchsync

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ParseFigure reads a number of rows as a person types it: digits, which may be
// grouped by threes with one kind of separator, a comma, a point, a blank, an
// apostrophe or an underscore. There are no parts of rows, so that 1.234 can
// only mean 1234, while 1,5 is refused rather than guessed at. The error is an
// [Error] of code [CodeInvalid].
func ParseFigure(typed string) (int64, error) {
	text := strings.TrimSpace(typed)
	bad := func(key TextKey) (int64, error) {
		return 0, &Error{Code: CodeInvalid, Text: T(key, shortFigure(text)), Hint: T("figure.how")}
	}
	if text == "" {
		return bad("figure.missing")
	}
	if rest, negative := strings.CutPrefix(strings.Replace(text, "\u2212", "-", 1), "-"); negative && isFigure(strings.TrimSpace(rest)) {
		return bad("figure.negative")
	}
	if !isFigure(text) {
		return bad("figure.unreadable")
	}
	n, err := strconv.ParseInt(strings.Join(figureGroups(text), ""), 10, 64)
	if errors.Is(err, strconv.ErrRange) {
		return bad("figure.large")
	}
	if err != nil {
		return bad("figure.unreadable")
	}
	return n, nil
}

// figureSeparators are what stands between groups: besides those of a keyboard
// the narrow and unbreakable blanks that spreadsheets write.
const figureSeparators = ",. '_\u00a0\u202f\u2009\u2019"

// figureGroups splits at the first separator there is.
func figureGroups(text string) []string {
	i := strings.IndexAny(text, figureSeparators)
	if i < 0 {
		return []string{text}
	}
	_, size := utf8.DecodeRuneInString(text[i:])
	return strings.Split(text, text[i:i+size])
}

// isFigure reports whether the groups are digits, and all but the first are
// three. A first group of zeros groups nothing.
func isFigure(text string) bool {
	groups := figureGroups(text)
	for i, g := range groups {
		if g == "" || strings.Trim(g, "0123456789") != "" || i > 0 && len(g) != 3 {
			return false
		}
	}
	return len(groups) == 1 || len(groups[0]) <= 3 && groups[0][0] != '0'
}

// shortFigure is what was typed, or its beginning.
func shortFigure(typed string) string {
	const most = 30
	runes := []rune(strings.ToValidUTF8(typed, "\uFFFD"))
	if len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return string(runes)
}

// grouped is a count with its thousands apart. It is not below zero.
func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	for at := len(s) - 3; at > 0; at -= 3 {
		s = s[:at] + "," + s[at:]
	}
	return s
}
