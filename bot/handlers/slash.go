package handlers

import (
	"context"
	"time"
)

// now is the time stored with what a request changes.
func now() time.Time { return time.Now().UTC() }

func (b *Bot) help(ctx context.Context, o origin, topic string) {
	b.tell(ctx, o, b.printer(o.User).Help(topic))
}

// mentioned answers being called by name with what can be done.
func (b *Bot) mentioned(ctx context.Context, in mention) {
	if b.seen(in.origin) {
		return
	}
	b.tell(ctx, in.origin, b.printer(in.User).Help(""))
}

// nearest is the command a mistyped word most likely meant, "" when none is
// close.
func nearest(word string) string {
	best, bestDistance := "", 3
	for _, v := range verbs() {
		if d := distance(word, v.word); d < bestDistance {
			best, bestDistance = v.word, d
		}
	}
	return best
}

// distance counts the single-character edits between two short words.
func distance(a, b string) int {
	ra, rb := []rune(a), []rune(b)
	if len(ra) > 40 {
		return len(ra)
	}
	row := make([]int, len(rb)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(ra); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(rb); j++ {
			cost := 1
			if ra[i-1] == rb[j-1] {
				cost = 0
			}
			diagonal, row[j] = row[j], min(row[j]+1, row[j-1]+1, diagonal+cost)
		}
	}
	return row[len(rb)]
}
