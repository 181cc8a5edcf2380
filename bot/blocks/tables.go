package blocks

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// How much of a mapping one page holds, so that every drawing of it shows the
// same rows: a message takes some 13,000 characters, a table of the older kind
// 100 rows and 10,000 characters, a box 2500 of ours.
const (
	maxTableRows  = 50
	maxTableUnits = 7000
	maxTableName  = 300 // a longer name is cut in its middle
	maxPairName   = 60  // the same on a card, where ten pairs share a section
	maxBoxUnits   = 2400
)

// TablesView is the whole mapping of a task, of which one page is shown.
type TablesView struct {
	Task  batchsync.TaskRef
	Pairs []batchsync.TablePair
	Page  int // from 1; the nearest page there is
}

// Tables lists what a task copies where, as a table with the fallbacks of
// [Printer.Runs]. Rows carry their number in the mapping, so that two names
// that had to be cut alike are still told apart.
func (p Printer) Tables(v TablesView) Message {
	title := p.format("tables.title", []any{p.clip(v.Task.Name, maxHeader)})
	head := p.tablesHead(v.Pairs)
	pages := p.tablePages(v.Pairs)
	if len(pages) == 0 {
		return Message{
			Text:   top(escape(p.clip(title, maxArgument)), head),
			Blocks: []slack.Block{p.header("tables/title", title), section("tables/count", head), p.tableButtons(v.Task.ID, 1, 1)},
		}
	}
	page := min(max(v.Page, 1), len(pages))
	cells := append([][]string{p.tableHeading()}, pages[page-1]...)
	id := func(part string) string { return "tables/" + strconv.Itoa(page) + "/" + part }
	where := p.say("tables.page", mark(cells[1][0]), mark(cells[len(cells)-1][0]), number(len(v.Pairs)))
	around := func(table ...slack.Block) []slack.Block {
		all := []slack.Block{p.header(id("title"), title), section(id("count"), head)}
		return append(append(all, table...), contextLine(id("page"), where), p.tableButtons(v.Task.ID, page, len(pages)))
	}
	said := []mark{escape(p.clip(title, maxArgument)), head, where}
	for _, row := range cells[1:] {
		said = append(said, p.say("tables.line", mark(row[0]), escape(row[1]), escape(row[2]), escape(row[3])))
	}
	return Message{
		Text:      top(said...),
		Blocks:    around(dataTable(id("table"), title, cells)),
		Fallbacks: [][]slack.Block{around(table(id("table"), cells)), around(p.tableBoxes(id("table"), cells)...)},
	}
}

// tablesHead counts the tables, and those that are called otherwise in the
// target.
func (p Printer) tablesHead(pairs []batchsync.TablePair) mark {
	if len(pairs) == 0 {
		return p.say("tables.none")
	}
	n := 0
	for _, pair := range pairs {
		if renamed(pair) {
			n++
		}
	}
	if n == 0 {
		return p.say("tables.count", number(len(pairs)))
	}
	return p.say("tables.count_renamed", number(len(pairs)), number(n))
}

func (p Printer) tableHeading() []string {
	return []string{p.word("tables.number"), p.word("tables.source"), p.word("tables.target"), p.word("tables.name")}
}

// tablePages are the rows of the mapping as text, page by page.
func (p Printer) tablePages(pairs []batchsync.TablePair) [][][]string {
	var pages [][][]string
	var page [][]string
	room := maxTableUnits
	for i, pair := range pairs {
		row := p.tableRow(i+1, pair)
		size := 0
		for _, cell := range row {
			size += units(cell)
		}
		if len(page) == maxTableRows || size > room && len(page) > 0 {
			pages, page, room = append(pages, page), nil, maxTableUnits
		}
		page, room = append(page, row), room-size
	}
	if len(page) > 0 {
		pages = append(pages, page)
	}
	return pages
}

func (p Printer) tableRow(n int, pair batchsync.TablePair) []string {
	word := p.word("tables.same")
	if renamed(pair) {
		word = p.word("tables.renamed")
	}
	name := func(s string) string { return cmp.Or(p.middle(s, maxTableName), "–") }
	return []string{strconv.Itoa(n), name(pair.Source), name(pair.Sink), word}
}

// middle is a foreign name that keeps its beginning and its end when it has to
// be cut: long names of tables differ in either.
func (p Printer) middle(s string, limit int) string {
	s = p.clean(s)
	if units(s) <= limit {
		return s
	}
	return cut(s, limit/2, "…") + cutFront(s, limit-limit/2)
}

// renamed reports whether a table is called otherwise in the target; the
// schemas before the names mostly differ and do not count.
func renamed(pair batchsync.TablePair) bool { return bareName(pair.Source) != bareName(pair.Sink) }

func bareName(s string) string {
	if _, name, ok := strings.Cut(s, "."); ok {
		return name
	}
	return s
}

// tableBoxes are the rows as lines, in as many boxes as they take.
func (p Printer) tableBoxes(id string, cells [][]string) []slack.Block {
	var all []slack.Block
	var text strings.Builder
	flush := func() {
		if text.Len() > 0 {
			all = append(all, box(id+"/"+strconv.Itoa(len(all)), strings.TrimSuffix(text.String(), "\n")))
			text.Reset()
		}
	}
	for _, row := range cells[1:] {
		line := string(p.say("tables.line", mark(row[0]), mark(row[1]), mark(row[2]), mark(row[3]))) + "\n"
		if units(text.String())+units(line) > maxBoxUnits {
			flush()
		}
		text.WriteString(line)
	}
	flush()
	return all
}

func (p Printer) tableButtons(task batchsync.TaskID, page, pages int) slack.Block {
	var all []slack.BlockElement
	if page > 1 {
		all = append(all, p.button(ActionTablesBack, "button.previous", PageRef{task, page - 1}.String()))
	}
	if page < pages {
		all = append(all, p.button(ActionTablesNext, "button.next_page", PageRef{task, page + 1}.String()))
	}
	ref := TaskRefOf(task).String()
	all = append(all, p.button(ActionColumns, "button.columns", ref), p.button(ActionConfig, "button.config", ref), p.button(ActionShowTask, "button.show_task", ref))
	return slack.NewActionBlock("tables/"+strconv.Itoa(page)+"/buttons", all...)
}

// mapping lists the first tables of a task that has several, and leads to all
// of them where it does not show them whole.
func (p Printer) mapping(v TaskCard) slack.Block {
	id := taskBlock(v.TaskView, "mapping")
	c := v.Content
	if c == nil || len(c.Pairs) < 2 {
		return nil
	}
	all := []mark{bold(p.word("task.mapping"))}
	whole := true
	room := maxCardPart - 100
	for i, pair := range c.Pairs {
		line := p.pairLine(pair)
		if room -= units(string(line)); i == maxPairs || room < 0 {
			all = append(all, p.say("list.more", number(len(c.Pairs)-i)))
			whole = false
			break
		}
		whole = whole && units(pair.Source) <= maxPairName && units(pair.Sink) <= maxPairName
		all = append(all, line)
	}
	if whole {
		return cardSection(id, lines(all...))
	}
	return row(id, lines(all...), p.button(ActionTables, "button.all_tables", PageRef{v.Ref.ID, 1}.String()))
}

func (p Printer) pairLine(pair batchsync.TablePair) mark {
	copies := p.say("task.copies", p.name(p.middle(pair.Source, maxPairName)), p.name(p.middle(pair.Sink, maxPairName)))
	if renamed(pair) {
		copies = p.say("task.renamed", copies)
	}
	return p.say("list.item", copies)
}
