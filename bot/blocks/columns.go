package blocks

import (
	"strconv"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// Bounds of a drawing of columns. Every drawing of a page shows all its rows.
const (
	maxColumnRows = 40
	maxColumnName = 60
	maxColumnType = 40
)

// SourceColumns is what the source told of the columns of a task's tables before
// the task is made.
type SourceColumns struct {
	Tables, Of int // so many tables were looked at, of so many
	All        int
	Unusual    []string           // "name type" of those that need a look, of several tables "table.name type"
	Problem    *batchsync.Problem // why they are not known
}

// sourceColumns says how many columns need a look, and of several tables of how
// many that is known; "" for not asked yet.
func (p Printer) sourceColumns(c *SourceColumns) mark {
	switch {
	case c == nil:
		return ""
	case c.Problem != nil:
		return p.say("review.columns_unread", p.sentence(c.Problem.Text, false))
	case c.Of > 1:
		one := *c
		one.Of = 1
		looked := p.say("review.columns_tables", number(c.Tables), number(c.Of), p.sourceColumns(&one))
		if c.Tables < c.Of {
			looked = join([]mark{looked, p.say("review.columns_rest")}, " ")
		}
		return looked
	case len(c.Unusual) == 0:
		return p.say("review.columns_fit", number(c.All))
	}
	return p.say("review.columns_look", number(len(c.Unusual)), number(c.All), p.names(c.Unusual))
}

// ColumnsView is the column mapping of one table of a task, of which one page is
// shown; without a table, the choice between them.
type ColumnsView struct {
	Task    batchsync.TaskRef
	Tables  []batchsync.TablePair
	Table   int // its number in Tables, from 1; 0: none chosen
	Columns []batchsync.MappedColumn
	Page    int // from 1; the nearest page there is
	// Why a side is not known; nil where it is.
	SourceProblem, TargetProblem *batchsync.Problem
	NoTarget                     bool   // there is no target table yet
	Typed                        string // what was typed for a table; it names none where Table is 0
}

// Columns shows what each column of a table is copied into, with a word where
// the types need a look.
func (p Printer) Columns(v ColumnsView) Message {
	title := p.format("mapping.title", []any{p.clip(v.Task.Name, maxHeader)})
	if v.Table < 1 || v.Table > len(v.Tables) {
		return p.chooseTable(v, title)
	}
	pages := max((len(v.Columns)+maxColumnRows-1)/maxColumnRows, 1)
	page := min(max(v.Page, 1), pages)
	first := (page - 1) * maxColumnRows
	shown := v.Columns[first:min(first+maxColumnRows, len(v.Columns))]
	id := func(part string) string {
		return "columns/" + strconv.Itoa(v.Table) + "/" + strconv.Itoa(page) + "/" + part
	}
	head := p.columnsHead(v)
	around := func(_ int, drawn ...slack.Block) []slack.Block {
		all := append([]slack.Block{p.header(id("title"), title), cardSection(id("head"), head)}, drawn...)
		if pages > 1 {
			all = append(all, contextLine(id("page"), p.say("mapping.page", number(first+1), number(first+len(shown)), number(len(v.Columns)))))
		}
		return append(all, slack.NewActionBlock(id("buttons"), p.columnButtons(v, page, pages)...))
	}
	said := []mark{escape(p.clip(title, maxArgument)), head}
	if len(shown) == 0 {
		return Message{Text: top(said...), Blocks: around(0)}
	}
	cells := [][]string{{p.word("grid.source_column"), p.word("grid.source_type"), p.word("grid.target_column"), p.word("grid.target_type"), p.word("grid.note")}}
	for _, c := range shown {
		row := p.columnCells(c)
		cells = append(cells, row)
		said = append(said, p.say("mapping.line", escape(row[0]), escape(row[1]), escape(row[2]), escape(row[3]), escape(row[4])))
	}
	m := Message{Text: top(said...)}
	pair := v.Tables[v.Table-1]
	caption := p.format("task.copies", []any{p.cell(pair.Source, maxPairName), p.cell(pair.Sink, maxPairName)})
	p.draw(&m, grid{id: id("grid"), caption: caption, cells: cells}, around)
	return m
}

// columnsHead is which table it is, how its columns came out, and which side is
// not known.
func (p Printer) columnsHead(v ColumnsView) mark {
	pair := v.Tables[v.Table-1]
	n := map[batchsync.Verdict]int{}
	for _, c := range v.Columns {
		n[c.Verdict]++
	}
	all := []mark{p.say("task.copies", p.name(pair.Source), p.name(pair.Sink))}
	switch columns := len(v.Columns); {
	case columns == 0:
		all = append(all, p.say("mapping.none"))
	case n[batchsync.VerdictUnchecked] == columns:
		all = append(all, p.say("mapping.unjudged", number(columns)))
	case n[batchsync.VerdictPassed] == columns:
		all = append(all, p.say("mapping.all_fit", number(columns)))
	default:
		all = append(all, p.say("mapping.count", p.say("mapping.columns", number(columns)), p.columnCounts(n)))
	}
	if v.SourceProblem != nil {
		all = append(all, p.say("mapping.no_source", p.sentence(v.SourceProblem.Text, false)))
	}
	switch {
	case v.TargetProblem != nil:
		all = append(all, p.say("mapping.no_target", p.sentence(v.TargetProblem.Text, false)))
	case v.NoTarget:
		all = append(all, p.say("mapping.target_missing"))
	}
	return lines(all...)
}

// columnCounts is how many columns came out in which way, those to act on first.
func (p Printer) columnCounts(n map[batchsync.Verdict]int) mark {
	var parts []mark
	for _, way := range []struct {
		verdict batchsync.Verdict
		key     batchsync.TextKey
	}{
		{batchsync.VerdictFailed, "mapping.count_failed"}, {batchsync.VerdictPerson, "mapping.count_person"},
		{batchsync.VerdictUnchecked, "mapping.count_open"}, {batchsync.VerdictPassed, "mapping.count_passed"},
	} {
		if n[way.verdict] > 0 {
			parts = append(parts, p.say(way.key, number(n[way.verdict])))
		}
	}
	return p.series(parts)
}

func (p Printer) columnCells(c batchsync.MappedColumn) []string {
	source := p.middle(c.Source, maxColumnName)
	if c.Primary {
		source = p.format("mapping.key", []any{source})
	}
	note := p.word("mapped.fits")
	if c.Note != "" {
		note = p.word(c.Note)
	}
	return []string{
		p.cell(source, maxColumnName+20), p.cell(c.SourceType, maxColumnType), p.cell(c.Sink, maxColumnName), p.cell(c.SinkType, maxColumnType),
		columnSymbol(c.Verdict) + " " + note,
	}
}

func columnSymbol(v batchsync.Verdict) string {
	switch v {
	case batchsync.VerdictPassed:
		return "✓"
	case batchsync.VerdictFailed:
		return "✗"
	case batchsync.VerdictPerson:
		return "!"
	}
	return "?"
}

func (p Printer) columnButtons(v ColumnsView, page, pages int) []slack.BlockElement {
	ref := TaskRefOf(v.Task.ID).String()
	var all []slack.BlockElement
	if page > 1 {
		all = append(all, p.button(ActionColumnsBack, "button.previous", ColumnsRef{v.Task.ID, v.Table, page - 1}.String()))
	}
	if page < pages {
		all = append(all, p.button(ActionColumnsNext, "button.next", ColumnsRef{v.Task.ID, v.Table, page + 1}.String()))
	}
	if menu := p.tableMenu(v); menu != nil {
		all = append(all, menu)
	}
	return append(all, p.button(ActionConfig, "button.config", ref), p.button(ActionShowTask, "button.show_task", ref))
}

// tableMenu offers the other tables of a task that has several, as many as Slack
// takes.
func (p Printer) tableMenu(v ColumnsView) slack.BlockElement {
	var options []*slack.OptionBlockObject
	for i, pair := range v.Tables[:min(len(v.Tables), maxOptions)] {
		if i+1 != v.Table {
			options = append(options, p.option(ColumnsRef{v.Task.ID, i + 1, 1}.String(), p.middle(pair.Source, maxOption), ""))
		}
	}
	if len(options) == 0 {
		return nil
	}
	return slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, p.plain(p.word("placeholder.table"), maxPlaceholder), string(ActionColumnsTable), options...)
}

// chooseTable asks which table of several is meant.
func (p Printer) chooseTable(v ColumnsView, title string) Message {
	text := p.say("mapping.choose", number(len(v.Tables)))
	switch {
	case len(v.Tables) == 0:
		text = p.say("tables.none")
	case v.Typed != "":
		text = lines(p.say("mapping.no_table", p.foreign(v.Typed)), text)
	}
	all := []slack.Block{p.header("columns/title", title), section("columns/choose", text)}
	if len(v.Tables) > maxOptions {
		all = append(all, contextLine("columns/more", p.say("mapping.more", number(maxOptions))))
	}
	return Message{
		Text:   top(escape(p.clip(title, maxArgument)), text),
		Blocks: append(all, slack.NewActionBlock("columns/buttons", p.columnButtons(v, 1, 1)...)),
	}
}
