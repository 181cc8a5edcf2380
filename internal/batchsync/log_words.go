package batchsync

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxLogLine is how much of one line of a log is looked at, in bytes.
const maxLogLine = 64 << 10

// sense is what a word of a log says about how something went.
type sense byte

const (
	saysNothing sense = iota
	saysGood
	saysBad
	saysAlarm // bad, whatever good words stand beside it: a level
)

// logWords are the words that say how something went. The wording of the
// platform's logs is not documented; this is what there is to be extended.
func logWords() map[string]sense {
	out := map[string]sense{}
	for says, words := range map[sense]string{
		saysAlarm: "error fatal severe critical",
		saysBad:   "failed failure failures fail fails errors exception exceptions aborted denied refused unsuccessful",
		saysGood:  "success successful successfully succeeded",
	} {
		for word := range strings.FieldsSeq(words) {
			out[word] = says
		}
	}
	return out
}

// logWordPart is a part of a word that says how something went.
type logWordPart struct {
	part []byte
	end  bool // only at a word's end
	says sense
}

// logWordParts are for names of exceptions and for Chinese, which has no
// spaces. The first that is found decides.
func logWordParts() []logWordPart {
	return []logWordPart{
		{[]byte("exception"), true, saysBad},
		{[]byte("error"), true, saysBad},
		{[]byte("未成功"), false, saysBad},
		{[]byte("失败"), false, saysBad},
		{[]byte("错误"), false, saysBad},
		{[]byte("异常"), false, saysBad},
		{[]byte("成功"), false, saysGood},
	}
}

// Words that take the sense out of the one behind them, and out of the one
// before them when a colon or an equals sign is between.
const (
	wordsBefore = " 0 no not never without zero partial partially "
	wordsBehind = " 0 false no none null nil "
)

// token is a word, a punctuation character or a dot that joins two words.
type token struct {
	from, to int  // in the lower-case text
	word     bool // false: punctuation
	says     sense
}

// logReader reads one line after the other. It is used again and again, because
// logs have a million lines.
type logReader struct {
	words  map[string]sense
	parts  []logWordPart
	text   []byte // the line in lower case
	tokens []token
}

func newLogReader() *logReader { return &logReader{words: logWords(), parts: logWordParts()} }

// read splits a line into tokens. Quotes and brackets around names are left
// out, spaces too; a hyphen inside a word belongs to it.
func (l *logReader) read(line string) {
	if len(line) > maxLogLine {
		line = line[:maxLogLine]
	}
	l.text, l.tokens = l.text[:0], l.tokens[:0]
	for _, r := range line {
		if r < utf8.RuneSelf {
			if 'A' <= r && r <= 'Z' {
				r += 'a' - 'A'
			}
			l.text = append(l.text, byte(r))
			continue
		}
		l.text = utf8.AppendRune(l.text, unicode.ToLower(r))
	}
	for at := 0; at < len(l.text); {
		r, size := l.runeAt(at)
		switch {
		case inWord(r):
			end := l.wordEnd(at)
			l.tokens = append(l.tokens, token{from: at, to: end, word: true, says: l.sense(l.text[at:end])})
			at = end
			continue
		case r == '.' && !l.joins(at), aroundName(r), unicode.IsSpace(r):
		default:
			l.tokens = append(l.tokens, token{from: at, to: at + size})
		}
		at += size
	}
}

func (l *logReader) runeAt(at int) (rune, int) {
	if at >= len(l.text) {
		return ' ', 1
	}
	if b := l.text[at]; b < utf8.RuneSelf {
		return rune(b), 1
	}
	return utf8.DecodeRune(l.text[at:])
}

func (l *logReader) wordEnd(at int) int {
	for at < len(l.text) {
		r, size := l.runeAt(at)
		if next, _ := l.runeAt(at + size); !inWord(r) && (r != '-' || !inWord(next)) {
			break
		}
		at += size
	}
	return at
}

// joins reports whether a dot stands between two names.
func (l *logReader) joins(at int) bool {
	before := at > 0 && !unicode.IsSpace(rune(l.text[at-1]))
	next, _ := l.runeAt(at + 1)
	return before && (inWord(next) || aroundName(next))
}

func inWord(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '_' || r == '$'
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}

func aroundName(r rune) bool { return r == '`' || r == '"' || r == '\'' || r == '[' || r == ']' }

func (l *logReader) sense(word []byte) sense {
	if s, ok := l.words[string(word)]; ok {
		return s
	}
	if len(word) < len("error") || bytes.ContainsAny(word, "_-$") {
		return saysNothing // a name
	}
	for _, p := range l.parts {
		if p.end && bytes.HasSuffix(word, p.part) || !p.end && bytes.Contains(word, p.part) {
			return p.says
		}
	}
	return saysNothing
}

// speaks reports whether any word of the line says how something went.
func (l *logReader) speaks() bool {
	for _, t := range l.tokens {
		if t.says != saysNothing {
			return true
		}
	}
	return false
}

// outcome sums up what the words of the line say, without those that are part
// of a name and those that are taken back ("0 failed", "error: none").
func (l *logReader) outcome(isName func(token int) bool) (good, bad, alarm bool) {
	for i, t := range l.tokens {
		if t.says == saysNothing || isName(i) || l.takenBack(i) {
			continue
		}
		switch {
		case t.says == saysGood && l.denied(i):
			bad = true
		case t.says == saysGood:
			good = true
		case l.denied(i):
		case t.says == saysAlarm:
			alarm = true
		default:
			bad = true
		}
	}
	return good, bad, alarm
}

// takenBack reports whether the word before says no.
func (l *logReader) takenBack(i int) bool { return i > 0 && l.isOne(i-1, wordsBefore) }

// denied reports whether the value behind says no, as in "failed rows = 0", or
// is empty.
func (l *logReader) denied(i int) bool {
	for at := i + 1; at <= i+2 && at+1 < len(l.tokens); at++ {
		if l.is(at, ":") || l.is(at, "=") {
			return l.isOne(at+1, wordsBehind) || l.is(at+1, ",") || l.is(at+1, "}")
		}
	}
	return false
}

func (l *logReader) is(i int, s string) bool {
	return string(l.text[l.tokens[i].from:l.tokens[i].to]) == s
}

func (l *logReader) isOne(i int, words string) bool {
	t := l.tokens[i]
	return t.word && t.to-t.from < 10 && strings.Contains(words, " "+string(l.text[t.from:t.to])+" ")
}
