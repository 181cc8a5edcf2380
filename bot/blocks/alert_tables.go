package blocks

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// results are the tables of the run an incident is about, the worst first; none
// where nothing is known of them one by one.
func (v AlertView) results(i batchsync.Incident) []batchsync.TableResult {
	c, w := i.Worst(), v.Watches[i.Task]
	var all []batchsync.TableResult
	switch {
	case c.Reason == batchsync.ReasonTables && w.Checked == c.Run && len(w.Tables) >= len(c.Tables):
		all = w.Tables
	case c.Reason == batchsync.ReasonTables:
		all = c.Tables
	case c.Run != 0 && i.Found.Run == c.Run:
		all = i.Found.Tables
	}
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b batchsync.TableResult) int {
		return cmp.Compare(stateRank(a.State), stateRank(b.State))
	})
	return all
}

// untold reports whether nothing is known of any table: then a list of them says
// nothing.
func untold(all []batchsync.TableResult) bool {
	return !slices.ContainsFunc(all, func(r batchsync.TableResult) bool { return r.State != batchsync.TableUnknown })
}

// stateRank puts a state nobody knows among the unknown ones.
func stateRank(s batchsync.TableState) int {
	if at := slices.Index(batchsync.TableStates(), s); at >= 0 {
		return at
	}
	return slices.Index(batchsync.TableStates(), batchsync.TableUnknown)
}

// drawTables puts the tables of a run into its alert, with simpler drawings for
// workspaces that take none.
func (p Printer) drawTables(m *Message, v AlertView, i batchsync.Incident, results []batchsync.TableResult, around func(...slack.Block) []slack.Block) {
	cells := [][]string{{p.word("grid.table"), p.word("grid.state"), p.word("grid.rows"), p.word("grid.before"), p.word("grid.evidence")}}
	for _, r := range results {
		cells = append(cells, p.resultCells(r))
	}
	head := section(v.block("tables"), p.say("trouble.tables", p.tableCounts(results, i.Worst().Of)))
	p.draw(m, grid{id: v.block("grid"), caption: p.word("grid.tables_caption"), cells: cells}, func(left int, drawn ...slack.Block) []slack.Block {
		all := append([]slack.Block{head}, drawn...)
		if left > 0 {
			all = append(all, contextLine(v.block("more"), p.say("grid.more_tables", number(left))))
		}
		if v.live() && i.State == batchsync.IncidentOpen && i.Worst().Run > 0 {
			all = append(all, contextLine(v.block("how"), p.say("trouble.rerun_tables")))
		}
		return around(all...)
	})
}

// tableCounts is "3 failed, 1 empty, 36 ok", the worst first. of is how many
// tables there are, where not all of them are listed.
func (p Printer) tableCounts(results []batchsync.TableResult, of int) mark {
	n := map[batchsync.TableState]int{}
	for _, r := range results {
		n[batchsync.TableStates()[stateRank(r.State)]]++
	}
	var parts []mark
	for _, s := range batchsync.TableStates() {
		if n[s] > 0 {
			parts = append(parts, p.say("trouble.count", number(n[s]), p.enum("table_state.", string(s))))
		}
	}
	if rest := of - len(results); rest > 0 {
		parts = append(parts, p.say("trouble.others", number(rest)))
	}
	return p.series(parts)
}

func (p Printer) resultCells(r batchsync.TableResult) []string {
	state := string(tableSymbol(r.State)) + " " + p.wordOf("table_state.", string(r.State))
	before := "–"
	if r.Before > 0 {
		before = grouped(r.Before)
	}
	evidence := p.wordOf("evidence.", string(r.By))
	if r.State == batchsync.TableMissing {
		evidence = p.word("evidence.gone") // it was to be counted
	}
	if line := p.clip(unstamped(r.Line), maxGridLine); line != "" {
		evidence = p.format("list.about", []any{evidence, line})
	}
	return []string{p.cell(r.Table, maxGridName), state, grouped(r.Rows), before, evidence}
}

// stamp is what stands before the words of a line of a log: when, and how bad.
var stamp = regexp.MustCompile(`^(?:[\[(]?(?:\d{2,4}[-/:]\d[\d:.,/+TZ-]*|(?i:error|warn|warning|fatal|severe|info))[\])]?:?\s+)+`)

// unstamped is a line without its stamp: in a narrow column that would be all
// there is to see.
func unstamped(line string) string { return stamp.ReplaceAllString(line, "") }

// wordOf is enum for places without markup.
func (p Printer) wordOf(prefix, value string) string {
	key := batchsync.TextKey(prefix + value)
	if _, ok := p.words[key]; !ok {
		return p.cell(value, maxCell)
	}
	return p.word(key)
}

// tableSymbol accompanies the word of a table's state.
func tableSymbol(s batchsync.TableState) mark {
	switch s {
	case batchsync.TableFailed, batchsync.TableMissing, batchsync.TableEmpty:
		return "✗"
	case batchsync.TableDropped, batchsync.TableStale:
		return "!"
	case batchsync.TableOK:
		return "✓"
	}
	return "?"
}

// grouped is a count with its thousands apart; below zero it is not known.
func grouped(n int64) string {
	if n < 0 {
		return "–"
	}
	s := strconv.FormatInt(n, 10)
	for at := len(s) - 3; at > 0; at -= 3 {
		s = s[:at] + "," + s[at:]
	}
	return s
}
