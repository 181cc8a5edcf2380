package batchsync

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// lineWord is what stands between two spaces of a line: an arrow, KEY=VALUE, or
// names in a list.
type lineWord struct {
	from, to int    // its place in the line, in bytes
	arrow    string // "->" or "=>"
	key      string
	keyed    bool // key and value, no names
	value    linePart
	list     [][]linePart // split at commas, then at dots
	bad      bool         // already told to be wrong
}

// linePart is a name or a value.
type linePart struct {
	text     string
	quoted   bool
	from, to int // its place in the line
}

// open reports whether the part leaves its question open.
func (p linePart) open() bool { return !p.quoted && p.text == "?" }

// plain is the word if it can be one of the language.
func (w lineWord) plain() (string, bool) {
	if w.bad || w.keyed || len(w.list) != 1 || len(w.list[0]) != 1 || w.list[0][0].quoted {
		return "", false
	}
	return w.list[0][0].text, true
}

// dotted reports whether the word can only name tables.
func (w lineWord) dotted() bool { return len(w.list) > 1 || len(w.list) == 1 && len(w.list[0]) > 1 }

// lineReader takes words from a line, in one pass.
type lineReader struct {
	line     string
	at       int
	problems lineProblems
}

// words are all words of the line.
func (r *lineReader) words() []lineWord {
	var out []lineWord
	for r.skipSpace(); r.at < len(r.line); r.skipSpace() {
		w := lineWord{from: r.at}
		if arrow, size := arrowAt(r.line[r.at:]); size > 0 {
			w.arrow, r.at = arrow, r.at+size
		} else {
			r.word(&w)
		}
		w.to = r.at
		out = append(out, w)
	}
	return out
}

// word reads names, or the key and its value.
func (r *lineReader) word(w *lineWord) {
	var names []linePart
	for !w.bad {
		first := len(w.list) == 0 && len(names) == 0
		part := r.part(w, first)
		switch c, size := r.peek(); {
		case w.bad:
		case first && c == '=' && !part.quoted && !r.atArrow():
			r.at += size
			w.key, w.keyed = part.text, true
			r.value(w)
			return
		case c == '.':
			r.at += size
			names = append(names, part)
		case r.atComma():
			w.list, names = append(w.list, append(names, part)), nil
		default:
			w.list = append(w.list, append(names, part))
			return
		}
	}
}

// atComma goes past a comma and the spaces around it.
func (r *lineReader) atComma() bool {
	start := r.at
	r.skipSpace()
	if c, size := r.peek(); c == ',' || c == '，' {
		r.at += size
		r.skipSpace()
		return true
	}
	r.at = start
	return false
}

// part reads one name up to what ends it.
func (r *lineReader) part(w *lineWord, key bool) linePart {
	start := r.at
	if text, quoted := r.quoted(w); quoted {
		end := r.at
		if c, size := r.peek(); size > 0 && !unicode.IsSpace(c) && !strings.ContainsRune(".,，", c) && !r.atArrow() {
			r.stray(w)
		}
		return linePart{text, true, start, end}
	}
	for {
		c, size := r.peek()
		if size == 0 || unicode.IsSpace(c) || strings.ContainsRune(".,，", c) || key && c == '=' || r.atArrow() {
			return linePart{r.line[start:r.at], false, start, r.at}
		}
		if isQuote(c) || c == '`' {
			r.stray(w)
			return linePart{}
		}
		r.at += size
	}
}

// value reads what stands behind the equals sign, up to a space.
func (r *lineReader) value(w *lineWord) {
	if text, quoted := r.quoted(w); quoted {
		w.value = linePart{text: text, quoted: true}
		if c, size := r.peek(); size > 0 && !unicode.IsSpace(c) {
			r.stray(w)
		}
		return
	}
	start := r.at
	for {
		c, size := r.peek()
		if size == 0 || unicode.IsSpace(c) {
			w.value.text = r.line[start:r.at]
			return
		}
		if isQuote(c) {
			r.stray(w)
			return
		}
		r.at += size
	}
}

// quoted reads a text in quotes, if one begins here.
func (r *lineReader) quoted(w *lineWord) (string, bool) {
	opener, size := r.peek()
	closers := closing(opener)
	if size == 0 || closers == "" {
		return "", false
	}
	start := r.at
	r.at += size
	var text strings.Builder
	for {
		c, size := r.peek()
		if size == 0 {
			if !w.bad {
				r.problems.add(r.line[start:], T("oneline.unclosed"))
			}
			w.bad = true
			return "", true
		}
		r.at += size
		ahead, n := r.peek()
		switch {
		case c == '\\' && n > 0 && (ahead == '\\' || strings.ContainsRune(closers, ahead)):
			text.WriteRune(ahead)
			r.at += n
		case strings.ContainsRune(closers, c):
			return text.String(), true
		default:
			text.WriteRune(c)
		}
	}
}

// closing are the quotes that can end what a quote begins.
func closing(opener rune) string {
	switch {
	case isQuote(opener):
		return "\"“”„"
	case opener == '\'' || opener == '‘' || opener == '’':
		return "'‘’"
	case opener == '`':
		return "`"
	}
	return ""
}

// stray tells of a quote in the middle of a word and goes past the word.
func (r *lineReader) stray(w *lineWord) {
	for {
		c, size := r.peek()
		if size == 0 || unicode.IsSpace(c) {
			break
		}
		r.at += size
	}
	if !w.bad {
		r.problems.add(r.line[w.from:r.at], T("oneline.stray_quote"))
	}
	w.bad = true
}

func (r *lineReader) skipSpace() {
	for c, size := r.peek(); size > 0 && unicode.IsSpace(c); c, size = r.peek() {
		r.at += size
	}
}

func (r *lineReader) atArrow() bool {
	_, size := arrowAt(r.line[r.at:])
	return size > 0
}

// peek is the next character; of size 0 at the end.
func (r *lineReader) peek() (rune, int) {
	if r.at >= len(r.line) {
		return 0, 0
	}
	return utf8.DecodeRuneInString(r.line[r.at:])
}

// arrowAt reads an arrow: as it is typed, or as the single characters that
// clients put in its place.
func arrowAt(s string) (arrow string, size int) {
	for _, sign := range []string{"->", "→", "⟶", "➔"} {
		if strings.HasPrefix(s, sign) {
			return "->", len(sign)
		}
	}
	for _, sign := range []string{"=>", "⇒", "⟹"} {
		if strings.HasPrefix(s, sign) {
			return "=>", len(sign)
		}
	}
	return "", 0
}
