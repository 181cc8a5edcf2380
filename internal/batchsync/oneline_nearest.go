package batchsync

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// maxCompared is in characters: what is typed wrong further behind is told from
// its neighbours by its beginning.
const maxCompared = 40

// nearest are the names that were most likely meant, three at most: those that
// begin with what was typed, and those a few letters away. Letter case does not
// count.
func nearest(typed string, names []string) []string {
	type near struct {
		name     string
		distance int
	}
	from := compared(typed)
	limit := max(2, len(from)/3)
	var found []near
	for _, name := range names {
		to := compared(name)
		distance := letters(from, to, limit)
		if len(from) > 2 && len(to) > len(from) && slices.Equal(to[:len(from)], from) {
			distance = 1
		}
		if distance <= limit && distance < max(len(from), len(to)) {
			found = append(found, near{name, distance})
		}
	}
	slices.SortStableFunc(found, func(a, b near) int { return a.distance - b.distance })
	var out []string
	for _, f := range found[:min(len(found), maxNearest)] {
		out = append(out, f.name)
	}
	return out
}

func compared(s string) []rune {
	if n := maxCompared * utf8.UTFMax; len(s) > n {
		s = s[:n]
	}
	runes := []rune(strings.ToLower(s))
	return runes[:min(len(runes), maxCompared)]
}

// letters counts the letters to change, add, leave out or swap with their
// neighbour to make a of b; more than limit may be counted as any such number.
func letters(a, b []rune, limit int) int {
	if max(len(a)-len(b), len(b)-len(a)) > limit {
		return limit + 1
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range a {
		row[0] = i + 1
		least := row[0]
		for j := range b {
			change := last[j]
			if a[i] != b[j] {
				change++
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, change)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
			least = min(least, row[j+1])
		}
		if least > limit {
			return limit + 1
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

// matches reports whether a name fits a pattern, in which * stands for any
// characters, also none.
func matches(pattern, name string) bool {
	pieces := strings.Split(pattern, "*")
	if len(pieces) == 1 {
		return pattern == name
	}
	first, last := pieces[0], pieces[len(pieces)-1]
	rest, ok := strings.CutPrefix(name, first)
	if !ok {
		return false
	}
	if rest, ok = strings.CutSuffix(rest, last); !ok {
		return false
	}
	for _, piece := range pieces[1 : len(pieces)-1] {
		if _, rest, ok = strings.Cut(rest, piece); !ok {
			return false
		}
	}
	return true
}
