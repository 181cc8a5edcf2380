package blocks

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// maxAudit is how many rows of the audit are shown; the rest is in the file.
const maxAudit = 20

// AuditLine is a row of the audit with a web address of the card, "" without.
type AuditLine struct {
	batchsync.AuditRow
	Link string
}

// Audit shows who did what, newest first. It mentions persons, so it is for the
// eyes of who asked only. filter is what was asked for, "" for everything.
func (p Printer) Audit(rows []AuditLine, filter string) Message {
	title, text := p.say("audit.title"), p.say("audit.title")
	if filter != "" {
		title, text = p.say("audit.title_of", p.userOrName(filter)), p.say("audit.title_of", p.foreign(filter))
	}
	head := p.header("audit/title", p.word("audit.title"))
	if filter != "" {
		head = section("audit/title", "*"+title+"*") // a header mentions nobody
	}
	all := []slack.Block{head}
	said := []mark{p.say("audit.count", text, number(len(rows)))}
	if len(rows) == 0 {
		all = append(all, section("audit/none", p.say("audit.none")))
	}
	for i, r := range rows[:min(len(rows), maxAudit)] {
		all = append(all, section("audit/"+strconv.Itoa(i), mark(cutMark(p.auditLine(r), maxRow))))
		said = append(said, p.auditWords(r))
	}
	if rest := len(rows) - maxAudit; rest > 0 {
		all = append(all, contextLine("audit/more", p.say("audit.more", number(rest))))
	}
	all = append(all, contextLine("audit/csv", p.say("audit.csv")))
	return Message{Text: top(said...), Blocks: all}
}

// AuditNone says instead of a file that there is nothing to put into it; filter
// is as for [Printer.Audit].
func (p Printer) AuditNone(filter string) Message {
	text, hint := p.say("audit.no_rows"), p.say("audit.no_rows_hint")
	if filter != "" {
		text, hint = p.say("audit.no_rows_of", p.userOrName(filter)), p.say("audit.no_rows_of_hint")
	}
	return Message{Text: top(text, hint), Blocks: []slack.Block{section("audit/none", lines(text, hint))}}
}

// userOrName is who or what an audit was asked for, as it was typed.
func (p Printer) userOrName(s string) mark {
	if m := mention(typedUser(s)); m != "" {
		return m
	}
	return p.name(s)
}

func (p Printer) auditLine(r AuditLine) mark {
	first := []mark{date(r.At), p.auditActor(r.Actor), p.auditWords(r)}
	if webURL(r.Link) != "" {
		first = append(first, link(r.Link, p.word("audit.card")))
	}
	if r.Detail.IsZero() {
		return join(first, " · ")
	}
	return lines(join(first, " · "), mark(cutMark(p.sentence(r.Detail, false), maxArgument)))
}

func (p Printer) auditActor(id batchsync.UserID) mark {
	if id == "" {
		return p.say("audit.bot")
	}
	return p.user(string(id))
}

// auditWords is what was done to what, and what came of it; without who.
func (p Printer) auditWords(r AuditLine) mark {
	outcome := p.enum("outcome.", p.clip(r.Outcome, maxCell))
	if word, ok := strings.CutPrefix(r.Object, "command/"); ok { // the line says what was asked for
		return p.say("audit.typed", p.shortName("/batchsync "+word+" "+r.Name), outcome)
	}
	return p.say("audit.line", p.enum("action.", p.clip(string(r.Action), maxCell)), p.auditObject(r.Object, r.Name), outcome)
}

// auditObject is what a row is about: its name, in the words of its kind, or what
// there is to say without one. Keys of the file are for the file only.
func (p Printer) auditObject(key, name string) mark {
	kind, id, _ := strings.Cut(key, "/")
	short := p.shortName(name)
	switch kind {
	case "task":
		return p.auditTask(id, short)
	case "run":
		return p.ofTask("run", short, escape(p.clip(id, maxCell)))
	case "incident":
		return p.ofTask("incident", short)
	case "channel", "quiet":
		if name != "" {
			return p.typedSelector(name)
		}
		if channel, ok := p.channel(batchsync.ChannelID(id)); ok {
			return channel
		}
	}
	if short != "" {
		return short
	}
	return p.enum("audit.some_", p.clip(kind, maxCell))
}

// ofTask is a thing in words, with the task it is of where that is known.
func (p Printer) ofTask(thing string, name mark, args ...mark) mark {
	key := batchsync.TextKey("audit." + thing)
	if name == "" {
		return p.say(key, args...)
	}
	return p.say(key+"_of", append(args, name)...)
}

// auditTask is a task by its name, its id, or what somebody typed for it.
func (p Printer) auditTask(typed string, name mark) mark {
	if name != "" {
		return name
	}
	if id, err := strconv.ParseInt(typed, 10, 64); err == nil {
		return escape(p.taskName(batchsync.TaskID(id), "", maxCell))
	}
	return p.shortName(typed)
}

// AuditCSV is the audit as a table for a spreadsheet: times in UTC, and no cell
// that one would take for a formula.
func (p Printer) AuditCSV(rows []AuditLine) []byte {
	var buf bytes.Buffer
	w := csv.NewWriter(&buf)
	// Writing to memory does not fail.
	_ = w.Write([]string{"time", "actor", "action", "object", "name", "outcome", "operation", "detail", "link"})
	for _, r := range rows {
		detail := ""
		if !r.Detail.IsZero() {
			detail = p.Text(r.Detail)
		}
		line := []string{
			r.At.UTC().Format(time.RFC3339), string(r.Actor), string(r.Action), r.Object, r.Name, r.Outcome,
			string(r.Operation), detail, webURL(r.Link),
		}
		for i, cell := range line {
			line[i] = p.safeCell(cell)
		}
		_ = w.Write(line)
	}
	w.Flush()
	return buf.Bytes()
}

// safeCell keeps a spreadsheet from calculating what somebody typed.
func (p Printer) safeCell(s string) string { return batchsync.SafeCell(p.clean(s)) }
