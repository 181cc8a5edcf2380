// Package redact takes secrets out of text that leaves the process: log
// records and everything shown in Slack.
//
// Two things are replaced: the secrets the process was told about, wherever
// they occur, and whatever has the shape of a secret (tokens, connection
// strings, passwords next to their key). Text without either is returned as
// it is. Too much is taken out rather than too little.
package redact

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
)

// Mask stands where a secret was.
const Mask = "[redacted]"

// minSecret is the length from which a configured value is taken for a secret;
// replacing shorter ones would tear ordinary words apart.
const minSecret = 6

// Redactor replaces secrets. A nil one knows the patterns only. It is safe for
// use by many goroutines.
type Redactor struct{ literals *strings.Replacer }

// New makes a redactor that also replaces the given secrets, in plain, JSON and
// URL spelling. Those below six bytes are ignored.
func New(secrets ...string) *Redactor {
	var all []string
	for _, s := range secrets {
		s = strings.TrimSpace(s)
		if len(s) >= minSecret && !strings.Contains(Mask, s) {
			all = append(all, spellings(s)...)
		}
	}
	if len(all) == 0 {
		return &Redactor{}
	}
	// The longest first, so that no rest of it stays behind.
	slices.SortFunc(all, func(a, b string) int { return len(b) - len(a) })
	var pairs []string
	for _, s := range slices.Compact(all) {
		pairs = append(pairs, s, Mask)
	}
	return &Redactor{literals: strings.NewReplacer(pairs...)}
}

func spellings(s string) []string {
	out := []string{s, url.QueryEscape(s), url.PathEscape(s)}
	if b, err := json.Marshal(s); err == nil {
		out = append(out, string(b[1:len(b)-1]))
	}
	return out
}

// passes bounds the search for more: taking one secret out may leave text that
// looks like another.
const passes = 8

// String returns s without secrets. Redacting twice changes nothing more.
func (r *Redactor) String(s string) string {
	for range passes {
		next := r.once(s, 0)
		if next == s {
			break
		}
		s = next
	}
	return s
}

// once masks what every shape finds in the same text: what one of them takes out
// may hold the key by which another knows its secret.
func (r *Redactor) once(s string, decoded int) string {
	if r != nil && r.literals != nil {
		s = r.literals.Replace(s)
	}
	lower := lowered(s)
	var found []span
	for _, p := range shapes() {
		if p.mayMatch(lower) {
			found = append(found, p.find(s, lower)...)
		}
	}
	return r.encoded(masked(s, found), decoded)
}

// lowered is s in lower case as far as ASCII goes, with every byte in its place.
func lowered(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r >= 'A' && r <= 'Z' }) {
		return s
	}
	out := []byte(s)
	for i, c := range out {
		if c >= 'A' && c <= 'Z' {
			out[i] = c + 'a' - 'A'
		}
	}
	return string(out)
}

// span is a secret in a text: s[from:to].
type span struct{ from, to int }

// masked is s with a mask for every span, those that touch being one.
func masked(s string, found []span) string {
	if len(found) == 0 {
		return s
	}
	slices.SortFunc(found, func(a, b span) int { return a.from - b.from })
	var out strings.Builder
	done := 0
	for i := 0; i < len(found); {
		from, to := found[i].from, found[i].to
		for i++; i < len(found) && found[i].from <= to; i++ {
			to = max(to, found[i].to)
		}
		out.WriteString(s[done:from])
		out.WriteString(Mask)
		done = to
	}
	out.WriteString(s[done:])
	return out.String()
}
