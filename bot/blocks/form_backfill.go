package blocks

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// BackfillForm asks for the days of a backfill. Its metadata is [TaskRefOf].
type BackfillForm struct {
	Task     batchsync.TaskRef
	Zone     string // of the schedule, IANA; the days are meant in it
	Cron     string // deployed
	From, To string // YYYY-MM-DD to begin with; empty: yesterday
	Large    int    // instances, after a [batchsync.LargeError]: asks for an explicit yes; else 0
	Wrong    error  // one that is [AboutDays]: said at the day it is about; else nil
	Now      time.Time
}

// BackfillForm is the first of two screens; the second is the review.
func (p Printer) BackfillForm(f BackfillForm) slack.ModalViewRequest {
	about := lines(p.say("backfill.about", p.name(f.Task.Name)), p.say("backfill.runs_at", p.cron(f.Cron, f.Zone)))
	all := []slack.Block{section("about", about)}
	if f.Large > 0 {
		all = append(all, alert("large", p.say("backfill.large", number(f.Large)), slack.AlertLevelWarning))
	}
	yesterday := inZone(f.Now, f.Zone).AddDate(0, 0, -1).Format(time.DateOnly)
	hint := p.format("hint.backfill_days", []any{p.clip(f.Zone, maxArgument)})
	all = append(all, p.wrongDay(f, inputFrom)...)
	all = append(all, p.ask(inputFrom, "label.from", "", day(ActionFromDay, f.From, yesterday)))
	all = append(all, p.wrongDay(f, inputTo)...)
	all = append(all, p.ask(inputTo, "label.to", hint, day(ActionToDay, f.To, yesterday)))
	if f.Large > 0 {
		text := p.format("option.large", []any{strconv.Itoa(batchsync.BackfillCap)})
		all = append(all, p.checkbox(largeInput(f.From, f.To), ActionLarge, "label.size", text))
	}
	return p.form(CallbackBackfill, "backfill.title", "button.review", TaskRefOf(f.Task.ID), all)
}

// AboutDays reports whether an error says what is wrong with the days of a
// backfill, so that the form can be shown with it.
func AboutDays(err error) bool {
	var e *batchsync.Error
	return errors.As(err, &e) && dayInput("", e.Text) != ""
}

// dayInput is the block id of the day a sentence is about, "" for none; from is
// the first day, as it was given.
func dayInput(from string, t batchsync.Text) string {
	switch t.Key {
	case "backfill.future", "backfill.no_such_day", "backfill.too_old":
		if len(t.Args) > 0 && t.Args[0] == from {
			return inputFrom
		}
		return inputTo
	case "backfill.many_days":
		return inputFrom
	case "backfill.reversed", "backfill.empty", "backfill.too_large", "backfill.at_work":
		return inputTo
	}
	return ""
}

// wrongDay is what is wrong with a day, to stand above its calendar: only the
// answer to a form can put a sentence below one.
func (p Printer) wrongDay(f BackfillForm, input string) []slack.Block {
	var e *batchsync.Error
	if !errors.As(f.Wrong, &e) || dayInput(f.From, e.Text) != input {
		return nil
	}
	said := p.sentence(e.Text, true)
	if !e.Hint.IsZero() {
		said = join([]mark{said, p.sentence(e.Hint, true)}, " ")
	}
	return []slack.Block{alert("wrong", said, slack.AlertLevelWarning)}
}

// day is a calendar that shows the first of the days that is one.
func day(a ActionID, days ...string) *slack.DatePickerBlockElement {
	el := slack.NewDatePickerBlockElement(string(a))
	for _, d := range days {
		if _, err := time.Parse(time.DateOnly, d); err == nil {
			el.InitialDate = d
			break
		}
	}
	return el
}

// BackfillReview shows what a proposed backfill will do. Its metadata points to
// the proposal.
func (p Printer) BackfillReview(op batchsync.Operation) slack.ModalViewRequest {
	all := []slack.Block{section("about", p.say("backfill.about", p.name(op.Name())))}
	if op.Change != nil && op.Change.Backfill != nil {
		all = append(all, p.backfillFacts(*op.Change.Backfill)...)
	}
	all = append(all, contextLine("then", p.say("backfill.then")))
	return p.form(CallbackConfirm, "backfill.title", "button.start_backfill", refOf(op), all)
}

func (p Printer) backfillFacts(b batchsync.Backfill) []slack.Block {
	utc := b.Window
	utc.Zone = "UTC"
	facts := []fact{{"label.window", p.window(b.Window)}}
	if b.Window.Zone != "UTC" {
		facts = append(facts, fact{"label.window_utc", p.window(utc)})
	}
	facts = append(facts, fact{"label.instances", number(len(b.Instances))})
	if n := len(b.Instances); n > 0 {
		ends := p.say("window.in_zone", mark(clock(b.Instances[0], b.Window.Zone)), mark(clock(b.Instances[n-1], b.Window.Zone)), p.foreign(b.Window.Zone))
		facts = append(facts, fact{"label.first_last", ends})
	}
	facts = append(facts, fact{"label.vcluster", p.name(b.VCluster)}, fact{"label.job", p.name(b.Job)})
	all := []slack.Block{p.fields("facts", facts)}
	all = append(all, p.backfilledBefore(b)...)
	if b.Overlaps > 0 {
		all = append(all, alert("overlaps", p.say("backfill.overlaps", number(b.Overlaps)), slack.AlertLevelInfo))
	}
	return all
}

// MaxEarlier is how many earlier backfills a review names.
const MaxEarlier = 3

// backfilledBefore is what was done of the same already: that there are runs by the
// schedule is what a backfill is for, that there are some of a backfill is not.
func (p Printer) backfilledBefore(b batchsync.Backfill) []slack.Block {
	var all []slack.Block
	if said, level := p.again(b); said != "" {
		all = append(all, alert("again", said, level))
	}
	var asked []mark
	for i, e := range b.Earlier {
		if i == MaxEarlier {
			asked = append(asked, p.say("list.more", number(len(b.Earlier)-i)))
			break
		}
		asked = append(asked, p.earlierBackfill(e))
	}
	if len(asked) > 0 {
		all = append(all, contextLine("earlier", lines(asked...)))
	}
	return all
}

// again says that the data was written for these times before, or that it was
// tried and came to nothing: who stopped a backfill has it begin anew with less
// to lose.
func (p Printer) again(b batchsync.Backfill) (mark, slack.AlertLevel) {
	switch {
	case b.Refills > b.Vain && b.Vain > 0:
		return p.say("backfill.refills_some", number(b.Refills), number(b.Vain)), slack.AlertLevelWarning
	case b.Refills > b.Vain:
		return p.say("backfill.refills", number(b.Refills)), slack.AlertLevelWarning
	case slices.ContainsFunc(b.Earlier, batchsync.EarlierBackfill.Wrote):
		return p.say("backfill.again"), slack.AlertLevelWarning
	case b.Refills > 0:
		return p.say("backfill.refills_vain", number(b.Refills)), slack.AlertLevelInfo
	case len(b.Earlier) > 0:
		return p.say("backfill.again_vain"), slack.AlertLevelInfo
	}
	return "", ""
}

// earlierBackfill is who asked for one, when, for which times, and how it ended.
func (p Printer) earlierBackfill(e batchsync.EarlierBackfill) mark {
	who := p.shortName(cmp.Or(e.Name, string(e.By))) // named, not mentioned: it is not their doing
	parts := []mark{p.say("fact.earlier", who, date(e.At), p.window(e.Window))}
	if e.Outcome != "" {
		stands := p.enumOrNone("change.", e.Outcome)
		if stands == "" {
			stands = p.enum("state.", e.Outcome)
		}
		parts = append(parts, stands, p.say("tally.done", number(e.Done), number(e.Runs)))
	}
	return join(parts, " · ")
}

// refOf is what a modal about a proposed change carries.
func refOf(op batchsync.Operation) Ref { return Ref{ID: string(op.ID), Version: op.Version} }
