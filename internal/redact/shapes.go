package redact

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// shape is what a kind of secret looks like. A text with one contains, in lower
// case, a word of every list in need; looking for them first spares ordinary text
// the search. Lower is s with lower-case letters of ASCII.
type shape struct {
	need [][]string
	find func(s, lower string) []span
}

func (p shape) mayMatch(lower string) bool {
	for _, words := range p.need {
		if !slices.ContainsFunc(words, func(word string) bool { return strings.Contains(lower, word) }) {
			return false
		}
	}
	return true
}

// secretKey is the end of a key whose value is a secret. "token_count" does
// not end so, "accessToken" does. The short words must stand alone, as in
// "db_pass" but not "bypass".
const (
	secretKey = `(?:` + longKey + `|(?:\b|_)` + shortKey + `)`
	longKey   = `(?:password|passwd|passphrase|secret(?:[_-]?(?:access[_-]?)?key)?|token|api[_-]?key|` +
		`access[_-]?key(?:[_-]?(?:id|secret))?|private[_-]?key|credentials?|密码|密碼|口令|密钥|令牌)`
	shortKey = `(?:pass|pwd|pat)`
	// sign stands between a key and its value: what closes the key in JSON, in code
	// and in markup, and an equals sign or a colon as they are written somewhere.
	sign   = "[\\\\\"'`*)\\]]*" + equals
	equals = `\s*(?:[:=：＝]|%(?:25)*3[ad])(?:[:=>：＝]|%(?:25)*3[ade])*\**\s*`
	// element is the beginning of an XML element with a secret in it.
	element = `[\w:.-]*` + secretKey + `(?:\s[^<>&\\]*)?`
)

// longWords are what a longKey begins with.
func longWords() []string {
	return []string{"pass", "secret", "token", "api", "access", "private", "credential", "密", "口令", "令牌"}
}

func shortWords() []string { return []string{"pass", "pwd", "pat"} }

// shapes compiles once; a package variable would be in reach of everybody.
var shapes = sync.OnceValue(func() []shape { return slices.Concat(tokens(), addresses(), pairs()) })

// tokens are secrets that are known by themselves.
func tokens() []shape {
	return []shape{
		matches(`-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)`, "private key"),
		matches(`\bxox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{6,}`, "xox"),
		matches(`\bxapp-[A-Za-z0-9-]{6,}`, "xapp-"),
		matches(`\bczt_[A-Za-z0-9_.-]{4,}`, "czt_"),
		matches(`(?i)\bpat[_-][a-z0-9]{16,}`, "pat_", "pat-"),
		matches(`\beyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)?`, "eyj"),
		matches(`\b(?:AKIA|ASIA)[0-9A-Z]{12,}|\bLTAI[0-9A-Za-z]{12,}|\bAKID[0-9A-Za-z]{12,}`, "aki", "asia", "ltai"),
		matches(`(?i)\bbearer\s+([a-z0-9._~+/=-]{16,})`, "bearer"),
		behind(`authorization`+sign+`[\["'\\\s]*(?:(?:bearer|basic|token|digest|apikey)\s+)?`, bare, "authorization"),
	}
}

// addresses are those with a secret in them.
func addresses() []shape {
	return []shape{
		// With values in quotes or braces, which may have spaces, and such names of properties.
		matches(`(?i)\bjdbc:(?:=\\+"[^"]*"?|="(?:[^"\\]|\\.)*"?|='[^']*'?|=\{[^}]*\}?|;[\w .-]+=|[^\s"'<>])+`, "jdbc:"),
		matches(`(?i)\bhooks\.slack(?:-gov)?\.com(?:\\*/|%(?:25)*2f)([^\s"'<>|]+)`, "hooks."),
		matches(`/(?:commands|actions)/([TE][A-Z0-9]+/[0-9]+/[A-Za-z0-9]+)`, "/commands/", "/actions/"),
		{[][]string{{"/"}, {":"}, {"@"}}, urls},
		matches(`([^\s:@/"'(]+:\S*)@(?:tcp|udp|unix)\(`, "@tcp(", "@udp(", "@unix("),
		// Oracle's user/password@//host and user/password@host:port/service.
		matches(`([\w$#.-]+/(?:"[^"\n]*"|[^\s"'<>]*))@//`, "@//"),
		matches(`([\w$#.-]+/(?:"[^"\n]*"|[^\s"'<>/@]+))@[\w.-]+:\d{2,5}[/:][\w$#]`, "@").and("/"),
	}
}

// pairs are values that are secrets because of the key beside them.
func pairs() []shape {
	words := append(longWords(), shortWords()...)
	return []shape{
		behind(longKey+sign, value, longWords()...),
		behind(shortKey+sign, standing(value), shortWords()...),
		behind(`--(?:(?:[a-z_][\w-]{0,39}?)?`+longKey+`|`+shortKey+`)\s+`, noFlag, "--").and(words...),
		behind(longKey+`\\*["'][^{}<>\n]{0,40}?\bvalue`+sign, value, longWords()...).and("value"),
		// SQL. "Identified by" is also what people write.
		behind(`identified\s+(?:with\s+\S+\s+)?(?:by|as)\s+(?:password\s+)?`, inQuotes, "identified"),
		matches(`(?:IDENTIFIED\s+BY|(?i:\b(?:user|role|to|link)\s+\S+\s+identified\s+by))\s+([^\s"';]+)`, "identified"),
		behind(`(?:password|passwd|pwd)(?:\s*\(\s*|\s+)`, inQuotes, "passw", "pwd"),
		// XML, also where it was escaped for HTML or JSON.
		matches(`(?i)(?:<`+element+`|=\s*["'][\w:.-]*`+secretKey+`["'][^<>]*)>(?:\s*<!\[CDATA\[)?([^<]*)</`, "</").and(words...),
		matches(`(?i)<`+element+`>(\w[^<\n]*)`, "<").and(words...),
		matches(`(?i)&lt;`+element+`&gt;([^\n]*?)&lt;/|\\u003c`+element+`\\u003e([^\n]*?)\\u003c/`, "&lt;", `\u003c`).and(words...),
	}
}

// and is the shape in texts that have one of the words, too.
func (p shape) and(words ...string) shape {
	p.need = append(p.need, words)
	return p
}

// matches finds the group of an expression that took part, or all of it where it
// has none, in texts with one of the words.
func matches(expr string, words ...string) shape {
	re := regexp.MustCompile(expr)
	return shape{[][]string{words}, func(s, _ string) []span {
		var out []span
		for _, m := range re.FindAllStringSubmatchIndex(s, -1) {
			at := 0
			for i := 2; i < len(m); i += 2 {
				if m[i] >= 0 {
					at = i
				}
			}
			if m[at] < m[at+1] {
				out = append(out, span{m[at], m[at+1]})
			}
		}
		return out
	}}
}

// taker finds the secret that begins at s[at], behind a key that begins at s[key];
// an empty span is none.
type taker func(s string, key, at int) span

// behind finds what take makes of the text behind every match that begins with one
// of the words. A match in what was taken before counts where it reaches further.
func behind(expr string, take taker, words ...string) shape {
	re := regexp.MustCompile(`\A(?i:` + expr + `)`)
	return shape{nil, func(s, lower string) []span {
		var out []span
		taken, wide := 0, 0 // up to where anything was taken, and the last of what is in brackets
		for _, key := range places(lower, words) {
			m := re.FindStringIndex(s[key:])
			if m == nil {
				continue
			}
			at := key + m[1]
			if at == len(s) || at < taken && (taken == len(s) || !reaches(s, key, at, taken, wide)) {
				continue
			}
			if v := take(s, key, at); v.from < v.to {
				out = append(out, v)
				taken = max(taken, v.to)
				if isWide(s, at) {
					wide = v.to
				}
			}
		}
		return out
	}}
}

// reaches reports whether the value at s[at] may end behind s[:taken], which it
// begins in. What stands in brackets within others is not looked at, and what ends
// at a space does not: reading all of it for every key would take too long.
func reaches(s string, key, at, taken, wide int) bool {
	if isWide(s, at) {
		return at >= wide
	}
	if n := backslashes(s, at); at+n < len(s) && isQuote(s[at+n]) {
		_, after := quoted(s, at+n+1, s[at+n], n)
		return after > taken
	}
	return property(s, listOf(s, key), at) > taken
}

// places are where the words begin, in order.
func places(lower string, words []string) []int {
	var out []int
	for _, word := range words {
		for at := 0; ; at++ {
			i := strings.Index(lower[at:], word)
			if i < 0 {
				break
			}
			at += i
			out = append(out, at)
		}
	}
	slices.Sort(out)
	return out
}

// standing takes what is behind a key that is no end of another word.
func standing(take taker) taker {
	return func(s string, key, at int) span {
		if key > 0 && isName(s[key-1]) && strings.IndexByte("_.-", s[key-1]) < 0 {
			return span{}
		}
		return take(s, key, at)
	}
}

// noFlag takes the value of a flag, but not another flag.
func noFlag(s string, key, at int) span {
	if s[at] == '-' {
		return span{}
	}
	return value(s, key, at)
}

// inQuotes takes a value that stands in quotes.
func inQuotes(s string, key, at int) span {
	if n := backslashes(s, at); at+n < len(s) && isQuote(s[at+n]) {
		return value(s, key, at)
	}
	return span{}
}
