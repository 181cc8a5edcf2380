package blocks

import (
	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// DebugForm asks whether a task shall run once, now, and on which cluster.
type DebugForm struct {
	Op       batchsync.Operation  // proposed; the metadata points to it
	Sinks    []string             // target tables, as far as they are known
	Clusters []batchsync.VCluster // that a sync can run on
	Unfit    batchsync.VCluster   // the task's own cluster, where that is none of them
}

// DebugForm says what a debug run really does, and asks for the cluster. The
// answer is read with [ClusterAnswer].
func (p Printer) DebugForm(f DebugForm) slack.ModalViewRequest {
	var d batchsync.DebugRun
	if f.Op.Debug != nil {
		d = *f.Op.Debug
	}
	all := []slack.Block{
		section("about", lines(p.name(f.Op.Name()), p.say("debug.about"))),
		alert("mode", lines(p.debugWrites(d), p.say("debug.data")), slack.AlertLevelWarning),
	}
	if len(f.Sinks) > 0 {
		all = append(all, section("sinks", p.say("debug.sinks", p.names(f.Sinks))))
	}
	if f.Unfit.Name != "" {
		all = append(all, alert("unfit", p.say("debug.unfit", p.name(f.Unfit.Name), p.foreign(f.Unfit.Type)), slack.AlertLevelWarning))
	}
	options := p.VClusterOptions(f.Clusters).Options
	el := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, nil, string(ActionCluster), options...)
	for _, o := range options {
		if o.Value == p.veil(d.VCluster) {
			el.InitialOption = o
		}
	}
	all = append(all, p.ask(inputCluster, "label.cluster", "", el), contextLine("then", p.say("debug.then")))
	return p.form(CallbackDebug, "confirm.debug", "button.confirm_debug", refOf(f.Op), all)
}

// debugWrites is what the run does to rows that are in the target.
func (p Printer) debugWrites(d batchsync.DebugRun) mark {
	line := p.say("debug.mode_unknown")
	switch d.Mode {
	case batchsync.Overwrite:
		line = p.say("debug.mode_overwrite")
	case batchsync.Append:
		line = p.say("debug.mode_append")
	case "":
	default:
		line = p.say("debug.mode_other", p.foreign(string(d.Mode)))
	}
	if d.Keyed != "" && d.Keyed != d.Mode {
		line = join([]mark{line, p.say("debug.mode_keyed", p.enum("write_mode.", string(d.Keyed)))}, " ")
	}
	return line
}

// debugged is the debug run on the card of its operation; none before there is
// a run.
func (p Printer) debugged(id func(string) string, op batchsync.Operation) []slack.Block {
	d := op.Debug
	if d == nil || d.Run == 0 {
		return nil
	}
	head := lines(p.debugLine(op), p.debugFailure(*d), p.debugTables(*d))
	var all []slack.Block
	if link := webURL(d.OpsURL); link != "" && op.Task > 0 {
		all = append(all, row(id("debug"), mark(cutMark(head, maxCardPart)), p.button(ActionOpenStudio, "button.open_run", RunRef{op.Task, d.Run}.String()).WithURL(link)))
	} else {
		all = append(all, cardSection(id("debug"), head))
	}
	if op.Kind == batchsync.OpDebug || d.Status != batchsync.RunSuccess { // of a good run, a creation has more to tell
		if d.Log != "" {
			all = append(all, contextLine(id("log_about"), p.say("debug.log")), p.tail(id("log"), d.Log))
		}
	}
	return all
}

// debugLine is how the run stands: "✗ Debug run 900036: failed · 34 s · on sync_vc".
func (p Printer) debugLine(op batchsync.Operation) mark {
	d := op.Debug
	if d == nil || d.Run == 0 {
		return ""
	}
	status := d.Status
	if d.StopAsked && status == batchsync.RunFailed {
		status = batchsync.RunStopped
	}
	parts := []mark{p.say("debug.run", runSymbol(status), mark(d.Run.String()), p.runWord(status))}
	if took := d.Took(); took > 0 {
		parts = append(parts, p.took(took))
	}
	return join(append(parts, p.name(d.VCluster)), " · ")
}

func (p Printer) debugFailure(d batchsync.DebugRun) mark {
	if d.Failure == "" || d.Status == batchsync.RunSuccess {
		return ""
	}
	return p.say("log.failure", p.foreign(d.Failure))
}

// maxDebugTables is how many tables of a debug run its card lists.
const maxDebugTables = 10

// debugTables has a line for each table: its rows where they are known, and
// how it went where that is not well.
func (p Printer) debugTables(d batchsync.DebugRun) mark {
	var all []mark
	untold, left := d.More, 0
	for _, t := range d.Tables {
		if t.State == batchsync.TableUnknown && t.Rows < 0 {
			untold++
			continue
		}
		if len(all) == maxDebugTables {
			left++
			continue
		}
		parts := []mark{p.say("debug.table", tableSymbol(t.State), p.name(p.middle(t.Table, maxPairName)))}
		if t.State != batchsync.TableOK {
			parts = append(parts, p.enum("table_state.", string(t.State)))
		}
		if t.Rows >= 0 {
			parts = append(parts, p.say("debug.rows", mark(grouped(t.Rows))))
		}
		all = append(all, join(parts, " · "))
	}
	if left > 0 {
		all = append(all, p.say("list.more", number(left)))
	}
	if untold > 0 {
		all = append(all, p.say("debug.untold", number(untold)))
	}
	return lines(all...)
}

// debugButtons lead on from a debug run, and to one.
func (p Printer) debugButtons(op batchsync.Operation, ref string) []slack.BlockElement {
	if op.CanDebugFirst() {
		return []slack.BlockElement{p.button(ActionDebugFirst, "button.debug_first", ref)}
	}
	good := op.State == batchsync.OpDone && op.Debug != nil && op.Debug.Status == batchsync.RunSuccess
	if good && op.Task > 0 {
		return []slack.BlockElement{p.button(ActionAcceptance, "button.run_acceptance", TaskRefOf(op.Task).String())}
	}
	return nil
}

// debugBox asks in the wizard for a debug run before the schedule.
func (p Printer) debugBox(d batchsync.Draft) slack.BlockElement {
	return p.checkboxes(d, batchsync.FieldDebug, []*slack.OptionBlockObject{p.option(batchsync.Yes, p.word("option.debug"), "")})
}
