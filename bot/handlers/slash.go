package handlers

import (
	"context"
	"time"
)

// now is the time stored with what a request changes.
func now() time.Time { return time.Now().UTC() }

// commands are the words after /batchsync, in the order of the help text.
var commands = map[string]func(*Bot, context.Context, slash){
	"new":  (*Bot).newSync,
	"help": (*Bot).help,
	"":     (*Bot).help,
}

// command carries out a slash command. Slack may deliver one twice.
func (b *Bot) command(ctx context.Context, in slash) {
	run, known := commands[in.Command]
	if !known {
		b.tell(ctx, in.origin, b.printer(in.User).UnknownCommand(in.Command, nearest(in.Command)))
		return
	}
	run(b, ctx, in)
}

func (b *Bot) help(ctx context.Context, in slash) {
	b.tell(ctx, in.origin, b.printer(in.User).Help(in.Rest))
}

func (b *Bot) newSync(ctx context.Context, in slash) {
	b.openWizard(ctx, in.origin, "")
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
	for name := range commands {
		if name == "" {
			continue
		}
		if d := distance(word, name); d < bestDistance || d == bestDistance && name < best {
			best, bestDistance = name, d
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
