package blocks

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// maxBoxed is how many runs are listed where Slack takes no table.
const maxBoxed = 12

// RunsView are the runs of a task, newest plan time first.
type RunsView struct {
	Task batchsync.TaskRef
	Runs []batchsync.Run // 30 are shown at most
	Zone string          // of the schedule, IANA
	Now  time.Time

	Settled *Settled // the button of the message that was used, nil for none
}

// Runs lists the runs of a task as a table. Where the workspace refuses tables
// of the newer kind there is one of the older, then lines in a box.
func (p Printer) Runs(v RunsView) Message {
	v.Zone = cmp.Or(v.Zone, p.zone, "UTC")
	shown := v.Runs[:min(len(v.Runs), maxStrip)]
	title := p.format("runs.title", []any{p.clip(v.Task.Name, maxHeader)})
	m := Message{Text: top(escape(p.clip(title, maxArgument)), p.counts(shown), p.latest(shown, v.Zone))}
	around := func(table slack.Block) []slack.Block {
		all := []slack.Block{p.header("runs/title", title), section("runs/count", p.counts(shown))}
		if table != nil {
			all = append(all, table, contextLine("runs/order", p.say("runs.order")))
		}
		if failed := (batchsync.TaskView{Runs: shown}).LastFailed(); failed != nil {
			all = append(all, cardSection("runs/failed", p.lastFailure(*failed, v.Zone)))
		}
		if v.Settled != nil {
			all = append(all, contextLine("runs/settled", p.settled(*v.Settled)))
		}
		return append(all, slack.NewActionBlock("runs/buttons", unused(p.runsButtons(v.Task.ID, shown), v.Settled)...))
	}
	if len(shown) == 0 {
		m.Blocks = around(nil)
		return m
	}
	cells := p.runCells(shown, v.Zone)
	m.Blocks = around(dataTable("runs/table", title, cells))
	m.Fallbacks = [][]slack.Block{around(table("runs/table", cells)), around(p.boxed("runs/table", cells))}
	return m
}

// latest says how the newest run that began stands.
func (p Printer) latest(runs []batchsync.Run, zone string) mark {
	r := (batchsync.TaskView{Runs: runs}).Latest()
	if r == nil {
		return ""
	}
	return p.say("runs.latest", mark(r.ID.String()), p.runWord(r.Status), dateIn(r.Plan, zone))
}

func (p Printer) runsButtons(task batchsync.TaskID, runs []batchsync.Run) []slack.BlockElement {
	out, _ := p.runButtons(task, runs)
	return append(out, p.button(ActionShowTask, "button.show_task", TaskRefOf(task).String()))
}

// runCells is the table as text, its heading first.
func (p Printer) runCells(runs []batchsync.Run, zone string) [][]string {
	cells := [][]string{{p.format("runs.plan", []any{p.zoneName(zone)}), p.word("runs.state"), p.word("runs.type"), p.word("runs.took"), p.word("runs.id")}}
	for _, r := range runs {
		took := "–"
		if d := r.Took(); d > 0 {
			took = string(p.took(d))
		}
		plan := "–"
		if !r.Plan.IsZero() {
			plan = clock(r.Plan, zone)
		}
		state := string(runSymbol(r.Status)) + " " + p.word(r.Status.Word())
		cells = append(cells, []string{plan, state, p.runType(r.Type), took, r.ID.String()})
	}
	return cells
}

func (p Printer) runType(t batchsync.RunType) string {
	switch t {
	case batchsync.RunScheduled:
		return p.word("run.type_scheduled")
	case batchsync.RunTemporary:
		return p.word("run.type_temporary")
	case batchsync.RunRefill:
		return p.word("run.type_refill")
	}
	return p.word("run.type_other")
}

// dataTable and table make a table of clean text; no cell may be empty.
func dataTable(id, caption string, cells [][]string) slack.Block {
	t := slack.NewDataTableBlock(caption, slack.DataTableBlockOptionBlockID(id)).WithPageSize(10).WithRowHeaderColumnIndex(0)
	for _, line := range cells {
		var out []slack.DataTableCell
		for _, c := range line {
			out = append(out, slack.NewDataTableRawTextCell(c))
		}
		t.AddRow(out...)
	}
	return t
}

func table(id string, cells [][]string) slack.Block {
	t := slack.NewTableBlock(id)
	for _, line := range cells {
		var out []slack.TableCell
		for _, c := range line {
			out = append(out, slack.NewTableRawTextCell(c))
		}
		t.AddRow(out...)
	}
	return t
}

// boxed is the beginning of a table as lines.
func (p Printer) boxed(id string, cells [][]string) slack.Block {
	var out []string
	for i, line := range cells {
		if i == maxBoxed {
			out = append(out, p.format("list.more", []any{strconv.Itoa(len(cells) - i)}))
			break
		}
		out = append(out, strings.Join(line, "  "))
	}
	return p.preformatted(id, strings.Join(out, "\n"))
}
