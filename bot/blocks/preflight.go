package blocks

import (
	"strconv"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// panel shows the checks of a review, one line each with what to do; nothing
// where none were asked for.
func (p Printer) panel(s Screen) []slack.Block {
	if !s.Review.Checking && len(s.Review.Checks) == 0 {
		return nil
	}
	title := batchsync.TextKey("preflight.title")
	if s.Review.Checking {
		title = "preflight.title_under"
	}
	all := []mark{bold(p.word(title))}
	for _, part := range batchsync.CheckParts() {
		lines := checksOf(s.Review.Checks, part)
		switch {
		case part == batchsync.PartWriters:
			lines = []batchsync.CheckLine{writersCheck(s)}
		case s.Review.Checking && len(lines) == 0:
			all = append(all, p.checkLine(":hourglass_flowing_sand:", part, p.say("preflight.checking")))
		}
		for _, l := range lines {
			all = append(all, p.check(l))
		}
	}
	return stacked("checks", all)
}

func checksOf(all []batchsync.CheckLine, part batchsync.CheckPart) (out []batchsync.CheckLine) {
	for _, l := range all {
		if l.Part == part {
			out = append(out, l)
		}
	}
	return out
}

// writersCheck is a check that takes no platform: the bot remembers its tasks.
func writersCheck(s Screen) batchsync.CheckLine {
	l := batchsync.CheckLine{Part: batchsync.PartWriters, Level: batchsync.LevelTick, Text: batchsync.T("preflight.writers_none")}
	switch {
	case len(s.Also) > 0:
		var names []string
		for _, t := range s.Also {
			names = append(names, t.Name)
		}
		l.Level, l.Text, l.Fix = batchsync.LevelWarning, batchsync.T("preflight.writers", batchsync.List(names...)), batchsync.T("fix.writers")
	case s.Draft.Spec().Scope == batchsync.ScopeWhole:
		l.Level, l.Text = batchsync.LevelUnread, batchsync.T("preflight.writers_unknown")
	}
	return l
}

// levelSymbol is Slack's name of the sign of a level.
func levelSymbol(l batchsync.CheckLevel) mark {
	switch l {
	case batchsync.LevelTick:
		return ":white_check_mark:"
	case batchsync.LevelWarning:
		return ":warning:"
	case batchsync.LevelCross:
		return ":x:"
	}
	return ":grey_question:"
}

// check is a line with what the platform says and what to do below it.
func (p Printer) check(l batchsync.CheckLine) mark {
	what := p.sentence(l.Text, false)
	if !l.Why.IsZero() {
		what = join([]mark{what, p.sentence(l.Why, false)}, " ")
	}
	m := p.checkLine(levelSymbol(l.Level), l.Part, what)
	if detail := p.foreign(l.Detail); detail != "" {
		m = lines(m, p.say("preflight.platform_says", detail))
	}
	if !l.Fix.IsZero() {
		m = lines(m, p.say("preflight.fix", p.hint(l.Fix, false)))
	}
	return m
}

func (p Printer) checkLine(symbol mark, part batchsync.CheckPart, what mark) mark {
	return p.say("preflight.line", symbol, bold(p.word(batchsync.TextKey("check_part."+string(part)))), what)
}

// maxChecked bounds one check: names in it may be long.
const maxChecked = 800

// stacked puts lines one below the other, in as many sections as it takes.
func stacked(id string, all []mark) []slack.Block {
	var out []slack.Block
	var present mark
	flush := func() {
		if present != "" {
			out = append(out, section(id+"/"+strconv.Itoa(len(out)), present))
		}
		present = ""
	}
	for _, m := range all {
		m = mark(cutMark(m, maxChecked))
		if units(string(present))+units(string(m))+1 > maxSection {
			flush()
		}
		present = lines(present, m)
	}
	flush()
	return out
}
