package batchsync

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Advice is what an error is known to mean.
type Advice struct {
	ID    string // of the rule, see [AdviceIDs]
	Means Text   // what it is, one sentence
	Next  Text   // what to do, one sentence
	Acts  []Act  // what of that the bot can do, or else where; what helps most first
	Line  string // of the message or the log, on which it rests; foreign text
}

const (
	maxAdvice      = 3   // pieces; more are no help
	maxAdviceLines = 500 // of a log, those that tell of errors
	maxAdviceBytes = 2 << 10
)

// AdviceIDs returns the id of every rule. It is the key of what the advice
// means; with _next behind it, that of what to do.
func AdviceIDs() []string {
	var out []string
	for _, r := range adviceRules() {
		out = append(out, r.id)
	}
	return out
}

// adviceBook is the rules, one expression each. It is made once and only read.
type adviceBook struct {
	rules    []adviceRule
	words    []*regexp.Regexp // of the rules, one each
	over     [][]int          // of each rule, those that say less of its line
	harmless *regexp.Regexp
}

var compiledAdvice = sync.OnceValue(func() adviceBook {
	b := adviceBook{rules: adviceRules(), harmless: asWords(harmless())}
	for _, r := range b.rules {
		b.words = append(b.words, asWords(r.patterns))
		var over []int
		for i, other := range b.rules {
			if slices.Contains(r.over, other.id) {
				over = append(over, i)
			}
		}
		b.over = append(b.over, over)
	}
	return b
})

// asWords matches any of the patterns, as whole words.
func asWords(patterns []string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)(?:^|[^\pL\pN_])(?:` + strings.Join(patterns, "|") + `)(?:$|[^\pL\pN_])`)
}

// Advise says what a failed run's message and log are known to mean, the most
// specific first and at most three. Every line of the message counts, of the
// log those that tell of an error; of errs the platform's program's kind of
// error too. What is not known gets no advice.
//
// Lines are kept as they are: the caller takes secrets out before.
func Advise(message, log string, errs ...error) []Advice {
	rules := compiledAdvice().rules
	found := make([]string, len(rules))
	for _, err := range errs {
		matchKind(err, found)
	}
	for line := range strings.SplitSeq(message, "\n") {
		match(line, found)
	}
	reader, lines := newLogReader(), 0
	for line := range strings.SplitSeq(log, "\n") {
		if lines == maxAdviceLines {
			break
		}
		reader.read(line)
		if _, bad, alarm := reader.outcome(func(int) bool { return false }); bad || alarm {
			match(line, found)
			lines++
		}
	}
	var out []Advice
	for i, r := range rules {
		if found[i] != "" && len(out) < maxAdvice {
			out = append(out, Advice{ID: r.id, Means: T(TextKey(r.id)), Next: T(TextKey(r.id + "_next")), Acts: r.acts, Line: found[i]})
		}
	}
	return out
}

// match keeps the line for every rule it is the first of.
func match(line string, found []string) {
	book := compiledAdvice()
	line = line[:min(len(line), maxAdviceBytes)]
	read := book.harmless.ReplaceAllString(line, " ")
	var less []int
	for i, words := range book.words {
		if slices.Contains(less, i) || !words.MatchString(read) {
			continue
		}
		less = append(less, book.over[i]...)
		if found[i] == "" {
			found[i] = excerpt(line)
		}
	}
}
