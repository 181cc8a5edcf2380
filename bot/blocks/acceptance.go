package blocks

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// AcceptanceView is an acceptance with what its card tells besides.
type AcceptanceView struct {
	batchsync.Acceptance
	// Reopening is the web address of the card of the acceptance that re-opened
	// this one; "" where there is none.
	Reopening string
}

// AcceptanceRef points to an acceptance as it was drawn.
func AcceptanceRef(a batchsync.Acceptance) Ref {
	return Ref{ID: string(a.ID), Version: max(a.Version, 1)}
}

// Acceptance is the live card of an acceptance: the verdict first, then what
// each check came to, what is not as it should be, and the figures of every
// table, the worst first. It mentions who asked, who accepted and who gave a
// figure, and nobody else.
func (p Printer) Acceptance(v AcceptanceView) Message {
	if v.State != batchsync.AcceptanceDone {
		return p.acceptanceAsked(v)
	}
	title := p.format("examined.title", []any{p.verdictWord(v.Verdict), p.clip(p.acceptanceName(v.Acceptance), maxHeader)})
	head := p.say("examined.head", symbolOf(v.Verdict), escape(p.verdictWord(v.Verdict)), p.verdictAbout(v.Acceptance))
	accepted := p.acceptedBy(v)
	checks := p.checkLines(v.Acceptance)
	around := func(tables ...slack.Block) []slack.Block {
		all := []slack.Block{p.header(v.block("title"), title), cardSection(v.block("verdict"), lines(head, accepted))}
		all = append(all, cardSection(v.block("checks"), lines(checks...)))
		if wrong := p.wrongLines(v.Acceptance); wrong != "" {
			all = append(all, cardSection(v.block("wrong"), wrong))
		}
		all = append(all, tables...)
		for n, line := range p.acceptanceNotes(v.Acceptance) {
			all = append(all, contextLine(v.block("note/"+strconv.Itoa(n)), line))
		}
		all = append(all, slack.NewActionBlock(v.block("buttons"), p.acceptanceButtons(v.Acceptance)...))
		return append(all, contextLine(v.block("occasion"), p.occasion(v.Acceptance)))
	}
	m := Message{Text: top(append([]mark{p.say("trouble.text", escape(p.clip(title, maxArgument))), p.verdictAbout(v.Acceptance), p.acceptedText(v)}, checks...)...)}
	if len(v.Tables) == 0 {
		m.Blocks = around()
		return m
	}
	p.drawAcceptance(&m, v, around)
	return m
}

// block is the id of a block of the card; a redrawn card is new to Slack.
func (v AcceptanceView) block(part string) string {
	return "acceptance/" + strconv.Itoa(v.Version) + "/" + part
}

// acceptanceName is the task of an acceptance; plain.
func (p Printer) acceptanceName(a batchsync.Acceptance) string {
	return p.taskName(a.Task, a.Name, maxHeader)
}

// acceptanceAsked is the card while figures are gathered.
func (p Printer) acceptanceAsked(v AcceptanceView) Message {
	title := p.format("examined.asked_title", []any{p.clip(p.acceptanceName(v.Acceptance), maxHeader)})
	text := p.say("delivery.asked")
	return Message{
		Text: top(p.say("trouble.text", escape(p.clip(title, maxArgument))), text),
		Blocks: []slack.Block{
			p.header(v.block("title"), title), section(v.block("state"), text), contextLine(v.block("occasion"), p.occasion(v.Acceptance)),
		},
	}
}

// verdictWord is a verdict in a word or two; plain. One that nobody knows is
// nothing that was found out.
func (p Printer) verdictWord(v batchsync.Verdict) string {
	if !slices.Contains(batchsync.Verdicts(), v) {
		v = batchsync.VerdictUnchecked
	}
	return p.word(batchsync.TextKey("verdict." + string(v)))
}

// symbolOf accompanies the word of a verdict.
func symbolOf(v batchsync.Verdict) mark {
	switch v {
	case batchsync.VerdictPassed:
		return "✓"
	case batchsync.VerdictFailed:
		return "✗"
	case batchsync.VerdictPerson:
		return "?"
	}
	return "–"
}

// verdictRank sorts verdicts, the worst first; an unknown one is unchecked.
func verdictRank(v batchsync.Verdict) int {
	if at := slices.Index(batchsync.Verdicts(), v); at >= 0 {
		return at
	}
	return slices.Index(batchsync.Verdicts(), batchsync.VerdictUnchecked)
}

// verdictOf is that of the worst of some findings; nothing found is nothing
// known.
func verdictOf(found []batchsync.Finding) batchsync.Verdict {
	if len(found) == 0 {
		return batchsync.VerdictUnchecked
	}
	worst := slices.MinFunc(found, func(a, b batchsync.Finding) int {
		return cmp.Compare(verdictRank(a.Verdict), verdictRank(b.Verdict))
	})
	return batchsync.Verdicts()[verdictRank(worst.Verdict)]
}

// verdictAbout is what the verdict of the whole rests on, in one sentence.
func (p Printer) verdictAbout(a batchsync.Acceptance) mark {
	switch a.Verdict {
	case batchsync.VerdictPassed:
		return p.say("delivery.passed", p.manyTables(len(a.Tables)))
	case batchsync.VerdictFailed:
		return p.say("delivery.failed", p.whatIs(a, batchsync.VerdictFailed))
	case batchsync.VerdictPerson:
		return p.say("delivery.person", p.whatIs(a, batchsync.VerdictPerson))
	}
	return p.say("delivery.unchecked", p.whatIs(a, batchsync.VerdictUnchecked))
}

func (p Printer) manyTables(n int) mark {
	if n == 1 {
		return p.say("examined.tables_one")
	}
	return p.say("examined.tables", number(n))
}

// whatIs names what has a verdict: how many of the tables, and the checks of
// the task as a whole.
func (p Printer) whatIs(a batchsync.Acceptance, v batchsync.Verdict) mark {
	n := 0
	for _, t := range a.Tables {
		if verdictOf(t.Found) == v {
			n++
		}
	}
	var parts []mark
	switch {
	case len(a.Tables) == 1 && n == 1:
		parts = append(parts, p.checksWith(a.Tables[0].Found, v)...)
	case n > 0:
		parts = append(parts, p.say("examined.of_tables", number(n), number(len(a.Tables))))
	}
	parts = append(parts, p.checksWith(a.Whole, v)...)
	if len(parts) == 0 {
		return p.say("examined.nothing")
	}
	return p.series(parts)
}

// checksWith are the names of the checks that came to a verdict, each once.
func (p Printer) checksWith(found []batchsync.Finding, v batchsync.Verdict) []mark {
	var out []mark
	for _, c := range batchsync.CheckNames() {
		if slices.ContainsFunc(found, func(f batchsync.Finding) bool { return f.Check == c && f.Verdict == v }) {
			out = append(out, p.enum("check_in.", string(c)))
		}
	}
	return out
}

// acceptedBy is who accepted, and that it was re-opened since; "" while nobody
// did.
func (p Printer) acceptedBy(v AcceptanceView) mark {
	if v.AcceptedBy == "" {
		return ""
	}
	line := p.say("delivery.accepted", p.user(string(v.AcceptedBy)), date(v.AcceptedAt))
	if v.ReopenedBy == "" {
		return line
	}
	return lines(line, p.say("delivery.reopened", link(v.Reopening, p.word("examined.later"))))
}

// acceptedText is acceptedBy for who does not see the card; it mentions nobody.
func (p Printer) acceptedText(v AcceptanceView) mark {
	switch {
	case v.AcceptedBy == "":
		return ""
	case v.ReopenedBy != "":
		return p.say("delivery.reopened_text")
	}
	return p.say("delivery.accepted_text", date(v.AcceptedAt))
}

// acceptanceButtons are what can be done now.
func (p Printer) acceptanceButtons(a batchsync.Acceptance) []slack.BlockElement {
	ref, task := AcceptanceRef(a).String(), TaskRefOf(a.Task).String()
	var out []slack.BlockElement
	if Acceptable(a) {
		accept := p.button(ActionAccept, "button.accept_delivery", ref)
		if a.Verdict == batchsync.VerdictPassed {
			accept = primary(accept)
		}
		out = append(out, accept)
	}
	if len(FigureTables(a)) > 0 && a.AcceptedBy == "" {
		out = append(out, p.button(ActionGiveFigure, "button.give_figure", ref))
	}
	out = append(out, p.button(ActionAcceptance, "button.run_acceptance", task), p.button(ActionExpect, "button.expectations", task))
	if a.Verdict != batchsync.VerdictPassed {
		out = append(out, p.button(ActionDiagnoseTask, "button.diagnose", task))
	}
	return append(out, p.button(ActionShowTask, "button.show_task", task))
}

// Acceptable reports whether a person can accept the delivery as it was
// examined: nothing of it failed, and nobody did yet. What is left open is named
// before, see [Printer.AcceptForm].
func Acceptable(a batchsync.Acceptance) bool {
	return a.State == batchsync.AcceptanceDone && a.AcceptedBy == "" && a.Verdict != batchsync.VerdictFailed
}

// acceptanceNotes are where figures come from, and what was expected of them.
func (p Printer) acceptanceNotes(a batchsync.Acceptance) []mark {
	var out []mark
	var estimated []string
	given := map[batchsync.UserID][]string{}
	var people []batchsync.UserID
	for _, t := range a.Tables {
		switch t.Source.How {
		case batchsync.CountedEstimated:
			estimated = append(estimated, t.Pair.Source)
		case batchsync.CountedPerson:
			if given[t.Source.By] == nil {
				people = append(people, t.Source.By)
			}
			given[t.Source.By] = append(given[t.Source.By], t.Pair.Source)
		}
	}
	if estimated != nil {
		out = append(out, p.say("delivery.estimated", p.fewNames(estimated)))
	}
	for _, who := range people[:min(len(people), maxGivers)] {
		out = append(out, p.say("delivery.given", p.user(string(who)), p.fewNames(given[who])))
	}
	if expected := p.expected(a.Expected); expected != "" {
		out = append(out, p.say("delivery.expected", expected))
	}
	return out
}

const (
	maxGivers   = 5 // people whose figures are told apart
	maxFewNames = 5 // names in a sentence
)

// fewNames are the first of some names, and how many more there are.
func (p Printer) fewNames(all []string) mark {
	var out []mark
	for _, s := range all[:min(len(all), maxFewNames)] {
		out = append(out, p.name(p.middle(s, maxPairName)))
	}
	if rest := len(all) - len(out); rest > 0 {
		return p.say("names.more", p.series(out), number(rest))
	}
	return p.series(out)
}

// expected is what was set beside the usual; "" where nothing was.
func (p Printer) expected(e batchsync.Expectation) mark {
	var parts []mark
	if e.NonNull > 0 && e.NonNull < 100 {
		parts = append(parts, p.say("examined.expect_keys", decimal(e.NonNull)))
	}
	if e.Tolerance > 0 {
		parts = append(parts, p.say("examined.expect_tolerance", decimal(e.Tolerance)))
	}
	if e.Drop > 0 {
		parts = append(parts, p.say("examined.expect_drop", number(e.Drop)))
	}
	return p.series(parts)
}

func decimal(f float64) mark { return mark(strconv.FormatFloat(f, 'f', -1, 64)) }

// occasion is why and when it was made.
func (p Printer) occasion(a batchsync.Acceptance) mark {
	parts := []mark{p.enum("occasion.", string(a.Occasion))}
	if a.By != "" {
		parts = []mark{p.say("examined.asked_by", p.user(string(a.By)))}
	}
	if a.Run > 0 {
		parts = append(parts, p.say("fact.run", mark(a.Run.String())))
	}
	if at := a.Done; !at.IsZero() {
		return join(append(parts, p.say("task.as_of", date(at))), " · ")
	}
	return join(append(parts, date(a.Asked)), " · ")
}

// WithAcceptance is the card of a change with a line that tells of the
// acceptance that followed from it; nil: that is to come. address is that of the
// acceptance's card, "" where there is none.
func (p Printer) WithAcceptance(m Message, op batchsync.Operation, a *batchsync.Acceptance, address string) Message {
	line, version := p.say("examined.on_card_first"), 0
	if a != nil {
		line, version = p.say("examined.on_card_asked"), a.Version
	}
	if a != nil && a.State == batchsync.AcceptanceDone {
		line = p.say("examined.on_card", symbolOf(a.Verdict), escape(p.verdictWord(a.Verdict)))
	}
	if webURL(address) != "" {
		line = join([]mark{line, link(address, p.word("examined.on_card_link"))}, " · ")
	}
	id := "card/" + strconv.Itoa(op.Version) + "/acceptance/" + strconv.Itoa(version)
	m.Blocks = append(slices.Clone(m.Blocks), contextLine(id, line))
	m.Text = top(mark(m.Text), line)
	return m
}
