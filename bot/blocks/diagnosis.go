package blocks

import (
	"slices"
	"strconv"
	"time"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// Diagnosis is what is known about a trouble: from the platform's own words,
// from what changed, and from who waits.
type Diagnosis struct {
	Incident batchsync.Incident // of the trouble; its task, run and words are shown. Without a condition nothing is wrong.
	Run      *batchsync.Run     // that was asked about and did not fail; nil: none
	Later    *batchsync.Run     // that succeeded after the one that failed; nil: none is known
	Advice   []batchsync.Advice // the surest first; five are shown at most
	LogRead  bool               // the run's log was looked at too

	Compared batchsync.Comparison // with the last success that is remembered
	Unread   bool                 // what to compare could not be read

	After     []batchsync.TaskLink // tasks that wait for this one
	AfterRead bool                 // the platform told them

	Delivery *batchsync.Acceptance // the last examination of the delivery, nil for none
	Studio   string                // web address of the run, else of the task
}

const (
	maxAdvice  = 5 // explanations of one diagnosis
	maxChanges = 8 // lines of what changed
)

// Diagnose says what the platform's words are known to mean and what helps,
// with a button where the bot can do it. Of words that nobody explained yet it
// says so, and shows them with the evidence there is.
func (p Printer) Diagnose(d Diagnosis) Message {
	title := p.format("diagnosis.title", []any{p.clip(p.incidentName(d.Incident), maxHeader)})
	all := []slack.Block{p.header("diagnosis/title", title), section("diagnosis/state", p.diagnosed(d))}
	said := []mark{p.say("trouble.text", escape(p.clip(title, maxArgument))), p.diagnosed(d)}
	for n, a := range d.Advice[:min(len(d.Advice), maxAdvice)] {
		said = append(said, p.sentence(a.Means, false), p.sentence(a.Next, false))
		all = append(all, cardSection("diagnosis/"+strconv.Itoa(n), p.advice(a)))
	}
	if tables := p.inTrouble(d.Incident.Worst()); tables != "" {
		all, said = append(all, cardSection("diagnosis/tables", tables)), append(said, tables)
	}
	if none := p.unexplained(d); none != "" {
		all, said = append(all, section("diagnosis/none", none)), append(said, none)
	}
	for _, part := range []struct {
		id   string
		text mark
	}{{"changed", p.whatChanged(d)}, {"after", p.whoWaits(d)}, {"delivery", p.lastDelivery(d.Delivery)}} {
		if part.text != "" {
			all, said = append(all, cardSection("diagnosis/"+part.id, part.text)), append(said, part.text)
		}
	}
	read := p.lookedAt(d)
	if read != "" {
		all = append(all, contextLine("diagnosis/read", read))
	}
	if buttons := p.diagnosisButtons(d); len(buttons) > 0 {
		all = append(all, slack.NewActionBlock("diagnosis/buttons", buttons...))
	}
	return Message{Text: top(append(said, read)...), Blocks: all}
}

// diagnosed is the trouble in a line, and the first of the platform's words.
func (p Printer) diagnosed(d Diagnosis) mark {
	switch {
	case len(d.Incident.Conditions) > 0:
		return lines(p.incidentLine(d.Incident, "", p.zone), p.name(firstLine(d.Incident.Worst().Detail)), p.later(d.Later))
	case d.Run != nil:
		return p.say("diagnosis.run", mark(d.Run.ID.String()), p.say(d.Run.Status.Word()))
	}
	return p.say("diagnosis.well")
}

// later says that a run succeeded since.
func (p Printer) later(r *batchsync.Run) mark {
	if r == nil {
		return ""
	}
	return p.say("diagnosis.later", mark(r.ID.String()), date(r.Ended))
}

// advice is one explanation: what it means, what to do, where that cannot be
// done from here, and the line it rests on.
func (p Printer) advice(a batchsync.Advice) mark {
	all := []mark{"*" + mark(cutMark(p.sentence(a.Means, false), maxArgument)) + "*", p.sentence(a.Next, false)}
	if len(a.Acts) > 0 && a.Acts[0] == batchsync.OfferStudio {
		all = append(all, p.enumOrNone("act.", string(batchsync.OfferStudio)))
	}
	if a.Line != "" {
		all = append(all, p.say("diagnosis.line", p.name(a.Line)))
	}
	return lines(all...)
}

// inTrouble names the tables that a run which succeeded left in trouble, and what
// helps; "" where that is not what is wrong.
func (p Printer) inTrouble(c batchsync.Condition) mark {
	if c.Reason != batchsync.ReasonTables || len(c.Tables) == 0 {
		return ""
	}
	all := []mark{p.say("trouble.tables", p.tableCounts(c.Tables, c.Of))}
	for n, t := range c.Tables {
		if n == maxChanges {
			all = append(all, p.say("list.more", number(len(c.Tables)-n)))
			break
		}
		line := p.say("list.line", p.shortName(t.Table), p.enum("table_state.", string(t.State)))
		all = append(all, p.say("list.item", line))
	}
	return lines(append(all, p.say("diagnosis.tables_next"))...)
}

// unexplained says that the words are not known; "" where they are, or where
// there are none.
func (p Printer) unexplained(d Diagnosis) mark {
	c := d.Incident.Worst()
	if len(d.Advice) > 0 || c.Reason == "" || c.Reason == batchsync.ReasonTables || c.Detail == "" && !d.LogRead {
		return ""
	}
	return p.say("diagnosis.none")
}

func (p Printer) lookedAt(d Diagnosis) mark {
	switch {
	case len(d.Incident.Conditions) == 0:
		return ""
	case d.LogRead:
		return p.say("diagnosis.with_log")
	case d.Incident.Worst().Detail == "":
		return ""
	}
	return p.say("diagnosis.message_only")
}

// whoWaits names the tasks after this one.
func (p Printer) whoWaits(d Diagnosis) mark {
	switch {
	case d.Incident.Task <= 0:
		return ""
	case !d.AfterRead:
		return p.say("diagnosis.after_unread")
	case len(d.After) == 0:
		return p.say("diagnosis.nobody_waits")
	}
	return p.say("diagnosis.waiting", number(len(d.After)), p.fewNames(taskNames(d.After)))
}

// lastDelivery says how the last examination of the delivery went, unless all
// was well; "" then.
func (p Printer) lastDelivery(a *batchsync.Acceptance) mark {
	if a == nil || a.State != batchsync.AcceptanceDone || a.Verdict == batchsync.VerdictPassed {
		return ""
	}
	return p.say("diagnosis.delivery", date(a.Done), escape(p.verdictWord(a.Verdict)), p.whatIs(*a, a.Verdict))
}

// diagnosisButtons are what the bot can do about it, the surest first and that
// one as the one to press.
func (p Printer) diagnosisButtons(d Diagnosis) []slack.BlockElement {
	i := d.Incident
	if i.Task <= 0 {
		return nil
	}
	var acts []batchsync.Act
	for _, a := range d.Advice[:min(len(d.Advice), maxAdvice)] {
		acts = append(acts, a.Acts...)
	}
	inTrouble := i.Worst().Reason == batchsync.ReasonTables
	if inTrouble {
		acts = append(acts, batchsync.OfferRerun)
	}
	out := p.actButtons(i, acts, d.Studio)
	if inTrouble {
		out = append(out, p.button(ActionAcceptance, "button.run_acceptance", TaskRefOf(i.Task).String()))
	}
	if len(out) > 0 {
		if first, is := out[0].(*slack.ButtonBlockElement); is {
			out[0] = primary(first)
		}
	}
	task := TaskRefOf(i.Task).String()
	out = append(out, p.button(ActionProbe, "button.probe", task))
	out = append(out, p.logButton(i)...)
	if r := d.Run; r != nil && r.ID > 0 && !r.Began.IsZero() {
		out = append(out, p.button(ActionViewLog, "button.view_log", RunRef{i.Task, r.ID}.String()))
	}
	return append(out, p.button(ActionShowTask, "button.show_task", task))
}

// actButtons offer what some advice or probes say, in that order and each button
// once.
func (p Printer) actButtons(i batchsync.Incident, acts []batchsync.Act, studio string) []slack.BlockElement {
	var out []slack.BlockElement
	for n, act := range acts {
		if slices.Contains(acts[:n], act) {
			continue
		}
		if b := p.actButton(i, act, studio); b != nil {
			out = append(out, b)
		}
	}
	return out
}

// actButton is the button of an act, nil where there is nothing to press.
func (p Printer) actButton(i batchsync.Incident, act batchsync.Act, studio string) *slack.ButtonBlockElement {
	task := TaskRefOf(i.Task).String()
	switch act {
	case batchsync.OfferTest:
		return p.button(ActionTestSource, "button.test_source", task)
	case batchsync.OfferRerun:
		if run := i.Worst().Run; run > 0 {
			return p.button(ActionRerun, "button.rerun", RunRef{i.Task, run}.String())
		}
	case batchsync.OfferVCluster:
		return p.button(ActionSwitchCluster, "button.switch_cluster", task)
	case batchsync.OfferLessAtOnce:
		return p.button(ActionLessAtOnce, "button.less_at_once", task)
	case batchsync.OfferRetries:
		return p.button(ActionRaiseRetries, "button.raise_retries", task)
	case batchsync.OfferStudio:
		if address := webURL(studio); address != "" {
			return p.button(ActionOpenStudio, "button.open_studio", task).WithURL(address)
		}
	}
	return nil
}

// ProbesView is what a look at the parts of a task found.
type ProbesView struct {
	Task   batchsync.TaskRef
	Probes []batchsync.Probe
	Studio string // web address of the task
	At     time.Time
}

// Probes tells what was looked at and what is wrong with it, each with what
// helps.
func (p Printer) Probes(v ProbesView) Message {
	i := batchsync.Incident{Task: v.Task.ID, Name: v.Task.Name}
	title := p.format("probes.title", []any{p.clip(p.incidentName(i), maxHeader)})
	all := []slack.Block{p.header("probes/title", title)}
	said := []mark{p.say("trouble.text", escape(p.clip(title, maxArgument)))}
	var acts []batchsync.Act
	for _, probe := range v.Probes {
		line := p.say("examined.check", symbolOf(probe.Verdict), p.enum("probe_name.", string(probe.Name)), p.sentence(probe.Text, false))
		said = append(said, line)
		all = append(all, cardSection("probes/"+strconv.Itoa(len(all)), lines(append([]mark{line}, p.probeFix(probe)...)...)))
		acts = append(acts, probe.Act)
	}
	all = append(all, contextLine("probes/at", p.say("task.as_of", date(v.At))))
	if v.Task.ID > 0 {
		task := TaskRefOf(v.Task.ID).String()
		buttons := append(p.actButtons(i, acts, v.Studio), p.button(ActionProbe, "button.probe_again", task), p.button(ActionShowTask, "button.show_task", task))
		all = append(all, slack.NewActionBlock("probes/buttons", buttons...))
	}
	return Message{Text: top(said...), Blocks: all}
}

// probeFix is what helps, and what was answered.
func (p Printer) probeFix(probe batchsync.Probe) []mark {
	var out []mark
	if pr := probe.Problem; pr != nil {
		out = append(out, join([]mark{p.sentence(pr.Text, false), p.hint(pr.Hint, false)}, " "), p.name(firstLine(pr.Detail)))
	}
	if probe.Verdict == batchsync.VerdictFailed {
		out = append(out, p.enumOrNone("probe_fix.", string(probe.Name)), p.enumOrNone("act.", string(probe.Act)))
	}
	return out
}
