package blocks

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/slack-go/slack"
)

// How much of a table one message holds, so that every drawing of it shows the
// same rows; see [Printer.Tables] for Slack's side of it.
const (
	maxGridRows  = 99 // and the heading
	maxGridUnits = 7000
	maxGridName  = 120
	maxGridLine  = 120
)

// grid is a table of clean text, its heading first, the rows that matter most
// before the others.
type grid struct {
	id, caption string
	cells       [][]string
}

// draw puts a grid into a message, as a table of the newer kind, then of the
// older, then as lines in boxes. around makes the message's blocks; left is how
// many rows had no room.
func (p Printer) draw(m *Message, g grid, around func(left int, drawn ...slack.Block) []slack.Block) {
	shown := g.fitting()
	left := len(g.cells) - len(shown)
	m.Blocks = around(left, dataTable(g.id, cmp.Or(g.caption, "–"), shown))
	m.Fallbacks = [][]slack.Block{around(left, table(g.id, shown)), around(left, gridBoxes(g.id, shown)...)}
}

// fitting are the heading and the first rows, as many as fit, one at least.
func (g grid) fitting() [][]string {
	room := maxGridUnits
	for n, row := range g.cells {
		for _, cell := range row {
			room -= units(cell) + 2
		}
		if n > maxGridRows || room < 0 && n > 1 {
			return g.cells[:n]
		}
	}
	return g.cells
}

// gridBoxes are the rows as lines, in as many boxes as they take.
func gridBoxes(id string, cells [][]string) []slack.Block {
	var all []slack.Block
	var text strings.Builder
	flush := func() {
		if text.Len() > 0 {
			all = append(all, box(id+"/"+strconv.Itoa(len(all)), strings.TrimSuffix(text.String(), "\n")))
			text.Reset()
		}
	}
	for _, row := range cells {
		line := strings.Join(row, "  ") + "\n"
		if units(text.String())+units(line) > maxBoxUnits {
			flush()
		}
		text.WriteString(line)
	}
	flush()
	return all
}

// cell is foreign text in a table; names of tables differ at either end, so the
// middle gives way. No cell may be empty.
func (p Printer) cell(s string, limit int) string { return cmp.Or(p.middle(s, limit), "–") }
