package redact

import "strings"

// longUser is the length from which a user without a password is taken for a
// token.
const longUser = 16

// urls finds users and passwords of addresses. A password may have in it what ends
// the host elsewhere, so it reaches to the last at sign; that of an address with a
// port and a mail address behind it is taken for a password, too.
func urls(s, _ string) []span {
	var out []span
	end, last := 0, 0 // of the text without spaces that was looked at, and its last at sign
	for i := 1; i < len(s); i++ {
		if s[i] != ':' || !isName(s[i-1]) {
			continue
		}
		at := behindSlashes(s, i+1)
		if at < 0 {
			continue
		}
		if at >= end {
			end = token(s, at, inText)
			last = at + strings.LastIndexByte(s[at:end], '@')
		}
		if last <= at {
			continue
		}
		user := s[at:last]
		host := user
		if slash := strings.IndexAny(user, "/?#"); slash >= 0 {
			host = user[:slash]
		}
		if strings.Contains(host, ":") || host == user && len(user) >= longUser {
			out = append(out, span{at, last})
		}
	}
	return out
}

// behindSlashes is the place behind the two slashes at s[at], which may be escaped
// as in JSON; -1 without.
func behindSlashes(s string, at int) int {
	for range 2 {
		at += backslashes(s, at)
		if at >= len(s) || s[at] != '/' {
			return -1
		}
		at++
	}
	return at
}
