package inventory

import "strings"

// ranks of a match, best first.
const (
	rankExact = iota
	rankPrefix
	rankWord
	rankInside
	ranks
)

// Match is type-ahead: the indexes of at most n names that contain query,
// ignoring case. Exact matches come first, then names that begin with it, then
// those with a word that does (after one of "_ . / -" or a space), then the
// rest; within a rank the order of names is kept. An empty query matches
// everything.
func Match(query string, names []string, n int) []int {
	if n <= 0 {
		return nil
	}
	q := strings.ToLower(strings.TrimSpace(query))
	var found [ranks][]int
	for i, name := range names {
		rank := rankOf(q, strings.ToLower(name))
		if rank < ranks && len(found[rank]) < n {
			found[rank] = append(found[rank], i)
		}
		if len(found[rankExact]) == n {
			break
		}
	}
	var out []int
	for _, f := range found {
		out = append(out, f[:min(len(f), n-len(out))]...)
	}
	return out
}

// rankOf sorts one lower-case name; ranks when it does not contain q.
func rankOf(q, name string) int {
	at := strings.Index(name, q)
	switch {
	case at < 0:
		return ranks
	case len(name) == len(q):
		return rankExact
	case at == 0:
		return rankPrefix
	}
	for from := at; ; {
		if strings.IndexByte("_./- ", name[from-1]) >= 0 {
			return rankWord
		}
		next := strings.Index(name[from+1:], q)
		if next < 0 {
			return rankInside
		}
		from += 1 + next
	}
}
