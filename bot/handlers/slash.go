package handlers

import (
	"context"
	"strings"
	"time"
)

// now is the time stored with what a request changes.
func now() time.Time { return time.Now().UTC() }

// help explains a command, or all of them.
func (b *Bot) help(ctx context.Context, o origin, topic string) {
	topic = strings.ToLower(strings.TrimSpace(topic))
	if _, known := b.verbOf(topic); !known {
		b.tell(ctx, o, b.printerOf(o).UnknownCommand(topic, nearest(topic)))
		return
	}
	b.tell(ctx, o, b.printerOf(o).Help(topic))
}

// nearest is the command a mistyped word most likely meant, "" when none is
// close: at most a third of the word may be wrong.
func nearest(word string) string {
	best, bestDistance := "", 3
	for _, v := range verbs() {
		if d := distance(word, v.word); d < bestDistance && 3*d <= len([]rune(word)) {
			best, bestDistance = v.word, d
		}
	}
	return best
}

// distance counts the single-character edits between two short words; two
// neighbours in each other's place are one.
func distance(a, b string) int {
	ra, rb := []rune(a), []rune(b)
	if len(ra) > 40 {
		return len(ra)
	}
	before, last, row := make([]int, len(rb)+1), make([]int, len(rb)+1), make([]int, len(rb)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(ra); i++ {
		before, last, row = last, row, before
		row[0] = i
		for j := 1; j <= len(rb); j++ {
			cost := 1
			if ra[i-1] == rb[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && ra[i-1] == rb[j-2] && ra[i-2] == rb[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
	}
	return row[len(rb)]
}
