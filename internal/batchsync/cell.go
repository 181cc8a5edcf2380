package batchsync

import (
	"strings"
	"unicode/utf8"
)

// SafeCell is foreign text as the cell of a table that people open with a
// spreadsheet: one that would be calculated gets an apostrophe before it. Some
// programs take the wide forms of the signs for the signs themselves. It takes no
// secrets out.
func SafeCell(s string) string {
	if first, _ := utf8.DecodeRuneInString(s); s != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) {
		return "'" + s
	}
	return s
}
