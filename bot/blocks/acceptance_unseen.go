package blocks

import (
	"slices"

	"batchsync/internal/batchsync"
)

const (
	maxObstacles = 3   // different ones behind a check
	maxObstacle  = 300 // of one, in units of Slack; those of the bot itself are shorter
)

// obstacle is why something is not known, and of which tables.
type obstacle struct {
	batchsync.Problem // as it was with the first of them
	tables            []string
}

// obstacles say why a check could not see what it is about, each once, with what
// helps: most tables that cannot be read share a reason.
func (p Printer) obstacles(tables []batchsync.AcceptanceTable, c batchsync.CheckName) []mark {
	all := obstaclesOf(tables, c)
	var out []mark
	for _, r := range all[:min(len(all), maxObstacles)] {
		out = append(out, mark(cutMark(p.obstacle(r, len(tables)), maxObstacle)))
	}
	if rest := len(all) - len(out); rest > 0 {
		out = append(out, p.say("list.more", number(rest)))
	}
	return out
}

func (p Printer) obstacle(r obstacle, of int) mark {
	text := join([]mark{p.sentence(r.Text, false), p.hint(r.Hint, false)}, " ")
	if r.Code == batchsync.CodeRefused { // the only one whose cause nobody but the other side can tell
		text = join([]mark{text, p.shortName(r.Detail)}, " ")
	}
	switch {
	case of == 1:
		return text
	case len(r.tables) == 1:
		return p.say("problem.at", p.shortName(r.tables[0]), text)
	}
	return p.say("problem.at", p.say("examined.of_tables", number(len(r.tables)), number(of)), text)
}

// obstaclesOf gathers what kept figures of tables from being known; that of
// counts is told with the rows, that of columns alone with the types.
func obstaclesOf(tables []batchsync.AcceptanceTable, c batchsync.CheckName) []obstacle {
	var out []obstacle
	add := func(table string, pr *batchsync.Problem, counted, described bool) {
		unseen := c == batchsync.CheckRows && !counted || c == batchsync.CheckTypes && counted && !described
		if pr == nil || !unseen || pr.Text.IsZero() || pr.Text.Key == nothingTold {
			return
		}
		i := slices.IndexFunc(out, func(r obstacle) bool { return sameObstacle(r.Problem, *pr) })
		if i < 0 {
			i, out = len(out), append(out, obstacle{Problem: *pr})
		}
		if !slices.Contains(out[i].tables, table) { // one table may be in several pairs
			out[i].tables = append(out[i].tables, table)
		}
	}
	for _, t := range tables {
		add(t.Pair.Source, t.Source.Problem, t.Source.How != batchsync.CountedNot, len(t.Source.Columns) > 0)
		add(t.Pair.Sink, t.Target.Problem, t.Target.Rows >= 0, len(t.Target.Columns) > 0)
	}
	return out
}

// nothingTold is the problem of a target that was not told of, which the check
// itself says in these words.
const nothingTold = batchsync.TextKey("judged.target_unknown")

func sameObstacle(a, b batchsync.Problem) bool {
	return a.Text.Key == b.Text.Key && slices.Equal(a.Text.Args, b.Text.Args) && a.Hint.Key == b.Hint.Key
}
