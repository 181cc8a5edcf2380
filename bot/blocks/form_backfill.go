package blocks

import (
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
	all = append(all,
		p.ask(inputFrom, "label.from", "", day(ActionFromDay, f.From, yesterday)),
		p.ask(inputTo, "label.to", hint, day(ActionToDay, f.To, yesterday)))
	if f.Large > 0 {
		text := p.format("option.large", []any{strconv.Itoa(batchsync.BackfillCap)})
		all = append(all, p.checkbox(inputLarge, ActionLarge, "label.size", text))
	}
	return p.form(CallbackBackfill, "backfill.title", "button.review", TaskRefOf(f.Task.ID), all)
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
	if b.Overlaps > 0 {
		all = append(all, alert("overlaps", p.say("backfill.overlaps", number(b.Overlaps)), slack.AlertLevelWarning))
	}
	return all
}

// refOf is what a modal about a proposed change carries.
func refOf(op batchsync.Operation) Ref { return Ref{ID: string(op.ID), Version: op.Version} }
