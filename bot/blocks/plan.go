package blocks

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// Review is what the last screen shows besides the answers.
type Review struct {
	Checks   []batchsync.CheckLine // what was found; none: not asked for
	Checking bool                  // more of them are to come
	Commands []batchsync.PlannedCommand
	Digest   string // of the plan that is shown; the confirmation is bound to it
	// Changed is what the person saw otherwise when they confirmed.
	Changed []batchsync.PlanChange
}

// maxCommands bounds all commands together, in a box.
const maxCommands = 2600

// commands lists what the program will be told, one command per line.
func (p Printer) commands(s Screen) []slack.Block {
	if !s.Draft.Commands || len(s.Review.Commands) == 0 {
		return nil
	}
	var all []string
	for _, c := range s.Review.Commands {
		words := []string{"cz-cli"}
		for _, arg := range c.Argv {
			words = append(words, quoted(p.clean(arg)))
		}
		all = append(all, strings.Join(words, " "))
	}
	return []slack.Block{
		section("commands.title", bold(p.word("commands.title"))),
		box("commands", strings.Join(p.fitted(all, maxCommands), "\n")),
		contextLine("commands.about", escape(p.word("commands.about"))),
	}
}

// plainArg is an argument that a shell takes as it stands, or a word that stands
// for a number.
var plainArg = regexp.MustCompile(`^([A-Za-z0-9_=.,/:+-]+|<[A-Z]+>)$`)

// quoted is an argument as a shell would have to be given it, unless it is plain.
func quoted(arg string) string {
	if plainArg.MatchString(arg) {
		return arg
	}
	return "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
}

// fitted cuts the longest lines so that all together have room; short ones stay
// whole.
func (p Printer) fitted(all []string, room int) []string {
	const tail = 40 // for the words that say how much is cut
	limit, total := room, room+1
	for total > room {
		total = len(all)
		for _, line := range all {
			total += min(units(line), limit+tail)
		}
		if total > room {
			limit = limit * 3 / 4
		}
	}
	out := make([]string, len(all))
	for i, line := range all {
		out[i] = line
		if over := units(line) - limit - tail; over > 0 {
			out[i] = cut(line, limit, "") + p.format("commands.cut", []any{strconv.Itoa(over + tail)})
		}
	}
	return out
}

// reviewButtons look behind the review and have it checked anew.
func (p Printer) reviewButtons(s Screen, ref string) []slack.Block {
	var all []slack.BlockElement
	switch {
	case len(s.Review.Commands) == 0:
	case s.Draft.Commands:
		all = append(all, p.button(ActionHideCommands, "button.hide_commands", ref))
	default:
		all = append(all, p.button(ActionShowCommands, "button.show_commands", ref))
	}
	if len(s.Review.Checks) > 0 && !s.Review.Checking {
		all = append(all, p.button(ActionCheckDraft, "button.check_again", ref))
	}
	if len(all) == 0 {
		return nil
	}
	return []slack.Block{slack.NewActionBlock("behind", all...)}
}

// replanned says what is not as the person saw it when they confirmed.
func (p Printer) replanned(changes []batchsync.PlanChange) []slack.Block {
	if len(changes) == 0 {
		return nil
	}
	all := []mark{bold(p.word("replanned.title"))}
	for _, c := range changes {
		name := bold(p.word(batchsync.TextKey("plan_part." + string(c.Name))))
		was, now := p.name(c.Was), p.name(c.Now)
		switch {
		case c.Name == "":
			all = append(all, p.say("replanned.all"))
			continue
		case c.Name == batchsync.PlanWriters && now == "":
			now = p.say("replanned.nothing")
		}
		line := p.say("replanned.part", name)
		if now != "" {
			line = p.say("replanned.now", name, now)
		}
		if was != "" && now != "" {
			line = p.say("replanned.was", name, was, now)
		}
		all = append(all, p.say("list.item", line))
	}
	return []slack.Block{section("replanned", lines(append(all, p.say("replanned.then"))...))}
}
