package blocks

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// Message is a drawn message. Text is escaped already: send it as it is.
type Message struct {
	Text   string        // for notifications and screen readers; up to 3000 characters
	Blocks []slack.Block // what is seen
	// Fallbacks are simpler drawings of the same, best first, without blocks
	// that some workspaces refuse. Whoever sends it tries them one after the
	// other when Slack refuses the blocks (invalid_blocks, …), and Text alone
	// last.
	Fallbacks [][]slack.Block
}

// maxNotes is how many notes of a step are listed.
const maxNotes = 8

// Operation is the live card of a change. Its block ids carry the version, so
// that every drawing is a new one to Slack.
func (p Printer) Operation(op batchsync.Operation, now time.Time) Message {
	id := func(part string) string { return "card/" + strconv.Itoa(op.Version) + "/" + part }
	problem := p.cardProblem(op)

	all := []slack.Block{p.header(id("title"), p.operationTitle(op)), cardSection(id("state"), p.stateLine(op))}
	if progress := p.followed(op); progress != "" {
		all = append(all, cardSection(id("progress"), progress))
	}
	if more := p.alsoFailed(op); more != "" {
		all = append(all, cardSection(id("failed"), more))
	}
	all = append(all, cardSection(id("steps"), p.stepLines(op)))
	all = append(all, p.debugged(id, op)...)
	if problem != nil {
		problem = p.onCard(op, *problem)
		all = append(all, p.problemBlocks(id, *problem, p.handsOff(op))...)
	}
	if a, known := p.cardAdvice(op, problem); known {
		all = append(all, cardSection(id("advice"), p.advice(a)))
	}
	if p.handsOff(op) {
		all = append(all, section(id("by_hand"), p.handoff(*op.Spec)))
	}
	if op.State == batchsync.OpDone && op.Spec != nil {
		all = append(all, section(id("next"), p.runs(Screen{PlatformZone: p.zone, ReaderZone: op.Spec.Schedule.Zone, Now: now}, op.Spec.Schedule)))
	}
	if buttons := p.cardButtons(op); len(buttons) > 0 {
		all = append(all, slack.NewActionBlock(id("buttons"), buttons...))
	}
	if op.Spec != nil {
		all = append(all, contextLine(id("place"), p.place(*op.Spec)))
	}
	if by, asked := op.Stopped(); asked && (op.Pressed == nil || op.Pressed.Action != batchsync.ActStop) {
		all = append(all, contextLine(id("stopped"), p.say("card.stop_asked", p.user(string(by)))))
	}
	if pressed := p.pressed(op); pressed != "" {
		all = append(all, contextLine(id("pressed"), pressed))
	}
	all = append(all, contextLine(id("asked"), p.asked(op)))
	return Message{Text: p.cardText(op, problem), Blocks: all}
}

// onCard is a problem with the hint that fits its card: one that names the
// card's own button, because "try again" would have people look for another one,
// or one that does not repeat what the state of a refused change says.
func (p Printer) onCard(op batchsync.Operation, pr batchsync.Problem) *batchsync.Problem {
	key := pr.Hint.Key
	switch {
	case op.State == batchsync.OpRefused:
		key = pr.Hint.Key + "_refused"
	case op.State.NeedsPerson() && !op.State.Settled():
		key = pr.Hint.Key + "_card"
	}
	if p.words[key] != "" {
		pr.Hint.Key = key
	}
	return &pr
}

// problemBlocks say what went wrong. Where the card lists what to do in full,
// the sentence would only repeat it; the platform's own words stay.
func (p Printer) problemBlocks(id func(string) string, pr batchsync.Problem, listed bool) []slack.Block {
	var all []slack.Block
	if !listed {
		all = append(all, cardSection(id("problem"), lines(p.sentence(pr.Text, false), p.hint(pr.Hint, false))))
	}
	if strings.TrimSpace(visible(pr.Detail, false)) != "" {
		all = append(all, p.preformatted(id("detail"), pr.Detail))
	}
	return all
}

// operationTitle is what a change does, with the name of its task; plain.
func (p Printer) operationTitle(op batchsync.Operation) string {
	return p.format(batchsync.TextKey("title."+string(op.Kind)), []any{p.clip(op.Name(), maxHeader)})
}

// place is when, where and on which cluster the task of a specification runs.
func (p Printer) place(s batchsync.Spec) mark {
	where := mark("")
	if folder := p.name(s.Folder.Path); folder != "" {
		where = p.say("card.folder", folder)
	}
	return join([]mark{p.say("cron.cluster", p.rhythm(s.Schedule), p.name(s.VCluster)), where}, " · ")
}

// stateLine is where the change stands, and what it is about.
func (p Printer) stateLine(op batchsync.Operation) mark {
	m := "*" + p.stateWord(op) + "*"
	if about := p.stateAbout(op); about != "" {
		m = p.say("card.state", m, about)
	}
	switch {
	case op.Spec != nil:
		return lines(m, p.flow(*op.Spec))
	case op.Change != nil:
		return lines(m, p.changeFacts(op))
	}
	return m
}

// stateWord is the word of an operation's state. Words of a creation do not fit
// every change, so these have some of their own.
func (p Printer) stateWord(op batchsync.Operation) mark {
	if op.Kind != batchsync.OpCreate {
		if word := p.enumOrNone("change.", op.Outcome()); word != "" {
			return word
		}
	}
	return p.enum("state.", string(op.State))
}

// stateAbout says what follows from the state, where there is something to say.
func (p Printer) stateAbout(op batchsync.Operation) mark {
	if op.Kind != batchsync.OpCreate {
		for _, key := range []string{op.Outcome() + "_" + string(op.Kind), op.Outcome() + "_about"} {
			if about := p.enumOrNone("change.", key); about != "" {
				return about
			}
		}
		return p.enumOrNone("state.", string(op.State)+"_about")
	}
	if op.State == batchsync.OpRefused && op.Draft == "" {
		return p.say("card.no_draft")
	}
	return p.enumOrNone("state.", string(op.State)+"_about")
}

func (p Printer) enumOrNone(prefix, value string) mark {
	key := batchsync.TextKey(prefix + value)
	if _, ok := p.words[key]; !ok {
		return ""
	}
	return p.say(key)
}

// stepLines has a line for every step, and the notes of the present one.
func (p Printer) stepLines(op batchsync.Operation) mark {
	var all []mark
	current := op.Current()
	for i, s := range op.Steps {
		all = append(all, p.say("card.step", symbol(s.State), p.enum("operation.step.", string(s.Name)), p.enum("step_state.", string(s.State))))
		if i == current || op.Trouble && i == len(op.Steps)-1 {
			all = append(all, p.notes(s, p.handsOff(op))...)
		}
	}
	return lines(all...)
}

// notes are what was found in a step. What has to be set by hand is left out
// where the card lists it below in full.
func (p Printer) notes(s batchsync.OperationStep, listed bool) []mark {
	shown := slices.DeleteFunc(slices.Clone(s.Notes), func(t batchsync.Text) bool { return listed && isHandoff(t) })
	var all []mark
	for i, n := range shown {
		if i == maxNotes {
			return append(all, p.say("card.note", p.say("list.more", number(len(shown)-i))))
		}
		all = append(all, p.say("card.note", mark(cutMark(p.sentence(n, false), maxArgument))))
	}
	return all
}

func isHandoff(t batchsync.Text) bool {
	return t.Key == "configure.merge" || t.Key == "configure.object" || t.Key == "configure.refused"
}

// symbol accompanies the word of a step's state.
func symbol(s batchsync.StepState) mark {
	switch s {
	case batchsync.StepDone:
		return "✓"
	case batchsync.StepRunning, batchsync.StepWaiting:
		return "…"
	case batchsync.StepFailed:
		return "✗"
	case batchsync.StepUnknown:
		return "?"
	}
	return "○"
}

// cardProblem is the problem worth showing: that of the present step while
// nobody is working on it and somebody still may.
func (p Printer) cardProblem(op batchsync.Operation) *batchsync.Problem {
	if op.State == batchsync.OpRunning || op.State == batchsync.OpDone || op.State == batchsync.OpDropped {
		return nil
	}
	return op.Problem()
}

// handsOff reports whether the card must say what to set up in Studio.
func (p Printer) handsOff(op batchsync.Operation) bool {
	i := op.Current()
	return op.State == batchsync.OpWaiting && op.Spec != nil && i >= 0 && op.Steps[i].Name == batchsync.StepConfigure &&
		(op.Spec.ByHand() || slices.ContainsFunc(op.Steps[i].Notes, isHandoff))
}

// cardButtons are what a person can do now; a settled card only leads on, or
// back to its draft.
func (p Printer) cardButtons(op batchsync.Operation) []slack.BlockElement {
	ref := Ref{ID: string(op.ID), Version: op.Version}.String()
	open := op.State.NeedsPerson() && !op.State.Settled()
	var out []slack.BlockElement
	switch {
	case op.State == batchsync.OpRefused && op.Draft != "":
		out = append(out, primary(p.button(ActionEditDraft, "button.edit_draft", string(op.Draft))))
	case open:
		out = append(out, primary(p.button(ActionCheckAgain, "button.check_again", ref)))
	}
	out = append(out, p.debugButtons(op, ref)...)
	if diagnose := p.diagnoseButton(op); diagnose != nil {
		out = append(out, diagnose)
	}
	if run := worstRun(op); run != 0 && op.Kind == batchsync.OpBackfill && op.State.Settled() {
		out = append(out, p.button(ActionRerun, "button.rerun", RunRef{op.Task, run}.String()))
	}
	if run := failedRun(op); run != 0 {
		out = append(out, p.button(ActionViewLog, "button.view_log", RunRef{op.Task, run}.String()))
	}
	if link := webURL(op.StudioURL); link != "" {
		out = append(out, p.button(ActionOpenStudio, "button.open_studio", ref).WithURL(link))
	}
	if op.State.Settled() && op.Task > 0 {
		out = append(out, p.button(ActionShowTask, "button.show_task", TaskRefOf(op.Task).String()))
	}
	switch _, stopped := op.Stopped(); {
	case open:
		giveUp := p.button(ActionDrop, "button.give_up", ref)
		if op.Kind == batchsync.OpCreate {
			out = append(out, p.asking(giveUp, "drop.title", "drop.text", "button.give_up"))
		} else {
			out = append(out, p.asking(giveUp, "drop.change_title", "drop.change_text", "button.give_up"))
		}
	case following(op) && !stopped:
		out = append(out, p.asking(p.button(ActionStopOperation, "button.stop", ref), "stop.title", "stop.text", "button.stop"))
	}
	return out
}

// following reports whether the operation waits for runs that can be stopped.
func following(op batchsync.Operation) bool {
	i := op.Current()
	if op.State != batchsync.OpRunning || i < 0 {
		return false
	}
	if d := op.Debug; d != nil {
		return op.Debugging() && d.Run != 0 && !d.Read
	}
	return op.Change != nil && op.Steps[i].Name == batchsync.StepFollow
}

// diagnoseButton asks why a run failed that the change was about, else why the
// change did; nil where nothing failed.
func (p Printer) diagnoseButton(op batchsync.Operation) *slack.ButtonBlockElement {
	switch run := worstRun(op); {
	case run != 0:
		return p.button(ActionDiagnoseRun, "button.diagnose", RunRef{op.Task, run}.String())
	case op.Task > 0 && (op.State == batchsync.OpFailed || op.State == batchsync.OpUnknown):
		return p.button(ActionDiagnoseTask, "button.diagnose", TaskRefOf(op.Task).String())
	}
	return nil
}

// worstRun is the first run that a change made or repeated and that failed; 0
// for none. After a stop there is none: the platform calls stopped runs failed.
func worstRun(op batchsync.Operation) batchsync.RunID {
	if _, stopped := op.Stopped(); stopped || op.Task <= 0 {
		return 0
	}
	for _, f := range op.Runs() {
		if f.Run > 0 && (f.Status == batchsync.RunFailed || f.Status == batchsync.RunBlocked) {
			return f.Run
		}
	}
	return 0
}

// failedRun is the one run of a rerun or debug run, once it failed; else 0.
func failedRun(op batchsync.Operation) batchsync.RunID {
	if op.Kind != batchsync.OpRerun && op.Debug == nil || op.Task <= 0 {
		return 0
	}
	for _, f := range op.Runs() {
		if f.Status.Over() && f.Status != batchsync.RunSuccess {
			return max(f.Run, 0)
		}
	}
	return 0
}

// webURL lets ordinary web addresses through only.
func webURL(s string) string {
	u, err := url.Parse(s)
	if err != nil || len(s) > maxURL || u.Host == "" || u.User != nil || (u.Scheme != "https" && u.Scheme != "http") {
		return ""
	}
	return u.String()
}

// asked names who wants the change: the only mention a card carries.
func (p Printer) asked(op batchsync.Operation) mark {
	return p.say("card.asked", p.user(string(op.Actor)), date(op.CreatedAt))
}

// cardText is the card for who does not see it: what, where it stands, what
// went wrong and what to do next.
func (p Printer) cardText(op batchsync.Operation, problem *batchsync.Problem) string {
	done := 0
	for _, s := range op.Steps {
		if s.State == batchsync.StepDone {
			done++
		}
	}
	title := escape(p.clip(p.operationTitle(op), maxArgument))
	parts := []mark{p.say("card.text", title, p.stateWord(op), number(done), number(len(op.Steps))), p.tally(op), p.debugLine(op)}
	if problem != nil {
		parts = append(parts, p.sentence(problem.Text, false), p.hint(problem.Hint, false))
	}
	if a, known := p.cardAdvice(op, problem); known {
		parts = append(parts, p.sentence(a.Means, false), p.sentence(a.Next, false))
	}
	if problem == nil || op.State == batchsync.OpRefused {
		parts = append(parts, p.stateAbout(op))
	}
	return top(parts...)
}
