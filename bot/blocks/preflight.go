package blocks

import (
	"slices"
	"strconv"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// panel shows the checks of a review: what is in the way first, with what to do,
// then what passed and what is still looked at, in a line each as long as nobody
// asks for details; who else writes the target is told with whom that counts.
// Nothing where none were asked for.
func (p Printer) panel(s Screen) []slack.Block {
	if !s.Review.Checking && len(s.Review.Checks) == 0 {
		return nil
	}
	title := batchsync.TextKey("preflight.title")
	if s.Review.Checking {
		title = "preflight.title_under"
	}
	all := []mark{bold(p.word(title))}
	found, awaited := panelLines(s)
	var passed []batchsync.CheckPart
	for _, l := range found {
		if l.Level == batchsync.LevelTick && l.Part != batchsync.PartWriters && !s.Draft.Commands {
			passed = append(passed, l.Part)
			continue
		}
		all = append(all, p.check(l))
	}
	if len(passed) > 0 && !s.Review.Checking { // what takes no platform to tell waits for the others
		all = append(all, p.say("preflight.line", levelSymbol(batchsync.LevelTick),
			bold(p.format("preflight.passed", []any{strconv.Itoa(len(passed))})), p.parts(passed)))
	}
	if len(awaited) > 0 {
		all = append(all, p.say("preflight.line", ":hourglass_flowing_sand:", p.parts(awaited), p.say("preflight.checking")))
	}
	return stacked("checks", all)
}

// panelLines are the checks in the order they are shown in, those to act on
// first, and what is still looked at.
func panelLines(s Screen) (found []batchsync.CheckLine, awaited []batchsync.CheckPart) {
	for _, part := range batchsync.CheckParts() {
		lines := checksOf(s.Review.Checks, part)
		switch {
		case part == batchsync.PartWriters:
			if lines = writersCheck(s); s.Review.Checking && !told(lines) {
				lines, awaited = nil, append(awaited, part)
			}
		case s.Review.Checking && len(lines) == 0:
			awaited = append(awaited, part)
		}
		found = append(found, lines...)
	}
	urgency := []batchsync.CheckLevel{batchsync.LevelCross, batchsync.LevelWarning, batchsync.LevelUnread, batchsync.LevelTick}
	slices.SortStableFunc(found, func(a, b batchsync.CheckLine) int {
		return slices.Index(urgency, a.Level) - slices.Index(urgency, b.Level)
	})
	return found, awaited
}

// parts names what checks are about.
func (p Printer) parts(all []batchsync.CheckPart) mark {
	var out []mark
	for _, part := range all {
		out = append(out, escape(p.word(partKey(part))))
	}
	return p.series(out)
}

func partKey(part batchsync.CheckPart) batchsync.TextKey {
	return batchsync.TextKey("check_part." + string(part))
}

func checksOf(all []batchsync.CheckLine, part batchsync.CheckPart) (out []batchsync.CheckLine) {
	for _, l := range all {
		if l.Part == part {
			out = append(out, l)
		}
	}
	return out
}

// told reports whether a check found something.
func told(lines []batchsync.CheckLine) bool {
	return slices.ContainsFunc(lines, func(l batchsync.CheckLine) bool { return l.Level == batchsync.LevelWarning })
}

// writersCheck compares the tasks whose tables the bot knows. Of others it is not
// known, so nothing passes as long as there are such.
func writersCheck(s Screen) []batchsync.CheckLine {
	var out []batchsync.CheckLine
	add := func(level batchsync.CheckLevel, text batchsync.Text) {
		out = append(out, batchsync.CheckLine{Part: batchsync.PartWriters, Level: level, Text: text})
	}
	if len(s.Also) > 0 {
		add(batchsync.LevelWarning, batchsync.T("preflight.writers", writerNames(s.Also)))
	}
	if len(s.May) > 0 {
		add(batchsync.LevelWarning, batchsync.T("preflight.writers_may", writerNames(s.May)))
	}
	if n := len(out); n > 0 {
		out[n-1].Fix = writersFix(s.Draft.Spec()) // once, below them
	}
	switch {
	case s.Unread < 0:
		add(batchsync.LevelUnread, batchsync.T("preflight.writers_unlisted"))
	case s.Unread > 0:
		add(batchsync.LevelUnread, batchsync.T("preflight.writers_unread", strconv.Itoa(s.Unread)))
		out[len(out)-1].Fix = batchsync.T("fix.writers_read")
	case len(out) > 0:
	case s.Draft.Spec().Scope == batchsync.ScopeWhole:
		add(batchsync.LevelUnread, batchsync.T("preflight.writers_unknown"))
	default:
		add(batchsync.LevelTick, batchsync.T("preflight.writers_none"))
	}
	return out
}

// writersFix says what follows from another writer. What only appends undoes no
// other's rows.
func writersFix(s batchsync.Spec) batchsync.Text {
	several := s.Scope == batchsync.ScopeMulti || s.Scope == batchsync.ScopeWhole
	if s.WriteMode == batchsync.Append && (!several || s.Keyed() == batchsync.Append) {
		return batchsync.T("fix.writers_append")
	}
	return batchsync.T("fix.writers")
}

func writerNames(all []batchsync.TaskRef) string {
	var names []string
	for _, t := range all {
		names = append(names, t.Name)
	}
	return batchsync.List(names...)
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

// levelLine is the form of a line that says its level in words too; of what
// passed the sentence says it.
func levelLine(l batchsync.CheckLevel) batchsync.TextKey {
	if l == batchsync.LevelTick {
		return "preflight.line"
	}
	return batchsync.TextKey("preflight.line_" + string(l))
}

// check is a line with what the platform says and what to do below it.
func (p Printer) check(l batchsync.CheckLine) mark {
	what := p.sentence(l.Text, false)
	if !l.Why.IsZero() {
		what = join([]mark{what, p.sentence(l.Why, false)}, " ")
	}
	m := p.say(levelLine(l.Level), levelSymbol(l.Level), bold(p.word(partKey(l.Part))), what)
	if detail := p.foreign(l.Detail); detail != "" {
		m = lines(m, p.say("preflight.platform_says", detail))
	}
	if !l.Fix.IsZero() {
		m = lines(m, p.say("preflight.fix", p.hint(l.Fix, false)))
	}
	return m
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
