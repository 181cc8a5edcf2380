package blocks

import (
	"cmp"
	"math/bits"
	"slices"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// drawAcceptance puts the figures of every table into a card, the worst first,
// with simpler drawings for workspaces that take no tables.
func (p Printer) drawAcceptance(m *Message, v AcceptanceView, around func(...slack.Block) []slack.Block) {
	tables := slices.Clone(v.Tables)
	slices.SortStableFunc(tables, func(a, b batchsync.AcceptanceTable) int {
		return cmp.Compare(verdictRank(verdictOf(a.Found)), verdictRank(verdictOf(b.Found)))
	})
	cells := [][]string{{p.word("grid.table"), p.word("grid.source_rows"), p.word("grid.target_rows"), p.word("grid.keys"), p.word("grid.verdict")}}
	for _, t := range tables {
		cells = append(cells, p.acceptanceCells(t))
	}
	p.draw(m, grid{id: v.block("grid"), caption: p.word("grid.acceptance_caption"), cells: cells}, func(left int, drawn ...slack.Block) []slack.Block {
		if left > 0 {
			drawn = append(drawn, contextLine(v.block("more"), p.say("delivery.more_tables", number(left))))
		}
		return around(drawn...)
	})
}

func (p Printer) acceptanceCells(t batchsync.AcceptanceTable) []string {
	return []string{p.cell(t.Pair.Sink, maxGridName), p.sourceRows(t.Source), p.targetRows(t.Target), p.keysCell(t), p.verdictCell(t.Found)}
}

// sourceRows is how many rows the source has, and how that is known.
func (p Printer) sourceRows(s batchsync.SourceFigures) string {
	switch {
	case s.How == batchsync.CountedNot || s.Rows < 0:
		return p.word("grid.unknown")
	case s.How == batchsync.CountedEstimated:
		return p.format("grid.estimate", []any{grouped(s.Rows)})
	case s.How == batchsync.CountedPerson:
		return p.format("grid.given", []any{grouped(s.Rows)})
	}
	return grouped(s.Rows)
}

func (p Printer) targetRows(t batchsync.TargetFigures) string {
	switch {
	case !t.Exists && t.Problem == nil:
		return p.word("grid.no_table")
	case t.Rows < 0 || !t.Exists:
		return p.word("grid.unknown")
	}
	return grouped(t.Rows)
}

// keysCell is in how many of the rows the key fields are set, and how many rows
// have the key of another one.
func (p Printer) keysCell(t batchsync.AcceptanceTable) string {
	switch {
	case len(t.Keys) == 0:
		return p.word("grid.no_keys")
	case !t.Target.Exists || t.Target.Rows < 0:
		return p.word("grid.unknown")
	case t.Target.Rows == 0:
		return p.word("grid.no_rows")
	}
	set, twice := p.word("grid.set_unknown"), p.word("grid.twice_unknown")
	if least, known := leastSet(t); known {
		set = p.format("grid.set", []any{p.format("list.percent", []any{percentOf(least, t.Target.Rows)})})
	}
	if t.Target.Duplicates >= 0 {
		twice = p.format("grid.twice", []any{grouped(t.Target.Duplicates)})
	}
	return p.format("list.both", []any{set, twice})
}

// leastSet is the number of rows in which the key field is set that is set in
// the fewest; false when one of them is not known.
func leastSet(t batchsync.AcceptanceTable) (int64, bool) {
	least := t.Target.Rows
	for _, key := range t.Keys {
		n := int64(-1)
		for name, set := range t.Target.NonNull { // names of columns differ in case only where nobody means it
			if strings.EqualFold(name, key) {
				n = set
			}
		}
		if n < 0 || n > t.Target.Rows {
			return 0, false
		}
		least = min(least, n)
	}
	return least, true
}

// percentOf is a share of rows, rounded down, so that almost all is not shown
// as all. n is at most rows, rows is above zero.
func percentOf(n, rows int64) string {
	if n == rows {
		return "100"
	}
	high, low := bits.Mul64(uint64(n), 10_000)
	parts, _ := bits.Div64(high, low, uint64(rows))
	return strconv.FormatFloat(float64(parts)/100, 'f', 2, 64)
}

// verdictCell is the verdict on a table, with the checks it is due to.
func (p Printer) verdictCell(found []batchsync.Finding) string {
	v := verdictOf(found)
	word := string(symbolOf(v)) + " " + p.word(batchsync.TextKey("verdict_in."+string(v)))
	var checks []mark
	if v != batchsync.VerdictPassed {
		checks = p.checksWith(found, v)
	}
	if len(checks) == 0 {
		return word
	}
	return p.clip(p.format("list.about", []any{word, string(p.series(checks))}), maxGridLine)
}
