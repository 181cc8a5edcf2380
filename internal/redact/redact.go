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
	"regexp"
	"slices"
	"strings"
	"sync"
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
		next := r.once(s)
		if next == s {
			break
		}
		s = next
	}
	return s
}

func (r *Redactor) once(s string) string {
	if r != nil && r.literals != nil {
		s = r.literals.Replace(s)
	}
	lower := strings.ToLower(s)
	for _, p := range patterns() {
		if p.mayMatch(lower) {
			s = p.find.ReplaceAllString(s, p.put)
		}
	}
	return s
}

// pattern is the shape of a secret. A match contains one of the lower-case
// words in need; looking for them first spares ordinary text the search.
type pattern struct {
	find *regexp.Regexp
	put  string
	need []string
}

func (p pattern) mayMatch(lower string) bool {
	return slices.ContainsFunc(p.need, func(word string) bool { return strings.Contains(lower, word) })
}

// secretKey is the end of a key whose value is a secret. "token_count" does
// not end so, "accessToken" does. The short words must stand alone, as in
// "db_pass" but not "bypass".
const (
	secretKey = `(?:` + longKey + `|(?:\b|_)` + shortKey + `)`
	longKey   = `(?:password|passwd|passphrase|secret(?:[_-]?(?:access[_-]?)?key)?|token|api[_-]?key|` +
		`access[_-]?key(?:[_-]?(?:id|secret))?|private[_-]?key|credentials?)`
	shortKey = `(?:pass|pwd|pat)`
)

// patterns compiles once; a package variable would be in reach of everybody.
var patterns = sync.OnceValue(func() []pattern {
	p := func(find, put string, need ...string) pattern { return pattern{regexp.MustCompile(find), put, need} }
	key := func(find string) pattern {
		return p(find, "${1}"+Mask, "pass", "pwd", "secret", "token", "key", "credential", "pat")
	}
	return []pattern{
		p(`-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)`, Mask, "private key"),
		p(`\bxox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{6,}`, Mask, "xox"),
		p(`\bxapp-[A-Za-z0-9-]{6,}`, Mask, "xapp-"),
		p(`\bczt_[A-Za-z0-9_.-]{6,}`, Mask, "czt_"),
		p(`(?i)\bpat[_-][a-z0-9]{16,}`, Mask, "pat"),
		p(`\beyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)?`, Mask, "eyj"),
		p(`\b(?:AKIA|ASIA)[0-9A-Z]{12,}|\bLTAI[0-9A-Za-z]{12,}|\bAKID[0-9A-Za-z]{12,}`, Mask, "aki", "asia", "ltai"),
		p(`(?i)\bjdbc:[^\s"'<>]+`, Mask, "jdbc:"),
		p(`(?i)\bhooks\.slack(?:-gov)?\.com/[^\s"'<>|]+`, "hooks.slack.com/"+Mask, "hooks."),
		p(`/(commands|actions)/[TE][A-Z0-9]+/[0-9]+/[A-Za-z0-9]+`, "/$1/"+Mask, "/commands/", "/actions/"),
		p(`(?i)\b([a-z][a-z0-9+.-]*://)[^\s/?#:]*:[^\s/?#]*@`, "$1"+Mask+"@", "://"),
		p(`[^\s:@/"'(]+:[^\s"']*@(tcp|udp|unix)\(`, Mask+"@$1(", "@tcp(", "@udp(", "@unix("),
		p(`(?i)\b(authorization["']?\s*[:=]\s*["']?(?:(?:bearer|basic|token)\s+)?)[^\s"',]+`, "${1}"+Mask, "authorization"),
		p(`(?i)\b(bearer\s+)[a-z0-9._~+/=-]{16,}`, "${1}"+Mask, "bearer"),
		key(`(?i)(\\"[\w.-]*` + secretKey + `\\"\s*[:=]\s*\\")(?:[^"\\]|\\\\+[^"])*`),
		key(`(?i)(` + secretKey + `["']?\s*[:=]\s*")(?:[^"\\]|\\.)*`),
		key(`(?i)(` + secretKey + `["']?\s*[:=]\s*')(?:[^'\\]|\\.)*`),
		key(`(?i)(` + secretKey + `["']?\s*[:=]\s*)[^\s"'&\\]+`),
		key(`(?i)(--(?:[\w-]*` + longKey + `|` + shortKey + `)\s+)[^\s"'-][^\s"']*`),
	}
})
