package blocks

import (
	"cmp"
	"strconv"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// AdjustForm asks how the runs of a task shall be carried out. Its metadata is
// [TaskRefOf].
type AdjustForm struct {
	Task        batchsync.TaskRef
	Concurrency int                  // at present; 0: not told
	Retry       batchsync.Retry      // at present
	Proposed    batchsync.Adjustment // chosen to begin with, in place of what is so at present
	Fixed       bool                 // the concurrency cannot be set by the bot
}

// AdjustForm shows the present settings and asks for others.
func (p Printer) AdjustForm(f AdjustForm) slack.ModalViewRequest {
	goal, all := f.Proposed.Goal(f.Retry), []slack.Block{section("present", lines(p.name(f.Task.Name), p.presentSettings(f.Concurrency, f.Retry)))}
	if f.Fixed {
		all = append(all, alert("fixed", p.say("settings.fixed"), slack.AlertLevelInfo))
	} else {
		at := cmp.Or(f.Proposed.Concurrency, f.Concurrency)
		all = append(all, p.figure(inputConcurrency, ActionConcurrency, "label.concurrency", "hint.concurrency", upTo(1, batchsync.MaxParallel), at))
	}
	count, pause := -1, 0
	if goal.Told {
		count = goal.Count
	}
	if goal.Unit == "m" {
		pause = goal.Pause
	}
	all = append(all,
		p.figure(inputRetries, ActionRetries, "label.retries", "", upTo(0, batchsync.MaxRetries), count),
		p.figure(inputInterval, ActionInterval, "label.interval", "", intervals(), pause),
		contextLine("then", p.say("settings.then")))
	return p.form(CallbackAdjust, "settings.title", "button.review", TaskRefOf(f.Task.ID), all)
}

func upTo(from, to int) (out []int) {
	for n := from; n <= to; n++ {
		out = append(out, n)
	}
	return out
}

// intervals are those a person chooses from; others can be typed behind the
// command.
func intervals() []int { return []int{1, 2, 3, 5, 10, 15, 20, 30, 45, batchsync.MaxRetryPause} }

// figure is a choice of one of some figures, or of none; at is chosen to begin
// with, if it is one of them.
func (p Printer) figure(input string, a ActionID, label, hint batchsync.TextKey, all []int, at int) *slack.InputBlock {
	var options []*slack.OptionBlockObject
	var chosen *slack.OptionBlockObject
	for _, n := range all {
		text := strconv.Itoa(n)
		o := slack.NewOptionBlockObject(text, p.plain(text, maxLabel), nil)
		if options = append(options, o); n == at {
			chosen = o
		}
	}
	el := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, nil, string(a), options...)
	el.InitialOption = chosen
	words := ""
	if hint != "" {
		words = p.word(hint)
	}
	block := p.ask(input, label, words, el)
	block.Optional = true
	return block
}

// presentSettings are the settings as they are now.
func (p Printer) presentSettings(concurrency int, r batchsync.Retry) mark {
	at := p.say("settings.not_told")
	if concurrency > 0 {
		at = number(concurrency)
	}
	return p.say("settings.present", join([]mark{p.say("settings.concurrency", at), p.say("settings.retries", p.retry(r))}, " · "))
}

// retry is how failed runs are repeated, in words.
func (p Printer) retry(r batchsync.Retry) mark {
	switch {
	case !r.Told:
		return p.say("settings.not_told")
	case r.Count == 0 || r.Pause == 0:
		return number(r.Count)
	case r.Unit == "s":
		return p.say("settings.apart_seconds", number(r.Count), number(r.Pause))
	}
	return p.say("settings.apart_minutes", number(r.Count), number(r.Pause))
}

// adjusted is what a change of settings is asked to do, a line for each.
func (p Printer) adjusted(c *batchsync.Change) mark {
	var all []mark
	if n := c.Tune.Concurrency; n != 0 {
		line := p.say("fact.concurrency_new", number(n))
		if c.Parallel > 0 {
			line = p.say("fact.concurrency", number(c.Parallel), number(n))
		}
		all = append(all, line)
	}
	var was batchsync.Retry
	if c.Saved != nil {
		was = c.Saved.Retry
	}
	switch goal := c.Tune.Goal(was); {
	case !c.Tune.Retried():
	case was.Told:
		all = append(all, p.say("fact.retries", p.retry(was), p.retry(goal)))
	case c.Tune.Retries == nil:
		all = append(all, p.say("fact.interval", number(c.Tune.Pause)))
	default:
		all = append(all, p.say("fact.retries_new", p.retry(goal)))
	}
	return lines(all...)
}

// AdjustAnswers reads the form; what was left open stays as it is.
func AdjustAnswers(state *slack.ViewState) batchsync.Adjustment {
	chosen := func(block string, a ActionID) (int, bool) {
		n, err := strconv.Atoi(given(state, block, a).SelectedOption.Value)
		return n, err == nil
	}
	var out batchsync.Adjustment
	out.Concurrency, _ = chosen(inputConcurrency, ActionConcurrency)
	out.Pause, _ = chosen(inputInterval, ActionInterval)
	if n, ok := chosen(inputRetries, ActionRetries); ok {
		out.Retries = &n
	}
	return out
}
